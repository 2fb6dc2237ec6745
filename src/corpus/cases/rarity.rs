//! How rare words are among the rules: 1 for a word that no other has, 0 for one that all have.

use std::collections::{BTreeMap, HashSet};

use crate::corpus::phrases::Words;
use crate::corpus::rules::{Card, Case};

/// The rarity of each word.
#[derive(Debug)]
pub struct Rarity(BTreeMap<String, f32>);

impl Rarity {
    /// Reads words with their rarity.
    pub fn read<'a>(rows: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        Self(rows.filter_map(|(word, rare)| Some((word.to_owned(), rare.parse().ok()?))).collect())
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

    /// The share of the question's words, by their rarity, that are among those of a rule. Words that no rule says do
    /// not count.
    pub fn likeness(&self, asked: &Words, held: &HashSet<String>) -> f32 {
        let (mut all, mut shared) = (0.0, 0.0);
        for (word, rare) in asked.distinct().filter_map(|word| Some((word, self.0.get(word)?))) {
            all += rare;
            shared += if held.contains(word) { *rare } else { 0.0 };
        }
        if all > 0.0 { shared / all } else { 0.0 }
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

/// The words of a rule and of one of its cases.
pub fn words_of(card: &Card, case: &Case) -> HashSet<String> {
    let text = format!("{}. {}. {}. {}", card.title, card.statement, case.say, case.when.join(". "));
    Words::of(&text).distinct().map(str::to_owned).collect()
}
