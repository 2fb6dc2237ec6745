//! The rows of a table, from an Excel workbook or from text separated by tabs.

use std::io::Cursor;

use calamine::{Data, Reader as _, Xlsx};
use jiff::civil::{Date, date};

use super::super::{File, Refusal};

/// True for the beginning of an Excel workbook.
pub fn is_workbook(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04")
}

/// The rows of the first sheet of a workbook, or of a text separated by tabs; each with its line, from 1.
///
/// # Errors
/// The workbook cannot be opened.
pub fn rows(file: &File<'_>) -> Result<Vec<(usize, Vec<String>)>, Refusal> {
    if is_workbook(file.bytes) { workbook(file.bytes) } else { Ok(separated(&file.text())) }
}

fn workbook(bytes: &[u8]) -> Result<Vec<(usize, Vec<String>)>, Refusal> {
    let refused =
        |error: &dyn std::fmt::Display| Refusal::at(1, format!("no readable workbook ({error}); fetch it again"));
    let mut book = Xlsx::new(Cursor::new(bytes)).map_err(|error| refused(&error))?;
    let sheet =
        book.worksheet_range_at(0).ok_or_else(|| refused(&"it has no sheet"))?.map_err(|error| refused(&error))?;
    let first = sheet.start().map_or(0, |(row, _)| usize::try_from(row).unwrap_or(0));
    Ok(sheet.rows().enumerate().map(|(at, row)| (first + at + 1, row.iter().map(cell).collect())).collect())
}

/// A cell as text: whole numbers without a fraction, dates as `2021-01-01`.
fn cell(data: &Data) -> String {
    match data {
        Data::DateTime(day) => serial(day.as_f64()).map_or_else(String::new, |day| day.to_string()),
        Data::DateTimeIso(text) => text.get(..10).unwrap_or(text).to_owned(),
        Data::Empty | Data::Error(_) => String::new(),
        other => other.to_string().trim().to_owned(),
    }
}

/// The day of an Excel serial number; `None` outside 2000 to 2099.
pub fn serial(number: f64) -> Option<Date> {
    let days = number.trunc();
    let day = (36_526.0..73_051.0).contains(&days).then_some(days)?;
    #[expect(clippy::cast_possible_truncation, reason = "between 36,526 and 73,050")]
    date(1899, 12, 30).checked_add(jiff::Span::new().days(day as i64)).ok()
}

fn separated(text: &str) -> Vec<(usize, Vec<String>)> {
    let mut reader = csv::ReaderBuilder::new();
    let mut reader = reader.delimiter(b'\t').has_headers(false).flexible(true).from_reader(text.as_bytes());
    let records = reader.records().filter_map(Result::ok);
    records.map(|record| (line(&record, text), record.iter().map(|field| field.trim().to_owned()).collect())).collect()
}

/// The line of a record. The reader's own position is that before the line ends that it has not passed yet.
fn line(record: &csv::StringRecord, text: &str) -> usize {
    let Some(at) = record.position() else { return 1 };
    let count = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
    let ends = text.as_bytes().iter().skip(count(at.byte())).take_while(|byte| b"\r\n".contains(byte));
    count(at.line()) + ends.filter(|byte| **byte == b'\n').count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_fields_lose_their_quotes_and_lines_are_counted() {
        let file = File { path: "a.txt", bytes: b"A\tB\r\n1\t\"x, \"\"y\"\"\"\r\n" };
        assert_eq!(rows(&file).unwrap()[1], (2, vec!["1".to_owned(), "x, \"y\"".to_owned()]));
    }

    #[test]
    fn serial_numbers_are_days() {
        assert_eq!(serial(44_197.0), Some(date(2021, 1, 1)));
        assert_eq!((serial(2016.0), serial(f64::NAN), serial(1e300)), (None, None, None));
    }

    #[test]
    fn a_damaged_workbook_is_refused() {
        assert!(rows(&File { path: "a.xlsx", bytes: b"PK\x03\x04 and no more" }).is_err());
    }
}
