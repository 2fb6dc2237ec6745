//! The level of a visit from what is stated: two of three elements of decision making, or time.

use crate::corpus::Corpus;
use crate::domain::inquiry::Inquiry;
use crate::domain::ruling::Ruling;

/// The answer, where the question states what it takes.
pub fn find(_corpus: &Corpus, _inquiry: &Inquiry) -> Option<Ruling> {
    None
}
