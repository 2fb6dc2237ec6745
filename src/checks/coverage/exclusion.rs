//! What Medicare does not cover whatever the diagnosis: status N of the physician fee schedule (Claims Processing
//! Manual, chapter 23, section 50.6) and the coverage letters S, M and I of HCPCS Level II.

use super::rows;
use crate::checks::{Finding, indicator};
use crate::corpus::{Corpus, Release, ReleaseScope};
use crate::domain::check::{Figures, LastKnown, Outcome};
use crate::domain::code::Code;
use crate::domain::table::Table;
use crate::domain::time::AsOf;

/// What is excluded, or was when it was last known.
pub(super) enum Excluded {
    /// On the date.
    Now(Box<Finding>),
    /// By a release that does not speak for the date.
    Before(LastKnown),
}

/// Looks the code up in both.
pub(super) fn find(corpus: &Corpus, code: &Code, as_of: AsOf) -> Option<Excluded> {
    by_status(corpus, code, as_of).or_else(|| by_letter(corpus, code, as_of))
}

fn speaks(release: &Release, as_of: AsOf) -> bool {
    match as_of {
        AsOf::Shelf => true,
        AsOf::Date(day) => release.period.from.is_some() && release.period.contains(day),
    }
}

fn by_status(corpus: &Corpus, code: &Code, as_of: AsOf) -> Option<Excluded> {
    let rows = corpus.list_fees(code).into_iter().filter(|row| row.modifier.is_empty());
    let with = rows.filter_map(|row| corpus.releases().find(&row.release).map(|release| (row, release)));
    let speaking = with.filter(|(_, release)| speaks(release, as_of));
    let (row, release) = speaking.max_by_key(|(_, release)| release.period.from)?;
    (row.field("status") == "N").then(|| {
        let detail = format!("{code} has status N, not covered by Medicare ({})", release.doc());
        Excluded::Now(Box::new(excluded(detail, release, "status N").sources(vec![row.source.clone()])))
    })
}

fn by_letter(corpus: &Corpus, code: &Code, as_of: AsOf) -> Option<Excluded> {
    let rows = corpus.list_rows(Table::Hcpcs, code.as_str()).into_iter();
    let mut with: Vec<_> =
        rows.filter_map(|row| corpus.releases().find(row.get("release")).map(|release| (row, release))).collect();
    with.sort_by_key(|(_, release)| (release.period.from, release.scope == ReleaseScope::Complete));
    let speaking = with.iter().rev().find(|(_, release)| speaks(release, as_of));
    let (row, release) = speaking.or(with.last())?;
    let letter = row.get("coverage");
    if !matches!(letter, "S" | "M" | "I") {
        return None;
    }
    let words = indicator::meaning(Table::Hcpcs, "coverage", letter).unwrap_or("not covered");
    let value = format!("{words} (coverage code {letter})");
    if !speaks(release, as_of) {
        let (id, title) = (release.id.clone(), release.doc());
        return Some(Excluded::Before(LastKnown { outcome: Outcome::NotCovered, release: id, title, value }));
    }
    let detail = format!("{code} is {value} in {}", release.doc());
    let finding = excluded(detail, release, &format!("coverage code {letter}"));
    Some(Excluded::Now(Box::new(finding.sources(vec![rows::source(corpus, row)]))))
}

fn excluded(detail: String, release: &Release, by: &str) -> Finding {
    let mut figures = Figures::default();
    figures.values.insert("excluded_by".to_owned(), by.to_owned());
    Finding::new(Outcome::NotCovered, detail).figures(figures).release(Some(release))
}
