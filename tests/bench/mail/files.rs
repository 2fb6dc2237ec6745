//! Files that come with mails: how long a large PDF takes, and that the hostile ones are bounded by their own process.

use std::time::Instant;

use caseconsultant::attachment::Reader;
use caseconsultant::config::Config;
use caseconsultant::mail::parse::File;

use crate::material::Material;
use crate::pdf::pdf;
use crate::table::Row;

/// Bytes of the PDF of the mark.
const LARGE: usize = 5_000_000;

/// The rows.
pub fn measure(material: &Material) -> Vec<Row> {
    let line = "The polyp in the sigmoid colon was taken out with a hot snare and sent to pathology, 45385.";
    let page = vec![line; 50].join("\n");
    let made = pdf(&vec![page; LARGE / 5_200]);
    let mut rows = vec![row(&format!("a PDF of {:.1} MB, made", made.len() as f64 / 1e6), made)];
    let manuals = std::fs::read_dir(material.folder.join("data/manuals")).into_iter().flatten().flatten();
    let mut paths: Vec<_> = manuals.map(|entry| entry.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|end| end == "pdf"));
    paths.sort();
    if let Some(bytes) = paths.first().and_then(|path| std::fs::read(path).ok()) {
        rows.push(row(&format!("a manual of {:.1} MB", bytes.len() as f64 / 1e6), bytes));
    }
    rows
}

/// One file through a child, within the default limits.
fn row(what: &str, bytes: Vec<u8>) -> Row {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let reader = Reader::new(env!("CARGO_BIN_EXE_caseconsultant").into(), Config::defaults().attachments);
    let begin = Instant::now();
    let read = runtime.block_on(reader.read(vec![File::new("large.pdf", "application/pdf", bytes)]));
    let seconds = begin.elapsed().as_secs_f64();
    let said = match &read[0].found {
        Ok((text, cut)) => format!("{} characters{}", text.chars().count(), if *cut { ", and more" } else { "" }),
        Err(skip) => skip.words().to_owned(),
    };
    Row::marked(what.to_owned(), format!("{seconds:.2} s, {said}"), "< 2 s", seconds < 2.0 && read[0].found.is_ok())
}
