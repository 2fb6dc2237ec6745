//! Proposals: what reviewers changed in answers that were sent, for whoever writes rule cards, word lists and tests.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::{Html, IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::desk::Desk;
use super::fault::Fault;
use super::queue::names;
use super::routes::{Access, Route, get, post};
use super::session::{Posted, Visitor};
use super::shell::Shell;
use crate::domain::difference::{Kind, Run, marked};
use crate::domain::golden;
use crate::domain::proposal::{ProposalKind, ProposalState};
use crate::domain::time::Timestamp;
use crate::identity::deidentify;
use crate::store::proposal::{Proposal, Verdict};

/// Proposals on a page.
const PAGE: usize = 40;
/// Accepted ones in a file.
const MOST_IN_FILE: i64 = 2_000;
/// Characters of a question in the list.
const GLANCE: usize = 160;
/// The longest note, in characters.
const LONGEST_NOTE: usize = 2_000;

/// The pages of this file.
pub fn routes() -> Vec<Route> {
    vec![
        get("/proposals", Access::Reviewer, list),
        get("/proposals/golden.toml", Access::Reviewer, golden_file),
        get("/proposals/accepted.txt", Access::Reviewer, accepted_file),
        get("/proposals/{id}", Access::Reviewer, show),
        post("/proposals/{id}/decide", Access::Admin, decide),
    ]
}

/// The filter as it stands in the address.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Filter {
    state: String,
    before: String,
    said: String,
}

#[derive(Template)]
#[template(path = "pages/proposals.html")]
struct List {
    shell: Shell,
    states: Vec<(&'static str, bool)>,
    open: i64,
    rows: Vec<Row>,
    more: Option<String>,
}

struct Row {
    id: String,
    case: String,
    question: String,
    kind: &'static str,
    day: String,
    by: String,
}

#[derive(Template)]
#[template(path = "pages/proposal.html")]
struct Page {
    shell: Shell,
    proposal: Proposal,
    kinds: Vec<(&'static str, &'static str, bool)>,
    by: String,
    decided_by: String,
    golden: Option<String>,
    may_decide: bool,
}

impl Page {
    fn is_open(&self) -> bool {
        self.proposal.state == ProposalState::Open
    }

    fn added(run: &Run) -> bool {
        run.kind == Kind::Added
    }

    fn removed(run: &Run) -> bool {
        run.kind == Kind::Removed
    }
}

async fn list(
    visitor: Visitor,
    State(desk): State<Arc<Desk>>,
    Query(filter): Query<Filter>,
) -> Result<Html<String>, Fault> {
    let state = ProposalState::parse(&filter.state).unwrap_or(ProposalState::Open);
    let before = filter.before.split_once('.').and_then(|(at, id)| Some((Timestamp(at.parse().ok()?), id.to_owned())));
    let limit = i64::try_from(PAGE + 1).unwrap_or(41);
    let mut found = desk.store.list_proposals(state, before, limit).await?;
    let more = found.len() > PAGE;
    found.truncate(PAGE);
    let more = found.last().filter(|_| more);
    let more = more.map(|last| format!("/proposals?state={}&before={}.{}", state.key(), last.at.0, last.id));
    let names = names(&desk).await?;
    let rows = found.into_iter().map(|proposal| Row {
        question: glance(&proposal.lesson.question),
        kind: proposal.lesson.kind.words(),
        day: proposal.at.date().to_string(),
        by: names.get(&proposal.reviewer).cloned().unwrap_or_default(),
        case: proposal.case.to_string(),
        id: proposal.id,
    });
    let said = (filter.said == "decided").then(|| "Decided, and written down.".to_owned());
    let page = List {
        states: ProposalState::ALL.map(|each| (each.key(), each == state)).to_vec(),
        open: desk.store.count_open_proposals().await?,
        rows: rows.collect(),
        more,
        shell: Shell::of(&desk, visitor.who, "/proposals").saying(said),
    };
    Ok(Html(page.render()?))
}

/// The beginning of a question, on one line.
fn glance(question: &str) -> String {
    let line = question.split_whitespace().collect::<Vec<_>>().join(" ");
    let short: String = line.chars().take(GLANCE).collect();
    if short.len() < line.len() { format!("{short} …") } else { short }
}

fn missing(id: &str) -> Fault {
    Fault::NotFound(format!("There is no proposal {id:?}."))
}

async fn show(visitor: Visitor, State(desk): State<Arc<Desk>>, Path(id): Path<String>) -> Result<Html<String>, Fault> {
    let proposal = desk.store.find_proposal(&id).await?.ok_or_else(|| missing(&id))?;
    let names = names(&desk).await?;
    let name = |key: &str| names.get(key).cloned().unwrap_or_default();
    let golden = proposal.lesson.golden.as_ref();
    let page = Page {
        kinds: ProposalKind::ALL.map(|kind| (kind.key(), kind.words(), kind == proposal.lesson.kind)).to_vec(),
        by: name(&proposal.reviewer),
        decided_by: name(&proposal.decided_by),
        golden: golden.map(|golden| golden::file([(key(&proposal.id).as_str(), golden)].into_iter())),
        may_decide: visitor.who.admin,
        shell: Shell::of(&desk, visitor.who, "/proposals"),
        proposal,
    };
    Ok(Html(page.render()?))
}

async fn decide(State(desk): State<Arc<Desk>>, Path(id): Path<String>, posted: Posted) -> Result<Response, Fault> {
    let admin = posted.visitor.admin()?;
    let fields = &posted.fields;
    let accepted = match fields.get("decision") {
        "accept" => true,
        "dismiss" => false,
        _ => return Err(Fault::Invalid("The form says no decision: use one of its buttons.".to_owned())),
    };
    let proposal = desk.store.find_proposal(&id).await?.ok_or_else(|| missing(&id))?;
    let note: String = fields.get("note").trim().chars().take(LONGEST_NOTE).collect();
    if !accepted && note.chars().count() < 10 {
        return Err(Fault::Invalid(
            "Say why it is dismissed: the reviewer who made the change will read it.".to_owned(),
        ));
    }
    let verdict = Verdict {
        accepted,
        kind: ProposalKind::parse(fields.get("kind")).unwrap_or(proposal.lesson.kind),
        golden: fields.get("golden") == "1",
        note: deidentify(&note).as_str().to_owned(),
        by: admin.id().to_owned(),
    };
    if desk.store.decide_proposal(&id, verdict, desk.clock.now()).await? {
        return Ok(Redirect::to("/proposals?said=decided").into_response());
    }
    Err(Fault::Conflict(format!("Somebody has decided about {id} already. Open it to see how.")))
}

/// The id of a golden case: `office-cc-7f3k2wx-1`.
fn key(id: &str) -> String {
    format!("office-{}", id.to_lowercase().replace('.', "-"))
}

/// A file to keep, as plain text whatever it holds.
fn download(name: &str, text: String) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/plain; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    (headers, text).into_response()
}

async fn golden_file(_visitor: Visitor, State(desk): State<Arc<Desk>>) -> Result<Response, Fault> {
    let accepted = desk.store.list_proposals(ProposalState::Accepted, None, MOST_IN_FILE).await?;
    let taken: Vec<(String, golden::Golden)> = accepted
        .into_iter()
        .filter(|proposal| proposal.golden_taken)
        .filter_map(|proposal| Some((key(&proposal.id), proposal.lesson.golden?)))
        .collect();
    let cases = taken.iter().map(|(id, golden)| (id.as_str(), golden));
    Ok(download("golden.toml", golden::file(cases)))
}

async fn accepted_file(_visitor: Visitor, State(desk): State<Arc<Desk>>) -> Result<Response, Fault> {
    let accepted = desk.store.list_proposals(ProposalState::Accepted, None, MOST_IN_FILE).await?;
    let mut text =
        "Accepted proposals, the newest first. In a difference [-these words-] went and {+these+} came.\n".to_owned();
    for proposal in &accepted {
        let lesson = &proposal.lesson;
        text.push_str(&format!("\n=== {} ({}), {}\n", proposal.id, lesson.kind.words(), proposal.at.date()));
        for (heading, part) in [
            ("NOTE", proposal.note.as_str()),
            ("QUESTION", &lesson.question),
            ("DIFFERENCE", &marked(&lesson.difference)),
            ("AS SENT", &lesson.sent),
        ] {
            if !part.trim().is_empty() {
                text.push_str(&format!("--- {heading}\n{}\n", part.trim_end()));
            }
        }
    }
    Ok(download("proposals.txt", text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_question_is_shown_by_its_beginning() {
        assert_eq!(glance("One\n two?"), "One two?");
        let long = glance(&"word ".repeat(100));
        assert!(long.ends_with('…') && long.chars().count() == GLANCE + 2);
        assert_eq!(key("CC-7F3K2WX.1"), "office-cc-7f3k2wx-1");
    }
}
