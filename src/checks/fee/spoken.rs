//! Which release speaks for a date among those that hold some rows, and rows as sources.

use crate::corpus::{Corpus, Line, Release};
use crate::domain::citation::{FactKey, Source};
use crate::domain::time::AsOf;

/// A release, and whether it speaks for the date.
#[derive(Debug, Clone, Copy)]
pub struct Spoken<'a> {
    /// The release.
    pub release: &'a Release,
    /// False where it is only the nearest.
    pub in_force: bool,
}

impl Spoken<'_> {
    /// The day on which tables that go with this release are asked: that of the question where the release speaks for
    /// it, else the release's own first day.
    pub fn day(&self, as_of: AsOf) -> AsOf {
        match as_of {
            AsOf::Date(_) if self.in_force => as_of,
            _ => self.release.period.from.map_or(AsOf::Shelf, AsOf::Date),
        }
    }
}

/// The newest release, among those with these ids, that speaks for the date; where none does, the nearest.
///
/// For the shelf, no release speaks that is older than the newest complete one of the family: what is missing from
/// that one has ended.
pub fn speaking<'a, 'i>(
    corpus: &'a Corpus,
    family: &str,
    ids: impl Iterator<Item = &'i str>,
    as_of: AsOf,
) -> Option<Spoken<'a>> {
    let mut releases: Vec<&Release> = ids.filter_map(|id| corpus.releases().find(id)).collect();
    releases.retain(|release| release.period.from.is_some() || release.period.to.is_some());
    let newest = corpus.releases().in_force(family, AsOf::Shelf);
    let speaks = |release: &&&Release| match as_of {
        AsOf::Date(day) => release.period.contains(day),
        AsOf::Shelf => newest.is_none_or(|newest| newest.period.from <= release.period.from),
    };
    if let Some(release) = releases.iter().filter(speaks).max_by_key(|release| release.period.from) {
        return Some(Spoken { release, in_force: true });
    }
    let distance = |release: &&&Release| match as_of {
        AsOf::Date(day) => release.period.distance(day),
        AsOf::Shelf => 0,
    };
    let nearest = releases.iter().min_by_key(|release| (distance(release), std::cmp::Reverse(release.period.from)))?;
    Some(Spoken { release: nearest, in_force: false })
}

/// The rows of the release that speaks for the date, with it; `None` where none speaks.
pub fn in_force<'a>(
    corpus: &'a Corpus,
    family: &str,
    rows: Vec<Line<'a>>,
    as_of: AsOf,
) -> Option<(Vec<Line<'a>>, &'a Release)> {
    let spoken = speaking(corpus, family, rows.iter().map(|row| row.get("release")), as_of)?;
    let release = spoken.release;
    let rows = rows.into_iter().filter(|row| row.get("release") == release.id).collect();
    spoken.in_force.then_some((rows, release))
}

/// A row as a source.
pub fn source(corpus: &Corpus, row: &Line<'_>) -> Source {
    let id = row.get("release");
    let release = corpus.releases().find(id);
    Source {
        doc: release.map_or_else(|| format!("CaseConsultant edition {}", corpus.edition()), Release::doc),
        place: String::new(),
        fact: FactKey {
            table: row.table,
            key: row.key.to_owned(),
            period: release.map(|release| release.period).unwrap_or_default(),
            release: id.to_owned(),
        },
        quote: row.text.to_owned(),
        note: String::new(),
    }
}
