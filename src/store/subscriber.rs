//! What changes in an account's life: it joins, its plan grows, answers are bought, addresses come and go.

use super::{Connection, Store, StoreError};
use crate::domain::account::Account;
use crate::domain::address::Address;
use crate::domain::time::Timestamp;
use crate::store::account::Added;

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
        let added = self.insert_account(account.clone(), vec![sender.clone()], now).await?;
        if added == Added::Account {
            self.adopt(&account.id, sender, now).await?;
        }
        Ok(added)
    }

    /// What an address asked as a guest becomes the account's, and what was kept of it is due now. Doing it again
    /// changes nothing.
    ///
    /// # Errors
    /// The database failed.
    pub async fn adopt(&self, account: &str, sender: &Address, now: Timestamp) -> Result<(), StoreError> {
        let (id, guest) = (account.to_owned(), format!("guest:{}", sender.base_key()));
        self.write(move |connection| {
            Box::pin(async move {
                sqlx::query("UPDATE consultation SET account = $1 WHERE account = $2")
                    .bind(&id)
                    .bind(&guest)
                    .execute(&mut *connection)
                    .await?;
                due(connection, &id, now).await
            })
        })
        .await
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
        let (account, plan) = (account.to_owned(), plan.to_owned());
        self.write(move |connection| {
            Box::pin(async move {
                sqlx::query("UPDATE account SET plan = $2 WHERE id = $1")
                    .bind(&account)
                    .bind(&plan)
                    .execute(&mut *connection)
                    .await?;
                due(connection, &account, now).await
            })
        })
        .await
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
        let (account, reference) = (account.to_owned(), reference.to_owned());
        self.write(move |connection| {
            Box::pin(async move {
                let done = sqlx::query(
                    "INSERT INTO pack (reference, account_id, answers, added_at) VALUES ($1, $2, $3, $4)
                     ON CONFLICT (reference) DO NOTHING",
                )
                .bind(&reference)
                .bind(&account)
                .bind(i64::from(answers))
                .bind(now.0)
                .execute(&mut *connection)
                .await?;
                if done.rows_affected() == 0 {
                    return Ok(Booked::Before);
                }
                due(connection, &account, now).await?;
                Ok(Booked::Added)
            })
        })
        .await
    }

    /// Answers that were bought beside the plan, used or not.
    ///
    /// # Errors
    /// The database failed.
    pub async fn count_pack(&self, account: &str) -> Result<u32, StoreError> {
        let (n,): (i64,) = sqlx::query_as("SELECT COALESCE(SUM(answers), 0) FROM pack WHERE account_id = $1")
            .bind(account)
            .fetch_one(&self.readers)
            .await?;
        Ok(u32::try_from(n).unwrap_or(u32::MAX))
    }

    /// Adds an address to an account, or says whose it is.
    ///
    /// # Errors
    /// The database failed.
    pub async fn add_sender(&self, account: &str, sender: &Address) -> Result<Added, StoreError> {
        let (account, key) = (account.to_owned(), sender.key());
        self.write(move |connection| {
            Box::pin(async move {
                let owner: Option<(String,)> = sqlx::query_as("SELECT account_id FROM sender WHERE address = $1")
                    .bind(&key)
                    .fetch_optional(&mut *connection)
                    .await?;
                if let Some((owner,)) = owner {
                    return Ok(if owner == account { Added::Account } else { Added::AddressTaken(owner) });
                }
                sqlx::query("INSERT INTO sender (address, account_id) VALUES ($1, $2)")
                    .bind(&key)
                    .bind(&account)
                    .execute(&mut *connection)
                    .await?;
                Ok(Added::Account)
            })
        })
        .await
    }

    /// Takes an address from an account; false where it is not its own, or its last.
    ///
    /// # Errors
    /// The database failed.
    pub async fn remove_sender(&self, account: &str, sender: &Address) -> Result<bool, StoreError> {
        let (account, key) = (account.to_owned(), sender.key());
        self.write(move |connection| {
            Box::pin(async move {
                let done = sqlx::query(
                    "DELETE FROM sender WHERE address = $1 AND account_id = $2
                       AND (SELECT count(*) FROM sender WHERE account_id = $2) > 1",
                )
                .bind(&key)
                .bind(&account)
                .execute(connection)
                .await?;
                Ok(done.rows_affected() == 1)
            })
        })
        .await
    }
}

/// What was kept for want of answers is looked at now.
async fn due(connection: &mut Connection, account: &str, now: Timestamp) -> Result<(), StoreError> {
    sqlx::query("UPDATE consultation SET run_at = $2 WHERE account = $1 AND status = 'kept'")
        .bind(account)
        .bind(now.0)
        .execute(connection)
        .await?;
    Ok(())
}
