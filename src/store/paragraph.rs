//! Texts that reviewers put into answers.

use super::{Store, StoreError};
use crate::domain::time::Timestamp;

/// A text that is written once and inserted often.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paragraph {
    /// Its key.
    pub id: String,
    /// What reviewers look for.
    pub title: String,
    /// What is inserted: one statement a line.
    pub body: String,
    /// Who changed it last, by name.
    pub changed_by: String,
    /// When.
    pub changed_at: Timestamp,
}

type Row = (String, String, String, String, i64);

impl Store {
    /// All of them, by title.
    ///
    /// # Errors
    /// The database failed.
    pub async fn list_paragraphs(&self) -> Result<Vec<Paragraph>, StoreError> {
        let rows: Vec<Row> =
            sqlx::query_as("SELECT id, title, body, changed_by, changed_at FROM paragraph ORDER BY title, id")
                .fetch_all(&self.readers)
                .await?;
        let read = |(id, title, body, changed_by, at): Row| Paragraph {
            id,
            title,
            body,
            changed_by,
            changed_at: Timestamp(at),
        };
        Ok(rows.into_iter().map(read).collect())
    }

    /// Writes one, new or in place of the one with its key.
    ///
    /// # Errors
    /// The database failed.
    pub async fn write_paragraph(&self, paragraph: Paragraph) -> Result<(), StoreError> {
        self.write(move |connection| {
            Box::pin(async move {
                sqlx::query(
                    "INSERT INTO paragraph (id, title, body, changed_by, changed_at) VALUES ($1, $2, $3, $4, $5)
                     ON CONFLICT (id) DO UPDATE SET title = excluded.title, body = excluded.body,
                         changed_by = excluded.changed_by, changed_at = excluded.changed_at",
                )
                .bind(&paragraph.id)
                .bind(&paragraph.title)
                .bind(&paragraph.body)
                .bind(&paragraph.changed_by)
                .bind(paragraph.changed_at.0)
                .execute(connection)
                .await?;
                Ok(())
            })
        })
        .await
    }

    /// Takes one away. False where there is none.
    ///
    /// # Errors
    /// The database failed.
    pub async fn remove_paragraph(&self, id: &str) -> Result<bool, StoreError> {
        let id = id.to_owned();
        self.write(move |connection| {
            Box::pin(async move {
                let done = sqlx::query("DELETE FROM paragraph WHERE id = $1").bind(id).execute(connection).await?;
                Ok(done.rows_affected() == 1)
            })
        })
        .await
    }
}
