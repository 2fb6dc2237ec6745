//! `seal`: keys for the originals of messages, and their seals.

use clap::Subcommand;

use super::{Failure, print};
use crate::app;
use crate::clock::{self, Clock};
use crate::config::Config;
use crate::domain::time::Timestamp;
use crate::identity::seal::KeyRing;
use crate::store::Store;

/// Keys and seals of the originals
#[derive(Debug, Subcommand)]
pub enum Seal {
    /// Print a fresh key for seal.keys; put it in front of the others
    Key {
        /// Its id, never used before: letters, digits, - and _ [default: the day]
        #[arg(long, value_name = "ID")]
        id: Option<String>,
    },
    /// Seal every original with the newest key; older keys may go afterwards
    Renew,
    /// Show how many originals each key sealed
    Status,
    /// Purge now what the retention period lets go
    Purge,
}

/// Runs the command.
pub async fn run(command: Seal, config: Config) -> Result<(), Failure> {
    if let Seal::Key { id } = command {
        let id = id.unwrap_or_else(|| Clock::System.now().date().to_string());
        let key = KeyRing::write_key(&id, clock::random_bytes());
        KeyRing::parse(&key).map_err(|error| Failure::Usage(error.to_string()))?;
        return print(&key);
    }
    let store = Store::open(&config).await?.with_keys(app::keys(&config)?);
    let said = match command {
        Seal::Renew => {
            let sealed = store.reseal(clock::random_bytes).await?;
            store.compact().await?;
            format!(
                "{sealed} originals sealed anew; all are sealed with the key {:?}",
                store.keys().newest().unwrap_or("")
            )
        }
        Seal::Purge => {
            let now = Clock::System.now();
            let days = config.retention.original_days;
            let before = Timestamp(now.0.saturating_sub_unsigned(days.saturating_mul(24 * 3_600 * 1_000_000)));
            let purged = if days == 0 { 0 } else { store.purge_originals(before, now).await? };
            format!("{purged} originals purged: cases that have rested for {days} days")
        }
        Seal::Key { .. } | Seal::Status => status(&store).await?,
    };
    store.close().await;
    print(&said)
}

async fn status(store: &Store) -> Result<String, Failure> {
    let line = |(id, count): &(String, i64)| match id.as_str() {
        "" => format!("{count} not sealed: run `caseconsultant migrate`"),
        id if store.keys().holds(id) => format!("{count} sealed with {id:?}"),
        id => format!("{count} sealed with {id:?}, which is missing: they cannot be opened"),
    };
    let lines: Vec<String> = store.count_seals().await?.iter().map(line).collect();
    Ok(if lines.is_empty() { "no original is kept".to_owned() } else { lines.join("\n") })
}
