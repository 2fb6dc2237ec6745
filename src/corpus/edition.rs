//! The folder of an edition, its manifest, and the atomic swap.

use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::CorpusError;
use super::files::hex;
use crate::domain::time::Timestamp;

/// Changes whenever the layout of an edition changes, so that an older folder is built anew and not misread.
pub const FORMAT: u32 = 5;

/// Editions kept beside the current one, so that an answer can be traced to the one it used.
const KEPT: usize = 2;

/// What an edition holds.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Manifest {
    /// Layout of the folder.
    pub format: u32,
    /// The edition's id: a name and a digest of the files it was built from.
    pub id: String,
    /// The id of our own texts in it: what the program brings, or a folder of the operator's.
    #[serde(default)]
    pub own: String,
    /// The files that the operator imported.
    #[serde(default)]
    pub sources: Vec<SourceFile>,
    /// The fact tables.
    pub tables: Vec<TableSummary>,
    /// Documents in the full-text index.
    pub documents: u64,
    /// Files of the full-text index with their digests.
    pub index: Vec<FileDigest>,
}

/// One fact table.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TableSummary {
    /// Its name.
    pub name: String,
    /// Its rows.
    pub rows: u64,
    /// Different keys of its rows.
    #[serde(default)]
    pub keys: u64,
    /// Its size in bytes.
    pub bytes: u64,
    /// SHA-256 of its file.
    pub sha256: String,
    /// SHA-256 of the file that says where its lines are.
    #[serde(default)]
    pub starts_sha256: String,
}

/// A file that the operator imported: kept beside the editions, so that each can be built anew.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceFile {
    /// Its path as shown.
    pub name: String,
    /// Its size in bytes.
    pub bytes: u64,
    /// SHA-256 of its content.
    pub sha256: String,
}

/// A file and its digest.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FileDigest {
    /// The file's name.
    pub name: String,
    /// SHA-256.
    pub sha256: String,
}

impl Manifest {
    /// Reads `manifest.json` of an edition's folder.
    pub fn read(folder: &Path) -> Result<Self, CorpusError> {
        let manifest = Self::read_any(folder)?;
        let path = folder.join("manifest.json");
        if manifest.format != FORMAT {
            return Err(CorpusError::damaged(
                &path,
                format!("layout {}, this program reads {FORMAT}", manifest.format),
            ));
        }
        Ok(manifest)
    }

    /// Reads a manifest of any layout: enough to know what an edition was built from.
    pub fn read_any(folder: &Path) -> Result<Self, CorpusError> {
        let path = folder.join("manifest.json");
        let text = std::fs::read_to_string(&path).map_err(|error| CorpusError::damaged(&path, error.to_string()))?;
        serde_json::from_str(&text).map_err(|error| CorpusError::damaged(&path, error.to_string()))
    }

    /// Compares every file with its digest.
    pub fn verify(&self, folder: &Path) -> Result<(), CorpusError> {
        let fact = |name: &str, end: &str| folder.join("facts").join(format!("{name}.{end}"));
        let facts = self.tables.iter().map(|t| (fact(&t.name, "tsv"), &t.sha256));
        let starts = self.tables.iter().map(|t| (fact(&t.name, "idx"), &t.starts_sha256));
        let index = self.index.iter().map(|f| (folder.join("index").join(&f.name), &f.sha256));
        for (path, digest) in facts.chain(starts).chain(index) {
            if &digest_of(&path)? != digest {
                return Err(CorpusError::damaged(&path, "its digest differs from the manifest"));
            }
        }
        Ok(())
    }
}

/// SHA-256 of a file, read piece by piece.
pub fn digest_of(path: &Path) -> Result<String, CorpusError> {
    let damaged = |error: std::io::Error| CorpusError::damaged(path, error.to_string());
    let mut file = std::fs::File::open(path).map_err(damaged)?;
    let (mut digest, mut buffer) = (Sha256::new(), vec![0; 1 << 16]);
    loop {
        let read = file.read(&mut buffer).map_err(damaged)?;
        if read == 0 {
            return Ok(hex(&digest.finalize()));
        }
        digest.update(&buffer[..read]);
    }
}

/// The id of the current edition; `None` on a fresh data folder.
pub fn current(root: &Path) -> Result<Option<String>, CorpusError> {
    let path = root.join("CURRENT");
    match std::fs::read_to_string(&path) {
        Ok(text) => {
            let id = text.trim();
            let plain = !id.is_empty() && id.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
            if plain { Ok(Some(id.to_owned())) } else { Err(CorpusError::damaged(&path, "names no edition")) }
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) if error.kind() == std::io::ErrorKind::InvalidData => {
            Err(CorpusError::damaged(&path, "names no edition"))
        }
        Err(error) => Err(CorpusError::file(&path, &error)),
    }
}

/// An edition that is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Its id.
    pub id: String,
    /// When it was built.
    pub built: Timestamp,
}

/// The ids of all editions that are kept, the newest first.
pub fn list(root: &Path) -> Vec<String> {
    kept(root).into_iter().map(|kept| kept.id).collect()
}

/// All editions that are kept, the newest first.
pub fn kept(root: &Path) -> Vec<Kept> {
    let Ok(entries) = std::fs::read_dir(root) else { return Vec::new() };
    let mut found: Vec<(std::time::SystemTime, String)> = entries
        .filter_map(Result::ok)
        .filter(|entry| entry.path().join("manifest.json").is_file())
        .filter(|entry| !entry.file_name().to_string_lossy().starts_with('.'))
        .filter_map(|entry| {
            let built = entry.path().join("manifest.json").metadata().ok()?.modified().ok()?;
            Some((built, entry.file_name().to_string_lossy().into_owned()))
        })
        .collect();
    found.sort();
    found.reverse();
    let micros = |built: std::time::SystemTime| {
        let since = built.duration_since(std::time::SystemTime::UNIX_EPOCH).unwrap_or_default();
        Timestamp(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
    };
    found.into_iter().map(|(built, id)| Kept { id, built: micros(built) }).collect()
}

/// Puts a finished folder in place and makes it current: rename, then one small file replaced by rename.
pub fn swap_in(root: &Path, built: &Path, id: &str) -> Result<(), CorpusError> {
    let target = root.join(id);
    let sound = Manifest::read(&target).and_then(|manifest| manifest.verify(&target)).is_ok();
    if !sound {
        if target.exists() {
            let aside = built.with_extension("damaged");
            std::fs::rename(&target, &aside).map_err(|error| CorpusError::file(&target, &error))?;
        }
        match std::fs::rename(built, &target) {
            Ok(()) => sync(root)?,
            // Another process built the same edition at the same moment: the content is the same by its id.
            Err(_) if target.join("manifest.json").exists() => {}
            Err(error) => return Err(CorpusError::file(&target, &error)),
        }
    }
    let pointer = built.with_extension("current");
    write_durably(&pointer, id.as_bytes())?;
    let path = root.join("CURRENT");
    std::fs::rename(&pointer, &path).map_err(|error| CorpusError::file(&path, &error))?;
    sync(root)?;
    prune(root, id);
    Ok(())
}

/// Makes an edition that is kept the current one.
pub fn switch(root: &Path, id: &str) -> Result<(), CorpusError> {
    Manifest::read(&root.join(id))?.verify(&root.join(id))?;
    let pointer = root.join(format!(".current-{}", std::process::id()));
    write_durably(&pointer, id.as_bytes())?;
    let path = root.join("CURRENT");
    std::fs::rename(&pointer, &path).map_err(|error| CorpusError::file(&path, &error))?;
    sync(root)
}

/// Writes a file and waits until it is on disk.
pub fn write_durably(path: &Path, bytes: &[u8]) -> Result<(), CorpusError> {
    let write = || -> std::io::Result<()> {
        let mut file = std::fs::File::create(path)?;
        file.write_all(bytes)?;
        file.sync_all()
    };
    write().map_err(|error| CorpusError::file(path, &error))
}

fn sync(folder: &Path) -> Result<(), CorpusError> {
    std::fs::File::open(folder).and_then(|file| file.sync_all()).map_err(|error| CorpusError::file(folder, &error))
}

/// Removes editions beyond the kept ones and left-overs of interrupted builds. Best effort: what cannot be removed
/// costs disk space and nothing else.
fn prune(root: &Path, current: &str) {
    let Ok(entries) = std::fs::read_dir(root) else { return };
    let mut old: Vec<(std::time::SystemTime, PathBuf)> = entries
        .filter_map(Result::ok)
        .filter(|entry| entry.path().is_dir() && entry.file_name() != current)
        .filter(|entry| !entry.file_name().to_string_lossy().starts_with('.'))
        .filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.path())))
        .collect();
    old.sort();
    let surplus = old.len().saturating_sub(KEPT);
    for (_, path) in old.into_iter().take(surplus) {
        let _ = std::fs::remove_dir_all(path);
    }
}
