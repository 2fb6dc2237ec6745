//! Links that the operator hands out: an invitation, and for a trial a sign-in. Each works once.

use std::time::Duration;

use super::authenticator::token;
use super::reviewer::digest;
use crate::config::Web;
use crate::domain::time::Timestamp;
use crate::store::link::NewLink;
use crate::store::{Store, StoreError};

/// An invitation ends after so long.
pub const INVITATION: Duration = Duration::from_secs(7 * 24 * 3_600);
/// A sign-in link ends after so long.
pub const SIGN_IN: Duration = Duration::from_secs(15 * 60);

/// Invites a reviewer, for the first time or anew (what proved them before is forgotten, and they are signed out), and
/// returns the address to send them: `…/invitation/{token}`.
///
/// # Errors
/// The database failed.
pub async fn invitation(
    store: &Store,
    web: &Web,
    reviewer: &str,
    by: &str,
    now: Timestamp,
) -> Result<String, StoreError> {
    let token = token();
    let link = NewLink { digest: digest(&token), reviewer: reviewer.to_owned(), expires_at: now.plus(INVITATION) };
    store.invite(link, by, now).await?;
    Ok(format!("{}/invitation/{token}", web.origin()))
}

/// Makes an address that signs an active reviewer in once, as if with a second factor: `…/sign-in/{token}`. Whoever can
/// make one has the database anyway.
///
/// # Errors
/// The database failed.
pub async fn sign_in(store: &Store, web: &Web, reviewer: &str, by: &str, now: Timestamp) -> Result<String, StoreError> {
    let token = token();
    let link = NewLink { digest: digest(&token), reviewer: reviewer.to_owned(), expires_at: now.plus(SIGN_IN) };
    store.insert_sign_in_link(link, by, now).await?;
    Ok(format!("{}/sign-in/{token}", web.origin()))
}
