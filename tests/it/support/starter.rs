//! The starter edition, built once for the whole test binary.

use std::sync::{Arc, OnceLock};

use caseconsultant::corpus::Shelf;

static SHELF: OnceLock<(tempfile::TempDir, Arc<Shelf>)> = OnceLock::new();

fn built() -> &'static (tempfile::TempDir, Arc<Shelf>) {
    SHELF.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let shelf = Shelf::open(folder.path()).unwrap();
        (folder, Arc::new(shelf))
    })
}

/// The edition, shared.
pub fn edition() -> Arc<Shelf> {
    built().1.clone()
}

/// The same edition on a shelf of one's own: what an office says of it, nobody else hears.
pub fn own() -> Arc<Shelf> {
    Arc::new(Shelf::open(built().0.path()).unwrap())
}
