//! PPRRVU as csv: lines of title and notice, then a header whose words are stacked over several lines.

use std::borrow::Cow;

use super::super::super::{File, Format, Intake, Refusal, Sample, american_date};
use super::super::grid::{Grid, blank, cell, normal};
use super::super::release::{Release, evidence, quarter_in, year_in};
use super::{CODE, DESCRIPTION, FIELDS, Field, Schedule};

/// The csv form.
pub(in super::super) const FORMAT: Format =
    Format { name: "Physician fee schedule relative values (csv)", recognise, read };

const TITLE: &str = "PHYSICIAN FEE SCHEDULE RELATIVE VALUE FILE";
/// The last line of the stacked header.
const KNOWN: [&str; 3] = ["HCPCS", "MOD", "DESCRIPTION"];

fn recognise(sample: &Sample<'_>) -> bool {
    // A document may begin with the same title: only a table has it among many empty cells.
    let titled = |line: &str| line.matches(',').count() >= 10 && normal(line).contains(TITLE);
    sample.lines().take(10).any(titled)
        || Grid::open(&sample.text, &KNOWN).is_some_and(|grid| stacked(&grid).iter().any(|name| name == "CONV FACTOR"))
}

fn read(file: &File<'_>, intake: &mut Intake) -> Result<(), Refusal> {
    let text = file.text();
    let Some(grid) = Grid::open(&text, &KNOWN) else {
        return Err(Refusal::at(1, "no header line with HCPCS, MOD and DESCRIPTION: take the csv as CMS publishes it"));
    };
    let names = stacked(&grid);
    let column = |field: &Field| match names.iter().position(|name| name == field.header) {
        None if field.needed => grid.found(None, field.header).map(Some),
        found => Ok(found),
    };
    let mut columns = Vec::with_capacity(FIELDS.len() + 2);
    for field in &FIELDS {
        columns.push(column(field)?);
    }
    columns.extend([column(&CODE)?, column(&DESCRIPTION)?]);
    let (release, released) = dated(&grid, file.path);
    let mut schedule = Schedule::new(intake, file.path, &release, released);
    grid.each(|line, record| {
        if !blank(record) {
            schedule.take(intake, line, |_, at| Cow::Borrowed(cell(record, columns[at])));
        }
    });
    Schedule::finish(intake);
    Ok(())
}

/// The header's names with the words above them. Lines of title have one cell; the stack begins below them.
fn stacked(grid: &Grid<'_>) -> Vec<String> {
    let filled = |cells: &&Vec<String>| cells.iter().filter(|cell| !cell.trim().is_empty()).count() > 1;
    let mut above: Vec<&Vec<String>> = grid.above.iter().rev().take_while(filled).take(6).collect();
    above.reverse();
    let join = |(at, name): (usize, &String)| {
        let words: Vec<&str> =
            above.iter().filter_map(|cells| cells.get(at)).map(String::as_str).chain([name.as_str()]).collect();
        normal(&words.join(" "))
    };
    grid.names.iter().enumerate().map(join).collect()
}

/// The quarter and the day of release, from the title lines; what they leave out, from the file's name.
fn dated(grid: &Grid<'_>, path: &str) -> (Release, Option<jiff::civil::Date>) {
    let preamble = grid.preamble();
    let title = preamble.lines().find(|line| normal(line).contains(TITLE)).unwrap_or("");
    let year = year_in(title).or_else(|| evidence(path, year_in));
    let number = quarter_in(title).or_else(|| evidence(path, quarter_in));
    let release =
        year.zip(number).map_or_else(|| Release::undated(path), |(year, number)| Release::quarter(year, number));
    let after = |line: &str| {
        line.split_once("RELEASED").map(|(_, rest)| rest.trim_matches(|c: char| !c.is_ascii_digit()).to_owned())
    };
    let released = preamble.lines().find_map(after).and_then(|text| american_date(&text));
    (release, released)
}
