//! The second factor: codes of an authenticator app (TOTP, RFC 6238), and recovery codes for the day on which it is lost.
//!
//! SHA-1, six digits, thirty seconds: some apps take other values in silence and then show codes of these. A code counts
//! for its own step and for the one before and after (section 5.2), and for one time.

use qrcode::{Color, EcLevel, QrCode};
use ring::hmac;
use totp_rs::{Builder, Totp};

use super::reviewer::{digest, hex};
use crate::clock;
use crate::domain::time::Timestamp;

/// Recovery codes of one set.
const RECOVERY_CODES: usize = 10;
/// Letters and digits that are not taken for each other (Crockford's base 32 has them too).
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// An authenticator: its secret, and whose it is.
pub struct Authenticator {
    totp: Totp,
    secret: Vec<u8>,
}

/// A picture of black modules on white.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// Modules of a side, with the four of quiet on each side (ISO/IEC 18004).
    pub side: usize,
    /// The black ones, as the path of an SVG.
    pub path: String,
}

/// A secret for somebody who is about to set up their authenticator: it follows from what only their browser has, so that
/// it is the same when they reload the page, and is kept nowhere until a code of it was shown.
pub fn fresh_secret(visit: &str, purpose: &str) -> Vec<u8> {
    let key = hmac::Key::new(hmac::HMAC_SHA256, visit.as_bytes());
    hmac::sign(&key, format!("totp\n{purpose}").as_bytes()).as_ref()[..20].to_vec() // RFC 4226 section 4: 160 bits.
}

impl Authenticator {
    /// The authenticator of a secret; `None` for one that is too short.
    pub fn new(secret: &[u8], service: &str, account: &str) -> Option<Self> {
        let plain = |text: &str| text.replace(':', " ").trim().to_owned();
        let totp = Builder::new()
            .with_secret(secret.to_vec())
            .with_issuer(Some(plain(service)))
            .with_account_name(plain(account))
            .with_skew(1)
            .build()
            .ok()?;
        Some(Self { totp, secret: secret.to_vec() })
    }

    /// The step of a code that counts now and was not used: it is newer than `used`.
    pub fn step(&self, code: &str, now: Timestamp, used: i64) -> Option<i64> {
        let code: String = code.chars().filter(|c| !c.is_whitespace()).collect();
        let seconds = u64::try_from(now.0 / 1_000_000).ok()?;
        let step = i64::try_from(self.totp.check(&code, seconds)?).ok()?;
        (step > used).then_some(step)
    }

    /// The secret to type where no picture can be taken, in groups of four.
    pub fn key(&self) -> String {
        let text = totp_rs::Secret::from(self.secret.clone()).to_base32();
        let letters: Vec<char> = text.chars().collect();
        letters.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
    }

    /// The picture that an app reads.
    pub fn picture(&self) -> Option<Picture> {
        let code = QrCode::with_error_correction_level(self.totp.to_url().ok()?, EcLevel::M).ok()?;
        let width = code.width();
        let mut path = String::new();
        for (n, color) in code.to_colors().into_iter().enumerate() {
            if color == Color::Dark {
                path.push_str(&format!("M{} {}h1v1h-1z", n % width + 4, n / width + 4));
            }
        }
        Some(Picture { side: width + 8, path })
    }
}

/// A set of recovery codes: 80 random bits each, so that their digests can be kept without a slow hash.
pub fn recovery_codes() -> Vec<String> {
    (0..RECOVERY_CODES)
        .map(|_| {
            let random = clock::random_bytes();
            let letters: Vec<u8> = random[..16].iter().map(|byte| ALPHABET[usize::from(byte % 32)]).collect();
            let groups: Vec<String> = letters.chunks(4).map(|g| String::from_utf8_lossy(g).into_owned()).collect();
            groups.join("-")
        })
        .collect()
}

/// What is kept of a recovery code; the same for each way to write it.
pub fn recovery_digest(code: &str) -> String {
    let plain: String = code.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    digest(&format!("recovery\n{plain}"))
}

/// 256 random bits in hexadecimal: a session, a link, a form.
pub fn token() -> String {
    hex(&clock::random_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238 appendix B, cut to six digits.
    const SECRET: &[u8] = b"12345678901234567890";

    fn at(seconds: i64) -> Timestamp {
        Timestamp(seconds * 1_000_000)
    }

    #[test]
    fn codes_are_those_of_the_standard() {
        let own = Authenticator::new(SECRET, "S", "a").unwrap();
        for (seconds, code) in [(59, "287082"), (1_111_111_109, "081804"), (20_000_000_000, "353130")] {
            assert_eq!(own.step(code, at(seconds), 0), Some(seconds / 30), "{seconds}");
        }
    }

    #[test]
    fn a_code_counts_one_step_early_and_late_and_only_once() {
        let own = Authenticator::new(SECRET, "S", "a").unwrap();
        assert_eq!(own.step("081 804", at(1_111_111_109 + 30), 0), Some(37_037_036));
        assert_eq!(own.step("081804", at(1_111_111_109 - 30), 0), Some(37_037_036));
        assert_eq!(own.step("081804", at(1_111_111_109 + 60), 0), None);
        assert_eq!(own.step("081804", at(1_111_111_109), 37_037_036), None);
        for nonsense in ["", "08180", "0818040", "abcdef", "\u{0660}81804"] {
            assert_eq!(own.step(nonsense, at(1_111_111_109), 0), None, "{nonsense}");
        }
    }

    #[test]
    fn the_key_and_its_picture_are_for_people_and_apps() {
        let own = Authenticator::new(SECRET, "Case: Consultant", "dana@example.test").unwrap();
        assert_eq!(own.key(), "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
        let picture = own.picture().unwrap();
        assert!(picture.side > 30 && picture.path.starts_with("M4 4h1v1h-1z"));
        assert!(Authenticator::new(b"short", "S", "a").is_none());
    }

    #[test]
    fn a_fresh_secret_follows_from_the_browser_and_the_purpose() {
        assert_eq!(fresh_secret("a", "x"), fresh_secret("a", "x"));
        assert_ne!(fresh_secret("a", "x"), fresh_secret("b", "x"));
        assert_ne!(fresh_secret("a", "x"), fresh_secret("a", "y"));
    }

    #[test]
    fn recovery_codes_differ_and_are_read_however_they_are_written() {
        let codes = recovery_codes();
        assert_eq!(codes.iter().collect::<std::collections::BTreeSet<_>>().len(), RECOVERY_CODES);
        let written = codes[0].to_uppercase().replace('-', " ");
        assert_eq!(recovery_digest(&codes[0]), recovery_digest(&written));
        assert_ne!(recovery_digest(&codes[0]), recovery_digest(&codes[1]));
    }
}
