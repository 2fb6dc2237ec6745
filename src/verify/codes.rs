//! A code may appear only if it is on the shelf, or is named by the question; a code to bill must be valid.

use std::sync::LazyLock;

use regex::Regex;

use crate::corpus::Corpus;
use crate::domain::check::{Outcome, Question};
use crate::domain::code::Code;
use crate::domain::draft::Draft;
use crate::domain::evidence::Evidence;
use crate::domain::finding::Finding;

static SHAPES: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\b(?:\d{4}[0-9AFMTU]|[A-V]\d{4}|[A-Z]\d[0-9A-Z]\.[0-9A-Z]{1,4})\b").expect("constant")
});

/// Every code in every sentence, and every line to bill.
pub fn check(corpus: &Corpus, evidence: &Evidence, draft: &Draft) -> Vec<Finding> {
    let mut findings = Vec::new();
    for assertion in draft.assertions() {
        for found in SHAPES.find_iter(&assertion.text) {
            if !is_known(corpus, evidence, found.as_str()) {
                findings.push(Finding::blocking(
                    "code",
                    format!("{} is in no table of the shelf and not in the question", found.as_str()),
                ));
            }
        }
    }
    for line in &draft.lines {
        let check = evidence
            .checks
            .iter()
            .find(|check| matches!(&check.question, Question::CodeStatus { code } if *code == line.code));
        match check.map(|check| check.outcome) {
            Some(Outcome::Active) => {}
            Some(outcome) => findings.push(Finding::blocking(
                "code",
                format!("{} is to be billed but is {} on the date", line.code, outcome.words()),
            )),
            None => {
                findings.push(Finding::blocking("code", format!("{} is to be billed but was never checked", line.code)))
            }
        }
        for modifier in &line.modifiers {
            if corpus.find_modifier(modifier.as_str()).is_none() {
                findings.push(Finding::blocking("code", format!("modifier {modifier} is not on the shelf")));
            }
        }
    }
    findings
}

fn is_known(corpus: &Corpus, evidence: &Evidence, text: &str) -> bool {
    let Ok(code) = Code::parse(text) else { return false };
    let mentioned = evidence.inquiry.codes().contains(&&code);
    let cited = || evidence.citations.iter().any(|c| c.source.quote.contains(text) || c.source.place.contains(text));
    let in_rule = || {
        evidence.passages.iter().any(|p| {
            p.text.contains(text)
                || p.exceptions.iter().any(|e| e.contains(text))
                || p.documentation.iter().any(|e| e.contains(text))
        })
    };
    mentioned || !corpus.list_periods(&code).is_empty() || cited() || in_rule()
}
