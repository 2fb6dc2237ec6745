//! Signing in and out: by password and code, or by a link that works once.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};

use super::desk::Desk;
use super::fault::Fault;
use super::guest::{Guest, GuestPosted, let_in, let_out, onward};
use super::routes::{Access, Route, get, post};
use super::session::{Fields, Posted, Visitor};
use super::shell::Shell;
use crate::domain::reviewer::Standing;
use crate::domain::time::Timestamp;
use crate::review::enter::{Attempt, Begin, EnterError, begin, prove};
use crate::review::reviewer::digest;
use crate::store::link::LinkKind;

/// What leads to a session, and out of it.
pub fn routes() -> Vec<Route> {
    vec![
        get("/sign-in", Access::Anyone, page),
        post("/sign-in", Access::Anyone, sign_in),
        get("/sign-in/{token}", Access::Anyone, link_page),
        post("/sign-in/{token}", Access::Anyone, link),
        post("/sign-out", Access::Reviewer, sign_out),
    ]
}

#[derive(Template)]
#[template(path = "pages/sign_in.html")]
struct SignInPage {
    shell: Shell,
    form: String,
    next: String,
    email: String,
    provider: Option<String>,
    problem: Option<String>,
}

#[derive(Template)]
#[template(path = "pages/sign_in_link.html")]
struct LinkPage {
    shell: Shell,
    form: String,
    path: String,
    name: String,
}

fn drawn(desk: &Desk, guest: &Guest, next: &str, email: &str, problem: Option<String>) -> SignInPage {
    let oidc = &desk.config.web.oidc;
    SignInPage {
        shell: Shell::public(desk),
        form: guest.form(),
        next: next.to_owned(),
        email: email.to_owned(),
        provider: (!oidc.issuer.is_empty()).then(|| oidc.name.clone()),
        problem,
    }
}

async fn page(
    State(desk): State<Arc<Desk>>,
    visitor: Result<Visitor, Fault>,
    guest: Guest,
    RawQuery(query): RawQuery,
) -> Result<Response, Fault> {
    let query = Fields::parse(query.unwrap_or_default().as_bytes());
    let next = onward(query.get("next"));
    match visitor {
        Ok(_) => return Ok(Redirect::to(next).into_response()),
        Err(Fault::SignIn) => {}
        Err(other) => return Err(other),
    }
    let problem = (query.get("problem") == "provider").then(|| {
        "Your organisation signed you in, but its word was not enough here: its address for you must be confirmed, and be \
         that of an active reviewer."
            .to_owned()
    });
    guest.page(StatusCode::OK, &drawn(&desk, &guest, next, "", problem))
}

/// What is said to whoever was not let in, with its status.
///
/// # Errors
/// What is ours stays ours.
pub(super) fn refusal(error: EnterError, now: Timestamp) -> Result<(StatusCode, String), Fault> {
    match error {
        EnterError::Wrong => Ok((
            StatusCode::UNPROCESSABLE_ENTITY,
            "That did not match. Check the address, the password and the code; a code works once.".to_owned(),
        )),
        EnterError::Wait(until) => {
            let minutes = (until.millis_since(now) + 59_999) / 60_000;
            let unit = if minutes == 1 { "minute" } else { "minutes" };
            Ok((StatusCode::TOO_MANY_REQUESTS, format!("Too many attempts. Try again in {minutes} {unit}.")))
        }
        EnterError::Store(error) => Err(error.into()),
        EnterError::Hash(error) => Err(Fault::Broken(error.to_string())),
    }
}

async fn sign_in(State(desk): State<Arc<Desk>>, posted: GuestPosted) -> Result<Response, Fault> {
    let GuestPosted { guest, fields } = posted;
    let (now, email, next) = (desk.clock.now(), fields.get("email"), onward(fields.get("next")));
    let attempt =
        Attempt { email, password: fields.get("password"), code: fields.get("code"), network: &guest.network };
    match prove(&desk.store, &desk.config, attempt, now).await {
        Ok((profile, strong)) => {
            let how = if strong { "password and code" } else { "password" };
            let begun = Begin { reviewer: &profile.id, strong, how, replaces: guest.session };
            Ok(let_in(&begin(&desk.store, &desk.config, begun, now).await?, next))
        }
        Err(error) => {
            let (status, problem) = refusal(error, now)?;
            guest.page(status, &drawn(&desk, &guest, next, email, Some(problem)))
        }
    }
}

fn over() -> Fault {
    Fault::NotFound("This link was used before, or its time is over. Ask for a new one.".to_owned())
}

async fn link_page(State(desk): State<Arc<Desk>>, Path(token): Path<String>, guest: Guest) -> Result<Response, Fault> {
    let found = desk.store.find_link(&digest(&token), LinkKind::SignIn, desk.clock.now()).await?;
    let profile = found.filter(|profile| profile.standing == Standing::Active).ok_or_else(over)?;
    let page = LinkPage {
        shell: Shell::public(&desk),
        form: guest.form(),
        path: format!("/sign-in/{token}"),
        name: profile.name,
    };
    guest.page(StatusCode::OK, &page)
}

async fn link(
    State(desk): State<Arc<Desk>>,
    Path(token): Path<String>,
    posted: GuestPosted,
) -> Result<Response, Fault> {
    let now = desk.clock.now();
    let id = desk.store.use_sign_in_link(&digest(&token), now).await?.ok_or_else(over)?;
    let begun = Begin { reviewer: &id, strong: true, how: "link", replaces: posted.guest.session };
    Ok(let_in(&begin(&desk.store, &desk.config, begun, now).await?, "/queue"))
}

async fn sign_out(State(desk): State<Arc<Desk>>, posted: Posted) -> Result<Response, Fault> {
    desk.store.end_session(&posted.visitor.session).await?;
    Ok(let_out())
}
