//! The question in one message, as it was understood.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::check::Scope;
use super::code::{Code, Modifier};
use super::identifier::Removed;
use super::stated::Stated;

/// At most this many codes are joined pairwise; a longer list is answered for its first ones and by a person.
pub const MAX_CODES: usize = 12;

/// What is asked: a closed list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Intent {
    /// What is this code, and is it valid on the date?
    CodeStatus,
    /// May these codes be billed together, with which modifier?
    Bundling,
    /// How many units?
    Units,
    /// Is it an add-on code, and to what?
    AddOn,
    /// Which global period?
    GlobalPeriod,
    /// May these diagnoses stand together?
    DiagnosisPair,
    /// When is this modifier right?
    Modifier,
    /// Something else: answered from rule cards, and by a person.
    Other,
}

/// A code as the question mentions it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mention {
    /// The code.
    pub code: Code,
    /// Modifiers on the same line.
    pub modifiers: Vec<Modifier>,
    /// Units on the same line.
    pub units: Option<u32>,
}

/// Something the question did not say, and what was taken instead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assumption {
    /// What: `date of service`, `payer`, `setting`, `same session`.
    pub what: String,
    /// The value taken.
    pub value: String,
    /// True when it was taken for want of a word, false when the question says so.
    pub assumed: bool,
}

/// Why a message is declined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decline {
    /// It wants a higher charge than was earned.
    Upcoding,
    /// It wants a record that was not so.
    FalseRecord,
    /// It wants a diagnosis that fits a policy.
    FittedDiagnosis,
    /// It wants data of others, or of the service.
    OthersData,
    /// It wants lists of descriptors.
    Descriptors,
    /// It wants medical advice.
    MedicalAdvice,
    /// It wants legal advice.
    LegalAdvice,
    /// It is about something else.
    OffTopic,
}

impl Decline {
    /// True where the question is none of coding; false where it is an improper one.
    pub fn is_out_of_scope(self) -> bool {
        matches!(self, Self::MedicalAdvice | Self::LegalAdvice | Self::OffTopic)
    }
}

/// The question as understood.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Inquiry {
    /// The question's own words, without quotes, signatures and what identifies a patient.
    pub text: String,
    /// Codes in the order of their first mention.
    pub mentions: Vec<Mention>,
    /// Texts that stand where a code should and have the shape of none.
    pub malformed: Vec<String>,
    /// Modifiers asked about without a line.
    pub modifiers: Vec<Modifier>,
    /// What is asked, most specific first; never empty.
    pub intents: Vec<Intent>,
    /// The date named in the question.
    pub date: Option<Date>,
    /// For which date, setting and program the checks are asked.
    pub scope: Scope,
    /// What was understood and what was assumed.
    pub assumptions: Vec<Assumption>,
    /// What it states besides codes.
    #[serde(default)]
    pub stated: Stated,
    /// Payer words that no table of the shelf speaks for, such as a commercial plan.
    pub other_payer: Option<String>,
    /// Words which say that the question turns on more than the tables hold: time, age, side, who did it, a choice
    /// between codes. Such a question is researched, drafted, and read by a person.
    pub beyond: Vec<String>,
    /// The one thing asked is whether a code is valid, whatever it is said to be used for.
    #[serde(default)]
    pub validity: bool,
    /// The asker wants a person.
    pub wants_person: bool,
    /// Why it is declined.
    #[serde(default)]
    pub decline: Option<Decline>,
    /// Nothing is asked.
    #[serde(default)]
    pub blank: bool,
    /// What was taken out of the text because it identifies.
    #[serde(default)]
    pub removed: Vec<Removed>,
}

impl Inquiry {
    /// True where the message held what may tell who a patient is.
    pub fn named_a_patient(&self) -> bool {
        self.removed.iter().any(|removed| removed.kind.is_of_patient())
    }

    /// The distinct codes mentioned.
    pub fn codes(&self) -> Vec<&Code> {
        self.mentions.iter().map(|mention| &mention.code).collect()
    }

    /// The sentences that ask.
    pub fn text_asked(&self) -> String {
        asked_of(&self.text)
    }

    /// True when the intent is among those asked.
    pub fn asks(&self, intent: Intent) -> bool {
        self.intents.contains(&intent)
    }
}

/// The sentences of a text that end with a question mark.
pub fn asked_of(text: &str) -> String {
    let mut asked = String::new();
    for part in text.split_inclusive('?').filter(|part| part.ends_with('?')) {
        let begins = [". ", "! ", "\n", "; "].iter().filter_map(|end| part.rfind(end).map(|at| at + end.len())).max();
        asked.push_str(part[begins.unwrap_or(0)..].trim());
        asked.push(' ');
    }
    asked
}

#[cfg(test)]
mod tests {
    use super::asked_of;

    #[test]
    fn the_asking_sentences_are_told_from_the_rest() {
        assert_eq!(asked_of("He had 47480. Is the biopsy separate? Thanks."), "Is the biopsy separate? ");
        assert_eq!(asked_of("nothing asked"), "");
    }
}
