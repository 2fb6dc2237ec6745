//! Which edition a file belongs to: the fiscal year, and the update within it.
//!
//! The files themselves seldom say it. CDC/NCHS and CMS put it into their names: `icd10cm-order-2026.txt`,
//! `icd10c-tabular-April-1-2026.xml`, `POAexemptCodesFY26.txt`, `april-1-2026-code-descriptions-tabular-order.zip`.

use jiff::civil::Date;

use super::super::{compact_date, fiscal_year};

/// An edition of a classification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edition {
    /// The federal fiscal year.
    pub year: i16,
    /// First day it speaks for: October 1, or the first of the month of an update.
    pub from: Date,
    /// Last day of the fiscal year.
    pub to: Date,
}

/// Fiscal year and month of an update, as far as a text gives them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Found {
    year: Option<i16>,
    month: Option<i8>,
}

impl Edition {
    /// The edition of a fiscal year that was published for `month`; October is the edition itself.
    fn new(year: i16, month: i8) -> Option<Self> {
        let (start, to) = fiscal_year(year)?;
        let from = if month >= 10 { Date::new(year - 1, month, 1).ok()? } else { Date::new(year, month, 1).ok()? };
        Some(Self { year, from: from.max(start), to })
    }

    /// The edition of a file: what its content says about the fiscal year (`content`), else its name, else the
    /// archive it came in. The month of an update may stand in the name of the file or of the archive.
    pub fn of(path: &str, content: Option<i16>) -> Option<Self> {
        let mut parts = path.rsplit(['/', '\\']);
        let name = words(parts.next().unwrap_or(path));
        let archives: Vec<Found> =
            parts.filter(|part| part.to_ascii_lowercase().ends_with(".zip")).map(words).collect();
        let year = content.or(name.year).or_else(|| archives.iter().find_map(|found| found.year))?;
        let month = name.month.or_else(|| {
            let same = archives.iter().filter(|found| found.year.is_none_or(|other| other == year));
            same.filter_map(|found| found.month).next()
        });
        Self::new(year, month.unwrap_or(10))
    }

    /// The edition that a sentence names, such as `FY 2026 (October 1, 2025 Update)`.
    pub fn in_text(text: &str) -> Option<Self> {
        let found = words(text);
        Self::new(found.year?, found.month.unwrap_or(10))
    }

    /// Behind the kind in the id of a release: `2026`, or `2026-04` for the update of April 2026.
    pub fn id(&self) -> String {
        match self.from.month() {
            10 => self.year.to_string(),
            month => format!("{}-{month:02}", self.from.year()),
        }
    }

    /// For a reader: `FY2026`, or `FY2026 (April 2026)`.
    pub fn name(&self) -> String {
        match self.from.month() {
            10 => format!("FY{}", self.year),
            month => {
                let name = MONTHS.get(usize::try_from(month - 1).unwrap_or(0)).copied().unwrap_or_default();
                format!("FY{} ({}{} {})", self.year, name[..1].to_ascii_uppercase(), &name[1..], self.from.year())
            }
        }
    }
}

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// Reads runs of letters and of digits: `fy` before two or four digits is a fiscal year, a month before a year a
/// date, and another year from 2013 on the fiscal year, as in `icd10cm_order_2026`.
fn words(text: &str) -> Found {
    let runs = runs(text);
    let mut found = Found::default();
    let mut fiscal = None;
    for (at, run) in runs.iter().enumerate() {
        if let Some(date) = compact_date(run).filter(|date| (2013..2100).contains(&date.year())) {
            found = Found { year: Some(fiscal_of(date.year(), date.month())), month: Some(date.month()) };
        }
        if let Some(year) = year(run) {
            match at.checked_sub(1).map(|before| runs[before].as_str()) {
                Some(word) if word.ends_with("fy") => fiscal = Some(year),
                _ if found.year.is_none() => found.year = Some(fiscal_of(year, month(&runs[..at]).unwrap_or(1))),
                _ => {}
            }
            found.month = found.month.or_else(|| month(&runs[..at]));
        } else if run.len() == 2 && at > 0 && runs[at - 1].ends_with("fy") {
            fiscal = run.parse().ok().map(|year: i16| 2000 + year);
        }
    }
    found.month = found.month.or_else(|| runs.iter().find_map(|run| month_name(run)));
    Found { year: fiscal.or(found.year), ..found }
}

fn runs(text: &str) -> Vec<String> {
    let mut runs: Vec<String> = Vec::new();
    let mut last = ' ';
    for c in text.chars().map(|c| c.to_ascii_lowercase()) {
        let joins = last.is_ascii_digit() && c.is_ascii_digit() || last.is_ascii_lowercase() && c.is_ascii_lowercase();
        match runs.last_mut() {
            Some(run) if joins => run.push(c),
            _ if c.is_ascii_alphanumeric() => runs.push(c.to_string()),
            _ => {}
        }
        last = c;
    }
    runs
}

fn year(run: &str) -> Option<i16> {
    run.parse().ok().filter(|year| run.len() == 4 && (2013..2100).contains(year))
}

fn fiscal_of(year: i16, month: i8) -> i16 {
    if month >= 10 { year + 1 } else { year }
}

/// The month at the end of the runs before a year, with or without a day between.
fn month(before: &[String]) -> Option<i8> {
    match before {
        [.., month, day] if day.len() <= 2 && day.bytes().all(|b| b.is_ascii_digit()) => month_name(month),
        [.., month] => month_name(month),
        [] => None,
    }
}

fn month_name(run: &str) -> Option<i8> {
    let found = MONTHS.iter().position(|month| *month == run || run.len() == 3 && month.starts_with(run))?;
    i8::try_from(found + 1).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn id(path: &str, content: Option<i16>) -> Option<(String, String)> {
        Edition::of(path, content).map(|edition| (edition.id(), edition.from.to_string()))
    }

    #[test]
    fn names_of_files_tell_their_edition() {
        for (path, expected, from) in [
            ("icd10cm-order-2026.txt", "2026", "2025-10-01"),
            ("ICD10CM_ORDER_2025.TXT", "2025", "2024-10-01"),
            ("x/icd10cm-order-April-1-2026.txt", "2026-04", "2026-04-01"),
            ("icd10c-tabular-April-1-2026.xml", "2026-04", "2026-04-01"),
            ("icd10cm-tabular-apr-2027.xml", "2027-04", "2027-04-01"),
            ("POAexemptCodesFY26.txt", "2026", "2025-10-01"),
            ("ICD-10-CM-October-2025-x.txt", "2026", "2025-10-01"),
            ("april-1-2026-code-descriptions-tabular-order.zip/icd10cm_order_2026.txt", "2026-04", "2026-04-01"),
            ("April 2019/2026-code-descriptions.zip/icd10cm_order.txt", "2026", "2025-10-01"),
            ("icd10cm-order-20260401.txt", "2026-04", "2026-04-01"),
        ] {
            assert_eq!(id(path, None), Some((expected.to_owned(), from.to_owned())), "{path}");
        }
        assert_eq!(id("icd10cm_order.txt", None), None);
        assert_eq!(id("april.xml", Some(2026)), Some(("2026-04".to_owned(), "2026-04-01".to_owned())));
    }

    #[test]
    fn a_sentence_tells_the_fiscal_year_and_the_update() {
        let edition = Edition::in_text("From October 1, 2025. FY 2026 (October 1, 2025 Update)").unwrap();
        assert_eq!((edition.id(), edition.name()), ("2026".to_owned(), "FY2026".to_owned()));
        let edition = Edition::in_text("From April 1, 2025. FY 2025 (April 1, 2025 Update)").unwrap();
        assert_eq!((edition.id(), edition.name()), ("2025-04".to_owned(), "FY2025 (April 2025)".to_owned()));
    }

    proptest! {
        #[test]
        fn any_path_is_read_without_panic(path in "\\PC{0,40}", year in proptest::option::of(any::<i16>())) {
            let _ = (Edition::of(&path, year), Edition::in_text(&path));
        }

        #[test]
        fn any_path_of_likely_words_is_read_without_panic(
            words in proptest::collection::vec("(fy|2026|april|1|26|-|/|x.zip|10000101|9999)", 0..8)
        ) {
            let _ = Edition::of(&words.concat(), None);
        }
    }
}
