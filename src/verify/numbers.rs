//! Every number in a sentence must stand in its sources, in the question, or in a check: a model may not bring one.

use std::sync::LazyLock;

use regex::Regex;

use crate::domain::draft::Draft;
use crate::domain::evidence::Evidence;
use crate::domain::finding::Finding;

static NUMBER: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\d+(?:[.,]\d+)*").expect("constant"));

/// Looks every number of every sentence up.
pub fn check(evidence: &Evidence, draft: &Draft) -> Vec<Finding> {
    let mut findings = Vec::new();
    let everywhere = everywhere(evidence);
    for assertion in draft.assertions() {
        let cited: String = assertion
            .cites
            .iter()
            .filter_map(|n| evidence.citation(*n))
            .map(|citation| {
                format!(
                    " {} {} {} {}",
                    citation.source.doc, citation.source.place, citation.source.quote, citation.source.note
                )
            })
            .collect();
        let known: Vec<&str> =
            NUMBER.find_iter(&everywhere).chain(NUMBER.find_iter(&cited)).map(|m| m.as_str()).collect();
        for number in NUMBER.find_iter(&assertion.text) {
            if !known.contains(&number.as_str()) {
                findings.push(Finding::blocking(
                    "number",
                    format!(
                        "{} is in no source of: {}",
                        number.as_str(),
                        assertion.text.chars().take(60).collect::<String>()
                    ),
                ));
            }
        }
    }
    findings
}

/// What any sentence may draw on: the question's codes, units and date, and what the checks say.
fn everywhere(evidence: &Evidence) -> String {
    let inquiry = &evidence.inquiry;
    let mut text = format!("{} {:?} {}", inquiry.scope.as_of, inquiry.malformed, ICD_NAME);
    for mention in &inquiry.mentions {
        text.push_str(&format!(" {} {:?} {:?}", mention.code, mention.units, mention.modifiers));
    }
    for modifier in &inquiry.modifiers {
        text.push_str(&format!(" {modifier}"));
    }
    for check in &evidence.checks {
        text.push_str(&format!(" {} {:?}", check.detail, check.figures));
        if let Some(last) = &check.last_known {
            text.push_str(&format!(" {} {}", last.title, last.value));
        }
    }
    if let Some(ruling) = &evidence.ruling {
        text.push_str(&format!(" {} {}", ruling.say, ruling.ask.as_deref().unwrap_or_default()));
    }
    for passage in &evidence.passages {
        text.push_str(&format!(
            " {} {} {}",
            passage.text,
            passage.exceptions.join(" "),
            passage.documentation.join(" ")
        ));
    }
    text
}

/// Numbers that belong to names, not to facts: ICD-10, the modifiers that bypass edits.
const ICD_NAME: &str = "10 25 57 59";
