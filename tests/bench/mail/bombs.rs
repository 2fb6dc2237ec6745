//! Hostile mails, each read by the program itself within two seconds of processor time and 256 MB of address space;
//! and how fast a hundred ordinary ones are read behind them.

use std::process::{Command, Stdio};
use std::time::Instant;

use caseconsultant::mail::parse::parse;

use crate::material::Material;
use crate::table::Row;

const LIMITS: &str = "ulimit -t 2; ulimit -v 262144; exec \"$0\" message \"$1\" --json --data-dir \"$2\"";

/// The rows.
pub fn measure(material: &Material) -> Vec<Row> {
    let folder = tempfile::tempdir().unwrap();
    let bombs = folder.path().join("bombs");
    let script = material.folder.join("security/gen_mime_bombs.py");
    let made = Command::new("python3").arg(&script).arg(&bombs).stdout(Stdio::null()).status();
    if !made.is_ok_and(|status| status.success()) {
        return vec![Row::plain("hostile mails", "not made: python3 is missing".to_owned())];
    }
    let mut paths: Vec<_> = std::fs::read_dir(&bombs).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let (mut bounded, mut slowest) = (0, 0.0_f64);
    for path in &paths {
        let begin = Instant::now();
        let output = Command::new("sh")
            .args(["-c", LIMITS, env!("CARGO_BIN_EXE_caseconsultant")])
            .args([path.as_path(), folder.path()])
            .output()
            .unwrap();
        slowest = slowest.max(begin.elapsed().as_secs_f64());
        let answered = output.status.success() && output.stdout.starts_with(b"{");
        bounded += usize::from(answered);
        if !answered {
            material.tell("bombs", path.to_str().unwrap(), &format!("{:?}", output.status));
        }
    }
    let begin = Instant::now();
    for _ in 0..100 {
        assert!(!parse(b"From: ann@x.test\r\nSubject: s\r\n\r\nIs 45385 valid?\r\n", &[]).text.is_empty());
    }
    let behind = begin.elapsed().as_secs_f64() * 1e3;
    vec![
        Row::marked(
            "hostile mails read within 2 s and 256 MB",
            format!("{bounded} of {}", paths.len()),
            "all",
            bounded == paths.len(),
        ),
        Row::plain("  the slowest, program start included", format!("{slowest:.2} s")),
        Row::marked("a hundred good mails behind them", format!("{behind:.1} ms"), "< 300 ms", behind < 300.0),
    ]
}
