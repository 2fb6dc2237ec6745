//! What changed from one text to another, in runs of words.

use serde::{Deserialize, Serialize};

/// A run of words, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// The words with their blanks.
    pub text: String,
    /// What became of them.
    pub kind: Kind,
}

/// What became of a run of words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Nothing.
    Same,
    /// It is new.
    Added,
    /// It is gone.
    Removed,
}

/// The runs on one line each side would read: `[-gone-]` and `{+new+}`, as `git diff --word-diff` writes them.
pub fn marked(runs: &[Run]) -> String {
    let mut text = String::new();
    for run in runs {
        match run.kind {
            Kind::Same => text.push_str(&run.text),
            Kind::Removed => text.push_str(&format!("[-{}-]", run.text)),
            Kind::Added => text.push_str(&format!("{{+{}+}}", run.text)),
        }
    }
    text
}
