//! The keys that seal originals: the operator's, or for a trial its own, made at the first start beside the database.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use super::StartError;
use crate::clock;
use crate::config::{Config, Mode};
use crate::identity::seal::{KeyRing, SealError};

/// The configured keys. In a trial without any, the key of the data folder, made where there is none.
///
/// # Errors
/// A key is malformed, or the file of a trial cannot be used; in production there must be a key in the settings.
pub fn keys(config: &Config) -> Result<KeyRing, StartError> {
    if !config.seal.keys.is_empty() {
        return Ok(KeyRing::parse(config.seal.keys.expose())?);
    }
    if config.service.mode == Mode::Production {
        return Err(SealError::NoKey.into());
    }
    let path = file(&config.data_dir);
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => make(&path)?,
        Err(error) => return Err(at(&path, &error)),
    };
    KeyRing::parse(&text).map_err(|error| StartError::KeyFile {
        path: path.display().to_string(),
        reason: format!("{error}. It was made by a trial; without it what it sealed cannot be opened"),
    })
}

/// Where a trial keeps its key.
fn file(data_dir: &Path) -> PathBuf {
    data_dir.join("seal.key")
}

/// Makes the key of a trial, readable by its owner alone. Where another process was quicker, its key is the one.
fn make(path: &Path) -> Result<String, StartError> {
    use std::os::unix::fs::OpenOptionsExt as _;
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(|error| at(path, &error))?;
    }
    let text = format!("{}\n", KeyRing::write_key("trial", clock::random_bytes()));
    // Written aside and linked: nobody sees half a key, and of two makers one wins.
    let aside = path.with_extension(format!("{:016x}", clock::random()));
    let written =
        std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&aside).and_then(|mut file| {
            file.write_all(text.as_bytes())?;
            file.sync_all()
        });
    let linked = written.and_then(|()| match std::fs::hard_link(&aside, path) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    });
    let _ = std::fs::remove_file(&aside); // It is linked, or of no use.
    linked.and_then(|()| std::fs::read_to_string(path)).map_err(|error| at(path, &error))
}

fn at(path: &Path, error: &std::io::Error) -> StartError {
    StartError::KeyFile {
        path: path.display().to_string(),
        reason: format!(
            "the key of the seal cannot be kept there: {error}. Set seal.keys, or choose another folder with --data-dir"
        ),
    }
}
