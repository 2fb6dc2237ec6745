//! Access tokens for mailboxes that take no password (Google, Microsoft): OAuth 2.0 (RFC 6749).
//!
//! ```text
//! provider   which endpoints, which scope           request  one call: form out, JSON in, typed refusals
//! keep       the file: locked, private, replaced    sign_in  the first token: by device code, or by an address
//! ```
//!
//! [`access_token`] is all that a running service needs. A refresh token may be replaced by any renewal (section 6), and
//! the old one be void from then on; so the new one is on disk before anything is done with the access token.

mod keep;
mod provider;
mod request;
mod sign_in;

use std::path::Path;
use std::time::Duration;

pub use keep::{Keep, Tokens};
pub use provider::Endpoint;
pub use request::{Client, Granted};
pub use sign_in::{Device, Invitation, by_address, by_device, code_of, invite};

/// An access token is used until so many seconds before its end: a login that begins now must still succeed.
const MARGIN_SECONDS: i64 = 300;

/// Why there is no token.
#[derive(Debug, thiserror::Error)]
pub enum OauthError {
    /// Nobody signed in yet, or the sign-in is no longer good (`invalid_grant`). A person must sign in.
    #[error("{reason}. Sign in again: caseconsultant token --sign-in")]
    SignIn {
        /// What is known.
        reason: String,
    },
    /// The endpoint does not know the program (`invalid_client`). A person must look at the settings.
    #[error(
        "the token endpoint does not accept oauth.client_id and its secret ({code}). Compare both with the provider's console; a secret may have expired"
    )]
    Client {
        /// The error code of RFC 6749 section 5.2.
        code: String,
    },
    /// Another refusal.
    #[error("the token endpoint refused: {code}. See \"The token cannot be renewed\" in deploy/RUNBOOK.md")]
    Refused {
        /// The error code, and the provider's number for it.
        code: String,
    },
    /// No connection, no answer in time, or a fault of the server. Trying again later helps.
    #[error("the token endpoint {host} cannot be reached: {reason}. It is tried again by itself")]
    Unreachable {
        /// Its host.
        host: String,
        /// What happened.
        reason: String,
    },
    /// The answer is none of RFC 6749.
    #[error("the token endpoint {host} gave an answer that cannot be read: {reason}. Check oauth.token_url")]
    Malformed {
        /// Its host.
        host: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The file of the tokens.
    #[error("{path}: {reason}")]
    File {
        /// Its path.
        path: String,
        /// What is wrong, and what to do.
        reason: String,
    },
}

impl OauthError {
    /// True when the same call may succeed later with nothing changed by a person.
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Unreachable { .. })
    }
}

/// The access token that is kept, or where it ends soon (or `renew` says so) a new one. `now` is asked when it is
/// needed, in seconds since 1970: waiting for another renewal takes time.
///
/// # Errors
/// As [`OauthError`] lists them.
pub async fn access_token(
    path: &Path,
    client: &Client,
    endpoint: &Endpoint,
    renew: bool,
    now: impl Fn() -> i64,
) -> Result<String, OauthError> {
    let before = keep::renewal(path);
    let mut keep = Keep::open(path)?;
    let tokens = keep
        .tokens()
        .cloned()
        .ok_or_else(|| OauthError::SignIn { reason: format!("{}: nobody has signed in yet", path.display()) })?;
    // Another renewal that this one waited for is as good as its own.
    let fresh = Some(tokens.renewal) > before;
    if (!renew || fresh) && tokens.is_good(now()) {
        return Ok(tokens.access_token);
    }
    // A full disk or a folder without rights shows before the old token is spent.
    keep.prepare()?;
    let granted = match client.refresh(endpoint, &tokens.refresh_token).await {
        Ok(granted) => granted,
        Err(error) => {
            keep.give_up();
            return Err(error);
        }
    };
    let renewed = tokens.renewed(granted, now());
    keep.save(&renewed)?;
    Ok(renewed.access_token)
}

/// When the tokens of a file were renewed last, and when the access token ends: both in seconds since 1970. Nothing where
/// nobody signed in yet. Reads no more than that, and waits for nobody.
///
/// # Errors
/// The file is open to others, damaged, or cannot be read.
pub fn find_times(path: &Path) -> Result<Option<(i64, i64)>, OauthError> {
    Ok(keep::read(path)?.map(|tokens| (tokens.renewed_at, tokens.expires_at)))
}

/// Keeps what a sign-in gave.
///
/// # Errors
/// No refresh token was given, or the file cannot be written.
pub fn keep_sign_in(path: &Path, granted: Granted, now: i64) -> Result<(), OauthError> {
    if granted.refresh_token.is_none() {
        return Err(OauthError::Refused { code: "it gave no refresh token; check oauth.scope".to_owned() });
    }
    let mut keep = Keep::open(path)?;
    let before = keep.tokens().cloned().unwrap_or_default();
    keep.save(&before.renewed(granted, now))
}

/// Seconds as a span of time; more than a day is a day.
fn seconds(n: u64) -> Duration {
    Duration::from_secs(n.min(86_400))
}
