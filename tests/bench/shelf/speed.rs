//! How long a search takes, beside SQLite's full-text index (FTS5) over the same names and the same queries.

use std::collections::BTreeMap;
use std::time::Instant;

use caseconsultant::corpus::{Corpus, SearchSet};
use caseconsultant::domain::table::Table;
use sqlx::Row as _;

use crate::Bench;
use crate::table::{Row, median, quantile};

const EVERYDAY: &str = include_str!("../sets/everyday.tsv");

/// p50 and p95 of a search everywhere, of one set, and of FTS5.
pub fn measure(bench: &Bench) -> Vec<Row> {
    let corpus = Corpus::open(&bench.shelf).unwrap();
    let queries: Vec<&str> = EVERYDAY.lines().skip(1).filter_map(|line| line.split('\t').next()).collect();
    let timed = |set: Option<SearchSet>| {
        let once = |query: &&str| {
            let begin = Instant::now();
            drop(corpus.search(query, set, 10).unwrap());
            begin.elapsed().as_secs_f64() * 1e3
        };
        for query in &queries {
            let _ = once(query);
        }
        (0..3).flat_map(|_| queries.iter().map(once)).collect::<Vec<f64>>()
    };
    let everywhere = timed(None);
    let sets = [SearchSet::Icd10cm, SearchSet::Hcpcs, SearchSet::Icd10pcs, SearchSet::Rules, SearchSet::Passages];
    let each = sets.map(|set| (set.key(), timed(Some(set))));
    let fts5 = fts5(&corpus, &queries);
    let (p95, theirs) = (quantile(&everywhere, 0.95), quantile(&fts5, 0.95));
    let first = format!("search everywhere, {} queries, p95", queries.len());
    let mut rows = vec![Row::marked(first, format!("{p95:.2} ms"), "<= 2 ms", p95 <= 2.0)];
    rows.extend(each.iter().map(|(set, times)| {
        Row::plain(format!("  p50 / p95 in {set}"), format!("{:.2} / {:.2} ms", median(times), quantile(times, 0.95)))
    }));
    rows.extend([
        Row::plain(
            "  SQLite FTS5, same names and queries, p50 / p95",
            format!("{:.2} / {theirs:.2} ms", median(&fts5)),
        ),
        Row::marked("  ours / FTS5, p95", format!("{:.2} x", p95 / theirs), "<= 0.5 x", p95 <= 0.5 * theirs),
    ]);
    rows
}

/// The same texts in one FTS5 table with its Porter stemmer, each query an OR of its words, ranked by its BM25.
fn fts5(corpus: &Corpus, queries: &[&str]) -> Vec<f64> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let pool = sqlx::sqlite::SqlitePoolOptions::new().max_connections(1).connect("sqlite::memory:").await.unwrap();
        let run = |sql: &'static str| sqlx::query(sql).execute(&pool);
        run("CREATE VIRTUAL TABLE t USING fts5(doc UNINDEXED, names, context, tokenize='porter unicode61')")
            .await
            .unwrap();
        run("BEGIN").await.unwrap();
        for (doc, (names, context)) in texts(corpus) {
            sqlx::query("INSERT INTO t VALUES (?, ?, ?)")
                .bind(doc)
                .bind(names)
                .bind(context)
                .execute(&pool)
                .await
                .unwrap();
        }
        run("COMMIT").await.unwrap();
        let mut times = Vec::new();
        for round in 0..4 {
            for query in queries {
                let words: Vec<String> = query
                    .split(|c: char| !c.is_alphanumeric())
                    .filter(|word| !word.is_empty())
                    .map(|word| format!("\"{word}\""))
                    .collect();
                let begin = Instant::now();
                let rows = sqlx::query("SELECT doc FROM t WHERE t MATCH ? ORDER BY rank LIMIT 10")
                    .bind(words.join(" OR "))
                    .fetch_all(&pool)
                    .await
                    .unwrap();
                let ms = begin.elapsed().as_secs_f64() * 1e3;
                rows.iter().for_each(|row| drop(row.get::<String, _>(0)));
                if round > 0 {
                    times.push(ms);
                }
            }
        }
        times
    })
}

/// The names and the text of each thing, as our own indexes have them but for what stands above a code.
fn texts(corpus: &Corpus) -> BTreeMap<String, (String, String)> {
    let mut texts: BTreeMap<String, (String, String)> = BTreeMap::new();
    let mut add = |doc: &str, name: &str, text: &str| {
        let held = texts.entry(doc.to_owned()).or_default();
        held.0.push_str(name);
        held.0.push(' ');
        held.1.push_str(text);
    };
    for line in corpus.lines(Table::Title) {
        let f: Vec<&str> = line.split('\t').collect();
        add(f[0], f[3], "");
    }
    for line in corpus.lines(Table::Code) {
        let f: Vec<&str> = line.split('\t').collect();
        add(f[0], f[3], f[4]);
    }
    for line in corpus.lines(Table::Term) {
        let f: Vec<&str> = line.split('\t').collect();
        add(f[0], f[2], "");
    }
    for line in corpus.lines(Table::Card) {
        let (id, text) = line.split_once('\t').unwrap();
        add(id, "", text);
    }
    for line in corpus.lines(Table::Passage) {
        let f: Vec<&str> = line.split('\t').collect();
        add(f[0], f[2], f[8]);
    }
    texts
}
