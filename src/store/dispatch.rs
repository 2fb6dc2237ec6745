//! The outbox as an admin sees it: listed by state, and settled by a person's word with a reason that is kept.

use super::event::{self, Word};
use super::{Statement, Store, StoreError, case, outbox};
use crate::domain::case::CaseId;
use crate::domain::outbox::{OutboxKind, OutboxState};
use crate::domain::time::Timestamp;

/// A message of the outbox without its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
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
    /// The recipient; shown whole to whoever opens the row, never in a log.
    pub envelope_to: String,
    /// Its bytes; 0 where they were purged.
    pub size: u64,
    /// How often it was tried.
    pub attempts: i64,
    /// When it is tried next, where it is.
    pub next_at: Timestamp,
    /// When it was made.
    pub created_at: Timestamp,
    /// When a server took it.
    pub sent_at: Option<Timestamp>,
    /// What the server, or a person, said last.
    pub said: String,
}

/// One attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// Its number, from 1.
    pub n: i64,
    /// When.
    pub at: Timestamp,
    /// The state that it led to.
    pub outcome: String,
    /// What the server said.
    pub said: String,
}

type Row = (String, String, String, String, String, String, i64, i64, i64, i64, Option<i64>, String);

const COLUMNS: &str =
    "SELECT id, case_id, kind, state, message_id, envelope_to, length(wire), attempts, next_at, created_at,
    sent_at, said FROM outbox";

impl Store {
    /// Messages of one state, or of all; the newest first, behind the place `after`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn list_dispatch(
        &self,
        state: Option<OutboxState>,
        after: Option<&(Timestamp, String)>,
        limit: i64,
    ) -> Result<Vec<Line>, StoreError> {
        let mut query = matching(state, after);
        query.push(" ORDER BY created_at DESC, id DESC LIMIT ").push_bind(limit);
        let rows: Vec<Row> = query.rows().fetch_all(&self.readers).await?;
        rows.into_iter().map(line).collect()
    }

    /// One of them, with every attempt.
    ///
    /// # Errors
    /// The database failed.
    pub async fn find_dispatch(&self, id: &str) -> Result<Option<(Line, Vec<Attempt>)>, StoreError> {
        let mut query = Statement::new(COLUMNS);
        query.push(" WHERE id = ").push_bind(id);
        let row: Option<Row> = query.rows().fetch_optional(&self.readers).await?;
        let Some(row) = row else { return Ok(None) };
        let attempts: Vec<(i64, i64, String, String)> =
            sqlx::query_as("SELECT n, at, outcome, said FROM attempt WHERE outbox_id = $1 ORDER BY n")
                .bind(id)
                .fetch_all(&self.readers)
                .await?;
        let attempt = |(n, at, outcome, said)| Attempt { n, at: Timestamp(at), outcome, said };
        Ok(Some((line(row)?, attempts.into_iter().map(attempt).collect())))
    }

    /// How many messages do not rest, in each state.
    ///
    /// # Errors
    /// The database failed.
    pub async fn count_dispatch(&self) -> Result<Vec<(OutboxState, i64)>, StoreError> {
        let rows: Vec<(String, i64)> = sqlx::query_as(OPEN).fetch_all(&self.readers).await?;
        rows.into_iter().map(|(state, n)| Ok((outbox::outbox_state(&state)?, n))).collect()
    }

    /// When the oldest message was made of which nobody knows whether it left.
    ///
    /// # Errors
    /// The database failed.
    pub async fn find_oldest_uncertain(&self) -> Result<Option<Timestamp>, StoreError> {
        let (at,): (Option<i64>,) = sqlx::query_as("SELECT MIN(created_at) FROM outbox WHERE state = 'uncertain'")
            .fetch_one(&self.readers)
            .await?;
        Ok(at.map(Timestamp))
    }

    /// Has a message sent at once that waits for its next attempt (`from` is `RetryAt`) or for a person (`Held`). False
    /// where it is not in that state any more, or its bytes are gone.
    ///
    /// # Errors
    /// The database failed.
    pub async fn send_again(
        &self,
        id: &str,
        from: OutboxState,
        word: Word,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let id = id.to_owned();
        self.write(move |connection| {
            Box::pin(async move {
                let done: Option<(String, String)> = sqlx::query_as(
                    "UPDATE outbox SET state = 'ready', next_at = $3
                     WHERE id = $1 AND state = $2 AND state IN ('retry_at', 'held') AND length(wire) > 0
                     RETURNING case_id, kind",
                )
                .bind(&id)
                .bind(from.key())
                .bind(now.0)
                .fetch_optional(&mut *connection)
                .await?;
                let Some((case, kind)) = done else { return Ok(false) };
                let what = if from == OutboxState::Held { "released" } else { "retried" };
                let detail = format!("{kind}, by {}", word.said());
                event::record_by(connection, &case, now, what, &detail, &word.person).await?;
                Ok(true)
            })
        })
        .await
    }

    /// Decides that a message never leaves. With an answer go its copies that wait, what was reserved for it, and the wait
    /// of its case. False where it left, is leaving, or may have left.
    ///
    /// # Errors
    /// The database failed.
    pub async fn discard_message(&self, id: &str, word: Word, now: Timestamp) -> Result<bool, StoreError> {
        let id = id.to_owned();
        self.write(move |connection| {
            Box::pin(async move {
                let said = format!("discarded by {}", word.said());
                let done: Option<(String, String, String)> = sqlx::query_as(
                    "UPDATE outbox SET state = 'discarded', said = $2
                     WHERE id = $1 AND state IN ('ready', 'retry_at', 'held') RETURNING case_id, kind, message_id",
                )
                .bind(&id)
                .bind(&said)
                .fetch_optional(&mut *connection)
                .await?;
                let Some((case, kind, message)) = done else { return Ok(false) };
                if kind == OutboxKind::Answer.key() {
                    end_answer(connection, &case, &message, &said, now).await?;
                }
                let detail = format!("{kind}, by {}", word.said());
                event::record_by(connection, &case, now, "discarded", &detail, &word.person).await?;
                Ok(true)
            })
        })
        .await
    }
}

const OPEN: &str =
    "SELECT state, count(*) FROM outbox WHERE state NOT IN ('sent', 'discarded') GROUP BY state ORDER BY state";

async fn end_answer(
    connection: &mut super::Connection,
    case: &str,
    message: &str,
    said: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE outbox SET state = 'discarded', said = $2
         WHERE message_id = $1 AND state IN ('ready', 'retry_at', 'held')",
    )
    .bind(message)
    .bind(said)
    .execute(&mut *connection)
    .await?;
    outbox::free(connection, case).await?;
    sqlx::query(
        "UPDATE consultation SET status = 'ignored', reason = $2, updated_at = $3 WHERE id = $1 AND status = 'replying'",
    )
    .bind(case)
    .bind(format!("its answer was {said}"))
    .bind(now.0)
    .execute(connection)
    .await?;
    Ok(())
}

fn matching(state: Option<OutboxState>, after: Option<&(Timestamp, String)>) -> Statement {
    let mut query = Statement::new(COLUMNS);
    query.push(" WHERE 1 = 1");
    if let Some(state) = state {
        query.push(" AND state = ").push_bind(state.key());
    }
    if let Some((at, id)) = after {
        query.push(" AND (created_at, id) < (").push_bind(at.0).push(", ").push_bind(id.clone()).push(")");
    }
    query
}

fn line(row: Row) -> Result<Line, StoreError> {
    let (id, case, kind, state, message_id, envelope_to, size, attempts, next_at, created_at, sent_at, said) = row;
    Ok(Line {
        id,
        case: case::case_id(&case)?,
        kind: OutboxKind::parse(&kind).ok_or(StoreError::Value { what: "outbox.kind", value: kind })?,
        state: outbox::outbox_state(&state)?,
        message_id,
        envelope_to,
        size: u64::try_from(size).unwrap_or(0),
        attempts,
        next_at: Timestamp(next_at),
        created_at: Timestamp(created_at),
        sent_at: sent_at.map(Timestamp),
        said,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_list_and_the_counts_of_the_outbox_walk_an_index() {
        let (_folder, store) = crate::store::explained::scratch().await;
        let after = (Timestamp(5), "o1".to_owned());
        for state in [None, Some(OutboxState::Held)] {
            for after in [None, Some(&after)] {
                let mut query = matching(state, after);
                query.push(" ORDER BY created_at DESC, id DESC LIMIT 50");
                let plan = store.plan(query.text()).await;
                assert!(plan.contains("USING INDEX outbox_") && !plan.contains("TEMP B-TREE"), "{state:?}: {plan}");
            }
        }
        let plan = store.plan(OPEN).await;
        assert!(plan.contains("USING COVERING INDEX outbox_open") && !plan.contains("TEMP B-TREE"), "{plan}");
    }
}
