//! Mail in and out through folders (Maildir: <https://cr.yp.to/proto/maildir.html>): for trials, for tests, and for
//! a local delivery agent that files mail itself. Files are read and written where the call stands, without a
//! thread of their own: a stand-in may hold a worker for the few milliseconds of an fsync.

use std::collections::HashSet;
use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use sha2::{Digest, Sha256};

use super::{
    Batch, Cursor, Disposition, Envelope, Fetched, MailError, MailSource, MailTransport, Raw, SendError, Uid, headers,
};

/// How often `wait` looks into the folder.
const LOOK_EVERY: Duration = Duration::from_millis(200);
/// Bytes read of a message that is over the limit; its header block must end within.
const MAX_HEADER: u64 = 256 * 1024;

/// A Maildir as mailbox: what lies in `new/` is unread, and settling a message moves it to `cur/`. The folder
/// itself is the state, so that cursors are ignored.
pub struct MaildirSource {
    folder: PathBuf,
    max_bytes: u64,
    /// Files that cannot be read: named once in the log, then passed over.
    unreadable: HashSet<String>,
}

impl MaildirSource {
    /// `folder` holds `new/`, `cur/` and `tmp/`, which are made when missing; of messages over `max_bytes` only
    /// the header block is read.
    pub fn new(folder: impl Into<PathBuf>, max_bytes: u64) -> Self {
        Self { folder: folder.into(), max_bytes, unreadable: HashSet::new() }
    }

    /// A folder beside the mailbox, as Maildir++ names it.
    fn sub_folder(&self, name: &str) -> PathBuf {
        if name.eq_ignore_ascii_case("INBOX") {
            return self.folder.clone();
        }
        let safe: String = name.chars().map(|c| if c == '/' || c.is_control() { '.' } else { c }).collect();
        self.folder.join(format!(".{safe}"))
    }

    fn unread(&self) -> Result<Vec<String>, MailError> {
        make_folders(&self.folder)?;
        let new = self.folder.join("new");
        let mut names = Vec::new();
        for entry in fs::read_dir(&new).map_err(|error| file_error(&new, &error))? {
            let name = entry.map_err(|error| file_error(&new, &error))?.file_name();
            // A name that is not UTF-8 cannot be moved by its number later; no delivery agent writes one.
            names.extend(name.into_string().ok().filter(|name| !name.starts_with('.')));
        }
        // A unique name begins with the time of delivery.
        names.sort_unstable();
        Ok(names)
    }

    fn read(&self, name: &str) -> std::io::Result<Fetched> {
        let path = self.folder.join("new").join(name);
        let file = fs::File::open(&path)?;
        let found = file.metadata()?;
        if !found.is_file() {
            return Err(std::io::Error::other("not a file"));
        }
        let whole = found.len() <= self.max_bytes;
        let mut bytes = Vec::new();
        file.take(if whole { self.max_bytes } else { MAX_HEADER }).read_to_end(&mut bytes)?;
        let raw = if whole { Raw::Whole(bytes) } else { Raw::HeaderOnly(header_block(bytes)) };
        Ok(Fetched { uid: uid_of(name), size: found.len(), raw })
    }
}

#[async_trait]
impl MailSource for MaildirSource {
    fn name(&self) -> &str {
        "maildir"
    }

    async fn fetch(&mut self, _after: Option<Cursor>, limit: usize) -> Result<Batch, MailError> {
        let mut batch = Batch { cursor: Cursor { uid_validity: 1, last_uid: 0 }, messages: Vec::new(), more: false };
        for name in self.unread()? {
            if self.unreadable.contains(&name) {
                continue;
            }
            if batch.messages.len() == limit {
                batch.more = true;
                break;
            }
            match self.read(&name) {
                Ok(message) => batch.messages.push(message),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                Err(error) => {
                    tracing::warn!(file = %name, %error, "a file in the mail folder cannot be read and is left there");
                    self.unreadable.insert(name);
                }
            }
        }
        Ok(batch)
    }

    async fn settle(&mut self, uids: &[Uid], disposition: Disposition) -> Result<(), MailError> {
        let flag = match disposition {
            Disposition::Processed => 'S',
            Disposition::Quarantined => 'F',
        };
        for name in self.unread()? {
            if !uids.contains(&uid_of(&name)) {
                continue;
            }
            let from = self.folder.join("new").join(&name);
            let to = self.folder.join("cur").join(format!("{}:2,{flag}", unique(&name)));
            match fs::rename(&from, &to) {
                // Another program was faster; it is out of new/, and that is all we wanted.
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(file_error(&from, &error)),
                _ => {}
            }
        }
        Ok(())
    }

    async fn wait(&mut self, limit: Duration) -> Result<(), MailError> {
        let looking = async {
            while self.unread()?.iter().all(|name| self.unreadable.contains(name)) {
                tokio::time::sleep(LOOK_EVERY).await;
            }
            Ok(())
        };
        tokio::time::timeout(limit, looking).await.unwrap_or(Ok(()))
    }

    async fn reset(&mut self) {
        // There is no connection; but what could not be read may have been mended since.
        self.unreadable.clear();
    }

    async fn count_copies(&mut self, folders: &[String], ids: &[String]) -> Result<Vec<usize>, MailError> {
        let mut counts = vec![0; ids.len()];
        for folder in folders {
            let folder = self.sub_folder(folder);
            for part in ["new", "cur"].map(|name| folder.join(name)) {
                for entry in fs::read_dir(&part).map_err(|error| file_error(&part, &error))?.flatten() {
                    let mut head = Vec::new();
                    let read =
                        fs::File::open(entry.path()).and_then(|file| file.take(MAX_HEADER).read_to_end(&mut head));
                    read.map_err(|error| file_error(&part, &error))?;
                    let id = headers::scan(&head).find("message-id").map(|id| id.trim().to_owned());
                    if let Some(at) = id.and_then(|id| ids.iter().position(|known| *known == id)) {
                        counts[at] += 1;
                    }
                }
            }
        }
        Ok(counts)
    }

    async fn keep(&mut self, folder: &str, wire: &[u8]) -> Result<(), MailError> {
        let folder = self.sub_folder(folder);
        make_folders(&folder)?;
        let name = format!("{}.eml:2,S", safe_message_id(wire));
        let (tmp, cur) = (folder.join("tmp").join(&name), folder.join("cur").join(&name));
        let written = fs::write(&tmp, wire).and_then(|()| fs::rename(&tmp, &cur));
        written.map_err(|error| file_error(&tmp, &error))
    }
}

/// Writes each message as one file, as `<n>.<message id>.eml` in `new/`: nobody is reached.
pub struct MaildirTransport {
    folder: PathBuf,
    /// The last number given; 0 before the folder was looked into.
    last: AtomicU64,
}

impl MaildirTransport {
    /// `folder` and its `new/`, `cur/` and `tmp/` are made when missing.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into(), last: AtomicU64::new(0) }
    }

    /// The next number above all that are in the folder, so that a restarted service writes over nothing.
    fn next_number(&self) -> Result<u64, MailError> {
        if self.last.load(Ordering::SeqCst) == 0 {
            let mut highest = 0;
            for folder in ["new", "cur"].map(|name| self.folder.join(name)) {
                for entry in fs::read_dir(&folder).map_err(|error| file_error(&folder, &error))?.flatten() {
                    let name = entry.file_name().to_string_lossy().into_owned();
                    let number = name.split_once('.').and_then(|(number, _)| number.parse().ok());
                    highest = highest.max(number.unwrap_or(0));
                }
            }
            self.last.fetch_max(highest, Ordering::SeqCst);
        }
        Ok(self.last.fetch_add(1, Ordering::SeqCst) + 1)
    }

    fn write(&self, wire: &[u8]) -> Result<String, SendError> {
        let failed = |error: MailError| SendError::Temporary(error.to_string());
        make_folders(&self.folder).map_err(failed)?;
        let name = format!("{:06}.{}.eml", self.next_number().map_err(failed)?, safe_message_id(wire));
        let (tmp, new) = (self.folder.join("tmp").join(&name), self.folder.join("new").join(&name));
        let written = fs::File::create(&tmp).and_then(|mut file| {
            file.write_all(wire)?;
            file.sync_all()?;
            fs::rename(&tmp, &new)
        });
        written.map_err(|error| failed(file_error(&tmp, &error)))?;
        // The file is there; only a power cut can still take its name away.
        let folder = self.folder.join("new");
        fs::File::open(&folder)
            .and_then(|folder| folder.sync_all())
            .map_err(|error| SendError::Uncertain { reason: file_error(&folder, &error).to_string(), copied: false })?;
        Ok(name)
    }
}

#[async_trait]
impl MailTransport for MaildirTransport {
    async fn send(&self, _envelope: &Envelope, wire: &[u8]) -> Result<String, SendError> {
        self.write(wire)
    }

    async fn probe(&self) -> Result<String, MailError> {
        make_folders(&self.folder)?;
        let probe = self.folder.join("tmp").join(".probe");
        fs::write(&probe, b"").and_then(|()| fs::remove_file(&probe)).map_err(|error| file_error(&probe, &error))?;
        Ok(format!("mail is written to {}; nobody is reached", self.folder.display()))
    }
}

fn make_folders(folder: &Path) -> Result<(), MailError> {
    ["new", "cur", "tmp"]
        .map(|name| folder.join(name))
        .iter()
        .try_for_each(|path| fs::create_dir_all(path).map_err(|error| file_error(path, &error)))
}

fn file_error(path: &Path, error: &std::io::Error) -> MailError {
    MailError::File { path: path.display().to_string(), reason: error.to_string() }
}

/// A file's name without its flags.
fn unique(name: &str) -> &str {
    name.split_once(":2,").map_or(name, |(unique, _)| unique)
}

/// The first 63 bits of the digest of the unique name: stable over restarts, and positive.
fn uid_of(name: &str) -> Uid {
    let digest = Sha256::digest(unique(name).as_bytes());
    Uid(digest.iter().take(8).fold(0_i64, |bits, byte| bits << 8 | i64::from(*byte)) & i64::MAX)
}

/// Up to and with the empty line.
fn header_block(mut bytes: Vec<u8>) -> Vec<u8> {
    let mut end = bytes.len();
    for (at, byte) in bytes.iter().enumerate() {
        if *byte == b'\n' && matches!(&bytes[at + 1..], [b'\n', ..] | [b'\r', b'\n', ..]) {
            end = at + 1 + if bytes[at + 1] == b'\r' { 2 } else { 1 };
            break;
        }
    }
    bytes.truncate(end);
    bytes
}

/// The Message-ID as part of a file name, so that a person finds the mail.
fn safe_message_id(wire: &[u8]) -> String {
    let header = String::from_utf8_lossy(&wire[..wire.len().min(16 * 1024)]).into_owned();
    let id = header
        .lines()
        .take_while(|line| !line.is_empty())
        .find_map(|line| line.split_once(':').filter(|(name, _)| name.eq_ignore_ascii_case("message-id")))
        .map_or("", |(_, id)| id);
    let safe: String = id.chars().filter(|c| c.is_ascii_alphanumeric() || "@.-_".contains(*c)).take(100).collect();
    if safe.is_empty() { "no-id".into() } else { safe }
}

#[cfg(test)]
mod tests;
