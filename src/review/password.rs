//! Passwords: how one is kept, how one is compared, and which are too easy.
//!
//! Argon2id (RFC 9106) with the least that the OWASP Password Storage Cheat Sheet names: 19 MiB, two passes, one lane.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::Semaphore;

const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// The characters of a password: NIST SP 800-63B section 5.1.1 asks for 8 and for no rules of composition; at 12 a list of
/// stolen ones is of little help.
pub const SHORTEST: usize = 12;
/// More would only make the computer work.
const LONGEST: usize = 256;

/// Hashes at the same time, at most: each takes 19 MiB and a core.
static SLOTS: Semaphore = Semaphore::const_new(2);
/// How many were computed. What is counted for an address that nobody has is what is counted for any other.
static WORK: AtomicU64 = AtomicU64::new(0);

/// What a password is compared with where there is none, so that it takes as long. No password has it.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$Y2FzZWNvbnN1bHRhbnQhIQ$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

static ARGON2: LazyLock<Argon2<'static>> = LazyLock::new(|| {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).expect("the parameters of OWASP are within the limits");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
});

/// The hash could not be computed: there is no memory, or the program is stopping.
#[derive(Debug, thiserror::Error)]
#[error("the password could not be hashed")]
pub struct HashError;

/// How many hashes this process has computed.
pub fn work() -> u64 {
    WORK.load(Ordering::Relaxed)
}

/// Hashes a password with a fresh salt, of which 16 bytes are used; the result is a PHC string.
///
/// # Errors
/// There is no memory, or the program is stopping.
pub async fn hash(password: &str, salt: [u8; 32]) -> Result<String, HashError> {
    let password = password.to_owned();
    let computed = computed(move || ARGON2.hash_password_with_salt(password.as_bytes(), &salt[..16])).await?;
    computed.map(|hash| hash.to_string()).map_err(|_| HashError)
}

/// True where the password is the one of the hash. An empty hash is nobody's, and takes as long.
///
/// # Errors
/// There is no memory, or the program is stopping.
pub async fn verify(password: &str, stored: &str) -> Result<bool, HashError> {
    // What is longer is no password of ours; it is cut, compared and refused like any other.
    let sound = password.len() <= 4 * LONGEST && !stored.is_empty();
    let password: String = password.chars().take(LONGEST).collect();
    let stored = if stored.is_empty() { NOBODY.to_owned() } else { stored.to_owned() };
    let same = computed(move || ARGON2.verify_password(password.as_bytes(), stored.as_str()).is_ok()).await?;
    Ok(same && sound)
}

async fn computed<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, HashError> {
    let _slot = SLOTS.acquire().await.map_err(|_| HashError)?;
    WORK.fetch_add(1, Ordering::Relaxed);
    tokio::task::spawn_blocking(work).await.map_err(|_| HashError)
}

/// Why a password is not taken, as a sentence; `None` for one that is. `known` are words that whoever guesses tries first:
/// the name, the address, the service.
pub fn weakness(password: &str, known: &[&str]) -> Option<&'static str> {
    let length = password.chars().count();
    if length < SHORTEST {
        return Some(
            "A password has at least 12 characters. Three or four words that do not belong together are good.",
        );
    }
    if length > LONGEST {
        return Some("A password has at most 256 characters.");
    }
    let words: Vec<&str> = known
        .iter()
        .flat_map(|text| text.split(|c: char| !c.is_alphanumeric()))
        .filter(|word| word.len() > 2)
        .collect();
    // 10^8 guesses and more: what resists guessing over the network (zxcvbn, USENIX Security 2016).
    let easy = zxcvbn::zxcvbn(password, &words).score() < zxcvbn::Score::Three;
    easy.then_some("This password would be guessed soon. Take three or four words that do not belong together.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_is_the_one_of_its_hash_and_of_no_other() {
        let stored = hash("copper lantern orbit 7", [3; 32]).await.unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
        assert!(verify("copper lantern orbit 7", &stored).await.unwrap());
        assert!(!verify("copper lantern orbit 8", &stored).await.unwrap());
        assert!(!verify("copper lantern orbit 7", "no hash").await.unwrap());
    }

    #[tokio::test]
    async fn who_has_no_password_is_let_in_by_none() {
        for password in ["", "anything", &"x".repeat(5_000)] {
            assert!(!verify(password, "").await.unwrap());
        }
        let parsed = argon2::password_hash::phc::PasswordHash::new(NOBODY).unwrap();
        assert_eq!(parsed.hash.unwrap().len(), 32, "a stand-in that cannot be read would take no time");
    }

    #[test]
    fn what_is_short_or_in_every_list_is_no_password() {
        let known = ["Dana Lee", "dana.lee@example.test", "CaseConsultant"];
        for easy in ["short", "passwordpassword", "123456789012", "danaleedanalee", "qwertyuiopas", "aaaaaaaaaaaaaaaa"]
        {
            assert!(weakness(easy, &known).is_some(), "{easy}");
        }
        assert_eq!(weakness("copper lantern orbit 7", &known), None);
        assert!(weakness(&"copper lantern ".repeat(40), &known).is_some());
    }
}
