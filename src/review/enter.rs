//! Letting somebody in, or not: throttled, with the same work whether the account exists or not, and written down.

use super::authenticator::{Authenticator, recovery_digest, token};
use super::password::{self, HashError};
use super::reviewer::{Reviewer, digest, expired};
use crate::clock;
use crate::config::Config;
use crate::domain::address::Address;
use crate::domain::reviewer::{Profile, Standing};
use crate::domain::time::Timestamp;
use crate::store::session::NewSession;
use crate::store::sign_in::{Limit, NewTotp, totp_owner};
use crate::store::{Store, StoreError};

/// Attempts for one account, and from one address of the network, before waiting begins.
const FREE_FOR_ACCOUNT: i64 = 5;
const FREE_FROM_NETWORK: i64 = 20;

/// What somebody typed, and from where.
#[derive(Debug, Clone, Copy)]
pub struct Attempt<'a> {
    /// The address that they say is theirs.
    pub email: &'a str,
    /// The password.
    pub password: &'a str,
    /// A code of the authenticator, or a recovery code.
    pub code: &'a str,
    /// Their address in the network, or what stands for it.
    pub network: &'a str,
}

/// Why somebody was not let in.
#[derive(Debug, thiserror::Error)]
pub enum EnterError {
    /// Something of it is wrong; which, is not said.
    #[error("the address, the password or the code is not right")]
    Wrong,
    /// There were too many attempts.
    #[error("too many attempts: wait until {0:?}")]
    Wait(Timestamp),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The hash could not be computed.
    #[error(transparent)]
    Hash(#[from] HashError),
}

/// What is counted for an account: by what was typed, so that it is the same for one that does not exist.
pub fn account_limit(email: &str) -> Limit {
    let key = Address::parse(email).map_or_else(|_| email.trim().to_lowercase(), |address| address.key());
    Limit { what: digest(&format!("account\n{key}")), free: FREE_FOR_ACCOUNT }
}

/// What is counted for an address of the network.
pub fn network_limit(network: &str) -> Limit {
    Limit { what: digest(&format!("network\n{network}")), free: FREE_FROM_NETWORK }
}

/// Counts an attempt.
///
/// # Errors
/// There were too many, or the database failed.
pub async fn admit_attempt(store: &Store, limits: Vec<Limit>, now: Timestamp) -> Result<(), EnterError> {
    match store.attempt(limits, now).await? {
        Some(until) => Err(EnterError::Wait(until)),
        None => Ok(()),
    }
}

/// Who it is, and whether a second factor was shown.
///
/// # Errors
/// [`EnterError::Wrong`] and [`EnterError::Wait`] are for the person; the others are ours.
pub async fn prove(
    store: &Store,
    config: &Config,
    attempt: Attempt<'_>,
    now: Timestamp,
) -> Result<(Profile, bool), EnterError> {
    let limits = vec![account_limit(attempt.email), network_limit(attempt.network)];
    admit_attempt(store, limits.clone(), now).await?;
    let key = Address::parse(attempt.email).map(|address| address.key()).unwrap_or_default();
    let found = store.find_reviewer_by_email(&key).await?;
    let id = found.as_ref().map_or("", |profile| &profile.id);
    let proofs = store.find_proofs(id).await?;
    let right = password::verify(attempt.password, &proofs.password).await?;
    let refused = async |why| {
        store.record_refusal(id, why, now).await?;
        Err(EnterError::Wrong)
    };
    let Some(profile) = found.as_ref().filter(|_| right) else { return refused("password").await };
    if profile.standing != Standing::Active {
        return refused(profile.standing.key()).await;
    }
    let strong = profile.second_factor;
    if strong && !second_factor(store, config, profile, attempt.code, now).await? {
        return refused("code").await;
    }
    store.forgive(limits).await?;
    Ok((profile.clone(), strong))
}

/// True where the code is one of the authenticator that was not used yet, or an unused recovery code. It is used up.
///
/// # Errors
/// The database failed, or the key that sealed the authenticator is missing.
pub async fn second_factor(
    store: &Store,
    config: &Config,
    profile: &Profile,
    code: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let proofs = store.find_proofs(&profile.id).await?;
    let own = proofs.totp.and_then(|secret| Authenticator::new(&secret, &config.service.name, &profile.email));
    let Some(own) = own else { return Ok(false) };
    match own.step(code, now, proofs.totp_step) {
        Some(step) => store.use_totp_step(&profile.id, step).await,
        None => store.use_recovery(&profile.id, recovery_digest(code), now).await,
    }
}

/// Begins a session under a token of its own, which is returned for the cookie and kept nowhere. The one whose digest is
/// given ends: no token lives on over a sign-in.
///
/// # Errors
/// The database failed.
pub async fn begin(store: &Store, config: &Config, session: Begin<'_>, now: Timestamp) -> Result<String, StoreError> {
    let token = token();
    let fresh = NewSession {
        digest: digest(&token),
        reviewer: session.reviewer.to_owned(),
        form: self::token(),
        strong: session.strong,
    };
    store.begin_session(fresh, session.replaces, expired(now, &config.web), session.how, now).await?;
    Ok(token)
}

/// A session that is about to begin.
#[derive(Debug, Clone)]
pub struct Begin<'a> {
    /// Whose.
    pub reviewer: &'a str,
    /// True where a second factor was shown.
    pub strong: bool,
    /// How they came in: a word for the story of the account.
    pub how: &'a str,
    /// The digest of the session that it replaces.
    pub replaces: Option<String>,
}

/// A fresh authenticator that a first code has confirmed, with its recovery codes as they are shown once; `None` where the
/// code is not right.
///
/// # Errors
/// There is no key to seal it with.
pub fn confirmed(
    store: &Store,
    own: &Authenticator,
    secret: &[u8],
    reviewer: &str,
    code: &str,
    now: Timestamp,
) -> Result<Option<(NewTotp, Vec<String>)>, StoreError> {
    let Some(step) = own.step(code, now, 0) else { return Ok(None) };
    let codes = super::authenticator::recovery_codes();
    let totp = NewTotp {
        sealed: store.keys().seal(secret, &totp_owner(reviewer), clock::random_bytes())?,
        key: store.keys().newest().unwrap_or_default().to_owned(),
        step,
        recovery: codes.iter().map(|code| recovery_digest(code)).collect(),
    };
    Ok(Some((totp, codes)))
}

/// Checks the password of somebody who is signed in, before something that must be theirs alone.
///
/// # Errors
/// It is wrong, there were too many attempts, or something failed.
pub async fn own_password(
    store: &Store,
    reviewer: &Reviewer,
    given: &str,
    now: Timestamp,
) -> Result<Profile, EnterError> {
    let profile = store.find_reviewer(reviewer.id()).await?.ok_or(EnterError::Wrong)?;
    admit_attempt(store, vec![account_limit(&profile.email)], now).await?;
    let proofs = store.find_proofs(&profile.id).await?;
    if !password::verify(given, &proofs.password).await? {
        store.record_refusal(&profile.id, "password", now).await?;
        return Err(EnterError::Wrong);
    }
    store.forgive(vec![account_limit(&profile.email)]).await?;
    Ok(profile)
}
