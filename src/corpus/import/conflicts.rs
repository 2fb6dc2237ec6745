//! Where two sources on the shelf disagree about a code or a date. None of them wins: the disagreement is a row.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::lists::Life;
use super::merge::Difference;
use crate::corpus::tables::{ReleaseRow, Tables, Terms};
use crate::domain::table::Table;

/// Finds every disagreement and adds it to the table of conflicts.
pub fn find(tables: &mut Tables, differences: &[Difference]) {
    let mut rows: BTreeSet<String> = BTreeSet::new();
    for one in differences {
        let (kept, other) = ((one.kept.as_str(), one.says.as_str()), (one.other.as_str(), one.other_says.as_str()));
        rows.insert(line(&one.key, "forms", None, None, kept, other, &one.release));
    }
    lives(tables, &mut rows);
    units(tables, &mut rows);
    pairs(tables, &mut rows);
    for row in rows {
        tables.push(Table::Conflict, row);
    }
}

/// Key, kind, days, then one source and what it says, and the other and what it says; the release is the first's.
fn line(
    key: &str,
    kind: &str,
    from: Option<Date>,
    to: Option<Date>,
    one: (&str, &str),
    other: (&str, &str),
    release: &str,
) -> String {
    let day = |date: Option<Date>| date.map(|date| date.to_string()).unwrap_or_default();
    let says = if one.0 == release { one.1.to_owned() } else { format!("{}: {}", one.0, one.1) };
    [key, kind, &day(from), &day(to), &says, other.0, other.1, release].join("\t")
}

/// A release's word on a code, with the days it can vouch for.
struct Word<'a> {
    life: &'a Life,
    release: &'a ReleaseRow,
}

impl Word<'_> {
    fn from(&self) -> Option<Date> {
        self.life.from.or(self.release.from)
    }

    /// The last day on which the release itself says that the code is valid.
    fn to(&self) -> Option<Date> {
        match (self.life.to, self.release.to) {
            (Some(life), Some(release)) => Some(life.min(release)),
            (life, release) => life.or(release),
        }
    }

    fn says(&self) -> String {
        match (self.life.to, self.life.billable) {
            (Some(to), _) => format!("last day {to}"),
            (None, true) => "valid".to_owned(),
            (None, false) => "a heading".to_owned(),
        }
    }
}

/// Codes that one source lists as valid (or reportable) on a day on which another says that they are not; and codes
/// whose end a newer source knows and an older one does not.
fn lives(tables: &Tables, rows: &mut BTreeSet<String>) {
    let mut lives: Vec<Life> = tables.lines(Table::Period).iter().filter_map(|line| Life::parse(line)).collect();
    lives.sort_by(|a, b| (&a.code, &a.release).cmp(&(&b.code, &b.release)));
    for group in lives.chunk_by(|a, b| a.code == b.code) {
        let words: Vec<Word<'_>> =
            group.iter().filter_map(|life| Some(Word { life, release: tables.releases.get(&life.release)? })).collect();
        for (n, a) in words.iter().enumerate() {
            for b in words[n + 1..].iter().filter(|b| b.life.release != a.life.release) {
                for (one, other) in [(a, b), (b, a)] {
                    ended(one, other, rows);
                }
                headed(a, b, rows);
            }
        }
    }
}

/// `one` lists the code as valid on days after the end that `other` gives.
fn ended(one: &Word<'_>, other: &Word<'_>, rows: &mut BTreeSet<String>) {
    let (Some(from), Some(end)) = (one.from(), other.life.to) else { return };
    // Two lists of the same days, of which only one is followed by a list that shows the end.
    if one.release.from == other.release.from && one.release.to == other.release.to && other.release.to == Some(end) {
        return;
    }
    // A release that speaks for the days after the end of the other contradicts it; one that stopped speaking before
    // did not know of the end yet.
    let (kind, first) = match one.to() {
        Some(to) if to <= end && one.life.to.is_none() => ("ended_since", end),
        Some(to) if to > end && from <= end => ("validity", end.tomorrow().unwrap_or(end)),
        None if from <= end => ("validity", end.tomorrow().unwrap_or(end)),
        // It begins after the end: listed anew.
        _ => return,
    };
    if one.life.to.is_some_and(|to| to <= end) {
        return;
    }
    let last = if kind == "validity" { one.to() } else { None };
    let (id, id_other) = (one.life.release.as_str(), other.life.release.as_str());
    rows.insert(line(&one.life.code, kind, Some(first), last, (id, &one.says()), (id_other, &other.says()), id));
}

/// One lists it as a reportable code, the other as a heading, for days they share.
fn headed(a: &Word<'_>, b: &Word<'_>, rows: &mut BTreeSet<String>) {
    if a.life.billable == b.life.billable || a.life.set != b.life.set {
        return;
    }
    let from = a.from().max(b.from());
    let to = match (a.to(), b.to()) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    };
    if from.is_none() || to.is_some_and(|to| Some(to) < from) {
        return;
    }
    let (id, other) = (a.life.release.as_str(), b.life.release.as_str());
    rows.insert(line(&a.life.code, "billable", from, to, (id, &a.says()), (other, &b.says()), id));
}

/// Two unit limits of one code and setting whose releases share days.
fn units(tables: &Tables, rows: &mut BTreeSet<String>) {
    let mut limits: BTreeMap<&str, Vec<(&str, &str)>> = BTreeMap::new();
    for row in tables.lines(Table::Mue) {
        let f: Vec<&str> = row.split('\t').collect();
        if let [key, units, _, _, release] = f[..] {
            limits.entry(key).or_default().push((release, units));
        }
    }
    for (key, limits) in limits {
        for (n, a) in limits.iter().enumerate() {
            for b in limits[n + 1..].iter().filter(|b| b.1 != a.1) {
                let (Some(of_a), Some(of_b)) = (tables.releases.get(a.0), tables.releases.get(b.0)) else { continue };
                if let Some((from, to)) = shared(of_a, of_b) {
                    let (says, other) = (format!("{} units", a.1), format!("{} units", b.1));
                    rows.insert(line(key, "units", Some(from), Some(to), (a.0, &says), (b.0, &other), a.0));
                }
            }
        }
    }
}

fn shared(a: &ReleaseRow, b: &ReleaseRow) -> Option<(Date, Date)> {
    let (from, to) = (a.from?.max(b.from?), a.to?.min(b.to?));
    (from <= to).then_some((from, to))
}

/// Pairs that one release says ended on a day and another has in force on days after it; and pairs that one release
/// has in force twice, with other terms, because two forms of its files differ.
fn pairs(tables: &mut Tables, rows: &mut BTreeSet<String>) {
    let held = &mut tables.pairs;
    held.pairs.sort_unstable_by_key(|pair| (pair.one, pair.two, pair.terms));
    held.pairs.dedup();
    for group in held.pairs.chunk_by(|a, b| (a.one, a.two) == (b.one, b.two)) {
        for (n, a) in group.iter().enumerate() {
            for b in &group[n + 1..] {
                let (one, other) = (&held.terms[a.terms as usize], &held.terms[b.terms as usize]);
                if one.key != other.key {
                    continue;
                }
                let find = if one.release == other.release { twice } else { contradicts };
                find((a.one, a.two), one, other, rows);
            }
        }
    }
}

type PairCodes = ([u8; 5], [u8; 5]);

/// The key of a pair's conflict: `45385+45380+practitioner+medicare`.
fn key_of(codes: PairCodes, terms: &Terms) -> String {
    let text = |code: &[u8; 5]| String::from_utf8_lossy(code).into_owned();
    format!("{}+{}+{}", text(&codes.0), text(&codes.1), terms.key)
}

fn twice(codes: PairCodes, one: &Terms, other: &Terms, rows: &mut BTreeSet<String>) {
    let live = |terms: &Terms| terms.to.is_none() && terms.indicator != 9;
    if !live(one) || !live(other) || one.indicator == other.indicator {
        return;
    }
    let says = [one, other].map(|terms| format!("indicator {}", terms.indicator));
    let id = one.release.as_str();
    rows.insert(line(&key_of(codes, one), "pair", one.from, None, (id, &says[0]), (id, &says[1]), id));
}

fn contradicts(codes: PairCodes, a: &Terms, b: &Terms, rows: &mut BTreeSet<String>) {
    for (one, other) in [(a, b), (b, a)] {
        let (Some(end), Some(begin)) = (one.to, other.from) else { continue };
        if begin <= end && other.to.is_none_or(|to| to > end) && one.indicator != 9 && other.indicator != 9 {
            let says = other.to.map_or_else(|| "in force".to_owned(), |to| format!("last day {to}"));
            let ended = format!("last day {end}");
            let (says, ended) = ((other.release.as_str(), says.as_str()), (one.release.as_str(), ended.as_str()));
            let key = key_of(codes, one);
            rows.insert(line(&key, "pair", end.tomorrow().ok(), other.to, ended, says, &one.release));
        }
    }
}
