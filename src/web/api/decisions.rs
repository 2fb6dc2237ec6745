//! What a person may do with a case, done by a program in their name: by the rules and the compare-and-set of the page.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize};

use super::caller::{Caller, DecisionsWrite};
use super::draft::{Says, form};
use super::operation::Operation;
use super::problem::{Problem, Why};
use super::sent::{CallKey, Named, Sent};
use super::shapes::{Answer, Moment, json, words};
use crate::domain::api_token::ApiScope;
use crate::domain::case::CaseId;
use crate::domain::draft::Draft;
use crate::domain::review::Decision;
use crate::domain::time::Timestamp;
use crate::review::edit;
use crate::review::reviewer::digest;
use crate::store::api_outcome::{Once, Outcome};
use crate::store::review::Claim;
use crate::web::case::decision::{NotDecided, Wish, carry_out, leaves_at};
use crate::web::case::{held_until, number};
use crate::web::desk::Desk;
use crate::web::fault::Fault;

/// The longest words of a person's own, and the longest heading.
const LONGEST_WORDS: usize = 8_000;
const LONGEST_HEADING: usize = 60;

pub fn operations() -> Vec<Operation> {
    let claim = ["claimCase", "Takes a case that waits, or keeps it for longer."];
    let decide = ["decideCase", "Decides a case that is held: answers, asks its sender, declines, or closes it."];
    let undo = ["undoDecision", "Takes one's decision back while its mail is not made."];
    let scope = ApiScope::DecisionsWrite;
    vec![
        Operation::post::<Claimed, _, _>("/api/v1/cases/{id}/claim", scope, claim, self::claim).may_conflict(),
        Operation::post::<Done, _, _>("/api/v1/cases/{id}/decision", scope, decide, self::decide)
            .takes::<Wanted>()
            .may_conflict()
            .once(),
        Operation::post::<Claimed, _, _>("/api/v1/cases/{id}/undo", scope, undo, self::undo).may_conflict(),
    ]
}

/// A case in the hands of the token's person.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Claimed {
    /// Its number.
    case: String,
    /// Until when, unless it is touched again.
    held_until: Moment,
}

/// A decision.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    /// What becomes of the case.
    #[schemars(schema_with = "decisions")]
    decision: Word,
    /// For `answer`: what the draft is to say instead, for each question in order. None, or an empty list: as it stands.
    #[serde(default)]
    answers: Vec<Says>,
    /// For `ask` the one question, for `decline` why not, in a person's own words.
    #[serde(default)]
    #[schemars(length(max = 8000))]
    words: String,
    /// What stands beside it, for colleagues; the first 2,000 characters are kept.
    #[serde(default)]
    note: String,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Word {
    Answer,
    Ask,
    Decline,
    Close,
}

fn decisions(_: &mut SchemaGenerator) -> Schema {
    words([Decision::Answer, Decision::Ask, Decision::Decline, Decision::Close].map(Decision::key))
}

impl From<Word> for Decision {
    fn from(word: Word) -> Self {
        match word {
            Word::Answer => Self::Answer,
            Word::Ask => Self::Ask,
            Word::Decline => Self::Decline,
            Word::Close => Self::Close,
        }
    }
}

/// A decision that was recorded.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Done {
    /// The case's number.
    case: String,
    /// What was decided.
    #[schemars(schema_with = "decisions")]
    decision: &'static str,
    /// The name under the reply.
    signature: String,
    /// When its mail is made, and it can no longer be undone; none where nothing leaves.
    leaves_at: Option<Moment>,
}

async fn claim(
    caller: Caller<DecisionsWrite>,
    State(desk): State<Arc<Desk>>,
    Named(id): Named,
) -> Result<Answer<Claimed>, Problem> {
    let (id, now) = (existing(&desk, &id).await?, desk.clock.now());
    match desk.store.claim(&id, caller.reviewer()?.id(), now, held_until(&desk, now)).await? {
        Claim::Held(until) => Ok(Answer(Claimed { case: id.to_string(), held_until: Moment(until) })),
        Claim::Other(holder) => Err(Problem::conflict(format!("{holder} holds {id}: take another case."))),
        Claim::Gone => Err(Problem::conflict(format!("{id} does not wait any more."))),
    }
}

async fn undo(
    caller: Caller<DecisionsWrite>,
    State(desk): State<Arc<Desk>>,
    Named(id): Named,
) -> Result<Answer<Claimed>, Problem> {
    let (id, now) = (existing(&desk, &id).await?, desk.clock.now());
    let until = held_until(&desk, now);
    if desk.store.undo(&id, caller.reviewer()?.id(), now, until).await? {
        return Ok(Answer(Claimed { case: id.to_string(), held_until: Moment(until) }));
    }
    Err(Problem::conflict(format!("{id} cannot be undone: its mail is made, or the decision was another's.")))
}

/// The number of a case that there is.
async fn existing(desk: &Desk, text: &str) -> Result<CaseId, Problem> {
    let id = number(text)?;
    match desk.store.find_case(&id).await? {
        Some(_) => Ok(id),
        None => Err(Problem::not_found(format!("There is no case {id}."))),
    }
}

async fn decide(
    caller: Caller<DecisionsWrite>,
    State(desk): State<Arc<Desk>>,
    Named(id): Named,
    CallKey(key): CallKey,
    sent: Sent<Wanted>,
) -> Result<Response, Problem> {
    let id = existing(&desk, &id).await?;
    let reviewer = caller.reviewer()?;
    let request = digest(&format!("{id}\n{}", sent.digest));
    if let Some(key) = &key
        && let Some(before) = desk.store.find_outcome(&caller.token().id, key).await?
    {
        return again(before, &request);
    }
    let wanted = sent.value;
    let decision = Decision::from(wanted.decision);
    sensible(&wanted, decision)?;
    let now = desk.clock.now();
    let done = done(&desk, &id, decision, reviewer.signature(), now);
    let answer = serde_json::to_string(&done).map_err(|error| Fault::Broken(error.to_string()))?;
    let token = caller.token().id.clone();
    let outcome = key.clone().map(|key| Outcome { token, key, request: request.clone(), answer: answer.clone() });
    let wish = Wish { decision, words: &wanted.words, overruling: None, note: &wanted.note, outcome };
    let edit = |draft: &Draft| edited(draft, &wanted.answers);
    match carry_out(&desk, &id, reviewer, wish, edit, now).await {
        Ok(Once::Before(before)) => again(before, &request),
        Ok(_) => Ok(json(StatusCode::OK, answer)),
        Err(refused) => {
            // The same call may have been faster than this one, and is what left no case to decide.
            if let Some(key) = &key
                && let Some(before) = desk.store.find_outcome(&caller.token().id, key).await?
            {
                return again(before, &request);
            }
            Err(match refused {
                NotDecided::Objections(stands) => Problem::objections(stands),
                NotDecided::Fault(fault) => fault.into(),
            })
        }
    }
}

/// What a call was told the first time; a call of another content is a mistake of its program.
fn again(before: Outcome, request: &str) -> Result<Response, Problem> {
    if before.request == request {
        return Ok(json(StatusCode::OK, before.answer).into_response());
    }
    let words = "This Idempotency-Key was used for another call: take a fresh key for each decision.";
    Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, Why::KeyReused, words))
}

/// Refuses what fits no decision, before anything is looked up.
fn sensible(wanted: &Wanted, decision: Decision) -> Result<(), Problem> {
    let speaks = matches!(decision, Decision::Ask | Decision::Decline);
    let length = wanted.words.trim().chars().count();
    match (speaks, length) {
        (true, 0) => return Err(Problem::invalid("words is empty: ask and decline need a person's own words.")),
        (true, n) if n > LONGEST_WORDS => {
            return Err(Problem::invalid(format!("words is longer than {LONGEST_WORDS}.")));
        }
        (false, 1..) => return Err(Problem::invalid("words belongs to ask and decline alone.")),
        _ => {}
    }
    if decision != Decision::Answer && !wanted.answers.is_empty() {
        return Err(Problem::invalid("answers belongs to the decision answer alone."));
    }
    let mut sections = wanted.answers.iter().flat_map(|says| &says.sections);
    let plain =
        |text: &str| !text.trim().is_empty() && text.len() <= LONGEST_HEADING && !text.chars().any(char::is_control);
    if !sections.all(|section| plain(&section.heading)) {
        return Err(Problem::invalid(format!("a heading is one line of 1 to {LONGEST_HEADING} bytes.")));
    }
    Ok(())
}

/// The draft with what is to be said instead.
fn edited(found: &Draft, answers: &[Says]) -> Result<Draft, Fault> {
    if answers.len() > 1 + found.also.len() {
        return Err(Fault::Invalid("answers has more entries than the case has questions.".to_owned()));
    }
    let mut all = Vec::new();
    for (n, draft) in found.all().enumerate() {
        all.push(match answers.get(n) {
            Some(says) => edit::apply(draft, &form(says)).map_err(|error| Fault::Invalid(format!("{error}.")))?,
            None => draft.clone(),
        });
    }
    // The first one holds the others only in `also`.
    let also = all.split_off(1);
    let mut first = all.remove(0);
    first.also = also;
    Ok(first)
}

fn done(desk: &Desk, id: &CaseId, decision: Decision, signature: &str, now: Timestamp) -> Done {
    let leaves = (decision != Decision::Close).then(|| Moment(leaves_at(desk, now)));
    Done { case: id.to_string(), decision: decision.key(), signature: signature.to_owned(), leaves_at: leaves }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fits_no_decision_is_refused_before_anything_is_looked_up() {
        let is = |text: &str| {
            let wanted: Wanted = serde_json::from_str(text).unwrap();
            let decision = wanted.decision.into();
            sensible(&wanted, decision).is_ok()
        };
        assert!(is(r#"{"decision":"answer"}"#) && is(r#"{"decision":"ask","words":"Which polyp?"}"#));
        assert!(!is(r#"{"decision":"ask"}"#) && !is(r#"{"decision":"close","words":"Spam."}"#));
        let says = r#"{"headline":{"text":"Yes."},"sections":[{"heading":"","items":[]}]}"#;
        assert!(!is(&format!(r#"{{"decision":"answer","answers":[{says}]}}"#)));
        assert!(!is(r#"{"decision":"decline","words":"No.","answers":[{"headline":{"text":"Yes."}}]}"#));
    }
}
