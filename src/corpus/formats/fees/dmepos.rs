//! The fee schedule for durable medical equipment, prosthetics, orthotics and supplies: csv with two columns for each
//! state, `TX (NR)` for non-rural and `TX (R)` for rural places.
//!
//! Published by CMS each quarter (`DMEPOS25_APR25`). A zero is the file's own mark where it sets no amount.

use csv::StringRecord;

use super::super::{File, Format, Intake, Origin, Refusal, Sample};
use super::amount::{decimals, not_a_figure};
use super::codes::{Said, procedure};
use super::grid::{Grid, blank, cell};
use super::release::{Release, file_name, quarter_in, settle, year_in};
use crate::domain::table::Table;

/// The format.
pub(super) const FORMAT: Format = Format { name: "DMEPOS fee schedule", recognise, read };

/// A complete file has about 3,500 rows.
const WHOLE: u64 = 3_000;
/// And 53 states and territories; one with fewer was cut down.
const STATES: usize = 40;
const KNOWN: [&str; 4] = ["HCPCS", "MOD", "MOD2", "CATG"];

fn recognise(sample: &Sample<'_>) -> bool {
    Grid::open(&sample.text, &KNOWN).is_some_and(|grid| !states(&grid).is_empty())
}

/// A state and its columns, non-rural and rural.
type State = (String, Option<usize>, Option<usize>);

/// The states in the order of the header.
fn states(grid: &Grid<'_>) -> Vec<State> {
    let mut found: Vec<State> = Vec::new();
    for (at, name) in grid.names.iter().enumerate() {
        let Some((state, place)) = name.split_once(' ') else { continue };
        if state.len() != 2 || !state.bytes().all(|b| b.is_ascii_uppercase()) || !matches!(place, "NR" | "R") {
            continue;
        }
        let known = match found.iter().position(|(known, ..)| known == state) {
            Some(known) => known,
            None => {
                found.push((state.to_owned(), None, None));
                found.len() - 1
            }
        };
        let (_, nonrural, rural) = &mut found[known];
        *(if place == "NR" { nonrural } else { rural }) = Some(at);
    }
    found
}

fn read(file: &File<'_>, intake: &mut Intake) -> Result<(), Refusal> {
    let text = file.text();
    let Some(grid) = Grid::open(&text, &KNOWN) else {
        return Err(Refusal::at(1, "no header with HCPCS, Mod, Mod2 and CATG: take the file as CMS publishes it"));
    };
    let states = states(&grid);
    if states.is_empty() {
        return Err(Refusal::at(grid.line, "the header has no columns such as TX (NR) and TX (R)"));
    }
    let [code, modifier, second, category] = KNOWN.map(|known| grid.find(known));
    let [jurisdiction, ceiling, floor, short] =
        ["JURIS", "CEILING", "FLOOR", "DESCRIPTION"].map(|name| grid.find(name));
    let release = dated(&grid, file.path);
    let source = format!("CMS, DMEPOS fee schedule, {}, {}", release.edition, file_name(file.path));
    // Parenteral and enteral nutrition (DMEPEN) is a schedule of its own with the same columns.
    let nutrition = file.name().starts_with("dmepen");
    let (kind, family) = if nutrition { ("dmepen", "dmepos+nutrition") } else { ("dmepos", "dmepos") };
    let fees = release.origin(Table::Dmepos, kind, "DMEPOS fee schedule", source.clone());
    let fees = intake.origin(Origin { family: family.to_owned(), ..fees });
    let codes = release.origin(Table::Period, &format!("{kind}-codes"), "DMEPOS fee schedule, its codes", source);
    let codes = intake.origin(codes);
    let mut said = Said::default();
    grid.each(|line, record| {
        let of = |column| cell(record, column);
        let note = of(code).is_empty() || of(code).len() > 12;
        if blank(record) || (note && of(category).is_empty()) {
            return;
        }
        let Some(code) = procedure(of(code)) else {
            return intake.broken(line, "the row has no HCPCS code");
        };
        match (amounts(&states, record), decimals([of(ceiling), of(floor)], 2)) {
            (Ok(amounts), Ok([ceiling, floor])) => {
                let fields = [of(modifier), of(second), of(jurisdiction), of(category), &ceiling, &floor, &amounts];
                intake.row(Table::Dmepos, code.as_str(), &fields, fees);
                said.titled(intake, &code, of(short), fees);
                said.listed(intake, &code, codes);
            }
            (Err(reason), _) | (_, Err(reason)) => intake.broken(line, reason),
        }
    });
    if states.len() >= STATES {
        settle(intake, WHOLE);
    }
    for origin in intake.origins.iter_mut().filter(|origin| origin.table == Table::Period) {
        origin.complete = false;
    }
    Ok(())
}

/// `AL 0.62 0.00;TX 0.54 0.00`: the state, its non-rural and its rural amount. A state without either is left out,
/// and a missing amount of two is written as a hyphen.
fn amounts(states: &[State], record: &StringRecord) -> Result<String, String> {
    let mut out = String::new();
    for (state, nonrural, rural) in states {
        let [nonrural, rural] = decimals([cell(record, *nonrural), cell(record, *rural)], 2)
            .map_err(|_| not_a_figure(&format!("{state} {} {}", cell(record, *nonrural), cell(record, *rural))))?;
        if nonrural.is_empty() && rural.is_empty() {
            continue;
        }
        if !out.is_empty() {
            out.push(';');
        }
        out.push_str(state);
        for amount in [&nonrural, &rural] {
            out.push(' ');
            out.push_str(if amount.is_empty() { "-" } else { amount });
        }
    }
    Ok(out)
}

/// The quarter: the name tells; the lines above the header are asked where it does not.
fn dated(grid: &Grid<'_>, path: &str) -> Release {
    let named = Release::quarter_of(path, None);
    if named.span.is_some() {
        return named;
    }
    let preamble = grid.preamble();
    let told = preamble.lines().find_map(year_in).zip(preamble.lines().find_map(quarter_in));
    told.map_or(named, |(year, quarter)| Release::quarter(year, quarter))
}
