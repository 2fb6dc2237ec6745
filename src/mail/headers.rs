//! A strict look at the header block before any parser sees it (RFC 5322 section 2.2).
//!
//! Two parsers read a malformed block differently, and that difference is how a forged sender passes for another.
//! So the block is scanned by the letter first: a line that is neither `name: value` nor folding, two From lines,
//! or a size that no honest mail has, and the message is held instead of guessed at.

use super::limits::{ADDRESSES, HEADER_BYTES as MAX_BLOCK, HEADER_LINES as MAX_LINES};

/// One header field as it stands: name in lower case, value unfolded, in the order of the message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// The name, in lower case.
    pub name: String,
    /// The value, folding removed; control characters become spaces.
    pub value: String,
    /// The same as its bytes, for what must be decoded.
    pub raw: Vec<u8>,
}

/// The header block.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Headers {
    /// Fields, top first.
    pub fields: Vec<Header>,
    /// What a strict reading objects to.
    pub fault: Option<String>,
    /// True when the block is larger than its limit: then no parser should see the message.
    pub oversized: bool,
}

/// Reads the header block of a message by the letter.
pub fn scan(raw: &[u8]) -> Headers {
    let mut headers = Headers::default();
    let (block, complete) = block(raw);
    if !complete {
        headers.fault = Some(format!("the header block is larger than {MAX_BLOCK} bytes"));
        headers.oversized = true;
    }
    for (n, line) in block.split(|b| *b == b'\n').enumerate() {
        if n > MAX_LINES {
            headers.fault.get_or_insert_with(|| format!("more than {MAX_LINES} header lines"));
            headers.oversized = true;
            break;
        }
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        read_line(line, n, &mut headers);
    }
    check(&mut headers);
    headers
}

/// The bytes up to the first empty line, and whether it was found within the limit.
fn block(raw: &[u8]) -> (&[u8], bool) {
    let window = &raw[..raw.len().min(MAX_BLOCK)];
    let mut at = 0;
    for line in window.split_inclusive(|b| *b == b'\n') {
        if line == b"\n" || line == b"\r\n" {
            return (&window[..at], true);
        }
        at += line.len();
    }
    (window, raw.len() <= MAX_BLOCK)
}

fn read_line(line: &[u8], n: usize, headers: &mut Headers) {
    if line.is_empty() || (n == 0 && line.starts_with(b"From ")) {
        return; // An mbox separator in front is tolerated: Maildir deliveries of old tools carry one.
    }
    if line[0] == b' ' || line[0] == b'\t' {
        match headers.fields.last_mut() {
            Some(field) if field.value.len() < MAX_BLOCK => {
                field.value.push(' ');
                field.value.push_str(clean(line).trim());
                field.raw.push(b' ');
                field.raw.extend_from_slice(line.trim_ascii());
            }
            Some(_) => {}
            None => drop(headers.fault.get_or_insert_with(|| "the header block begins with a folded line".to_owned())),
        }
        return;
    }
    let colon = line.iter().position(|b| *b == b':');
    match colon.map(|at| (&line[..at], &line[at + 1..])) {
        Some((name, value)) if !name.is_empty() && name.iter().all(|b| (b'!'..=b'~').contains(b)) => {
            headers.fields.push(Header {
                name: String::from_utf8_lossy(name).to_ascii_lowercase(),
                value: clean(value).trim().to_owned(),
                raw: value.trim_ascii().to_vec(),
            });
        }
        _ => drop(headers.fault.get_or_insert_with(|| format!("header line {} is not `name: value`", n + 1))),
    }
}

fn clean(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// Fields that may stand once only (RFC 5322 section 3.6): of two, one reader takes the first and another the last.
const ONCE: [(&str, &str); 6] = [
    ("from", "From"),
    ("message-id", "Message-ID"),
    ("subject", "Subject"),
    ("sender", "Sender"),
    ("references", "References"),
    ("in-reply-to", "In-Reply-To"),
];

fn check(headers: &mut Headers) {
    let count = |name: &str| headers.fields.iter().filter(|field| field.name == name).count();
    let twice = ONCE.iter().map(|(name, shown)| (count(name), shown)).find(|(count, _)| *count > 1);
    // Counted by their separators: a parser must not have to find out.
    let listed = ["to", "cc", "bcc"].iter().flat_map(|name| headers.list(name));
    let addresses: usize = listed.map(|value| value.matches(',').count() + 1).sum();
    let fault = match (count("from"), twice) {
        (0, _) => Some("no From line".to_owned()),
        (_, Some((count, shown))) => Some(format!("{count} {shown} lines")),
        _ if addresses > ADDRESSES => Some(format!("{addresses} addresses")),
        _ => None,
    };
    headers.oversized |= addresses > ADDRESSES;
    if headers.fault.is_none() {
        headers.fault = fault;
    }
}

impl Headers {
    /// The first value of a name (in lower case).
    pub fn find(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|field| field.name == name).map(|field| field.value.as_str())
    }

    /// The bytes of the first value of a name.
    pub fn find_raw(&self, name: &str) -> Option<&[u8]> {
        self.fields.iter().find(|field| field.name == name).map(|field| field.raw.as_slice())
    }

    /// Every value of a name, top first.
    pub fn list<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.fields.iter().filter(move |field| field.name == name).map(|field| field.value.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_forged_second_sender_is_noticed() {
        for (raw, fault) in [
            ("From: a@x.test\r\nFrom: b@x.test\r\n\r\nhi", "2 From lines"),
            (
                "From\r\n : <first@attack.test>\r\nFrom: <admin@legit.test>\r\n\r\nhi",
                "header line 1 is not `name: value`",
            ),
            ("Subject: x\r\n\r\nFrom: a@x.test", "no From line"),
            (" folded\r\nFrom: a@x.test\r\n\r\n", "the header block begins with a folded line"),
        ] {
            assert_eq!(scan(raw.as_bytes()).fault.as_deref(), Some(fault), "{raw}");
        }
    }

    #[test]
    fn an_ordinary_block_is_read_whole() {
        let headers = scan(b"From: Ann <ann@clinic.test>\r\nSubject: a\r\n  b\r\nX-Odd:\tv\r\n\r\nbody: no header\r\n");
        assert_eq!(headers.fault, None);
        assert_eq!(
            (headers.find("subject"), headers.find("x-odd"), headers.find("body")),
            (Some("a b"), Some("v"), None)
        );
    }

    #[test]
    fn a_header_that_would_exhaust_a_parser_is_held() {
        let long = format!("From: a@x.test\r\nX: {}\r\n\r\n", "y".repeat(200_000));
        assert!(scan(long.as_bytes()).oversized);
        let many = format!("From: a@x.test\r\nTo: {}\r\n\r\n", "a@x.test,".repeat(5_000));
        assert!(scan(many.as_bytes()).oversized);
    }

    proptest! {
        #[test]
        fn any_bytes_are_scanned_without_panic(raw in proptest::collection::vec(any::<u8>(), 0..400)) {
            let _ = scan(&raw);
        }
    }
}
