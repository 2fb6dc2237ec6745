//! `tests/bench/run mail FOLDER`: the marks of reading mail on mails that other projects collected, in one table.
//! FOLDER holds `mail/` (with `expected/`) and `security/`; nothing of it belongs to this repository.
#![allow(clippy::unwrap_used, reason = "a bench that cannot go on should stop where it is")]

mod bombs;
mod expected;
mod files;
mod labels;
mod material;
#[path = "../../it/support/pdf.rs"]
mod pdf;
mod quotes;
mod sisimai;
#[path = "../table.rs"]
#[allow(dead_code, reason = "the other bench uses all of it")]
mod table;
mod whole;
mod zammad;

use std::path::PathBuf;
use std::time::Instant;

use material::Material;
use table::Row;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let Some(folder) = words.first().map(PathBuf::from).filter(|path| path.join("mail/expected").is_dir()) else {
        eprintln!("usage: tests/bench/run mail FOLDER [verbose]");
        std::process::exit(2);
    };
    let begin = Instant::now();
    let material = Material::read(&folder, words.iter().any(|word| word == "verbose"));
    type Measure = fn(&Material) -> Vec<Row>;
    let measures: [Measure; 7] = [
        whole::measure,
        zammad::measure,
        quotes::measure,
        labels::measure,
        sisimai::measure,
        bombs::measure,
        files::measure,
    ];
    for row in measures.iter().flat_map(|measure| measure(&material)) {
        println!("{}", row.line());
    }
    println!("{:.0} s", begin.elapsed().as_secs_f64());
}
