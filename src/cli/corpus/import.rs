//! `corpus import`: official files in, a new edition out, with a bar and a summary.

use std::collections::{BTreeMap, BTreeSet};
use std::io::IsTerminal as _;
use std::path::PathBuf;

use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Value, json};

use super::super::{Failure, print, print_json};
use super::terms::agree;
use crate::config::Config;
use crate::corpus::fetch::Terms;
use crate::corpus::import::{FileReport, ImportError, Options, Outcome, Progress, Report, import};

/// Runs the command.
pub fn run(paths: &[PathBuf], accept_ama: bool, replace: bool, as_json: bool, config: &Config) -> Result<(), Failure> {
    let bar = Bar::new();
    let accept = |owners: &BTreeSet<&'static str>| bar.bar.suspend(|| accepted(config, owners, accept_ama));
    let options = Options { descriptors: config.corpus.cpt_license, replace, accept: &accept };
    let outcome = import(&config.data_dir, paths, &options, &bar);
    bar.bar.finish_and_clear();
    let report = match outcome {
        Ok(report) => report,
        Err(ImportError::NothingKnown(files)) => {
            if as_json {
                print_json(&json!({"edition": null, "files": files.iter().map(file_json).collect::<Vec<_>>()}))?;
            }
            return Err(Failure::Work(ImportError::NothingKnown(files).to_string()));
        }
        Err(error) => return Err(error.into()),
    };
    if as_json { print_json(&report_json(&report)) } else { print(&summary(&report)) }
}

/// True when the terms of the owners are accepted, now or before.
fn accepted(config: &Config, owners: &BTreeSet<&'static str>, by_option: bool) -> bool {
    let needed: BTreeSet<Terms> = Terms::ALL.into_iter().filter(|terms| owners.contains(terms.key())).collect();
    needed.is_subset(&agree(config, &needed, by_option))
}

/// The bar on standard error; silent where that is no terminal.
struct Bar {
    bar: ProgressBar,
}

impl Bar {
    fn new() -> Self {
        let bar = if std::io::stderr().is_terminal() { ProgressBar::new(0) } else { ProgressBar::hidden() };
        let style = ProgressStyle::with_template("{bar:24} {bytes:>9}/{total_bytes:<9} {elapsed:>4} {wide_msg}");
        if let Ok(style) = style {
            bar.set_style(style);
        }
        Self { bar }
    }
}

impl Progress for Bar {
    fn begin(&self, bytes: u64) {
        self.bar.set_length(bytes);
    }
    fn file(&self, path: &str) {
        self.bar.set_message(path.to_owned());
    }
    fn source_read(&self, _path: &str, bytes: u64) {
        self.bar.inc(bytes);
    }
    fn stage(&self, what: &str) {
        self.bar.set_message(what.to_owned());
    }
}

fn summary(report: &Report) -> String {
    let mut lines = Vec::new();
    let mut formats: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    let mut left: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for file in &report.files {
        match &file.outcome {
            Outcome::Read { format, rows, .. } => {
                let count = formats.entry(format).or_default();
                count.0 += 1;
                count.1 += rows;
            }
            Outcome::Copy { .. } => left.entry("read once (the same content again)").or_default().push(&file.path),
            Outcome::WithoutRows { .. } => left.entry("known, and without use here").or_default().push(&file.path),
            Outcome::Unknown => left.entry("of no known kind, skipped").or_default().push(&file.path),
            Outcome::Unreadable { reason } => lines.push(format!("NOT READ  {}: {reason}", file.path)),
            Outcome::Refused { .. } => {}
        }
    }
    for (format, (files, rows)) in &formats {
        lines.push(format!(
            "{rows:>10} rows  {format}{}",
            if *files > 1 { format!(" ({files} files)") } else { String::new() }
        ));
    }
    for file in &report.files {
        if let Outcome::Read { broken, examples, .. } = &file.outcome
            && *broken > 0
        {
            lines.push(format!("{broken} broken rows left out of {}", file.path));
            lines.extend(examples.iter().take(3).map(|(line, why)| format!("    line {line}: {why}")));
        }
    }
    for (what, files) in &left {
        lines.push(format!("{} {what}: {}", many(files.len(), "file"), files.join(", ")));
    }
    if !report.differences.is_empty() {
        lines.push(format!(
            "{} differ between two files of one release. The larger or earlier file's are in the edition; `corpus \
             conflicts --kind forms` lists them, and `corpus import --replace PATH` takes a corrected file",
            many(report.differences.len(), "row")
        ));
    }
    if report.withheld > 0 {
        lines.push(format!(
            "{} titles of the AMA or the ADA were not stored: `corpus.cpt_license` is not set",
            report.withheld
        ));
    }
    let state = if report.changed { "is built, checked and current" } else { "was current already: nothing new" };
    lines.push(format!("edition {} {state}", report.edition));
    lines.join("\n")
}

fn many(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

fn report_json(report: &Report) -> Value {
    json!({
        "edition": report.edition,
        "changed": report.changed,
        "withheld": report.withheld,
        "files": report.files.iter().map(file_json).collect::<Vec<_>>(),
        "differences": report.differences.iter().map(|d| json!({
            "table": d.table.key(), "key": d.key, "release": d.release, "kept": d.kept, "other": d.other,
            "says": d.says, "other_says": d.other_says,
        })).collect::<Vec<_>>(),
    })
}

fn file_json(file: &FileReport) -> Value {
    let mut object = match &file.outcome {
        Outcome::Read { format, rows, broken, examples, .. } => json!({
            "outcome": "read", "format": format, "rows": rows, "broken": broken,
            "examples": examples.iter().map(|(line, why)| json!({"line": line, "reason": why})).collect::<Vec<_>>(),
        }),
        Outcome::Copy { of } => json!({"outcome": "copy", "of": of}),
        Outcome::WithoutRows { format } => json!({"outcome": "without_rows", "format": format}),
        Outcome::Unknown => json!({"outcome": "unknown"}),
        Outcome::Unreadable { reason } => json!({"outcome": "unreadable", "reason": reason}),
        Outcome::Refused { format, line, reason } => {
            json!({"outcome": "refused", "format": format, "line": line, "reason": reason})
        }
    };
    object["path"] = json!(file.path);
    object["sha256"] = json!(file.sha256);
    object
}
