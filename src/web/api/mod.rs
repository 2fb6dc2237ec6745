//! The same by program: JSON under `/api/v1`, for who shows a token. No cookie counts here, and no token on a page.
//!
//! ```text
//! operation  one entry of the table: who may, what is sent, what comes back      document  OpenAPI, made from the table
//! caller     who calls, and how often        sent      what they send           problem   what is said when it fails
//! cases, decisions     the queue and what a person may do in it
//! accounts             accounts, their addresses, what they used
//! checks, questions    the tables asked, and a whole question       codes       the page of a code, and search
//! draft, found, shapes the types that come back
//! ```

use std::sync::Arc;

use axum::Router;
use axum::extract::Extension;
use axum::http::StatusCode;

use super::desk::Desk;
use super::routes::{Access, Route, get};
use crate::config::Api;

mod accounts;
mod caller;
mod cases;
mod checks;
mod codes;
mod decisions;
mod document;
mod draft;
mod found;
mod operation;
mod problem;
mod questions;
mod sent;
mod shapes;

use caller::Meter;
use operation::Operation;
use problem::{Problem, Why};

/// Where the document is.
const DOCUMENT: &str = "/api/v1/openapi.json";
/// What every path of the API begins with.
pub const ROOT: &str = "/api/";

/// Every operation there is.
fn operations() -> Vec<Operation> {
    [
        cases::operations(),
        decisions::operations(),
        accounts::operations(),
        checks::operations(),
        questions::operations(),
        codes::operations(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The entries of the table of routes.
pub fn routes() -> Vec<Route> {
    let document = get(DOCUMENT, Access::Anyone, document::show);
    std::iter::once(document).chain(operations().into_iter().map(Operation::route)).collect()
}

/// The router with what calls are counted in, and with words of the API for what a method does not fit.
pub fn guarded(router: Router<Arc<Desk>>, rules: &Api) -> Router<Arc<Desk>> {
    router.layer(Extension(Arc::new(Meter::new(rules.calls_per_minute))))
}

/// What is said of a path of the API that leads nowhere.
pub fn nowhere() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, Why::NotFound, format!("There is no such path; {DOCUMENT} lists them all."))
}
