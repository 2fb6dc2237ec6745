//! Which engine a test runs on. `TEST_ENGINE=postgres` gives each data folder a database of its own on a server of the suite;
//! without it the database is the file in the folder.

use std::path::Path;

use caseconsultant::config::{Config, Secret};
use caseconsultant::store::{Place, Store};
use sqlx::{AnyConnection, Connection as _};

use super::postgres;

/// Where the database of a data folder is.
pub fn place(folder: &Path) -> Place {
    url(folder).map_or_else(|| Place::from(folder), |url| Place::Server { url: Secret::new(url), readers: 4 })
}

/// The address of the server's database that stands for a data folder; none on SQLite.
pub fn url(folder: &Path) -> Option<String> {
    postgres::is_wanted().then(|| postgres::database_for(folder, prepare))
}

/// Brings an empty database to today's schema.
pub fn prepare(url: String) {
    let place = Place::Server { url: Secret::new(url), readers: 1 };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async { Store::open(place).await.unwrap().close().await });
}

/// The same for a configuration.
pub fn settle(config: &mut Config) {
    if let Some(url) = url(&config.data_dir) {
        config.database.url = Secret::new(url);
    }
}

/// A connection beside the program's, for what no user of it can do.
pub async fn beside(folder: &Path) -> AnyConnection {
    sqlx::any::install_default_drivers();
    let url = url(folder).unwrap_or_else(|| format!("sqlite://{}", Store::path(folder).display()));
    AnyConnection::connect(&url).await.unwrap()
}
