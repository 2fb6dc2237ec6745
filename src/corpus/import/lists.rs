//! Lists that follow each other: what a complete list of a code set leaves out has ended, and what it brings is new.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::corpus::tables::Tables;
use crate::domain::table::Table;

/// The code sets of which one list holds every code. CPT has no such list on any shelf.
const SETS: [&str; 3] = ["icd10cm", "icd10pcs", "hcpcs"];

/// One row of the period table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Life {
    /// The code.
    pub code: String,
    /// Its set.
    pub set: String,
    /// First day, if known.
    pub from: Option<Date>,
    /// Last day, if known.
    pub to: Option<Date>,
    /// False for a heading.
    pub billable: bool,
    /// The release.
    pub release: String,
}

impl Life {
    /// Reads a line of the period table.
    pub fn parse(line: &str) -> Option<Self> {
        let f: Vec<&str> = line.split('\t').collect();
        let [code, set, from, to, billable, release] = f[..] else { return None };
        Some(Self {
            code: code.to_owned(),
            set: set.to_owned(),
            from: from.parse().ok(),
            to: to.parse().ok(),
            billable: billable == "1",
            release: release.to_owned(),
        })
    }

    /// Writes a line of the period table.
    pub fn line(&self) -> String {
        let day = |date: Option<Date>| date.map(|date| date.to_string()).unwrap_or_default();
        let billable = if self.billable { "1" } else { "0" };
        [&self.code, &self.set, &day(self.from), &day(self.to), billable, &self.release].join("\t")
    }
}

/// Gives first and last days to the rows of lists that follow each other without a gap.
pub fn follow(tables: &mut Tables) {
    let mut lives: Vec<Life> = tables.lines(Table::Period).iter().filter_map(|line| Life::parse(line)).collect();
    let mut changed = false;
    for set in SETS {
        let lists = complete_lists(tables, &lives, set);
        for pair in lists.windows(2) {
            let [(older, _, ends), (newer, begins, _)] = pair else { continue };
            if ends.tomorrow().is_ok_and(|next| *begins <= next) {
                compare(&mut lives, older, newer, *begins);
                changed = true;
            }
        }
    }
    if changed {
        *tables.lines_mut(Table::Period) = lives.iter().map(Life::line).collect();
    }
}

/// The complete lists of one set, oldest first, with their days.
fn complete_lists(tables: &Tables, lives: &[Life], set: &str) -> Vec<(String, Date, Date)> {
    let mut counts: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for life in lives {
        let count = counts.entry(&life.release).or_default();
        count.0 += usize::from(life.set == set);
        count.1 += 1;
    }
    let mut lists: Vec<(String, Date, Date)> = counts
        .into_iter()
        .filter(|(_, (of_set, all))| of_set == all)
        .filter_map(|(id, _)| {
            let release = tables.releases.get(id).filter(|release| release.complete)?;
            Some((id.to_owned(), release.from?, release.to?))
        })
        .collect();
    lists.sort_by_key(|(_, from, _)| *from);
    lists
}

fn compare(lives: &mut [Life], older: &str, newer: &str, begins: Date) {
    let Ok(last_day) = begins.yesterday() else { return };
    let listed = |release: &str| -> BTreeSet<(String, bool)> {
        let of = lives.iter().filter(|life| life.release == release);
        of.map(|life| (life.code.clone(), life.billable)).collect()
    };
    let (before, after) = (listed(older), listed(newer));
    for life in lives {
        let key = (life.code.clone(), life.billable);
        if life.release == older && life.to.is_none() && !after.contains(&key) {
            life.to = Some(last_day);
        } else if life.release == newer && life.from.is_none() && !before.contains(&key) {
            life.from = Some(begins);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::tables::ReleaseRow;

    fn shelf(lists: &[(&str, &str, &str, &[&str])]) -> Tables {
        let mut tables = Tables::default();
        for (id, from, to, codes) in lists {
            let row = ReleaseRow {
                table: "period".to_owned(),
                title: (*id).to_owned(),
                edition: String::new(),
                from: from.parse().ok(),
                to: to.parse().ok(),
                complete: true,
                source: String::new(),
                rights: String::new(),
                notice: String::new(),
                family: "period".to_owned(),
                rows: 0,
            };
            tables.releases.insert((*id).to_owned(), row);
            for code in *codes {
                tables.push(Table::Period, format!("{code}\ticd10cm\t\t\t1\t{id}"));
            }
        }
        tables
    }

    #[test]
    fn a_code_that_the_next_list_leaves_out_ended_the_day_before() {
        let mut tables = shelf(&[
            ("a", "2024-10-01", "2025-09-30", &["A00.0", "B88.0"]),
            ("b", "2025-10-01", "2026-09-30", &["A00.0", "B88.01"]),
        ]);
        follow(&mut tables);
        let lines = tables.lines(Table::Period);
        assert!(lines.contains(&"B88.0\ticd10cm\t\t2025-09-30\t1\ta".to_owned()), "{lines:?}");
        assert!(lines.contains(&"B88.01\ticd10cm\t2025-10-01\t\t1\tb".to_owned()));
        assert!(lines.contains(&"A00.0\ticd10cm\t\t\t1\tb".to_owned()));
    }

    #[test]
    fn between_lists_with_a_gap_nothing_is_concluded() {
        let mut tables =
            shelf(&[("a", "2023-10-01", "2024-09-30", &["A00.0"]), ("b", "2025-10-01", "2026-09-30", &["A00.1"])]);
        follow(&mut tables);
        assert!(tables.lines(Table::Period).contains(&"A00.0\ticd10cm\t\t\t1\ta".to_owned()));
    }
}
