//! Official files in, one dated edition out: every file of every source is recognised and read, all releases are
//! merged, and the new edition replaces the old one only when everything held.
//!
//! The files that gave rows are kept beside the editions (`sources/`, by digest), because an edition is built from
//! all of them: adding next quarter's files reads the whole shelf again, and a program that reads more can build the
//! shelf anew.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::edition::{self, SourceFile};
use super::formats::Rights;
use super::{CorpusError, Files, Manifest, build, own};
use crate::domain::table::Table;

mod conflicts;
mod derive;
mod keep;
mod lists;
mod merge;
mod read;
mod walk;

pub use merge::Difference;

/// How an import is run.
pub struct Options<'a> {
    /// True when the operator holds a licence to store and show CPT descriptors.
    pub descriptors: bool,
    /// True when files read now take the place of earlier ones of the same name.
    pub replace: bool,
    /// Asked once, with the owners whose terms the files need; false stops the import.
    pub accept: &'a dyn Fn(&BTreeSet<&'static str>) -> bool,
}

/// Is told how far an import is.
pub trait Progress: Sync {
    /// All sources together have this many bytes.
    fn begin(&self, bytes: u64);
    /// A file within a source is being read.
    fn file(&self, path: &str);
    /// A source is read.
    fn source_read(&self, path: &str, bytes: u64);
    /// What is done once all is read.
    fn stage(&self, what: &str);
    /// True when the import is to end early, with nothing changed: asked between files and between stages.
    fn is_stopped(&self) -> bool {
        false
    }
}

/// What became of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileReport {
    /// Its path as shown, archives included.
    pub path: String,
    /// SHA-256 of the source it was in.
    pub source: String,
    /// SHA-256 of its content; empty when it could not be unpacked.
    pub sha256: String,
    /// What became of it.
    pub outcome: Outcome,
}

/// What became of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Its rows are in the edition.
    Read {
        /// The format.
        format: &'static str,
        /// Rows accepted.
        rows: u64,
        /// Records of the file behind them: a record may give rows of several releases.
        records: u64,
        /// Rows that could not be used.
        broken: u64,
        /// The first of them: line and reason.
        examples: Vec<(usize, String)>,
    },
    /// The same content as another file.
    Copy {
        /// The file that was read.
        of: String,
    },
    /// Of a known format that gives no rows.
    WithoutRows {
        /// The format.
        format: &'static str,
    },
    /// Of no known format.
    Unknown,
    /// It could not be unpacked.
    Unreadable {
        /// Why.
        reason: String,
    },
    /// Of a known format, and unusable.
    Refused {
        /// The format.
        format: &'static str,
        /// The line.
        line: usize,
        /// Why, and what to do.
        reason: String,
    },
}

/// What an import did.
#[derive(Debug)]
pub struct Report {
    /// The edition that is current now.
    pub edition: String,
    /// False when the same files had already made it.
    pub changed: bool,
    /// Every file.
    pub files: Vec<FileReport>,
    /// Where two forms of one table differ.
    pub differences: Vec<Difference>,
    /// Titles of the AMA and the ADA that were not stored, for lack of the operator's licence.
    pub withheld: u64,
}

/// Why nothing was imported. The current edition is what it was.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// A path cannot be read.
    #[error("{path}: {reason}. Nothing was imported")]
    Unreadable {
        /// The path.
        path: String,
        /// What the system said.
        reason: String,
    },
    /// No file of a known format.
    #[error("no file of a known format under the paths named. Nothing was imported; `--json` lists every file")]
    NothingKnown(Vec<FileReport>),
    /// Files of a known format are unusable.
    #[error("{}", refused(.0))]
    Refused(Vec<FileReport>),
    /// The operator did not accept the terms.
    #[error(
        "the terms of {0} were not accepted. Nothing was imported; `--accept-ama-license` accepts them for scripts"
    )]
    Terms(String),
    /// It was told to end.
    #[error("it was stopped before its end. Nothing was imported")]
    Stopped,
    /// The edition could not be built.
    #[error(transparent)]
    Corpus(#[from] CorpusError),
}

impl ImportError {
    fn unreadable(path: &Path, error: &std::io::Error) -> Self {
        Self::Unreadable { path: path.display().to_string(), reason: error.to_string() }
    }
}

fn refused(files: &[FileReport]) -> String {
    let lines = files.iter().map(|file| match &file.outcome {
        Outcome::Refused { format, line, reason } => format!("{} ({format}), line {line}: {reason}", file.path),
        Outcome::Read { format, rows, broken, examples, .. } => {
            let first =
                examples.first().map(|(line, why)| format!("; first in line {line}: {why}")).unwrap_or_default();
            format!("{} ({format}): {broken} broken rows beside {rows} good ones{first}", file.path)
        }
        _ => file.path.clone(),
    });
    let list: Vec<String> = lines.collect();
    format!(
        "{}\nNothing was imported, and the edition is what it was; mend or leave out what is named",
        list.join("\n")
    )
}

/// One broken row in this many is tolerated.
const BROKEN_ONE_IN: u64 = 1_000;

/// Imports the files under `paths` beside those already on the shelf; without paths, builds the shelf anew from
/// what it holds.
///
/// # Errors
/// See [`ImportError`]; in each case the current edition stays what it was.
pub fn import(
    data_dir: &Path,
    paths: &[PathBuf],
    options: &Options<'_>,
    progress: &dyn Progress,
) -> Result<Report, ImportError> {
    let root = data_dir.join("editions");
    let current = current(&root)?;
    let given = walk::sources(paths)?;
    let mut shelf = keep::on_shelf(data_dir, current.as_ref(), &given)?;
    if options.replace {
        // What is named now counts as new, even where it is held already.
        shelf.retain(|held| given.iter().all(|source| source.sha256 != held.sha256));
    }
    // The same content under another name may be another release: some tell their quarter by their name only.
    let is_held = |source: &walk::Source| {
        shelf.iter().any(|held| held.sha256 == source.sha256 && file_name(&held.shown) == file_name(&source.shown))
    };
    let new: Vec<walk::Source> = given.into_iter().filter(|source| !is_held(source)).collect();
    let first_new = shelf.len();
    let sources: Vec<walk::Source> = shelf.into_iter().chain(new).collect();
    progress.begin(sources.iter().map(|source| source.bytes).sum());
    let mut found = read::read(&sources, progress);
    go_on(progress)?;
    if options.replace {
        replaced(&mut found, &sources[first_new..]);
    }
    let files: Vec<FileReport> = found.iter().map(|one| one.report.clone()).collect();
    gate(&files)?;
    terms(&found, options)?;
    let used: BTreeSet<&str> = found
        .iter()
        .filter(|one| matches!(one.report.outcome, Outcome::Read { .. }))
        .map(|one| one.report.source.as_str())
        .collect();
    let used: Vec<&walk::Source> = sources.iter().filter(|source| used.contains(source.sha256.as_str())).collect();
    if used.is_empty() {
        return Err(ImportError::NothingKnown(files));
    }
    let own = Files::starter();
    let id = id(&own.id(), &used, options.descriptors);
    progress.stage("merging");
    let (mut tables, differences, withheld) = merge::merge(found, options.descriptors);
    derive::derive(&mut tables);
    let own_tables = own::read(&own)?;
    merge::under(&mut tables, own_tables);
    derive::derive_all(&mut tables);
    conflicts::find(&mut tables, &differences);
    go_on(progress)?;
    let sound = |manifest: &Manifest| manifest.id == id && manifest.verify(&root.join(&id)).is_ok();
    let changed = !current.as_ref().is_some_and(sound);
    progress.stage("keeping the files");
    keep::keep(data_dir, &used)?;
    if changed {
        progress.stage("writing and indexing");
        let names = used.iter().map(|s| SourceFile { name: s.shown.clone(), bytes: s.bytes, sha256: s.sha256.clone() });
        build::write(&root, &id, &own.id(), tables, names.collect())?;
        keep::prune(data_dir);
    }
    Ok(Report { edition: id, changed, files, differences, withheld })
}

fn go_on(progress: &dyn Progress) -> Result<(), ImportError> {
    if progress.is_stopped() { Err(ImportError::Stopped) } else { Ok(()) }
}

fn current(root: &Path) -> Result<Option<Manifest>, ImportError> {
    let Some(id) = edition::current(root)? else { return Ok(None) };
    // An edition of an older layout cannot be opened, but its list of files can. One that is gone must not pass for an
    // empty shelf: its files would silently leave it.
    match Manifest::read_any(&root.join(&id)) {
        Ok(manifest) => Ok(Some(manifest)),
        Err(_) if id.starts_with(Files::STARTER) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// The edition's id: the same files under the same rules make the same edition.
fn id(own: &str, sources: &[&walk::Source], descriptors: bool) -> String {
    use sha2::{Digest as _, Sha256};
    let mut digest = Sha256::new();
    digest.update(format!("{} {} {own} {descriptors}", edition::FORMAT, env!("CARGO_PKG_VERSION")));
    let mut all: Vec<(&str, String)> = sources.iter().map(|s| (s.sha256.as_str(), file_name(&s.shown))).collect();
    all.sort_unstable();
    for (sha256, name) in all {
        digest.update(format!("{sha256} {name}\n"));
    }
    format!("shelf-{}", &super::files::hex(&digest.finalize())[..12])
}

/// Files of a known kind that are unusable, or with more broken rows than may be, stop the import.
fn gate(files: &[FileReport]) -> Result<(), ImportError> {
    let bad = |file: &&FileReport| match &file.outcome {
        Outcome::Refused { .. } => true,
        Outcome::Read { records, broken, .. } => broken * BROKEN_ONE_IN > records + broken,
        _ => false,
    };
    let bad: Vec<FileReport> = files.iter().filter(bad).cloned().collect();
    if bad.is_empty() { Ok(()) } else { Err(ImportError::Refused(bad)) }
}

/// Tables whose official files CMS gives only to who accepts the AMA's terms: they hold CPT codes, if no words.
const OF_CPT: [Table; 9] = [
    Table::Mue,
    Table::AddOn,
    Table::Fee,
    Table::Payment,
    Table::OppsCap,
    Table::Opps,
    Table::Clfs,
    Table::Telehealth,
    Table::Rbcs,
];

/// Asks for the terms of owners whose material the files hold.
fn terms(found: &[read::Found], options: &Options<'_>) -> Result<(), ImportError> {
    let mut owners: BTreeSet<&'static str> = BTreeSet::new();
    let rights = Table::Title.column("rights").map_or(0, |n| n + 1);
    for intake in found.iter().map(|one| &one.intake) {
        let of = intake.origins.iter().map(|origin| origin.rights);
        owners.extend(of.filter(|rights| matches!(rights, Rights::Ama | Rights::Ada)).map(Rights::key));
        if !intake.pairs.is_empty() || OF_CPT.iter().any(|table| intake.rows.contains_key(table)) {
            owners.insert(Rights::Ama.key());
        }
        for title in intake.rows.get(&Table::Title).into_iter().flatten() {
            let owner = title.split('\t').nth(rights).and_then(Rights::parse);
            owners.extend(owner.filter(|rights| matches!(rights, Rights::Ama | Rights::Ada)).map(Rights::key));
        }
    }
    if owners.is_empty() || (options.accept)(&owners) {
        return Ok(());
    }
    Err(ImportError::Terms(owners.into_iter().map(str::to_uppercase).collect::<Vec<_>>().join(" and ")))
}

/// The last part of a path, in small letters.
fn file_name(path: &str) -> String {
    path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase()
}

/// Drops what earlier sources gave under a file name that a new source brings again.
fn replaced(found: &mut Vec<read::Found>, new: &[walk::Source]) {
    let is_new = |source: &str| new.iter().any(|held| held.sha256 == source);
    let brought: BTreeSet<String> = found
        .iter()
        .filter(|one| is_new(&one.report.source) && matches!(one.report.outcome, Outcome::Read { .. }))
        .map(|one| file_name(&one.report.path))
        .collect();
    found.retain(|one| is_new(&one.report.source) || !brought.contains(&file_name(&one.report.path)));
}
