//! Cases and their turns: which case a mail names, what was asked and answered in it before.

use super::{Store, StoreError, case};
use crate::domain::case::{CaseId, CaseStatus};
use crate::domain::draft::Draft;
use crate::domain::evidence::Evidence;
use crate::domain::time::Timestamp;
use crate::store::case::CaseRow;

/// A case that a mail names, or a turn of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn {
    /// The row that was named.
    pub case: CaseId,
    /// The case it belongs to.
    pub root: CaseId,
    /// Whose it is: the account's key; empty before admission.
    pub account: String,
    /// Who asked: an address key.
    pub sender: String,
    /// The practice it is about.
    pub client: String,
    /// Where it stands.
    pub status: CaseStatus,
}

/// The question before, in the same case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Earlier {
    /// Its row.
    pub case: CaseId,
    /// What was asked, without identity.
    pub question: String,
    /// What became of it.
    pub status: CaseStatus,
}

/// An answer that left.
#[derive(Debug, Clone, PartialEq)]
pub struct Answered {
    /// Its row.
    pub case: CaseId,
    /// The case it belongs to.
    pub root: CaseId,
    /// What it rests on.
    pub evidence: Evidence,
    /// What it says.
    pub draft: Draft,
    /// When it was asked.
    pub at: Timestamp,
}

type TurnRow = (String, String, String, String, String, String);
type AnsweredRow = (String, String, Option<String>, Option<String>, i64);

impl Store {
    /// The case or turn of that number.
    ///
    /// # Errors
    /// The database failed.
    pub async fn find_turn(&self, case: &CaseId) -> Result<Option<Turn>, StoreError> {
        let row: Option<TurnRow> =
            sqlx::query_as("SELECT id, thread, account, sender, client, status FROM consultation WHERE id = $1")
                .bind(case.as_str())
                .fetch_optional(&self.readers)
                .await?;
        row.map(turn).transpose()
    }

    /// The turn that one of our replies, by its Message-ID, or an earlier mail, by the digest of its own, belongs to.
    ///
    /// # Errors
    /// The database failed.
    pub async fn find_turn_of_mail(&self, message_id: &str, digest: &str) -> Result<Option<Turn>, StoreError> {
        let row: Option<TurnRow> = sqlx::query_as(
            "SELECT id, thread, account, sender, client, status FROM consultation
             WHERE id = (SELECT case_id FROM outbox WHERE message_id = $1 LIMIT 1) OR mail_id = $2
             ORDER BY created_at DESC LIMIT 1",
        )
        .bind(message_id)
        .bind(digest)
        .fetch_optional(&self.readers)
        .await?;
        row.map(turn).transpose()
    }

    /// The latest question of a case before one of its turns.
    ///
    /// # Errors
    /// The database failed.
    pub async fn find_earlier(&self, root: &CaseId, turn: &CaseId) -> Result<Option<Earlier>, StoreError> {
        let row: Option<(String, String, String)> = sqlx::query_as(
            "SELECT id, question, status FROM consultation
             WHERE (id = $1 OR thread = $1) AND id <> $2 AND question <> ''
               AND created_at <= (SELECT created_at FROM consultation WHERE id = $2)
             ORDER BY created_at DESC LIMIT 1",
        )
        .bind(root.as_str())
        .bind(turn.as_str())
        .fetch_optional(&self.readers)
        .await?;
        row.map(|(id, question, status)| {
            Ok(Earlier { case: case::case_id(&id)?, question, status: case::case_status(&status)? })
        })
        .transpose()
    }

    /// How many turns of a case cost nothing so far.
    ///
    /// # Errors
    /// The database failed.
    pub async fn count_free_turns(&self, root: &CaseId) -> Result<u32, StoreError> {
        let (n,): (i64,) = sqlx::query_as(
            "SELECT count(*) FROM reservation r JOIN consultation c ON c.id = r.case_id
             WHERE c.thread = $1 AND r.state = 'free'",
        )
        .bind(root.as_str())
        .fetch_one(&self.readers)
        .await?;
        Ok(u32::try_from(n).unwrap_or(u32::MAX))
    }

    /// The turns of a case after its first, oldest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn list_turns(&self, root: &CaseId) -> Result<Vec<CaseRow>, StoreError> {
        let rows: Vec<case::Row> = sqlx::query_as(
            "SELECT id, status, reason, account, sender, subject, created_at, updated_at FROM consultation
             WHERE thread = $1 AND thread <> '' ORDER BY created_at",
        )
        .bind(root.as_str())
        .fetch_all(&self.readers)
        .await?;
        rows.into_iter().map(case::case_row).collect()
    }

    /// The latest answer that left in a case.
    ///
    /// # Errors
    /// The database failed, or a stored value cannot be read.
    pub async fn find_answer_in(&self, root: &CaseId) -> Result<Option<Answered>, StoreError> {
        let row: Option<AnsweredRow> = sqlx::query_as(
            "SELECT id, thread, evidence, draft, created_at FROM consultation
             WHERE (id = $1 OR thread = $1) AND status IN ('answered', 'replying') AND draft IS NOT NULL
             ORDER BY created_at DESC LIMIT 1",
        )
        .bind(root.as_str())
        .fetch_optional(&self.readers)
        .await?;
        row.map_or(Ok(None), answered)
    }

    /// The latest answer that left for a sender.
    ///
    /// # Errors
    /// The database failed, or a stored value cannot be read.
    pub async fn find_answer_for(&self, account: &str, sender: &str) -> Result<Option<Answered>, StoreError> {
        let row: Option<AnsweredRow> = sqlx::query_as(
            "SELECT id, thread, evidence, draft, created_at FROM consultation
             WHERE account = $1 AND sender = $2 AND status IN ('answered', 'replying') AND draft IS NOT NULL
             ORDER BY created_at DESC LIMIT 1",
        )
        .bind(account)
        .bind(sender)
        .fetch_optional(&self.readers)
        .await?;
        row.map_or(Ok(None), answered)
    }

    /// The answer that left to the same question of an account, asked since then.
    ///
    /// # Errors
    /// The database failed, or a stored value cannot be read.
    pub async fn find_repeated(
        &self,
        account: &str,
        digest: &str,
        since: Timestamp,
    ) -> Result<Option<Answered>, StoreError> {
        let row: Option<AnsweredRow> = sqlx::query_as(
            "SELECT id, thread, evidence, draft, created_at FROM consultation
             WHERE account = $1 AND question_digest = $2 AND status = 'answered' AND created_at >= $3 AND repeats = ''
             ORDER BY created_at DESC LIMIT 1",
        )
        .bind(account)
        .bind(digest)
        .bind(since.0)
        .fetch_optional(&self.readers)
        .await?;
        row.map_or(Ok(None), answered)
    }

    /// The answered case that a case repeats.
    ///
    /// # Errors
    /// The database failed.
    pub async fn find_repeats(&self, turn: &CaseId) -> Result<Option<Answered>, StoreError> {
        let row: Option<AnsweredRow> = sqlx::query_as(
            "SELECT e.id, e.thread, e.evidence, e.draft, e.created_at FROM consultation c
             JOIN consultation e ON e.id = c.repeats WHERE c.id = $1",
        )
        .bind(turn.as_str())
        .fetch_optional(&self.readers)
        .await?;
        row.map_or(Ok(None), answered)
    }

    /// The practice that a case is about.
    ///
    /// # Errors
    /// The database failed.
    pub async fn find_client_of(&self, turn: &CaseId) -> Result<String, StoreError> {
        let row: Option<(String,)> = sqlx::query_as("SELECT client FROM consultation WHERE id = $1")
            .bind(turn.as_str())
            .fetch_optional(&self.readers)
            .await?;
        Ok(row.map(|(client,)| client).unwrap_or_default())
    }
}

fn turn(row: TurnRow) -> Result<Turn, StoreError> {
    let (id, thread, account, sender, client, status) = row;
    let case = case::case_id(&id)?;
    let root = if thread.is_empty() { case.clone() } else { case::case_id(&thread)? };
    Ok(Turn { case, root, account, sender, client, status: case::case_status(&status)? })
}

fn answered(row: AnsweredRow) -> Result<Option<Answered>, StoreError> {
    let (id, thread, evidence, draft, at) = row;
    let case = case::case_id(&id)?;
    let root = if thread.is_empty() { case.clone() } else { case::case_id(&thread)? };
    let evidence = case::read_json("consultation.evidence", evidence)?;
    let draft = case::read_json("consultation.draft", draft)?;
    Ok(evidence.zip(draft).map(|(evidence, draft)| Answered { case, root, evidence, draft, at: Timestamp(at) }))
}
