//! What was decided about a case, read back.

use super::{Store, StoreError, case, queue};
use crate::domain::case::CaseId;
use crate::domain::draft::Draft;
use crate::domain::review::{Decision, Review};
use crate::domain::time::Timestamp;
use crate::domain::waits::Waits;

/// A decision on record.
#[derive(Debug, Clone)]
pub struct Recorded {
    /// Its place among the decisions about the case, from 1.
    pub n: i64,
    /// The reviewer's key.
    pub reviewer: String,
    /// What was decided.
    pub review: Review,
    /// What was written beside it.
    pub note: String,
    /// The pile it lay in.
    pub pile: Waits,
    /// The draft that was found.
    pub found: Option<Draft>,
    /// The reviewer changed it.
    pub edited: bool,
    /// `pending`, `done` or `undone`.
    pub state: String,
    /// When.
    pub at: Timestamp,
}

type ReviewRow = (i64, String, String, String, String, String, String, Option<String>, i64, String, i64);

impl Store {
    /// The decision about a case that is still to be carried out.
    ///
    /// # Errors
    /// The database failed.
    pub async fn find_pending(&self, id: &CaseId) -> Result<Option<Recorded>, StoreError> {
        Ok(self.list_reviews(id).await?.into_iter().find(|review| review.state == "pending"))
    }

    /// Every decision about a case, the last one first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn list_reviews(&self, id: &CaseId) -> Result<Vec<Recorded>, StoreError> {
        let rows: Vec<ReviewRow> = sqlx::query_as(
            "SELECT n, reviewer, signature, decision, note, overruled, pile, found, edited, state, at FROM review
             WHERE case_id = $1 ORDER BY n DESC",
        )
        .bind(id.as_str())
        .fetch_all(&self.readers)
        .await?;
        let read = |(n, reviewer, signature, decision, note, overruled, pile, found, edited, state, at): ReviewRow| {
            let known = Decision::parse(&decision)
                .ok_or_else(|| StoreError::Value { what: "review.decision", value: decision.clone() })?;
            Ok(Recorded {
                n,
                reviewer,
                review: Review::recorded(known, signature, overruled),
                note,
                pile: queue::pile(&pile)?,
                found: case::read_json("review.found", found)?,
                edited: edited != 0,
                state,
                at: Timestamp(at),
            })
        };
        rows.into_iter().map(read).collect()
    }
}
