//! A proposed answer. Never called a reply before it is released.

use serde::{Deserialize, Serialize};

use super::code::{Code, Modifier};
use super::inquiry::Assumption;

/// The heading of what a reviewer adds to a draft in their own words.
pub const REMARK: &str = "FROM THE REVIEWER";

/// The one word an answer turns on, where the question has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It may be billed so.
    Yes,
    /// It may not.
    No,
    /// It turns on a fact that the answer names.
    Depends,
}

/// What the draft does with the question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Answers it.
    Answer,
    /// Asks for the one missing fact.
    AskBack,
    /// Says what could not be checked and leaves the verdict to a person.
    Abstain,
    /// Declines, because the question asks for something improper.
    Refuse,
    /// Declines, because it is no question of medical coding.
    RefuseOutOfScope,
    /// Answers nothing: automatic mail and the like.
    NoReply,
}

/// A line that the answer recommends to bill.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// The code.
    pub code: Code,
    /// Its modifiers, in order.
    pub modifiers: Vec<Modifier>,
    /// Units on one date of service.
    pub units: u32,
    /// `bill`, or the condition under which it may be billed.
    pub role: String,
}

/// One statement with the numbers of the sources that carry it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assertion {
    /// The statement, one or two sentences.
    pub text: String,
    /// Numbers of its sources; an assertion without one does not pass verification.
    pub cites: Vec<usize>,
}

impl Assertion {
    /// A statement with its sources.
    pub fn new(text: impl Into<String>, cites: impl Into<Vec<usize>>) -> Self {
        Self { text: text.into(), cites: cites.into() }
    }
}

/// A headed part of the answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    /// The heading, in capitals as in the mail.
    pub heading: String,
    /// Its statements.
    pub items: Vec<Assertion>,
}

/// What the answer rests on, as the label under the verdict says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Every statement was computed from the tables for the date.
    Checked,
    /// It rests on rule cards, or on tables that do not cover the date.
    Reasoned,
}

impl Standing {
    /// The label.
    pub fn words(self) -> &'static str {
        match self {
            Self::Checked => "Checked against data",
            Self::Reasoned => "Reasoned from guidance",
        }
    }
}

/// A proposed answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// What it does.
    pub action: Action,
    /// Its verdict, where the question has one.
    pub verdict: Option<Verdict>,
    /// The short word the answer turns on.
    pub label: Option<String>,
    /// What it recommends to bill.
    pub lines: Vec<Line>,
    /// Modifiers to report on a code that the asker knows.
    #[serde(default)]
    pub modifiers: Vec<Modifier>,
    /// The verdict in words: the first thing the asker reads.
    pub headline: Assertion,
    /// What it rests on.
    pub standing: Standing,
    /// What was understood and what was assumed.
    pub assumptions: Vec<Assumption>,
    /// The rest, in the order of the mail.
    pub sections: Vec<Section>,
    /// Who wrote it: `plain rules`, or the model's name.
    pub writer: String,
    /// Digest of the prompt for a model's draft; empty for the plain composer.
    pub prompt: String,
    /// What a model took for it; nothing for the plain composer.
    #[serde(default)]
    pub usage: Usage,
    /// The answers to the further questions of the message, in its order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<Draft>,
}

/// What a model took for a draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Usage {
    /// Tokens that were read, over all calls.
    pub tokens_in: u64,
    /// Tokens that were written.
    pub tokens_out: u64,
    /// Milliseconds, pauses included.
    pub millis: u64,
}

impl Draft {
    /// The answer to every question of the message.
    pub fn all(&self) -> impl Iterator<Item = &Self> {
        std::iter::once(self).chain(&self.also)
    }

    /// Every assertion, headline first.
    pub fn assertions(&self) -> impl Iterator<Item = &Assertion> {
        std::iter::once(&self.headline).chain(self.sections.iter().flat_map(|section| &section.items))
    }
}
