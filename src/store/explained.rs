//! For tests: a database of their own, and how it would carry out a statement, so that none walks through a table for a
//! person's click.

use super::{Place, Store};
use crate::config::Secret;

#[path = "../../tests/it/support/postgres.rs"]
#[expect(dead_code, reason = "the tests of the journeys use all of it")]
pub mod postgres;

/// A file of its own, whatever engine is tested: the plans of SQLite are looked at.
pub async fn scratch() -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).await.unwrap();
    (folder, store)
}

/// A database of its own on the engine that is tested.
pub async fn fresh() -> (tempfile::TempDir, Store) {
    if !postgres::is_wanted() {
        return scratch().await;
    }
    let folder = tempfile::tempdir().unwrap();
    let place = |url: String| Place::Server { url: Secret::new(url), readers: 4 };
    let url = postgres::database_for(folder.path(), move |url| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async { Store::open(place(url)).await.unwrap().close().await });
    });
    (folder, Store::open(place(url)).await.unwrap())
}

/// The steps of a statement in the words of `EXPLAIN QUERY PLAN`, a line each. Its parameters stay unbound.
pub async fn steps(store: &Store, sql: &str) -> String {
    let sql = format!("EXPLAIN QUERY PLAN {sql}");
    let rows: Vec<(i64, i64, i64, String)> =
        sqlx::query_as(sqlx::AssertSqlSafe(sql)).fetch_all(&store.readers).await.unwrap();
    rows.into_iter().map(|(_, _, _, step)| step).collect::<Vec<_>>().join("\n")
}
