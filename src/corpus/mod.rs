//! The knowledge: corpus files in, an immutable dated edition out, swapped atomically.
//!
//! An edition is a folder: `facts/*.tsv` (sorted rows, read in place by binary search), `index/` (tantivy) and
//! `manifest.json` with the digest of every file. It is built beside the present one, checked, and swapped in by
//! renaming one small file; it is never edited. The starter edition is compiled into the program.

use std::path::{Path, PathBuf};
use std::sync::Arc;

mod authority;
mod build;
mod cases;
mod code_page;
mod conflict;
mod diff;
mod edition;
mod error;
mod facts;
pub mod fetch;
mod files;
pub mod formats;
mod gaps;
mod heard;
pub mod import;
mod index;
mod own;
mod pairs;
mod pairs_of;
mod phrases;
mod place;
mod release;
mod rows;
mod rule_files;
mod rules;
mod search;
mod shelf;
mod tables;
mod token;
mod written;

pub use build::build;
pub use cases::{Asked, Closeness, Match};
pub use conflict::ConflictRow;
pub use diff::{Change, ChangeKind, diff};
pub use edition::{
    Kept, Manifest, SourceFile, TableSummary, current as current_edition, kept as kept_editions, list as list_editions,
    switch,
};
pub use error::CorpusError;
pub use facts::Line;
pub use files::Files;
pub use heard::{LONGEST_QUOTE, QuoteError};
pub(crate) use own::OWN as OWN_WORDS;
pub use pairs::PtpRow;
pub use pairs_of::Partners;
pub use phrases::Words;
pub use place::{RelationRow, codes_above};
pub use release::{Release, Releases, Scope as ReleaseScope};
pub use rows::{AddOnRow, CodeText, FeeRow, MueRow, PeriodRow, SuccessorRow, TitleRow};
pub use rules::{Card, Case, ModifierEntry};
pub use search::{Hit, Search, SearchSet};
pub use shelf::Shelf;

use crate::domain::confirmation::Confirmations;
use facts::Facts;

/// An open edition. Cheap to share; holds no lock and writes nothing.
pub struct Corpus {
    manifest: Manifest,
    folder: PathBuf,
    facts: Arc<Facts>,
    releases: Releases,
    office: Arc<Confirmations>,
    cards: std::sync::OnceLock<Vec<Card>>,
    cases: std::sync::OnceLock<cases::Cases>,
    compared: cases::Memo,
    indexes: Arc<[std::sync::OnceLock<index::Index>; 5]>,
    concepts: Arc<std::sync::OnceLock<Vec<Concept>>>,
}

/// What coders say and what manuals call it, each as stems.
type Concept = (Vec<String>, Vec<String>);

impl Corpus {
    /// Opens the current edition of a data folder. On a fresh folder, or after the program brought a newer
    /// starter, the starter edition is built first; an operator's own edition is never replaced.
    ///
    /// # Errors
    /// A file is missing, cut short or unreadable; the message names it and the command that mends it.
    pub fn open(data_dir: &Path) -> Result<Self, CorpusError> {
        let root = data_dir.join("editions");
        let starter = Files::starter();
        let id = match edition::current(&root)? {
            Some(id) if id == starter.id() || !id.starts_with(Files::STARTER) => id,
            _ => build(&root, &starter)?,
        };
        Self::open_edition(&root.join(&id))
    }

    /// Opens one edition by its folder.
    ///
    /// # Errors
    /// As [`Corpus::open`].
    pub fn open_edition(folder: &Path) -> Result<Self, CorpusError> {
        let manifest = Manifest::read(folder)?;
        let facts = Facts::open(folder, &manifest)?;
        let releases = Releases::read(&facts)?;
        Ok(Self {
            manifest,
            folder: folder.to_path_buf(),
            facts: Arc::new(facts),
            releases,
            office: Arc::default(),
            cards: std::sync::OnceLock::new(),
            cases: std::sync::OnceLock::new(),
            compared: cases::Memo::default(),
            indexes: Arc::default(),
            concepts: Arc::default(),
        })
    }

    /// Opens what is otherwise opened at the first need, so that no question waits for it.
    pub fn warm(&self) {
        let _ = (self.cards(), self.concepts());
        for part in index::Part::ALL {
            let _ = self.index(part);
        }
    }

    fn concepts(&self) -> &[Concept] {
        self.concepts.get_or_init(|| {
            let lines = self.facts.all(crate::domain::table::Table::Lexicon);
            let concepts = lines.filter(|line| line.get("kind") == "concept");
            concepts.map(|line| (token::terms(line.key), token::terms(line.get("meaning")))).collect()
        })
    }

    /// Every row of a table as a citation quotes it.
    pub fn lines(&self, table: crate::domain::table::Table) -> impl Iterator<Item = &str> {
        self.facts.all(table).map(|line| line.text)
    }

    /// The edition's id, which is derived from its content.
    pub fn edition(&self) -> &str {
        &self.manifest.id
    }

    /// What the edition holds.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The official releases behind it.
    pub fn releases(&self) -> &Releases {
        &self.releases
    }

    /// Opens a kept edition by its id.
    ///
    /// # Errors
    /// There is no such edition, or it is damaged.
    pub fn open_kept(data_dir: &Path, id: &str) -> Result<Self, CorpusError> {
        Self::open_edition(&data_dir.join("editions").join(id))
    }

    /// True when the edition holds other texts of ours than this program brings.
    pub fn is_behind_program(&self) -> bool {
        !self.manifest.sources.is_empty() && self.manifest.own != Files::starter().id()
    }

    /// Compares every imported file that is kept with its digest; returns how many there are.
    ///
    /// # Errors
    /// Names the first file that is missing or differs.
    pub fn verify_sources(&self, data_dir: &Path) -> Result<usize, CorpusError> {
        for source in &self.manifest.sources {
            let path = data_dir.join("sources").join(&source.sha256);
            if edition::digest_of(&path)? != source.sha256 {
                return Err(CorpusError::damaged(&path, format!("it is no longer {}", source.name)));
            }
        }
        Ok(self.manifest.sources.len())
    }

    /// Compares every file with its digest in the manifest.
    ///
    /// # Errors
    /// Names the first file that differs.
    pub fn verify(&self) -> Result<(), CorpusError> {
        self.manifest.verify(&self.folder)
    }
}

/// The starter edition, built once for all unit tests of the program.
#[cfg(test)]
pub(crate) fn starter_for_tests() -> &'static Corpus {
    static CORPUS: std::sync::OnceLock<(tempfile::TempDir, Corpus)> = std::sync::OnceLock::new();
    let built = CORPUS.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let corpus = Corpus::open(folder.path()).expect("the starter edition can be built");
        (folder, corpus)
    });
    &built.1
}
