//! `/search`: any case by its number, its words or its sender, the newest first.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Query, State};
use axum::response::{Html, IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::desk::Desk;
use super::fault::Fault;
use super::routes::{Access, Route, get};
use super::session::Visitor;
use super::shell::Shell;
use crate::domain::case::CaseId;
use crate::domain::time::Timestamp;

/// Cases on a page.
const PAGE: i64 = 50;

/// The page of this file.
pub fn routes() -> Vec<Route> {
    vec![get("/search", Access::Reviewer, search)]
}

/// What is looked for, as it stands in the address.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Asked {
    q: String,
    before: Option<i64>,
}

#[derive(Template)]
#[template(path = "pages/search.html")]
struct Page {
    shell: Shell,
    q: String,
    rows: Vec<Row>,
    more: Option<String>,
}

struct Row {
    id: String,
    subject: String,
    status: &'static str,
    reason: String,
    at: String,
}

async fn search(
    visitor: Visitor,
    State(desk): State<Arc<Desk>>,
    Query(asked): Query<Asked>,
) -> Result<Response, Fault> {
    let q: String = asked.q.trim().chars().take(200).collect();
    if let Some(id) = CaseId::parse(&q)
        && desk.store.find_case(&id).await?.is_some()
    {
        return Ok(Redirect::to(&format!("/cases/{id}")).into_response());
    }
    let mut found = desk.store.search_cases(&q, asked.before.map(Timestamp), PAGE + 1).await?;
    let over = usize::try_from(PAGE).is_ok_and(|page| found.len() > page);
    found.truncate(usize::try_from(PAGE).unwrap_or(50));
    let more = found.last().filter(|_| over).map(|last| {
        let encoded: String = form_urlencoded::byte_serialize(q.as_bytes()).collect();
        format!("/search?q={encoded}&before={}", last.created_at.0)
    });
    let rows = found.into_iter().map(|case| Row {
        id: case.id.to_string(),
        subject: case.subject,
        status: case.status.words(),
        reason: case.reason,
        at: day(case.created_at),
    });
    let page = Page { shell: Shell::of(&desk, visitor.who, "/search"), q, rows: rows.collect(), more };
    Ok(Html(page.render()?).into_response())
}

/// `2026-11-24`.
fn day(at: Timestamp) -> String {
    at.date().to_string()
}
