//! `tests/bench/run shelf FOLDER`: the marks of the official library on a folder of official files, in one table.
#![allow(clippy::unwrap_used, reason = "a bench that cannot go on should stop where it is")]

mod agreement;
mod build;
mod everyday;
mod held_out;
mod lookup;
mod passages;
mod speed;
#[path = "../table.rs"]
#[allow(dead_code, reason = "the other bench uses all of it")]
mod table;

use std::path::{Path, PathBuf};
use std::time::Instant;

use table::Row;

const KNOWN: [&str; 7] = ["build", "agreement", "lookup", "speed", "inclusion", "everyday", "passages"];

/// What the measures share.
pub struct Bench {
    /// The official files.
    pub source: PathBuf,
    /// A data folder with the whole shelf.
    pub shelf: PathBuf,
    /// The questions of which the passages of some are known, if they are at hand.
    pub questions: Option<PathBuf>,
    /// Prints each miss.
    pub verbose: bool,
}

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    if let [mode, shelf] = &words[..]
        && mode == "memory-of"
    {
        return lookup::memory(Path::new(shelf));
    }
    let Some(source) = words.first().map(PathBuf::from).filter(|path| path.is_dir()) else {
        eprintln!("usage: tests/bench/run shelf FOLDER [verbose] [{}]", KNOWN.join("] ["));
        std::process::exit(2);
    };
    let wanted =
        |name: &str| !words.iter().any(|word| KNOWN.contains(&word.as_str())) || words.iter().any(|w| w == name);
    let folder = tempfile::tempdir().unwrap();
    let questions = source.join("../questions/dev.jsonl");
    let bench = Bench {
        shelf: folder.path().join("shelf"),
        questions: questions.is_file().then_some(questions),
        source,
        verbose: words.iter().any(|word| word == "verbose"),
    };
    let begin = Instant::now();
    let mut rows = build::measure(&bench);
    type Measure = fn(&Bench) -> Vec<Row>;
    let measures: [(&str, Measure); 6] = [
        ("agreement", agreement::measure),
        ("lookup", lookup::measure),
        ("speed", speed::measure),
        ("inclusion", held_out::measure),
        ("everyday", everyday::measure),
        ("passages", passages::measure),
    ];
    for (name, measure) in measures {
        if wanted(name) {
            rows.append(&mut measure(&bench));
        }
    }
    for row in rows {
        println!("{}", row.line());
    }
    println!("{:.0} s", begin.elapsed().as_secs_f64());
}

/// The program that belongs to this bench.
pub fn program() -> &'static str {
    env!("CARGO_BIN_EXE_caseconsultant")
}

/// Numbers that look random and are the same in every run (SplitMix64).
pub struct Numbers(pub u64);

impl Numbers {
    /// A number below `limit`.
    pub fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut n = self.0;
        n = (n ^ (n >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        n = (n ^ (n >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((n ^ (n >> 31)) % limit.max(1) as u64).unwrap()
    }
}
