//! `account domain|policy`: whose domain an account is, and how much its senders must prove.

use clap::Args;

use super::super::{Failure, print};
use super::change::change_account;
use crate::config::{Config, Mode};
use crate::domain::address;
use crate::domain::lookalike::is_public_host;
use crate::domain::message::TrustPolicy;
use crate::store::Store;
use crate::store::change::{Change, Changed};

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
    let text = command.domain.as_str();
    let Some(domain) = address::domain(text) else {
        return Err(Failure::Usage(format!("{text}: not a domain such as clinic.example.com")));
    };
    let change = Change::Domain(domain.clone(), !command.remove);
    if !command.remove && is_public_host(&domain) {
        return Err(Failure::Usage(format!(
            "{domain}: everybody may have an address there; add each with `account sender`"
        )));
    }
    match change_account(store, &command.account, change).await? {
        Changed::Done if command.remove => print(&format!("{domain} no longer belongs to {}", command.account)),
        Changed::Done => print(&format!("{domain} writes for {}", command.account)),
        Changed::Same => {
            Err(Failure::Work(format!("{domain} is no domain of {}; nothing was changed", command.account)))
        }
        Changed::Taken(owner) => {
            Err(Failure::Work(format!("{domain} belongs to {owner} already; nothing was changed")))
        }
        Changed::NoAccount => Err(no_account(&command.account)),
    }
}

fn no_account(account: &str) -> Failure {
    Failure::Work(format!("{account}: no such account; `caseconsultant account list` shows all"))
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
    if change_account(store, &command.account, Change::Policy(policy)).await? == Changed::NoAccount {
        return Err(no_account(&command.account));
    }
    let shown = policy.map_or(&*config.trust.policy, |policy| policy.key());
    print(&format!("the senders of {}: {shown}", command.account))
}
