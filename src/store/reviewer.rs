//! Reviewers, and what happened to them.

use jiff::civil::Date;

use super::audit::{self, Record};
use super::{Connection, Store, StoreError, session};
use crate::domain::audit::Origin;
use crate::domain::reviewer::{Credential, Profile, Role, Standing};
use crate::domain::time::Timestamp;

/// A profile as it is stored.
#[derive(sqlx::FromRow)]
pub(super) struct ProfileRow {
    id: String,
    email: String,
    name: String,
    role: String,
    letters: String,
    number: String,
    until: String,
    specialties: String,
    state: String,
    second_factor: i64,
}

/// Who did something to a reviewer's account: the command line, which has the database anyway.
pub const OPERATOR: &str = "operator";

/// One thing that happened to a reviewer's account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReviewerEvent {
    /// When.
    pub at: Timestamp,
    /// To whom; empty where nobody has the address that was tried.
    pub reviewer: String,
    /// By whom: a reviewer's key, or [`OPERATOR`].
    pub by: String,
    /// What: a word of a fixed list, such as `signed in`, `refused`, `invited`.
    pub what: String,
    /// More, without an address.
    pub detail: String,
}

/// Reads a row back.
pub(super) fn read(row: ProfileRow) -> Result<Profile, StoreError> {
    let unknown = |what: &'static str, value: &str| StoreError::Value { what, value: value.to_owned() };
    let until = match row.until.as_str() {
        "" => None,
        text => Some(text.parse::<Date>().map_err(|_| unknown("reviewer.until", text))?),
    };
    let credential =
        (!row.letters.is_empty()).then_some(Credential { letters: row.letters, number: row.number, until });
    Ok(Profile {
        role: Role::parse(&row.role).ok_or_else(|| unknown("reviewer.role", &row.role))?,
        standing: Standing::parse(&row.state).ok_or_else(|| unknown("reviewer.state", &row.state))?,
        specialties: row.specialties.lines().map(str::to_owned).collect(),
        id: row.id,
        email: row.email,
        name: row.name,
        credential,
        second_factor: row.second_factor == 1,
    })
}

const PROFILE: &str = "SELECT id, email, name, role, letters, number, until, specialties, state,
    CASE WHEN totp IS NULL THEN 0 ELSE 1 END AS second_factor FROM reviewer";

/// Adds an event inside a write.
pub(super) async fn record(
    connection: &mut Connection,
    at: Timestamp,
    reviewer: &str,
    by: &str,
    what: &str,
    detail: &str,
) -> Result<(), StoreError> {
    let (place,): (i64,) = sqlx::query_as(
        "INSERT INTO reviewer_event (n, at, reviewer_id, by_whom, what, detail)
         VALUES ((SELECT COALESCE(MAX(n), 0) + 1 FROM reviewer_event), $1, $2, $3, $4, $5) RETURNING n",
    )
    .bind(at.0)
    .bind(reviewer)
    .bind(by)
    .bind(what)
    .bind(detail)
    .fetch_one(&mut *connection)
    .await?;
    let record = Record { origin: Origin::Reviewer, about: reviewer, place, at, person: by, what, detail };
    audit::append(connection, record).await
}

impl Store {
    /// The reviewer of that key.
    ///
    /// # Errors
    /// The database failed, or a stored value cannot be read.
    pub async fn find_reviewer(&self, id: &str) -> Result<Option<Profile>, StoreError> {
        let row: Option<ProfileRow> = sqlx::query_as(sqlx::AssertSqlSafe(format!("{PROFILE} WHERE id = $1")))
            .bind(id)
            .fetch_optional(&self.readers)
            .await?;
        row.map(read).transpose()
    }

    /// The reviewer who signs in with that address (in its key form).
    ///
    /// # Errors
    /// The database failed, or a stored value cannot be read.
    pub async fn find_reviewer_by_email(&self, email: &str) -> Result<Option<Profile>, StoreError> {
        let row: Option<ProfileRow> = sqlx::query_as(sqlx::AssertSqlSafe(format!("{PROFILE} WHERE email = $1")))
            .bind(email)
            .fetch_optional(&self.readers)
            .await?;
        row.map(read).transpose()
    }

    /// All reviewers, by name; the closed ones last.
    ///
    /// # Errors
    /// The database failed, or a stored value cannot be read.
    pub async fn list_reviewers(&self) -> Result<Vec<Profile>, StoreError> {
        let sql = format!("{PROFILE} ORDER BY CASE WHEN state = 'closed' THEN 1 ELSE 0 END, name, id");
        let rows: Vec<ProfileRow> = sqlx::query_as(sqlx::AssertSqlSafe(sql)).fetch_all(&self.readers).await?;
        rows.into_iter().map(read).collect()
    }

    /// Adds a reviewer; false where the address has one already.
    ///
    /// # Errors
    /// The database failed.
    pub async fn insert_reviewer(&self, profile: Profile, by: &str, now: Timestamp) -> Result<bool, StoreError> {
        let by = by.to_owned();
        self.write(move |connection| {
            Box::pin(async move {
                let (letters, number, until) = parts(profile.credential.as_ref());
                let done = sqlx::query(
                    "INSERT INTO reviewer (id, email, name, role, letters, number, until, specialties, state, created_at)
                     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING",
                )
                .bind(&profile.id)
                .bind(&profile.email)
                .bind(&profile.name)
                .bind(profile.role.key())
                .bind(letters)
                .bind(number)
                .bind(until)
                .bind(profile.specialties.join("\n"))
                .bind(profile.standing.key())
                .bind(now.0)
                .execute(&mut *connection)
                .await?;
                if done.rows_affected() == 0 {
                    return Ok(false);
                }
                record(connection, now, &profile.id, &by, "added", profile.role.key()).await?;
                Ok(true)
            })
        })
        .await
    }

    /// Puts a reviewer into another role. Their sessions end: a page that is open was drawn for the old one. False, and
    /// nothing is changed, where they are the last active admin; the command line may do it, as it can add another one.
    ///
    /// # Errors
    /// The database failed.
    pub async fn set_role(&self, id: &str, role: Role, by: &str, now: Timestamp) -> Result<bool, StoreError> {
        let (id, by) = (id.to_owned(), by.to_owned());
        self.write(move |connection| {
            Box::pin(async move {
                if role != Role::Admin && by != OPERATOR && is_last_admin(connection, &id).await? {
                    return Ok(false);
                }
                let sql = "UPDATE reviewer SET role = $2 WHERE id = $1 AND role <> $2";
                let done = sqlx::query(sql).bind(&id).bind(role.key()).execute(&mut *connection).await?;
                if done.rows_affected() == 1 {
                    session::end_all(connection, &id, "").await?;
                    record(connection, now, &id, &by, "role", role.key()).await?;
                }
                Ok(true)
            })
        })
        .await
    }

    /// Closes a reviewer's account: its sessions end now, its links lead nowhere, and the cases in its hands are free.
    /// False, and nothing is changed, where they are the last active admin; the command line may do it.
    ///
    /// # Errors
    /// The database failed.
    pub async fn close_reviewer(&self, id: &str, by: &str, now: Timestamp) -> Result<bool, StoreError> {
        let (id, by) = (id.to_owned(), by.to_owned());
        self.write(move |connection| {
            Box::pin(async move {
                if by != OPERATOR && is_last_admin(connection, &id).await? {
                    return Ok(false);
                }
                let sql = "UPDATE reviewer SET state = 'closed' WHERE id = $1 AND state <> 'closed'";
                let done = sqlx::query(sql).bind(&id).execute(&mut *connection).await?;
                if done.rows_affected() == 1 {
                    session::end_all(connection, &id, "").await?;
                    sqlx::query("UPDATE consultation SET claimed_by = '' WHERE waits <> '' AND claimed_by = $1")
                        .bind(&id)
                        .execute(&mut *connection)
                        .await?;
                    record(connection, now, &id, &by, "closed", "").await?;
                }
                Ok(true)
            })
        })
        .await
    }

    /// Writes a reviewer's own certificate.
    ///
    /// # Errors
    /// The database failed.
    pub async fn set_credential(
        &self,
        id: &str,
        credential: Option<Credential>,
        by: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let (id, by) = (id.to_owned(), by.to_owned());
        self.write(move |connection| {
            Box::pin(async move {
                let (letters, number, until) = parts(credential.as_ref());
                sqlx::query("UPDATE reviewer SET letters = $2, number = $3, until = $4 WHERE id = $1")
                    .bind(&id)
                    .bind(letters)
                    .bind(number)
                    .bind(&until)
                    .execute(&mut *connection)
                    .await?;
                record(connection, now, &id, &by, "credential", &format!("{letters} {number} {until}")).await
            })
        })
        .await
    }

    /// What happened to reviewers' accounts, the newest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn list_reviewer_events(&self, limit: i64) -> Result<Vec<ReviewerEvent>, StoreError> {
        let rows: Vec<(i64, String, String, String, String)> = sqlx::query_as(
            "SELECT at, reviewer_id, by_whom, what, detail FROM reviewer_event ORDER BY n DESC LIMIT $1",
        )
        .bind(limit)
        .fetch_all(&self.readers)
        .await?;
        let read = |(at, reviewer, by, what, detail)| ReviewerEvent { at: Timestamp(at), reviewer, by, what, detail };
        Ok(rows.into_iter().map(read).collect())
    }
}

/// True for an active admin beside whom there is none.
pub(super) async fn is_last_admin(connection: &mut Connection, id: &str) -> Result<bool, StoreError> {
    let admins: Vec<(String,)> =
        sqlx::query_as("SELECT id FROM reviewer WHERE role = 'admin' AND state = 'active' LIMIT 2")
            .fetch_all(connection)
            .await?;
    Ok(matches!(admins.as_slice(), [(only,)] if only == id))
}

fn parts(credential: Option<&Credential>) -> (&str, &str, String) {
    credential.map_or(("", "", String::new()), |own| {
        (&own.letters, &own.number, own.until.map(|day| day.to_string()).unwrap_or_default())
    })
}
