//! The notes of a place as relations between codes.

use std::collections::HashSet;

use super::condition::narrow;
use super::place::{Block, Level, Place};
use super::references::{Reference, references};
use super::tree::{Tree, bare};

/// A note governs at most so many codes by name; G31 names ten.
const MOST: usize = 40;

/// A relation that a note states.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct Relation {
    /// The place whose codes it governs: that of the note, or a smaller one where the note says so.
    pub key: String,
    /// The kind of the note.
    pub kind: &'static str,
    /// What it names.
    pub target: String,
}

/// The relations of the notes at a place, each once.
pub fn relations(place: &Place, tree: &Tree<'_>) -> Vec<Relation> {
    let mut found = Vec::new();
    for block in &place.blocks {
        if !["inclusion", "note", "seventh"].contains(&block.kind) {
            of_block(place, block, tree, &mut found);
        }
    }
    if !place.seventh.is_empty() {
        let characters: Vec<&str> = place.seventh.iter().map(|(character, _)| character.as_str()).collect();
        found.push(Relation { key: place.key.clone(), kind: "seventh", target: characters.join(" ") });
    }
    let mut seen = HashSet::new();
    let keep: Vec<bool> = found.iter().map(|relation| seen.insert(relation)).collect();
    let mut keep = keep.into_iter();
    found.retain(|_| keep.next().unwrap_or(false));
    found
}

fn of_block(place: &Place, block: &Block, tree: &Tree<'_>, found: &mut Vec<Relation>) {
    let mut keys = vec![place.key.clone()];
    for text in &block.texts {
        // So at G31: this note names the codes that the block governs, the notes below it name the targets.
        if text.contains("for codes ") && place.level == Level::Code {
            let ranges: Vec<_> = references(text, tree).into_iter().map(|range| (range.low, range.high)).collect();
            let codes = tree.largest(&bare(&place.key), &ranges);
            if (1..=MOST).contains(&codes.len()) {
                keys = codes.iter().map(|code| super::super::writing::with_dot(code)).collect();
            }
            continue;
        }
        for target in targets(text, tree) {
            let of = |key: &String| Relation { key: key.clone(), kind: block.kind, target: target.target.clone() };
            found.extend(keys.iter().map(of));
        }
    }
}

/// What a note names: the codes in its parentheses, or, where these hold none, the codes outside them.
fn targets(text: &str, tree: &Tree<'_>) -> Vec<Reference> {
    let (inside, outside) = parentheses(text);
    let mut found = Vec::new();
    for part in inside {
        let named = references(part, tree);
        if !named.is_empty() {
            found.extend(narrow(named, part, tree));
        }
    }
    if found.is_empty() {
        let named = references(&outside, tree);
        if !named.is_empty() {
            found = narrow(named, &outside, tree);
        }
    }
    found
}

/// The innermost parentheses of a text, and the text without them.
fn parentheses(text: &str) -> (Vec<&str>, String) {
    let (mut inside, mut outside) = (Vec::new(), String::new());
    let (mut open, mut kept) = (None, 0);
    for (at, c) in text.char_indices() {
        match (c, open) {
            ('(', _) => open = Some(at),
            (')', Some(start)) => {
                inside.push(&text[start + 1..at]);
                outside.push_str(&text[kept..start]);
                outside.push(' ');
                (open, kept) = (None, at + 1);
            }
            _ => {}
        }
    }
    outside.push_str(&text[kept..]);
    (inside, outside)
}
