//! Where a statement comes from: a row or passage of a named release, by a key that a later release can be asked for.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::time::EffectivePeriod;

pub use super::table::Table;

/// The identity of a fact across releases: table, key, period and release.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct FactKey {
    /// The kind of fact.
    pub table: Table,
    /// The key within the table, such as `45385+45380+practitioner+medicare`.
    pub key: String,
    /// The days on which the row says that the fact holds.
    pub period: EffectivePeriod,
    /// The release that holds the row; empty for our own texts.
    pub release: String,
}

impl std::fmt::Display for FactKey {
    /// `table/key@release`: what `corpus show` takes.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.table.key(), self.key)?;
        if self.release.is_empty() { Ok(()) } else { write!(f, "@{}", self.release) }
    }
}

/// What a check or a passage rests on, before it has a number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// The document, as a reader would name it, with its edition.
    pub doc: String,
    /// Where in it, in a reader's words; empty for a row, which its key names.
    pub place: String,
    /// The fact.
    pub fact: FactKey,
    /// The row or passage, verbatim as it stands in the edition.
    pub quote: String,
    /// What the reader should know about the fit of this source, such as that its edition is a later one.
    pub note: String,
}

/// A numbered source of a reply.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Citation {
    /// Its number in the reply, from 1.
    pub n: usize,
    /// The source.
    pub source: Source,
}

impl Citation {
    /// The first day of the cited row or release, if known.
    pub fn from(&self) -> Option<Date> {
        self.source.fact.period.from
    }

    /// The last day of the cited row or release, if known.
    pub fn to(&self) -> Option<Date> {
        self.source.fact.period.to
    }
}
