//! The file of the tokens: private, held by one renewal at a time, and replaced as a whole.
//!
//! A renewal is written beside the file, brought to the disk, and renamed over it; then the folder is brought to the
//! disk too. Whoever is killed before the rename leaves the new tokens beside the old ones, and the next one to come
//! takes them from there: the refresh token in the old file may be void already.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read as _, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::{Granted, MARGIN_SECONDS, OauthError};

/// What is kept. Its `Debug` shows no token.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tokens {
    /// Counts renewals: of two files the one with the higher number is newer.
    pub renewal: u64,
    /// What access tokens are bought with.
    pub refresh_token: String,
    /// The latest access token; empty where there is none.
    #[serde(default)]
    pub access_token: String,
    /// When that ends, in seconds since 1970.
    #[serde(default)]
    pub expires_at: i64,
    /// When it was given.
    #[serde(default)]
    pub renewed_at: i64,
}

impl std::fmt::Debug for Tokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tokens").field("renewal", &self.renewal).field("expires_at", &self.expires_at).finish()
    }
}

impl Tokens {
    /// True while the access token is worth a login.
    pub fn is_good(&self, now: i64) -> bool {
        // One that was given in the future was given by a clock that was wrong.
        !self.access_token.is_empty() && now >= self.renewed_at && now < self.expires_at.saturating_sub(MARGIN_SECONDS)
    }

    /// The same after a renewal. Where no new refresh token came, the old one stays (RFC 6749 section 6).
    pub fn renewed(&self, granted: Granted, now: i64) -> Self {
        Self {
            renewal: self.renewal.saturating_add(1),
            refresh_token: granted.refresh_token.unwrap_or_else(|| self.refresh_token.clone()),
            access_token: granted.access_token,
            expires_at: now.saturating_add(i64::try_from(granted.expires_in).unwrap_or(0)),
            renewed_at: now,
        }
    }
}

/// The file, held by this process until it is dropped.
#[derive(Debug)]
pub struct Keep {
    path: PathBuf,
    aside: PathBuf,
    tokens: Option<Tokens>,
    _lock: File,
}

impl Keep {
    /// Waits until no other renewal holds the file, then reads it. What a renewal that was killed left beside it counts
    /// where it is newer.
    ///
    /// # Errors
    /// The file is open to others, damaged, or cannot be read.
    pub fn open(path: &Path) -> Result<Self, OauthError> {
        let lock = beside(path, "lock");
        let held = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(&lock);
        let held = held.and_then(|file| file.lock().map(|()| file)).map_err(|error| at(&lock, &error))?;
        let aside = beside(path, "new");
        let tokens = read(path)?;
        let left = read(&aside).ok().flatten();
        let mut keep = Self { path: path.to_owned(), aside, tokens, _lock: held };
        let number = |tokens: &Option<Tokens>| tokens.as_ref().map(|tokens| tokens.renewal);
        if number(&left) > number(&keep.tokens) {
            keep.take_over()?;
            keep.tokens = left;
        }
        Ok(keep)
    }

    /// What is kept; `None` before the first sign-in.
    pub fn tokens(&self) -> Option<&Tokens> {
        self.tokens.as_ref()
    }

    /// Tries whether the file can be replaced, with what is in it.
    ///
    /// # Errors
    /// It cannot.
    pub fn prepare(&self) -> Result<(), OauthError> {
        self.write_aside(self.tokens.as_ref().unwrap_or(&Tokens::default()))
    }

    /// Takes away what [`Keep::prepare`] wrote: nothing came of it.
    pub fn give_up(&self) {
        let _ = std::fs::remove_file(&self.aside); // What is left there is no newer than the file.
    }

    /// Replaces what is kept. When this returns, it is on disk.
    ///
    /// # Errors
    /// It cannot be written; the old file stands.
    pub fn save(&mut self, tokens: &Tokens) -> Result<(), OauthError> {
        self.write_aside(tokens)?;
        self.take_over()?;
        self.tokens = Some(tokens.clone());
        Ok(())
    }

    fn write_aside(&self, tokens: &Tokens) -> Result<(), OauthError> {
        let text = serde_json::to_string_pretty(tokens)
            .map_err(|error| OauthError::File { path: self.aside.display().to_string(), reason: error.to_string() })?;
        let opened = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&self.aside);
        let written = opened.and_then(|mut file| {
            file.write_all(text.as_bytes())?;
            file.sync_all()
        });
        written.map_err(|error| at(&self.aside, &error))
    }

    fn take_over(&self) -> Result<(), OauthError> {
        let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        std::fs::rename(&self.aside, &self.path)
            .and_then(|()| File::open(folder)?.sync_all())
            .map_err(|error| at(&self.path, &error))
    }
}

/// The number of the latest renewal, without waiting for one under way.
pub(super) fn renewal(path: &Path) -> Option<u64> {
    read(path).ok().flatten().map(|tokens| tokens.renewal)
}

/// `oauth.json` and `lock` make `.oauth.json.lock`.
fn beside(path: &Path, end: &str) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.{end}"))
}

pub(super) fn read(path: &Path) -> Result<Option<Tokens>, OauthError> {
    let fault = |reason: &str| OauthError::File { path: path.display().to_string(), reason: reason.to_owned() };
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(at(path, &error)),
    };
    let mode = file.metadata().map_err(|error| at(path, &error))?.permissions().mode();
    if mode & 0o077 != 0 {
        return Err(fault("others may read this file, and it opens the mailbox: chmod 600, then sign in again"));
    }
    let mut text = String::new();
    file.read_to_string(&mut text).map_err(|error| at(path, &error))?;
    let damaged = "it is damaged: move it away and sign in again, caseconsultant token --sign-in";
    let tokens: Tokens = serde_json::from_str(&text).map_err(|_| fault(damaged))?;
    if tokens.refresh_token.is_empty() { Err(fault(damaged)) } else { Ok(Some(tokens)) }
}

fn at(path: &Path, error: &std::io::Error) -> OauthError {
    let reason = format!("{error}. The service's user must be able to write there (oauth.token_file)");
    OauthError::File { path: path.display().to_string(), reason }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(renewal: u64, refresh: &str) -> Tokens {
        Tokens { renewal, refresh_token: refresh.to_owned(), ..Tokens::default() }
    }

    fn mode(path: &Path) -> u32 {
        std::fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn what_a_renewal_killed_before_its_rename_left_is_taken_over() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("oauth.json");
        Keep::open(&path).unwrap().save(&tokens(1, "old")).unwrap();
        let killed = Keep::open(&path).unwrap();
        killed.write_aside(&tokens(2, "new")).unwrap();
        drop(killed);
        assert_eq!(read(&path).unwrap().unwrap().refresh_token, "old");
        let next = Keep::open(&path).unwrap();
        assert_eq!(next.tokens().unwrap().refresh_token, "new");
        assert_eq!(read(&path).unwrap().unwrap().refresh_token, "new", "and it is in its place");
        assert!(!next.aside.exists() && mode(&path) == 0o600);
    }

    #[test]
    fn half_a_file_and_an_older_one_beside_it_count_for_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("oauth.json");
        Keep::open(&path).unwrap().save(&tokens(3, "good")).unwrap();
        for left in ["{\"renewal\": 4, \"refresh_to", "", "{\"renewal\": 2, \"refresh_token\": \"older\"}"] {
            std::fs::write(beside(&path, "new"), left).unwrap();
            std::fs::set_permissions(beside(&path, "new"), std::fs::Permissions::from_mode(0o600)).unwrap();
            assert_eq!(Keep::open(&path).unwrap().tokens().unwrap().refresh_token, "good", "{left}");
        }
        Keep::open(&path).unwrap().prepare().unwrap();
        assert_eq!(Keep::open(&path).unwrap().tokens().unwrap(), &tokens(3, "good"));
    }

    #[test]
    fn a_file_that_others_may_read_is_refused_and_no_error_shows_a_token() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("oauth.json");
        Keep::open(&path).unwrap().save(&tokens(1, "secret-1")).unwrap();
        assert!(!format!("{:?}", Keep::open(&path).unwrap()).contains("secret"));
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
        let error = Keep::open(&path).unwrap_err().to_string();
        assert!(error.contains("chmod 600") && !error.contains("secret"), "{error}");
        std::fs::write(&path, "secret-2").unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        let error = Keep::open(&path).unwrap_err().to_string();
        assert!(error.contains("sign in again") && !error.contains("secret"), "{error}");
    }

    #[test]
    fn a_token_is_good_until_shortly_before_its_end() {
        let granted = Granted { access_token: "a".to_owned(), refresh_token: None, expires_in: 3_600 };
        let kept = tokens(1, "r").renewed(granted, 1_000);
        assert_eq!((kept.refresh_token.as_str(), kept.renewal), ("r", 2));
        assert!(kept.is_good(1_000) && kept.is_good(4_299) && !kept.is_good(4_300) && !kept.is_good(999));
    }
}
