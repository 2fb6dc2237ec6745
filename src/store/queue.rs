//! The queue: cases that wait for a person, the most urgent first, by pile, account, specialty or who holds them.

use std::time::Duration;

use super::{Statement, Store, StoreError, case};
use crate::domain::case::CaseId;
use crate::domain::review::Confidence;
use crate::domain::routing::{self, Open};
use crate::domain::time::Timestamp;
use crate::domain::waits::Waits;

/// Which cases are listed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Wanted {
    /// Of one pile.
    pub waits: Option<Waits>,
    /// Of one account, by its key.
    pub account: String,
    /// Of one specialty.
    pub specialty: String,
    /// In the hands of this reviewer.
    pub held_by: String,
    /// Behind this place: the last one of the page before.
    pub after: Option<(Timestamp, CaseId)>,
}

/// A case that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// The row that waits.
    pub id: CaseId,
    /// The case it is a turn of; the same as `id` for the first.
    pub root: CaseId,
    /// Its masked subject.
    pub subject: String,
    /// Why it waits, in full.
    pub reason: String,
    /// Its pile.
    pub waits: Waits,
    /// Since when.
    pub since: Timestamp,
    /// When it is due.
    pub due: Timestamp,
    /// The account's key; empty for a guest, and where nobody is proved.
    pub account: String,
    /// The account's name.
    pub account_name: String,
    /// How sure its draft is; none without a draft.
    pub confidence: Option<Confidence>,
    /// The specialty of the asker.
    pub specialty: String,
    /// Who holds it, by key; empty where nobody does.
    pub held_by: String,
    /// Until when.
    pub held_until: Timestamp,
}

type Row = (String, String, String, String, String, i64, i64, String, String, i64, String, String, i64);

const COLUMNS: &str = "SELECT c.id, c.thread, c.subject, c.reason, c.waits, c.waits_since, c.due_at, c.account,
    COALESCE(a.name, ''), c.confidence, c.specialty, c.claimed_by, c.claimed_until
    FROM consultation c LEFT JOIN account a ON a.id = c.account WHERE c.waits <> ''";

impl Store {
    /// Cases that wait, the most urgent first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn list_waiting(&self, wanted: &Wanted, limit: i64) -> Result<Vec<Waiting>, StoreError> {
        let mut query = matching(wanted);
        query.push(" ORDER BY c.due_at, c.id LIMIT ").push_bind(limit);
        let rows: Vec<Row> = query.rows().fetch_all(&self.readers).await?;
        rows.into_iter().map(waiting).collect()
    }

    /// One of them.
    ///
    /// # Errors
    /// The database failed.
    pub async fn find_waiting(&self, id: &CaseId) -> Result<Option<Waiting>, StoreError> {
        let mut query = Statement::new(COLUMNS);
        query.push(" AND c.id = ").push_bind(id.as_str());
        let row: Option<Row> = query.rows().fetch_optional(&self.readers).await?;
        row.map(waiting).transpose()
    }

    /// How many wait in each pile.
    ///
    /// # Errors
    /// The database failed.
    pub async fn count_waiting(&self) -> Result<Vec<(Waits, i64)>, StoreError> {
        let rows: Vec<(String, i64)> =
            sqlx::query_as("SELECT waits, n FROM pile WHERE n > 0").fetch_all(&self.readers).await?;
        let mut piles =
            rows.into_iter().map(|(key, n)| Ok((pile(&key)?, n))).collect::<Result<Vec<_>, StoreError>>()?;
        piles.sort_by_key(|(waits, _)| Waits::ALL.iter().position(|w| w == waits));
        Ok(piles)
    }

    /// The case to take next: the most urgent that nobody holds, or, where it makes no other late, the most urgent of
    /// these specialties; `each` is how long a case may take. Looks at the fifty most urgent.
    ///
    /// # Errors
    /// The database failed.
    pub async fn find_next_waiting(
        &self,
        specialties: &[String],
        each: Duration,
        now: Timestamp,
    ) -> Result<Option<CaseId>, StoreError> {
        let look = if specialties.is_empty() { 1 } else { LOOK };
        let rows: Vec<(String, i64, String)> =
            sqlx::query_as(FREE).bind(now.0).bind(look).fetch_all(&self.readers).await?;
        let known = |own: &str| !own.is_empty() && specialties.iter().any(|known| routing::is_same(known, own));
        let open: Vec<Open> =
            rows.iter().map(|(_, due, own)| Open { due: Timestamp(*due), known: known(own) }).collect();
        let chosen = routing::choose(&open, now, each).and_then(|at| rows.get(at));
        chosen.map(|(id, _, _)| case::case_id(id)).transpose()
    }
}

/// Cases that are looked at for one that a reviewer knows best.
const LOOK: i64 = 50;
const FREE: &str = "SELECT id, due_at, specialty FROM consultation
    WHERE waits <> '' AND (claimed_by = '' OR claimed_until < $1) ORDER BY due_at, id LIMIT $2";

/// The statement for what is wanted, without its order: each filter has an index that ends in the order of the list.
fn matching(wanted: &Wanted) -> Statement {
    let mut query = Statement::new(COLUMNS);
    if let Some(waits) = wanted.waits {
        query.push(" AND c.waits = ").push_bind(waits.key());
    }
    for (column, value) in
        [("account", &wanted.account), ("specialty", &wanted.specialty), ("claimed_by", &wanted.held_by)]
    {
        if !value.is_empty() {
            query.push(format!(" AND c.{column} = ")).push_bind(value);
        }
    }
    if let Some((due, id)) = &wanted.after {
        query.push(" AND (c.due_at, c.id) > (").push_bind(due.0).push(", ").push_bind(id.as_str()).push(")");
    }
    query
}

fn waiting(row: Row) -> Result<Waiting, StoreError> {
    let (id, thread, subject, reason, waits, since, due, account, account_name, confidence, specialty, held_by, until) =
        row;
    let id = case::case_id(&id)?;
    Ok(Waiting {
        root: if thread.is_empty() { id.clone() } else { case::case_id(&thread)? },
        id,
        subject,
        reason,
        waits: pile(&waits)?,
        since: Timestamp(since),
        due: Timestamp(due),
        account,
        account_name,
        confidence: Confidence::of_level(confidence),
        specialty,
        held_by,
        held_until: Timestamp(until),
    })
}

pub(super) fn pile(key: &str) -> Result<Waits, StoreError> {
    Waits::parse(key).ok_or_else(|| StoreError::Value { what: "consultation.waits", value: key.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::explained::{scratch, steps};

    #[tokio::test]
    async fn the_next_case_is_found_by_the_index_of_the_hours() {
        let (_folder, store) = scratch().await;
        let found = steps(&store, FREE).await;
        assert!(found.contains("USING INDEX consultation_waits") && !found.contains("TEMP B-TREE"), "{found}");
    }

    #[tokio::test]
    async fn no_view_of_the_queue_walks_through_the_cases_or_sorts_them() {
        let (_folder, store) = scratch().await;
        let after = Some((Timestamp(5), CaseId::parse("CC-2345678").unwrap()));
        let views = [
            Wanted::default(),
            Wanted { waits: Some(Waits::Policy), ..Wanted::default() },
            Wanted { account: "ac_1".to_owned(), ..Wanted::default() },
            Wanted { specialty: "GI".to_owned(), ..Wanted::default() },
            Wanted { held_by: "rv_1".to_owned(), ..Wanted::default() },
        ];
        for wanted in views {
            for after in [None, after.clone()] {
                let wanted = Wanted { after, ..wanted.clone() };
                let mut query = matching(&wanted);
                query.push(" ORDER BY c.due_at, c.id LIMIT 51");
                let found = steps(&store, query.text()).await;
                let cases = found.contains("c USING INDEX consultation_waits");
                assert!(cases && !found.contains("TEMP B-TREE"), "{wanted:?}: {found}");
            }
        }
    }
}
