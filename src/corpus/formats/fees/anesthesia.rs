//! Anesthesia conversion factors by locality (ANES2025): csv, and text in columns with the factor in cents.
//!
//! Listed in the CMS document "National Physician Fee Schedule Relative Value File" (RVU25D), file 5.

use super::super::{File, Format, Intake, Origin, OriginId, Refusal, Sample};
use super::amount::{cut, decimal, locality_key, not_a_figure, plain_name};
use super::grid::{Grid, blank, cell};
use super::release::{Release, file_name, participation, settle};
use crate::domain::table::Table;

/// The format.
pub(super) const FORMAT: Format = Format { name: "Anesthesia conversion factors", recognise, read };

/// As many localities as the practice cost indices have: 109.
const WHOLE: u64 = 100;
/// The text form cuts names at this length. The csv is cut alike, so that the two agree; the practice cost indices
/// have the names in full.
const NAME: usize = 40;
const KNOWN: [&str; 3] = ["CONTRACTOR", "LOCALITY", "LOCALITY NAME"];

fn recognise(sample: &Sample<'_>) -> bool {
    if let Some(grid) = Grid::open(&sample.text, &KNOWN) {
        return grid.find_by(is_factor).is_some();
    }
    let cut_short = sample.bytes.len() == Sample::LENGTH;
    let lines: Vec<&str> = sample.lines().filter(|line| !ends(line)).collect();
    let whole = lines.len() - usize::from(cut_short && !lines.is_empty());
    whole > 0 && lines[..whole].iter().all(|line| columns(line).is_some())
}

fn is_factor(name: &str) -> bool {
    name.split(' ').any(|word| word == "CF") && name.contains("ANES")
}

/// True for a blank line and for the mark at the end of a DOS file.
fn ends(line: &str) -> bool {
    line.trim_matches(|c: char| c.is_whitespace() || c == '\u{1a}').is_empty()
}

/// Contractor, locality, name and factor in cents of a line of the text.
fn columns(line: &str) -> Option<[String; 4]> {
    let [contractor, locality, name, cents] = [0..12, 12..18, 18..58, 58..100].map(|at| cut(line, at).into_owned());
    let digits = |text: &str, least: usize, most: usize| {
        (least..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
    };
    let shaped = digits(&contractor, 5, 5) && digits(&locality, 2, 2) && digits(&cents, 3, 5) && !name.is_empty();
    shaped.then_some([contractor, locality, name, cents])
}

fn read(file: &File<'_>, intake: &mut Intake) -> Result<(), Refusal> {
    let text = file.text();
    if let Some(grid) = Grid::open(&text, &KNOWN) {
        read_table(file, grid, intake)?;
    } else {
        let origin = origin(file, intake, participation(file.path));
        for (at, line) in text.lines().enumerate().filter(|(_, line)| !ends(line)) {
            match columns(line) {
                Some([contractor, locality, name, cents]) => {
                    let (whole, part) = cents.split_at(cents.len() - 2);
                    take(intake, at + 1, [&contractor, &locality, &name], &format!("{whole}.{part}"), origin);
                }
                None => intake.broken(at + 1, "the line has not contractor, locality, name and factor"),
            }
        }
    }
    settle(intake, WHOLE);
    Ok(())
}

fn read_table(file: &File<'_>, grid: Grid<'_>, intake: &mut Intake) -> Result<(), Refusal> {
    let [contractor, locality, name] = KNOWN.map(|known| grid.find(known));
    let factors: Vec<usize> = (0..grid.names.len()).filter(|at| is_factor(&grid.names[*at])).collect();
    if factors.is_empty() {
        return Err(Refusal::at(
            grid.line,
            "the header has no conversion factor (CF): take the file as CMS publishes it",
        ));
    }
    let mut columns = Vec::new();
    for factor in factors.iter().copied() {
        let schedule = if factors.len() == 1 { participation(file.path) } else { schedule(&grid.names[factor]) };
        let origin = origin(file, intake, schedule);
        if columns.iter().any(|(_, known)| *known == origin) {
            return Err(Refusal::at(grid.line, "two conversion factors, and the header tells not which is which"));
        }
        columns.push((factor, origin));
    }
    grid.each(|line, record| {
        if blank(record) || ends(cell(record, contractor)) {
            return;
        }
        for (factor, origin) in &columns {
            let place = [cell(record, contractor), cell(record, locality), cell(record, name)];
            take(intake, line, place, cell(record, Some(*factor)), *origin);
        }
    });
    Ok(())
}

/// Which of the two schedules from 2026 on a column's name means.
fn schedule(name: &str) -> &'static str {
    if name.contains("NON") {
        "nonqpp"
    } else if name.contains("QUALIFYING") || name.contains("QP") || name.contains("APM") {
        "qpp"
    } else {
        ""
    }
}

fn origin(file: &File<'_>, intake: &mut Intake, schedule: &str) -> OriginId {
    let source = format!("CMS, physician fee schedule, {}", file_name(file.path));
    let release = Release::year_of(file.path, None);
    let mut origin = release.origin(Table::Anesthesia, "anesthesia", "Anesthesia conversion factors", source);
    if !schedule.is_empty() {
        origin = Origin {
            id: format!("{}-{schedule}", origin.id),
            family: format!("{}+{schedule}", origin.family),
            title: format!("{}, {schedule}", origin.title),
            ..origin
        };
    }
    intake.origin(origin)
}

fn take(intake: &mut Intake, line: usize, place: [&str; 3], factor: &str, origin: OriginId) {
    let [contractor, locality, name] = place;
    let Some(key) = locality_key(contractor, locality) else {
        return intake.broken(line, "the row has no contractor and locality");
    };
    let name: String = name.chars().take(NAME).collect();
    match decimal(factor, 2).filter(|figure| !figure.is_empty()) {
        Some(figure) => intake.row(Table::Anesthesia, &key, &[plain_name(&name), &figure], origin),
        None => intake.broken(line, not_a_figure(factor)),
    }
}
