//! What a line of the fee schedule pays in a place: relative values times indices times the conversion factor (Claims
//! Processing Manual, chapter 12, section 20.1); where CMS publishes the amount itself, that one.

use super::locality::Place;
use super::money::{Cents, figure, product};
use super::official::{self, Wanted};
use crate::checks::indicator;
use crate::corpus::{Corpus, FeeRow};
use crate::domain::citation::Source;
use crate::domain::code::Code;
use crate::domain::time::AsOf;

/// What an amount rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    /// The formula alone.
    Formula,
    /// The amount that CMS publishes.
    Published,
    /// The cap at the hospital outpatient amount, which is below the formula.
    Capped,
}

/// An amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Amount {
    /// What is allowed.
    pub cents: Cents,
    /// What the formula gives.
    pub formula: Cents,
    /// What it rests on.
    pub basis: Basis,
}

/// A line of the schedule in a place.
#[derive(Debug, Clone, PartialEq)]
pub struct Priced {
    /// `qpp` or `nonqpp` where the year has two conversion factors; else empty.
    pub participation: String,
    /// The place.
    pub place: Place,
    /// Outside a facility; none where the schedule gives none.
    pub outside: Option<Amount>,
    /// In a facility.
    pub inside: Option<Amount>,
    /// Rows of indices and official amounts.
    pub sources: Vec<Source>,
}

/// Relative values in ten-thousandths.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Values {
    /// Work.
    pub work: i64,
    /// Practice expense outside a facility; none where marked NA.
    pub outside: Option<i64>,
    /// Practice expense in a facility; none where marked NA.
    pub inside: Option<i64>,
    /// Malpractice.
    pub malpractice: i64,
}

impl Values {
    /// The values of a line; `None` where one is missing.
    pub fn of(row: &FeeRow) -> Option<Self> {
        let unmarked = |mark: &str| !row.field(mark).eq_ignore_ascii_case("NA");
        Some(Self {
            work: figure(row.field("work"))?,
            outside: figure(row.field("pe_nonfacility")).filter(|_| unmarked("na_nonfacility")),
            inside: figure(row.field("pe_facility")).filter(|_| unmarked("na_facility")),
            malpractice: figure(row.field("malpractice"))?,
        })
    }

    /// The sum with one of the two practice expenses, without indices.
    pub fn total(&self, expense: Option<i64>) -> Option<i64> {
        Some(self.work + expense? + self.malpractice)
    }
}

/// Prices a line in a place on a day.
pub fn price(corpus: &Corpus, code: &Code, row: &FeeRow, place: &Place, day: AsOf) -> Priced {
    let participation = row.field("participation");
    let wanted = Wanted { code, modifier: &row.modifier, participation, place: &place.key, day };
    let published = official::amount(corpus, wanted);
    let cap = official::cap(corpus, wanted);
    let values = Values::of(row).filter(|_| indicator::is_paid_by_values(row.field("status")));
    let factor = figure(row.field("conversion_factor")).filter(|factor| *factor > 0);
    let formula = |expense: Option<i64>| {
        let (values, expense) = (values?, expense?);
        let [work, practice, malpractice] = place.indices;
        let terms = [(values.work, work), (expense, practice), (values.malpractice, malpractice)];
        Some(product(terms, factor?)).filter(|amount| amount.0 > 0)
    };
    let amount = |expense: Option<i64>, official: Option<Cents>, cap: Option<Cents>| {
        let formula = formula(expense)?;
        let capped = cap.filter(|cap| *cap < official.unwrap_or(formula));
        let (cents, basis) = match (capped, official) {
            (Some(cap), _) => (cap, Basis::Capped),
            (None, Some(official)) => (official, Basis::Published),
            (None, None) => (formula, Basis::Formula),
        };
        Some(Amount { cents, formula, basis })
    };
    let of = |found: &Option<official::Published>, inside: bool| {
        found.as_ref().and_then(|found| if inside { found.inside } else { found.outside })
    };
    let outside = amount(values.and_then(|v| v.outside), of(&published, false), of(&cap, false));
    let inside = amount(values.and_then(|v| v.inside), of(&published, true), of(&cap, true));
    let capped = [outside, inside].into_iter().flatten().any(|one| one.basis == Basis::Capped);
    let sources = place.source.clone().into_iter().chain(published.map(|one| one.source));
    let sources = sources.chain(cap.filter(|_| capped).map(|one| one.source)).collect();
    Priced { participation: participation.to_owned(), place: place.clone(), outside, inside, sources }
}
