//! Amounts that CMS itself publishes by locality: the payment amount file (PFALL, PFREV), and the cap of imaging at the
//! hospital outpatient amount (OPPSCAP; section 5102(b) of the Deficit Reduction Act of 2005).

use super::money::Cents;
use super::spoken;
use crate::corpus::{Corpus, Line};
use crate::domain::citation::Source;
use crate::domain::code::Code;
use crate::domain::table::Table;
use crate::domain::time::AsOf;

/// Which line of an official file is looked for.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// The code.
    pub code: &'a Code,
    /// `26`, `TC` or empty.
    pub modifier: &'a str,
    /// `qpp`, `nonqpp` or empty.
    pub participation: &'a str,
    /// Contractor and locality, `09102+04`.
    pub place: &'a str,
    /// The day.
    pub day: AsOf,
}

/// Amounts outside a facility and in one, and the row that says so.
#[derive(Debug, Clone, PartialEq)]
pub struct Published {
    /// Outside a facility.
    pub outside: Option<Cents>,
    /// In a facility.
    pub inside: Option<Cents>,
    /// The row.
    pub source: Source,
}

/// The amount of the payment amount file.
pub fn amount(corpus: &Corpus, wanted: Wanted<'_>) -> Option<Published> {
    let row = find(corpus, Table::Payment, wanted)?;
    let own = |column: &str| Cents::parse(row.get(column)).filter(|amount| amount.0 > 0);
    // Indicator 1: the lesser of the fee and the outpatient amount is paid.
    let capped = |fee: &str, cap: &str| match (own(fee), own(cap).filter(|_| row.get("opps") == "1")) {
        (Some(fee), Some(cap)) => Some(fee.min(cap)),
        (fee, _) => fee,
    };
    Some(Published {
        outside: capped("nonfacility", "opps_nonfacility"),
        inside: capped("facility", "opps_facility"),
        source: spoken::source(corpus, &row),
    })
}

/// The cap of an imaging service.
pub fn cap(corpus: &Corpus, wanted: Wanted<'_>) -> Option<Published> {
    let row = find(corpus, Table::OppsCap, wanted)?;
    let of = |column: &str| Cents::parse(row.get(column)).filter(|amount| amount.0 > 0);
    Some(Published { outside: of("nonfacility"), inside: of("facility"), source: spoken::source(corpus, &row) })
}

fn find<'a>(corpus: &'a Corpus, table: Table, wanted: Wanted<'_>) -> Option<Line<'a>> {
    let (contractor, locality) = wanted.place.split_once('+')?;
    // The file of caps still names the contractor of one part of California by that of the other: the jurisdiction,
    // three digits, and the locality are unique.
    let jurisdiction = contractor.get(..3)?;
    let family = if wanted.participation.is_empty() {
        table.key().to_owned()
    } else {
        format!("{}+{}", table.key(), wanted.participation)
    };
    let is_of = |row: &Line<'_>| {
        let released = corpus.releases().find(row.get("release"));
        row.get("modifier") == wanted.modifier
            && row.get("locality") == locality
            && row.get("contractor").starts_with(jurisdiction)
            && released.is_some_and(|release| release.family == family || release.family == table.key())
    };
    let rows: Vec<Line<'a>> = corpus.list_rows(table, wanted.code.as_str()).into_iter().filter(is_of).collect();
    let (rows, _) = spoken::in_force(corpus, &family, rows, wanted.day)?;
    let exact = rows.iter().find(|row| row.get("contractor") == contractor).copied();
    exact.or_else(|| rows.first().copied())
}
