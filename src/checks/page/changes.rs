//! What became of a code from one release to the next, as far as the shelf holds both.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Serialize;

use crate::corpus::{Corpus, Line, Release};
use crate::domain::code::Code;
use crate::domain::table::Table;

/// A table, the columns that tell its rows of one release apart, and those that are compared.
type Compared = (Table, &'static str, &'static [&'static str], &'static [&'static str]);

const COMPARED: [Compared; 6] = [
    (Table::Title, "title", &["set"], &["long"]),
    (
        Table::Fee,
        "fee schedule",
        &["modifier", "participation"],
        &["status", "global", "work", "pe_nonfacility", "pe_facility", "malpractice", "conversion_factor", "bilat"],
    ),
    (Table::Opps, "hospital outpatient", &[], &["status", "apc", "rate"]),
    (Table::Hcpcs, "HCPCS file", &["kind"], &["coverage", "pricing", "tos", "crossref", "terminated"]),
    (Table::Clfs, "laboratory schedule", &["modifier"], &["rate"]),
    (Table::Telehealth, "telehealth", &[], &["status"]),
];

/// A change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// Since when.
    pub from: Option<Date>,
    /// What changed.
    pub what: String,
    /// The release that says so.
    pub release: String,
    /// The release as a reader would name it.
    pub title: String,
}

/// The changes of a code, the newest first.
pub(super) fn of(corpus: &Corpus, code: &Code) -> Vec<Change> {
    let mut changes = life(corpus, code);
    for (table, name, apart, compared) in COMPARED {
        let rows = corpus.list_rows(table, code.as_str());
        changes.extend(between(corpus, &rows, name, apart, compared));
    }
    for setting in ["practitioner", "hospital", "dme"] {
        let rows = corpus.list_rows(Table::Mue, &format!("{code}+{setting}"));
        changes.extend(between(corpus, &rows, &format!("MUE {setting}"), &[], &["units", "mai"]));
    }
    changes.sort_by(|a, b| b.from.cmp(&a.from).then_with(|| a.what.cmp(&b.what)));
    changes.dedup_by(|a, b| a.from == b.from && a.what == b.what);
    changes
}

/// First and last days that releases give; of two that give the same day the one that lists it first.
fn life(corpus: &Corpus, code: &Code) -> Vec<Change> {
    let mut found = Vec::new();
    for row in corpus.list_periods(code) {
        let Some(release) = corpus.releases().find(&row.release) else { continue };
        let mut add = |from: Option<Date>, what: &str| {
            found.extend(from.map(|day| Change {
                from: Some(day),
                what: what.to_owned(),
                release: release.id.clone(),
                title: release.doc(),
            }));
        };
        add(row.period.from, "code begins");
        add(row.period.to, "last day of the code");
    }
    found
}

/// The rows of complete and partial releases of one family in the order of their days, each compared with the one
/// before it.
fn between(corpus: &Corpus, rows: &[Line<'_>], name: &str, apart: &[&str], compared: &[&str]) -> Vec<Change> {
    let mut series: BTreeMap<Vec<&str>, Vec<(&Release, &Line<'_>)>> = BTreeMap::new();
    for row in rows {
        let Some(release) = corpus.releases().find(row.get("release")) else { continue };
        if release.period.from.is_none() {
            continue;
        }
        let mut key: Vec<&str> = apart.iter().map(|column| row.get(column)).collect();
        key.push(&release.family);
        series.entry(key).or_default().push((release, row));
    }
    let mut changes = Vec::new();
    for mut rows in series.into_values() {
        rows.sort_by_key(|(release, _)| release.period.from);
        for pair in rows.windows(2) {
            let [(before, old), (after, new)] = pair else { continue };
            if before.period.from == after.period.from {
                continue;
            }
            let differs = compared.iter().filter(|column| old.get(column) != new.get(column));
            let words: Vec<String> = differs.map(|column| difference(name, column, old, new)).collect();
            if !words.is_empty() {
                changes.push(Change {
                    from: after.period.from,
                    what: words.join("; "),
                    release: after.id.clone(),
                    title: after.doc(),
                });
            }
        }
    }
    changes
}

fn difference(name: &str, column: &str, old: &Line<'_>, new: &Line<'_>) -> String {
    let shown = |row: &Line<'_>| match row.get(column) {
        "" => "none".to_owned(),
        value => value.to_owned(),
    };
    let column = if column == "long" { String::new() } else { format!(" {}", column.replace('_', " ")) };
    format!("{name}{column} {} (was {})", shown(new), shown(old))
}
