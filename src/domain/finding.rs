//! What verification objects to.

use serde::{Deserialize, Serialize};

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// For the reviewer's eyes; the answer may leave.
    Note,
    /// The answer waits for a person.
    Blocking,
}

/// One objection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Its weight.
    pub severity: Severity,
    /// The kind: `code`, `edit`, `units`, `citation`, `number`, `verdict`, `lines`, `ruling`, `check`, `source`, `privacy`,
    /// `scope`, `not_checked`, `rule`, `policy`, `risk`, `edition`; `differs` where the draft is of another opinion than a rule.
    pub kind: String,
    /// What is wrong, for the reviewer; holds no identity.
    pub text: String,
}

impl Finding {
    /// An objection that holds the answer back.
    pub fn blocking(kind: &str, text: impl Into<String>) -> Self {
        Self { severity: Severity::Blocking, kind: kind.to_owned(), text: text.into() }
    }

    /// A remark for the reviewer.
    pub fn note(kind: &str, text: impl Into<String>) -> Self {
        Self { severity: Severity::Note, kind: kind.to_owned(), text: text.into() }
    }
}

/// Everything verification found.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Report {
    /// The objections, in the order of the checks that made them.
    pub findings: Vec<Finding>,
}

impl Report {
    /// True when nothing holds the answer back.
    pub fn is_clean(&self) -> bool {
        self.findings.iter().all(|finding| finding.severity < Severity::Blocking)
    }
}
