//! Leases: which case is next, whose it is while it is worked on, and how it is given back.
//!
//! Attempts are counted when the lease is taken, before any work: a case that ends its worker is seen by the next one.

use super::case::{Lease, case_id, case_status, fenced};
use super::{Connection, Store, StoreError, event};
use crate::domain::case::CaseId;
use crate::domain::time::Timestamp;

impl Store {
    /// Leases an open case whose time has come, if there is one: with `after`, the oldest of the next share behind it, so
    /// that shares take turns; else, and where no share is behind it, the oldest of all.
    ///
    /// # Errors
    /// The database failed.
    pub async fn lease_next(
        &self,
        after: Option<String>,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<Lease>, StoreError> {
        // Without a word a file's engine takes the index of all states, and sorts every case that waits.
        let oldest = self.engine().text(OLDEST_OF_FILE, OLDEST);
        let next_share = self.engine().text(NEXT_SHARE_OF_FILE, NEXT_SHARE);
        self.write(move |connection| {
            Box::pin(async move {
                let mut row = match &after {
                    Some(after) => lease_one(connection, next_share, after, now, until).await?,
                    None => None,
                };
                if row.is_none() && after.is_some_and(|after| !after.is_empty()) {
                    // Behind the last share comes the first.
                    row = lease_one(connection, next_share, "", now, until).await?;
                }
                if row.is_none() {
                    row = lease_one(connection, oldest, "", now, until).await?;
                }
                row.map(|(id, thread, status, token, attempts, share, suspect)| {
                    let thread = if thread.is_empty() { None } else { Some(case_id(&thread)?) };
                    Ok(Lease {
                        case: case_id(&id)?,
                        thread,
                        status: case_status(&status)?,
                        token,
                        attempts,
                        share,
                        suspect: suspect == 1,
                    })
                })
                .transpose()
            })
        })
        .await
    }

    /// Says that the worker still works on a leased case: its lease lasts until `until`.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] when another worker holds the case by now.
    pub async fn renew_lease(&self, case: &CaseId, token: i64, until: Timestamp) -> Result<(), StoreError> {
        let case = case.clone();
        self.write(move |connection| {
            Box::pin(async move {
                let done = sqlx::query(
                    "UPDATE consultation SET lease_until = $3
                     WHERE id = $1 AND lease_token = $2 AND lease_until IS NOT NULL",
                )
                .bind(case.as_str())
                .bind(token)
                .bind(until.0)
                .execute(connection)
                .await?;
                if done.rows_affected() == 1 { Ok(()) } else { Err(StoreError::LeaseLost(case.to_string())) }
            })
        })
        .await
    }

    /// Ends every lease: only for a process that is alone with its database, at its start. What a worker of an earlier process
    /// writes late is refused, since the tokens change. Each of these cases was in hand when that process ended, and is
    /// suspect now. The one that was alone may have ended it: its attempt counts; where there were several, none of them is
    /// blamed. Returns how many there were.
    ///
    /// # Errors
    /// The database failed.
    pub async fn end_leases(&self) -> Result<u64, StoreError> {
        self.write(move |connection| {
            Box::pin(async move {
                let ended: Vec<(String,)> = sqlx::query_as(
                    "UPDATE consultation SET lease_until = NULL, lease_token = lease_token + 1, suspect = 1
                     WHERE lease_until IS NOT NULL AND status IN
                         ('received', 'admitted', 'researched', 'drafted', 'verified', 'kept', 'decided')
                     RETURNING id",
                )
                .fetch_all(&mut *connection)
                .await?;
                for (case,) in ended.iter().filter(|_| ended.len() > 1) {
                    sqlx::query("UPDATE consultation SET attempts = attempts - 1 WHERE id = $1 AND attempts > 0")
                        .bind(case)
                        .execute(&mut *connection)
                        .await?;
                }
                Ok(u64::try_from(ended.len()).unwrap_or(u64::MAX))
            })
        })
        .await
    }

    /// Gives a leased case back for another attempt at `run_at`.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] when another worker holds the case by now.
    pub async fn retry_later(
        &self,
        lease: &Lease,
        run_at: Timestamp,
        why: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.give_back(lease, run_at, why, Back::Retry, now).await
    }

    /// Gives a leased case back for another look at `run_at`. Unlike a retry, it uses up no attempt.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] when another worker holds the case by now.
    pub async fn look_again(
        &self,
        lease: &Lease,
        run_at: Timestamp,
        why: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.give_back(lease, run_at, why, Back::Wait, now).await
    }

    async fn give_back(
        &self,
        lease: &Lease,
        run_at: Timestamp,
        why: &str,
        back: Back,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let (lease, why) = (lease.clone(), why.to_owned());
        self.write(move |connection| {
            Box::pin(async move {
                // What waits says why on the case itself; a retry only in its story.
                let done = sqlx::query(
                    "UPDATE consultation SET run_at = $3, lease_until = NULL, updated_at = $4,
                         attempts = CASE WHEN $6 = 1 THEN 0 ELSE attempts END,
                         reason = CASE WHEN $6 = 1 THEN $5 ELSE reason END
                     WHERE id = $1 AND lease_token = $2",
                )
                .bind(lease.case.as_str())
                .bind(lease.token)
                .bind(run_at.0)
                .bind(now.0)
                .bind(&why)
                .bind(i64::from(back == Back::Wait))
                .execute(&mut *connection)
                .await?;
                fenced(done.rows_affected(), &lease)?;
                let what = if back == Back::Wait { "waits" } else { "retry" };
                event::record(connection, lease.case.as_str(), now, what, &why).await
            })
        })
        .await
    }
}

/// How a case is given back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Back {
    /// After a failure.
    Retry,
    /// To be looked at again, through no fault.
    Wait,
}

/// The oldest case of all whose time has come.
const OLDEST: &str = "UPDATE consultation SET lease_token = lease_token + 1, lease_until = $2, attempts = attempts + 1
     WHERE id = (SELECT id FROM consultation
         WHERE status IN ('received', 'admitted', 'researched', 'drafted', 'verified', 'kept', 'decided')
           AND run_at <= $1 AND (lease_until IS NULL OR lease_until < $1) AND ($3 = '' OR $3 <> '')
         ORDER BY run_at, created_at LIMIT 1)
     RETURNING id, thread, status, lease_token, attempts, share, suspect";

/// The same, by the index that a file's engine is told.
const OLDEST_OF_FILE: &str =
    "UPDATE consultation SET lease_token = lease_token + 1, lease_until = $2, attempts = attempts + 1
     WHERE id = (SELECT id FROM consultation INDEXED BY consultation_open
         WHERE status IN ('received', 'admitted', 'researched', 'drafted', 'verified', 'kept', 'decided')
           AND run_at <= $1 AND (lease_until IS NULL OR lease_until < $1) AND ($3 = '' OR $3 <> '')
         ORDER BY run_at, created_at LIMIT 1)
     RETURNING id, thread, status, lease_token, attempts, share, suspect";

/// The oldest case of the next share behind one.
const NEXT_SHARE: &str =
    "UPDATE consultation SET lease_token = lease_token + 1, lease_until = $2, attempts = attempts + 1
     WHERE id = (SELECT id FROM consultation
         WHERE status IN ('received', 'admitted', 'researched', 'drafted', 'verified', 'kept', 'decided')
           AND run_at <= $1 AND (lease_until IS NULL OR lease_until < $1) AND share > $3
         ORDER BY share, run_at, created_at LIMIT 1)
     RETURNING id, thread, status, lease_token, attempts, share, suspect";

/// The same, by the index that a file's engine is told.
const NEXT_SHARE_OF_FILE: &str =
    "UPDATE consultation SET lease_token = lease_token + 1, lease_until = $2, attempts = attempts + 1
     WHERE id = (SELECT id FROM consultation INDEXED BY consultation_turn
         WHERE status IN ('received', 'admitted', 'researched', 'drafted', 'verified', 'kept', 'decided')
           AND run_at <= $1 AND (lease_until IS NULL OR lease_until < $1) AND share > $3
         ORDER BY share, run_at, created_at LIMIT 1)
     RETURNING id, thread, status, lease_token, attempts, share, suspect";

type LeaseRow = (String, String, String, i64, i64, String, i64);

async fn lease_one(
    connection: &mut Connection,
    statement: &'static str,
    after: &str,
    now: Timestamp,
    until: Timestamp,
) -> Result<Option<LeaseRow>, StoreError> {
    let leased = sqlx::query_as(statement).bind(now.0).bind(until.0).bind(after);
    Ok(leased.fetch_optional(connection).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn both_ways_to_the_next_case_walk_an_index_and_sort_nothing() {
        let (_folder, store) = crate::store::explained::scratch().await;
        for (statement, index) in [(OLDEST_OF_FILE, "consultation_open"), (NEXT_SHARE_OF_FILE, "consultation_turn")] {
            let plan = store.plan(statement).await;
            assert!(plan.contains(&format!("USING INDEX {index}")), "{plan}");
            assert!(!plan.contains("TEMP B-TREE"), "{plan}");
        }
    }
}
