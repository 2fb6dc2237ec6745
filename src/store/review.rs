//! A case in a reviewer's hands: claimed, edited, decided, undone. Each by compare-and-set, so that two people never
//! decide the same case and one click never counts twice.

use super::{Connection, Store, StoreError, case, event, queue, seed, words};
use crate::domain::case::{CaseId, CaseStatus};
use crate::domain::draft::Draft;
use crate::domain::evidence::Evidence;
use crate::domain::finding::Report;
use crate::domain::review::{Decision, Review, standing};
use crate::domain::time::Timestamp;

/// What came of reaching for a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {
    /// It is the reviewer's until then.
    Held(Timestamp),
    /// Another one holds it, by key.
    Other(String),
    /// It does not wait any more.
    Gone,
}

/// A decision to record.
#[derive(Debug, Clone)]
pub struct NewReview {
    /// The case.
    pub case: CaseId,
    /// The reviewer's key.
    pub reviewer: String,
    /// What was decided.
    pub review: Review,
    /// What was written beside it, for colleagues.
    pub note: String,
    /// The draft as it is to leave, and what verification says of it; none where nothing leaves.
    pub draft: Option<(Draft, Report)>,
    /// True where the reviewer changed it.
    pub edited: bool,
    /// When it can no longer be undone.
    pub leaves_at: Timestamp,
}

impl Store {
    /// Takes a case that waits, or keeps it for longer. An operator's own leases are not touched: a case that waits is
    /// in no worker's hands.
    ///
    /// # Errors
    /// The database failed.
    pub async fn claim(
        &self,
        id: &CaseId,
        reviewer: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Claim, StoreError> {
        let (id, reviewer) = (id.clone(), reviewer.to_owned());
        self.write(move |connection| {
            Box::pin(async move {
                let before: Option<(String, i64, String)> =
                    sqlx::query_as("SELECT claimed_by, claimed_until, waits FROM consultation WHERE id = $1")
                        .bind(id.as_str())
                        .fetch_optional(&mut *connection)
                        .await?;
                let Some((holder, held_until, _)) = before.filter(|(_, _, waits)| !waits.is_empty()) else {
                    return Ok(Claim::Gone);
                };
                if !holder.is_empty() && holder != reviewer && held_until >= now.0 {
                    return Ok(Claim::Other(holder));
                }
                sqlx::query("UPDATE consultation SET claimed_by = $2, claimed_until = $3 WHERE id = $1")
                    .bind(id.as_str())
                    .bind(&reviewer)
                    .bind(until.0)
                    .execute(&mut *connection)
                    .await?;
                if holder != reviewer {
                    event::record_by(connection, id.as_str(), now, "claimed", &reviewer, &reviewer).await?;
                }
                Ok(Claim::Held(until))
            })
        })
        .await
    }

    /// Gives a case back to the queue, or, where `to` names one, to a colleague.
    ///
    /// # Errors
    /// The database failed.
    pub async fn hand_over(
        &self,
        id: &CaseId,
        reviewer: &str,
        to: Option<(String, Timestamp)>,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let (id, reviewer) = (id.clone(), reviewer.to_owned());
        self.write(move |connection| {
            Box::pin(async move {
                let (holder, until) = to.unwrap_or_default();
                let done = sqlx::query(
                    "UPDATE consultation SET claimed_by = $3, claimed_until = $4
                     WHERE id = $1 AND claimed_by = $2 AND waits <> ''",
                )
                .bind(id.as_str())
                .bind(&reviewer)
                .bind(&holder)
                .bind(until.0)
                .execute(&mut *connection)
                .await?;
                if done.rows_affected() == 1 {
                    let detail = if holder.is_empty() { "to the queue" } else { &holder };
                    event::record_by(connection, id.as_str(), now, "handed over", detail, &reviewer).await?;
                }
                Ok(done.rows_affected() == 1)
            })
        })
        .await
    }

    /// Replaces what was found for a case, by its holder: read again with other assumptions, or a draft that is edited.
    ///
    /// # Errors
    /// The database failed.
    pub async fn record_work(
        &self,
        id: &CaseId,
        reviewer: &str,
        work: (Option<Evidence>, Draft, Report),
        what: &'static str,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let (id, reviewer) = (id.clone(), reviewer.to_owned());
        self.write(move |connection| {
            Box::pin(async move {
                let (evidence, draft, report) = work;
                let done = sqlx::query(
                    "UPDATE consultation SET evidence = COALESCE($3, evidence), draft = $4, report = $5,
                         edition = COALESCE($6, edition), updated_at = $7
                     WHERE id = $1 AND claimed_by = $2 AND claimed_until >= $7 AND status = 'in_review'",
                )
                .bind(id.as_str())
                .bind(&reviewer)
                .bind(case::write_json(evidence.as_ref())?)
                .bind(case::write_json(Some(&draft))?)
                .bind(case::write_json(Some(&report))?)
                .bind(evidence.as_ref().map(|evidence| evidence.edition.clone()))
                .bind(now.0)
                .execute(&mut *connection)
                .await?;
                if done.rows_affected() == 0 {
                    return Ok(false);
                }
                if let Some(evidence) = &evidence {
                    case::record_citations(connection, id.as_str(), evidence).await?;
                }
                words::add_draft(connection, id.as_str(), &draft).await?;
                event::record_by(connection, id.as_str(), now, what, &reviewer, &reviewer).await?;
                Ok(true)
            })
        })
        .await
    }

    /// Records a decision of the reviewer who holds the case. False, and nothing is changed, where they do not hold it
    /// any more or it was decided already: of two clicks one counts.
    ///
    /// # Errors
    /// The database failed.
    pub async fn decide_case(&self, new: NewReview, now: Timestamp) -> Result<bool, StoreError> {
        self.write(move |connection| Box::pin(async move { decide(connection, &new, now).await })).await
    }

    /// Takes a decision back while its time runs. False where the pipeline has it in hand already.
    ///
    /// # Errors
    /// The database failed.
    pub async fn undo(
        &self,
        id: &CaseId,
        reviewer: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<bool, StoreError> {
        let (id, reviewer) = (id.clone(), reviewer.to_owned());
        self.write(move |connection| Box::pin(async move { undo(connection, &id, &reviewer, now, until).await })).await
    }

    /// What was asked, without identity, with the earlier exchange where it is a follow-up.
    ///
    /// # Errors
    /// The database failed.
    pub async fn find_question(&self, id: &CaseId) -> Result<String, StoreError> {
        let row: Option<(String,)> = sqlx::query_as("SELECT question FROM consultation WHERE id = $1")
            .bind(id.as_str())
            .fetch_optional(&self.readers)
            .await?;
        Ok(row.map(|(question,)| question).unwrap_or_default())
    }
}

pub(super) async fn decide(connection: &mut Connection, new: &NewReview, now: Timestamp) -> Result<bool, StoreError> {
    let id = new.case.as_str();
    let before: Option<(String, Option<String>)> = sqlx::query_as(
        "SELECT waits, draft FROM consultation WHERE id = $1 AND waits <> '' AND claimed_by = $2 AND claimed_until >= $3",
    )
    .bind(id)
    .bind(&new.reviewer)
    .bind(now.0)
    .fetch_optional(&mut *connection)
    .await?;
    let Some((pile, found)) = before else { return Ok(false) };
    queue::pile(&pile)?;
    let (draft, report) = new.draft.as_ref().map_or((None, None), |(draft, report)| (Some(draft), Some(report)));
    let decision = new.review.decision();
    // What is seeded ends here, whatever was decided.
    let seeded = seed::settle(connection, id, decision, draft, &new.reviewer, now).await?;
    let closes = decision == Decision::Close || seeded;
    // An answered case in the queue (its mail bounced) is only taken off it.
    sqlx::query(
        "UPDATE consultation SET status = CASE WHEN status <> 'in_review' THEN status WHEN $2 = 1 THEN 'ignored' ELSE 'decided' END,
             waits = '', claimed_by = '', run_at = $3, attempts = 0, lease_until = NULL, lease_token = lease_token + 1,
             draft = COALESCE($4, draft), report = COALESCE($5, report), reason = $6, updated_at = $7
         WHERE id = $1",
    )
    .bind(id)
    .bind(i64::from(closes))
    .bind(new.leaves_at.0)
    .bind(case::write_json(draft)?)
    .bind(case::write_json(report)?)
    .bind(format!("{}: {}", new.review.signature(), new.review.decision().key()))
    .bind(now.0)
    .execute(&mut *connection)
    .await?;
    sqlx::query(
        "INSERT INTO review (case_id, n, reviewer, signature, decision, note, overruled, found, pile, edited, state, at)
         SELECT $1, COALESCE(MAX(n), 0) + 1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11 FROM review WHERE case_id = $1",
    )
    .bind(id)
    .bind(&new.reviewer)
    .bind(new.review.signature())
    .bind(new.review.decision().key())
    .bind(&new.note)
    .bind(new.review.overruled())
    .bind(found)
    .bind(pile)
    .bind(i64::from(new.edited))
    .bind(if closes { "done" } else { "pending" })
    .bind(now.0)
    .execute(&mut *connection)
    .await?;
    if let Some(draft) = draft {
        words::add_draft(connection, id, draft).await?;
    }
    overrule(connection, new, now).await?;
    if decision == Decision::Answer {
        book(connection, id, "freed", "reserved").await?;
    }
    let detail = format!("{} by {}", new.review.decision().key(), new.review.signature());
    event::record_by(connection, id, now, CaseStatus::Decided.key(), &detail, &new.reviewer).await?;
    Ok(true)
}

/// Counts what an admin overruled, by kind.
async fn overrule(connection: &mut Connection, new: &NewReview, now: Timestamp) -> Result<(), StoreError> {
    let Some((_, report)) = new.draft.as_ref().filter(|_| !new.review.overruled().is_empty()) else { return Ok(()) };
    let kinds: std::collections::BTreeSet<&str> = standing(report).map(|finding| finding.kind.as_str()).collect();
    for kind in kinds {
        sqlx::query(
            "INSERT INTO overruled (case_id, n, kind, reason, at)
             SELECT $1, MAX(n), $2, $3, $4 FROM review WHERE case_id = $1",
        )
        .bind(new.case.as_str())
        .bind(kind)
        .bind(new.review.overruled())
        .bind(now.0)
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

async fn undo(
    connection: &mut Connection,
    id: &CaseId,
    reviewer: &str,
    now: Timestamp,
    until: Timestamp,
) -> Result<bool, StoreError> {
    let pending: Option<(i64, String)> =
        sqlx::query_as("SELECT n, pile FROM review WHERE case_id = $1 AND reviewer = $2 AND state = 'pending'")
            .bind(id.as_str())
            .bind(reviewer)
            .fetch_optional(&mut *connection)
            .await?;
    let Some((n, pile)) = pending else { return Ok(false) };
    // The edited draft stays: what was undone is the sending, not the work. The one that was found stands in `review`.
    let done = sqlx::query(
        "UPDATE consultation SET status = 'in_review', waits = $2, claimed_by = $3, claimed_until = $5, updated_at = $4
         WHERE id = $1 AND status = 'decided' AND (lease_until IS NULL OR lease_until < $4)",
    )
    .bind(id.as_str())
    .bind(pile)
    .bind(reviewer)
    .bind(now.0)
    .bind(until.0)
    .execute(&mut *connection)
    .await?;
    if done.rows_affected() == 0 {
        return Ok(false);
    }
    sqlx::query("UPDATE review SET state = 'undone' WHERE case_id = $1 AND n = $2")
        .bind(id.as_str())
        .bind(n)
        .execute(&mut *connection)
        .await?;
    book(connection, id.as_str(), "reserved", "freed").await?;
    event::record_by(connection, id.as_str(), now, "undone", reviewer, reviewer).await?;
    Ok(true)
}

/// The decision is carried out: its message is in the outbox.
pub(super) async fn carried_out(connection: &mut Connection, case: &str) -> Result<(), StoreError> {
    sqlx::query("UPDATE review SET state = 'done' WHERE case_id = $1 AND state = 'pending'")
        .bind(case)
        .execute(connection)
        .await?;
    Ok(())
}

/// An answer is booked again once it is decided, since the notice that it waits had freed what was reserved; and freed
/// when the decision is undone.
async fn book(connection: &mut Connection, case: &str, from: &str, to: &str) -> Result<(), StoreError> {
    sqlx::query("UPDATE reservation SET state = $3 WHERE case_id = $1 AND state = $2")
        .bind(case)
        .bind(from)
        .bind(to)
        .execute(connection)
        .await?;
    Ok(())
}
