//! What a local coverage document is related to: `lcd_related_documents.csv`, `article_related_documents.csv`,
//! `lcd_related_ncd_documents.csv` and `article_related_ncd_documents.csv`.
//!
//! Columns after CMS, *LCD Data Dictionary* and *Article Data Dictionary*. A national determination is named by the
//! id of its entry, not by its section: `ncd/155` is the determination whose id is 155. Id 0 means none.

use super::super::{File, Format, Intake, OriginId, Refusal, Sample};
use super::sheet::{Header, Kind, Release, Row, Sheet};
use crate::domain::table::Table;

/// Recognises and reads the relations.
pub(super) const FORMAT: Format = Format { name: "MCD related documents", recognise, read };

/// The fewest entries of whole exports of determinations (2025: 4,610 and 1,902).
const FLOORS: (usize, usize) = (3_000, 1_200);

fn recognise(sample: &Sample<'_>) -> bool {
    let header = Header::of(sample);
    Kind::of(&header).is_some()
        && header.has("related_num")
        && (header.has("r_ncd_id") || header.all(&["r_article_id", "r_lcd_id"]))
}

fn read(file: &File<'_>, intake: &mut Intake) -> Result<(), Refusal> {
    let sheet = Sheet::open(file);
    let Some(kind) = Kind::of(&sheet.header) else {
        return Err(Refusal::at(1, "the header names no document; export the table again"));
    };
    sheet.require(&[kind.id(), kind.version()])?;
    let national = sheet.header.has("r_ncd_id");
    let documents = if kind == Kind::Lcd { "local coverage determinations" } else { "local coverage articles" };
    let (subject, title) = if national {
        ("ncd", format!("National determinations that {documents} name"))
    } else {
        ("related", format!("Documents that {documents} name"))
    };
    let floor = (kind == Kind::Lcd).then_some(if national { FLOORS.1 } else { FLOORS.0 });
    let subject = format!("{}-{subject}", kind.key());
    let release = Release { subject, table: Table::Coverage, title, floor, notice: "" };
    let origin = sheet.register(file, release, intake);
    sheet.each(intake, |row, intake| relation(row, kind, origin, intake));
    Ok(())
}

fn relation(row: &Row<'_>, kind: Kind, origin: OriginId, intake: &mut Intake) -> Result<(), String> {
    let document = kind.document(row)?;
    let version = row.get(kind.version());
    let mut take = |other: &str, role: &str| {
        intake.row(Table::Coverage, &document, &[other, version, "", role, ""], origin);
    };
    let national = row.get("r_ncd_id");
    if !national.is_empty() {
        let number: u32 = national.parse().map_err(|_| "r_ncd_id is not a number".to_owned())?;
        if number > 0 {
            take(&format!("ncd/{number}"), "ncd");
        }
    }
    for (column, other) in [("r_article_id", Kind::Article), ("r_lcd_id", Kind::Lcd)] {
        let id = row.get(column);
        if !id.is_empty() {
            take(&other.number(id).ok_or_else(|| format!("{column} is not a document number"))?, "related");
        }
    }
    Ok(())
}
