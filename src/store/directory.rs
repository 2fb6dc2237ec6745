//! The accounts of an installation as an admin looks through them: a page at a time, or by what is written in a search.

use super::{Statement, Store, StoreError};
use crate::domain::account::{Account, Agreement, Sharing};
use crate::domain::message::TrustPolicy;
use crate::domain::time::Timestamp;

/// Which accounts are listed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Listing {
    /// On one plan.
    pub plan: String,
    /// Of one standing.
    pub standing: Option<Standing>,
    /// Behind this place: name in small letters and key of the last one of the page before.
    pub after: Option<(String, String)>,
}

/// What is special about an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It is kept by legal hold.
    Held,
    /// No agreement is on record.
    NoAgreement,
}

/// An account in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The account.
    pub account: Account,
    /// It is kept by legal hold.
    pub held: bool,
    /// An agreement is on record.
    pub agreed: bool,
    /// How the answers of its plan are shared.
    pub sharing: Sharing,
    /// Its name in small letters: its place in the list, with its key.
    pub sort_name: String,
}

/// What is set for an account beside its name and plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// How the answers of the plan are shared.
    pub sharing: Sharing,
    /// What its senders must prove; none for what the configuration says.
    pub policy: Option<TrustPolicy>,
    /// Each sender sees their own cases alone.
    pub sees_own: bool,
    /// The agreement on record.
    pub agreement: Option<Agreement>,
    /// It is kept by legal hold.
    pub held: bool,
    /// Since when it is here.
    pub since: Timestamp,
}

type Row = (String, String, String, i64, String, String, String);

const COLUMNS: &str = "SELECT a.id, a.name, a.plan, a.legal_hold, a.agreement_on, a.quota, a.sort_name FROM account a";
/// Found by one kind of name, at most: the page shows fewer.
const EACH: i64 = 100;

impl Store {
    /// True where an agreement of that account is on record; false for a guest.
    ///
    /// # Errors
    /// The database failed.
    pub async fn has_agreement(&self, account: &str) -> Result<bool, StoreError> {
        let row: Option<(String,)> = sqlx::query_as("SELECT agreement_on FROM account WHERE id = $1")
            .bind(account)
            .fetch_optional(&self.readers)
            .await?;
        Ok(row.is_some_and(|(on,)| !on.is_empty()))
    }

    /// Accounts by name.
    ///
    /// # Errors
    /// The database failed.
    pub async fn list_directory(&self, listing: &Listing, limit: i64) -> Result<Vec<Listed>, StoreError> {
        let rows: Vec<Row> = page(listing, limit).rows().fetch_all(&self.readers).await?;
        Ok(rows.into_iter().map(listed).collect())
    }

    /// Accounts whose key it is, or of which a word of the name, an address or a domain begins so.
    ///
    /// # Errors
    /// The database failed.
    pub async fn search_accounts(&self, text: &str, limit: i64) -> Result<Vec<Listed>, StoreError> {
        let from = text.trim().to_lowercase();
        // Everything that begins so lies before it with the last of all characters behind.
        let to = format!("{from}\u{10ffff}");
        let rows: Vec<Row> = sqlx::query_as(sqlx::AssertSqlSafe(search()))
            .bind(&from)
            .bind(&to)
            .bind(EACH)
            .bind(limit)
            .fetch_all(&self.readers)
            .await?;
        Ok(rows.into_iter().map(listed).collect())
    }

    /// What is set for an account.
    ///
    /// # Errors
    /// The database failed, or a stored value cannot be read.
    pub async fn find_terms(&self, account: &str) -> Result<Option<Terms>, StoreError> {
        let row: Option<(String, String, String, String, String, i64, i64)> = sqlx::query_as(
            "SELECT quota, policy, sees, agreement_on, agreement_digest, legal_hold, created_at FROM account WHERE id = $1",
        )
        .bind(account)
        .fetch_optional(&self.readers)
        .await?;
        let Some((quota, policy, sees, on, digest, held, since)) = row else { return Ok(None) };
        let agreement = Agreement::parse(&on, &digest)
            .map_err(|_| StoreError::Value { what: "account.agreement_on", value: on.clone() })?;
        Ok(Some(Terms {
            sharing: Sharing::parse(&quota)
                .ok_or_else(|| StoreError::Value { what: "account.quota", value: quota.clone() })?,
            policy: TrustPolicy::parse(&policy),
            sees_own: sees == "own",
            agreement,
            held: held == 1,
            since: Timestamp(since),
        }))
    }

    /// How many accounts are on each plan, whether the configuration knows it or not.
    ///
    /// # Errors
    /// The database failed.
    pub async fn count_plans(&self) -> Result<Vec<(String, i64)>, StoreError> {
        let rows = sqlx::query_as("SELECT plan, count(*) FROM account GROUP BY plan ORDER BY plan");
        Ok(rows.fetch_all(&self.readers).await?)
    }
}

/// The statement for a page: each filter has an index in the order of the list.
fn page(listing: &Listing, limit: i64) -> Statement {
    let mut query = Statement::new(COLUMNS);
    query.push(" WHERE a.sort_name >= ''");
    if !listing.plan.is_empty() {
        query.push(" AND a.plan = ").push_bind(listing.plan.clone());
    }
    match listing.standing {
        Some(Standing::Held) => drop(query.push(" AND a.legal_hold = 1")),
        Some(Standing::NoAgreement) => drop(query.push(" AND a.agreement_on = ''")),
        None => {}
    }
    if let Some((name, id)) = &listing.after {
        query.push(" AND (a.sort_name, a.id) > (").push_bind(name.clone()).push(", ").push_bind(id.clone()).push(")");
    }
    query.push(" ORDER BY a.sort_name, a.id LIMIT ").push_bind(limit);
    query
}

fn search() -> String {
    let range = |columns: &str, table: &str, at: &str| {
        format!(
            "SELECT * FROM (SELECT {columns} FROM {table} WHERE {at} >= $1 AND {at} < $2 ORDER BY {at} LIMIT $3) AS part"
        )
    };
    format!(
        "{COLUMNS} JOIN (SELECT found, MIN(place) AS place FROM (
             SELECT id AS found, '' AS place FROM account WHERE id = $1
             UNION ALL {} UNION ALL {} UNION ALL {}
         ) AS hits GROUP BY found) AS hit ON hit.found = a.id ORDER BY hit.place, a.sort_name LIMIT $4",
        range("account_id AS found, word AS place", "account_word", "word"),
        range("account_id AS found, address AS place", "sender", "address"),
        range("account_id AS found, domain AS place", "account_domain", "domain"),
    )
}

fn listed((id, name, plan, held, agreement, quota, sort_name): Row) -> Listed {
    Listed {
        account: Account { id, name, plan },
        held: held == 1,
        agreed: !agreement.is_empty(),
        sharing: Sharing::parse(&quota).unwrap_or_default(),
        sort_name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::explained::{scratch, steps};

    #[tokio::test]
    async fn a_page_of_accounts_and_a_search_read_by_an_index_alone() {
        let (_folder, store) = scratch().await;
        let after = Some(("m".to_owned(), "ac_1".to_owned()));
        for (plan, standing) in
            [("", None), ("solo", None), ("", Some(Standing::Held)), ("", Some(Standing::NoAgreement))]
        {
            let listing = Listing { plan: plan.to_owned(), standing, after: after.clone() };
            let found = steps(&store, page(&listing, 50).text()).await;
            assert!(found.contains("SEARCH") && !found.contains("SCAN") && !found.contains("SORT"), "{found}");
            assert!(!found.contains("TEMP B-TREE"), "{found}");
        }
        let found = steps(&store, &search()).await;
        for index in ["account_word", "sender", "account_domain"] {
            assert!(found.contains(&format!("SEARCH {index} USING")), "{index}: {found}");
        }
        assert!(!found.contains("SCAN account"), "{found}");
    }
}
