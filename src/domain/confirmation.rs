//! What people of an office found when they compared rule cards with their sources. It holds for their installation alone.

use std::collections::BTreeMap;

/// The word on one card.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word {
    /// The document says so: the card counts as confirmed here.
    Confirmed,
    /// It does not: no verdict of the card leaves unread any more.
    Wrong,
    /// It cannot be told: the card stays what it was.
    Unsure,
}

impl Word {
    /// Every word, in the order of the form.
    pub const ALL: [Self; 3] = [Self::Confirmed, Self::Wrong, Self::Unsure];

    /// The word in the store and in forms.
    pub fn key(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::Wrong => "wrong",
            Self::Unsure => "unsure",
        }
    }

    /// The word of that key.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|word| word.key() == text)
    }
}

/// The last word on each card, with the digest of the text that it is about.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Confirmations {
    /// The number of the newest of them: with the same number they are the same.
    pub version: i64,
    by_card: BTreeMap<String, (String, Word)>,
}

impl Confirmations {
    /// Of a list, oldest first: card, digest of its text, word.
    pub fn of(version: i64, words: impl IntoIterator<Item = (String, String, Word)>) -> Self {
        let by_card = words.into_iter().map(|(card, digest, word)| (card, (digest, word))).collect();
        Self { version, by_card }
    }

    /// The word on the present text of a card. `digest` is asked for only where there is one on any of its texts.
    pub fn on(&self, card: &str, digest: impl FnOnce() -> String) -> Option<Word> {
        let (about, word) = self.by_card.get(card)?;
        (*about == digest()).then_some(*word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_word_counts_and_only_for_the_text_it_is_about() {
        let of = |digest: &str, word| ("a".to_owned(), digest.to_owned(), word);
        let words = Confirmations::of(2, [of("1", Word::Confirmed), of("1", Word::Wrong)]);
        assert_eq!(words.on("a", || "1".to_owned()), Some(Word::Wrong));
        assert_eq!(words.on("a", || "2".to_owned()), None);
        assert_eq!(words.on("b", || unreachable!("nobody spoke of it")), None);
    }

    #[test]
    fn every_word_reads_back_as_itself() {
        for word in Word::ALL {
            assert_eq!(Word::parse(word.key()), Some(word));
        }
    }
}
