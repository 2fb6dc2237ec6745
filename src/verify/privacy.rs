//! Nothing that identifies a patient, and nothing that a mail could be steered by, leaves in a draft.

use std::sync::LazyLock;

use regex::Regex;

use crate::domain::draft::Draft;
use crate::domain::finding::Finding;
use crate::domain::identifier::Identifier;
use crate::identity::deidentify;

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

/// Looks for forbidden forms, and for names of people.
pub fn check(draft: &Draft) -> Vec<Finding> {
    let mut findings = Vec::new();
    for assertion in draft.assertions() {
        for (what, pattern) in FORBIDDEN.iter() {
            if pattern.is_match(&assertion.text) {
                findings.push(Finding::blocking("privacy", format!("a sentence holds {what}")));
            }
        }
        // The question came here without names: one in an answer was brought from elsewhere.
        if deidentify(&assertion.text).removed().iter().any(|removed| removed.kind == Identifier::Name) {
            findings.push(Finding::blocking("privacy", "a sentence holds what reads as somebody's name"));
        }
    }
    findings
}
