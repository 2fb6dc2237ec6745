//! A code or modifier of the HCPCS Level II file with its attributes, and how it becomes rows.
//!
//! CMS, "Alpha-Numeric HCPCS File", record layout of the contractor version.

use super::super::{Intake, OriginId, Rights, american_date, compact_date};
use super::release::{Release, file_name};
use crate::domain::table::Table;

/// The file of 2019 holds 6,440 codes, those since 2022 more than 7,500: with fewer than this, it is an excerpt.
const FULL: usize = 6_000;

/// A code or a modifier. Dates are as the file writes them, the other values as the table takes them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Record {
    /// Its line in the file.
    pub(super) line: usize,
    /// True for a modifier.
    pub(super) modifier: bool,
    /// Five characters, or two.
    pub(super) code: String,
    /// The long description.
    pub(super) long: String,
    /// The short description.
    pub(super) short: String,
    /// Coverage code: C, D, I, M or S.
    pub(super) coverage: String,
    /// Pricing indicators.
    pub(super) pricing: String,
    /// Multiple pricing indicator.
    pub(super) multiple: String,
    /// Berenson-Eggers type of service.
    pub(super) betos: String,
    /// Types of service.
    pub(super) tos: String,
    /// What the last change was: A, B, C, D, F, N, P or S.
    pub(super) action: String,
    /// Sections of the coverage issues and carriers manuals, from [`manual`].
    pub(super) manual: String,
    /// The statute that excludes it.
    pub(super) statute: String,
    /// Laboratory certifications.
    pub(super) lab: String,
    /// Codes that it refers to.
    pub(super) crossref: String,
    /// ASC payment group, with the day of its assignment.
    pub(super) asc: (String, String),
    /// Number of the processing note.
    pub(super) note: String,
    /// Anesthesia base units.
    pub(super) anesthesia: String,
    /// The day it was added.
    pub(super) added: String,
    /// The day of the last change.
    pub(super) effective: String,
    /// The last day on which it may be used.
    pub(super) terminated: String,
}

/// The sections of the two manuals as one text.
pub(super) fn manual(coverage_issues: &str, carriers: &str) -> String {
    let named = |name: &str, sections: &str| (!sections.is_empty()).then(|| format!("{name} {sections}"));
    named("CIM", coverage_issues).into_iter().chain(named("MCM", carriers)).collect::<Vec<_>>().join("; ")
}

/// Values of several columns, one blank between two of them.
pub(super) fn joined<'a>(values: impl IntoIterator<Item = &'a str>) -> String {
    values.into_iter().map(str::trim).filter(|value| !value.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Appends the words of a continuing line.
pub(super) fn append(text: &mut String, more: &str) {
    for word in more.split_whitespace() {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(word);
    }
}

/// A number of a fixed width that a workbook may hold without its zeros in front: `88` is `0088`.
pub(super) fn padded(value: &str, width: usize) -> String {
    let value = value.trim();
    let number = !value.is_empty() && value.bytes().all(|b| b.is_ascii_digit());
    if number { format!("{value:0>width$}") } else { value.to_owned() }
}

/// Base units without zeros in front, which the text file replaces by blanks.
pub(super) fn units(value: &str) -> String {
    value.trim().parse::<u32>().map_or_else(|_| value.trim().to_owned(), |units| units.to_string())
}

/// A date as YYYY-MM-DD; empty for an absent one, `None` for what is no date.
pub(super) fn day(text: &str) -> Option<String> {
    let text = text.trim();
    if text.bytes().all(|b| b == b'0') {
        return Some(String::new());
    }
    let date = compact_date(text).or_else(|| american_date(text));
    date.or_else(|| text.parse().ok()).map(|date| date.to_string())
}

/// A HCPCS Level II code: a letter A to V and four figures.
pub(super) fn is_code(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() == 5 && (b'A'..=b'V').contains(&bytes[0]) && bytes[1..].iter().all(u8::is_ascii_digit)
}

/// A modifier: two capital letters or figures.
pub(super) fn is_modifier(text: &str) -> bool {
    text.len() == 2 && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
}

/// Whose words the title of a code is: those of dental codes are the ADA's.
pub(super) fn title_rights(code: &str) -> Rights {
    if code.len() == 5 && code.starts_with('D') { Rights::Ada } else { Rights::Public }
}

/// Takes the records of a release: life and attributes of each, and the titles where the file has them.
pub(super) fn take(records: &[Record], titled: bool, path: &str, intake: &mut Intake) {
    let release = Release::of_quarter(path);
    let source = || format!("CMS, HCPCS alpha-numeric file, {}", file_name(path));
    let codes = records.iter().filter(|record| !record.modifier).count();
    let mut register = |name, table, family, title| {
        let mut origin = release.origin(name, table, family, title, source());
        origin.complete = origin.from.is_some() && codes >= FULL;
        intake.origin(origin)
    };
    let life = (codes > 0).then(|| register("hcpcs", Table::Period, "period", "HCPCS Level II file"));
    let attributes = register("hcpcs-attributes", Table::Hcpcs, "hcpcs", "HCPCS Level II file, attributes");
    let titles =
        titled.then(|| register("hcpcs-titles", Table::Title, "title+hcpcs", "HCPCS Level II file, descriptions"));
    for record in records {
        if let Err(reason) = take_one(record, (life, attributes, titles), intake) {
            intake.broken(record.line, reason);
        }
    }
}

fn take_one(
    record: &Record,
    (life, attributes, titles): (Option<OriginId>, OriginId, Option<OriginId>),
    intake: &mut Intake,
) -> Result<(), &'static str> {
    let code = record.code.as_str();
    if !(if record.modifier { is_modifier(code) } else { is_code(code) }) {
        return Err("no HCPCS Level II code or modifier");
    }
    let added = day(&record.added).ok_or("the add date is no date")?;
    let effective = day(&record.effective).ok_or("the action effective date is no date")?;
    let terminated = day(&record.terminated).ok_or("the termination date is no date")?;
    let assigned = day(&record.asc.1).ok_or("the ASC date is no date")?;
    let (kind, set) = if record.modifier { ("modifier", "modifier") } else { ("code", "hcpcs") };
    let asc = joined([record.asc.0.as_str(), &assigned]);
    let fields = [
        kind,
        &record.coverage,
        &record.pricing,
        &record.multiple,
        &record.betos,
        &record.tos,
        &record.action,
        &record.manual,
        &record.statute,
        &record.lab,
        &record.crossref,
        &asc,
        &record.note,
        &record.anesthesia,
        &added,
        &effective,
        &terminated,
    ];
    intake.row(Table::Hcpcs, code, &fields, attributes);
    if let Some(life) = life.filter(|_| !record.modifier) {
        intake.row(Table::Period, code, &["hcpcs", &added, &terminated, "1"], life);
    }
    if let Some(titles) = titles {
        take_title(intake, code, set, (&record.short, &record.long), title_rights(code), titles);
    }
    Ok(())
}

/// Takes the short and the long title of a code or modifier.
pub(super) fn take_title(
    intake: &mut Intake,
    code: &str,
    set: &str,
    (short, long): (&str, &str),
    rights: Rights,
    origin: OriginId,
) {
    intake.row(Table::Title, code, &[set, short, long, rights.key()], origin);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(code: &str) -> Record {
        let text = |text: &str| text.to_owned();
        Record { line: 7, code: text(code), long: text("Long"), added: text("20020701"), ..Record::default() }
    }

    #[test]
    fn a_record_gives_life_attributes_and_title() {
        let code = Record { terminated: "20261231".to_owned(), ..record("A9901") };
        let modifier = Record { modifier: true, ..record("A1") };
        let mut intake = Intake::default();
        take(&[code, modifier], true, "HCPC2026_OCT_ANWEB.txt", &mut intake);
        assert_eq!(intake.rows[&Table::Period], ["A9901\thcpcs\t2002-07-01\t2026-12-31\t1\thcpcs-2026q4"]);
        assert_eq!(intake.rows[&Table::Title][1], "A1\tmodifier\t\tLong\tpublic\thcpcs-titles-2026q4");
        assert_eq!(intake.rows[&Table::Hcpcs].len(), 2);
        let families: Vec<&str> = intake.origins.iter().map(|origin| origin.family.as_str()).collect();
        assert_eq!(families, ["period", "hcpcs", "title+hcpcs"]);
        assert!(intake.origins.iter().all(|origin| !origin.complete));
    }

    #[test]
    fn a_file_with_all_codes_is_complete_for_its_quarter() {
        let records: Vec<Record> = (0..FULL).map(|number| record(&format!("A{number:04}"))).collect();
        let mut intake = Intake::default();
        take(&records, false, "HCPC2026_OCT_ANWEB.txt", &mut intake);
        assert!(intake.origins.iter().all(|origin| origin.complete));
        let mut intake = Intake::default();
        take(&records, false, "ANWEB.txt", &mut intake);
        assert!(intake.origins.iter().all(|origin| !origin.complete && origin.from.is_none()));
    }

    #[test]
    fn a_bad_code_or_date_is_reported() {
        let mut intake = Intake::default();
        let soon = Record { terminated: "soon".to_owned(), ..record("A9901") };
        take(&[record("99213"), soon], true, "a", &mut intake);
        assert_eq!((intake.broken_count, intake.broken[0].0), (2, 7));
        assert!(intake.rows.is_empty());
    }

    #[test]
    fn the_words_of_dental_codes_belong_to_the_ada() {
        assert_eq!((title_rights("D0120"), title_rights("DD")), (Rights::Ada, Rights::Public));
    }

    #[test]
    fn values_are_written_alike_whatever_form_they_come_in() {
        assert_eq!((padded("88", 4), padded("", 4), padded("A1", 4)), ("0088".into(), String::new(), "A1".into()));
        assert_eq!((units("  0"), units("007"), units("")), ("0".into(), "7".into(), String::new()));
        assert_eq!(manual("60-9", "2049"), "CIM 60-9; MCM 2049");
        assert_eq!(manual("", ""), "");
        for text in ["20240701", "7/1/2024", "2024-07-01"] {
            assert_eq!(day(text).unwrap(), "2024-07-01");
        }
        assert_eq!((day(""), day("00000000"), day("x")), (Some(String::new()), Some(String::new()), None));
    }
}
