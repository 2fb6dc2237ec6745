//! What a reviewer keeps for themselves: filters of the queue under a name.

use super::{Store, StoreError};

/// Views that one person may keep.
pub const MOST_VIEWS: i64 = 20;

/// A filter under a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedView {
    /// What the reviewer calls it.
    pub name: String,
    /// The filter as it stands in the address, without its question mark.
    pub query: String,
}

impl Store {
    /// What somebody keeps, by name.
    ///
    /// # Errors
    /// The database failed.
    pub async fn list_views(&self, reviewer: &str) -> Result<Vec<SavedView>, StoreError> {
        let rows: Vec<(String, String)> =
            sqlx::query_as("SELECT name, query FROM saved_view WHERE reviewer_id = $1 ORDER BY name")
                .bind(reviewer)
                .fetch_all(&self.readers)
                .await?;
        Ok(rows.into_iter().map(|(name, query)| SavedView { name, query }).collect())
    }

    /// Keeps a view, in place of one of the same name. False where the person keeps [`MOST_VIEWS`] others.
    ///
    /// # Errors
    /// The database failed.
    pub async fn save_view(&self, reviewer: &str, view: SavedView) -> Result<bool, StoreError> {
        let reviewer = reviewer.to_owned();
        self.write(move |connection| {
            Box::pin(async move {
                let (others,): (i64,) =
                    sqlx::query_as("SELECT count(*) FROM saved_view WHERE reviewer_id = $1 AND name <> $2")
                        .bind(&reviewer)
                        .bind(&view.name)
                        .fetch_one(&mut *connection)
                        .await?;
                if others >= MOST_VIEWS {
                    return Ok(false);
                }
                sqlx::query(
                    "INSERT INTO saved_view (reviewer_id, name, query) VALUES ($1, $2, $3)
                     ON CONFLICT (reviewer_id, name) DO UPDATE SET query = excluded.query",
                )
                .bind(&reviewer)
                .bind(&view.name)
                .bind(&view.query)
                .execute(connection)
                .await?;
                Ok(true)
            })
        })
        .await
    }

    /// Keeps it no longer.
    ///
    /// # Errors
    /// The database failed.
    pub async fn drop_view(&self, reviewer: &str, name: &str) -> Result<(), StoreError> {
        let (reviewer, name) = (reviewer.to_owned(), name.to_owned());
        self.write(move |connection| {
            Box::pin(async move {
                sqlx::query("DELETE FROM saved_view WHERE reviewer_id = $1 AND name = $2")
                    .bind(reviewer)
                    .bind(name)
                    .execute(connection)
                    .await?;
                Ok(())
            })
        })
        .await
    }
}
