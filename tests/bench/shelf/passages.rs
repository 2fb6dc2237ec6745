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
        Row::marked(format!("{all} questions, deciding section in the top 5"), format!("{share:.3}"), ">= 0.85", share >= 0.85),
        Row::plain("  on top", format!("{:.3}", f64::from(first) / f64::from(all))),
    ]
}

/// True when the passage is of the section or below it. A document's id may carry its year or revision.
fn accepts(section: &str, doc: &str) -> bool {
    let Some((wanted, wanted_section)) = section.split_once('#') else { return false };
    let doc = doc.trim_start_matches("passage/");
    let (held, held_section) = doc.split_once('#').unwrap_or((doc, ""));
    let document = held == wanted || held.strip_prefix(wanted).is_some_and(|rest| rest.starts_with(['-', '@']));
    let below = held_section == wanted_section
        || held_section.strip_prefix(wanted_section).is_some_and(|rest| rest.starts_with(['.', '(', '/', '~']));
    document && below
}
