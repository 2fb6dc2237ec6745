//! Whose address it is: addresses and domains of accounts, and how much their senders must prove.

use super::{Connection, Store, StoreError};
use crate::domain::account::Account;
use crate::domain::address::Address;
use crate::domain::message::TrustPolicy;

/// What came of giving an address or a domain to an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Given {
    /// It is the account's now.
    Given,
    /// It belongs to this account already, which keeps it.
    Taken(String),
    /// There is no such account.
    NoAccount,
}

/// What accounts hold, for the search for names that resemble them: account, address or domain.
pub type Known = (String, String);

impl Store {
    /// The account that an address belongs to: by the address itself, without its `+tag`, or by its domain.
    ///
    /// # Errors
    /// The database failed.
    pub async fn find_account_of(&self, sender: &Address) -> Result<Option<Account>, StoreError> {
        let row: Option<(String, String, String)> = sqlx::query_as(
            "SELECT a.id, a.name, a.plan FROM account a JOIN (
                 SELECT account_id, CASE WHEN address = $1 THEN 1 ELSE 2 END AS n FROM sender WHERE address IN ($1, $2)
                 UNION ALL SELECT account_id, 3 AS n FROM account_domain WHERE domain = $3
             ) s ON s.account_id = a.id ORDER BY s.n LIMIT 1",
        )
        .bind(sender.key())
        .bind(sender.base_key())
        .bind(sender.domain())
        .fetch_optional(&self.readers)
        .await?;
        Ok(row.map(|(id, name, plan)| Account { id, name, plan }))
    }

    /// The domains of an account.
    ///
    /// # Errors
    /// The database failed.
    pub async fn list_domains(&self, account: &str) -> Result<Vec<String>, StoreError> {
        let rows: Vec<(String,)> =
            sqlx::query_as("SELECT domain FROM account_domain WHERE account_id = $1 ORDER BY domain")
                .bind(account)
                .fetch_all(&self.readers)
                .await?;
        Ok(rows.into_iter().map(|(domain,)| domain).collect())
    }

    /// How much the senders of an account must prove, if it has a rule of its own.
    ///
    /// # Errors
    /// The database failed.
    pub async fn find_policy(&self, account: &str) -> Result<Option<TrustPolicy>, StoreError> {
        let row: Option<(String,)> = sqlx::query_as("SELECT policy FROM account WHERE id = $1")
            .bind(account)
            .fetch_optional(&self.readers)
            .await?;
        Ok(row.and_then(|(policy,)| TrustPolicy::parse(&policy)))
    }

    /// Every address and domain that an account holds. Asked for a stranger only, whose name may resemble one.
    ///
    /// # Errors
    /// The database failed.
    pub async fn list_known_senders(&self) -> Result<Vec<Known>, StoreError> {
        let rows: Vec<Known> = sqlx::query_as(
            "SELECT account_id, address FROM sender UNION ALL SELECT account_id, domain FROM account_domain",
        )
        .fetch_all(&self.readers)
        .await?;
        Ok(rows)
    }
}

/// Gives a domain to an account, unless it has another owner.
pub(super) async fn give_domain(connection: &mut Connection, account: &str, domain: &str) -> Result<Given, StoreError> {
    let owner: Option<(String,)> = sqlx::query_as("SELECT account_id FROM account_domain WHERE domain = $1")
        .bind(domain)
        .fetch_optional(&mut *connection)
        .await?;
    if let Some(refused) = refusal(connection, account, owner).await? {
        return Ok(refused);
    }
    sqlx::query("INSERT INTO account_domain (domain, account_id) VALUES ($1, $2) ON CONFLICT DO NOTHING")
        .bind(domain)
        .bind(account)
        .execute(connection)
        .await?;
    Ok(Given::Given)
}

/// Takes a domain from an account; false where it is not its own.
pub(super) async fn take_domain(connection: &mut Connection, account: &str, domain: &str) -> Result<bool, StoreError> {
    let done = sqlx::query("DELETE FROM account_domain WHERE domain = $1 AND account_id = $2")
        .bind(domain)
        .bind(account)
        .execute(connection)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Why something cannot be given to an account, seen from its present owner.
async fn refusal(
    connection: &mut Connection,
    account: &str,
    owner: Option<(String,)>,
) -> Result<Option<Given>, StoreError> {
    if let Some((owner,)) = owner {
        return Ok((owner != account).then_some(Given::Taken(owner)));
    }
    let row: Option<(String,)> =
        sqlx::query_as("SELECT id FROM account WHERE id = $1").bind(account).fetch_optional(connection).await?;
    Ok(row.is_none().then_some(Given::NoAccount))
}
