//! All SQL and nothing but SQL: one [`Store`] over SQLite in WAL mode with `synchronous=FULL`.
//!
//! Writes go through one connection and are committed in groups: whatever waits when the disk is free shares one
//! fsync. A caller's `await` returns only after the commit that holds its write. Reads use connections of their own.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use sqlx::SqlitePool;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

pub mod account;
pub mod api_outcome;
pub mod api_token;
pub mod audit;
pub mod bounce;
pub mod case;
pub mod change;
pub mod client;
pub mod confirmation;
pub mod copies;
pub mod directory;
pub mod dispatch;
pub mod event;
#[cfg(test)]
mod explained;
pub mod feedback;
pub mod forget;
pub mod history;
pub mod lease;
pub mod link;
pub mod message;
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
pub mod subscriber;
pub mod takeout;
pub mod tally;
pub mod thread;
pub mod usage;
pub mod view;
pub mod webhook;
pub mod words;
mod writer;

pub use writer::Connection;

use crate::identity::seal::{KeyRing, SealError};

/// The database of one installation.
#[derive(Clone)]
pub struct Store {
    writer: writer::Writer,
    readers: SqlitePool,
    keys: Arc<KeyRing>,
}

/// Why the database could not be used.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The file cannot be opened or is no database of ours.
    #[error("{path}: {reason}")]
    Open {
        /// The database file.
        path: String,
        /// What is wrong, and what to do.
        reason: String,
    },
    /// The schema is older than the program.
    #[error(
        "{path}: its schema is older than this program. Make a copy of the file, then run `caseconsultant migrate`"
    )]
    Outdated {
        /// The database file.
        path: String,
    },
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
        matches!(self, Self::Statement(sqlx::Error::Database(_) | sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut))
    }
}

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("./migrations");

impl Store {
    /// The database file of a data folder.
    pub fn path(data_dir: &Path) -> PathBuf {
        data_dir.join("caseconsultant.sqlite")
    }

    /// Opens the database of a data folder. A fresh folder gets a new one; an older schema is refused with the
    /// command that brings it up to date.
    ///
    /// # Errors
    /// The folder or file cannot be used, or the schema is older than the program.
    pub async fn open(data_dir: &Path) -> Result<Self, StoreError> {
        let path = Self::path(data_dir);
        let fresh = !path.exists();
        let store = Self::connect(data_dir, &path).await?;
        if fresh {
            store.migrate().await?;
        } else if store.pending().await? > 0 {
            return Err(StoreError::Outdated { path: path.display().to_string() });
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

    /// Opens the database whatever its schema, for `migrate` and `check`.
    ///
    /// # Errors
    /// The folder or file cannot be used.
    pub async fn open_any(data_dir: &Path) -> Result<Self, StoreError> {
        Self::connect(data_dir, &Self::path(data_dir)).await
    }

    async fn connect(data_dir: &Path, path: &Path) -> Result<Self, StoreError> {
        let refused = |reason: String| StoreError::Open { path: path.display().to_string(), reason };
        std::fs::create_dir_all(data_dir).map_err(|error| {
            refused(format!("the data folder cannot be made: {error}. Choose another with --data-dir"))
        })?;
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            // What is overwritten or deleted is gone from the file.
            .pragma("secure_delete", "ON")
            .busy_timeout(Duration::from_secs(30));
        let writer = writer::Writer::start(options.clone()).await.map_err(|error| {
            refused(format!("cannot be opened: {error}. Is it a file of this program, and may it be written?"))
        })?;
        let readers = SqlitePoolOptions::new()
            .max_connections(4)
            .acquire_timeout(Duration::from_secs(30))
            .connect_with(options)
            .await?;
        Ok(Self { writer, readers, keys: Arc::default() })
    }

    /// Brings the schema up to date; returns how many steps were taken.
    ///
    /// # Errors
    /// A step failed; the ones before it stay.
    pub async fn migrate(&self) -> Result<usize, StoreError> {
        let pending = self.pending().await?;
        let failed = |error: sqlx::migrate::MigrateError| StoreError::Open {
            path: "the database".to_owned(),
            reason: format!("the schema could not be brought up to date: {error}"),
        };
        MIGRATIONS.run(&self.readers).await.map_err(failed)?;
        self.index_old_cases().await?;
        self.chain_the_past().await?;
        Ok(pending)
    }

    /// How many steps the schema is behind the program.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn pending(&self) -> Result<usize, StoreError> {
        let known = MIGRATIONS.iter().count();
        let table: Option<(String,)> =
            sqlx::query_as("SELECT name FROM sqlite_master WHERE type = 'table' AND name = '_sqlx_migrations'")
                .fetch_optional(&self.readers)
                .await?;
        if table.is_none() {
            return Ok(known);
        }
        let (done,): (i64,) =
            sqlx::query_as("SELECT count(*) FROM _sqlx_migrations WHERE success = 1").fetch_one(&self.readers).await?;
        Ok(known.saturating_sub(usize::try_from(done).unwrap_or(0)))
    }

    /// Asks the database to look over its own structure.
    ///
    /// # Errors
    /// It found damage, in its own words.
    pub async fn verify(&self) -> Result<(), StoreError> {
        let (answer,): (String,) = sqlx::query_as("PRAGMA quick_check").fetch_one(&self.readers).await?;
        if answer == "ok" {
            Ok(())
        } else {
            Err(StoreError::Open {
                path: "the database".to_owned(),
                reason: format!("it is damaged: {answer}. Restore a copy"),
            })
        }
    }

    /// Waits for every write to be on disk and closes the file.
    pub async fn close(self) {
        self.writer.close().await;
        self.readers.close().await;
    }
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
