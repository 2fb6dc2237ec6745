//! What a page says when it cannot do what was asked: which status, and what to do now.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};

use super::assets::{SCRIPT_PATH, STYLE_PATH};
use super::shell::Shell;
use crate::store::StoreError;

/// Why a request was not served.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// Nobody is signed in, or not any more.
    #[error("sign in first")]
    SignIn,
    /// The form's token or its origin is not ours: a page of somebody else, or one left open for too long.
    #[error("the form is not from this session")]
    Form,
    /// The person's role does not allow it.
    #[error("only an admin may do this")]
    Role,
    /// There is no such thing.
    #[error("{0}")]
    NotFound(String),
    /// Somebody or something was faster, or the state does not allow it; the words say what is so.
    #[error("{0}")]
    Conflict(String),
    /// The form holds something that cannot be taken; the words say what.
    #[error("{0}")]
    Invalid(String),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A template failed, which tests rule out.
    #[error(transparent)]
    Page(#[from] askama::Error),
    /// Something of ours failed; the log says what.
    #[error("{0}")]
    Broken(String),
}

#[derive(Template)]
#[template(path = "pages/fault.html")]
struct FaultPage {
    shell: Shell,
    title: &'static str,
    what_to_do: String,
}

impl Fault {
    fn parts(&self) -> (StatusCode, &'static str, String) {
        let own = self.to_string();
        match self {
            Self::SignIn => (StatusCode::UNAUTHORIZED, "Sign in first", own),
            Self::Form => (
                StatusCode::FORBIDDEN,
                "This form is too old",
                "Nothing was done. Go back, reload the page and send it again.".to_owned(),
            ),
            Self::Role => (StatusCode::FORBIDDEN, "Only an admin may do this", "Ask one of your admins.".to_owned()),
            Self::NotFound(_) => (StatusCode::NOT_FOUND, "There is no such page", own),
            Self::Conflict(_) => (StatusCode::CONFLICT, "That did not happen", own),
            Self::Invalid(_) => (StatusCode::UNPROCESSABLE_ENTITY, "Something in the form is not right", own),
            Self::Store(_) | Self::Page(_) | Self::Broken(_) => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "Something failed here",
                "Nothing was sent. Try again; if it stays so, the log of the service says what failed.".to_owned(),
            ),
        }
    }
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        if matches!(self, Self::SignIn) {
            return Redirect::to("/sign-in").into_response();
        }
        let (status, title, what_to_do) = self.parts();
        if status.is_server_error() {
            tracing::error!(error = %self, "a page failed");
        }
        let shell = Shell {
            service: "CaseConsultant".to_owned(),
            style: &STYLE_PATH,
            script: &SCRIPT_PATH,
            who: None,
            tab: "",
            said: None,
        };
        let page = FaultPage { shell, title, what_to_do };
        match page.render() {
            Ok(html) => (status, Html(html)).into_response(),
            Err(_) => (status, title).into_response(),
        }
    }
}
