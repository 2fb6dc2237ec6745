//! Physician fee schedule amounts by locality: PFALL (everything) and PFREV (revised codes), quoted values without a
//! header, and lines of notice that begin with `TRL`.
//!
//! Defined by CMS, "Annual Physician Fee Schedule Payment Amount File", record layout (PF25PC).

use std::sync::LazyLock;

use regex::Regex;

use super::super::{File, Format, Intake, Origin, OriginId, Refusal, Sample};
use super::amount::{decimals, locality_key};
use super::codes::procedure;
use super::release::{Release, evidence, file_name, participation, settle};
use crate::domain::table::Table;

/// The format.
pub(super) const FORMAT: Format = Format { name: "Physician fee schedule payment amounts", recognise, read };

/// About 7,700 codes in each of 109 localities; a revision has a few codes.
const WHOLE: u64 = 500_000;
const COLUMNS: usize = 16;

fn recognise(sample: &Sample<'_>) -> bool {
    // The last line of a sample may be cut short: a few lines tell enough.
    let mut lines = sample.lines().filter(|line| !is_notice(line)).take(3).peekable();
    lines.peek().is_some() && lines.all(|line| row(line).is_some_and(|(_, cells)| procedure(cells[3]).is_some()))
}

/// True for a line of notice, a blank line and the mark at the end of the file.
fn is_notice(line: &str) -> bool {
    let bare = line.trim_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\u{1a}'));
    bare.is_empty() || bare.starts_with("TRL")
}

/// The year and the cells of a line. No value holds a comma or a quote.
fn row(line: &str) -> Option<(i16, [&str; COLUMNS])> {
    let mut cells = [""; COLUMNS];
    let mut parts = line.split(',');
    for cell in &mut cells {
        *cell = parts.next()?.trim().trim_matches('"').trim();
    }
    let year = cells[0].parse().ok().filter(|year| (2000..2100).contains(year))?;
    let shaped = parts.next().is_none() && cells[1].len() == 5 && locality_key(cells[1], cells[2]).is_some();
    shaped.then_some((year, cells))
}

fn read(file: &File<'_>, intake: &mut Intake) -> Result<(), Refusal> {
    let text = file.text();
    let mut known: Option<(i16, OriginId)> = None;
    for (at, line) in text.lines().enumerate().filter(|(_, line)| !is_notice(line)) {
        let Some((year, cells)) = row(line) else {
            intake.broken(at + 1, "the line has not the sixteen columns of the layout");
            continue;
        };
        let (of, origin) = *known.get_or_insert_with(|| (year, origin(file, intake, year)));
        if of != year {
            intake.broken(at + 1, format!("the line is of {year}, the file of {of}"));
        } else if let Err(reason) = take(intake, &cells, origin) {
            intake.broken(at + 1, reason);
        }
    }
    settle(intake, WHOLE);
    Ok(())
}

fn take(intake: &mut Intake, cells: &[&str; COLUMNS], origin: OriginId) -> Result<(), String> {
    // The eighth column is filler.
    let [_, contractor, locality, code, modifier, nonfacility, facility, _, pctc, status, mult, rest @ ..] = *cells;
    let [therapy_office, therapy_facility, opps, opps_office, opps_facility] = rest;
    let code = procedure(code).ok_or("the row has no CPT or HCPCS code")?;
    let amounts = [nonfacility, facility, therapy_office, therapy_facility, opps_office, opps_facility];
    let [nonfacility, facility, therapy_office, therapy_facility, opps_office, opps_facility] = &decimals(amounts, 2)?;
    let fields = [
        contractor,
        locality,
        modifier,
        nonfacility,
        facility,
        pctc,
        status,
        mult,
        therapy_office,
        therapy_facility,
        opps,
        opps_office,
        opps_facility,
    ];
    intake.row(Table::Payment, code.as_str(), &fields, origin);
    Ok(())
}

/// PFALL speaks for the year. PFREV26B holds the codes that were revised in April, for the rest of the year.
fn origin(file: &File<'_>, intake: &mut Intake, year: i16) -> OriginId {
    static NAME: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)(pfall|pfrev)\d\d([a-d])?").expect("a constant pattern, which the tests compile")
    });
    let named = evidence(file.path, |part| {
        NAME.captures(part).map(|found| {
            (found[1].eq_ignore_ascii_case("pfrev"), found.get(2).map(|letter| letter.as_str().to_ascii_uppercase()))
        })
    });
    let whole = Release::year(year);
    let (kind, title, release) = match named {
        Some((true, Some(letter))) => {
            let quarter = i8::try_from(letter.as_bytes()[0] - b'A' + 1).unwrap_or(1);
            let mut part = Release::quarter(year, quarter);
            part.span = part.span.zip(whole.span).map(|(part, whole)| (part.0, whole.1));
            ("payment-revision", "Physician fee schedule amounts by locality, revised codes", part)
        }
        // A revision of an unknown quarter: nothing tells its first day.
        Some((true, None)) => (
            "payment-revision",
            "Physician fee schedule amounts by locality, revised codes",
            Release::undated(file.path),
        ),
        _ => ("payment", "Physician fee schedule amounts by locality", whole),
    };
    let source = format!("CMS, physician fee schedule payment amount file, {}", file_name(file.path));
    let mut origin = release.origin(Table::Payment, kind, title, source);
    // The two schedules lie in archives or folders of their own.
    let schedule = file.path.rsplit(['/', '\\']).take(3).map(participation).find(|schedule| !schedule.is_empty());
    if let Some(schedule) = schedule {
        origin = Origin {
            id: format!("{}-{schedule}", origin.id),
            family: format!("{}+{schedule}", origin.family),
            ..origin
        };
    }
    intake.origin(origin)
}
