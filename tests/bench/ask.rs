//! One question on the command line, from the start of the process to its end.

use std::process::{Command, Stdio};
use std::time::Instant;

use crate::table::{Row, median, quantile};

const RUNS: usize = 30;
const QUESTION: &str =
    "Same session, snare polypectomy 45385 and biopsy 45380 of another polyp. Medicare, DOS 2024-08-01. Modifier?";

/// The release build that belongs to this bench.
pub fn program() -> String {
    env!("CARGO_BIN_EXE_caseconsultant").to_owned()
}

/// Median and p95 on a warm data folder.
pub fn measure() -> Vec<Row> {
    let folder = tempfile::tempdir().unwrap();
    let question = folder.path().join("question.txt");
    std::fs::write(&question, QUESTION).unwrap();
    let ask = || {
        let begin = Instant::now();
        let mut command = Command::new(program());
        command.arg("--data-dir").arg(folder.path().join("data")).arg("ask").arg(&question);
        let output = command.stdin(Stdio::null()).output().unwrap();
        let ms = begin.elapsed().as_secs_f64() * 1e3;
        assert!(output.status.success() && String::from_utf8_lossy(&output.stdout).contains("45380"));
        ms
    };
    let first = ask();
    let runs: Vec<f64> = (0..RUNS).map(|_| ask()).collect();
    let (p50, p95) = (median(&runs), quantile(&runs, 0.95));
    vec![
        Row::marked(format!("ask, {RUNS} runs, median"), format!("{p50:.0} ms"), "< 80 ms", p50 < 80.0),
        Row::plain("  p95", format!("{p95:.0} ms")),
        Row::plain("  the very first, which builds the edition", format!("{first:.0} ms")),
    ]
}
