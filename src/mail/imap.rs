//! A mailbox over IMAP (RFC 9051, RFC 3501). async-imap speaks; what may be believed, and for how long one waits, is
//! decided here.
//!
//! ```text
//! connect  TCP, TLS, greeting, login, SELECT          login  LOGIN, PLAIN, XOAUTH2
//! fetch    search, sizes, bodies of many at once       settle MOVE or keyword        idle  IDLE or listening
//! copies   what left, found again by its Message-ID
//! session  one command, its tagged OK, its limit       fault  refusals and breaks, in our words
//! ```
//!
//! A call takes the connection out of [`ImapSource`] and puts it back only when it succeeded. A call that fails,
//! runs out of time or is cancelled therefore leaves no connection behind, and the next call begins afresh: an
//! answer to an old command can never be taken for the answer to a new one.
//!
//! Limits that come from async-imap 0.12 and imap-proto 0.17:
//! - A response that cannot be parsed ends the connection: a passing fault, never a lost message. A server that sends
//!   the same one at every attempt stops its mailbox until it is mended, and the fault shows at every attempt.
//! - A response code that is followed by a letter beyond ASCII instead of a space (`[ALERT]ü`) panics in the parser.
//!   Whoever runs this source has to treat a panic as a fault and begin afresh.
//! - An announced literal is given its memory at once, up to 512 MiB. Sizes are asked for before bodies, so only a
//!   server that sends more than it announced can make use of that.
//! - A long response is parsed anew with every 4 KiB that arrive: a million numbers in one answer to SEARCH take some
//!   ten seconds, and must fit into the limit of a command.
//! - An untagged response between AUTHENTICATE and its challenge makes it miss the challenge: login runs out of time.
//! - A server must speak IMAP4rev1: one with IMAP4rev2 alone is refused at CAPABILITY.

mod connect;
mod copies;
mod fault;
mod fetch;
mod idle;
mod login;
mod session;
mod settle;
mod uid_set;

use std::time::Duration;

use async_trait::async_trait;

use super::{Batch, Cursor, Disposition, MailError, MailSource, Uid};
use crate::config::Imap;
use fetch::{Backlog, Rules};
use session::Session;

// async-imap writes the whole conversation to the log crate at TRACE, passwords and mail included. Cargo.toml compiles
// that level out, whatever bridge and filter there is at run time.
const _: () = assert!((log::STATIC_MAX_LEVEL as usize) < (log::LevelFilter::Trace as usize));

/// One IMAP mailbox.
pub struct ImapSource {
    settings: Imap,
    rules: Rules,
    name: String,
    connection: Option<Connection>,
    /// The UIDVALIDITY under which numbers were last handed out.
    validity: Option<u32>,
}

struct Connection {
    session: Session,
    backlog: Backlog,
}

impl ImapSource {
    /// A mailbox that is not connected yet. Messages over `max_message_bytes` are handed over as
    /// [`Raw::HeaderOnly`](super::Raw::HeaderOnly); `from_beginning` decides where a fetch without a cursor begins.
    pub fn new(settings: &Imap, max_message_bytes: u64, from_beginning: bool) -> Self {
        Self {
            settings: settings.clone(),
            rules: Rules { max_message_bytes, from_beginning },
            name: format!("imap {} at {}", settings.mailbox, settings.host),
            connection: None,
            validity: None,
        }
    }

    /// Connects, logs in, opens the mailbox; returns one line of what was found, for `check`.
    ///
    /// # Errors
    /// As every call of [`MailSource`].
    pub async fn probe(&mut self) -> Result<String, MailError> {
        let mut connection = self.take().await?;
        connection.session.demand("NOOP", "", &mut |_| {}).await?;
        let session = &connection.session;
        let has = |name: &str| if session.capabilities.contains(name) { "yes" } else { "no" };
        let line = format!(
            "{}: {} messages in {}; IDLE {}, MOVE {}, UIDPLUS {}",
            session.host,
            session.mailbox.exists,
            self.settings.mailbox,
            has("IDLE"),
            has("MOVE"),
            has("UIDPLUS")
        );
        self.connection = Some(connection);
        Ok(line)
    }

    /// The open connection, or a new one. The caller puts it back when all went well.
    async fn take(&mut self) -> Result<Connection, MailError> {
        if let Some(connection) = self.connection.take() {
            return Ok(connection);
        }
        let session = connect::open(&self.settings).await?;
        Ok(Connection { session, backlog: Backlog::default() })
    }
}

#[async_trait]
impl MailSource for ImapSource {
    fn name(&self) -> &str {
        &self.name
    }

    async fn fetch(&mut self, after: Option<Cursor>, limit: usize) -> Result<Batch, MailError> {
        let mut connection = self.take().await?;
        let Connection { session, backlog } = &mut connection;
        let batch = fetch::batch(session, backlog, self.rules, after, limit).await?;
        self.validity = session.mailbox.uid_validity;
        self.connection = Some(connection);
        Ok(batch)
    }

    async fn settle(&mut self, uids: &[Uid], disposition: Disposition) -> Result<(), MailError> {
        let uids: Vec<u32> = uids.iter().filter_map(|uid| u32::try_from(uid.0).ok()).filter(|uid| *uid > 0).collect();
        if uids.is_empty() {
            return Ok(());
        }
        let mut connection = self.take().await?;
        if self.validity.is_some_and(|known| connection.session.mailbox.uid_validity != Some(known)) {
            // After a change of UIDVALIDITY these numbers are other messages.
            tracing::warn!("the mailbox was renumbered: messages taken in before stay where they are");
        } else {
            settle::settle(&mut connection.session, &self.settings, &uids, disposition).await?;
        }
        self.connection = Some(connection);
        Ok(())
    }

    async fn wait(&mut self, limit: Duration) -> Result<(), MailError> {
        let mut connection = self.take().await?;
        if !connection.backlog.looked {
            // Mail that came while there was no connection is announced to nobody.
            self.connection = Some(connection);
            return Ok(());
        }
        let renew = Duration::from_secs(self.settings.idle_seconds);
        idle::wait(&mut connection.session, limit, renew).await?;
        self.connection = Some(connection);
        Ok(())
    }

    async fn reset(&mut self) {
        self.connection = None;
    }

    async fn count_copies(&mut self, folders: &[String], ids: &[String]) -> Result<Vec<usize>, MailError> {
        let mut connection = self.take().await?;
        copies::count(&mut connection.session, folders, ids).await
    }

    async fn keep(&mut self, folder: &str, wire: &[u8]) -> Result<(), MailError> {
        let mut connection = self.take().await?;
        copies::keep(&mut connection.session, folder, wire).await?;
        self.connection = Some(connection);
        Ok(())
    }
}
