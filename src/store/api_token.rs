//! Tokens of programs: what is known of each, and of the secret its SHA-256 alone.

use jiff::civil::Date;

use super::reviewer::record;
use super::{Store, StoreError};
use crate::domain::api_token::{ApiScope, ApiToken};
use crate::domain::time::Timestamp;

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    digest: String,
    name: String,
    scopes: String,
    reviewer_id: String,
    expires_at: Option<i64>,
    revoked_at: Option<i64>,
    used_on: String,
    created_at: i64,
    created_by: String,
}

const TOKEN: &str =
    "SELECT id, digest, name, scopes, reviewer_id, expires_at, revoked_at, used_on, created_at, created_by
    FROM api_token";

fn read(row: Row) -> Result<(ApiToken, String), StoreError> {
    let unknown = |what: &'static str, value: &str| StoreError::Value { what, value: value.to_owned() };
    let scope = |word: &str| ApiScope::parse(word).ok_or_else(|| unknown("api_token.scopes", word));
    let used_on = match row.used_on.as_str() {
        "" => None,
        day => Some(day.parse::<Date>().map_err(|_| unknown("api_token.used_on", day))?),
    };
    let token = ApiToken {
        scopes: row.scopes.split_whitespace().map(scope).collect::<Result<_, _>>()?,
        reviewer: (!row.reviewer_id.is_empty()).then_some(row.reviewer_id),
        expires_at: row.expires_at.map(Timestamp),
        revoked_at: row.revoked_at.map(Timestamp),
        used_on,
        id: row.id,
        name: row.name,
        created_at: Timestamp(row.created_at),
        created_by: row.created_by,
    };
    Ok((token, row.digest))
}

fn words(scopes: &[ApiScope]) -> String {
    scopes.iter().map(|scope| scope.key()).collect::<Vec<_>>().join(" ")
}

impl Store {
    /// Adds a token; false where one that counts has the name. Who made it, and for whom, is written down.
    ///
    /// # Errors
    /// The database failed.
    pub async fn insert_api_token(&self, token: ApiToken, digest: String) -> Result<bool, StoreError> {
        self.write(move |connection| {
            Box::pin(async move {
                let reviewer = token.reviewer.as_deref().unwrap_or_default();
                let done = sqlx::query(
                    "INSERT INTO api_token (id, digest, name, scopes, reviewer_id, expires_at, created_at, created_by)
                     VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING",
                )
                .bind(&token.id)
                .bind(&digest)
                .bind(&token.name)
                .bind(words(&token.scopes))
                .bind(reviewer)
                .bind(token.expires_at.map(|at| at.0))
                .bind(token.created_at.0)
                .bind(&token.created_by)
                .execute(&mut *connection)
                .await?;
                if done.rows_affected() == 0 {
                    return Ok(false);
                }
                let detail = format!("{} {:?}: {}", token.id, token.name, words(&token.scopes));
                record(connection, token.created_at, reviewer, &token.created_by, "token made", &detail).await?;
                Ok(true)
            })
        })
        .await
    }

    /// The token of that digest, with the digest as it is kept.
    ///
    /// # Errors
    /// The database failed, or a stored value cannot be read.
    pub async fn find_api_token(&self, digest: &str) -> Result<Option<(ApiToken, String)>, StoreError> {
        let row: Option<Row> = sqlx::query_as(sqlx::AssertSqlSafe(format!("{TOKEN} WHERE digest = $1")))
            .bind(digest)
            .fetch_optional(&self.readers)
            .await?;
        row.map(read).transpose()
    }

    /// All tokens, those that were revoked last, by name.
    ///
    /// # Errors
    /// The database failed, or a stored value cannot be read.
    pub async fn list_api_tokens(&self) -> Result<Vec<ApiToken>, StoreError> {
        let sql = format!("{TOKEN} ORDER BY CASE WHEN revoked_at IS NULL THEN 0 ELSE 1 END, name, created_at DESC");
        let rows: Vec<Row> = sqlx::query_as(sqlx::AssertSqlSafe(sql)).fetch_all(&self.readers).await?;
        rows.into_iter().map(|row| read(row).map(|(token, _)| token)).collect()
    }

    /// Revokes the token of that key or name; false where none that counts has it.
    ///
    /// # Errors
    /// The database failed.
    pub async fn revoke_api_token(&self, which: &str, by: &str, now: Timestamp) -> Result<bool, StoreError> {
        let (which, by) = (which.to_owned(), by.to_owned());
        self.write(move |connection| {
            Box::pin(async move {
                let row: Option<(String, String, String)> = sqlx::query_as(
                    "UPDATE api_token SET revoked_at = $2 WHERE revoked_at IS NULL AND (id = $1 OR name = $1)
                     RETURNING id, name, reviewer_id",
                )
                .bind(&which)
                .bind(now.0)
                .fetch_optional(&mut *connection)
                .await?;
                let Some((id, name, reviewer)) = row else { return Ok(false) };
                record(connection, now, &reviewer, &by, "token revoked", &format!("{id} {name:?}")).await?;
                Ok(true)
            })
        })
        .await
    }

    /// Notes the day on which a token was used.
    ///
    /// # Errors
    /// The database failed.
    pub async fn touch_api_token(&self, id: &str, day: Date) -> Result<(), StoreError> {
        let (id, day) = (id.to_owned(), day.to_string());
        self.write(move |connection| {
            Box::pin(async move {
                sqlx::query("UPDATE api_token SET used_on = $2 WHERE id = $1 AND used_on < $2")
                    .bind(&id)
                    .bind(&day)
                    .execute(connection)
                    .await?;
                Ok(())
            })
        })
        .await
    }
}
