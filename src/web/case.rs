//! The case page: question, checks, passages and draft on one screen, and the forms that decide it.
//!
//! ```text
//! view      what the page shows        form      the draft in the form, read back
//! decide    what the forms do          decision  how a case is decided
//! found     checks and passages as the page shows them
//! insert    what is looked up and put into the draft
//! second_look    of an answer that left by itself    told    what is said of a seeded draft once it is decided
//! ```

use std::sync::Arc;
use std::time::Duration;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{Html, IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::desk::Desk;
use super::fault::Fault;
use super::routes::{Access, Route, get, post};
use super::session::{Posted, Visitor};
use super::shell::Shell;
use crate::domain::case::CaseId;
use crate::domain::time::Timestamp;
use crate::store::review::Claim;

mod decide;
pub(super) mod decision;
mod form;
mod found;
mod insert;
mod second_look;
mod told;
pub(super) mod view;

/// The pages of this file.
pub fn routes() -> Vec<Route> {
    vec![
        get("/cases/{id}", Access::Reviewer, show),
        post("/cases/{id}/claim", Access::Reviewer, claim),
        post("/cases/{id}/hand-over", Access::Reviewer, decide::hand_over),
        post("/cases/{id}/check", Access::Reviewer, decide::check),
        post("/cases/{id}/insert", Access::Reviewer, insert::insert),
        post("/cases/{id}/again", Access::Reviewer, decide::again),
        post("/cases/{id}/decide", Access::Reviewer, decide::decide),
        post("/cases/{id}/complaint", Access::Reviewer, decide::complaint),
        post("/cases/{id}/second-look", Access::Reviewer, second_look::record),
        post("/cases/{id}/undo", Access::Reviewer, decide::undo),
        post("/cases/{id}/retry", Access::Reviewer, decide::retry),
        post("/cases/{id}/original", Access::Reviewer, decide::original),
    ]
}

/// What an address may say besides the case.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Said {
    said: String,
}

pub(super) fn number(text: &str) -> Result<CaseId, Fault> {
    CaseId::parse(text)
        .ok_or_else(|| Fault::NotFound(format!("{text:?} is no case number: they look like CC-7F3K2WX.")))
}

/// Until when a case is held that is touched now.
pub(super) fn held_until(desk: &Desk, now: Timestamp) -> Timestamp {
    now.plus(Duration::from_secs(desk.config.review.claim_minutes.saturating_mul(60)))
}

async fn show(
    visitor: Visitor,
    State(desk): State<Arc<Desk>>,
    Path(id): Path<String>,
    Query(said): Query<Said>,
) -> Result<Html<String>, Fault> {
    let id = number(&id)?;
    let words = match said.said.as_str() {
        "decided" => Some("Decided. The mail leaves when the time for undoing is over."),
        "undone" => Some("Undone: nothing was sent, and your text is kept."),
        "again" => Some("Read again with your corrections; the draft below is new."),
        "retried" => Some("The message goes through the pipeline again."),
        _ => None,
    };
    let case = view::Case::read(&desk, &visitor, &id).await?;
    // What was seeded sends nothing, and is told apart at last.
    let words = words.filter(|_| case.told.is_none());
    let shell = Shell::of(&desk, visitor.who, "/queue").saying(words.map(str::to_owned));
    Ok(Html(view::Page { shell, case, edited: None }.render()?))
}

async fn claim(State(desk): State<Arc<Desk>>, Path(id): Path<String>, posted: Posted) -> Result<Response, Fault> {
    let id = number(&id)?;
    let now = desk.clock.now();
    match desk.store.claim(&id, posted.visitor.reviewer.id(), now, held_until(&desk, now)).await? {
        Claim::Held(_) => Ok(Redirect::to(&format!("/cases/{id}")).into_response()),
        Claim::Other(holder) => {
            let names = super::queue::names(&desk).await?;
            let name = names.get(&holder).map_or("A colleague", String::as_str);
            Err(Fault::Conflict(format!("{name} is working on {id}. It is yours when they hand it over or leave it.")))
        }
        Claim::Gone => Err(Fault::Conflict(format!("{id} does not wait any more."))),
    }
}
