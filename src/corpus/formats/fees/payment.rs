//! Physician fee schedule amounts by locality: PFALL (everything) and PFREV (revised codes), quoted values without a
//! header, and lines of notice that begin with `TRL`.
//!
//! Defined by CMS, "Annual Physician Fee Schedule Payment Amount File", record layout (PF25PC).

use std::sync::LazyLock;

use csv::StringRecord;
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
    let mut lines = sample.lines().filter(|line| !line.trim().is_empty() && !is_notice(line)).take(3).peekable();
    lines.peek().is_some_and(|line| line.starts_with("\"20")) && lines.all(|line| row(line).is_some())
}

fn is_notice(line: &str) -> bool {
    line.trim_start_matches('"').starts_with("TRL") || line.starts_with('\u{1a}')
}

fn row(line: &str) -> Option<StringRecord> {
    // One line at a time: a quote out of place spoils its own line only.
    let mut record = StringRecord::new();
    csv::ReaderBuilder::new().has_headers(false).from_reader(line.as_bytes()).read_record(&mut record).ok()?;
    let shaped = record.len() == COLUMNS && year(&record).is_some() && locality_key(&record[1], &record[2]).is_some();
    shaped.then_some(record)
}

fn year(record: &StringRecord) -> Option<i16> {
    record.get(0)?.trim().parse().ok().filter(|year| (2000..2100).contains(year))
}

fn read(file: &File<'_>, intake: &mut Intake) -> Result<(), Refusal> {
    let text = file.text();
    let mut known: Option<(i16, OriginId)> = None;
    for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty() && !is_notice(line)) {
        let Some((record, year)) = row(line).and_then(|record| year(&record).map(|year| (record, year))) else {
            intake.broken(at + 1, "the line has not the sixteen columns of the layout");
            continue;
        };
        let (of, origin) = *known.get_or_insert_with(|| (year, origin(file, intake, year)));
        match take(intake, &record, origin) {
            _ if of != year => intake.broken(at + 1, format!("the line is of {year}, the file of {of}")),
            Ok(()) => {}
            Err(reason) => intake.broken(at + 1, reason),
        }
    }
    settle(intake, WHOLE);
    Ok(())
}

fn take(intake: &mut Intake, record: &StringRecord, origin: OriginId) -> Result<(), String> {
    let of = |column: usize| record.get(column).unwrap_or("").trim();
    let code = procedure(of(3)).ok_or("the row has no CPT or HCPCS code")?;
    let [nonfacility, facility, therapy_office, therapy_facility, opps_office, opps_facility] =
        decimals([of(5), of(6), of(11), of(12), of(14), of(15)], 2)?;
    let fields = [
        of(1),
        of(2),
        of(4),
        &nonfacility,
        &facility,
        of(8),
        of(9),
        of(10),
        &therapy_office,
        &therapy_facility,
        of(13),
        &opps_office,
        &opps_facility,
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
    let schedule = file.path.rsplit(['/', '\\']).map(participation).find(|schedule| !schedule.is_empty());
    if let Some(schedule) = schedule {
        origin = Origin {
            id: format!("{}-{schedule}", origin.id),
            family: format!("{}+{schedule}", origin.family),
            ..origin
        };
    }
    intake.origin(origin)
}
