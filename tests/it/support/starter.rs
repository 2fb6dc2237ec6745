//! The starter edition, built once for the whole test binary.

use std::sync::{Arc, OnceLock};

use caseconsultant::corpus::Corpus;

/// The edition, shared.
pub fn edition() -> Arc<Corpus> {
    static CORPUS: OnceLock<(tempfile::TempDir, Arc<Corpus>)> = OnceLock::new();
    let built = CORPUS.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let corpus = Corpus::open(folder.path()).unwrap();
        (folder, Arc::new(corpus))
    });
    built.1.clone()
}
