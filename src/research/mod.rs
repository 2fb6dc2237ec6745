//! Research: read the question, run the checks, find the rules that bear on it.

pub mod dates;
pub mod follow;
mod parts;
pub mod passages;
pub mod plan;
mod purpose;
pub mod read;
pub mod stated;
mod tokens;

use crate::checks;
use crate::corpus::{Corpus, CorpusError};
use crate::domain::aside;
use crate::domain::check::{Check, Scope};
use crate::domain::evidence::Evidence;
use crate::domain::inquiry::Inquiry;
use crate::domain::ruling::{Basis, Ruling};
use crate::identity::Deidentified;

pub use read::{Reading, read, read_beside};

/// Builds the patterns of reading, which takes tens of milliseconds, on the thread that calls it: `ask` does so beside
/// the opening of the edition.
pub fn get_ready() {
    const QUESTION: &str = "Which modifier is billed with 99213 on 8/1/2024, and is it covered?";
    parts::split(QUESTION);
    let stated = stated::read(QUESTION);
    purpose::decline(QUESTION, false);
    purpose::is_blank(QUESTION);
    checks::get_ready(&read::of_words(QUESTION, stated));
}

/// Reads a message and collects all the evidence for it: for each of its questions by itself.
///
/// # Errors
/// The edition's index is damaged; the tables alone never fail.
pub fn run(corpus: &Corpus, question: &Deidentified, reading: &Reading) -> Result<Evidence, CorpusError> {
    run_beside(corpus, question, &Deidentified::default(), reading)
}

/// The same with facts from files, which bear on each of the questions and ask none.
///
/// # Errors
/// As [`run`].
pub fn run_beside(
    corpus: &Corpus,
    question: &Deidentified,
    facts: &Deidentified,
    reading: &Reading,
) -> Result<Evidence, CorpusError> {
    // What is said beside the question, of mails and computers, is nobody's to reason from.
    let question = &question.excerpt(&aside::without(question.as_str()));
    let whole = read_beside(corpus, question, facts, reading);
    let questions = if whole.decline.is_some() {
        Vec::new()
    } else {
        parts::split(question.shortened(read::MAX_TEXT).as_str().trim())
    };
    if questions.len() < 2 {
        return one(corpus, whole);
    }
    let mut all = Vec::new();
    for part in questions.iter().take(parts::MAX_PARTS) {
        let mut inquiry = read_beside(corpus, &question.excerpt(part), facts, reading);
        // What is said of the whole message is true of each of its questions.
        inquiry.wants_person |= whole.wants_person || questions.len() > parts::MAX_PARTS;
        all.push(one(corpus, inquiry)?);
    }
    let mut all = all.into_iter();
    let Some(mut first) = all.next() else { return one(corpus, whole) };
    first.also = all.collect();
    Ok(first)
}

/// Computations that rest on a table alone, by a word of their name.
const TABLES: [&str; 9] =
    ["denial", "place", "fee", "outpatient", "opps", "crosswalk", "risk adjustment", "coverage", "laboratory"];

/// The evidence for one question.
fn one(corpus: &Corpus, inquiry: Inquiry) -> Result<Evidence, CorpusError> {
    let scope: Scope = inquiry.scope;
    let ask = |ruling: Option<&Ruling>| -> Vec<Check> {
        plan::questions(corpus, &inquiry, ruling).iter().map(|question| checks::ask(corpus, question, scope)).collect()
    };
    let mut found = ask(None);
    let ruling = checks::ruling::settling(corpus, &inquiry, &found);
    if ruling.is_some() {
        found = ask(ruling.as_ref());
    }
    // What a denial code, a place, a fee or a crosswalk is, its own table tells; rules that share a code or two letters
    // with it are about something else.
    let decoded = |ruling: &Ruling| matches!(&ruling.basis, Basis::Computed { rule } if TABLES.iter().any(|word| rule.contains(word)));
    if ruling.as_ref().is_some_and(decoded) {
        return Ok(Evidence::new(inquiry, found, ruling, Vec::new(), corpus.edition().to_owned()));
    }
    let passages = passages::find(corpus, &inquiry, &found, ruling.as_ref())?;
    Ok(Evidence::new(inquiry, found, ruling, passages, corpus.edition().to_owned()))
}
