//! The practices of an account, its colleagues, and who of it sees what.

use super::{Connection, Store, StoreError};
use crate::domain::client::{self, Client, Facts};

/// An address that may be copied on replies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Colleague {
    /// The address key.
    pub address: String,
    /// On every answer, or only when the asker copies them.
    pub every: bool,
}

impl Store {
    /// The practice of that name; the account itself for an empty one.
    ///
    /// # Errors
    /// The database failed, or a stored value cannot be read.
    pub async fn find_client(&self, account: &str, name: &str) -> Result<Option<Client>, StoreError> {
        let row: Option<(String, String)> =
            sqlx::query_as("SELECT name, facts FROM client WHERE account_id = $1 AND key = $2")
                .bind(account)
                .bind(client::key(name))
                .fetch_optional(&self.readers)
                .await?;
        row.map(read).transpose()
    }

    /// The practices of an account, by name; the account itself first.
    ///
    /// # Errors
    /// The database failed, or a stored value cannot be read.
    pub async fn list_clients(&self, account: &str) -> Result<Vec<Client>, StoreError> {
        let rows: Vec<(String, String)> =
            sqlx::query_as("SELECT name, facts FROM client WHERE account_id = $1 ORDER BY key")
                .bind(account)
                .fetch_all(&self.readers)
                .await?;
        rows.into_iter().map(read).collect()
    }

    /// Who may be copied on the replies to an account.
    ///
    /// # Errors
    /// The database failed.
    pub async fn list_colleagues(&self, account: &str) -> Result<Vec<Colleague>, StoreError> {
        let rows: Vec<(String, i64)> =
            sqlx::query_as("SELECT address, every FROM colleague WHERE account_id = $1 ORDER BY address")
                .bind(account)
                .fetch_all(&self.readers)
                .await?;
        Ok(rows.into_iter().map(|(address, every)| Colleague { address, every: every == 1 }).collect())
    }

    /// True where each sender of an account sees their own cases alone.
    ///
    /// # Errors
    /// The database failed.
    pub async fn sees_own_alone(&self, account: &str) -> Result<bool, StoreError> {
        let row: Option<(String,)> = sqlx::query_as("SELECT sees FROM account WHERE id = $1")
            .bind(account)
            .fetch_optional(&self.readers)
            .await?;
        Ok(row.is_some_and(|(sees,)| sees == "own"))
    }
}

/// Adds to what is known of a practice inside a write; what is known then.
pub(super) async fn write_client(
    connection: &mut Connection,
    account: &str,
    name: &str,
    facts: &Facts,
) -> Result<Client, StoreError> {
    let row: Option<(String, String)> =
        sqlx::query_as("SELECT name, facts FROM client WHERE account_id = $1 AND key = $2")
            .bind(account)
            .bind(client::key(name))
            .fetch_optional(&mut *connection)
            .await?;
    let known = row.map(read).transpose()?;
    let known = known.unwrap_or_else(|| Client { name: name.to_owned(), facts: Facts::default() });
    let client = Client { facts: known.facts.with(facts), ..known };
    let text = serde_json::to_string(&client.facts)
        .map_err(|error| StoreError::Value { what: "client.facts", value: error.to_string() })?;
    sqlx::query(
        "INSERT INTO client (account_id, key, name, facts) VALUES ($1, $2, $3, $4)
         ON CONFLICT (account_id, key) DO UPDATE SET facts = excluded.facts",
    )
    .bind(account)
    .bind(client::key(&client.name))
    .bind(&client.name)
    .bind(&text)
    .execute(connection)
    .await?;
    Ok(client)
}

/// Takes a practice away inside a write; false where there is none.
pub(super) async fn take_client(connection: &mut Connection, account: &str, key: &str) -> Result<bool, StoreError> {
    let done = sqlx::query("DELETE FROM client WHERE account_id = $1 AND key = $2")
        .bind(account)
        .bind(key)
        .execute(connection)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Allows copies to an address, or takes it from the list, inside a write; false where nothing changed.
pub(super) async fn write_colleague(
    connection: &mut Connection,
    account: &str,
    address: &str,
    every: Option<bool>,
) -> Result<bool, StoreError> {
    let statement = match every {
        Some(every) => sqlx::query(
            "INSERT INTO colleague (account_id, address, every) VALUES ($1, $2, $3)
             ON CONFLICT (account_id, address) DO UPDATE SET every = excluded.every WHERE colleague.every <> excluded.every",
        )
        .bind(account)
        .bind(address)
        .bind(i64::from(every)),
        None => {
            sqlx::query("DELETE FROM colleague WHERE account_id = $1 AND address = $2").bind(account).bind(address)
        }
    };
    Ok(statement.execute(connection).await?.rows_affected() == 1)
}

fn read((name, facts): (String, String)) -> Result<Client, StoreError> {
    let facts = serde_json::from_str(&facts)
        .map_err(|error| StoreError::Value { what: "client.facts", value: error.to_string() })?;
    Ok(Client { name, facts })
}
