//! What the tables say: a check asks one question of the corpus and has one of a few fixed outcomes.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::citation::Source;
use super::code::{Code, Modifier};
use super::time::AsOf;

/// Which of the NCCI tables applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Setting {
    /// Professional claims (CMS-1500).
    Practitioner,
    /// Outpatient hospital claims (UB-04).
    Hospital,
}

impl Setting {
    /// `practitioner` or `hospital`.
    pub fn key(self) -> &'static str {
        match self {
            Self::Practitioner => "practitioner",
            Self::Hospital => "hospital",
        }
    }

    /// The setting of that name.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Practitioner, Self::Hospital].into_iter().find(|s| s.key() == text)
    }
}

/// Which NCCI program applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Program {
    /// Medicare.
    Medicare,
    /// Medicaid.
    Medicaid,
}

impl Program {
    /// `medicare` or `medicaid`.
    pub fn key(self) -> &'static str {
        match self {
            Self::Medicare => "medicare",
            Self::Medicaid => "medicaid",
        }
    }

    /// The program of that name.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Medicare, Self::Medicaid].into_iter().find(|p| p.key() == text)
    }
}

/// For which date, setting and program a check is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scope {
    /// The date of service.
    pub as_of: AsOf,
    /// The setting.
    pub setting: Setting,
    /// The program.
    pub program: Program,
}

/// The question a check asks: enough to ask it again, which is what verification does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Question {
    /// Is the code valid on the date?
    CodeStatus {
        /// The code.
        code: Code,
    },
    /// May the two codes be billed together?
    Ptp {
        /// One code.
        a: Code,
        /// The other.
        b: Code,
    },
    /// How many units on one date of service?
    Units {
        /// The code.
        code: Code,
        /// The units asked about, if any.
        asked: Option<u32>,
    },
    /// Is it an add-on code, and to what?
    AddOn {
        /// The code.
        code: Code,
        /// The other codes of the question, among which a primary is looked for.
        with: Vec<Code>,
    },
    /// Which global period?
    GlobalPeriod {
        /// The code.
        code: Code,
    },
    /// May two diagnoses stand together?
    Excludes {
        /// One code.
        a: Code,
        /// The other.
        b: Code,
    },
    /// How does an indicator of the fee schedule pay the code under a modifier?
    PaymentRule {
        /// The code.
        code: Code,
        /// Which indicator.
        rule: PaymentRule,
    },
    /// May the modifier stand on the code?
    ModifierFit {
        /// The code.
        code: Code,
        /// The modifier.
        modifier: Modifier,
    },
    /// What does the physician fee schedule allow?
    Fee {
        /// The code.
        code: Code,
        /// `26`, `TC` or none.
        modifier: Option<Modifier>,
        /// Contractor and locality, `09102+04`, or a state of which every locality is meant, `FL`; none: the national
        /// amount.
        locality: Option<String>,
    },
    /// How does a hospital's outpatient claim pay the code?
    Opps {
        /// The code.
        code: Code,
    },
    /// What do the notes of the tabular list ask for with a diagnosis?
    Instructions {
        /// The diagnosis.
        code: Code,
        /// The other diagnoses of the question.
        with: Vec<Code>,
    },
    /// Which condition category of risk adjustment does a diagnosis fall into?
    RiskCategory {
        /// The diagnosis.
        code: Code,
    },
    /// What was a code before, what is it now, what is it in the other code set?
    Crosswalk {
        /// The code.
        code: Code,
    },
    /// Is a service covered, for a diagnosis and in a state?
    Coverage {
        /// The service.
        code: Code,
        /// The diagnosis.
        diagnosis: Option<Code>,
        /// The state, two letters.
        state: Option<String>,
    },
    /// What does a denial code say?
    Denial {
        /// A group, reason or remark code: `CO-97`, `97`, `N130`.
        code: String,
    },
    /// What is a place of service code?
    PlaceOfService {
        /// Two digits.
        code: String,
    },
}

/// An indicator of the physician fee schedule that rules what a modifier does
/// (Claims Processing Manual, chapter 23, addendum).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaymentRule {
    /// Both sides: modifier 50.
    Bilateral,
    /// Several procedures: modifier 51, endoscopy families, imaging, therapy.
    Multiple,
    /// Two surgeons: modifier 62.
    CoSurgeons,
    /// A team of surgeons: modifier 66.
    Team,
    /// An assistant at surgery: modifiers 80, 81, 82 and AS.
    Assistant,
    /// Professional and technical component: modifiers 26 and TC.
    Component,
}

impl Question {
    /// The word used in `checks[].kind`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::CodeStatus { .. } => "code_status",
            Self::Ptp { .. } => "ptp",
            Self::Units { .. } => "units",
            Self::AddOn { .. } => "add_on",
            Self::GlobalPeriod { .. } => "global_period",
            Self::Excludes { .. } => "excludes",
            Self::PaymentRule { .. } => "payment_rule",
            Self::ModifierFit { .. } => "modifier_fit",
            Self::Fee { .. } => "fee",
            Self::Opps { .. } => "opps",
            Self::Instructions { .. } => "instructions",
            Self::RiskCategory { .. } => "risk_category",
            Self::Crosswalk { .. } => "crosswalk",
            Self::Coverage { .. } => "coverage",
            Self::Denial { .. } => "denial",
            Self::PlaceOfService { .. } => "place_of_service",
        }
    }

    /// The codes it is about.
    pub fn subjects(&self) -> Vec<&Code> {
        match self {
            Self::CodeStatus { code } | Self::Units { code, .. } | Self::GlobalPeriod { code } => vec![code],
            Self::AddOn { code, .. } | Self::PaymentRule { code, .. } | Self::ModifierFit { code, .. } => vec![code],
            Self::Fee { code, .. } | Self::Opps { code } | Self::Instructions { code, .. } => vec![code],
            Self::RiskCategory { code } | Self::Crosswalk { code } => vec![code],
            Self::Coverage { code, diagnosis, .. } => std::iter::once(code).chain(diagnosis).collect(),
            Self::Denial { .. } | Self::PlaceOfService { .. } => Vec::new(),
            Self::Ptp { a, b } | Self::Excludes { a, b } => vec![a, b],
        }
    }
}

/// What the tables say. The words are fixed; a reader can rely on them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The shelf holds no release for the date, or not for these codes: nothing is said.
    NotChecked,
    /// Pair: an edit is in force and a modifier may bypass it when the facts allow (indicator 1).
    EditModifierAllowed,
    /// Pair: an edit is in force and no modifier bypasses it (indicator 0).
    EditNever,
    /// Pair: the release in force on the date holds no edit for these two codes.
    NoEditInRelease,
    /// Code: valid on the date.
    Active,
    /// Code: a heading of ICD-10-CM, valid but not reportable: a longer code is needed.
    Header,
    /// Code: no longer valid on the date.
    Deleted,
    /// Code: not yet valid on the date.
    Future,
    /// Code: on no list of the shelf.
    Unknown,
    /// Units: the limit is known, and no number was asked about or it is within.
    WithinLimit,
    /// Units: the number asked about is above the limit.
    OverLimit,
    /// Units: the release in force holds no limit for the code.
    NoLimitInRelease,
    /// Add-on: it is one.
    AddOn,
    /// Add-on: the release in force does not list it as one.
    NotAddOn,
    /// Global period: known for the date.
    Known,
    /// Diagnoses: a type 1 note forbids the two together.
    Excludes1,
    /// Diagnoses: their titles contradict each other: without and with, unspecified and specified.
    Contradict,
    /// Diagnoses: a type 2 note: both may be reported when both are present.
    Excludes2,
    /// Diagnoses: no note of the release joins the two, or asks for another code.
    NoNoteInRelease,
    /// Payment rule, modifier: it may be reported, and is paid by its rule.
    Allowed,
    /// Payment rule: it is paid only where the record proves the need.
    WithProof,
    /// Payment rule, modifier: it is not paid, or may not stand there.
    NotAllowed,
    /// Payment rule: the concept does not apply to the code.
    NotApplicable,
    /// Coverage: a document in force names it as covered.
    Covered,
    /// Coverage: a document in force names it as not covered.
    NotCovered,
    /// Coverage, crosswalk, risk: the release in force does not list it.
    NotListed,
}

impl Outcome {
    /// The fixed words for a reader.
    pub fn words(self) -> &'static str {
        match self {
            Self::NotChecked => "not checked",
            Self::EditModifierAllowed => "edit, modifier allowed",
            Self::EditNever => "edit, never together",
            Self::NoEditInRelease => "no edit in this release",
            Self::Active => "valid",
            Self::Header => "heading, not reportable",
            Self::Deleted => "deleted",
            Self::Future => "not yet valid",
            Self::Unknown => "not on this shelf",
            Self::WithinLimit => "limit known",
            Self::OverLimit => "over the limit",
            Self::NoLimitInRelease => "no limit in this release",
            Self::AddOn => "add-on code",
            Self::NotAddOn => "not an add-on code",
            Self::Known => "known",
            Self::Excludes1 => "Excludes1: not together",
            Self::Contradict => "contradict each other",
            Self::Excludes2 => "Excludes2: both allowed",
            Self::NoNoteInRelease => "no note in this release",
            Self::Allowed => "allowed",
            Self::WithProof => "only with proof of need",
            Self::NotAllowed => "not allowed",
            Self::NotApplicable => "does not apply",
            Self::Covered => "listed as covered",
            Self::NotCovered => "listed as not covered",
            Self::NotListed => "not listed in this release",
        }
    }
}

/// What the nearest release held, when the one in force is not on the shelf.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastKnown {
    /// Its outcome.
    pub outcome: Outcome,
    /// The release.
    pub release: String,
    /// The release as a reader would name it.
    pub title: String,
    /// Its value in words, such as `0 days`.
    pub value: String,
}

/// The figures behind an outcome.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Figures {
    /// Pair: the comprehensive code, whose payment includes the other.
    pub column_one: Option<Code>,
    /// Pair: the component code, which is denied without a modifier.
    pub column_two: Option<Code>,
    /// Pair: modifier indicator 0, 1 or 9.
    pub indicator: Option<u8>,
    /// Pair: the rationale in the table's words.
    pub rationale: Option<String>,
    /// First and last day of the row, as far as known.
    pub effective: Option<Date>,
    /// The last day on which the row or code held.
    pub deletion: Option<Date>,
    /// Units: the limit on one date of service.
    pub units: Option<u32>,
    /// Units: MUE adjudication indicator 1, 2 or 3.
    pub mai: Option<u8>,
    /// Global period as in the fee schedule: 000, 010, 090, MMM, XXX, YYY, ZZZ.
    pub global_days: Option<String>,
    /// Status: successors of a deleted code, with whether a document at hand names the link.
    pub successors: Vec<(String, bool)>,
    /// Add-on: primaries, as far as they are on the shelf.
    pub primaries: Vec<String>,
    /// Add-on: how many primaries the official file lists in all.
    pub primaries_listed: Option<u32>,
    /// Add-on: type 1 (listed primaries), 2 (contractor decides), 3 (some listed).
    pub add_on_type: Option<u8>,
    /// Our plain description of the code.
    pub description: Option<String>,
    /// Further figures by their name: amounts in dollars, relative values, indicators, ids of documents.
    #[serde(default)]
    pub values: BTreeMap<String, String>,
}

/// A question, what the tables say to it, and the rows that say so.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Check {
    /// What was asked.
    pub question: Question,
    /// For which date, setting and program.
    pub scope: Scope,
    /// What the tables say.
    pub outcome: Outcome,
    /// One sentence for a reader.
    pub detail: String,
    /// The figures behind it.
    pub figures: Figures,
    /// The release that answered; empty when none did.
    pub release: String,
    /// What the nearest release held, when none covers the date.
    pub last_known: Option<LastKnown>,
    /// The rows that say so.
    pub sources: Vec<Source>,
}
