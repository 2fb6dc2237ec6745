//! Header text as people read it: encoded words (RFC 2047), raw 8-bit bytes, one line.

use super::{charset, transfer};

/// Decodes an unstructured field value. Neighbouring words of one charset are joined before they are decoded, since
/// some programs cut a letter in two; a raw 8-bit value is read by `hint`, the charset of the body, or by its looks.
pub fn decode(raw: &[u8], hint: Option<&str>) -> String {
    let mut out = String::new();
    let mut pending: Option<(String, Vec<u8>)> = None;
    let mut at = 0;
    let mut plain = 0;
    while at < raw.len() {
        let Some(word) = (raw[at] == b'=').then(|| word(&raw[at..])).flatten() else {
            at += 1;
            continue;
        };
        let between = &raw[plain..at];
        let joined = pending.is_some() && between.iter().all(u8::is_ascii_whitespace);
        match &mut pending {
            Some((label, bytes)) if joined && *label == word.charset => bytes.extend_from_slice(&word.bytes),
            _ => {
                flush(&mut out, pending.take());
                if !joined {
                    out.push_str(&charset::decode(between, hint));
                }
                pending = Some((word.charset, word.bytes));
            }
        }
        at += word.length;
        plain = at;
    }
    flush(&mut out, pending.take());
    out.push_str(&charset::decode(&raw[plain..], hint));
    out
}

/// The text on one line, without control characters and invisible direction marks, at most `limit` characters.
pub fn one_line(text: &str, limit: usize) -> String {
    let visible = |c: &char| !matches!(*c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}');
    let clean: String = text.chars().filter(visible).map(|c| if c.is_control() { ' ' } else { c }).collect();
    clean.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(limit).collect()
}

fn flush(out: &mut String, pending: Option<(String, Vec<u8>)>) {
    if let Some((label, bytes)) = pending {
        out.push_str(&charset::decode(&bytes, Some(&label)));
    }
}

struct Word {
    charset: String,
    bytes: Vec<u8>,
    length: usize,
}

/// `=?charset?encoding?text?=` at the beginning of `raw`. Spaces within the text are forgiven: they are common.
fn word(raw: &[u8]) -> Option<Word> {
    let rest = raw.strip_prefix(b"=?")?;
    let charset_end = rest.iter().take(60).position(|b| *b == b'?')?;
    let charset = std::str::from_utf8(&rest[..charset_end]).ok()?;
    // RFC 2231 section 5: a language may follow the charset.
    let charset = charset.split('*').next().unwrap_or(charset).to_ascii_lowercase();
    let (encoding, rest) = rest[charset_end + 1..].split_first()?;
    let rest = rest.strip_prefix(b"?")?;
    let end = memchr::memmem::find(rest, b"?=")?;
    let text = &rest[..end];
    let bytes = match encoding.to_ascii_lowercase() {
        b'b' => transfer::base64(text),
        b'q' => quoted(text),
        _ => return None,
    };
    Some(Word { charset, bytes, length: 2 + charset_end + 1 + 1 + 1 + end + 2 })
}

/// The "Q" encoding (RFC 2047 section 4.2).
fn quoted(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    while at < text.len() {
        let hex = |n: usize| text.get(at + n).and_then(|b| (*b as char).to_digit(16));
        match (text[at], hex(1), hex(2)) {
            (b'=', Some(high), Some(low)) => {
                out.push(u8::try_from(high * 16 + low).unwrap_or(b'?'));
                at += 3;
                continue;
            }
            (b'_', ..) => out.push(b' '),
            (other, ..) => out.push(other),
        }
        at += 1;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn encoded_words_are_read_in_every_form_that_programs_write() {
        for (raw, text) in [
            (&b"=?utf-8?q?Pr=C3=BCfung?="[..], "Prüfung"),
            (b"Re: =?UTF-8?B?UHLDvGZ1bmc=?= now", "Re: Prüfung now"),
            (b"=?utf-8?B?UHLD?= =?utf-8?B?vGZ1bmc=?=", "Prüfung"),
            (b"=?utf-8?B?UHLDvGZ1bmc?=", "Prüfung"),
            (b"=?iso-8859-1*de?Q?Gr=FC=DFe_an_alle?=", "Grüße an alle"),
            (b"=?ISO-2022-JP?B?g2OBW4OLIEVYQU1QTEU=?=", "ツール EXAMPLE"),
            (b"=?x?y?z", "=?x?y?z"),
            (b"caf\xe9 au lait", "café au lait"),
            (b"a = b ?= c", "a = b ?= c"),
        ] {
            assert_eq!(decode(raw, None), text);
        }
        assert_eq!(one_line("a\r\nBcc: x\u{202e}\tb", 100), "a Bcc: x b");
    }

    proptest! {
        #[test]
        fn any_bytes_are_decoded(raw in proptest::collection::vec(any::<u8>(), 0..200), text in "(=\\?utf-8\\?[bqx]\\?[ -~]{0,20}\\?=? ?){0,4}") {
            let _ = (decode(&raw, None), decode(text.as_bytes(), Some("gbk")));
        }
    }
}
