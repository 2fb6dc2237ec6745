//! Computed facts over the corpus, one file a kind. Research asks them; verification asks them again.
//!
//! A check never searches and never guesses. Each has one of a few fixed outcomes, the release that answered, and
//! the rows that say so. Where the release in force on the date is not on the shelf, the outcome is *not checked*,
//! with what the nearest release held.

pub mod add_on;
pub mod bypass;
pub mod conclude;
pub mod coverage;
pub mod crosswalk;
pub mod denial;
pub mod excludes;
pub mod fee;
pub mod global;
pub mod indicator;
pub mod instructions;
pub mod modifier_fit;
pub mod opps;
pub mod page;
pub mod payment;
pub mod place_of_service;
pub mod ptp;
pub mod risk;
pub mod ruling;
pub mod separation;
pub mod status;
pub mod told;
pub mod units;

use crate::corpus::{Corpus, Release};
use crate::domain::check::{Check, Figures, LastKnown, Outcome, Question, Scope};
use crate::domain::citation::Source;
use crate::domain::inquiry::Inquiry;

/// Builds the patterns by which questions call for checks.
pub fn get_ready(inquiry: &Inquiry) {
    separation::separation(&inquiry.text);
    ruling::rank::asking_part(&inquiry.text);
    ruling::wants::Wants::of(&inquiry.text);
    payment::wording::rules(&inquiry.text, &[]);
    fee::get_ready(inquiry);
    coverage::get_ready(inquiry);
    opps::get_ready(inquiry);
}

/// Asks one question of the corpus.
pub fn ask(corpus: &Corpus, question: &Question, scope: Scope) -> Check {
    match question {
        Question::CodeStatus { code } => status::check(corpus, code, scope),
        Question::Ptp { a, b } => ptp::check(corpus, a, b, scope),
        Question::Units { code, asked } => units::check(corpus, code, *asked, scope),
        Question::AddOn { code, with } => add_on::check(corpus, code, with, scope),
        Question::GlobalPeriod { code } => global::check(corpus, code, scope),
        Question::Excludes { a, b } => excludes::check(corpus, a, b, scope),
        Question::PaymentRule { code, rule } => payment::check(corpus, code, *rule, scope),
        Question::ModifierFit { code, modifier } => modifier_fit::check(corpus, code, modifier, scope),
        Question::Fee { code, modifier, locality } => {
            fee::check(corpus, code, modifier.as_ref(), locality.as_deref(), scope)
        }
        Question::Opps { code } => opps::check(corpus, code, scope),
        Question::Instructions { code, with } => instructions::check(corpus, code, with, scope),
        Question::RiskCategory { code } => risk::check(corpus, code, scope),
        Question::Crosswalk { code } => crosswalk::check(corpus, code, scope),
        Question::Coverage { code, diagnosis, state } => {
            coverage::check(corpus, code, diagnosis.as_ref(), state.as_deref(), scope)
        }
        Question::Denial { code } => denial::check(corpus, code, scope),
        Question::PlaceOfService { code } => place_of_service::check(corpus, code, scope),
    }
}

/// The checks that an inquiry calls for by its words; each kind knows its own.
pub fn asked(corpus: &Corpus, inquiry: &Inquiry) -> Vec<Question> {
    const KINDS: [fn(&Corpus, &Inquiry) -> Vec<Question>; 10] = [
        payment::asked,
        modifier_fit::asked,
        fee::asked,
        opps::asked,
        instructions::asked,
        risk::asked,
        crosswalk::asked,
        coverage::asked,
        denial::asked,
        place_of_service::asked,
    ];
    KINDS.iter().flat_map(|asked| asked(corpus, inquiry)).collect()
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
