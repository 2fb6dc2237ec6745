//! Taking a case out at its sender's wish: what was asked and answered goes, that it was stays.

use super::{Store, StoreError, event, words};
use crate::domain::case::CaseId;
use crate::domain::time::Timestamp;

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Forgotten {
    /// It is out.
    Done,
    /// It, or its whole account, is kept by legal hold.
    Held,
    /// Something of it is still being worked on.
    Open,
}

impl Store {
    /// Takes out the originals, questions, answers and sent mails of a case and all its turns.
    ///
    /// # Errors
    /// The database failed.
    pub async fn forget(&self, root: &CaseId, now: Timestamp) -> Result<Forgotten, StoreError> {
        let case = root.clone();
        let outcome = self
            .write(move |connection| {
                Box::pin(async move {
                    let rows: Vec<(String, String, i64)> = sqlx::query_as(
                        "SELECT id, status, legal_hold FROM consultation WHERE id = $1 OR thread = $1 ORDER BY created_at",
                    )
                    .bind(case.as_str())
                    .fetch_all(&mut *connection)
                    .await?;
                    if rows.iter().any(|(_, _, held)| *held == 1) || is_of_held(connection, case.as_str()).await? {
                        return Ok(Forgotten::Held);
                    }
                    // The command itself is a turn of the case while it is carried out.
                    let open = ["admitted", "researched", "drafted", "verified", "decided", "replying"];
                    if rows.iter().any(|(_, status, _)| open.contains(&status.as_str())) {
                        return Ok(Forgotten::Open);
                    }
                    for (id, status, _) in rows.iter().filter(|(_, status, _)| status != "received") {
                        forget_one(connection, id, status, now).await?;
                    }
                    Ok(Forgotten::Done)
                })
            })
            .await?;
        if outcome == Forgotten::Done {
            // What the log of writes still holds goes with it.
            self.wipe().await?;
        }
        Ok(outcome)
    }

    /// Keeps a case whatever its sender wishes, or no longer.
    ///
    /// # Errors
    /// The database failed.
    pub async fn set_hold(&self, root: &CaseId, held: bool, now: Timestamp) -> Result<(), StoreError> {
        let case = root.clone();
        self.write(move |connection| {
            Box::pin(async move {
                sqlx::query("UPDATE consultation SET legal_hold = $2 WHERE id = $1 OR thread = $1")
                    .bind(case.as_str())
                    .bind(i64::from(held))
                    .execute(&mut *connection)
                    .await?;
                event::record(connection, case.as_str(), now, if held { "held" } else { "hold ended" }, "legal hold")
                    .await
            })
        })
        .await
    }
}

/// True where the account of a case is kept by legal hold.
async fn is_of_held(connection: &mut super::Connection, root: &str) -> Result<bool, StoreError> {
    let row: Option<(i64,)> = sqlx::query_as(
        "SELECT a.legal_hold FROM consultation c JOIN account a ON a.id = c.account
         WHERE (c.id = $1 OR c.thread = $1) AND a.legal_hold = 1 LIMIT 1",
    )
    .bind(root)
    .fetch_optional(connection)
    .await?;
    Ok(row.is_some())
}

async fn forget_one(
    connection: &mut super::Connection,
    id: &str,
    status: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    for statement in [
        "UPDATE message SET raw = $3, sealed_with = '', purged_at = COALESCE(purged_at, $2)
         WHERE id = (SELECT message_id FROM consultation WHERE id = $1)",
        "UPDATE outbox SET wire = $3, said = '', next_at = $2,
             state = CASE WHEN state IN ('ready', 'retry_at') THEN 'held' ELSE state END
         WHERE case_id = $1 AND state <> 'sending'",
    ] {
        sqlx::query(statement).bind(id).bind(now.0).bind([].as_slice()).execute(&mut *connection).await?;
    }
    // Kept or waiting, it will not be answered any more.
    let status = if matches!(status, "kept" | "in_review" | "asked") { "declined" } else { status };
    sqlx::query(
        "UPDATE consultation SET subject = '', question = '', question_digest = '', evidence = NULL, draft = NULL,
             report = NULL, reason = 'forgotten at the wish of its sender', client = '', status = $3, forgotten_at = $2,
             updated_at = $2, waits = '', claimed_by = ''
         WHERE id = $1",
    )
    .bind(id)
    .bind(now.0)
    .bind(status)
    .execute(&mut *connection)
    .await?;
    words::remove(connection, id).await?;
    for statement in [
        "DELETE FROM citation WHERE case_id = $1",
        "DELETE FROM proposal WHERE case_id = $1",
        // What was made of it goes too: the case with a planted error, and what a second look said.
        "UPDATE consultation SET subject = '', question = '', evidence = NULL, draft = NULL, report = NULL, status = 'ignored',
             reason = '', waits = '', claimed_by = ''
         WHERE id IN (SELECT case_id FROM seed WHERE source = $1)",
        "UPDATE sample SET why = '' WHERE case_id = $1",
        "UPDATE overruled SET reason = '' WHERE case_id = $1",
    ] {
        sqlx::query(statement).bind(id).execute(&mut *connection).await?;
    }
    sqlx::query("UPDATE feedback SET why = '', explained = '' WHERE about = $1 OR case_id = $1")
        .bind(id)
        .execute(&mut *connection)
        .await?;
    sqlx::query("UPDATE review SET found = NULL, note = '', overruled = '' WHERE case_id = $1")
        .bind(id)
        .execute(&mut *connection)
        .await?;
    // With the salt goes the only way to try out what the words were; their digest in the chain stays.
    for statement in [
        "UPDATE event SET detail = '' WHERE case_id = $1 AND what IN ('bad', 'good', 'in_review', 'retry')",
        "UPDATE audit SET salt = '' WHERE origin = 'case' AND about = $1 AND what IN ('bad', 'good', 'in_review', 'retry')",
    ] {
        sqlx::query(statement).bind(id).execute(&mut *connection).await?;
    }
    event::record(connection, id, now, "forgotten", "").await
}
