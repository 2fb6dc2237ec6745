//! The fact tables of an edition: one file of sorted lines each, mapped into memory and searched in place.
//!
//! A line is `key TAB field TAB field …`. Sorted text can be read by a person with `grep`, compared with `diff`,
//! and searched in a few microseconds at any size; nothing is loaded at start.

use std::collections::BTreeMap;
use std::path::Path;

use memmap2::Mmap;

use super::{CorpusError, Manifest};
use crate::domain::citation::Table;

/// The tables of one edition.
pub struct Facts {
    tables: BTreeMap<Table, Mmap>,
}

/// One line of a table.
#[derive(Debug, Clone, Copy)]
pub struct Line<'a> {
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
}

impl Facts {
    /// Maps every table that the manifest lists.
    pub fn open(folder: &Path, manifest: &Manifest) -> Result<Self, CorpusError> {
        let mut tables = BTreeMap::new();
        for table in Table::ALL {
            let path = folder.join("facts").join(format!("{}.tsv", table.key()));
            let file = std::fs::File::open(&path).map_err(|error| CorpusError::damaged(&path, error.to_string()))?;
            let bytes = file.metadata().map_err(|error| CorpusError::file(&path, &error))?.len();
            let listed = manifest.tables.iter().find(|t| t.name == table.key()).map_or(0, |t| t.bytes);
            if bytes != listed {
                return Err(CorpusError::damaged(&path, format!("{bytes} bytes, {listed} in the manifest")));
            }
            if bytes > 0 {
                #[expect(unsafe_code, reason = "an edition's files are never written again once it is swapped in")]
                let map = unsafe { Mmap::map(&file) }.map_err(|error| CorpusError::file(&path, &error))?;
                tables.insert(table, map);
            }
        }
        Ok(Self { tables })
    }

    /// The lines of a key, in file order.
    pub fn find(&self, table: Table, key: &str) -> Vec<Line<'_>> {
        let Some(map) = self.tables.get(&table) else { return Vec::new() };
        let mut at = lower_bound(map, key.as_bytes());
        let mut found = Vec::new();
        while let Some((line, next)) = line_at(map, at) {
            if line.key != key {
                break;
            }
            found.push(line);
            at = next;
        }
        found
    }

    /// Every line of a table.
    pub fn all(&self, table: Table) -> impl Iterator<Item = Line<'_>> {
        let map: &[u8] = self.tables.get(&table).map_or(&[], |map| map);
        let mut at = 0;
        std::iter::from_fn(move || {
            let (line, next) = line_at(map, at)?;
            at = next;
            Some(line)
        })
    }
}

/// The offset of the first line whose key is not below `key`.
fn lower_bound(map: &[u8], key: &[u8]) -> usize {
    let (mut low, mut high) = (0, map.len());
    while low < high {
        let middle = line_start(map, low + (high - low) / 2);
        let line = &map[middle..];
        let end = line.iter().position(|b| *b == b'\t' || *b == b'\n').unwrap_or(line.len());
        if &line[..end] < key {
            low = middle + line.iter().position(|b| *b == b'\n').map_or(line.len(), |n| n + 1);
        } else {
            high = middle;
        }
    }
    low
}

fn line_start(map: &[u8], at: usize) -> usize {
    map[..at].iter().rposition(|b| *b == b'\n').map_or(0, |n| n + 1)
}

/// The line that begins at `at`, and where the next one begins. A line that is not UTF-8 ends the table: the
/// digest in the manifest tells damage from absence.
fn line_at(map: &[u8], at: usize) -> Option<(Line<'_>, usize)> {
    let tail = map.get(at..).filter(|tail| !tail.is_empty())?;
    let end = tail.iter().position(|b| *b == b'\n').unwrap_or(tail.len());
    let text = std::str::from_utf8(&tail[..end]).ok()?;
    let (key, rest) = text.split_once('\t').unwrap_or((text, ""));
    Some((Line { key, rest, text }, at + end + 1))
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
            let text = lines.iter().map(|line| format!("{line}\n")).collect::<String>();
            let map = text.as_bytes();
            let mut at = lower_bound(map, wanted.as_bytes());
            let mut found = Vec::new();
            while let Some((line, next)) = line_at(map, at) {
                if line.key != wanted { break; }
                found.push(line.text.to_owned());
                at = next;
            }
            let scanned: Vec<String> =
                lines.into_iter().filter(|line| line.split('\t').next() == Some(wanted.as_str())).collect();
            prop_assert_eq!(found, scanned);
        }
    }
}
