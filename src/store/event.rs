//! The story of a case: what happened, when, append-only.

use super::{Connection, Store, StoreError};
use crate::domain::case::CaseId;
use crate::domain::time::Timestamp;

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// When.
    pub at: Timestamp,
    /// What: a word of a fixed list, such as `received`, `admitted`, `sent`.
    pub what: String,
    /// More, without identity.
    pub detail: String,
}

/// Adds an event inside a write.
pub(super) async fn record(
    connection: &mut Connection,
    case: &str,
    at: Timestamp,
    what: &str,
    detail: &str,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO event (case_id, n, at, what, detail)
         VALUES ($1, (SELECT COALESCE(MAX(n), 0) + 1 FROM event WHERE case_id = $1), $2, $3, $4)",
    )
    .bind(case)
    .bind(at.0)
    .bind(what)
    .bind(detail)
    .execute(connection)
    .await?;
    Ok(())
}

impl Store {
    /// The story of a case, oldest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn list_events(&self, case: &CaseId) -> Result<Vec<Event>, StoreError> {
        let rows: Vec<(i64, String, String)> =
            sqlx::query_as("SELECT at, what, detail FROM event WHERE case_id = $1 ORDER BY n")
                .bind(case.as_str())
                .fetch_all(&self.readers)
                .await?;
        Ok(rows.into_iter().map(|(at, what, detail)| Event { at: Timestamp(at), what, detail }).collect())
    }
}
