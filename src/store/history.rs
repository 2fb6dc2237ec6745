//! What a subscriber may see of their own cases: the latest, and those that hold certain words.

use super::{Store, StoreError, case};
use crate::domain::case::{CaseId, CaseStatus};
use crate::domain::draft::Draft;
use crate::domain::time::Timestamp;

/// Whose cases are looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Viewer {
    /// The account's key.
    pub account: String,
    /// The sender, where each sees their own alone; empty for all.
    pub sender: String,
}

/// A question of the past.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Past {
    /// Its row.
    pub case: CaseId,
    /// The case it belongs to.
    pub root: CaseId,
    /// When it came.
    pub at: Timestamp,
    /// Its subject, masked.
    pub subject: String,
    /// Where it stands.
    pub status: CaseStatus,
    /// What was asked, without identity.
    pub question: String,
    /// The verdict; empty where none left.
    pub headline: String,
    /// The practice it is about.
    pub client: String,
}

type Row = (String, String, i64, String, String, String, Option<String>, String);

impl Store {
    /// The latest questions, newest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn list_past(&self, viewer: &Viewer, limit: i64) -> Result<Vec<Past>, StoreError> {
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT id, thread, created_at, subject, status, question, draft, client
             FROM consultation
             WHERE account = $1 AND ($2 = '' OR sender = $2) AND status NOT IN ('served', 'ignored')
               AND forgotten_at IS NULL
             ORDER BY created_at DESC LIMIT $3",
        )
        .bind(&viewer.account)
        .bind(&viewer.sender)
        .bind(limit)
        .fetch_all(&self.readers)
        .await?;
        rows.into_iter().map(past).collect()
    }

    /// The viewer's answered questions that hold every word, in question or answer; newest first. Looks at the latest
    /// `among` of the account.
    ///
    /// # Errors
    /// The database failed.
    pub async fn find_past(&self, viewer: &Viewer, words: &[String], among: i64) -> Result<Vec<Past>, StoreError> {
        let rows: Vec<(String, String)> = sqlx::query_as(
            "SELECT id, lower(question || ' ' || subject || ' ' || client || ' ' || COALESCE(draft, ''))
             FROM consultation
             WHERE account = $1 AND ($2 = '' OR sender = $2) AND status IN ('answered', 'replying')
               AND forgotten_at IS NULL
             ORDER BY created_at DESC LIMIT $3",
        )
        .bind(&viewer.account)
        .bind(&viewer.sender)
        .bind(among)
        .fetch_all(&self.readers)
        .await?;
        let words: Vec<String> = words.iter().map(|word| word.to_lowercase()).collect();
        let hits: Vec<String> = rows
            .into_iter()
            .filter(|(_, text)| words.iter().all(|word| text.contains(word.as_str())))
            .map(|(id, _)| id)
            .collect();
        let past = self.list_past(viewer, among).await?;
        Ok(past.into_iter().filter(|past| hits.iter().any(|id| id == past.case.as_str())).collect())
    }

    /// How many questions of an account are kept until there are answers.
    ///
    /// # Errors
    /// The database failed.
    pub async fn count_kept(&self, account: &str) -> Result<u32, StoreError> {
        let (n,): (i64,) = sqlx::query_as("SELECT count(*) FROM consultation WHERE account = $1 AND status = 'kept'")
            .bind(account)
            .fetch_one(&self.readers)
            .await?;
        Ok(u32::try_from(n).unwrap_or(u32::MAX))
    }
}

fn past(row: Row) -> Result<Past, StoreError> {
    let (id, thread, at, subject, status, question, draft, client) = row;
    let case = case::case_id(&id)?;
    let root = if thread.is_empty() { case.clone() } else { case::case_id(&thread)? };
    let status = case::case_status(&status)?;
    // A draft that did not leave is nobody's to read.
    let left = matches!(status, CaseStatus::Answered | CaseStatus::Replying);
    let draft: Option<Draft> = case::read_json("consultation.draft", draft.filter(|_| left))?;
    let headline = draft.map(|draft| draft.headline.text).unwrap_or_default();
    Ok(Past { case, root, at: Timestamp(at), subject, status, question, headline, client })
}
