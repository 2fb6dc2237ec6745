//! Every number in a sentence must stand in its own sources, in the checks it is about, or in the question: a model may
//! not bring one, and none is borrowed from another sentence.

use std::sync::LazyLock;

use regex::Regex;

use super::relevant::grounds;
use crate::domain::draft::Draft;
use crate::domain::evidence::Evidence;
use crate::domain::finding::Finding;

static NUMBER: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\d+(?:[.,]\d+)*").expect("constant"));

/// Looks every number of every sentence up.
pub fn check(evidence: &Evidence, draft: &Draft) -> Vec<Finding> {
    let mut findings = Vec::new();
    for assertion in draft.assertions() {
        let ground = grounds(evidence, assertion);
        let known: Vec<&str> = NUMBER.find_iter(&ground.text).map(|m| m.as_str()).collect();
        for number in NUMBER.find_iter(&assertion.text) {
            if !known.contains(&number.as_str()) {
                let start: String = assertion.text.chars().take(60).collect();
                findings.push(Finding::blocking("number", format!("{} is in no source of: {start}", number.as_str())));
            }
        }
    }
    findings
}
