//! Building the edition of the whole shelf: time, memory, size, opening.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use caseconsultant::corpus::Corpus;

use crate::table::{Row, median};
use crate::{Bench, program};

/// Imports `source` into `shelf` with the program; the seconds it took and the most memory it held, in MB.
pub fn import(source: &Path, shelf: &Path) -> (f64, f64) {
    let begin = Instant::now();
    let mut child = Command::new(program())
        .args(["corpus", "import", "--accept-ama-license"])
        .arg(source)
        .arg("--data-dir")
        .arg(shelf)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut most = 0.0_f64;
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        most = most.max(field(&format!("/proc/{}/status", child.id()), "RssAnon"));
        std::thread::sleep(Duration::from_millis(10));
    };
    assert!(status.success(), "the import of {} failed", source.display());
    (begin.elapsed().as_secs_f64(), most)
}

/// A figure of /proc/PID/status in MB; 0 where the process has ended.
pub fn field(path: &str, name: &str) -> f64 {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let line = text.lines().find(|line| line.starts_with(name));
    let kb = line.and_then(|line| line.split_whitespace().nth(1)).and_then(|kb| kb.parse::<f64>().ok());
    kb.unwrap_or(0.0) / 1000.0
}

fn size(folder: &Path) -> u64 {
    let entries = std::fs::read_dir(folder).unwrap().map(Result::unwrap);
    entries.map(|e| if e.path().is_dir() { size(&e.path()) } else { e.metadata().unwrap().len() }).sum()
}

/// Builds the shelf that the other measures use.
pub fn measure(bench: &Bench) -> Vec<Row> {
    let (seconds, memory) = import(&bench.source, &bench.shelf);
    let mb = size(&bench.shelf.join("editions")) as f64 / 1e6;
    let kept = size(&bench.shelf.join("sources")) as f64 / 1e6;
    let open: Vec<f64> = (0..20)
        .map(|_| {
            let begin = Instant::now();
            let corpus = Corpus::open(&bench.shelf).unwrap();
            assert!(!corpus.edition().is_empty());
            begin.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    let ms = median(&open);
    let corpus = Corpus::open(&bench.shelf).unwrap();
    let rows: u64 = corpus.manifest().tables.iter().map(|table| table.rows).sum();
    vec![
        Row::marked("import of the whole shelf", format!("{seconds:.1} s"), "<= 120 s", seconds <= 120.0),
        Row::marked("  anonymous memory, most", format!("{memory:.0} MB"), "<= 1 GB", memory <= 1000.0),
        Row::marked("  edition", format!("{mb:.0} MB"), "<= 400 MB", mb <= 400.0),
        Row::plain("  imported files kept beside it", format!("{kept:.0} MB")),
        Row::plain("  rows / documents", format!("{rows} / {}", corpus.manifest().documents)),
        Row::marked("opening it, median of 20", format!("{ms:.1} ms"), "<= 100 ms", ms <= 100.0),
    ]
}
