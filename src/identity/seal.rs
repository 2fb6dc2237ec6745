//! The original of a message at rest: sealed, so that who has the disk has nothing.
//!
//! ChaCha20-Poly1305 (RFC 8439) under a key of its own for each message, derived by HKDF (RFC 5869) from the operator's key
//! and a random salt: no nonce can be used twice however many messages one key seals. What the seal belongs to, the id of
//! its row, is authenticated with it: a sealed original that is moved to another row does not open.
//!
//! Written: `CCS1`, the length of the key's id and the id, the salt, the sealed bytes with their tag.

use base64::Engine as _;
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, Nonce, UnboundKey};
use ring::hkdf::{HKDF_SHA256, Salt as Extract};

const MAGIC: &[u8; 4] = b"CCS1";
const PURPOSE: &[u8] = b"caseconsultant original 1";
/// The longest id of a key.
const MAX_ID: usize = 32;

/// The random part of one seal; fresh for each.
pub type Salt = [u8; 32];

/// The operator's keys, the newest first: that one seals, all of them open.
#[derive(Clone, Default)]
pub struct KeyRing {
    keys: Vec<Key>,
}

#[derive(Clone)]
struct Key {
    id: String,
    secret: [u8; 32],
}

/// Bytes that only a key of the ring can read. Made only by [`KeyRing::seal`], or taken back from the database.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed(Vec<u8>);

/// Why something could not be sealed or opened. Holds no key and nothing that was sealed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// There is no key at all.
    #[error("there is no key to seal with: set seal.keys or seal.keys_file (`caseconsultant seal key` prints one)")]
    NoKey,
    /// The key that sealed it is not on the ring.
    #[error("the key {0:?} that sealed it is missing: add it to seal.keys again")]
    Missing(String),
    /// The bytes were changed, cut, or sealed for something else.
    #[error("the seal is damaged, or belongs to another message")]
    Damaged,
    /// A line of keys is none.
    #[error("key {n}: write an id of letters, digits, `-` and `_`, a colon, and 32 bytes in base64")]
    Malformed {
        /// Which of them, from 1.
        n: usize,
    },
    /// Two keys have one id.
    #[error("two keys are named {0:?}: an id is used once and never again")]
    Twice(String),
}

impl KeyRing {
    /// Reads `id:base64` words, the newest first, parted by white space.
    ///
    /// # Errors
    /// A word is no key, or an id stands twice.
    pub fn parse(text: &str) -> Result<Self, SealError> {
        let mut keys: Vec<Key> = Vec::new();
        for (n, word) in text.split_whitespace().enumerate() {
            let malformed = || SealError::Malformed { n: n + 1 };
            let (id, secret) = word.split_once(':').ok_or_else(malformed)?;
            let sound = (1..=MAX_ID).contains(&id.len())
                && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
            let secret = base64::engine::general_purpose::STANDARD.decode(secret).map_err(|_| malformed())?;
            let secret = <[u8; 32]>::try_from(secret).map_err(|_| malformed())?;
            if !sound {
                return Err(malformed());
            }
            if keys.iter().any(|key| key.id == id) {
                return Err(SealError::Twice(id.to_owned()));
            }
            keys.push(Key { id: id.to_owned(), secret });
        }
        Ok(Self { keys })
    }

    /// A key as it is written in the settings.
    pub fn write_key(id: &str, secret: [u8; 32]) -> String {
        format!("{id}:{}", base64::engine::general_purpose::STANDARD.encode(secret))
    }

    /// True where nothing can be sealed.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// The keys themselves, for what is derived from them beside seals.
    pub(super) fn secrets(&self) -> impl Iterator<Item = &[u8; 32]> {
        self.keys.iter().map(|key| &key.secret)
    }

    /// The id of the key that seals.
    pub fn newest(&self) -> Option<&str> {
        self.keys.first().map(|key| key.id.as_str())
    }

    /// True for the id of a key of the ring.
    pub fn holds(&self, id: &str) -> bool {
        self.keys.iter().any(|key| key.id == id)
    }

    /// Seals bytes for what `owner` names, with the newest key.
    ///
    /// # Errors
    /// There is no key.
    pub fn seal(&self, plain: &[u8], owner: &str, salt: Salt) -> Result<Sealed, SealError> {
        let key = self.keys.first().ok_or(SealError::NoKey)?;
        let mut out = Vec::with_capacity(plain.len() + 96);
        out.extend_from_slice(MAGIC);
        out.push(u8::try_from(key.id.len()).map_err(|_| SealError::NoKey)?);
        out.extend_from_slice(key.id.as_bytes());
        out.extend_from_slice(&salt);
        let mut sealed = plain.to_vec();
        let bound = bound(&out, owner);
        let nonce = Nonce::assume_unique_for_key([0; 12]);
        derived(key, &salt)?
            .seal_in_place_append_tag(nonce, Aad::from(bound), &mut sealed)
            .map_err(|_| SealError::Damaged)?;
        out.append(&mut sealed);
        Ok(Sealed(out))
    }

    /// Opens what was sealed for the same owner.
    ///
    /// # Errors
    /// The key is missing, or the bytes are not what was sealed.
    pub fn open(&self, sealed: &Sealed, owner: &str) -> Result<Vec<u8>, SealError> {
        let (id, salt, head) = sealed.parts().ok_or(SealError::Damaged)?;
        let key = self.keys.iter().find(|key| key.id == id).ok_or_else(|| SealError::Missing(id.to_owned()))?;
        let mut bytes = sealed.0[head..].to_vec();
        let bound = bound(&sealed.0[..head], owner);
        let nonce = Nonce::assume_unique_for_key([0; 12]);
        let plain = derived(key, salt)?
            .open_in_place(nonce, Aad::from(bound), &mut bytes)
            .map_err(|_| SealError::Damaged)?
            .len();
        bytes.truncate(plain);
        Ok(bytes)
    }
}

/// What is authenticated beside the bytes: the head of the seal and its owner.
fn bound(head: &[u8], owner: &str) -> Vec<u8> {
    [head, owner.as_bytes()].concat()
}

/// The key of one seal.
fn derived(key: &Key, salt: &[u8]) -> Result<LessSafeKey, SealError> {
    let extracted = Extract::new(HKDF_SHA256, salt).extract(&key.secret);
    let expanded = extracted.expand(&[PURPOSE], &CHACHA20_POLY1305).map_err(|_| SealError::Damaged)?;
    Ok(LessSafeKey::new(UnboundKey::from(expanded)))
}

impl Sealed {
    /// Bytes from the database; whether they are a seal shows when they are opened.
    pub fn from_stored(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// The bytes for the database.
    pub fn stored(&self) -> &[u8] {
        &self.0
    }

    /// The id of the key that sealed it; `None` for what is no seal.
    pub fn key_id(&self) -> Option<&str> {
        self.parts().map(|(id, ..)| id)
    }

    /// Key id, salt, and where the sealed bytes begin.
    fn parts(&self) -> Option<(&str, &[u8], usize)> {
        let rest = self.0.strip_prefix(MAGIC.as_slice())?;
        let (length, rest) = rest.split_first()?;
        let length = usize::from(*length);
        let id = std::str::from_utf8(rest.get(..length)?).ok()?;
        let salt = rest.get(length..length + 32)?;
        Some((id, salt, 4 + 1 + length + 32))
    }
}

impl std::fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let ids: Vec<&str> = self.keys.iter().map(|key| key.id.as_str()).collect();
        write!(f, "KeyRing({})", ids.join(", "))
    }
}

impl std::fmt::Debug for Sealed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Sealed({} bytes)", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn ring(keys: &[(&str, u8)]) -> KeyRing {
        let words: Vec<String> = keys.iter().map(|(id, byte)| KeyRing::write_key(id, [*byte; 32])).collect();
        KeyRing::parse(&words.join("\n")).unwrap()
    }

    #[test]
    fn the_newest_key_seals_and_old_ones_still_open() {
        let old = ring(&[("2025", 1)]).seal(b"Patient", "m1", [9; 32]).unwrap();
        let both = ring(&[("2026", 2), ("2025", 1)]);
        assert_eq!(both.open(&old, "m1").unwrap(), b"Patient");
        let new = both.seal(b"Patient", "m1", [8; 32]).unwrap();
        assert_eq!((old.key_id(), new.key_id()), (Some("2025"), Some("2026")));
        assert_eq!(ring(&[("2026", 2)]).open(&old, "m1"), Err(SealError::Missing("2025".to_owned())));
        assert_eq!(ring(&[("2025", 3)]).open(&old, "m1"), Err(SealError::Damaged));
    }

    #[test]
    fn a_seal_opens_for_its_owner_alone_and_shows_nothing() {
        let keys = ring(&[("k", 1)]);
        let sealed = keys.seal(b"Patient Jane Doe", "m1", [9; 32]).unwrap();
        assert_eq!(keys.open(&sealed, "m2"), Err(SealError::Damaged));
        assert!(!sealed.stored().windows(4).any(|bytes| bytes == b"Jane"));
        let mut changed = sealed.stored().to_vec();
        for n in 0..changed.len() {
            changed[n] ^= 1;
            assert!(keys.open(&Sealed::from_stored(changed.clone()), "m1").is_err(), "byte {n}");
            changed[n] ^= 1;
        }
        assert_eq!(KeyRing::default().seal(b"", "m1", [0; 32]).unwrap_err(), SealError::NoKey);
    }

    #[test]
    fn keys_are_read_or_named_by_their_place_and_never_shown() {
        let key = KeyRing::write_key("a", [1; 32]);
        assert_eq!(KeyRing::parse(&format!("{key} b:tooshort")).unwrap_err(), SealError::Malformed { n: 2 });
        assert_eq!(KeyRing::parse(&format!("{key} {key}")).unwrap_err(), SealError::Twice("a".to_owned()));
        assert_eq!(format!("{:?}", KeyRing::parse(&key).unwrap()), "KeyRing(a)");
    }

    proptest! {
        #[test]
        fn what_is_sealed_comes_back_and_no_bytes_panic(plain: Vec<u8>, junk: Vec<u8>, salt: [u8; 32]) {
            let keys = ring(&[("k", 1)]);
            let sealed = keys.seal(&plain, "owner", salt).unwrap();
            prop_assert_eq!(keys.open(&sealed, "owner").unwrap(), plain);
            prop_assert!(keys.open(&Sealed::from_stored(junk), "owner").is_err());
        }
    }
}
