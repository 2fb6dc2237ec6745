//! How rare words are among the rules: 1 for a word that no other has, 0 for one that all have.

use std::collections::BTreeMap;

use crate::corpus::phrases::Words;
use crate::corpus::rules::Card;

/// The rarity of each word.
#[derive(Debug)]
pub struct Rarity(BTreeMap<String, f32>);

impl Rarity {
    /// Reads words with their rarity.
    pub fn read<'a>(rows: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        Self(rows.filter_map(|(word, rare)| Some((word.to_owned(), rare.parse().ok()?))).collect())
    }

    /// Of words that were counted.
    pub fn of(counted: &BTreeMap<String, f32>) -> Self {
        Self(counted.clone())
    }

    /// The rarity of a word; 1 for one that no rule has.
    pub fn word(&self, word: &str) -> f32 {
        self.0.get(word).copied().unwrap_or(1.0)
    }

    /// The rarity of the commonest word that begins so.
    pub fn beginning(&self, start: &str) -> f32 {
        let words = self.0.range(start.to_owned()..).take_while(|(word, _)| word.starts_with(start));
        words.map(|(_, rare)| *rare).fold(1.0, f32::min)
    }

    /// True for a word that some rule has.
    pub fn is_known(&self, word: &str) -> bool {
        self.0.contains_key(word)
    }
}

/// The words of all rules with their rarity.
pub fn count(cards: &[Card]) -> BTreeMap<String, f32> {
    let mut counts: BTreeMap<String, f32> = BTreeMap::new();
    for card in cards {
        let says = card.case.iter().map(|case| case.say.as_str());
        let text = [card.title.as_str(), &card.statement].into_iter().chain(says).collect::<Vec<_>>().join(". ");
        for word in Words::of(&text).distinct() {
            *counts.entry(word.to_owned()).or_default() += 1.0;
        }
    }
    #[expect(clippy::cast_precision_loss, reason = "a thousand")]
    let all = (cards.len().max(2) as f32).ln();
    counts.into_iter().map(|(word, count)| (word, (1.0 - count.ln() / all).max(0.0))).collect()
}
