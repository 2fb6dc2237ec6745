//! The conditions of which the groups of a case consist.

use super::Asked;
use super::rarity::Rarity;
use crate::corpus::phrases::Phrase;

/// Medicare, Medicaid, commercial.
const ALL_PAYERS: usize = 3;

/// One alternative of a group.
#[derive(Debug, Clone, PartialEq)]
pub enum Condition {
    /// Words.
    Phrase(Phrase),
    /// The question names such a code.
    Codes(Vec<CodeRange>),
    /// The question names such a modifier.
    Modifiers(Vec<String>),
    /// Whose rules.
    Payer(Vec<String>),
    /// Where.
    Place(Vec<String>),
    /// An amount is stated, and compares so.
    Amount { kind: String, relation: String, value: f64 },
}

/// Codes that a condition names.
#[derive(Debug, Clone, PartialEq)]
pub enum CodeRange {
    /// This code.
    One(String),
    /// Those that begin so.
    Begins(String),
    /// From the first to the last.
    Between(String, String),
}

impl Condition {
    /// Reads one alternative.
    ///
    /// # Errors
    /// Says what cannot be read.
    pub fn parse(text: &str) -> Result<Self, String> {
        let list = |rest: &str| rest.split([' ', ',']).filter(|w| !w.is_empty()).map(str::to_owned).collect::<Vec<_>>();
        if let Some(rest) = text.strip_prefix("code:") {
            return Ok(Self::Codes(list(rest).iter().map(|one| CodeRange::parse(one)).collect()));
        }
        if let Some(rest) = text.strip_prefix("mod:") {
            return Ok(Self::Modifiers(list(rest)));
        }
        if let Some(rest) = text.strip_prefix("payer:") {
            return Ok(Self::Payer(list(rest)));
        }
        if let Some(rest) = text.strip_prefix("setting:") {
            return Ok(Self::Place(list(rest)));
        }
        if let Some(at) = text.find(['<', '>', '=']) {
            let (kind, rest) = text.split_at(at);
            let value = rest.trim_start_matches(['<', '>', '=']);
            let relation = rest[..rest.len() - value.len()].to_owned();
            let value = value.trim().parse().map_err(|_| format!("{text:?} compares with no number"))?;
            return Ok(Self::Amount { kind: kind.trim().to_owned(), relation, value });
        }
        Phrase::parse(text).map(Self::Phrase).ok_or_else(|| format!("{text:?} has no word"))
    }

    /// What it is worth where it holds: a rare word more than one that stands in every rule.
    pub fn weight(&self, rarity: &Rarity) -> f32 {
        match self {
            Self::Codes(_) | Self::Modifiers(_) => 1.6,
            // Any payer at all is no condition.
            Self::Payer(list) if list.len() >= ALL_PAYERS => 0.0,
            Self::Payer(_) | Self::Place(_) | Self::Amount { .. } => 0.6,
            Self::Phrase(phrase) => {
                0.5 + 0.9 * phrase.rarest(|word| rarity.word(word), |start| rarity.beginning(start))
            }
        }
    }

    /// Words without one of which it cannot hold; none where no word tells.
    pub fn words(&self, rarity: &Rarity) -> Vec<String> {
        let needs = |phrase: &Phrase| phrase.needs(|word| rarity.word(word), |start| rarity.beginning(start));
        let mut words = self.phrase().map(needs).unwrap_or_default();
        words.sort();
        words.dedup();
        words
    }

    /// Its words, where it is made of words.
    pub fn phrase(&self) -> Option<&Phrase> {
        match self {
            Self::Phrase(phrase) => Some(phrase),
            _ => None,
        }
    }

    /// Whether it holds for the question.
    pub fn holds(&self, asked: &Asked<'_>) -> bool {
        match self {
            Self::Phrase(phrase) => phrase.stands_in(&asked.words),
            Self::Codes(ranges) => asked.codes.iter().any(|code| ranges.iter().any(|range| range.holds(code.as_str()))),
            Self::Modifiers(list) => list.iter().any(|wanted| asked.stated.modifiers.contains(wanted)),
            Self::Payer(list) => list.iter().any(|payer| payer == asked.stated.payer.key()),
            Self::Place(list) => asked.stated.place.is_some_and(|place| list.iter().any(|one| one == place.key())),
            Self::Amount { kind, relation, value } => {
                asked.stated.amounts.get(kind).is_some_and(|stated| match relation.as_str() {
                    "<" => stated < value,
                    "<=" => stated <= value,
                    ">" => stated > value,
                    ">=" => stated >= value,
                    _ => (stated - value).abs() < 1e-9,
                })
            }
        }
    }
}

impl CodeRange {
    fn parse(text: &str) -> Self {
        match (text.strip_suffix('*'), text.split_once('-')) {
            (Some(start), _) => Self::Begins(start.to_owned()),
            (None, Some((first, last))) => Self::Between(first.to_owned(), last.to_owned()),
            (None, None) => Self::One(text.to_owned()),
        }
    }

    fn holds(&self, code: &str) -> bool {
        match self {
            Self::One(one) => code == one,
            Self::Begins(start) => code.starts_with(start.as_str()),
            Self::Between(first, last) => {
                // `0001F-9007F` holds no code that ends with a digit.
                let kind = |code: &str| code.bytes().last().filter(u8::is_ascii_alphabetic);
                code.len() == first.len()
                    && (kind(first) == kind(code) || kind(first) != kind(last))
                    && (first.as_str()..=last.as_str()).contains(&code)
            }
        }
    }
}
