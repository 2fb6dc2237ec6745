//! Where the database is, and which of the two engines keeps it: SQLite for one process, PostgreSQL for several. Their
//! statements have one text; what cannot have one asks `Engine::text`.

use std::fmt::{self, Display, Formatter};
use std::path::{Path, PathBuf};
use std::str::FromStr as _;
use std::sync::Arc;
use std::time::Duration;

use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::migrate::Migrator;
use sqlx::postgres::PgConnectOptions;
use sqlx::{AnyPool, ConnectOptions as _};

use super::{Connection, Store, StoreError};
use crate::config::{Config, Secret};

static SQLITE: Migrator = sqlx::migrate!("./migrations");
static POSTGRES: Migrator = sqlx::migrate!("./migrations/postgres");

/// SQLite forgets nothing that was committed, waits for other processes, and overwrites what is deleted.
const PREPARE_SQLITE: &str = "PRAGMA busy_timeout = 30000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
    PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON";
/// A process that stands still in the middle of a write loses its connection, and with it the right to write.
const PREPARE_POSTGRES: &str = "SET statement_timeout = '30s'; SET idle_in_transaction_session_timeout = '15s'";
/// How long a server may take to let us in.
const CONNECT: Duration = Duration::from_secs(5);
/// Connections that read a file.
const FILE_READERS: u32 = 4;

/// Which engine keeps the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// A file, for one process.
    Sqlite,
    /// A server, for several.
    Postgres,
}

impl Engine {
    /// The text of a statement that cannot be one for both.
    pub(super) fn text(self, sqlite: &'static str, postgres: &'static str) -> &'static str {
        match self {
            Self::Sqlite => sqlite,
            Self::Postgres => postgres,
        }
    }

    pub(super) fn migrations(self) -> &'static Migrator {
        match self {
            Self::Sqlite => &SQLITE,
            Self::Postgres => &POSTGRES,
        }
    }

    /// Of an open connection.
    pub(super) fn of(connection: &Connection) -> Self {
        if connection.backend_name() == "PostgreSQL" { Self::Postgres } else { Self::Sqlite }
    }

    /// As people call it.
    pub fn name(self) -> &'static str {
        self.text("SQLite", "PostgreSQL")
    }
}

/// Where a database is.
#[derive(Debug, Clone)]
pub enum Place {
    /// In a data folder.
    Folder(PathBuf),
    /// On a server.
    Server {
        /// `postgres://user:password@host/database`.
        url: Secret,
        /// Connections that read, at most.
        readers: u32,
    },
}

impl From<&PathBuf> for Place {
    fn from(data_dir: &PathBuf) -> Self {
        Self::Folder(data_dir.clone())
    }
}

impl From<&Path> for Place {
    fn from(data_dir: &Path) -> Self {
        Self::Folder(data_dir.to_owned())
    }
}

impl From<&Config> for Place {
    fn from(config: &Config) -> Self {
        let rules = &config.database;
        if rules.url.is_empty() {
            Self::Folder(config.data_dir.clone())
        } else {
            Self::Server { url: rules.url.clone(), readers: rules.connections }
        }
    }
}

impl From<&Arc<Config>> for Place {
    fn from(config: &Arc<Config>) -> Self {
        Self::from(config.as_ref())
    }
}

impl From<&Self> for Place {
    fn from(place: &Self) -> Self {
        place.clone()
    }
}

impl Place {
    /// Which engine keeps it.
    pub fn engine(&self) -> Engine {
        match self {
            Self::Folder(_) => Engine::Sqlite,
            Self::Server { .. } => Engine::Postgres,
        }
    }
}

/// The file, or the server and the name of the database: never a password.
impl Display for Place {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(folder) => write!(f, "{}", Store::path(folder).display()),
            Self::Server { url, .. } => match PgConnectOptions::from_str(url.expose()) {
                Ok(options) => {
                    let host = options.get_socket().map_or_else(
                        || format!("{}:{}", options.get_host(), options.get_port()),
                        |folder| folder.display().to_string(),
                    );
                    let database = options.get_database().unwrap_or(options.get_username());
                    write!(f, "PostgreSQL at {host}, database {database}")
                }
                Err(_) => f.write_str("database.url"),
            },
        }
    }
}

/// How connections are opened.
#[derive(Clone)]
pub(super) struct Opening {
    pub engine: Engine,
    options: AnyConnectOptions,
}

impl Opening {
    /// Looks at the place; opens nothing.
    pub fn new(place: &Place) -> Result<Self, StoreError> {
        sqlx::any::install_default_drivers();
        let refused = |reason: String| StoreError::Open { path: place.to_string(), reason };
        let url = match place {
            Place::Folder(folder) => {
                std::fs::create_dir_all(folder).map_err(|error| {
                    refused(format!("the data folder cannot be made: {error}. Choose another with --data-dir"))
                })?;
                let path = std::path::absolute(Store::path(folder)).map_err(|error| refused(error.to_string()))?;
                format!("sqlite://{}?mode=rwc", escaped(&path))
            }
            Place::Server { url, .. } => url.expose().to_owned(),
        };
        let options = AnyConnectOptions::from_str(&url).map_err(|_| {
            refused(
                "it must read postgres://user:password@host/database, with %XX for signs that have a meaning"
                    .to_owned(),
            )
        })?;
        Ok(Self { engine: place.engine(), options })
    }

    /// One connection, ready for work.
    pub async fn connect(&self) -> Result<Connection, sqlx::Error> {
        let mut connection = self.connect_plainly().await?;
        prepare(&mut connection, self.engine).await?;
        Ok(connection)
    }

    /// One connection whose statements may take as long as they need.
    pub async fn connect_plainly(&self) -> Result<Connection, sqlx::Error> {
        match self.engine {
            Engine::Sqlite => self.options.connect().await,
            Engine::Postgres => tokio::time::timeout(CONNECT, self.options.connect())
                .await
                .unwrap_or_else(|_| Err(sqlx::Error::Io(std::io::ErrorKind::TimedOut.into()))),
        }
    }

    /// Connections for reading, opened as they are needed.
    pub fn readers(&self, place: &Place) -> AnyPool {
        let engine = self.engine;
        let (most, patience) = match place {
            Place::Folder(_) => (FILE_READERS, Duration::from_secs(30)),
            Place::Server { readers, .. } => (*readers, CONNECT),
        };
        AnyPoolOptions::new()
            .max_connections(most)
            .acquire_timeout(patience)
            .after_connect(move |connection, _| Box::pin(prepare(connection, engine)))
            .connect_lazy_with(self.options.clone())
    }
}

async fn prepare(connection: &mut Connection, engine: Engine) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(engine.text(PREPARE_SQLITE, PREPARE_POSTGRES)).execute(connection).await?;
    Ok(())
}

/// A path as it stands in an address (RFC 3986, section 2.1).
fn escaped(path: &Path) -> String {
    use std::fmt::Write as _;
    let mut text = String::new();
    for byte in path.as_os_str().as_encoded_bytes() {
        if byte.is_ascii_alphanumeric() || b"/-._~".contains(byte) {
            text.push(char::from(*byte));
        } else {
            let _ = write!(text, "%{byte:02X}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_named_without_its_password() {
        let url = Secret::new("postgres://cc:hush%2Fhush@db.example.test:5433/consult");
        let place = Place::Server { url, readers: 4 };
        assert_eq!(place.to_string(), "PostgreSQL at db.example.test:5433, database consult");
        assert!(!format!("{place:?}").contains("hush"));
        let place = Place::Server { url: Secret::new("not an address"), readers: 4 };
        assert_eq!(place.to_string(), "database.url");
    }

    #[tokio::test]
    async fn a_data_folder_may_have_any_name() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["a b", "50%", "what?", "#1", "Grüße", "a&b=c"] {
            let data = folder.path().join(name);
            Store::open(data.as_path()).await.unwrap().close().await;
            assert!(Store::path(&data).exists(), "{name}");
        }
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 6);
    }
}
