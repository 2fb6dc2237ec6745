//! The fact tables of an edition: one file of sorted lines each, mapped into memory and searched in place.
//!
//! A line is `key TAB field TAB field …`. Sorted text can be read by a person with `grep`, compared with `diff`,
//! and searched in a few microseconds at any size; nothing is loaded at start. Beside each table stands a file with the
//! offset of every line, four bytes each, little-endian, and the key of every 64th.

use std::collections::BTreeMap;
use std::path::Path;

use memmap2::Mmap;

use super::{CorpusError, Manifest};
use crate::domain::citation::Table;

/// Of every so many rows the key stands beside the offsets, cut to [`FENCE`] bytes: a search first runs over these,
/// which fit into a processor's cache, and then over the rows between two.
pub const FENCE_EVERY: u64 = 64;
const FENCE: usize = 24;

/// A key as a fence: cut, or filled up with zeros.
pub fn fence(key: &[u8]) -> [u8; FENCE] {
    let mut fence = [0; FENCE];
    let length = key.len().min(FENCE);
    fence[..length].copy_from_slice(&key[..length]);
    fence
}

/// The tables of one edition.
pub struct Facts {
    tables: BTreeMap<Table, Mapped>,
}

/// A table: its lines, and where each begins.
struct Mapped {
    text: Mmap,
    /// The offsets, then the fences.
    starts: Mmap,
    rows: usize,
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
            let beside = rows * 4 + rows.div_ceil(FENCE_EVERY) * FENCE as u64;
            let (text, starts) = (map(&file("tsv"), bytes)?, map(&file("idx"), beside)?);
            if let (Some(text), Some(starts)) = (text, starts) {
                let rows = usize::try_from(rows).unwrap_or(0);
                tables.insert(table, Mapped { text, starts, rows });
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
        if row >= self.rows {
            return None;
        }
        let bytes = self.starts.get(row * 4..row * 4 + 4)?;
        Some(u32::from_le_bytes(bytes.try_into().ok()?) as usize)
    }

    /// The bytes of a row, without its line end.
    fn bytes(&self, row: usize) -> Option<&[u8]> {
        let start = self.start(row)?;
        let end = self.start(row + 1).unwrap_or(self.text.len());
        self.text.get(start..end.checked_sub(1)?)
    }

    /// The text of all rows of a key. They are few: the last is sought in steps that double.
    fn block(&self, key: &[u8]) -> &[u8] {
        let first = self.lower_bound(key);
        let is_of = |row: usize| {
            let line = self.bytes(row).unwrap_or_default();
            line.len() > key.len() && line[key.len()] == b'\t' && line.starts_with(key)
        };
        let (mut held, mut step) = (first, 1);
        while is_of(held + step - 1) {
            held += step;
            step *= 2;
        }
        while step > 1 {
            step /= 2;
            if is_of(held + step - 1) {
                held += step;
            }
        }
        let text = self.start(first).zip(self.start(held).or(Some(self.text.len())));
        text.and_then(|(from, to)| self.text.get(from..to)).unwrap_or_default()
    }

    /// The row; `None` behind the last. A line that is not UTF-8 ends the table: the digest in the manifest tells
    /// damage from absence.
    fn line(&self, table: Table, row: usize) -> Option<Line<'_>> {
        Facts::line_of(table, self.bytes(row)?)
    }

    /// The first row whose key is not below `key`.
    fn lower_bound(&self, key: &[u8]) -> usize {
        let fences = self.starts.get(self.rows * 4..).unwrap_or_default().as_chunks::<FENCE>().0;
        let wanted = fence(key);
        let every = FENCE_EVERY as usize;
        // All rows before the last lower fence are lower; none from the first higher fence on is. Keys that only differ
        // behind a fence's end lie between.
        let low = fences.partition_point(|held| *held < wanted).saturating_sub(1) * every;
        let high = (fences.partition_point(|held| *held <= wanted) * every).min(self.rows);
        low + lower_bound(high.saturating_sub(low), key, |row| self.bytes(low + row).unwrap_or_default())
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

        #[test]
        fn fences_lead_to_the_row_that_a_scan_finds(keys in proptest::collection::vec("[AB]{1,4}(ABABABABABABABABABABABAB)?[AB]{0,2}", 0..300), wanted in "[AB]{1,4}(ABABABABABABABABABABABAB)?[AB]{0,2}") {
            let mut keys = keys;
            keys.sort();
            let (mut text, mut starts, mut fences) = (String::new(), Vec::new(), Vec::new());
            for (row, key) in keys.iter().enumerate() {
                starts.extend_from_slice(&u32::try_from(text.len()).unwrap().to_le_bytes());
                if row % FENCE_EVERY as usize == 0 {
                    fences.extend_from_slice(&fence(key.as_bytes()));
                }
                text.push_str(&format!("{key}\t{row}\n"));
            }
            starts.extend(fences);
            if keys.is_empty() {
                return Ok(());
            }
            let file = |bytes: &[u8]| {
                use std::io::Write as _;
                let mut file = tempfile::tempfile().unwrap();
                file.write_all(bytes).unwrap();
                #[expect(unsafe_code, reason = "nobody writes to the file")]
                unsafe { Mmap::map(&file) }.unwrap()
            };
            let mapped = Mapped { text: file(text.as_bytes()), starts: file(&starts), rows: keys.len() };
            let scanned = keys.iter().position(|key| *key >= wanted).unwrap_or(keys.len());
            prop_assert_eq!(mapped.lower_bound(wanted.as_bytes()), scanned);
            let same = text.lines().filter(|line| line.split_once('\t').unwrap().0 == wanted);
            let same: String = same.flat_map(|line| [line, "\n"]).collect();
            prop_assert_eq!(mapped.block(wanted.as_bytes()), same.as_bytes());
        }
    }
}
