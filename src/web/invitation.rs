//! `/invitation/{token}`: a reviewer sets their password, and an authenticator.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::desk::Desk;
use super::fault::Fault;
use super::guest::{Guest, GuestPosted, give_session, let_in};
use super::routes::{Access, Route, get, post};
use super::shell::Shell;
use crate::clock;
use crate::domain::reviewer::{Profile, Role};
use crate::review::authenticator::{Authenticator, Picture, fresh_secret};
use crate::review::enter::{Begin, begin, confirmed};
use crate::review::password;
use crate::review::reviewer::digest;
use crate::store::link::LinkKind;

/// The invitation.
pub fn routes() -> Vec<Route> {
    vec![get("/invitation/{token}", Access::Anyone, page), post("/invitation/{token}", Access::Anyone, accept)]
}

#[derive(Template)]
#[template(path = "pages/invitation.html")]
struct InvitationPage {
    shell: Shell,
    form: String,
    path: String,
    profile: Profile,
    required: bool,
    key: String,
    picture: Option<Picture>,
    problem: Option<&'static str>,
}

/// Recovery codes, shown once.
#[derive(Template)]
#[template(path = "pages/recovery.html")]
pub(super) struct RecoveryPage {
    pub shell: Shell,
    pub codes: Vec<String>,
}

/// An invitation that works: whose, and the authenticator that is being set up.
struct Open {
    profile: Profile,
    secret: Vec<u8>,
    own: Authenticator,
}

async fn open(desk: &Desk, token: &str, guest: &Guest) -> Result<Open, Fault> {
    let found = desk.store.find_link(&digest(token), LinkKind::Invitation, desk.clock.now()).await?;
    let profile = found.ok_or_else(over)?;
    let secret = fresh_secret(guest.visit(), &digest(token));
    let own = Authenticator::new(&secret, &desk.config.service.name, &profile.email);
    let own = own.ok_or_else(|| Fault::Broken("the secret of an authenticator is too short".to_owned()))?;
    Ok(Open { profile, secret, own })
}

fn over() -> Fault {
    Fault::NotFound(
        "This invitation was used before, or its seven days are over. Ask an admin for a new one.".to_owned(),
    )
}

fn drawn(desk: &Desk, token: &str, guest: &Guest, open: Open, problem: Option<&'static str>) -> InvitationPage {
    InvitationPage {
        shell: Shell::public(desk),
        form: guest.form(),
        path: format!("/invitation/{token}"),
        required: open.profile.role == Role::Admin,
        key: open.own.key(),
        picture: open.own.picture(),
        profile: open.profile,
        problem,
    }
}

async fn page(State(desk): State<Arc<Desk>>, Path(token): Path<String>, guest: Guest) -> Result<Response, Fault> {
    let open = open(&desk, &token, &guest).await?;
    guest.page(StatusCode::OK, &drawn(&desk, &token, &guest, open, None))
}

/// Why what was typed is not taken.
pub(super) fn problem(password: &str, again: &str, profile: &Profile, service: &str) -> Option<&'static str> {
    if password != again {
        return Some("The two passwords differ.");
    }
    password::weakness(password, &[&profile.name, &profile.email, service])
}

async fn accept(
    State(desk): State<Arc<Desk>>,
    Path(token): Path<String>,
    posted: GuestPosted,
) -> Result<Response, Fault> {
    let GuestPosted { guest, fields } = posted;
    let open = open(&desk, &token, &guest).await?;
    let (now, code, service) = (desk.clock.now(), fields.get("code").trim(), &desk.config.service.name);
    let mut wrong = problem(fields.get("password"), fields.get("again"), &open.profile, service);
    let mut fresh = None;
    if !code.is_empty() {
        fresh = confirmed(&desk.store, &open.own, &open.secret, &open.profile.id, code, now)?;
        wrong = wrong.or(fresh.is_none().then_some(
            "The code is not the one of this picture. Is the clock of your phone right? Take the code that the app shows now.",
        ));
    } else if open.profile.role == Role::Admin {
        wrong =
            wrong.or(Some("Admins need an authenticator: take the picture with the app and type the code it shows."));
    }
    if wrong.is_some() {
        return guest.page(StatusCode::UNPROCESSABLE_ENTITY, &drawn(&desk, &token, &guest, open, wrong));
    }
    let hash = password::hash(fields.get("password"), clock::random_bytes()).await;
    let hash = hash.map_err(|error| Fault::Broken(error.to_string()))?;
    let (totp, codes) = fresh.unzip();
    let strong = totp.is_some();
    let accepted = desk.store.accept_invitation(&digest(&token), hash, totp, now).await?;
    let id = accepted.ok_or_else(over)?;
    let begun = Begin { reviewer: &id, strong, how: "invitation", replaces: guest.session.clone() };
    let session = begin(&desk.store, &desk.config, begun, now).await?;
    let Some(codes) = codes else { return Ok(let_in(&session, "/queue")) };
    let page = RecoveryPage { shell: Shell::public(&desk), codes };
    let mut response = guest.page(StatusCode::OK, &page)?;
    give_session(&mut response, &session);
    Ok(response)
}
