//! What changes in an account's life: it joins, its plan grows, answers are bought, addresses come and go.

use super::{Connection, Store, StoreError};
use crate::domain::account::Account;
use crate::domain::address::Address;
use crate::domain::time::Timestamp;
use crate::store::account::Added;
use crate::store::change::{Author, Change, Changed};

/// Answers that were added beside the plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pack {
    /// The payment, or what stands for it.
    pub reference: String,
    /// How many.
    pub answers: u32,
    /// When.
    pub at: Timestamp,
}

/// What came of booking a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Booked {
    /// The answers were added.
    Added,
    /// This payment was booked before; nothing was added.
    Before,
}

impl Store {
    /// Opens an account for a guest: what the address asked as a guest comes along, and what was kept is due now.
    ///
    /// # Errors
    /// The database failed.
    pub async fn register(&self, account: Account, sender: &Address, now: Timestamp) -> Result<Added, StoreError> {
        let (sender, by) = (vec![sender.clone()], Author::sender());
        self.open_account(account, sender, by, now).await
    }

    /// What an address asked as a guest becomes the account's, and what was kept of it is due now. Doing it again
    /// changes nothing.
    ///
    /// # Errors
    /// The database failed.
    pub async fn adopt(&self, account: &str, sender: &Address, now: Timestamp) -> Result<(), StoreError> {
        let (id, sender) = (account.to_owned(), sender.clone());
        self.write(move |connection| Box::pin(async move { adopt(connection, &id, &sender, now).await })).await
    }

    /// Accounts that were opened since then.
    ///
    /// # Errors
    /// The database failed.
    pub async fn count_accounts_since(&self, since: Timestamp) -> Result<u64, StoreError> {
        let (n,): (i64,) = sqlx::query_as("SELECT count(*) FROM account WHERE created_at >= $1")
            .bind(since.0)
            .fetch_one(&self.readers)
            .await?;
        Ok(u64::try_from(n).unwrap_or(0))
    }

    /// Puts an account on a plan; what was kept is due now.
    ///
    /// # Errors
    /// The database failed.
    pub async fn set_plan(&self, account: &str, plan: &str, now: Timestamp) -> Result<(), StoreError> {
        self.change_account(account, Change::Plan(plan.to_owned()), Author::operator(), now).await?;
        Ok(())
    }

    /// Adds answers that were bought, once for each reference; what was kept is due now.
    ///
    /// # Errors
    /// The database failed.
    pub async fn add_pack(
        &self,
        account: &str,
        answers: u32,
        reference: &str,
        now: Timestamp,
    ) -> Result<Booked, StoreError> {
        let change = Change::Pack { answers, reference: reference.to_owned() };
        let changed = self.change_account(account, change, Author::operator(), now).await?;
        Ok(if changed == Changed::Done { Booked::Added } else { Booked::Before })
    }

    /// Answers that were bought beside the plan, used or not.
    ///
    /// # Errors
    /// The database failed.
    pub async fn count_pack(&self, account: &str) -> Result<u32, StoreError> {
        let (n,): (i64,) =
            sqlx::query_as("SELECT CAST(COALESCE(SUM(answers), 0) AS BIGINT) FROM pack WHERE account_id = $1")
                .bind(account)
                .fetch_one(&self.readers)
                .await?;
        Ok(u32::try_from(n).unwrap_or(u32::MAX))
    }

    /// The answers that were bought beside the plan, the latest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn list_packs(&self, account: &str) -> Result<Vec<Pack>, StoreError> {
        let rows: Vec<(String, i64, i64)> = sqlx::query_as(
            "SELECT reference, answers, added_at FROM pack WHERE account_id = $1 ORDER BY added_at DESC, reference",
        )
        .bind(account)
        .fetch_all(&self.readers)
        .await?;
        let read = |(reference, answers, at)| Pack {
            reference,
            answers: u32::try_from(answers).unwrap_or(u32::MAX),
            at: Timestamp(at),
        };
        Ok(rows.into_iter().map(read).collect())
    }
}

/// Gives an address to an account, unless it has an owner, who is named then.
pub(super) async fn give_sender(
    connection: &mut Connection,
    account: &str,
    key: &str,
) -> Result<Option<String>, StoreError> {
    let owner: Option<(String,)> = sqlx::query_as("SELECT account_id FROM sender WHERE address = $1")
        .bind(key)
        .fetch_optional(&mut *connection)
        .await?;
    if owner.is_none() {
        sqlx::query("INSERT INTO sender (address, account_id) VALUES ($1, $2)")
            .bind(key)
            .bind(account)
            .execute(connection)
            .await?;
    }
    Ok(owner.map(|(owner,)| owner))
}

/// Takes an address from an account; false where it is not its own, or its last.
pub(super) async fn take_sender(connection: &mut Connection, account: &str, key: &str) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "DELETE FROM sender WHERE address = $1 AND account_id = $2
           AND (SELECT count(*) FROM sender WHERE account_id = $2) > 1",
    )
    .bind(key)
    .bind(account)
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Books answers once for each reference; false where it was booked before.
pub(super) async fn book_pack(
    connection: &mut Connection,
    account: &str,
    answers: u32,
    reference: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "INSERT INTO pack (reference, account_id, answers, added_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (reference) DO NOTHING",
    )
    .bind(reference)
    .bind(account)
    .bind(i64::from(answers))
    .bind(now.0)
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// What an address asked as a guest becomes the account's.
pub(super) async fn adopt(
    connection: &mut Connection,
    account: &str,
    sender: &Address,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE consultation SET account = $1 WHERE account = $2")
        .bind(account)
        .bind(format!("guest:{}", sender.base_key()))
        .execute(&mut *connection)
        .await?;
    due(connection, account, now).await
}

/// What was kept for want of answers is looked at now.
pub(super) async fn due(connection: &mut Connection, account: &str, now: Timestamp) -> Result<(), StoreError> {
    sqlx::query("UPDATE consultation SET run_at = $2 WHERE account = $1 AND status = 'kept'")
        .bind(account)
        .bind(now.0)
        .execute(connection)
        .await?;
    Ok(())
}
