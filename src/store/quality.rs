//! Figures of quality, from counts that are kept by day: no page walks through the cases.

use super::{Connection, Store, StoreError};
use crate::domain::quality::step_of;
use crate::domain::time::Timestamp;

/// Microseconds of a day.
const DAY_MICROS: i64 = 24 * 3_600 * 1_000_000;
/// Overrulings that are shown with their reasons.
const SHOWN: i64 = 20;

/// One thing, counted on a day.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct DayCount {
    /// Days since 1970, UTC.
    pub day: i64,
    /// What: `received`, `automatic`, `reviewed`, `asked`, `declined`, `ignored`, `served`, `in_review`, `good`, `bad`,
    /// `upheld`, `edited`.
    pub what: String,
    /// How often.
    pub n: i64,
}

/// An objection that was overruled.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Overruled {
    /// Its case.
    pub case_id: String,
    /// Its kind.
    pub kind: String,
    /// Why; without identity.
    pub reason: String,
    /// When, in microseconds.
    pub at: i64,
}

/// What second looks found of the answers that were drawn in a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, sqlx::FromRow)]
pub struct Samples {
    /// How many were drawn.
    pub drawn: i64,
    /// At how many somebody has looked.
    pub looked: i64,
    /// How many were wrong.
    pub wrong: i64,
    /// How many were right but for a trifle.
    pub trifling: i64,
}

/// Seeded drafts that one reviewer decided.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Seeds {
    /// The reviewer's key.
    pub reviewer: String,
    /// How many.
    pub n: i64,
    /// How many were caught.
    pub caught: i64,
}

/// The day of a time.
pub fn day_of(at: Timestamp) -> i64 {
    at.0.div_euclid(DAY_MICROS)
}

/// Counts how long an answer took that has just left.
pub(super) async fn count_time(connection: &mut Connection, case: &str, now: Timestamp) -> Result<(), StoreError> {
    let row: Option<(i64, i64)> = sqlx::query_as(
        "SELECT created_at, CASE WHEN EXISTS (SELECT 1 FROM review r WHERE r.case_id = c.id AND r.decision = 'answer'
             AND r.state = 'done') THEN 1 ELSE 0 END FROM consultation c WHERE id = $1",
    )
    .bind(case)
    .fetch_optional(&mut *connection)
    .await?;
    let Some((created, reviewed)) = row else { return Ok(()) };
    sqlx::query(
        "INSERT INTO day_time (day, reviewed, step, n) VALUES ($1, $2, $3, 1)
         ON CONFLICT (day, reviewed, step) DO UPDATE SET n = day_time.n + 1",
    )
    .bind(day_of(now))
    .bind(reviewed)
    .bind(step_of(now.0.saturating_sub(created) / 1_000_000))
    .execute(connection)
    .await?;
    Ok(())
}

impl Store {
    /// What happened on each day since that one, by day.
    ///
    /// # Errors
    /// The database failed.
    pub async fn list_day_counts(&self, since: i64) -> Result<Vec<DayCount>, StoreError> {
        Ok(sqlx::query_as("SELECT day, what, n FROM day_count WHERE day >= $1 ORDER BY day")
            .bind(since)
            .fetch_all(&self.readers)
            .await?)
    }

    /// How long the answers since that day took: step of the scale with how many, for those that left by themselves or for
    /// those that a person read.
    ///
    /// # Errors
    /// The database failed.
    pub async fn list_times(&self, since: i64, reviewed: bool) -> Result<Vec<(i64, i64)>, StoreError> {
        Ok(sqlx::query_as(
            "SELECT step, CAST(SUM(n) AS BIGINT) FROM day_time WHERE day >= $1 AND reviewed = $2 GROUP BY step ORDER BY step",
        )
        .bind(since)
        .bind(i64::from(reviewed))
        .fetch_all(&self.readers)
        .await?)
    }

    /// Objections that were overruled since then: how many of each kind, and the newest with their reasons.
    ///
    /// # Errors
    /// The database failed.
    pub async fn list_overruled(&self, since: Timestamp) -> Result<(Vec<(String, i64)>, Vec<Overruled>), StoreError> {
        let kinds =
            sqlx::query_as("SELECT kind, count(*) FROM overruled WHERE at >= $1 GROUP BY kind ORDER BY 2 DESC, 1")
                .bind(since.0)
                .fetch_all(&self.readers)
                .await?;
        let newest =
            sqlx::query_as("SELECT case_id, kind, reason, at FROM overruled WHERE at >= $1 ORDER BY at DESC LIMIT $2")
                .bind(since.0)
                .bind(SHOWN)
                .fetch_all(&self.readers)
                .await?;
        Ok((kinds, newest))
    }

    /// What second looks found of the answers that were drawn since then.
    ///
    /// # Errors
    /// The database failed.
    pub async fn count_samples(&self, since: Timestamp) -> Result<Samples, StoreError> {
        Ok(sqlx::query_as(
            "SELECT count(*) AS drawn, COALESCE(SUM(CASE WHEN verdict <> '' THEN 1 ELSE 0 END), 0) AS looked,
                 COALESCE(SUM(CASE WHEN verdict = 'wrong' THEN 1 ELSE 0 END), 0) AS wrong,
                 COALESCE(SUM(CASE WHEN verdict = 'trifling' THEN 1 ELSE 0 END), 0) AS trifling
             FROM sample WHERE at >= $1",
        )
        .bind(since.0)
        .fetch_one(&self.readers)
        .await?)
    }

    /// Seeded drafts that were decided since then, by reviewer.
    ///
    /// # Errors
    /// The database failed.
    pub async fn list_seeds(&self, since: Timestamp) -> Result<Vec<Seeds>, StoreError> {
        Ok(sqlx::query_as(
            "SELECT reviewer, count(*) AS n, CAST(SUM(caught) AS BIGINT) AS caught FROM seed WHERE decided_at >= $1
             GROUP BY reviewer ORDER BY reviewer",
        )
        .bind(since.0)
        .fetch_all(&self.readers)
        .await?)
    }
}
