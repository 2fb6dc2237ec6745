//! `corpus`: build, inspect and search the edition.

use std::path::PathBuf;

use clap::{Subcommand, ValueEnum};
use serde_json::{Value, json};

use super::{Failure, ask, print, print_json};
use crate::checks;
use crate::clock::Clock;
use crate::config::Config;
use crate::corpus::{Corpus as Edition, Files, ReleaseScope, SearchSet, build, list_editions};
use crate::domain::check::{Check, Outcome, Program, Question, Scope, Setting};
use crate::domain::code::Code;
use crate::domain::time::AsOf;

mod fetch;
mod import;
mod shelf;
mod show;
mod terms;

/// Codes and rules
#[derive(Debug, Subcommand)]
pub enum Corpus {
    /// Build an edition from a folder of corpus files, or the starter edition anew
    Build {
        /// The folder; without one, the starter
        #[arg(value_name = "PATH")]
        path: Option<PathBuf>,
        /// The first part of the edition's name
        #[arg(long, default_value = "own")]
        name: String,
    },
    /// Read official files (folders, archives, files) into a new edition; without PATH, build the shelf anew
    Import {
        /// Folders, zip archives or files
        #[arg(value_name = "PATH")]
        paths: Vec<PathBuf>,
        /// Accept the terms of the AMA and the ADA without being asked, and record that
        #[arg(long)]
        accept_ama_license: bool,
        /// Files of the same name as earlier ones take their place
        #[arg(long)]
        replace: bool,
        /// Print one JSON object
        #[arg(long)]
        json: bool,
    },
    /// Get current releases from the official addresses, or from a mirror
    Fetch(fetch::Fetch),
    /// What changed between two editions, or between two releases of one kind
    Diff {
        /// An edition or a release of the current one
        old: String,
        /// Another
        new: String,
        /// Only this table
        #[arg(long)]
        table: Option<String>,
        /// Print one JSON object
        #[arg(long)]
        json: bool,
    },
    /// Where two sources on the shelf disagree
    Conflicts {
        /// Only about this code
        #[arg(value_name = "CODE")]
        about: Option<String>,
        /// Only of this kind: validity, ended_since, billable, units, pair, forms
        #[arg(long)]
        kind: Option<String>,
        /// Print one JSON object
        #[arg(long)]
        json: bool,
    },
    /// Compare the edition and the files it was built from with their digests
    Verify,
    /// Make the edition before the current one current again
    Rollback {
        /// The edition to go to
        #[arg(value_name = "EDITION")]
        to: Option<String>,
    },
    /// What the edition holds, for which days, and where it has gaps
    Status {
        /// Print one JSON object
        #[arg(long)]
        json: bool,
    },
    /// A code, a modifier, a rule card or a cited row (table/key@release)
    Show(show::Show),
    /// Find codes and rules by words
    Search {
        /// The words
        #[arg(required = true)]
        words: Vec<String>,
        /// Search only here
        #[arg(long, value_enum)]
        set: Option<Set>,
        /// How many
        #[arg(long, default_value_t = 10)]
        limit: usize,
        /// Print one JSON object
        #[arg(long)]
        json: bool,
    },
    /// May two codes be billed together?
    Pair {
        /// One code
        a: String,
        /// The other
        b: String,
        /// The date, or `shelf`
        #[arg(long, value_parser = super::as_of, value_name = "DATE")]
        on: Option<AsOf>,
        /// practitioner or hospital
        #[arg(long, value_parser = ask::setting, default_value = "practitioner")]
        setting: Setting,
        /// medicare or medicaid
        #[arg(long, value_parser = ask::program, default_value = "medicare")]
        program: Program,
        /// Print one JSON object
        #[arg(long)]
        json: bool,
    },
}

/// `--set`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Set {
    /// CPT codes
    Cpt,
    /// HCPCS Level II codes
    Hcpcs,
    /// Diagnosis codes
    Icd10cm,
    /// Inpatient procedure codes
    Icd10pcs,
    /// Rule cards and modifiers
    Rules,
    /// Passages of manuals
    Passages,
}

impl From<Set> for SearchSet {
    fn from(set: Set) -> Self {
        match set {
            Set::Cpt => Self::Cpt,
            Set::Hcpcs => Self::Hcpcs,
            Set::Icd10cm => Self::Icd10cm,
            Set::Icd10pcs => Self::Icd10pcs,
            Set::Rules => Self::Rules,
            Set::Passages => Self::Passages,
        }
    }
}

/// Runs the command.
pub fn run(command: &Corpus, config: &Config) -> Result<(), Failure> {
    match command {
        Corpus::Build { path, name } => return rebuild(path.as_deref(), name, config),
        Corpus::Import { paths, accept_ama_license, replace, json } => {
            return import::run(paths, *accept_ama_license, *replace, *json, config);
        }
        Corpus::Fetch(options) => return fetch::run(options, config),
        Corpus::Diff { old, new, table, json } => {
            return shelf::changes(old, new, table.as_deref(), *json, config);
        }
        Corpus::Conflicts { about, kind, json } => {
            return shelf::conflicts(about.as_deref(), kind.as_deref(), *json, config);
        }
        Corpus::Verify => return shelf::verify(config),
        Corpus::Rollback { to } => return shelf::rollback(to.as_deref(), config),
        _ => {}
    }
    let edition = Edition::open(&config.data_dir)?;
    let today = AsOf::Date(Clock::System.now().date());
    match command {
        Corpus::Status { json } => status(&edition, &config.data_dir, *json),
        Corpus::Show(show) => show::run(&edition, show, today, config.corpus.cpt_license),
        Corpus::Search { words, set, limit, json } => {
            search(&edition, &words.join(" "), set.map(SearchSet::from), *limit, *json)
        }
        Corpus::Pair { a, b, on, setting, program, json } => {
            let scope = Scope { as_of: on.unwrap_or(today), setting: *setting, program: *program };
            pair(&edition, a, b, scope, *json)
        }
        _ => Ok(()),
    }
}

fn rebuild(path: Option<&std::path::Path>, name: &str, config: &Config) -> Result<(), Failure> {
    let plain = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric());
    if !plain || name == Files::STARTER {
        return Err(Failure::Usage("--name must be letters and digits, and not `starter`".to_owned()));
    }
    let files = match path {
        Some(path) => Files::from_folder(path, name)?,
        None => Files::starter(),
    };
    let id = build(&config.data_dir.join("editions"), &files)?;
    print(&format!("edition {id} is built, checked and current"))
}

fn status(edition: &Edition, data_dir: &std::path::Path, as_json: bool) -> Result<(), Failure> {
    let day = |date: Option<jiff::civil::Date>| date.map(|date| date.to_string());
    let tables: Vec<Value> = edition
        .releases()
        .all()
        .map(|release| {
            json!({
                "name": release.family, "release": release.id, "title": release.title, "edition": release.edition,
                "rows": release.rows, "from": day(release.period.from), "to": day(release.period.to),
                "scope": if release.scope == ReleaseScope::Complete { "complete" } else { "excerpt" },
                "source": release.source,
            })
        })
        .collect();
    let own = edition
        .manifest()
        .tables
        .iter()
        .filter(|t| ["code", "card", "modifier", "successor"].contains(&t.name.as_str()));
    let own: Vec<Value> = own
        .map(|t| json!({"name": t.name, "release": edition.edition(), "rows": t.rows, "from": null, "to": null, "source": "CaseConsultant"}))
        .collect();
    let gaps = edition.gaps(Clock::System.now().date());
    let all: Vec<Value> = tables.into_iter().chain(own).collect();
    let mut kept = list_editions(&data_dir.join("editions"));
    kept.retain(|id| id != edition.edition());
    if as_json {
        return print_json(&json!({"edition": edition.edition(), "tables": all, "gaps": gaps, "kept": kept}));
    }
    let mut lines =
        vec![format!("edition {}, {} documents in the index", edition.edition(), edition.manifest().documents)];
    for table in &all {
        let text = |key: &str| table[key].as_str().unwrap_or("-").to_owned();
        lines.push(format!(
            "{:<30} {:>8}  {:<10} to {:<10} {:<9} {}",
            text("name"),
            table["rows"].to_string(),
            text("from"),
            text("to"),
            text("scope"),
            text("release")
        ));
    }
    lines.extend(gaps.iter().map(|gap| format!("gap: {gap}")));
    lines.extend(kept.iter().map(|id| format!("kept: {id} (`corpus rollback {id}` makes it current)")));
    print(&lines.join("\n"))
}

fn search(edition: &Edition, words: &str, set: Option<SearchSet>, limit: usize, as_json: bool) -> Result<(), Failure> {
    let hits = edition.search(words, set, limit.min(1_000))?;
    if as_json {
        let hits: Vec<Value> = hits
            .iter()
            .map(|hit| {
                let code = (!hit.doc.contains('/')).then_some(hit.doc.as_str());
                json!({"code": code, "doc": hit.doc, "set": hit.set, "title": hit.title, "score": hit.score, "why": hit.why.join(" ")})
            })
            .collect();
        return print_json(&json!({ "hits": hits }));
    }
    if hits.is_empty() {
        return Err(Failure::Work(format!("nothing on this shelf holds these words: {words}")));
    }
    let lines: Vec<String> = hits
        .iter()
        .map(|hit| {
            // The words that it simply holds are seen in the title; what was read for others is not.
            let read: Vec<&str> = hit.why.iter().map(String::as_str).filter(|why| why.contains(' ')).collect();
            let why = if read.is_empty() { String::new() } else { format!("  ({})", read.join("; ")) };
            format!("{:<12} {}{why}", hit.doc, hit.title)
        })
        .collect();
    print(&lines.join("\n"))
}

fn pair(edition: &Edition, a: &str, b: &str, scope: Scope, as_json: bool) -> Result<(), Failure> {
    let code = |text: &str| Code::parse(text).map_err(|error| Failure::Work(error.to_string()));
    let (a, b) = (code(a)?, code(b)?);
    let check = checks::ask(edition, &Question::Ptp { a: a.clone(), b: b.clone() }, scope);
    if as_json {
        print_json(&pair_json(edition, &check))?;
    } else {
        print(&format!("{a} / {b}: {}\n{}", check.outcome.words(), checks::sentence(&check.detail)))?;
    }
    let unlisted = |code: &&Code| check.outcome == Outcome::NotChecked && edition.list_periods(code).is_empty();
    let unknown: Vec<&Code> = [&a, &b].into_iter().filter(unlisted).collect();
    match unknown.first() {
        Some(code) => Err(Failure::Work(format!(
            "{code} is on no list of this shelf; `caseconsultant corpus search` finds codes by words"
        ))),
        None => Ok(()),
    }
}

fn pair_json(edition: &Edition, check: &Check) -> Value {
    let figures = &check.figures;
    let known = check.outcome != Outcome::NotChecked;
    let subjects: Vec<&str> = check.question.subjects().iter().map(|code| code.as_str()).collect();
    let source = edition.releases().find(&check.release).map(|release| release.source.clone());
    json!({
        "pair": subjects,
        "outcome": check.outcome,
        "column_one": figures.column_one.as_ref().filter(|_| known),
        "column_two": figures.column_two.as_ref().filter(|_| known),
        "indicator": figures.indicator.filter(|_| known).map(|indicator| indicator.to_string()),
        "effective": figures.effective.map(|date| date.to_string()),
        "deletion": figures.deletion.map(|date| date.to_string()),
        "rationale": figures.rationale,
        "setting": check.scope.setting,
        "program": check.scope.program,
        "release": Some(&check.release).filter(|release| !release.is_empty()),
        "last_known": check.last_known.as_ref().map(|last| json!({"outcome": last.outcome, "release": last.release})),
        "edition": edition.edition(),
        "detail": check.detail,
        "source": source,
    })
}
