//! Moves what a file holds to a server: table by table, in batches. How far it came is written with each batch, so that a move
//! that was ended goes on from there. In the end every row is counted and digested on both sides.

use std::collections::{BTreeMap, BTreeSet};

use futures::TryStreamExt as _;
use sha2::{Digest as _, Sha256};
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Connection as _, Row as _};

use super::statement::Statement;
use super::{Connection, Store, StoreError};
use crate::domain::time::Timestamp;

/// Rows that one transaction moves, at most, and their size, at most.
const BATCH: i64 = 200;
const BYTES: usize = 8 << 20;

/// What an installation is, rather than what it holds: never moved.
const OWN: [&str; 4] = ["_sqlx_migrations", "worker", "task_lease", "moved"];

/// Why a move cannot be made, or did not succeed.
#[derive(Debug, thiserror::Error)]
pub enum MoveError {
    /// A database failed. What was moved stays; the same command goes on.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A process still works on one of them.
    #[error("{0} is alive and works on {1}: stop it first (it counts as alive for a minute after it was killed)")]
    Alive(String, String),
    /// The server's database is in use by another installation.
    #[error("{place} holds {rows} rows of {table} that are not of this move: name an empty database")]
    NotEmpty {
        /// The server.
        place: String,
        /// The first table with rows.
        table: String,
        /// How many.
        rows: i64,
    },
    /// Since a move that was ended, the file went on.
    #[error("the file changed since this move began: drop the server's database, make it anew and begin again")]
    Changed,
    /// Both sides hold another thing.
    #[error(
        "{table}: the file holds {file} and the server {server}; nothing was switched over. Drop the server's database and begin again"
    )]
    Differs {
        /// The table.
        table: String,
        /// Rows and digest.
        file: String,
        /// Rows and digest.
        server: String,
    },
}

impl From<sqlx::Error> for MoveError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

/// A table of the file: its columns with their types, and the tables its rows refer to.
struct Table {
    name: String,
    columns: Vec<(String, Kind)>,
    refers: BTreeSet<String>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Number,
    Bytes,
}

/// One value of a row.
#[derive(PartialEq, Eq)]
enum Value {
    Text(Option<String>),
    Number(Option<i64>),
    Bytes(Option<Vec<u8>>),
}

/// What a table holds: how many rows, and a sum of the digests of each, whatever their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Sum {
    rows: u64,
    digest: u128,
}

impl std::fmt::Display for Sum {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} rows ({:032x})", self.rows, self.digest)
    }
}

/// Moves everything from a file to a server; returns what each table holds now, with how many rows. `told` hears of each
/// table that is done.
///
/// # Errors
/// See [`MoveError`].
pub async fn run(
    file: &Store,
    server: &Store,
    now: Timestamp,
    mut told: impl FnMut(&str, u64),
) -> Result<Vec<(String, u64)>, MoveError> {
    for store in [file, server] {
        if let Some((worker, _)) = store.list_workers(now).await?.into_iter().find(|(_, alive)| *alive) {
            return Err(MoveError::Alive(worker.host, store.place().to_string()));
        }
    }
    // Nobody writes to the file while this transaction is open.
    let mut from = file.opening.connect().await?;
    let mut from = from.begin_with("BEGIN IMMEDIATE").await?;
    let mut to = server.opening.connect_plainly().await?;
    let tables = in_order(tables(&mut from).await?);
    begin(&mut from, &mut to, server, &tables).await?;
    let mut moved = Vec::new();
    for table in &tables {
        while step(&mut from, &mut to, table).await? {}
        let (there, here) = (sum(&mut from, table).await?, sum(&mut to, table).await?);
        if there != here {
            let (file, server) = (there.to_string(), here.to_string());
            return Err(MoveError::Differs { table: table.name.clone(), file, server });
        }
        told(&table.name, there.rows);
        moved.push((table.name.clone(), there.rows));
    }
    to.close().await?;
    Ok(moved)
}

async fn tables(from: &mut Connection) -> Result<BTreeMap<String, Table>, sqlx::Error> {
    let rows: Vec<(String, String, String)> = sqlx::query_as(
        "SELECT m.name, c.name, c.type FROM sqlite_master m JOIN pragma_table_info(m.name) c
         WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' ORDER BY m.name, c.cid",
    )
    .fetch_all(&mut *from)
    .await?;
    let refers: Vec<(String, String)> = sqlx::query_as(
        "SELECT m.name, f.\"table\" FROM sqlite_master m JOIN pragma_foreign_key_list(m.name) f WHERE m.type = 'table'",
    )
    .fetch_all(from)
    .await?;
    let mut tables: BTreeMap<String, Table> = BTreeMap::new();
    for (name, column, kind) in rows.into_iter().filter(|(name, ..)| !OWN.contains(&name.as_str())) {
        let kind = match kind.as_str() {
            "TEXT" => Kind::Text,
            "BLOB" => Kind::Bytes,
            _ => Kind::Number,
        };
        let new = || Table { name: name.clone(), columns: Vec::new(), refers: BTreeSet::new() };
        tables.entry(name.clone()).or_insert_with(new).columns.push((column, kind));
    }
    for (name, other) in refers {
        if let Some(table) = tables.get_mut(&name) {
            table.refers.insert(other);
        }
    }
    Ok(tables)
}

/// Each table behind those that its rows refer to.
fn in_order(mut tables: BTreeMap<String, Table>) -> Vec<Table> {
    let mut order: Vec<Table> = Vec::new();
    while !tables.is_empty() {
        let free =
            |table: &&Table| table.refers.iter().all(|other| *other == table.name || !tables.contains_key(other));
        // Were there a circle, the server would refuse a row and name it.
        let next = tables.values().find(free).or_else(|| tables.values().next()).map(|table| table.name.clone());
        order.extend(next.and_then(|name| tables.remove(&name)));
    }
    order
}

/// What the file is at this moment: the end of its chain of events, and how many mails it took in.
async fn state(from: &mut Connection) -> Result<String, sqlx::Error> {
    let (events, head, mails): (i64, String, i64) = sqlx::query_as(
        "SELECT (SELECT count(*) FROM audit), COALESCE((SELECT hash FROM audit ORDER BY n DESC LIMIT 1), ''),
             (SELECT count(*) FROM message)",
    )
    .fetch_one(from)
    .await?;
    Ok(format!("{events} events to {head}, {mails} mails"))
}

/// The server's database is empty and is marked as ours, or was marked by an earlier run of the same move.
async fn begin(from: &mut Connection, to: &mut Connection, server: &Store, tables: &[Table]) -> Result<(), MoveError> {
    let state = state(from).await?;
    let marked: Option<(String,)> =
        sqlx::query_as("SELECT state FROM moved WHERE name = ''").fetch_optional(&mut *to).await?;
    match marked {
        Some((before,)) if before == state => return Ok(()),
        Some(_) => return Err(MoveError::Changed),
        None => {}
    }
    for table in tables {
        let (rows,): (i64,) =
            sqlx::query_as(AssertSqlSafe(format!("SELECT count(*) FROM {}", table.name))).fetch_one(&mut *to).await?;
        if rows > 0 {
            return Err(MoveError::NotEmpty { place: server.place().to_string(), table: table.name.clone(), rows });
        }
    }
    sqlx::query("INSERT INTO moved (name, state, place) VALUES ('', $1, 0)").bind(state).execute(to).await?;
    Ok(())
}

/// Moves the next rows of a table; false when there are no more.
async fn step(from: &mut Connection, to: &mut Connection, table: &Table) -> Result<bool, MoveError> {
    let place: Option<(i64,)> =
        sqlx::query_as("SELECT place FROM moved WHERE name = $1").bind(&table.name).fetch_optional(&mut *to).await?;
    let after = place.map_or(i64::MIN, |(place,)| place);
    let names = names(table);
    let question =
        format!("SELECT {names}, rowid AS place FROM {} WHERE rowid > $1 ORDER BY rowid LIMIT $2", table.name);
    let mut rows = sqlx::query(AssertSqlSafe(question)).bind(after).bind(BATCH).fetch(from);
    let (mut batch, mut bytes, mut last) = (Vec::new(), 0, after);
    while let Some(row) = rows.try_next().await? {
        last = row.try_get::<i64, _>(table.columns.len())?;
        let values = values(&row, table)?;
        bytes += values.iter().map(Value::size).sum::<usize>();
        batch.push(values);
        if bytes > BYTES {
            break;
        }
    }
    drop(rows);
    if batch.is_empty() {
        return Ok(false);
    }
    let mut insert = Statement::new(&format!("INSERT INTO {} ({names}) VALUES ", table.name));
    for (n, values) in batch.into_iter().enumerate() {
        insert.push(if n > 0 { ", (" } else { "(" });
        for (n, value) in values.into_iter().enumerate() {
            if n > 0 {
                insert.push(", ");
            }
            match value {
                Value::Text(text) => insert.push_bind(text),
                Value::Number(number) => insert.push_bind(number),
                Value::Bytes(bytes) => insert.push_bind(bytes),
            };
        }
        insert.push(")");
    }
    let mut transaction = to.begin().await?;
    // What the triggers would count was counted in the file.
    let switch = |word: &str| AssertSqlSafe(format!("ALTER TABLE {} {word} TRIGGER USER", table.name));
    sqlx::raw_sql(switch("DISABLE")).execute(&mut *transaction).await?;
    insert.run().execute(&mut *transaction).await?;
    sqlx::raw_sql(switch("ENABLE")).execute(&mut *transaction).await?;
    sqlx::query(
        "INSERT INTO moved (name, state, place) VALUES ($1, '', $2) ON CONFLICT (name) DO UPDATE SET place = excluded.place",
    )
    .bind(&table.name)
    .bind(last)
    .execute(&mut *transaction)
    .await?;
    transaction.commit().await?;
    Ok(true)
}

fn names(table: &Table) -> String {
    table.columns.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(", ")
}

fn values(row: &AnyRow, table: &Table) -> Result<Vec<Value>, sqlx::Error> {
    let value = |(n, (_, kind)): (usize, &(String, Kind))| {
        Ok(match kind {
            Kind::Text => Value::Text(row.try_get(n)?),
            Kind::Number => Value::Number(row.try_get(n)?),
            Kind::Bytes => Value::Bytes(row.try_get(n)?),
        })
    };
    table.columns.iter().enumerate().map(value).collect()
}

impl Value {
    fn size(&self) -> usize {
        match self {
            Self::Text(text) => text.as_ref().map_or(0, String::len),
            Self::Number(_) => 8,
            Self::Bytes(bytes) => bytes.as_ref().map_or(0, Vec::len),
        }
    }

    /// Adds it to a digest, with its length, so that no two rows read alike.
    fn digest(&self, hash: &mut Sha256) {
        let (mark, bytes) = match self {
            Self::Text(None) | Self::Number(None) | Self::Bytes(None) => (0, [].as_slice()),
            Self::Number(Some(number)) => {
                hash.update([1]);
                return hash.update(number.to_be_bytes());
            }
            Self::Text(Some(text)) => (2, text.as_bytes()),
            Self::Bytes(Some(bytes)) => (3, bytes.as_slice()),
        };
        hash.update([mark]);
        hash.update((bytes.len() as u64).to_be_bytes());
        hash.update(bytes);
    }
}

/// Reads every row of a table.
async fn sum(connection: &mut Connection, table: &Table) -> Result<Sum, sqlx::Error> {
    let question = format!("SELECT {} FROM {}", names(table), table.name);
    let mut rows = sqlx::query(AssertSqlSafe(question)).fetch(connection);
    let mut sum = Sum::default();
    while let Some(row) = rows.try_next().await? {
        let mut hash = Sha256::new();
        for value in values(&row, table)? {
            value.digest(&mut hash);
        }
        let mut first = [0; 16];
        first.copy_from_slice(&hash.finalize()[..16]);
        sum.rows += 1;
        sum.digest = sum.digest.wrapping_add(u128::from_be_bytes(first));
    }
    Ok(sum)
}
