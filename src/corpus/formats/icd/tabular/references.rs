//! The codes that a note names.

use super::super::writing::with_dot;
use super::tree::{Tree, bare};

/// A code or a range that a note names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// The first code, bare.
    pub low: String,
    /// The last code, bare; the first, where it is no range.
    pub high: String,
    /// As notes write it: `E11.9`, `E10.-`, `A00-A09`.
    pub target: String,
}

/// The codes and ranges of a text. What looks like a code and is on no list, such as a vitamin, is passed over.
pub fn references(text: &str, tree: &Tree<'_>) -> Vec<Reference> {
    let mut found: Vec<Reference> = Vec::new();
    let (mut at, mut end) = (0, None);
    while at < text.len() {
        let Some(token) = token(text, at) else {
            at += 1;
            continue;
        };
        let key = bare(&text[at..token.code]);
        let joins = end.is_some_and(|end: usize| ["-", ".-", "to"].contains(&text[end..at].trim()));
        let last = found.last_mut().filter(|_| joins);
        if let Some(last) = last {
            last.target = format!("{}-{}", with_dot(&last.low), with_dot(&key));
            last.high = key;
            end = Some(token.end);
        } else if tree.knows(&key) {
            let dash = if !token.dash {
                ""
            } else if key.len() > 3 {
                "-"
            } else {
                ".-"
            };
            found.push(Reference { target: format!("{}{dash}", with_dot(&key)), high: key.clone(), low: key });
            end = Some(token.end);
        }
        at = token.end;
    }
    found
}

/// Where the code of a token ends, where the token ends, and whether a dash follows the code.
struct Token {
    code: usize,
    end: usize,
    dash: bool,
}

/// The code that begins at a byte: a letter, two more characters, and up to four behind a dot; then a dash (`E10.-`,
/// `E10.2-`, also the misprint `E10.2.-`) or the end of the word.
fn token(text: &str, at: usize) -> Option<Token> {
    let bytes = text.as_bytes();
    let byte = |n: usize| bytes.get(n).copied().unwrap_or(b' ');
    let within = |b: u8| b.is_ascii_digit() || b.is_ascii_uppercase();
    if at > 0 && (byte(at - 1).is_ascii_alphanumeric() || byte(at - 1) == b'.') || !byte(at).is_ascii_uppercase() {
        return None;
    }
    let category = if byte(at + 1).is_ascii_digit() {
        within(byte(at + 2))
    } else {
        byte(at + 1).is_ascii_uppercase() && byte(at + 2).is_ascii_digit()
    };
    if !category {
        return None;
    }
    let behind = (0..4).take_while(|n| within(byte(at + 4 + n))).count();
    let dotted = (byte(at + 3) == b'.' && behind > 0).then_some(at + 4 + behind);
    [dotted, Some(at + 3)].into_iter().flatten().find_map(|code| {
        let dash = code + usize::from(byte(code) == b'.');
        if byte(dash) == b'-' && !within(byte(dash + 1)) {
            Some(Token { code, end: dash + 1, dash: true })
        } else {
            (!byte(code).is_ascii_alphanumeric()).then_some(Token { code, end: code, dash: false })
        }
    })
}

#[cfg(test)]
mod tests {
    use super::super::place::places;
    use super::*;
    use crate::corpus::formats::Intake;
    use proptest::prelude::*;

    const LIST: &str = "<l><diag><name>E10</name><diag><name>E10.2</name></diag></diag><diag><name>E13</name></diag>\
        <diag><name>QA0</name></diag><diag><name>S72.00</name></diag></l>";

    fn targets(text: &str) -> Vec<String> {
        let places = places(LIST, &mut Intake::default()).unwrap();
        references(text, &Tree::new(&places)).into_iter().map(|found| found.target).collect()
    }

    #[test]
    fn codes_prefixes_and_ranges_are_read_as_notes_write_them() {
        for (text, expected) in [
            ("E10, E10.- and E10.2-", &["E10", "E10.-", "E10.2-"][..]),
            ("(E10-E13)", &["E10-E13"]),
            ("E10.2- - E13.-", &["E10.2-E13"]),
            ("E10.-E13.-", &["E10-E13"]),
            ("E10.2- to E10.9-", &["E10.2-E10.9"]),
            ("E10.2.-", &["E10.2-"]),
            ("QA0.-", &["QA0.-"]),
            ("S72.00XA", &["S72.00XA"]),
            ("vitamin B12, CD30, H1N1, NOS-E10", &["E10"]),
            ("aE10 E10x E10.2x", &["E10"]),
            ("E10.", &["E10"]),
        ] {
            assert_eq!(targets(text), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_panic(text in "\\PC{0,40}", likely in "[EX10.2 \\-toé]{0,30}") {
            let _ = (targets(&text), targets(&likely));
        }
    }
}
