//! Seeded drafts: cases that lie in the queue like others and lead nowhere. The row of the seed stands before its case: from
//! then on the database itself refuses every mail for that case, and every way back into the pipeline
//! (`migrations/0012_quality.sql`).

use super::{Connection, Store, StoreError, case, event};
use crate::domain::case::CaseId;
use crate::domain::draft::Draft;
use crate::domain::evidence::Evidence;
use crate::domain::finding::Report;
use crate::domain::review::{Confidence, Decision};
use crate::domain::seed::{Guise, Plant};
use crate::domain::time::Timestamp;
use crate::domain::waits::Waits;

/// An answer that left, from which a seeded draft can be made.
#[derive(Debug, Clone)]
pub struct Source {
    /// Its case.
    pub case: CaseId,
    /// Its masked subject.
    pub subject: String,
    /// What was asked, without identity.
    pub question: String,
    /// What was found.
    pub evidence: Evidence,
    /// What was answered.
    pub draft: Draft,
    /// The specialty of its asker.
    pub specialty: String,
}

/// A seeded draft to put into the queue.
#[derive(Debug, Clone)]
pub struct NewSeed {
    /// Its number.
    pub case: CaseId,
    /// What stands for the one who asked: nobody.
    pub nobody: String,
    /// The answer it was made from.
    pub source: Source,
    /// The draft with its error.
    pub draft: Draft,
    /// The error.
    pub plant: Plant,
    /// What is shown of verification, and what is not.
    pub guise: Guise,
    /// What verification is said to have found.
    pub report: Report,
    /// When it is due.
    pub due: Timestamp,
}

/// A seeded draft in the queue, or decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seed {
    /// The error.
    pub plant: Plant,
    /// What is shown of verification, and what is not.
    pub guise: Guise,
    /// Whether it was caught; none while nobody has decided.
    pub caught: Option<bool>,
}

type SourceRow = (String, String, String, Option<String>, Option<String>, String);

impl Store {
    /// The automatic answer since then that stands so many places behind the newest one. Answers that a person has read are left out: they would
    /// know it again.
    ///
    /// # Errors
    /// The database failed, or a stored value cannot be read.
    pub async fn find_seed_source(&self, since: Timestamp, behind: i64) -> Result<Option<Source>, StoreError> {
        let row: Option<SourceRow> = sqlx::query_as(
            "SELECT id, subject, question, evidence, draft, specialty FROM consultation c
             WHERE status = 'answered' AND created_at >= $2 AND thread = '' AND waits = '' AND legal_hold = 0 AND forgotten_at IS NULL
                 AND evidence IS NOT NULL AND draft IS NOT NULL
                 AND NOT EXISTS (SELECT 1 FROM review r WHERE r.case_id = c.id)
                 AND NOT EXISTS (SELECT 1 FROM sample s WHERE s.case_id = c.id)
                 AND NOT EXISTS (SELECT 1 FROM seed d WHERE d.source = c.id)
             ORDER BY created_at DESC LIMIT 1 OFFSET $1",
        )
        .bind(behind)
        .bind(since.0)
        .fetch_optional(&self.readers)
        .await?;
        let Some((id, subject, question, evidence, draft, specialty)) = row else { return Ok(None) };
        let evidence = case::read_json("consultation.evidence", evidence)?;
        let draft = case::read_json("consultation.draft", draft)?;
        let case = case::case_id(&id)?;
        Ok(evidence.zip(draft).map(|(evidence, draft)| Source { case, subject, question, evidence, draft, specialty }))
    }

    /// Puts a seeded draft into the queue.
    ///
    /// # Errors
    /// The database failed.
    pub async fn insert_seed(&self, new: NewSeed, now: Timestamp) -> Result<(), StoreError> {
        self.write(move |connection| Box::pin(async move { insert(connection, &new, now).await })).await
    }

    /// What is planted in a case; `None` for a real one.
    ///
    /// # Errors
    /// The database failed, or a stored value cannot be read.
    pub async fn find_seed(&self, id: &CaseId) -> Result<Option<Seed>, StoreError> {
        let row: Option<(String, String, Option<i64>)> =
            sqlx::query_as("SELECT plant, hidden, caught FROM seed WHERE case_id = $1")
                .bind(id.as_str())
                .fetch_optional(&self.readers)
                .await?;
        let Some((plant, hidden, caught)) = row else { return Ok(None) };
        let plant = case::read_json("seed.plant", Some(plant))?;
        let guise = case::read_json("seed.hidden", Some(hidden))?.unwrap_or_default();
        Ok(plant.map(|plant| Seed { plant, guise, caught: caught.map(|caught| caught == 1) }))
    }
}

async fn insert(connection: &mut Connection, new: &NewSeed, now: Timestamp) -> Result<(), StoreError> {
    let (id, source) = (new.case.as_str(), &new.source);
    sqlx::query("INSERT INTO seed (case_id, source, plant, hidden, at) VALUES ($1, $2, $3, $4, $5)")
        .bind(id)
        .bind(source.case.as_str())
        .bind(case::write_json(Some(&new.plant))?)
        .bind(case::write_json(Some(&new.guise))?)
        .bind(now.0)
        .execute(&mut *connection)
        .await?;
    // A case stands on a message. This one has no bytes, and never had any.
    sqlx::query(
        "INSERT INTO message (id, mailbox, uid_validity, uid, digest, size, received_at, settled, raw, purged_at)
         SELECT $1, 'seed', 0, COALESCE(MAX(uid), 0) + 1, $1, 0, $2, 1, $3, $2 FROM message
         WHERE mailbox = 'seed' AND uid_validity = 0",
    )
    .bind(format!("seed-{id}"))
    .bind(now.0)
    .bind([].as_slice())
    .execute(&mut *connection)
    .await?;
    let reasons: Vec<&str> = new.report.findings.iter().map(|finding| finding.text.as_str()).collect();
    sqlx::query(
        "INSERT INTO consultation (id, message_id, account, subject, status, reason, run_at, edition, evidence, draft, report,
             created_at, updated_at, question, waits, waits_since, due_at, confidence, specialty)
         VALUES ($1, $2, $3, $4, 'in_review', $5, $6, $7, $8, $9, $10, $6, $6, $11, $12, $6, $13, $14, $15)",
    )
    .bind(id)
    .bind(format!("seed-{id}"))
    .bind(&new.nobody)
    .bind(&source.subject)
    .bind(reasons.join("; "))
    .bind(now.0)
    .bind(&source.evidence.edition)
    .bind(case::write_json(Some(&source.evidence))?)
    .bind(case::write_json(Some(&new.draft))?)
    .bind(case::write_json(Some(&new.report))?)
    .bind(&source.question)
    .bind(Waits::Policy.key())
    .bind(new.due.0)
    .bind(Confidence::of(&new.draft, &new.report).level())
    .bind(&source.specialty)
    .execute(&mut *connection)
    .await?;
    let story = [
        ("received", ""),
        ("admitted", ""),
        ("researched", ""),
        ("drafted", "by plain rules"),
        ("verified", "1 findings"),
        ("in_review", reasons.first().copied().unwrap_or_default()),
        ("outbox", "holding"),
    ];
    for (what, detail) in story {
        event::record(connection, id, now, what, detail).await?;
    }
    Ok(())
}

/// Whether the case is seeded; where it is, what was decided about it is kept, and it is over.
pub(super) async fn settle(
    connection: &mut Connection,
    case: &str,
    decision: Decision,
    draft: Option<&Draft>,
    reviewer: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let row: Option<(String,)> =
        sqlx::query_as("SELECT plant FROM seed WHERE case_id = $1").bind(case).fetch_optional(&mut *connection).await?;
    let Some((plant,)) = row else { return Ok(false) };
    let plant: Option<Plant> = case::read_json("seed.plant", Some(plant))?;
    let caught = plant.is_some_and(|plant| plant.is_caught(decision, draft));
    sqlx::query("UPDATE seed SET caught = $2, reviewer = $3, decided_at = $4 WHERE case_id = $1")
        .bind(case)
        .bind(i64::from(caught))
        .bind(reviewer)
        .bind(now.0)
        .execute(connection)
        .await?;
    Ok(true)
}
