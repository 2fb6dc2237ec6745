//! Cases: leased to one worker at a time, moved from state to state by compare-and-set.

use super::{Connection, Store, StoreError, event, proposal, words};
use crate::domain::case::{CaseId, CaseStatus};
use crate::domain::draft::Draft;
use crate::domain::evidence::Evidence;
use crate::domain::finding::Report;
use crate::domain::proposal::NewProposal;
use crate::domain::review::Confidence;
use crate::domain::time::Timestamp;
use crate::domain::waits::Waits;

/// A case in a worker's hands. Its token fences off a worker that was too slow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// The case, or the turn of a case.
    pub case: CaseId,
    /// The case that a follow-up belongs to.
    pub thread: Option<CaseId>,
    /// Where it stands.
    pub status: CaseStatus,
    /// The token that every write must carry.
    pub token: i64,
    /// How often its present stage was begun.
    pub attempts: i64,
    /// Whose turn it was: an account, or a sender nobody knows yet.
    pub share: String,
    /// It was in hand when a process ended.
    pub suspect: bool,
}

impl Lease {
    /// The number that people see: of the case that a follow-up belongs to.
    pub fn root(&self) -> &CaseId {
        self.thread.as_ref().unwrap_or(&self.case)
    }
}

/// What a stage hands over with the new state.
#[derive(Debug, Clone, Default)]
pub struct Progress {
    /// The account, once admitted.
    pub account: Option<String>,
    /// Evidence, once researched.
    pub evidence: Option<Evidence>,
    /// The draft, once written.
    pub draft: Option<Draft>,
    /// The report, once verified.
    pub report: Option<Report>,
    /// Why the case waits or ended.
    pub reason: String,
    /// The case it turned out to belong to.
    pub thread: Option<CaseId>,
    /// What is asked, without identity.
    pub question: Option<String>,
    /// What finds the same question again.
    pub question_digest: Option<String>,
    /// The practice it is about.
    pub client: Option<String>,
    /// The answered case of the same question.
    pub repeats: Option<CaseId>,
    /// When it is looked at again.
    pub run_at: Option<Timestamp>,
    /// Why a person must look, where it goes to review.
    pub waits: Option<Waits>,
    /// When it is due then; at once where nothing is said.
    pub due_at: Option<Timestamp>,
    /// How sure the draft is.
    pub confidence: Option<Confidence>,
    /// The specialty of the asker.
    pub specialty: Option<String>,
    /// What a reviewer's change of the draft that leaves teaches.
    pub lesson: Option<Box<NewProposal>>,
}

/// A case as lists and `case show` print it.
#[derive(Debug, Clone, PartialEq)]
pub struct CaseRow {
    /// Its number.
    pub id: CaseId,
    /// Where it stands.
    pub status: CaseStatus,
    /// Why it waits or ended.
    pub reason: String,
    /// The account's key; empty before admission.
    pub account: String,
    /// The sender's address key; never print it to a log.
    pub sender: String,
    /// The subject.
    pub subject: String,
    /// When it arrived.
    pub created_at: Timestamp,
    /// When it last moved.
    pub updated_at: Timestamp,
}

pub(super) type Row = (String, String, String, String, String, String, i64, i64);

impl Store {
    /// Moves a leased case on and records what its stage found. The lease stays with the worker.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] when another worker holds the case by now.
    pub async fn advance(
        &self,
        lease: &Lease,
        to: CaseStatus,
        progress: Progress,
        now: Timestamp,
    ) -> Result<Lease, StoreError> {
        let lease = lease.clone();
        self.write(move |connection| {
            Box::pin(async move {
                advance(connection, &lease, to, &progress, now).await?;
                Ok(Lease { status: to, attempts: 1, thread: progress.thread.or(lease.thread.clone()), ..lease })
            })
        })
        .await
    }

    /// Evidence, draft and report of a case, as far as it got.
    ///
    /// # Errors
    /// The database failed, or a stored value cannot be read.
    pub async fn get_work(
        &self,
        case: &CaseId,
    ) -> Result<(Option<Evidence>, Option<Draft>, Option<Report>), StoreError> {
        let (evidence, draft, report): (Option<String>, Option<String>, Option<String>) =
            sqlx::query_as("SELECT evidence, draft, report FROM consultation WHERE id = $1")
                .bind(case.as_str())
                .fetch_one(&self.readers)
                .await?;
        Ok((
            read_json("consultation.evidence", evidence)?,
            read_json("consultation.draft", draft)?,
            read_json("consultation.report", report)?,
        ))
    }

    /// The case with that number.
    ///
    /// # Errors
    /// The database failed.
    pub async fn find_case(&self, case: &CaseId) -> Result<Option<CaseRow>, StoreError> {
        let row: Option<Row> = sqlx::query_as(
            "SELECT id, status, reason, account, sender, subject, created_at, updated_at FROM consultation WHERE id = $1",
        )
        .bind(case.as_str())
        .fetch_optional(&self.readers)
        .await?;
        row.map(case_row).transpose()
    }

    /// Cases, newest first; of one state, or of all.
    ///
    /// # Errors
    /// The database failed.
    pub async fn list_cases(&self, status: Option<CaseStatus>, limit: i64) -> Result<Vec<CaseRow>, StoreError> {
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT id, status, reason, account, sender, subject, created_at, updated_at FROM consultation
             WHERE $1 = '' OR status = $1 ORDER BY created_at DESC LIMIT $2",
        )
        .bind(status.map_or("", CaseStatus::key))
        .bind(limit)
        .fetch_all(&self.readers)
        .await?;
        rows.into_iter().map(case_row).collect()
    }

    /// How many cases stand in each state.
    ///
    /// # Errors
    /// The database failed.
    pub async fn count_cases(&self) -> Result<Vec<(CaseStatus, i64)>, StoreError> {
        let rows: Vec<(String, i64)> =
            sqlx::query_as("SELECT status, count(*) FROM consultation GROUP BY status ORDER BY status")
                .fetch_all(&self.readers)
                .await?;
        rows.into_iter().map(|(status, n)| Ok((case_status(&status)?, n))).collect()
    }
}

/// The compare-and-set behind every hand-over, inside a write.
pub(super) async fn advance(
    connection: &mut Connection,
    lease: &Lease,
    to: CaseStatus,
    progress: &Progress,
    now: Timestamp,
) -> Result<(), StoreError> {
    let done = sqlx::query(
        "UPDATE consultation SET status = $4, reason = $5, updated_at = $6, attempts = 1,
             account = COALESCE($7, account), evidence = COALESCE($8, evidence), draft = COALESCE($9, draft),
             report = COALESCE($10, report), edition = COALESCE($11, edition),
             thread = COALESCE($13, thread), question = COALESCE($14, question),
             question_digest = COALESCE($15, question_digest), client = COALESCE($16, client),
             repeats = COALESCE($17, repeats), run_at = COALESCE($18, run_at), waits = $19,
             waits_since = CASE WHEN $19 = '' THEN waits_since ELSE $6 END, due_at = COALESCE($20, $6), claimed_by = '',
             confidence = COALESCE($21, confidence), specialty = COALESCE($22, specialty),
             lease_until = CASE WHEN $12 = 1 THEN lease_until ELSE NULL END,
             suspect = CASE WHEN $12 = 1 THEN suspect ELSE 0 END
         WHERE id = $1 AND lease_token = $2 AND status = $3",
    )
    .bind(lease.case.as_str())
    .bind(lease.token)
    .bind(lease.status.key())
    .bind(to.key())
    .bind(&progress.reason)
    .bind(now.0)
    .bind(&progress.account)
    .bind(write_json(progress.evidence.as_ref())?)
    .bind(write_json(progress.draft.as_ref())?)
    .bind(write_json(progress.report.as_ref())?)
    .bind(progress.evidence.as_ref().map(|evidence| evidence.edition.clone()))
    .bind(i64::from(to.is_open()))
    .bind(progress.thread.as_ref().map(CaseId::as_str))
    .bind(&progress.question)
    .bind(&progress.question_digest)
    .bind(&progress.client)
    .bind(progress.repeats.as_ref().map(CaseId::as_str))
    .bind(progress.run_at.map(|at| at.0))
    .bind(if to == CaseStatus::InReview { progress.waits.unwrap_or(Waits::Failed).key() } else { "" })
    .bind(progress.due_at.map(|at| at.0))
    .bind(progress.confidence.map(Confidence::level))
    .bind(&progress.specialty)
    .execute(&mut *connection)
    .await?;
    fenced(done.rows_affected(), lease)?;
    if let Some(evidence) = &progress.evidence {
        record_citations(connection, lease.case.as_str(), evidence).await?;
    }
    if progress.question.is_some() || to == CaseStatus::InReview {
        words::add_question(connection, lease.case.as_str()).await?;
    }
    if let Some(draft) = &progress.draft {
        words::add_draft(connection, lease.case.as_str(), draft).await?;
    }
    if let Some(lesson) = &progress.lesson {
        proposal::insert(connection, lease.case.as_str(), lesson, now).await?;
    }
    event::record(connection, lease.case.as_str(), now, to.key(), &progress.reason).await
}

pub(super) fn fenced(rows: u64, lease: &Lease) -> Result<(), StoreError> {
    if rows == 1 { Ok(()) } else { Err(StoreError::LeaseLost(lease.case.to_string())) }
}

pub(super) async fn record_citations(
    connection: &mut Connection,
    case: &str,
    evidence: &Evidence,
) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM citation WHERE case_id = $1").bind(case).execute(&mut *connection).await?;
    for citation in &evidence.citations {
        let fact = &citation.source.fact;
        let day = |date: Option<jiff::civil::Date>| date.map(|d| d.to_string()).unwrap_or_default();
        sqlx::query(
            "INSERT INTO citation (case_id, n, fact_table, fact_key, period_from, period_to, release)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(case)
        .bind(i64::try_from(citation.n).unwrap_or(i64::MAX))
        .bind(fact.table.key())
        .bind(&fact.key)
        .bind(day(fact.period.from))
        .bind(day(fact.period.to))
        .bind(&fact.release)
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

pub(super) fn case_row(row: Row) -> Result<CaseRow, StoreError> {
    let (id, status, reason, account, sender, subject, created_at, updated_at) = row;
    Ok(CaseRow {
        id: case_id(&id)?,
        status: case_status(&status)?,
        reason,
        account,
        sender,
        subject,
        created_at: Timestamp(created_at),
        updated_at: Timestamp(updated_at),
    })
}

pub(super) fn case_id(text: &str) -> Result<CaseId, StoreError> {
    CaseId::parse(text).ok_or_else(|| StoreError::Value { what: "consultation.id", value: text.to_owned() })
}

pub(super) fn case_status(text: &str) -> Result<CaseStatus, StoreError> {
    CaseStatus::parse(text).ok_or_else(|| StoreError::Value { what: "consultation.status", value: text.to_owned() })
}

pub(super) fn write_json<T: serde::Serialize>(value: Option<&T>) -> Result<Option<String>, StoreError> {
    let text = value.map(serde_json::to_string).transpose();
    text.map_err(|error| StoreError::Value { what: "a value to store", value: error.to_string() })
}

pub(super) fn read_json<T: serde::de::DeserializeOwned>(
    what: &'static str,
    text: Option<String>,
) -> Result<Option<T>, StoreError> {
    let value = text.map(|text| serde_json::from_str(&text)).transpose();
    value.map_err(|error| StoreError::Value { what, value: error.to_string() })
}
