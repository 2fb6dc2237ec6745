//! Mail out by SMTP submission (RFC 6409): a small client of our own over tokio and rustls.
//!
//! Not lettre's connection, for three reasons, each of which costs a duplicate, a lost or a smuggled mail:
//! its `message` writes body and final dot and reads the answer as one step, so that its caller cannot tell a
//! failure before the dot (send again) from one after it (never send again blindly, RFC 1047); its dot-stuffing
//! misses lines that begin after a bare CR or LF (RUSTSEC-2026-0561); and its timeout is one for all steps.
//! lettre stays the builder of messages, in [`super::compose`].
//!
//! From the top: [`SmtpTransport`] keeps the connections, `connect` opens one (TLS, EHLO, AUTH), `transaction`
//! carries one message over it, `channel` writes commands and reads replies within their limits, `wire` makes a
//! message safe to transmit, and `reply` makes the server's words safe to show.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::Semaphore;

use super::{Envelope, MailError, MailTransport, SendError};
use crate::config;
use connect::Target;
use transaction::{Session, Trouble};

mod auth;
mod channel;
mod connect;
mod reply;
mod transaction;
mod wire;

/// A connection that lay unused for longer is replaced: servers may close after 5 minutes (RFC 5321 section
/// 4.5.3.2.7), and address translators forget sooner.
const IDLE_LIMIT: Duration = Duration::from_secs(60);

/// Sends through one submission server, over at most `connections` connections at a time.
pub struct SmtpTransport {
    target: Target,
    permits: Semaphore,
    idle: Mutex<Vec<Session>>,
    idle_limit: Duration,
}

impl SmtpTransport {
    /// Reads the certificate authorities; opens no connection yet. `hello` is the name this host gives itself in
    /// EHLO (RFC 5321 section 4.1.1.1).
    ///
    /// # Errors
    /// [`MailError::File`] when `ca_file` cannot be read, [`MailError::Tls`] when it or the host name is unusable.
    pub fn new(settings: &config::Smtp, hello: &str) -> Result<Self, MailError> {
        Ok(Self {
            target: Target::new(settings, hello, super::tls::client_config(&settings.host, &settings.ca_file)?)?,
            permits: Semaphore::new(settings.connections.max(1)),
            idle: Mutex::new(Vec::new()),
            idle_limit: IDLE_LIMIT,
        })
    }

    /// Another limit than a minute for how long a connection may lie unused and still be used again.
    pub fn with_idle_limit(mut self, limit: Duration) -> Self {
        self.idle_limit = limit;
        self
    }

    /// The connection used last, if it is young enough; those that are too old are closed.
    fn take_idle(&self) -> Option<Session> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        for old in idle.extract_if(.., |session| session.idle() > self.idle_limit) {
            old.close();
        }
        idle.pop()
    }

    fn keep(&self, mut session: Session) {
        session.touch();
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(session);
    }

    /// One message over one connection, which is kept when it is still in step with the server.
    async fn deliver(&self, mut session: Session, envelope: &Envelope, data: &[u8]) -> Result<String, Trouble> {
        let outcome = session.deliver(envelope, data, self.target.message_limit).await;
        let usable = match &outcome {
            Ok(_) => true,
            Err(trouble) => trouble.in_step && session.reset().await,
        };
        if usable {
            self.keep(session);
        }
        outcome
    }
}

#[async_trait]
impl MailTransport for SmtpTransport {
    async fn send(&self, envelope: &Envelope, wire: &[u8]) -> Result<String, SendError> {
        wire::check_path(&envelope.from, true)?;
        wire::check_path(&envelope.to, false)?;
        if !envelope.copy.is_empty() {
            wire::check_path(&envelope.copy, false)?;
        }
        let data = wire::transmissible(wire);
        let _permit = self.permits.acquire().await.map_err(|_| SendError::Temporary("stopping".into()))?;
        if let Some(session) = self.take_idle() {
            match self.deliver(session, envelope, &data).await {
                // The server gave up the connection while it lay idle, and never took a MAIL command for this
                // message: nothing was begun, so a fresh connection may try, once.
                Err(trouble) if trouble.stale => tracing::debug!(reason = %trouble.error, "idle connection replaced"),
                outcome => return outcome.map_err(|trouble| trouble.error),
            }
        }
        let session = self.target.open().await.map_err(before_any_mail)?;
        self.deliver(session, envelope, &data).await.map_err(|trouble| trouble.error)
    }

    async fn probe(&self) -> Result<String, MailError> {
        let session = self.target.open().await?;
        let found = format!("{}: {}", Arc::clone(&self.target.host), session.summary());
        session.close();
        Ok(found)
    }
}

/// What a failure to open a connection means for the message that was to leave over it.
fn before_any_mail(error: MailError) -> SendError {
    if error.is_transient() { SendError::Temporary(error.to_string()) } else { SendError::Settings(error.to_string()) }
}
