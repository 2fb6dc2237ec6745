//! For tests: how the database would carry out a statement, so that none walks through a table for a person's click.

use super::Store;

/// A database of its own.
pub async fn scratch() -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).await.unwrap();
    (folder, store)
}

/// The steps of a statement in the words of `EXPLAIN QUERY PLAN`, a line each. Its parameters stay unbound.
pub async fn steps(store: &Store, sql: &str) -> String {
    let sql = format!("EXPLAIN QUERY PLAN {sql}");
    let rows: Vec<(i64, i64, i64, String)> =
        sqlx::query_as(sqlx::AssertSqlSafe(sql)).fetch_all(&store.readers).await.unwrap();
    rows.into_iter().map(|(_, _, _, step)| step).collect::<Vec<_>>().join("\n")
}
