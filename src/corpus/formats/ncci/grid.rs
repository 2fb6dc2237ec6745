//! The rows of a delimited text or of a workbook, with their cells as text.

use std::io::Cursor;

use calamine::{Data, DataRef, Reader as _, Xlsx};
use jiff::civil::Date;

use super::super::{File, Refusal, Sample};

/// A row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::corpus::formats) struct Row {
    /// Its line, from 1; of a workbook its row.
    pub(in crate::corpus::formats) line: usize,
    /// Its cells, trimmed.
    pub(in crate::corpus::formats) cells: Vec<String>,
}

impl Row {
    /// A cell; empty where the row is too short.
    pub(in crate::corpus::formats) fn cell(&self, column: usize) -> &str {
        self.cells.get(column).map_or("", String::as_str)
    }

    /// A cell of a column that a file may lack.
    pub(in crate::corpus::formats) fn optional(&self, column: Option<usize>) -> &str {
        column.map_or("", |column| self.cell(column))
    }

    /// True when it holds nothing.
    pub(in crate::corpus::formats) fn is_blank(&self) -> bool {
        self.cells.iter().all(String::is_empty)
    }

    /// The column whose name, reduced to small letters and digits, is one of `names`.
    pub(in crate::corpus::formats) fn column(&self, names: &[&str]) -> Option<usize> {
        self.cells.iter().position(|cell| names.contains(&plain(cell).as_str()))
    }
}

/// A name reduced to its letters and digits, in lower case: `HCPCS/ CPT Code` is `hcpcscptcode`.
pub(in crate::corpus::formats) fn plain(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

/// How many rows may stand above a header: notices of the AMA and disclaimers.
const ABOVE_HEADER: usize = 40;

/// More cells than any NCCI or HCPCS workbook has (9,000 rows of 48); a workbook packs zeros so well that its size
/// says nothing about its content.
const MOST_CELLS: usize = 2_000_000;
/// More columns than any of them has.
const MOST_COLUMNS: u32 = 256;

/// The rows of a text whose cells are split by tabs, if its header has them, or by commas.
pub(in crate::corpus::formats) fn of_text(text: &str) -> Vec<Row> {
    rows_of_text(text, usize::MAX)
}

fn rows_of_text(text: &str, most: usize) -> Vec<Row> {
    let (tabs, commas) = text.bytes().take(Sample::LENGTH).fold((0, 0), |(tabs, commas), byte| match byte {
        b'\t' => (tabs + 1, commas),
        b',' => (tabs, commas + 1),
        _ => (tabs, commas),
    });
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(if tabs > commas { b'\t' } else { b',' })
        .from_reader(text.as_bytes());
    let bytes = text.as_bytes();
    let (mut line, mut counted) = (1, 0);
    let row = |record: csv::StringRecord| {
        let at = record.position().map_or(0, |at| usize::try_from(at.byte()).unwrap_or(usize::MAX));
        // A record is said to begin within the line end above it.
        let begins = bytes.iter().skip(at).position(|b| !b"\r\n".contains(b)).map_or(at, |more| at + more);
        line += memchr::memchr_iter(b'\n', bytes.get(counted..begins).unwrap_or(&[])).count();
        counted = begins;
        Row { line, cells: record.iter().map(|cell| cell.trim().to_owned()).collect() }
    };
    reader.records().take(most).map_while(Result::ok).map(row).collect()
}

/// True when the bytes are those of a workbook (`.xlsx`).
pub(in crate::corpus::formats) fn is_workbook(bytes: &[u8]) -> bool {
    let holds = |name: &[u8]| memchr::memmem::find(bytes, name).is_some();
    bytes.starts_with(b"PK\x03\x04") && (holds(b"xl/") || holds(b"[Content_Types].xml"))
}

/// The rows of the first sheet that has any; `None` where the workbook cannot be opened.
pub(in crate::corpus::formats) fn of_workbook(bytes: &[u8]) -> Option<Vec<Row>> {
    // The reader of workbooks computes with the row numbers of a file before it checks them, which panics on
    // some damaged ones where overflow is checked. Nothing of it is used after that.
    std::panic::catch_unwind(|| rows_of_workbook(bytes)).ok().flatten()
}

fn rows_of_workbook(bytes: &[u8]) -> Option<Vec<Row>> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).ok()?;
    for sheet in book.sheet_names() {
        let rows = rows_of_sheet(&mut book, &sheet)?;
        if !rows.is_empty() {
            return Some(rows);
        }
    }
    Some(Vec::new())
}

/// Cell by cell, because a range would hold every empty cell between two distant ones. A sheet that is no table has
/// no rows; `None` for one that is too large.
fn rows_of_sheet(book: &mut Xlsx<Cursor<&[u8]>>, sheet: &str) -> Option<Vec<Row>> {
    let Ok(mut reader) = book.worksheet_cells_reader(sheet) else { return Some(Vec::new()) };
    let mut rows: Vec<Row> = Vec::new();
    let mut cells = 0;
    while let Ok(Some(cell)) = reader.next_cell() {
        let (row, column) = cell.get_position();
        let text = text_of(cell.get_value());
        cells += 1;
        if cells > MOST_CELLS {
            return None;
        }
        if text.is_empty() || column >= MOST_COLUMNS {
            continue;
        }
        let line = row as usize + 1;
        if rows.last().is_none_or(|last| last.line != line) {
            rows.push(Row { line, cells: Vec::new() });
        }
        if let Some(last) = rows.last_mut() {
            last.cells.resize(last.cells.len().max(column as usize + 1), String::new());
            last.cells[column as usize] = text;
        }
    }
    Some(rows)
}

fn text_of(cell: &DataRef<'_>) -> String {
    match Data::from(cell.clone()) {
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => text.trim().to_owned(),
        Data::Int(number) => number.to_string(),
        Data::Float(number) => number.to_string(),
        Data::DateTime(day) => day_of_serial(day.as_f64()).map_or_else(String::new, |day| day.to_string()),
        Data::Bool(value) => value.to_string(),
        _ => String::new(),
    }
}

/// The date of a day number of a workbook, which counts from 1899-12-30.
fn day_of_serial(serial: f64) -> Option<Date> {
    if !(1.0..3_000_000.0).contains(&serial) {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "the range is checked above; the time of day is dropped")]
    let days = jiff::Span::new().try_days(serial as i64).ok()?;
    Date::new(1899, 12, 30).ok()?.checked_add(days).ok()
}

/// The first rows of a sample, in which a header is looked for. A workbook can only be opened whole, so that one
/// which is longer than a sample gives `None`.
pub(in crate::corpus::formats) fn beginning(sample: &Sample<'_>) -> Option<Vec<Row>> {
    if !is_workbook(sample.bytes) {
        return Some(rows_of_text(&sample.text, ABOVE_HEADER));
    }
    let whole = sample.bytes.len() < Sample::LENGTH;
    let mut rows = of_workbook(sample.bytes).filter(|_| whole)?;
    rows.truncate(ABOVE_HEADER);
    Some(rows)
}

/// All rows of a file that is a text or a workbook.
pub(in crate::corpus::formats) fn of_file(file: &File<'_>) -> Result<Vec<Row>, Refusal> {
    if is_workbook(file.bytes) {
        let reason = "the workbook is damaged or far too large: download it again, or use the text file beside it";
        return of_workbook(file.bytes).ok_or_else(|| Refusal::at(1, reason));
    }
    Ok(of_text(&file.text()))
}

/// The place of the header: the first row near the top that has a column of each of the groups of names.
pub(in crate::corpus::formats) fn header(rows: &[Row], needed: &[&[&str]]) -> Option<usize> {
    rows.iter().take(ABOVE_HEADER).position(|row| needed.iter().all(|names| row.column(names).is_some()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quoted_header_with_a_line_end_keeps_its_columns() {
        let rows = of_text("\"a notice,\nof two lines\",,\n\"HCPCS/\nCPT Code\",X,Y\n0001U,1,2\n");
        assert_eq!(rows[1].column(&["hcpcscptcode"]), Some(0));
        assert_eq!((rows[2].line, rows[2].cell(1), rows[2].cell(9)), (5, "1", ""));
        let lines = |text: &str| of_text(text).iter().map(|row| row.line).collect::<Vec<_>>();
        assert_eq!(lines("a,\"b\r\nc\"\r\n\r\nd,e\r\nf,g"), [1, 4, 5]);
    }

    #[test]
    fn tabs_split_a_text_that_has_more_of_them_than_commas() {
        assert_eq!(of_text("a\tb\tc, d\n")[0].cells, ["a", "b", "c, d"]);
    }

    #[test]
    fn the_serial_of_a_day_is_its_date() {
        assert_eq!(day_of_serial(46_204.5), Date::new(2026, 7, 1).ok());
        assert_eq!(day_of_serial(f64::NAN), None);
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_read_without_panic(bytes in proptest::collection::vec(0u8..=255, 0..400), zip in proptest::bool::ANY) {
            let mut all = if zip { b"PK\x03\x04xl/".to_vec() } else { Vec::new() };
            all.extend(bytes);
            let _ = (of_file(&File { path: "a", bytes: &all }), beginning(&Sample::of("a", &all)));
        }
    }
}
