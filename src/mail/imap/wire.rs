//! Bytes to complete responses and back. The framing is ours because a server's announcement must not decide
//! how much memory is taken, and because one line that cannot be parsed must not end the connection.

use std::io;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// A response's text, without its literals. The longest legitimate one is the answer to a SEARCH.
const LONGEST_TEXT: usize = 16 * 1024 * 1024;
const READ_AT_ONCE: usize = 64 * 1024;

/// What a conversation runs over: TLS, or TCP before STARTTLS.
pub trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}

impl<S: AsyncRead + AsyncWrite + Unpin + Send> Stream for S {}

/// One direction of responses, one of commands, over TLS or (before STARTTLS) TCP.
pub struct Wire<S> {
    stream: S,
    framer: Framer,
}

impl<S: Stream> Wire<S> {
    /// `largest` is how many bytes of a response's literals are kept; what is above is read and thrown away.
    pub fn new(stream: S, largest: usize) -> Self {
        Self { stream, framer: Framer::new(largest) }
    }

    /// The next complete response with its line end, or `None` when the server closed the connection.
    /// Safe to cancel: what was read stays.
    pub async fn read(&mut self) -> io::Result<Option<Vec<u8>>> {
        loop {
            if let Some(response) = self.framer.next()? {
                return Ok(Some(response));
            }
            let buffer = self.framer.space();
            if self.stream.read_buf(buffer).await? == 0 {
                return Ok(None);
            }
        }
    }

    /// Sends one line.
    pub async fn write(&mut self, line: &str) -> io::Result<()> {
        // One write: two would cost a round trip with Nagle's algorithm and delayed acknowledgements.
        self.stream.write_all(format!("{line}\r\n").as_bytes()).await?;
        self.stream.flush().await
    }

    /// The stream below, and whether bytes had been read from it that nobody asked for.
    pub fn into_inner(self) -> (S, bool) {
        let unread = self.framer.has_unread();
        (self.stream, unread)
    }
}

/// Cuts bytes into responses.
struct Framer {
    unread: Vec<u8>,
    start: usize,
    response: Vec<u8>,
    /// Bytes of the present literal still to come, and how many of them are kept.
    literal: u64,
    keep: u64,
    /// Bytes of literals that this response may still take.
    budget: u64,
    largest: u64,
    text: usize,
}

impl Framer {
    fn new(largest: usize) -> Self {
        let largest = largest as u64;
        Self {
            unread: Vec::new(),
            start: 0,
            response: Vec::new(),
            literal: 0,
            keep: 0,
            budget: largest,
            largest,
            text: 0,
        }
    }

    fn has_unread(&self) -> bool {
        self.start < self.unread.len() || !self.response.is_empty()
    }

    /// Where to put the next bytes.
    fn space(&mut self) -> &mut Vec<u8> {
        self.unread.drain(..self.start);
        self.start = 0;
        self.unread.reserve(READ_AT_ONCE);
        &mut self.unread
    }

    fn next(&mut self) -> io::Result<Option<Vec<u8>>> {
        loop {
            if self.literal > 0 && !self.take_literal() {
                return Ok(None);
            }
            let available = &self.unread[self.start..];
            let line_end = available.iter().position(|byte| *byte == b'\n');
            let taken = line_end.map_or(available.len(), |end| end + 1);
            self.response.extend_from_slice(&available[..taken]);
            self.start += taken;
            self.text += taken;
            if self.text > LONGEST_TEXT {
                return Err(invalid("a response without end"));
            }
            if line_end.is_none() {
                return Ok(None);
            }
            match announced(&self.response)? {
                Some(length) => self.begin_literal(length),
                None => {
                    self.budget = self.largest;
                    self.text = 0;
                    return Ok(Some(std::mem::take(&mut self.response)));
                }
            }
        }
    }

    fn begin_literal(&mut self, length: u64) {
        self.literal = length;
        self.keep = length.min(self.budget);
        self.budget -= self.keep;
        if self.keep < length {
            // The parser must find the number of bytes that are really there.
            let brace = self.response.iter().rposition(|byte| *byte == b'{').unwrap_or(0);
            self.response.truncate(brace);
            self.response.extend_from_slice(format!("{{{}}}\r\n", self.keep).as_bytes());
        }
        self.response.reserve(usize::try_from(self.keep).unwrap_or(0).min(1024 * 1024));
    }

    /// True when the literal is complete.
    fn take_literal(&mut self) -> bool {
        let available = &self.unread[self.start..];
        let taken = usize::try_from(self.literal).unwrap_or(usize::MAX).min(available.len());
        let kept = usize::try_from(self.keep).unwrap_or(usize::MAX).min(taken);
        self.response.extend_from_slice(&available[..kept]);
        self.start += taken;
        self.literal -= taken as u64;
        self.keep -= kept as u64;
        self.literal == 0
    }
}

/// The length of the literal that the last line announces (`{123}` at its end, RFC 9051 section 4.3). Text for
/// people, in status responses, is never read that way.
fn announced(response: &[u8]) -> io::Result<Option<u64>> {
    let Some(data) = response.strip_prefix(b"* ") else { return Ok(None) };
    let status = [&b"OK"[..], b"NO", b"BAD", b"BYE", b"PREAUTH"];
    if status.iter().any(|word| data.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))) {
        return Ok(None);
    }
    let Some(line) = response.strip_suffix(b"}\r\n") else { return Ok(None) };
    let digits = line.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    let (before, number) = line.split_at(line.len() - digits);
    if digits == 0 || !before.ends_with(b"{") {
        return Ok(None);
    }
    let number = std::str::from_utf8(number).ok().and_then(|text| text.parse().ok());
    number.map(Some).ok_or_else(|| invalid("a literal of absurd length"))
}

fn invalid(what: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(largest: usize, input: &[u8], step: usize) -> Vec<String> {
        let mut framer = Framer::new(largest);
        let mut found = Vec::new();
        for piece in input.chunks(step) {
            framer.space().extend_from_slice(piece);
            while let Some(response) = framer.next().unwrap() {
                found.push(String::from_utf8(response).unwrap());
            }
        }
        found
    }

    #[test]
    fn responses_are_the_same_however_the_bytes_are_cut() {
        let input = b"* 1 EXISTS\r\n* 1 FETCH (UID 1 BODY[] {5}\r\na\r\nb\n FLAGS ())\r\nA1 OK done\r\n";
        let whole = cut(100, input, input.len());
        assert_eq!(
            whole,
            ["* 1 EXISTS\r\n", "* 1 FETCH (UID 1 BODY[] {5}\r\na\r\nb\n FLAGS ())\r\n", "A1 OK done\r\n"]
        );
        for step in 1..input.len() {
            assert_eq!(cut(100, input, step), whole);
        }
    }

    #[test]
    fn a_literal_over_the_limit_is_cut_and_the_next_response_is_whole() {
        let input = b"* 1 FETCH (BODY[] {10}\r\n0123456789)\r\n* 2 FETCH (BODY[] {3}\r\nabc)\r\n";
        for step in 1..input.len() {
            let found = cut(4, input, step);
            assert_eq!(found, ["* 1 FETCH (BODY[] {4}\r\n0123)\r\n", "* 2 FETCH (BODY[] {3}\r\nabc)\r\n"]);
        }
    }

    #[test]
    fn many_literals_in_one_response_share_one_limit() {
        let found = cut(4, b"* 1 FETCH (A {3}\r\nabc B {3}\r\ndef)\r\n", 7);
        assert_eq!(found, ["* 1 FETCH (A {3}\r\nabc B {1}\r\nd)\r\n"]);
    }

    #[test]
    fn words_for_people_that_look_like_a_literal_are_just_words() {
        let input = b"* OK see {5}\r\n+ {5}\r\nA1 NO {5}\r\n";
        assert_eq!(cut(100, input, 3), ["* OK see {5}\r\n", "+ {5}\r\n", "A1 NO {5}\r\n"]);
    }

    #[test]
    fn an_empty_literal_is_a_literal() {
        let input = b"* 1 FETCH (BODY[] {0}\r\n UID 1)\r\n* 2 EXISTS\r\n";
        for step in 1..input.len() {
            assert_eq!(cut(4, input, step), ["* 1 FETCH (BODY[] {0}\r\n UID 1)\r\n", "* 2 EXISTS\r\n"]);
        }
    }

    #[test]
    fn an_announcement_takes_no_memory() {
        let mut framer = Framer::new(1_000);
        framer.space().extend_from_slice(b"* 1 FETCH (BODY[] {18446744073709551615}\r\nabc");
        assert!(framer.next().unwrap().is_none());
        assert!(framer.response.capacity() < 10_000);
        framer = Framer::new(1_000);
        framer.space().extend_from_slice(b"* 1 FETCH (BODY[] {99999999999999999999999}\r\n");
        assert!(framer.next().is_err());
    }

    #[test]
    fn a_line_without_end_is_refused() {
        let mut framer = Framer::new(1_000);
        framer.space().resize(LONGEST_TEXT + 1, b'x');
        assert!(framer.next().is_err());
    }
}
