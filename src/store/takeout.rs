//! The cases of an account: a page for its admin, the month as numbers, and everything that is kept of it, for an export.
//! Sealed originals stay sealed.

use jiff::civil::Date;
use serde::Serialize;
use serde_json::Value;

use super::{Store, StoreError, case};
use crate::domain::case::{CaseId, CaseStatus};
use crate::domain::inquiry::Intent;
use crate::domain::time::Timestamp;
use crate::store::case::CaseRow;

/// A place among the cases of an account: when one came, and its number.
pub type Place = (Timestamp, String);

/// One question of a month, as it is counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// The address key of its sender.
    pub sender: String,
    /// The practice it is about; empty for the account itself.
    pub client: String,
    /// What is asked, most specific first; none where nothing was read.
    pub topic: Option<Intent>,
    /// Where it stands.
    pub status: CaseStatus,
    /// How it is booked: `settled`, `reserved`, `free`, `freed`, `returned`; empty where it never was.
    pub booked: String,
}

/// Everything that is kept of a case.
#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "the columns of the store under their names")]
pub struct Kept {
    pub id: String,
    pub thread: String,
    pub received: String,
    pub sender: String,
    pub client: String,
    pub subject: String,
    pub status: String,
    pub reason: String,
    pub question: String,
    pub edition: String,
    pub evidence: Value,
    pub draft: Value,
    pub report: Value,
    pub legal_hold: bool,
    pub forgotten: bool,
    pub booked: Vec<Value>,
    pub mails: Vec<Value>,
    pub decisions: Vec<Value>,
    pub feedback: Vec<Value>,
    pub events: Vec<Value>,
}

#[derive(sqlx::FromRow)]
struct KeptRow {
    id: String,
    thread: String,
    created_at: i64,
    sender: String,
    client: String,
    subject: String,
    status: String,
    reason: String,
    question: String,
    edition: String,
    evidence: Option<String>,
    draft: Option<String>,
    report: Option<String>,
    legal_hold: i64,
    forgotten_at: Option<i64>,
}

/// As much of the evidence as a count needs.
#[derive(serde::Deserialize)]
struct Asked {
    inquiry: Topics,
}

#[derive(serde::Deserialize)]
struct Topics {
    intents: Vec<Intent>,
}

const PAST: &str = "SELECT id, status, reason, account, sender, subject, created_at, updated_at FROM consultation
    WHERE account = $1 AND (created_at, id) < ($2, $3) ORDER BY created_at DESC, id DESC LIMIT $4";
const MONTH: &str = "SELECT c.sender, c.client, c.evidence, c.status, COALESCE(r.state, '')
    FROM consultation c LEFT JOIN reservation r ON r.case_id = c.id
    WHERE c.account = $1 AND c.created_at >= $2 AND c.created_at < $3 ORDER BY c.created_at, c.id";

impl Store {
    /// The cases of an account, the newest first, behind a place; from the newest without one.
    ///
    /// # Errors
    /// The database failed.
    pub async fn list_cases_of(
        &self,
        account: &str,
        after: Option<&Place>,
        limit: i64,
    ) -> Result<Vec<CaseRow>, StoreError> {
        let (at, id) = after.map_or((i64::MAX, ""), |(at, id)| (at.0, id.as_str()));
        let rows: Vec<case::Row> =
            sqlx::query_as(PAST).bind(account).bind(at).bind(id).bind(limit).fetch_all(&self.readers).await?;
        rows.into_iter().map(case::case_row).collect()
    }

    /// The questions of an account from one day on and before another (UTC).
    ///
    /// # Errors
    /// The database failed, or a stored value cannot be read.
    pub async fn list_counted(&self, account: &str, from: Date, to: Date) -> Result<Vec<Counted>, StoreError> {
        let at = |day: Date| jiff::tz::TimeZone::UTC.to_timestamp(day.to_datetime(jiff::civil::Time::midnight()));
        let micros = |day: Date| at(day).map_or(i64::MAX, jiff::Timestamp::as_microsecond);
        let rows: Vec<(String, String, Option<String>, String, String)> =
            sqlx::query_as(MONTH).bind(account).bind(micros(from)).bind(micros(to)).fetch_all(&self.readers).await?;
        let read = |(sender, client, evidence, status, booked): (String, String, Option<String>, String, String)| {
            let asked: Option<Asked> = case::read_json("consultation.evidence", evidence)?;
            let topic = asked.and_then(|asked| asked.inquiry.intents.first().copied());
            Ok(Counted { sender, client, topic, status: case::case_status(&status)?, booked })
        };
        rows.into_iter().map(read).collect()
    }

    /// Everything that is kept of the cases of an account, oldest first, behind a place. With the place behind them.
    ///
    /// # Errors
    /// The database failed, or a stored value cannot be read.
    pub async fn list_kept(
        &self,
        account: &str,
        after: &Place,
        limit: i64,
    ) -> Result<(Vec<Kept>, Option<Place>), StoreError> {
        let rows: Vec<KeptRow> = sqlx::query_as(
            "SELECT id, thread, created_at, sender, client, subject, status, reason, question, edition, evidence, draft,
                 report, legal_hold, forgotten_at
             FROM consultation WHERE account = $1 AND (created_at, id) > ($2, $3) ORDER BY created_at, id LIMIT $4",
        )
        .bind(account)
        .bind(after.0.0)
        .bind(&after.1)
        .bind(limit)
        .fetch_all(&self.readers)
        .await?;
        let next = rows.last().map(|row| (Timestamp(row.created_at), row.id.clone()));
        let mut kept = Vec::with_capacity(rows.len());
        for row in rows {
            kept.push(self.kept(row).await?);
        }
        Ok((kept, next))
    }

    async fn kept(&self, row: KeptRow) -> Result<Kept, StoreError> {
        let id = row.id.as_str();
        let json = |what, text| Ok::<_, StoreError>(case::read_json::<Value>(what, text)?.unwrap_or_default());
        Ok(Kept {
            booked: self
                .facts(
                    "SELECT period, state, created_at AS at FROM reservation WHERE case_id = $1",
                    ["period", "state"],
                    id,
                )
                .await?,
            mails: self
                .facts("SELECT kind, state || ', to ' || envelope_to, created_at FROM outbox WHERE case_id = $1 ORDER BY created_at", ["kind", "state"], id)
                .await?,
            decisions: self
                .facts("SELECT decision || ' by ' || signature, note, at FROM review WHERE case_id = $1 ORDER BY n", ["decision", "note"], id)
                .await?,
            feedback: self
                .facts("SELECT CASE WHEN good = 1 THEN 'good' ELSE 'bad' END, why, at FROM feedback WHERE about = $1 ORDER BY at", ["said", "why"], id)
                .await?,
            events: self
                .facts("SELECT what, detail, at FROM event WHERE case_id = $1 ORDER BY n", ["what", "detail"], id)
                .await?,
            evidence: json("consultation.evidence", row.evidence)?,
            draft: json("consultation.draft", row.draft)?,
            report: json("consultation.report", row.report)?,
            received: Timestamp(row.created_at).instant().to_string(),
            legal_hold: row.legal_hold == 1,
            forgotten: row.forgotten_at.is_some(),
            id: row.id,
            thread: row.thread,
            sender: row.sender,
            client: row.client,
            subject: row.subject,
            status: row.status,
            reason: row.reason,
            question: row.question,
            edition: row.edition,
        })
    }

    /// Rows of two words and a time about a case, as objects.
    async fn facts(&self, sql: &'static str, names: [&str; 2], case: &str) -> Result<Vec<Value>, StoreError> {
        let rows: Vec<(String, String, i64)> = sqlx::query_as(sql).bind(case).fetch_all(&self.readers).await?;
        let object = |(first, second, at): (String, String, i64)| serde_json::json!({ names[0]: first, names[1]: second, "at": Timestamp(at).instant().to_string() });
        Ok(rows.into_iter().map(object).collect())
    }

    /// The first turn of a case of that account; none where it is another's.
    ///
    /// # Errors
    /// The database failed.
    pub async fn find_root_of(&self, account: &str, case: &CaseId) -> Result<Option<CaseId>, StoreError> {
        let turn = self.find_turn(case).await?;
        Ok(turn.filter(|turn| turn.account == account).map(|turn| turn.root))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::explained::{scratch, steps};

    #[tokio::test]
    async fn the_cases_of_an_account_are_read_by_their_index_in_its_order() {
        let (_folder, store) = scratch().await;
        for sql in [PAST, MONTH] {
            let found = steps(&store, sql).await;
            assert!(found.contains("USING INDEX consultation_account"), "{found}");
            assert!(!found.contains("SCAN") && !found.contains("TEMP B-TREE"), "{found}");
        }
    }
}
