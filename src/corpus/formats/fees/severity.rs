//! Diagnoses that are a major complication or comorbidity (MCC, Table 6I) or a complication or comorbidity (CC,
//! Table 6J) in the inpatient groups.
//!
//! Published by CMS with the IPPS final rule: a title, a header, then code and description separated by a tab. The
//! exclusions of Table 6K are not read.

use std::sync::LazyLock;

use regex::Regex;

use super::super::{File, Format, Intake, Origin, OriginId, Refusal, Sample, fiscal_year};
use super::release::{Release, evidence, file_name, settle};
use crate::domain::code::Code;
use crate::domain::table::Table;

/// The format.
pub(super) const FORMAT: Format = Format { name: "MCC and CC lists of the inpatient groups", recognise, read };

/// The lists of fiscal year 2026 have 3,354 and 15,078 diagnoses; the floors allow for codes that go.
const WHOLE: [(&str, u64); 2] = [("mcc", 3_000), ("cc", 14_000)];

fn recognise(sample: &Sample<'_>) -> bool {
    level(sample.first_line()).is_some()
}

/// `mcc` or `cc`, from the title.
fn level(title: &str) -> Option<&'static str> {
    let words: Vec<String> = title
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_uppercase)
        .collect();
    match words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["TABLE", "6I", "COMPLETE", "MCC", "LIST", ..] => Some("mcc"),
        ["TABLE", "6J", "COMPLETE", "CC", "LIST", ..] => Some("cc"),
        _ => None,
    }
}

fn read(file: &File<'_>, intake: &mut Intake) -> Result<(), Refusal> {
    let text = file.text();
    let mut lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let title = lines.next().map_or("", |(_, line)| line);
    let level = level(title).ok_or_else(|| Refusal::at(1, "the title names neither Table 6I nor Table 6J"))?;
    match lines.next() {
        Some((_, header)) if header.to_ascii_lowercase().contains("diagnosis code") => {}
        found => {
            let line = found.map_or(1, |(at, _)| at + 1);
            return Err(Refusal::at(line, "no header with Diagnosis Code: take the list as CMS publishes it"));
        }
    }
    let origin = origin(file, intake, title, level);
    for (at, line) in lines {
        let cell = line.split('\t').next().unwrap_or("").trim().trim_matches('"');
        // Notes below the list stand in the second column.
        if cell.is_empty() {
            continue;
        }
        match diagnosis(cell) {
            Some(code) => intake.row(Table::Severity, &code, &[level, ""], origin),
            // And a footnote that is a sentence is no row either.
            None if cell.contains(' ') && !line.contains('\t') => {}
            None => intake.broken(at + 1, cell.chars().take(40).collect::<String>() + " is no diagnosis code"),
        }
    }
    settle(intake, WHOLE.iter().find(|(known, _)| *known == level).map_or(u64::MAX, |(_, floor)| *floor));
    Ok(())
}

/// A diagnosis in its usual writing, also one of the categories since 2026 whose second character is a letter (QA0).
fn diagnosis(text: &str) -> Option<String> {
    if let Ok(code) = Code::parse_icd10cm(text) {
        return Some(code.as_str().to_owned());
    }
    let (category, rest) = text.split_once('.')?;
    let upper = |text: &str| text.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase());
    let shaped = category.len() == 3
        && category.as_bytes()[0].is_ascii_uppercase()
        && (1..=4).contains(&rest.len())
        && upper(category)
        && upper(rest);
    shaped.then(|| text.to_owned())
}

fn origin(file: &File<'_>, intake: &mut Intake, title: &str, level: &str) -> OriginId {
    static YEAR: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"(?i)fy[-_ ]?(20\d\d)").expect("a constant pattern, which the tests compile"));
    let year = |text: &str| YEAR.captures(text).and_then(|found| found[1].parse::<i16>().ok());
    let release = match year(title).or_else(|| evidence(file.path, year)) {
        Some(year) => Release { key: year.to_string(), edition: format!("FY{year}"), span: fiscal_year(year) },
        None => Release::undated(file.path),
    };
    let (kind, name) = match level {
        "mcc" => ("ms-drg-mcc", "Major complications and comorbidities (MCC), Table 6I"),
        _ => ("ms-drg-cc", "Complications and comorbidities (CC), Table 6J"),
    };
    let source = format!("CMS, IPPS final rule, {}", file_name(file.path));
    let origin = release.origin(Table::Severity, kind, name, source);
    intake.origin(Origin { family: format!("{}+{level}", origin.family), ..origin })
}
