//! Tables to text. Where the first row names the columns, each cell is written with the name of its column: then a
//! reader of lines knows what a number is, and so does the masking of identities.

use super::Found;
use crate::attachment::frame::TEXT_CHARS;

/// Cells of a row that are read.
const COLUMNS: usize = 100;
/// Rows that are read of one table.
const ROWS: usize = 5_000;

/// Reads a text of cells.
pub fn read(text: &str) -> Found {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter(text))
        .from_reader(text.as_bytes());
    let mut rows = Rows::default();
    for row in reader.records() {
        let Ok(row) = row else { continue };
        if !rows.take(row.iter().take(COLUMNS).map(str::to_owned).collect()) {
            break;
        }
    }
    Found::text(&rows.text, rows.cut)
}

/// The mark between the cells: the one that the first lines hold most of.
fn delimiter(text: &str) -> u8 {
    let head = |mark: char| text.lines().take(5).map(|line| line.matches(mark).count()).sum::<usize>();
    [('\t', b'\t'), (';', b';'), ('|', b'|')]
        .into_iter()
        .filter(|(mark, _)| head(*mark) > head(','))
        .max_by_key(|(mark, _)| head(*mark))
        .map_or(b',', |(_, byte)| byte)
}

/// Rows as lines, one table after the other.
#[derive(Default)]
pub struct Rows {
    /// The lines so far.
    pub text: String,
    /// True where there is more than was read.
    pub cut: bool,
    names: Option<Vec<String>>,
    begun: bool,
    rows: usize,
}

impl Rows {
    /// Begins another table.
    pub fn begin(&mut self, name: &str) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        if !name.is_empty() {
            self.text.push_str(&format!("{name}:\n"));
        }
        (self.names, self.begun, self.rows) = (None, false, 0);
    }

    /// Takes the next row; false when no more are read.
    pub fn take(&mut self, cells: Vec<String>) -> bool {
        let cells: Vec<String> =
            cells.iter().map(|cell| cell.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
        if cells.iter().all(String::is_empty) {
            return true;
        }
        if self.rows >= ROWS || self.text.len() > TEXT_CHARS {
            self.cut = true;
            return false;
        }
        self.rows += 1;
        if !self.begun {
            self.begun = true;
            if names_columns(&cells) {
                self.names = Some(cells);
                return true;
            }
        }
        let written: Vec<String> = match &self.names {
            Some(names) => {
                let named = cells.iter().enumerate().filter(|(_, cell)| !cell.is_empty());
                named
                    .map(|(n, cell)| match names.get(n).filter(|name| !name.is_empty()) {
                        Some(name) => format!("{}: {cell}", name.trim_end_matches(':')),
                        None => cell.clone(),
                    })
                    .collect()
            }
            None => cells.into_iter().filter(|cell| !cell.is_empty()).collect(),
        };
        self.text.push_str(&written.join("; "));
        self.text.push('\n');
        true
    }
}

/// A row that names columns: two cells at least, short words all of them, each once, and no value in it.
fn names_columns(cells: &[String]) -> bool {
    let filled: Vec<&String> = cells.iter().filter(|cell| !cell.is_empty()).collect();
    let word = |cell: &str| {
        cell.len() <= 40 && cell.contains(char::is_alphabetic) && cell.bytes().filter(u8::is_ascii_digit).count() <= 2
    };
    let once = |cell: &&String| filled.iter().filter(|other| other == &cell).count() == 1;
    filled.len() >= 2 && filled.iter().all(|cell| word(cell)) && filled.iter().all(once)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> String {
        match read(text) {
            Found::Text { text, .. } => text,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_cell_is_written_with_the_name_of_its_column() {
        assert_eq!(
            of("MRN,DOS,CPT\r\n004512,2024-08-01,\"45385, 45380\"\r\n"),
            "MRN: 004512; DOS: 2024-08-01; CPT: 45385, 45380"
        );
        assert_eq!(of("Code;Units\n96372;2\n"), "Code: 96372; Units: 2");
        assert_eq!(of("a\tb\n1\t2\n"), "a: 1; b: 2");
    }

    #[test]
    fn a_table_without_names_is_written_as_it_is() {
        assert_eq!(of("45385,59,1\n45380,,1\n"), "45385; 59; 1\n45380; 1");
    }

    #[test]
    fn a_table_without_end_is_cut() {
        assert!(matches!(read(&"45385,59\n".repeat(20_000)), Found::Text { cut: true, .. }));
    }
}
