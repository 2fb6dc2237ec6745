//! OPPS Addendum B: status indicator, APC and payment of each code in hospital outpatient departments.
//!
//! Published by CMS each quarter ("Addendum B, OPPS Payment by HCPCS Code"); status indicators are those of
//! Addendum D1. Read as CMS publishes it (csv or text separated by tabs, below lines of title) and in a short form
//! with code, descriptor, status, rate and quarter.

use super::super::{File, Format, Intake, Refusal, Sample};
use super::amount::decimals;
use super::codes::{Said, procedure};
use super::grid::{Grid, blank, cell};
use super::release::{Release, evidence, file_name, quarter_in, settle, year_in};
use crate::domain::table::Table;

/// The format.
pub(super) const FORMAT: Format = Format { name: "OPPS Addendum B", recognise, read };

/// About 19,000 codes.
const WHOLE: u64 = 15_000;
const OFFICIAL: [&str; 5] = ["HCPCS CODE", "SHORT DESCRIPTOR", "SI", "APC", "PAYMENT RATE"];
const SHORT: [&str; 5] = ["HCPCSCODE", "SHORTDESCRIPTOR", "STATUSINDICATOR", "PAYMENTRATE", "SOURCE"];

fn recognise(sample: &Sample<'_>) -> bool {
    Grid::open(&sample.text, &OFFICIAL).is_some() || Grid::open(&sample.text, &SHORT).is_some()
}

/// Where the columns stand; the short form has the first five and the change.
struct Columns {
    code: Option<usize>,
    short: Option<usize>,
    status: Option<usize>,
    apc: Option<usize>,
    weight: Option<usize>,
    rate: Option<usize>,
    national: Option<usize>,
    minimum: Option<usize>,
    changed: Option<usize>,
}

impl Columns {
    fn of(grid: &Grid<'_>) -> Self {
        let either = |official: &str, short: &str| grid.find(official).or_else(|| grid.find(short));
        Self {
            code: either("HCPCS CODE", "HCPCSCODE"),
            short: either("SHORT DESCRIPTOR", "SHORTDESCRIPTOR"),
            status: either("SI", "STATUSINDICATOR"),
            apc: grid.find("APC"),
            weight: grid.find("RELATIVE WEIGHT"),
            rate: either("PAYMENT RATE", "PAYMENTRATE"),
            national: grid.find("NATIONAL UNADJUSTED COPAYMENT"),
            minimum: grid.find("MINIMUM UNADJUSTED COPAYMENT"),
            // `* Indicates a Change`, with more words in some quarters.
            changed: grid.find_by(|name| name.starts_with("INDICATES A CHANGE") || name == "CHANGED"),
        }
    }
}

fn read(file: &File<'_>, intake: &mut Intake) -> Result<(), Refusal> {
    let text = file.text();
    let Some(grid) = Grid::open(&text, &OFFICIAL).or_else(|| Grid::open(&text, &SHORT)) else {
        return Err(Refusal::at(
            1,
            "no header with HCPCS Code, SI, APC and Payment Rate: take the file as CMS publishes it",
        ));
    };
    let columns = Columns::of(&grid);
    let release = dated(&grid, &text, file.path);
    let source = format!("CMS, OPPS Addendum B, {}, {}", release.edition, file_name(file.path));
    let payments = release.origin(Table::Opps, "opps", "OPPS Addendum B", source.clone());
    let payments = intake.origin(payments);
    let codes = release.origin(Table::Period, "opps-addendum-b", "OPPS Addendum B, its codes", source);
    let codes = intake.origin(codes);
    let mut said = Said::default();
    grid.each(|line, record| {
        let of = |column| cell(record, column);
        // Notes below the table stand in its first column and have no status.
        let note = of(columns.code).is_empty() || of(columns.code).len() > 12;
        if blank(record) || (note && of(columns.status).is_empty()) {
            return;
        }
        let Some(code) = procedure(of(columns.code)) else {
            return intake.broken(line, "the row has no CPT or HCPCS code");
        };
        let figures = decimals([of(columns.rate), of(columns.national), of(columns.minimum)], 2);
        let weight = decimals([of(columns.weight)], 4);
        let (([rate, national, minimum], [weight]), status) = match (figures, weight) {
            (Ok(figures), Ok(weight)) => ((figures, weight), of(columns.status)),
            (Err(reason), _) | (_, Err(reason)) => return intake.broken(line, reason),
        };
        let changed = columns.changed.map_or("", |_| change(of(columns.changed)));
        let fields = [status, of(columns.apc), &weight, &rate, &national, &minimum, changed];
        intake.row(Table::Opps, code.as_str(), &fields, payments);
        said.titled(intake, &code, of(columns.short), payments);
        // D is a discontinued code; every other status is about payment of a live one.
        if !matches!(status, "" | "D") {
            said.listed(intake, &code, codes);
        }
    });
    settle(intake, WHOLE);
    Ok(())
}

/// 1 where a row changed against the quarter before, else 0.
fn change(mark: &str) -> &'static str {
    if mark.is_empty() || mark.eq_ignore_ascii_case("false") || mark == "0" { "0" } else { "1" }
}

/// The quarter: in the short form the month that each row names, else what title and name tell.
fn dated(grid: &Grid<'_>, text: &str, path: &str) -> Release {
    if let Some(source) = grid.find("SOURCE") {
        let mut found = None;
        if let Some(again) = Grid::open(text, &SHORT) {
            again.each(|_, record| found = found.or_else(|| month(cell(record, Some(source)))));
        }
        return found
            .map_or_else(|| Release::quarter_of(path, None), |(year, quarter)| Release::quarter(year, quarter));
    }
    let preamble = grid.preamble();
    let year = preamble.lines().find_map(year_in).or_else(|| evidence(path, year_in));
    let quarter = preamble.lines().find_map(quarter_in).or_else(|| evidence(path, quarter_in));
    year.zip(quarter).map_or_else(|| Release::undated(path), |(year, quarter)| Release::quarter(year, quarter))
}

/// Year and quarter of a month written `2026-04`.
fn month(text: &str) -> Option<(i16, i8)> {
    let (year, month) = text.split_once('-')?;
    let month: i8 = month.parse().ok().filter(|month| (1..=12).contains(month))?;
    Some((year.parse().ok().filter(|year| (2000..2100).contains(year))?, (month - 1) / 3 + 1))
}
