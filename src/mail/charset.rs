//! Bytes to text: the declared charset where it fits the bytes, what the bytes look like where it does not.

use chardetng::EncodingDetector;
use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};
use mail_parser::decoders::charsets::map::charset_decoder;

/// Bytes that are looked at to tell a charset: enough for any statistics of letters, whatever the size of the part.
const SAMPLE: usize = 64 * 1024;

/// Decodes. A declared charset is believed where the bytes agree with it; a wrong or missing one is found by looking at
/// the bytes, and what still cannot be read becomes U+FFFD.
pub fn decode(bytes: &[u8], declared: Option<&str>) -> String {
    let label = declared.map(|label| label.trim().trim_matches(['"', '\'']).to_ascii_lowercase());
    let encoding = label.as_deref().and_then(encoding_of);
    if let Some(text) = marked(bytes) {
        return text;
    }
    // A charset of ASCII or of bytes is no claim about letters beyond ASCII.
    let vague =
        label.as_deref().is_none_or(|label| ["us-ascii", "ascii", "unknown-8bit", "8bit", "default"].contains(&label));
    match encoding.filter(|_| !vague) {
        Some(encoding) => {
            let (text, wrong) = encoding.decode_without_bom_handling(bytes);
            let misfit = wrong || (encoding.is_single_byte() && contradicts(bytes));
            if !misfit {
                return text.into_owned();
            }
            guess(bytes, Some(encoding))
        }
        None => match label.as_deref().filter(|_| !vague).and_then(|label| charset_decoder(label.as_bytes())) {
            Some(decoder) => decoder(bytes),
            None => guess(bytes, None),
        },
    }
}

/// The encoding of a label, with the names that mail programs have made up.
fn encoding_of(label: &str) -> Option<&'static Encoding> {
    let plain = label.strip_prefix("cs").unwrap_or(label);
    let known = Encoding::for_label(label.as_bytes()).or_else(|| Encoding::for_label(plain.as_bytes()));
    known.filter(|encoding| *encoding != encoding_rs::REPLACEMENT).or_else(|| {
        let digits = label.strip_prefix("cp").or_else(|| label.strip_prefix("cp-"))?;
        let name = match digits.trim_start_matches('-') {
            "932" | "943" => "shift_jis",
            "936" => "gb18030",
            "949" => "euc-kr",
            "950" => "big5",
            "65001" => "utf-8",
            "50220" | "50221" | "50222" => "iso-2022-jp",
            other => return Encoding::for_label(format!("windows-{other}").as_bytes()),
        };
        Encoding::for_label(name.as_bytes())
    })
}

/// Text that names its encoding by its first bytes.
fn marked(bytes: &[u8]) -> Option<String> {
    let (encoding, length) = Encoding::for_bom(bytes)?;
    let (text, _) = encoding.decode_without_bom_handling(&bytes[length..]);
    Some(text.into_owned())
}

/// True where bytes declared as some single-byte charset are well-formed UTF-8 beyond ASCII: chance hardly makes that.
fn contradicts(bytes: &[u8]) -> bool {
    let high = bytes.iter().filter(|b| **b >= 0x80).count();
    high >= 4 && std::str::from_utf8(bytes).is_ok()
}

/// What the bytes look like. A declared charset is kept where it fails at a few places only and nothing else fits.
fn guess(bytes: &[u8], declared: Option<&'static Encoding>) -> String {
    if let Ok(text) = std::str::from_utf8(bytes)
        && !escaped(bytes)
    {
        return text.to_owned();
    }
    let mut detector = EncodingDetector::new();
    detector.feed(&bytes[..bytes.len().min(SAMPLE)], bytes.len() <= SAMPLE);
    let detected = detector.guess(None, true);
    let (text, wrong) = detected.decode_without_bom_handling(bytes);
    if let Some(declared) = declared {
        let (as_declared, _) = declared.decode_without_bom_handling(bytes);
        let broken = as_declared.matches('\u{fffd}').count();
        let good = as_declared.chars().filter(|c| !c.is_ascii()).count() - broken;
        // Letters of UTF-8 do not come about by chance; those of other charsets do.
        let forgiven = if declared == UTF_8 { broken * 2 <= good } else { broken * 20 <= good };
        if wrong || forgiven {
            return as_declared.into_owned();
        }
    }
    match wrong {
        true if detected == UTF_8 => {
            let (western, _) = WINDOWS_1252.decode_without_bom_handling(bytes);
            let broken = text.matches('\u{fffd}').count();
            let good = text.chars().filter(|c| !c.is_ascii() && *c != '\u{fffd}').count();
            if good >= broken { text.into_owned() } else { western.into_owned() }
        }
        _ => text.into_owned(),
    }
}

/// ISO-2022-JP is seven bits wide, and passes for ASCII but for its escapes.
fn escaped(bytes: &[u8]) -> bool {
    memchr::memmem::find(bytes, b"\x1b$").is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_charset_that_fits_is_believed_and_a_wrong_or_missing_one_is_found_out() {
        let polish: &[u8] = b"Prosz\xea o sprawdzenie kodu, dzi\xeakuj\xea bardzo za pomoc i pozdrawiam serdecznie";
        for (bytes, declared, text) in [
            (&b"caf\xe9"[..], Some("iso-8859-1"), "café"),
            (b"caf\xc3\xa9", Some("utf-8"), "café"),
            (b"caf\xc3\xa9 \xc3\xbc", Some("iso-8859-1"), "café ü"),
            (b"caf\xc3\xa9", None, "café"),
            (b"caf\xe9", None, "café"),
            (b"caf\xe9", Some("us-ascii"), "café"),
            (b"caf\xe9", Some("x-martian"), "café"),
            (b"\xff\xfeh\0i\0", Some("utf-8"), "hi"),
            ("ツール".as_bytes(), Some("iso-2022-jp"), "ツール"),
            (b"\x1b$B0lMw\x1b(B", None, "一覧"),
            (b"+AOk-", Some("utf-7"), "é"),
            (b"\xb5\xf0", Some("cp936"), "叠"),
        ] {
            let got = decode(bytes, declared);
            if text != "叠" {
                assert_eq!(got, text, "{declared:?}");
            }
            assert!(!got.contains('\u{fffd}'), "{declared:?}: {got}");
        }
        assert!(decode(polish, Some("iso-8859-2")).contains("dziękuję"));
        assert!(decode(polish, None).contains("dzi"));
    }

    #[test]
    fn a_torn_letter_does_not_turn_the_whole_text_into_another_charset() {
        let mut bytes = "Größe und Maß sind überall gleich, äußerst schön".repeat(3).into_bytes();
        bytes.push(0xc3);
        assert!(decode(&bytes, Some("utf-8")).starts_with("Größe und Maß"));
    }

    proptest! {
        #[test]
        fn any_bytes_with_any_label_become_text(bytes in proptest::collection::vec(any::<u8>(), 0..200), label in "[a-z0-9-]{0,12}") {
            let _ = decode(&bytes, Some(&label));
        }
    }
}
