//! Tokens of programs: made once, shown once, and told from those that do not count.

use subtle::ConstantTimeEq as _;

use super::authenticator::token;
use super::reviewer::{Reviewer, acting, digest};
use crate::clock;
use crate::domain::api_token::{ApiScope, ApiToken, Void};
use crate::domain::reviewer::Standing;
use crate::domain::time::Timestamp;
use crate::store::{Store, StoreError};

/// What every token begins with, so that a leaked one is recognised: 64 hexadecimal digits follow, 256 bits.
pub const PREFIX: &str = "cct_";
/// The longest name, in characters.
const LONGEST_NAME: usize = 60;

/// A token that is wished for.
#[derive(Debug, Clone)]
pub struct Wish {
    /// Its name.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<ApiScope>,
    /// The key of the person in whose name it decides.
    pub reviewer: Option<String>,
    /// When it ends.
    pub expires_at: Option<Timestamp>,
}

/// Why no token is made.
#[derive(Debug, thiserror::Error)]
pub enum NoToken {
    /// The name cannot be one.
    #[error("a token needs a name: one line of at most {LONGEST_NAME} characters")]
    Name,
    /// The name is that of another.
    #[error("a token of that name is there already: revoke it, or take another name")]
    Taken,
    /// It would do nothing.
    #[error("a token needs at least one scope")]
    NoScope,
    /// It would decide in nobody's name.
    #[error("decisions:write needs a person in whose name it decides")]
    NoPerson,
    /// It is over before it begins.
    #[error("the end lies in the past")]
    Ended,
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A call's token that counts.
#[derive(Debug, Clone)]
pub struct Bearer {
    token: ApiToken,
    reviewer: Option<Reviewer>,
}

/// Why a call's token does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Denied {
    /// No token of ours.
    #[error("the token is not one of ours")]
    Unknown,
    /// It was one.
    #[error(transparent)]
    Void(#[from] Void),
    /// The person in whose name it decides may not any more.
    #[error("the person in whose name the token decides is no active reviewer any more")]
    Person,
}

impl Bearer {
    /// What is known of the token.
    pub fn token(&self) -> &ApiToken {
        &self.token
    }

    /// The person in whose name it decides; always a reviewer, never an admin.
    pub fn reviewer(&self) -> Option<&Reviewer> {
        self.reviewer.as_ref()
    }
}

/// Makes a token; returns it with its secret, which is kept nowhere.
///
/// # Errors
/// The wish cannot be fulfilled, or the database failed.
pub async fn make(store: &Store, wish: Wish, by: &str, now: Timestamp) -> Result<(ApiToken, String), NoToken> {
    let name = wish.name.trim().to_owned();
    if name.is_empty() || name.chars().count() > LONGEST_NAME || name.chars().any(char::is_control) {
        return Err(NoToken::Name);
    }
    let scopes: Vec<ApiScope> = ApiScope::ALL.into_iter().filter(|scope| wish.scopes.contains(scope)).collect();
    if scopes.is_empty() {
        return Err(NoToken::NoScope);
    }
    let decides = scopes.contains(&ApiScope::DecisionsWrite);
    if decides && wish.reviewer.is_none() {
        return Err(NoToken::NoPerson);
    }
    if wish.expires_at.is_some_and(|end| end <= now) {
        return Err(NoToken::Ended);
    }
    let secret = format!("{PREFIX}{}", token());
    let made = ApiToken {
        id: format!("tk_{:012x}", clock::random() & 0xffff_ffff_ffff),
        name,
        scopes,
        reviewer: wish.reviewer.filter(|_| decides),
        expires_at: wish.expires_at,
        revoked_at: None,
        used_on: None,
        created_at: now,
        created_by: by.to_owned(),
    };
    if store.insert_api_token(made.clone(), digest(&secret)).await? { Ok((made, secret)) } else { Err(NoToken::Taken) }
}

/// The token of a call, as its header brings it.
///
/// # Errors
/// The database failed, or a stored value cannot be read; within, why the token does not count.
pub async fn authenticate(store: &Store, secret: &str, now: Timestamp) -> Result<Result<Bearer, Denied>, StoreError> {
    if !secret.starts_with(PREFIX) || secret.len() != PREFIX.len() + 64 {
        return Ok(Err(Denied::Unknown));
    }
    let digest = digest(secret);
    let Some((token, kept)) = store.find_api_token(&digest).await? else { return Ok(Err(Denied::Unknown)) };
    if !bool::from(kept.as_bytes().ct_eq(digest.as_bytes())) {
        return Ok(Err(Denied::Unknown));
    }
    if let Err(void) = token.counts(now) {
        return Ok(Err(void.into()));
    }
    let reviewer = match &token.reviewer {
        None => None,
        Some(id) => {
            let profile = store.find_reviewer(id).await?.filter(|profile| profile.standing == Standing::Active);
            let Some(profile) = profile else { return Ok(Err(Denied::Person)) };
            Some(acting(profile, now))
        }
    };
    let today = now.date();
    if token.used_on.is_none_or(|day| day < today) {
        store.touch_api_token(&token.id, today).await?;
    }
    Ok(Ok(Bearer { token, reviewer }))
}
