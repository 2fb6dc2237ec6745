//! Agreement of the shelf with the raw files: counts, and the values of random rows, against a second reading that
//! shares no code with the program's readers. What each table should hold is written down from MANIFEST.md.

mod coverage;
mod fees;
mod hcpcs;
mod icd;
mod index;
mod lookup;
mod ncci;
mod payment;
mod raw;
mod reference;
mod tabular;
mod vocabulary;

use std::collections::{HashMap, HashSet};
use std::path::Path;

use caseconsultant::corpus::Corpus;
use caseconsultant::domain::table::Table;

use crate::table::Row;
use crate::{Bench, Numbers};
use raw::Raw;

/// Rows of a table that are looked up; all where there are fewer.
const SAMPLE: usize = 100_000;
/// Rows of a table that are changed, to see whether that is noticed.
const CHANGED: usize = 200;
/// Disagreements that are printed of one table.
const SHOWN: usize = 5;

/// A table of one release.
pub struct Spec {
    /// Its name in the bench's table.
    name: &'static str,
    /// The table on the shelf.
    table: Table,
    /// The release on the shelf.
    release: &'static str,
    /// The raw files, as MANIFEST.md names them; a member of an archive behind `!`.
    files: &'static [&'static str],
    /// The rows (or elements) that MANIFEST.md gives; `None` where it gives none.
    manifest: Option<usize>,
    /// The second reading.
    read: fn(&Raw, &[&str]) -> Reading,
}

/// What the raw file says about one row of the shelf.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Claim {
    key: String,
    values: Vec<(&'static str, String)>,
}

impl Claim {
    fn new<const N: usize>(key: impl Into<String>, values: [(&'static str, &str); N]) -> Self {
        Self { key: key.into(), values: values.map(|(column, value)| (column, value.trim().to_owned())).into() }
    }

    fn and(mut self, column: &'static str, value: impl Into<String>) -> Self {
        self.values.push((column, value.into()));
        self
    }
}

/// A raw file, read a second time.
pub struct Reading {
    /// What MANIFEST.md counts of it.
    rows: usize,
    /// Rows that a reader should have taken.
    expected: usize,
    /// Lines that the shelf should hold: the same without what stands twice. `None` where rules of choice decide.
    distinct: Option<usize>,
    /// What is looked up: all rows, or already a sample.
    claims: Vec<Claim>,
}

impl Reading {
    fn of(rows: usize, claims: Vec<Claim>) -> Self {
        let distinct = claims.iter().collect::<HashSet<_>>().len();
        Self { rows, expected: claims.len(), distinct: Some(distinct), claims }
    }
}

/// One row for each table, and how many agree.
pub fn measure(bench: &Bench) -> Vec<Row> {
    let corpus = Corpus::open(&bench.shelf).unwrap();
    let held = held(&bench.shelf, corpus.edition());
    let raw = Raw { root: bench.source.clone() };
    let groups = [
        ncci::TABLES,
        icd::TABLES,
        tabular::TABLES,
        index::TABLES,
        fees::TABLES,
        payment::TABLES,
        hcpcs::TABLES,
        coverage::TABLES,
        reference::TABLES,
        vocabulary::TABLES,
    ];
    let (mut rows, mut agree, mut all) =
        (vec![Row::plain("tables, each with its rows on the shelf", String::new())], 0, 0);
    for spec in groups.into_iter().flatten() {
        all += 1;
        let (row, met) = compare(spec, &corpus, &held, &raw);
        agree += usize::from(met);
        rows.push(row);
    }
    let (row, met) = tabular::relations(&corpus, &raw);
    (all, agree) = (all + 1, agree + usize::from(met));
    rows.push(row);
    rows.push(Row::marked("tables that agree", format!("{agree} of {all}"), "all", agree == all));
    rows
}

/// Rows on the shelf by table and release, counted in the edition's files; pairs, not lines, of PTP edits.
fn held(shelf: &Path, edition: &str) -> HashMap<(Table, String), usize> {
    let mut held = HashMap::new();
    for table in Table::all() {
        let path = shelf.join("editions").join(edition).join("facts").join(format!("{}.tsv", table.key()));
        let text = std::fs::read_to_string(path).unwrap();
        for line in text.lines() {
            let (rest, last) = line.rsplit_once('\t').unwrap();
            let (release, rows) = match table {
                Table::Ptp => (rest.rsplit('\t').next().unwrap(), last.split(' ').count()),
                _ => (last, 1),
            };
            *held.entry((table, release.to_owned())).or_default() += rows;
        }
    }
    held
}

fn compare(spec: &Spec, corpus: &Corpus, held: &HashMap<(Table, String), usize>, raw: &Raw) -> (Row, bool) {
    if let Some(missing) = spec.files.iter().find(|file| !raw.has(file)) {
        return (Row::marked(format!("  {}", spec.name), format!("{missing} is missing"), "", false), false);
    }
    let reading = (spec.read)(raw, spec.files);
    let on_shelf = held.get(&(spec.table, spec.release.to_owned())).copied().unwrap_or(0);
    let mut faults = counts(spec, corpus, &reading, on_shelf);
    let (sampled, equal) = look_up(spec, corpus, &reading);
    faults.extend(unnoticed(spec, corpus, &reading));
    let met = faults.is_empty() && sampled == equal && sampled > 0;
    faults.iter().take(SHOWN).for_each(|fault| println!("{}: {fault}", spec.release));
    let of_file = spec.manifest.filter(|rows| *rows != reading.expected).map(|rows| format!(" (of {rows})"));
    let name = format!("  {}{}", spec.name, of_file.unwrap_or_default());
    let value = format!("{on_shelf}, {equal} of {sampled}");
    let mark = format!("= {}", reading.distinct.unwrap_or(on_shelf));
    (Row::marked(name, value, &mark, met), met)
}

/// What is wrong with the counts.
fn counts(spec: &Spec, corpus: &Corpus, reading: &Reading, on_shelf: usize) -> Vec<String> {
    let mut faults = Vec::new();
    if let Some(manifest) = spec.manifest.filter(|manifest| *manifest != reading.rows) {
        faults.push(format!("{} in the raw file, {manifest} in the manifest", reading.rows));
    }
    let Some(distinct) = reading.distinct else { return faults };
    if distinct != on_shelf {
        faults.push(format!("{on_shelf} rows on the shelf, {distinct} different ones in the raw file"));
    }
    match corpus.releases().find(spec.release) {
        None => faults.push(format!("the shelf has no release {}", spec.release)),
        // A release counts the rows of its own table, and a row that stands twice may count twice.
        Some(release) if release.table == spec.table.key() => {
            if ![reading.expected, distinct].contains(&release.rows) {
                faults.push(format!("the release says {} rows, the raw file has {}", release.rows, reading.expected));
            }
        }
        Some(_) => {}
    }
    faults
}

/// Looks up random rows; how many, and how many read back equal.
fn look_up(spec: &Spec, corpus: &Corpus, reading: &Reading) -> (usize, usize) {
    let claims = &reading.claims;
    let mut numbers = Numbers(11);
    let sampled = claims.len().min(SAMPLE);
    let mut equal = 0;
    for n in 0..sampled {
        let claim = if claims.len() > SAMPLE { &claims[numbers.below(claims.len())] } else { &claims[n] };
        let rows = lookup::rows(corpus, spec.table, spec.release, &claim.key);
        if rows.iter().any(|row| lookup::agrees(spec.table, row, claim)) {
            equal += 1;
        } else if n - equal < SHOWN {
            println!("{}: the raw file says {} {:?}, the shelf {rows:?}", spec.release, claim.key, claim.values);
        }
    }
    (sampled, equal)
}

/// Changes one character in one value of some rows: each must then be found different, or nothing above means much.
fn unnoticed(spec: &Spec, corpus: &Corpus, reading: &Reading) -> Vec<String> {
    let mut numbers = Numbers(13);
    let said: HashSet<&Claim> = reading.claims.iter().collect();
    let mut faults = Vec::new();
    for _ in 0..CHANGED {
        let mut claim = reading.claims[numbers.below(reading.claims.len())].clone();
        let at = numbers.below(claim.values.len());
        let value = &mut claim.values[at].1;
        let Some((place, old)) = value.char_indices().rfind(|(_, c)| c.is_ascii_alphanumeric()) else {
            continue;
        };
        let new = if old.is_ascii_digit() {
            if old == '7' { "3" } else { "7" }
        } else if old == 'q' {
            "j"
        } else {
            "q"
        };
        value.replace_range(place..=place, new);
        let rows = lookup::rows(corpus, spec.table, spec.release, &claim.key);
        if !said.contains(&claim) && rows.iter().any(|row| lookup::agrees(spec.table, row, &claim)) {
            faults.push(format!("a changed value is taken for equal: {} {:?}", claim.key, claim.values));
        }
    }
    faults
}
