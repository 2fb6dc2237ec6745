//! Words that stand for each other, learned from the shelf itself: an inclusion term and the title of its code, an
//! everyday word and its meaning say the same in other words. What each word tends to become is estimated as in the
//! first translation model of Brown et al. (1993), by expectation and maximization.

use std::collections::HashMap;

use crate::corpus::tables::Tables;
use crate::corpus::token;
use crate::domain::table::Table;

/// Rounds of estimation. More change little.
const ROUNDS: usize = 6;
/// A word becomes another in at least this share of cases.
const LEAST: f32 = 0.08;
/// Words kept for one word.
const MOST: usize = 4;
/// A word must be in this many pairs before anything is concluded from it.
const SEEN: u32 = 2;
/// Words that say nothing about the subject.
const EMPTY: [&str; 24] = [
    "of", "the", "and", "in", "with", "to", "due", "or", "a", "by", "for", "on", "as", "other", "not", "elsewher",
    "classifi", "without", "an", "at", "from", "specifi", "is", "see",
];

/// Adds the table of related words.
pub fn related(tables: &mut Tables) {
    let pairs = pairs(tables);
    let found = learn(&pairs);
    tables.lines_mut(Table::Related).extend(found);
}

/// One thing in two wordings.
type Wording = (Vec<u32>, Vec<u32>);

#[derive(Default)]
struct Words {
    numbers: HashMap<String, u32>,
    texts: Vec<String>,
}

impl Words {
    fn of(&mut self, text: &str) -> Vec<u32> {
        let terms = token::terms(text).into_iter().filter(|term| !EMPTY.contains(&term.as_str()));
        let mut numbers: Vec<u32> = terms.map(|term| self.number(term)).collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers
    }

    fn number(&mut self, term: String) -> u32 {
        if let Some(known) = self.numbers.get(&term) {
            return *known;
        }
        let number = u32::try_from(self.texts.len()).unwrap_or(u32::MAX);
        self.numbers.insert(term.clone(), number);
        self.texts.push(term);
        number
    }
}

struct Pairs {
    words: Words,
    pairs: Vec<Wording>,
}

fn pairs(tables: &Tables) -> Pairs {
    let (mut words, mut pairs) = (Words::default(), Vec::new());
    let mut titles: HashMap<&str, &str> = HashMap::new();
    for line in tables.lines(Table::Title) {
        let mut f = line.split('\t');
        if let (Some(code), Some("icd10cm" | "hcpcs"), Some(_), Some(long)) = (f.next(), f.next(), f.next(), f.next()) {
            titles.insert(code, long);
        }
    }
    for line in tables.lines(Table::Term) {
        let f: Vec<&str> = line.split('\t').collect();
        let [code, "inclusion" | "index" | "external_cause", text, _] = f[..] else { continue };
        let Some(title) = titles.get(code) else { continue };
        let parent = code.get(..code.len() - 1).map(|parent| parent.trim_end_matches('.'));
        let above = parent.and_then(|parent| titles.get(parent)).copied().unwrap_or("");
        pairs.push((words.of(text), words.of(&format!("{title} {above}"))));
    }
    for line in tables.lines(Table::Lexicon) {
        let f: Vec<&str> = line.split('\t').collect();
        if let [term, "synonym" | "lay", meaning, ..] = f[..] {
            pairs.push((words.of(term), words.of(meaning)));
        }
    }
    pairs.retain(|(a, b)| !a.is_empty() && !b.is_empty());
    Pairs { words, pairs }
}

/// The number that stands for no word: what a title adds of itself.
const NOTHING: u32 = u32::MAX;

fn learn(pairs: &Pairs) -> Vec<String> {
    let mut seen: HashMap<u32, u32> = HashMap::new();
    for (from, _) in &pairs.pairs {
        from.iter().for_each(|word| *seen.entry(*word).or_default() += 1);
    }
    let mut becomes: HashMap<(u32, u32), f32> = HashMap::new();
    for round in 0..ROUNDS {
        let mut counts: HashMap<(u32, u32), f32> = HashMap::new();
        let chance = |from: u32, to: u32| match round {
            0 => 1.0,
            _ => becomes.get(&(from, to)).copied().unwrap_or(1e-6),
        };
        for (from, to) in &pairs.pairs {
            for to in to {
                let all: f32 = from.iter().chain([&NOTHING]).map(|from| chance(*from, *to)).sum();
                for from in from.iter().chain([&NOTHING]) {
                    *counts.entry((*from, *to)).or_default() += chance(*from, *to) / all;
                }
            }
        }
        let mut totals: HashMap<u32, f32> = HashMap::new();
        // In one order, so that the same shelf gives the same sums to the last digit.
        let mut counts: Vec<((u32, u32), f32)> = counts.into_iter().collect();
        counts.sort_unstable_by_key(|(pair, _)| *pair);
        for ((from, _), count) in &counts {
            *totals.entry(*from).or_default() += count;
        }
        becomes = counts
            .into_iter()
            .map(|((from, to), count)| ((from, to), count / totals[&from]))
            .filter(|(_, share)| *share > 0.003)
            .collect();
    }
    let mut by_word: HashMap<u32, Vec<(f32, &str)>> = HashMap::new();
    for ((from, to), share) in becomes {
        if from != NOTHING && from != to && share >= LEAST && seen.get(&from).is_some_and(|seen| *seen >= SEEN) {
            by_word.entry(from).or_default().push((share, &pairs.words.texts[to as usize]));
        }
    }
    let mut lines = Vec::new();
    for (from, mut tos) in by_word {
        tos.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
        let word = &pairs.words.texts[from as usize];
        lines.extend(tos.into_iter().take(MOST).map(|(share, to)| format!("{word}\t{to}\t{share:.3}")));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_that_titles_say_otherwise_leads_to_their_word() {
        let mut tables = Tables::default();
        for (n, (term, title)) in [
            ("Splinter of thigh", "Superficial foreign body of thigh"),
            ("Splinter of arm", "Superficial foreign body of arm"),
            ("Splinter of toe", "Superficial foreign body of toe"),
            ("Corrosion of toe", "Chemical burn of toe"),
        ]
        .into_iter()
        .enumerate()
        {
            tables.push(Table::Title, format!("S0{n}\ticd10cm\t\t{title}\tpublic\tx"));
            tables.push(Table::Term, format!("S0{n}\tinclusion\t{term}\tx"));
        }
        related(&mut tables);
        let lines = tables.lines(Table::Related);
        assert!(lines.iter().any(|line| line.starts_with("splinter\tforeign\t0.")), "{lines:?}");
        assert!(!lines.iter().any(|line| line.starts_with("toe\t")), "{lines:?}");
    }
}
