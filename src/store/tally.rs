//! What is counted and said once: notices to an address, mails made on a day. The backstop behind every other rule.

use super::{Connection, Store, StoreError};
use crate::domain::outbox::OutboxKind;
use crate::domain::time::Timestamp;

/// What all mails are counted under.
const ALL: &str = "";

/// Counts a mail for an address, inside the write that makes it.
pub(super) async fn count(connection: &mut Connection, day: &str, address: &str) -> Result<(), StoreError> {
    for what in [ALL, &address.to_lowercase()] {
        sqlx::query(
            "INSERT INTO tally (day, what, n) VALUES ($1, $2, 1) ON CONFLICT (day, what) DO UPDATE SET n = tally.n + 1",
        )
        .bind(day)
        .bind(what)
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

impl Store {
    /// Mails made for an address on a day, and for all addresses.
    ///
    /// # Errors
    /// The database failed.
    pub async fn count_mails(&self, address: &str, day: &str) -> Result<(u64, u64), StoreError> {
        let rows: Vec<(String, i64)> = sqlx::query_as("SELECT what, n FROM tally WHERE day = $1 AND what IN ('', $2)")
            .bind(day)
            .bind(address.to_lowercase())
            .fetch_all(&self.readers)
            .await?;
        let of =
            |name: &str| rows.iter().find(|(what, _)| what == name).map_or(0, |(_, n)| u64::try_from(*n).unwrap_or(0));
        Ok((of(&address.to_lowercase()), of(ALL)))
    }

    /// Mails that an account's sender sent since then and that were taken further; counted to `most` and no further.
    ///
    /// # Errors
    /// The database failed.
    pub async fn count_taken(
        &self,
        account: &str,
        sender: &str,
        since: Timestamp,
        most: u64,
    ) -> Result<u64, StoreError> {
        let (n,): (i64,) = sqlx::query_as(
            "SELECT count(*) FROM (SELECT 1 FROM consultation
                 WHERE account = $1 AND created_at >= $2 AND sender = $3 LIMIT $4) AS part",
        )
        .bind(account)
        .bind(since.0)
        .bind(sender)
        .bind(i64::try_from(most).unwrap_or(i64::MAX))
        .fetch_one(&self.readers)
        .await?;
        Ok(u64::try_from(n).unwrap_or(0))
    }

    /// Forgets the counts of days before this one.
    ///
    /// # Errors
    /// The database failed.
    pub async fn drop_tallies(&self, before: String) -> Result<(), StoreError> {
        self.write(move |connection| {
            Box::pin(async move {
                sqlx::query("DELETE FROM tally WHERE day < $1").bind(&before).execute(connection).await?;
                Ok(())
            })
        })
        .await
    }

    /// True when no notice of this kind went to the address today; from now on one has.
    ///
    /// # Errors
    /// The database failed.
    pub async fn claim_notice(&self, address: &str, kind: OutboxKind, day: String) -> Result<bool, StoreError> {
        self.claim_once(address, kind.key(), day).await
    }

    /// True when this was not said to them in that time; from now on it was.
    ///
    /// # Errors
    /// The database failed.
    pub async fn claim_once(&self, whom: &str, what: &str, when: String) -> Result<bool, StoreError> {
        let (whom, what) = (whom.to_owned(), what.to_owned());
        self.write(move |connection| {
            Box::pin(async move {
                let done =
                    sqlx::query("INSERT INTO notice (address, kind, day) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING")
                        .bind(&whom)
                        .bind(&what)
                        .bind(&when)
                        .execute(connection)
                        .await?;
                Ok(done.rows_affected() == 1)
            })
        })
        .await
    }

    /// True where an address asked for silence.
    ///
    /// # Errors
    /// The database failed.
    pub async fn is_silent(&self, address: &str) -> Result<bool, StoreError> {
        let row: Option<(i64,)> = sqlx::query_as("SELECT since FROM silence WHERE address = $1")
            .bind(address)
            .fetch_optional(&self.readers)
            .await?;
        Ok(row.is_some())
    }

    /// Writes no more to an address, or again.
    ///
    /// # Errors
    /// The database failed.
    pub async fn set_silence(&self, address: &str, silent: bool, now: Timestamp) -> Result<(), StoreError> {
        let address = address.to_owned();
        self.write(move |connection| {
            Box::pin(async move {
                let statement = if silent {
                    sqlx::query("INSERT INTO silence (address, since) VALUES ($1, $2) ON CONFLICT DO NOTHING")
                        .bind(&address)
                        .bind(now.0)
                } else {
                    sqlx::query("DELETE FROM silence WHERE address = $1").bind(&address)
                };
                statement.execute(connection).await?;
                Ok(())
            })
        })
        .await
    }
}
