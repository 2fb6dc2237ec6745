//! The full code of a diagnosis from a heading and the facts stated: side, encounter, stage.

use crate::corpus::Corpus;
use crate::domain::inquiry::Inquiry;
use crate::domain::ruling::Ruling;

/// The answer, where the question states what it takes.
pub fn find(_corpus: &Corpus, _inquiry: &Inquiry) -> Option<Ruling> {
    None
}
