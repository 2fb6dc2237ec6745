//! Data reviewed and analyzed: what is counted in three categories (CPT's guidelines for evaluation and management).

use std::sync::LazyLock;

use regex::Regex;

use super::super::super::time_units::number;
use super::super::level::Level;
use super::{Found, is_denied};

use crate::domain::pattern::pattern;

pattern!(
    COUNTED,
    r"\b(\d{1,2}|one|two|three|four|five|six|seven|eight|an?)\s+(?:unique |different |separate |new |lab |laboratory |blood |diagnostic |imaging )*(?:labs?|tests?|studies|results|x-?rays)\b"
);
pattern!(
    NOTES,
    r"\b(?:(\d{1,2}|one|two|three|four|five|an?)\s+)?(?:external|outside|hospital|cardiology|specialist'?s?)\s+(?:\w+\s+)?(?:notes?|records?|documents?|reports?)\b"
);
pattern!(
    NONE,
    r"\bno (?:other |additional |new )?(?:data|labs?|tests?|testing|lab work|workup|studies|imaging)\b|\bnothing (?:was )?ordered\b|\bwithout (?:any )?(?:labs?|tests?|data)\b"
);
pattern!(HISTORIAN, r"\bindependent historian\b");
pattern!(
    INTERPRETED,
    r"\bindependent(?:ly)? (?:interpret\w*|read\w*|review\w* (?:of )?(?:the )?(?:images?|tracing|film|ecg|ekg|x-?ray))|\b(?:my|her|his|their|our) own (?:read|interpretation)\b"
);
pattern!(
    DISCUSSED,
    r"\bdiscuss\w*\b[^.?!;]{0,50}\bwith (?:an? |the |her |his |another )?(?:external|outside|other)\b|\bdiscuss\w*\b[^.?!;]{0,50}\bwith (?:an? |the |her |his )?(?:cardiolog\w+|radiolog\w+|oncolog\w+|surgeon|specialist|neurolog\w+|nephrolog\w+|pulmonolog\w+|case manager|social worker)\b"
);
pattern!(
    BILLED,
    r"\b(?:we|also|separately|practice|office|group) (?:\w+ )?bill\w*\b[^.?!]{0,40}\b(?:interpret\w*|ekg|ecg|x-?ray|read|test)|\b(?:interpretation|read|test|ekg|ecg|x-?ray) (?:is |was )?(?:billed|separately billed|billed separately)\b"
);
pattern!(DOING, r"\b(?:order\w*|review\w*|check\w*|obtain\w*|repeat\w*|drew|ran)\b");

/// Tests by the words that people use, each pattern one test.
static TESTS: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    [
        r"\bcbc\b",
        r"\b[bc]mp\b",
        r"\ba1c\b|\bhba1c\b",
        r"\blipids?\b|\blipid panel\b",
        r"\btsh\b",
        r"\bua\b|\burinalysis\b",
        r"\be[ck]g\b",
        r"\bcxr\b|\bchest x-?ray\b",
        r"\bct\b(?: scan)?",
        r"\bmri\b",
        r"\bultrasound\b",
        r"\btroponins?\b",
        r"\bbnp\b",
        r"\bpsa\b",
        r"\bmammogram\b",
        r"\binr\b",
        r"\bculture\b",
        r"\bstrep\b",
        r"\bd-?dimer\b",
        r"\bechocardiogram\b|\becho\b",
    ]
    .iter()
    .map(|text| Regex::new(text).expect("the pattern is a constant"))
    .collect()
});

/// The level, where something is said of data.
pub(super) fn read(lower: &str) -> Option<Found> {
    // A test whose interpretation is billed counts in no category: which ones remain is not plain.
    if BILLED.is_match(lower) {
        return None;
    }
    let present = |pattern: &Regex| pattern.find_iter(lower).any(|found| !is_denied(lower, found.start()));
    let historian = present(&HISTORIAN);
    let (items, open) = items(lower);
    let first = items + u32::from(historian);
    let others = u32::from(present(&INTERPRETED)) + u32::from(present(&DISCUSSED));
    let met = u32::from(first >= 3) + others;
    let found = |level, words| Some(Found { level, words, open });
    match (met, items) {
        (2.., _) => found(Level::High, "two of the three categories"),
        (1, _) if others == 1 => found(Level::Moderate, "an independent interpretation or an outside discussion"),
        (1, _) => found(Level::Moderate, "three items"),
        (0, 2..) => found(Level::Low, "two items"),
        (0, _) if historian => found(Level::Low, "independent historian"),
        (0, 1) => found(Level::Straightforward, "one item"),
        _ if NONE.is_match(lower) => found(Level::Straightforward, "none"),
        _ => None,
    }
}

/// Tests ordered or reviewed and outside notes, and true where there may be more of them: tests are only named, or
/// counted in several places.
fn items(lower: &str) -> (u32, bool) {
    let count = |text: &str| match text {
        "a" | "an" => Some(1),
        text => number(text).filter(|n| *n <= 20),
    };
    let notes = NOTES.captures_iter(lower).filter(|found| !is_denied(lower, found.get(0).map_or(0, |m| m.start())));
    let notes: u32 = notes.map(|found| found.get(1).and_then(|m| count(m.as_str())).unwrap_or(1)).max().unwrap_or(0);
    if !DOING.is_match(lower) {
        return (notes, notes > 0);
    }
    let counted: Vec<u32> = COUNTED.captures_iter(lower).filter_map(|found| count(&found[1])).collect();
    let named = TESTS.iter().filter(|test| test.find_iter(lower).any(|found| !is_denied(lower, found.start()))).count();
    let named = u32::try_from(named).unwrap_or(0);
    let most = counted.iter().copied().max().unwrap_or(0);
    (most.max(named) + notes, counted.len() > 1 || named > most)
}
