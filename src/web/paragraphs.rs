//! `/paragraphs`: texts that are written once and put into many answers. Everybody reads them; admins keep them.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::{Html, IntoResponse, Redirect, Response};

use super::desk::Desk;
use super::fault::Fault;
use super::routes::{Access, Route, get, post};
use super::session::{Posted, Visitor};
use super::shell::Shell;
use crate::clock;
use crate::identity::deidentify;
use crate::store::paragraph::Paragraph;

/// The longest title and text, in characters.
const LONGEST_TITLE: usize = 100;
const LONGEST_BODY: usize = 4_000;

/// The pages of this file.
pub fn routes() -> Vec<Route> {
    vec![
        get("/paragraphs", Access::Reviewer, page),
        post("/paragraphs", Access::Admin, write),
        post("/paragraphs/remove", Access::Admin, remove),
    ]
}

#[derive(Template)]
#[template(path = "pages/paragraphs.html")]
struct Page {
    shell: Shell,
    all: Vec<Paragraph>,
    admin: bool,
}

async fn page(visitor: Visitor, State(desk): State<Arc<Desk>>) -> Result<Html<String>, Fault> {
    let (all, admin) = (desk.store.list_paragraphs().await?, visitor.who.admin);
    Ok(Html(Page { shell: Shell::of(&desk, visitor.who, "/paragraphs"), all, admin }.render()?))
}

async fn write(State(desk): State<Arc<Desk>>, posted: Posted) -> Result<Response, Fault> {
    let by = posted.visitor.admin()?.name().to_owned();
    let (title, body) = (posted.fields.get("title").trim(), posted.fields.get("body").trim());
    if title.is_empty() || body.is_empty() {
        return Err(Fault::Invalid("A paragraph has a title and a text.".to_owned()));
    }
    if title.chars().count() > LONGEST_TITLE || body.chars().count() > LONGEST_BODY {
        return Err(Fault::Invalid(format!("At most {LONGEST_TITLE} characters of title and {LONGEST_BODY} of text.")));
    }
    // It stands in the answers to many: nobody's patient is in it.
    if !deidentify(body).removed().is_empty() {
        return Err(Fault::Invalid("The text names somebody, or a number of a record. Take it out.".to_owned()));
    }
    let given = posted.fields.get("id");
    let known = desk.store.list_paragraphs().await?.into_iter().any(|own| own.id == given);
    let id = if known { given.to_owned() } else { format!("pa_{:012x}", clock::random() & 0xffff_ffff_ffff) };
    let paragraph =
        Paragraph { id, title: title.to_owned(), body: body.to_owned(), changed_by: by, changed_at: desk.clock.now() };
    desk.store.write_paragraph(paragraph).await?;
    Ok(Redirect::to("/paragraphs").into_response())
}

async fn remove(State(desk): State<Arc<Desk>>, posted: Posted) -> Result<Response, Fault> {
    posted.visitor.admin()?;
    if !desk.store.remove_paragraph(posted.fields.get("id")).await? {
        return Err(Fault::NotFound("That paragraph is gone already.".to_owned()));
    }
    Ok(Redirect::to("/paragraphs").into_response())
}
