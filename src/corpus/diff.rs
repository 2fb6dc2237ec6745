//! What changed between two editions, or between two releases of one kind: fact by fact, by the keys that citations
//! carry, so that the answers which rested on a changed fact can be found.

use std::collections::{BTreeMap, BTreeSet};

use super::facts::Line;
use super::{Corpus, CorpusError};
use crate::domain::table::Table;

/// How a fact changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ChangeKind {
    /// Only the new one has the key.
    Added,
    /// Only the old one has the key.
    Removed,
    /// Both have it, with other values.
    Changed,
}

impl ChangeKind {
    /// The word used in output.
    pub fn key(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Changed => "changed",
        }
    }
}

/// One changed fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The table.
    pub table: Table,
    /// The key, as in a citation: `45385+45380+practitioner+medicare`.
    pub key: String,
    /// How it changed.
    pub kind: ChangeKind,
    /// Its old values.
    pub old: Vec<String>,
    /// Its new values.
    pub new: Vec<String>,
}

/// One side of a comparison.
struct Side<'a> {
    corpus: &'a Corpus,
    /// Only rows of this release, compared without its name.
    release: Option<&'a str>,
}

/// Compares two editions, or with `releases` two releases (each may be in either edition).
///
/// # Errors
/// A release that its edition does not hold, or two releases that answer different questions.
pub fn diff(
    old: &Corpus,
    new: &Corpus,
    releases: Option<(&str, &str)>,
    mut take: impl FnMut(Change),
) -> Result<(), CorpusError> {
    if let Some((of_old, of_new)) = releases {
        let family = |corpus: &Corpus, id: &str| {
            let release = corpus.releases().find(id);
            release.map(|release| release.family.clone()).ok_or_else(|| missing(corpus, id))
        };
        let (a, b) = (family(old, of_old)?, family(new, of_new)?);
        if a != b {
            let reason = format!("{of_old} answers {a}, {of_new} answers {b}: they cannot be compared");
            return Err(CorpusError::File { path: of_new.to_owned(), reason });
        }
    }
    let (old, new) = (
        Side { corpus: old, release: releases.map(|(id, _)| id) },
        Side { corpus: new, release: releases.map(|(_, id)| id) },
    );
    // The others say again what these say.
    let again = [
        Table::Primary,
        Table::PtpTwo,
        Table::Mention,
        Table::Conflict,
        Table::Authority,
        Table::RuleWord,
        Table::CardCase,
        Table::CaseCondition,
        Table::CaseGroup,
        Table::CaseRule,
        Table::CardWords,
    ];
    let tables = Table::all().filter(|table| !again.contains(table));
    for table in tables.filter(|table| releases.is_none() || has_release(*table)) {
        compare(table, &old, &new, &mut take);
    }
    Ok(())
}

fn missing(corpus: &Corpus, id: &str) -> CorpusError {
    let reason = format!("no such release in edition {}; `corpus status` lists them", corpus.edition());
    CorpusError::File { path: id.to_owned(), reason }
}

fn has_release(table: Table) -> bool {
    table.columns().contains(&"release")
}

/// Both sides are sorted by key: one walk over both.
fn compare(table: Table, old: &Side<'_>, new: &Side<'_>, take: &mut dyn FnMut(Change)) {
    let (mut olds, mut news) = (old.groups(table).peekable(), new.groups(table).peekable());
    loop {
        let order = match (olds.peek(), news.peek()) {
            (None, None) => return,
            (Some(_), None) => std::cmp::Ordering::Less,
            (None, Some(_)) => std::cmp::Ordering::Greater,
            (Some(a), Some(b)) => a.0.cmp(&b.0),
        };
        let (a, b) = match order {
            std::cmp::Ordering::Less => (olds.next(), None),
            std::cmp::Ordering::Greater => (None, news.next()),
            std::cmp::Ordering::Equal => (olds.next(), news.next()),
        };
        let (a, b) = (a.map(|g| g.1).unwrap_or_default(), b.map(|g| g.1).unwrap_or_default());
        let keys: BTreeSet<&String> = a.keys().chain(b.keys()).collect();
        for key in keys {
            let (old, new) = (a.get(key), b.get(key));
            if old == new {
                continue;
            }
            let kind = match (old, new) {
                (None, _) => ChangeKind::Added,
                (_, None) => ChangeKind::Removed,
                _ => ChangeKind::Changed,
            };
            let values = |held: Option<&BTreeSet<String>>| held.into_iter().flatten().cloned().collect();
            take(Change { table, key: key.clone(), kind, old: values(old), new: values(new) });
        }
    }
}

/// The values of the keys that share one key of the table: one key, or for pairs one for each column two code.
type Group = (String, BTreeMap<String, BTreeSet<String>>);

impl<'a> Side<'a> {
    fn groups(&self, table: Table) -> impl Iterator<Item = Group> + use<'a> {
        let (release, mut lines) = (self.release, self.corpus.facts.all(table).peekable());
        std::iter::from_fn(move || {
            loop {
                let first = lines.next()?;
                let mut values: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
                add(&mut values, &first, release);
                while let Some(line) = lines.next_if(|line| line.key == first.key) {
                    add(&mut values, &line, release);
                }
                if !values.is_empty() {
                    return Some((first.key.to_owned(), values));
                }
            }
        })
    }
}

fn add(values: &mut BTreeMap<String, BTreeSet<String>>, line: &Line<'_>, release: Option<&str>) {
    if release.is_some_and(|release| line.get("release") != release) {
        return;
    }
    if line.table == Table::Ptp {
        let (rest, twos) = line.rest.rsplit_once('\t').unwrap_or((line.rest, ""));
        let (terms, id) = rest.rsplit_once('\t').unwrap_or((rest, ""));
        let value = if release.is_some() { terms.to_owned() } else { format!("{terms}\t{id}") };
        let (one, key) = line.key.split_once('+').unwrap_or((line.key, ""));
        for two in twos.split(' ') {
            values.entry(format!("{one}+{two}+{key}")).or_default().insert(value.clone());
        }
        return;
    }
    let value = match release {
        Some(_) => line.rest.rsplit_once('\t').map_or(line.rest, |(rest, _)| rest),
        None => line.rest,
    };
    values.entry(line.key.to_owned()).or_default().insert(value.to_owned());
}
