//! A second look at answers that left by themselves: drawn, put into a pile of their own once they left, and judged.

use super::{Connection, Store, StoreError, event};
use crate::domain::case::CaseId;
use crate::domain::sample::Look;
use crate::domain::time::Timestamp;
use crate::domain::waits::Waits;

/// What was seen at a second look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Looked {
    /// What was found; none while nobody has looked.
    pub look: Option<Look>,
    /// Why; without identity.
    pub why: String,
    /// The reviewer's key.
    pub reviewer: String,
}

impl Store {
    /// Draws an answer that is about to leave for a second look. It enters its pile when it has left.
    ///
    /// # Errors
    /// The database failed.
    pub async fn draw_sample(&self, case: &CaseId, due: Timestamp, now: Timestamp) -> Result<(), StoreError> {
        let case = case.clone();
        self.write(move |connection| {
            Box::pin(async move {
                sqlx::query("INSERT INTO sample (case_id, at, due_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING")
                    .bind(case.as_str())
                    .bind(now.0)
                    .bind(due.0)
                    .execute(&mut *connection)
                    .await?;
                // It may have left already.
                to_pile(connection, case.as_str(), now).await
            })
        })
        .await
    }

    /// The second look at a case; `None` where it was not drawn.
    ///
    /// # Errors
    /// The database failed, or a stored value cannot be read.
    pub async fn find_look(&self, case: &CaseId) -> Result<Option<Looked>, StoreError> {
        let row: Option<(String, String, String)> =
            sqlx::query_as("SELECT verdict, why, reviewer FROM sample WHERE case_id = $1")
                .bind(case.as_str())
                .fetch_optional(&self.readers)
                .await?;
        Ok(row.map(|(verdict, why, reviewer)| Looked { look: Look::parse(&verdict), why, reviewer }))
    }

    /// Records a second look of the reviewer who holds the case, and takes it off its pile. False where they do not hold it
    /// any more.
    ///
    /// # Errors
    /// The database failed.
    pub async fn record_look(
        &self,
        case: &CaseId,
        look: Look,
        why: &str,
        reviewer: &str,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let (case, why, reviewer) = (case.clone(), why.to_owned(), reviewer.to_owned());
        self.write(move |connection| {
            Box::pin(async move {
                let done = sqlx::query(
                    "UPDATE consultation SET waits = '', claimed_by = ''
                     WHERE id = $1 AND waits = $2 AND claimed_by = $3 AND claimed_until >= $4",
                )
                .bind(case.as_str())
                .bind(Waits::Sample.key())
                .bind(&reviewer)
                .bind(now.0)
                .execute(&mut *connection)
                .await?;
                if done.rows_affected() == 0 {
                    return Ok(false);
                }
                sqlx::query(
                    "UPDATE sample SET verdict = $2, why = $3, reviewer = $4, looked_at = $5 WHERE case_id = $1",
                )
                .bind(case.as_str())
                .bind(look.key())
                .bind(&why)
                .bind(&reviewer)
                .bind(now.0)
                .execute(&mut *connection)
                .await?;
                event::record(connection, case.as_str(), now, "second look", &format!("{} by {reviewer}", look.key()))
                    .await?;
                Ok(true)
            })
        })
        .await
    }
}

/// Puts a drawn answer that has left into its pile; nothing where it was not drawn, or waits for something else.
pub(super) async fn to_pile(connection: &mut Connection, case: &str, now: Timestamp) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE consultation SET waits = $2, waits_since = $3, claimed_by = '',
             due_at = (SELECT due_at FROM sample WHERE case_id = $1)
         WHERE id = $1 AND waits = '' AND status = 'answered'
             AND EXISTS (SELECT 1 FROM sample WHERE case_id = $1 AND verdict = '')",
    )
    .bind(case)
    .bind(Waits::Sample.key())
    .bind(now.0)
    .execute(connection)
    .await?;
    Ok(())
}
