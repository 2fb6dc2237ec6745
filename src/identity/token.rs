//! Thread tokens: what a reply carries, so that a mail that answers it can be told from one that only says so.
//!
//! HMAC-SHA-256 (RFC 2104) over the number of the case, under a key derived from the operator's own (RFC 5869), cut to
//! eighty bits. It proves that we wrote the mail that is answered; whose case it is, is asked of the database.

use ring::hkdf::{HKDF_SHA256, Salt as Extract};
use ring::hmac;

use super::seal::KeyRing;
use crate::domain::case::CaseId;

const PURPOSE: &[u8] = b"caseconsultant thread 1";
const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
/// Characters of a token: five bits each.
const LENGTH: usize = 16;

impl KeyRing {
    /// The token of a case, by the newest key; `None` without a key.
    pub fn thread_token(&self, case: &CaseId) -> Option<String> {
        self.secrets().next().and_then(|secret| token(secret, case))
    }

    /// True where a key of the ring made the token for that case. Takes the same time for every token of its length.
    pub fn is_thread_token(&self, case: &CaseId, text: &str) -> bool {
        let given = text.as_bytes();
        given.len() == LENGTH
            && self.secrets().filter_map(|secret| token(secret, case)).fold(false, |found, token| {
                let differ = token.bytes().zip(given).fold(0, |differ, (a, b)| differ | (a ^ b.to_ascii_lowercase()));
                found | (differ == 0)
            })
    }

    /// Reads `cc-7f3k2wx.token` and `cc-7f3k2wx.1.token`: the case, where the token is its own.
    pub fn read_thread(&self, text: &str) -> Option<CaseId> {
        let (case, rest) = text.split_once('.')?;
        let case = CaseId::parse(case)?;
        self.is_thread_token(&case, rest.rsplit('.').next()?).then_some(case)
    }
}

fn token(secret: &[u8; 32], case: &CaseId) -> Option<String> {
    let extracted = Extract::new(HKDF_SHA256, PURPOSE).extract(secret);
    let key = hmac::Key::from(extracted.expand(&[PURPOSE], hmac::HMAC_SHA256).ok()?);
    let tag = hmac::sign(&key, case.as_str().as_bytes());
    let (mut bits, mut have, mut text) = (0_u32, 0_u32, String::with_capacity(LENGTH));
    for byte in tag.as_ref().iter().take(LENGTH * 5 / 8) {
        bits = (bits << 8) | u32::from(*byte);
        have += 8;
        while have >= 5 {
            have -= 5;
            text.push(char::from(ALPHABET[usize::try_from((bits >> have) & 31).unwrap_or(0)]));
        }
        bits &= (1 << have) - 1;
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn ring(bytes: &[u8]) -> KeyRing {
        let words: Vec<String> = bytes.iter().map(|b| KeyRing::write_key(&format!("k{b}"), [*b; 32])).collect();
        KeyRing::parse(&words.join("\n")).unwrap()
    }

    #[test]
    fn a_token_is_of_its_case_and_key_and_an_older_key_still_reads_it() {
        let case = CaseId::parse("CC-7F3K2WX").unwrap();
        let token = ring(&[1]).thread_token(&case).unwrap();
        assert_eq!(token.len(), 16);
        assert_eq!(ring(&[2, 1]).read_thread(&format!("cc-7f3k2wx.1.{token}")), Some(case.clone()));
        assert_eq!(ring(&[1]).read_thread(&format!("CC-7F3K2WX.{}", token.to_uppercase())), Some(case.clone()));
        assert_eq!(ring(&[2]).read_thread(&format!("cc-7f3k2wx.1.{token}")), None);
        assert_eq!(ring(&[1]).read_thread(&format!("cc-7f3k2wy.1.{token}")), None, "of another case");
        assert_eq!(KeyRing::default().thread_token(&case), None);
        for n in 0..token.len() {
            let mut forged = token.clone().into_bytes();
            forged[n] = if forged[n] == b'a' { b'b' } else { b'a' };
            assert!(!ring(&[1]).is_thread_token(&case, std::str::from_utf8(&forged).unwrap()), "{n}");
        }
    }

    proptest! {
        #[test]
        fn no_other_text_is_a_token(text in "\\PC{0,60}|cc-[2-9a-z]{7}\\.[0-9]\\.[a-z2-7]{16}") {
            prop_assert_eq!(ring(&[1]).read_thread(&text), None);
        }
    }
}
