//! Where two sources on the shelf disagree, as rows that were found when the edition was built.

use jiff::civil::Date;

use super::Corpus;
use super::facts::Line;
use crate::domain::table::Table;
use crate::domain::time::EffectivePeriod;

/// A disagreement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConflictRow {
    /// The code, or the key of the row.
    pub key: String,
    /// `validity`: one lists the code as valid on days after the end that the other gives. `ended_since`: a newer
    /// source knows an end of which the other did not know. `billable`: a code here, a heading there. `units`, `pair`:
    /// two figures for the same days. `forms`: two forms of one table differ.
    pub kind: String,
    /// The days it is about, as far as known.
    pub period: EffectivePeriod,
    /// One release.
    pub release: String,
    /// What it says.
    pub says: String,
    /// The other release, or file.
    pub other: String,
    /// What the other says.
    pub other_says: String,
}

impl ConflictRow {
    fn of(line: &Line<'_>) -> Self {
        let day = |column: &str| line.get(column).parse::<Date>().ok();
        Self {
            key: line.key.to_owned(),
            kind: line.get("kind").to_owned(),
            period: EffectivePeriod { from: day("from"), to: day("to") },
            release: line.get("release").to_owned(),
            says: line.get("says").to_owned(),
            other: line.get("other").to_owned(),
            other_says: line.get("other_says").to_owned(),
        }
    }

    /// True when the two cannot both be right on that day: neither may win.
    pub fn contradicts_on(&self, day: Date) -> bool {
        matches!(self.kind.as_str(), "validity" | "billable") && self.period.contains(day)
    }
}

impl Corpus {
    /// The disagreements about a code or key.
    pub fn list_conflicts(&self, key: &str) -> Vec<ConflictRow> {
        self.facts.find(Table::Conflict, key).iter().map(ConflictRow::of).collect()
    }

    /// Every disagreement, by key.
    pub fn all_conflicts(&self) -> impl Iterator<Item = ConflictRow> {
        self.facts.all(Table::Conflict).map(|line| ConflictRow::of(&line))
    }
}
