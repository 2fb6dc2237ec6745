//! Where two sources on the shelf disagree about a code or a date. None of them wins: the disagreement is a row.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::civil::Date;

use super::lists::Life;
use super::merge::Difference;
use crate::corpus::formats::Pair;
use crate::corpus::tables::{ReleaseRow, Tables};
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
    twice(tables, &mut rows);
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

/// Pairs that one release says ended on a day, and another says are in force on days after it.
fn pairs(tables: &Tables, rows: &mut BTreeSet<String>) {
    let releases: BTreeSet<&str> = tables.pairs.terms.iter().map(|terms| terms.release.as_str()).collect();
    let mut by_family: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for id in releases {
        if let Some(release) = tables.releases.get(id) {
            by_family.entry(&release.family).or_default().insert(id);
        }
    }
    // Most shelves hold one release of a table: then there is nothing to compare.
    by_family.retain(|_, ids| ids.len() > 1);
    for ids in by_family.values() {
        let smallest = ids.iter().min_by_key(|id| tables.releases.get(**id).map_or(0, |r| r.rows));
        let Some(smallest) = smallest else { continue };
        let of = |pair: &Pair, id: &str| tables.pairs.terms[pair.terms as usize].release == id;
        let mut wanted: HashMap<([u8; 5], [u8; 5]), Vec<u32>> = HashMap::new();
        for pair in tables.pairs.pairs.iter().filter(|pair| of(pair, smallest)) {
            wanted.entry((pair.one, pair.two)).or_default().push(pair.terms);
        }
        for pair in &tables.pairs.pairs {
            let terms = &tables.pairs.terms[pair.terms as usize];
            if terms.release == **smallest || !ids.contains(terms.release.as_str()) {
                continue;
            }
            for other in wanted.get(&(pair.one, pair.two)).into_iter().flatten() {
                let other = &tables.pairs.terms[*other as usize];
                if terms.key == other.key {
                    contradicts((pair.one, pair.two), terms, other, rows);
                }
            }
        }
    }
}

/// Pairs that one release has in force twice, with other terms: two forms of its files differ.
fn twice(tables: &mut Tables, rows: &mut BTreeSet<String>) {
    let held = &mut tables.pairs;
    held.pairs.sort_unstable_by_key(|pair| (pair.one, pair.two, pair.terms));
    held.pairs.dedup();
    let text = |code: &[u8; 5]| String::from_utf8_lossy(code).into_owned();
    for group in held.pairs.chunk_by(|a, b| (a.one, a.two) == (b.one, b.two)).filter(|group| group.len() > 1) {
        let live = |pair: &&Pair| {
            let terms = &held.terms[pair.terms as usize];
            terms.to.is_none() && terms.indicator != 9
        };
        let live: Vec<&Pair> = group.iter().filter(live).collect();
        for (n, a) in live.iter().enumerate() {
            for b in &live[n + 1..] {
                let (one, other) = (&held.terms[a.terms as usize], &held.terms[b.terms as usize]);
                if (&one.key, &one.release) != (&other.key, &other.release) || one.indicator == other.indicator {
                    continue;
                }
                let key = format!("{}+{}+{}", text(&a.one), text(&a.two), one.key);
                let says = [one, other].map(|terms| format!("indicator {}", terms.indicator));
                let id = one.release.as_str();
                rows.insert(line(&key, "pair", one.from, None, (id, &says[0]), (id, &says[1]), id));
            }
        }
    }
}

fn contradicts(
    codes: ([u8; 5], [u8; 5]),
    a: &crate::corpus::tables::Terms,
    b: &crate::corpus::tables::Terms,
    rows: &mut BTreeSet<String>,
) {
    let text = |code: &[u8; 5]| String::from_utf8_lossy(code).into_owned();
    for (one, other) in [(a, b), (b, a)] {
        let (Some(end), Some(begin)) = (one.to, other.from) else { continue };
        if begin <= end && other.to.is_none_or(|to| to > end) && one.indicator != 9 && other.indicator != 9 {
            let key = format!("{}+{}+{}", text(&codes.0), text(&codes.1), one.key);
            let says = other.to.map_or_else(|| "in force".to_owned(), |to| format!("last day {to}"));
            let next = end.tomorrow().ok();
            let ended = format!("last day {end}");
            rows.insert(line(
                &key,
                "pair",
                next,
                other.to,
                (&one.release, &ended),
                (&other.release, &says),
                &one.release,
            ));
        }
    }
}
