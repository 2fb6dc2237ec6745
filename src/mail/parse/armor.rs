//! OpenPGP within the text of a mail (RFC 9580 sections 6 and 7): a signed text is read as if it were not signed, and an
//! encrypted one is told from it.

use crate::mail::text::line::Line;

const SIGNED: &str = "-----BEGIN PGP SIGNED MESSAGE-----";
const SIGNATURE: &str = "-----BEGIN PGP SIGNATURE-----";
const SIGNATURE_END: &str = "-----END PGP SIGNATURE-----";
const ENCRYPTED: &str = "-----BEGIN PGP MESSAGE-----";
const ENCRYPTED_END: &str = "-----END PGP MESSAGE-----";

/// Where a line stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Outside, or in a text that is not signed.
    Free,
    /// Between the mark and the empty line that ends the armor's headers.
    Head,
    /// In a signed text.
    Text,
    /// In a signature, or in what is encrypted.
    Block(&'static str),
}

/// The lines that a person wrote, and whether a block was encrypted.
pub fn take_off(lines: Vec<Line>) -> (Vec<Line>, bool) {
    let marked = |line: &Line| line.text.contains("-----BEGIN PGP ");
    if !lines.iter().any(marked) {
        return (lines, false);
    }
    let (mut kept, mut encrypted, mut place) = (Vec::with_capacity(lines.len()), false, Place::Free);
    for mut line in lines {
        let text = line.text.trim();
        place = match (place, text) {
            (_, SIGNED) => Place::Head,
            (_, SIGNATURE) => Place::Block(SIGNATURE_END),
            (_, ENCRYPTED) => {
                encrypted = true;
                Place::Block(ENCRYPTED_END)
            }
            (Place::Head, "") => Place::Text,
            (Place::Block(end), text) if text == end => Place::Free,
            (Place::Head | Place::Block(_), _) => place,
            (Place::Free | Place::Text, _) => {
                if place == Place::Text
                    && let Some(plain) = line.text.strip_prefix("- ")
                {
                    line.text = plain.to_owned();
                }
                kept.push(line);
                place
            }
        };
    }
    (kept, encrypted)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::text::line;

    fn of(text: &str) -> (String, bool) {
        let (lines, encrypted) = take_off(line::of_plain(text));
        (line::join(&lines), encrypted)
    }

    #[test]
    fn a_signed_text_is_read_without_its_armor() {
        let text = format!(
            "{SIGNED}\nHash: SHA256\n\nIs 45385 valid?\n- -- \nAnn\n{SIGNATURE}\n\niQE=\n{SIGNATURE_END}\nfooter\n"
        );
        assert_eq!(of(&text), ("Is 45385 valid?\n-- \nAnn\nfooter\n".to_owned(), false));
    }

    #[test]
    fn an_encrypted_block_is_no_text() {
        assert_eq!(of(&format!("Hi\n{ENCRYPTED}\n\nhQEM\n{ENCRYPTED_END}\n")), ("Hi\n".to_owned(), true));
        assert_eq!(of("- a list\n- of things\n"), ("- a list\n- of things\n".to_owned(), false));
    }
}
