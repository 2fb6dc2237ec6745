//! Imaging services capped at the hospital outpatient amount (OPPSCAP): csv, and text in columns.
//!
//! Listed in the CMS document "National Physician Fee Schedule Relative Value File" (RVU25D), file 6; the cap is
//! section 5102(b) of the Deficit Reduction Act of 2005. The file names no year: its archive does.

use super::super::{File, Format, Intake, Origin, OriginId, Refusal, Sample};
use super::amount::{cut, decimals, locality_key};
use super::codes::procedure;
use super::grid::{Grid, blank, cell};
use super::release::{Release, file_name, participation, settle};
use crate::domain::table::Table;

/// The format.
pub(super) const FORMAT: Format = Format { name: "OPPS payment caps", recognise, read };

/// About 150 services in each of 109 localities: 16,100 rows in October 2025.
const WHOLE: u64 = 10_000;
const KNOWN: [&str; 5] = ["HCPCS", "PROCSTAT", "CARRIER", "LOCALITY", "FACILITY PRICE"];

fn recognise(sample: &Sample<'_>) -> bool {
    if Grid::open(&sample.text, &KNOWN).is_some() {
        return true;
    }
    let mut lines = sample.lines().filter(|line| !ends(line)).take(5).peekable();
    lines.peek().is_some() && lines.all(|line| columns(line).is_some())
}

fn ends(line: &str) -> bool {
    line.trim_matches(|c: char| c.is_whitespace() || c == '\u{1a}' || c == ',').is_empty()
}

/// Code, modifier, status, contractor, locality and the two amounts of a line of the text.
fn columns(line: &str) -> Option<[String; 7]> {
    if line.len() > 60 {
        return None;
    }
    let [code, modifier, status, contractor, locality] =
        [0..5, 5..8, 8..10, 10..17, 17..19].map(|at| cut(line, at).into_owned());
    let rest = cut(line, 19..60).into_owned();
    let mut amounts = rest.split_whitespace();
    let (facility, nonfacility) = (amounts.next()?.to_owned(), amounts.next()?.to_owned());
    let shaped = status.len() == 1
        && modifier.len() <= 2
        && facility.contains('.')
        && nonfacility.contains('.')
        && amounts.next().is_none()
        && contractor.len() == 5
        && procedure(&code).is_some()
        && locality_key(&contractor, &locality).is_some();
    shaped.then_some([code, modifier, status, contractor, locality, facility, nonfacility])
}

fn read(file: &File<'_>, intake: &mut Intake) -> Result<(), Refusal> {
    let text = file.text();
    if let Some(grid) = Grid::open(&text, &KNOWN) {
        // The official header misspells the word: NON-FACILTY PRICE.
        let nonfacility = grid.found(grid.find_by(|name| name.starts_with("NON FAC")), "NON-FACILITY PRICE")?;
        let [code, status, contractor, locality, facility] = KNOWN.map(|known| grid.find(known));
        let at = [code, grid.find("MOD"), status, contractor, locality, facility, Some(nonfacility)];
        let origin = origin(file, intake);
        grid.each(|line, record| {
            if !blank(record) && !ends(cell(record, code)) {
                take(intake, line, at.map(|column| cell(record, column)), origin);
            }
        });
    } else {
        let origin = origin(file, intake);
        for (at, line) in text.lines().enumerate().filter(|(_, line)| !ends(line)) {
            match columns(line) {
                Some(values) => take(intake, at + 1, values.each_ref().map(String::as_str), origin),
                None => intake.broken(at + 1, "the line has not the seven columns of the layout"),
            }
        }
    }
    settle(intake, WHOLE);
    Ok(())
}

fn origin(file: &File<'_>, intake: &mut Intake) -> OriginId {
    let release = Release::quarter_of(file.path, None);
    let source = format!("CMS, physician fee schedule, {}", file_name(file.path));
    let origin = release.origin(Table::OppsCap, "opps-cap", "Imaging services capped at the OPPS amount", source);
    match participation(file.path) {
        "" => intake.origin(origin),
        schedule => intake.origin(Origin {
            id: format!("{}-{schedule}", origin.id),
            family: format!("{}+{schedule}", origin.family),
            ..origin
        }),
    }
}

fn take(intake: &mut Intake, line: usize, values: [&str; 7], origin: OriginId) {
    let [code, modifier, status, contractor, locality, facility, nonfacility] = values;
    let (Some(code), Some(key)) = (procedure(code), locality_key(contractor, locality)) else {
        return intake.broken(line, "the row has no code, contractor and locality");
    };
    match decimals([facility, nonfacility], 2) {
        Ok([facility, nonfacility]) => {
            let (contractor, locality) = key.split_once('+').unwrap_or((&key, ""));
            let fields = [modifier, status, contractor, locality, &facility, &nonfacility];
            intake.row(Table::OppsCap, code.as_str(), &fields, origin);
        }
        Err(reason) => intake.broken(line, reason),
    }
}
