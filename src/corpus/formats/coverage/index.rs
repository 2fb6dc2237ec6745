//! The index of local coverage documents: a local coverage report of the Coverage API as a table, one entry a
//! document and contractor.
//!
//! Columns after CMS, *Coverage API 1.5*, reports local-coverage-final-lcds and local-coverage-articles. The effective
//! day is that of the version; `updated_on` is the day the version was put in the database.

use super::super::{File, Format, Intake, Refusal, Sample};
use super::markup::plain;
use super::sheet::{Header, Release, Sheet};
use crate::domain::table::Table;

/// Recognises and reads the index.
pub(super) const FORMAT: Format = Format { name: "MCD index of local coverage documents", recognise, read };

/// A whole index of both kinds has about 3,000 documents.
const FLOOR: usize = 2_500;

fn recognise(sample: &Sample<'_>) -> bool {
    Header::of(sample).all(&["document_display_id", "document_version", "contractor_name_type"])
}

fn read(file: &File<'_>, intake: &mut Intake) -> Result<(), Refusal> {
    let sheet = Sheet::open(file);
    sheet.require(&["title", "document_type", "effective_date", "updated_on"])?;
    let release = Release {
        subject: "lcd-index".to_owned(),
        table: Table::Lcd,
        title: "Index of local coverage documents".to_owned(),
        floor: Some(FLOOR),
        notice: "",
    };
    let origin = sheet.register(file, release, intake);
    sheet.each(intake, |row, intake| {
        let document = row.get("document_display_id");
        let kind = match document.trim_start_matches('D').chars().next() {
            Some('L') => "lcd",
            Some('A') => "article",
            _ => return Err("document_display_id is not a document".to_owned()),
        };
        let contractor: Vec<&str> = row.get("contractor_name_type").split_whitespace().collect();
        let fields = [
            kind,
            row.get("document_version"),
            &plain(row.get("title")),
            &contractor.join(" "),
            &row.day("effective_date"),
            &row.day("updated_on"),
            &row.day("retirement_date"),
            row.get("note"),
            "",
        ];
        intake.row(Table::Lcd, document, &fields, origin);
        Ok(())
    });
    Ok(())
}
