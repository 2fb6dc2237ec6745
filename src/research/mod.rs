//! Research: read the question, run the checks, find the rules that bear on it.

pub mod dates;
pub mod passages;
pub mod plan;
pub mod read;
mod tokens;

use crate::checks;
use crate::corpus::{Corpus, CorpusError};
use crate::domain::check::Scope;
use crate::domain::evidence::Evidence;

pub use read::{Reading, read};

/// Reads a question and collects all the evidence for it.
///
/// # Errors
/// The edition's index is damaged; the tables alone never fail.
pub fn run(corpus: &Corpus, text: &str, reading: &Reading) -> Result<Evidence, CorpusError> {
    let inquiry = read(corpus, text, reading);
    let scope: Scope = inquiry.scope;
    let questions = plan::questions(&inquiry);
    let found: Vec<_> = questions.iter().map(|question| checks::ask(corpus, question, scope)).collect();
    let passages = passages::find(corpus, &inquiry, &found)?;
    Ok(Evidence::new(inquiry, found, passages, corpus.edition().to_owned()))
}
