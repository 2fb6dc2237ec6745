//! The ICD-10-CM conversion table: the codes that are new since FY2017, and what was reported before them.
//!
//! Format: the table itself (CDC/NCHS, "ICD-10-CM Conversion Table"), a workbook with a heading that names its fiscal
//! year, a row of column heads, and a row for each new code. `Effective` holds a year, which stands for its October 1,
//! or, for codes of an update, the day.

use jiff::civil::Date;

use super::super::{File, Format, Intake, Origin, Refusal, Rights, Sample, american_date};
use super::edition::Edition;
use super::sheet::{is_workbook, rows, serial};
use super::writing::{dotted, file_name};
use crate::domain::table::Table;

/// The format.
pub const FORMAT: Format = Format { name: "ICD-10-CM conversion table", recognise, read };

/// Fewer rows are an excerpt: the new codes of its first year alone, FY2017, are 1,970.
const LEAST: usize = 1_900;

/// A workbook is compressed, so that the name has to say what the beginning cannot show; reading looks at the heads.
fn recognise(sample: &Sample<'_>) -> bool {
    let name: String = sample.name.chars().filter(char::is_ascii_alphanumeric).collect();
    if is_workbook(sample.bytes) {
        return name.contains("icd10cmconversiontable") && name.ends_with("xlsx");
    }
    sample.lines().take(5).any(|line| Columns::of(&line.split('\t').collect::<Vec<_>>()).is_some())
}

/// Where the columns are.
#[derive(Debug, PartialEq, Eq)]
struct Columns {
    code: usize,
    effective: usize,
    previous: usize,
}

impl Columns {
    fn of<T: AsRef<str>>(heads: &[T]) -> Option<Self> {
        let find = |word: &str| heads.iter().position(|head| head.as_ref().trim().to_lowercase().starts_with(word));
        Some(Self { code: find("current code")?, effective: find("effective")?, previous: find("previous code")? })
    }
}

fn read(file: &File<'_>, intake: &mut Intake) -> Result<(), Refusal> {
    let rows = rows(file)?;
    let found = rows.iter().take(50).enumerate().find_map(|(at, (_, row))| Some((at, Columns::of(row)?)));
    let (head, columns) = found.ok_or_else(|| {
        Refusal::at(1, "no row with the heads Current code assignment, Effective, Previous Code(s) Assignment; import the table as NCHS publishes it")
    })?;
    let heading = rows[..head].iter().flat_map(|(_, row)| row).map(String::as_str).collect::<Vec<_>>().join(" ");
    let edition = Edition::in_text(&heading).or_else(|| Edition::of(file.path, None));
    let body: Vec<_> = rows[head + 1..].iter().filter(|(_, row)| row.iter().any(|cell| !cell.is_empty())).collect();
    let origin = intake.origin(Origin {
        id: format!("icd10cm-conversion-{}", edition.as_ref().map_or_else(|| "undated".to_owned(), Edition::id)),
        table: Table::Conversion,
        family: "conversion".to_owned(),
        title: "ICD-10-CM conversion table".to_owned(),
        edition: edition.as_ref().map(Edition::name).unwrap_or_default(),
        from: edition.as_ref().map(|edition| edition.from),
        to: edition.as_ref().map(|edition| edition.to),
        complete: edition.is_some() && body.len() >= LEAST,
        source: format!("CDC/NCHS, {}", file_name(file.path)),
        rights: Rights::Public,
        notice: String::new(),
    });
    for (line, row) in body {
        let cell = |column: usize| row.get(column).map_or("", |cell| cell.trim());
        let (code, day) = (dotted(cell(columns.code)), effective(cell(columns.effective)));
        let (Some(code), Some(day)) = (code, day) else {
            let reason = format!("{:?}, {:?}: no code, or no day", cell(columns.code), cell(columns.effective));
            intake.broken(*line, reason);
            continue;
        };
        match previous(cell(columns.previous)) {
            Some(previous) => intake.row(Table::Conversion, &code, &[&previous, &day.to_string()], origin),
            None => intake.broken(*line, format!("{:?} names no code", cell(columns.previous))),
        }
    }
    Ok(())
}

/// The first day: October 1 of a year, or a day as it is written or as Excel keeps it.
fn effective(text: &str) -> Option<Date> {
    if let Ok(number) = text.parse::<f64>() {
        let year = text.parse::<i16>().ok().filter(|year| (2013..2100).contains(year));
        return year.map_or_else(|| serial(number), |year| Date::new(year, 10, 1).ok());
    }
    text.parse().ok().or_else(|| american_date(text)).or_else(|| spelled(text))
}

/// A day such as `April 1, 2020`, which is the first of an update.
fn spelled(text: &str) -> Option<Date> {
    let edition = Edition::in_text(text)?;
    let day = text.split(|c: char| !c.is_ascii_digit()).find(|run| (1..=2).contains(&run.len()));
    day.is_none_or(|day| day.trim_start_matches('0') == "1").then_some(edition.from)
}

/// The codes and ranges that a cell names, a blank between; empty where it says that there were none.
fn previous(text: &str) -> Option<String> {
    if text.is_empty() || text.eq_ignore_ascii_case("none") {
        return Some(String::new());
    }
    let mut found: Vec<String> = Vec::new();
    let mut range = false;
    for word in text.split(|c: char| !c.is_ascii_alphanumeric() && c != '.' && c != '-').filter(|word| !word.is_empty())
    {
        for (at, part) in word.split('-').enumerate() {
            range |= at > 0;
            let Some(code) = dotted(part.trim_end_matches('.')) else { continue };
            match found.last_mut().filter(|_| range) {
                Some(last) => last.extend(["-", &code]),
                None => found.push(code),
            }
            range = false;
        }
        range = word.ends_with('-');
    }
    (!found.is_empty()).then(|| found.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const TEXT: &str = "For FY 2026 (October 1, 2025 Update)\t\t\n\
        Previous Code(s) Assignment\tCurrent code assignment\tEffective\n\
        A04.7\tA04.71 \t2017\nNone\tM04.8\t2016\nU00.1, U00.2 AND T36-T50\tU07.1\t43922\nsomething\tA00\t2016\n\t\t\n";

    fn take(path: &str, text: &str) -> Intake {
        let mut intake = Intake::default();
        assert!(recognise(&Sample::of(path, text.as_bytes())));
        read(&File { path, bytes: text.as_bytes() }, &mut intake).unwrap();
        intake
    }

    #[test]
    fn a_new_code_has_its_first_day_and_what_was_before() {
        let intake = take("a.txt", TEXT);
        assert_eq!(
            intake.rows[&Table::Conversion],
            [
                "A04.71\tA04.7\t2017-10-01\ticd10cm-conversion-2026",
                "M04.8\t\t2016-10-01\ticd10cm-conversion-2026",
                "U07.1\tU00.1 U00.2 T36-T50\t2020-04-01\ticd10cm-conversion-2026",
            ]
        );
        assert_eq!(
            (intake.counts[&0], intake.broken.clone()),
            (3, vec![(6, "\"something\" names no code".to_owned())])
        );
        assert!(!intake.origins[0].complete);
    }

    #[test]
    fn previous_codes_are_read_in_every_form() {
        for (text, expected) in [
            ("C56.1 and C56.2", Some("C56.1 C56.2")),
            ("H44.20-H44.23 and H35.30", Some("H44.20-H44.23 H35.30")),
            ("I20.0 - I20.1; I20.8", Some("I20.0-I20.1 I20.8")),
            ("K59.09 AND Code from categories T36-T50", Some("K59.09 T36-T50")),
            ("none", Some("")),
            ("see notes", None),
        ] {
            assert_eq!(previous(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn a_day_is_read_in_every_form() {
        for (text, expected) in [
            ("2016", Some("2016-10-01")),
            ("45017", Some("2023-04-01")),
            ("2023-04-01", Some("2023-04-01")),
            ("4/1/2023", Some("2023-04-01")),
            ("April 1, 2023", Some("2023-04-01")),
            ("April 15, 2023", None),
            ("soon", None),
            ("1999", None),
        ] {
            assert_eq!(effective(text).map(|day| day.to_string()).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn a_workbook_is_told_by_its_name_and_a_wrong_one_refused() {
        assert!(recognise(&Sample::of("ICD-10-CM-CONVERSION-TABLE-FY2027.xlsx", b"PK\x03\x04")));
        assert!(!recognise(&Sample::of("AOC_V2026Q2-MCR.xlsx", b"PK\x03\x04")));
        let bytes = b"Current code\tA\n";
        assert!(read(&File { path: "a.txt", bytes }, &mut Intake::default()).is_err());
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200), text in "\\PC{0,30}") {
            let _ = read(&File { path: "a.xlsx", bytes: &bytes }, &mut Intake::default());
            let _ = read(&File { path: "a.xlsx", bytes: &[b"PK\x03\x04", &bytes[..]].concat() }, &mut Intake::default());
            let _ = (previous(&text), effective(&text), recognise(&Sample::of(&text, &bytes)));
        }
    }
}
