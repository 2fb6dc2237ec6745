//! `account domain|policy`: whose domain an account is, and how much its senders must prove.

use clap::Args;

use super::super::{Failure, print};
use crate::config::{Config, Mode};
use crate::domain::address::Address;
use crate::domain::lookalike::is_public_host;
use crate::domain::message::TrustPolicy;
use crate::store::Store;
use crate::store::sender::Given;

/// A domain of an account.
#[derive(Debug, Args)]
pub struct Domain {
    /// The account's id
    account: String,
    /// The domain: everybody who writes from it belongs to the account
    domain: String,
    /// Take it from the account instead
    #[arg(long)]
    remove: bool,
}

/// The policy of an account.
#[derive(Debug, Args)]
pub struct Policy {
    /// The account's id
    account: String,
    /// strict, border, open, or default (what trust.policy says)
    policy: String,
}

/// Gives or takes a domain.
pub async fn domain(store: &Store, command: &Domain) -> Result<(), Failure> {
    let text = command.domain.trim_start_matches('@');
    let parsed = Address::parse(&format!("x@{text}")).ok().filter(|address| address.domain().contains('.'));
    let Some(address) = parsed else {
        return Err(Failure::Usage(format!("{text}: not a domain such as clinic.example.com")));
    };
    let domain = address.domain();
    if command.remove {
        return match store.delete_domain(&command.account, domain).await? {
            true => print(&format!("{domain} no longer belongs to {}", command.account)),
            false => Err(Failure::Work(format!("{domain} is no domain of {}; nothing was changed", command.account))),
        };
    }
    if is_public_host(domain) {
        return Err(Failure::Usage(format!(
            "{domain}: everybody may have an address there; add each with `account sender`"
        )));
    }
    told(store.insert_domain(&command.account, domain).await?, domain, &command.account)
}

fn told(given: Given, what: &str, account: &str) -> Result<(), Failure> {
    match given {
        Given::Given => print(&format!("{what} writes for {account}")),
        Given::Taken(owner) => Err(Failure::Work(format!("{what} belongs to {owner} already; nothing was changed"))),
        Given::NoAccount => {
            Err(Failure::Work(format!("{account}: no such account; `caseconsultant account list` shows all")))
        }
    }
}

/// Sets how much must be proved.
pub async fn policy(store: &Store, config: &Config, command: &Policy) -> Result<(), Failure> {
    let word = command.policy.as_str();
    let policy = TrustPolicy::parse(word);
    if policy.is_none() && word != "default" {
        return Err(Failure::Usage(format!("{word}: a policy is strict, border, open or default")));
    }
    if policy == Some(TrustPolicy::Open) && config.service.mode == Mode::Production {
        return Err(Failure::Usage("open: nobody is taken at their word in production".to_owned()));
    }
    match store.set_policy(&command.account, policy).await? {
        true => print(&format!(
            "the senders of {}: {}",
            command.account,
            policy.map_or(&*config.trust.policy, |policy| policy.key())
        )),
        false => {
            Err(Failure::Work(format!("{}: no such account; `caseconsultant account list` shows all", command.account)))
        }
    }
}
