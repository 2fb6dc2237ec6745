//! What changes in an account, by whom and why: each change and its line in the story of the account are one write.

use super::audit::{self, Record};
use super::{Connection, Store, StoreError, client, sender, subscriber};
use crate::domain::account::{Agreement, Sharing, words};
use crate::domain::address::Address;
use crate::domain::audit::Origin;
use crate::domain::client::{Facts, key};
use crate::domain::message::TrustPolicy;
use crate::domain::time::Timestamp;
use crate::store::reviewer::OPERATOR;
use crate::store::sender::Given;

/// Who changes something, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Author {
    /// A reviewer's key, [`OPERATOR`] for the command line, `mail` for a sender of the account itself.
    pub by: String,
    /// Why, without identity; may be empty.
    pub why: String,
}

impl Author {
    /// The command line.
    pub fn operator() -> Self {
        Self { by: OPERATOR.to_owned(), why: String::new() }
    }

    /// A sender of the account, by mail.
    pub fn sender() -> Self {
        Self { by: "mail".to_owned(), why: String::new() }
    }
}

/// One change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Another name.
    Name(String),
    /// Another plan; what was kept is due now.
    Plan(String),
    /// The plan's answers are shared otherwise; what was kept is due now.
    Quota(Sharing),
    /// Its senders must prove more or less; none for what the configuration says.
    Policy(Option<TrustPolicy>),
    /// Each sender sees their own cases alone, or all.
    SeesOwn(bool),
    /// The agreement that is on record, or none.
    Agreement(Option<Agreement>),
    /// Nothing of it is forgotten or purged, or again.
    Hold(bool),
    /// An address writes for it, with what it asked as a guest; or no more.
    Sender(Address, bool),
    /// A domain writes for it, or no more.
    Domain(String, bool),
    /// Copies to an address, on every answer or where the asker copies it; or none.
    Colleague(String, Option<bool>),
    /// What is known of a practice, over what was known; or the practice goes.
    Client(String, Option<Facts>),
    /// Answers beside the plan, once for each reference.
    Pack {
        /// How many.
        answers: u32,
        /// The payment, or what stands for it.
        reference: String,
    },
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Changed {
    /// It is so now, and written down.
    Done,
    /// It was so before, or cannot be: an address that is not its own, or its last one. Nothing was written.
    Same,
    /// It belongs to this account already, which keeps it.
    Taken(String),
    /// There is no such account.
    NoAccount,
}

/// One line of the story of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountEvent {
    /// Its place in the story, from 1.
    pub n: i64,
    /// When.
    pub at: Timestamp,
    /// By whom, as in [`Author::by`].
    pub by: String,
    /// What: a word of a fixed list, such as `opened`, `plan`, `sender added`.
    pub what: String,
    /// From what to what.
    pub detail: String,
    /// Why.
    pub why: String,
}

impl Store {
    /// Changes an account and writes it down.
    ///
    /// # Errors
    /// The database failed, or a stored value cannot be read.
    pub async fn change_account(
        &self,
        account: &str,
        change: Change,
        by: Author,
        now: Timestamp,
    ) -> Result<Changed, StoreError> {
        let account = account.to_owned();
        self.write(move |connection| {
            Box::pin(async move {
                let known: Option<(String,)> = sqlx::query_as("SELECT id FROM account WHERE id = $1")
                    .bind(&account)
                    .fetch_optional(&mut *connection)
                    .await?;
                if known.is_none() {
                    return Ok(Changed::NoAccount);
                }
                let (what, done) = apply(connection, &account, change, now).await?;
                match done {
                    Ok(detail) => {
                        record(connection, &account, what, &detail, &by, now).await?;
                        Ok(Changed::Done)
                    }
                    Err(otherwise) => Ok(otherwise),
                }
            })
        })
        .await
    }

    /// Writes down what was done beside a change: an export, a case that was forgotten.
    ///
    /// # Errors
    /// The database failed.
    pub async fn record_account_event(
        &self,
        account: &str,
        what: &'static str,
        detail: &str,
        by: Author,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let (account, detail) = (account.to_owned(), detail.to_owned());
        self.write(move |connection| {
            Box::pin(async move { record(connection, &account, what, &detail, &by, now).await })
        })
        .await
    }

    /// The story of an account, the newest first; behind a place in it, or from its end.
    ///
    /// # Errors
    /// The database failed.
    pub async fn list_account_events(
        &self,
        account: &str,
        before: Option<i64>,
        limit: i64,
    ) -> Result<Vec<AccountEvent>, StoreError> {
        let rows: Vec<(i64, i64, String, String, String, String)> = sqlx::query_as(
            "SELECT n, at, by_whom, what, detail, reason FROM account_event WHERE account_id = $1 AND n < $2
             ORDER BY n DESC LIMIT $3",
        )
        .bind(account)
        .bind(before.unwrap_or(i64::MAX))
        .bind(limit)
        .fetch_all(&self.readers)
        .await?;
        let read = |(n, at, by, what, detail, why)| AccountEvent { n, at: Timestamp(at), by, what, detail, why };
        Ok(rows.into_iter().map(read).collect())
    }
}

/// The word for the story, and its detail; or why nothing changed.
type Applied = (&'static str, Result<String, Changed>);

async fn apply(
    connection: &mut Connection,
    account: &str,
    change: Change,
    now: Timestamp,
) -> Result<Applied, StoreError> {
    Ok(match change {
        Change::Name(name) => {
            let done = set(connection, account, "name", &name).await?;
            let _ = set(connection, account, "sort_name", &name.to_lowercase()).await?;
            write_words(connection, account, &name).await?;
            ("name", done)
        }
        Change::Plan(plan) => {
            let done = set(connection, account, "plan", &plan).await?;
            subscriber::due(connection, account, now).await?;
            ("plan", done)
        }
        Change::Quota(sharing) => {
            let done = set(connection, account, "quota", sharing.key()).await?;
            subscriber::due(connection, account, now).await?;
            ("quota", done)
        }
        Change::Policy(policy) => {
            ("policy", set(connection, account, "policy", policy.map_or("", TrustPolicy::key)).await?)
        }
        Change::SeesOwn(own) => ("sees", set(connection, account, "sees", if own { "own" } else { "all" }).await?),
        Change::Agreement(agreement) => ("agreement", set_agreement(connection, account, agreement.as_ref()).await?),
        Change::Hold(held) => {
            let sql = "UPDATE account SET legal_hold = $2 WHERE id = $1 AND legal_hold <> $2";
            let done = sqlx::query(sql).bind(account).bind(i64::from(held)).execute(connection).await?;
            (if held { "hold" } else { "hold ended" }, changed(done.rows_affected() == 1, ""))
        }
        Change::Pack { answers, reference } => {
            let booked = subscriber::book_pack(connection, account, answers, &reference, now).await?;
            if booked {
                subscriber::due(connection, account, now).await?;
            }
            ("answers added", changed(booked, &format!("{answers}, {reference}")))
        }
        belonging => return belongs(connection, account, belonging, now).await,
    })
}

/// What belongs to an account: addresses, domains, colleagues, clients.
async fn belongs(
    connection: &mut Connection,
    account: &str,
    change: Change,
    now: Timestamp,
) -> Result<Applied, StoreError> {
    Ok(match change {
        Change::Sender(address, true) => {
            let key = address.key();
            let owner = subscriber::give_sender(connection, account, &key).await?;
            // Where an earlier attempt ended half-way, its rest is done now.
            if owner.as_ref().is_none_or(|owner| owner == account) {
                subscriber::adopt(connection, account, &address, now).await?;
            }
            let done = match owner {
                None => Ok(key),
                Some(owner) if owner == account => Err(Changed::Same),
                Some(owner) => Err(Changed::Taken(owner)),
            };
            ("sender added", done)
        }
        Change::Sender(address, false) => {
            let key = address.key();
            ("sender removed", changed(subscriber::take_sender(connection, account, &key).await?, &key))
        }
        Change::Domain(domain, true) => {
            let done = match sender::give_domain(connection, account, &domain).await? {
                Given::Given => Ok(domain),
                Given::Taken(owner) => Err(Changed::Taken(owner)),
                Given::NoAccount => Err(Changed::NoAccount),
            };
            ("domain added", done)
        }
        Change::Domain(domain, false) => {
            ("domain removed", changed(sender::take_domain(connection, account, &domain).await?, &domain))
        }
        Change::Colleague(address, every) => {
            let done = client::write_colleague(connection, account, &address, every).await?;
            let (what, how) = match every {
                Some(true) => ("colleague", ", on every answer"),
                Some(false) => ("colleague", ", where the asker copies them"),
                None => ("colleague removed", ""),
            };
            (what, changed(done, &format!("{address}{how}")))
        }
        Change::Client(name, Some(facts)) => {
            let known = client::write_client(connection, account, &name, &facts).await?;
            let facts = known.facts.all().into_iter().filter(|(_, value)| !value.is_empty());
            let facts: Vec<String> = facts.map(|(word, value)| format!("{word} {value}")).collect();
            let name = if known.name.is_empty() { "its own profile" } else { &known.name };
            ("client", Ok(format!("{name}: {}", facts.join(", "))))
        }
        Change::Client(name, None) => {
            ("client removed", changed(client::take_client(connection, account, &key(&name)).await?, &name))
        }
        _ => ("", Err(Changed::Same)),
    })
}

fn changed(done: bool, detail: &str) -> Result<String, Changed> {
    if done { Ok(detail.to_owned()) } else { Err(Changed::Same) }
}

/// Sets one column of an account; from what to what.
async fn set(
    connection: &mut Connection,
    account: &str,
    column: &'static str,
    value: &str,
) -> Result<Result<String, Changed>, StoreError> {
    let sql = format!("SELECT {column} FROM account WHERE id = $1");
    let (before,): (String,) =
        sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(account).fetch_one(&mut *connection).await?;
    let sql = format!("UPDATE account SET {column} = $2 WHERE id = $1");
    sqlx::query(sqlx::AssertSqlSafe(sql)).bind(account).bind(value).execute(connection).await?;
    let shown = |text: &str| if text.is_empty() { "default".to_owned() } else { text.to_owned() };
    Ok(changed(before != value, &format!("from {} to {}", shown(&before), shown(value))))
}

async fn set_agreement(
    connection: &mut Connection,
    account: &str,
    agreement: Option<&Agreement>,
) -> Result<Result<String, Changed>, StoreError> {
    let on = agreement.map(|own| own.on.to_string()).unwrap_or_default();
    let digest = agreement.map_or("", |own| own.digest.as_str());
    let done = sqlx::query(
        "UPDATE account SET agreement_on = $2, agreement_digest = $3
         WHERE id = $1 AND (agreement_on <> $2 OR agreement_digest <> $3)",
    )
    .bind(account)
    .bind(&on)
    .bind(digest)
    .execute(connection)
    .await?;
    let detail =
        if on.is_empty() { "none on record any more".to_owned() } else { format!("of {on}, SHA-256 {digest}") };
    Ok(changed(done.rows_affected() == 1, &detail))
}

/// Replaces the words by which an account is found.
pub(super) async fn write_words(connection: &mut Connection, account: &str, name: &str) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM account_word WHERE account_id = $1").bind(account).execute(&mut *connection).await?;
    for word in words(name) {
        sqlx::query("INSERT INTO account_word (word, account_id) VALUES ($1, $2) ON CONFLICT DO NOTHING")
            .bind(word)
            .bind(account)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

/// Adds a line to the story of an account inside a write.
pub(super) async fn record(
    connection: &mut Connection,
    account: &str,
    what: &str,
    detail: &str,
    by: &Author,
    now: Timestamp,
) -> Result<(), StoreError> {
    let (place,): (i64,) = sqlx::query_as(
        "INSERT INTO account_event (account_id, n, at, by_whom, what, detail, reason)
         VALUES ($1, (SELECT COALESCE(MAX(n), 0) + 1 FROM account_event WHERE account_id = $1), $2, $3, $4, $5, $6)
         RETURNING n",
    )
    .bind(account)
    .bind(now.0)
    .bind(&by.by)
    .bind(what)
    .bind(detail)
    .bind(&by.why)
    .fetch_one(&mut *connection)
    .await?;
    let (person, words) = (by.by.as_str(), format!("{detail}\n{}", by.why));
    let origin = Origin::Account;
    audit::append(connection, Record { origin, about: account, place, at: now, person, what, detail: &words }).await
}
