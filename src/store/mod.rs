//! All SQL and nothing but SQL: one [`Store`] over SQLite in WAL mode with `synchronous=FULL`, or over PostgreSQL
//! ([`engine`]).
//!
//! Writes go through one connection and are committed in groups: whatever waits when the disk is free shares one
//! fsync. A caller's `await` returns only after the commit that holds its write. Reads use connections of their own.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use sqlx::{AnyPool, Connection as _};

pub mod account;
pub mod api_outcome;
pub mod api_token;
pub mod audit;
pub mod bell;
pub mod bounce;
pub mod case;
pub mod change;
pub mod client;
pub mod confirmation;
pub mod copies;
pub mod directory;
pub mod dispatch;
pub mod engine;
pub mod event;
#[cfg(test)]
mod explained;
pub mod feedback;
pub mod forget;
pub mod history;
pub mod lease;
pub mod link;
pub mod message;
pub mod moving;
pub mod original;
pub mod outbox;
pub mod overdue;
pub mod paragraph;
pub mod proposal;
pub mod quality;
pub mod quarantine;
pub mod queue;
pub mod recorded;
pub mod review;
pub mod reviewer;
pub mod sample;
pub mod seed;
pub mod sender;
pub mod session;
pub mod sign_in;
pub mod staff;
mod statement;
pub mod subscriber;
pub mod takeout;
pub mod tally;
pub mod thread;
pub mod usage;
pub mod view;
pub mod webhook;
pub mod words;
pub mod worker;
mod writer;

pub use engine::{Engine, Place};
pub(crate) use statement::Statement;
pub use writer::Connection;

use crate::identity::seal::{KeyRing, SealError};

/// The database of one installation.
#[derive(Clone)]
pub struct Store {
    writer: writer::Writer,
    readers: AnyPool,
    keys: Arc<KeyRing>,
    opening: engine::Opening,
    place: Place,
    /// The process that uses it, by the name that other processes know.
    process: Arc<str>,
    /// What this process must still hold when it writes.
    fence: Option<worker::Held>,
}

/// Why the database could not be used.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The file cannot be opened or is no database of ours.
    #[error("{path}: {reason}")]
    Open {
        /// The database.
        path: String,
        /// What is wrong, and what to do.
        reason: String,
    },
    /// The schema is older than the program.
    #[error("{path}: its schema is older than this program. Make a copy of it, then run `caseconsultant migrate`")]
    Outdated {
        /// The database.
        path: String,
    },
    /// The schema is newer than the program: a step was taken that it does not know.
    #[error(
        "{path}: its schema (step {step}) is newer than this program. Run the program that brought it there, or a later one: a schema goes forward only. To go back, restore a copy from before"
    )]
    Newer {
        /// The database.
        path: String,
        /// The step that is not known.
        step: i64,
    },
    /// The database was not there for a write: nothing is known to have been changed, and the same write may be tried again.
    #[error("the database cannot be reached: {0}")]
    Unreachable(String),
    /// A statement failed.
    #[error("database: {0}")]
    Statement(#[from] sqlx::Error),
    /// A stored value cannot be read back.
    #[error("database: {what} holds {value:?}, which this program does not know")]
    Value {
        /// Table and column.
        what: &'static str,
        /// The value.
        value: String,
    },
    /// An original could not be sealed or opened.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// The original is gone, as the retention period wants it.
    #[error(
        "the original of {0} was purged (retention.original_days); what was asked stands on the case without identity"
    )]
    Purged(String),
    /// The lease was lost to another worker; its write is refused and nothing was changed.
    #[error("the lease on {0} was lost to another worker")]
    LeaseLost(String),
    /// The writer stopped: the process is shutting down, or its disk failed.
    #[error("the database writer has stopped: {0}")]
    Stopped(String),
}

impl StoreError {
    /// True when the same write may succeed later.
    pub fn is_transient(&self) -> bool {
        matches!(
            self,
            Self::Unreachable(_)
                | Self::Statement(sqlx::Error::Database(_) | sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut)
        )
    }
}

impl Store {
    /// The database file of a data folder.
    pub fn path(data_dir: &Path) -> PathBuf {
        data_dir.join("caseconsultant.sqlite")
    }

    /// Opens a database. An empty one gets its schema; an older or a newer schema is refused with what to do.
    ///
    /// # Errors
    /// The folder, file or server cannot be used, or the schema is not this program's.
    pub async fn open(place: impl Into<Place>) -> Result<Self, StoreError> {
        let store = Self::open_any(place).await?;
        match store.steps().await? {
            Steps::None => drop(store.migrate().await?),
            Steps::Behind(0) => {}
            Steps::Behind(_) => return Err(StoreError::Outdated { path: store.place.to_string() }),
            Steps::Ahead(step) => return Err(StoreError::Newer { path: store.place.to_string(), step }),
        }
        Ok(store)
    }

    /// The same database with the keys that seal and open originals.
    #[must_use]
    pub fn with_keys(mut self, keys: KeyRing) -> Self {
        self.keys = Arc::new(keys);
        self
    }

    /// The keys that seal and open originals; none unless they were given.
    pub fn keys(&self) -> &KeyRing {
        &self.keys
    }

    /// Which engine keeps it.
    pub fn engine(&self) -> Engine {
        self.opening.engine
    }

    /// Where it is.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// Opens the database whatever its schema, for `migrate` and `check`.
    ///
    /// # Errors
    /// The folder, file or server cannot be used.
    pub async fn open_any(place: impl Into<Place>) -> Result<Self, StoreError> {
        let place = place.into();
        let opening = engine::Opening::new(&place)?;
        let cure = opening.engine.text(
            "Is it a file of this program, and may it be written?",
            "Is the server there, and do host, user, password and database in database.url name what it knows?",
        );
        let writer = writer::Writer::start(opening.clone()).await.map_err(|error| StoreError::Open {
            path: place.to_string(),
            reason: format!("cannot be opened: {error}. {cure}"),
        })?;
        let readers = opening.readers(&place);
        Ok(Self { writer, readers, keys: Arc::default(), opening, place, process: "".into(), fence: None })
    }

    /// Brings the schema up to date; returns how many steps were taken.
    ///
    /// # Errors
    /// A step failed; the ones before it stay. Or the schema is newer than the program.
    pub async fn migrate(&self) -> Result<usize, StoreError> {
        let path = || self.place.to_string();
        let migrations = self.opening.engine.migrations();
        let pending = match self.steps().await? {
            Steps::None => migrations.iter().count(),
            Steps::Behind(steps) => steps,
            Steps::Ahead(step) => return Err(StoreError::Newer { path: path(), step }),
        };
        let mut connection = self.opening.connect_plainly().await?;
        migrations.run(&mut connection).await.map_err(|error| StoreError::Open {
            path: path(),
            reason: format!("the schema could not be brought up to date: {error}"),
        })?;
        connection.close().await?;
        self.index_old_cases().await?;
        self.chain_the_past().await?;
        Ok(pending)
    }

    /// Where the schema stands against the program.
    async fn steps(&self) -> Result<Steps, StoreError> {
        let table: Option<(String,)> = sqlx::query_as(self.opening.engine.text(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name = '_sqlx_migrations'",
            "SELECT CAST(table_name AS TEXT) FROM information_schema.tables
             WHERE table_schema = current_schema() AND table_name = '_sqlx_migrations'",
        ))
        .fetch_optional(&self.readers)
        .await?;
        if table.is_none() {
            return Ok(Steps::None);
        }
        let taken: Vec<(i64,)> = sqlx::query_as("SELECT version FROM _sqlx_migrations WHERE success ORDER BY version")
            .fetch_all(&self.readers)
            .await?;
        let migrations = self.opening.engine.migrations();
        if let Some((step,)) = taken.iter().find(|(step,)| !migrations.version_exists(*step)) {
            return Ok(Steps::Ahead(*step));
        }
        Ok(Steps::Behind(migrations.iter().count().saturating_sub(taken.len())))
    }

    /// Asks the database to look over its own structure. A server is asked whether it answers: it keeps checksums itself.
    ///
    /// # Errors
    /// It found damage, in its own words, or does not answer.
    pub async fn verify(&self) -> Result<(), StoreError> {
        let question = self.opening.engine.text("PRAGMA quick_check", "SELECT CAST('ok' AS TEXT)");
        let (answer,): (String,) = sqlx::query_as(question).fetch_one(&self.readers).await?;
        if answer == "ok" {
            Ok(())
        } else {
            Err(StoreError::Open {
                path: self.place.to_string(),
                reason: format!("it is damaged: {answer}. Restore a copy"),
            })
        }
    }

    /// After something was overwritten for good: what the log of writes still holds goes with it, and on a server the room
    /// of the old rows is given back. A server's disk holds their bytes until it writes others there.
    async fn wipe(&self) -> Result<(), StoreError> {
        match self.opening.engine {
            Engine::Sqlite => {
                sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(&self.readers).await?;
            }
            Engine::Postgres => {
                let mut connection = self.opening.connect_plainly().await?;
                sqlx::raw_sql("VACUUM message, outbox, consultation, event, review, feedback, proposal")
                    .execute(&mut connection)
                    .await?;
                connection.close().await?;
            }
        }
        Ok(())
    }

    /// Waits for every write to be on disk and closes the connections.
    pub async fn close(self) {
        self.writer.close().await;
        self.readers.close().await;
    }
}

/// Where a schema stands against the program.
enum Steps {
    /// There is none.
    None,
    /// So many steps are to be taken.
    Behind(usize),
    /// This step was taken, and is not known here.
    Ahead(i64),
}

#[cfg(test)]
impl Store {
    /// How the database would carry a statement out, for tests that no click scans a table.
    pub(crate) async fn plan(&self, sql: &str) -> String {
        let sql = sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}"));
        let rows: Vec<(i64, i64, i64, String)> =
            sqlx::query_as(sql).fetch_all(&self.readers).await.expect("a statement of ours");
        rows.into_iter().map(|(.., step)| step).collect::<Vec<_>>().join("; ")
    }
}
