//! The files of rule cards, of their words and of modifiers, as the tables of an edition.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::CorpusError;
use super::cases::{self, Classes};
use super::rules::{Card, ModifierEntry};
use super::written::Groups;

/// The file of what cards share.
const WORDS: &str = "cards/words.toml";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CardFile {
    /// Groups that cases of this file name in braces.
    #[serde(default)]
    groups: Groups,
    #[serde(default)]
    card: Vec<Card>,
}

#[derive(Deserialize)]
struct WordFile {
    /// Groups that cases of every file name in braces.
    #[serde(default)]
    groups: Groups,
    #[serde(flatten)]
    classes: Classes,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ModifierFile {
    #[serde(default)]
    modifier: Vec<ModifierEntry>,
}

/// What files of cards hold.
pub struct CardTables {
    /// The lines of the card table: the id and the card as JSON.
    pub cards: BTreeSet<String>,
    /// The lines of the tables of their situations.
    pub cases: cases::Tables,
    /// The lines of the table of their words: the id and its words.
    pub card_words: Vec<String>,
    /// The lines of the table of words: the word, and how rare it is among the cards.
    pub words: Vec<String>,
}

/// Reads files of cards, each with its name. `words` holds the classes that cases name as `@class`, and the groups
/// that cases of every file name as `{group}`.
///
/// # Errors
/// The file and the line that its format does not allow, with what to do.
pub fn read_cards(files: &[(&str, &str)], words: &str) -> Result<CardTables, CorpusError> {
    let shared: WordFile = toml::from_str(words).map_err(|error| toml_error(WORDS, words, &error))?;
    let mut cards: Vec<Card> = Vec::new();
    for (name, text) in files {
        cards.append(&mut read_file(name, text, &shared.groups)?);
    }
    let rarity = cases::count(&cards);
    let words = rarity.iter().map(|(word, rare)| format!("{word}\t{rare:.3}")).collect();
    let card_words = cards.iter().map(|card| format!("{}\t{}", card.id, cases::words_of(card))).collect();
    let cases = cases::tables(&cards, &shared.classes, &rarity)?;
    // The situations stand by themselves: a question reads a few of them, and every card's heading.
    cards.iter_mut().for_each(|card| card.case.clear());
    let cards = lines("cards", cards.iter().map(|card| (card.id.as_str(), serde_json::to_string(card))))?;
    Ok(CardTables { cards, cases, card_words, words })
}

/// The cards of a file, each with its cases written out.
fn read_file(name: &str, text: &str, shared: &Groups) -> Result<Vec<Card>, CorpusError> {
    let mut file: CardFile = toml::from_str(text).map_err(|error| toml_error(name, text, &error))?;
    if let Some(twice) = shared.keys().find(|group| file.groups.contains_key(*group)) {
        let reason = format!("the group {twice:?} stands in {WORDS} too; give one of them another name");
        return Err(CorpusError::format(name, 1, reason));
    }
    file.groups.extend(shared.iter().map(|(group, words)| (group.clone(), words.clone())));
    for card in &mut file.card {
        for (number, written) in std::mem::take(&mut card.written).iter().enumerate() {
            let mut cases = written.get_ref().cases(&file.groups).map_err(|reason| {
                let reason = format!("card {}, case {}: {reason}", card.id, number + 1);
                CorpusError::format(name, line_of(text, written.span().start), reason)
            })?;
            card.case.append(&mut cases);
        }
    }
    Ok(file.card)
}

/// The lines of the modifier table: the id and the entry as JSON.
///
/// # Errors
/// The line that the format does not allow.
pub fn read_modifiers(text: &str) -> Result<BTreeSet<String>, CorpusError> {
    let file: ModifierFile = toml::from_str(text).map_err(|error| toml_error("modifiers.toml", text, &error))?;
    lines("modifiers.toml", file.modifier.iter().map(|entry| (entry.id.as_str(), serde_json::to_string(entry))))
}

fn lines<'a>(
    file: &str,
    rows: impl Iterator<Item = (&'a str, Result<String, serde_json::Error>)>,
) -> Result<BTreeSet<String>, CorpusError> {
    let mut seen = BTreeSet::new();
    let mut lines = BTreeSet::new();
    for (id, json) in rows {
        if !seen.insert(id) {
            return Err(CorpusError::format(file, 1, format!("{id} stands twice")));
        }
        let json = json.map_err(|error| CorpusError::format(file, 1, error.to_string()))?;
        lines.insert(format!("{id}\t{json}"));
    }
    Ok(lines)
}

fn toml_error(file: &str, text: &str, error: &toml::de::Error) -> CorpusError {
    let line = error.span().map_or(1, |span| line_of(text, span.start));
    CorpusError::format(file, line, error.message())
}

/// The line of a place in a text, from 1.
fn line_of(text: &str, at: usize) -> usize {
    let before = text.as_bytes().iter().take(at);
    before.filter(|byte| **byte == b'\n').count() + 1
}

#[cfg(test)]
mod tests;
