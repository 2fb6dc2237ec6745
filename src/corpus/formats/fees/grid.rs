//! A delimited table with lines of title and notice above its header.

use csv::{ByteRecord, StringRecord};

use super::super::Refusal;

/// A table opened at its header; what is left to read are its rows.
pub(super) struct Grid<'t> {
    lines: Lines<'t>,
    reader: csv::Reader<&'t [u8]>,
    /// The names of the columns: capitals and digits, everything else one blank.
    pub(super) names: Vec<String>,
    /// The lines above the header, cell by cell as they stand.
    pub(super) above: Vec<Vec<String>>,
    /// The line of the header, from 1.
    pub(super) line: usize,
}

impl<'t> Grid<'t> {
    /// How many lines may stand above a header: the longest known preamble has ten.
    const PREAMBLE: usize = 40;

    /// Opens a table separated by commas, tabs or tildes whose header has all of the `known` names.
    pub(super) fn open(text: &'t str, known: &[&str]) -> Option<Self> {
        [b',', b'\t', b'~'].into_iter().find_map(|delimiter| Self::with(text, delimiter, known))
    }

    fn with(text: &'t str, delimiter: u8, known: &[&str]) -> Option<Self> {
        let text = text.trim_start_matches('\u{feff}');
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter)
            .from_reader(text.as_bytes());
        let (mut above, mut record, mut lines) = (Vec::new(), StringRecord::new(), Lines { text, byte: 0, line: 1 });
        while above.len() < Self::PREAMBLE && reader.read_record(&mut record).ok()? {
            let names: Vec<String> = record.iter().map(normal).collect();
            if known.iter().all(|name| names.iter().any(|found| found == name)) {
                return Some(Self { names, above, line: lines.at(record.position()), lines, reader });
            }
            above.push(record.iter().map(str::to_owned).collect());
        }
        None
    }

    /// The text above the header, line by line.
    pub(super) fn preamble(&self) -> String {
        self.above.iter().map(|cells| cells.join(" ")).collect::<Vec<_>>().join("\n")
    }

    /// The column of that name.
    pub(super) fn find(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|found| found == name)
    }

    /// The first column whose name passes.
    pub(super) fn find_by(&self, test: impl Fn(&str) -> bool) -> Option<usize> {
        self.names.iter().position(|found| test(found))
    }

    /// The column if it was found; a refusal that names it otherwise.
    pub(super) fn found(&self, column: Option<usize>, name: &str) -> Result<usize, Refusal> {
        column.ok_or_else(|| {
            Refusal::at(self.line, format!("the header has no column {name:?}: take the file as CMS publishes it"))
        })
    }

    /// Gives each row that is not blank, with its line.
    pub(super) fn each(mut self, mut take: impl FnMut(usize, &StringRecord)) {
        let mut bytes = ByteRecord::new();
        // The text is valid, so only the end stops the reader; an error would end the rows as well.
        while self.reader.read_byte_record(&mut bytes).unwrap_or(false) {
            let record = StringRecord::from_byte_record_lossy(std::mem::take(&mut bytes));
            take(self.lines.at(record.position()), &record);
            bytes = record.into_byte_record();
        }
    }
}

/// A cell without blanks at its ends; empty where the row or the column is missing.
pub(super) fn cell(record: &StringRecord, column: Option<usize>) -> &str {
    column.and_then(|column| record.get(column)).unwrap_or("").trim()
}

/// True for a row without any text: the empty lines that a spreadsheet writes.
pub(super) fn blank(record: &StringRecord) -> bool {
    record.iter().all(|cell| cell.trim().is_empty())
}

/// A name as headers are compared by: capitals and digits, everything else one blank.
pub(super) fn normal(name: &str) -> String {
    let mut out = String::new();
    for c in name.chars().take(200) {
        if c.is_ascii_alphanumeric() {
            out.push(c.to_ascii_uppercase());
        } else if !out.is_empty() && !out.ends_with(' ') {
            out.push(' ');
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// Counts lines, as the reader takes the end of a line for the beginning of the next record.
struct Lines<'t> {
    text: &'t str,
    byte: usize,
    line: usize,
}

impl Lines<'_> {
    /// The line on which the text of a record begins, from 1. Records come in the order of the file.
    fn at(&mut self, position: Option<&csv::Position>) -> usize {
        let bytes = self.text.as_bytes();
        let start = position.and_then(|position| usize::try_from(position.byte()).ok()).unwrap_or(self.byte);
        let blank = bytes.iter().skip(start).take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let end = (start + blank).min(bytes.len());
        self.line += bytes.get(self.byte..end).map_or(0, |passed| passed.iter().filter(|byte| **byte == b'\n').count());
        self.byte = self.byte.max(end);
        self.line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_found_below_its_notices_with_any_separator() {
        for separator in [",", "\t", "~"] {
            let text = "Title 2026\r\n\r\nNotice\nHCPCS,MOD,CO- SURG\r\nG0463,,1\r\n,,\r\n".replace(',', separator);
            let grid = Grid::open(&text, &["MOD", "CO SURG"]).unwrap();
            assert_eq!((grid.names.len(), grid.line), (3, 4));
            assert!(grid.preamble().starts_with("Title 2026"));
            let mut rows = Vec::new();
            grid.each(|line, record| rows.push((line, cell(record, Some(2)).to_owned(), blank(record))));
            assert_eq!(rows, [(5, "1".to_owned(), false), (6, String::new(), true)]);
        }
    }

    #[test]
    fn a_missing_column_is_refused_by_its_name() {
        let grid = Grid::open("A,B\n1,2\n", &["A"]).unwrap();
        let refusal = grid.found(grid.find("C"), "C").unwrap_err();
        assert!(refusal.line == 1 && refusal.reason.contains("\"C\""));
    }
}
