//! The processes of an installation, and what one of them at a time may do.
//!
//! Several processes share one database on a server. Each says what it is and until when it counts as alive; the time is the
//! server's, so that their own clocks may differ. A task that one process at a time may do (reading a mailbox, keeping house) is
//! held for a while and held again before that is over. Its token grows with each holder: what an earlier holder still writes
//! under [`Store::fenced`] is refused.

use std::time::Duration;

use super::{Connection, Engine, Store, StoreError};
use crate::domain::time::Timestamp;
use crate::domain::worker::Worker;

/// A task that this process holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// Which.
    pub name: String,
    holder: String,
    token: i64,
}

/// Rows of processes that ended are kept for a day.
const KEPT_MICROS: i64 = 24 * 3_600 * 1_000_000;

type Row = (String, String, String, String, String, i64, i64, i64);

/// The time that all processes of one database agree on: the server's, or, of a file, the process's own.
async fn common(connection: &mut Connection, own: Timestamp) -> Result<Timestamp, StoreError> {
    if Engine::of(connection) == Engine::Sqlite {
        return Ok(own);
    }
    let (now,): (i64,) = sqlx::query_as("SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT)")
        .fetch_one(connection)
        .await?;
    Ok(Timestamp(now))
}

impl Held {
    /// Fails when another process holds it by now.
    pub(super) async fn check(&self, connection: &mut Connection) -> Result<(), StoreError> {
        let held: Option<(i64,)> =
            sqlx::query_as("SELECT token FROM task_lease WHERE name = $1 AND holder = $2 AND token = $3")
                .bind(&self.name)
                .bind(&self.holder)
                .bind(self.token)
                .fetch_optional(connection)
                .await?;
        held.map(|_| ()).ok_or_else(|| StoreError::LeaseLost(self.name.clone()))
    }
}

impl Store {
    /// The same database, used by the process of this name.
    #[must_use]
    pub fn used_by(mut self, process: &str) -> Self {
        self.process = process.into();
        self
    }

    /// The name of the process that uses it.
    pub fn process(&self) -> &str {
        &self.process
    }

    /// The same database for what is done while a task is held: every write asks first whether it still is.
    #[must_use]
    pub fn fenced(&self, held: &Held) -> Self {
        Self { fence: Some(held.clone()), ..self.clone() }
    }

    /// By what this process is known to others that send mail from the same outbox; empty where there can be no other.
    pub(super) fn sender(&self) -> String {
        match self.engine() {
            Engine::Sqlite => String::new(),
            Engine::Postgres => self.process.to_string(),
        }
    }

    /// Says that a process is alive for so long. What it says of itself replaces what it said before.
    ///
    /// # Errors
    /// The database failed.
    pub async fn record_worker(&self, worker: Worker, alive: Duration, now: Timestamp) -> Result<(), StoreError> {
        self.write(move |connection| {
            Box::pin(async move {
                let now = common(connection, now).await?;
                sqlx::query("DELETE FROM worker WHERE alive_until < $1")
                    .bind(now.0.saturating_sub(KEPT_MICROS))
                    .execute(&mut *connection)
                    .await?;
                sqlx::query(
                    "INSERT INTO worker (id, host, version, roles, edition, started_at, seen_at, alive_until)
                     VALUES ($1, $2, $3, $4, $5, $6, $6, $7)
                     ON CONFLICT (id) DO UPDATE SET roles = excluded.roles, edition = excluded.edition,
                         seen_at = excluded.seen_at, alive_until = excluded.alive_until",
                )
                .bind(&worker.id)
                .bind(&worker.host)
                .bind(&worker.version)
                .bind(&worker.roles)
                .bind(&worker.edition)
                .bind(now.0)
                .bind(now.plus(alive).0)
                .execute(connection)
                .await?;
                Ok(())
            })
        })
        .await
    }

    /// Says that a process ended, and gives back what it held.
    ///
    /// # Errors
    /// The database failed.
    pub async fn record_worker_ended(&self, id: &str, now: Timestamp) -> Result<(), StoreError> {
        let id = id.to_owned();
        self.write(move |connection| {
            Box::pin(async move {
                let now = common(connection, now).await?;
                sqlx::query("DELETE FROM worker WHERE id = $1").bind(&id).execute(&mut *connection).await?;
                sqlx::query("UPDATE task_lease SET held_until = $2 WHERE holder = $1 AND held_until > $2")
                    .bind(&id)
                    .bind(now.0 - 1)
                    .execute(connection)
                    .await?;
                Ok(())
            })
        })
        .await
    }

    /// Every process that was alive in the last day, the newest first, each with whether it still counts as alive.
    ///
    /// # Errors
    /// The database failed.
    pub async fn list_workers(&self, now: Timestamp) -> Result<Vec<(Worker, bool)>, StoreError> {
        let mut connection = self.readers.acquire().await?;
        let now = common(&mut connection, now).await?;
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT id, host, version, roles, edition, started_at, seen_at, alive_until FROM worker
             ORDER BY started_at DESC, id",
        )
        .fetch_all(&mut *connection)
        .await?;
        let worker = |(id, host, version, roles, edition, started_at, seen_at, until): Row| {
            let (started_at, seen_at) = (Timestamp(started_at), Timestamp(seen_at));
            (Worker { id, host, version, roles, edition, started_at, seen_at }, until >= now.0)
        };
        Ok(rows.into_iter().map(worker).collect())
    }

    /// Takes a task, or holds it longer; none while another process holds it.
    ///
    /// # Errors
    /// The database failed.
    pub async fn hold_task(&self, name: &str, time: Duration, now: Timestamp) -> Result<Option<Held>, StoreError> {
        let (name, holder) = (name.to_owned(), self.process.to_string());
        self.write(move |connection| {
            Box::pin(async move {
                let now = common(connection, now).await?;
                let token: Option<(i64,)> = sqlx::query_as(
                    "INSERT INTO task_lease (name, holder, token, held_until) VALUES ($1, $2, 1, $4)
                     ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, held_until = excluded.held_until,
                         token = task_lease.token + CASE WHEN task_lease.holder = excluded.holder THEN 0 ELSE 1 END
                     WHERE task_lease.holder = excluded.holder OR task_lease.held_until < $3
                     RETURNING token",
                )
                .bind(&name)
                .bind(&holder)
                .bind(now.0)
                .bind(now.plus(time).0)
                .fetch_optional(connection)
                .await?;
                Ok(token.map(|(token,)| Held { name, holder, token }))
            })
        })
        .await
    }

    /// Gives a task back before its time is over.
    ///
    /// # Errors
    /// The database failed.
    pub async fn release_task(&self, held: &Held, now: Timestamp) -> Result<(), StoreError> {
        let held = held.clone();
        self.write(move |connection| {
            Box::pin(async move {
                let now = common(connection, now).await?;
                sqlx::query("UPDATE task_lease SET held_until = $4 WHERE name = $1 AND holder = $2 AND token = $3")
                    .bind(&held.name)
                    .bind(&held.holder)
                    .bind(held.token)
                    .bind(now.0 - 1)
                    .execute(connection)
                    .await?;
                Ok(())
            })
        })
        .await
    }

    /// Since when a task that was done before is done by no process.
    ///
    /// # Errors
    /// The database failed.
    pub async fn find_idle(&self, task: &str, now: Timestamp) -> Result<Option<Timestamp>, StoreError> {
        let mut connection = self.readers.acquire().await?;
        let now = common(&mut connection, now).await?;
        let row: Option<(i64,)> =
            sqlx::query_as("SELECT held_until FROM task_lease WHERE name = $1 AND held_until < $2")
                .bind(task)
                .bind(now.0)
                .fetch_optional(&mut *connection)
                .await?;
        Ok(row.map(|(since,)| Timestamp(since)))
    }

    /// Messages that are being sent by a process that no longer counts as alive: they may have left, so they become
    /// uncertain, never ready. Where `own`, also those that this process began and lost sight of. A file has one process:
    /// there all of them are its own.
    ///
    /// # Errors
    /// The database failed.
    pub async fn recover_sending(&self, own: bool, now: Timestamp) -> Result<u64, StoreError> {
        let sender = self.sender();
        if !own && self.engine() == Engine::Sqlite {
            return Ok(0);
        }
        self.write(move |connection| {
            Box::pin(async move {
                let time = common(connection, now).await?;
                let rows: Vec<(String, String)> = sqlx::query_as(
                    "UPDATE outbox SET state = 'uncertain', said = 'the process ended while the answer was awaited',
                         uncertain_at = $4
                     WHERE state = 'sending' AND (($2 = 1 AND sender = $1) OR (sender <> $1 AND NOT EXISTS (
                         SELECT 1 FROM worker w WHERE w.id = outbox.sender AND w.alive_until >= $3)))
                     RETURNING case_id, kind",
                )
                .bind(&sender)
                .bind(i64::from(own))
                .bind(time.0)
                .bind(now.0)
                .fetch_all(&mut *connection)
                .await?;
                for (case, kind) in &rows {
                    super::event::record(connection, case, now, "uncertain", kind).await?;
                }
                Ok(u64::try_from(rows.len()).unwrap_or(u64::MAX))
            })
        })
        .await
    }
}
