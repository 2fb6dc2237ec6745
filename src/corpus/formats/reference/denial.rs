//! Claim adjustment reason codes (CARC), remittance advice remark codes (RARC) and claim adjustment group codes.
//!
//! Defined by the external code lists of X12 for the remittance advice (transaction 835), as a table with the columns
//! `adj_code`, `adj_type`, `adj_description` and days. The texts are X12's: an operator with the right to them
//! imports them, no edition ships them.

use super::super::{File, Format, Intake, Origin, Refusal, Rights, Sample};
use super::sheet::{Row, Sheet, calendar, dated, day, edition, shown, year};
use crate::domain::table::Table;

/// The three lists in one table.
pub const FORMAT: Format = Format { name: "claim adjustment and remark codes", recognise, read };

/// Fewer codes are an excerpt: the three lists together have over 1,500.
const COMPLETE: u64 = 1_400;

const COLUMNS: [&str; 3] = ["adjcode", "adjtype", "adjdescription"];

const NOTICE: &str = "Claim adjustment reason, remark and group codes and their texts are maintained and copyrighted by \
                      X12 (x12.org); imported by the operator, not for redistribution.";

fn recognise(sample: &Sample<'_>) -> bool {
    Sheet::with(&sample.text, &COLUMNS[..2]).is_some()
}

fn read(file: &File<'_>, intake: &mut Intake) -> Result<(), Refusal> {
    let text = file.text();
    let Some(sheet) = Sheet::with(&text, &COLUMNS[..2]) else {
        return Err(Refusal::at(1, "the header names no columns `adj_code` and `adj_type`"));
    };
    let (code, kind) = (sheet.need(&COLUMNS[..1])?, sheet.need(&COLUMNS[1..2])?);
    let texts = [sheet.need(&COLUMNS[2..])?];
    let more = ["adjusage", "adjnotes", "adjstartdate", "adjlastmodified", "adjenddate"].map(|at| sheet.column(&[at]));
    let origin = intake.origin(release(file));
    let mut count = 0;
    for row in sheet {
        let (Some(kind), Some(days)) = (kind_of(row.cell(kind)), days(&row, &more[2..])) else {
            intake.broken(row.line, "the type is not CARC, RARC or Group, or a day is not written as a date");
            continue;
        };
        let code = row.cell(code).to_ascii_uppercase();
        if !(1..=5).contains(&code.len()) || !code.bytes().all(|b| b.is_ascii_alphanumeric()) {
            intake.broken(row.line, format!("{code:?} is not a code of these lists"));
            continue;
        }
        let [usage, notes] = [row.cell(more[0]), row.cell(more[1])];
        let fields = [kind, row.cell(texts[0]), usage, notes, &days[0], &days[1], &days[2]];
        intake.row(Table::Denial, &format!("{kind}/{code}"), &fields, origin);
        count += 1;
    }
    for origin in &mut intake.origins {
        origin.complete = origin.from.is_some() && count >= COMPLETE;
    }
    Ok(())
}

fn kind_of(text: &str) -> Option<&'static str> {
    ["carc", "rarc", "group"].into_iter().find(|kind| text.eq_ignore_ascii_case(kind))
}

/// First day, day of the last change and last day.
fn days(row: &Row, columns: &[Option<usize>]) -> Option<Vec<String>> {
    columns.iter().map(|at| day(row.cell(*at)).map(shown)).collect()
}

fn release(file: &File<'_>) -> Origin {
    let year = year(&file.name());
    let (from, to) = calendar(year);
    Origin {
        id: dated("denial", year),
        table: Table::Denial,
        family: Table::Denial.key().to_owned(),
        title: "Claim adjustment reason, remark and group codes".to_owned(),
        edition: edition(year),
        from,
        to,
        complete: false,
        source: format!("X12, external code lists, {}", file.name()),
        rights: Rights::Owner,
        notice: NOTICE.to_owned(),
    }
}
