//! The rich text of a container: its packing (MS-OXRTFCP), and the words in it.

use crate::mail::limits;

/// What the dictionary of the packing holds at its beginning (MS-OXRTFCP section 2.1.2.1).
const DICTIONARY: &[u8] = b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";
const WINDOW: usize = 4096;
const PACKED: &[u8] = b"LZFu";
const PLAIN: &[u8] = b"MELA";

/// Unpacks; `None` when it is neither form.
pub fn unpack(bytes: &[u8]) -> Option<Vec<u8>> {
    let content = bytes.get(16..)?;
    match bytes.get(8..12)? {
        PLAIN => Some(content.to_vec()),
        PACKED => Some(inflate(content)),
        _ => None,
    }
}

fn inflate(content: &[u8]) -> Vec<u8> {
    let mut window = [0_u8; WINDOW];
    window[..DICTIONARY.len()].copy_from_slice(DICTIONARY);
    let mut place = DICTIONARY.len();
    let mut out = Vec::new();
    let mut input = content.iter().copied();
    let mut put = |byte: u8, out: &mut Vec<u8>, window: &mut [u8; WINDOW]| {
        out.push(byte);
        window[place] = byte;
        place = (place + 1) % WINDOW;
        place
    };
    let mut end = DICTIONARY.len();
    while let Some(control) = input.next() {
        for bit in 0..8 {
            if control >> bit & 1 == 0 {
                let Some(byte) = input.next() else { return out };
                end = put(byte, &mut out, &mut window);
                continue;
            }
            let (Some(high), Some(low)) = (input.next(), input.next()) else { return out };
            let pair = usize::from(high) << 8 | usize::from(low);
            let (from, length) = (pair >> 4, (pair & 15) + 2);
            // A reference to the place of writing is the end.
            if from == end || out.len() > limits::UNPACKED_BYTES {
                return out;
            }
            for n in 0..length {
                end = put(window[(from + n) % WINDOW], &mut out, &mut window);
            }
        }
    }
    out
}

/// Groups whose text is not part of the document.
const SKIPPED: [&str; 12] = [
    "fonttbl",
    "colortbl",
    "stylesheet",
    "info",
    "pict",
    "object",
    "header",
    "footer",
    "generator",
    "listtable",
    "rsidtbl",
    "themedata",
];

#[derive(Clone, Copy, Default)]
struct Group {
    skipped: bool,
    /// Within the part that a reader of the HTML form passes over.
    rtf_only: bool,
    /// Characters that stand for a Unicode character before it.
    stand_ins: usize,
}

/// The words of a rich text.
pub fn to_text(rtf: &[u8]) -> String {
    let mut bytes: Vec<u8> = Vec::new();
    let mut out = String::new();
    let mut groups = vec![Group { stand_ins: 1, ..Group::default() }];
    let mut group = Group { stand_ins: 1, ..Group::default() };
    let mut pass = 0_usize;
    let mut at = 0;
    while at < rtf.len() && out.len() < limits::UNPACKED_BYTES {
        let byte = rtf[at];
        at += 1;
        match byte {
            b'{' if groups.len() < 1_000 => groups.push(group),
            b'}' => group = groups.pop().unwrap_or_default(),
            b'\\' => {
                let (word, number, next) = control(rtf, at);
                at = next;
                let visible = !group.skipped && !group.rtf_only;
                match word {
                    "'" if pass > 0 => pass -= 1,
                    "'" if visible => bytes.push(u8::try_from(number.unwrap_or(63)).unwrap_or(b'?')),
                    "par" | "line" | "row" if visible => flush(&mut bytes, &mut out, "\n"),
                    "tab" | "cell" if visible => flush(&mut bytes, &mut out, "\t"),
                    "htmlrtf" => group.rtf_only = number != Some(0),
                    "uc" => group.stand_ins = usize::try_from(number.unwrap_or(1)).unwrap_or(1).min(10),
                    "u" => {
                        if visible {
                            let code = number.unwrap_or(63).rem_euclid(0x1_0000);
                            let c = u32::try_from(code).ok().and_then(char::from_u32).unwrap_or('\u{fffd}');
                            flush(&mut bytes, &mut out, c.encode_utf8(&mut [0; 4]));
                        }
                        pass = group.stand_ins;
                    }
                    "*" => group.skipped = true,
                    "\\" | "{" | "}" if visible => bytes.extend_from_slice(word.as_bytes()),
                    "~" if visible => bytes.push(b' '),
                    _ if SKIPPED.contains(&word) => group.skipped = true,
                    _ => {}
                }
            }
            b'\r' | b'\n' => {}
            _ if pass > 0 => pass -= 1,
            _ if !group.skipped && !group.rtf_only => bytes.push(byte),
            _ => {}
        }
    }
    flush(&mut bytes, &mut out, "");
    out
}

fn flush(bytes: &mut Vec<u8>, out: &mut String, more: &str) {
    out.push_str(&crate::mail::charset::decode(bytes, Some("windows-1252")));
    bytes.clear();
    out.push_str(more);
}

/// A control word, its number, and where the text goes on.
fn control(rtf: &[u8], at: usize) -> (&str, Option<i64>, usize) {
    let letters = rtf[at..].iter().take(32).take_while(|b| b.is_ascii_alphabetic()).count();
    if letters == 0 {
        let symbol = rtf.get(at..at + 1).and_then(|symbol| std::str::from_utf8(symbol).ok()).unwrap_or("");
        if symbol == "'" {
            let hex = rtf.get(at + 1..at + 3).and_then(|hex| std::str::from_utf8(hex).ok());
            return (symbol, hex.and_then(|hex| i64::from_str_radix(hex, 16).ok()), (at + 3).min(rtf.len()));
        }
        return (symbol, None, (at + 1).min(rtf.len()));
    }
    let word = std::str::from_utf8(&rtf[at..at + letters]).unwrap_or("");
    let digits = rtf[at + letters..].iter().take(11).take_while(|b| b.is_ascii_digit() || **b == b'-').count();
    let number = std::str::from_utf8(&rtf[at + letters..at + letters + digits]).ok().and_then(|text| text.parse().ok());
    let end = at + letters + digits;
    (word, number, end + usize::from(rtf.get(end) == Some(&b' ')))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_example_of_the_specification_is_unpacked() {
        // MS-OXRTFCP section 4.1.1.
        let packed = [
            0x2d, 0, 0, 0, 0x2b, 0, 0, 0, 0x4c, 0x5a, 0x46, 0x75, 0xf1, 0xc5, 0xc7, 0xa7, 0x03, 0, 0x0a, 0, 0x72, 0x63,
            0x70, 0x67, 0x31, 0x32, 0x35, 0x42, 0x32, 0x0a, 0xf3, 0x20, 0x68, 0x65, 0x6c, 0x09, 0, 0x20, 0x62, 0x77,
            0x05, 0xb0, 0x6c, 0x64, 0x7d, 0x0a, 0x80, 0x0f, 0xa0,
        ];
        let unpacked = unpack(&packed).unwrap();
        assert_eq!(unpacked, b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n");
        assert_eq!(to_text(&unpacked), "hello world");
    }

    #[test]
    fn words_are_taken_from_rich_text() {
        let rtf = br"{\rtf1{\fonttbl{\f0 Arial;}}{\*\htmltag <p>}caf\'e9 \u8364? {\b bold}\htmlrtf hidden\htmlrtf0 \par next}";
        assert_eq!(to_text(rtf), "café € bold\nnext");
    }

    proptest! {
        #[test]
        fn any_bytes_do_no_harm(raw in proptest::collection::vec(any::<u8>(), 0..200), rtf in "(\\\\[a-z]{0,4}|\\{|\\}|'|-?[0-9]{0,12}| |x){0,60}") {
            let mut packed = vec![0; 8];
            packed.extend_from_slice(PACKED);
            packed.extend_from_slice(&[0; 4]);
            packed.extend_from_slice(&raw);
            let _ = (unpack(&packed), to_text(&raw), to_text(rtf.as_bytes()));
        }
    }
}
