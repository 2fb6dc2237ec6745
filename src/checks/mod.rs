//! Computed facts over the corpus, one file a kind. Research asks them; verification asks them again.
//!
//! A check never searches and never guesses. Each has one of a few fixed outcomes, the release that answered, and
//! the rows that say so. Where the release in force on the date is not on the shelf, the outcome is *not checked*,
//! with what the nearest release held.

pub mod add_on;
pub mod bypass;
pub mod conclude;
pub mod excludes;
pub mod global;
pub mod indicator;
pub mod page;
pub mod ptp;
pub mod ruling;
pub mod separation;
pub mod status;
pub mod units;

use crate::corpus::{Corpus, Release};
use crate::domain::check::{Check, Figures, LastKnown, Outcome, Question, Scope};
use crate::domain::citation::Source;

/// Asks one question of the corpus.
pub fn ask(corpus: &Corpus, question: &Question, scope: Scope) -> Check {
    match question {
        Question::CodeStatus { code } => status::check(corpus, code, scope),
        Question::Ptp { a, b } => ptp::check(corpus, a, b, scope),
        Question::Units { code, asked } => units::check(corpus, code, *asked, scope),
        Question::AddOn { code, with } => add_on::check(corpus, code, with, scope),
        Question::GlobalPeriod { code } => global::check(corpus, code, scope),
        Question::Excludes { a, b } => excludes::check(corpus, a, b, scope),
    }
}

/// What a check found, before it is put together.
struct Finding {
    outcome: Outcome,
    detail: String,
    figures: Figures,
    release: Option<Release>,
    last_known: Option<LastKnown>,
    sources: Vec<Source>,
}

impl Finding {
    fn new(outcome: Outcome, detail: impl Into<String>) -> Self {
        Self {
            outcome,
            detail: detail.into(),
            figures: Figures::default(),
            release: None,
            last_known: None,
            sources: Vec::new(),
        }
    }

    fn figures(mut self, figures: Figures) -> Self {
        self.figures = figures;
        self
    }

    fn release(mut self, release: Option<&Release>) -> Self {
        self.release = release.cloned();
        self
    }

    fn last_known(mut self, last_known: Option<LastKnown>) -> Self {
        self.last_known = last_known;
        self
    }

    fn sources(mut self, sources: Vec<Source>) -> Self {
        self.sources = sources;
        self
    }

    fn into_check(self, question: Question, scope: Scope) -> Check {
        Check {
            question,
            scope,
            outcome: self.outcome,
            detail: self.detail,
            figures: self.figures,
            release: self.release.map(|release| release.id).unwrap_or_default(),
            last_known: self.last_known,
            sources: self.sources,
        }
    }
}

/// A detail as a sentence of its own.
pub fn sentence(detail: &str) -> String {
    let mut chars = detail.chars();
    let first = chars.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    let text = format!("{first}{}", chars.as_str());
    if text.ends_with(['.', '?', '!']) { text } else { format!("{text}.") }
}

/// A date as a reader writes it: 2024-08-01 stays ISO, so that nobody takes the month for the day.
fn until(release: &Release) -> String {
    release.period.to.map_or_else(|| "with no end given".to_owned(), |to| format!("until {to}"))
}

#[cfg(test)]
mod tests;
