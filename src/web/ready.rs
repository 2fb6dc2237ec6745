//! Whether this process can do its work, for load balancers and for what starts processes again. A mailbox or a model that
//! cannot be reached is no reason to take the pages away: that is what `/health` and the alarms are for.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;

use super::desk::Desk;
use crate::config::Config;
use crate::domain::heartbeat::{Beat, Heartbeats, Loop};
use crate::domain::time::Timestamp;

/// How long the database may take to answer.
const DATABASE: Duration = Duration::from_secs(5);

/// 200 where the database answers, an edition is open, every loop that was begun still turns, and nobody stops the service;
/// 503 with what is missing otherwise. Holds no identity.
pub async fn ready(State(desk): State<Arc<Desk>>) -> (StatusCode, String) {
    let mut missing = Vec::new();
    if desk.stop.is_cancelled() {
        missing.push("the service is stopping".to_owned());
    }
    match tokio::time::timeout(DATABASE, desk.store.count_open_cases()).await {
        Ok(Ok(_)) => {}
        Ok(Err(error)) => {
            tracing::warn!(%error, "not ready: the database does not answer");
            missing.push("the database does not answer".to_owned());
        }
        Err(_) => missing.push(format!("the database did not answer within {} s", DATABASE.as_secs())),
    }
    let now = desk.clock.now();
    let standing = standing_still(&desk.engine.heartbeats, &desk.config, now);
    missing.extend(standing.iter().map(|(of, _)| format!("the loop {} stands still", of.words())));
    let edition = desk.shelf.current();
    match missing.is_empty() {
        true => (StatusCode::OK, format!("ready\nedition {}\n", edition.edition())),
        false => (StatusCode::SERVICE_UNAVAILABLE, format!("not ready\n{}\n", missing.join("\n"))),
    }
}

/// 200 as long as every loop that was begun turns; 503 where only a new start helps. For what starts processes again: an alarm,
/// or a database that is away, is no reason to.
pub async fn live(State(desk): State<Arc<Desk>>) -> (StatusCode, &'static str) {
    match standing_still(&desk.engine.heartbeats, &desk.config, desk.clock.now()).is_empty() {
        true => (StatusCode::OK, "alive\n"),
        false => (StatusCode::SERVICE_UNAVAILABLE, "a loop stands still\n"),
    }
}

/// The seconds after which a loop that is silent is late.
pub fn patience(config: &Config, of: Loop) -> u64 {
    match of {
        Loop::Mailbox => config.alarm.mailbox_minutes.saturating_mul(60).max(config.source.poll_seconds * 2),
        // A worker gives a sign when it is done with a case: two calls to a model and the files of a mail may lie between.
        Loop::Workers => {
            let case =
                config.model.timeout_seconds.saturating_mul(2).saturating_add(config.attachments.message_seconds);
            config.pipeline.lease_seconds.max(case.saturating_add(30))
        }
        Loop::Outbox => 600,
        Loop::Shelf => 120,
        Loop::Watch => 60,
        Loop::Retention => 2 * 3_600,
    }
}

/// Loops that were begun and have neither gone through nor failed for longer than they may, with the minutes since. A loop
/// that fails turns: what it fails at has an alarm of its own.
pub fn standing_still(beats: &Heartbeats, config: &Config, now: Timestamp) -> Vec<(Loop, u64)> {
    let still = |of: Loop| {
        let since = last_sign(beats.of(of))?;
        let silent = u64::try_from(now.0.saturating_sub(since.0)).unwrap_or(0) / 1_000_000;
        (silent > longest(config, of)).then_some((of, silent / 60))
    };
    Loop::ALL.into_iter().filter_map(still).collect()
}

/// A mail may take as long as its server may, a mailbox as long as a few commands, an alarm as long as its command, and a large
/// edition is opened in its time.
fn longest(config: &Config, of: Loop) -> u64 {
    let wire = match of {
        Loop::Mailbox => config.source.imap.command_seconds.saturating_mul(4),
        Loop::Outbox => config.transport.smtp.message_seconds.saturating_mul(2),
        Loop::Watch => config.alarm.command_seconds.saturating_add(60),
        Loop::Shelf => 600,
        _ => 0,
    };
    patience(config, of).saturating_add(wire)
}

fn last_sign(beat: Beat) -> Option<Timestamp> {
    beat.began.map(|began| beat.well.max(beat.failed).map_or(began, |last| last.max(began)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loop_that_fails_turns_one_that_was_never_begun_is_no_part_and_one_without_a_sign_stands_still() {
        let (beats, config) = (Heartbeats::default(), Config::defaults());
        let at = |seconds: i64| Timestamp(seconds * 1_000_000);
        beats.beat(Loop::Shelf, at(0));
        beats.begin(Loop::Workers, at(0));
        beats.begin(Loop::Watch, at(0));
        assert_eq!(standing_still(&beats, &config, at(60)), []);
        assert_eq!(standing_still(&beats, &config, at(181)), [(Loop::Watch, 3)]);
        beats.miss(Loop::Watch, at(100));
        assert_eq!(standing_still(&beats, &config, at(181)), []);
        assert_eq!(standing_still(&beats, &config, at(301)), [(Loop::Workers, 5), (Loop::Watch, 3)]);
    }
}
