//! `/me`: a reviewer's own certificate, password, authenticator and sessions.

use std::sync::Arc;

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse as _, Redirect, Response};
use jiff::civil::Date;

use super::desk::Desk;
use super::fault::Fault;
use super::guest::{Guest, give_session, let_in, let_out};
use super::invitation::{RecoveryPage, problem};
use super::routes::{Access, Route, get, post};
use super::session::{Fields, Posted, Visitor};
use super::shell::Shell;
use super::sign_in::refusal;
use crate::clock;
use crate::domain::reviewer::{Credential, Profile, Role};
use crate::domain::time::Timestamp;
use crate::review::authenticator::{Authenticator, Picture, fresh_secret};
use crate::review::enter::{
    Begin, EnterError, account_limit, admit_attempt, begin, confirmed, own_password, second_factor,
};
use crate::review::password;
use crate::review::reviewer::expired;

/// The pages of one's own.
pub fn routes() -> Vec<Route> {
    vec![
        get("/me", Access::Reviewer, page),
        post("/me/credential", Access::Reviewer, credential),
        post("/me/password", Access::Reviewer, set_password),
        post("/me/code", Access::Reviewer, step_up),
        get("/me/authenticator", Access::Reviewer, authenticator_page),
        post("/me/authenticator", Access::Reviewer, set_authenticator),
        post("/me/sign-out-everywhere", Access::Reviewer, sign_out_everywhere),
    ]
}

#[derive(Template)]
#[template(path = "pages/me.html")]
struct MePage {
    shell: Shell,
    profile: Profile,
    letters: String,
    number: String,
    until: String,
    lapsed: bool,
    signature: String,
    needs_second_factor: bool,
    recovery_left: i64,
    sessions: Vec<SessionLine>,
    problem: Option<(&'static str, String)>,
}

impl MePage {
    /// What is wrong in a part of the page.
    fn problem_in(&self, part: &str) -> Option<&str> {
        self.problem.as_ref().filter(|(own, _)| *own == part).map(|(_, words)| words.as_str())
    }
}

struct SessionLine {
    began: String,
    seen: String,
    own: bool,
}

#[derive(Template)]
#[template(path = "pages/authenticator.html")]
struct AuthenticatorPage {
    shell: Shell,
    replaces: bool,
    key: String,
    picture: Option<Picture>,
    problem: Option<String>,
}

/// A time as a page writes it.
pub(super) fn when(time: Timestamp) -> String {
    time.instant().strftime("%Y-%m-%d %H:%M UTC").to_string()
}

async fn own(desk: &Desk, visitor: &Visitor) -> Result<Profile, Fault> {
    desk.store.find_reviewer(visitor.reviewer.id()).await?.ok_or(Fault::SignIn)
}

async fn draw(
    desk: &Desk,
    visitor: Visitor,
    said: Option<String>,
    problem: Option<(&'static str, String)>,
) -> Result<Html<String>, Fault> {
    let profile = own(desk, &visitor).await?;
    let now = desk.clock.now();
    let sessions = desk.store.list_sessions(&profile.id, expired(now, &desk.config.web)).await?;
    let line = |(digest, began, seen): (String, Timestamp, Timestamp)| SessionLine {
        began: when(began),
        seen: when(seen),
        own: digest == visitor.session,
    };
    let certificate = profile.credential.clone();
    let page = MePage {
        letters: certificate.as_ref().map(|own| own.letters.clone()).unwrap_or_default(),
        number: certificate.as_ref().map(|own| own.number.clone()).unwrap_or_default(),
        until: certificate.as_ref().and_then(|own| own.until).map(|day| day.to_string()).unwrap_or_default(),
        lapsed: certificate.is_some_and(|own| !own.holds(now.date())),
        signature: visitor.reviewer.signature().to_owned(),
        needs_second_factor: visitor.needs_second_factor,
        recovery_left: desk.store.count_recovery(&profile.id).await?,
        sessions: sessions.into_iter().map(line).collect(),
        shell: Shell::of(desk, visitor.who, "/me").saying(said),
        profile,
        problem,
    };
    Ok(Html(page.render()?))
}

async fn page(
    State(desk): State<Arc<Desk>>,
    visitor: Visitor,
    RawQuery(query): RawQuery,
) -> Result<Html<String>, Fault> {
    let query = Fields::parse(query.unwrap_or_default().as_bytes());
    // Fixed words alone: nobody makes this page say theirs.
    let said = match query.get("done") {
        "credential" => Some("Your certificate is saved."),
        "password" => Some("Your password is changed, and your other sessions have ended."),
        "code" => Some("You act as an admin in this session."),
        _ => None,
    };
    draw(&desk, visitor, said.map(str::to_owned), None).await
}

async fn amiss(
    desk: &Desk,
    visitor: Visitor,
    status: StatusCode,
    part: &'static str,
    words: String,
) -> Result<Response, Fault> {
    Ok((status, draw(desk, visitor, None, Some((part, words))).await?).into_response())
}

/// A certificate as a form says it; none where its letters are left out.
pub(super) fn read_credential(fields: &Fields) -> Result<Option<Credential>, &'static str> {
    let (letters, number, until) =
        (fields.get("letters").trim(), fields.get("number").trim(), fields.get("until").trim());
    if letters.is_empty() {
        return Ok(None);
    }
    // They stand under replies: letters, digits, and what parts them.
    let sound = |text: &str, most: usize| {
        text.chars().count() <= most && text.chars().all(|c| c.is_ascii_alphanumeric() || " -,.()/".contains(c))
    };
    if !sound(letters, 40) || !sound(number, 40) {
        return Err("Letters and number are at most 40 letters, digits and dashes, such as CPC or CCS-P.");
    }
    let until = match until {
        "" => None,
        text => Some(text.parse::<Date>().map_err(|_| "Write the last day as 2027-06-30, or leave it empty.")?),
    };
    Ok(Some(Credential { letters: letters.to_owned(), number: number.to_owned(), until }))
}

async fn credential(State(desk): State<Arc<Desk>>, posted: Posted) -> Result<Response, Fault> {
    let Posted { visitor, fields } = posted;
    match read_credential(&fields) {
        Ok(credential) => {
            let id = visitor.reviewer.id();
            desk.store.set_credential(id, credential, id, desk.clock.now()).await?;
            Ok(Redirect::to("/me?done=credential").into_response())
        }
        Err(words) => amiss(&desk, visitor, StatusCode::UNPROCESSABLE_ENTITY, "credential", words.to_owned()).await,
    }
}

async fn set_password(State(desk): State<Arc<Desk>>, posted: Posted) -> Result<Response, Fault> {
    let Posted { visitor, fields } = posted;
    let now = desk.clock.now();
    let profile = match own_password(&desk.store, &visitor.reviewer, fields.get("current"), now).await {
        Ok(profile) => profile,
        Err(error) => {
            let (status, words) = denied(error, now, "This is not your present password.")?;
            return amiss(&desk, visitor, status, "password", words).await;
        }
    };
    if let Some(words) = problem(fields.get("password"), fields.get("again"), &profile, &desk.config.service.name) {
        return amiss(&desk, visitor, StatusCode::UNPROCESSABLE_ENTITY, "password", words.to_owned()).await;
    }
    let hash = password::hash(fields.get("password"), clock::random_bytes()).await;
    let hash = hash.map_err(|error| Fault::Broken(error.to_string()))?;
    desk.store.set_password(&profile.id, hash, visitor.session.clone(), now).await?;
    let strong = !visitor.needs_second_factor && profile.second_factor;
    let token = renewed(&desk, &visitor, strong, "new password", now).await?;
    Ok(let_in(&token, "/me?done=password"))
}

/// What is said to somebody signed in who could not show that it is them.
fn denied(error: EnterError, now: Timestamp, wrong: &str) -> Result<(StatusCode, String), Fault> {
    match error {
        EnterError::Wrong => Ok((StatusCode::UNPROCESSABLE_ENTITY, wrong.to_owned())),
        other => refusal(other, now),
    }
}

/// The session under a new token: what was known of the old one is worth nothing.
async fn renewed(desk: &Desk, visitor: &Visitor, strong: bool, how: &str, now: Timestamp) -> Result<String, Fault> {
    let begun = Begin { reviewer: visitor.reviewer.id(), strong, how, replaces: Some(visitor.session.clone()) };
    Ok(begin(&desk.store, &desk.config, begun, now).await?)
}

/// An admin who came in without a second factor shows it now.
async fn step_up(State(desk): State<Arc<Desk>>, posted: Posted) -> Result<Response, Fault> {
    let Posted { visitor, fields } = posted;
    let now = desk.clock.now();
    let profile = own(&desk, &visitor).await?;
    let limits = vec![account_limit(&profile.email)];
    if let Err(error) = admit_attempt(&desk.store, limits.clone(), now).await {
        let (status, words) = refusal(error, now)?;
        return amiss(&desk, visitor, status, "code", words).await;
    }
    if !second_factor(&desk.store, &desk.config, &profile, fields.get("code"), now).await? {
        desk.store.record_refusal(&profile.id, "code", now).await?;
        let words = "That is not the code that your app shows now; a code works once.".to_owned();
        return amiss(&desk, visitor, StatusCode::UNPROCESSABLE_ENTITY, "code", words).await;
    }
    desk.store.forgive(limits).await?;
    Ok(let_in(&renewed(&desk, &visitor, true, "code", now).await?, "/me?done=code"))
}

/// The authenticator that is being set up: it follows from the browser and the account, and is kept nowhere yet.
fn fresh(desk: &Desk, guest: &Guest, profile: &Profile) -> Result<(Authenticator, Vec<u8>), Fault> {
    let secret = fresh_secret(guest.visit(), &profile.id);
    let own = Authenticator::new(&secret, &desk.config.service.name, &profile.email);
    Ok((own.ok_or_else(|| Fault::Broken("the secret of an authenticator is too short".to_owned()))?, secret))
}

fn drawn(
    desk: &Desk,
    visitor: &Visitor,
    own: &Authenticator,
    replaces: bool,
    problem: Option<String>,
) -> AuthenticatorPage {
    AuthenticatorPage {
        shell: Shell::of(desk, visitor.who.clone(), "/me"),
        replaces,
        key: own.key(),
        picture: own.picture(),
        problem,
    }
}

async fn authenticator_page(State(desk): State<Arc<Desk>>, visitor: Visitor, guest: Guest) -> Result<Response, Fault> {
    let profile = own(&desk, &visitor).await?;
    let (own, _) = fresh(&desk, &guest, &profile)?;
    guest.page(StatusCode::OK, &drawn(&desk, &visitor, &own, profile.second_factor, None))
}

async fn set_authenticator(State(desk): State<Arc<Desk>>, guest: Guest, posted: Posted) -> Result<Response, Fault> {
    let Posted { visitor, fields } = posted;
    let now = desk.clock.now();
    let profile = own(&desk, &visitor).await?;
    let (own, secret) = fresh(&desk, &guest, &profile)?;
    let again = |status, words| guest.page(status, &drawn(&desk, &visitor, &own, profile.second_factor, Some(words)));
    if let Err(error) = own_password(&desk.store, &visitor.reviewer, fields.get("password"), now).await {
        let (status, words) = denied(error, now, "This is not your password.")?;
        return again(status, words);
    }
    let Some((totp, codes)) = confirmed(&desk.store, &own, &secret, &profile.id, fields.get("code"), now)? else {
        let words = "The code is not the one of this picture. Is the clock of your phone right?".to_owned();
        return again(StatusCode::UNPROCESSABLE_ENTITY, words);
    };
    desk.store.set_totp(&profile.id, totp, visitor.session.clone(), now).await?;
    let token = renewed(&desk, &visitor, true, "new authenticator", now).await?;
    // The bar is left out: its form belongs to the session that has just ended.
    let mut response = guest.page(StatusCode::OK, &RecoveryPage { shell: Shell::public(&desk), codes })?;
    give_session(&mut response, &token);
    Ok(response)
}

async fn sign_out_everywhere(State(desk): State<Arc<Desk>>, posted: Posted) -> Result<Response, Fault> {
    desk.store.end_sessions(posted.visitor.reviewer.id(), desk.clock.now()).await?;
    Ok(let_out())
}

/// The words of a role.
pub(super) fn role_words(role: &Role) -> &'static str {
    match *role {
        Role::Reviewer => "Reviewer",
        Role::Admin => "Admin",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_is_read_or_the_fault_is_named() {
        let read = |body: &str| read_credential(&Fields::parse(body.as_bytes()));
        let own = read("letters=CCS-P&number=0123&until=2027-06-30").unwrap().unwrap();
        assert_eq!((own.letters.as_str(), own.until), ("CCS-P", Some(jiff::civil::date(2027, 6, 30))));
        assert_eq!(read("letters=+&number=1"), Ok(None));
        assert!(read("letters=CPC&until=soon").is_err());
        assert!(read("letters=%3Cb%3E").is_err());
    }
}
