//! The fact tables of an edition: one file of sorted lines each, mapped into memory and searched in place.
//!
//! A line is `key TAB field TAB field …`. Sorted text can be read by a person with `grep`, compared with `diff`,
//! and searched in a few microseconds at any size; nothing is loaded at start. Beside each table stands a file with the
//! offset of every line, four bytes each, little-endian, so that a search never has to look for line ends.

use std::collections::BTreeMap;
use std::path::Path;

use memmap2::Mmap;

use super::{CorpusError, Manifest};
use crate::domain::citation::Table;

/// The tables of one edition.
pub struct Facts {
    tables: BTreeMap<Table, Mapped>,
}

/// A table: its lines, and where each begins.
struct Mapped {
    text: Mmap,
    starts: Mmap,
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
            let (bytes, rows) = listed.map_or((0, 0), |t| (t.bytes, t.rows));
            let file = |end: &str| folder.join("facts").join(format!("{}.{end}", table.key()));
            let (text, starts) = (map(&file("tsv"), bytes)?, map(&file("idx"), rows * 4)?);
            if let (Some(text), Some(starts)) = (text, starts) {
                tables.insert(table, Mapped { text, starts });
            }
        }
        Ok(Self { tables })
    }

    /// The lines of a key, in file order.
    pub fn find(&self, table: Table, key: &str) -> Vec<Line<'_>> {
        let Some(mapped) = self.tables.get(&table) else { return Vec::new() };
        let rows = (mapped.lower_bound(key.as_bytes())..).map_while(|row| mapped.line(table, row));
        rows.take_while(|line| line.key == key).collect()
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

fn map(path: &Path, listed: u64) -> Result<Option<Mmap>, CorpusError> {
    let file = std::fs::File::open(path).map_err(|error| CorpusError::damaged(path, error.to_string()))?;
    let bytes = file.metadata().map_err(|error| CorpusError::file(path, &error))?.len();
    if bytes != listed {
        return Err(CorpusError::damaged(path, format!("{bytes} bytes, {listed} in the manifest")));
    }
    if bytes == 0 {
        return Ok(None);
    }
    #[expect(unsafe_code, reason = "an edition's files are never written again once it is swapped in")]
    let map = unsafe { Mmap::map(&file) }.map_err(|error| CorpusError::file(path, &error))?;
    Ok(Some(map))
}

impl Mapped {
    fn start(&self, row: usize) -> Option<usize> {
        let bytes = self.starts.get(row * 4..row * 4 + 4)?;
        Some(u32::from_le_bytes(bytes.try_into().ok()?) as usize)
    }

    /// The bytes of a row, without its line end.
    fn bytes(&self, row: usize) -> Option<&[u8]> {
        let start = self.start(row)?;
        let end = self.start(row + 1).unwrap_or(self.text.len());
        self.text.get(start..end.checked_sub(1)?)
    }

    /// The row; `None` behind the last. A line that is not UTF-8 ends the table: the digest in the manifest tells
    /// damage from absence.
    fn line(&self, table: Table, row: usize) -> Option<Line<'_>> {
        let text = std::str::from_utf8(self.bytes(row)?).ok()?;
        let (key, rest) = text.split_once('\t').unwrap_or((text, ""));
        Some(Line { table, key, rest, text })
    }

    /// The first row whose key is not below `key`.
    fn lower_bound(&self, key: &[u8]) -> usize {
        lower_bound(self.starts.len() / 4, key, |row| self.bytes(row).unwrap_or_default())
    }
}

fn lower_bound<'a>(rows: usize, key: &[u8], line: impl Fn(usize) -> &'a [u8]) -> usize {
    let (mut low, mut high) = (0, rows);
    while low < high {
        let middle = low + (high - low) / 2;
        let line = line(middle);
        // A key is short: looking for its end does not run through the line.
        let end = line.iter().position(|b| *b == b'\t').unwrap_or(line.len());
        if &line[..end] < key { low = middle + 1 } else { high = middle }
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
    }
}
