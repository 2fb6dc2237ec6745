//! Which section a passage is of, what our rule cards say of it, and which codes it speaks of.

use std::collections::{BTreeSet, HashMap};
use std::sync::LazyLock;

use regex::Regex;

use crate::corpus::Card;
use crate::corpus::tables::Tables;
use crate::domain::table::Table;

/// Codes of a range that a passage names are found by it one by one, up to this many: a longer range is a chapter.
const LONGEST_RANGE: usize = 60;
/// A card's words go to at most this many pieces of its section.
const PIECES: usize = 3;

static CHAPTER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^Chapter ([IVX]+)(?:, section ([A-Z]))?(?:, (?:item |paragraph |no\. )?(\d+))?")
        .expect("the pattern is fixed")
});
static MANUAL: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\(Pub\. 100-0?(\d)\), chapter (\d+)$").expect("the pattern is fixed"));
static NUMBER: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"^\d+(\.\d+)*").expect("the pattern is fixed"));

/// Document and section of a passage's key, without the year or revision of the document and the number of the piece.
pub fn section(key: &str) -> String {
    let (document, section) = key.split_once('#').unwrap_or((key, ""));
    let section = section.rsplit_once(".p").map_or(section, |(section, piece)| {
        if piece.bytes().all(|b| b.is_ascii_digit()) { section } else { key.split_once('#').map_or("", |(_, s)| s) }
    });
    let document = document.trim_end_matches(|c: char| c.is_ascii_digit() || c == '-');
    let chapter = key.split('#').next().unwrap_or("").strip_prefix("clm104c").or_else(|| key.strip_prefix("bp102c"));
    match chapter {
        Some(_) => format!("{}#{section}", key.split('#').next().unwrap_or("")),
        None => format!("{document}#{section}"),
    }
}

/// The words of the cards of each section.
pub fn cards(tables: &Tables) -> HashMap<String, String> {
    let mut known: HashMap<String, Vec<&str>> = HashMap::new();
    for key in tables.lines(Table::Passage).iter().filter_map(|line| line.split('\t').next()) {
        known.entry(section(key)).or_default().push(key);
    }
    let mut words: HashMap<String, String> = HashMap::new();
    for line in tables.lines(Table::Card) {
        let Some(card) = line.split_once('\t').and_then(|(_, json)| serde_json::from_str::<Card>(json).ok()) else {
            continue;
        };
        let Some(place) = place(&card) else { continue };
        let mut places: Vec<&String> = known.keys().filter(|held| **held == place).collect();
        if places.is_empty() {
            places = known
                .keys()
                .filter(|held| held.strip_prefix(place.as_str()).is_some_and(|rest| rest.starts_with('.')))
                .collect();
            places.sort();
            places.truncate(PIECES);
        }
        let lists = [&card.topics, &card.modifiers, &card.codes, &card.conditions, &card.exceptions];
        let text = format!("{} {} {} ", card.title, card.statement, lists.map(|list| list.join(" ")).join(" "));
        for place in places {
            words.entry(place.clone()).or_default().push_str(&text);
        }
    }
    words
}

/// The section that a card cites, as [`section`] writes it.
fn place(card: &Card) -> Option<String> {
    if card.document.starts_with("NCCI Policy Manual") {
        let found = CHAPTER.captures(&card.section)?;
        let parts: Vec<&str> = found.iter().skip(1).flatten().map(|part| part.as_str()).collect();
        return Some(format!("ncci-manual#{}", parts.join(".")));
    }
    if card.document.starts_with("ICD-10-CM Official Guidelines") {
        let section = card.section.split([' ', ',', ';']).next()?;
        return Some(format!("icd10cm-guidelines#{section}"));
    }
    let found = MANUAL.captures(&card.document)?;
    let number = NUMBER.find(&card.section)?.as_str();
    let stem = match &found[1] {
        "1" => "ge101c",
        "2" => "bp102c",
        "4" => "clm104c",
        _ => return None,
    };
    Some(format!("{stem}{:0>2}#{number}", &found[2]))
}

/// The known codes within the ranges of a passage's codes.
pub fn within(named: &str, known: &BTreeSet<&str>) -> String {
    let mut codes: Vec<&str> = Vec::new();
    for range in named.split([' ', ',', ';']) {
        if let Some((first, last)) = range.split_once('-')
            && first.len() == 5
            && last.len() == 5
            && first <= last
        {
            let within: Vec<&str> = known.range(first..=last).filter(|code| code.len() == 5).copied().collect();
            if within.len() <= LONGEST_RANGE {
                codes.extend(within);
            }
        }
    }
    codes.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_of_a_section_are_of_one_section_whatever_the_edition() {
        assert_eq!(section("ncci-manual-2026#I.C.3"), "ncci-manual#I.C.3");
        assert_eq!(section("clm104c12#30.6.12.p2"), "clm104c12#30.6.12");
        assert_eq!(section("icd10cm-guidelines-2025-04#I.A.1"), "icd10cm-guidelines#I.A.1");
        assert_eq!(section("ncci-manual-medicaid-2025#I.C"), "ncci-manual-medicaid#I.C");
    }

    #[test]
    fn a_range_of_codes_means_those_that_are_known() {
        let known = BTreeSet::from(["29870", "29871", "29880", "30000"]);
        assert_eq!(within("29870-29889, 99213", &known), "29870 29871 29880");
    }
}
