//! One connection's conversation, spoken by async-imap. Three rules, each learned from a client that broke it: a
//! command succeeded only when its own tag came back with OK (async-imap's convenient calls take a NO for an end);
//! every wait is bounded (async-imap bounds none); after any doubt the connection is thrown away (its owner holds it
//! by value during a call, so a call that fails or is cancelled drops it).

use std::collections::HashSet;
use std::time::Duration;

use async_imap::imap_proto::{Capability, MailboxDatum, RequestId, Response, ResponseCode, Status};
use tokio::io::BufWriter;
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;

use super::fault::{Outcome, broken, ended, judged, lost, protocol, shorten};
use crate::mail::MailError;

/// What a conversation runs over. Buffered, because async-imap writes a command in four pieces.
pub type Stream = BufWriter<TlsStream<TcpStream>>;

/// A conversation after login.
pub struct Session {
    imap: async_imap::Session<Stream>,
    /// Host and port as configured, for errors.
    pub host: String,
    /// The limit of one command.
    pub limit: Duration,
    /// What the server last said it can do, in capitals.
    pub capabilities: HashSet<String>,
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

/// One response, as far as the conversation is concerned.
pub enum Heard {
    /// `+`: the server waits for more of the command.
    Continue,
    /// The end of a command.
    Done(RequestId, Outcome),
    /// Untagged data, asked for or not.
    Data,
}

impl Session {
    /// A session that has just logged in.
    pub fn new(imap: async_imap::Session<Stream>, host: String, limit: Duration) -> Self {
        Self { imap, host, limit, capabilities: HashSet::new(), mailbox: Mailbox::default() }
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
                match self.hear(each).await? {
                    Heard::Done(of, outcome) if of == tag => return Ok(outcome),
                    Heard::Done(..) => return Err(protocol(&self.host, name, "an answer to another command came")),
                    Heard::Continue | Heard::Data => {}
                }
            }
        })
        .await
    }

    /// Runs one command that must succeed.
    pub async fn demand(&mut self, name: &'static str, arguments: &str, each: Each<'_>) -> Result<(), MailError> {
        let outcome = self.run(name, arguments, self.limit, each).await?;
        outcome.map_err(|refusal| refusal.of(&self.host, name))
    }

    /// Starts a command without waiting for its end; returns its tag.
    pub async fn send(&mut self, name: &'static str, arguments: &str) -> Result<RequestId, MailError> {
        // The last line of defence against a command smuggled into an argument.
        if arguments.contains(['\r', '\n', '\0']) {
            return Err(protocol(&self.host, name, "an argument holds a line end"));
        }
        let sent = self.imap.run_command(format!("{name} {arguments}").trim_end()).await;
        judged(&self.host, name, sent)?.map_err(|refusal| refusal.of(&self.host, name))
    }

    /// Ends an IDLE.
    pub async fn send_done(&mut self) -> Result<(), MailError> {
        let sent = self.imap.run_command_untagged("DONE").await;
        judged(&self.host, "DONE", sent)?.map_err(|refusal| refusal.of(&self.host, "DONE"))
    }

    /// The rest of a command that announced so many bytes, after the server asked for them (RFC 9051 section 4.3).
    pub async fn send_literal(&mut self, text: &str) -> Result<(), MailError> {
        let sent = self.imap.run_command_untagged(text).await;
        judged(&self.host, "APPEND", sent)?.map_err(|refusal| refusal.of(&self.host, "APPEND"))
    }

    /// The next response, already noted. Unbounded: the caller sets the limit. Safe to cancel.
    pub async fn hear(&mut self, each: Each<'_>) -> Result<Heard, MailError> {
        let response = match self.imap.read_response().await {
            Ok(Some(response)) => response,
            // async-imap takes the end of the stream for the end of the answers.
            Ok(None) => return Err(lost(&self.host, "closed by the server")),
            Err(error) => return Err(broken(&self.host, &error)),
        };
        match response.parsed() {
            Response::Continue(_) => return Ok(Heard::Continue),
            Response::Done { tag, status, outcome } => return Ok(Heard::Done(tag.clone(), ended(status, outcome))),
            Response::Data { status: Status::Bye, outcome } => {
                let words = shorten(outcome.information.as_deref().unwrap_or_default());
                return Err(lost(&self.host, &format!("the server said goodbye: {words}")));
            }
            Response::Capabilities(list) => self.capabilities = names(list),
            data => {
                self.mailbox.note(data);
                each(data);
            }
        }
        Ok(Heard::Data)
    }
}

/// The names of extensions, in capitals.
pub fn names(list: &[Capability<'_>]) -> HashSet<String> {
    let extension = |capability: &Capability<'_>| match capability {
        Capability::Atom(name) => Some(name.to_ascii_uppercase()),
        Capability::Imap4rev1 | Capability::Auth(_) => None,
    };
    list.iter().filter_map(extension).collect()
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
