//! Mails of ours that did not arrive: matched to the message they were, shown on its case and on the account.

use super::{Store, StoreError, event};
use crate::domain::case::CaseId;
use crate::domain::message::BounceKind;
use crate::domain::time::Timestamp;
use crate::domain::waits::Waits;

/// What a notice or a refusal says of one of our mails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewBounce {
    /// The row of the notice; one notice counts once.
    pub notice: String,
    /// The Message-ID of our mail.
    pub message_id: String,
    /// The address that was not reached, as the notice gives it; empty where it gives none.
    pub recipient: String,
    /// `hard` or `soft`.
    pub kind: &'static str,
    /// The enhanced status code (RFC 3463), if one is told.
    pub status: String,
}

/// A mail of ours that did not arrive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bounced {
    /// The case it was for.
    pub case: CaseId,
    /// The address that was not reached; never print it to a log.
    pub recipient: String,
    /// `hard` or `soft`.
    pub kind: String,
    /// The enhanced status code, if one was told.
    pub status: String,
    /// When the notice came.
    pub at: Timestamp,
}

type Row = (String, String, String, String, i64);

impl Store {
    /// Records that one of our mails did not arrive; the case it was for, or nothing where we sent no such mail.
    ///
    /// # Errors
    /// The database failed.
    pub async fn record_bounce(&self, bounce: NewBounce, now: Timestamp) -> Result<Option<CaseId>, StoreError> {
        self.write(move |connection| {
            Box::pin(async move {
                let rows: Vec<(String, String, String, String)> = sqlx::query_as(
                    "SELECT o.id, o.case_id, o.envelope_to, c.account FROM outbox o JOIN consultation c ON c.id = o.case_id
                     WHERE o.message_id = $1 ORDER BY CASE WHEN lower(o.envelope_to) = lower($2) THEN 0 ELSE 1 END, o.id",
                )
                .bind(&bounce.message_id)
                .bind(&bounce.recipient)
                .fetch_all(&mut *connection)
                .await?;
                let Some((outbox, case, recipient, account)) = rows.into_iter().next() else { return Ok(None) };
                let done = sqlx::query(
                    "INSERT INTO bounce (notice, outbox_id, case_id, account, recipient, kind, status, at)
                     VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (notice) DO NOTHING",
                )
                .bind(&bounce.notice)
                .bind(&outbox)
                .bind(&case)
                .bind(&account)
                .bind(&recipient)
                .bind(bounce.kind)
                .bind(&bounce.status)
                .bind(now.0)
                .execute(&mut *connection)
                .await?;
                if done.rows_affected() == 1 {
                    let detail = format!("{} {}", bounce.kind, bounce.status);
                    event::record(connection, &case, now, "bounced", detail.trim()).await?;
                    if bounce.kind == BounceKind::Hard.key() {
                        to_queue(connection, &case, now).await?;
                    }
                }
                Ok(Some(super::case::case_id(&case)?))
            })
        })
        .await
    }

    /// What did not arrive of a case and its turns.
    ///
    /// # Errors
    /// The database failed.
    pub async fn list_bounces(&self, root: &CaseId) -> Result<Vec<Bounced>, StoreError> {
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT b.case_id, b.recipient, b.kind, b.status, b.at FROM bounce b JOIN consultation c ON c.id = b.case_id
             WHERE c.id = $1 OR c.thread = $1 ORDER BY b.at",
        )
        .bind(root.as_str())
        .fetch_all(&self.readers)
        .await?;
        rows.into_iter().map(bounced).collect()
    }

    /// What did not arrive for an account, newest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn list_bounces_of(&self, account: &str, limit: i64) -> Result<Vec<Bounced>, StoreError> {
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT case_id, recipient, kind, status, at FROM bounce WHERE account = $1 ORDER BY at DESC LIMIT $2",
        )
        .bind(account)
        .bind(limit)
        .fetch_all(&self.readers)
        .await?;
        rows.into_iter().map(bounced).collect()
    }
}

fn bounced((case, recipient, kind, status, at): Row) -> Result<Bounced, StoreError> {
    Ok(Bounced { case: super::case::case_id(&case)?, recipient, kind, status, at: Timestamp(at) })
}
/// An answer that did not arrive waits for a person, at once: only they can reach its asker another way.
async fn to_queue(connection: &mut super::Connection, case: &str, now: Timestamp) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE consultation SET waits = $2, waits_since = $3, due_at = $3, claimed_by = ''
         WHERE id = $1 AND waits IN ('', $4) AND status IN ('replying', 'answered')",
    )
    .bind(case)
    .bind(Waits::Bounce.key())
    .bind(now.0)
    // Nobody needs a second look at what nobody has read.
    .bind(Waits::Sample.key())
    .execute(connection)
    .await?;
    Ok(())
}
