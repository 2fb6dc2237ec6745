//! `tests/bench/run`: how fast it is, beside plain Python, on this machine. One table, and nothing is left behind.
#![allow(clippy::unwrap_used, reason = "a bench that cannot go on should stop where it is")]

mod answers;
mod ask;
#[path = "../it/faults/mod.rs"]
#[allow(dead_code, unused_imports, reason = "the tests use all of it")]
mod faults;
mod faulty;
mod identity;
mod ingest;
#[path = "../it/injection/mod.rs"]
#[allow(dead_code, unused_imports, reason = "the tests use all of it")]
mod injection;
mod orders;
mod questions;
mod queue;
mod relay;
mod review;
#[path = "../it/identity/mod.rs"]
#[allow(dead_code, unused_imports, reason = "the tests use all of it")]
mod sets;
#[path = "../it/support/mod.rs"]
#[allow(dead_code, reason = "the tests use all of it")]
mod support;
mod table;

use std::time::Instant;

use table::{Row, median};

const KNOWN: [&str; 9] = ["queue", "ingest", "latency", "drain", "ask", "identity", "injection", "review", "faults"];

#[tokio::main]
async fn main() {
    let mut words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    // How many kills, behind the word.
    let kills = words.iter().position(|word| word.parse::<usize>().is_ok()).map(|at| words.remove(at));
    if let [word, url] = words.as_slice()
        && word == "queue-worker"
    {
        return queue::work(url).await;
    }
    if let Some(word) = words.iter().find(|word| !KNOWN.contains(&word.as_str())) {
        eprintln!("{word}: measures are {}", KNOWN.join(", "));
        std::process::exit(2);
    }
    let wanted = |name: &str| words.is_empty() || words.iter().any(|word| word == name);
    let (begin, load) = (Instant::now(), load());
    let mut rows = vec![Row::plain("fsync of one page on this disk, median", format!("{:.1} ms", fsync()))];
    if wanted("queue") {
        rows.append(&mut queue::one_text().await);
        rows.append(&mut queue::measure().await);
    }
    if wanted("ingest") {
        rows.append(&mut ingest::measure().await);
    }
    if wanted("latency") {
        rows.append(&mut answers::latency().await);
    }
    if wanted("drain") {
        rows.append(&mut answers::drain().await);
    }
    if wanted("ask") {
        rows.append(&mut ask::measure());
    }
    if wanted("identity") {
        rows.append(&mut identity::measure());
    }
    // Gigabytes on the disk: only where it is asked for.
    if words.iter().any(|word| word == "review") {
        rows.append(&mut review::measure().await);
    }
    // An hour, with a thousand kills: only where it is asked for.
    if words.iter().any(|word| word == "faults") {
        rows.append(&mut faulty::measure(kills.and_then(|kills| kills.parse().ok()).unwrap_or(1_000)).await);
    }
    // Minutes long, and of no use without the collection: only where it is asked for.
    if words.iter().any(|word| word == "injection") {
        rows.append(&mut orders::measure().await);
    }
    let lines: Vec<String> = rows.iter().map(Row::line).collect();
    println!("{}", lines.join("\n"));
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    println!("{cores} cores; load {load} before, {} after; {:.0} s", self::load(), begin.elapsed().as_secs_f64());
}

/// The mean number of processes that wanted to run in the last minute.
fn load() -> String {
    let load = std::fs::read_to_string("/proc/loadavg").unwrap();
    load.split(' ').next().unwrap().to_owned()
}

fn fsync() -> f64 {
    use std::io::Write as _;
    let mut file = tempfile::NamedTempFile::new().unwrap();
    let mut once = || {
        let begin = Instant::now();
        file.write_all(&[0; 4096]).unwrap();
        file.as_file().sync_all().unwrap();
        begin.elapsed().as_secs_f64() * 1e3
    };
    median(&(0..50).map(|_| once()).collect::<Vec<_>>())
}
