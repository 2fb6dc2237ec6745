//! `audit`: does the chain of events hold, and where does it end?

use clap::Subcommand;
use serde_json::json;

use super::{Failure, print, print_json};
use crate::config::Config;
use crate::store::Store;

/// The chain of events
#[derive(Debug, Subcommand)]
pub enum Audit {
    /// Walk through the chain of events and name the first one that is not as it was written
    Verify {
        /// A head that was kept elsewhere: is it still in the chain?
        #[arg(long, value_name = "HEX", value_parser = head)]
        head: Option<String>,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Print the last event's number and hash, to be kept elsewhere
    Head,
}

fn head(text: &str) -> Result<String, String> {
    let text = text.trim().to_ascii_lowercase();
    let sound = text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit());
    if sound { Ok(text) } else { Err("a head is 64 hexadecimal digits, as `audit head` prints it".to_owned()) }
}

/// Runs the command.
pub async fn run(command: Audit, config: Config) -> Result<(), Failure> {
    let store = Store::open(&config).await?;
    let outcome = match command {
        Audit::Verify { head, json } => verify(&store, head.as_deref(), json).await,
        Audit::Head => last(&store).await,
    };
    store.close().await;
    outcome
}

async fn verify(store: &Store, head: Option<&str>, as_json: bool) -> Result<(), Failure> {
    let outcome = store.verify_audit(head).await?;
    if as_json {
        print_json(&match &outcome {
            Ok(found) => json!({"holds": true, "events": found.events, "head": found.head}),
            Err(fault) => json!({"holds": false, "fault": fault.to_string()}),
        })?;
    }
    match outcome {
        Err(fault) => Err(Failure::Work(format!("the chain does not hold: {fault}"))),
        Ok(_) if as_json => Ok(()),
        Ok(found) => {
            let kept = if head.is_some() { ", the head that was kept among them" } else { "" };
            print(&format!("{} events{kept}: the chain holds, head {}", found.events, found.head))
        }
    }
}

async fn last(store: &Store) -> Result<(), Failure> {
    let (n, hash) = store.get_audit_head().await?;
    if hash.is_empty() {
        return print("no event yet");
    }
    print(&format!("{hash}  event {n}"))
}
