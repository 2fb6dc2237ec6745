//! Passages in the order of what they are worth to a question: by its words, by whom their document speaks for, and one
//! piece of each section.

use std::collections::HashSet;

use tantivy::Score;

use super::expand::Asked;
use super::rank::{best_name, why};
use super::{Hit, Search};
use crate::corpus::index::Index;

/// Documents that speak for one kind of provider or service, with words one of which a question about it holds.
const SPECIAL: [(&str, &[&str]); 17] = [
    ("bp102c01", &["inpatient", "hospital", "admission"]),
    ("bp102c02", &["psychiatric"]),
    ("bp102c03", &["benefit", "spell"]),
    ("bp102c04", &["psychiatric"]),
    ("bp102c05", &["lifetime", "reserve"]),
    ("bp102c06", &["outpatient", "observation", "hospital"]),
    ("bp102c07", &["home"]),
    ("bp102c08", &["snf", "skilled", "nursing"]),
    ("bp102c09", &["hospice"]),
    ("bp102c10", &["ambulance"]),
    ("bp102c11", &["esrd", "dialysis", "renal"]),
    ("bp102c12", &["corf"]),
    ("bp102c13", &["rhc", "fqhc", "rural"]),
    ("bp102c14", &["device", "ide", "investigational"]),
    ("bp102c16", &["exclusion", "excluded", "cosmetic", "noncovered"]),
    ("bp102c17", &["opioid", "otp", "methadone"]),
    ("ncci-manual-medicaid", &["medicaid"]),
];
/// What such a document counts where none of the words is there.
const NOT_ASKED: f32 = 0.5;
/// General information, statutes, coverage documents and reason statements: they bear on a coding question less often.
const ASIDE: [&str; 8] = ["ge101c", "usc42", "reason-", "ncd-", "clm104c26", "clm104c01", "L", "A"];
/// What those count.
const ASIDE_WEIGHT: f32 = 0.7;
/// What a document counts of which a newer edition is on the shelf.
const OLDER: f32 = 0.5;

/// How little one place more counts.
const PLACES: f32 = 8.0;
/// What the passages of rules count beside those that the words find.
const RULED: f32 = 0.9;

/// Hits, the best first.
pub fn rank(index: &Index, asked: &Asked, found: &[(Score, usize)], search: &Search<'_>) -> Vec<Hit> {
    let lower = search.words.to_lowercase();
    let words: HashSet<&str> = lower.split(|c: char| !c.is_ascii_alphanumeric()).collect();
    let newest = newest(index, found);
    let mut hits: Vec<Hit> = found
        .iter()
        .filter_map(|(score, row)| {
            let (doc, set, title) = index.strings.document(*row)?;
            let key = doc.trim_start_matches("passage/");
            let old = if is_older(key, &newest) { OLDER } else { 1.0 };
            let (likeness, name) = best_name(index, asked, *row);
            // Among codes a passage counts by how well its heading says the question.
            let score = if search.set.is_none() { 0.8 * likeness } else { score * bearing(key, &words) * old };
            let why = why(index, asked, &name);
            Some(Hit { set: set.to_owned(), doc: doc.to_owned(), title: title.to_owned(), score, why })
        })
        .collect();
    hits.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.doc.cmp(&b.doc)));
    let mut seen = HashSet::new();
    hits.retain(|hit| seen.insert(section(&hit.doc).to_owned()));
    hits
}

/// One list of what the words find and what the rules rest on: a passage counts by its place in each.
pub fn fuse(found: Vec<Hit>, ruled: Vec<Hit>) -> Vec<Hit> {
    if ruled.is_empty() {
        return found;
    }
    let top = found.first().map_or(1.0, |hit| hit.score);
    #[expect(clippy::cast_precision_loss, reason = "a few hundred")]
    let worth = |place: usize| 1.0 / (PLACES + place as f32);
    let mut all: Vec<Hit> = Vec::new();
    let lists = [(1.0, found), (RULED, ruled)];
    for (weight, list) in lists {
        for (place, hit) in list.into_iter().enumerate() {
            let score = weight * worth(place);
            match all.iter_mut().find(|held| section(&held.doc) == section(&hit.doc)) {
                Some(held) => {
                    held.score += score;
                    held.why.extend(hit.why);
                }
                None => all.push(Hit { score, ..hit }),
            }
        }
    }
    all.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.doc.cmp(&b.doc)));
    // In the scale of the words' own scores.
    let best = all.first().map_or(1.0, |hit| hit.score);
    for hit in &mut all {
        hit.score *= top / best;
    }
    all
}

/// What a document counts for the words of a question.
fn bearing(key: &str, words: &HashSet<&str>) -> f32 {
    if let Some((_, asked)) = SPECIAL.iter().find(|(document, _)| key.starts_with(document)) {
        return if asked.iter().any(|word| words.contains(word)) { 1.0 } else { NOT_ASKED };
    }
    if ASIDE.iter().any(|document| key.starts_with(document)) { ASIDE_WEIGHT } else { 1.0 }
}

/// The section of a passage: its key without the number of the piece.
fn section(doc: &str) -> &str {
    let piece = |rest: &str| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit());
    if let Some((section, rest)) = doc.rsplit_once(".p")
        && piece(rest)
    {
        return section;
    }
    match doc.split_once('#') {
        Some((document, rest)) if document.starts_with("passage/ncd-") && piece(rest) => document,
        _ => doc,
    }
}

/// The document's name without its edition, and the edition.
fn edition(key: &str) -> Option<(&str, &str)> {
    let document = key.split('#').next()?;
    let name = document.trim_end_matches(|c: char| c.is_ascii_digit() || c == '-');
    let edition = &document[name.len()..];
    edition.starts_with('-').then_some((name, edition))
}

/// The newest edition of each document among what was found.
fn newest<'i>(index: &'i Index, found: &[(Score, usize)]) -> std::collections::HashMap<&'i str, &'i str> {
    let mut newest = std::collections::HashMap::new();
    for (_, row) in found {
        let key = index.strings.document(*row).map(|(doc, ..)| doc.trim_start_matches("passage/"));
        if let Some((name, edition)) = key.and_then(edition) {
            let held = newest.entry(name).or_insert(edition);
            *held = (*held).max(edition);
        }
    }
    newest
}

fn is_older(key: &str, newest: &std::collections::HashMap<&str, &str>) -> bool {
    edition(key).is_some_and(|(name, edition)| newest.get(name).is_some_and(|newest| edition < *newest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_of_a_section_are_one_section() {
        assert_eq!(section("passage/clm104c12#30.6.12.p2"), "passage/clm104c12#30.6.12");
        assert_eq!(section("passage/ncd-210.3#2"), "passage/ncd-210.3");
        assert_eq!(section("passage/ncci-manual-2026#I.C.3"), "passage/ncci-manual-2026#I.C.3");
    }

    #[test]
    fn a_document_for_one_kind_of_provider_counts_less_where_nobody_asks_for_it() {
        let words = |text: &'static str| text.split(' ').collect::<HashSet<&str>>();
        assert!(bearing("bp102c13#70", &words("office visit")) < bearing("bp102c13#70", &words("visit in an rhc")));
        assert!((bearing("clm104c12#30", &words("office visit")) - 1.0).abs() < f32::EPSILON);
    }
}
