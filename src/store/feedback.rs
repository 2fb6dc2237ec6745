//! What senders said of answers, and what a person decided about a complaint.

use super::{Store, StoreError, event};
use crate::domain::case::CaseId;
use crate::domain::time::Timestamp;

/// What a sender said of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feedback {
    /// The mail that says so: a row of its own.
    pub case: CaseId,
    /// The answer it is about.
    pub about: CaseId,
    /// It was right.
    pub good: bool,
    /// Why not, without identity.
    pub why: String,
    /// `upheld`, `rejected`, or empty where nobody decided yet.
    pub decision: String,
    /// Who decided.
    pub reviewer: String,
    /// When it came.
    pub at: Timestamp,
}

/// A complaint that a person decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    /// The case of the answer that it was about.
    pub root: CaseId,
    /// It was right: the answer costs nothing any more.
    pub upheld: bool,
    /// What the person says to it, without identity; may be empty.
    pub explained: String,
}

type Row = (String, String, i64, String, String, String, i64);

impl Store {
    /// Records what a sender says of an answer.
    ///
    /// # Errors
    /// The database failed.
    pub async fn record_feedback(
        &self,
        case: &CaseId,
        about: &CaseId,
        good: bool,
        why: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let (case, about, why) = (case.clone(), about.clone(), why.to_owned());
        self.write(move |connection| {
            Box::pin(async move {
                let done = sqlx::query(
                    "INSERT INTO feedback (case_id, about, good, why, at) VALUES ($1, $2, $3, $4, $5)
                     ON CONFLICT (case_id) DO NOTHING",
                )
                .bind(case.as_str())
                .bind(about.as_str())
                .bind(i64::from(good))
                .bind(&why)
                .bind(now.0)
                .execute(&mut *connection)
                .await?;
                if done.rows_affected() == 1 {
                    event::record(connection, about.as_str(), now, if good { "good" } else { "bad" }, &why).await?;
                }
                Ok(())
            })
        })
        .await
    }

    /// What was said of a case, in any of its turns; oldest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn list_feedback(&self, root: &CaseId) -> Result<Vec<Feedback>, StoreError> {
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT f.case_id, f.about, f.good, f.why, f.decision, f.reviewer, f.at FROM feedback f
             JOIN consultation c ON c.id = f.about WHERE c.id = $1 OR c.thread = $1 ORDER BY f.at",
        )
        .bind(root.as_str())
        .fetch_all(&self.readers)
        .await?;
        rows.into_iter()
            .map(|(case, about, good, why, decision, reviewer, at)| {
                let (case, about) = (super::case::case_id(&case)?, super::case::case_id(&about)?);
                Ok(Feedback { case, about, good: good == 1, why, decision, reviewer, at: Timestamp(at) })
            })
            .collect()
    }

    /// Decides a complaint. Where it is upheld, the answer that it is about costs nothing any more. The complaint goes
    /// through the pipeline once more, which tells its sender. `explained` holds no identity. False where there is no open
    /// complaint in that row.
    ///
    /// # Errors
    /// The database failed.
    pub async fn decide(
        &self,
        complaint: &CaseId,
        upheld: bool,
        explained: &str,
        reviewer: &str,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let (complaint, explained, reviewer) = (complaint.clone(), explained.to_owned(), reviewer.to_owned());
        self.write(move |connection| {
            Box::pin(async move {
                let decision = if upheld { "upheld" } else { "rejected" };
                let about: Option<(String,)> = sqlx::query_as(
                    "UPDATE feedback SET decision = $2, reviewer = $3, explained = $4
                     WHERE case_id = $1 AND good = 0 AND decision = '' RETURNING about",
                )
                .bind(complaint.as_str())
                .bind(decision)
                .bind(&reviewer)
                .bind(&explained)
                .fetch_optional(&mut *connection)
                .await?;
                let Some((about,)) = about else { return Ok(false) };
                if upheld {
                    sqlx::query("UPDATE reservation SET state = 'returned' WHERE case_id = $1 AND state = 'settled'")
                        .bind(&about)
                        .execute(&mut *connection)
                        .await?;
                }
                sqlx::query(
                    "UPDATE consultation SET status = 'received', reason = $2, attempts = 0, run_at = $3,
                         lease_until = NULL, lease_token = lease_token + 1, updated_at = $3, waits = '', claimed_by = ''
                     WHERE id = $1 AND status IN ('in_review', 'served')",
                )
                .bind(complaint.as_str())
                .bind(format!("complaint {decision}"))
                .bind(now.0)
                .execute(&mut *connection)
                .await?;
                event::record(connection, &about, now, decision, &format!("by {reviewer}")).await?;
                event::record(connection, complaint.as_str(), now, decision, &format!("by {reviewer}")).await?;
                Ok(true)
            })
        })
        .await
    }

    /// The decision about a complaint; `None` where that row is none, or nobody decided yet.
    ///
    /// # Errors
    /// The database failed.
    pub async fn find_decision(&self, complaint: &CaseId) -> Result<Option<Decided>, StoreError> {
        let row: Option<(String, String, String)> = sqlx::query_as(
            "SELECT CASE WHEN c.thread = '' THEN c.id ELSE c.thread END, f.decision, f.explained FROM feedback f
             JOIN consultation c ON c.id = f.about WHERE f.case_id = $1 AND f.good = 0 AND f.decision <> ''",
        )
        .bind(complaint.as_str())
        .fetch_optional(&self.readers)
        .await?;
        row.map(|(root, decision, explained)| {
            Ok(Decided { root: super::case::case_id(&root)?, upheld: decision == "upheld", explained })
        })
        .transpose()
    }
}
