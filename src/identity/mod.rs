//! Patient identity: what tells who a person is goes out of a text before anything else reads it.
//!
//! Three types for three degrees, each made from the one before and in no other way: text as it came is a `&str`, and is
//! nobody's to keep; [`Deidentified`] holds no identifier of the rule's eighteen kinds (45 CFR 164.514(b)(2)(i)) but the dates
//! of service, which are facts of coding; [`Undated`] has a token for each date as well, and is what a model sees.
//!
//! Pure: no clock, no I/O. Where a text may be read two ways it is masked, unless it has the shape of a code: an answer
//! reads a little worse, and nobody is named. Each pattern is bounded in what it may match, so that no text costs more than
//! its length.

use std::borrow::Cow;

use crate::domain::identifier::Removed;

mod codes;
mod contact;
mod dates;
mod file_name;
mod names;
mod numbers;
mod places;
pub mod seal;
mod span;
mod token;
mod undated;
mod words;

pub use file_name::deidentify_file_name;
pub use span::holds_mask;
pub use undated::{Undated, UnknownToken};

/// Text that holds no identity. Made only by [`deidentify`], [`deidentify_file_name`] and from parts of itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Deidentified {
    text: String,
    removed: Vec<Removed>,
}

/// Masks every identifier of a text: a question, a subject.
pub fn deidentify(text: &str) -> Deidentified {
    let text = plain(text);
    let spans = span::settle(scan(&text));
    let (text, removed) = span::render(&text, &spans);
    Deidentified { text, removed }
}

/// True for a name that holds a number, a date or the like of some person. A name alone may be a practice's: `Miller GI`.
pub fn names_a_record(name: &str) -> bool {
    use crate::domain::identifier::Identifier::{Address, Clinician, Correspondent, Name};
    let of_practice = [Name, Clinician, Correspondent, Address];
    deidentify(name).removed().iter().any(|removed| !of_practice.contains(&removed.kind))
}

/// Every identifier of a text, as it is found; some overlap.
fn scan(text: &str) -> Vec<span::Span> {
    let mut spans = Vec::new();
    contact::find(text, &mut spans);
    places::find(text, &mut spans);
    dates::find_births(text, &mut spans);
    dates::find_ages(text, &mut spans);
    numbers::find(text, &mut spans);
    names::find(text, &mut spans);
    numbers::find_beside(text, &mut spans);
    spans
}

/// The text with blanks and hyphens of one kind, and without marks of no width: nothing hides between the figures of a number.
fn plain(text: &str) -> Cow<'_, str> {
    let invisible = |c: char| matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}');
    let blank = |c: char| matches!(c, '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}');
    let hyphen = |c: char| matches!(c, '\u{2010}'..='\u{2012}' | '\u{2212}' | '\u{fe63}' | '\u{ff0d}');
    let wide = |c: char| matches!(c, '\u{ff10}'..='\u{ff19}');
    if !text.contains(|c| invisible(c) || blank(c) || hyphen(c) || wide(c)) {
        return Cow::Borrowed(text);
    }
    let kept = text.chars().filter(|c| !invisible(*c)).map(|c| match c {
        c if blank(c) => ' ',
        c if hyphen(c) => '-',
        c if wide(c) => char::from_digit(u32::from(c) - 0xff10, 10).unwrap_or(c),
        c => c,
    });
    Cow::Owned(kept.collect())
}

impl Deidentified {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The text with one word for every mask, as a subject has it.
    pub fn with_masks(&self, word: &str) -> String {
        span::with_masks(&self.text, word)
    }

    /// What was taken out, by kind.
    pub fn removed(&self) -> &[Removed] {
        &self.removed
    }

    /// True where something was taken out that may tell who the patient is.
    pub fn named_a_patient(&self) -> bool {
        self.removed.iter().any(|removed| removed.kind.is_of_patient())
    }

    /// A text made of lines of this one, with what was taken out of the whole. A line that is none of them is masked again.
    #[must_use]
    pub fn excerpt(&self, text: &str) -> Self {
        let whole = text.lines().all(|line| self.text.contains(line.trim()));
        let text = if whole { text.to_owned() } else { deidentify(text).text };
        Self { text, removed: self.removed.clone() }
    }

    /// This text, and another one behind an empty line, with what was taken out of both.
    #[must_use]
    pub fn followed_by(&self, other: &Self) -> Self {
        if other.text.is_empty() {
            return self.clone();
        }
        let mut removed = self.removed.clone();
        for more in &other.removed {
            match removed.iter_mut().find(|known| known.kind == more.kind) {
                Some(known) => known.count += more.count,
                None => removed.push(*more),
            }
        }
        Self { text: format!("{}\n\n{}", self.text, other.text), removed }
    }

    /// The first characters of it, at most so many.
    #[must_use]
    pub fn shortened(&self, characters: usize) -> Self {
        let text = self.text.chars().take(characters).collect();
        Self { text, removed: self.removed.clone() }
    }

    /// The text with white space trimmed at both ends.
    #[must_use]
    pub fn trimmed(self) -> Self {
        let text = self.text.trim().to_owned();
        Self { text, ..self }
    }
}

impl std::fmt::Display for Deidentified {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests;
