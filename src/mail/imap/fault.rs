//! What can go wrong, in our words. async-imap's own errors quote whole lines, even whole messages, and are never
//! shown.

use std::{fmt, io};

use async_imap::error::Error;
use async_imap::imap_proto::{self, ResponseCode, Status};

use crate::mail::MailError;

/// A tagged NO or BAD.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// BAD: the command itself was not understood. NO: it was, and is refused.
    pub bad: bool,
    /// The response code (RFC 9051 section 7.1), in capitals; empty without one.
    pub code: String,
    /// The server's words, shortened.
    pub words: String,
}

/// What a server said about one command.
pub type Outcome<T = ()> = Result<T, Refusal>;

/// Reads the end of a command: only OK is success.
pub fn ended(status: &Status, outcome: &imap_proto::Outcome<'_>) -> Outcome {
    if *status == Status::Ok {
        return Ok(());
    }
    let mut refusal = Refusal::new(*status != Status::No, outcome.information.as_deref().unwrap_or_default());
    if outcome.code == Some(ResponseCode::TryCreate) {
        "TRYCREATE".clone_into(&mut refusal.code);
    }
    Err(refusal)
}

/// Reads what a call of async-imap came to.
pub fn judged<T>(host: &str, command: &'static str, result: Result<T, Error>) -> Result<Outcome<T>, MailError> {
    match result {
        Ok(done) => Ok(Ok(done)),
        Err(Error::No(text)) => Ok(Err(Refusal::told(false, &text))),
        Err(Error::Bad(text)) => Ok(Err(Refusal::told(true, &text))),
        Err(Error::Io(error)) => Err(broken(host, &error)),
        Err(Error::ConnectionLost) => Err(lost(host, "closed by the server")),
        Err(_) => Err(protocol(host, command, "an answer that makes no sense")),
    }
}

impl Refusal {
    fn new(bad: bool, text: &str) -> Self {
        // imap-proto leaves a code that it does not know in the text.
        let code = text.strip_prefix('[').and_then(|rest| rest.split([']', ' ']).next()).unwrap_or_default();
        Self { bad, code: shorten(code).to_ascii_uppercase(), words: shorten(text) }
    }

    /// From async-imap's `code: …, info: Some("…")`.
    fn told(bad: bool, text: &str) -> Self {
        let words = text.split_once("info: Some(\"").map_or("", |(_, rest)| rest.trim_end_matches("\")"));
        Self::new(bad, words)
    }

    /// True for the refusals that say "not now" (RFC 5530 section 3): nothing is wrong with what was asked.
    pub fn is_passing(&self) -> bool {
        ["UNAVAILABLE", "INUSE", "LIMIT", "SERVERBUG"].contains(&self.code.as_str())
    }

    /// As an error of `command`.
    pub fn of(&self, host: &str, command: &'static str) -> MailError {
        if self.is_passing() {
            lost(host, &format!("{command}: {self}"))
        } else {
            protocol(host, command, &self.to_string())
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", if self.bad { "BAD" } else { "NO" }, self.words)
    }
}

/// Something that the protocol does not allow.
pub fn protocol(host: &str, command: &'static str, reason: &str) -> MailError {
    MailError::Protocol { host: host.to_owned(), command, reason: reason.to_owned() }
}

/// The connection is gone.
pub fn lost(host: &str, reason: &str) -> MailError {
    MailError::Connection { host: host.to_owned(), reason: reason.to_owned() }
}

/// The connection broke, or async-imap could not read what came over it and has stopped reading.
pub fn broken(host: &str, error: &io::Error) -> MailError {
    match error.kind() {
        io::ErrorKind::Other => lost(host, "the server sent something that cannot be read"),
        kind => lost(host, &kind.to_string()),
    }
}

/// A server's words, fit for an error or a log: one line of plain text, not long, without addresses.
pub fn shorten(text: &str) -> String {
    const LONGEST: usize = 120;
    let mut short = String::new();
    for word in text.split_whitespace() {
        let word: String = if word.contains('@') {
            "(address)".to_owned()
        } else {
            word.chars().filter(char::is_ascii_graphic).collect()
        };
        if short.len() + 1 + word.len() > LONGEST {
            short.push('…');
            break;
        }
        if !short.is_empty() && !word.is_empty() {
            short.push(' ');
        }
        short.push_str(&word);
    }
    short
}

#[cfg(test)]
mod tests {
    use async_imap::imap_proto::Response;

    use super::*;

    fn outcome(line: &str) -> Outcome {
        match Response::parse(line.as_bytes()) {
            Ok((_, Response::Done { status, outcome, .. })) => ended(&status, &outcome),
            _ => panic!("{line} ends a command"),
        }
    }

    #[test]
    fn only_a_tagged_ok_is_success() {
        assert_eq!(outcome("A1 OK done\r\n"), Ok(()));
        assert_eq!(outcome("A1 OK\r\n"), Ok(()));
        assert!(!outcome("A1 NO no such mailbox\r\n").unwrap_err().bad);
        assert!(outcome("A1 bad what?\r\n").unwrap_err().bad);
        assert!(outcome("A1 BYE\r\n").unwrap_err().bad);
    }

    #[test]
    fn the_response_code_is_found_whether_the_library_knows_it_or_not() {
        for (line, code) in [
            ("A1 NO [TRYCREATE] Mailbox does not exist\r\n", "TRYCREATE"),
            ("A1 NO [unavailable] later\r\n", "UNAVAILABLE"),
            ("A1 NO [X (y z)] x\r\n", "X"),
            ("A1 NO nothing\r\n", ""),
            ("A1 NO [\r\n", ""),
        ] {
            assert_eq!(outcome(line).unwrap_err().code, code, "{line}");
        }
    }

    #[test]
    fn a_refusal_from_the_library_reads_like_one_from_the_wire() {
        let text = format!("code: {:?}, info: {:?}", None::<ResponseCode<'_>>, Some("[LIMIT] \"too\" many"));
        let refusal = judged::<()>("h:1", "LOGIN", Err(Error::No(text))).unwrap().unwrap_err();
        assert!(refusal.is_passing(), "{refusal}");
        assert_eq!(refusal.words, r#"[LIMIT] \"too\" many"#);
        let silent = judged::<()>("h:1", "LOGIN", Err(Error::Bad("code: None, info: None".to_owned()))).unwrap();
        assert_eq!(silent, Err(Refusal { bad: true, code: String::new(), words: String::new() }));
    }

    #[test]
    fn what_came_over_the_wire_is_not_in_an_error() {
        let error = Error::Io(io::Error::other("during parsing of \"* SECRET\""));
        let error = judged::<()>("h:1", "LOGIN", Err(error)).unwrap_err();
        assert!(error.is_transient() && !error.to_string().contains("SECRET"), "{error}");
    }

    #[test]
    fn words_lose_addresses_control_characters_and_length() {
        assert_eq!(shorten("no <alice@example.test>\x1b[31m here\r\n"), "no (address) here");
        assert_eq!(shorten("no such\x07 mailbox\r\n"), "no such mailbox");
        let long = shorten(&"word ".repeat(100));
        assert!(long.len() <= 124 && long.ends_with('…'), "{long}");
        assert!(shorten(&"x".repeat(5000)).len() < 10);
    }
}
