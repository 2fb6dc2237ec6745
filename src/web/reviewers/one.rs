//! `/reviewers/{id}`: one colleague, and what their forms do.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{Html, IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::{Certificate, StoryLine, certificate, invalid, invited, line, read_role, read_specialties};
use crate::domain::reviewer::{Profile, Role, Standing};
use crate::web::desk::Desk;
use crate::web::fault::Fault;
use crate::web::me::{read_credential, role_words};
use crate::web::queue::names;
use crate::web::session::{Posted, Visitor};
use crate::web::shell::Shell;

/// Lines of the story.
const STORY: i64 = 100;

/// What an address may say besides the reviewer.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    said: String,
}

#[derive(Template)]
#[template(path = "pages/reviewer.html")]
struct Page {
    shell: Shell,
    profile: Profile,
    certificate: Certificate,
    letters: String,
    number: String,
    until: String,
    /// The last active admin, or oneself: what would lock out is not offered.
    last: bool,
    story: Vec<StoryLine>,
}

async fn found(desk: &Desk, id: &str) -> Result<Profile, Fault> {
    let found = desk.store.find_reviewer(id).await?;
    found.ok_or_else(|| Fault::NotFound("There is no reviewer of that key.".to_owned()))
}

fn back(id: &str) -> Response {
    Redirect::to(&format!("/reviewers/{id}?said=saved")).into_response()
}

fn last() -> Fault {
    Fault::Conflict(
        "That is the last active admin: without one nobody could keep accounts and reviewers. Make another one first."
            .to_owned(),
    )
}

/// The page.
pub async fn show(
    visitor: Visitor,
    State(desk): State<Arc<Desk>>,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, Fault> {
    visitor.admin()?;
    let profile = found(&desk, &id).await?;
    let names = names(&desk).await?;
    let story = desk.store.list_events_of(&id, STORY).await?;
    let own = profile.credential.clone();
    let said = (asked.said == "saved").then(|| "Saved, and written down below.".to_owned());
    let page = Page {
        certificate: certificate(own.as_ref(), desk.clock.now().date()),
        letters: own.as_ref().map(|own| own.letters.clone()).unwrap_or_default(),
        number: own.as_ref().map(|own| own.number.clone()).unwrap_or_default(),
        until: own.and_then(|own| own.until).map(|day| day.to_string()).unwrap_or_default(),
        last: desk.store.is_last_admin(&id).await?,
        story: story.into_iter().map(|event| line(event, &names)).collect(),
        shell: Shell::of(&desk, visitor.who, "/reviewers").saying(said),
        profile,
    };
    Ok(Html(page.render()?))
}

/// A new invitation: what proved them before proves nothing any more. It opens a closed account again.
pub async fn invite_anew(
    State(desk): State<Arc<Desk>>,
    Path(id): Path<String>,
    posted: Posted,
) -> Result<Response, Fault> {
    posted.visitor.admin()?;
    let profile = found(&desk, &id).await?;
    // Until they accept, they are no admin.
    if desk.store.is_last_admin(&id).await? {
        return Err(last());
    }
    invited(&desk, posted.visitor, profile).await
}

/// Another role.
pub async fn role(State(desk): State<Arc<Desk>>, Path(id): Path<String>, posted: Posted) -> Result<Response, Fault> {
    posted.visitor.admin()?;
    found(&desk, &id).await?;
    let (role, by) = (read_role(&posted.fields)?, posted.visitor.reviewer.id());
    if desk.store.set_role(&id, role, by, desk.clock.now()).await? { Ok(back(&id)) } else { Err(last()) }
}

/// What they know best.
pub async fn specialties(
    State(desk): State<Arc<Desk>>,
    Path(id): Path<String>,
    posted: Posted,
) -> Result<Response, Fault> {
    posted.visitor.admin()?;
    found(&desk, &id).await?;
    let specialties = read_specialties(posted.fields.get("specialties"))?;
    desk.store.set_specialties(&id, specialties, posted.visitor.reviewer.id(), desk.clock.now()).await?;
    Ok(back(&id))
}

/// Their certificate.
pub async fn credential(
    State(desk): State<Arc<Desk>>,
    Path(id): Path<String>,
    posted: Posted,
) -> Result<Response, Fault> {
    posted.visitor.admin()?;
    found(&desk, &id).await?;
    let credential = read_credential(&posted.fields).map_err(invalid)?;
    desk.store.set_credential(&id, credential, posted.visitor.reviewer.id(), desk.clock.now()).await?;
    Ok(back(&id))
}

/// Closes the account: sessions end, links lead nowhere, cases in hand are free.
pub async fn close(State(desk): State<Arc<Desk>>, Path(id): Path<String>, posted: Posted) -> Result<Response, Fault> {
    posted.visitor.admin()?;
    found(&desk, &id).await?;
    let by = posted.visitor.reviewer.id();
    if desk.store.close_reviewer(&id, by, desk.clock.now()).await? { Ok(back(&id)) } else { Err(last()) }
}
