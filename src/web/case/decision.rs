//! A case is decided: the same way, whether a form or a program says so. It is written by compare-and-set.

use std::time::Duration;

use super::view::{Work, is_silent, work};
use crate::domain::case::{CaseId, CaseStatus};
use crate::domain::draft::{Action, Draft};
use crate::domain::finding::Report;
use crate::domain::review::{Decision, Refused, Review};
use crate::domain::time::Timestamp;
use crate::identity::deidentify;
use crate::review::edit::{self, EditError};
use crate::review::reviewer::Reviewer;
use crate::store::StoreError;
use crate::store::api_outcome::{Once, Outcome};
use crate::store::review::NewReview;
use crate::web::desk::Desk;
use crate::web::fault::Fault;

/// The longest note, in characters.
const LONGEST_NOTE: usize = 2_000;

/// What a person wants done with a case, in a form or by a program.
pub struct Wish<'a> {
    /// What becomes of it.
    pub decision: Decision,
    /// Their own words: the one question, or why not.
    pub words: &'a str,
    /// An admin's reason for overruling.
    pub overruling: Option<&'a str>,
    /// What stands beside it, for colleagues.
    pub note: &'a str,
    /// What a program is told, where it gave its call a key.
    pub outcome: Option<Outcome>,
}

/// Why a case was not decided.
pub enum NotDecided {
    /// Objections stand that the reviewer may not settle.
    Objections(Vec<String>),
    /// Anything else.
    Fault(Fault),
}

impl From<Fault> for NotDecided {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<StoreError> for NotDecided {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}

/// Decides a case for a reviewer who holds it. `edit` makes the draft that is to leave out of the one that was found.
///
/// # Errors
/// What stands against it; nothing was decided then.
pub async fn carry_out(
    desk: &Desk,
    id: &CaseId,
    reviewer: &Reviewer,
    wish: Wish<'_>,
    edit: impl FnOnce(&Draft) -> Result<Draft, Fault> + Send,
    now: Timestamp,
) -> Result<Once, NotDecided> {
    let decision = wish.decision;
    let case = desk.store.find_case(id).await?.ok_or_else(|| Fault::NotFound(format!("There is no case {id}.")))?;
    let pile = desk.store.find_waiting(id).await?.map(|waiting| waiting.waits);
    if decision != Decision::Close && (is_silent(&case.account, pile) || case.status != CaseStatus::InReview) {
        return Err(Fault::Conflict(format!(
            "Nobody is written to from {id}: its sender is not proved, or it was answered. It can be closed or tried again."
        ))
        .into());
    }
    let (draft, edited, evidence) = decided_draft(desk, id, decision, wish.words, edit).await?;
    let report = draft.as_ref().map(|(_, report)| report.clone()).unwrap_or_default();
    let reason = wish.overruling.map(|reason| deidentify(reason).as_str().to_owned());
    let review = match Review::decide(decision, reviewer.signature(), &report, reason.as_deref()) {
        Ok(review) => review,
        Err(Refused::Objections(stands)) => return Err(NotDecided::Objections(stands)),
        Err(error @ Refused::NoReason) => return Err(Fault::Invalid(error.to_string()).into()),
    };
    let own = reviewer.id().to_owned();
    // A mail that asks for a person has nothing of its own: what its answer rests on is recorded with it.
    if let (Some(evidence), Some((draft, report))) = (evidence, &draft) {
        let work = (Some(evidence), draft.clone(), report.clone());
        if !desk.store.record_work(id, &own, work, "taken up", now).await? {
            return Err(not_held(id).into());
        }
    }
    let note: String = wish.note.trim().chars().take(LONGEST_NOTE).collect();
    let note = deidentify(&note).as_str().to_owned();
    let new =
        NewReview { case: id.clone(), reviewer: own, review, note, draft, edited, leaves_at: leaves_at(desk, now) };
    let done = match wish.outcome {
        Some(outcome) => desk.store.decide_once(new, outcome, now).await?,
        None if desk.store.decide_case(new, now).await? => Once::Done,
        None => Once::NotHeld,
    };
    if done == Once::NotHeld { Err(not_held(id).into()) } else { Ok(done) }
}

/// When a decision of now can no longer be undone.
pub fn leaves_at(desk: &Desk, now: Timestamp) -> Timestamp {
    now.plus(Duration::from_secs(desk.config.review.undo_seconds))
}

type Drafted = (Option<(Draft, Report)>, bool, Option<crate::domain::evidence::Evidence>);

/// The draft as it is to leave with what verification says of it, whether it was edited, and the evidence where the case
/// has none of its own.
async fn decided_draft(
    desk: &Desk,
    id: &CaseId,
    decision: Decision,
    words: &str,
    edit: impl FnOnce(&Draft) -> Result<Draft, Fault> + Send,
) -> Result<Drafted, Fault> {
    if decision == Decision::Close {
        return Ok((None, false, None));
    }
    let work = found(desk, id).await?;
    let own = desk.store.get_work(id).await?.0.is_some();
    let draft = match decision {
        Decision::Ask => own_words(&work, words, Action::AskBack)?,
        Decision::Decline => own_words(&work, words, Action::Refuse)?,
        _ => edit(&work.draft)?,
    };
    let report = work.report(desk, &draft);
    let edited = draft != work.draft;
    Ok((Some((draft, report)), edited, (!own).then_some(work.evidence)))
}

/// A person's own words. They may not name a patient either.
fn own_words(work: &Work, text: &str, action: Action) -> Result<Draft, Fault> {
    let masked = deidentify(text);
    if masked.as_str().trim() != text.trim() && !masked.removed().is_empty() {
        return Err(Fault::Invalid(
            "These words name somebody, a date of birth or a number of a record. Take it out: a reply repeats no identity.".to_owned(),
        ));
    }
    Ok(edit::words(work.evidence.inquiry.assumptions.clone(), text, action)?)
}

impl From<EditError> for Fault {
    fn from(error: EditError) -> Self {
        Self::Invalid(format!("{error}. Go back: what you wrote is still there."))
    }
}

/// The case with what was found for it.
pub async fn found(desk: &Desk, id: &CaseId) -> Result<Work, Fault> {
    let root = desk.store.find_turn(id).await?.map_or_else(|| id.clone(), |turn| turn.root);
    work(desk, id, &root).await?.ok_or_else(|| Fault::Conflict(format!("{id} has no draft: nothing was found for it.")))
}

/// Said where a case slipped out of a reviewer's hands.
pub fn not_held(id: &CaseId) -> Fault {
    Fault::Conflict(format!(
        "{id} is not in your hands any more: it was decided, handed over, or left for too long. Open it to see."
    ))
}
