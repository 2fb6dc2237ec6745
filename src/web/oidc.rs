//! Signing in with a provider: OpenID Connect Core 1.0, code flow with PKCE (RFC 7636), state and nonce.
//!
//! State, nonce and verifier follow from one random cookie: the answer counts only in the browser that asked, and the
//! server keeps nothing of who began and never came back.

use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use subtle::ConstantTimeEq as _;

use super::desk::Desk;
use super::fault::Fault;
use super::guest::{GUARDED, Guest, let_in, onward, set_cookie};
use super::provider::{self, ProviderError, Secrets};
use super::routes::{Access, Route, get};
use super::session::{Fields, cookie};
use super::sign_in::refusal;
use crate::config::Oidc;
use crate::domain::reviewer::Standing;
use crate::review::authenticator::token;
use crate::review::enter::{Begin, admit_attempt, begin, network_limit};
use crate::review::reviewer::digest;

/// The cookie between the way out and the way back, and how long it may take, in seconds.
const TRIP: &str = "__Host-oidc";
const TRIP_SECONDS: u32 = 600;

/// The way out and the way back.
pub fn routes() -> Vec<Route> {
    vec![get("/oidc/start", Access::Anyone, start), get("/oidc/callback", Access::Anyone, callback)]
}

/// What a trip is made of: a random value that only the browser has, and where to go on to afterwards.
struct Trip {
    secret: String,
    next: String,
}

impl Trip {
    fn part(&self, name: &str) -> String {
        digest(&format!("{name}\n{}", self.secret))
    }

    /// The verifier has 64 characters of the 43 to 128 that RFC 7636 section 4.1 allows.
    fn secrets(&self) -> Secrets {
        Secrets { state: self.part("state"), nonce: self.part("nonce"), verifier: self.part("verifier") }
    }

    /// `Lax`: the way back is a link on a page of the provider.
    fn cookie(&self) -> String {
        let next: String = form_urlencoded::byte_serialize(self.next.as_bytes()).collect();
        format!("{TRIP}={}.{next}; Max-Age={TRIP_SECONDS}; {GUARDED}", self.secret)
    }

    fn read(value: &str) -> Option<Self> {
        let (secret, next) = value.split_once('.')?;
        let next = Fields::parse(format!("next={next}").as_bytes());
        (secret.len() == 64).then(|| Self { secret: secret.to_owned(), next: onward(next.get("next")).to_owned() })
    }
}

fn settings(desk: &Desk) -> Result<&Oidc, Fault> {
    let oidc = &desk.config.web.oidc;
    if oidc.issuer.is_empty() {
        return Err(Fault::NotFound("Signing in with a provider is not set up here.".to_owned()));
    }
    Ok(oidc)
}

fn broken(error: ProviderError) -> Fault {
    Fault::Broken(format!("signing in with web.oidc: {error}"))
}

async fn limited(desk: &Desk, guest: &Guest) -> Result<(), Fault> {
    let (now, limit) = (desk.clock.now(), network_limit(&guest.network));
    match admit_attempt(&desk.store, vec![limit], now).await {
        Ok(()) => Ok(()),
        Err(error) => Err(Fault::Conflict(refusal(error, now)?.1)),
    }
}

async fn start(State(desk): State<Arc<Desk>>, guest: Guest, RawQuery(query): RawQuery) -> Result<Response, Fault> {
    let oidc = settings(&desk)?;
    limited(&desk, &guest).await?;
    let query = Fields::parse(query.unwrap_or_default().as_bytes());
    let trip = Trip { secret: token(), next: onward(query.get("next")).to_owned() };
    let url = provider::way_out(oidc.clone(), desk.config.web.origin(), trip.secrets()).await.map_err(broken)?;
    let mut response = Redirect::to(&url).into_response();
    set_cookie(&mut response, &trip.cookie());
    Ok(response)
}

async fn callback(
    State(desk): State<Arc<Desk>>,
    guest: Guest,
    headers: axum::http::HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Response, Fault> {
    let oidc = settings(&desk)?;
    let query = Fields::parse(query.unwrap_or_default().as_bytes());
    let trip = cookie(&headers, TRIP).and_then(Trip::read).ok_or(Fault::Form)?;
    if !bool::from(trip.part("state").as_bytes().ct_eq(query.get("state").as_bytes())) {
        return Err(Fault::Form);
    }
    if query.get("code").is_empty() {
        return Ok(refused()); // The provider said no, or the person did.
    }
    limited(&desk, &guest).await?;
    let vouched =
        provider::vouched(oidc.clone(), desk.config.web.origin(), trip.secrets(), query.get("code").to_owned())
            .await
            .map_err(broken)?;
    let now = desk.clock.now();
    let found = match vouched {
        Some(ref vouched) => desk.store.find_reviewer_by_email(&vouched.email).await?,
        None => None,
    };
    let (Some(profile), Some(vouched)) = (found, vouched) else {
        desk.store.record_refusal("", "provider", now).await?;
        return Ok(refused());
    };
    let tied = profile.standing == Standing::Active && desk.store.tie_subject(&profile.id, vouched.subject).await?;
    if !tied {
        desk.store.record_refusal(&profile.id, "provider", now).await?;
        return Ok(refused());
    }
    desk.store.forgive(vec![network_limit(&guest.network)]).await?;
    let begun =
        Begin { reviewer: &profile.id, strong: vouched.strong, how: "provider", replaces: guest.session.clone() };
    let mut response = let_in(&begin(&desk.store, &desk.config, begun, now).await?, &trip.next);
    set_cookie(&mut response, &format!("{TRIP}=; Max-Age=0; {GUARDED}"));
    Ok(response)
}

fn refused() -> Response {
    let mut response = Redirect::to("/sign-in?problem=provider").into_response();
    set_cookie(&mut response, &format!("{TRIP}=; Max-Age=0; {GUARDED}"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trip_comes_back_as_it_went_and_leads_nowhere_else() {
        let trip = Trip { secret: "a".repeat(64), next: "/cases/CC-1?tab=x".to_owned() };
        let value = trip.cookie();
        let value = value.split_once('=').unwrap().1.split(';').next().unwrap();
        let back = Trip::read(value).unwrap();
        assert_eq!((back.next.as_str(), back.part("state")), ("/cases/CC-1?tab=x", trip.part("state")));
        assert_ne!(trip.part("state"), trip.part("nonce"));
        let elsewhere = format!("{}.https%3A%2F%2Fevil.test", "a".repeat(64));
        assert_eq!(Trip::read(&elsewhere).unwrap().next, "/queue");
        assert!(Trip::read("short./queue").is_none() && Trip::read("").is_none());
    }
}
