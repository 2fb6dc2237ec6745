//! `migrate`: the schema brought up to date, or a file's database moved to a server.

use std::io::IsTerminal as _;

use clap::{Args, ValueEnum};

use super::{Failure, print};
use crate::app;
use crate::clock::{self, Clock};
use crate::config::{Config, Secret};
use crate::store::moving;
use crate::store::{Engine, Place, Store};

/// `migrate`.
#[derive(Debug, Args)]
pub struct Migrate {
    /// Move what the file in the data folder holds to PostgreSQL, checked row by row; the service must be stopped. Repeated
    /// after it was ended, it goes on where it was
    #[arg(long, value_name = "ENGINE")]
    to: Option<To>,
    /// The server's database [default: database.url]
    #[arg(long, value_name = "URL", requires = "to")]
    url: Option<String>,
}

/// Where to.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum To {
    /// A server.
    Postgres,
}

/// Brings the database schema up to date, or moves the database.
pub async fn run(migrate: Migrate, config: Config) -> Result<(), Failure> {
    if migrate.to.is_some() {
        return to_postgres(migrate.url, &config).await;
    }
    let store = Store::open_any(&config).await?;
    let steps = store.migrate().await?;
    // Originals of the time before the seal lie open until now.
    let store = store.with_keys(app::keys(&config)?);
    let sealed = store.reseal(clock::random_bytes).await?;
    if sealed > 0 {
        store.compact().await?;
    }
    let place = store.place().to_string();
    store.close().await;
    print(&format!("{place}: {steps} steps taken, the schema is up to date; {sealed} originals sealed"))
}

async fn to_postgres(url: Option<String>, config: &Config) -> Result<(), Failure> {
    let url = url.map_or_else(|| config.database.url.clone(), Secret::new);
    if url.is_empty() {
        return Err(Failure::Usage(
            "where to? Name the server's database in database.url (or CASECONSULTANT_DATABASE__URL), or with --url"
                .to_owned(),
        ));
    }
    let file = Place::Folder(config.data_dir.clone());
    if !Store::path(&config.data_dir).exists() {
        return Err(Failure::Usage(format!("{file} is not there: nothing is to be moved")));
    }
    let server = Place::Server { url, readers: 2 };
    if server.engine() != Engine::Postgres {
        return Err(Failure::Usage("--to postgres needs a URL that begins with postgres://".to_owned()));
    }
    // An older schema is refused: what is moved is today's.
    let (file, server) = (Store::open(&file).await?, Store::open(&server).await?);
    let shown = std::io::stderr().is_terminal();
    let moved = moving::run(&file, &server, Clock::System.now(), |table, rows| {
        if shown && rows > 0 {
            eprintln!("{table}: {rows} rows");
        }
    })
    .await?;
    let chain = server.verify_audit(None).await?;
    let events =
        chain.map_err(|fault| Failure::Work(format!("moved, but the chain of events does not hold: {fault}")))?;
    let rows: u64 = moved.iter().map(|(_, rows)| rows).sum();
    let (from, to) = (file.place().to_string(), server.place().to_string());
    file.close().await;
    server.close().await;
    print(&format!(
        "{from} was moved to {to}: {rows} rows of {} tables, the same on both sides; {} events hold. Set database.url, start the service, and keep the file until you are sure",
        moved.len(),
        events.events
    ))
}
