//! Research: read the question, run the checks, find the rules that bear on it.

pub mod dates;
pub mod passages;
pub mod plan;
mod purpose;
pub mod read;
pub mod stated;
mod tokens;

use crate::checks;
use crate::corpus::{Corpus, CorpusError};
use crate::domain::check::{Check, Scope};
use crate::domain::evidence::Evidence;
use crate::domain::ruling::Ruling;

pub use read::{Reading, read};

/// Reads a question and collects all the evidence for it.
///
/// # Errors
/// The edition's index is damaged; the tables alone never fail.
pub fn run(corpus: &Corpus, text: &str, reading: &Reading) -> Result<Evidence, CorpusError> {
    let inquiry = read(corpus, text, reading);
    let scope: Scope = inquiry.scope;
    let ask = |ruling: Option<&Ruling>| -> Vec<Check> {
        plan::questions(corpus, &inquiry, ruling).iter().map(|question| checks::ask(corpus, question, scope)).collect()
    };
    let mut found = ask(None);
    let ruling = checks::ruling::settling(corpus, &inquiry, &found);
    if ruling.is_some() {
        found = ask(ruling.as_ref());
    }
    let passages = passages::find(corpus, &inquiry, &found, ruling.as_ref())?;
    Ok(Evidence::new(inquiry, found, ruling, passages, corpus.edition().to_owned()))
}
