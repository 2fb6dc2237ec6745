//! Which passage each rule card rests on: the one that holds its fingerprint.

use std::collections::BTreeMap;

use memchr::memmem;

use crate::corpus::Card;
use crate::corpus::authority::spaced;
use crate::corpus::tables::Tables;
use crate::domain::table::Table;

/// Finds the passage of each card. Of several that hold the words, the one whose section the card names; else the
/// first.
pub fn authorities(tables: &mut Tables) {
    let cards: Vec<Card> = tables
        .lines(Table::Card)
        .iter()
        .filter_map(|line| serde_json::from_str(line.split_once('\t')?.1).ok())
        .collect();
    let cards: Vec<(&Card, String)> =
        cards.iter().filter_map(|card| Some((card, spaced(card.fingerprint.as_deref()?)))).collect();
    let finders: Vec<memmem::Finder<'_>> = cards.iter().map(|(_, words)| memmem::Finder::new(words)).collect();
    let columns = Table::Passage.columns();
    let place = |name: &str| columns.iter().position(|column| *column == name).map_or(0, |n| n + 1);
    let (section, text, release) = (place("section"), place("text"), place("release"));
    let mut found: BTreeMap<&str, (bool, String)> = BTreeMap::new();
    for line in tables.lines(Table::Passage) {
        let fields: Vec<&str> = line.split('\t').collect();
        let Some(words) = fields.get(text).map(|text| spaced(text)) else { continue };
        for ((card, _), finder) in cards.iter().zip(&finders) {
            if finder.find(words.as_bytes()).is_none() {
                continue;
            }
            let named = names(&card.section, fields.get(section).unwrap_or(&""));
            let row = format!("{}\t{}\t{}", card.id, fields[0], fields.get(release).unwrap_or(&""));
            let held = found.entry(&card.id).or_insert_with(|| (named, row.clone()));
            if named && !held.0 {
                *held = (named, row);
            }
        }
    }
    let rows: Vec<String> = found.into_values().map(|(_, row)| row).collect();
    for row in rows {
        tables.push(Table::Authority, row);
    }
}

/// True when a card's place in a document names the section of a passage.
fn names(place: &str, section: &str) -> bool {
    let plain = |text: &str| text.to_lowercase().replace(|c: char| !c.is_alphanumeric() && c != '.', " ");
    let (place, section) = (plain(place), plain(section));
    let words: Vec<&str> = place.split_whitespace().collect();
    section.split_whitespace().any(|word| word.len() > 1 && words.contains(&word))
}
