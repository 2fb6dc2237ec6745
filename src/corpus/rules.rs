//! Rule cards and modifiers: short statements of one rule in our own words, with the document that governs.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use toml::Spanned;

use super::written::Written;
use super::{Corpus, cases};
use crate::domain::citation::{FactKey, Source, Table};
use crate::domain::code::Code;
use crate::domain::confirmation::Word;
use crate::domain::draft::Verdict;
use crate::domain::evidence::Passage;
use crate::domain::time::EffectivePeriod;

/// A rule card.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Card {
    /// Its id, in kebab case.
    pub id: String,
    /// Its heading.
    pub title: String,
    /// What it is about.
    pub topics: Vec<String>,
    /// Codes and inclusive ranges (`45381-45398`) that it concerns.
    #[serde(default)]
    pub codes: Vec<String>,
    /// Modifiers that it concerns.
    #[serde(default)]
    pub modifiers: Vec<String>,
    /// The rule.
    pub statement: String,
    /// When it applies.
    #[serde(default)]
    pub conditions: Vec<String>,
    /// What turns it round.
    #[serde(default)]
    pub exceptions: Vec<String>,
    /// What the note must show.
    #[serde(default)]
    pub documentation: Vec<String>,
    /// `yes`, `no` or `depends`, where the rule has a verdict.
    #[serde(default)]
    pub verdict: Option<String>,
    /// Who says so.
    pub authority: String,
    /// The document.
    pub document: String,
    /// The place in it.
    pub section: String,
    /// Its edition.
    pub edition: String,
    /// First day of the edition.
    pub from: Date,
    /// Last day of the edition, where it has one.
    #[serde(default)]
    pub to: Option<Date>,
    /// True when the rule was checked against the document.
    pub confirmed: bool,
    /// Three to five consecutive words of the passage that says so, by which it is found among the operator's own
    /// documents; a recalled rule has none.
    #[serde(default)]
    pub fingerprint: Option<String>,
    /// The official file in which the words stand, as the publisher names it.
    #[serde(default)]
    pub file: Option<String>,
    /// Situations that the rule settles, as its file writes them.
    #[serde(default, rename = "case", skip_serializing)]
    pub(super) written: Vec<Spanned<Written>>,
    /// The same, each by itself; an edition keeps them apart ([`Corpus::list_cases`]).
    #[serde(skip)]
    pub case: Vec<Case>,
    /// What the office said of it.
    #[serde(skip)]
    pub office: Option<Word>,
}

/// A situation that a rule settles, and what it says to it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// Groups that must all hold; alternatives within one are separated by `|`.
    pub when: Vec<String>,
    /// Groups of which none may hold.
    #[serde(default)]
    pub unless: Vec<String>,
    /// Those of `when` without which it is not the question's, however much else holds; beside them those that tell it
    /// from its opposite.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub essential: Vec<String>,
    /// `yes`, `no` or `depends`; absent where the question is which code or modifier.
    #[serde(default)]
    pub verdict: Option<Verdict>,
    /// The lines to bill: `99291`, `99292 x2`, `45385-PT`.
    #[serde(default)]
    pub bill: Vec<String>,
    /// Modifiers for a code that the asker knows.
    #[serde(default)]
    pub modifiers: Vec<String>,
    /// The one word the answer turns on.
    #[serde(default)]
    pub label: Option<String>,
    /// The answer, in one to three sentences.
    pub say: String,
    /// The question to ask back where one fact is missing.
    #[serde(default)]
    pub ask: Option<String>,
}

impl Card {
    /// True when the card names the code, alone or within a range.
    pub fn names(&self, code: &Code) -> bool {
        self.codes.iter().any(|entry| match entry.split_once('-') {
            Some((first, last)) => first.len() == code.as_str().len() && (first..=last).contains(&code.as_str()),
            None => entry == code.as_str(),
        })
    }

    /// Why a verdict of it does not leave unread; none where it may.
    pub fn doubt(&self) -> Option<String> {
        match self.office {
            Some(Word::Wrong) => Some(format!("rule {} was found wrong by a reviewer of this office", self.id)),
            _ if self.confirmed => None,
            _ => Some(format!("rule {} is recalled and not yet confirmed by a document", self.id)),
        }
    }

    /// The card as a source. What it quotes are our own words; the document it follows is named with them.
    pub fn source(&self) -> Source {
        Source {
            doc: format!("Rule card {}, after {}, {}", self.id, self.document, self.edition),
            place: self.section.clone(),
            fact: FactKey {
                table: Table::Card,
                key: self.id.clone(),
                period: EffectivePeriod { from: Some(self.from), to: self.to },
                release: String::new(),
            },
            quote: self.statement.clone(),
            note: match self.office {
                Some(Word::Wrong) => "found wrong by a reviewer of this office".to_owned(),
                _ if self.confirmed => String::new(),
                _ => "recalled, not yet confirmed".to_owned(),
            },
        }
    }

    /// The card as a passage, with why it was found.
    pub fn passage(&self, why: String) -> Passage {
        Passage {
            title: self.title.clone(),
            text: self.statement.clone(),
            conditions: self.conditions.clone(),
            exceptions: self.exceptions.clone(),
            documentation: self.documentation.clone(),
            confirmed: self.confirmed,
            why,
            source: self.source(),
        }
    }
}

/// What a modifier says, when it is right and when it is not.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModifierEntry {
    /// The two characters.
    pub id: String,
    /// A short name of ours.
    pub name: String,
    /// Its kind: `ptp`, `global`, `anatomic` …
    pub kind: String,
    /// True for the NCCI PTP-associated modifiers.
    pub bypasses_ptp: bool,
    /// When it is right.
    #[serde(rename = "use")]
    pub usage: String,
    /// The commonest mistake.
    pub misuse: String,
    /// The fact that must be true and documented.
    pub fact: String,
    /// The document.
    pub document: String,
    /// The place in it.
    pub section: String,
    /// Its edition.
    pub edition: String,
    /// First day of the edition.
    pub from: Date,
    /// True when checked against the document.
    pub confirmed: bool,
}

impl ModifierEntry {
    /// The entry as a passage.
    pub fn passage(&self, why: String) -> Passage {
        Passage {
            title: format!("Modifier {}: {}", self.id, self.name),
            text: self.usage.clone(),
            conditions: vec![self.fact.clone()],
            exceptions: vec![self.misuse.clone()],
            documentation: vec![self.fact.clone()],
            confirmed: self.confirmed,
            why,
            source: Source {
                doc: format!("{}, {}", self.document, self.edition),
                place: self.section.clone(),
                fact: FactKey {
                    table: Table::Modifier,
                    key: self.id.clone(),
                    period: EffectivePeriod { from: Some(self.from), to: None },
                    release: String::new(),
                },
                quote: self.usage.clone(),
                note: if self.confirmed { String::new() } else { "recalled, not yet confirmed".to_owned() },
            },
        }
    }
}

impl Corpus {
    /// Every rule card.
    pub fn cards(&self) -> &[Card] {
        self.cards.get_or_init(|| {
            let lines = self.facts.all(Table::Card);
            let cards = lines.filter_map(|line| serde_json::from_str(line.rest).ok());
            cards.map(|card| self.with_word(card)).collect()
        })
    }

    /// The card with that id.
    pub fn find_card(&self, id: &str) -> Option<Card> {
        serde_json::from_str(self.facts.find(Table::Card, id).first()?.rest).ok().map(|card| self.with_word(card))
    }

    /// The situations that the card with that id settles.
    pub fn list_cases(&self, id: &str) -> Vec<Case> {
        (0..).map_while(|number| self.find_case(id, number)).collect()
    }

    /// One of them, counted from 0.
    pub fn find_case(&self, id: &str, number: usize) -> Option<Case> {
        serde_json::from_str(self.facts.first(Table::CardCase, &cases::key(id, number))?.rest).ok()
    }

    /// What is known of a modifier.
    pub fn find_modifier(&self, id: &str) -> Option<ModifierEntry> {
        serde_json::from_str(self.facts.find(Table::Modifier, id).first()?.rest).ok()
    }
}
