//! Which release speaks for a date, among those that hold a code.

use std::cmp::Reverse;

use crate::corpus::{Corpus, Line, Release, ReleaseScope};
use crate::domain::time::AsOf;

/// Rows of one release, and whether it speaks for the date.
pub(super) struct Spoken<'a> {
    /// The rows.
    pub(super) rows: Vec<Line<'a>>,
    /// Their release.
    pub(super) release: &'a Release,
    /// False where the rows are only what was last known, or known next.
    pub(super) in_force: bool,
}

/// The rows of the release that speaks for the date: a complete one before an excerpt, a newer before an older one.
/// Where none speaks, those of the nearest.
pub(super) fn speaking<'a>(corpus: &'a Corpus, rows: Vec<Line<'a>>, as_of: AsOf) -> Option<Spoken<'a>> {
    let mut releases: Vec<&Release> = Vec::new();
    for row in &rows {
        let id = row.get("release");
        if releases.iter().all(|known| known.id != id) {
            releases.extend(corpus.releases().find(id));
        }
    }
    let release = releases.into_iter().max_by_key(|release| rank(release, as_of))?;
    let in_force = speaks(release, as_of);
    let rows = rows.into_iter().filter(|row| row.get("release") == release.id).collect();
    Some(Spoken { rows, release, in_force })
}

/// True when the release speaks for the date. One without any date speaks for none.
pub(super) fn speaks(release: &Release, as_of: AsOf) -> bool {
    let dated = release.period.from.is_some() || release.period.to.is_some();
    dated
        && match as_of {
            AsOf::Shelf => true,
            AsOf::Date(day) => release.period.contains(day),
        }
}

/// The larger, the better.
pub(super) fn rank(release: &Release, as_of: AsOf) -> impl Ord + use<> {
    let dated = release.period.from.is_some() || release.period.to.is_some();
    let distance = match as_of {
        AsOf::Date(day) if dated => release.period.distance(day),
        AsOf::Date(_) => i32::MAX,
        AsOf::Shelf => 0,
    };
    let complete = release.scope == ReleaseScope::Complete;
    // For the shelf the newest counts, whether or not it is complete.
    let first = if as_of == AsOf::Shelf { release.period.from } else { None };
    (Reverse(distance), first, complete, release.period.from)
}
