//! A second look at an answer that left by itself. It is counted, and sends nothing.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};

use super::decide::held;
use super::decision::not_held;
use super::number;
use crate::domain::case::CaseId;
use crate::domain::sample::Look;
use crate::domain::waits::Waits;
use crate::identity::deidentify;
use crate::web::desk::Desk;
use crate::web::fault::Fault;
use crate::web::session::Posted;

/// The longest reason, in characters.
const LONGEST_WHY: usize = 2_000;

/// What the page shows of it.
pub struct SecondLook {
    /// A complaint of the sender that nobody has decided: from there a correction can be sent.
    pub complaint: Option<String>,
}

impl SecondLook {
    /// Of a case in that pile; none for another pile.
    ///
    /// # Errors
    /// The database failed.
    pub async fn of(desk: &Desk, id: &CaseId, root: &CaseId, pile: Option<Waits>) -> Result<Option<Self>, Fault> {
        if pile != Some(Waits::Sample) {
            return Ok(None);
        }
        let said = desk.store.list_feedback(root).await?.into_iter();
        let mut open = said.filter(|said| said.about == *id && !said.good && said.decision.is_empty());
        Ok(Some(Self { complaint: open.next_back().map(|said| said.case.to_string()) }))
    }
}

/// Records what was seen, by the one who holds the case.
pub async fn record(State(desk): State<Arc<Desk>>, Path(id): Path<String>, posted: Posted) -> Result<Response, Fault> {
    let id = number(&id)?;
    let reviewer = posted.visitor.reviewer.id();
    if held(&desk, &id, reviewer).await? != Waits::Sample {
        return Err(Fault::Conflict(format!("{id} was not drawn for a second look.")));
    }
    let look = Look::parse(posted.fields.get("look"))
        .ok_or_else(|| Fault::Invalid("The form says no finding: use one of its buttons.".to_owned()))?;
    let why: String = posted.fields.get("why").trim().chars().take(LONGEST_WHY).collect();
    if look == Look::Wrong && why.chars().count() < 10 {
        return Err(Fault::Invalid("Say what was wrong: the program is mended by it.".to_owned()));
    }
    let why = deidentify(&why).as_str().to_owned();
    if desk.store.record_look(&id, look, &why, reviewer, desk.clock.now()).await? {
        return Ok(Redirect::to("/queue?said=looked").into_response());
    }
    Err(not_held(&id))
}
