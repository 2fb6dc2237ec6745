//! `account`: customers, their addresses and plans.

use std::path::PathBuf;

use clap::Subcommand;
use jiff::civil::Date;
use serde_json::json;

use super::{Failure, print, print_json};
use crate::admit;
use crate::clock::{self, Clock};
use crate::config::Config;
use crate::domain::account::{Account as Customer, FREE};
use crate::domain::address::Address;
use crate::store::Store;
use crate::store::account::Added;

mod change;
mod senders;

use change::Switch;

/// Customers
#[derive(Debug, Subcommand)]
pub enum Account {
    /// Add an account with its sender addresses
    Add {
        /// Its name
        name: String,
        /// An address it may write from; repeat for more
        #[arg(long = "sender", value_name = "ADDRESS", required = true)]
        senders: Vec<String>,
        /// `free`, or a plan of the configuration
        #[arg(long, default_value = FREE)]
        plan: String,
    },
    /// Let everybody of a domain write for an account
    Domain(senders::Domain),
    /// Set how much the senders of an account must prove
    Policy(senders::Policy),
    /// List all accounts
    List {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Put an account on a plan; what was kept for want of answers is answered now
    Plan {
        /// Its id, or one of its addresses
        account: String,
        /// `free`, or a plan of the configuration
        plan: String,
    },
    /// Add answers that were bought beside the plan; they last until they are used
    Pack {
        /// Its id, or one of its addresses
        account: String,
        /// How many
        answers: u32,
        /// The payment: the same reference is counted once, however often the command is run
        #[arg(long, value_name = "TEXT")]
        reference: String,
    },
    /// Add an address that may write for an account, or take one away
    Sender {
        /// Its id, or one of its addresses
        account: String,
        /// What to do
        #[arg(value_enum)]
        switch: Switch,
        /// The address
        address: String,
    },
    /// Allow copies of replies to a colleague, or take one from the list
    Colleague {
        /// Its id, or one of its addresses
        account: String,
        /// What to do
        #[arg(value_enum)]
        switch: Switch,
        /// The address
        address: String,
        /// Copy every answer, not only where the asker copies them
        #[arg(long)]
        every: bool,
    },
    /// Say what is known of a client: state, contractor, payer, specialty, setting
    Client {
        /// Its id, or one of its addresses
        account: String,
        /// The client's name; a dash means the account itself
        name: String,
        /// `state=OH payer=Medicare`; a dash as the value takes it away
        #[arg(value_name = "WORD=VALUE")]
        facts: Vec<String>,
        /// Take the client away
        #[arg(long, conflicts_with = "facts")]
        remove: bool,
    },
    /// Say whether every sender of an account sees all its cases, or each their own
    Sees {
        /// Its id, or one of its addresses
        account: String,
        /// Whose cases
        #[arg(value_enum)]
        cases: change::Cases,
    },
    /// Put an account's business associate agreement on record, or take it off: in production, mail that names a patient
    /// waits for a person without one
    Agreement {
        /// Its id, or one of its addresses
        account: String,
        /// The day of the last signature
        #[arg(long, value_name = "DATE", requires = "document", required_unless_present = "ended")]
        signed: Option<Date>,
        /// The signed document: its SHA-256 is kept, not its text
        #[arg(long, value_name = "FILE", requires = "signed")]
        document: Option<PathBuf>,
        /// It has ended
        #[arg(long, conflicts_with = "signed")]
        ended: bool,
    },
    /// Show one account: addresses, plan, answers used
    Show {
        /// Its id, or one of its addresses
        account: String,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
}

/// Runs the command.
pub async fn run(command: Account, config: Config) -> Result<(), Failure> {
    let store = Store::open(&config).await?;
    let outcome = match command {
        Account::Add { name, senders, plan } => add(&store, &config, name, &senders, plan).await,
        Account::Domain(command) => senders::domain(&store, &command).await,
        Account::Policy(command) => senders::policy(&store, &config, &command).await,
        Account::List { json } => list(&store, json).await,
        Account::Plan { account, plan } => change::plan(&store, &config, &account, &plan).await,
        Account::Pack { account, answers, reference } => change::pack(&store, &account, answers, &reference).await,
        Account::Sender { account, switch, address } => change::sender(&store, &account, switch, &address).await,
        Account::Colleague { account, switch, address, every } => {
            change::colleague(&store, &account, switch, &address, every).await
        }
        Account::Client { account, name, facts, remove } => {
            change::client(&store, &account, &name, &facts, remove).await
        }
        Account::Sees { account, cases } => change::sees(&store, &account, cases).await,
        Account::Agreement { account, signed, document, .. } => {
            change::agreement(&store, &account, signed.zip(document)).await
        }
        Account::Show { account, json } => show(&store, &config, &account, json).await,
    };
    store.close().await;
    outcome
}

async fn add(store: &Store, config: &Config, name: String, senders: &[String], plan: String) -> Result<(), Failure> {
    change::known_plan(config, &plan)?;
    let parse =
        |text: &String| Address::parse(text).map_err(|error| Failure::Usage(format!("--sender {text}: {error}")));
    let senders: Vec<Address> = senders.iter().map(parse).collect::<Result<_, _>>()?;
    let id = format!("ac_{:012x}", clock::random() & 0xffff_ffff_ffff);
    let customer = Customer { id: id.clone(), name, plan };
    match store.insert_account(customer, senders, Clock::System.now()).await? {
        Added::Account => print(&id),
        Added::AddressTaken(owner) => {
            Err(Failure::Work(format!("one of these addresses belongs to {owner} already; nothing was added")))
        }
    }
}

async fn list(store: &Store, json: bool) -> Result<(), Failure> {
    let accounts = store.list_accounts().await?;
    if json {
        return print_json(&json!({ "accounts": accounts }));
    }
    if accounts.is_empty() {
        return print("no account yet: `caseconsultant account add NAME --sender ADDRESS` adds one");
    }
    let lines: Vec<String> = accounts.iter().map(|a| format!("{}  {:<10} {}", a.id, a.plan, a.name)).collect();
    print(&lines.join("\n"))
}

async fn show(store: &Store, config: &Config, account: &str, as_json: bool) -> Result<(), Failure> {
    let (customer, senders) = change::find(store, account).await?;
    let id = customer.id.clone();
    let today = Clock::System.now().date();
    let Some(first) = senders.first().and_then(|text| Address::parse(text).ok()) else {
        return Err(Failure::Work(format!("{id} has no address")));
    };
    let payer = admit::payer(store, &first, today, config).await?;
    let usage = store.find_usage(&payer.key, &payer.quota.period).await?;
    let resets = payer.quota.resets.map(|day| day.to_string());
    let domains = store.list_domains(&id).await?;
    let policy = admit::find_sender(store, Some(&first), config).await?.policy;
    let more = change::more(store, &payer).await?;
    if as_json {
        let mut value = json!({
            "account": customer, "senders": senders, "domains": domains, "policy": policy.key(),
            "quota": payer.quota, "usage": usage, "each_sender": payer.alone.is_some(),
        });
        more.into_json(&mut value);
        return print_json(&value);
    }
    let writers: Vec<String> =
        senders.iter().cloned().chain(domains.iter().map(|domain| format!("@{domain}"))).collect();
    let each = if payer.alone.is_some() { " (for each sender alone; the use is of all)" } else { "" };
    print(&format!(
        "{}  {}\nplan {}: {} of {} answers used{each}, {} in work, period {}{}\nsenders must prove: {}\n{}",
        customer.id,
        customer.name,
        customer.plan,
        usage.settled,
        payer.quota.answers,
        usage.reserved,
        payer.quota.period,
        resets.map(|day| format!(", resets {day}")).unwrap_or_default(),
        policy.key(),
        writers.into_iter().chain(more.lines()).collect::<Vec<_>>().join("\n")
    ))
}
