//! Mail in and mail out. Two traits, because exactly these two are replaced in tests and reach real people:
//! [`MailSource`] (IMAP, Maildir, memory) and [`MailTransport`] (SMTP, Maildir, memory).

pub mod dns;
pub mod headers;
pub mod imap;
pub mod oauth;
pub mod spf;
pub mod tls;
pub mod trust;

use std::time::Duration;

use async_trait::async_trait;

mod automatic;
pub mod bounce;
mod charset;
mod cms;
pub mod compose;
mod flowed;
mod html;
mod limits;
pub mod maildir;
pub mod memory;
pub mod parse;
mod sender;
pub mod smtp;
mod structure;
pub mod text;
mod tnef;
mod token;
mod transfer;
mod words;

pub use charset::decode as text_of_bytes;
pub use html::to_text as text_of_html;
pub use tnef::text_of_rtf;

/// A message's number in its mailbox. An IMAP UID (RFC 9051 section 2.3.1.1) means something only together with
/// the mailbox's UIDVALIDITY; a Maildir's number is a digest of the file's unique name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Uid(pub i64);

/// How far a mailbox has been read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    /// UIDVALIDITY of the mailbox when it was read; another value means that all numbers are new.
    pub uid_validity: i64,
    /// The highest number that was taken in.
    pub last_uid: i64,
}

/// One message as the server holds it.
#[derive(Debug, Clone)]
pub struct Fetched {
    /// Its number in the mailbox.
    pub uid: Uid,
    /// Its size in bytes as announced before the download.
    pub size: u64,
    /// Its bytes.
    pub raw: Raw,
}

/// The bytes of a message, or of its header block when the whole is larger than the configured limit.
#[derive(Debug, Clone)]
pub enum Raw {
    /// The complete RFC 5322 message, exactly as fetched.
    Whole(Vec<u8>),
    /// Only the header block (bounded): the message is over the limit and was not downloaded.
    HeaderOnly(Vec<u8>),
}

impl Raw {
    /// The bytes at hand.
    pub fn bytes(&self) -> &[u8] {
        match self {
            Self::Whole(bytes) | Self::HeaderOnly(bytes) => bytes,
        }
    }
}

/// What one fetch brought.
#[derive(Debug, Clone)]
pub struct Batch {
    /// Where to continue once all of `messages` are committed.
    pub cursor: Cursor,
    /// The messages, oldest first; at most the number asked for.
    pub messages: Vec<Fetched>,
    /// True when the mailbox holds more that was not fetched yet: ask again at once.
    pub more: bool,
}

/// Where a message goes in the mailbox once it is committed here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Disposition {
    /// Taken in: to the processed folder, or marked with a keyword where MOVE is missing.
    Processed,
    /// Could not be read: left in sight of the mailbox's owner, flagged.
    Quarantined,
}

/// Where mail comes from. One value is one mailbox; after any error the caller drops the value's connection by
/// calling [`MailSource::reset`] and tries again later.
#[async_trait]
pub trait MailSource: Send {
    /// The mailbox's stable name, used as its key in the store. No password, no address: `imap INBOX`.
    fn name(&self) -> &str;

    /// Up to `limit` messages above `after`, oldest first. Without a cursor the source decides where to begin:
    /// at the mailbox's present end, or at its beginning when configured so; a changed UIDVALIDITY begins anew
    /// at the first message (the store tells copies by their digest).
    async fn fetch(&mut self, after: Option<Cursor>, limit: usize) -> Result<Batch, MailError>;

    /// Files messages away. Called only after they are committed; may be called again for the same message.
    async fn settle(&mut self, uids: &[Uid], disposition: Disposition) -> Result<(), MailError>;

    /// Returns when the mailbox announces news, or when `limit` has passed, whichever is first.
    async fn wait(&mut self, limit: Duration) -> Result<(), MailError>;

    /// Throws the connection away, so that the next call starts with a fresh one.
    async fn reset(&mut self);

    /// How many messages with each of these Message-IDs lie in the folders. The folders are only looked at. Afterwards the
    /// connection is thrown away: another folder is open on it.
    async fn count_copies(&mut self, folders: &[String], ids: &[String]) -> Result<Vec<usize>, MailError> {
        let _ = (folders, ids);
        Err(no_folders(self.name()))
    }

    /// Keeps a message of ours in a folder, which is made where it is missing.
    async fn keep(&mut self, folder: &str, wire: &[u8]) -> Result<(), MailError> {
        let _ = (folder, wire);
        Err(no_folders(self.name()))
    }
}

/// What a mailbox says that knows no folder but itself.
fn no_folders(name: &str) -> MailError {
    MailError::File { path: name.to_owned(), reason: "this mailbox has no folders to look into".to_owned() }
}

/// The SMTP envelope (RFC 5321 section 2.3.1): who gets it, and where failures go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    /// Reverse-path.
    pub from: String,
    /// The one recipient: every reply has exactly one.
    pub to: String,
    /// An address of our own that gets it as well, as a proof that it left; empty: none does.
    pub copy: String,
}

/// Where mail leaves.
#[async_trait]
pub trait MailTransport: Send + Sync {
    /// Hands one message over. `wire` is the complete RFC 5322 message with CRLF line ends.
    /// Returns what the server said when it took responsibility.
    async fn send(&self, envelope: &Envelope, wire: &[u8]) -> Result<String, SendError>;

    /// Connects, authenticates and leaves again; returns one line of what was found, for `check`.
    async fn probe(&self) -> Result<String, MailError>;
}

/// Why a mailbox or server could not be used.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// No connection, or it broke. Trying again later helps.
    #[error("connection to {host} failed: {reason}")]
    Connection {
        /// Host and port as configured.
        host: String,
        /// What happened.
        reason: String,
    },
    /// Nothing came back in time. Trying again later helps.
    #[error("{what} did not finish within {seconds} s")]
    Timeout {
        /// The step.
        what: &'static str,
        /// Its limit.
        seconds: u64,
    },
    /// The certificate or the TLS negotiation was refused. A person must look.
    #[error("TLS with {host} refused: {reason}")]
    Tls {
        /// Host and port as configured.
        host: String,
        /// What rustls said.
        reason: String,
    },
    /// User name, password or token were not accepted. A person must look.
    #[error("{host} refused the credentials: {reason}")]
    Credentials {
        /// Host and port as configured.
        host: String,
        /// The server's words.
        reason: String,
    },
    /// The command that prints access tokens failed.
    #[error("{reason}")]
    Token {
        /// How it failed, and what to do.
        reason: String,
        /// True where trying again later may help.
        passing: bool,
    },
    /// The server said NO or BAD, or something that the protocol does not allow.
    #[error("{host} refused {command}: {reason}")]
    Protocol {
        /// Host and port as configured.
        host: String,
        /// The command, without arguments.
        command: &'static str,
        /// The server's words, shortened.
        reason: String,
    },
    /// A folder or file could not be read or written.
    #[error("{path}: {reason}")]
    File {
        /// The path.
        path: String,
        /// What the system said.
        reason: String,
    },
}

impl MailError {
    /// True when the same call may succeed later with nothing changed by a person.
    pub fn is_transient(&self) -> bool {
        matches!(
            self,
            Self::Connection { .. } | Self::Timeout { .. } | Self::File { .. } | Self::Token { passing: true, .. }
        )
    }
}

/// Why a message did not leave. The four differ in what may be done next.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// A 4yz reply, or no connection: not accepted, try again on schedule.
    #[error("temporary: {0}")]
    Temporary(String),
    /// A 5yz reply to this message: kept, never retried by itself.
    #[error("refused: {0}")]
    Permanent(String),
    /// The credentials or TLS failed: nothing can leave until a person mends the settings; the message waits.
    #[error("not possible with the present settings: {0}")]
    Settings(String),
    /// The answer to the final dot was lost: it may or may not have been accepted (RFC 1047). Never resent blindly.
    #[error("no answer after the message was handed over: {reason}")]
    Uncertain {
        /// What happened.
        reason: String,
        /// The server had agreed to give [`Envelope::copy`] the same message.
        copied: bool,
    },
}
