//! The quarantine: mail that could not be read as one, or was refused at the door. Seen, tried again, or closed.

use std::sync::Arc;
use std::time::Duration;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{Html, IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::desk::Desk;
use super::fault::Fault;
use super::me::when;
use super::routes::{Access, Route, get, post};
use super::session::{Posted, Visitor};
use super::shell::Shell;
use super::word::word;
use crate::domain::address::Address;
use crate::domain::case::CaseId;
use crate::domain::finding::Report;
use crate::domain::review::{Decision, Review};
use crate::domain::time::Timestamp;
use crate::domain::waits::Waits;
use crate::store::quarantine::Quarantined;
use crate::store::review::{Claim, NewReview};

/// Messages on a page.
const PAGE: usize = 50;

/// The pages of this file.
pub fn routes() -> Vec<Route> {
    vec![get("/quarantine", Access::Admin, list), post("/quarantine/{id}", Access::Admin, settle)]
}

/// What an address may say.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Filter {
    after: String,
    said: String,
}

#[derive(Template)]
#[template(path = "pages/quarantine.html")]
struct Page {
    shell: Shell,
    rows: Vec<Row>,
    more: Option<String>,
}

struct Row {
    id: String,
    reason: String,
    subject: String,
    from: String,
    mailbox: String,
    size: u64,
    received: String,
    purged: bool,
}

fn row(found: Quarantined) -> Row {
    let from = match Address::parse(&found.sender) {
        Ok(address) => address.to_string(),
        Err(_) => "no sender that can be read".to_owned(),
    };
    Row {
        id: found.id.to_string(),
        reason: found.reason,
        subject: found.subject,
        from,
        mailbox: found.mailbox,
        size: found.size,
        received: when(found.received_at),
        purged: found.purged,
    }
}

async fn list(
    visitor: Visitor,
    State(desk): State<Arc<Desk>>,
    Query(filter): Query<Filter>,
) -> Result<Html<String>, Fault> {
    visitor.admin()?;
    let after =
        filter.after.split_once('.').and_then(|(due, id)| Some((Timestamp(due.parse().ok()?), CaseId::parse(id)?)));
    let limit = i64::try_from(PAGE).unwrap_or(50).saturating_add(1);
    let mut found = desk.store.list_quarantine(after, limit).await?;
    let more = found.len() > PAGE;
    found.truncate(PAGE);
    let more = found.last().filter(|_| more).map(|last| format!("/quarantine?after={}.{}", last.due_at.0, last.id));
    let said = match filter.said.as_str() {
        "retried" => Some("It goes through the pipeline again."),
        "discarded" => Some("Closed: nobody is written to."),
        _ => None,
    };
    let shell = Shell::of(&desk, visitor.who, "/outbox").saying(said.map(str::to_owned));
    Ok(Html(Page { shell, rows: found.into_iter().map(row).collect(), more }.render()?))
}

async fn settle(State(desk): State<Arc<Desk>>, Path(id): Path<String>, posted: Posted) -> Result<Response, Fault> {
    let reviewer = posted.visitor.admin()?;
    let id = CaseId::parse(&id).ok_or_else(|| Fault::NotFound(format!("There is no case {id:?}.")))?;
    let (word, now) = (word(&posted)?, desk.clock.now());
    let waiting = desk.store.find_waiting(&id).await?.filter(|waiting| waiting.waits == Waits::Quarantine);
    let gone = || Fault::Conflict(format!("{id} does not lie in quarantine any more."));
    if waiting.is_none() {
        return Err(gone());
    }
    // Whoever settles it holds it first, so that nobody decides it from the queue meanwhile.
    let until = now.plus(Duration::from_secs(desk.config.review.claim_minutes.saturating_mul(60)));
    match desk.store.claim(&id, reviewer.id(), now, until).await? {
        Claim::Held(_) => {}
        Claim::Other(_) => return Err(Fault::Conflict(format!("A colleague is working on {id}."))),
        Claim::Gone => return Err(gone()),
    }
    let (done, said) = match posted.fields.get("act") {
        "retry" => (desk.store.reopen_by(&id, word, now).await?, "retried"),
        "discard" => {
            let review = Review::decide(Decision::Close, reviewer.signature(), &Report::default(), None);
            let review = review.map_err(|error| Fault::Invalid(error.to_string()))?;
            let (case, reviewer, note) = (id.clone(), reviewer.id().to_owned(), word.why);
            let new = NewReview { case, reviewer, review, note, draft: None, edited: false, leaves_at: now };
            (desk.store.decide_case(new, now).await?, "discarded")
        }
        _ => return Err(Fault::Invalid("The form says nothing to do: use one of its buttons.".to_owned())),
    };
    if done { Ok(Redirect::to(&format!("/quarantine?said={said}")).into_response()) } else { Err(gone()) }
}
