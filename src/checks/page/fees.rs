//! The physician fee schedule's word on a code: indicators, relative values, and the national amount that follows.

use serde::Serialize;

use super::spoken::speaking;
use super::values::Value;
use crate::checks::{global, indicator};
use crate::corpus::{Corpus, Line};
use crate::domain::code::Code;
use crate::domain::table::Table;
use crate::domain::time::AsOf;

/// Columns that are shown as indicators, in the order of the record.
const INDICATORS: [&str; 10] =
    ["status", "pctc", "mult", "bilat", "asst", "cosurg", "team", "endo_base", "supervision", "imaging_family"];

/// What one release says of a code.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Fees {
    /// The release.
    pub release: String,
    /// Its name for a reader.
    pub title: String,
    /// False where it does not speak for the date.
    pub in_force: bool,
    /// The whole service first, then by modifier and participation.
    pub lines: Vec<Fee>,
}

/// One row.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Fee {
    /// `26`, `TC`, `53` or empty.
    pub modifier: String,
    /// `qpp` or `nonqpp` where the year has two conversion factors; else empty.
    pub participation: String,
    /// Global days: 000, 010, 090, MMM, XXX, YYY or ZZZ.
    pub global: Value,
    /// Indicators with their meaning.
    pub indicators: Vec<Value>,
    /// Relative value of the work.
    pub work: Option<f64>,
    /// Relative value of practice expense outside a facility; none where the schedule gives none (NA).
    pub pe_nonfacility: Option<f64>,
    /// Relative value of practice expense in a facility; none where the schedule gives none (NA).
    pub pe_facility: Option<f64>,
    /// Relative value of malpractice.
    pub malpractice: Option<f64>,
    /// Shares of the package before, during and after surgery; empty where it is not shared.
    pub shares: Vec<Value>,
    /// Dollars for one relative value unit.
    pub conversion_factor: Option<f64>,
    /// National amount outside a facility, in dollars, without geographic adjustment.
    pub nonfacility: Option<f64>,
    /// National amount in a facility.
    pub facility: Option<f64>,
    /// Why there is no amount.
    pub no_amount: Option<String>,
}

/// The rows of the release that speaks for the date, or of the nearest.
pub(super) fn of(corpus: &Corpus, code: &Code, as_of: AsOf) -> Option<Fees> {
    let spoken = speaking(corpus, corpus.list_rows(Table::Fee, code.as_str()), as_of)?;
    let lines = spoken.rows.iter().map(fee).collect();
    Some(Fees { release: spoken.release.id.clone(), title: spoken.release.doc(), in_force: spoken.in_force, lines })
}

fn fee(row: &Line<'_>) -> Fee {
    let days = row.get("global");
    let status = row.get("status");
    let hundredths = |column: &str| scaled(row.get(column), 2);
    let marked = |column: &str| row.get(column).eq_ignore_ascii_case("NA");
    let (work, malpractice) = (hundredths("work"), hundredths("malpractice"));
    let outside = hundredths("pe_nonfacility").filter(|_| !marked("na_nonfacility"));
    let inside = hundredths("pe_facility").filter(|_| !marked("na_facility"));
    let factor = scaled(row.get("conversion_factor"), 4);
    let paid = indicator::is_paid_by_values(status);
    let amount = |expense: Option<i64>| {
        let units = work? + expense? + malpractice?;
        Some(dollars(units, factor?)).filter(|_| paid && units > 0)
    };
    let (nonfacility, facility) = (amount(outside), amount(inside));
    let none = nonfacility.is_none() && facility.is_none();
    let number = |units: Option<i64>| units.map(|units| units as f64 / 100.0);
    Fee {
        modifier: row.get("modifier").to_owned(),
        participation: row.get("participation").to_owned(),
        global: Value { name: "global", value: days.to_owned(), meaning: Some(global::meaning(days)) },
        indicators: INDICATORS.iter().filter_map(|column| Value::of(row, column)).collect(),
        work: number(work),
        pe_nonfacility: number(outside),
        pe_facility: number(inside),
        malpractice: number(malpractice),
        shares: shares(row),
        conversion_factor: factor.map(|factor| factor as f64 / 10_000.0),
        nonfacility,
        facility,
        no_amount: none.then(|| why_none(status)),
    }
}

fn shares(row: &Line<'_>) -> Vec<Value> {
    let shares = ["pre", "intra", "post"].into_iter().filter_map(|column| Value::of(row, column));
    let shares: Vec<Value> = shares.collect();
    let given = shares.iter().any(|share| share.value.parse::<f64>().is_ok_and(|share| share > 0.0));
    if given { shares } else { Vec::new() }
}

fn why_none(status: &str) -> String {
    match indicator::meaning(Table::Fee, "status", status) {
        Some(words) if !indicator::is_paid_by_values(status) => format!("status {status}: {words}"),
        _ => "the shelf has no conversion factor, or no relative values".to_owned(),
    }
}

/// A decimal number as a whole number of units with `digits` decimals; what is finer is rounded half up.
fn scaled(text: &str, digits: usize) -> Option<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digit = |text: &str| !text.is_empty() && text.len() <= 9 && text.bytes().all(|b| b.is_ascii_digit());
    if !digit(whole) || !(fraction.is_empty() || digit(fraction)) {
        return None;
    }
    let padded = format!("{fraction:0<width$}", width = digits + 1);
    let number: i64 = format!("{whole}{}", &padded[..=digits]).parse().ok()?;
    Some((number + 5) / 10)
}

/// Hundredths of a relative value times ten-thousandths of a dollar, rounded to the cent.
fn dollars(units: i64, factor: i64) -> f64 {
    let cents = (units * factor + 5_000) / 10_000;
    cents as f64 / 100.0
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn amounts_are_rounded_to_the_cent() {
        // 13.46 units at 32.3465 dollars are 435.38389.
        assert!((dollars(1_346, 323_465) - 435.38).abs() < 1e-9);
        assert!((dollars(751, 323_465) - 242.92).abs() < 1e-9);
        assert_eq!((scaled("4.57", 2), scaled("32.3465", 4), scaled("2", 2)), (Some(457), Some(323_465), Some(200)));
        assert_eq!((scaled("0.125", 2), scaled("", 2), scaled("NA", 2), scaled("-1", 2)), (Some(13), None, None, None));
    }

    proptest! {
        #[test]
        fn no_text_of_a_figure_panics(text in "\\PC{0,14}", digits in 0_usize..6) {
            let _ = scaled(&text, digits);
        }
    }
}
