//! How the fee schedule pays a code under a modifier: both sides, several procedures, two surgeons, assistants, components.

use super::Finding;
use crate::corpus::Corpus;
use crate::domain::check::{Check, Outcome, PaymentRule, Question, Scope};
use crate::domain::code::Code;
use crate::domain::inquiry::Inquiry;
use crate::domain::ruling::Ruling;

/// Looks it up.
pub fn check(_corpus: &Corpus, code: &Code, rule: PaymentRule, scope: Scope) -> Check {
    Finding::new(Outcome::NotChecked, "no table is on this shelf")
        .into_check(Question::PaymentRule { code: code.clone(), rule }, scope)
}

/// The checks of this kind that the question calls for.
pub fn asked(_corpus: &Corpus, _inquiry: &Inquiry) -> Vec<Question> {
    Vec::new()
}

/// The answer, where this is what is asked.
pub fn settle(_corpus: &Corpus, _inquiry: &Inquiry) -> Option<Ruling> {
    None
}
