//! Facts that follow from the files together: ends of codes, sides, successors.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::civil::Date;

use super::lists::{self, Life};
use crate::corpus::build::derive_primaries;
use crate::corpus::tables::{ReleaseRow, Tables};
use crate::domain::table::Table;

mod authorities;
mod mentions;
mod prose;
mod related;
mod sides;
mod vocabulary;

/// Facts that follow from the imported releases alone.
pub fn derive(tables: &mut Tables) {
    lists::follow(tables);
    deleted_codes(tables);
    prose::deletions(tables);
}

/// Facts that follow from the whole shelf, our own texts included.
pub fn derive_all(tables: &mut Tables) {
    derive_primaries(tables);
    sides::sides(tables);
    converted(tables);
    crossreferenced(tables);
    unknown_terms(tables);
    mentions::mentions(tables);
    authorities::authorities(tables);
    vocabulary::terms(tables);
    related::related(tables);
}

/// The HCPCS index gives ranges, which its reader writes out by number: the codes of them that no list holds are none.
fn unknown_terms(tables: &mut Tables) {
    let listed: BTreeSet<String> =
        tables.lines(Table::Period).iter().filter_map(|line| line.split('\t').next()).map(str::to_owned).collect();
    let of_range = |line: &String| line.contains("\thcpcs_index\t") || line.contains("\tdrug_table\t");
    let known = |line: &String| line.split('\t').next().is_some_and(|code| listed.contains(code));
    tables.lines_mut(Table::Term).retain(|line| !of_range(line) || known(line));
}

/// What the pairs say of one code.
#[derive(Default)]
struct Deletions {
    active: bool,
    days: BTreeMap<Date, u64>,
}

/// A code that no list holds and whose every edit is deleted was itself deleted with the last of them: CMS ends
/// the edits of a deleted code on the code's last day. Where there are ten or more, a day that only one edit has is
/// a stray. Concluded from practitioner edits of the newest complete release.
fn deleted_codes(tables: &mut Tables) {
    let newest = tables.releases.iter().filter(|(_, r)| r.family == "ptp+practitioner+medicare" && r.complete);
    let Some((id, release)) = newest.max_by_key(|(_, r)| r.from).map(|(id, r)| (id.clone(), r.clone())) else {
        return;
    };
    let listed: BTreeSet<&str> =
        tables.lines(Table::Period).iter().filter_map(|line| line.split('\t').next()).collect();
    let mut codes: HashMap<[u8; 5], Deletions> = HashMap::new();
    for pair in &tables.pairs.pairs {
        let terms = &tables.pairs.terms[pair.terms as usize];
        if terms.release != id {
            continue;
        }
        for code in [pair.one, pair.two] {
            let code = codes.entry(code).or_default();
            match terms.to {
                Some(day) => *code.days.entry(day).or_default() += 1,
                None => code.active = true,
            }
        }
    }
    let origin = id.replace("ptp-practitioner", "ptp-deleted");
    let mut lives: Vec<Life> = Vec::new();
    for (code, deletions) in codes {
        let Ok(code) = std::str::from_utf8(&code) else { continue };
        if deletions.active || listed.contains(code) {
            continue;
        }
        let all: u64 = deletions.days.values().sum();
        let usual = deletions.days.iter().filter(|(_, count)| **count > 1 || all < 10).map(|(day, _)| *day).max();
        let set = if code.as_bytes()[0].is_ascii_digit() { "cpt" } else { "hcpcs" };
        lives.push(Life {
            code: code.to_owned(),
            set: set.to_owned(),
            from: None,
            to: usual.or_else(|| deletions.days.keys().max().copied()),
            billable: true,
            release: origin.clone(),
        });
    }
    let row = ReleaseRow {
        title: "NCCI PTP edits, deletions of codes".to_owned(),
        table: Table::Period.key().to_owned(),
        family: Table::Period.key().to_owned(),
        complete: false,
        rows: lives.len() as u64,
        ..release
    };
    tables.releases.insert(origin, row);
    for life in lives {
        tables.push(Table::Period, life.line());
    }
}

/// A diagnosis code that the conversion table names as the former code of another, and that has ended, has that one
/// as its successor.
fn converted(tables: &mut Tables) {
    let ended = ended_codes(tables);
    let mut found = Vec::new();
    for line in tables.lines(Table::Conversion) {
        let f: Vec<&str> = line.split('\t').collect();
        let [code, previous, from, release] = f[..] else { continue };
        for former in previous.split(' ').filter(|former| !former.is_empty() && *former != code) {
            let before = from.parse::<Date>().ok().and_then(|day| day.yesterday().ok());
            if ended.get(former).is_some_and(|end| before.is_none_or(|before| *end <= before)) {
                let title = tables.releases.get(release).map_or(release, |r| r.title.as_str());
                found.push(format!("{former}\t{code}\tconfirmed\t{title}, from {from}"));
            }
        }
    }
    succeed(tables, found);
}

/// HCPCS gives a terminated code its cross references.
fn crossreferenced(tables: &mut Tables) {
    let columns = Table::Hcpcs.columns();
    let at = |name: &str| columns.iter().position(|column| *column == name).map_or(0, |n| n + 1);
    let (crossref, terminated, release) = (at("crossref"), at("terminated"), at("release"));
    let mut found = Vec::new();
    for line in tables.lines(Table::Hcpcs) {
        let f: Vec<&str> = line.split('\t').collect();
        let (Some(codes), Some(end), Some(id)) = (f.get(crossref), f.get(terminated), f.get(release)) else { continue };
        if end.is_empty() {
            continue;
        }
        for code in codes.split([' ', ',', ';']).filter(|code| code.len() == 5 && *code != f[0]) {
            let title = tables.releases.get(*id).map_or(*id, |r| r.title.as_str());
            found.push(format!("{}\t{code}\tconfirmed\t{title}, cross reference of {}", f[0], f[0]));
        }
    }
    succeed(tables, found);
}

/// Codes with their last day, where every row that gives one agrees that there is one.
fn ended_codes(tables: &Tables) -> BTreeMap<String, Date> {
    let mut ends: BTreeMap<String, Option<Date>> = BTreeMap::new();
    for life in tables.lines(Table::Period).iter().filter_map(|line| Life::parse(line)) {
        let end = ends.entry(life.code).or_insert(life.to);
        *end = (*end).max(life.to);
    }
    ends.into_iter().filter_map(|(code, end)| Some((code, end?))).collect()
}

/// Adds successors that are not known yet.
fn succeed(tables: &mut Tables, found: Vec<String>) {
    let pair = |line: &str| line.splitn(3, '\t').take(2).map(str::to_owned).collect::<Vec<_>>();
    let mut known: BTreeMap<Vec<String>, usize> = BTreeMap::new();
    for (n, line) in tables.lines(Table::Successor).iter().enumerate() {
        known.insert(pair(line), n);
    }
    for line in found {
        match known.get(&pair(&line)) {
            // What was recalled only is now confirmed by a document on the shelf.
            Some(n) => tables.lines_mut(Table::Successor)[*n] = line,
            None => {
                known.insert(pair(&line), tables.lines(Table::Successor).len());
                tables.push(Table::Successor, line);
            }
        }
    }
}
