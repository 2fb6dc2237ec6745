//! Why an official file could not be had. Each message says what the operator can do instead.

use std::path::Path;

use super::terms::Terms;

/// What went wrong at one address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// 404 or 410.
    #[error("is not there ({0})")]
    Missing(u16),
    /// 401, 403 or 451: the site serves browsers only, or not this machine.
    #[error("the site refuses programs ({0})")]
    Refused(u16),
    /// Any other status that is no success, after the last try.
    #[error("the site answers {0}; try again later")]
    Status(u16),
    /// No connection, no name, a broken TLS handshake, or silence.
    #[error("the site cannot be reached ({0}); see the network and the proxy")]
    Unreachable(String),
    /// A page came where a file should be: often a licence to accept, or an error page with status 200.
    #[error("a web page came instead of the file, perhaps a licence to accept first")]
    Page,
    /// The first bytes are those of another kind of file.
    #[error("what came is no {0}")]
    Content(&'static str),
    /// The file has no end: an archive without its directory, a PDF without its trailer.
    #[error("what came is a {0} cut short, though the site says it is whole")]
    NoEnd(&'static str),
    /// The connection broke again and again.
    #[error("the connection broke {times} times, {got} of {expected} bytes came; the rest is loaded at the next run")]
    Cut {
        /// How often it broke without progress.
        times: u32,
        /// Bytes on disk.
        got: u64,
        /// Bytes announced; `?` when nothing was.
        expected: String,
    },
    /// The number of bytes is not what was announced.
    #[error("{got} bytes came where {expected} were announced")]
    Length {
        /// Bytes on disk.
        got: u64,
        /// Bytes announced.
        expected: u64,
    },
    /// Larger than any official file.
    #[error("it is larger than {limit} bytes, which no official file is")]
    TooBig {
        /// The limit in bytes.
        limit: u64,
    },
    /// A redirect to a host that the catalog does not name.
    #[error("it leads to {to}, which is no address of the catalog")]
    Foreign {
        /// Scheme, host and port it leads to.
        to: String,
    },
    /// More redirects than any site needs, or one without an address.
    #[error("it leads in a circle")]
    Circle,
}

impl Fault {
    /// True when the address itself is at fault, so that another address of the same file may serve.
    pub fn is_absence(&self) -> bool {
        matches!(self, Self::Missing(_) | Self::Page)
    }

    /// True when the bytes that came are not those of the file.
    pub(super) fn is_of_content(&self) -> bool {
        matches!(self, Self::Page | Self::Content(_) | Self::NoEnd(_) | Self::Length { .. } | Self::TooBig { .. })
    }
}

/// Why nothing was fetched.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// The operator named a kind that the catalog does not have.
    #[error("the catalog has no kind {kind:?}; known are {known}")]
    UnknownKind {
        /// What was named.
        kind: String,
        /// All kinds.
        known: String,
    },
    /// The catalog is not one.
    #[error("catalog of addresses: {reason}")]
    Catalog {
        /// What is wrong, and where.
        reason: String,
    },
    /// The mirror's name is neither an address nor a folder.
    #[error("mirror {from}: {reason}. Name a folder, or an address that begins with http:// or https://")]
    Mirror {
        /// As the operator wrote it.
        from: String,
        /// What is wrong with it.
        reason: String,
    },
    /// Terms of an owner were not accepted.
    #[error(
        "{kind} needs the terms of {owners} to be accepted first: `caseconsultant corpus fetch {kind}` shows them and \
         asks, `--accept-ama-license` accepts them in a script"
    )]
    Terms {
        /// The kind.
        kind: String,
        /// The owners, in words.
        owners: String,
        /// Their terms.
        terms: Vec<Terms>,
    },
    /// No address of the kind led to a file.
    #[error("{kind}: no release found for {periods}{notes}. {hand}")]
    NotFound {
        /// The kind.
        kind: String,
        /// The periods that were tried, newest first.
        periods: String,
        /// What pages and addresses answered, each with `; ` before it.
        notes: String,
        /// What to do by hand.
        hand: String,
    },
    /// One address failed.
    #[error("{address}: {fault}. {hand}")]
    Remote {
        /// The address, without a password.
        address: String,
        /// What went wrong.
        fault: Fault,
        /// What to do by hand.
        hand: String,
    },
    /// A file of ours could not be read or written.
    #[error("{path}: {reason}")]
    File {
        /// The file.
        path: String,
        /// What the system said.
        reason: String,
    },
    /// A record of ours is not readable as such.
    #[error("{path} is damaged ({reason}); move it away and run again")]
    Damaged {
        /// The file.
        path: String,
        /// What the reader said.
        reason: String,
    },
    /// Another run is loading into the same folder.
    #[error("{folder}: another `corpus fetch` is loading into this folder; let it end, or name another with --to")]
    Busy {
        /// The folder.
        folder: String,
    },
}

impl FetchError {
    /// A file of ours that failed.
    pub fn file(path: &Path, error: &std::io::Error) -> Self {
        Self::File { path: path.display().to_string(), reason: error.to_string() }
    }

    /// The fault at an address, where it was one.
    pub fn fault(&self) -> Option<&Fault> {
        match self {
            Self::Remote { fault, .. } => Some(fault),
            _ => None,
        }
    }
}

/// What an operator does without this program: the last sentence of most errors.
pub(super) fn by_hand(home: &str) -> String {
    format!("Download it by hand from {home} and hand it to `caseconsultant corpus import`")
}
