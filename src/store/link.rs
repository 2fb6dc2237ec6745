//! Links that work once: an invitation, and a sign-in. What stands in a link is never kept, only its SHA-256.

use super::reviewer::record;
use super::sign_in::{NewTotp, replace_totp};
use super::{Connection, Store, StoreError, session};
use crate::domain::reviewer::Profile;
use crate::domain::time::Timestamp;

/// What a link is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkKind {
    /// To set the first password.
    Invitation,
    /// To sign in.
    SignIn,
}

impl LinkKind {
    fn key(self) -> &'static str {
        match self {
            Self::Invitation => "invitation",
            Self::SignIn => "sign in",
        }
    }
}

/// A link to be written.
#[derive(Debug, Clone)]
pub struct NewLink {
    /// SHA-256 of its token, in hexadecimal.
    pub digest: String,
    /// For whom.
    pub reviewer: String,
    /// When it ends.
    pub expires_at: Timestamp,
}

async fn insert(connection: &mut Connection, link: &NewLink, kind: LinkKind) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO reviewer_link (digest, reviewer_id, kind, expires_at) VALUES ($1, $2, $3, $4)")
        .bind(&link.digest)
        .bind(&link.reviewer)
        .bind(kind.key())
        .bind(link.expires_at.0)
        .execute(connection)
        .await?;
    Ok(())
}

/// Uses a link up inside a write: whose it is, or `None` where it was used, is over, or its reviewer is closed.
async fn take(
    connection: &mut Connection,
    digest: &str,
    kind: LinkKind,
    now: Timestamp,
) -> Result<Option<String>, StoreError> {
    let row: Option<(String,)> = sqlx::query_as(
        "UPDATE reviewer_link SET used_at = $3
         WHERE digest = $1 AND kind = $2 AND used_at IS NULL AND expires_at > $3
           AND EXISTS (SELECT 1 FROM reviewer r WHERE r.id = reviewer_id AND r.state <> 'closed')
         RETURNING reviewer_id",
    )
    .bind(digest)
    .bind(kind.key())
    .bind(now.0)
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|(id,)| id))
}

impl Store {
    /// Invites a reviewer, for the first time or anew: what proved them before proves nothing any more, their sessions
    /// end, and earlier invitations lead nowhere.
    ///
    /// # Errors
    /// The database failed.
    pub async fn invite(&self, link: NewLink, by: &str, now: Timestamp) -> Result<(), StoreError> {
        let by = by.to_owned();
        self.write(move |connection| {
            Box::pin(async move {
                let id = &link.reviewer;
                sqlx::query("UPDATE reviewer SET state = 'invited', password = '', subject = '' WHERE id = $1")
                    .bind(id)
                    .execute(&mut *connection)
                    .await?;
                replace_totp(connection, id, None).await?;
                session::end_all(connection, id, "").await?;
                sqlx::query("UPDATE reviewer_link SET used_at = $2 WHERE reviewer_id = $1 AND used_at IS NULL")
                    .bind(id)
                    .bind(now.0)
                    .execute(&mut *connection)
                    .await?;
                insert(connection, &link, LinkKind::Invitation).await?;
                record(connection, now, id, &by, "invited", "").await
            })
        })
        .await
    }

    /// Writes a link that signs an active reviewer in.
    ///
    /// # Errors
    /// The database failed.
    pub async fn insert_sign_in_link(&self, link: NewLink, by: &str, now: Timestamp) -> Result<(), StoreError> {
        let by = by.to_owned();
        self.write(move |connection| {
            Box::pin(async move {
                insert(connection, &link, LinkKind::SignIn).await?;
                record(connection, now, &link.reviewer, &by, "sign-in link", "").await
            })
        })
        .await
    }

    /// For whom a link is that still works. Looking uses nothing up.
    ///
    /// # Errors
    /// The database failed, or a stored value cannot be read.
    pub async fn find_link(&self, digest: &str, kind: LinkKind, now: Timestamp) -> Result<Option<Profile>, StoreError> {
        let row: Option<(String,)> = sqlx::query_as(
            "SELECT l.reviewer_id FROM reviewer_link l JOIN reviewer r ON r.id = l.reviewer_id
             WHERE l.digest = $1 AND l.kind = $2 AND l.used_at IS NULL AND l.expires_at > $3 AND r.state <> 'closed'",
        )
        .bind(digest)
        .bind(kind.key())
        .bind(now.0)
        .fetch_optional(&self.readers)
        .await?;
        match row {
            Some((id,)) => self.find_reviewer(&id).await,
            None => Ok(None),
        }
    }

    /// Uses up a link that signs in; whose it is, or `None` where it works no more.
    ///
    /// # Errors
    /// The database failed.
    pub async fn use_sign_in_link(&self, digest: &str, now: Timestamp) -> Result<Option<String>, StoreError> {
        let digest = digest.to_owned();
        self.write(move |connection| Box::pin(async move { take(connection, &digest, LinkKind::SignIn, now).await }))
            .await
    }

    /// Accepts an invitation: the reviewer is active with this password and authenticator. `None` where it works no more.
    ///
    /// # Errors
    /// The database failed.
    pub async fn accept_invitation(
        &self,
        digest: &str,
        password: String,
        totp: Option<NewTotp>,
        now: Timestamp,
    ) -> Result<Option<String>, StoreError> {
        let digest = digest.to_owned();
        self.write(move |connection| {
            Box::pin(async move {
                let Some(id) = take(connection, &digest, LinkKind::Invitation, now).await? else { return Ok(None) };
                sqlx::query("UPDATE reviewer SET state = 'active', password = $2 WHERE id = $1")
                    .bind(&id)
                    .bind(&password)
                    .execute(&mut *connection)
                    .await?;
                replace_totp(connection, &id, totp.as_ref()).await?;
                record(connection, now, &id, &id, "accepted", if totp.is_some() { "with authenticator" } else { "" })
                    .await?;
                Ok(Some(id))
            })
        })
        .await
    }
}
