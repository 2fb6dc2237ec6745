//! The counties of each fee schedule locality (25LOCCO): csv or text separated by tabs, and text in columns.
//!
//! Listed in the CMS document "National Physician Fee Schedule Relative Value File" (RVU25D), file 4. The state
//! stands on the first row of its block only. The text in columns cuts long lists of counties in the middle of a
//! word and leaves states out, so it is a release of its own: it must not be taken for the same table.

use super::super::{File, Format, Intake, Origin, OriginId, Refusal, Sample};
use super::amount::{cut, locality_key, plain_name};
use super::grid::{Grid, blank, cell};
use super::release::{Release, file_name, settle, year_in};
use crate::domain::table::Table;

/// The format.
pub(super) const FORMAT: Format = Format { name: "Counties of fee schedule localities", recognise, read };

/// As many localities as the practice cost indices have: 109.
const WHOLE: u64 = 100;
const KNOWN: [&str; 4] = ["LOCALITY NUMBER", "STATE", "FEE SCHEDULE AREA", "COUNTIES"];
/// Where the text in columns cuts its list of counties.
const CUT: usize = 201;

fn recognise(sample: &Sample<'_>) -> bool {
    Grid::open(&sample.text, &KNOWN).is_some() || columns_header(&sample.text).is_some()
}

fn columns_header(text: &str) -> Option<usize> {
    let header = |line: &str| {
        line.starts_with("Medicare Ad")
            && line.contains("Fee Schedule Area")
            && line.trim_end().ends_with("Counties")
            && !line.contains([',', '\t'])
    };
    text.lines().take(20).position(header)
}

fn read(file: &File<'_>, intake: &mut Intake) -> Result<(), Refusal> {
    let text = file.text();
    if let Some(grid) = Grid::open(&text, &KNOWN) {
        read_table(file, grid, intake)?;
        settle(intake, WHOLE);
        return Ok(());
    }
    let Some(header) = columns_header(&text) else {
        return Err(Refusal::at(1, "no header with locality, state, area and counties: take the csv of CMS"));
    };
    let year = text.lines().take(header).find_map(year_in);
    let origin = origin(file, intake, year, "-text");
    let mut state = String::new();
    for (at, line) in text.lines().enumerate().skip(header + 1) {
        let [contractor, locality, named, area] = [0..12, 12..22, 22..45, 45..143].map(|at| cut(line, at));
        if contractor.is_empty() {
            state.clear();
            continue;
        }
        if !named.is_empty() {
            state = named.into_owned();
        }
        let whole = line.chars().count() < CUT;
        let counties = if whole { cut(line, 143..CUT) } else { "".into() };
        take(intake, at + 1, [&contractor, &locality, &state, &area, &counties], origin);
    }
    Ok(())
}

fn read_table(file: &File<'_>, grid: Grid<'_>, intake: &mut Intake) -> Result<(), Refusal> {
    let contractor = grid.find_by(|name| name.starts_with("MEDICARE ADMIN") || name == "CONTRACTOR" || name == "MAC");
    let contractor = Some(grid.found(contractor, "Medicare Administrative Contractor")?);
    let [locality, state, area, counties] = KNOWN.map(|known| grid.find(known));
    let year = grid.preamble().lines().find_map(year_in);
    let origin = origin(file, intake, year, "");
    let mut current = String::new();
    grid.each(|line, record| {
        let of = |column| cell(record, column);
        if blank(record) {
            current.clear();
            return;
        }
        if !of(state).is_empty() {
            current = of(state).to_owned();
        }
        take(intake, line, [of(contractor), of(locality), &current, of(area), of(counties)], origin);
    });
    Ok(())
}

fn origin(file: &File<'_>, intake: &mut Intake, year: Option<i16>, form: &str) -> OriginId {
    let source = format!("CMS, physician fee schedule, {}", file_name(file.path));
    let release = Release::year_of(file.path, year);
    let origin = release.origin(Table::County, "locality-counties", "Counties of fee schedule localities", source);
    intake.origin(Origin { id: format!("{}{form}", origin.id), ..origin })
}

/// Takes a row; footnotes begin with a star.
fn take(intake: &mut Intake, line: usize, values: [&str; 5], origin: OriginId) {
    let [contractor, locality, state, area, counties] = values;
    if contractor.starts_with('*') {
        return;
    }
    match locality_key(contractor, locality) {
        Some(key) => intake.row(Table::County, &key, &[state, plain_name(area), counties], origin),
        None => intake.broken(line, "the row has no contractor and locality"),
    }
}
