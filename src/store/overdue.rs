//! What waits too long, and how a person ends the wait.

use super::event::Word;
use super::reviewer::OPERATOR;
use super::{Store, StoreError, case, event};
use crate::domain::case::{CaseId, CaseStatus};
use crate::domain::time::Timestamp;

/// The oldest of what waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Waiting {
    /// The machine has not done with it.
    pub machine: Option<Timestamp>,
    /// Its sender was told that a person answers.
    pub person: Option<Timestamp>,
}

const OPEN: &str =
    "SELECT status, count(*) FROM consultation WHERE status IN ('received', 'admitted', 'researched', 'drafted',
    'verified', 'in_review', 'decided', 'replying', 'kept') GROUP BY status ORDER BY status";

impl Store {
    /// When the oldest case came that waits for the machine, and the oldest that waits for a person and whose sender was
    /// told so. What was held without a word waits for nobody.
    ///
    /// # Errors
    /// The database failed.
    pub async fn find_oldest(&self) -> Result<Waiting, StoreError> {
        let (machine,): (Option<i64>,) = sqlx::query_as(
            "SELECT MIN(created_at) FROM consultation
             WHERE status IN ('received', 'admitted', 'researched', 'drafted', 'verified', 'decided', 'replying')",
        )
        .fetch_one(&self.readers)
        .await?;
        let (person,): (Option<i64>,) = sqlx::query_as(
            "SELECT MIN(created_at) FROM consultation c
             WHERE status = 'in_review' AND EXISTS (SELECT 1 FROM outbox o WHERE o.case_id = c.id)",
        )
        .fetch_one(&self.readers)
        .await?;
        Ok(Waiting { machine: machine.map(Timestamp), person: person.map(Timestamp) })
    }

    /// How many cases do not rest, in each state.
    ///
    /// # Errors
    /// The database failed.
    pub async fn count_open_cases(&self) -> Result<Vec<(CaseStatus, i64)>, StoreError> {
        let rows: Vec<(String, i64)> = sqlx::query_as(OPEN).fetch_all(&self.readers).await?;
        rows.into_iter().map(|(status, n)| Ok((case::case_status(&status)?, n))).collect()
    }

    /// Puts a case that waits or ended back to its first stage, for `case retry`. Cases whose answer left, or may
    /// have left, are refused: a second answer must not follow the first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn reopen(&self, case: &CaseId, now: Timestamp) -> Result<bool, StoreError> {
        self.reopen_by(case, operator("the operator"), now).await
    }

    /// The same by a person's word.
    ///
    /// # Errors
    /// The database failed.
    pub async fn reopen_by(&self, case: &CaseId, word: Word, now: Timestamp) -> Result<bool, StoreError> {
        let case = case.clone();
        self.write(move |connection| {
            Box::pin(async move {
                let done = sqlx::query(
                    "UPDATE consultation SET status = 'received', reason = '', attempts = 0, run_at = $2,
                         lease_until = NULL, lease_token = lease_token + 1, updated_at = $2, waits = '', claimed_by = ''
                     WHERE id = $1 AND status IN ('in_review', 'declined', 'kept')
                       AND NOT EXISTS (SELECT 1 FROM outbox WHERE case_id = $1 AND kind = 'answer')
                       AND NOT EXISTS (SELECT 1 FROM seed WHERE case_id = $1)",
                )
                .bind(case.as_str())
                .bind(now.0)
                .execute(&mut *connection)
                .await?;
                if done.rows_affected() == 1 {
                    let detail = format!("by {}", word.said());
                    event::record_by(connection, case.as_str(), now, "reopened", &detail, &word.person).await?;
                }
                Ok(done.rows_affected() == 1)
            })
        })
        .await
    }

    /// Ends the wait of a case that a person answered by hand. False where it does not wait for one.
    ///
    /// # Errors
    /// The database failed.
    pub async fn close_by_hand(&self, case: &CaseId, reviewer: &str, now: Timestamp) -> Result<bool, StoreError> {
        let (case, reviewer) = (case.clone(), reviewer.to_owned());
        self.write(move |connection| {
            Box::pin(async move {
                let done = sqlx::query(
                    "UPDATE consultation SET status = 'served', reason = 'answered by a person', waits = '', claimed_by = '', updated_at = $2
                     WHERE id = $1 AND status = 'in_review'",
                )
                .bind(case.as_str())
                .bind(now.0)
                .execute(&mut *connection)
                .await?;
                if done.rows_affected() == 1 {
                    let detail = format!("by {reviewer}");
                    event::record_by(connection, case.as_str(), now, "closed", &detail, OPERATOR).await?;
                }
                Ok(done.rows_affected() == 1)
            })
        })
        .await
    }

    /// A person found out whether the uncertain messages of a case left: those that did not are sent again. Returns how many
    /// there were.
    ///
    /// # Errors
    /// The database failed.
    pub async fn settle_uncertain(
        &self,
        case: &CaseId,
        left: bool,
        reviewer: &str,
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        self.settle_uncertain_by(case, left, operator(reviewer), now).await
    }

    /// The same with the person's key and reason.
    ///
    /// # Errors
    /// The database failed.
    pub async fn settle_uncertain_by(
        &self,
        case: &CaseId,
        left: bool,
        word: Word,
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        let case = case.clone();
        self.write(move |connection| {
            Box::pin(async move {
                let outcome = if left { "left after all" } else { "did not leave" };
                let detail = format!("{outcome}, says {}", word.said());
                let kinds: Vec<(String,)> = sqlx::query_as(
                    "UPDATE outbox SET state = $2, said = $3, next_at = $4,
                         sent_at = CASE WHEN $2 = 'sent' THEN $4 ELSE sent_at END
                     WHERE case_id = $1 AND state = 'uncertain' RETURNING kind",
                )
                .bind(case.as_str())
                .bind(if left { "sent" } else { "ready" })
                .bind(&detail)
                .bind(now.0)
                .fetch_all(&mut *connection)
                .await?;
                if left && kinds.iter().any(|(kind,)| kind == "answer") {
                    super::outbox::settle(connection, case.as_str(), now).await?;
                }
                if !kinds.is_empty() {
                    event::record_by(connection, case.as_str(), now, "settled", &detail, &word.person).await?;
                }
                Ok(kinds.len() as u64)
            })
        })
        .await
    }
}

/// The word of whoever gave a name at the command line.
fn operator(name: &str) -> Word {
    Word { person: OPERATOR.to_owned(), name: name.to_owned(), why: String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn cases_that_do_not_rest_are_counted_by_an_index() {
        let (_folder, store) = crate::store::explained::scratch().await;
        let plan = store.plan(OPEN).await;
        assert!(plan.contains("USING COVERING INDEX consultation_status (status=?)"), "{plan}");
    }
}
