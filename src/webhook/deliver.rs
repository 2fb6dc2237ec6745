//! Takes what is due and tells it, many at once; each message has one attempt, and what came of it is recorded.

use std::collections::BTreeMap;
use std::time::Duration;

use futures::future::join_all;

use super::message::body;
use super::send::{Answer, Sender};
use crate::clock::Clock;
use crate::config::Config;
use crate::domain::webhook::{GIVE_UP_SECONDS, WebhookKind, pause};
use crate::store::webhook::{Attempt, WebhookMessage};
use crate::store::{Store, StoreError};
use crate::telemetry::figures;

/// Attempts that are made side by side.
const TOGETHER: i64 = 16;

/// Tells the database which webhooks the settings name.
///
/// # Errors
/// The database failed.
pub async fn announce(store: &Store, config: &Config) -> Result<(), StoreError> {
    let kinds = |events: &[String]| events.iter().filter_map(|word| WebhookKind::parse(word)).collect();
    let all: BTreeMap<String, Vec<WebhookKind>> =
        config.webhook.iter().map(|hook| (hook.name.clone(), kinds(&hook.events))).collect();
    store.set_webhooks(all).await
}

/// Tells what is due; returns how many attempts were made.
///
/// # Errors
/// The database failed.
pub async fn run(store: &Store, sender: &Sender, clock: &Clock) -> Result<usize, StoreError> {
    let due = store.take_webhook_messages(clock.now(), TOGETHER).await?;
    let attempts = due.iter().map(|message| attempt(store, sender, clock, message));
    let done: Result<Vec<()>, StoreError> = join_all(attempts).await.into_iter().collect();
    done?;
    Ok(due.len())
}

async fn attempt(store: &Store, sender: &Sender, clock: &Clock, message: &WebhookMessage) -> Result<(), StoreError> {
    let answer = match sender.find(&message.webhook) {
        Some(hook) => sender.send(hook, &message.id, body(message), clock.now()).await,
        None => Answer::Refused { said: "the settings do not name it".to_owned(), after: None },
    };
    let now = clock.now();
    let (outcome, said) = match answer {
        Answer::Taken(status) => (Attempt::Told, format!("HTTP {status}")),
        Answer::Gone => (Attempt::GivenUp, "HTTP 410: it wants nothing any more".to_owned()),
        Answer::Refused { said, after } => {
            let seconds = pause(message.attempts, after);
            let next = now.plus(Duration::from_secs(seconds));
            let end = message.first_at.plus(Duration::from_secs(GIVE_UP_SECONDS));
            if next > end { (Attempt::GivenUp, said) } else { (Attempt::Again(next), said) }
        }
    };
    if outcome == Attempt::GivenUp {
        tracing::error!(webhook = message.webhook, id = message.id, said, "given up: nobody is told");
    }
    figures::webhook(match outcome {
        Attempt::Told => "told",
        Attempt::Again(_) => "again",
        Attempt::GivenUp => "given_up",
    });
    store.record_webhook_attempt(message, outcome, &said, now).await
}
