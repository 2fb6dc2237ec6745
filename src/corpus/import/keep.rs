//! The imported files themselves, kept beside the editions by digest.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::ImportError;
use super::walk::Source;
use crate::corpus::{CorpusError, Manifest, edition};

fn folder(data_dir: &Path) -> PathBuf {
    data_dir.join("sources")
}

/// The sources of the current edition, as they are kept. One that is lost or damaged is taken from the files `given`
/// now, if it is among them.
pub fn on_shelf(data_dir: &Path, current: Option<&Manifest>, given: &[Source]) -> Result<Vec<Source>, ImportError> {
    let mut sources = Vec::new();
    for file in current.iter().flat_map(|manifest| &manifest.sources) {
        let path = folder(data_dir).join(&file.sha256);
        let kept = Source::of(&path, file.name.clone()).ok().filter(|source| source.sha256 == file.sha256);
        let found = kept.or_else(|| given.iter().find(|source| source.sha256 == file.sha256).cloned());
        sources.push(found.ok_or_else(|| {
            let reason = format!("it is gone or no longer the {} that was imported; import that file again", file.name);
            ImportError::Unreadable { path: path.display().to_string(), reason }
        })?);
    }
    Ok(sources)
}

/// Keeps the files of an edition; durable before the edition names them.
pub fn keep(data_dir: &Path, sources: &[&Source]) -> Result<(), ImportError> {
    let folder = folder(data_dir);
    let failed = |path: &Path, error: &std::io::Error| ImportError::Corpus(CorpusError::file(path, error));
    std::fs::create_dir_all(&folder).map_err(|error| failed(&folder, &error))?;
    for source in sources {
        let target = folder.join(&source.sha256);
        let held = Source::of(&target, String::new()).is_ok_and(|held| held.sha256 == source.sha256);
        if held {
            continue;
        }
        let part = folder.join(format!(".{}-{}", source.sha256, std::process::id()));
        let copy = || -> std::io::Result<()> {
            std::fs::copy(&source.path, &part)?;
            std::fs::File::open(&part)?.sync_all()?;
            std::fs::rename(&part, &target)
        };
        copy().map_err(|error| failed(&target, &error))?;
    }
    std::fs::File::open(&folder).and_then(|f| f.sync_all()).map_err(|error| failed(&folder, &error))
}

/// Removes files that no kept edition names. Best effort: what stays costs disk space and nothing else.
pub fn prune(data_dir: &Path) {
    let mut named = BTreeSet::new();
    for id in edition::list(&data_dir.join("editions")) {
        match Manifest::read_any(&data_dir.join("editions").join(id)) {
            Ok(manifest) => named.extend(manifest.sources.into_iter().map(|source| source.sha256)),
            Err(_) => return,
        }
    }
    let Ok(entries) = std::fs::read_dir(folder(data_dir)) else { return };
    for entry in entries.filter_map(Result::ok) {
        if !named.contains(entry.file_name().to_string_lossy().as_ref()) {
            let _ = std::fs::remove_file(entry.path());
        }
    }
}
