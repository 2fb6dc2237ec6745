//! The starter edition, built once for the whole test binary.

use std::path::Path;
use std::sync::{Arc, OnceLock};

use caseconsultant::corpus::Shelf;

/// The edition, shared.
pub fn edition() -> Arc<Shelf> {
    built().1.clone()
}

/// The same edition for one test alone: what an office says of it, nobody else hears.
pub fn unshared() -> Arc<Shelf> {
    Arc::new(Shelf::open(built().0.path()).unwrap())
}

/// The same on a shelf of one's own, in that data folder.
pub fn own(data_dir: &Path) -> Arc<Shelf> {
    copy(&built().0.path().join("editions"), &data_dir.join("editions"));
    Arc::new(Shelf::open(data_dir).unwrap())
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() {
            copy(&from, &to);
        } else {
            std::fs::copy(&from, &to).unwrap();
        }
    }
}

fn built() -> &'static (tempfile::TempDir, Arc<Shelf>) {
    static SHELF: OnceLock<(tempfile::TempDir, Arc<Shelf>)> = OnceLock::new();
    SHELF.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let shelf = Shelf::open(folder.path()).unwrap();
        (folder, Arc::new(shelf))
    })
}
