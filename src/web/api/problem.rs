//! What is said when a call fails: a problem as RFC 9457 has it, with what to do.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::Serialize;

use crate::store::StoreError;
use crate::web::fault::Fault;

/// Why a call failed, as a word that programs can go by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// No token was shown, or one that does not count.
    Unauthorized,
    /// The token has not the scope.
    Scope,
    /// Too many calls: come back after `Retry-After` seconds.
    TooManyCalls,
    /// There is no such thing.
    NotFound,
    /// The state of things does not allow it.
    Conflict,
    /// Objections of verification stand against the draft; `objections` lists them.
    Objections,
    /// What was sent is no JSON.
    Malformed,
    /// What was sent is JSON, and cannot be taken.
    Invalid,
    /// What was sent is too long.
    TooLong,
    /// What was sent is not called JSON.
    MediaType,
    /// The `Idempotency-Key` belongs to another call.
    KeyReused,
    /// Something failed here.
    Failed,
}

/// Why a call failed, and what to do now. Boxed: every answer of a handler has room for one.
#[derive(Debug, Clone)]
pub struct Problem(Box<Told>);

/// Why a call failed, and what to do now (RFC 9457).
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "Problem")]
pub struct Told {
    /// Always `about:blank`: `title` is the phrase of the status.
    #[serde(rename = "type")]
    kind: &'static str,
    /// The phrase of the status.
    title: String,
    /// The status.
    status: u16,
    /// What is wrong, and what to do.
    detail: String,
    /// Why, as a word.
    code: Why,
    /// What stands against a draft, each in a sentence.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    objections: Vec<String>,
    #[serde(skip)]
    header: Option<(header::HeaderName, String)>,
}

impl Problem {
    /// A problem.
    pub fn new(status: StatusCode, code: Why, detail: impl Into<String>) -> Self {
        Self(Box::new(Told {
            kind: "about:blank",
            title: status.canonical_reason().unwrap_or("Error").to_owned(),
            status: status.as_u16(),
            detail: detail.into(),
            code,
            objections: Vec::new(),
            header: None,
        }))
    }

    /// What was sent cannot be taken.
    pub fn invalid(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, Why::Invalid, detail)
    }

    /// There is no such thing.
    pub fn not_found(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, Why::NotFound, detail)
    }

    /// The state of things does not allow it.
    pub fn conflict(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, Why::Conflict, detail)
    }

    /// Objections stand against a draft.
    pub fn objections(stands: Vec<String>) -> Self {
        let detail = "Objections stand against the draft: mend it, or let an admin overrule them on the case's page.";
        let mut problem = Self::new(StatusCode::CONFLICT, Why::Objections, detail);
        problem.0.objections = stands;
        problem
    }

    /// The same with a header.
    pub fn with_header(mut self, name: header::HeaderName, value: String) -> Self {
        self.0.header = Some((name, value));
        self
    }
}

impl From<Fault> for Problem {
    fn from(fault: Fault) -> Self {
        let own = fault.to_string();
        match fault {
            Fault::NotFound(_) => Self::not_found(own),
            Fault::Conflict(_) => Self::conflict(own),
            Fault::Invalid(_) | Fault::Form => Self::invalid(own),
            Fault::SignIn => Self::new(StatusCode::UNAUTHORIZED, Why::Unauthorized, own),
            Fault::Role => Self::new(StatusCode::FORBIDDEN, Why::Scope, own),
            Fault::Store(_) | Fault::Page(_) | Fault::Broken(_) => {
                tracing::error!(error = own, "a call of the API failed");
                Self::new(
                    StatusCode::INTERNAL_SERVER_ERROR,
                    Why::Failed,
                    "Something failed here. Try again; if it stays so, the log of the service says what failed.",
                )
            }
        }
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        Fault::from(error).into()
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let told = *self.0;
        let status = StatusCode::from_u16(told.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = serde_json::to_string(&told).unwrap_or_default();
        let mut response = (status, [(header::CONTENT_TYPE, "application/problem+json")], body).into_response();
        if let Some((name, value)) = told.header
            && let Ok(value) = HeaderValue::from_str(&value)
        {
            response.headers_mut().insert(name, value);
        }
        response
    }
}
