//! The story of a case: what happened, when, append-only.

use super::audit::{self, Record};
use super::{Connection, Store, StoreError};
use crate::domain::audit::Origin;
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

/// Whose word something rests on, and why: what is kept of a person's doing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// The person's key: a reviewer's, or `operator` for the command line.
    pub person: String,
    /// Their name.
    pub name: String,
    /// Why, without identity; empty where nobody asked.
    pub why: String,
}

impl Word {
    /// Name and reason in one line.
    pub fn said(&self) -> String {
        if self.why.is_empty() { self.name.clone() } else { format!("{}: {}", self.name, self.why) }
    }
}

/// Adds an event of the service's own inside a write.
pub(super) async fn record(
    connection: &mut Connection,
    case: &str,
    at: Timestamp,
    what: &str,
    detail: &str,
) -> Result<(), StoreError> {
    record_by(connection, case, at, what, detail, "").await
}

/// Adds an event that a person made, by their key, inside a write.
pub(super) async fn record_by(
    connection: &mut Connection,
    case: &str,
    at: Timestamp,
    what: &str,
    detail: &str,
    person: &str,
) -> Result<(), StoreError> {
    let (place,): (i64,) = sqlx::query_as(
        "INSERT INTO event (case_id, n, at, what, detail)
         VALUES ($1, (SELECT COALESCE(MAX(n), 0) + 1 FROM event WHERE case_id = $1), $2, $3, $4) RETURNING n",
    )
    .bind(case)
    .bind(at.0)
    .bind(what)
    .bind(detail)
    .fetch_one(&mut *connection)
    .await?;
    audit::append(connection, Record { origin: Origin::Case, about: case, place, at, person, what, detail }).await
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
