//! The knowledge: corpus files in, an immutable dated edition out, swapped atomically.
//!
//! An edition is a folder: `facts/*.tsv` (sorted rows, read in place by binary search), `index/` (tantivy) and
//! `manifest.json` with the digest of every file. It is built beside the present one, checked, and swapped in by
//! renaming one small file; it is never edited. The starter edition is compiled into the program.

use std::path::{Path, PathBuf};

mod build;
mod edition;
mod error;
mod facts;
mod files;
mod index;
mod pairs;
mod release;
mod rows;
mod rules;
mod search;
mod token;

pub use build::build;
pub use edition::{Manifest, TableSummary};
pub use error::CorpusError;
pub use files::Files;
pub use pairs::PtpRow;
pub use release::{Release, Releases, Scope as ReleaseScope};
pub use rows::{AddOnRow, CodeText, FeeRow, MueRow, PeriodRow, RelationRow, SuccessorRow};
pub use rules::{Card, ModifierEntry};
pub use search::{Hit, SearchSet};

use facts::Facts;

/// An open edition. Cheap to share; holds no lock and writes nothing.
pub struct Corpus {
    manifest: Manifest,
    folder: PathBuf,
    facts: Facts,
    releases: Releases,
    cards: std::sync::OnceLock<Vec<Card>>,
    index: std::sync::OnceLock<index::Index>,
}

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
            facts,
            releases,
            cards: std::sync::OnceLock::new(),
            index: std::sync::OnceLock::new(),
        })
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
