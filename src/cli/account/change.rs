//! What changes an account: for its owner at the keyboard, and for a payment system that runs these commands.

use std::path::PathBuf;

use clap::ValueEnum;
use jiff::civil::Date;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::super::{Failure, print};
use crate::admit::Payer;
use crate::clock::Clock;
use crate::config::Config;
use crate::domain::account::{Account, Agreement, FREE};
use crate::domain::address::Address;
use crate::domain::client::{Client, Facts};
use crate::domain::quota::Usage;
use crate::store::Store;
use crate::store::bounce::Bounced;
use crate::store::change::{Author, Change, Changed};
use crate::store::client::Colleague;
use crate::store::subscriber::Booked;

/// To add or to take away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Switch {
    /// Add it
    Add,
    /// Take it away
    Remove,
}

/// Whose cases a sender sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Cases {
    /// Those of all senders of the account
    All,
    /// Their own
    Own,
}

/// The account of an id or an address.
pub async fn find(store: &Store, text: &str) -> Result<(Account, Vec<String>), Failure> {
    let by_address = match Address::parse(text) {
        Ok(address) => store.find_account_of(&address).await?.map(|account| account.id),
        Err(_) => None,
    };
    let found = store.find_account(&by_address.unwrap_or_else(|| text.to_owned())).await?;
    found.ok_or_else(|| Failure::Work(format!("{text}: no such account; `caseconsultant account list` shows all")))
}

/// Refuses a plan that the configuration does not name.
pub fn known_plan(config: &Config, plan: &str) -> Result<(), Failure> {
    if plan == FREE || config.plans.contains_key(plan) {
        return Ok(());
    }
    let known: Vec<&str> = std::iter::once(FREE).chain(config.plans.keys().map(String::as_str)).collect();
    Err(Failure::Usage(format!("--plan {plan}: no such plan; known are {}", known.join(", "))))
}

fn address(text: &str) -> Result<Address, Failure> {
    Address::parse(text).map_err(|error| Failure::Usage(format!("{text}: {error}")))
}

/// Changes an account, in the operator's name.
pub async fn change_account(store: &Store, account: &str, change: Change) -> Result<Changed, Failure> {
    Ok(store.change_account(account, change, Author::operator(), Clock::System.now()).await?)
}

/// `account plan`.
pub async fn plan(store: &Store, config: &Config, account: &str, plan: &str) -> Result<(), Failure> {
    known_plan(config, plan)?;
    let (account, _) = find(store, account).await?;
    store.set_plan(&account.id, plan, Clock::System.now()).await?;
    print(&format!("{}: plan {plan}", account.id))
}

/// `account pack`.
pub async fn pack(store: &Store, account: &str, answers: u32, reference: &str) -> Result<(), Failure> {
    if reference.trim().is_empty() || answers == 0 {
        return Err(Failure::Usage(
            "a pack needs answers and a --reference: the payment it was bought with".to_owned(),
        ));
    }
    let (account, _) = find(store, account).await?;
    let booked = store.add_pack(&account.id, answers, reference.trim(), Clock::System.now()).await?;
    print(&match booked {
        Booked::Added => format!("{}: {answers} answers added", account.id),
        Booked::Before => format!("{}: {} was counted before, nothing was added", account.id, reference.trim()),
    })
}

/// `account sender`.
pub async fn sender(store: &Store, account: &str, switch: Switch, text: &str) -> Result<(), Failure> {
    let sender = address(text)?;
    let (account, _) = find(store, account).await?;
    let changed = change_account(store, &account.id, Change::Sender(sender, switch == Switch::Add)).await?;
    match (switch, changed) {
        (_, Changed::Taken(owner)) => Err(Failure::Work(format!("{text} belongs to {owner} already"))),
        (Switch::Add, _) => print(&format!("{}: {text} may write for it", account.id)),
        (Switch::Remove, Changed::Done) => print(&format!("{}: {text} may not write for it any more", account.id)),
        (Switch::Remove, _) => Err(Failure::Work(format!("{text} is no address of {}, or its last one", account.id))),
    }
}

/// `account agreement`: a day and a document, or none.
pub async fn agreement(store: &Store, account: &str, signed: Option<(Date, PathBuf)>) -> Result<(), Failure> {
    let agreement = match &signed {
        Some((on, document)) => {
            let bytes =
                std::fs::read(document).map_err(|error| Failure::Work(format!("{}: {error}", document.display())))?;
            let digest = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
            Some(Agreement { on: *on, digest })
        }
        None => None,
    };
    let (account, _) = find(store, account).await?;
    let said = match &agreement {
        Some(own) => format!("{}: agreement of {} on record, SHA-256 {}", account.id, own.on, own.digest),
        None => format!("{}: no agreement on record", account.id),
    };
    change_account(store, &account.id, Change::Agreement(agreement)).await?;
    print(&said)
}

/// `account colleague`.
pub async fn colleague(store: &Store, account: &str, switch: Switch, text: &str, every: bool) -> Result<(), Failure> {
    let colleague = address(text)?;
    let (account, _) = find(store, account).await?;
    let every = (switch == Switch::Add).then_some(every);
    change_account(store, &account.id, Change::Colleague(colleague.key(), every)).await?;
    print(&match every {
        Some(true) => format!("{}: {text} gets a copy of every answer", account.id),
        Some(false) => format!("{}: {text} gets a copy where the asker copies them", account.id),
        None => format!("{}: {text} gets no copies", account.id),
    })
}

/// `account client`.
pub async fn client(store: &Store, account: &str, name: &str, facts: &[String], remove: bool) -> Result<(), Failure> {
    let (account, _) = find(store, account).await?;
    let name = if name == "-" { "" } else { name };
    if remove {
        if change_account(store, &account.id, Change::Client(name.to_owned(), None)).await? == Changed::Done {
            return print(&format!("{}: {name} is no client any more", account.id));
        }
        return Err(Failure::Work(format!("{}: no client {name}", account.id)));
    }
    // Each argument is one pair, so that a value may hold blanks.
    let quoted: Vec<String> = facts
        .iter()
        .map(|pair| pair.split_once('=').map_or(pair.clone(), |(word, value)| format!("{word}=\"{value}\"")))
        .collect();
    let known = if quoted.is_empty() { Some((None, Facts::default())) } else { Facts::parse(&quoted.join(" ")) };
    let Some((None, facts)) = known else {
        return Err(Failure::Usage(
            "facts are state=, contractor=, payer=, specialty= and setting=, each with a value".to_owned(),
        ));
    };
    change_account(store, &account.id, Change::Client(name.to_owned(), Some(facts))).await?;
    let client = store.find_client(&account.id, name).await?.unwrap_or_default();
    print(&format!("{}: {}", account.id, shown(&client)))
}

/// `account sees`.
pub async fn sees(store: &Store, account: &str, cases: Cases) -> Result<(), Failure> {
    let (account, _) = find(store, account).await?;
    change_account(store, &account.id, Change::SeesOwn(cases == Cases::Own)).await?;
    let whose = if cases == Cases::Own { "their own cases" } else { "all cases of the account" };
    print(&format!("{}: each sender sees {whose}", account.id))
}

/// What belongs to an account beside its quota.
pub struct More {
    pack: Option<(u32, Usage)>,
    kept: u32,
    clients: Vec<Client>,
    colleagues: Vec<Colleague>,
    bounces: Vec<Bounced>,
    own: bool,
}

/// Reads it.
pub async fn more(store: &Store, payer: &Payer) -> Result<More, Failure> {
    let pack = match &payer.pack {
        Some(pack) => Some((pack.answers, store.find_usage(&payer.key, &pack.period).await?)),
        None => None,
    };
    Ok(More {
        pack,
        kept: store.count_kept(&payer.key).await?,
        clients: store.list_clients(&payer.key).await?,
        colleagues: store.list_colleagues(&payer.key).await?,
        bounces: store.list_bounces_of(&payer.key, 20).await?,
        own: store.sees_own_alone(&payer.key).await?,
    })
}

impl More {
    /// Adds it to the account's object.
    pub fn into_json(self, value: &mut Value) {
        value["pack"] = json!(self.pack.map(|(answers, usage)| json!({"answers": answers, "usage": usage})));
        value["kept"] = json!(self.kept);
        value["clients"] = json!(self.clients);
        let colleagues = self.colleagues.iter().map(|c| json!({"address": c.address, "every": c.every}));
        value["colleagues"] = colleagues.collect();
        value["sees"] = json!(if self.own { "own" } else { "all" });
        let bounces = self.bounces.iter().map(|b| {
            json!({"case": b.case, "recipient": b.recipient, "kind": b.kind, "status": b.status,
                "at": b.at.instant().to_string()})
        });
        value["bounces"] = bounces.collect();
    }

    /// The same as lines.
    pub fn lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        if let Some((answers, usage)) = &self.pack {
            lines.push(format!(
                "bought beside the plan: {} of {answers} used, {} in work",
                usage.settled, usage.reserved
            ));
        }
        if self.kept > 0 {
            lines.push(format!("{} questions are kept until there are answers", self.kept));
        }
        if self.own {
            lines.push("each sender sees their own cases alone".to_owned());
        }
        lines.extend(self.clients.iter().map(shown));
        lines.extend(self.colleagues.iter().map(|c| {
            format!("copies to {}{}", c.address, if c.every { ", always" } else { ", where the asker copies them" })
        }));
        lines.extend(
            self.bounces.iter().map(|b| {
                format!("bounced {}: {} ({} {}), case {}", b.at.date(), b.recipient, b.kind, b.status, b.case)
            }),
        );
        lines
    }
}

fn shown(client: &Client) -> String {
    let facts: Vec<String> =
        client.facts.all().iter().filter(|(_, value)| !value.is_empty()).map(|(k, v)| format!("{k} {v}")).collect();
    let name = if client.name.is_empty() { "profile" } else { &client.name };
    let facts = if facts.is_empty() { "nothing is known".to_owned() } else { facts.join(", ") };
    if client.name.is_empty() { format!("{name}: {facts}") } else { format!("client {name}: {facts}") }
}
