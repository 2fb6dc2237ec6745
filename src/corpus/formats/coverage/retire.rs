//! Documents whose retirement is announced: `lcd_future_retire.csv` and `article_future_retire.csv`.
//!
//! Columns after CMS, *LCD Data Dictionary*. The table names a document and a day, and no day of its own.

use super::super::{File, Format, Intake, Refusal, Sample};
use super::sheet::{Header, Kind, Release, Sheet};
use crate::domain::table::Table;

/// Recognises and reads the announcements.
pub(super) const FORMAT: Format = Format { name: "MCD announced retirements", recognise, read };

fn recognise(sample: &Sample<'_>) -> bool {
    let header = Header::of(sample);
    header.has("retire_dt") && Kind::of(&header).is_some()
}

fn read(file: &File<'_>, intake: &mut Intake) -> Result<(), Refusal> {
    let sheet = Sheet::open(file);
    let Some(kind) = Kind::of(&sheet.header) else {
        return Err(Refusal::at(1, "the header names no document; export the table again"));
    };
    let release = Release {
        subject: format!("{}-retirement", kind.key()),
        table: Table::Lcd,
        title: "Announced retirements of local coverage documents".to_owned(),
        floor: None,
        notice: "",
    };
    let origin = sheet.register(file, release, intake);
    sheet.each(intake, |row, intake| {
        let document = kind.document(row)?;
        let ended = row.day("retire_dt");
        if ended.is_empty() {
            return Err("retire_dt is not a day".to_owned());
        }
        let fields = [kind.key(), "", "", "", "", "", &ended, "retirement announced", ""];
        intake.row(Table::Lcd, &document, &fields, origin);
        Ok(())
    });
    Ok(())
}
