//! What masking finds, what it leaves alone, and what it costs.

use std::time::{Duration, Instant};

use caseconsultant::identity::deidentify;

use crate::sets::generated;
use crate::sets::marked::{Marked, Score};
use crate::sets::{codes, marks, written};
use crate::table::Row;

/// The marks of patient identity.
pub fn measure() -> Vec<Row> {
    let mut rows = Vec::new();
    let mut counted = (0, 0);
    let sets = [
        ("mails written by hand", written::mails()),
        ("generated mails, the seed of the tests", generated::mails(400, 7)),
        ("generated mails, another seed", generated::mails(2_000, 11)),
    ];
    for (what, mails) in sets {
        rows.push(found(what, &mails, &mut counted));
    }
    if let Some((planted, found, _)) = marks::structured() {
        let recall = found as f64 / planted as f64;
        rows.push(Row::marked("structured kinds of security/phi", share(found, planted), ">= 0.97", recall >= 0.97));
    }
    rows.push(eaten("codes in those mails that were masked", counted.0, counted.1));
    let (codes, lost) = codes::own(2_000, 3);
    rows.push(eaten("codes of our own making", codes, lost.len()));
    if let Some((codes, lost)) = codes::of_questions(&codes::shared().join("questions/dev.jsonl")) {
        rows.push(eaten("codes of questions/dev.jsonl", codes, lost.len()));
    }
    let mail = ordinary();
    let took = time(&mail, 50).as_secs_f64() * 1e3;
    rows.push(Row::marked(
        format!("masking a mail of {} bytes", mail.len()),
        format!("{took:.2} ms"),
        "< 3 ms",
        took < 3.0,
    ));
    let worst = marks::hostile()
        .iter()
        .map(|(piece, text)| (time(text, 3).as_secs_f64() * 1e3, piece.clone()))
        .max_by(|a, b| a.0.total_cmp(&b.0));
    if let Some((took, piece)) = worst {
        let what = format!("100 kB of {piece:?}, the slowest of the hostile texts");
        rows.push(Row::marked(what, format!("{took:.0} ms"), "< 200 ms", took < 200.0));
    }
    rows
}

fn found(what: &str, mails: &[Marked], counted: &mut (usize, usize)) -> Row {
    let mut score = Score::default();
    for mail in mails {
        mail.score(&mut score);
    }
    let (planted, found) = score.total();
    *counted = (counted.0 + score.codes, counted.1 + score.eaten.len());
    for kind in score.kinds.iter().filter(|(_, (planted, found))| planted != found) {
        println!("  {what}: {} {}", kind.0, share(kind.1.1, kind.1.0));
    }
    Row::marked(format!("{} {what}", mails.len()), share(found, planted), ">= 0.99", score.recall() >= 0.99)
}

fn eaten(what: &str, codes: usize, lost: usize) -> Row {
    Row::marked(what, format!("{lost} of {codes}"), "0", lost == 0)
}

fn share(found: usize, planted: usize) -> String {
    format!("{found} of {planted}, {:.4}", found as f64 / planted.max(1) as f64)
}

/// An ordinary mail: about 2 KB.
fn ordinary() -> String {
    written::mails().iter().take(12).map(|mail| mail.text.as_str()).collect::<Vec<_>>().join("\n\n")
}

/// The shortest of a number of runs: what the work costs, not what else the machine does.
fn time(text: &str, runs: usize) -> Duration {
    let once = || {
        let begin = Instant::now();
        let masked = deidentify(text);
        assert!(!masked.as_str().is_empty());
        begin.elapsed()
    };
    (0..runs).map(|_| once()).min().unwrap()
}
