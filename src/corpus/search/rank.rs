//! Candidates by how well one of their names says the question.

use tantivy::Score;

use super::Hit;
use super::expand::Asked;
use crate::corpus::index::{Index, strings::Word};

/// Candidates that are compared name by name.
pub const CANDIDATES: usize = 60;
/// What names and context count when candidates are looked for.
pub const CODES: (f32, f32, f32) = (1.0, 0.4, 0.0);
/// The same for passages: heading and path, text, rule cards of the section.
pub const PASSAGES: (f32, f32, f32) = (0.6, 1.0, 0.5);
/// What the likeness of the best name counts beside the score of the index.
const LIKENESS: f32 = 1.0;
/// A residual category is what an inclusion term mostly stands under.
const OTHER: f32 = 0.05;

/// Codes, the best first; the score is at most about 2.
pub fn codes(index: &Index, asked: &Asked, found: &[(Score, usize)]) -> Vec<Hit> {
    let best = found.first().map_or(1.0, |(score, _)| *score).max(f32::MIN_POSITIVE);
    let mut hits: Vec<Hit> = found
        .iter()
        .filter_map(|(score, row)| {
            let (doc, set, title) = index.strings.document(*row)?;
            let (likeness, name) = best_name(index, asked, *row);
            let other = if title.starts_with("Other ") { OTHER } else { 0.0 };
            Some(Hit {
                score: score / best + LIKENESS * likeness + other,
                why: why(index, asked, &name),
                set: set.to_owned(),
                doc: doc.to_owned(),
                title: title.to_owned(),
            })
        })
        .collect();
    hits.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.doc.cmp(&b.doc)));
    hits
}

/// The name that says the question best, and how well: the harmonic mean of how much of the question it says and how
/// much of it the question says, each word weighed by its rarity.
pub fn best_name(index: &Index, asked: &Asked, row: usize) -> (f32, Vec<Word>) {
    let all: f32 = asked.words.iter().map(|word| word.rarity).sum();
    let mut best = (0.0, Vec::new());
    let mut held = vec![0.0_f32; asked.words.len()];
    let mut words: Vec<Word> = Vec::new();
    for name in index.strings.names(row) {
        words.clear();
        words.extend(name);
        held.fill(0.0);
        let (mut said, mut length) = (0.0, 0.0);
        for word in &words {
            let rarity = index.strings.rarity(*word);
            length += rarity;
            let mut worth = 0.0_f32;
            for (n, credit) in asked.credits(*word) {
                held[*n] = held[*n].max(*credit);
                worth = worth.max(*credit);
            }
            said += rarity * worth;
        }
        let recall = held.iter().zip(&asked.words).map(|(held, word)| held * word.rarity).sum::<f32>() / all;
        let precision = if length > 0.0 { said / length } else { 0.0 };
        let both = if recall + precision > 0.0 { 2.0 * recall * precision / (recall + precision) } else { 0.0 };
        if both > best.0 {
            best = (both, words.clone());
        }
    }
    best
}

/// The words of the question that the name holds, and what was read for others.
pub fn why(index: &Index, asked: &Asked, name: &[Word]) -> Vec<String> {
    let mut why = Vec::new();
    for (n, word) in asked.words.iter().enumerate() {
        let best = name
            .iter()
            .filter_map(|held| {
                let credit = asked.credits(*held).iter().find(|(asked, _)| *asked == n)?.1;
                Some((credit, index.strings.text(*held)))
            })
            .max_by(|a, b| a.0.total_cmp(&b.0));
        match best {
            Some((credit, _)) if credit >= 1.0 => why.push(word.stem.clone()),
            Some((_, text)) => {
                let read = asked
                    .read_as
                    .iter()
                    .find(|(_, meaning)| crate::corpus::token::terms(meaning).iter().any(|t| t == text));
                let entry = match read {
                    Some((phrase, meaning)) => format!("{phrase}: {meaning}"),
                    None => format!("{}: {text}", word.stem),
                };
                if !why.contains(&entry) {
                    why.push(entry);
                }
            }
            None => {}
        }
    }
    why
}
