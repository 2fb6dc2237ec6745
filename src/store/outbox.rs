//! The outbox: wire bytes and Message-ID fixed when the row is made; a row leaves only as sent, held or uncertain.

use super::{Store, StoreError, case, event, quality, review, sample, tally};
use crate::domain::case::{CaseId, CaseStatus};
use crate::domain::outbox::{OutboxKind, OutboxState};
use crate::domain::release::Release;
use crate::domain::time::Timestamp;
use crate::point;
use crate::store::case::{Lease, Progress};

/// A message to leave.
#[derive(Debug, Clone)]
pub struct NewOutbox {
    /// Its row's id.
    pub id: String,
    /// Its Message-ID, which never changes.
    pub message_id: String,
    /// Reverse-path.
    pub envelope_from: String,
    /// The recipient.
    pub envelope_to: String,
    /// Who gets the same mail as a copy.
    pub copies: Vec<String>,
    /// The complete message.
    pub wire: Vec<u8>,
}

/// A message in a sender's hands, or on a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxRow {
    /// Its row's id.
    pub id: String,
    /// Its case.
    pub case: CaseId,
    /// What it is.
    pub kind: OutboxKind,
    /// Where it stands.
    pub state: OutboxState,
    /// Its Message-ID.
    pub message_id: String,
    /// Reverse-path.
    pub envelope_from: String,
    /// The recipient; never print it to a log.
    pub envelope_to: String,
    /// The complete message.
    pub wire: Vec<u8>,
    /// How often it was tried.
    pub attempts: i64,
    /// When it is tried next.
    pub next_at: Timestamp,
    /// When it was made.
    pub created_at: Timestamp,
    /// What the server said last.
    pub said: String,
}

/// What came of an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// A server took responsibility.
    Sent,
    /// Tried again at that time.
    RetryAt(Timestamp),
    /// A person must look.
    Held,
    /// It may have left.
    Uncertain {
        /// The server had agreed to give an address of ours the same message: where that has none, it did not leave.
        copied: bool,
    },
}

impl Outcome {
    /// The state it leads to.
    pub fn state(&self) -> OutboxState {
        match self {
            Self::Sent => OutboxState::Sent,
            Self::RetryAt(_) => OutboxState::RetryAt,
            Self::Held => OutboxState::Held,
            Self::Uncertain { .. } => OutboxState::Uncertain,
        }
    }
}

pub(super) type Row = (String, String, String, String, String, String, String, Vec<u8>, i64, i64, i64, String);

impl Store {
    /// Puts a message into the outbox and moves its case on, in one transaction. Where a message of that kind is
    /// there already (the stage ran twice), the first one stands.
    ///
    /// # Errors
    /// The database failed, or the lease was lost.
    pub async fn enqueue(
        &self,
        lease: &Lease,
        release: &Release,
        message: NewOutbox,
        to: CaseStatus,
        progress: Progress,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let (lease, kind, why) = (lease.clone(), release.kind(), release.reason().to_owned());
        self.write(move |connection| {
            Box::pin(async move {
                case::advance(connection, &lease, to, &progress, now).await?;
                let copies = message.copies.iter().enumerate();
                let rows = std::iter::once((message.id.clone(), kind, &message.envelope_to))
                    .chain(copies.map(|(n, to)| (format!("{}-{}", message.id, n + 1), OutboxKind::Copy, to)));
                for (id, kind, to) in rows {
                    let done = sqlx::query(
                        "INSERT INTO outbox (id, case_id, kind, reason, message_id, envelope_from, envelope_to, wire,
                             state, next_at, created_at)
                         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'ready', $9, $9)
                         ON CONFLICT (case_id, kind, envelope_to) DO NOTHING",
                    )
                    .bind(&id)
                    .bind(lease.case.as_str())
                    .bind(kind.key())
                    .bind(&why)
                    .bind(&message.message_id)
                    .bind(&message.envelope_from)
                    .bind(to)
                    .bind(&message.wire)
                    .bind(now.0)
                    .execute(&mut *connection)
                    .await?;
                    if done.rows_affected() == 1 {
                        tally::count(connection, &now.date().to_string(), to).await?;
                    }
                }
                point!("in-enqueue");
                if lease.status == CaseStatus::Decided {
                    review::carried_out(connection, lease.case.as_str()).await?;
                } else if kind != OutboxKind::Answer {
                    free(connection, lease.case.as_str()).await?;
                }
                event::record(connection, lease.case.as_str(), now, "outbox", kind.key()).await
            })
        })
        .await
    }

    /// Moves a case on without a message, and frees what it had reserved.
    ///
    /// # Errors
    /// The database failed, or the lease was lost.
    pub async fn close_quietly(
        &self,
        lease: &Lease,
        to: CaseStatus,
        progress: Progress,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let lease = lease.clone();
        self.write(move |connection| {
            Box::pin(async move {
                case::advance(connection, &lease, to, &progress, now).await?;
                free(connection, lease.case.as_str()).await
            })
        })
        .await
    }

    /// Takes messages that are due and marks them as being sent, before any byte leaves. `copied`: an
    /// address of ours is asked to get each as well.
    ///
    /// # Errors
    /// The database failed.
    pub async fn take_due(&self, now: Timestamp, limit: i64, copied: bool) -> Result<Vec<OutboxRow>, StoreError> {
        let sender = self.sender();
        self.write(move |connection| {
            Box::pin(async move {
                let rows: Vec<Row> = sqlx::query_as(
                    "UPDATE outbox SET state = 'sending', attempts = attempts + 1, sender = $3, copied = $4
                     WHERE id IN (SELECT id FROM outbox WHERE state IN ('ready', 'retry_at') AND next_at <= $1
                         ORDER BY next_at LIMIT $2)
                     RETURNING id, case_id, kind, state, message_id, envelope_from, envelope_to, wire, attempts,
                         next_at, created_at, said",
                )
                .bind(now.0)
                .bind(limit)
                .bind(&sender)
                .bind(i64::from(copied))
                .fetch_all(connection)
                .await?;
                let mut rows = rows.into_iter().map(outbox_row).collect::<Result<Vec<OutboxRow>, StoreError>>()?;
                // An engine tells what it changed in whatever order.
                rows.sort_by(|a, b| (a.next_at, a.created_at, &a.id).cmp(&(b.next_at, b.created_at, &b.id)));
                Ok(rows)
            })
        })
        .await
    }

    /// Records what came of an attempt. An answer that left settles its quota and closes its case.
    ///
    /// # Errors
    /// The database failed.
    pub async fn record_attempt(
        &self,
        row: &OutboxRow,
        outcome: Outcome,
        said: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let (id, case, kind, n, next) = (row.id.clone(), row.case.clone(), row.kind, row.attempts, row.next_at);
        let said = said.to_owned();
        self.write(move |connection| {
            Box::pin(async move {
                let state = outcome.state();
                let next = if let Outcome::RetryAt(at) = outcome { at } else { next };
                let copied = !matches!(outcome, Outcome::Uncertain { copied: false });
                sqlx::query(
                    "UPDATE outbox SET state = $2, next_at = $3, said = $4, copied = CASE WHEN $6 = 0 THEN 0 ELSE copied END,
                         sent_at = CASE WHEN $2 = 'sent' THEN $5 ELSE sent_at END,
                         uncertain_at = CASE WHEN $2 = 'uncertain' THEN $5 ELSE uncertain_at END
                     WHERE id = $1 AND state = 'sending'",
                )
                .bind(&id)
                .bind(state.key())
                .bind(next.0)
                .bind(&said)
                .bind(now.0)
                .bind(i64::from(copied))
                .execute(&mut *connection)
                .await?;
                sqlx::query("INSERT INTO attempt (outbox_id, n, at, outcome, said) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING")
                    .bind(&id)
                    .bind(n)
                    .bind(now.0)
                    .bind(state.key())
                    .bind(&said)
                    .execute(&mut *connection)
                    .await?;
                let detail = format!("{}: {said}", kind.key());
                event::record(connection, case.as_str(), now, state.key(), &detail).await?;
                if state == OutboxState::Sent && kind == OutboxKind::Answer {
                    settle(connection, case.as_str(), now).await?;
                }
                Ok(())
            })
        })
        .await
    }

    /// When the next message is due; `None` when nothing waits.
    ///
    /// # Errors
    /// The database failed.
    pub async fn find_next_due(&self) -> Result<Option<Timestamp>, StoreError> {
        let (next,): (Option<i64>,) =
            sqlx::query_as("SELECT MIN(next_at) FROM outbox WHERE state IN ('ready', 'retry_at')")
                .fetch_one(&self.readers)
                .await?;
        Ok(next.map(Timestamp))
    }

    /// The messages of a case.
    ///
    /// # Errors
    /// The database failed.
    pub async fn list_outbox(&self, case: &CaseId) -> Result<Vec<OutboxRow>, StoreError> {
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT id, case_id, kind, state, message_id, envelope_from, envelope_to, wire, attempts, next_at,
                 created_at, said FROM outbox WHERE case_id = $1 ORDER BY created_at, id",
        )
        .bind(case.as_str())
        .fetch_all(&self.readers)
        .await?;
        rows.into_iter().map(outbox_row).collect()
    }

    /// How many messages stand in each state.
    ///
    /// # Errors
    /// The database failed.
    pub async fn count_outbox(&self) -> Result<Vec<(OutboxState, i64)>, StoreError> {
        let rows: Vec<(String, i64)> =
            sqlx::query_as("SELECT state, count(*) FROM outbox GROUP BY state ORDER BY state")
                .fetch_all(&self.readers)
                .await?;
        rows.into_iter().map(|(text, n)| Ok((outbox_state(&text)?, n))).collect()
    }
}

pub(super) async fn settle(connection: &mut super::Connection, case: &str, now: Timestamp) -> Result<(), StoreError> {
    sqlx::query("UPDATE reservation SET state = 'settled' WHERE case_id = $1 AND state = 'reserved'")
        .bind(case)
        .execute(&mut *connection)
        .await?;
    let left = sqlx::query(
        "UPDATE consultation SET status = 'answered', updated_at = $2 WHERE id = $1 AND status = 'replying'",
    )
    .bind(case)
    .bind(now.0)
    .execute(&mut *connection)
    .await?;
    if left.rows_affected() == 1 {
        quality::count_time(connection, case, now).await?;
        sample::to_pile(connection, case, now).await?;
    }
    event::record(connection, case, now, "answered", "").await
}

pub(super) async fn free(connection: &mut super::Connection, case: &str) -> Result<(), StoreError> {
    sqlx::query("UPDATE reservation SET state = 'freed' WHERE case_id = $1 AND state = 'reserved'")
        .bind(case)
        .execute(connection)
        .await?;
    Ok(())
}

fn outbox_row(row: Row) -> Result<OutboxRow, StoreError> {
    let (id, case, kind, state, message_id, envelope_from, envelope_to, wire, attempts, next_at, created_at, said) =
        row;
    let kind = OutboxKind::parse(&kind).ok_or(StoreError::Value { what: "outbox.kind", value: kind })?;
    Ok(OutboxRow {
        id,
        case: case::case_id(&case)?,
        kind,
        state: outbox_state(&state)?,
        message_id,
        envelope_from,
        envelope_to,
        wire,
        attempts,
        next_at: Timestamp(next_at),
        created_at: Timestamp(created_at),
        said,
    })
}

pub(super) fn outbox_state(text: &str) -> Result<OutboxState, StoreError> {
    OutboxState::parse(text).ok_or_else(|| StoreError::Value { what: "outbox.state", value: text.to_owned() })
}
