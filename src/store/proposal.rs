//! Proposals: what reviewers changed in answers that were sent, and what became of it.

use super::{Connection, Store, StoreError, case, event};
use crate::domain::case::CaseId;
use crate::domain::proposal::{Lesson, NewProposal, ProposalKind, ProposalState};
use crate::domain::time::Timestamp;

/// A proposal on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// Its key.
    pub id: String,
    /// The case it comes from.
    pub case: CaseId,
    /// What it teaches.
    pub lesson: Lesson,
    /// The key of the reviewer who made the change.
    pub reviewer: String,
    /// When the answer left.
    pub at: Timestamp,
    /// Where it stands.
    pub state: ProposalState,
    /// Its golden case was taken.
    pub golden_taken: bool,
    /// What was written with the decision.
    pub note: String,
    /// The key of who decided; empty where nobody has.
    pub decided_by: String,
}

/// What an admin decides about a proposal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// Worth work, or not.
    pub accepted: bool,
    /// What it is for.
    pub kind: ProposalKind,
    /// Its golden case goes into the file.
    pub golden: bool,
    /// Why, or what is to be done; without identity.
    pub note: String,
    /// The admin's key.
    pub by: String,
}

type Row =
    (String, String, String, String, String, String, String, Option<String>, String, i64, String, i64, String, String);

const COLUMNS: &str = "SELECT id, case_id, kind, question, found, sent, difference, golden, reviewer, at, state,
    golden_taken, note, decided_by FROM proposal";

/// Records a lesson inside the write that puts its answer into the outbox; a second time changes nothing.
pub(super) async fn insert(
    connection: &mut Connection,
    case: &str,
    new: &NewProposal,
    now: Timestamp,
) -> Result<(), StoreError> {
    let lesson = &new.lesson;
    sqlx::query(
        "INSERT INTO proposal (id, case_id, kind, question, found, sent, difference, golden, reviewer, at, state)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (id) DO NOTHING",
    )
    .bind(format!("{case}.{}", new.review))
    .bind(case)
    .bind(lesson.kind.key())
    .bind(&lesson.question)
    .bind(&lesson.found)
    .bind(&lesson.sent)
    .bind(case::write_json(Some(&lesson.difference))?)
    .bind(case::write_json(lesson.golden.as_ref())?)
    .bind(&new.reviewer)
    .bind(now.0)
    .bind(ProposalState::Open.key())
    .execute(connection)
    .await?;
    Ok(())
}

impl Store {
    /// Proposals of one state, the newest first, behind a place: the time and key of the last one of the page before.
    ///
    /// # Errors
    /// The database failed, or a stored value cannot be read.
    pub async fn list_proposals(
        &self,
        state: ProposalState,
        before: Option<(Timestamp, String)>,
        limit: i64,
    ) -> Result<Vec<Proposal>, StoreError> {
        let (at, id) = before.unwrap_or((Timestamp(i64::MAX), String::new()));
        let sql = format!("{COLUMNS} WHERE state = $1 AND (at, id) < ($2, $3) ORDER BY at DESC, id DESC LIMIT $4");
        let rows: Vec<Row> = sqlx::query_as(sqlx::AssertSqlSafe(sql))
            .bind(state.key())
            .bind(at.0)
            .bind(id)
            .bind(limit)
            .fetch_all(&self.readers)
            .await?;
        rows.into_iter().map(read).collect()
    }

    /// One of them.
    ///
    /// # Errors
    /// The database failed, or a stored value cannot be read.
    pub async fn find_proposal(&self, id: &str) -> Result<Option<Proposal>, StoreError> {
        let row: Option<Row> = sqlx::query_as(sqlx::AssertSqlSafe(format!("{COLUMNS} WHERE id = $1")))
            .bind(id)
            .fetch_optional(&self.readers)
            .await?;
        row.map(read).transpose()
    }

    /// How many nobody has decided about.
    ///
    /// # Errors
    /// The database failed.
    pub async fn count_open_proposals(&self) -> Result<i64, StoreError> {
        let (n,): (i64,) = sqlx::query_as("SELECT count(*) FROM proposal WHERE state = $1")
            .bind(ProposalState::Open.key())
            .fetch_one(&self.readers)
            .await?;
        Ok(n)
    }

    /// Decides about a proposal, once. False where somebody was faster, or there is none.
    ///
    /// # Errors
    /// The database failed.
    pub async fn decide_proposal(&self, id: &str, verdict: Verdict, now: Timestamp) -> Result<bool, StoreError> {
        let id = id.to_owned();
        self.write(move |connection| {
            Box::pin(async move {
                let state = if verdict.accepted { ProposalState::Accepted } else { ProposalState::Dismissed };
                let case: Option<(String,)> = sqlx::query_as(
                    "UPDATE proposal SET state = $2, kind = $3, note = $4, decided_by = $5, decided_at = $6,
                         golden_taken = CASE WHEN golden IS NULL THEN 0 ELSE $7 END
                     WHERE id = $1 AND state = $8 RETURNING case_id",
                )
                .bind(&id)
                .bind(state.key())
                .bind(verdict.kind.key())
                .bind(&verdict.note)
                .bind(&verdict.by)
                .bind(now.0)
                .bind(i64::from(verdict.accepted && verdict.golden))
                .bind(ProposalState::Open.key())
                .fetch_optional(&mut *connection)
                .await?;
                let Some((case,)) = case else { return Ok(false) };
                let detail = format!("{} by {}", state.key(), verdict.by);
                event::record(connection, &case, now, "proposal", &detail).await?;
                Ok(true)
            })
        })
        .await
    }
}

fn read(row: Row) -> Result<Proposal, StoreError> {
    let (id, case, kind, question, found, sent, difference, golden, reviewer, at, state, taken, note, decided_by) = row;
    let unknown = |what: &'static str, value: &str| StoreError::Value { what, value: value.to_owned() };
    Ok(Proposal {
        case: case::case_id(&case)?,
        lesson: Lesson {
            kind: ProposalKind::parse(&kind).ok_or_else(|| unknown("proposal.kind", &kind))?,
            question,
            found,
            sent,
            difference: case::read_json("proposal.difference", Some(difference))?.unwrap_or_default(),
            golden: case::read_json("proposal.golden", golden)?,
        },
        reviewer,
        at: Timestamp(at),
        state: ProposalState::parse(&state).ok_or_else(|| unknown("proposal.state", &state))?,
        golden_taken: taken == 1,
        note,
        decided_by,
        id,
    })
}
