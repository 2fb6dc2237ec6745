//! Workbooks of Excel, by calamine: sheets in their order, rows as lines.

use std::io::Cursor;

use calamine::{Data, Reader as _, Sheets};

use super::Found;
use super::table::Rows;
use crate::domain::attachment::Skip;

/// Sheets that are read of one workbook.
const SHEETS: usize = 30;
/// Cells of a row that are read.
const COLUMNS: usize = 100;

/// A workbook in a package (`.xlsx`, `.xlsm`, `.xlsb`).
pub fn read_package(bytes: &[u8]) -> Found {
    rows(calamine::open_workbook_auto_from_rs(Cursor::new(bytes)))
}

/// A workbook of old (`.xls`, MS-XLS).
pub fn read_compound(bytes: &[u8]) -> Found {
    rows(calamine::Xls::new(Cursor::new(bytes)).map(Sheets::Xls).map_err(calamine::Error::Xls))
}

fn rows(opened: Result<Sheets<Cursor<&[u8]>>, calamine::Error>) -> Found {
    let mut book = match opened {
        Ok(book) => book,
        Err(
            calamine::Error::Xlsx(calamine::XlsxError::Password) | calamine::Error::Xls(calamine::XlsError::Password),
        ) => {
            return Found::Nothing(Skip::Locked);
        }
        Err(_) => return Found::Nothing(Skip::Damaged),
    };
    let names = book.sheet_names();
    let mut rows = Rows::default();
    rows.cut = names.len() > SHEETS;
    for name in names.iter().take(SHEETS) {
        let Ok(range) = book.worksheet_range(name) else { continue };
        rows.begin(if names.len() > 1 { name } else { "" });
        for row in range.rows() {
            if !rows.take(row.iter().take(COLUMNS).map(cell).collect()) {
                break;
            }
        }
    }
    Found::text(&rows.text, rows.cut)
}

/// A cell as it is read: a whole number without its point, a day as a day.
fn cell(cell: &Data) -> String {
    match cell {
        Data::Float(number) if number.fract() == 0.0 && number.abs() < 1e15 => format!("{number:.0}"),
        Data::DateTime(day) if day.is_datetime() => {
            let (year, month, day, ..) = day.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02}")
        }
        Data::Empty | Data::Error(_) => String::new(),
        other => other.to_string(),
    }
}
