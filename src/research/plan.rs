//! Which checks a question calls for: those asked, and those without which an answer would be half one.

use crate::checks;
use crate::corpus::Corpus;
use crate::domain::check::Question;
use crate::domain::code::{Code, CodeSet};
use crate::domain::inquiry::{Inquiry, Intent, MAX_CODES};
use crate::domain::ruling::Ruling;

/// The questions to ask of the corpus, in the order of the reply.
pub fn questions(corpus: &Corpus, inquiry: &Inquiry, ruling: Option<&Ruling>) -> Vec<Question> {
    let codes: Vec<&Code> = inquiry.codes().into_iter().take(MAX_CODES).collect();
    let procedures: Vec<&Code> = codes.iter().copied().filter(|code| code.set().is_procedure()).collect();
    let diagnoses: Vec<&Code> = codes.iter().copied().filter(|code| code.set() == CodeSet::Icd10cm).collect();
    let mut questions: Vec<Question> =
        codes.iter().map(|code| Question::CodeStatus { code: (*code).clone() }).collect();
    // What a rule says to bill is held against the tables like what the question names.
    for line in ruling.iter().flat_map(|ruling| &ruling.lines) {
        let question = Question::CodeStatus { code: line.code.clone() };
        if !questions.contains(&question) {
            questions.push(question);
        }
    }
    if inquiry.asks(Intent::Bundling) {
        pairs(&procedures, |a, b| questions.push(Question::Ptp { a, b }));
    }
    if inquiry.asks(Intent::DiagnosisPair) {
        pairs(&diagnoses, |a, b| questions.push(Question::Excludes { a, b }));
    }
    for mention in inquiry.mentions.iter().filter(|m| m.code.set().is_procedure()).take(MAX_CODES) {
        let code = mention.code.clone();
        if inquiry.asks(Intent::Units) || inquiry.asks(Intent::Bundling) {
            questions.push(Question::Units { code: code.clone(), asked: mention.units });
        }
        if inquiry.asks(Intent::AddOn) || inquiry.asks(Intent::Bundling) {
            let with = procedures.iter().filter(|other| **other != &code).map(|other| (*other).clone()).collect();
            questions.push(Question::AddOn { code: code.clone(), with });
        }
        if inquiry.asks(Intent::GlobalPeriod) || inquiry.asks(Intent::Bundling) {
            questions.push(Question::GlobalPeriod { code });
        }
    }
    for question in checks::asked(corpus, inquiry) {
        if !questions.contains(&question) {
            questions.push(question);
        }
    }
    questions
}

fn pairs(codes: &[&Code], mut push: impl FnMut(Code, Code)) {
    for (n, a) in codes.iter().enumerate() {
        for b in &codes[n + 1..] {
            push((*a).clone(), (*b).clone());
        }
    }
}
