//! The chain of events ([`crate::domain::audit`]): every event is added with its link in one write, the list is read by
//! indexes, and a walk through all of it finds the first row that is not as it was written.

use jiff::civil::Date;

use super::{Connection, Statement, Store, StoreError, reviewer};
use crate::domain::audit::{Fault, Found, Link, Origin, Verified, Walk, digest};
use crate::domain::time::Timestamp;

/// Rows that a walk reads at a time.
const PAGE: i64 = 5_000;

/// An event that was just added.
pub(super) struct Record<'a> {
    pub origin: Origin,
    pub about: &'a str,
    pub place: i64,
    pub at: Timestamp,
    pub person: &'a str,
    pub what: &'a str,
    pub detail: &'a str,
}

/// Which events are listed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sought {
    /// About this case, reviewer or account, by number or key.
    pub about: String,
    /// By this person, by key.
    pub person: String,
    /// Of this kind.
    pub what: String,
    /// Of this day, in UTC.
    pub day: Option<Date>,
    /// Before this place: the last one of the page before.
    pub before: Option<i64>,
}

/// An event as it is listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its place in the chain.
    pub n: i64,
    /// When.
    pub at: Timestamp,
    /// Whose story.
    pub origin: Origin,
    /// The case's number, or the key of the reviewer or account.
    pub about: String,
    /// Who did it, by key; empty for the service.
    pub person: String,
    /// What.
    pub what: String,
    /// More, without a patient's identity; of an account also why, behind a line's end.
    pub detail: String,
}

/// Links an event inside the write that added it. There is one writer at a time, so the order has no gap.
pub(super) async fn append(connection: &mut Connection, new: Record<'_>) -> Result<(), StoreError> {
    let (mut n, mut head, salt): (i64, String, String) = sqlx::query_as(
        "SELECT COALESCE((SELECT MAX(n) FROM audit), 0),
             COALESCE((SELECT hash FROM audit ORDER BY n DESC LIMIT 1), ''), lower(hex(randomblob(16)))",
    )
    .fetch_one(&mut *connection)
    .await?;
    if head.is_empty() && n > 0 {
        (n, head) = chain_the_past(connection).await?;
    }
    let link = Link {
        n: n.saturating_add(1),
        at: new.at,
        origin: new.origin,
        about: new.about.to_owned(),
        place: new.place,
        person: new.person.to_owned(),
        what: new.what.to_owned(),
        detail_digest: digest(&salt, new.detail),
    };
    sqlx::query(
        "INSERT INTO audit (n, at, day, origin, about, place, person, what, salt, detail_digest, hash)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    )
    .bind(link.n)
    .bind(link.at.0)
    .bind(link.at.date().to_string())
    .bind(link.origin.key())
    .bind(&link.about)
    .bind(link.place)
    .bind(&link.person)
    .bind(&link.what)
    .bind(salt)
    .bind(&link.detail_digest)
    .bind(link.hash(&head))
    .execute(connection)
    .await?;
    Ok(())
}

/// Chains the events from before there was a chain, once; returns the last place and its hash. A hash that is missing
/// in a chain that was begun is a fault for a walk to find, and is left alone.
async fn chain_the_past(connection: &mut Connection) -> Result<(i64, String), StoreError> {
    let (n, begun): (i64, i64) = sqlx::query_as(
        "SELECT COALESCE(MAX(n), 0), COALESCE(MAX(CASE WHEN hash = '' THEN 0 ELSE 1 END), 0) FROM audit",
    )
    .fetch_one(&mut *connection)
    .await?;
    if begun == 1 {
        let (hash,): (String,) =
            sqlx::query_as("SELECT hash FROM audit WHERE n = $1").bind(n).fetch_one(&mut *connection).await?;
        return Ok((n, hash));
    }
    let (mut last, mut head) = (0, String::new());
    loop {
        let rows = page(&mut *connection, last).await?;
        if rows.is_empty() {
            return Ok((last, head));
        }
        for mut found in rows {
            let (salt,): (String,) =
                sqlx::query_as("SELECT lower(hex(randomblob(16)))").fetch_one(&mut *connection).await?;
            let detail = found.event.map(|(_, _, detail)| detail).unwrap_or_default();
            found.link.detail_digest = digest(&salt, &detail);
            head = found.link.hash(&head);
            last = found.link.n;
            sqlx::query("UPDATE audit SET day = $2, salt = $3, detail_digest = $4, hash = $5 WHERE n = $1")
                .bind(last)
                .bind(found.link.at.date().to_string())
                .bind(salt)
                .bind(&found.link.detail_digest)
                .bind(&head)
                .execute(&mut *connection)
                .await?;
        }
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    n: i64,
    at: i64,
    day: String,
    origin: String,
    about: String,
    place: i64,
    person: String,
    what: String,
    salt: String,
    detail_digest: String,
    hash: String,
    event_at: Option<i64>,
    event_what: Option<String>,
    event_detail: Option<String>,
}

/// The next rows behind a place, each with its event.
async fn page<'e>(from: impl sqlx::Executor<'e, Database = sqlx::Any>, after: i64) -> Result<Vec<Found>, StoreError> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT a.n, a.at, a.day, a.origin, a.about, a.place, a.person, a.what, a.salt, a.detail_digest, a.hash,
             COALESCE(e.at, r.at, c.at) AS event_at, COALESCE(e.what, r.what, c.what) AS event_what,
             COALESCE(e.detail, r.detail, c.detail || '\n' || c.reason) AS event_detail
         FROM audit a
         LEFT JOIN event e ON a.origin = 'case' AND e.case_id = a.about AND e.n = a.place
         LEFT JOIN reviewer_event r ON a.origin = 'reviewer' AND r.n = a.place AND r.reviewer_id = a.about
             AND r.by_whom = a.person
         LEFT JOIN account_event c ON a.origin = 'account' AND c.account_id = a.about AND c.n = a.place
             AND c.by_whom = a.person
         WHERE a.n > $1 ORDER BY a.n LIMIT $2",
    )
    .bind(after)
    .bind(PAGE)
    .fetch_all(from)
    .await?;
    rows.into_iter().map(found).collect()
}

fn found(row: Row) -> Result<Found, StoreError> {
    let event = match (row.event_at, row.event_what, row.event_detail) {
        (Some(at), Some(what), Some(detail)) => Some((Timestamp(at), what, detail)),
        _ => None,
    };
    Ok(Found {
        link: Link {
            n: row.n,
            at: Timestamp(row.at),
            origin: origin(&row.origin)?,
            about: row.about,
            place: row.place,
            person: row.person,
            what: row.what,
            detail_digest: row.detail_digest,
        },
        day: row.day,
        salt: row.salt,
        hash: row.hash,
        event,
    })
}

fn origin(text: &str) -> Result<Origin, StoreError> {
    Origin::parse(text).ok_or_else(|| StoreError::Value { what: "audit.origin", value: text.to_owned() })
}

impl Store {
    /// Chains the events from before there was a chain, where that is still to be done.
    ///
    /// # Errors
    /// The database failed.
    pub(super) async fn chain_the_past(&self) -> Result<(), StoreError> {
        self.write(|connection| Box::pin(async move { chain_the_past(connection).await.map(|_| ()) })).await
    }

    /// Walks through the whole chain; where `head` is given, it must be met on the way.
    ///
    /// # Errors
    /// The database failed. What is wrong with the chain is a value.
    pub async fn verify_audit(&self, head: Option<&str>) -> Result<Result<Verified, Fault>, StoreError> {
        let mut walk = Walk::new(head);
        loop {
            let rows = page(&self.readers, walk.place()).await?;
            if rows.is_empty() {
                break;
            }
            for row in rows {
                if let Err(fault) = walk.step(row) {
                    return Ok(Err(fault));
                }
            }
        }
        if let Some(fault) = self.find_outside().await? {
            return Ok(Err(fault));
        }
        Ok(walk.end())
    }

    /// An event that no row of the chain tells of.
    async fn find_outside(&self) -> Result<Option<Fault>, StoreError> {
        let row: Option<(String, i64)> = sqlx::query_as(
            "SELECT about, place FROM (
                 SELECT case_id AS about, n AS place FROM event e WHERE NOT EXISTS (
                     SELECT 1 FROM audit WHERE origin = 'case' AND about = e.case_id AND place = e.n)
                 UNION ALL SELECT reviewer_id AS about, n AS place FROM reviewer_event r WHERE NOT EXISTS (
                     SELECT 1 FROM audit WHERE origin = 'reviewer' AND about = r.reviewer_id AND place = r.n)
                 UNION ALL SELECT account_id AS about, n AS place FROM account_event c WHERE NOT EXISTS (
                     SELECT 1 FROM audit WHERE origin = 'account' AND about = c.account_id AND place = c.n)) AS outside
             LIMIT 1",
        )
        .fetch_optional(&self.readers)
        .await?;
        Ok(row.map(|(about, place)| Fault::Outside { about, place }))
    }

    /// The last place of the chain and its hash; 0 and nothing where there is no event.
    ///
    /// # Errors
    /// The database failed.
    pub async fn get_audit_head(&self) -> Result<(i64, String), StoreError> {
        let row: Option<(i64, String)> =
            sqlx::query_as("SELECT n, hash FROM audit ORDER BY n DESC LIMIT 1").fetch_optional(&self.readers).await?;
        Ok(row.unwrap_or_default())
    }

    /// Events, the newest first.
    ///
    /// # Errors
    /// The database failed, or a stored value cannot be read.
    pub async fn list_audit(&self, sought: &Sought, limit: i64) -> Result<Vec<Listed>, StoreError> {
        let mut query = matching(sought);
        query.push(" ORDER BY a.n DESC LIMIT ").push_bind(limit);
        let rows: Vec<(i64, i64, String, String, String, String, String)> =
            query.rows().fetch_all(&self.readers).await?;
        rows.into_iter()
            .map(|(n, at, from, about, person, what, detail)| {
                Ok(Listed { n, at: Timestamp(at), origin: origin(&from)?, about, person, what, detail })
            })
            .collect()
    }

    /// The kinds of events that there are, by name.
    ///
    /// # Errors
    /// The database failed.
    pub async fn list_audit_kinds(&self) -> Result<Vec<String>, StoreError> {
        // One step in the index for each kind, however many events there are.
        let rows: Vec<(String,)> = sqlx::query_as(
            "WITH RECURSIVE kind (what) AS (
                 SELECT MIN(what) FROM audit
                 UNION ALL SELECT (SELECT MIN(what) FROM audit WHERE audit.what > kind.what) FROM kind
                     WHERE kind.what IS NOT NULL)
             SELECT what FROM kind WHERE what IS NOT NULL",
        )
        .fetch_all(&self.readers)
        .await?;
        Ok(rows.into_iter().map(|(what,)| what).collect())
    }

    /// Writes down what a person did that is about no case and no account: an import, a switch, a walk through the chain.
    ///
    /// # Errors
    /// The database failed.
    pub async fn record_deed(
        &self,
        person: &str,
        what: &'static str,
        detail: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let (person, detail) = (person.to_owned(), detail.to_owned());
        self.write(move |connection| {
            Box::pin(async move { reviewer::record(connection, now, &person, &person, what, &detail).await })
        })
        .await
    }
}

/// The statement for what is sought, without its order: each filter has an index that ends in the order of the list.
fn matching(sought: &Sought) -> Statement {
    let mut query = Statement::new(
        "SELECT a.n, a.at, a.origin, a.about, a.person, a.what,
             COALESCE(e.detail, r.detail, c.detail || '\n' || c.reason, '')
         FROM audit a
         LEFT JOIN event e ON a.origin = 'case' AND e.case_id = a.about AND e.n = a.place
         LEFT JOIN reviewer_event r ON a.origin = 'reviewer' AND r.n = a.place
         LEFT JOIN account_event c ON a.origin = 'account' AND c.account_id = a.about AND c.n = a.place WHERE 1 = 1",
    );
    let day = sought.day.map(|day| day.to_string()).unwrap_or_default();
    for (column, value) in [("about", &sought.about), ("person", &sought.person), ("what", &sought.what), ("day", &day)]
    {
        if !value.is_empty() {
            query.push(format!(" AND a.{column} = ")).push_bind(value.clone());
        }
    }
    if let Some(before) = sought.before {
        query.push(" AND a.n < ").push_bind(before);
    }
    query
}

#[cfg(test)]
mod tests;
