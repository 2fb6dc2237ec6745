//! The outbox worker: one attempt at a time for each message, every outcome a visible row.

use std::time::Duration;

use futures::stream::{self, StreamExt as _};
use tracing::Instrument as _;

use crate::clock::Clock;
use crate::config::{self, Config, CopiesKind};
use crate::domain::outbox::{OutboxKind, OutboxState};
use crate::domain::time::Timestamp;
use crate::mail::{Envelope, MailTransport, SendError, bounce};
use crate::point;
use crate::store::bounce::NewBounce;
use crate::store::outbox::{OutboxRow, Outcome};
use crate::store::{Store, StoreError};
use crate::telemetry::figures;

/// Messages taken in one go.
const BATCH: i64 = 32;
/// Messages under way at the same time; the transport bounds its own connections.
const TOGETHER: usize = 16;

/// Sends what is due; returns how many messages were tried.
///
/// # Errors
/// The database failed. What was being sent then is found again as uncertain, never sent twice blindly.
pub async fn run(
    store: &Store,
    transport: &dyn MailTransport,
    clock: &Clock,
    config: &Config,
) -> Result<usize, StoreError> {
    let copied = config.copies.kind == CopiesKind::SelfCopy;
    let due = store.take_due(clock.now(), BATCH, copied).await?;
    let tried = due.len();
    if tried > 0 {
        point!("taken-to-send");
    }
    let outcomes: Vec<Result<(), StoreError>> = stream::iter(due)
        .map(|row| attempt(store, transport, clock, config, row))
        .buffer_unordered(TOGETHER)
        .collect()
        .await;
    outcomes.into_iter().collect::<Result<(), _>>()?;
    Ok(tried)
}

async fn attempt(
    store: &Store,
    transport: &dyn MailTransport,
    clock: &Clock,
    config: &Config,
    row: OutboxRow,
) -> Result<(), StoreError> {
    let copies = &config.copies;
    let copy = if copies.kind == CopiesKind::SelfCopy { copies.address.clone() } else { String::new() };
    let envelope = Envelope { from: row.envelope_from.clone(), to: row.envelope_to.clone(), copy };
    let sending = tracing::debug_span!("deliver", otel.name = "deliver", case.id = %row.case, kind = row.kind.key(), attempt = row.attempts);
    let sent = transport.send(&envelope, &row.wire).instrument(sending).await;
    let now = clock.now();
    let refused = matches!(sent, Err(SendError::Permanent(_)));
    let (outcome, said) = match sent {
        Ok(said) => (Outcome::Sent, said),
        Err(error) => (after(&error, &row, &config.outbox, now), error.to_string()),
    };
    if outcome != Outcome::Sent {
        tracing::warn!(case.id = %row.case, outbox.state = outcome.state().key(), attempt = row.attempts, %said, "a message did not leave");
    }
    let keep = outcome == Outcome::Sent && !copies.save.is_empty();
    let state = outcome.state();
    store.record_attempt(&row, outcome, &said, now).await?;
    point!("recorded");
    if keep {
        store.mark_to_keep(&row.id).await?;
    }
    figures::attempt(state.key());
    if state == OutboxState::Sent {
        figures::sent(row.kind.key());
        if row.kind == OutboxKind::Answer
            && let Some(case) = store.find_case(&row.case).await?
        {
            let micros = u64::try_from(now.0.saturating_sub(case.created_at.0)).unwrap_or(0);
            figures::answered(Duration::from_micros(micros));
        }
    }
    // A refusal at once is a bounce that needs no notice.
    if refused {
        let (kind, status) = bounce::refusal(&said);
        let (recipient, status) = (row.envelope_to.clone(), status.unwrap_or_default());
        let notice = format!("{}-{}", row.id, row.attempts);
        let message_id = row.message_id.clone();
        store.record_bounce(NewBounce { notice, message_id, recipient, kind: kind.key(), status }, now).await?;
    }
    Ok(())
}

/// What is done after a failed attempt. A permanent refusal is kept and shown, never retried by itself; a lost
/// answer is never retried blindly (RFC 1047).
fn after(error: &SendError, row: &OutboxRow, rules: &config::Outbox, now: Timestamp) -> Outcome {
    match error {
        SendError::Permanent(_) => Outcome::Held,
        SendError::Uncertain { copied, .. } => Outcome::Uncertain { copied: *copied },
        SendError::Temporary(_) | SendError::Settings(_) => {
            let given_up = row.created_at.plus(Duration::from_secs(rules.give_up_hours.saturating_mul(3600)));
            if now >= given_up { Outcome::Held } else { Outcome::RetryAt(now.plus(delay(row.attempts, rules))) }
        }
    }
}

/// The pause after attempt `n` (from 1); the last one of the list repeats.
fn delay(n: i64, rules: &config::Outbox) -> Duration {
    let index = usize::try_from(n.saturating_sub(1)).unwrap_or(0).min(rules.retry_seconds.len().saturating_sub(1));
    Duration::from_secs(rules.retry_seconds.get(index).copied().unwrap_or(3600))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pauses_follow_the_schedule_and_the_last_repeats() {
        let rules = config::Outbox { retry_seconds: vec![60, 300], give_up_hours: 96 };
        let pauses: Vec<u64> = [1, 2, 3, 99].into_iter().map(|n| delay(n, &rules).as_secs()).collect();
        assert_eq!(pauses, [60, 300, 300, 300]);
    }
}
