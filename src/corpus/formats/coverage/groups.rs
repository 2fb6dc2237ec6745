//! The texts of code groups: `lcd_x_hcpc_code_group.csv`, `article_x_icd10_covered_group.csv` and their like.
//!
//! Columns after CMS, *LCD Data Dictionary* and *Article Data Dictionary*. The text says when the codes of the group
//! count: `These codes support CPT 12345 only`. Groups of one document have the same numbers in each of its lists;
//! a row therefore names the list with the number: `covered 1`.

use super::super::{File, Format, Intake, Refusal, Sample};
use super::markup::plain;
use super::sheet::{CPT_NOTICE, Header, Kind, Release, Sheet};
use crate::domain::table::Table;

/// Recognises and reads the texts.
pub(super) const FORMAT: Format = Format { name: "MCD code group texts", recognise, read };

/// The group columns, and the role of the codes in such groups.
const GROUPS: [(&str, &str); 8] = [
    ("hcpc_code_group", "hcpcs"),
    ("icd10_covered_group", "covered"),
    ("icd10_noncovered_group", "noncovered"),
    ("icd10_support_group", "covered"),
    ("icd10_dont_support_group", "noncovered"),
    ("icd10_pcs_code_group", "pcs"),
    ("hcpc_modifier_group", "modifier"),
    ("other_coding_group", "other"),
];

/// Where a group explains its codes with an asterisk.
const ASTERISKS: [&str; 4] =
    ["icd10_covered_ast", "icd10_noncovered_ast", "icd10_support_ast", "icd10_dont_support_ast"];

/// The fewest groups of a whole export of determinations (2025: 96).
const FLOOR: usize = 80;

fn of(header: &Header) -> Option<(Kind, &'static str, &'static str)> {
    let (column, role) = GROUPS.iter().find(|(column, _)| header.has(column))?;
    header.has("paragraph").then_some(())?;
    Some((Kind::of(header)?, column, role))
}

fn recognise(sample: &Sample<'_>) -> bool {
    of(&Header::of(sample)).is_some()
}

fn read(file: &File<'_>, intake: &mut Intake) -> Result<(), Refusal> {
    let sheet = Sheet::open(file);
    let Some((kind, column, role)) = of(&sheet.header) else {
        return Err(Refusal::at(1, "the header names no document and group; export the table again"));
    };
    sheet.require(&[kind.id(), kind.version()])?;
    let documents = if kind == Kind::Lcd { "local coverage determinations" } else { "local coverage articles" };
    let release = Release {
        subject: format!("{}-{role}-groups", kind.key()),
        table: Table::Coverage,
        title: format!("Code groups of {documents}: {role}"),
        floor: (kind == Kind::Lcd && role == "hcpcs").then_some(FLOOR),
        notice: CPT_NOTICE,
    };
    let origin = sheet.register(file, release, intake);
    sheet.each(intake, |row, intake| {
        let document = kind.document(row)?;
        let asterisk = sheet.header.any(&ASTERISKS).map(|name| plain(row.get(name))).unwrap_or_default();
        let paragraph = plain(row.get("paragraph"));
        let text = match (paragraph.as_str(), asterisk.as_str()) {
            ("", "") | ("N/A", "") => return Ok(()),
            (text, "") => text.to_owned(),
            (text, asterisk) => format!("{text}\n{asterisk}"),
        };
        let fields =
            [&document, row.get(kind.version()), &format!("{role} {}", row.get(column)), "group", text.as_str()];
        intake.row(Table::Coverage, &document, &fields, origin);
        Ok(())
    });
    Ok(())
}
