//! Releases: which official file a row comes from, and for which days that file speaks.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::CorpusError;
use super::facts::Facts;
use crate::domain::citation::{FactKey, Source, Table};
use crate::domain::time::{AsOf, EffectivePeriod};

/// Whether absence from a release means anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Every row that joins codes of the shelf is here: absence is a fact.
    Complete,
    /// Some rows only: adds facts and proves no absence.
    Excerpt,
}

/// One official release.
#[derive(Debug, Clone)]
pub struct Release {
    /// Its id in rows.
    pub id: String,
    /// Which question it answers: `ptp+practitioner+medicare`, `mue+hospital`, `fee`, `period` …
    pub family: String,
    /// The table its rows are in.
    pub table: String,
    /// Its name for a reader.
    pub title: String,
    /// Its edition: `2024Q3`, `RVU25D`, `FY2026`.
    pub edition: String,
    /// The days it speaks for.
    pub period: EffectivePeriod,
    /// Whether absence from it means anything.
    pub scope: Scope,
    /// Publisher and file.
    pub source: String,
    /// Whose words it holds: `public`, `ama`, `ada`, `owner` or `attribution`.
    pub rights: String,
    /// The licence and attribution that go with it; mostly empty.
    pub notice: String,
    /// Rows of it on the shelf.
    pub rows: usize,
}

impl Release {
    /// Title and edition, as a citation names them.
    pub fn doc(&self) -> String {
        if self.title.contains(&self.edition) {
            self.title.clone()
        } else {
            format!("{}, {}", self.title, self.edition)
        }
    }

    /// The release itself as a source: what an absence rests on.
    pub fn as_source(&self) -> Source {
        Source {
            doc: self.doc(),
            place: String::new(),
            fact: FactKey { table: Table::Release, key: self.id.clone(), period: self.period, release: String::new() },
            quote: format!("{}\t{}\t{}", self.id, self.title, self.edition),
            note: String::new(),
        }
    }
}

/// The releases of an edition.
#[derive(Clone)]
pub struct Releases {
    by_id: BTreeMap<String, Release>,
}

impl Releases {
    pub(super) fn read(facts: &Facts) -> Result<Self, CorpusError> {
        let by_id = facts
            .all(Table::Release)
            .map(|line| {
                let day = |column: &str| line.get(column).parse::<Date>().ok();
                let release = Release {
                    id: line.key.to_owned(),
                    table: line.get("table").to_owned(),
                    title: line.get("title").to_owned(),
                    edition: line.get("edition").to_owned(),
                    period: EffectivePeriod { from: day("from"), to: day("to") },
                    scope: if line.get("scope") == "complete" { Scope::Complete } else { Scope::Excerpt },
                    source: line.get("source").to_owned(),
                    rights: line.get("rights").to_owned(),
                    notice: line.get("notice").to_owned(),
                    family: line.get("family").to_owned(),
                    rows: line.get("rows").parse().unwrap_or(0),
                };
                (release.id.clone(), release)
            })
            .collect();
        Ok(Self { by_id })
    }

    /// The release with that id.
    pub fn find(&self, id: &str) -> Option<&Release> {
        self.by_id.get(id)
    }

    /// Every release, by id.
    pub fn all(&self) -> impl Iterator<Item = &Release> {
        self.by_id.values()
    }

    /// The complete release of a family that speaks for the date; the newest one where several do, and for
    /// [`AsOf::Shelf`] the newest of all.
    pub fn in_force(&self, family: &str, as_of: AsOf) -> Option<&Release> {
        self.complete(family)
            .filter(|release| match as_of {
                AsOf::Date(day) => release.period.contains(day),
                AsOf::Shelf => true,
            })
            .max_by_key(|release| release.period.from)
    }

    /// The complete release of a family nearest to the date: what was last known.
    pub fn nearest(&self, family: &str, as_of: AsOf) -> Option<&Release> {
        match as_of {
            AsOf::Shelf => self.in_force(family, as_of),
            AsOf::Date(day) => self.complete(family).min_by_key(|release| release.period.distance(day)),
        }
    }

    fn complete(&self, family: &str) -> impl Iterator<Item = &Release> {
        let family = family.to_owned();
        self.by_id.values().filter(move |r| r.family == family && r.scope == Scope::Complete)
    }
}
