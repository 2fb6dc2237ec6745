//! Who is signed in. Of a session's token only the SHA-256 is kept: who reads the database is nobody.

use super::reviewer::{self, ProfileRow};
use super::{Connection, Store, StoreError};
use crate::domain::reviewer::Profile;
use crate::domain::time::Timestamp;

/// A session to be written.
#[derive(Debug, Clone)]
pub struct NewSession {
    /// SHA-256 of its token, in hexadecimal.
    pub digest: String,
    /// Whose.
    pub reviewer: String,
    /// What each of its forms carries.
    pub form: String,
    /// True where a second factor was shown.
    pub strong: bool,
}

/// A session as it stands, whether it still counts or not.
#[derive(Debug, Clone)]
pub struct SessionRow {
    /// Whose.
    pub profile: Profile,
    /// What each of its forms carries.
    pub form: String,
    /// True where a second factor was shown.
    pub strong: bool,
    /// Since when.
    pub created_at: Timestamp,
    /// When something was last asked for, to within a minute.
    pub seen_at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct Row {
    #[sqlx(flatten)]
    profile: ProfileRow,
    form: String,
    strong: i64,
    session_created_at: i64,
    seen_at: i64,
}

/// Writes a session inside a write.
pub(super) async fn insert(
    connection: &mut Connection,
    session: &NewSession,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO session (digest, reviewer_id, form, strong, created_at, seen_at) VALUES ($1, $2, $3, $4, $5, $5)",
    )
    .bind(&session.digest)
    .bind(&session.reviewer)
    .bind(&session.form)
    .bind(i64::from(session.strong))
    .bind(now.0)
    .execute(connection)
    .await?;
    Ok(())
}

/// Ends every session of a reviewer inside a write, but for one; returns how many.
pub(super) async fn end_all(connection: &mut Connection, reviewer: &str, but: &str) -> Result<u64, StoreError> {
    let done = sqlx::query("DELETE FROM session WHERE reviewer_id = $1 AND digest <> $2")
        .bind(reviewer)
        .bind(but)
        .execute(connection)
        .await?;
    Ok(done.rows_affected())
}

impl Store {
    /// The session of that digest. Whether it still counts is for the caller to say.
    ///
    /// # Errors
    /// The database failed, or a stored value cannot be read.
    pub async fn find_session(&self, digest: &str) -> Result<Option<SessionRow>, StoreError> {
        let row: Option<Row> = sqlx::query_as(
            "SELECT r.id, r.email, r.name, r.role, r.letters, r.number, r.until, r.specialties, r.state,
                    CASE WHEN r.totp IS NULL THEN 0 ELSE 1 END AS second_factor,
                    s.form, s.strong, s.created_at AS session_created_at, s.seen_at
             FROM session s JOIN reviewer r ON r.id = s.reviewer_id WHERE s.digest = $1",
        )
        .bind(digest)
        .fetch_optional(&self.readers)
        .await?;
        let read = |row: Row| {
            Ok(SessionRow {
                profile: reviewer::read(row.profile)?,
                form: row.form,
                strong: row.strong == 1,
                created_at: Timestamp(row.session_created_at),
                seen_at: Timestamp(row.seen_at),
            })
        };
        row.map(read).transpose()
    }

    /// Notes that a session was used.
    ///
    /// # Errors
    /// The database failed.
    pub async fn touch_session(&self, digest: &str, now: Timestamp) -> Result<(), StoreError> {
        let digest = digest.to_owned();
        self.write(move |connection| {
            Box::pin(async move {
                sqlx::query("UPDATE session SET seen_at = $2 WHERE digest = $1 AND seen_at < $2")
                    .bind(&digest)
                    .bind(now.0)
                    .execute(connection)
                    .await?;
                Ok(())
            })
        })
        .await
    }

    /// Ends one session; false where there is none.
    ///
    /// # Errors
    /// The database failed.
    pub async fn end_session(&self, digest: &str) -> Result<bool, StoreError> {
        let digest = digest.to_owned();
        self.write(move |connection| {
            Box::pin(async move {
                let done =
                    sqlx::query("DELETE FROM session WHERE digest = $1").bind(&digest).execute(connection).await?;
                Ok(done.rows_affected() == 1)
            })
        })
        .await
    }

    /// Begins a session where another may have been: that one ends, and so do those that no longer count. `how` is kept in
    /// the story of the account.
    ///
    /// # Errors
    /// The database failed.
    pub async fn begin_session(
        &self,
        session: NewSession,
        replaces: Option<String>,
        expired: Expired,
        how: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let how = how.to_owned();
        self.write(move |connection| {
            Box::pin(async move {
                sqlx::query("DELETE FROM session WHERE created_at < $1 OR seen_at < $2 OR digest = $3")
                    .bind(expired.created_before.0)
                    .bind(expired.seen_before.0)
                    .bind(replaces.unwrap_or_default())
                    .execute(&mut *connection)
                    .await?;
                insert(connection, &session, now).await?;
                let id = &session.reviewer;
                reviewer::record(connection, now, id, id, "signed in", &how).await
            })
        })
        .await
    }

    /// Ends every session of a reviewer; returns how many.
    ///
    /// # Errors
    /// The database failed.
    pub async fn end_sessions(&self, reviewer: &str, now: Timestamp) -> Result<u64, StoreError> {
        let id = reviewer.to_owned();
        self.write(move |connection| {
            Box::pin(async move {
                let ended = end_all(connection, &id, "").await?;
                reviewer::record(connection, now, &id, &id, "signed out everywhere", "").await?;
                Ok(ended)
            })
        })
        .await
    }

    /// When the sessions of a reviewer that count began and were last seen, the newest first, with their digests.
    ///
    /// # Errors
    /// The database failed.
    pub async fn list_sessions(
        &self,
        reviewer: &str,
        expired: Expired,
    ) -> Result<Vec<(String, Timestamp, Timestamp)>, StoreError> {
        let rows: Vec<(String, i64, i64)> = sqlx::query_as(
            "SELECT digest, created_at, seen_at FROM session
             WHERE reviewer_id = $1 AND created_at >= $2 AND seen_at >= $3 ORDER BY created_at DESC",
        )
        .bind(reviewer)
        .bind(expired.created_before.0)
        .bind(expired.seen_before.0)
        .fetch_all(&self.readers)
        .await?;
        Ok(rows.into_iter().map(|(digest, created, seen)| (digest, Timestamp(created), Timestamp(seen))).collect())
    }
}

/// Which sessions no longer count: those that began, or were last seen, before.
#[derive(Debug, Clone, Copy)]
pub struct Expired {
    /// Began before.
    pub created_before: Timestamp,
    /// Seen last before.
    pub seen_before: Timestamp,
}
