//! Whether a question asks for a place of service.

use super::places;
use super::situation::{Situation, read};
use crate::domain::inquiry::Inquiry;
use crate::domain::pattern::pattern;

pattern!(
    NAMED,
    r"\bPOS\b|(?i:\bplaces? of service\b|\b(?:which|what|right|correct|proper) pos\b|\bpos (?:codes?|for|is|or|\d\d)\b)"
);
pattern!(
    WANTS,
    r"(?ix)\b(?:which|what|whats|what's|correct|right|proper|need\ the|best)\b [^.?!\n]{0,24} \b(?:pos|place\ of\ service)\b
      | \b(?:pos|place\ of\ service)\b (?:\ codes?)? \s+ (?:for|when|if|should|do|would|to\ use)\b
      | \b(?:pos|place\ of\ service)\b [^.?!\n]{0,12} \d\d \s* (?:,|or|vs\.?|versus|/) \s* (?:pos\ )?\d\d"
);
pattern!(
    MEANS,
    r"(?i)\bwhat(?:'s| is| does| do| are)?(?: (?:the|a|an|code|codes|about))* (?:pos|place of service)(?: codes?)? \d\d|\b(?:pos|place of service)(?: codes?)? \d\d (?:mean|stand for|is what)|\bmeaning of (?:the )?(?:pos|place of service)"
);
pattern!(
    RATE,
    r"(?i)\b(?:non-?)?facility\b[^.?!\n]{0,30}\b(?:or|rate|payment|pos|place)\b|\b(?:pos|place of service)\b[^.?!\n]{0,30}\b(?:non-?)?facility\b"
);
pattern!(USE, r"(?i)\b(?:use|bill|report|put|submit|correct|right|ok(?:ay)?|allowed|valid|should)\b");

/// What is asked of a place of service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asks {
    /// Which one.
    Which,
    /// What a number means, or which rate goes with it.
    Meaning,
    /// Whether a number is right.
    Whether,
    /// Nothing.
    Nothing,
}

/// The sentences that ask, or all where no question mark stands.
fn asking(inquiry: &Inquiry) -> String {
    let asked = inquiry.text_asked();
    if asked.trim().is_empty() { inquiry.text.clone() } else { asked }
}

/// What is asked.
pub(super) fn asks(inquiry: &Inquiry) -> Asks {
    let asked = asking(inquiry);
    if !NAMED.is_match(&asked) {
        return Asks::Nothing;
    }
    let numbers = inquiry.stated.places_of_service.len();
    if numbers > 0 && MEANS.is_match(&asked) || numbers == 1 && RATE.is_match(&asked) {
        Asks::Meaning
    } else if WANTS.is_match(&asked) {
        Asks::Which
    } else if numbers == 1 && USE.is_match(&asked) {
        Asks::Whether
    } else {
        Asks::Nothing
    }
}

/// Places that are told of, at most.
const MOST: usize = 4;

/// The codes that the question is about: those it names, and those of the place it describes.
pub(super) fn codes(inquiry: &Inquiry) -> Vec<String> {
    let asks = asks(inquiry);
    if asks == Asks::Nothing {
        return Vec::new();
    }
    let mut found: Vec<String> = inquiry.stated.places_of_service.clone();
    let mut put = |code: &str| {
        if places::find(code).is_some() && !found.iter().any(|known| known == code) {
            found.push(code.to_owned());
        }
    };
    if asks != Asks::Meaning {
        match read(&inquiry.text) {
            Situation::Place(code) => put(code),
            Situation::Between(one, two) => [one, two].into_iter().for_each(put),
            Situation::Telehealth => ["10", "02"].into_iter().for_each(put),
            Situation::Unclear => {}
        }
    }
    found.truncate(MOST);
    found
}
