//! Geographic practice cost indices: Addendum E of the physician fee schedule final rule (GPCI2025), as csv, as text
//! separated by tabs, and as text in columns.

use super::super::{File, Format, Intake, OriginId, Refusal, Sample};
use super::amount::{decimals, locality_key, plain_name};
use super::grid::{Grid, cell, normal};
use super::release::{Release, file_name, settle, year_in};
use crate::domain::table::Table;

/// The format.
pub(super) const FORMAT: Format = Format { name: "Geographic practice cost indices", recognise, read };

/// There are 109 localities in 2025 and 2026, and there were 112 in 2023.
const WHOLE: u64 = 100;
const KNOWN: [&str; 3] = ["STATE", "LOCALITY NUMBER", "LOCALITY NAME"];

fn recognise(sample: &Sample<'_>) -> bool {
    table(&sample.text).is_some_and(|grid| grid.find_by(is_work).is_some()) || columns_header(&sample.text).is_some()
}

fn table(text: &str) -> Option<Grid<'_>> {
    Grid::open(text, &KNOWN)
}

fn is_work(name: &str) -> bool {
    name.contains(" PW GPCI")
}

/// The header of the text in columns: its line from 1, itself, and the order of work, expense and malpractice.
fn columns_header(text: &str) -> Option<(usize, &str, [usize; 3])> {
    let (at, line) =
        text.lines().enumerate().take(20).find(|(_, line)| {
            line.contains("Locality Name") && line.contains("PW GPCI") && !line.contains([',', '\t'])
        })?;
    let places = ["PW GPCI", "PE GPCI", "MP GPCI"].map(|name| line.find(name));
    let [Some(work), Some(expense), Some(malpractice)] = places else { return None };
    let rank = |place: usize| [work, expense, malpractice].iter().filter(|other| **other < place).count();
    Some((at + 1, line, [rank(work), rank(expense), rank(malpractice)]))
}

fn read(file: &File<'_>, intake: &mut Intake) -> Result<(), Refusal> {
    let text = file.text();
    if let Some(grid) = table(&text) {
        read_table(file, grid, intake)?;
    } else if let Some((line, header, order)) = columns_header(&text) {
        let origin = origin(file, intake, year_in(header).or_else(|| text.lines().take(line).find_map(year_in)));
        for (at, row) in text.lines().enumerate().skip(line) {
            let words: Vec<&str> = row.split_whitespace().collect();
            let [contractor, state, locality, name @ .., first, second, third] = words.as_slice() else {
                if row.starts_with(|c: char| c.is_ascii_digit()) {
                    intake.broken(at + 1, "the line has not the seven columns of the layout");
                }
                continue;
            };
            let figures = [*first, *second, *third];
            let values = order.map(|place| figures[place]);
            take(intake, at + 1, [contractor, locality, state, &name.join(" ")], values, origin);
        }
    } else {
        return Err(Refusal::at(1, "no header with the three indices: take the file as CMS publishes it"));
    }
    settle(intake, WHOLE);
    Ok(())
}

fn read_table(file: &File<'_>, grid: Grid<'_>, intake: &mut Intake) -> Result<(), Refusal> {
    // Some years give the work index with and without the floor; payment follows the one with it.
    let floored = grid.find_by(|name| is_work(name) && name.contains(" WITH 1 0 FLOOR"));
    let work = grid.found(floored.or_else(|| grid.find_by(is_work)), "PW GPCI")?;
    let expense = grid.found(grid.find_by(|name| name.contains(" PE GPCI")), "PE GPCI")?;
    let malpractice = grid.found(grid.find_by(|name| name.contains(" MP GPCI")), "MP GPCI")?;
    let contractor = grid.find_by(|name| name.starts_with("MEDICARE ADMIN") || name == "CONTRACTOR" || name == "MAC");
    let contractor = grid.found(contractor, "Medicare Administrative Contractor (MAC)")?;
    let [state, locality, name] = KNOWN.map(|known| grid.find(known));
    let year = year_in(&grid.names[work]).or_else(|| grid.preamble().lines().find_map(year_in));
    let origin = origin(file, intake, year);
    grid.each(|line, record| {
        let of = |column| cell(record, column);
        let values = [of(Some(work)), of(Some(expense)), of(Some(malpractice))];
        take(intake, line, [of(Some(contractor)), of(locality), of(state), of(name)], values, origin);
    });
    Ok(())
}

fn origin(file: &File<'_>, intake: &mut Intake, year: Option<i16>) -> OriginId {
    let source = format!("CMS, physician fee schedule, Addendum E, {}", file_name(file.path));
    let release = Release::year_of(file.path, year);
    intake.origin(release.origin(Table::Gpci, "gpci", "Geographic practice cost indices", source))
}

/// Takes a row: contractor, locality, state, name, and the three indices. Footnotes have no contractor.
fn take(intake: &mut Intake, line: usize, place: [&str; 4], values: [&str; 3], origin: OriginId) {
    let [contractor, locality, state, name] = place;
    if contractor.len() > 5 || !contractor.bytes().all(|b| b.is_ascii_digit()) || normal(state).is_empty() {
        return;
    }
    let Some(key) = locality_key(contractor, locality) else {
        return intake.broken(line, "the row has no contractor and locality");
    };
    match decimals(values, 3) {
        Ok([work, expense, malpractice]) => {
            intake.row(Table::Gpci, &key, &[state, plain_name(name), &work, &expense, &malpractice], origin);
        }
        Err(reason) => intake.broken(line, reason),
    }
}
