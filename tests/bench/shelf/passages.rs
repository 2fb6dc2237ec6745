//! Sections of manuals found from whole questions: `tests/bench/sets/passages.tsv` says which sections decide each.

use std::collections::HashMap;

use caseconsultant::corpus::{Corpus, SearchSet};

use crate::Bench;
use crate::table::Row;

const SET: &str = include_str!("../sets/passages.tsv");

/// The share of questions with a deciding section among the first five.
pub fn measure(bench: &Bench) -> Vec<Row> {
    let Some(path) = &bench.questions else {
        return vec![Row::plain("policy passages", "no questions at hand: not measured".to_owned())];
    };
    let corpus = Corpus::open(&bench.shelf).unwrap();
    let text = std::fs::read_to_string(path).unwrap();
    let questions: HashMap<String, String> = text
        .lines()
        .map(|line| {
            let item: serde_json::Value = serde_json::from_str(line).unwrap();
            let field = |name: &str| item[name].as_str().unwrap_or("").to_owned();
            (field("id"), format!("{} {}", field("subject"), field("question")))
        })
        .collect();
    let (mut found, mut first, mut all) = (0_u32, 0_u32, 0_u32);
    for line in SET.lines().skip(1) {
        let (id, sections) = line.split_once('\t').unwrap();
        let question = questions.get(id).unwrap_or_else(|| panic!("no question {id}"));
        let hits = corpus.search(question, Some(SearchSet::Passages), 5).unwrap();
        let decides = |doc: &str| sections.split(' ').any(|section| accepts(section, doc));
        let rank = hits.iter().position(|hit| decides(&hit.doc));
        all += 1;
        found += u32::from(rank.is_some());
        first += u32::from(rank == Some(0));
        if bench.verbose && rank.is_none() {
            let shown: Vec<&str> = hits.iter().map(|hit| hit.doc.as_str()).collect();
            println!("passage {id} ({sections}) | {}", shown.join(" "));
        }
    }
    let share = f64::from(found) / f64::from(all);
    vec![
        Row::marked(
            format!("{all} questions, deciding section in the top 5"),
            format!("{share:.3}"),
            ">= 0.85",
            share >= 0.85,
        ),
        Row::plain("  on top", format!("{:.3}", f64::from(first) / f64::from(all))),
    ]
}

/// True when the passage is of the section or below it. The set names a document without its year or revision, and a
/// chapter of a manual by the number of the manual.
fn accepts(section: &str, doc: &str) -> bool {
    let Some((wanted, wanted_section)) = section.split_once('#') else { return false };
    let (document, held) = named(doc.trim_start_matches("passage/"));
    let below = held == wanted_section
        || held.strip_prefix(wanted_section).is_some_and(|rest| rest.starts_with(['.', '(', '-']));
    document == wanted && below
}

/// Document and section of a passage, as the set writes them.
fn named(key: &str) -> (String, String) {
    let (document, section) = key.split_once('#').unwrap_or((key, ""));
    let section = section.to_owned();
    let chapter = |rest: &str, manual: &str| format!("iom-{manual}-{}", rest.trim_start_matches('0'));
    if let Some(rest) = document.strip_prefix("clm104c") {
        return (chapter(rest, "100-04"), section);
    }
    if let Some(rest) = document.strip_prefix("bp102c") {
        return (chapter(rest, "100-02"), section);
    }
    if let Some(rest) = document.strip_prefix("ge101c") {
        return (chapter(rest, "100-01"), section);
    }
    if let Some(rest) = document.strip_prefix("ncd-") {
        return ("ncd".to_owned(), rest.to_owned());
    }
    if let Some(rest) = document.strip_prefix("usc42-") {
        return ("usc42".to_owned(), format!("{rest}{section}"));
    }
    if document.len() == 6 && document.starts_with(['L', 'A']) {
        return ("lcd".to_owned(), document.to_owned());
    }
    let name = document.trim_end_matches(|c: char| c.is_ascii_digit() || c == '-');
    let name = if name == "ncci-manual" { "ncci-manual-medicare" } else { name };
    (name.to_owned(), section)
}
