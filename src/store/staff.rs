//! Reviewers as an admin sees them: what each has in hand and has decided, what they know best, and their story.

use super::reviewer::{ReviewerEvent, is_last_admin, record};
use super::{Store, StoreError};
use crate::domain::time::Timestamp;

/// What a reviewer has to do and has done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Load {
    /// Cases in their hands now.
    pub held: i64,
    /// Decisions since a day, without those that were undone.
    pub decided: i64,
}

const LOAD: &str = "SELECT r.id,
        (SELECT count(*) FROM consultation c WHERE c.waits <> '' AND c.claimed_by = r.id AND c.claimed_until >= $1),
        (SELECT count(*) FROM review v WHERE v.reviewer = r.id AND v.at >= $2 AND v.state <> 'undone')
    FROM reviewer r";

impl Store {
    /// What each reviewer holds now and decided since then, by key.
    ///
    /// # Errors
    /// The database failed.
    pub async fn list_loads(&self, now: Timestamp, since: Timestamp) -> Result<Vec<(String, Load)>, StoreError> {
        let rows: Vec<(String, i64, i64)> =
            sqlx::query_as(LOAD).bind(now.0).bind(since.0).fetch_all(&self.readers).await?;
        Ok(rows.into_iter().map(|(id, held, decided)| (id, Load { held, decided })).collect())
    }

    /// Writes what a reviewer knows best, by which the next case is chosen for them.
    ///
    /// # Errors
    /// The database failed.
    pub async fn set_specialties(
        &self,
        id: &str,
        specialties: Vec<String>,
        by: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let (id, by) = (id.to_owned(), by.to_owned());
        self.write(move |connection| {
            Box::pin(async move {
                let sql = "UPDATE reviewer SET specialties = $2 WHERE id = $1 AND specialties <> $2";
                let done = sqlx::query(sql).bind(&id).bind(specialties.join("\n")).execute(&mut *connection).await?;
                if done.rows_affected() == 1 {
                    record(connection, now, &id, &by, "specialties", &specialties.join(", ")).await?;
                }
                Ok(())
            })
        })
        .await
    }

    /// True for an active admin beside whom there is none: without them nobody could keep accounts and reviewers.
    ///
    /// # Errors
    /// The database failed.
    pub async fn is_last_admin(&self, id: &str) -> Result<bool, StoreError> {
        let id = id.to_owned();
        self.write(move |connection| Box::pin(async move { is_last_admin(connection, &id).await })).await
    }

    /// What happened to one reviewer's account, the newest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn list_events_of(&self, reviewer: &str, limit: i64) -> Result<Vec<ReviewerEvent>, StoreError> {
        let rows: Vec<(i64, String, String, String)> = sqlx::query_as(
            "SELECT at, by_whom, what, detail FROM reviewer_event WHERE reviewer_id = $1 ORDER BY n DESC LIMIT $2",
        )
        .bind(reviewer)
        .bind(limit)
        .fetch_all(&self.readers)
        .await?;
        let of = |(at, by, what, detail)| ReviewerEvent {
            at: Timestamp(at),
            reviewer: reviewer.to_owned(),
            by,
            what,
            detail,
        };
        Ok(rows.into_iter().map(of).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::explained::{scratch, steps};

    #[tokio::test]
    async fn what_reviewers_hold_and_decided_is_counted_by_indexes() {
        let (_folder, store) = scratch().await;
        let found = steps(&store, LOAD).await;
        assert!(found.contains("consultation_waits_claim") && found.contains("review_by"), "{found}");
        assert!(!found.contains("SCAN c") && !found.contains("SCAN v"), "{found}");
    }
}
