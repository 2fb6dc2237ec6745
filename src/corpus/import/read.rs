//! Reads the files of all sources, on two threads, in an order that does not depend on them.

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use sha2::{Digest as _, Sha256};

use super::walk::{self, Source};
use super::{FileReport, Outcome, Progress};
use crate::corpus::files::hex;
use crate::corpus::formats::{File, Intake, nearly, recognise};

/// Threads that read. Reading is bound by the processor; more than two would only cost memory.
const THREADS: usize = 2;

/// A file that was read, with what its reader found.
pub struct Found {
    /// What the operator is told.
    pub report: FileReport,
    /// The rows; empty for a file that was not read.
    pub intake: Intake,
}

/// Reads every source.
pub fn read(sources: &[Source], progress: &dyn Progress) -> Vec<Found> {
    let next = AtomicUsize::new(0);
    let results: Mutex<Vec<(usize, Vec<Found>)>> = Mutex::new(Vec::new());
    // The largest first, so that no thread is left with it at the end.
    let mut order: Vec<usize> = (0..sources.len()).collect();
    order.sort_by_key(|n| std::cmp::Reverse(sources[*n].bytes));
    let work = || {
        while let Some(n) = order.get(next.fetch_add(1, Ordering::Relaxed)) {
            if progress.is_stopped() {
                break;
            }
            let found = source(&sources[*n], progress);
            progress.source_read(&sources[*n].shown, sources[*n].bytes);
            if let Ok(mut results) = results.lock() {
                results.push((*n, found));
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..THREADS.min(sources.len()) {
            scope.spawn(work);
        }
    });
    let mut results = results.into_inner().unwrap_or_default();
    results.sort_by_key(|(n, _)| *n);
    forget_copies(results.into_iter().flat_map(|(_, found)| found).collect())
}

fn source(source: &Source, progress: &dyn Progress) -> Vec<Found> {
    let mut found = Vec::new();
    walk::unpack(source, &mut |path, bytes| {
        progress.file(path);
        if progress.is_stopped() {
            return; // What is left out is asked for by nobody: the import ends.
        }
        let bytes = match bytes {
            Ok(bytes) => bytes,
            Err(reason) => return found.push(Found::without_rows(source, path, Outcome::Unreadable { reason })),
        };
        let Some(format) = recognise(path, &bytes) else {
            let outcome = nearly(path, &bytes).map_or(Outcome::Unknown, |(format, refusal)| Outcome::Refused {
                format,
                line: refusal.line,
                reason: refusal.reason,
            });
            return found.push(Found::without_rows(source, path, outcome));
        };
        let mut intake = Intake::default();
        let read = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            (format.read)(&File { path, bytes: &bytes }, &mut intake)
        }));
        let outcome = match read {
            Ok(Ok(())) if intake.origins.is_empty() => Outcome::WithoutRows { format: format.name },
            Ok(Ok(())) => Outcome::Read {
                format: format.name,
                rows: intake.counts.values().sum(),
                records: intake.counts.values().copied().max().unwrap_or(0),
                broken: intake.broken_count,
                examples: std::mem::take(&mut intake.broken),
            },
            Ok(Err(refusal)) => Outcome::Refused { format: format.name, line: refusal.line, reason: refusal.reason },
            Err(_) => Outcome::Refused {
                format: format.name,
                line: 1,
                reason: "its reader failed on this content; please report the file".to_owned(),
            },
        };
        if !matches!(outcome, Outcome::Read { .. }) {
            intake = Intake::default();
        }
        let report = FileReport {
            path: path.to_owned(),
            source: source.sha256.clone(),
            sha256: hex(&Sha256::digest(&bytes)),
            outcome,
        };
        found.push(Found { report, intake });
    });
    found
}

impl Found {
    fn without_rows(source: &Source, path: &str, outcome: Outcome) -> Self {
        let (path, source) = (path.to_owned(), source.sha256.clone());
        Self { report: FileReport { path, source, sha256: String::new(), outcome }, intake: Intake::default() }
    }
}

/// The same content twice (a file beside the archive that holds it) is read once.
fn forget_copies(mut found: Vec<Found>) -> Vec<Found> {
    // A file whose name alone tells its period is another release under another name.
    let mut seen: HashMap<(String, Vec<String>), String> = HashMap::new();
    for one in &mut found {
        if !matches!(one.report.outcome, Outcome::Read { .. }) {
            continue;
        }
        let releases = one.intake.origins.iter().map(|origin| origin.id.clone()).collect();
        let content = (one.report.sha256.clone(), releases);
        match seen.get(&content) {
            Some(first) => {
                one.report.outcome = Outcome::Copy { of: first.clone() };
                one.intake = Intake::default();
            }
            None => {
                seen.insert(content, one.report.path.clone());
            }
        }
    }
    found
}
