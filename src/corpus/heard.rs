//! What an office says of rule cards, heard by an edition: the edition itself stays as it was built.

use std::sync::{Arc, OnceLock};

use sha2::{Digest as _, Sha256};

use super::files::hex;
use super::{Card, Corpus, cases};
use crate::domain::citation::{FactKey, Source, Table};
use crate::domain::confirmation::{Confirmations, Word};
use crate::domain::time::EffectivePeriod;

/// The words of a quote, at most: what is needed to see that the document says so.
pub const LONGEST_QUOTE: usize = 60;
/// And at least: fewer stand anywhere.
const SHORTEST_QUOTE: usize = 4;

/// Why a quote proves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum QuoteError {
    /// The shelf has no such passage.
    #[error("the shelf holds no such passage")]
    Passage,
    /// It is too short or too long.
    #[error("a quote has {SHORTEST_QUOTE} to {LONGEST_QUOTE} words")]
    Length,
    /// The passage does not say it.
    #[error("these words do not stand in that passage: copy them as they are")]
    NotThere,
}

impl Corpus {
    /// The same edition for an office that said so of its cards. Tables and index are shared.
    #[must_use]
    pub fn heard(&self, office: Arc<Confirmations>) -> Self {
        Self {
            manifest: self.manifest.clone(),
            folder: self.folder.clone(),
            facts: Arc::clone(&self.facts),
            releases: self.releases.clone(),
            office,
            cards: OnceLock::new(),
            cases: OnceLock::new(),
            compared: cases::Memo::default(),
            indexes: Arc::clone(&self.indexes),
            concepts: Arc::clone(&self.concepts),
        }
    }

    /// What the office said, as this edition heard it.
    pub fn office(&self) -> &Arc<Confirmations> {
        &self.office
    }

    /// A card as it stands in the edition, with the office's word on it.
    pub(super) fn with_word(&self, mut card: Card) -> Card {
        card.office = self.office.on(&card.id, || self.digest_of(&card));
        match card.office {
            Some(Word::Confirmed) => card.confirmed = true,
            Some(Word::Wrong) => card.confirmed = false,
            Some(Word::Unsure) | None => {}
        }
        card
    }

    /// SHA-256 of what a person compares: the card and its situations, whatever was confirmed of it.
    pub fn digest_of(&self, card: &Card) -> String {
        let same = Card { confirmed: false, office: None, ..card.clone() };
        let mut digest = Sha256::new();
        digest.update(serde_json::to_vec(&same).unwrap_or_default());
        for case in self.list_cases(&card.id) {
            digest.update(serde_json::to_vec(&case).unwrap_or_default());
        }
        hex(&digest.finalize())
    }

    /// The text of a passage of the shelf, with its lines as lines; `None` where there is none of that key.
    pub fn passage_text(&self, key: &str) -> Option<String> {
        let rows = self.list_rows(Table::Passage, key);
        let texts: Vec<String> = rows.iter().map(|row| row.get("text").replace("\\n", "\n")).collect();
        (!texts.is_empty()).then(|| texts.join("\n"))
    }

    /// The passage that says these words, as a source that quotes them. Blanks and line ends do not count; everything else
    /// does.
    ///
    /// # Errors
    /// Why they prove nothing.
    pub fn find_quote(&self, key: &str, words: &str) -> Result<Source, QuoteError> {
        let words = folded(words);
        if !(SHORTEST_QUOTE..=LONGEST_QUOTE).contains(&words.split(' ').count()) {
            return Err(QuoteError::Length);
        }
        let rows = self.list_rows(Table::Passage, key);
        if rows.is_empty() {
            return Err(QuoteError::Passage);
        }
        let says = |row: &&super::Line<'_>| folded(&row.get("text").replace("\\n", "\n")).contains(&words);
        let row = rows.iter().find(says).ok_or(QuoteError::NotThere)?;
        let release = row.get("release");
        Ok(Source {
            doc: self.releases().find(release).map_or_else(|| release.to_owned(), super::Release::doc),
            place: row.get("section").to_owned(),
            fact: FactKey {
                table: Table::Passage,
                key: key.to_owned(),
                period: EffectivePeriod { from: row.get("from").parse().ok(), to: row.get("to").parse().ok() },
                release: release.to_owned(),
            },
            quote: words,
            note: String::new(),
        })
    }
}

/// One blank between words.
fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::starter_for_tests;

    fn recalled() -> &'static Card {
        starter_for_tests().cards().iter().find(|card| !card.confirmed).unwrap()
    }

    fn heard(card: &Card, digest: String, word: Word) -> Card {
        let office = Confirmations::of(1, [(card.id.clone(), digest, word)]);
        starter_for_tests().heard(Arc::new(office)).find_card(&card.id).unwrap()
    }

    #[test]
    fn a_card_that_the_office_confirmed_counts_as_confirmed_and_the_edition_is_the_same() {
        let (card, corpus) = (recalled(), starter_for_tests());
        let own = heard(card, corpus.digest_of(card), Word::Confirmed);
        assert!(own.confirmed && own.office == Some(Word::Confirmed) && own.doubt().is_none());
        let office = Confirmations::of(1, [(card.id.clone(), corpus.digest_of(card), Word::Confirmed)]);
        let other = corpus.heard(Arc::new(office));
        assert_eq!(other.edition(), corpus.edition());
        assert!(other.cards().iter().any(|held| held.id == card.id && held.confirmed));
        assert!(!corpus.find_card(&card.id).unwrap().confirmed, "nobody told the edition itself");
    }

    #[test]
    fn a_confirmed_card_that_the_office_found_wrong_is_confirmed_no_more() {
        let corpus = starter_for_tests();
        let card = corpus.cards().iter().find(|card| card.confirmed).unwrap();
        let own = heard(card, corpus.digest_of(card), Word::Wrong);
        assert!(!own.confirmed && own.doubt().unwrap().contains("found wrong"), "{:?}", own.doubt());
    }

    #[test]
    fn a_card_whose_text_changed_is_asked_about_again() {
        let (card, corpus) = (recalled(), starter_for_tests());
        let changed = Card { statement: format!("{} And more.", card.statement), ..card.clone() };
        assert_ne!(corpus.digest_of(&changed), corpus.digest_of(card));
        assert_eq!(heard(card, corpus.digest_of(&changed), Word::Confirmed).office, None);
        let word = heard(card, corpus.digest_of(card), Word::Confirmed);
        assert_eq!(corpus.digest_of(&word), corpus.digest_of(card), "a word on it is no change of it");
    }

    #[test]
    fn a_quote_needs_a_passage_and_some_words() {
        let corpus = starter_for_tests();
        assert_eq!(corpus.find_quote("nothing", "four words and more"), Err(QuoteError::Passage));
        assert_eq!(corpus.find_quote("nothing", "two words"), Err(QuoteError::Length));
        assert_eq!(corpus.find_quote("nothing", &"word ".repeat(61)), Err(QuoteError::Length));
    }
}
