//! Ages over 89. They may be told as one group, 90 or older (45 CFR 164.514(b)(2)(i)(C)), and are: `a 93-year-old` becomes
//! `a 90-year-old (or older)`, which rules about ages read as before.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::Regex;

use super::super::codes::{head, tail};
use super::super::span::Span;
use crate::domain::identifier::Identifier;
use crate::domain::pattern::pattern;

const WORDS: &str = r"ninety(?:[\s-]?(?:one|two|three|four|five|six|seven|eight|nine))?|(?:a|one)[\s-]hundred(?:[\s-](?:and[\s-])?(?:one|two|three|four|five|six|seven|eight|nine|ten))?";

static OLD: LazyLock<Regex> = LazyLock::new(|| {
    crate::domain::pattern::constant(&format!(
        r"(?ix)\b(?P<n>9\d|1[0-3]\d|{WORDS})(?P<unit>\s{{0,2}}-?\s{{0,2}}(?:y\.?\s?/?\s?o\b\.?|y\.o\.|years?[\s-]{{1,2}}olds?\b|yrs?[\s-]{{1,2}}old\b|years?\sof\sage\b|yrs?\b\.?|years?\b|y\b))"
    ))
});
static AGED: LazyLock<Regex> = LazyLock::new(|| {
    crate::domain::pattern::constant(&format!(
        r"(?i)\b(?:aged?|ages|turn(?:ed|ing|s)|pt\s(?:is|was)|patient\s(?:is|was)|s?he\s(?:is|was)|(?:died|passed|expired|deceased|death)[^.\n]{{0,30}}\bat)\s{{0,2}}(?:is|of|at|:|=|now)?\s{{0,2}}(?P<n>9\d|1[0-3]\d|{WORDS})\b"
    ))
});
// `93F`, `(93 M)`, `101 female`.
pattern!(SEXED, r"\b(?P<n>9\d|1[0-3]\d)(?P<unit>\s?-?\s?(?:[MF]\b|(?i:male|female|man|woman|gentleman|lady)\b))");
pattern!(
    NO_AGE,
    r"(?i)(?:[-./$]|\b(?:mod(?:ifier)?s?|temp(?:erature)?|t|bp|pos|modalit\w+|day|unit|and|with|over|last|past|next|of|within|every|under|to|between|until|for)\s?[:=]?\s?-?)$"
);
pattern!(NO_YEARS, r"(?i)^\s(?:ago|later|after|before|back|experience|in\b|of\b)");
// With these behind it is one of the forms above.
pattern!(UNIT, r"(?i)^\s?-?\s?(?:y|yrs?|yo|years?|[mf]|males?|females?|man|woman)\b");
pattern!(MORE, r"^\s\(or older\)");

/// Finds all of them.
pub(in crate::identity) fn find(text: &str, spans: &mut Vec<Span>) {
    for found in OLD.captures_iter(text).chain(SEXED.captures_iter(text)) {
        let (Some(whole), Some(unit)) = (found.get(0), found.name("unit")) else { continue };
        let old = unit.as_str().to_lowercase();
        let said =
            ["o", "old"].iter().any(|word| old.trim_end_matches(['.', 's']).ends_with(word)) || old.contains("age");
        let no_age =
            NO_AGE.is_match(tail(text, whole.start(), 16)) || (!said && NO_YEARS.is_match(head(text, whole.end(), 16)));
        if (said || !no_age) && !text[..whole.start()].ends_with(['-', '/', '.']) {
            push(text, whole.range(), format!("90{}", unit.as_str()), spans);
        }
    }
    for found in AGED.captures_iter(text).filter_map(|found| found.name("n")) {
        let behind = head(text, found.end(), 16);
        let measured = behind.starts_with(['%', '/', '.']) && behind[1..].starts_with(|c: char| c.is_ascii_digit());
        if !measured && !UNIT.is_match(behind) {
            push(text, found.range(), "90".to_owned(), spans);
        }
    }
}

fn push(text: &str, range: std::ops::Range<usize>, aged: String, spans: &mut Vec<Span>) {
    // What is one group already stays as it is.
    if !MORE.is_match(head(text, range.end, 16)) {
        spans.push(Span { range, kind: Identifier::Age, mask: Cow::Owned(format!("{aged} (or older)")) });
    }
}
