//! Names that a vocabulary gives for what a code is called: the synonyms of a disease whose name, or one of whose
//! synonyms, is the title or an inclusion term of the code, or which a cross reference joins to it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::corpus::tables::Tables;
use crate::corpus::token;
use crate::domain::table::Table;

/// Names added to one code.
const MOST: usize = 12;

/// One name and the release that gives it.
type Name<'a> = (&'a str, &'a str);

/// Adds terms of the kind `vocabulary`.
pub fn terms(tables: &mut Tables) {
    let mut groups: BTreeMap<&str, BTreeSet<Name<'_>>> = BTreeMap::new();
    let mut references: Vec<(&str, &str)> = Vec::new();
    for line in tables.lines(Table::Lexicon) {
        let f: Vec<&str> = line.split('\t').collect();
        match f[..] {
            [term, "synonym" | "lay", meaning, _, release] => {
                groups.entry(meaning).or_default().extend([(meaning, release), (term, release)]);
            }
            [_, "xref", label, codes, _] => references.extend(codes.split(' ').map(|code| (code, label))),
            _ => {}
        }
    }
    let mut by_words: HashMap<String, BTreeSet<&str>> = HashMap::new();
    for (label, names) in &groups {
        for (name, _) in names {
            by_words.entry(words(name)).or_default().insert(label);
        }
    }
    by_words.remove("");
    let mut found: BTreeMap<&str, BTreeSet<Name<'_>>> = BTreeMap::new();
    let mut add = |code, label: &str| {
        if let Some(names) = groups.get(label) {
            let held: &mut BTreeSet<Name<'_>> = found.entry(code).or_default();
            held.extend(names.iter().take(MOST.saturating_sub(held.len())));
        }
    };
    for (code, name) in names(tables) {
        for label in by_words.get(&words(name)).into_iter().flatten() {
            add(code, label);
        }
    }
    references.into_iter().for_each(|(code, label)| add(code, label));
    let lines: Vec<String> = found
        .iter()
        .flat_map(|(code, names)| {
            names.iter().map(move |(name, release)| format!("{code}\tvocabulary\t{name}\t{release}"))
        })
        .collect();
    lines.into_iter().for_each(|line| tables.push(Table::Term, line));
}

/// Titles and inclusion terms of diagnosis codes.
fn names(tables: &Tables) -> Vec<(&str, &str)> {
    let title = |line: &'_ String| -> Option<(usize, usize, usize)> {
        let f: Vec<&str> = line.split('\t').collect();
        let at = |n: usize| f[..n].iter().map(|f| f.len() + 1).sum::<usize>();
        (f.get(1) == Some(&"icd10cm")).then(|| (f[0].len(), at(3), at(3) + f[3].len()))
    };
    let titles = tables.lines(Table::Title).iter().filter_map(move |line| {
        let (code, from, to) = title(line)?;
        Some((&line[..code], &line[from..to]))
    });
    let terms = tables.lines(Table::Term).iter().filter_map(|line| {
        let (code, rest) = line.split_once('\t')?;
        let (kind, rest) = rest.split_once('\t')?;
        (kind == "inclusion").then(|| (code, rest.split('\t').next().unwrap_or("")))
    });
    titles.chain(terms).collect()
}

/// The words of a name, in no order, without those that say nothing.
fn words(name: &str) -> String {
    const EMPTY: [&str; 14] =
        ["of", "the", "and", "in", "with", "to", "due", "or", "a", "unspecifi", "by", "for", "on", "an"];
    let mut words: Vec<String> =
        token::terms(name).into_iter().filter(|word| !EMPTY.contains(&word.as_str())).collect();
    words.sort();
    words.dedup();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_synonyms_of_a_disease_reach_the_code_of_that_name() {
        let mut tables = Tables::default();
        tables.push(Table::Title, "A90\ticd10cm\t\tDengue fever [classical dengue]\tpublic\tx".to_owned());
        tables.push(Table::Term, "A90\tinclusion\tDengue fever\tx".to_owned());
        tables.push(Table::Lexicon, "breakbone fever\tsynonym\tdengue fever\t\tvocabulary-1".to_owned());
        tables.push(Table::Lexicon, "pink eye\tlay\tconjunctivitis\t\tvocabulary-1".to_owned());
        terms(&mut tables);
        assert!(tables.lines(Table::Term).contains(&"A90\tvocabulary\tbreakbone fever\tvocabulary-1".to_owned()));
        assert_eq!(tables.lines(Table::Term).iter().filter(|line| line.contains("vocabulary")).count(), 2);
    }
}
