//! A look at the shape of a message before a parser builds it: how many parts, how many messages within it.
//!
//! Counted from the lines alone, without building anything, and generously: what is over a limit here may be a text
//! that only looks like parts, and no honest question looks like that.

use std::collections::HashSet;

use super::limits;

/// Bytes of one Content-Type field that are looked at.
const FIELD: usize = 2_000;

/// Why the shape of a message is refused, if it is.
pub fn fault(raw: &[u8]) -> Option<String> {
    let mut boundaries: HashSet<Vec<u8>> = HashSet::new();
    let (mut parts, mut nested) = (0_usize, 0_usize);
    let mut at = 0;
    while at < raw.len() {
        let end = memchr::memchr(b'\n', &raw[at..]).map_or(raw.len(), |length| at + length + 1);
        let line = &raw[at..end];
        if line.first().is_some_and(|b| b.eq_ignore_ascii_case(&b'c')) && starts_with(line, b"content-type") {
            let field = field(&raw[at..]);
            nested += usize::from(holds_messages(&field));
            if let Some(boundary) = boundary(&field) {
                boundaries.insert(boundary);
            }
        } else if line.starts_with(b"--") && boundaries.contains(line[2..].trim_ascii_end()) {
            parts += 1;
        }
        at = end;
    }
    let over = |count: usize, limit: usize, what: &str| (count > limit).then(|| format!("{count} {what}"));
    over(nested, limits::NESTED, "messages nested in it")
        .or_else(|| over(boundaries.len(), limits::BOUNDARIES, "boundaries"))
        .or_else(|| over(parts, limits::PARTS, "parts"))
}

fn starts_with(line: &[u8], name: &[u8]) -> bool {
    line.get(..name.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(name))
}

/// A field with its folded lines, in lower case but for the boundary that it may name: its first [`FIELD`] bytes.
fn field(raw: &[u8]) -> Vec<u8> {
    let window = &raw[..raw.len().min(FIELD)];
    let mut end = window.len();
    for at in memchr::memchr_iter(b'\n', window) {
        if !matches!(window.get(at + 1), Some(b' ' | b'\t')) {
            end = at;
            break;
        }
    }
    window[..end].to_vec()
}

/// Types whose content is a message of its own. Found anywhere in the field: comments and spaces may stand before it.
fn holds_messages(field: &[u8]) -> bool {
    let low = field.to_ascii_lowercase();
    ["rfc822", "global", "digest", "news", "external-body"]
        .iter()
        .any(|word| memchr::memmem::find(&low, word.as_bytes()).is_some())
}

fn boundary(field: &[u8]) -> Option<Vec<u8>> {
    let low = field.to_ascii_lowercase();
    let begin = memchr::memmem::find(&low, b"boundary")? + b"boundary".len();
    let rest = field[begin..].trim_ascii_start();
    let equals = memchr::memchr(b'=', &rest[..rest.len().min(8)])?;
    let value = rest[equals + 1..].trim_ascii_start();
    let boundary = match value.strip_prefix(b"\"") {
        Some(inner) => inner.split(|b| *b == b'"').next()?,
        None => value.split(|b| b.is_ascii_whitespace() || *b == b';').next()?,
    };
    (!boundary.is_empty()).then(|| boundary.trim_ascii_end().to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_shape_that_would_exhaust_a_parser_is_refused() {
        let nest = "Content-Type: message/rfc822\r\n\r\n".repeat(5_000);
        assert!(fault(nest.as_bytes()).is_some_and(|why| why.contains("nested")));
        let digests = "Content-Type: (x)\r\n multipart/digest; boundary=b\r\n\r\n--b\r\n".repeat(500);
        assert!(fault(digests.as_bytes()).is_some_and(|why| why.contains("nested")));
        let parts = format!("Content-Type: multipart/mixed; boundary=\"x y\"\r\n\r\n{}", "--x y\r\n\r\n".repeat(2_000));
        assert!(fault(parts.as_bytes()).is_some_and(|why| why.contains("2000 parts")));
    }

    #[test]
    fn an_ordinary_message_is_not() {
        let raw = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nx\r\n--b--\r\n";
        assert_eq!(fault(raw), None);
        assert_eq!(fault("--- a\n+++ b\n".repeat(5_000).as_bytes()), None);
    }

    proptest! {
        #[test]
        fn any_bytes_have_a_shape(raw in proptest::collection::vec(any::<u8>(), 0..300), text in "(Content-Type:|boundary|=|\"|;|--b|\n| ){0,40}") {
            let _ = (fault(&raw), fault(text.as_bytes()));
        }
    }
}
