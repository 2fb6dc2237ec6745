//! The codes of local coverage documents: `lcd_x_hcpc_code.csv`, `article_x_hcpc_code.csv`,
//! `article_x_icd10_covered.csv`, `article_x_icd10_noncovered.csv`, `article_x_icd10_pcs_code.csv`,
//! `article_x_hcpc_modifier.csv` and `article_x_code_table.csv`.
//!
//! Columns after CMS, *LCD Data Dictionary* and *Article Data Dictionary*. An entry names a document by its id and
//! version, a code, and the group the code is in. Descriptions are left out: those of CPT codes belong to the AMA.

use super::super::{File, Format, Intake, OriginId, Refusal, Sample};
use super::sheet::{Header, Kind, Release, Row, Sheet};
use crate::domain::code::{Code, Modifier};
use crate::domain::table::Table;

/// Recognises and reads the code lists.
pub(super) const FORMAT: Format = Format { name: "MCD code lists of documents", recognise, read };

/// What a document writes where it has no code.
const NO_CODE: [&str; 5] = ["", "N/A", "NA", "XX000", "99999"];

/// A kind of list.
struct List {
    /// Its code column.
    code: &'static str,
    /// Its group column, which tells the lists apart.
    group: &'static str,
    /// The role of its codes.
    role: &'static str,
    /// What it is called in a release, behind `lcd-` or `article-`.
    subject: &'static str,
    /// The fewest entries of a whole export, for determinations and for articles.
    floors: (Option<usize>, Option<usize>),
}

/// Whole exports of 2025 and 2026 have 2,100 and 18,000 procedure codes, 431,000 covered and 45,000 noncovered
/// diagnoses; no size of the others is known.
const LISTS: [List; 8] = [
    list("hcpc_code_id", "hcpc_code_group", "hcpcs", "hcpcs", (Some(1_500), Some(12_000))),
    list("icd10_code_id", "icd10_covered_group", "covered", "covered", (None, Some(300_000))),
    list("icd10_code_id", "icd10_noncovered_group", "noncovered", "noncovered", (None, Some(30_000))),
    // Determinations of 2015 to 2019 have diagnoses of their own.
    list("icd10_code_id", "icd10_support_group", "covered", "covered", (None, None)),
    list("icd10_code_id", "icd10_dont_support_group", "noncovered", "noncovered", (None, None)),
    list("icd10_pcs_code_id", "icd10_pcs_code_group", "pcs", "pcs", (None, None)),
    list("hcpc_modifier_code_id", "hcpc_modifier_group", "modifier", "modifier", (None, None)),
    // Drugs that are usually self-administered; they are in no group.
    list("hcpc_code_id", "code_table_row", "self-administered", "self-administered", (None, None)),
];

const fn list(
    code: &'static str,
    group: &'static str,
    role: &'static str,
    subject: &'static str,
    floors: (Option<usize>, Option<usize>),
) -> List {
    List { code, group, role, subject, floors }
}

fn of(header: &Header) -> Option<(Kind, &'static List)> {
    let list = LISTS.iter().find(|list| header.has(list.code) && header.has(list.group))?;
    Some((Kind::of(header)?, list))
}

fn recognise(sample: &Sample<'_>) -> bool {
    of(&Header::of(sample)).is_some()
}

fn read(file: &File<'_>, intake: &mut Intake) -> Result<(), Refusal> {
    let sheet = Sheet::open(file);
    let Some((kind, list)) = of(&sheet.header) else {
        return Err(Refusal::at(1, "the header names no document, code and group; export the table again"));
    };
    sheet.require(&[kind.id(), kind.version()])?;
    let documents = if kind == Kind::Lcd { "local coverage determinations" } else { "local coverage articles" };
    let release = Release {
        subject: format!("{}-{}", kind.key(), list.subject),
        table: Table::Coverage,
        title: format!("Codes of {documents}: {}", list.subject),
        floor: if kind == Kind::Lcd { list.floors.0 } else { list.floors.1 },
        notice: "",
    };
    let origin = sheet.register(file, release, intake);
    sheet.each(intake, |row, intake| code(row, kind, list, origin, intake));
    Ok(())
}

fn code(row: &Row<'_>, kind: Kind, list: &List, origin: OriginId, intake: &mut Intake) -> Result<(), String> {
    let document = kind.document(row)?;
    let written = row.get(list.code);
    if NO_CODE.contains(&written) {
        return Ok(());
    }
    let key = usual(written, list).ok_or_else(|| format!("{} does not have the shape of a code", list.code))?;
    let tabled = list.group == "code_table_row";
    let text = if tabled {
        drug(row)
    } else if matches!(row.get("asterisk"), "" | "N" | "n" | "0" | "False") {
        String::new()
    } else {
        // The group's text explains codes with this mark.
        "*".to_owned()
    };
    let group = if tabled { "" } else { row.get(list.group) };
    intake.row(Table::Coverage, &key, &[&document, row.get(kind.version()), group, list.role, &text], origin);
    Ok(())
}

/// The usual writing of a code of this list.
fn usual(written: &str, list: &List) -> Option<String> {
    match list.code {
        "icd10_code_id" => Code::parse_icd10cm(written).ok().map(|code| code.as_str().to_owned()),
        "hcpc_modifier_code_id" => Modifier::parse(written).ok().map(|modifier| modifier.as_str().to_owned()),
        "icd10_pcs_code_id" => {
            let upper = written.to_ascii_uppercase();
            (upper.len() == 7 && upper.bytes().all(|b| b.is_ascii_alphanumeric())).then_some(upper)
        }
        _ => Code::parse(written).ok().filter(|code| code.set().is_procedure()).map(|code| code.as_str().to_owned()),
    }
}

/// Which drug an entry excludes, and when.
fn drug(row: &Row<'_>) -> String {
    let (from, to) = (row.day("eff_date"), row.day("end_date"));
    let mut words = vec![row.get("brand_name").to_owned()];
    if !from.is_empty() {
        words.push(format!("from {from}"));
    }
    if !to.is_empty() {
        words.push(format!("to {to}"));
    }
    words.push(super::markup::plain(row.get("comments")));
    words.retain(|word| !word.is_empty() && word != "N/A");
    words.join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_written_in_their_usual_way() {
        let usual = |at: usize, written: &str| usual(written, &LISTS[at]);
        assert_eq!(usual(0, "g0463").as_deref(), Some("G0463"));
        assert_eq!(usual(1, "E1165").as_deref(), Some("E11.65"));
        assert_eq!(usual(5, "0dtj4zz").as_deref(), Some("0DTJ4ZZ"));
        assert_eq!(usual(6, "kx").as_deref(), Some("KX"));
        assert_eq!((usual(0, "E11.65"), usual(1, "99213")), (None, None));
    }
}
