//! Who calls: a token that counts, with the scope that the operation needs, and not more often than the settings allow.

use std::collections::HashMap;
use std::marker::PhantomData;
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};

use super::problem::{Problem, Why};
use crate::domain::api_token::{ApiScope, ApiToken};
use crate::domain::time::Timestamp;
use crate::review::api_token::{Bearer, authenticate};
use crate::review::reviewer::Reviewer;
use crate::web::desk::Desk;

/// What an operation needs, as a type: a handler that takes a [`Caller`] of it cannot forget to ask.
pub trait Needs: Send + Sync + 'static {
    /// The scope.
    const SCOPE: ApiScope;
}

macro_rules! needs {
    ($($name:ident)*) => {
        $(
            #[doc = concat!("Needs the scope of that name.")]
            pub struct $name;
            impl Needs for $name {
                const SCOPE: ApiScope = ApiScope::$name;
            }
        )*
    };
}
needs!(CasesRead DecisionsWrite AccountsRead AccountsWrite ChecksRead CodesRead);

/// A program that may.
pub struct Caller<N> {
    bearer: Bearer,
    needs: PhantomData<N>,
}

impl<N> Caller<N> {
    /// What is known of its token.
    pub fn token(&self) -> &ApiToken {
        self.bearer.token()
    }

    /// The key of the person in whose name it calls; empty where there is none.
    pub fn own(&self) -> &str {
        self.bearer.reviewer().map_or("", Reviewer::id)
    }

    /// The person in whose name it decides.
    ///
    /// # Errors
    /// There is none, which making the token rules out for the scope.
    pub fn reviewer(&self) -> Result<&Reviewer, Problem> {
        let none = "The token stands for no person, and a decision needs one.";
        self.bearer.reviewer().ok_or_else(|| Problem::new(StatusCode::FORBIDDEN, Why::Scope, none))
    }
}

impl<N: Needs> FromRequestParts<Arc<Desk>> for Caller<N> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, desk: &Arc<Desk>) -> Result<Self, Problem> {
        let Some(secret) = bearer(&parts.headers) else {
            let words = "Send a token as `Authorization: Bearer cct_…`; an admin makes one on the page API tokens.";
            return Err(unauthorized(words, "Bearer"));
        };
        let now = desk.clock.now();
        let bearer = match authenticate(&desk.store, secret, now).await? {
            Ok(bearer) => bearer,
            Err(denied) => {
                let words = format!("{denied}: ask an admin for another one.");
                return Err(unauthorized(&words, "Bearer error=\"invalid_token\""));
            }
        };
        if let Some(meter) = parts.extensions.get::<Arc<Meter>>()
            && let Err(seconds) = meter.count(&bearer.token().id, now)
        {
            let words = format!("Too many calls with this token: come back in {seconds} s (api.calls_per_minute).");
            return Err(Problem::new(StatusCode::TOO_MANY_REQUESTS, Why::TooManyCalls, words)
                .with_header(header::RETRY_AFTER, seconds.to_string()));
        }
        if !bearer.token().allows(N::SCOPE) {
            let scope = N::SCOPE.key();
            let words = format!("The token has not the scope {scope}: ask an admin for one that has.");
            let challenge = format!("Bearer error=\"insufficient_scope\", scope=\"{scope}\"");
            return Err(
                Problem::new(StatusCode::FORBIDDEN, Why::Scope, words).with_header(header::WWW_AUTHENTICATE, challenge)
            );
        }
        Ok(Self { bearer, needs: PhantomData })
    }
}

fn unauthorized(words: &str, challenge: &str) -> Problem {
    Problem::new(StatusCode::UNAUTHORIZED, Why::Unauthorized, words)
        .with_header(header::WWW_AUTHENTICATE, challenge.to_owned())
}

/// The token of a call (RFC 6750 section 2.1).
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// Counts calls by token: a bucket of so many calls that fills up again within a minute. It forgets with the process, which
/// is no harm: it guards against haste, not against guessing, since a token is 256 bits.
pub struct Meter {
    per_minute: f64,
    buckets: Mutex<HashMap<String, (f64, Timestamp)>>,
}

impl Meter {
    /// An empty one.
    pub fn new(per_minute: u32) -> Self {
        Self { per_minute: f64::from(per_minute), buckets: Mutex::default() }
    }

    /// Counts a call.
    ///
    /// # Errors
    /// The seconds after which there is room again.
    fn count(&self, token: &str, now: Timestamp) -> Result<(), u64> {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let (left, since) = buckets.get(token).copied().unwrap_or((self.per_minute, now));
        let rate = self.per_minute / 60.0;
        let seconds = now.millis_since(since) as f64 / 1_000.0;
        let left = (left + seconds * rate).min(self.per_minute);
        let room = left >= 1.0;
        buckets.insert(token.to_owned(), (if room { left - 1.0 } else { left }, now));
        // At most a minute: 1 ÷ (1 ÷ 60).
        if room { Ok(()) } else { Err((((1.0 - left) / rate).ceil() as u64).max(1)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_in_haste_waits_and_another_does_not() {
        let meter = Meter::new(2);
        let at = |seconds: i64| Timestamp(seconds * 1_000_000);
        assert_eq!([0, 0, 0].map(|s| meter.count("a", at(s))), [Ok(()), Ok(()), Err(30)]);
        assert_eq!(meter.count("b", at(0)), Ok(()));
        assert_eq!(meter.count("a", at(29)), Err(1));
        assert_eq!(meter.count("a", at(31)), Ok(()));
        assert_eq!([600, 600, 600].map(|s| meter.count("a", at(s)).is_ok()), [true, true, false]);
    }

    #[test]
    fn a_token_is_read_behind_its_scheme_alone() {
        let of = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::AUTHORIZATION, value.parse().unwrap());
            bearer(&headers).map(str::to_owned)
        };
        assert_eq!(of("Bearer cct_1"), Some("cct_1".to_owned()));
        assert_eq!(of("bearer  cct_1 "), Some("cct_1".to_owned()));
        assert_eq!((of("Basic cct_1"), of("cct_1"), of("Bearercct_1")), (None, None, None));
    }
}
