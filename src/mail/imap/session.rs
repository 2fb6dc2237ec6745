//! One connection's conversation. Three rules, each learned from a client that broke it: a command succeeded only
//! when its own tag came back with OK; every wait is bounded; after any doubt the connection is thrown away (its
//! owner holds it by value during a call, so a call that fails or is cancelled drops it).

use std::io;
use std::time::Duration;

use imap_proto::{MailboxDatum, Response, ResponseCode, Status};

use super::answer::{Answer, Refusal, shorten};
use super::capabilities::Capabilities;
use super::wire::{Stream, Wire};
use crate::mail::MailError;

/// A conversation over a stream.
pub struct Session<S> {
    wire: Wire<S>,
    /// Host and port as configured, for errors.
    pub host: String,
    /// The limit of one command.
    pub limit: Duration,
    commands: u32,
    /// What the server last said it can do.
    pub capabilities: Capabilities,
    /// What the server said about the selected mailbox.
    pub mailbox: Mailbox,
}

/// The selected mailbox, kept up to date by whatever the server says at any time (RFC 9051 section 7).
#[derive(Default)]
pub struct Mailbox {
    /// Number of messages.
    pub exists: u32,
    /// UIDVALIDITY.
    pub uid_validity: Option<u32>,
    /// The UID that the next message will get.
    pub uid_next: Option<u32>,
    /// A message arrived and was not looked for yet.
    pub news: bool,
}

impl Mailbox {
    fn note(&mut self, response: &Response<'_>) {
        match response {
            Response::MailboxData(MailboxDatum::Exists(count)) => {
                // Some servers repeat the count after an EXPUNGE; only growth is news.
                self.news |= *count > self.exists;
                self.exists = *count;
            }
            Response::Expunge(_) => self.exists = self.exists.saturating_sub(1),
            Response::Data { status: Status::Ok, outcome } => match outcome.code {
                Some(ResponseCode::UidValidity(value)) => self.uid_validity = Some(value),
                Some(ResponseCode::UidNext(value)) => self.uid_next = Some(value),
                _ => {}
            },
            _ => {}
        }
    }
}

/// Takes each untagged response that comes while a command runs.
pub type Each<'a> = &'a mut (dyn FnMut(&Response<'_>) + Send);

/// What a server said about one command.
pub type Outcome = Result<(), Refusal>;

impl<S: Stream> Session<S> {
    /// A session before its greeting was read.
    pub fn new(wire: Wire<S>, host: String, limit: Duration) -> Self {
        let (capabilities, mailbox) = (Capabilities::default(), Mailbox::default());
        Self { wire, host, limit, commands: 0, capabilities, mailbox }
    }

    /// Reads the greeting (RFC 9051 section 7.1.5).
    pub async fn greeting(&mut self) -> Result<(), MailError> {
        let limit = self.limit;
        let work = async {
            let bytes = self.receive().await?;
            match Answer::parse(&bytes) {
                Answer::Data(Response::Data { status: Status::Ok, .. }) => Ok(()),
                // A connection that is already logged in belongs to somebody else's user, or to a man in the middle.
                _ => Err(self.protocol("greeting", "not the greeting of an IMAP server that wants a login")),
            }
        };
        within("greeting", limit, work).await
    }

    /// Runs one command; `each` sees the untagged responses. What the server refuses is for the caller to judge.
    pub async fn run(
        &mut self,
        name: &'static str,
        arguments: &str,
        limit: Duration,
        each: Each<'_>,
    ) -> Result<Outcome, MailError> {
        within(name, limit, async {
            let tag = self.send(name, arguments).await?;
            loop {
                let bytes = self.receive().await?;
                match Answer::parse(&bytes) {
                    Answer::Done { tag: of, outcome } if of == tag => return Ok(outcome),
                    Answer::Done { .. } => return Err(self.protocol(name, "an answer to another command came")),
                    Answer::Data(response) => each(&response),
                    Answer::Continue | Answer::Unreadable => {}
                }
            }
        })
        .await
    }

    /// Runs one command that must succeed.
    pub async fn demand(&mut self, name: &'static str, arguments: &str, each: Each<'_>) -> Result<(), MailError> {
        let outcome = self.run(name, arguments, self.limit, each).await?;
        outcome.map_err(|refusal| self.refused(name, &refusal))
    }

    /// SASL (RFC 9051 section 6.2.2): `first` answers the first challenge, an empty line every later one. That is
    /// what XOAUTH2 wants when it was refused: only then does the tagged NO arrive.
    pub async fn authenticate(&mut self, mechanism: &str, first: &str) -> Result<Outcome, MailError> {
        within("AUTHENTICATE", self.limit, async {
            let tag = self.send("AUTHENTICATE", mechanism).await?;
            let mut answer = first;
            loop {
                let bytes = self.receive().await?;
                match Answer::parse(&bytes) {
                    Answer::Continue => {
                        self.write(answer).await?;
                        answer = "";
                    }
                    Answer::Done { tag: of, outcome } if of == tag => return Ok(outcome),
                    _ => {}
                }
            }
        })
        .await
    }

    /// Asks what the server can do.
    pub async fn learn_capabilities(&mut self) -> Result<(), MailError> {
        self.demand("CAPABILITY", "", &mut |_| {}).await
    }

    /// Starts a command without waiting for its end; returns its tag.
    pub async fn send(&mut self, name: &'static str, arguments: &str) -> Result<String, MailError> {
        self.commands += 1;
        let tag = format!("A{}", self.commands);
        let space = if arguments.is_empty() { "" } else { " " };
        self.write(&format!("{tag} {name}{space}{arguments}")).await?;
        Ok(tag)
    }

    /// Sends one bare line.
    pub async fn write(&mut self, line: &str) -> Result<(), MailError> {
        // The last line of defence against a command smuggled into an argument.
        if line.contains(['\r', '\n', '\0']) {
            return Err(self.protocol("command", "an argument holds a line end"));
        }
        self.wire.write(line).await.map_err(|error| self.broken(&error))
    }

    /// The next response, already noted. Unbounded: the caller sets the limit. Safe to cancel.
    pub async fn receive(&mut self) -> Result<Vec<u8>, MailError> {
        let bytes = match self.wire.read().await {
            Ok(Some(bytes)) => bytes,
            Ok(None) => return Err(self.lost("closed by the server")),
            Err(error) => return Err(self.broken(&error)),
        };
        if let Some(capabilities) = Capabilities::parse(&bytes) {
            self.capabilities = capabilities;
            return Ok(bytes);
        }
        // A message's body cannot be news about the mailbox: it is parsed once, by whoever asked for it.
        if bytes.len() > 4096 {
            return Ok(bytes);
        }
        match Answer::parse(&bytes) {
            Answer::Data(Response::Data { status: Status::Bye, outcome }) => {
                let words = shorten(outcome.information.as_deref().unwrap_or_default());
                Err(self.lost(&format!("the server said goodbye: {words}")))
            }
            Answer::Data(response) => {
                self.mailbox.note(&response);
                Ok(bytes)
            }
            Answer::Unreadable => {
                tracing::debug!(bytes = bytes.len(), "an IMAP response that cannot be parsed was passed over");
                Ok(bytes)
            }
            _ => Ok(bytes),
        }
    }

    /// The stream below and whether anything had been read ahead.
    pub fn into_inner(self) -> (S, bool) {
        self.wire.into_inner()
    }

    /// A refusal as an error.
    pub fn refused(&self, command: &'static str, refusal: &Refusal) -> MailError {
        let (host, reason) = (self.host.clone(), refusal.to_string());
        if refusal.is_passing() {
            return MailError::Connection { host, reason: format!("{command}: {reason}") };
        }
        MailError::Protocol { host, command, reason }
    }

    /// Something that the protocol does not allow.
    pub fn protocol(&self, command: &'static str, reason: &str) -> MailError {
        MailError::Protocol { host: self.host.clone(), command, reason: reason.to_owned() }
    }

    /// The connection is gone.
    pub fn lost(&self, reason: &str) -> MailError {
        MailError::Connection { host: self.host.clone(), reason: reason.to_owned() }
    }

    fn broken(&self, error: &io::Error) -> MailError {
        // Only the kind, except for our own framing faults: an error's text may quote what came over the wire.
        self.lost(&match (error.kind(), error.get_ref()) {
            (io::ErrorKind::InvalidData, Some(inner)) => shorten(&inner.to_string()),
            (kind, _) => kind.to_string(),
        })
    }
}

/// Bounds a step.
pub async fn within<T>(
    what: &'static str,
    limit: Duration,
    work: impl Future<Output = Result<T, MailError>>,
) -> Result<T, MailError> {
    match tokio::time::timeout(limit, work).await {
        Ok(result) => result,
        Err(_) => Err(MailError::Timeout { what, seconds: limit.as_secs() }),
    }
}
