//! One response, told apart. Status lines are read here, data by imap-proto.

use std::fmt;

use imap_proto::Response;

/// A response from the server.
pub enum Answer<'a> {
    /// `+`: the server waits for more of the command.
    Continue,
    /// The end of a command.
    Done {
        /// Its tag.
        tag: &'a str,
        /// Whether it was done.
        outcome: Result<(), Refusal>,
    },
    /// Untagged data, asked for or not.
    Data(Response<'a>),
    /// What imap-proto cannot parse: an extension nobody asked for, or rubbish.
    Unreadable,
}

impl<'a> Answer<'a> {
    /// Reads one complete response.
    pub fn parse(bytes: &'a [u8]) -> Self {
        match bytes {
            [b'+', ..] => Self::Continue,
            [b'*', b' ', ..] => match Response::parse(bytes) {
                Ok((_, response)) => Self::Data(response),
                Err(_) => Self::Unreadable,
            },
            _ => std::str::from_utf8(bytes).ok().and_then(done).unwrap_or(Self::Unreadable),
        }
    }
}

/// `response-tagged` of RFC 9051 section 9: tag, condition, text.
fn done(line: &str) -> Option<Answer<'_>> {
    let (tag, rest) = line.trim_end().split_once(' ')?;
    let (condition, text) = rest.split_once(' ').unwrap_or((rest, ""));
    let outcome = match condition.to_ascii_uppercase().as_str() {
        "OK" => Ok(()),
        "NO" => Err(Refusal::new(false, text)),
        "BAD" => Err(Refusal::new(true, text)),
        _ => return None,
    };
    Some(Answer::Done { tag, outcome })
}

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

impl Refusal {
    fn new(bad: bool, text: &str) -> Self {
        let code = text.strip_prefix('[').and_then(|rest| rest.split([']', ' ']).next()).unwrap_or_default();
        Self { bad, code: shorten(code).to_ascii_uppercase(), words: shorten(text) }
    }

    /// True for the refusals that say "not now" (RFC 5530 section 3): nothing is wrong with what was asked.
    pub fn is_passing(&self) -> bool {
        ["UNAVAILABLE", "INUSE", "LIMIT", "SERVERBUG"].contains(&self.code.as_str())
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", if self.bad { "BAD" } else { "NO" }, self.words)
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
    use super::*;

    fn refusal(line: &str) -> Refusal {
        match Answer::parse(line.as_bytes()) {
            Answer::Done { outcome: Err(refusal), .. } => refusal,
            _ => panic!("{line} is a refusal"),
        }
    }

    #[test]
    fn only_a_tagged_ok_is_success() {
        assert!(matches!(Answer::parse(b"A1 OK done\r\n"), Answer::Done { tag: "A1", outcome: Ok(()) }));
        assert!(matches!(Answer::parse(b"A1 OK\r\n"), Answer::Done { tag: "A1", outcome: Ok(()) }));
        assert!(!refusal("A1 NO no such mailbox\r\n").bad);
        assert!(refusal("A1 bad what?\r\n").bad);
        assert!(matches!(Answer::parse(b"A1 MAYBE\r\n"), Answer::Unreadable));
        assert!(matches!(Answer::parse(b"\xff\r\n"), Answer::Unreadable));
        assert!(matches!(Answer::parse(b"\r\n"), Answer::Unreadable));
    }

    #[test]
    fn the_response_code_is_found() {
        assert_eq!(refusal("A1 NO [TRYCREATE] Mailbox does not exist\r\n").code, "TRYCREATE");
        assert_eq!(refusal("A1 NO [badcharset (utf-8)] x\r\n").code, "BADCHARSET");
        assert_eq!(refusal("A1 NO nothing\r\n").code, "");
        assert_eq!(refusal("A1 NO [\r\n").code, "");
    }

    #[test]
    fn a_continuation_needs_no_space_and_no_text() {
        assert!(matches!(Answer::parse(b"+\r\n"), Answer::Continue));
        assert!(matches!(Answer::parse(b"+ idling\r\n"), Answer::Continue));
    }

    #[test]
    fn data_that_cannot_be_parsed_is_told_apart() {
        assert!(matches!(Answer::parse(b"* 3 EXISTS\r\n"), Answer::Data(_)));
        assert!(matches!(Answer::parse(b"* FROBNICATE 3\r\n"), Answer::Unreadable));
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
