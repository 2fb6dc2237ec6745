//! Who a document binds: `contractor.csv`, `contractor_jurisdiction.csv`, `state_lookup.csv`, `lcd_x_contractor.csv`,
//! `article_x_contractor.csv` and `lcd_x_primary_jurisdiction.csv`.
//!
//! Columns after CMS, *LCD Data Dictionary* and *Article Data Dictionary*. The tables name each other by ids, and so
//! do the rows: `contractor/139`, `state/35`. A document's version stands in the name of its row.

use super::super::{File, Format, Intake, OriginId, Refusal, Sample};
use super::sheet::{Header, Kind, Release, Row, Sheet};
use crate::domain::table::Table;

/// Recognises and reads the tables.
pub(super) const FORMAT: Format = Format { name: "MCD contractors and states", recognise, read };

#[derive(Clone, Copy)]
enum Subject {
    Contractor,
    Jurisdiction,
    State,
    Document(Kind),
    Primary(Kind),
}

impl Subject {
    fn of(header: &Header) -> Option<Self> {
        if let Some(kind) = Kind::of(header) {
            return match (header.has("contractor_id"), header.has("state_id")) {
                (true, false) => Some(Self::Document(kind)),
                (false, true) => Some(Self::Primary(kind)),
                _ => None,
            };
        }
        if header.all(&["contractor_id", "contractor_bus_name"]) {
            Some(Self::Contractor)
        } else if header.all(&["contractor_id", "state_id", "active_date"]) {
            Some(Self::Jurisdiction)
        } else if header.all(&["state_id", "state_abbrev", "description"]) {
            Some(Self::State)
        } else {
            None
        }
    }

    /// What it is called in a release, its name for a reader, and the fewest entries of a whole export. Those of 2025
    /// and 2026 have 120 contractors with 291 states, and 12,800 and 27,000 contractors of documents.
    fn name(self) -> (String, &'static str, Option<usize>) {
        match self {
            Self::Contractor => ("contractor".to_owned(), "Medicare contractors", Some(100)),
            Self::Jurisdiction => ("contractor-state".to_owned(), "States of Medicare contractors", Some(250)),
            Self::State => ("state".to_owned(), "States of the Medicare Coverage Database", Some(50)),
            Self::Document(Kind::Lcd) => {
                ("lcd-contractor".to_owned(), "Contractors of local coverage determinations", Some(9_000))
            }
            Self::Document(Kind::Article) => {
                ("article-contractor".to_owned(), "Contractors of local coverage articles", Some(20_000))
            }
            Self::Primary(kind) => (format!("{}-state", kind.key()), "States of local coverage documents", None),
        }
    }
}

fn recognise(sample: &Sample<'_>) -> bool {
    Subject::of(&Header::of(sample)).is_some()
}

fn read(file: &File<'_>, intake: &mut Intake) -> Result<(), Refusal> {
    let sheet = Sheet::open(file);
    let Some(table) = Subject::of(&sheet.header) else {
        return Err(Refusal::at(1, "the header names no contractor and no state; export the table again"));
    };
    if let Subject::Document(kind) | Subject::Primary(kind) = table {
        sheet.require(&[kind.version()])?;
    }
    let (subject, title, floor) = table.name();
    let release = Release { subject, table: Table::Contractor, title: title.to_owned(), floor, notice: "" };
    let origin = sheet.register(file, release, intake);
    sheet.each(intake, |row, intake| entry(row, table, origin, intake));
    Ok(())
}

fn entry(row: &Row<'_>, table: Subject, origin: OriginId, intake: &mut Intake) -> Result<(), String> {
    let contractor = || id(row, "contractor_id", "contractor");
    let state = || id(row, "state_id", "state");
    match table {
        Subject::Contractor => {
            let fields = ["contractor", row.get("contractor_bus_name"), row.get("contractor_number"), "", "", ""];
            intake.row(Table::Contractor, &contractor()?, &fields, origin);
        }
        Subject::Jurisdiction => {
            let fields = ["jurisdiction", "", "", &state()?, &row.day("active_date"), &row.day("term_date")];
            intake.row(Table::Contractor, &contractor()?, &fields, origin);
        }
        Subject::State => {
            let fields = ["state", row.get("description"), "", row.get("state_abbrev"), "", ""];
            intake.row(Table::Contractor, &state()?, &fields, origin);
        }
        Subject::Document(kind) => {
            let version = format!("version {}", row.get(kind.version()));
            let fields = ["document", &version, &contractor()?, "", "", ""];
            intake.row(Table::Contractor, &kind.document(row)?, &fields, origin);
        }
        Subject::Primary(kind) => {
            let version = format!("version {}", row.get(kind.version()));
            let fields = ["document", &version, "", &state()?, "", ""];
            intake.row(Table::Contractor, &kind.document(row)?, &fields, origin);
        }
    }
    Ok(())
}

fn id(row: &Row<'_>, column: &str, what: &str) -> Result<String, String> {
    let id: u32 = row.get(column).parse().map_err(|_| format!("{column} is not a number"))?;
    Ok(format!("{what}/{id}"))
}
