//! A comma-separated table with a header line, read by the names of its columns.

use csv::StringRecord;
use jiff::civil::Date;

use super::super::Refusal;

/// How many rows above the header, such as titles and copyright lines, are passed over.
const PREAMBLE: usize = 12;

/// A table whose header was found.
pub struct Sheet<'a> {
    records: csv::StringRecordsIntoIter<&'a [u8]>,
    header: Vec<String>,
    line: usize,
}

impl<'a> Sheet<'a> {
    /// The table whose header is the first row for which `is_header` holds; it is given the names as [`name`] makes
    /// them. `None` when no such row is at the beginning.
    pub fn find(text: &'a str, delimiter: u8, is_header: impl Fn(&[String]) -> bool) -> Option<Self> {
        let reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter)
            .from_reader(text.as_bytes());
        let mut records = reader.into_records();
        for _ in 0..PREAMBLE {
            let record = records.next()?.ok()?;
            let header: Vec<String> = record.iter().map(name).collect();
            if is_header(&header) {
                return Some(Self { records, header, line: line(&record) });
            }
        }
        None
    }

    /// The comma-separated table whose header has all these columns.
    pub fn with(text: &'a str, columns: &[&str]) -> Option<Self> {
        Self::find(text, b',', |header| columns.iter().all(|column| header.iter().any(|cell| cell == column)))
    }

    /// The names of its columns.
    pub fn header(&self) -> &[String] {
        &self.header
    }

    /// Where the first of these columns stands.
    pub fn column(&self, names: &[&str]) -> Option<usize> {
        names.iter().find_map(|name| self.header.iter().position(|cell| cell == name))
    }

    /// Where a column stands without which the table cannot be read.
    pub fn need(&self, names: &[&str]) -> Result<usize, Refusal> {
        self.column(names).ok_or_else(|| {
            let reason =
                format!("the header has no column `{}`: take the file as it was published", names.join("` or `"));
            Refusal::at(self.line, reason)
        })
    }
}

impl Iterator for Sheet<'_> {
    type Item = Row;

    fn next(&mut self) -> Option<Row> {
        loop {
            let record = self.records.next()?.ok()?;
            if record.iter().any(|cell| !cell.trim().is_empty()) {
                return Some(Row { line: line(&record), record });
            }
        }
    }
}

/// One row of a table.
pub struct Row {
    /// Its line, from 1.
    pub line: usize,
    record: StringRecord,
}

impl Row {
    /// A cell, trimmed; empty where the row is too short or the column unknown.
    pub fn cell(&self, at: impl Into<Option<usize>>) -> &str {
        at.into().and_then(|at| self.record.get(at)).unwrap_or("").trim()
    }
}

fn line(record: &StringRecord) -> usize {
    record.position().map_or(1, |at| usize::try_from(at.line()).unwrap_or(usize::MAX))
}

/// The name of a column without case, blanks and marks: `CPT Code` and `cpt_code` are `cptcode`.
pub fn name(cell: &str) -> String {
    cell.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The year from 2000 to 2099 that a file's name gives: `ra_labels_2026.csv`.
pub fn year(name: &str) -> Option<i16> {
    let mut runs = name.split(|c: char| !c.is_ascii_digit());
    runs.find(|run| run.len() == 4 && run.starts_with("20")).and_then(|run| run.parse().ok())
}

/// The first and last day of a calendar year; both `None` where the year is unknown.
pub fn calendar(year: Option<i16>) -> (Option<Date>, Option<Date>) {
    let day = |month, day| year.and_then(|year| Date::new(year, month, day).ok());
    (day(1, 1), day(12, 31))
}

/// An id with its year: `hcc-2026`, or `hcc-undated`.
pub fn dated(kind: &str, year: Option<i16>) -> String {
    year.map_or_else(|| format!("{kind}-undated"), |year| format!("{kind}-{year}"))
}

/// The edition for a reader: the year, or nothing.
pub fn edition(year: Option<i16>) -> String {
    year.map(|year| year.to_string()).unwrap_or_default()
}

/// A day written `2024-07-01` or `7/1/2024`; `Some(None)` for an empty cell and for the last day of time, which
/// stands for no day; `None` for anything else.
pub fn day(cell: &str) -> Option<Option<Date>> {
    if cell.is_empty() || cell.starts_with("9999") || cell.ends_with("9999") || cell == "NA" {
        return Some(None);
    }
    cell.parse().ok().or_else(|| super::super::american_date(cell)).map(Some)
}

/// A day as text, or nothing.
pub fn shown(day: Option<Date>) -> String {
    day.map(|day| day.to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_stands_alone_in_a_name() {
        assert_eq!(year("ra_dx_to_cc_2026.csv"), Some(2026));
        assert_eq!(year("2026 midyear_final mappings.csv"), Some(2026));
        assert_eq!(year("f20261.csv"), None);
        assert_eq!(year("places.csv"), None);
    }

    #[test]
    fn the_last_day_of_time_is_no_day() {
        assert_eq!(day("9999-12-31"), Some(None));
        assert_eq!(day("7/1/2024"), Some(Date::new(2024, 7, 1).ok()));
        assert_eq!(day("2024-13-01"), None);
    }
}
