//! What programs of others are told: queued by triggers in the transaction of what it tells of, taken one attempt at a
//! time. A process that dies during an attempt leaves its message waiting: it is told at least once, under the same id.

use std::collections::BTreeMap;
use std::time::Duration;

use super::{Store, StoreError};
use crate::domain::time::Timestamp;
use crate::domain::webhook::WebhookKind;

/// A message in the hands of an attempt is nobody else's for so long: longer than any attempt takes.
const ATTEMPT: Duration = Duration::from_secs(120);

/// A message to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookMessage {
    /// The webhook's name in the settings.
    pub webhook: String,
    /// Its id, the same for every attempt.
    pub id: String,
    /// What it tells of.
    pub kind: WebhookKind,
    /// The case; empty where it is about none.
    pub case: String,
    /// The mail of the case.
    pub turn: String,
    /// The account; empty for a guest.
    pub account: String,
    /// A pile, a state, `hard` or `soft`, `quota_80`, `quota_100` or `kept`.
    pub what: String,
    /// When it happened.
    pub at: Timestamp,
    /// This attempt's number, from 1.
    pub attempts: u32,
    /// When the first attempt was made.
    pub first_at: Timestamp,
}

/// What came of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attempt {
    /// The endpoint took it.
    Told,
    /// Again at that time.
    Again(Timestamp),
    /// Nobody is told.
    GivenUp,
}

/// How a webhook fares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// Its name.
    pub name: String,
    /// What it is told of.
    pub events: Vec<&'static str>,
    /// Messages that wait.
    pub waiting: i64,
    /// Messages that were given up.
    pub given_up: i64,
    /// What came of the last attempt.
    pub said: String,
}

#[derive(sqlx::FromRow)]
struct Row {
    webhook: String,
    id: String,
    kind: String,
    case_id: String,
    turn_id: String,
    account: String,
    what: String,
    at: i64,
    attempts: i64,
    first_at: i64,
}

/// An attempt begins: its message is nobody else's until the time is over.
const TAKE: &str = "UPDATE webhook_message SET attempts = attempts + 1, next_at = $3,
         first_at = CASE WHEN first_at = 0 THEN $1 ELSE first_at END, at = CASE WHEN at = 0 THEN $1 ELSE at END
     WHERE (webhook, id) IN (SELECT webhook, id FROM webhook_message
         WHERE state = 'waiting' AND next_at <= $1 ORDER BY next_at LIMIT $2)
     RETURNING webhook, id, kind, case_id, turn_id, account, what, at, attempts, first_at";
const LAST: &str = "SELECT said FROM webhook_message WHERE webhook = $1 ORDER BY next_at DESC LIMIT 1";
const WAITING: &str = "SELECT count(*) FROM webhook_message WHERE webhook = $1 AND state = 'waiting'";
const GIVEN_UP: &str = "SELECT count(*) FROM webhook_message WHERE webhook = $1 AND state = 'given_up'";
const DROP: &str = "DELETE FROM webhook_message WHERE state = 'told' AND next_at < $1";

fn kind(word: &str) -> Result<WebhookKind, StoreError> {
    WebhookKind::parse(word).ok_or_else(|| StoreError::Value { what: "webhook_message.kind", value: word.to_owned() })
}

fn read(row: Row) -> Result<WebhookMessage, StoreError> {
    Ok(WebhookMessage {
        kind: kind(&row.kind)?,
        webhook: row.webhook,
        id: row.id,
        case: row.case_id,
        turn: row.turn_id,
        account: row.account,
        what: row.what,
        at: Timestamp(row.at),
        attempts: u32::try_from(row.attempts).unwrap_or(u32::MAX),
        first_at: Timestamp(row.first_at),
    })
}

impl Store {
    /// Says which webhooks there are and what each wants to know of. What waits for one that is gone goes with it.
    ///
    /// # Errors
    /// The database failed.
    pub async fn set_webhooks(&self, all: BTreeMap<String, Vec<WebhookKind>>) -> Result<(), StoreError> {
        self.write(move |connection| {
            Box::pin(async move {
                sqlx::query("DELETE FROM webhook_event").execute(&mut *connection).await?;
                for (name, kinds) in &all {
                    for kind in kinds {
                        sqlx::query("INSERT INTO webhook_event (kind, webhook) VALUES ($1, $2) ON CONFLICT DO NOTHING")
                            .bind(kind.key())
                            .bind(name)
                            .execute(&mut *connection)
                            .await?;
                    }
                }
                sqlx::query("DELETE FROM webhook_message WHERE webhook NOT IN (SELECT webhook FROM webhook_event)")
                    .execute(connection)
                    .await?;
                Ok(())
            })
        })
        .await
    }

    /// Takes messages that are due, for one attempt each.
    ///
    /// # Errors
    /// The database failed, or a stored value cannot be read.
    pub async fn take_webhook_messages(&self, now: Timestamp, limit: i64) -> Result<Vec<WebhookMessage>, StoreError> {
        self.write(move |connection| {
            Box::pin(async move {
                let rows: Vec<Row> = sqlx::query_as(TAKE)
                    .bind(now.0)
                    .bind(limit)
                    .bind(now.plus(ATTEMPT).0)
                    .fetch_all(connection)
                    .await?;
                let mut rows = rows.into_iter().map(read).collect::<Result<Vec<WebhookMessage>, StoreError>>()?;
                rows.sort_by(|a, b| (a.at, &a.id).cmp(&(b.at, &b.id)));
                Ok(rows)
            })
        })
        .await
    }

    /// Records what came of an attempt.
    ///
    /// # Errors
    /// The database failed.
    pub async fn record_webhook_attempt(
        &self,
        message: &WebhookMessage,
        attempt: Attempt,
        said: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let (webhook, id, said) = (message.webhook.clone(), message.id.clone(), said.to_owned());
        self.write(move |connection| {
            Box::pin(async move {
                let (state, next) = match attempt {
                    Attempt::Told => ("told", now),
                    Attempt::Again(at) => ("waiting", at),
                    Attempt::GivenUp => ("given_up", now),
                };
                sqlx::query(
                    "UPDATE webhook_message SET state = $3, next_at = $4, said = $5 WHERE webhook = $1 AND id = $2",
                )
                .bind(&webhook)
                .bind(&id)
                .bind(state)
                .bind(next.0)
                .bind(&said)
                .execute(connection)
                .await?;
                Ok(())
            })
        })
        .await
    }

    /// How each webhook fares, by name.
    ///
    /// # Errors
    /// The database failed, or a stored value cannot be read.
    pub async fn list_told(&self) -> Result<Vec<Told>, StoreError> {
        let rows: Vec<(String, String)> =
            sqlx::query_as("SELECT webhook, kind FROM webhook_event").fetch_all(&self.readers).await?;
        let mut events: BTreeMap<String, Vec<WebhookKind>> = BTreeMap::new();
        for (name, word) in rows {
            events.entry(name).or_default().push(kind(&word)?);
        }
        let mut all = Vec::new();
        for (name, kinds) in events {
            let kinds = WebhookKind::ALL.into_iter().filter(|kind| kinds.contains(kind));
            let said: Option<(String,)> = sqlx::query_as(LAST).bind(&name).fetch_optional(&self.readers).await?;
            all.push(Told {
                events: kinds.map(WebhookKind::key).collect(),
                waiting: self.count_messages(WAITING, &name).await?,
                given_up: self.count_messages(GIVEN_UP, &name).await?,
                said: said.map(|(said,)| said).unwrap_or_default(),
                name,
            });
        }
        Ok(all)
    }

    async fn count_messages(&self, statement: &'static str, webhook: &str) -> Result<i64, StoreError> {
        let (n,): (i64,) = sqlx::query_as(statement).bind(webhook).fetch_one(&self.readers).await?;
        Ok(n)
    }

    /// Messages that were given up, for all webhooks.
    ///
    /// # Errors
    /// The database failed.
    pub async fn count_given_up(&self) -> Result<u64, StoreError> {
        let (n,): (i64,) = sqlx::query_as("SELECT count(*) FROM webhook_message WHERE state = 'given_up'")
            .fetch_one(&self.readers)
            .await?;
        Ok(u64::try_from(n).unwrap_or(0))
    }

    /// Tries again what was given up for a webhook, from the start; returns how many.
    ///
    /// # Errors
    /// The database failed.
    pub async fn retry_webhook(&self, webhook: &str, now: Timestamp) -> Result<u64, StoreError> {
        let webhook = webhook.to_owned();
        self.write(move |connection| {
            Box::pin(async move {
                let done = sqlx::query(
                    "UPDATE webhook_message SET state = 'waiting', attempts = 0, first_at = 0, next_at = $2
                     WHERE webhook = $1 AND state = 'given_up'",
                )
                .bind(&webhook)
                .bind(now.0)
                .execute(connection)
                .await?;
                Ok(done.rows_affected())
            })
        })
        .await
    }

    /// Forgets messages that were told before then.
    ///
    /// # Errors
    /// The database failed.
    pub async fn drop_told(&self, before: Timestamp) -> Result<(), StoreError> {
        self.write(move |connection| {
            Box::pin(async move {
                sqlx::query(DROP).bind(before.0).execute(connection).await?;
                Ok(())
            })
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn no_statement_walks_through_all_messages() {
        let (_folder, store) = crate::store::explained::scratch().await;
        let accounts = "SELECT name FROM account WHERE id > $1 ORDER BY id LIMIT $2";
        let token = "SELECT name FROM api_token WHERE digest = $1";
        for statement in [TAKE, LAST, WAITING, GIVEN_UP, DROP, accounts, token] {
            let sql = format!("EXPLAIN QUERY PLAN {statement}");
            let plan: Vec<(i64, i64, i64, String)> =
                sqlx::query_as(sqlx::AssertSqlSafe(sql)).fetch_all(&store.readers).await.unwrap();
            let walks = plan.iter().any(|(.., step)| step.starts_with("SCAN") || step.contains("TEMP B-TREE"));
            assert!(!walks && !plan.is_empty(), "{statement}: {plan:?}");
        }
    }
}
