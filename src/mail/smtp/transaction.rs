//! One message over an open connection: MAIL, RCPT, DATA, the message, the final dot (RFC 5321 section 3.3).

use std::time::Duration;

use tokio::net::TcpStream;
use tokio::time::Instant;
use tokio_rustls::client::TlsStream;

use super::channel::{Channel, Fault};
use super::connect::Extensions;
use super::reply::Reply;
use crate::mail::{Envelope, SendError};
use crate::point;

/// How long we listen for a reason after the server broke off the message.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// A connection that may send.
pub(super) struct Session {
    channel: Channel<TlsStream<TcpStream>>,
    extensions: Extensions,
    mechanism: Option<&'static str>,
    used: Instant,
}

/// A message did not leave: why, and what that says about the connection.
#[derive(Debug)]
pub(super) struct Trouble {
    pub(super) error: SendError,
    /// Client and server agree on where they are: after RSET the connection may be used again.
    pub(super) in_step: bool,
    /// The connection was gone, or the server was closing it, before it took the first command.
    pub(super) stale: bool,
}

impl Session {
    pub(super) fn new(
        channel: Channel<TlsStream<TcpStream>>,
        extensions: Extensions,
        mechanism: Option<&'static str>,
    ) -> Self {
        Self { channel, extensions, mechanism, used: Instant::now() }
    }

    /// Time since it was last used.
    pub(super) fn idle(&self) -> Duration {
        self.used.elapsed()
    }

    pub(super) fn touch(&mut self) {
        self.used = Instant::now();
    }

    /// What was found when it was opened, for people.
    pub(super) fn summary(&self) -> String {
        let tls = self.channel.stream().get_ref().1.protocol_version();
        let tls = tls.and_then(|version| version.as_str()).unwrap_or("TLS");
        let size = self.extensions.size.map_or("no size limit".into(), |size| format!("messages up to {size} bytes"));
        format!("{tls}, {}, {size}", self.mechanism.map_or("no sign-in".into(), |m| format!("signed in by {m}")))
    }

    /// Takes leave in the background: QUIT is owed (RFC 5321 section 4.1.1.10), waiting for it is not.
    pub(super) fn close(mut self) {
        tokio::spawn(async move {
            let farewell = self.channel.command("QUIT");
            drop(tokio::time::timeout(LAST_WORDS, farewell).await);
        });
    }

    /// Drops a failed transaction; false when the connection is of no more use.
    pub(super) async fn reset(&mut self) -> bool {
        self.channel.command("RSET").await.is_ok_and(|reply| reply.class() == 2)
    }

    /// Hands one message over. `data` is CRLF-terminated and dot-stuffed; `limit` bounds the answer to it.
    pub(super) async fn deliver(
        &mut self,
        envelope: &Envelope,
        data: &[u8],
        limit: Duration,
    ) -> Result<String, Trouble> {
        let mail = self.mail_command(envelope, data)?;
        self.step("MAIL", &mail, 2).await.map_err(|trouble| Trouble { stale: !trouble.in_step, ..trouble })?;
        point!("mail-said");
        self.step("RCPT", &format!("RCPT TO:<{}>", envelope.to), 2).await?;
        let copied = self.ask_for_copy(envelope).await?;
        point!("recipient-said");
        self.step("DATA", "DATA", 3).await?;
        let (first, rest) = data.split_at(data.len() / 2);
        let mut written = self.channel.write(first).await;
        point!("data-half-written");
        if written.is_ok() {
            written = self.channel.write(rest).await;
        }
        point!("data-written");
        if let Err(fault) = written.and_then(|()| self.channel.expect_silence()) {
            return Err(self.broken_off(fault).await);
        }
        // Still before the hand-over: a write that fails has left the TLS record that holds the dot incomplete, and
        // the server cannot read a part of a record.
        self.channel.write(b".\r\n").await.map_err(|fault| lost("message", &fault))?;
        point!("dot-written");
        let reply = self.channel.reply(limit).await.map_err(|fault| uncertain(&fault.to_string(), copied))?;
        match reply.class() {
            2 => {
                point!("accepted");
                Ok(reply.shown())
            }
            4 | 5 => Err(refused("message", &reply)),
            _ => Err(uncertain(&reply.shown(), copied)),
        }
    }

    /// The same transaction for an address of ours. That it is refused there must not keep the asker from the answer; only
    /// nothing can be told from a missing copy then.
    async fn ask_for_copy(&mut self, envelope: &Envelope) -> Result<bool, Trouble> {
        if envelope.copy.is_empty() {
            return Ok(false);
        }
        let command = format!("RCPT TO:<{}>", envelope.copy);
        let reply = self.channel.command(&command).await.map_err(|fault| lost("RCPT", &fault))?;
        match reply.class() {
            2 => Ok(true),
            // The server closes after 421 (RFC 5321 section 3.8).
            _ if reply.code == 421 => Err(refused("RCPT", &reply)),
            _ => {
                tracing::warn!(said = %reply.shown(), "the server takes no copy for copies.address");
                Ok(false)
            }
        }
    }

    fn mail_command(&self, envelope: &Envelope, data: &[u8]) -> Result<String, Trouble> {
        let never = |reason: String| Trouble { error: SendError::Permanent(reason), in_step: true, stale: false };
        let mut command = format!("MAIL FROM:<{}>", envelope.from);
        if let Some(limit) = self.extensions.size {
            if data.len() as u64 > limit {
                return Err(never(format!("the message has {} bytes, the server takes {limit}", data.len())));
            }
            command.push_str(&format!(" SIZE={}", data.len()));
        }
        if !data.is_ascii() {
            if !self.extensions.eight_bit {
                return Err(never("the message holds 8-bit text, the server takes 7-bit text only".into()));
            }
            command.push_str(" BODY=8BITMIME");
        }
        Ok(command)
    }

    async fn step(&mut self, name: &'static str, command: &str, wanted: u16) -> Result<(), Trouble> {
        let reply = self.channel.command(command).await.map_err(|fault| lost(name, &fault))?;
        if reply.class() == wanted { Ok(()) } else { Err(refused(name, &reply)) }
    }

    /// The message could not be written to its end, or the server spoke before it. A server that breaks off often
    /// says why (552 too large): that reply counts, since nothing can have been accepted.
    async fn broken_off(&mut self, fault: Fault) -> Trouble {
        match self.channel.reply(LAST_WORDS).await {
            Ok(reply) => Trouble { in_step: false, ..refused("message", &reply) },
            Err(_) => lost("message", &fault),
        }
    }
}

/// Nothing was accepted, and the connection is of no more use.
fn lost(step: &'static str, fault: &Fault) -> Trouble {
    Trouble { error: SendError::Temporary(format!("{step}: {fault}")), in_step: false, stale: false }
}

fn uncertain(reason: &str, copied: bool) -> Trouble {
    Trouble { error: SendError::Uncertain { reason: reason.into(), copied }, in_step: false, stale: false }
}

/// The server said no, or what the protocol does not allow here.
fn refused(step: &'static str, reply: &Reply) -> Trouble {
    let text = format!("{step}: {}", reply.shown());
    let (error, in_step) = match reply.code {
        // The server closes after 421 (RFC 5321 section 3.8).
        421 => (SendError::Temporary(text), false),
        // It wants a sign-in first (RFC 4954 section 6): that is no fault of this message.
        530 => (SendError::Settings(text), false),
        400..=499 => (SendError::Temporary(text), true),
        500..=599 => (SendError::Permanent(text), true),
        _ => (SendError::Temporary(text), false),
    };
    Trouble { error, in_step, stale: false }
}
