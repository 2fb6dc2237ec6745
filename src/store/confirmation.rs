//! What people found when they compared rule cards with their sources: append-only, the last word on a text counts.

use super::{Store, StoreError, reviewer};
use crate::domain::confirmation::{Confirmations, Word};
use crate::domain::time::Timestamp;

/// A span of [`Store::count_card_uses`], in microseconds: thirty days.
const SPAN_MICROS: i64 = 30 * 24 * 3_600 * 1_000_000;
/// Spans that count as recent, the present one with them.
const RECENT_SPANS: i64 = 4;

/// A word on a card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confirmation {
    /// The card's id.
    pub card: String,
    /// The digest of its text.
    pub digest: String,
    /// The word.
    pub word: Word,
    /// The document that says so; empty but for a confirmed card.
    pub document: String,
    /// The place in it, by the key of its passage.
    pub section: String,
    /// The words that say so, verbatim.
    pub quote: String,
    /// Why it is wrong, or cannot be told; without identity.
    pub why: String,
    /// The reviewer's key.
    pub reviewer: String,
    /// When.
    pub at: Timestamp,
}

type Row = (String, String, String, String, String, String, String, String, i64);

impl Store {
    /// Records a word on a card.
    ///
    /// # Errors
    /// The database failed.
    pub async fn record_confirmation(&self, new: Confirmation) -> Result<(), StoreError> {
        self.write(move |connection| {
            Box::pin(async move {
                sqlx::query(
                    "INSERT INTO confirmation (n, card, digest, word, document, section, quote, why, reviewer, at)
                     VALUES ((SELECT COALESCE(MAX(n), 0) + 1 FROM confirmation), $1, $2, $3, $4, $5, $6, $7, $8, $9)",
                )
                .bind(&new.card)
                .bind(&new.digest)
                .bind(new.word.key())
                .bind(&new.document)
                .bind(&new.section)
                .bind(&new.quote)
                .bind(&new.why)
                .bind(&new.reviewer)
                .bind(new.at.0)
                .execute(&mut *connection)
                .await?;
                let detail = format!("{} {}", new.card, new.word.key());
                reviewer::record(connection, new.at, &new.reviewer, &new.reviewer, "rule card", &detail).await
            })
        })
        .await
    }

    /// The number of the newest word; 0 where there is none.
    ///
    /// # Errors
    /// The database failed.
    pub async fn confirmations_version(&self) -> Result<i64, StoreError> {
        let (n,): (Option<i64>,) = sqlx::query_as("SELECT MAX(n) FROM confirmation").fetch_one(&self.readers).await?;
        Ok(n.unwrap_or(0))
    }

    /// Every word, as the corpus hears it.
    ///
    /// # Errors
    /// The database failed, or a stored value cannot be read.
    pub async fn list_confirmations(&self) -> Result<Confirmations, StoreError> {
        let rows: Vec<(i64, String, String, String)> =
            sqlx::query_as("SELECT n, card, digest, word FROM confirmation ORDER BY n")
                .fetch_all(&self.readers)
                .await?;
        let version = rows.last().map_or(0, |row| row.0);
        let words = rows.into_iter().map(|(_, card, digest, key)| Ok((card, digest, word(&key)?)));
        Ok(Confirmations::of(version, words.collect::<Result<Vec<_>, StoreError>>()?))
    }

    /// What was said of a card so far, the newest first.
    ///
    /// # Errors
    /// The database failed, or a stored value cannot be read.
    pub async fn list_confirmations_of(&self, card: &str) -> Result<Vec<Confirmation>, StoreError> {
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT card, digest, word, document, section, quote, why, reviewer, at FROM confirmation
             WHERE card = $1 ORDER BY n DESC LIMIT 50",
        )
        .bind(card)
        .fetch_all(&self.readers)
        .await?;
        let read = |(card, digest, key, document, section, quote, why, reviewer, at): Row| {
            let (word, at) = (word(&key)?, Timestamp(at));
            Ok(Confirmation { card, digest, word, document, section, quote, why, reviewer, at })
        };
        rows.into_iter().map(read).collect()
    }

    /// How many cases of the last three to four months used each rule card.
    ///
    /// # Errors
    /// The database failed.
    pub async fn count_card_uses(&self, now: Timestamp) -> Result<Vec<(String, i64)>, StoreError> {
        let since = now.0 / SPAN_MICROS - RECENT_SPANS + 1;
        Ok(sqlx::query_as("SELECT card, CAST(SUM(n) AS BIGINT) FROM card_use WHERE span >= $1 GROUP BY card")
            .bind(since)
            .fetch_all(&self.readers)
            .await?)
    }
}

fn word(key: &str) -> Result<Word, StoreError> {
    Word::parse(key).ok_or_else(|| StoreError::Value { what: "confirmation.word", value: key.to_owned() })
}
