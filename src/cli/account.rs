//! `account`: customers, their addresses and plans.

use clap::Subcommand;
use serde_json::json;

use super::{Failure, print, print_json};
use crate::admit;
use crate::clock::{self, Clock};
use crate::config::Config;
use crate::domain::account::{Account as Customer, FREE};
use crate::domain::address::Address;
use crate::store::Store;
use crate::store::account::Added;

mod senders;

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
    /// Let another address write for an account
    Alias(senders::Alias),
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
    let store = Store::open(&config.data_dir).await?;
    let outcome = match command {
        Account::Add { name, senders, plan } => add(&store, &config, name, &senders, plan).await,
        Account::Alias(command) => senders::alias(&store, &command).await,
        Account::Domain(command) => senders::domain(&store, &command).await,
        Account::Policy(command) => senders::policy(&store, &config, &command).await,
        Account::List { json } => list(&store, json).await,
        Account::Show { account, json } => show(&store, &config, &account, json).await,
    };
    store.close().await;
    outcome
}

async fn add(store: &Store, config: &Config, name: String, senders: &[String], plan: String) -> Result<(), Failure> {
    if plan != FREE && !config.plans.contains_key(&plan) {
        let known: Vec<&str> = std::iter::once(FREE).chain(config.plans.keys().map(String::as_str)).collect();
        return Err(Failure::Usage(format!("--plan {plan}: no such plan; known are {}", known.join(", "))));
    }
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
    let by_address = match Address::parse(account) {
        Ok(address) => store.find_account_of(&address).await?.map(|account| account.id),
        Err(_) => None,
    };
    let id = by_address.unwrap_or_else(|| account.to_owned());
    let Some((customer, senders)) = store.find_account(&id).await? else {
        return Err(Failure::Work(format!("{account}: no such account; `caseconsultant account list` shows all")));
    };
    let today = Clock::System.now().date();
    let Some(first) = senders.first().and_then(|text| Address::parse(text).ok()) else {
        return Err(Failure::Work(format!("{id} has no address")));
    };
    let payer = admit::payer(store, &first, today, config).await?;
    let usage = store.find_usage(&payer.key, &payer.quota.period).await?;
    let resets = payer.quota.resets.map(|day| day.to_string());
    let domains = store.list_domains(&id).await?;
    let policy = admit::find_sender(store, Some(&first), config).await?.policy;
    if as_json {
        return print_json(&json!({
            "account": customer, "senders": senders, "domains": domains, "policy": policy.key(),
            "quota": payer.quota, "usage": usage,
        }));
    }
    let writers: Vec<String> =
        senders.iter().cloned().chain(domains.iter().map(|domain| format!("@{domain}"))).collect();
    print(&format!(
        "{}  {}\nplan {}: {} of {} answers used, {} in work, period {}{}\nsenders must prove: {}\n{}",
        customer.id,
        customer.name,
        customer.plan,
        usage.settled,
        payer.quota.answers,
        usage.reserved,
        payer.quota.period,
        resets.map(|day| format!(", resets {day}")).unwrap_or_default(),
        policy.key(),
        writers.join("\n")
    ))
}
