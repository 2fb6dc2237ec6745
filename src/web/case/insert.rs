//! Looking something up beside the draft, and putting it in: the page comes back with the draft as it was being edited.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Html;

use super::decision::{found, not_held};
use super::view::{Case, Insert, Page, checked};
use super::{form, held_until, number};
use crate::domain::draft::Draft;
use crate::domain::evidence::Evidence;
use crate::review::insert::{Own, offers, put_in};
use crate::web::desk::Desk;
use crate::web::fault::Fault;
use crate::web::session::Posted;
use crate::web::shell::Shell;

/// The longest search, in characters.
const LONGEST: usize = 200;

/// Shows what there is for some words, and takes one of them where the form says which.
pub async fn insert(
    State(desk): State<Arc<Desk>>,
    Path(id): Path<String>,
    posted: Posted,
) -> Result<Html<String>, Fault> {
    let id = number(&id)?;
    let (fields, reviewer) = (&posted.fields, posted.visitor.reviewer.id());
    let mut work = found(&desk, &id).await?;
    let mut draft = form::read(&work.draft, fields)?;
    let paragraphs = desk.store.list_paragraphs().await?;
    let own: Vec<Own<'_>> = paragraphs.iter().map(|p| Own { id: &p.id, title: &p.title, body: &p.body }).collect();
    let words: String = fields.get("find").trim().chars().take(LONGEST).collect();
    let corpus = desk.shelf.edition(&work.evidence.edition);
    let into: usize = fields.get("into").parse().unwrap_or(0);
    let key = fields.get("add");
    let now = desk.clock.now();
    desk.store.claim(&id, reviewer, now, held_until(&desk, now)).await?;
    if !key.is_empty() {
        let (evidence, part) = part(&mut work.evidence, &mut draft, into)
            .ok_or_else(|| Fault::Invalid("The message has no such question.".to_owned()))?;
        if !put_in(&corpus, (evidence, part), &own, (key, &words)) {
            return Err(Fault::NotFound("What you chose is not on the shelf any more. Look it up again.".to_owned()));
        }
        let report = crate::verify::run(&corpus, &work.evidence, &work.draft, &desk.config.policy);
        let kept = (Some(work.evidence.clone()), work.draft.clone(), report);
        if !desk.store.record_work(&id, reviewer, kept, "source added", now).await? {
            return Err(not_held(&id));
        }
    }
    let asked = work.evidence.all().nth(into).unwrap_or(&work.evidence);
    let offers = offers(&corpus, asked, &own, &words)
        .map_err(|error| Fault::Broken(format!("the edition cannot be searched: {error}")))?;
    let seen = checked(&desk, &id, &work, &draft, &posted.visitor);
    let mut case = Case::read(&desk, &posted.visitor, &id).await?;
    case.blocks = form::blocks(&draft);
    case.insert = Insert { words, into, offers: Some(offers) };
    let shell = Shell::of(&desk, posted.visitor.who, "/queue");
    Ok(Html(Page { shell, case, edited: Some(seen) }.render()?))
}

/// Evidence and draft of one question of the message, counted from 0.
fn part<'a>(evidence: &'a mut Evidence, draft: &'a mut Draft, n: usize) -> Option<(&'a mut Evidence, &'a mut Draft)> {
    match n.checked_sub(1) {
        None => Some((evidence, draft)),
        Some(n) => Some((evidence.also.get_mut(n)?, draft.also.get_mut(n)?)),
    }
}
