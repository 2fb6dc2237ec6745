//! Place of service codes, with their names, texts and whether Medicare pays the facility rate there.
//!
//! Defined by "Place of Service Code Set" (CMS); facility or not after chapter 26, section 10.5, of the Medicare
//! Claims Processing Manual. Official names of columns and two others are read.

use super::super::{File, Format, Intake, Origin, Refusal, Rights, Sample};
use super::sheet::{Sheet, calendar, dated, edition, year};
use crate::domain::table::Table;

/// The code set, a place a row.
pub const FORMAT: Format = Format { name: "place of service codes", recognise, read };

/// Fewer rows are an excerpt: over fifty places have a name.
const COMPLETE: u64 = 50;

const CODE: [&str; 4] = ["poscode", "placeofservicecode", "placeofservicecodes", "posnumber"];
const NAME: [&str; 3] = ["posname", "placeofservicename", "description"];
const TEXT: [&str; 2] = ["posdescription", "placeofservicedescription"];

fn is_header(header: &[String]) -> bool {
    let has = |names: &[&str]| header.iter().any(|cell| names.contains(&cell.as_str()));
    has(&CODE) && (has(&NAME) || has(&TEXT))
}

fn recognise(sample: &Sample<'_>) -> bool {
    Sheet::find(&sample.text, b',', is_header).is_some()
}

fn read(file: &File<'_>, intake: &mut Intake) -> Result<(), Refusal> {
    let text = file.text();
    let Some(sheet) = Sheet::find(&text, b',', is_header) else {
        return Err(Refusal::at(1, "no header with a place of service code and a name is at the beginning"));
    };
    let (code, name) = (sheet.need(&CODE)?, sheet.need(&NAME)?);
    let (kind, long) = (sheet.column(&["postype", "facility"]), sheet.column(&TEXT));
    let origin = intake.origin(release(file));
    let mut count = 0;
    for row in sheet {
        // A spreadsheet drops the leading zero; a range of codes is always one of unassigned codes.
        let place = format!("{:0>2}", row.cell(code));
        if place.contains('-') {
            continue;
        }
        if place.len() != 2 || !place.bytes().all(|b| b.is_ascii_digit()) || row.cell(name).is_empty() {
            intake.broken(row.line, "not a place of two digits with a name");
            continue;
        }
        let facility = match row.cell(kind).to_ascii_lowercase().as_str() {
            "facility" | "yes" | "f" => "yes",
            "non-facility" | "nonfacility" | "no" | "nf" => "no",
            _ => "",
        };
        intake.row(Table::PlaceOfService, &place, &[row.cell(name), facility, row.cell(long)], origin);
        count += 1;
    }
    for origin in &mut intake.origins {
        origin.complete = origin.from.is_some() && count >= COMPLETE;
    }
    Ok(())
}

fn release(file: &File<'_>) -> Origin {
    let year = year(&file.name());
    let (from, to) = calendar(year);
    Origin {
        id: dated("place-of-service", year),
        table: Table::PlaceOfService,
        family: Table::PlaceOfService.key().to_owned(),
        title: "Place of service codes".to_owned(),
        edition: edition(year),
        from,
        to,
        complete: false,
        source: format!("CMS, place of service code set, {}", file.name()),
        rights: Rights::Public,
        notice: String::new(),
    }
}
