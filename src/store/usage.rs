//! What is used of a quota: of an account, of one of its senders, in a period and over time.

use std::collections::BTreeMap;

use super::{Connection, Statement, Store, StoreError};
use crate::domain::account::Sharing;
use crate::domain::address::Address;
use crate::domain::quota::{PACK, Usage};

type Rows = Vec<(String, i64)>;

impl Store {
    /// What is used and reserved of an account's quota, by all of its senders.
    ///
    /// # Errors
    /// The database failed.
    pub async fn find_usage(&self, account: &str, period: &str) -> Result<Usage, StoreError> {
        let rows: Rows =
            sqlx::query_as("SELECT state, count(*) FROM reservation WHERE account = $1 AND period = $2 GROUP BY state")
                .bind(account)
                .bind(period)
                .fetch_all(&self.readers)
                .await?;
        Ok(usage(rows))
    }

    /// The same for one sender alone, by the address key without a tag.
    ///
    /// # Errors
    /// The database failed.
    pub async fn find_usage_of_sender(&self, account: &str, sender: &str, period: &str) -> Result<Usage, StoreError> {
        let rows: Rows = sqlx::query_as(
            "SELECT state, count(*) FROM reservation WHERE account = $1 AND sender = $2 AND period = $3 GROUP BY state",
        )
        .bind(account)
        .bind(sender)
        .bind(period)
        .fetch_all(&self.readers)
        .await?;
        Ok(usage(rows))
    }

    /// What each of some accounts used in a period; none for one that used nothing.
    ///
    /// # Errors
    /// The database failed.
    pub async fn list_usage(&self, accounts: &[String], period: &str) -> Result<BTreeMap<String, Usage>, StoreError> {
        let mut query = Statement::new("SELECT account, state, count(*) FROM reservation");
        query.push(" WHERE period = ").push_bind(period).push(" AND account IN (");
        query.push_list(accounts).push(") GROUP BY account, state");
        let rows: Vec<(String, String, i64)> = query.rows().fetch_all(&self.readers).await?;
        let mut found: BTreeMap<String, Rows> = BTreeMap::new();
        for (account, state, n) in rows {
            found.entry(account).or_default().push((state, n));
        }
        Ok(found.into_iter().map(|(account, rows)| (account, usage(rows))).collect())
    }

    /// What an account used in each period since the first one given, oldest first; without what was bought beside the
    /// plan.
    ///
    /// # Errors
    /// The database failed.
    pub async fn list_periods(&self, account: &str, since: &str) -> Result<Vec<(String, Usage)>, StoreError> {
        let rows: Vec<(String, String, i64)> = sqlx::query_as(
            "SELECT period, state, count(*) FROM reservation WHERE account = $1 AND period >= $2 AND period < $3
             GROUP BY period, state ORDER BY period",
        )
        .bind(account)
        .bind(since)
        .bind(PACK)
        .fetch_all(&self.readers)
        .await?;
        let mut found: BTreeMap<String, Rows> = BTreeMap::new();
        for (period, state, n) in rows {
            found.entry(period).or_default().push((state, n));
        }
        Ok(found.into_iter().map(|(period, rows)| (period, usage(rows))).collect())
    }

    /// What each sender of an account used in a period, by address key without a tag; at most so many.
    ///
    /// # Errors
    /// The database failed.
    pub async fn list_usage_by_sender(
        &self,
        account: &str,
        period: &str,
        most: i64,
    ) -> Result<BTreeMap<String, Usage>, StoreError> {
        let rows: Vec<(String, String, i64)> = sqlx::query_as(
            "SELECT sender, state, count(*) FROM reservation WHERE account = $1 AND period = $2
             GROUP BY sender, state LIMIT $3",
        )
        .bind(account)
        .bind(period)
        .bind(most)
        .fetch_all(&self.readers)
        .await?;
        let mut found: BTreeMap<String, Rows> = BTreeMap::new();
        for (sender, state, n) in rows {
            found.entry(sender).or_default().push((state, n));
        }
        Ok(found.into_iter().map(|(sender, rows)| (sender, usage(rows))).collect())
    }

    /// How the answers of an account's plan are shared.
    ///
    /// # Errors
    /// The database failed.
    pub async fn find_sharing(&self, account: &str) -> Result<Sharing, StoreError> {
        let row: Option<(String,)> = sqlx::query_as("SELECT quota FROM account WHERE id = $1")
            .bind(account)
            .fetch_optional(&self.readers)
            .await?;
        Ok(row.and_then(|(word,)| Sharing::parse(&word)).unwrap_or_default())
    }
}

/// True where each sender of an account has the plan's number alone.
pub(super) async fn is_for_each_sender(connection: &mut Connection, account: &str) -> Result<bool, StoreError> {
    let row: Option<(String,)> =
        sqlx::query_as("SELECT quota FROM account WHERE id = $1").bind(account).fetch_optional(connection).await?;
    Ok(row.is_some_and(|(word,)| word == Sharing::Sender.key()))
}

/// Whose answer a case asks for: the address key without a tag, or everybody could have as many as they have tags.
pub(super) async fn sender_of(connection: &mut Connection, case: &str) -> Result<String, StoreError> {
    let row: Option<(String,)> =
        sqlx::query_as("SELECT sender FROM consultation WHERE id = $1").bind(case).fetch_optional(connection).await?;
    let sender = row.map(|(sender,)| sender).unwrap_or_default();
    Ok(Address::parse(&sender).map_or(sender, |address| address.base_key()))
}

/// What is used of a quota beside one case; of one sender, or of all.
pub(super) async fn beside(
    connection: &mut Connection,
    account: &str,
    sender: Option<&str>,
    period: &str,
    case: &str,
) -> Result<Usage, StoreError> {
    let of = if sender.is_some() { "AND sender = $4" } else { "AND $4 = ''" };
    let sql = format!(
        "SELECT state, count(*) FROM reservation WHERE account = $1 AND period = $2 AND case_id <> $3 {of} GROUP BY state"
    );
    let rows: Rows = sqlx::query_as(sqlx::AssertSqlSafe(sql))
        .bind(account)
        .bind(period)
        .bind(case)
        .bind(sender.unwrap_or_default())
        .fetch_all(connection)
        .await?;
    Ok(usage(rows))
}

fn usage(rows: Rows) -> Usage {
    let mut usage = Usage::default();
    for (state, n) in rows {
        let n = u32::try_from(n).unwrap_or(u32::MAX);
        match state.as_str() {
            "settled" => usage.settled = n,
            "reserved" => usage.reserved = n,
            _ => {}
        }
    }
    usage
}
