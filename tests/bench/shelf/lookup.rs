//! Lookups on the open edition: pairs, code pages, and what they cost in memory.

use std::path::Path;
use std::process::Command;
use std::time::Instant;

use caseconsultant::checks::{self, page};
use caseconsultant::corpus::Corpus;
use caseconsultant::domain::check::{Program, Question, Scope, Setting};
use caseconsultant::domain::code::Code;
use caseconsultant::domain::time::AsOf;
use jiff::civil::date;

use crate::build::field;
use crate::table::{Row, median, quantile};
use crate::{Bench, Numbers};

const PAIRS: usize = 100_000;
const PAGES: usize = 2_000;
const MIXED: usize = 10_000;

/// Times of lookups in this process, and memory of another that makes ten thousand.
pub fn measure(bench: &Bench) -> Vec<Row> {
    let corpus = Corpus::open(&bench.shelf).unwrap();
    let codes = procedure_codes(&corpus);
    let mut numbers = Numbers(1);
    let pairs: Vec<(&Code, &Code)> =
        (0..PAIRS).map(|_| (&codes[numbers.below(codes.len())], &codes[numbers.below(codes.len())])).collect();
    let lookup = |(a, b): &(&Code, &Code)| {
        let begin = Instant::now();
        let rows = corpus.list_ptp(a, b, Setting::Practitioner, Program::Medicare);
        let micros = begin.elapsed().as_secs_f64() * 1e6;
        (rows.len(), micros)
    };
    for pair in &pairs {
        let _ = lookup(pair);
    }
    let times: Vec<f64> = pairs.iter().map(|pair| lookup(pair).1).collect();
    let (p50, p99) = (median(&times), quantile(&times, 0.99));
    let all = any_codes(&corpus);
    let sample: Vec<&Code> = (0..PAGES).map(|_| &all[numbers.below(all.len())]).collect();
    let page = |code: &Code| {
        let begin = Instant::now();
        let page = page::of(&corpus, code, AsOf::Date(date(2026, 1, 15)));
        assert_eq!(page.code, *code);
        begin.elapsed().as_secs_f64() * 1e3
    };
    for code in &sample {
        let _ = page(code);
    }
    let pages: Vec<f64> = sample.iter().map(|code| page(code)).collect();
    let (page50, page99) = (median(&pages), quantile(&pages, 0.99));
    let asked: Vec<f64> = (0..20).map(|_| ask(&bench.shelf)).collect();
    let asked = median(&asked);
    let output = Command::new(std::env::current_exe().unwrap()).arg("memory-of").arg(&bench.shelf).output().unwrap();
    let memory: f64 = String::from_utf8_lossy(&output.stdout).trim().parse().unwrap();
    vec![
        Row::marked(format!("a pair looked up, {PAIRS} random, p50"), format!("{p50:.1} us"), "<= 5 us", p50 <= 5.0),
        Row::marked("  p99", format!("{p99:.1} us"), "<= 20 us", p99 <= 20.0),
        Row::marked(format!("a code page, {PAGES} random, p50"), format!("{page50:.2} ms"), "<= 1 ms", page50 <= 1.0),
        Row::plain("  p99", format!("{page99:.2} ms")),
        Row::marked("ask, start to exit, median of 20", format!("{asked:.0} ms"), "< 150 ms", asked < 150.0),
        Row::marked(
            format!("anonymous memory after {MIXED} mixed lookups"),
            format!("{memory:.0} MB"),
            "<= 150 MB",
            memory <= 150.0,
        ),
    ]
}

/// One question on the whole shelf, from the start of the program to its end, in milliseconds.
fn ask(shelf: &Path) -> f64 {
    let begin = Instant::now();
    let mut child = Command::new(crate::program())
        .args(["ask", "-", "--data-dir"])
        .arg(shelf)
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let question = b"45385 with 45380, Medicare, DOS 8/1/2024?";
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), question).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(String::from_utf8_lossy(&output.stdout).contains("45380"));
    begin.elapsed().as_secs_f64() * 1e3
}

fn procedure_codes(corpus: &Corpus) -> Vec<Code> {
    let mut codes: Vec<Code> = any_codes(corpus).into_iter().filter(|code| code.set().is_procedure()).collect();
    codes.dedup();
    codes
}

fn any_codes(corpus: &Corpus) -> Vec<Code> {
    let codes = corpus.all_codes();
    let mut codes: Vec<Code> =
        codes.filter_map(|code| Code::parse_icd10cm(code).or_else(|_| Code::parse(code)).ok()).collect();
    codes.dedup();
    codes
}

/// Makes ten thousand lookups of all kinds and prints the anonymous memory of the process, in MB.
pub fn memory(shelf: &Path) {
    let corpus = Corpus::open(shelf).unwrap();
    let codes = any_codes(&corpus);
    let mut numbers = Numbers(2);
    for n in 0..MIXED {
        let (a, b) = (&codes[numbers.below(codes.len())], &codes[numbers.below(codes.len())]);
        let scope =
            Scope { as_of: AsOf::Date(date(2024, 8, 1)), setting: Setting::Practitioner, program: Program::Medicare };
        match n % 4 {
            0 => drop(checks::ask(&corpus, &Question::Ptp { a: a.clone(), b: b.clone() }, scope)),
            1 => drop(checks::ask(&corpus, &Question::CodeStatus { code: a.clone() }, scope)),
            2 => drop(page::of(&corpus, a, scope.as_of)),
            _ => drop(corpus.search(&corpus.title_of(a), None, 10).unwrap()),
        }
    }
    println!("{:.1}", field("/proc/self/status", "RssAnon"));
}
