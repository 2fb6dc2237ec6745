//! A mailbox over IMAP (RFC 9051, RFC 3501). Built on imap-proto's grammar with a conversation of our own.
//!
//! ```text
//! connect  TCP, TLS, greeting, login, SELECT          login  LOGIN, PLAIN, XOAUTH2
//! fetch    search, sizes, bodies of many at once       settle MOVE or keyword        idle  IDLE or listening
//! session  one command, its tagged OK, its limit       wire   bytes to responses, bounded
//! ```
//!
//! A call takes the connection out of [`ImapSource`] and puts it back only when it succeeded. A call that fails,
//! runs out of time or is cancelled therefore leaves no connection behind, and the next call begins afresh: an
//! answer to an old command can never be taken for the answer to a new one.

mod answer;
mod capabilities;
mod connect;
mod fetch;
mod idle;
mod login;
mod session;
mod settle;
mod uid_set;
mod wire;

use std::time::Duration;

use async_trait::async_trait;
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;

use super::{Batch, Cursor, Disposition, MailError, MailSource, Uid};
use crate::config::Imap;
use fetch::{Backlog, HEADER_BYTES, Rules};
use session::Session;

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
    session: Session<TlsStream<TcpStream>>,
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
        let has = |name: &str| if session.capabilities.has(name) { "yes" } else { "no" };
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
        // One byte above the limit shows that a message is larger than the server announced.
        let largest = self.rules.max_message_bytes.saturating_add(1).max(HEADER_BYTES);
        let session = connect::open(&self.settings, usize::try_from(largest).unwrap_or(usize::MAX)).await?;
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
}
