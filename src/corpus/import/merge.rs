//! All releases in one set of tables. The same table in two forms (csv and text, archive and plain) is taken once
//! and the second compared with it; parts of one release are joined.

use std::collections::{BTreeMap, BTreeSet};

use super::read::Found;
use crate::corpus::formats::{Origin, Rights};
use crate::corpus::tables::{ReleaseRow, Tables};
use crate::domain::table::Table;

/// Two forms are forms of one table when at least half of the smaller one's rows are the same in both.
const SAME_SHARE: f64 = 0.5;
/// Differences kept of one release.
const SHOWN: usize = 200;

/// A row that two files of one release give differently. The row of the larger file is in the edition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The table.
    pub table: Table,
    /// The key.
    pub key: String,
    /// The release.
    pub release: String,
    /// The file whose row is in the edition.
    pub kept: String,
    /// The file that says otherwise.
    pub other: String,
    /// The row that is in the edition.
    pub says: String,
    /// The row of the other file.
    pub other_says: String,
}

/// A line with the file it came from.
type Tagged = (String, u32);

/// Merges what was read.
pub fn merge(found: Vec<Found>, descriptors: bool) -> (Tables, Vec<Difference>, u64) {
    let mut tables = Tables::default();
    let mut lines: BTreeMap<Table, Vec<Tagged>> = BTreeMap::new();
    let mut counts: BTreeMap<String, Vec<(u32, u64)>> = BTreeMap::new();
    let mut withheld = 0;
    let paths: Vec<String> = found.iter().map(|one| one.report.path.clone()).collect();
    for (file, one) in (0_u32..).zip(found) {
        let intake = one.intake;
        for (n, origin) in intake.origins.iter().enumerate() {
            let count = intake.counts.get(&n).copied().unwrap_or(0);
            counts.entry(origin.id.clone()).or_default().push((file, count));
            release(&mut tables, origin);
        }
        for (table, rows) in intake.rows {
            let all = rows.len();
            let allowed = |line: &String| table != Table::Title || descriptors || !is_licensed(line);
            let held = lines.entry(table).or_default();
            let before = held.len();
            held.extend(rows.into_iter().filter(allowed).map(|line| (line, file)));
            withheld += (all - (held.len() - before)) as u64;
        }
        let ids: Vec<String> = intake.origins.iter().map(|origin| origin.id.clone()).collect();
        tables.pairs.absorb(intake.pairs, &intake.terms, |origin| ids[origin].clone());
    }
    parts(&mut tables, &counts, &paths);
    let mut differences = Vec::new();
    let mut seconds: BTreeSet<(String, u32)> = BTreeSet::new();
    for (table, mut rows) in lines {
        rows.sort_unstable();
        let forms = Forms::of(&rows);
        seconds.extend(forms.seconds.keys().cloned());
        let kept = forms.settle(table, rows, &paths, &mut differences);
        *tables.lines_mut(table) = kept;
    }
    for (id, files) in counts {
        let first = files.iter().filter(|(file, _)| !seconds.contains(&(id.clone(), *file)));
        let rows = first.map(|(_, count)| count).sum();
        if let Some(release) = tables.releases.get_mut(&id) {
            release.rows = rows;
        }
    }
    (tables, differences, withheld)
}

/// Official edit tables come in four parts, which only their names tell (`ccipra-v322r0-f1`): with one missing, nothing
/// can be concluded from what is not there.
const PARTS: u8 = 4;

fn parts(tables: &mut Tables, counts: &BTreeMap<String, Vec<(u32, u64)>>, paths: &[String]) {
    for (id, files) in counts {
        let named: BTreeSet<u8> = files.iter().filter_map(|(file, _)| part(&paths[*file as usize])).collect();
        let missing = !named.is_empty() && (1..=PARTS).any(|part| !named.contains(&part));
        if let Some(release) = tables.releases.get_mut(id).filter(|release| release.table == Table::Ptp.key()) {
            release.complete &= !missing;
        }
    }
}

/// The number behind `-f` at the end of a file's name.
fn part(path: &str) -> Option<u8> {
    let name = path.rsplit('/').next()?.to_ascii_lowercase();
    let stem = name.split('.').next()?;
    let number = stem.rsplit_once("-f")?.1.parse().ok()?;
    (1..=PARTS).contains(&number).then_some(number)
}

/// True for a title row whose words belong to the AMA or the ADA.
fn is_licensed(line: &str) -> bool {
    let rights = Table::Title.column("rights").and_then(|n| line.split('\t').nth(n + 1));
    rights.is_some_and(|rights| rights == Rights::Ama.key() || rights == Rights::Ada.key())
}

fn release(tables: &mut Tables, origin: &Origin) {
    let known = tables.releases.entry(origin.id.clone()).or_insert_with(|| ReleaseRow {
        table: origin.table.key().to_owned(),
        title: origin.title.clone(),
        edition: origin.edition.clone(),
        from: origin.from,
        to: origin.to,
        complete: false,
        source: origin.source.clone(),
        rights: origin.rights.key().to_owned(),
        notice: origin.notice.clone(),
        family: origin.family.clone(),
        rows: 0,
    });
    known.complete |= origin.complete;
    known.from = known.from.or(origin.from);
    known.to = known.to.or(origin.to);
}

fn release_of(line: &str) -> &str {
    line.rsplit('\t').next().unwrap_or("")
}

fn key_of(line: &str) -> &str {
    line.split('\t').next().unwrap_or("")
}

/// The values of a row without its key and release.
fn values(line: &str) -> String {
    let rest = line.split_once('\t').map_or("", |(_, rest)| rest);
    rest.rsplit_once('\t').map_or(rest, |(values, _)| values).replace('\t', " ")
}

/// Which files hold a second form of a release that another file holds.
struct Forms {
    /// (release, file) to the file whose form was taken.
    seconds: BTreeMap<(String, u32), u32>,
}

impl Forms {
    fn of(rows: &[Tagged]) -> Self {
        let mut counts: BTreeMap<(&str, u32), u64> = BTreeMap::new();
        let mut shared: BTreeMap<(&str, u32, u32), u64> = BTreeMap::new();
        for same in rows.chunk_by(|a, b| a.0 == b.0) {
            let release = release_of(&same[0].0);
            let mut files: Vec<u32> = same.iter().map(|(_, file)| *file).collect();
            files.dedup();
            for (n, a) in files.iter().enumerate() {
                *counts.entry((release, *a)).or_default() += 1;
                for b in &files[n + 1..] {
                    *shared.entry((release, *a, *b)).or_default() += 1;
                }
            }
        }
        let mut seconds = BTreeMap::new();
        for ((release, a, b), same) in shared {
            let (of_a, of_b) = (counts[&(release, a)], counts[&(release, b)]);
            if (same as f64) < SAME_SHARE * of_a.min(of_b) as f64 {
                continue;
            }
            let (first, second) = if of_b > of_a { (b, a) } else { (a, b) };
            if !seconds.contains_key(&(release.to_owned(), first)) {
                seconds.insert((release.to_owned(), second), first);
            }
        }
        Self { seconds }
    }

    /// The lines that the edition holds: of a key that a first form holds, no line of a second.
    fn settle(
        &self,
        table: Table,
        rows: Vec<Tagged>,
        paths: &[String],
        differences: &mut Vec<Difference>,
    ) -> Vec<String> {
        let keep = if self.seconds.is_empty() { None } else { Some(self.choose(table, &rows, paths, differences)) };
        let kept = rows.into_iter().enumerate().filter(|(n, _)| keep.as_ref().is_none_or(|keep| keep[*n]));
        let mut kept: Vec<String> = kept.map(|(_, (line, _))| line).collect();
        kept.dedup();
        kept
    }

    /// For each row, whether it is kept; what differs is noted.
    fn choose(&self, table: Table, rows: &[Tagged], paths: &[String], differences: &mut Vec<Difference>) -> Vec<bool> {
        let mut keep = Vec::with_capacity(rows.len());
        let mut noted: BTreeMap<String, usize> = BTreeMap::new();
        for group in rows.chunk_by(|a, b| key_of(&a.0) == key_of(&b.0)) {
            for (line, file) in group {
                let release = release_of(line).to_owned();
                let Some(first) = self.seconds.get(&(release.clone(), *file)) else {
                    keep.push(true);
                    continue;
                };
                let mut of_first = group.iter().filter(|o| o.1 == *first && release_of(&o.0) == release).peekable();
                let (known, same) = (of_first.peek().is_some(), of_first.any(|other| other.0 == *line));
                keep.push(!known);
                let count = noted.entry(release.clone()).or_default();
                if known && !same && *count < SHOWN {
                    *count += 1;
                    differences.push(Difference {
                        table,
                        key: key_of(line).to_owned(),
                        release,
                        kept: paths[*first as usize].clone(),
                        other: paths[*file as usize].clone(),
                        says: group.iter().find(|o| o.1 == *first).map(|o| values(&o.0)).unwrap_or_default(),
                        other_says: values(line),
                    });
                }
            }
        }
        keep
    }
}

/// Puts our own texts under the imported releases. What the program brings of an official release gives way to the
/// release itself: the same id, or the same question and the same first day.
pub fn under(tables: &mut Tables, mut own: Tables) {
    let gives_way = |id: &str, row: &ReleaseRow| {
        tables.releases.contains_key(id)
            || (row.family != Table::Period.key()
                && tables.releases.values().any(|held| held.family == row.family && held.from == row.from))
    };
    let gone: BTreeSet<String> =
        own.releases.iter().filter(|(id, row)| gives_way(id, row)).map(|(id, _)| id.clone()).collect();
    own.releases.retain(|id, _| !gone.contains(id));
    // What the program brings is cut to its own codes. Beside lists that make others known, it proves no absence.
    for release in own.releases.values_mut() {
        release.complete = false;
    }
    for table in Table::all() {
        let dated = table.columns().last() == Some(&"release");
        let lines = std::mem::take(own.lines_mut(table));
        let stays = |line: &String| !dated || !gone.contains(release_of(line));
        tables.lines_mut(table).extend(lines.into_iter().filter(stays));
    }
    let keep: Vec<bool> = own.pairs.terms.iter().map(|terms| !gone.contains(&terms.release)).collect();
    let terms: Vec<u32> = own.pairs.terms.iter().map(|terms| tables.pairs.intern(terms.clone())).collect();
    for pair in own.pairs.pairs {
        if keep[pair.terms as usize] {
            tables.pairs.pairs.push(crate::corpus::formats::Pair { terms: terms[pair.terms as usize], ..pair });
        }
    }
    tables.releases.append(&mut own.releases);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_part_of_an_edit_table_is_read_from_its_name() {
        assert_eq!(part("a.zip/ccipra-v322r0-f1.TXT"), Some(1));
        assert_eq!(part("ccioph-v322r0-F4.txt"), Some(4));
        assert_eq!(part("ptp_prac_active_2024Q3.tsv"), None);
        assert_eq!(part("tidy-first.txt"), None);
    }
}
