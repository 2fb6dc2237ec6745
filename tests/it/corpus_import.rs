//! `corpus import` as an operator runs it: official files in, an edition out. Whatever the files are, the edition
//! before keeps answering until a new one is whole.

mod broken;
mod conflicts;
mod editions;
mod excerpts;
mod forms;
mod hostile;
mod limits;
mod made;
mod packed;
mod quarters;
pub mod real;
mod serving;
mod shelf;
mod terms;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tempfile::TempDir;

use crate::support::program::{Ran, run_in};

/// Pairs of the fixture that speaks for this day.
const DAY: &str = "2026-08-01";

/// The small files in the official formats.
fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/corpus")
}

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(fixtures().join(name)).unwrap()
}

/// An operator's data folder, and beside it the folder with the files to import.
struct Library {
    folder: TempDir,
}

impl Library {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("files")).unwrap();
        Self { folder }
    }

    /// With these fixtures among the files.
    fn with(names: &[&str]) -> Self {
        let library = Self::new();
        for name in names {
            library.put(name, &fixture(name));
        }
        library
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// The folder with the files.
    fn files(&self) -> PathBuf {
        self.folder.path().join("files")
    }

    /// Writes one of the files; its name may have folders in it.
    fn put(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.files().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, bytes).unwrap();
        path
    }

    fn run(&self, args: &[&str]) -> Ran {
        run_in(&self.data(), args, b"")
    }

    fn json(&self, args: &[&str]) -> Value {
        self.run(args).ended(0, &[]).json()
    }

    /// Imports the whole folder.
    fn import(&self) -> Value {
        self.import_of(&[self.files()])
    }

    fn import_of(&self, paths: &[PathBuf]) -> Value {
        self.try_import(paths).ended(0, &[]).json()
    }

    fn try_import(&self, paths: &[PathBuf]) -> Ran {
        let mut args = vec!["corpus", "import", "--accept-ama-license", "--json"];
        args.extend(paths.iter().map(|path| path.to_str().unwrap()));
        self.run(&args)
    }

    /// Imports a folder that must be refused, with these words, and leaves everything as it was.
    fn refused(&self, words: &[&str]) -> Ran {
        let before = self.everything();
        let ran = self.try_import(&[self.files()]).ended(1, words);
        assert!(before == self.everything(), "a refused import changed the data folder");
        ran
    }

    /// May these be billed together on that day?
    fn pair(&self, a: &str, b: &str, on: &str) -> Value {
        self.json(&["corpus", "pair", a, b, "--on", on, "--json"])
    }

    fn outcome(&self, a: &str, b: &str, on: &str) -> String {
        self.pair(a, b, on)["outcome"].as_str().unwrap().to_owned()
    }

    /// What the edition holds, by release.
    fn releases(&self) -> BTreeMap<String, Value> {
        let status = self.json(&["corpus", "status", "--json"]);
        let tables = status["tables"].as_array().unwrap().clone();
        tables.into_iter().map(|table| (table["release"].as_str().unwrap().to_owned(), table)).collect()
    }

    fn current(&self) -> String {
        std::fs::read_to_string(self.data().join("editions/CURRENT")).unwrap()
    }

    /// The folder of the current edition.
    fn edition(&self) -> PathBuf {
        self.data().join("editions").join(self.current().trim())
    }

    /// Editions, pointer and kept files, byte by byte.
    fn everything(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut all = BTreeMap::new();
        for part in ["editions", "sources"] {
            collect(&self.data().join(part), &mut all);
        }
        all
    }
}

fn collect(folder: &Path, into: &mut BTreeMap<PathBuf, Vec<u8>>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for path in entries.map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            collect(&path, into);
        } else {
            into.insert(path.clone(), std::fs::read(&path).unwrap());
        }
    }
}

/// The report of one file of an import, by the end of its path.
fn file<'v>(report: &'v Value, name: &str) -> &'v Value {
    let files = report["files"].as_array().unwrap();
    let found = files.iter().find(|file| file["path"].as_str().unwrap().ends_with(name));
    found.unwrap_or_else(|| panic!("{name} is not among {files:?}"))
}
