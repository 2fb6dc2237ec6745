//! Stage, trimester and words of a text. Trimesters: note at the beginning of chapter 15 of the ICD-10-CM tabular list.

use std::collections::BTreeSet;

use crate::domain::pattern::pattern;

pattern!(STAGE, r"\b(?:stage|ckd|grade)[\s:-]*(\d[ab]?|iv|v|iii[ab]?|ii|i)\b|\b(3[ab])\b");
pattern!(TRIMESTER, r"\b(1st|first|2nd|second|3rd|third)[\s-]+tri(?:mester|m)?\b|\b(unspecified) trimester\b");
pattern!(TRIMESTERS, r"\b(?:1st|first|2nd|second)\s*(?:or|and|to|/)\s*(?:2nd|second|3rd|third)\s+tri");
pattern!(WEEKS, r"\b(\d{1,2})\s*(?:\d/7\s*)?(?:w\d?d?|wks?|weeks?)\b");

/// The one trimester that a text names.
pub fn trimester(lower: &str) -> Option<String> {
    if TRIMESTERS.is_match(lower) {
        return None;
    }
    let mut found = TRIMESTER.captures_iter(lower).filter_map(|found| Some(found.get(1).or(found.get(2))?.as_str()));
    let value = found.next()?;
    if found.next().is_some() {
        return None;
    }
    Some(match value {
        "1st" | "first" => "first".to_owned(),
        "2nd" | "second" => "second".to_owned(),
        "3rd" | "third" => "third".to_owned(),
        other => other.to_owned(),
    })
}

/// The trimester of a week of pregnancy: the first under 14 weeks, the third from 28.
pub fn weeks(lower: &str) -> Option<String> {
    let found: Vec<u8> = WEEKS.captures_iter(lower).filter_map(|found| found[1].parse().ok()).collect();
    let [weeks] = found[..] else { return None };
    let value = match weeks {
        0..=3 | 43.. => return None,
        4..=13 => "first",
        14..=27 => "second",
        28..=42 => "third",
    };
    Some(value.to_owned())
}

/// The one stage that a text names, in Arabic figures.
pub fn stage(lower: &str) -> Option<String> {
    let mut found: Vec<String> = STAGE
        .captures_iter(lower)
        .filter_map(|found| Some(found.get(1).or(found.get(2))?.as_str()))
        .map(|value| match value {
            "i" => "1".to_owned(),
            "ii" => "2".to_owned(),
            "iv" => "4".to_owned(),
            "v" => "5".to_owned(),
            other => other.replace("iii", "3"),
        })
        .collect();
    found.sort();
    found.dedup();
    // `Stage 3, namely 3a`: the longer says more. `3a or 3b` says nothing.
    let longest = found.last()?.clone();
    found.iter().all(|value| longest.starts_with(value.as_str())).then_some(longest)
}

/// Words that tell no code from another.
const EMPTY: &str = "of the a an and or for in to due with by at on as is it that this not without no from stated encounter part type nos use code codes documented";

/// The words of a text, a plural as its singular; those behind `without`, and the one behind `not` or `no`, with a `!`.
pub fn words(lower: &str) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    let (mut denied, mut next) = (false, 0_u8);
    for piece in lower.split(|c: char| !(c.is_alphanumeric() || c == '.' || c == ';')) {
        let ends = piece.ends_with(['.', ';']);
        let word = piece.trim_matches(['.', ';']);
        match word {
            "without" => denied = true,
            "not" | "no" | "denies" => next = 2,
            "with" | "but" => (denied, next) = (false, 0),
            _ => {}
        }
        if !word.is_empty() && !EMPTY.split(' ').any(|empty| empty == word) {
            let plural = word.len() > 4 && !word.ends_with("ss") && !word.ends_with("us");
            let stem = if plural { word.trim_end_matches('s') } else { word };
            words.insert(if denied || next > 0 { format!("!{stem}") } else { stem.to_owned() });
            next = next.saturating_sub(1);
        }
        if ends {
            (denied, next) = (false, 0);
        }
    }
    words
}
