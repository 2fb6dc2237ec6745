//! The rows of a table, from an Excel workbook or from text separated by tabs.

use std::io::Cursor;

use calamine::{Data, Reader as _, Xlsx};
use jiff::civil::{Date, date};

use super::super::{File, Refusal};

/// The tables of this group have three columns; what stands further right is no part of them.
const WIDEST: usize = 32;

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

/// Cell by cell: a table of the sheet's whole extent could be far larger than the file.
fn workbook(bytes: &[u8]) -> Result<Vec<(usize, Vec<String>)>, Refusal> {
    let refused =
        |error: &dyn std::fmt::Display| Refusal::at(1, format!("no readable workbook ({error}); fetch it again"));
    let mut book = Xlsx::new(Cursor::new(bytes)).map_err(|error| refused(&error))?;
    let name = book.sheet_names().into_iter().next().ok_or_else(|| refused(&"it has no sheet"))?;
    let mut cells = book.worksheet_cells_reader(&name).map_err(|error| refused(&error))?;
    let mut rows: Vec<(usize, Vec<String>)> = Vec::new();
    while let Some(found) = cells.next_cell().map_err(|error| refused(&error))? {
        let (row, column) = found.get_position();
        let (line, column) = (usize::try_from(row).unwrap_or(0) + 1, usize::try_from(column).unwrap_or(WIDEST));
        if column >= WIDEST {
            continue;
        }
        if rows.last().is_none_or(|(last, _)| *last != line) {
            rows.push((line, Vec::new()));
        }
        if let Some((_, row)) = rows.last_mut() {
            row.resize(row.len().max(column + 1), String::new());
            row[column] = cell(&found.get_value().clone().into());
        }
    }
    Ok(rows)
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
    use std::io::Write as _;

    use super::*;
    use proptest::prelude::*;

    #[test]
    fn quoted_fields_lose_their_quotes_and_lines_are_counted() {
        let file = File { path: "a.txt", bytes: b"A\tB\r\n1\t\"x, \"\"y\"\"\"\r\n" };
        assert_eq!(rows(&file).unwrap()[1], (2, vec!["1".to_owned(), "x, \"y\"".to_owned()]));
    }

    /// A workbook with one sheet, whose second row holds a text, a whole number and a day.
    fn book() -> Vec<u8> {
        let parts = [
            (
                "_rels/.rels",
                r#"<Relationships><Relationship Id="rId1" Target="xl/workbook.xml"
                Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"/></Relationships>"#,
            ),
            (
                "xl/workbook.xml",
                r#"<workbook xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">
                <sheets><sheet name="A" sheetId="1" r:id="rId1"/></sheets></workbook>"#,
            ),
            (
                "xl/_rels/workbook.xml.rels",
                r#"<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"
                Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"/></Relationships>"#,
            ),
            ("xl/styles.xml", r#"<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>"#),
            (
                "xl/worksheets/sheet1.xml",
                r#"<worksheet><sheetData><row r="2"><c r="A2" t="inlineStr"><is><t>U07.1 </t></is></c>
                <c r="B2"><v>2016</v></c><c r="C2" s="1"><v>43922</v></c></row></sheetData></worksheet>"#,
            ),
        ];
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, text) in parts {
            writer.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
            writer.write_all(text.as_bytes()).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    #[test]
    fn cells_of_a_workbook_become_text() {
        let book = book();
        assert!(is_workbook(&book));
        let expected = ["U07.1", "2016", "2020-04-01"].map(str::to_owned).to_vec();
        assert_eq!(rows(&File { path: "a.xlsx", bytes: &book }).unwrap(), [(2, expected)]);
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
    proptest! {
        #[test]
        fn a_workbook_with_any_damage_is_read_without_panic(at in 0_usize..2000, byte in any::<u8>(), cut in 0_usize..2000) {
            let mut bytes = book();
            let at = at % bytes.len();
            bytes[at] = byte;
            let _ = rows(&File { path: "a.xlsx", bytes: &bytes });
            bytes.truncate(cut.max(4));
            let _ = rows(&File { path: "a.xlsx", bytes: &bytes });
        }
    }
}
