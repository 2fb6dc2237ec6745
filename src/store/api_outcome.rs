//! What came of a call that carried an `Idempotency-Key`: kept in the transaction of what it did, so that the same call
//! again does nothing and is told the same.

use super::{Connection, Store, StoreError};
use crate::domain::time::Timestamp;
use crate::store::review::{NewReview, decide};

/// Outcomes are kept for so many microseconds: seven days.
const KEPT_MICROS: i64 = 7 * 24 * 3_600 * 1_000_000;

/// A call, and what it is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The key of the token that called.
    pub token: String,
    /// What the caller named the call.
    pub key: String,
    /// SHA-256 of what was asked for: another request under the same key is a mistake.
    pub request: String,
    /// What was answered.
    pub answer: String,
}

/// What came of deciding once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Once {
    /// It was decided now.
    Done,
    /// The case is not in the reviewer's hands.
    NotHeld,
    /// The call was made before: what came of it then.
    Before(Outcome),
}

impl Store {
    /// What came of a call that was made before.
    ///
    /// # Errors
    /// The database failed.
    pub async fn find_outcome(&self, token: &str, key: &str) -> Result<Option<Outcome>, StoreError> {
        let mut connection = self.readers.acquire().await?;
        find(&mut connection, token, key).await
    }

    /// Records a decision and what its caller is told, unless that call was made before.
    ///
    /// # Errors
    /// The database failed.
    pub async fn decide_once(&self, new: NewReview, outcome: Outcome, now: Timestamp) -> Result<Once, StoreError> {
        self.write(move |connection| {
            Box::pin(async move {
                if let Some(before) = find(connection, &outcome.token, &outcome.key).await? {
                    return Ok(Once::Before(before));
                }
                if !decide(connection, &new, now).await? {
                    return Ok(Once::NotHeld);
                }
                sqlx::query("DELETE FROM api_outcome WHERE at < $1")
                    .bind(now.0.saturating_sub(KEPT_MICROS))
                    .execute(&mut *connection)
                    .await?;
                sqlx::query("INSERT INTO api_outcome (token_id, key, request, answer, at) VALUES ($1, $2, $3, $4, $5)")
                    .bind(&outcome.token)
                    .bind(&outcome.key)
                    .bind(&outcome.request)
                    .bind(&outcome.answer)
                    .bind(now.0)
                    .execute(&mut *connection)
                    .await?;
                Ok(Once::Done)
            })
        })
        .await
    }
}

async fn find(connection: &mut Connection, token: &str, key: &str) -> Result<Option<Outcome>, StoreError> {
    let row: Option<(String, String)> =
        sqlx::query_as("SELECT request, answer FROM api_outcome WHERE token_id = $1 AND key = $2")
            .bind(token)
            .bind(key)
            .fetch_optional(connection)
            .await?;
    Ok(row.map(|(request, answer)| Outcome { token: token.to_owned(), key: key.to_owned(), request, answer }))
}
