//! What an S/MIME part holds (RFC 8551, RFC 5652): a text that is signed, which anybody can read, or an envelope, which
//! nobody here can open. Only as much of the structure is read as it takes to tell; no signature is checked.

/// How deep elements may stand in each other: a signed text stands at five.
const DEPTH: usize = 16;
const SIGNED: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02";
/// EnvelopedData, and its form with authentication (RFC 5083).
const ENVELOPES: [&[u8]; 3] = [
    b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03",
    b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x06",
    b"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x17",
];
const SEQUENCE: u8 = 0x30;
const OBJECT: u8 = 0x06;
const EXPLICIT: u8 = 0xa0;
const OCTETS: u8 = 0x04;
const OCTETS_IN_PIECES: u8 = 0x24;

/// What was found.
#[derive(Debug, PartialEq, Eq)]
pub enum Content {
    /// A MIME entity that is signed.
    Signed(Vec<u8>),
    /// Encrypted.
    Envelope,
    /// Certificates, a signature alone, or nothing that can be read.
    Other,
}

/// Looks into the bytes of a part of type `application/pkcs7-mime`.
pub fn open(bytes: &[u8]) -> Content {
    content(bytes).unwrap_or(Content::Other)
}

fn content(bytes: &[u8]) -> Option<Content> {
    let (kind, rest) = object(inner(bytes, SEQUENCE)?)?;
    if ENVELOPES.contains(&kind) {
        return Some(Content::Envelope);
    }
    if kind != SIGNED {
        return None;
    }
    // SignedData: version, digest algorithms, then the content with its type (RFC 5652 section 5.1).
    let signed = inner(inner(rest, EXPLICIT)?, SEQUENCE)?;
    let (_, _, rest) = element(signed, 0)?;
    let (_, _, rest) = element(rest, 0)?;
    let (_, rest) = object(inner(rest, SEQUENCE)?)?;
    let mut text = Vec::new();
    octets(inner(rest, EXPLICIT)?, 0, &mut text)?;
    (!text.is_empty()).then_some(Content::Signed(text))
}

/// The content of the first element, which must have this tag.
fn inner(bytes: &[u8], wanted: u8) -> Option<&[u8]> {
    element(bytes, 0).filter(|(tag, ..)| *tag == wanted).map(|(_, content, _)| content)
}

/// An object identifier, and what stands behind it.
fn object(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    element(bytes, 0).filter(|(tag, ..)| *tag == OBJECT).map(|(_, content, rest)| (content, rest))
}

/// An octet string, whole or in pieces (X.690 section 8.7).
fn octets(bytes: &[u8], depth: usize, out: &mut Vec<u8>) -> Option<()> {
    let (tag, content, _) = element(bytes, 0)?;
    match tag {
        OCTETS => out.extend_from_slice(content),
        OCTETS_IN_PIECES if depth < DEPTH => {
            let mut rest = content;
            while !rest.is_empty() {
                octets(rest, depth + 1, out)?;
                rest = element(rest, 0)?.2;
            }
        }
        _ => return None,
    }
    Some(())
}

/// Tag, content, and what stands behind the first element (X.690 section 8.1), also where its length is indefinite.
fn element(bytes: &[u8], depth: usize) -> Option<(u8, &[u8], &[u8])> {
    let (tag, length) = (*bytes.first()?, *bytes.get(1)?);
    if depth > DEPTH || tag & 0x1f == 0x1f {
        return None;
    }
    if length == 0x80 {
        let body = &bytes[2..];
        let mut rest = body;
        while !rest.starts_with(&[0, 0]) {
            rest = element(rest, depth + 1)?.2;
        }
        return Some((tag, &body[..body.len() - rest.len()], &rest[2..]));
    }
    let (length, header) = match length {
        0..0x80 => (usize::from(length), 2),
        _ => {
            let figures = usize::from(length & 0x7f);
            let digits = bytes.get(2..2 + figures).filter(|_| figures <= 4)?;
            (digits.iter().fold(0, |sum, digit| sum << 8 | usize::from(*digit)), 2 + figures)
        }
    };
    let end = header.checked_add(length)?;
    Some((tag, bytes.get(header..end)?, &bytes[end..]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(tag: u8, content: &[&[u8]]) -> Vec<u8> {
        let content = content.concat();
        let length = u16::try_from(content.len()).unwrap().to_be_bytes();
        [&[tag, 0x82, length[0], length[1]], content.as_slice()].concat()
    }

    fn signed(text: &[u8]) -> Vec<u8> {
        let kind = of(OBJECT, &[b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01"]);
        let data = of(SEQUENCE, &[&of(SEQUENCE, &[&kind, &of(EXPLICIT, &[text])])]);
        let (_, data, _) = element(&data, 0).unwrap();
        let set = of(0x31, &[]);
        let body = of(SEQUENCE, &[&[2, 1, 1], &set, data, &set]);
        of(SEQUENCE, &[&of(OBJECT, &[SIGNED]), &of(EXPLICIT, &[&body])])
    }

    #[test]
    fn a_signed_text_is_found_whole_or_in_pieces() {
        assert_eq!(open(&signed(&of(OCTETS, &[b"Hello"]))), Content::Signed(b"Hello".to_vec()));
        let pieces = [&[OCTETS_IN_PIECES, 0x80][..], &of(OCTETS, &[b"Hel"]), &of(OCTETS, &[b"lo"]), &[0, 0]].concat();
        assert_eq!(open(&signed(&pieces)), Content::Signed(b"Hello".to_vec()));
    }

    #[test]
    fn an_envelope_is_known_and_anything_else_is_not() {
        assert_eq!(open(&of(SEQUENCE, &[&of(OBJECT, &[ENVELOPES[0]])])), Content::Envelope);
        assert_eq!(open(b"MIIB"), Content::Other);
        assert_eq!(open(&[0x30, 0x80].repeat(10_000)), Content::Other);
    }

    proptest! {
        #[test]
        fn any_bytes_do_no_harm(bytes in proptest::collection::vec(any::<u8>(), 0..200), end in 0_usize..80) {
            let _ = open(&bytes);
            let whole = signed(&of(OCTETS, &[b"Hello"]));
            let _ = open(&whole[..end.min(whole.len())]);
        }
    }
}
