//! What settles a question that the tables alone do not: a rule whose situation it is, a code found from words, or a
//! computation over stated amounts.

use serde::{Deserialize, Serialize};

use super::citation::Source;
use super::code::Modifier;
use super::draft::{Line, Verdict};

/// What a ruling rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Basis {
    /// A case of a rule card.
    Rule {
        /// The card's id.
        card: String,
        /// Which of its cases, from 0.
        case: usize,
    },
    /// A code whose description says what the question describes.
    Choice,
    /// A computation.
    Computed {
        /// Which.
        rule: String,
    },
}

/// An answer with what it rests on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ruling {
    /// What it rests on.
    pub basis: Basis,
    /// Its verdict, where the question has one.
    pub verdict: Option<Verdict>,
    /// What to bill.
    pub lines: Vec<Line>,
    /// Modifiers for a code that the asker knows.
    pub modifiers: Vec<Modifier>,
    /// The one word the answer turns on.
    pub label: Option<String>,
    /// The answer, in one to three sentences.
    pub say: String,
    /// The question to ask back where one fact is missing.
    pub ask: Option<String>,
    /// The rows and passages that say so.
    pub sources: Vec<Source>,
    /// True when a document at hand says so, or the tables do; false for a rule that is only recalled.
    pub confirmed: bool,
    /// Why it may not leave without a person's eyes; empty where it may.
    pub doubts: Vec<String>,
    /// How closely the situation fits: the groups of conditions that hold.
    pub fit: f32,
    /// False for a rule of which the question says not all that it turns on.
    #[serde(default)]
    pub whole: bool,
}
