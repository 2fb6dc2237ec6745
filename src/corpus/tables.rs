//! The rows of an edition while it is built: lines by table, pairs, releases.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use jiff::civil::Date;

use super::CorpusError;
use super::formats::{Pair, PairTerms};
use crate::domain::table::Table;

/// Everything an edition will hold, in no order yet.
#[derive(Default)]
pub struct Tables {
    lines: BTreeMap<Table, Vec<String>>,
    /// Releases by id.
    pub releases: BTreeMap<String, ReleaseRow>,
    /// NCCI pairs.
    pub pairs: Pairs,
}

/// A release as the edition will list it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReleaseRow {
    /// The table most of its rows are in.
    pub table: String,
    /// Its name for a reader.
    pub title: String,
    /// Its edition for a reader.
    pub edition: String,
    /// First day it speaks for.
    pub from: Option<Date>,
    /// Last day it speaks for.
    pub to: Option<Date>,
    /// Whether absence from it means anything.
    pub complete: bool,
    /// Publisher and file.
    pub source: String,
    /// Whose words it holds: a key of [`super::formats::Rights`].
    pub rights: String,
    /// Licence and attribution.
    pub notice: String,
    /// Which question it answers.
    pub family: String,
    /// Its rows.
    pub rows: u64,
}

impl ReleaseRow {
    fn line(&self, id: &str) -> String {
        let day = |date: Option<Date>| date.map(|date| date.to_string()).unwrap_or_default();
        [
            id,
            &self.table,
            &self.title,
            &self.edition,
            &day(self.from),
            &day(self.to),
            if self.complete { "complete" } else { "excerpt" },
            &self.source,
            &self.rights,
            &self.notice,
            &self.family,
            &self.rows.to_string(),
        ]
        .join("\t")
    }
}

impl Tables {
    /// Adds a line: key and fields, separated by tabs.
    pub fn push(&mut self, table: Table, line: String) {
        self.lines.entry(table).or_default().push(line);
    }

    /// The lines of a table.
    pub fn lines(&self, table: Table) -> &[String] {
        self.lines.get(&table).map_or(&[], Vec::as_slice)
    }

    /// The lines of a table, to change.
    pub fn lines_mut(&mut self, table: Table) -> &mut Vec<String> {
        self.lines.entry(table).or_default()
    }

    /// Sorts every table and drops lines that stand twice.
    pub fn seal(&mut self) {
        self.pairs.seal();
        for lines in self.lines.values_mut() {
            lines.sort_unstable();
            lines.dedup();
        }
        // Two files may give the same row, and some rows are not stored: what is counted is what is held.
        let mut held: HashMap<(&str, &str), u64> = HashMap::new();
        for (id, count) in self.pairs.counts() {
            held.insert((Table::Ptp.key(), id), count);
        }
        for (table, lines) in self.lines.iter().filter(|(table, _)| table.columns().last() == Some(&"release")) {
            for id in lines.iter().filter_map(|line| line.rsplit('\t').next()) {
                *held.entry((table.key(), id)).or_default() += 1;
            }
        }
        for (id, release) in &mut self.releases {
            release.rows = held.get(&(release.table.as_str(), id.as_str())).copied().unwrap_or(0);
        }
        // A file with a header and no row is no release.
        let named: HashSet<String> = held.keys().map(|(_, id)| (*id).to_owned()).collect();
        self.releases.retain(|id, _| named.contains(id));
        self.lines.insert(Table::Release, self.releases.iter().map(|(id, row)| row.line(id)).collect());
    }

    /// Checks that every row names a release that is listed.
    ///
    /// # Errors
    /// Names the first release that is missing.
    pub fn check_releases(&self, file: &str) -> Result<(), CorpusError> {
        let mut named: BTreeSet<&str> = self.pairs.terms.iter().map(|terms| terms.release.as_str()).collect();
        for (table, lines) in &self.lines {
            if table.columns().last() == Some(&"release") {
                named.extend(lines.iter().filter_map(|line| line.rsplit('\t').next()));
            }
        }
        match named.into_iter().find(|id| !self.releases.contains_key(*id)) {
            Some(id) => Err(CorpusError::format(file, 1, format!("rows name a release that is not listed: {id}"))),
            None => Ok(()),
        }
    }
}

/// What the pairs of a line of the edition share.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Terms {
    /// `practitioner+medicare` and the like: the key behind column one.
    pub key: String,
    /// First day, if known.
    pub from: Option<Date>,
    /// Last day, if known.
    pub to: Option<Date>,
    /// 0, 1 or 9.
    pub indicator: u8,
    /// In the table's words.
    pub rationale: String,
    /// The release.
    pub release: String,
}

/// NCCI pairs, a few bytes each.
#[derive(Default)]
pub struct Pairs {
    /// The pairs; `terms` is an index into [`Pairs::terms`].
    pub pairs: Vec<Pair>,
    /// What they share.
    pub terms: Vec<Terms>,
    interned: HashMap<Terms, u32>,
}

impl Pairs {
    /// The index of these terms.
    pub fn intern(&mut self, terms: Terms) -> u32 {
        if let Some(known) = self.interned.get(&terms) {
            return *known;
        }
        let next = u32::try_from(self.terms.len()).unwrap_or(u32::MAX);
        self.terms.push(terms.clone());
        self.interned.insert(terms, next);
        next
    }

    /// Takes the pairs of one file over.
    pub fn absorb(&mut self, pairs: Vec<Pair>, terms: &[PairTerms], release: impl Fn(usize) -> String) {
        let index: Vec<u32> = terms
            .iter()
            .map(|t| {
                self.intern(Terms {
                    key: format!("{}+{}", t.setting, t.program),
                    from: t.from,
                    to: t.to,
                    indicator: t.indicator,
                    rationale: t.rationale.clone(),
                    release: release(t.origin),
                })
            })
            .collect();
        self.pairs.reserve(pairs.len());
        self.pairs.extend(pairs.into_iter().map(|pair| Pair { terms: index[pair.terms as usize], ..pair }));
    }

    /// Orders the terms, then the pairs by column one, terms and column two.
    fn seal(&mut self) {
        let mut order: Vec<usize> = (0..self.terms.len()).collect();
        order.sort_by(|a, b| self.terms[*a].cmp(&self.terms[*b]));
        let mut rank = vec![0_u32; order.len()];
        for (n, at) in order.iter().enumerate() {
            rank[*at] = u32::try_from(n).unwrap_or(u32::MAX);
        }
        self.terms = order.into_iter().map(|at| self.terms[at].clone()).collect();
        self.interned.clear();
        for pair in &mut self.pairs {
            pair.terms = rank[pair.terms as usize];
        }
        self.pairs.sort_unstable_by_key(|pair| (pair.one, pair.terms, pair.two));
        self.pairs.dedup();
    }

    /// The lines of the table, sorted: one for each column one code and terms, with all its column two codes.
    pub fn for_each_line<E>(&self, mut take: impl FnMut(&str) -> Result<(), E>) -> Result<(), E> {
        let day = |date: Option<Date>| date.map(|date| date.to_string()).unwrap_or_default();
        let mut line = String::new();
        for group in self.pairs.chunk_by(|a, b| (a.one, a.terms) == (b.one, b.terms)) {
            let (one, terms) = (String::from_utf8_lossy(&group[0].one), &self.terms[group[0].terms as usize]);
            line.clear();
            line.push_str(&format!(
                "{one}+{}\t{}\t{}\t{}\t{}\t{}\t",
                terms.key,
                day(terms.from),
                day(terms.to),
                terms.indicator,
                terms.rationale,
                terms.release
            ));
            for (n, pair) in group.iter().enumerate() {
                if n > 0 {
                    line.push(' ');
                }
                line.push_str(&String::from_utf8_lossy(&pair.two));
            }
            take(&line)?;
        }
        Ok(())
    }

    /// The lines of the table by column two code, sorted. They leave the rationale out, which would cut them into many
    /// more: who needs it looks the pair up.
    pub fn for_each_line_by_two<E>(&self, mut take: impl FnMut(&str) -> Result<(), E>) -> Result<(), E> {
        let day = |date: Option<Date>| date.map(|date| date.to_string()).unwrap_or_default();
        let heads: Vec<String> = self
            .terms
            .iter()
            .map(|t| format!("+{}\t{}\t{}\t{}\t{}\t", t.key, day(t.from), day(t.to), t.indicator, t.release))
            .collect();
        // Terms that differ in nothing but the rationale have one head, and the number of that head.
        let mut order: Vec<u32> = (0..).take(heads.len()).collect();
        order.sort_unstable_by_key(|n| &heads[*n as usize]);
        let mut numbers = vec![0_u32; heads.len()];
        for pair in order.windows(2) {
            let (before, this) = (pair[0] as usize, pair[1] as usize);
            numbers[this] = numbers[before] + u32::from(heads[before] != heads[this]);
        }
        let of_number: BTreeMap<u32, &String> = numbers.iter().copied().zip(&heads).collect();
        let key = |pair: &Pair| (pair.two, numbers[pair.terms as usize], pair.one);
        let mut pairs: Vec<([u8; 5], u32, [u8; 5])> = self.pairs.iter().map(key).collect();
        pairs.sort_unstable();
        pairs.dedup();
        let mut line = String::new();
        for group in pairs.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
            line.clear();
            line.push_str(&String::from_utf8_lossy(&group[0].0));
            line.push_str(of_number[&group[0].1]);
            for (n, (_, _, one)) in group.iter().enumerate() {
                if n > 0 {
                    line.push(' ');
                }
                line.push_str(&String::from_utf8_lossy(one));
            }
            take(&line)?;
        }
        Ok(())
    }

    /// How many pairs each release has.
    pub fn counts(&self) -> BTreeMap<&str, u64> {
        let mut by_terms = vec![0_u64; self.terms.len()];
        for pair in &self.pairs {
            by_terms[pair.terms as usize] += 1;
        }
        let mut counts = BTreeMap::new();
        for (terms, count) in self.terms.iter().zip(by_terms) {
            *counts.entry(terms.release.as_str()).or_default() += count;
        }
        counts
    }
}
