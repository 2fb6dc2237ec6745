//! What proves a reviewer, and how often somebody has tried.

use std::time::Duration;

use super::reviewer::record;
use super::{Connection, Store, StoreError, session};
use crate::domain::time::Timestamp;
use crate::identity::seal::Sealed;

/// How many attempts are free, before each further one makes the next wait twice as long.
#[derive(Debug, Clone)]
pub struct Limit {
    /// What is counted: the digest of an account or of an address of the network.
    pub what: String,
    /// Attempts that cost no waiting.
    pub free: i64,
}

/// The first wait, and the longest.
const FIRST_WAIT: Duration = Duration::from_secs(60);
const LONGEST_WAIT: Duration = Duration::from_secs(15 * 60);
/// Attempts are forgotten when none was made for so long.
const FORGOTTEN_AFTER: Duration = Duration::from_secs(24 * 3_600);

/// What proves a reviewer. It is shown nowhere.
#[derive(Default)]
pub struct Proofs {
    /// The argon2id hash in PHC form; empty where there is no password.
    pub password: String,
    /// The secret of the authenticator, opened.
    pub totp: Option<Vec<u8>>,
    /// The newest step whose code was used.
    pub totp_step: i64,
}

/// A fresh authenticator, sealed.
#[derive(Clone)]
pub struct NewTotp {
    /// Its secret under the newest key.
    pub sealed: Sealed,
    /// That key's id.
    pub key: String,
    /// The step of the code that confirmed it, which is used up.
    pub step: i64,
    /// SHA-256 of each recovery code.
    pub recovery: Vec<String>,
}

/// What a sealed authenticator belongs to.
pub fn totp_owner(reviewer: &str) -> String {
    format!("totp:{reviewer}")
}

fn wait(over: i64) -> Duration {
    let doubled = u32::try_from(over).ok().and_then(|over| 2_u32.checked_pow(over));
    doubled.and_then(|times| FIRST_WAIT.checked_mul(times)).unwrap_or(LONGEST_WAIT).min(LONGEST_WAIT)
}

async fn count(connection: &mut Connection, limit: &Limit, now: Timestamp) -> Result<Option<Timestamp>, StoreError> {
    let row: Option<(i64, i64)> = sqlx::query_as("SELECT attempts, until_at FROM throttle WHERE what = $1")
        .bind(&limit.what)
        .fetch_optional(&mut *connection)
        .await?;
    let (attempts, until) = row.unwrap_or_default();
    if until > now.0 {
        return Ok(Some(Timestamp(until)));
    }
    let attempts = attempts.saturating_add(1);
    let until = if attempts < limit.free { now } else { now.plus(wait(attempts - limit.free)) };
    sqlx::query(
        "INSERT INTO throttle (what, attempts, last_at, until_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (what) DO UPDATE SET attempts = excluded.attempts, last_at = excluded.last_at,
             until_at = excluded.until_at",
    )
    .bind(&limit.what)
    .bind(attempts)
    .bind(now.0)
    .bind(until.0)
    .execute(connection)
    .await?;
    Ok(None)
}

/// Replaces the authenticator and the recovery codes inside a write.
pub(super) async fn replace_totp(
    connection: &mut Connection,
    reviewer: &str,
    totp: Option<&NewTotp>,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE reviewer SET totp = $2, totp_sealed_with = $3, totp_step = $4 WHERE id = $1")
        .bind(reviewer)
        .bind(totp.map(|totp| totp.sealed.stored()))
        .bind(totp.map_or("", |totp| &totp.key))
        .bind(totp.map_or(0, |totp| totp.step))
        .execute(&mut *connection)
        .await?;
    let codes = totp.map(|totp| totp.recovery.as_slice()).unwrap_or_default();
    replace_recovery(connection, reviewer, codes).await
}

async fn replace_recovery(connection: &mut Connection, reviewer: &str, codes: &[String]) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM recovery_code WHERE reviewer_id = $1").bind(reviewer).execute(&mut *connection).await?;
    for digest in codes {
        sqlx::query("INSERT INTO recovery_code (digest, reviewer_id) VALUES ($1, $2)")
            .bind(digest)
            .bind(reviewer)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

impl Store {
    /// Counts an attempt before it is made, so that many at once count as many. `Some` with the time until which none is
    /// taken; that one is not counted.
    ///
    /// # Errors
    /// The database failed.
    pub async fn attempt(&self, limits: Vec<Limit>, now: Timestamp) -> Result<Option<Timestamp>, StoreError> {
        self.write(move |connection| {
            Box::pin(async move {
                let forgotten = now.0.saturating_sub(i64::try_from(FORGOTTEN_AFTER.as_micros()).unwrap_or(i64::MAX));
                sqlx::query("DELETE FROM throttle WHERE last_at < $1")
                    .bind(forgotten)
                    .execute(&mut *connection)
                    .await?;
                let mut until = None;
                for limit in &limits {
                    until = until.max(count(connection, limit, now).await?);
                }
                Ok(until)
            })
        })
        .await
    }

    /// Forgets the attempts of who got in.
    ///
    /// # Errors
    /// The database failed.
    pub async fn forgive(&self, limits: Vec<Limit>) -> Result<(), StoreError> {
        self.write(move |connection| {
            Box::pin(async move {
                for limit in &limits {
                    sqlx::query("DELETE FROM throttle WHERE what = $1")
                        .bind(&limit.what)
                        .execute(&mut *connection)
                        .await?;
                }
                Ok(())
            })
        })
        .await
    }

    /// What proves a reviewer; nothing for a key that is nobody's, after the same work for the database.
    ///
    /// # Errors
    /// The database failed, or the key that sealed the authenticator is missing.
    pub async fn find_proofs(&self, reviewer: &str) -> Result<Proofs, StoreError> {
        let row: Option<(String, Option<Vec<u8>>, i64)> =
            sqlx::query_as("SELECT password, totp, totp_step FROM reviewer WHERE id = $1")
                .bind(reviewer)
                .fetch_optional(&self.readers)
                .await?;
        let Some((password, sealed, totp_step)) = row else { return Ok(Proofs::default()) };
        let open = |bytes| self.keys.open(&Sealed::from_stored(bytes), &totp_owner(reviewer));
        Ok(Proofs { password, totp: sealed.map(open).transpose()?, totp_step })
    }

    /// Uses up the code of a step; false where it, or a newer one, was used before.
    ///
    /// # Errors
    /// The database failed.
    pub async fn use_totp_step(&self, reviewer: &str, step: i64) -> Result<bool, StoreError> {
        let reviewer = reviewer.to_owned();
        self.write(move |connection| {
            Box::pin(async move {
                let done = sqlx::query("UPDATE reviewer SET totp_step = $2 WHERE id = $1 AND totp_step < $2")
                    .bind(&reviewer)
                    .bind(step)
                    .execute(connection)
                    .await?;
                Ok(done.rows_affected() == 1)
            })
        })
        .await
    }

    /// Uses up a recovery code; false where it is none, or was used before.
    ///
    /// # Errors
    /// The database failed.
    pub async fn use_recovery(&self, reviewer: &str, digest: String, now: Timestamp) -> Result<bool, StoreError> {
        let reviewer = reviewer.to_owned();
        self.write(move |connection| {
            Box::pin(async move {
                let sql = "UPDATE recovery_code SET used_at = $3
                           WHERE digest = $2 AND reviewer_id = $1 AND used_at IS NULL";
                let done = sqlx::query(sql).bind(&reviewer).bind(&digest).bind(now.0).execute(&mut *connection).await?;
                let used = done.rows_affected() == 1;
                if used {
                    record(connection, now, &reviewer, &reviewer, "recovery code", "").await?;
                }
                Ok(used)
            })
        })
        .await
    }

    /// How many recovery codes a reviewer has left.
    ///
    /// # Errors
    /// The database failed.
    pub async fn count_recovery(&self, reviewer: &str) -> Result<i64, StoreError> {
        let (n,): (i64,) =
            sqlx::query_as("SELECT count(*) FROM recovery_code WHERE reviewer_id = $1 AND used_at IS NULL")
                .bind(reviewer)
                .fetch_one(&self.readers)
                .await?;
        Ok(n)
    }

    /// Sets a new password. Every session of the reviewer ends but for one.
    ///
    /// # Errors
    /// The database failed.
    pub async fn set_password(
        &self,
        reviewer: &str,
        hash: String,
        stays: String,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let reviewer = reviewer.to_owned();
        self.write(move |connection| {
            Box::pin(async move {
                sqlx::query("UPDATE reviewer SET password = $2 WHERE id = $1")
                    .bind(&reviewer)
                    .bind(&hash)
                    .execute(&mut *connection)
                    .await?;
                session::end_all(connection, &reviewer, &stays).await?;
                record(connection, now, &reviewer, &reviewer, "password", "").await
            })
        })
        .await
    }

    /// Sets a new authenticator with its recovery codes. Every session of the reviewer ends but for one.
    ///
    /// # Errors
    /// The database failed.
    pub async fn set_totp(
        &self,
        reviewer: &str,
        totp: NewTotp,
        stays: String,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let reviewer = reviewer.to_owned();
        self.write(move |connection| {
            Box::pin(async move {
                replace_totp(connection, &reviewer, Some(&totp)).await?;
                session::end_all(connection, &reviewer, &stays).await?;
                record(connection, now, &reviewer, &reviewer, "authenticator", "").await
            })
        })
        .await
    }

    /// Notes that somebody was not let in; `reviewer` is empty where nobody has that address.
    ///
    /// # Errors
    /// The database failed.
    pub async fn record_refusal(&self, reviewer: &str, why: &str, now: Timestamp) -> Result<(), StoreError> {
        let (reviewer, why) = (reviewer.to_owned(), why.to_owned());
        self.write(move |connection| {
            Box::pin(async move { record(connection, now, &reviewer, "", "refused", &why).await })
        })
        .await
    }

    /// Ties a reviewer to the issuer and subject of a provider at the first time; false where they are tied to another.
    ///
    /// # Errors
    /// The database failed.
    pub async fn tie_subject(&self, reviewer: &str, subject: String) -> Result<bool, StoreError> {
        let reviewer = reviewer.to_owned();
        self.write(move |connection| {
            Box::pin(async move {
                let sql = "UPDATE reviewer SET subject = $2 WHERE id = $1 AND (subject = '' OR subject = $2)";
                let done = sqlx::query(sql).bind(&reviewer).bind(&subject).execute(connection).await?;
                Ok(done.rows_affected() == 1)
            })
        })
        .await
    }

    /// Seals with the newest key each authenticator that an older one sealed; returns how many.
    pub(super) async fn reseal_authenticators(
        &self,
        newest: &str,
        mut salt: impl FnMut() -> crate::identity::seal::Salt,
    ) -> Result<usize, StoreError> {
        let rows: Vec<(String, Vec<u8>)> =
            sqlx::query_as("SELECT id, totp FROM reviewer WHERE totp IS NOT NULL AND totp_sealed_with <> $1")
                .bind(newest)
                .fetch_all(&self.readers)
                .await?;
        let done = rows.len();
        let mut fresh = Vec::with_capacity(done);
        for (id, old) in rows {
            let plain = self.keys.open(&Sealed::from_stored(old.clone()), &totp_owner(&id))?;
            fresh.push((self.keys.seal(&plain, &totp_owner(&id), salt())?, old, id));
        }
        let newest = newest.to_owned();
        self.write(move |connection| {
            Box::pin(async move {
                for (sealed, old, id) in &fresh {
                    sqlx::query("UPDATE reviewer SET totp = $1, totp_sealed_with = $2 WHERE id = $3 AND totp = $4")
                        .bind(sealed.stored())
                        .bind(&newest)
                        .bind(id)
                        .bind(old)
                        .execute(&mut *connection)
                        .await?;
                }
                Ok(())
            })
        })
        .await?;
        Ok(done)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_attempt_too_many_doubles_the_wait_up_to_a_quarter_of_an_hour() {
        let minutes: Vec<u64> = (0..7).map(|over| wait(over).as_secs() / 60).collect();
        assert_eq!(minutes, [1, 2, 4, 8, 15, 15, 15]);
        assert_eq!(wait(i64::MAX), LONGEST_WAIT);
    }
}
