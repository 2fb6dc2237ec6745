//! The starter edition, built once for the whole test binary.

use std::sync::{Arc, OnceLock};

use caseconsultant::corpus::Shelf;

/// The edition, shared.
pub fn edition() -> Arc<Shelf> {
    static SHELF: OnceLock<(tempfile::TempDir, Arc<Shelf>)> = OnceLock::new();
    let built = SHELF.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let shelf = Shelf::open(folder.path()).unwrap();
        (folder, Arc::new(shelf))
    });
    built.1.clone()
}
