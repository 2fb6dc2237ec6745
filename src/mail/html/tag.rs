//! HTML cut into text and tags.

use super::entity;

/// A piece of HTML.
pub enum Token<'a> {
    /// Text, entities still in it.
    Text(&'a str),
    /// A tag that opens an element.
    Open(Tag<'a>),
    /// The name of the element that is closed.
    Close(String),
}

/// An opening tag.
pub struct Tag<'a> {
    /// The element's name, in lower case.
    pub name: String,
    rest: &'a str,
}

impl Tag<'_> {
    /// True for elements without content (and those written as such in XML style).
    pub fn is_void(&self) -> bool {
        const VOID: &[&str] = &[
            "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track",
            "wbr",
        ];
        VOID.contains(&self.name.as_str()) || (self.rest.ends_with('/') && self.name.contains(':'))
    }

    /// The value of an attribute, in lower case; empty where it has none.
    pub fn attribute(&self, wanted: &str) -> Option<String> {
        let mut rest = self.rest;
        // No honest tag has more; a hostile one could make each look-up cost its whole length.
        for _ in 0..40 {
            rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
            let end = rest.find(|c: char| c.is_whitespace() || c == '=').unwrap_or(rest.len());
            if rest.is_empty() {
                return None;
            }
            let name = &rest[..end];
            rest = rest[end..].trim_start();
            let value = match rest.strip_prefix('=') {
                Some(after) => {
                    let (value, next) = value(after.trim_start());
                    rest = next;
                    value
                }
                // A stray character that is no name must not be looked at for ever.
                None if end == 0 => {
                    rest = rest.get(1..).unwrap_or("");
                    continue;
                }
                None => "",
            };
            if name.eq_ignore_ascii_case(wanted) {
                return Some(entity::decode(value).to_ascii_lowercase());
            }
        }
        None
    }
}

fn value(text: &str) -> (&str, &str) {
    for quote in ['"', '\''] {
        if let Some(inner) = text.strip_prefix(quote) {
            return inner.split_once(quote).unwrap_or((inner, ""));
        }
    }
    text.split_at(text.find(char::is_whitespace).unwrap_or(text.len()))
}

/// The tokens of a text.
pub struct Tokens<'a> {
    rest: &'a str,
    /// The element whose content is no text (script, style), until its end tag.
    raw: Option<&'static str>,
    /// Set when no `>` is left: then nothing more is a tag, and nobody needs to look for one again.
    ended: bool,
}

impl<'a> Tokens<'a> {
    /// Begins at the text's beginning.
    pub fn new(html: &'a str) -> Self {
        Self { rest: html, raw: None, ended: false }
    }

    fn markup(&mut self) -> Option<Token<'a>> {
        let rest = self.rest;
        let next = *rest.as_bytes().get(1)?;
        if let Some(comment) = rest.strip_prefix("<!--") {
            let end = comment.find("-->").map_or(rest.len(), |at| at + 7);
            return self.passed(end);
        }
        if next == b'!' || next == b'?' {
            let end = rest.find('>').map_or(rest.len(), |at| at + 1);
            return self.passed(end);
        }
        let closing = next == b'/';
        let begin = if closing { 2 } else { 1 };
        let letters = rest[begin..].bytes().take_while(|b| b.is_ascii_alphanumeric() || b":-_".contains(b)).count();
        if letters == 0 || !rest.as_bytes()[begin].is_ascii_alphabetic() {
            return None;
        }
        let name = rest[begin..begin + letters].to_ascii_lowercase();
        let Some(length) = end_of_tag(&rest[begin + letters..]) else {
            self.ended = true;
            return None;
        };
        let inner = &rest[begin + letters..begin + letters + length];
        self.rest = &rest[begin + letters + length + 1..];
        if closing {
            return Some(Token::Close(name));
        }
        self.raw = ["script", "style"].into_iter().find(|raw| *raw == name);
        Some(Token::Open(Tag { name, rest: inner }))
    }

    fn passed(&mut self, length: usize) -> Option<Token<'a>> {
        self.rest = &self.rest[length..];
        Some(Token::Text(""))
    }
}

/// The place of the `>` that ends a tag: outside quotes, or the first one where a quote mark was left open. Each quote
/// is jumped over by one search, so that a picture within an attribute costs no more than its copy.
fn end_of_tag(rest: &str) -> Option<usize> {
    let bytes = rest.as_bytes();
    let first = memchr::memchr(b'>', bytes)?;
    let mut at = 0;
    let mut previous = b' ';
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'>' => return Some(at),
            // A quote mark opens a value only behind `=`: elsewhere it is an apostrophe or a slip.
            b'"' | b'\'' if previous == b'=' => match memchr::memchr(*byte, &bytes[at + 1..]) {
                Some(length) => at += length + 1,
                None => return memchr::memchr(b'>', &bytes[at..]).map(|length| at + length),
            },
            _ => {}
        }
        if !byte.is_ascii_whitespace() {
            previous = *byte;
        }
        at += 1;
    }
    Some(first)
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        if self.rest.is_empty() {
            return None;
        }
        if let Some(raw) = self.raw.take() {
            let end = find_end(self.rest, raw);
            self.rest = &self.rest[end..];
            return Some(Token::Text(""));
        }
        if self.rest.starts_with('<')
            && !self.ended
            && let Some(token) = self.markup()
        {
            return Some(token);
        }
        // A `<` that begins no tag is a character like any other.
        let from = usize::from(self.rest.starts_with('<'));
        let end = self.rest[from..].find('<').map_or(self.rest.len(), |at| at + from);
        let (text, rest) = self.rest.split_at(end);
        self.rest = rest;
        Some(Token::Text(text))
    }
}

/// Where `</name` begins, ignoring case.
fn find_end(text: &str, name: &str) -> usize {
    let found = text.match_indices("</").find(|(at, _)| {
        text.as_bytes().get(at + 2..at + 2 + name.len()).is_some_and(|word| word.eq_ignore_ascii_case(name.as_bytes()))
    });
    found.map_or(text.len(), |(at, _)| at)
}
