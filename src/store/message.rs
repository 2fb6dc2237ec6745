//! Messages as they arrived: raw bytes, place in the mailbox, digest; and the case each one opens.

use super::{Connection, Store, StoreError, event};
use crate::domain::case::{CaseId, CaseStatus};
use crate::domain::time::Timestamp;
use crate::domain::waits::Waits;
use crate::identity::seal::Sealed;
use crate::point;

/// A message to be taken in.
#[derive(Debug, Clone)]
pub struct NewMessage {
    /// Its row's id.
    pub id: String,
    /// Its number in the mailbox.
    pub uid: i64,
    /// SHA-256 over everything that is the same in every copy of it.
    pub digest: String,
    /// Its size as the server announced it.
    pub size: i64,
    /// Its bytes, sealed for the id of its row.
    pub raw: Sealed,
    /// The case it opens.
    pub case: CaseId,
    /// The sender's address key, for lists and quotas; empty when it cannot be read.
    pub sender: String,
    /// The subject, for lists.
    pub subject: String,
    /// SHA-256 of its Message-ID; empty without one.
    pub mail_id: String,
    /// Its Message-ID where it says that it is from ourselves; else empty.
    pub own_id: String,
    /// The case's first state.
    pub status: CaseStatus,
    /// Why, where the state is not the usual one.
    pub reason: String,
}

/// What became of a message that was offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TakenIn {
    /// It opened a case.
    Opened,
    /// The same number of the same mailbox was taken in before.
    Known,
    /// A copy of a message that was taken in before: kept, no case opened.
    Copy,
}

impl Store {
    /// Takes messages in and moves the cursor, in one transaction: after it returns they are on disk, and the
    /// mailbox may be told.
    ///
    /// # Errors
    /// The database failed; nothing was taken in.
    pub async fn take_in(
        &self,
        mailbox: &str,
        uid_validity: i64,
        last_uid: i64,
        messages: Vec<NewMessage>,
        now: Timestamp,
    ) -> Result<Vec<TakenIn>, StoreError> {
        let mailbox = mailbox.to_owned();
        self.write(move |connection| {
            Box::pin(async move {
                let mut outcomes = Vec::with_capacity(messages.len());
                // A microsecond apart, so that cases of one batch keep the order of their arrival.
                for (message, n) in messages.iter().zip(0..) {
                    let at = Timestamp(now.0.saturating_add(n));
                    outcomes.push(take_in_one(connection, &mailbox, uid_validity, message, at).await?);
                    point!("in-take-in");
                }
                sqlx::query(
                    "INSERT INTO mailbox (name, uid_validity, last_uid) VALUES ($1, $2, $3)
                     ON CONFLICT (name) DO UPDATE SET uid_validity = excluded.uid_validity, last_uid = excluded.last_uid",
                )
                .bind(&mailbox)
                .bind(uid_validity)
                .bind(last_uid)
                .execute(&mut *connection)
                .await?;
                Ok(outcomes)
            })
        })
        .await
    }

    /// How far a mailbox was read: UIDVALIDITY and last UID.
    ///
    /// # Errors
    /// The database failed.
    pub async fn find_cursor(&self, mailbox: &str) -> Result<Option<(i64, i64)>, StoreError> {
        let row = sqlx::query_as("SELECT uid_validity, last_uid FROM mailbox WHERE name = $1")
            .bind(mailbox)
            .fetch_optional(&self.readers)
            .await?;
        Ok(row)
    }

    /// Messages that are on disk here but not yet filed away in their mailbox, each with whether it is quarantined.
    ///
    /// # Errors
    /// The database failed.
    pub async fn list_unsettled(
        &self,
        mailbox: &str,
        uid_validity: i64,
        limit: i64,
    ) -> Result<Vec<(i64, bool)>, StoreError> {
        let rows: Vec<(i64, i64)> = sqlx::query_as(
            "SELECT m.uid, CASE WHEN c.reason LIKE 'quarantined:%' THEN 1 ELSE 0 END
             FROM message m LEFT JOIN consultation c ON c.message_id = m.id
             WHERE m.mailbox = $1 AND m.uid_validity = $2 AND m.settled = 0 ORDER BY m.uid LIMIT $3",
        )
        .bind(mailbox)
        .bind(uid_validity)
        .bind(limit)
        .fetch_all(&self.readers)
        .await?;
        Ok(rows.into_iter().map(|(uid, quarantined)| (uid, quarantined == 1)).collect())
    }

    /// Records that messages were filed away in their mailbox.
    ///
    /// # Errors
    /// The database failed.
    pub async fn record_settled(&self, mailbox: &str, uid_validity: i64, uids: Vec<i64>) -> Result<(), StoreError> {
        let mailbox = mailbox.to_owned();
        self.write(move |connection| {
            Box::pin(async move {
                for uid in uids {
                    sqlx::query("UPDATE message SET settled = 1 WHERE mailbox = $1 AND uid_validity = $2 AND uid = $3")
                        .bind(&mailbox)
                        .bind(uid_validity)
                        .bind(uid)
                        .execute(&mut *connection)
                        .await?;
                }
                Ok(())
            })
        })
        .await
    }
}

/// The message of ours that has come back, as the copy which proves that it left.
async fn copy_of_ours(connection: &mut Connection, own_id: &str) -> Result<Option<String>, StoreError> {
    if own_id.is_empty() {
        return Ok(None);
    }
    let row: Option<(String,)> = sqlx::query_as("SELECT id FROM outbox WHERE message_id = $1 LIMIT 1")
        .bind(own_id)
        .fetch_optional(connection)
        .await?;
    Ok(row.map(|(id,)| id))
}

/// Whose turn an arriving message shares: that of the account whose address it gives, else of its sender. Said is not proved;
/// this decides nothing but an order.
async fn share_of(connection: &mut Connection, sender: &str) -> Result<String, StoreError> {
    let row: Option<(String,)> = sqlx::query_as("SELECT account_id FROM sender WHERE address = $1")
        .bind(sender)
        .fetch_optional(connection)
        .await?;
    Ok(row.map_or_else(|| sender.to_owned(), |(account,)| account))
}

async fn take_in_one(
    connection: &mut Connection,
    mailbox: &str,
    uid_validity: i64,
    message: &NewMessage,
    now: Timestamp,
) -> Result<TakenIn, StoreError> {
    let copy_of: Option<(String,)> =
        sqlx::query_as("SELECT id FROM message WHERE digest = $1 AND duplicate_of IS NULL LIMIT 1")
            .bind(&message.digest)
            .fetch_optional(&mut *connection)
            .await?;
    let copy_of = match copy_of {
        Some((id,)) => Some(id),
        None => copy_of_ours(connection, &message.own_id).await?,
    };
    let inserted = sqlx::query(
        "INSERT INTO message (id, mailbox, uid_validity, uid, digest, size, received_at, duplicate_of, raw, sealed_with)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (mailbox, uid_validity, uid) DO NOTHING",
    )
    .bind(&message.id)
    .bind(mailbox)
    .bind(uid_validity)
    .bind(message.uid)
    .bind(&message.digest)
    .bind(message.size)
    .bind(now.0)
    .bind(&copy_of)
    .bind(if copy_of.is_some() { &[] } else { message.raw.stored() })
    .bind(message.raw.key_id().filter(|_| copy_of.is_none()).unwrap_or_default())
    .execute(&mut *connection)
    .await?;
    if inserted.rows_affected() == 0 {
        return Ok(TakenIn::Known);
    }
    if copy_of.is_some() {
        return Ok(TakenIn::Copy);
    }
    let share = share_of(connection, &message.sender).await?;
    sqlx::query(
        "INSERT INTO consultation (id, message_id, sender, subject, status, reason, run_at, created_at, updated_at, mail_id,
             waits, waits_since, due_at, share)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $7, $8, $9, $7, $7, $10)",
    )
    .bind(message.case.as_str())
    .bind(&message.id)
    .bind(&message.sender)
    .bind(&message.subject)
    .bind(message.status.key())
    .bind(&message.reason)
    .bind(now.0)
    .bind(&message.mail_id)
    .bind(if message.status == CaseStatus::InReview { Waits::Quarantine.key() } else { "" })
    .bind(share)
    .execute(&mut *connection)
    .await?;
    event::record(connection, message.case.as_str(), now, "received", &message.reason).await?;
    Ok(TakenIn::Opened)
}
