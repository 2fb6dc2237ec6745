//! Cases by their words: an index of our own, kept in the transaction that records what was asked or answered.

use std::collections::BTreeSet;

use super::{Connection, Statement, Store, StoreError, case};
use crate::domain::case::CaseId;
use crate::domain::draft::Draft;
use crate::domain::time::Timestamp;
use crate::store::case::CaseRow;

/// Words that are kept of one text, at most.
const MOST_KEPT: usize = 400;
/// Words of a search that count, and cases with a word that are counted to find the rarest.
const MOST_ASKED: usize = 8;
const MOST_COUNTED: i64 = 2_000;
/// The longest word, in bytes: a sender's address is one.
const LONGEST: usize = 80;

/// The words of a text: lower case, plurals without their s, codes with and without their dot, addresses whole.
pub fn words(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for token in text.split(|c: char| !(c.is_alphanumeric() || matches!(c, '.' | '@' | '_' | '-' | '+'))) {
        let token = token.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
        let parts = token.split(['-', '_', '+']).map(str::to_owned);
        let whole = (token.contains('@') || token.contains('.')).then(|| token.clone());
        let undotted = (!token.contains('@')).then(|| token.replace('.', ""));
        for word in parts.chain(whole).chain(undotted) {
            let word = word.trim_matches('.');
            let word = match word.strip_suffix('s') {
                Some(stem) if stem.len() > 2 && stem.ends_with(|c: char| c.is_ascii_alphabetic() && c != 's') => stem,
                _ => word,
            };
            if (2..=LONGEST).contains(&word.len()) && found.len() < MOST_KEPT {
                found.insert(word.to_owned());
            }
        }
    }
    found
}

/// Adds the words of a text to those of a case.
pub(super) async fn add(connection: &mut Connection, id: &str, text: &str) -> Result<(), StoreError> {
    for word in words(text) {
        sqlx::query(
            "INSERT INTO case_word (case_id, word, at) SELECT id, $2, created_at FROM consultation WHERE id = $1
             ON CONFLICT (case_id, word) DO NOTHING",
        )
        .bind(id)
        .bind(word)
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

/// Adds what is known of a case: who asked, what, and for whom.
pub(super) async fn add_question(connection: &mut Connection, id: &str) -> Result<(), StoreError> {
    let row: Option<(String, String, String, String)> = sqlx::query_as(
        "SELECT c.subject, c.question, c.sender, COALESCE(a.name, '')
         FROM consultation c LEFT JOIN account a ON a.id = c.account WHERE c.id = $1 AND c.forgotten_at IS NULL",
    )
    .bind(id)
    .fetch_optional(&mut *connection)
    .await?;
    let Some((subject, question, sender, account)) = row else { return Ok(()) };
    add(connection, id, &format!("{subject}\n{sender}\n{account}\n{question}")).await
}

/// Adds what a draft says.
pub(super) async fn add_draft(connection: &mut Connection, id: &str, draft: &Draft) -> Result<(), StoreError> {
    let said: Vec<&str> = draft.all().map(|draft| draft.headline.text.as_str()).collect();
    let codes: Vec<&str> = draft.all().flat_map(|draft| &draft.lines).map(|line| line.code.as_str()).collect();
    add(connection, id, &format!("{}\n{}", said.join("\n"), codes.join(" "))).await
}

/// Takes every word of a case out.
pub(super) async fn remove(connection: &mut Connection, id: &str) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM case_word WHERE case_id = $1").bind(id).execute(connection).await?;
    Ok(())
}

/// The statement for cases that hold every word, the first of which leads.
fn holding(words: &[String], before: Option<Timestamp>, limit: i64) -> Statement {
    let mut query = Statement::new(
        "SELECT c.id, c.status, c.reason, c.account, c.sender, c.subject, c.created_at, c.updated_at
         FROM case_word w JOIN consultation c ON c.id = w.case_id WHERE w.word = ",
    );
    query.push_bind(words.first().cloned().unwrap_or_default());
    if let Some(before) = before {
        query.push(" AND w.at < ").push_bind(before.0);
    }
    for word in words.iter().skip(1) {
        query.push(" AND EXISTS (SELECT 1 FROM case_word x WHERE x.case_id = w.case_id AND x.word = ");
        query.push_bind(word.clone()).push(")");
    }
    query.push(" ORDER BY w.at DESC LIMIT ").push_bind(limit);
    query
}

impl Store {
    /// Cases that hold every word, the newest first; behind `before`, where it is given. The first eight words count.
    ///
    /// # Errors
    /// The database failed.
    pub async fn search_cases(
        &self,
        text: &str,
        before: Option<Timestamp>,
        limit: i64,
    ) -> Result<Vec<CaseRow>, StoreError> {
        let mut counted = Vec::new();
        for word in words(text).into_iter().take(MOST_ASKED) {
            let (n,): (i64,) =
                sqlx::query_as("SELECT count(*) FROM (SELECT 1 FROM case_word WHERE word = $1 LIMIT $2) AS part")
                    .bind(&word)
                    .bind(MOST_COUNTED)
                    .fetch_one(&self.readers)
                    .await?;
            counted.push((n, word));
        }
        // The rarest word leads: the others are looked up in its cases alone.
        counted.sort();
        let words: Vec<String> = counted.into_iter().map(|(_, word)| word).collect();
        if words.is_empty() {
            return Ok(Vec::new());
        }
        let query = holding(&words, before, limit);
        let rows: Vec<case::Row> = query.rows().fetch_all(&self.readers).await?;
        rows.into_iter().map(case::case_row).collect()
    }

    /// Indexes the cases that came before there was an index; returns how many.
    ///
    /// # Errors
    /// The database failed.
    pub(super) async fn index_old_cases(&self) -> Result<usize, StoreError> {
        let (known,): (i64,) = sqlx::query_as("SELECT count(*) FROM (SELECT 1 FROM case_word LIMIT 1) AS part")
            .fetch_one(&self.readers)
            .await?;
        if known > 0 {
            return Ok(0);
        }
        let ids: Vec<(String, Option<String>)> =
            sqlx::query_as("SELECT id, draft FROM consultation WHERE question <> '' OR subject <> ''")
                .fetch_all(&self.readers)
                .await?;
        let count = ids.len();
        for (id, draft) in ids {
            let draft: Option<Draft> = case::read_json("consultation.draft", draft)?;
            self.write(move |connection| {
                Box::pin(async move {
                    add_question(connection, &id).await?;
                    match &draft {
                        Some(draft) => add_draft(connection, &id, draft).await,
                        None => Ok(()),
                    }
                })
            })
            .await?;
        }
        Ok(count)
    }

    /// The words under which a case is found.
    ///
    /// # Errors
    /// The database failed.
    pub async fn list_words(&self, id: &CaseId) -> Result<Vec<String>, StoreError> {
        let rows: Vec<(String,)> = sqlx::query_as("SELECT word FROM case_word WHERE case_id = $1 ORDER BY word")
            .bind(id.as_str())
            .fetch_all(&self.readers)
            .await?;
        Ok(rows.into_iter().map(|(word,)| word).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Vec<String> {
        words(text).into_iter().collect()
    }

    #[test]
    fn words_are_found_however_they_are_written() {
        assert_eq!(
            of("Polyps, E11.9 (CPT-45385) & a Biopsy"),
            ["45385", "biopsy", "cpt", "cpt-45385", "e11.9", "e119", "polyp"]
        );
        assert_eq!(of("Ann.Weber+x@Lakeside.test"), ["ann.weber", "ann.weber+x@lakeside.test", "x@lakeside.test"]);
        assert_eq!(of("gas process I"), ["gas", "process"]);
        assert_eq!(of("…?! -- ."), Vec::<String>::new());
    }

    #[tokio::test]
    async fn a_search_walks_through_no_table_and_sorts_nothing() {
        let (_folder, store) = crate::store::explained::scratch().await;
        let asked = ["polyp", "45385", "biopsy"].map(str::to_owned);
        for before in [None, Some(Timestamp(5))] {
            let statement = format!("EXPLAIN QUERY PLAN {}", holding(&asked, before, 51).text());
            let steps: Vec<(i64, i64, i64, String)> =
                sqlx::query_as(sqlx::AssertSqlSafe(statement)).fetch_all(&store.readers).await.unwrap();
            let bad = steps.iter().any(|(.., step)| step.starts_with("SCAN") || step.contains("TEMP B-TREE"));
            assert!(!bad, "{steps:?}");
        }
    }

    #[test]
    fn a_text_without_end_keeps_a_bounded_number_of_words() {
        let long: String = (0..5_000).map(|n| format!("w{n} ")).collect();
        assert_eq!(words(&long).len(), super::MOST_KEPT);
        assert!(words(&"x".repeat(500)).is_empty());
    }
}
