//! What can be wrong with an edition or with the files it is built from.

use std::path::Path;

/// Why the corpus could not be built, opened or read. Each names the file at fault and what to do.
#[derive(Debug, thiserror::Error)]
pub enum CorpusError {
    /// A file could not be read or written.
    #[error("{path}: {reason}")]
    File {
        /// The file.
        path: String,
        /// What the system said.
        reason: String,
    },
    /// A file of an edition is not what its manifest says.
    #[error(
        "{path}: the edition is damaged ({reason}). `caseconsultant corpus import` without a path builds an imported shelf anew from the files it keeps, `caseconsultant corpus build` the starter; the damaged folder may then be deleted"
    )]
    Damaged {
        /// The file.
        path: String,
        /// What differs.
        reason: String,
    },
    /// A corpus file has a line that its format does not allow.
    #[error("{file}, line {line}: {reason}. Nothing was changed; mend the line and build again")]
    Format {
        /// The corpus file.
        file: String,
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        reason: String,
    },
    /// The full-text index failed.
    #[error(
        "full-text index of the edition: {0}. `caseconsultant corpus import` without a path, or `caseconsultant corpus build`, makes a new one"
    )]
    Index(String),
}

impl CorpusError {
    /// A file error with its path.
    pub fn file(path: &Path, error: &std::io::Error) -> Self {
        Self::File { path: path.display().to_string(), reason: error.to_string() }
    }

    /// A damaged edition.
    pub fn damaged(path: &Path, reason: impl Into<String>) -> Self {
        Self::Damaged { path: path.display().to_string(), reason: reason.into() }
    }

    /// A bad line in a corpus file.
    pub fn format(file: &str, line: usize, reason: impl Into<String>) -> Self {
        Self::Format { file: file.to_owned(), line, reason: reason.into() }
    }
}
