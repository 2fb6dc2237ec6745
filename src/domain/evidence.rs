//! What research found: checks, passages, and their numbered sources.

use serde::{Deserialize, Serialize};

use super::attachment::Receipt;
use super::check::Check;
use super::citation::{Citation, Source};
use super::inquiry::Inquiry;
use super::ruling::Ruling;

/// A rule card, a modifier's entry or a passage of a manual that bears on the question.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Passage {
    /// Its heading.
    pub title: String,
    /// Its text.
    pub text: String,
    /// Conditions, exceptions and what the note must show, as separate lines.
    pub conditions: Vec<String>,
    /// What turns the rule round.
    pub exceptions: Vec<String>,
    /// What the note must show.
    pub documentation: Vec<String>,
    /// True when the rule was checked against the document it names.
    pub confirmed: bool,
    /// Why it was found, for people: `names 45385`, `words: polyp snare`.
    pub why: String,
    /// Where it stands.
    pub source: Source,
}

/// Everything a draft may rest on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// The question as understood.
    pub inquiry: Inquiry,
    /// What the tables say.
    pub checks: Vec<Check>,
    /// Rules that bear on it, best first.
    pub passages: Vec<Passage>,
    /// What settles the question beyond single facts.
    #[serde(default)]
    pub ruling: Option<Ruling>,
    /// The sources of all of them, numbered from 1.
    pub citations: Vec<Citation>,
    /// The edition that was asked.
    pub edition: String,
    /// What became of the files of the message.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<Receipt>,
    /// What the files say, without identity, as far as a reviewer is shown it; empty where there are none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub beside: String,
    /// The same for the further questions of the message, in its order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<Evidence>,
}

impl Evidence {
    /// Collects checks, ruling and passages and numbers their sources, each once, in order of use.
    pub fn new(
        inquiry: Inquiry,
        checks: Vec<Check>,
        ruling: Option<Ruling>,
        passages: Vec<Passage>,
        edition: String,
    ) -> Self {
        let mut citations: Vec<Citation> = Vec::new();
        let sources = checks.iter().flat_map(|check| &check.sources).chain(passages.iter().map(|p| &p.source));
        let sources = ruling.iter().flat_map(|ruling| &ruling.sources).chain(sources);
        for source in sources {
            if !citations.iter().any(|c| c.source.fact == source.fact) {
                citations.push(Citation { n: citations.len() + 1, source: source.clone() });
            }
        }
        let (files, beside, also) = (Vec::new(), String::new(), Vec::new());
        Self { inquiry, checks, passages, ruling, citations, edition, files, beside, also }
    }

    /// Every question of the message.
    pub fn all(&self) -> impl Iterator<Item = &Self> {
        std::iter::once(self).chain(&self.also)
    }

    /// The number of a source; `None` for one that is not part of this evidence.
    pub fn number(&self, source: &Source) -> Option<usize> {
        self.citations.iter().find(|c| c.source.fact == source.fact).map(|c| c.n)
    }

    /// The numbers of a check's sources.
    pub fn numbers(&self, check: &Check) -> Vec<usize> {
        check.sources.iter().filter_map(|source| self.number(source)).collect()
    }

    /// The citation with that number.
    pub fn citation(&self, n: usize) -> Option<&Citation> {
        self.citations.get(n.checked_sub(1)?)
    }
}
