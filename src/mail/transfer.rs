//! Content transfer encodings (RFC 2045 section 6), read as leniently as they are written.

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};

use super::limits;

/// Mail programs forget padding and leave bits over.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// Base64; what is outside its alphabet is passed over, as RFC 2045 section 6.8 says. Pieces that were encoded one by one
/// and joined, each with its padding, are read one by one.
pub fn base64(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() / 4 * 3);
    let mut piece = Vec::with_capacity(text.len());
    for byte in text {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'+' | b'/' => piece.push(*byte),
            b'=' => flush(&mut piece, &mut out),
            _ => {}
        }
    }
    flush(&mut piece, &mut out);
    out
}

fn flush(piece: &mut Vec<u8>, out: &mut Vec<u8>) {
    // A single letter over holds six bits, which are no byte.
    if piece.len() % 4 == 1 {
        piece.pop();
    }
    if let Ok(mut bytes) = LENIENT.decode(&*piece) {
        out.append(&mut bytes);
    }
    piece.clear();
}

/// Quoted-printable; an `=` that begins nothing stays as it is.
pub fn quoted_printable(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for line in text.split_inclusive(|b| *b == b'\n') {
        let content = line.trim_ascii_end();
        let end = &line[line.iter().rposition(|b| !matches!(b, b'\r' | b'\n')).map_or(0, |at| at + 1)..];
        let (content, soft) = match content.strip_suffix(b"=") {
            Some(before) if !end.is_empty() || line.len() == content.len() => (before, true),
            _ => (content, false),
        };
        escapes(content, &mut out);
        if !soft {
            out.extend_from_slice(end);
        }
    }
    out
}

fn escapes(text: &[u8], out: &mut Vec<u8>) {
    let mut at = 0;
    while at < text.len() {
        let hex = |n: usize| text.get(at + n).and_then(|b| (*b as char).to_digit(16));
        match (text[at], hex(1), hex(2)) {
            (b'=', Some(high), Some(low)) => {
                out.push(u8::try_from(high * 16 + low).unwrap_or(b'?'));
                at += 3;
            }
            (byte, ..) => {
                out.push(byte);
                at += 1;
            }
        }
    }
}

/// A file that stands within a text as `begin 644 name … end` (POSIX uuencode).
#[derive(Debug, PartialEq, Eq)]
pub struct Uuencoded {
    /// The name it was given.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// The text without the files that stand in it, and these files.
pub fn uuencoded(text: &str) -> (String, Vec<Uuencoded>) {
    let (mut kept, mut files) = (String::new(), Vec::new());
    let mut rest = text;
    while let Some(at) = next_begin(rest) {
        let (line, below) = rest[at..].split_once('\n').unwrap_or((&rest[at..], ""));
        let file =
            uu_name(line.trim_end()).and_then(|name| uu_body(below).map(|(bytes, length)| (name, bytes, length)));
        kept.push_str(&rest[..at]);
        match file {
            Some((name, bytes, length)) if files.len() < limits::ATTACHMENTS => {
                files.push(Uuencoded { name: name.to_owned(), bytes });
                rest = &below[length..];
            }
            _ => {
                kept.push_str(&rest[at..rest.len() - below.len()]);
                rest = below;
            }
        }
    }
    kept.push_str(rest);
    (kept, files)
}

/// Where the next line begins that may be the first of such a file.
fn next_begin(text: &str) -> Option<usize> {
    if text.starts_with("begin ") {
        return Some(0);
    }
    memchr::memmem::find(text.as_bytes(), b"\nbegin ").map(|at| at + 1)
}

fn uu_name(line: &str) -> Option<&str> {
    let (mode, name) = line.strip_prefix("begin ")?.split_once(' ')?;
    ((3..=4).contains(&mode.len()) && mode.bytes().all(|b| (b'0'..=b'7').contains(&b))).then_some(name.trim())
}

/// The bytes of the lines up to `end`, and the length of these lines. Lines of another form are no such file.
fn uu_body(text: &str) -> Option<(Vec<u8>, usize)> {
    let mut bytes = Vec::new();
    let mut length = 0;
    for line in text.split_inclusive('\n') {
        length += line.len();
        let line = line.trim_end_matches(['\n', '\r']);
        if line == "end" {
            return (!bytes.is_empty()).then_some((bytes, length));
        }
        if line.is_empty() || line == "`" || line == " " {
            continue;
        }
        uu_line(line.as_bytes(), &mut bytes)?;
        if bytes.len() > limits::UNPACKED_BYTES {
            return None;
        }
    }
    None
}

fn uu_line(line: &[u8], out: &mut Vec<u8>) -> Option<()> {
    let value = |byte: u8| (b' '..=b'`').contains(&byte).then(|| (byte - b' ') & 63);
    let length = usize::from(value(line[0])?);
    let begin = out.len();
    for group in line[1..].chunks(4) {
        let six = |n: usize| value(group.get(n).copied().unwrap_or(b' '));
        let (a, b, c, d) = (six(0)?, six(1)?, six(2)?, six(3)?);
        out.extend_from_slice(&[a << 2 | b >> 4, b << 4 | c >> 2, c << 6 | d]);
    }
    let read = out.len() - begin;
    if read < length || read > length + 5 {
        return None;
    }
    out.truncate(begin + length);
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn careless_encodings_are_read() {
        assert_eq!(base64(b"SGVs\r\nbG8"), b"Hello");
        assert_eq!(base64(b"SGk=SGk="), b"HiHi");
        assert_eq!(base64(b"SGVs!bG8x"), b"Hello1");
        assert_eq!(quoted_printable(b"a=C3=A9 =\r\nb  \r\nc=zz="), b"a\xc3\xa9 b\r\nc=zz");
    }

    #[test]
    fn a_file_within_the_text_is_taken_out_and_the_word_begin_is_not() {
        let (text, files) = uuencoded("see\nbegin 644 a.txt\n%2&5L;&\\\n`\nend\nbye");
        assert_eq!(
            (text.as_str(), files[0].name.as_str(), files[0].bytes.as_slice()),
            ("see\nbye", "a.txt", &b"Hello"[..])
        );
        let plain = "begin 644 the story\nof my life\nend";
        assert_eq!(uuencoded(plain), (plain.to_owned(), Vec::new()));
    }

    proptest! {
        #[test]
        fn any_bytes_are_decoded(raw in proptest::collection::vec(any::<u8>(), 0..200), text in "(begin 644 a\n|end\n|`\n|[ -~]{0,10}\n){0,10}") {
            let _ = (base64(&raw), quoted_printable(&raw), uuencoded(&text));
        }
    }
}
