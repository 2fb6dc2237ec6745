//! Commands out, replies in: each within its limit, each reply the answer to the command before it.

use std::time::Duration;

use futures::FutureExt;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::time::timeout;

use super::reply::{Reply, parse_line, shown};

/// Bytes of one reply; RFC 5321 section 4.5.3.1.5 asks for 512 a line, and EHLO has some twenty lines.
const MAX_REPLY: usize = 32 * 1024;
/// Bytes written under one limit, so that a long message on a slow line is not cut off while it moves.
const BLOCK: usize = 32 * 1024;

/// Why the server's answer is not known.
#[derive(Debug, thiserror::Error)]
pub(super) enum Fault {
    /// The connection ended or broke.
    #[error("connection lost: {0}")]
    Lost(String),
    /// Nothing, or not all of it, came in time.
    #[error("no answer within {} s", .0.as_secs())]
    Timeout(Duration),
    /// It spoke, but not SMTP, or not when it was its turn.
    #[error("not an SMTP answer: {0}")]
    Malformed(String),
}

impl Fault {
    fn lost(error: &std::io::Error) -> Self {
        Self::Lost(shown(&error.to_string()))
    }
}

/// A stream that carries SMTP, and what came in but was not read yet.
pub(super) struct Channel<S> {
    stream: S,
    unread: Vec<u8>,
    limit: Duration,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Channel<S> {
    /// `limit` bounds each reply, and each block that is written.
    pub(super) fn new(stream: S, limit: Duration) -> Self {
        Self { stream, unread: Vec::new(), limit }
    }

    /// The stream below, for TLS. Refused when something was already received: it came before the encryption, so
    /// anyone on the way could have written it for us to take as the answer to a later command (CVE-2011-0411).
    pub(super) fn into_stream(self) -> Result<S, Fault> {
        if self.unread.is_empty() { Ok(self.stream) } else { Err(out_of_turn(&self.unread)) }
    }

    /// The stream below, to look at.
    pub(super) fn stream(&self) -> &S {
        &self.stream
    }

    /// One command and the reply to it.
    pub(super) async fn command(&mut self, line: &str) -> Result<Reply, Fault> {
        self.expect_silence()?;
        self.write(format!("{line}\r\n").as_bytes()).await?;
        self.reply(self.limit).await
    }

    /// Writes all of `bytes` and passes them to the network.
    pub(super) async fn write(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        let limit = self.limit;
        let late = |_| Fault::Timeout(limit);
        for block in bytes.chunks(BLOCK) {
            timeout(limit, self.stream.write_all(block)).await.map_err(late)?.map_err(|e| Fault::lost(&e))?;
        }
        timeout(limit, self.stream.flush()).await.map_err(late)?.map_err(|e| Fault::lost(&e))
    }

    /// Fails when the server closed the connection or said something unasked, as far as it is already here.
    /// A reply that nobody asked for would otherwise count as the answer to what comes next, in the worst case as
    /// the acceptance of a message.
    pub(super) fn expect_silence(&mut self) -> Result<(), Fault> {
        if !self.unread.is_empty() {
            return Err(out_of_turn(&self.unread));
        }
        let mut chunk = [0; 512];
        match self.stream.read(&mut chunk).now_or_never() {
            None => Ok(()),
            Some(Ok(0)) => Err(Fault::Lost("closed by the server".into())),
            Some(Ok(length)) => {
                self.unread.extend_from_slice(&chunk[..length]);
                Err(out_of_turn(&self.unread))
            }
            Some(Err(error)) => Err(Fault::lost(&error)),
        }
    }

    /// The next complete reply, all of its lines within `limit`.
    pub(super) async fn reply(&mut self, limit: Duration) -> Result<Reply, Fault> {
        timeout(limit, self.read_reply()).await.map_err(|_| Fault::Timeout(limit))?
    }

    async fn read_reply(&mut self) -> Result<Reply, Fault> {
        let mut lines = Vec::new();
        let mut length = 0;
        loop {
            let line = self.read_line().await?;
            length += line.len();
            let (code, more, text) = parse_line(&line).ok_or_else(|| Fault::Malformed(shown(&line)))?;
            lines.push(text.to_owned());
            if !more {
                return Ok(Reply { code, lines });
            }
            if length > MAX_REPLY {
                return Err(Fault::Malformed("a reply without end".into()));
            }
        }
    }

    async fn read_line(&mut self) -> Result<String, Fault> {
        loop {
            if let Some(end) = self.unread.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = self.unread.drain(..=end).collect();
                return Ok(String::from_utf8_lossy(&line).trim_end_matches(['\r', '\n']).to_owned());
            }
            if self.unread.len() > MAX_REPLY {
                return Err(Fault::Malformed("a line without end".into()));
            }
            let mut chunk = [0; 2048];
            match self.stream.read(&mut chunk).await {
                Ok(0) => return Err(Fault::Lost("closed by the server".into())),
                Ok(length) => self.unread.extend_from_slice(&chunk[..length]),
                Err(error) => return Err(Fault::lost(&error)),
            }
        }
    }
}

fn out_of_turn(bytes: &[u8]) -> Fault {
    Fault::Malformed(format!("unasked: {}", shown(&String::from_utf8_lossy(bytes))))
}
