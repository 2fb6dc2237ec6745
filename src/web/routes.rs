//! The table of routes: the router is built from it, and the tests walk it.

use std::sync::Arc;

use axum::handler::Handler;
use axum::routing::{self, MethodRouter};

use super::desk::Desk;
use crate::domain::api_token::ApiScope;

/// How a page is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    /// To look.
    Get,
    /// To change something.
    Post,
}

/// Who may ask. The handlers enforce it by the type they take, and the tests hold them to this table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Everybody: style, script, health, and what leads to a session.
    Anyone,
    /// Who has a session.
    Reviewer,
    /// Who has a session as an admin.
    Admin,
    /// A program that shows a token with this scope. No cookie counts there, and no token anywhere else.
    Token(ApiScope),
}

/// One entry.
pub struct Route {
    /// How.
    pub verb: Verb,
    /// Which path, its parameters in braces.
    pub path: &'static str,
    /// Who.
    pub access: Access,
    /// What is done.
    pub(super) served: MethodRouter<Arc<Desk>>,
}

/// A page to look at.
pub fn get<H, T>(path: &'static str, access: Access, handler: H) -> Route
where
    H: Handler<T, Arc<Desk>>,
    T: 'static,
{
    Route { verb: Verb::Get, path, access, served: routing::get(handler) }
}

/// A form to send.
pub fn post<H, T>(path: &'static str, access: Access, handler: H) -> Route
where
    H: Handler<T, Arc<Desk>>,
    T: 'static,
{
    Route { verb: Verb::Post, path, access, served: routing::post(handler) }
}
