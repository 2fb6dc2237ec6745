//! The outbox: what waits to leave, what did, what a person must settle. A page never sends: it says what may be sent.

use std::sync::Arc;

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
use crate::domain::outbox::OutboxState;
use crate::domain::time::Timestamp;
use crate::store::dispatch::Line;

/// Messages on a page.
const PAGE: usize = 50;

/// The pages of this file.
pub fn routes() -> Vec<Route> {
    vec![
        get("/outbox", Access::Admin, list),
        get("/outbox/{id}", Access::Admin, show),
        post("/outbox/{id}/settle", Access::Admin, settle),
    ]
}

/// The filter as it stands in the address.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Filter {
    state: String,
    after: String,
    said: String,
}

#[derive(Template)]
#[template(path = "pages/outbox.html")]
struct List {
    shell: Shell,
    states: Vec<Tab>,
    all: bool,
    rows: Vec<Row>,
    more: Option<String>,
}

/// A state with how many messages stand in it; of those that rest nobody counts.
struct Tab {
    key: &'static str,
    words: &'static str,
    n: Option<i64>,
    chosen: bool,
}

struct Row {
    id: String,
    case: String,
    kind: String,
    state: &'static str,
    tone: &'static str,
    to: String,
    attempts: i64,
    made: String,
    next: String,
    said: String,
}

#[derive(Template)]
#[template(path = "pages/outbox_message.html")]
struct One {
    shell: Shell,
    row: Row,
    key: &'static str,
    /// The whole address: this page is for who opened it.
    to: String,
    message_id: String,
    size: u64,
    sent: Option<String>,
    attempts: Vec<(i64, String, String, String)>,
}

/// A state in a few words.
fn words(state: OutboxState) -> &'static str {
    match state {
        OutboxState::Ready => "about to leave",
        OutboxState::Sending => "being sent",
        OutboxState::Sent => "sent",
        OutboxState::RetryAt => "tried again later",
        OutboxState::Held => "held for a person",
        OutboxState::Uncertain => "uncertain: it may have left",
        OutboxState::Discarded => "discarded",
    }
}

fn tone(state: OutboxState) -> &'static str {
    match state {
        OutboxState::Held | OutboxState::Uncertain => "bad",
        OutboxState::RetryAt => "warn",
        OutboxState::Sent => "good",
        _ => "",
    }
}

fn row(line: &Line) -> Row {
    let to = Address::parse(&line.envelope_to).map_or_else(|_| "…".to_owned(), |address| address.to_string());
    Row {
        id: line.id.clone(),
        case: line.case.to_string(),
        kind: line.kind.key().replace('_', " "),
        state: words(line.state),
        tone: tone(line.state),
        to,
        attempts: line.attempts,
        made: when(line.created_at),
        next: if line.state == OutboxState::RetryAt { when(line.next_at) } else { String::new() },
        said: line.said.clone(),
    }
}

/// What an address may have a page say.
fn said(key: &str) -> Option<String> {
    let words = match key {
        "retried" => "It is tried again now.",
        "released" => "Released: it leaves with the next look at the outbox.",
        "discarded" => "Discarded: it never leaves.",
        "arrived" => "Settled as sent.",
        "lost" => "Settled as not sent: it leaves again.",
        _ => return None,
    };
    Some(words.to_owned())
}

async fn list(
    visitor: Visitor,
    State(desk): State<Arc<Desk>>,
    Query(filter): Query<Filter>,
) -> Result<Html<String>, Fault> {
    visitor.admin()?;
    let chosen = OutboxState::parse(&filter.state);
    let after = filter.after.split_once('.').and_then(|(at, id)| Some((Timestamp(at.parse().ok()?), id.to_owned())));
    let limit = i64::try_from(PAGE).unwrap_or(50);
    let mut lines = desk.store.list_dispatch(chosen, after.as_ref(), limit.saturating_add(1)).await?;
    let more = lines.len() > PAGE;
    lines.truncate(PAGE);
    let more = lines.last().filter(|_| more).map(|last| {
        let after = format!("{}.{}", last.created_at.0, last.id);
        let state = chosen.map_or("", OutboxState::key);
        let pairs = [("state", state), ("after", after.as_str())];
        format!("/outbox?{}", form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish())
    });
    let counts = desk.store.count_dispatch().await?;
    let states = OutboxState::ALL.into_iter().map(|state| Tab {
        key: state.key(),
        words: words(state),
        n: match state {
            OutboxState::Sent | OutboxState::Discarded => None,
            _ => Some(counts.iter().find(|(own, _)| *own == state).map_or(0, |(_, n)| *n)),
        },
        chosen: chosen == Some(state),
    });
    let page = List {
        shell: Shell::of(&desk, visitor.who, "/outbox").saying(said(&filter.said)),
        states: states.collect(),
        all: chosen.is_none(),
        rows: lines.iter().map(row).collect(),
        more,
    };
    Ok(Html(page.render()?))
}

fn missing(id: &str) -> Fault {
    Fault::NotFound(format!("There is no message {id:?} in the outbox."))
}

async fn show(
    visitor: Visitor,
    State(desk): State<Arc<Desk>>,
    Path(id): Path<String>,
    Query(filter): Query<Filter>,
) -> Result<Html<String>, Fault> {
    visitor.admin()?;
    let (line, attempts) = desk.store.find_dispatch(&id).await?.ok_or_else(|| missing(&id))?;
    let attempts = attempts.into_iter().map(|one| (one.n, when(one.at), one.outcome.replace('_', " "), one.said));
    let page = One {
        shell: Shell::of(&desk, visitor.who, "/outbox").saying(said(&filter.said)),
        row: row(&line),
        key: line.state.key(),
        to: line.envelope_to,
        message_id: line.message_id,
        size: line.size,
        sent: line.sent_at.map(when),
        attempts: attempts.collect(),
    };
    Ok(Html(page.render()?))
}

async fn settle(State(desk): State<Arc<Desk>>, Path(id): Path<String>, posted: Posted) -> Result<Response, Fault> {
    posted.visitor.admin()?;
    let (line, _) = desk.store.find_dispatch(&id).await?.ok_or_else(|| missing(&id))?;
    let (act, word, now) = (posted.fields.get("act"), word(&posted)?, desk.clock.now());
    let (done, told) = match act {
        "retry" => (desk.store.send_again(&id, OutboxState::RetryAt, word, now).await?, "retried"),
        "release" => (desk.store.send_again(&id, OutboxState::Held, word, now).await?, "released"),
        "discard" => (desk.store.discard_message(&id, word, now).await?, "discarded"),
        "arrived" | "lost" if line.state == OutboxState::Uncertain => {
            let left = act == "arrived";
            let settled = desk.store.settle_uncertain_by(&line.case, left, word, now).await?;
            (settled > 0, if left { "arrived" } else { "lost" })
        }
        "arrived" | "lost" => (false, ""),
        _ => return Err(Fault::Invalid("The form says nothing to do: use one of its buttons.".to_owned())),
    };
    if done {
        return Ok(Redirect::to(&format!("/outbox/{id}?said={told}")).into_response());
    }
    Err(Fault::Conflict(format!(
        "The message is {} now, or its text is not kept any more. Open it again to see what can be done.",
        words(desk.store.find_dispatch(&id).await?.map_or(line.state, |(line, _)| line.state))
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_puts_no_words_of_its_own_on_the_page_of_the_outbox() {
        assert_eq!(said("<b>Paid</b>"), None);
    }
}
