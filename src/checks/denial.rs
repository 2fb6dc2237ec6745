//! What a denial code says.

use super::Finding;
use crate::corpus::Corpus;
use crate::domain::check::{Check, Outcome, Question, Scope};
use crate::domain::inquiry::Inquiry;
use crate::domain::ruling::Ruling;

/// Looks it up.
pub fn check(_corpus: &Corpus, code: &str, scope: Scope) -> Check {
    Finding::new(Outcome::NotChecked, "no table is on this shelf")
        .into_check(Question::Denial { code: code.to_owned() }, scope)
}

/// The checks of this kind that the question calls for.
pub fn asked(_corpus: &Corpus, _inquiry: &Inquiry) -> Vec<Question> {
    Vec::new()
}

/// The answer, where this is what is asked.
pub fn settle(_corpus: &Corpus, _inquiry: &Inquiry) -> Option<Ruling> {
    None
}
