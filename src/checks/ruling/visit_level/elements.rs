//! The three elements of decision making as a question states them. Their levels are CPT's, to which the Claims
//! Processing Manual, chapter 12, section 30.6.1.B, refers.

mod data;
mod problems;
mod risk;

use std::sync::LazyLock;

use regex::Regex;

use super::level::{Level, decision};

use crate::domain::pattern::pattern;

pattern!(
    WHOLE,
    r"\b(?P<a>straight[\s-]?forward|low|moderate|high)(?:[\s-]+(?:complexity|level(?: of)?))*[\s-]+(?:mdm|medical decision[\s-]making|decision[\s-]making)\b|\b(?:mdm|medical decision[\s-]making|decision[\s-]making)\b\s*(?:\(?(?:is|was|of|at|level|complexity|supports|documented|comes (?:out )?(?:as|to)|as|meets|only|to be|at best|clearly|a)\b\s*|[:=,-]\s*)*(?P<b>straight[\s-]?forward|low|moderate|high)\b"
);
pattern!(
    STATED,
    r"\b(?P<a>straight[\s-]?forward|minimal|low|limited|moderate|high|extensive)[\s-]+(?:level |complexity |number and complexity of |amount of |amount and complexity of |number of )*(?P<b>problems?|data|risk)\b|\b(?P<c>problems?|data|risk)\b\s*(?:\(?(?:is|are|was|were|addressed|reviewed|element|level|of management)\b\s*|[:=-]\s*)*(?P<d>none|minimal|low|limited|moderate|high|extensive|straight[\s-]?forward)\b"
);
pattern!(
    NOT_RISK,
    r"^\s*(?:patients?|pts?|meds?|medications?|drugs?|factors?|surgery|surgical|procedures?|pregnan\w*|population|score)\b"
);
pattern!(
    NEGATED,
    r"\b(?:no|not|without|denies|denied|isn't|wasn't|aren't|never|nobody is|neither|nor|lacks?|absent|negative for|rules? out|ruled out)\s+(?:\w+\s+){0,2}$"
);

/// An element: its level, and what raised it to it in few words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    /// Its level.
    pub level: Level,
    /// What was found.
    pub words: &'static str,
    /// True where there may be more than is told, and the level be higher.
    pub open: bool,
}

/// A rule of one element: a level, what matches, and how it is called.
type Rule = (Level, &'static LazyLock<Regex>, &'static str);

/// The elements.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Elements {
    /// Decision making as the question itself names it.
    pub whole: Option<Level>,
    /// Problems addressed.
    pub problems: Option<Found>,
    /// Data reviewed and analyzed.
    pub data: Option<Found>,
    /// Risk of management.
    pub risk: Option<Found>,
}

/// Reads them; `None` where the question names two levels of the whole.
pub fn read(text: &str) -> Option<Elements> {
    let lower = text.to_lowercase();
    let mut wholes: Vec<Level> = WHOLE
        .captures_iter(&lower)
        .filter_map(|found| Level::of(&found.name("a").or(found.name("b"))?.as_str().replace(['-', '\t', '\n'], " ")))
        .collect();
    wholes.dedup();
    if wholes.len() > 1 || two_levels(&lower) {
        return None;
    }
    let said = |element: &str| stated(&lower, element);
    Some(Elements {
        whole: wholes.first().copied(),
        problems: said("problem").or_else(|| problems::read(&lower)),
        data: said("data").or_else(|| data::read(&lower)),
        risk: said("risk").or_else(|| risk::read(&lower)),
    })
}

/// `low to moderate`, `moderate or high`: no level is stated.
fn two_levels(lower: &str) -> bool {
    pattern!(
        TWO,
        r"\b(?:straight[\s-]?forward|low|moderate)\s*(?:to|or|/|versus|vs\.?|-)\s*(?:low|moderate|high)\b[^.?!]{0,24}\b(?:mdm|decision)"
    );
    TWO.is_match(lower)
}

/// The level that the question gives an element by its word.
fn stated(lower: &str, element: &str) -> Option<Found> {
    let mut levels: Vec<Level> = STATED
        .captures_iter(lower)
        .filter(|found| {
            !found.name("b").is_some_and(|word| element == "risk" && NOT_RISK.is_match(&lower[word.end()..]))
        })
        .filter(|found| found.name("b").or(found.name("c")).is_some_and(|word| word.as_str().starts_with(element)))
        .filter(|found| !found.name("a").is_some_and(|word| is_self_limited(lower, word.start())))
        .filter_map(|found| Level::of(&found.name("a").or(found.name("d"))?.as_str().replace('-', " ")))
        .collect();
    levels.dedup();
    match levels[..] {
        [level] => Some(Found { level, words: "as stated", open: false }),
        _ => None,
    }
}

/// `Self-limited problem` names a problem, not limited data.
fn is_self_limited(lower: &str, at: usize) -> bool {
    lower[..at].trim_end_matches([' ', '-']).ends_with("self")
}

/// True where the words before a match deny it.
fn is_denied(lower: &str, at: usize) -> bool {
    let from = lower.floor_char_boundary(at.saturating_sub(40));
    let before = lower[from..at].rsplit(['.', '?', '!', ';', ',']).next().unwrap_or_default();
    NEGATED.is_match(before)
}

/// The first rule, highest first, of which a match stands that is not denied.
fn highest(lower: &str, rules: &[Rule]) -> Option<Found> {
    rules
        .iter()
        .find(|(_, pattern, _)| pattern.find_iter(lower).any(|found| !is_denied(lower, found.start())))
        .map(|(level, _, words)| Found { level: *level, words, open: false })
}

impl Elements {
    /// Lowest and highest decision making: by its elements, else as the question names it.
    pub fn decision(&self) -> Option<(Level, Level)> {
        let range =
            |found: Option<Found>| found.map(|found| (found.level, if found.open { Level::High } else { found.level }));
        let by_elements = decision([range(self.problems), range(self.data), range(self.risk)]);
        match (by_elements, self.whole) {
            (None, Some(whole)) => Some((whole, whole)),
            // What the question calls it must be what its elements give.
            (Some((low, high)), Some(whole)) if low <= whole && whole <= high => Some((whole, whole)),
            (Some(_), Some(_)) => None,
            // Too much is open where what is not told could lift it by two levels.
            (Some((low, high)), None) => Some((low, high)).filter(|_| low.is_near(high)),
            (None, None) => None,
        }
    }

    /// The elements in words: `problems moderate (two stable chronic illnesses), risk moderate (…)`.
    pub fn words(&self) -> String {
        let parts = [("problems", self.problems), ("data", self.data), ("risk", self.risk)];
        let known = parts.into_iter().filter_map(|(name, found)| {
            let found = found?;
            let level = match (name, found.level) {
                ("data", Level::Straightforward) => "minimal",
                ("data", Level::Low) => "limited",
                ("data", Level::High) => "extensive",
                (_, Level::Straightforward) => "minimal",
                (_, level) => level.word(),
            };
            Some(if found.words == "as stated" {
                format!("{name} {level}")
            } else {
                format!("{name} {level} ({})", found.words)
            })
        });
        known.collect::<Vec<_>>().join(", ")
    }
}
