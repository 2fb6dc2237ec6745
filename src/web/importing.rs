//! The import of official files beside the pages: one at a time, on a thread of its own, told as it happens, and over
//! when the service stops.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::sync::{oneshot, watch};
use tokio_util::sync::CancellationToken;

use super::desk::Desk;
use super::fault::Fault;
use crate::corpus::fetch::terms::{self, Means, Terms};
use crate::corpus::import::{ImportError, Options, Outcome, Progress, Report, import};
use crate::domain::time::Timestamp;

/// What an import is written down as.
pub(super) const IMPORTED: &str = "import";
/// Lines of what became of files that a page keeps.
const LINES: usize = 60;

/// How an import stands.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Standing {
    /// One runs.
    pub runs: bool,
    /// Since when.
    pub began: Timestamp,
    /// What it does.
    pub stage: String,
    /// The file in hand.
    pub file: String,
    /// Bytes of all sources.
    pub bytes: u64,
    /// Of them read.
    pub read: u64,
    /// How the last one ended, in one line; empty before the first.
    pub ended: String,
    /// True where it ended well.
    pub well: bool,
    /// What became of its files, a line for each that was not simply read.
    pub lines: Vec<String>,
}

impl Standing {
    /// How much is read, of a hundred.
    pub fn percent(&self) -> u64 {
        self.read.saturating_mul(100).checked_div(self.bytes).unwrap_or(0).min(100)
    }
}

/// The one import of a service.
#[derive(Clone)]
pub struct Importing(Arc<watch::Sender<Standing>>);

impl Default for Importing {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::default()))
    }
}

/// What is imported, by whose word.
pub(super) struct Order {
    pub files: Vec<PathBuf>,
    pub names: Vec<String>,
    /// The person accepted the terms that were shown.
    pub accepts: bool,
    pub reviewer: String,
}

impl Importing {
    /// How it stands.
    pub fn standing(&self) -> Standing {
        self.0.borrow().clone()
    }

    /// Tells of each change.
    pub(super) fn subscribe(&self) -> watch::Receiver<Standing> {
        self.0.subscribe()
    }

    /// Begins where none runs.
    fn begin(&self, now: Timestamp) -> bool {
        self.0.send_if_modified(|standing| {
            let free = !standing.runs;
            if free {
                *standing = Standing { runs: true, began: now, stage: "reading".to_owned(), ..Standing::default() };
            }
            free
        })
    }

    fn end(&self, ended: &str, well: bool, lines: Vec<String>) {
        self.0.send_modify(|standing| {
            standing.runs = false;
            (standing.ended, standing.well, standing.lines) = (ended.to_owned(), well, lines);
        });
    }
}

/// Runs on the thread of the import.
struct Told {
    importing: Importing,
    stop: CancellationToken,
}

impl Progress for Told {
    fn begin(&self, bytes: u64) {
        self.importing.0.send_modify(|standing| standing.bytes = bytes);
    }
    fn file(&self, path: &str) {
        self.importing.0.send_modify(|standing| path.clone_into(&mut standing.file));
    }
    fn source_read(&self, _path: &str, bytes: u64) {
        self.importing.0.send_modify(|standing| standing.read = standing.read.saturating_add(bytes));
    }
    fn stage(&self, what: &str) {
        self.importing.0.send_modify(|standing| {
            what.clone_into(&mut standing.stage);
            standing.file.clear();
        });
    }
    fn is_stopped(&self) -> bool {
        self.stop.is_cancelled()
    }
}

/// Begins an import. A thread of its own, because the runtime would wait for one of its own at the stop; what it has not
/// made current by then is as if it had never begun.
///
/// # Errors
/// One runs already, or no thread can be had.
pub(super) fn start(desk: &Desk, order: Order) -> Result<(), Fault> {
    let importing = desk.engine.importing.clone();
    if !importing.begin(desk.clock.now()) {
        return Err(Fault::Conflict("An import runs already. Wait for its end.".to_owned()));
    }
    let (tell, told) = oneshot::channel();
    let progress = Told { importing: importing.clone(), stop: desk.stop.clone() };
    let (config, now) = (desk.config.clone(), desk.clock.now());
    let (files, accepts) = (order.files.clone(), order.accepts);
    let thread = std::thread::Builder::new().name("import".to_owned()).spawn(move || {
        let data = config.data_dir.as_path();
        let accept = |owners: &BTreeSet<&'static str>| is_accepted(data, owners, accepts, now);
        let options = Options { descriptors: config.corpus.cpt_license, replace: false, accept: &accept };
        let _ = tell.send(import(data, &files, &options, &progress)); // Nobody listens at the stop.
    });
    if let Err(error) = thread {
        importing.end(&format!("no thread could be had: {error}"), false, Vec::new());
        return Err(Fault::Broken(format!("no thread for the import: {error}")));
    }
    tokio::spawn(finish(desk.clone(), order, told));
    Ok(())
}

/// True when the terms of the owners are on record, or the person accepts them now.
fn is_accepted(data_dir: &Path, owners: &BTreeSet<&'static str>, accepts: bool, now: Timestamp) -> bool {
    let needed: BTreeSet<Terms> = Terms::ALL.into_iter().filter(|terms| owners.contains(terms.key())).collect();
    let known = terms::accepted(data_dir).unwrap_or_default();
    if needed.is_subset(&known) {
        return true;
    }
    accepts && terms::record(data_dir, &needed, now, Means::Page).is_ok()
}

/// Waits for the end, takes the edition into service, and writes down what came of it.
async fn finish(desk: Desk, order: Order, told: oneshot::Receiver<Result<Report, ImportError>>) {
    let (words, well, lines) = match told.await {
        Ok(Ok(report)) => {
            let shelf = desk.shelf.clone();
            let taken = tokio::task::spawn_blocking(move || shelf.refresh()).await;
            if !matches!(taken, Ok(Ok(_))) {
                tracing::error!("the imported edition could not be opened");
            }
            let state = if report.changed { "is built, checked and current" } else { "was current already" };
            (format!("edition {} {state}", report.edition), true, lines(&report))
        }
        Ok(Err(ImportError::Terms(owners))) => {
            (format!("the terms of {owners} are not accepted: accept them in the form"), false, Vec::new())
        }
        Ok(Err(ImportError::NothingKnown(_))) => {
            ("no file of a known format was among them. Nothing was imported".to_owned(), false, Vec::new())
        }
        Ok(Err(error)) => {
            let text = error.to_string();
            let mut all = text.lines().map(str::to_owned);
            let first = all.next().unwrap_or_default();
            (first, false, all.take(LINES).collect())
        }
        Err(_) => {
            ("the import ended by itself; the log may say why. Nothing was imported".to_owned(), false, Vec::new())
        }
    };
    tracing::info!(outcome = %words, well, "an import from the page of the shelf ended");
    let detail = format!("{}: {words}", order.names.join(", "));
    let detail: String = detail.chars().take(1_000).collect();
    if let Err(error) = desk.store.record_deed(&order.reviewer, IMPORTED, &detail, desk.clock.now()).await {
        tracing::error!(%error, "the end of an import could not be written down");
    }
    desk.engine.importing.end(&words, well, lines);
}

/// What the person should know beside the rows that were read.
fn lines(report: &Report) -> Vec<String> {
    let mut lines: Vec<String> = report
        .files
        .iter()
        .filter_map(|file| {
            let what = match &file.outcome {
                Outcome::Read { rows, broken: 0, format, .. } => format!("{rows} rows, {format}"),
                Outcome::Read { rows, broken, format, .. } => {
                    format!("{rows} rows, {format}; {broken} broken rows left out")
                }
                Outcome::WithoutRows { .. } => "known, and without use here".to_owned(),
                Outcome::Unknown => "of no known kind, skipped".to_owned(),
                Outcome::Unreadable { reason } => format!("not read: {reason}"),
                Outcome::Copy { .. } | Outcome::Refused { .. } => return None,
            };
            Some(format!("{}: {what}", file.path))
        })
        .collect();
    if report.withheld > 0 {
        lines.push(format!(
            "{} titles of the AMA or the ADA were not stored: corpus.cpt_license is not set",
            report.withheld
        ));
    }
    if lines.len() > LINES {
        let more = lines.len() - LINES;
        lines.truncate(LINES);
        lines.push(format!("and {more} more files"));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_import_runs_at_a_time_and_the_outcome_of_the_last_stays() {
        let importing = Importing::default();
        assert!(importing.begin(Timestamp(1)) && !importing.begin(Timestamp(2)));
        let told = Told { importing: importing.clone(), stop: CancellationToken::new() };
        told.begin(200);
        told.source_read("a.zip", 50);
        assert_eq!((importing.standing().percent(), importing.standing().began), (25, Timestamp(1)));
        importing.end("edition shelf-1 is built", true, vec!["a.zip: 3 rows".to_owned()]);
        let standing = importing.standing();
        assert!(!standing.runs && standing.well && standing.lines.len() == 1);
        assert!(importing.begin(Timestamp(3)) && importing.standing().ended.is_empty());
    }

    #[test]
    fn an_import_that_is_stopped_changes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("icd10cm-order-2026.txt");
        let row = "00001 A00     0 Cholera                                                      Cholera";
        std::fs::write(&file, row).unwrap();
        let told = Told { importing: Importing::default(), stop: CancellationToken::new() };
        told.stop.cancel();
        let options = Options { descriptors: false, replace: false, accept: &|_| true };
        let data = folder.path().join("data");
        let ended = import(&data, &[file], &options, &told);
        assert!(matches!(ended, Err(ImportError::Stopped)), "{ended:?}");
        assert!(!data.join("editions").exists());
    }
}
