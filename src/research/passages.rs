//! Which rules bear on the question: cards that name its codes or modifiers first, then cards its words find.

use jiff::civil::Date;

use super::dates;
use crate::checks::bypass::bypass;
use crate::corpus::{Card, Corpus, CorpusError, SearchSet};
use crate::domain::check::{Check, Outcome, Question};
use crate::domain::evidence::Passage;
use crate::domain::inquiry::{Inquiry, Intent};
use crate::domain::ruling::{Basis, Ruling};
use crate::domain::time::AsOf;

/// Rules shown at most.
const LIMIT: usize = 3;
/// The cards that say what a code looks like.
const SHAPES: [&str; 2] = ["code-shape-hcpcs", "code-shape-icd10cm"];

/// Finds the rules, best first, each with why.
///
/// # Errors
/// The edition's index is damaged.
pub fn find(
    corpus: &Corpus,
    inquiry: &Inquiry,
    checks: &[Check],
    ruling: Option<&Ruling>,
) -> Result<Vec<Passage>, CorpusError> {
    // A text that has the shape of no code is a case for one kind of rule only: what a code looks like.
    if inquiry.mentions.is_empty() && !inquiry.malformed.is_empty() {
        let cards = SHAPES.iter().filter_map(|id| corpus.find_card(id));
        return Ok(cards.map(|card| card.passage("what a code looks like".to_owned())).collect());
    }
    if let Some(Basis::Rule { card, .. }) = ruling.map(|ruling| &ruling.basis)
        && let Some(card) = corpus.find_card(card)
    {
        let mut passage = card.passage("its situation is the question's".to_owned());
        note_edition(&mut passage, inquiry.scope.as_of);
        return Ok(vec![passage]);
    }
    let words = dates::blank(&inquiry.text, &dates::find(&inquiry.text, inquiry.date.unwrap_or(Date::MAX)));
    let hits = corpus.search(&without_years(&words), Some(SearchSet::Rules), 24)?;
    let best = hits.first().map_or(1.0, |hit| hit.score).max(f32::MIN_POSITIVE);
    let mut ranked: Vec<(f32, &Card, String)> = Vec::new();
    for card in corpus.cards() {
        let words = hits.iter().find(|hit| hit.doc == format!("card/{}", card.id));
        let (named, mut why) = named(card, inquiry);
        let topic = topic(card, inquiry, checks);
        let score = named + topic + words.map_or(0.0, |hit| hit.score / best);
        let open = matches!(inquiry.intents.first(), Some(Intent::Other | Intent::Modifier) | None);
        let near = |share: f32| words.is_some_and(|hit| hit.score > share * best);
        let bears = named > 0.0 || topic > 1.0 || (topic > 0.0 && near(0.45)) || (open && near(0.6));
        if bears && is_of_the_code_set(card, inquiry) {
            if let Some(hit) = words
                && !hit.why.is_empty()
            {
                why.push(format!("words: {}", hit.why.join(" ")));
            }
            ranked.push((score, card, why.join("; ")));
        }
    }
    ranked.sort_by(|a, b| {
        let order = b.1.confirmed.cmp(&a.1.confirmed).then(b.0.total_cmp(&a.0));
        order.then_with(|| a.1.id.cmp(&b.1.id))
    });
    // A card far below the best one only fills the page.
    let top = ranked.first().map_or(0.0, |first| first.0);
    ranked.retain(|(score, ..)| *score >= 0.7 * top);
    let never = checks.iter().any(|check| check.outcome == Outcome::EditNever);
    let mut passages: Vec<Passage> = if never { Vec::new() } else { modifiers(corpus, inquiry, checks) };
    // Rules that name none of the codes are general ones: the nearest is enough.
    let specific = ranked.iter().filter(|(_, card, _)| inquiry.codes().iter().any(|code| card.names(code))).count();
    let room = LIMIT.saturating_sub(passages.len().min(2)).min(specific.max(1));
    passages.truncate(2);
    passages.extend(ranked.into_iter().take(room).map(|(_, card, why)| card.passage(why)));
    for passage in &mut passages {
        note_edition(passage, inquiry.scope.as_of);
    }
    Ok(passages)
}

/// The question without its years, which would find every rule of that year.
fn without_years(text: &str) -> String {
    let is_year = |word: &str| {
        word.len() == 4
            && (word.starts_with("19") || word.starts_with("20"))
            && word.bytes().all(|b| b.is_ascii_digit())
    };
    text.split(|c: char| c.is_whitespace() || c == '-' || c == '/')
        .filter(|word| !is_year(word))
        .collect::<Vec<_>>()
        .join(" ")
}

/// How strongly the card names the question's codes: one is a hint, two joined by the question are a match.
fn named(card: &Card, inquiry: &Inquiry) -> (f32, Vec<String>) {
    let codes: Vec<&str> =
        inquiry.codes().into_iter().filter(|code| card.names(code)).map(|code| code.as_str()).collect();
    let asked = inquiry.modifiers.iter().chain(inquiry.mentions.iter().flat_map(|m| &m.modifiers));
    let modifiers: Vec<&str> =
        asked.map(|m| m.as_str()).filter(|m| card.modifiers.iter().any(|own| own == m)).collect();
    let mut why = Vec::new();
    if !codes.is_empty() {
        why.push(format!("names {}", codes.join(", ")));
    }
    if !modifiers.is_empty() {
        why.push(format!("names modifier {}", modifiers.join(", ")));
    }
    let score = match codes.len() {
        0 => 0.0,
        1 => 0.8,
        _ => 1.8,
    };
    let by_modifier = if modifiers.is_empty() { 0.0 } else { 0.4 };
    (score + by_modifier, why)
}

/// Whether the card is about what is asked.
fn topic(card: &Card, inquiry: &Inquiry, checks: &[Check]) -> f32 {
    let has = |topic: &str| card.topics.iter().any(|own| own == topic);
    let dead = checks.iter().any(|c| c.outcome == Outcome::Deleted);
    let over = checks.iter().any(|c| c.outcome == Outcome::OverLimit);
    let matches = match inquiry.intents.first() {
        Some(Intent::Bundling) => has("bundling"),
        Some(Intent::Units) if over && card.id.starts_with("above-mue") => return 2.0,
        Some(Intent::Units) => has("units"),
        Some(Intent::AddOn) => has("add_on"),
        Some(Intent::GlobalPeriod) if explains_figure(card, checks) => return 2.0,
        Some(Intent::GlobalPeriod) => has("global"),
        Some(Intent::DiagnosisPair) => has("diagnosis") || has("sequencing"),
        Some(Intent::Modifier) => has("modifier"),
        Some(Intent::CodeStatus) if dead && has("deleted_code") => return 2.0,
        Some(Intent::CodeStatus) => false,
        Some(Intent::Other) | None => false,
    };
    if matches { 0.5 } else { 0.0 }
}

/// Whether the card's title names the global indicator that was found.
fn explains_figure(card: &Card, checks: &[Check]) -> bool {
    let found = checks.iter().filter_map(|check| check.figures.global_days.as_deref());
    card.topics.iter().any(|topic| topic == "global") && found.into_iter().any(|days| card.title.contains(days))
}

/// A card on diagnoses says nothing about a question of procedures alone, and the other way round.
fn is_of_the_code_set(card: &Card, inquiry: &Inquiry) -> bool {
    let diagnosis = card.topics.iter().any(|topic| topic == "diagnosis" || topic == "sequencing");
    let procedures = inquiry.codes().iter().any(|code| code.set().is_procedure());
    let diagnoses = inquiry.codes().iter().any(|code| !code.set().is_procedure());
    inquiry.codes().is_empty() || if diagnosis { diagnoses } else { procedures || card.codes.is_empty() }
}

/// The entries of the modifiers that the question names, or that an edit calls for.
fn modifiers(corpus: &Corpus, inquiry: &Inquiry, checks: &[Check]) -> Vec<Passage> {
    let named = inquiry.modifiers.iter().chain(inquiry.mentions.iter().flat_map(|m| &m.modifiers)).cloned();
    let joined = checks
        .iter()
        .find(|check| matches!(check.question, Question::Ptp { .. }) && check.outcome == Outcome::EditModifierAllowed);
    let mut wanted: Vec<_> = joined.map(|check| bypass(corpus, inquiry, check)).into_iter().collect();
    for modifier in named {
        if !wanted.contains(&modifier) {
            wanted.push(modifier);
        }
    }
    let entries = wanted.iter().filter_map(|modifier| corpus.find_modifier(modifier.as_str()));
    entries.map(|entry| entry.passage(format!("modifier {}", entry.id))).collect()
}

/// Says so where the edition of the rule is not the one of the date.
fn note_edition(passage: &mut Passage, as_of: AsOf) {
    let AsOf::Date(day) = as_of else { return };
    let period = passage.source.fact.period;
    if passage.confirmed && !period.contains(day) {
        let edge = if period.from.is_some_and(|from| day < from) {
            format!("begins {}", period.from.unwrap_or(day))
        } else {
            format!("ends {}", period.to.unwrap_or(day))
        };
        passage.source.note = format!("this edition {edge}; the one in force on {day} is not on the shelf");
    }
}
