//! Messages whose last answer was lost, settled by their copies; and messages of which a copy is still to be kept.

use super::{Connection, Store, StoreError, case, event, outbox};
use crate::domain::case::CaseId;
use crate::domain::outbox::OutboxKind;
use crate::domain::time::Timestamp;

/// A message of which nobody knows whether it left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lost {
    /// Its row's id.
    pub id: String,
    /// Its case.
    pub case: CaseId,
    /// Its Message-ID.
    pub message_id: String,
    /// When its answer was lost.
    pub since: Timestamp,
    /// The server had agreed to give an address of ours the same message.
    pub copied: bool,
    /// It was sent once more already.
    pub resent: bool,
    /// A person was told that no copy was found.
    pub told: bool,
    /// Messages with the same Message-ID (to colleagues whom the asker copies) that left for certain.
    pub sent: usize,
    /// Messages with the same Message-ID, this one included, of which nobody knows.
    pub unknown: usize,
}

/// A message that left and of which a copy is to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Its row's id.
    pub id: String,
    /// Its case.
    pub case: CaseId,
    /// Its bytes.
    pub wire: Vec<u8>,
}

/// How often the keeping of a copy is tried.
const KEEP_TRIES: i64 = 5;

type Row = (String, String, String, i64, i64, i64, i64, i64, i64);

impl Store {
    /// The messages of which nobody knows whether they left, the oldest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn list_uncertain(&self, limit: i64) -> Result<Vec<Lost>, StoreError> {
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT o.id, o.case_id, o.message_id, COALESCE(o.uncertain_at, o.created_at), o.copied, o.resent, o.looked,
                 (SELECT count(*) FROM outbox s WHERE s.message_id = o.message_id AND s.state = 'sent'),
                 (SELECT count(*) FROM outbox u WHERE u.message_id = o.message_id AND u.state IN ('uncertain', 'sending'))
             FROM outbox o WHERE o.state = 'uncertain' ORDER BY o.uncertain_at, o.id LIMIT $1",
        )
        .bind(limit)
        .fetch_all(&self.readers)
        .await?;
        rows.into_iter()
            .map(|(id, case, message_id, since, copied, resent, looked, sent, unknown)| {
                Ok(Lost {
                    id,
                    case: case::case_id(&case)?,
                    message_id,
                    since: Timestamp(since),
                    copied: copied == 1,
                    resent: resent > 0,
                    told: looked == 1,
                    sent: usize::try_from(sent).unwrap_or(0),
                    unknown: usize::try_from(unknown).unwrap_or(0),
                })
            })
            .collect()
    }

    /// Its copy was found: it left. False where somebody settled it meanwhile.
    ///
    /// # Errors
    /// The database failed.
    pub async fn settle_by_copy(&self, id: &str, now: Timestamp) -> Result<bool, StoreError> {
        let id = id.to_owned();
        self.write(move |connection| {
            Box::pin(async move {
                let done: Option<(String, String)> = sqlx::query_as(
                    "UPDATE outbox SET state = 'sent', said = 'its copy was found', sent_at = $2
                     WHERE id = $1 AND state = 'uncertain' RETURNING case_id, kind",
                )
                .bind(&id)
                .bind(now.0)
                .fetch_optional(&mut *connection)
                .await?;
                let Some((case, kind)) = done else { return Ok(false) };
                event::record(connection, &case, now, "settled", &format!("{kind}: left, its copy was found")).await?;
                if kind == OutboxKind::Answer.key() {
                    outbox::settle(connection, &case, now).await?;
                }
                Ok(true)
            })
        })
        .await
    }

    /// No copy was found in time. Sends it once more with the same Message-ID where `again` is set and that was not done
    /// before; else a person must look, and is told once. True where it is sent.
    ///
    /// # Errors
    /// The database failed.
    pub async fn give_up_copy(&self, id: &str, again: bool, now: Timestamp) -> Result<bool, StoreError> {
        let id = id.to_owned();
        self.write(move |connection| {
            Box::pin(async move {
                let resend = again.then_some("ready");
                let done: Option<(String, String)> = sqlx::query_as(
                    "UPDATE outbox SET state = COALESCE($2, state), looked = 1, next_at = $3,
                         resent = resent + CASE WHEN $4 = 1 THEN 1 ELSE 0 END
                     WHERE id = $1 AND state = 'uncertain' AND (($4 = 1 AND resent = 0) OR ($4 = 0 AND looked = 0))
                     RETURNING case_id, kind",
                )
                .bind(&id)
                .bind(resend)
                .bind(now.0)
                .bind(i64::from(again))
                .fetch_optional(&mut *connection)
                .await?;
                let Some((case, kind)) = done else { return Ok(false) };
                let (what, then) = match again {
                    true => ("resent", "sent once more with the same Message-ID"),
                    false => ("uncertain", "a person must look"),
                };
                let detail = format!("{kind}: no copy was found, {then}");
                event::record(connection, &case, now, what, &detail).await?;
                Ok(again)
            })
        })
        .await
    }

    /// A message left of which a copy is to be kept.
    ///
    /// # Errors
    /// The database failed.
    pub async fn mark_to_keep(&self, id: &str) -> Result<(), StoreError> {
        let id = id.to_owned();
        self.write(move |connection| {
            Box::pin(async move {
                sqlx::query("UPDATE outbox SET keep = $2 WHERE id = $1 AND state = 'sent'")
                    .bind(&id)
                    .bind(KEEP_TRIES)
                    .execute(connection)
                    .await?;
                Ok(())
            })
        })
        .await
    }

    /// Messages of which a copy is still to be kept, the oldest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn list_to_keep(&self, limit: i64) -> Result<Vec<Kept>, StoreError> {
        let rows: Vec<(String, String, Vec<u8>)> =
            sqlx::query_as("SELECT id, case_id, wire FROM outbox WHERE keep > 0 ORDER BY sent_at LIMIT $1")
                .bind(limit)
                .fetch_all(&self.readers)
                .await?;
        rows.into_iter().map(|(id, case, wire)| Ok(Kept { id, case: case::case_id(&case)?, wire })).collect()
    }

    /// The copy of a message was kept, or could not be: after some tries that is told on the case, and left.
    ///
    /// # Errors
    /// The database failed.
    pub async fn record_kept(&self, kept: &Kept, fault: Option<String>, now: Timestamp) -> Result<(), StoreError> {
        let (id, case) = (kept.id.clone(), kept.case.clone());
        self.write(move |connection| {
            Box::pin(async move {
                let left = kept_left(connection, &id, fault.is_none()).await?;
                match (fault, left) {
                    (Some(fault), 0) => {
                        let detail = format!("it left; no copy was kept: {fault}");
                        event::record(connection, case.as_str(), now, "unkept", &detail).await
                    }
                    _ => Ok(()),
                }
            })
        })
        .await
    }
}

/// Counts a try; how many are left.
async fn kept_left(connection: &mut Connection, id: &str, done: bool) -> Result<i64, StoreError> {
    let (left,): (i64,) = sqlx::query_as(
        "UPDATE outbox SET keep = CASE WHEN $2 = 1 THEN 0 ELSE keep - 1 END WHERE id = $1 RETURNING keep",
    )
    .bind(id)
    .bind(i64::from(done))
    .fetch_one(connection)
    .await?;
    Ok(left)
}
