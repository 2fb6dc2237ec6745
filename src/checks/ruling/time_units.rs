//! Units of services by time: therapy, critical care, prolonged services, psychotherapy, infusions, counseling, care
//! management, discharge and sedation. Source: Medicare Claims Processing Manual (Pub. 100-04), chapter 12, sections
//! 30.5, 30.6.12 and 30.6.15, and chapter 5, section 20.2; the rest rests on rule cards that name their document.

mod amount;
pub(super) mod answer;
mod clock;
mod counseling;
pub(super) mod critical;
mod discharge;
mod infusion;
pub(super) mod minutes;
mod monthly;
pub(super) mod prolonged;
mod psychotherapy;
mod sedation;
mod therapy;

use std::sync::LazyLock;

use regex::Regex;

pub(super) use self::amount::number;
use self::minutes::Minutes;
pub(super) use self::psychotherapy::beside;
pub use self::psychotherapy::is_beside_visit;
use super::wants::{Wants, plain};
use crate::corpus::Corpus;
use crate::domain::inquiry::Inquiry;
use crate::domain::ruling::Ruling;

/// What an amount of time is asked about: a code, units, a verdict.
static ASKS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\?|\bunits?\b|\bhow (?:many|do|would|should|to)\b|\b(?:which|what)\b|\bcod(?:e|es|ing)\b|\bbill\w*|\breport\w*|\bcharge\b|\benough\b")
        .expect("the pattern is a constant")
});
/// Questions whose answer is no count of minutes.
static ELSEWHERE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:den(?:y|ied|ial|ies)|appeal\w*|reject\w*|diagnos[ie]s code|icd|which diagnosis|supervis\w*|incident|residents?|teaching|students?|scribe|split (?:visits?|care)|shared|locum|telehealth|how much (?:does|do|will|is)|pays?\b|paid|reimburs\w*|rvus?|fee schedule|allowable|per (?:year|lifetime)|how often|frequency)\b")
        .expect("the pattern is a constant")
});

/// A message of no more words is a question without its question mark.
const TERSE: usize = 20;

/// One kind of service: its units, where the question is about it.
type Kind = fn(&Corpus, &Inquiry, &Minutes) -> Option<Ruling>;

/// The answer, where the question states what it takes.
pub fn find(corpus: &Corpus, inquiry: &Inquiry) -> Option<Ruling> {
    const KINDS: [Kind; 9] = [
        critical::find,
        prolonged::find,
        therapy::find,
        psychotherapy::find,
        infusion::find,
        counseling::find,
        monthly::find,
        discharge::find,
        sedation::find,
    ];
    let text = inquiry.text.as_str();
    // A short message with minutes in it asks, whatever its words.
    let terse = text.split_whitespace().nth(TERSE).is_none();
    if !(terse || ASKS.is_match(text)) || ELSEWHERE.is_match(text) || Wants::of(&plain(text)).modifier {
        return None;
    }
    let minutes = minutes::read(text);
    if minutes.spans.is_empty() && minutes.clocks.is_empty() && minutes.bounds.is_empty() {
        return None;
    }
    KINDS.iter().find_map(|kind| kind(corpus, inquiry, &minutes))
}

#[cfg(test)]
mod tests;
