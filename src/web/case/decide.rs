//! What the forms of the case page do. Each writes by compare-and-set: of two clicks, or two people, one counts.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{Html, IntoResponse, Redirect, Response};

use super::decision::{NotDecided, Wish, carry_out, found, not_held};
use super::view::{Case, Checked, Page, checked};
use super::{form, held_until, number};
use crate::domain::case::CaseId;
use crate::domain::check::{Program, Setting};
use crate::domain::draft::Draft;
use crate::domain::review::Decision;
use crate::domain::reviewer::Standing;
use crate::domain::waits::Waits;
use crate::identity::deidentify;
use crate::research::{self, Reading, follow};
use crate::store::StoreError;
use crate::store::event::Word;
use crate::store::original::{Opener, Reason};
use crate::web::desk::Desk;
use crate::web::fault::Fault;
use crate::web::session::{Fields, Posted};
use crate::web::shell::Shell;

fn to(id: &CaseId, said: &str) -> Response {
    Redirect::to(&format!("/cases/{id}?said={said}")).into_response()
}

/// The pile of a case that is in this reviewer's hands now.
pub(super) async fn held(desk: &Desk, id: &CaseId, reviewer: &str) -> Result<Waits, Fault> {
    let (found, now) = (desk.store.find_waiting(id).await?, desk.clock.now());
    let own = found.filter(|waiting| waiting.held_by == reviewer && waiting.held_until >= now);
    own.map(|waiting| waiting.waits).ok_or_else(|| not_held(id))
}

/// What verification says of the draft in the form. Saves nothing: the form holds the text until it is decided.
pub async fn check(State(desk): State<Arc<Desk>>, Path(id): Path<String>, posted: Posted) -> Result<Response, Fault> {
    let id = number(&id)?;
    let work = found(&desk, &id).await?;
    let now = desk.clock.now();
    // Who edits keeps the case.
    desk.store.claim(&id, posted.visitor.reviewer.id(), now, held_until(&desk, now)).await?;
    let edited = form::read(&work.draft, &posted.fields);
    let seen = match &edited {
        Ok(draft) => checked(&desk, &id, &work, draft, &posted.visitor),
        Err(error) => {
            Checked { problem: Some(error.to_string()), ..checked(&desk, &id, &work, &work.draft, &posted.visitor) }
        }
    };
    if posted.fields.get("part") == "1" {
        return Ok(Html(seen.render()?).into_response());
    }
    let mut case = Case::read(&desk, &posted.visitor, &id).await?;
    if let Ok(draft) = &edited {
        case.blocks = form::blocks(draft);
    }
    let shell = Shell::of(&desk, posted.visitor.who, "/queue");
    Ok(Html(Page { shell, case, edited: Some(seen) }.render()?).into_response())
}

/// Reads the question again with what the reviewer corrects; its evidence and draft take the place of the old ones.
pub async fn again(State(desk): State<Arc<Desk>>, Path(id): Path<String>, posted: Posted) -> Result<Response, Fault> {
    let id = number(&id)?;
    let reviewer = posted.visitor.reviewer.id();
    let question = desk.store.find_question(&id).await?;
    if question.is_empty() {
        return Err(Fault::Conflict(format!("{id} holds no question that could be read again.")));
    }
    let corpus = desk.shelf.current();
    let now = desk.clock.now();
    let joined = follow::join(&corpus, &question, &corrections(&posted.fields), now.date());
    let rules = &desk.config.corpus;
    let reading = Reading {
        today: now.date(),
        message_date: None,
        on: None,
        setting: Setting::parse(&rules.setting).unwrap_or(Setting::Practitioner),
        program: Program::parse(&rules.program).unwrap_or(Program::Medicare),
    };
    let (before, ..) = desk.store.get_work(&id).await?;
    let (files, beside) = before.map(|evidence| (evidence.files, evidence.beside)).unwrap_or_default();
    let mut evidence = research::run_beside(&corpus, &deidentify(&joined.text), &deidentify(&beside), &reading)
        .map_err(|error| Fault::Broken(format!("the edition cannot be read: {error}")))?;
    (evidence.files, evidence.beside) = (files, beside);
    let draft = crate::draft::compose(&corpus, &evidence);
    let report = crate::verify::run(&corpus, &evidence, &draft, &desk.config.policy);
    if !desk.store.record_work(&id, reviewer, (Some(evidence), draft, report), "read again", now).await? {
        return Err(not_held(&id));
    }
    Ok(to(&id, "again"))
}

/// The corrections as a follow-up would say them.
fn corrections(fields: &Fields) -> String {
    let mut text = String::new();
    for (name, word) in [("date", "DOS"), ("payer", "Payer"), ("setting", "Setting"), ("state", "State")] {
        let value = fields.get(name).trim();
        if !value.is_empty() {
            text.push_str(&format!("{word}: {value}\n"));
        }
    }
    text.push_str(fields.get("facts").trim());
    text
}

/// The decision: the answer, the one question, a polite no, or nothing.
pub async fn decide(State(desk): State<Arc<Desk>>, Path(id): Path<String>, posted: Posted) -> Result<Response, Fault> {
    let id = number(&id)?;
    let fields = &posted.fields;
    let spam = fields.get("decision") == "spam";
    let decision = if spam { Some(Decision::Close) } else { Decision::parse(fields.get("decision")) };
    let decision =
        decision.ok_or_else(|| Fault::Invalid("The form says no decision: use one of its buttons.".to_owned()))?;
    let note = if spam { format!("spam. {}", fields.get("note")) } else { fields.get("note").to_owned() };
    let words = if decision == Decision::Ask { fields.get("question") } else { fields.get("decline") };
    let wish = Wish { decision, words, overruling: overruling(&posted)?, note: &note, outcome: None };
    let edit = |draft: &Draft| Ok(form::read(draft, fields)?);
    match carry_out(&desk, &id, &posted.visitor.reviewer, wish, edit, desk.clock.now()).await {
        Ok(_) if decision == Decision::Close => Ok(Redirect::to("/queue?said=closed").into_response()),
        Ok(_) => Ok(to(&id, "decided")),
        Err(NotDecided::Objections(stands)) => {
            Err(Fault::Conflict(format!("Objections stand against it: {}", stands.join("; "))))
        }
        Err(NotDecided::Fault(fault)) => Err(fault),
    }
}

/// An admin's reason; none where the box is not ticked.
fn overruling(posted: &Posted) -> Result<Option<&str>, Fault> {
    if posted.fields.get("overrule") != "1" {
        return Ok(None);
    }
    posted.visitor.admin()?;
    Ok(Some(posted.fields.get("reason")))
}

/// A complaint that is not right: its sender is told why, in the words of the form.
pub async fn complaint(
    State(desk): State<Arc<Desk>>,
    Path(id): Path<String>,
    posted: Posted,
) -> Result<Response, Fault> {
    let id = number(&id)?;
    let now = desk.clock.now();
    let reviewer = &posted.visitor.reviewer;
    if held(&desk, &id, reviewer.id()).await? != Waits::Bad {
        return Err(not_held(&id));
    }
    let why = posted.fields.get("why").trim();
    if why.chars().count() < 10 {
        return Err(Fault::Invalid("Say why the answer stands: the mail carries these words.".to_owned()));
    }
    let explained = deidentify(why).as_str().to_owned();
    if desk.store.decide(&id, false, &explained, reviewer.name(), now).await? {
        return Ok(Redirect::to("/queue?said=told").into_response());
    }
    Err(not_held(&id))
}

/// Takes a decision back.
pub async fn undo(State(desk): State<Arc<Desk>>, Path(id): Path<String>, posted: Posted) -> Result<Response, Fault> {
    let id = number(&id)?;
    let now = desk.clock.now();
    if desk.store.undo(&id, posted.visitor.reviewer.id(), now, held_until(&desk, now)).await? {
        return Ok(to(&id, "undone"));
    }
    Err(Fault::Conflict(format!("{id} cannot be undone any more: its mail is made, or it was never yours.")))
}

/// Gives it to a colleague, or back to the queue.
pub async fn hand_over(
    State(desk): State<Arc<Desk>>,
    Path(id): Path<String>,
    posted: Posted,
) -> Result<Response, Fault> {
    let id = number(&id)?;
    let now = desk.clock.now();
    let email = posted.fields.get("to").trim();
    let colleague = if email.is_empty() {
        None
    } else {
        let found = desk.store.find_reviewer_by_email(&email.to_lowercase()).await?;
        let found = found.filter(|profile| profile.standing == Standing::Active);
        let found = found.ok_or_else(|| Fault::Invalid("No reviewer signs in with that address.".to_owned()))?;
        Some((found.id, held_until(&desk, now)))
    };
    if desk.store.hand_over(&id, posted.visitor.reviewer.id(), colleague, now).await? {
        return Ok(Redirect::to("/queue?said=handed").into_response());
    }
    Err(not_held(&id))
}

/// Sends the message through the pipeline again, from the start.
pub async fn retry(State(desk): State<Arc<Desk>>, Path(id): Path<String>, posted: Posted) -> Result<Response, Fault> {
    let id = number(&id)?;
    let now = desk.clock.now();
    let reviewer = &posted.visitor.reviewer;
    held(&desk, &id, reviewer.id()).await?;
    let word = Word { person: reviewer.id().to_owned(), name: reviewer.name().to_owned(), why: String::new() };
    if desk.store.reopen_by(&id, word, now).await? {
        return Ok(to(&id, "retried"));
    }
    Err(not_held(&id))
}

#[derive(Template)]
#[template(path = "pages/original.html")]
struct Original {
    shell: Shell,
    id: CaseId,
    text: String,
}

/// Opens the sealed original, as text and never as anything else. Who did, and why, is written down first.
pub async fn original(
    State(desk): State<Arc<Desk>>,
    Path(id): Path<String>,
    posted: Posted,
) -> Result<Html<String>, Fault> {
    let id = number(&id)?;
    let reason = Reason::new(posted.visitor.reviewer.name(), posted.fields.get("reason"))
        .ok_or_else(|| Fault::Invalid("Say why you need to see the original: it is kept.".to_owned()))?;
    let reason = reason.by(posted.visitor.reviewer.id());
    let opened = desk.store.open_original(&id, &Opener::Person(reason), desk.clock.now()).await;
    let (raw, _) = opened.map_err(|error| match error {
        StoreError::Purged(_) => Fault::Conflict(error.to_string()),
        error => Fault::Store(error),
    })?;
    let text = String::from_utf8_lossy(&raw).into_owned();
    let shell = Shell::of(&desk, posted.visitor.who, "/queue");
    Ok(Html(Original { shell, id, text }.render()?))
}
