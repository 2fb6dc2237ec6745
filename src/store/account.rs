//! Accounts, their sender addresses, and the answers that are booked on them.

use super::change::{self, Author};
use super::{Connection, Store, StoreError, case, event, subscriber, usage};
use crate::domain::account::Account;
use crate::domain::address::Address;
use crate::domain::case::CaseStatus;
use crate::domain::quota::Quota;
use crate::domain::time::Timestamp;
use crate::store::case::{Lease, Progress};

/// What came of asking for an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Added {
    /// The account is there.
    Account,
    /// This address belongs to another account already.
    AddressTaken(String),
}

/// What an answer is booked on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Booked {
    /// The account's key.
    pub account: String,
    /// The period, or `pack`.
    pub period: String,
    /// It costs nothing.
    pub free: bool,
}

impl Store {
    /// Adds an account with its sender addresses, or nothing if one of them is taken.
    ///
    /// # Errors
    /// The database failed.
    pub async fn insert_account(
        &self,
        account: Account,
        senders: Vec<Address>,
        now: Timestamp,
    ) -> Result<Added, StoreError> {
        let by = Author::operator();
        self.write(move |connection| Box::pin(async move { open(connection, &account, &senders, &by, now).await }))
            .await
    }

    /// The same, and what the addresses asked as guests comes along; what was kept of it is due now.
    ///
    /// # Errors
    /// The database failed.
    pub async fn open_account(
        &self,
        account: Account,
        senders: Vec<Address>,
        by: Author,
        now: Timestamp,
    ) -> Result<Added, StoreError> {
        self.write(move |connection| {
            Box::pin(async move {
                let added = open(connection, &account, &senders, &by, now).await?;
                if added == Added::Account {
                    for sender in &senders {
                        subscriber::adopt(connection, &account.id, sender, now).await?;
                    }
                }
                Ok(added)
            })
        })
        .await
    }

    /// The account with that id, with its addresses.
    ///
    /// # Errors
    /// The database failed.
    pub async fn find_account(&self, id: &str) -> Result<Option<(Account, Vec<String>)>, StoreError> {
        let row: Option<(String, String, String)> = sqlx::query_as("SELECT id, name, plan FROM account WHERE id = $1")
            .bind(id)
            .fetch_optional(&self.readers)
            .await?;
        let Some((id, name, plan)) = row else { return Ok(None) };
        let senders: Vec<(String,)> =
            sqlx::query_as("SELECT address FROM sender WHERE account_id = $1 ORDER BY address")
                .bind(&id)
                .fetch_all(&self.readers)
                .await?;
        Ok(Some((Account { id, name, plan }, senders.into_iter().map(|(address,)| address).collect())))
    }

    /// Every account, by name.
    ///
    /// # Errors
    /// The database failed.
    pub async fn list_accounts(&self) -> Result<Vec<Account>, StoreError> {
        let rows: Vec<(String, String, String)> =
            sqlx::query_as("SELECT id, name, plan FROM account ORDER BY name, id").fetch_all(&self.readers).await?;
        Ok(rows.into_iter().map(|(id, name, plan)| Account { id, name, plan }).collect())
    }

    /// Accounts behind an id, by id.
    ///
    /// # Errors
    /// The database failed.
    pub async fn list_accounts_after(&self, after: &str, limit: i64) -> Result<Vec<Account>, StoreError> {
        let rows: Vec<(String, String, String)> =
            sqlx::query_as("SELECT id, name, plan FROM account WHERE id > $1 ORDER BY id LIMIT $2")
                .bind(after)
                .bind(limit)
                .fetch_all(&self.readers)
                .await?;
        Ok(rows.into_iter().map(|(id, name, plan)| Account { id, name, plan }).collect())
    }

    /// Reserves one answer of the first quota that has one and admits the case, or leaves both alone when all are used
    /// up. One transaction: two workers cannot both take the last answer. Where each sender of the account has the number
    /// alone, only the sender's own answers count; what was bought beside the plan is everybody's.
    ///
    /// # Errors
    /// The database failed, or the lease was lost.
    pub async fn reserve(
        &self,
        lease: &Lease,
        account: &str,
        quotas: &[Quota],
        progress: Progress,
        now: Timestamp,
    ) -> Result<Option<Lease>, StoreError> {
        let (lease, account, quotas) = (lease.clone(), account.to_owned(), quotas.to_vec());
        self.write(move |connection| {
            Box::pin(async move {
                let alone = usage::is_for_each_sender(connection, &account).await?;
                let sender = usage::sender_of(connection, lease.case.as_str()).await?;
                for quota in &quotas {
                    let own = (alone && !quota.is_pack()).then_some(sender.as_str());
                    let used = usage::beside(connection, &account, own, &quota.period, lease.case.as_str()).await?;
                    if quota.admits(used) {
                        let booking = Booking { account, sender, period: quota.period.clone(), state: "reserved" };
                        return Ok(Some(book(connection, lease, booking, progress, now).await?));
                    }
                }
                Ok(None)
            })
        })
        .await
    }

    /// Admits a case that costs nothing: a correction, the answer to our question, a question that was answered before.
    ///
    /// # Errors
    /// The database failed, or the lease was lost.
    pub async fn admit_free(
        &self,
        lease: &Lease,
        account: &str,
        period: &str,
        progress: Progress,
        now: Timestamp,
    ) -> Result<Lease, StoreError> {
        let lease = lease.clone();
        let (account, period) = (account.to_owned(), period.to_owned());
        self.write(move |connection| {
            Box::pin(async move {
                let sender = usage::sender_of(connection, lease.case.as_str()).await?;
                let booking = Booking { account, sender, period, state: "free" };
                book(connection, lease, booking, progress, now).await
            })
        })
        .await
    }

    /// The period that a case's reservation is booked on.
    ///
    /// # Errors
    /// The database failed.
    pub async fn find_reservation(&self, case: &crate::domain::case::CaseId) -> Result<Option<Booked>, StoreError> {
        let row: Option<(String, String, String)> =
            sqlx::query_as("SELECT account, period, state FROM reservation WHERE case_id = $1")
                .bind(case.as_str())
                .fetch_optional(&self.readers)
                .await?;
        Ok(row.map(|(account, period, state)| Booked { account, period, free: state == "free" }))
    }
}

/// Writes an account with its addresses and the first line of its story.
async fn open(
    connection: &mut Connection,
    account: &Account,
    senders: &[Address],
    by: &Author,
    now: Timestamp,
) -> Result<Added, StoreError> {
    for sender in senders {
        let owner: Option<(String,)> = sqlx::query_as("SELECT account_id FROM sender WHERE address = $1")
            .bind(sender.key())
            .fetch_optional(&mut *connection)
            .await?;
        if let Some((owner,)) = owner {
            return Ok(Added::AddressTaken(owner));
        }
    }
    sqlx::query("INSERT INTO account (id, name, plan, created_at, sort_name) VALUES ($1, $2, $3, $4, $5)")
        .bind(&account.id)
        .bind(&account.name)
        .bind(&account.plan)
        .bind(now.0)
        .bind(account.name.to_lowercase())
        .execute(&mut *connection)
        .await?;
    change::write_words(connection, &account.id, &account.name).await?;
    for sender in senders {
        sqlx::query("INSERT INTO sender (address, account_id) VALUES ($1, $2) ON CONFLICT DO NOTHING")
            .bind(sender.key())
            .bind(&account.id)
            .execute(&mut *connection)
            .await?;
    }
    change::record(connection, &account.id, "opened", &format!("on plan {}", account.plan), by, now).await?;
    Ok(Added::Account)
}

struct Booking {
    account: String,
    sender: String,
    period: String,
    state: &'static str,
}

/// Books an answer and admits its case.
async fn book(
    connection: &mut Connection,
    lease: Lease,
    booking: Booking,
    progress: Progress,
    now: Timestamp,
) -> Result<Lease, StoreError> {
    sqlx::query(
        "INSERT INTO reservation (case_id, account, period, state, created_at, sender) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (case_id) DO UPDATE SET account = excluded.account, period = excluded.period, state = excluded.state,
             sender = excluded.sender",
    )
    .bind(lease.case.as_str())
    .bind(&booking.account)
    .bind(&booking.period)
    .bind(booking.state)
    .bind(now.0)
    .bind(&booking.sender)
    .execute(&mut *connection)
    .await?;
    event::record(connection, lease.case.as_str(), now, booking.state, &booking.period).await?;
    let progress = Progress { account: Some(booking.account), ..progress };
    case::advance(connection, &lease, CaseStatus::Admitted, &progress, now).await?;
    let thread = progress.thread.or(lease.thread.clone());
    Ok(Lease { status: CaseStatus::Admitted, attempts: 1, thread, ..lease })
}
