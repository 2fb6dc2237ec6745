//! One process at a time serves a data folder: two would read one mailbox and send one outbox.

use std::fs::File;
use std::path::Path;

use nix::fcntl::{Flock, FlockArg};

use super::StartError;
use crate::store::StoreError;

/// The lock of a data folder; the system frees it when the process ends, however it ends.
pub struct Alone {
    _lock: Flock<File>,
}

impl Alone {
    /// Takes the folder.
    ///
    /// # Errors
    /// Another process has it, or the lock's file cannot be made.
    pub fn with(data_dir: &Path) -> Result<Self, StartError> {
        let path = data_dir.join("serve.lock");
        let shown = path.display().to_string();
        let unusable = |error: std::io::Error| StoreError::Open { path: shown.clone(), reason: error.to_string() };
        std::fs::create_dir_all(data_dir).map_err(unusable)?;
        let file = File::options().create(true).append(true).open(&path).map_err(unusable)?;
        match Flock::lock(file, FlockArg::LockExclusiveNonblock) {
            Ok(lock) => Ok(Self { _lock: lock }),
            Err(_) => Err(StartError::Busy { path: shown }),
        }
    }
}
