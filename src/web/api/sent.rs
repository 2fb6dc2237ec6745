//! What a caller sends: JSON, parameters, and a name in the path; each read strictly, each fault named.

use std::sync::Arc;

use axum::body::to_bytes;
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use serde::de::DeserializeOwned;

use super::problem::{Problem, Why};
use crate::review::reviewer::digest;
use crate::web::desk::Desk;
use crate::web::nul;

/// The bytes of a body, at most.
const LONGEST: usize = 256 * 1024;
/// The characters of what a reader of JSON says, at most: it may quote what was sent.
const LONGEST_WORDS: usize = 300;
/// The longest `Idempotency-Key`.
const LONGEST_KEY: usize = 200;

/// A body of JSON.
pub struct Sent<T> {
    /// What was sent.
    pub value: T,
    /// What tells it from another: the SHA-256 of its bytes.
    pub digest: String,
}

/// Parameters behind the question mark.
pub struct Asked<T>(pub T);

/// The name in the path.
pub struct Named(pub String);

/// The `Idempotency-Key`, where there is one.
pub struct CallKey(pub Option<String>);

impl<T: DeserializeOwned> FromRequest<Arc<Desk>> for Sent<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &Arc<Desk>) -> Result<Self, Problem> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default().trim();
        if !kind.eq_ignore_ascii_case("application/json") {
            let words = "Send JSON, with `Content-Type: application/json`.";
            return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, Why::MediaType, words));
        }
        let bytes = to_bytes(request.into_body(), LONGEST).await.map_err(|_| {
            let words = "What was sent is longer than 256 KB, or was cut off.";
            Problem::new(StatusCode::PAYLOAD_TOO_LARGE, Why::TooLong, words)
        })?;
        let short = |error: serde_json::Error| error.to_string().chars().take(LONGEST_WORDS).collect::<String>();
        let json: serde_json::Value = serde_json::from_slice(&bytes).map_err(|error| {
            Problem::new(StatusCode::BAD_REQUEST, Why::Malformed, format!("Not JSON: {}.", short(error)))
        })?;
        if !json.is_object() {
            return Err(Problem::invalid("Send an object: the document says what it can hold."));
        }
        let value = serde_json::from_value(nul::without_in(json))
            .map_err(|error| Problem::invalid(format!("{}. The document says what can be sent.", short(error))))?;
        Ok(Self { value, digest: digest(&String::from_utf8_lossy(&bytes)) })
    }
}

impl<T: DeserializeOwned + Send> FromRequestParts<Arc<Desk>> for Asked<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<Desk>) -> Result<Self, Problem> {
        let read = Query::<T>::try_from_uri(&parts.uri).map_err(|error| {
            let words: String = error.body_text().chars().take(LONGEST_WORDS).collect();
            Problem::invalid(format!("{words}. The document says what can be asked for."))
        })?;
        Ok(Self(read.0))
    }
}

impl FromRequestParts<Arc<Desk>> for Named {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, desk: &Arc<Desk>) -> Result<Self, Problem> {
        let name = Path::<String>::from_request_parts(parts, desk).await;
        let name = name.map_err(|_| Problem::not_found("The name in the path cannot be read."))?;
        Ok(Self(name.0))
    }
}

impl FromRequestParts<Arc<Desk>> for CallKey {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<Desk>) -> Result<Self, Problem> {
        let Some(value) = parts.headers.get("idempotency-key") else { return Ok(Self(None)) };
        let key = value.to_str().ok().filter(|key| (1..=LONGEST_KEY).contains(&key.len()));
        let key = key.ok_or_else(|| Problem::invalid("An Idempotency-Key is 1 to 200 characters of ASCII."))?;
        Ok(Self(Some(key.to_owned())))
    }
}
