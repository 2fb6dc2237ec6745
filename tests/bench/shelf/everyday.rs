//! Codes found from everyday words, abbreviations and misspellings: `tests/bench/sets/everyday.tsv`.

use caseconsultant::corpus::{Corpus, SearchSet};

use crate::Bench;
use crate::table::Row;

const SET: &str = include_str!("../sets/everyday.tsv");

/// The share of phrases that have an accepted code among the first ten.
pub fn measure(bench: &Bench) -> Vec<Row> {
    let corpus = Corpus::open(&bench.shelf).unwrap();
    let (mut found, mut all) = ([0, 0], [0, 0]);
    for line in SET.lines().skip(1) {
        let fields: Vec<&str> = line.split('\t').collect();
        let [query, accepted, set] = fields[..] else { panic!("everyday.tsv: {line}") };
        let (set, n) = if set == "hcpcs" { (SearchSet::Hcpcs, 1) } else { (SearchSet::Icd10cm, 0) };
        let hits = corpus.search(query, Some(set), 10).unwrap();
        let hit = hits.iter().any(|hit| accepted.split(' ').any(|prefix| hit.doc.starts_with(prefix)));
        all[n] += 1;
        found[n] += usize::from(hit);
        if bench.verbose && !hit {
            let first: Vec<String> = hits.iter().take(3).map(|hit| format!("{} {}", hit.doc, hit.title)).collect();
            println!("everyday {query} ({accepted}) | {}", first.join(" | "));
        }
    }
    let share = |found: usize, all: usize| found as f64 / all as f64;
    let recall = share(found[0] + found[1], all[0] + all[1]);
    vec![
        Row::marked(
            format!("{} everyday phrases, recall@10", all[0] + all[1]),
            format!("{recall:.3}"),
            ">= 0.80",
            recall >= 0.80,
        ),
        Row::plain(
            "  diagnoses / supplies and drugs",
            format!("{:.3} / {:.3}", share(found[0], all[0]), share(found[1], all[1])),
        ),
    ]
}
