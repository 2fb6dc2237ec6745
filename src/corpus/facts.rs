//! The fact tables of an edition: one file of sorted lines each, mapped into memory and searched in place.
//!
//! A line is `key TAB field TAB field …`. Sorted text can be read by a person with `grep`, compared with `diff`,
//! and searched in a few microseconds at any size; nothing is loaded at start. Beside each table stands a file of
//! [`Beside`]: where every line begins, and where the lines of every key are.

use std::collections::BTreeMap;
use std::path::Path;

use memmap2::Mmap;

use super::{CorpusError, Manifest};
use crate::domain::citation::Table;

mod beside;

pub use beside::Beside;
use beside::Places;

/// The tables of one edition.
pub struct Facts {
    tables: BTreeMap<Table, Mapped>,
}

/// A table: its lines, and what stands beside them.
struct Mapped {
    text: Mmap,
    places: Places,
}

/// One line of a table.
#[derive(Debug, Clone, Copy)]
pub struct Line<'a> {
    /// The table.
    pub table: Table,
    /// The key.
    pub key: &'a str,
    /// Everything behind the key.
    pub rest: &'a str,
    /// The whole line, which is what a citation quotes.
    pub text: &'a str,
}

impl<'a> Line<'a> {
    /// Field `n` behind the key, from 0; empty when the line has fewer.
    pub fn field(&self, n: usize) -> &'a str {
        self.rest.split('\t').nth(n).unwrap_or("")
    }

    /// The field of a column; empty when the table has no such column.
    pub fn get(&self, column: &str) -> &'a str {
        self.table.column(column).map_or("", |n| self.field(n))
    }
}

impl Facts {
    /// Maps every table that the manifest lists.
    pub fn open(folder: &Path, manifest: &Manifest) -> Result<Self, CorpusError> {
        let mut tables = BTreeMap::new();
        for table in Table::all() {
            let listed = manifest.tables.iter().find(|t| t.name == table.key());
            let Some(listed) = listed.filter(|listed| listed.bytes > 0) else { continue };
            let file = |end: &str| folder.join("facts").join(format!("{}.{end}", table.key()));
            let (rows, keys) = (usize::try_from(listed.rows).unwrap_or(0), usize::try_from(listed.keys).unwrap_or(0));
            let text = map(&file("tsv"), listed.bytes)?;
            let beside = map(&file("idx"), Places::bytes(rows, keys) as u64)?;
            tables.insert(table, Mapped { text, places: Places::new(beside, rows, keys) });
        }
        Ok(Self { tables })
    }

    /// The lines of a key, in file order.
    pub fn find(&self, table: Table, key: &str) -> Vec<Line<'_>> {
        let Some(mapped) = self.tables.get(&table) else { return Vec::new() };
        mapped.rows_of(key.as_bytes()).map_while(|row| mapped.line(table, row)).collect()
    }

    /// The first line of a key.
    pub fn first(&self, table: Table, key: &str) -> Option<Line<'_>> {
        let mapped = self.tables.get(&table)?;
        mapped.line(table, mapped.rows_of(key.as_bytes()).next()?)
    }

    /// The lines of a key in one piece, each with its line end, for a reader that needs few of them.
    pub fn block(&self, table: Table, key: &[u8]) -> &[u8] {
        self.tables.get(&table).map_or(&[], |mapped| mapped.block(key))
    }

    /// One line from its bytes; `None` when it is not UTF-8.
    pub fn line_of(table: Table, bytes: &[u8]) -> Option<Line<'_>> {
        let text = std::str::from_utf8(bytes).ok()?;
        let (key, rest) = text.split_once('\t').unwrap_or((text, ""));
        Some(Line { table, key, rest, text })
    }

    /// The first line whose key is not below `key`, and those behind it.
    pub fn from(&self, table: Table, key: &str) -> impl Iterator<Item = Line<'_>> {
        let mapped = self.tables.get(&table);
        let first = mapped.map_or(0, |mapped| mapped.lower_bound(key.as_bytes()));
        (first..).map_while(move |row| mapped?.line(table, row))
    }

    /// The line before the first whose key is not below `key`.
    pub fn before(&self, table: Table, key: &str) -> Option<Line<'_>> {
        let mapped = self.tables.get(&table)?;
        mapped.line(table, mapped.lower_bound(key.as_bytes()).checked_sub(1)?)
    }

    /// Every line of a table.
    pub fn all(&self, table: Table) -> impl Iterator<Item = Line<'_>> {
        self.from(table, "")
    }
}

fn map(path: &Path, listed: u64) -> Result<Mmap, CorpusError> {
    let file = std::fs::File::open(path).map_err(|error| CorpusError::damaged(path, error.to_string()))?;
    let bytes = file.metadata().map_err(|error| CorpusError::file(path, &error))?.len();
    if bytes != listed {
        return Err(CorpusError::damaged(path, format!("{bytes} bytes, {listed} in the manifest")));
    }
    #[expect(unsafe_code, reason = "an edition's files are never written again once it is swapped in")]
    unsafe { Mmap::map(&file) }.map_err(|error| CorpusError::file(path, &error))
}

impl Mapped {
    /// The bytes of a row, without its line end.
    fn bytes(&self, row: usize) -> Option<&[u8]> {
        let start = self.places.start(row)?;
        let end = self.places.start(row + 1).unwrap_or(self.text.len());
        self.text.get(start..end.checked_sub(1)?)
    }

    /// The rows of a key.
    fn rows_of(&self, key: &[u8]) -> std::ops::Range<usize> {
        let is_of = |row: usize| self.bytes(row).is_some_and(|line| key_of(line) == key);
        self.places.rows_of(key, is_of)
    }

    /// The text of all rows of a key.
    fn block(&self, key: &[u8]) -> &[u8] {
        let rows = self.rows_of(key);
        let end = self.places.start(rows.end).unwrap_or(self.text.len());
        let text = self.places.start(rows.start).filter(|_| !rows.is_empty());
        text.and_then(|start| self.text.get(start..end)).unwrap_or_default()
    }

    /// The row; `None` behind the last. A line that is not UTF-8 ends the table: the digest in the manifest tells
    /// damage from absence.
    fn line(&self, table: Table, row: usize) -> Option<Line<'_>> {
        Facts::line_of(table, self.bytes(row)?)
    }

    /// The first row whose key is not below `key`.
    fn lower_bound(&self, key: &[u8]) -> usize {
        lower_bound(self.places.rows(), key, |row| self.bytes(row).unwrap_or_default())
    }
}

/// The key of a line. It is short: looking for its end does not run through the line.
fn key_of(line: &[u8]) -> &[u8] {
    let end = line.iter().position(|b| *b == b'\t').unwrap_or(line.len());
    &line[..end]
}

fn lower_bound<'a>(rows: usize, key: &[u8], line: impl Fn(usize) -> &'a [u8]) -> usize {
    let (mut low, mut high) = (0, rows);
    while low < high {
        let middle = low + (high - low) / 2;
        if key_of(line(middle)) < key { low = middle + 1 } else { high = middle }
    }
    low
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn binary_search_finds_what_a_scan_finds(keys in proptest::collection::vec("[A-C]{1,3}", 0..30), wanted in "[A-C]{1,3}") {
            let mut lines: Vec<String> = keys.iter().enumerate().map(|(n, key)| format!("{key}\t{n}")).collect();
            lines.sort();
            let first = lower_bound(lines.len(), wanted.as_bytes(), |row| lines[row].as_bytes());
            let key = |line: &String| line.split('\t').next().unwrap_or("").to_owned();
            let scanned = lines.iter().position(|line| key(line) >= wanted).unwrap_or(lines.len());
            prop_assert_eq!(first, scanned);
        }

        #[test]
        fn the_rows_of_a_key_are_those_a_scan_finds(keys in proptest::collection::vec("[AB]{1,4}", 1..300), wanted in "[AB]{1,5}") {
            let mut keys = keys;
            keys.sort();
            let (mut text, mut beside) = (String::new(), Beside::default());
            for (row, key) in keys.iter().enumerate() {
                beside.take(key.as_bytes(), u32::try_from(text.len()).unwrap());
                text.push_str(&format!("{key}\t{row}\n"));
            }
            let count = beside.keys();
            let file = |bytes: &[u8]| {
                use std::io::Write as _;
                let mut file = tempfile::tempfile().unwrap();
                file.write_all(bytes).unwrap();
                #[expect(unsafe_code, reason = "nobody writes to the file")]
                unsafe { Mmap::map(&file) }.unwrap()
            };
            let places = beside.finish();
            prop_assert_eq!(places.len(), Places::bytes(keys.len(), count));
            let places = Places::new(file(&places), keys.len(), count);
            let mapped = Mapped { text: file(text.as_bytes()), places };
            let scanned = keys.iter().position(|key| *key >= wanted).unwrap_or(keys.len());
            prop_assert_eq!(mapped.lower_bound(wanted.as_bytes()), scanned);
            let same = text.lines().filter(|line| line.split_once('\t').unwrap().0 == wanted);
            let same: String = same.flat_map(|line| [line, "\n"]).collect();
            prop_assert_eq!(mapped.block(wanted.as_bytes()), same.as_bytes());
        }
    }
}
