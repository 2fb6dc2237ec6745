//! The originals of messages: sealed, opened through one function, sealed anew with a newer key, purged.

use sqlx::{AssertSqlSafe, Connection as _};

use super::{Store, StoreError, event};
use crate::domain::case::CaseId;
use crate::domain::time::Timestamp;
use crate::identity::seal::{KeyRing, Salt, Sealed};

/// Originals that are sealed anew in one transaction.
const BATCH: i64 = 50;
/// No legal hold keeps the case `c`.
const FREE: &str = "c.legal_hold = 0
    AND NOT EXISTS (SELECT 1 FROM consultation root WHERE root.id = c.thread AND root.legal_hold = 1)
    AND NOT EXISTS (SELECT 1 FROM account a WHERE a.id = c.account AND a.legal_hold = 1)";

/// Who opens an original.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Opener {
    /// The service itself, for the stage of a case that it holds the lease of.
    Service,
    /// A person; recorded before anything is opened.
    Person(Reason),
}

/// A person's name and why they need to see an original.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    person: String,
    reviewer: String,
    reason: String,
}

impl Reason {
    /// Both must say something: `None` where one does not.
    pub fn new(reviewer: &str, reason: &str) -> Option<Self> {
        let (reviewer, reason) = (reviewer.trim().to_owned(), reason.trim().to_owned());
        let says = |text: &str, least: usize| text.chars().filter(|c| c.is_alphanumeric()).count() >= least;
        (says(&reviewer, 2) && says(&reason, 5)).then_some(Self { person: String::new(), reviewer, reason })
    }

    /// The same with the person's key: a reviewer's, or `operator` for the command line.
    #[must_use]
    pub fn by(self, person: &str) -> Self {
        Self { person: person.to_owned(), ..self }
    }
}

/// One opening by a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub reviewer: String,
    /// Why.
    pub reason: String,
}

impl Store {
    /// The bytes of the message that opened a case, and its size as the server announced it: the only way to either.
    /// For a person a row is written first, and stays whatever comes of it.
    ///
    /// # Errors
    /// There is no such case, the original was purged, its key is missing, or the database failed.
    pub async fn open_original(
        &self,
        case: &CaseId,
        opener: &Opener,
        now: Timestamp,
    ) -> Result<(Vec<u8>, u64), StoreError> {
        let (id, raw, size, purged): (String, Vec<u8>, i64, Option<i64>) = sqlx::query_as(
            "SELECT m.id, m.raw, m.size, m.purged_at FROM message m JOIN consultation c ON c.message_id = m.id WHERE c.id = $1",
        )
        .bind(case.as_str())
        .fetch_one(&self.readers)
        .await?;
        if let Opener::Person(reason) = opener {
            self.record_opening(case.clone(), id.clone(), reason.clone(), now).await?;
        }
        if purged.is_some() {
            return Err(StoreError::Purged(case.to_string()));
        }
        let bytes = self.keys.open(&Sealed::from_stored(raw), &id)?;
        Ok((bytes, u64::try_from(size).unwrap_or(0)))
    }

    async fn record_opening(
        &self,
        case: CaseId,
        message: String,
        reason: Reason,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.write(move |connection| {
            Box::pin(async move {
                sqlx::query(
                    "INSERT INTO original_opened (message_id, n, at, reviewer, reason)
                     VALUES ($1, (SELECT COALESCE(MAX(n), 0) + 1 FROM original_opened WHERE message_id = $1), $2, $3, $4)",
                )
                .bind(&message)
                .bind(now.0)
                .bind(&reason.reviewer)
                .bind(&reason.reason)
                .execute(&mut *connection)
                .await?;
                // Not the reason: a person wrote it, and nobody took identity out of it.
                event::record_by(connection, case.as_str(), now, "original opened", &format!("by {}", reason.reviewer), &reason.person).await
            })
        })
        .await
    }

    /// Who opened the original of a case, oldest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn list_openings(&self, case: &CaseId) -> Result<Vec<Opened>, StoreError> {
        let rows: Vec<(i64, String, String)> = sqlx::query_as(
            "SELECT o.at, o.reviewer, o.reason FROM original_opened o JOIN consultation c ON c.message_id = o.message_id
             WHERE c.id = $1 ORDER BY o.n",
        )
        .bind(case.as_str())
        .fetch_all(&self.readers)
        .await?;
        Ok(rows.into_iter().map(|(at, reviewer, reason)| Opened { at: Timestamp(at), reviewer, reason }).collect())
    }

    /// Seals with the newest key whatever an older one sealed, and what is not sealed yet; returns how many originals. The
    /// authenticators of reviewers are sealed anew with them.
    ///
    /// # Errors
    /// A key is missing, a seal is damaged, or the database failed; what was done before stays.
    pub async fn reseal(&self, mut salt: impl FnMut() -> Salt) -> Result<usize, StoreError> {
        let newest = self.keys.newest().ok_or(crate::identity::seal::SealError::NoKey)?.to_owned();
        let mut done = 0;
        loop {
            let rows: Vec<(String, String, Vec<u8>)> = sqlx::query_as(
                "SELECT id, sealed_with, raw FROM message WHERE sealed_with <> $1 AND length(raw) > 0 ORDER BY id LIMIT $2",
            )
            .bind(&newest)
            .bind(BATCH)
            .fetch_all(&self.readers)
            .await?;
            if rows.is_empty() {
                self.reseal_authenticators(&newest, salt).await?;
                return Ok(done);
            }
            let mut fresh = Vec::with_capacity(rows.len());
            for (id, sealed_with, raw) in rows {
                fresh.push((sealed_anew(&self.keys, &id, &sealed_with, raw, salt())?, sealed_with, id));
            }
            done += fresh.len();
            self.replace(fresh, newest.clone()).await?;
        }
    }

    /// Writes the database anew, so that no page holds what was overwritten.
    ///
    /// # Errors
    /// The database failed, or the disk has no room for a second copy.
    pub async fn compact(&self) -> Result<(), StoreError> {
        let mut connection = self.opening.connect_plainly().await?;
        sqlx::raw_sql(self.opening.engine.text("VACUUM", "VACUUM FULL message, outbox, reviewer"))
            .execute(&mut connection)
            .await?;
        connection.close().await?;
        self.wipe().await
    }

    async fn replace(&self, fresh: Vec<(Sealed, String, String)>, newest: String) -> Result<(), StoreError> {
        self.write(move |connection| {
            Box::pin(async move {
                for (sealed, before, id) in &fresh {
                    sqlx::query("UPDATE message SET raw = $1, sealed_with = $2 WHERE id = $3 AND sealed_with = $4")
                        .bind(sealed.stored())
                        .bind(&newest)
                        .bind(id)
                        .bind(before)
                        .execute(&mut *connection)
                        .await?;
                }
                Ok(())
            })
        })
        .await
    }

    /// The ids of the keys that sealed what is kept (originals, and authenticators of reviewers), with how many each; an
    /// empty id for what is not sealed.
    ///
    /// # Errors
    /// The database failed.
    pub async fn count_seals(&self) -> Result<Vec<(String, i64)>, StoreError> {
        let rows = sqlx::query_as(
            "SELECT sealed_with, count(*) FROM (
                 SELECT sealed_with FROM message WHERE length(raw) > 0
                 UNION ALL SELECT totp_sealed_with FROM reviewer WHERE totp IS NOT NULL) AS kept
             GROUP BY sealed_with ORDER BY sealed_with",
        )
        .fetch_all(&self.readers)
        .await?;
        Ok(rows)
    }

    /// Purges the originals of cases that rest and did not move since `before`, and with them the mails that were sent to
    /// their senders: the bytes go, each row keeps what tells that it was, and the digest by which a copy is known. What
    /// still has to leave stays, and so does what a legal hold keeps: of a case, of the case it is a turn of, or of the
    /// whole account. Returns how many originals went.
    ///
    /// # Errors
    /// The database failed.
    pub async fn purge_originals(&self, before: Timestamp, now: Timestamp) -> Result<u64, StoreError> {
        let (purged, mails) = self
            .write(move |connection| {
                Box::pin(async move {
                    let originals = sqlx::query(AssertSqlSafe(format!(
                        "UPDATE message SET raw = $3, sealed_with = '', purged_at = $2
                         WHERE purged_at IS NULL AND length(raw) > 0 AND EXISTS (
                             SELECT 1 FROM consultation c WHERE c.message_id = message.id AND c.updated_at < $1
                               AND c.status NOT IN ('received', 'admitted', 'researched', 'drafted', 'verified', 'replying', 'kept')
                               AND {FREE})"
                    )))
                    .bind(before.0)
                    .bind(now.0)
                    .bind([].as_slice())
                    .execute(&mut *connection)
                    .await?;
                    let mails = sqlx::query(AssertSqlSafe(format!(
                        "UPDATE outbox SET wire = $2
                         WHERE state NOT IN ('ready', 'sending', 'retry_at') AND length(wire) > 0 AND EXISTS (
                             SELECT 1 FROM consultation c WHERE c.id = outbox.case_id AND c.updated_at < $1
                               AND c.status NOT IN ('received', 'admitted', 'researched', 'drafted', 'verified', 'replying', 'kept')
                               AND {FREE})"
                    )))
                    .bind(before.0)
                    .bind([].as_slice())
                    .execute(connection)
                    .await?;
                    Ok((originals.rows_affected(), mails.rows_affected()))
                })
            })
            .await?;
        if purged + mails > 0 {
            // What the log of writes still holds goes with it.
            self.wipe().await?;
        }
        Ok(purged)
    }
}

fn sealed_anew(keys: &KeyRing, id: &str, sealed_with: &str, raw: Vec<u8>, salt: Salt) -> Result<Sealed, StoreError> {
    let plain = if sealed_with.is_empty() { raw } else { keys.open(&Sealed::from_stored(raw), id)? };
    Ok(keys.seal(&plain, id, salt)?)
}
