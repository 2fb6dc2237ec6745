//! What a server says it can do (RFC 9051 section 6.1.1).

use std::collections::BTreeSet;

/// The names of a CAPABILITY response, in capitals.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Capabilities(BTreeSet<String>);

impl Capabilities {
    /// Reads `* CAPABILITY …`; `None` for any other response. (imap-proto wants IMAP4rev1 in it, which a server
    /// that only speaks IMAP4rev2 need not say.)
    pub fn parse(response: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(response).ok()?.strip_prefix("* ")?;
        let mut words = text.split_ascii_whitespace();
        words.next()?.eq_ignore_ascii_case("CAPABILITY").then(|| Self(words.map(str::to_ascii_uppercase).collect()))
    }

    /// True when the server offers `name` (in capitals).
    pub fn has(&self, name: &str) -> bool {
        self.0.contains(name)
    }

    /// Forgets a capability that turned out not to work.
    pub fn withdraw(&mut self, name: &str) {
        self.0.remove(name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_in_any_case() {
        let found = Capabilities::parse(b"* capability IMAP4rev2 Idle AUTH=PLAIN\r\n").unwrap();
        assert!(found.has("IDLE") && found.has("IMAP4REV2") && found.has("AUTH=PLAIN") && !found.has("MOVE"));
    }

    #[test]
    fn other_responses_are_not_capabilities() {
        assert_eq!(Capabilities::parse(b"* OK CAPABILITY\r\n"), None);
        assert_eq!(Capabilities::parse(b"* 1 EXISTS\r\n"), None);
        assert_eq!(Capabilities::parse(b"A1 OK CAPABILITY\r\n"), None);
        assert_eq!(Capabilities::parse(b"* \r\n"), None);
    }
}
