//! `/api/v1/cases`: what waits, and one case with all that was found for it. No address, and nothing that identifies.

use std::sync::Arc;

use axum::extract::State;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize};

use super::caller::{Caller, CasesRead};
use super::draft::{self, Draft, Finding};
use super::found::{self, Question};
use super::operation::Operation;
use super::problem::Problem;
use super::sent::{Asked, Named};
use super::shapes::{Answer, Moment, account, words};
use crate::domain::api_token::ApiScope;
use crate::domain::case::{CaseId, CaseStatus};
use crate::domain::review::Confidence;
use crate::domain::time::Timestamp;
use crate::domain::waits::Waits;
use crate::store::queue::{Waiting as Row, Wanted};
use crate::store::recorded::Recorded;
use crate::web::case::{number, view};
use crate::web::desk::Desk;

/// Cases of one answer, where nothing is said, and at most.
const PAGE: u32 = 50;
const LONGEST_PAGE: u32 = 100;

pub fn operations() -> Vec<Operation> {
    let list = ["listCases", "Cases that wait for a person, the most urgent first."];
    let show = ["getCase", "One case: the question without identity, checks, draft, findings, turns and decisions."];
    vec![
        Operation::get::<Cases, _, _>("/api/v1/cases", ApiScope::CasesRead, list, self::list).query::<Filter>(),
        Operation::get::<Case, _, _>("/api/v1/cases/{id}", ApiScope::CasesRead, show, self::show),
    ]
}

/// Which cases are listed.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Filter {
    /// Of one pile.
    #[schemars(schema_with = "piles")]
    pile: Option<String>,
    /// Of one account, by its id.
    account: String,
    /// Of one specialty.
    specialty: String,
    /// Those that the person of the token holds.
    mine: bool,
    /// Behind this place: `next` of the answer before.
    after: Option<String>,
    /// How many, 1 to 100.
    #[schemars(range(min = 1, max = 100))]
    limit: u32,
}

impl Default for Filter {
    fn default() -> Self {
        let (account, specialty) = (String::new(), String::new());
        Self { pile: None, account, specialty, mine: false, after: None, limit: PAGE }
    }
}

fn piles(_: &mut SchemaGenerator) -> Schema {
    words(Waits::ALL.map(Waits::key))
}

fn statuses(_: &mut SchemaGenerator) -> Schema {
    words(CaseStatus::ALL.map(CaseStatus::key))
}

/// A page of cases that wait.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Cases {
    /// The cases.
    cases: Vec<Waiting>,
    /// Where the next page begins; none behind the last one.
    next: Option<String>,
}

/// A case that waits for a person.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Waiting {
    /// Its number.
    id: String,
    /// The case that it is a later mail of; the same as `id` for the first.
    root: String,
    /// Its subject, masked.
    subject: String,
    /// Its pile.
    #[schemars(schema_with = "piles")]
    pile: &'static str,
    /// Why it waits.
    reason: String,
    /// Since when.
    since: Moment,
    /// When it is due.
    due: Moment,
    /// The account; none for a guest, and where nobody is proved to have sent it.
    account: Option<String>,
    /// How sure the draft is: `low`, `middling`, `high`; none without a draft.
    confidence: Option<&'static str>,
    /// The specialty of who asks.
    specialty: String,
    /// The key of the reviewer who holds it.
    held_by: Option<String>,
    /// Until when.
    held_until: Option<Moment>,
}

/// One case.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Case {
    /// Its number.
    id: String,
    /// The case that it is a later mail of; the same as `id` for the first.
    root: String,
    /// Its subject, masked.
    subject: String,
    /// Where it stands.
    #[schemars(schema_with = "statuses")]
    status: &'static str,
    /// Why it waits or ended.
    reason: String,
    /// When it came.
    created: Moment,
    /// When it last moved.
    updated: Moment,
    /// The account; none for a guest, and where nobody is proved to have sent it.
    account: Option<String>,
    /// How it waits; none where it does not.
    waiting: Option<Waiting>,
    /// The edition that was asked; empty where nothing was.
    edition: String,
    /// Its questions, and what was found for each.
    questions: Vec<Question>,
    /// The draft.
    draft: Option<Draft>,
    /// What verification objects to.
    findings: Vec<Finding>,
    /// Its mails, oldest first.
    turns: Vec<Turn>,
    /// What people decided, the last one first.
    decisions: Vec<Decided>,
}

/// A mail of a case.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Turn {
    /// Its number.
    id: String,
    /// Where it stands.
    #[schemars(schema_with = "statuses")]
    status: &'static str,
    /// Why.
    reason: String,
    /// When it came.
    created: Moment,
}

/// What a person decided.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Decided {
    /// When.
    at: Moment,
    /// The key of the reviewer.
    reviewer: String,
    /// The name under the reply.
    signature: String,
    /// `answer`, `ask`, `decline` or `close`.
    decision: &'static str,
    /// `pending` while it can be undone, `done`, or `undone`.
    state: String,
    /// What stands beside it.
    note: String,
    /// The reason for overruling; empty where nothing was overruled.
    overruled: String,
    /// True where the draft was changed.
    edited: bool,
}

async fn list(
    caller: Caller<CasesRead>,
    State(desk): State<Arc<Desk>>,
    Asked(filter): Asked<Filter>,
) -> Result<Answer<Cases>, Problem> {
    if !(1..=LONGEST_PAGE).contains(&filter.limit) {
        return Err(Problem::invalid(format!("limit is 1 to {LONGEST_PAGE}.")));
    }
    let wanted = wanted(&filter, caller.own())?;
    let mut found = desk.store.list_waiting(&wanted, i64::from(filter.limit) + 1).await?;
    let more = found.len() > filter.limit as usize;
    found.truncate(filter.limit as usize);
    let next = found.last().filter(|_| more).map(|last| format!("{}.{}", last.due.0, last.id));
    let now = desk.clock.now();
    Ok(Answer(Cases { cases: found.into_iter().map(|row| waiting(row, now)).collect(), next }))
}

fn wanted(filter: &Filter, own: &str) -> Result<Wanted, Problem> {
    let pile = |word: &String| {
        let known = || Waits::ALL.map(Waits::key).join(", ");
        Waits::parse(word).ok_or_else(|| Problem::invalid(format!("There is no such pile; there are {}.", known())))
    };
    let place = |text: &String| {
        let read = text.split_once('.').and_then(|(due, id)| Some((Timestamp(due.parse().ok()?), CaseId::parse(id)?)));
        read.ok_or_else(|| Problem::invalid("after is not what an answer gave as next."))
    };
    if filter.mine && own.is_empty() {
        return Err(Problem::invalid("mine needs a token that stands for a person."));
    }
    Ok(Wanted {
        waits: filter.pile.as_ref().map(pile).transpose()?,
        account: filter.account.clone(),
        specialty: filter.specialty.clone(),
        held_by: if filter.mine { own.to_owned() } else { String::new() },
        after: filter.after.as_ref().map(place).transpose()?,
    })
}

fn waiting(row: Row, now: Timestamp) -> Waiting {
    let held = !row.held_by.is_empty() && row.held_until >= now;
    Waiting {
        id: row.id.to_string(),
        root: row.root.to_string(),
        subject: row.subject,
        pile: row.waits.key(),
        reason: row.reason,
        since: Moment(row.since),
        due: Moment(row.due),
        account: account(&row.account),
        confidence: row.confidence.map(Confidence::words),
        specialty: row.specialty,
        held_until: held.then_some(Moment(row.held_until)),
        held_by: held.then_some(row.held_by),
    }
}

async fn show(_: Caller<CasesRead>, State(desk): State<Arc<Desk>>, Named(id): Named) -> Result<Answer<Case>, Problem> {
    let id = number(&id)?;
    let row = desk.store.find_case(&id).await?;
    let row = row.ok_or_else(|| Problem::not_found(format!("There is no case {id}.")))?;
    let root = desk.store.find_turn(&id).await?.map_or_else(|| id.clone(), |turn| turn.root);
    let now = desk.clock.now();
    let work = view::work(&desk, &id, &root).await?;
    let corpus = work.as_ref().map(|work| desk.shelf.edition(&work.evidence.edition));
    let report = work
        .as_ref()
        .zip(corpus)
        .map(|(work, corpus)| crate::verify::run(&corpus, &work.evidence, &work.draft, &desk.config.policy));
    let turns = desk.store.list_turns(&root).await?.into_iter().map(|turn| Turn {
        id: turn.id.to_string(),
        status: turn.status.key(),
        reason: turn.reason,
        created: Moment(turn.created_at),
    });
    Ok(Answer(Case {
        root: root.to_string(),
        subject: row.subject,
        status: row.status.key(),
        reason: row.reason,
        created: Moment(row.created_at),
        updated: Moment(row.updated_at),
        account: account(&row.account),
        waiting: desk.store.find_waiting(&id).await?.map(|row| waiting(row, now)),
        edition: work.as_ref().map(|work| work.evidence.edition.clone()).unwrap_or_default(),
        questions: work.as_ref().map(|work| found::questions(&work.evidence)).unwrap_or_default(),
        draft: work.as_ref().map(|work| draft::told(&work.draft)),
        findings: report.map(|report| draft::findings(&report)).unwrap_or_default(),
        turns: turns.collect(),
        decisions: desk.store.list_reviews(&id).await?.into_iter().map(decided).collect(),
        id: id.to_string(),
    }))
}

fn decided(own: Recorded) -> Decided {
    Decided {
        at: Moment(own.at),
        signature: own.review.signature().to_owned(),
        decision: own.review.decision().key(),
        overruled: own.review.overruled().to_owned(),
        reviewer: own.reviewer,
        state: own.state,
        note: own.note,
        edited: own.edited,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_listed_is_named() {
        let of = |filter: Filter| wanted(&filter, "");
        assert!(of(Filter { pile: Some("policy".to_owned()), ..Filter::default() }).is_ok());
        assert!(of(Filter { pile: Some("hay".to_owned()), ..Filter::default() }).is_err());
        assert!(of(Filter { after: Some("5.CC-2345678".to_owned()), ..Filter::default() }).is_ok());
        for after in ["", "5", "5.", "x.CC-2345678", "5.CC-!"] {
            assert!(of(Filter { after: Some(after.to_owned()), ..Filter::default() }).is_err(), "{after}");
        }
        assert!(of(Filter { mine: true, ..Filter::default() }).is_err());
    }
}
