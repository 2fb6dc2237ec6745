//! Nothing that identifies a patient, and nothing that a mail could be steered by, leaves in a draft.

use std::sync::LazyLock;

use regex::Regex;

use crate::domain::draft::Draft;
use crate::domain::evidence::Evidence;
use crate::domain::finding::Finding;

static FORBIDDEN: LazyLock<Vec<(&str, Regex)>> = LazyLock::new(|| {
    let make = |text: &str| Regex::new(text).expect("constant");
    vec![
        ("an address", make(r"[\w.+-]+@[\w-]+\.[\w.-]+")),
        ("a web link", make(r"(?i)\b(?:https?|ftp)://|\bwww\.|\]\(|!\[")),
        ("markup", make(r"(?i)<\s*/?\s*[a-z][^>]*>")),
        ("a telephone number", make(r"\b(?:\+?1[ .-]?)?\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}\b")),
        ("a social security number", make(r"\b\d{3}-\d{2}-\d{4}\b")),
        (
            "a promise of payment",
            make(r"(?i)\bguarantee\w*\s+(?:of\s+)?(?:payment|reimbursement)|\bwill (?:definitely|certainly) be paid"),
        ),
    ]
});

static NAMED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:\b[Pp]atient(?:'s name)?(?: is| name is|:)?|\b[Pp]t\.?|\bMr\.?|\bMrs\.?|\bMs\.?|\b[Nn]ame:)\s+((?:[A-Z][a-z]+[ ,-]*){1,3})").expect("constant")
});

/// Looks for forbidden forms, and for names and numbers that the question gave of a patient.
pub fn check(evidence: &Evidence, draft: &Draft) -> Vec<Finding> {
    let mut findings = Vec::new();
    let names = names(&evidence.inquiry.text);
    for assertion in draft.assertions() {
        for (what, pattern) in FORBIDDEN.iter() {
            if pattern.is_match(&assertion.text) {
                findings.push(Finding::blocking("privacy", format!("a sentence holds {what}")));
            }
        }
        let words: Vec<&str> = assertion.text.split(|c: char| !c.is_alphanumeric()).collect();
        if names.iter().any(|name| words.contains(&name.as_str())) {
            findings.push(Finding::blocking("privacy", "a sentence holds a name that the question gives of a patient"));
        }
    }
    findings
}

/// Words that the question gives as a person's name.
fn names(text: &str) -> Vec<String> {
    let captures = NAMED.captures_iter(text);
    let words = captures.flat_map(|c| c[1].split([' ', ',', '-']).map(str::to_owned).collect::<Vec<_>>());
    words.filter(|word| word.len() > 2).collect()
}
