//! `webhook`: what programs of others are told.

use clap::Subcommand;
use serde_json::json;

use super::{Failure, print, print_json};
use crate::clock::{self, Clock};
use crate::config::Config;
use crate::store::Store;
use crate::webhook::message::test_body;
use crate::webhook::send::Answer;
use crate::webhook::{Sender, deliver};

/// What programs of others are told
#[derive(Debug, Subcommand)]
pub enum Webhook {
    /// List the webhooks of the settings: what each is told of, what waits, what was given up
    List {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Send one signed message of the type `test`, now and once
    Test {
        /// The webhook's name
        name: String,
    },
    /// Try again what was given up
    Retry {
        /// The webhook's name
        name: String,
    },
}

/// Runs the command.
pub async fn run(command: Webhook, config: Config) -> Result<(), Failure> {
    if let Webhook::Test { name } = &command {
        return test(&config, name).await;
    }
    let store = Store::open(&config).await?;
    let outcome = match command {
        Webhook::Retry { name } => retry(&store, &config, &name).await,
        Webhook::List { json } => list(&store, &config, json).await,
        Webhook::Test { .. } => Ok(()),
    };
    store.close().await;
    outcome
}

fn unknown(name: &str) -> Failure {
    Failure::Usage(format!("{name}: no such webhook; `[[webhook]]` in the configuration names them"))
}

async fn test(config: &Config, name: &str) -> Result<(), Failure> {
    let sender = Sender::new(config)?;
    let hook = sender.find(name).ok_or_else(|| unknown(name))?;
    let now = Clock::System.now();
    let id = format!("test_{:016x}", clock::random());
    match sender.send(hook, &id, test_body(now), now).await {
        Answer::Taken(status) => print(&format!("{name}: HTTP {status}, {id} was taken")),
        Answer::Gone => Err(Failure::Work(format!("{name}: HTTP 410: it wants nothing any more"))),
        Answer::Refused { said, .. } => Err(Failure::Work(format!("{name}: {said}"))),
    }
}

async fn retry(store: &Store, config: &Config, name: &str) -> Result<(), Failure> {
    if !config.webhook.iter().any(|hook| hook.name == name) {
        return Err(unknown(name));
    }
    let n = store.retry_webhook(name, Clock::System.now()).await?;
    print(&format!("{name}: {n} messages are tried again"))
}

async fn list(store: &Store, config: &Config, as_json: bool) -> Result<(), Failure> {
    deliver::announce(store, config).await?;
    let all = store.list_told().await?;
    if as_json {
        let one = |own: &crate::store::webhook::Told| {
            json!({
                "name": own.name, "events": own.events, "waiting": own.waiting, "given_up": own.given_up,
                "said": own.said,
            })
        };
        return print_json(&json!({ "webhooks": all.iter().map(one).collect::<Vec<_>>() }));
    }
    if all.is_empty() {
        return print("no webhook: `[[webhook]]` in the configuration names one");
    }
    let line = |own: &crate::store::webhook::Told| {
        let said = if own.said.is_empty() { String::new() } else { format!("; last: {}", own.said) };
        format!("{}  {} waiting, {} given up{said}  {}", own.name, own.waiting, own.given_up, own.events.join(" "))
    };
    print(&all.iter().map(line).collect::<Vec<_>>().join("\n"))
}
