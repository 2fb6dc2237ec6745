//! Who decides. A [`Reviewer`] is proof of a valid session, or of a token that stands for a person: its fields are private
//! and only this file makes one.

use sha2::{Digest as _, Sha256};

use crate::config::Web;
use crate::domain::reviewer::{Profile, Role, Standing, signature};
use crate::domain::time::Timestamp;
use crate::store::session::{Expired, SessionRow};
use crate::store::{Store, StoreError};

/// A session's use is noted at most so often: a write for each click would be one too many. A session may end earlier by
/// as much.
const NOTE_EVERY_MICROS: i64 = 60_000_000;

/// A signed-in person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reviewer {
    id: String,
    name: String,
    signature: String,
    role: Role,
}

/// A valid session.
#[derive(Debug, Clone)]
pub struct Session {
    /// Whose.
    pub reviewer: Reviewer,
    /// The token that each of its forms carries.
    pub form: String,
    /// Its key in the store.
    pub digest: String,
    /// True for an admin who has not shown a second factor, and acts as a reviewer until then.
    pub needs_second_factor: bool,
}

impl Reviewer {
    /// Their key in the store.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Their name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How they sign a reply: the name, and the letters of a credential that holds today.
    pub fn signature(&self) -> &str {
        &self.signature
    }

    /// What they may do in this session.
    pub fn role(&self) -> Role {
        self.role
    }
}

/// The session of a token, as a cookie brings it. `None` where there is none, where it has rested or lasted too long, and
/// where its owner may no longer sign in.
///
/// # Errors
/// The database failed, or a stored value cannot be read.
pub async fn authenticate(
    store: &Store,
    token: &str,
    now: Timestamp,
    rules: &Web,
) -> Result<Option<Session>, StoreError> {
    if token.len() != 64 {
        return Ok(None); // Two hexadecimal digits a byte, and 256 bits.
    }
    let digest = digest(token);
    let Some(row) = store.find_session(&digest).await? else { return Ok(None) };
    let expired = expired(now, rules);
    if row.created_at < expired.created_before || row.seen_at < expired.seen_before {
        store.end_session(&digest).await?;
        return Ok(None);
    }
    if row.profile.standing != Standing::Active {
        return Ok(None);
    }
    if now.0.saturating_sub(row.seen_at.0) >= NOTE_EVERY_MICROS {
        store.touch_session(&digest, now).await?;
    }
    Ok(Some(session(row, digest, now)))
}

fn session(row: SessionRow, digest: String, now: Timestamp) -> Session {
    let profile = row.profile;
    let needs_second_factor = profile.role == Role::Admin && !row.strong;
    let reviewer = Reviewer {
        signature: signature(&profile.name, profile.credential.as_ref(), now.date()),
        id: profile.id,
        name: profile.name,
        role: if row.strong { profile.role } else { Role::Reviewer },
    };
    Session { reviewer, form: row.form, digest, needs_second_factor }
}

/// The person in whose name a token decides. An admin is one in person only: no token overrules an objection.
pub(super) fn acting(profile: Profile, now: Timestamp) -> Reviewer {
    Reviewer {
        signature: signature(&profile.name, profile.credential.as_ref(), now.date()),
        id: profile.id,
        name: profile.name,
        role: Role::Reviewer,
    }
}

/// SHA-256 in hexadecimal: what is kept of a token. A token is random, so nothing slower is needed.
pub fn digest(token: &str) -> String {
    hex(&Sha256::digest(token.as_bytes()))
}

/// Two digits a byte.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Which sessions no longer count.
pub fn expired(now: Timestamp, rules: &Web) -> Expired {
    let before = |length: std::time::Duration| {
        Timestamp(now.0.saturating_sub(i64::try_from(length.as_micros()).unwrap_or(i64::MAX)))
    };
    Expired { created_before: before(rules.session_length()), seen_before: before(rules.session_idle()) }
}
