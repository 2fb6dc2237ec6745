//! The folder that files are loaded into, and `fetched.json`: what came from where, when, with which digest.

use std::fs::{File, TryLockError};
use std::io::Read as _;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::error::FetchError;

/// One file that was loaded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Its name in the folder.
    pub name: String,
    /// The kind it belongs to.
    pub kind: String,
    /// The period it is of, by its label.
    pub period: String,
    /// Which part of the release; empty where there is one.
    #[serde(default)]
    pub part: String,
    /// Where it came from.
    pub address: String,
    /// When, in UTC.
    pub at: String,
    /// Its size in bytes.
    pub size: u64,
    /// Its SHA-256 in lower-case hexadecimal.
    pub sha256: String,
    /// The site's entity tag; empty when it gave none.
    #[serde(default)]
    pub etag: String,
    /// The site's date of the file; empty when it gave none.
    #[serde(default)]
    pub modified: String,
}

#[derive(Default, Serialize, Deserialize)]
struct Fetched {
    files: Vec<Entry>,
}

/// The folder. While it is open no other run loads into it.
pub struct Folder {
    path: PathBuf,
    fetched: Fetched,
    _lock: File,
}

impl Folder {
    /// Opens a folder, made if it is not there, and its record.
    ///
    /// # Errors
    /// Another run holds it, or it cannot be made or read.
    pub fn open(path: &Path) -> Result<Self, FetchError> {
        std::fs::create_dir_all(path).map_err(|error| FetchError::file(path, &error))?;
        let lock_path = path.join("fetched.lock");
        let lock = File::create(&lock_path).map_err(|error| FetchError::file(&lock_path, &error))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(FetchError::Busy { folder: path.display().to_string() }),
            // A file system without locks: the operator minds the runs.
            Err(TryLockError::Error(error)) if error.kind() == std::io::ErrorKind::Unsupported => {}
            Err(TryLockError::Error(error)) => return Err(FetchError::file(&lock_path, &error)),
        }
        let record = path.join("fetched.json");
        let fetched = match std::fs::read(&record) {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(|error| FetchError::Damaged {
                path: record.display().to_string(),
                reason: error.to_string(),
            })?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Fetched::default(),
            Err(error) => return Err(FetchError::file(&record, &error)),
        };
        Ok(Self { path: path.to_path_buf(), fetched, _lock: lock })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Everything that was loaded into it, by name.
    pub fn entries(&self) -> &[Entry] {
        &self.fetched.files
    }

    /// The name under which a file of a kind is kept: its own, unless another kind has a file of that name.
    pub(super) fn name_for(&self, kind: &str, name: &str) -> String {
        let taken = self.fetched.files.iter().any(|entry| entry.name == name && entry.kind != kind);
        let reserved = ["fetched.json", "fetched.lock"].contains(&name);
        if taken || reserved { format!("{kind}-{name}") } else { name.to_owned() }
    }

    /// The entry of a file that still lies there as it was loaded, by its digest.
    pub(super) fn whole(&self, name: &str) -> Option<&Entry> {
        let entry = self.fetched.files.iter().find(|entry| entry.name == name)?;
        let (size, sha256) = digest(&self.path.join(name)).ok()?;
        (size == entry.size && sha256 == entry.sha256).then_some(entry)
    }

    /// Notes a file that was loaded, in place of an earlier one of that name.
    pub(super) fn note(&mut self, entry: Entry) -> Result<(), FetchError> {
        self.fetched.files.retain(|known| known.name != entry.name);
        self.fetched.files.push(entry);
        self.fetched.files.sort_by(|one, other| one.name.cmp(&other.name));
        write_whole(&self.path.join("fetched.json"), &self.fetched)
    }
}

/// Writes a record beside the present one and puts it in its place, so that there is always one that is whole.
pub(super) fn write_whole(path: &Path, record: &impl Serialize) -> Result<(), FetchError> {
    let failed = |error: std::io::Error| FetchError::file(path, &error);
    let mut text = serde_json::to_vec_pretty(record).map_err(|error| failed(error.into()))?;
    text.push(b'\n');
    let beside = path.with_extension("json.new");
    std::fs::write(&beside, text).map_err(failed)?;
    std::fs::rename(&beside, path).map_err(failed)
}

/// Size and SHA-256 of a file.
pub(super) fn digest(path: &Path) -> std::io::Result<(u64, String)> {
    let mut file = File::open(path)?;
    let (mut sha256, mut size, mut buffer) = (Sha256::new(), 0, vec![0; 1 << 18]);
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            break;
        }
        sha256.update(&buffer[..read]);
        size += read as u64;
    }
    let hex = sha256.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    Ok((size, hex))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(name: &str, kind: &str) -> Entry {
        Entry {
            name: name.to_owned(),
            kind: kind.to_owned(),
            period: "2026Q4".to_owned(),
            part: String::new(),
            address: "https://a.test/x".to_owned(),
            at: "2026-11-24T10:00:00Z".to_owned(),
            size: 3,
            sha256: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad".to_owned(),
            etag: String::new(),
            modified: String::new(),
        }
    }

    #[test]
    fn the_record_outlives_the_run_and_knows_a_file_that_was_changed() {
        let place = tempfile::tempdir().unwrap();
        {
            let mut folder = Folder::open(place.path()).unwrap();
            std::fs::write(place.path().join("x.zip"), "abc").unwrap();
            folder.note(entry("x.zip", "hcpcs")).unwrap();
        }
        let folder = Folder::open(place.path()).unwrap();
        assert_eq!(folder.whole("x.zip"), Some(&entry("x.zip", "hcpcs")));
        std::fs::write(place.path().join("x.zip"), "abd").unwrap();
        assert_eq!(folder.whole("x.zip"), None);
        assert_eq!(folder.name_for("clfs", "x.zip"), "clfs-x.zip");
        assert_eq!(folder.name_for("hcpcs", "x.zip"), "x.zip");
        assert_eq!(folder.name_for("hcpcs", "fetched.json"), "hcpcs-fetched.json");
    }

    #[test]
    fn two_runs_do_not_share_a_folder() {
        let place = tempfile::tempdir().unwrap();
        let first = Folder::open(place.path()).unwrap();
        assert!(matches!(Folder::open(place.path()), Err(FetchError::Busy { .. })));
        drop(first);
        assert!(Folder::open(place.path()).is_ok());
    }

    #[test]
    fn a_damaged_record_is_named() {
        let place = tempfile::tempdir().unwrap();
        std::fs::write(place.path().join("fetched.json"), "{").unwrap();
        let Err(error) = Folder::open(place.path()) else { panic!("it was read") };
        assert!(error.to_string().contains("fetched.json is damaged"), "{error}");
    }
}
