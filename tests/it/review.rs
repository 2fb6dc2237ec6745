//! A case that waits is taken by one person, decided once, and its mail leaves when it can no longer be undone.

use std::time::Duration;

use caseconsultant::domain::case::{CaseId, CaseStatus};
use caseconsultant::domain::draft::{Action, Draft};
use caseconsultant::domain::finding::Report;
use caseconsultant::domain::outbox::{OutboxKind, OutboxState};
use caseconsultant::domain::review::{Decision, Review};
use caseconsultant::domain::waits::Waits;
use caseconsultant::review::edit;
use caseconsultant::store::forget::Forgotten;
use caseconsultant::store::queue::Wanted;
use caseconsultant::store::review::{Claim, NewReview};

use crate::support::app::{TestApp, mail};

const ANN: &str = "ann@lakeside.test";
/// A question that rests on a rule, so that a person reads it first.
const WAITS: &str =
    "HUMAN\n\nWe billed 45385 and 45380 for two polyps, Medicare, DOS 2024-08-01. Which modifier would you take?";
const MINUTE: Duration = Duration::from_secs(60);

/// A case that waits with a draft, in Dana's hands.
async fn held() -> (TestApp, CaseId) {
    let app = TestApp::new().await;
    app.account(ANN).await;
    let question = "A certified coder please: 45385 and 45380 of two polyps, Medicare, DOS 2024-08-01. Which modifier? I want a person to look.";
    let letters = app.ask(&mail(ANN, "Two polyps", "q1@lakeside.test", question)).await;
    assert!(letters[0].said().contains("A certified coder is reading this one"), "{}", letters[0].text);
    let id = app.last_case().await.id;
    assert_eq!(claim(&app, &id, "rv_dana").await, Claim::Held(app.clock().now().plus(15 * MINUTE)));
    (app, id)
}

async fn claim(app: &TestApp, id: &CaseId, reviewer: &str) -> Claim {
    let now = app.clock().now();
    app.store().claim(id, reviewer, now, now.plus(15 * MINUTE)).await.unwrap()
}

fn decision(decision: Decision) -> Review {
    Review::decide(decision, "Dana Lee, CPC", &Report::default(), None).unwrap()
}

async fn decide(app: &TestApp, id: &CaseId, what: Decision, draft: Option<Draft>, edited: bool) -> bool {
    let now = app.clock().now();
    let new = NewReview {
        case: id.clone(),
        reviewer: "rv_dana".to_owned(),
        review: decision(what),
        note: "looked it up".to_owned(),
        draft: draft.map(|draft| (draft, Report::default())),
        edited,
        leaves_at: now.plus(MINUTE),
    };
    app.store().decide_case(new, now).await.unwrap()
}

async fn draft(app: &TestApp, id: &CaseId) -> Draft {
    app.store().get_work(id).await.unwrap().1.unwrap()
}

#[tokio::test]
async fn a_case_that_waits_is_in_the_queue_with_its_pile_and_its_hour() {
    let (app, id) = held().await;
    let waiting = app.store().list_waiting(&Wanted::default(), 10).await.unwrap();
    assert_eq!(waiting.len(), 1);
    assert_eq!((waiting[0].id.clone(), waiting[0].waits), (id, Waits::Human));
    // A moment after nine on Tuesday, and eight hours of an office that is open from nine to five: one moment is left for
    // Wednesday.
    let due = waiting[0].due.instant().to_string();
    assert!(due.starts_with("2026-11-25T09:00:00.001"), "{due}");
    assert_eq!(app.store().count_waiting().await.unwrap(), [(Waits::Human, 1)]);
    let other = Wanted { waits: Some(Waits::Bad), ..Wanted::default() };
    assert!(app.store().list_waiting(&other, 10).await.unwrap().is_empty());
}

#[tokio::test]
async fn two_people_never_hold_the_same_case() {
    let (app, id) = held().await;
    assert_eq!(claim(&app, &id, "rv_eli").await, Claim::Other("rv_dana".to_owned()));
    app.clock().advance(16 * MINUTE);
    assert!(matches!(claim(&app, &id, "rv_eli").await, Claim::Held(_)), "what is left for too long is free");
    let answer = draft(&app, &id).await;
    assert!(!decide(&app, &id, Decision::Answer, Some(answer), false).await, "and who left it decides no more");
}

#[tokio::test]
async fn an_answer_leaves_after_its_minute_signed_and_counted() {
    let (app, id) = held().await;
    let mut form = edit::fields(&draft(&app, &id).await);
    form.sections.push((
        caseconsultant::domain::draft::REMARK.to_owned(),
        "Say in the note that the polyps are two [1].".to_owned(),
    ));
    let edited = edit::apply(&draft(&app, &id).await, &form).unwrap();
    assert!(decide(&app, &id, Decision::Answer, Some(edited), true).await);
    assert_eq!(app.work().await, 0, "its time for undoing is not over");
    assert_eq!(app.last().await.0, CaseStatus::Decided);
    assert!(app.store().count_waiting().await.unwrap().is_empty());
    app.clock().advance(61 * Duration::from_secs(1));
    let before = app.transport.sent().len();
    assert_eq!(app.work().await, 1);
    app.deliver().await;
    assert_eq!(app.transport.sent().len(), before + 1);
    let letter = crate::support::app::Letter::read(&app.transport.sent()[before]);
    let said = letter.said();
    assert!(said.contains("Reviewed by Dana Lee, CPC"), "{said}");
    assert!(said.contains("FROM THE REVIEWER"), "{said}");
    assert!(said.contains("4 of 5 answers left"), "a reviewed answer is counted: {said}");
    assert_eq!(letter.envelope_to, ANN);
    assert_eq!(app.last().await.0, CaseStatus::Answered);
    assert_eq!(app.store().list_reviews(&id).await.unwrap()[0].state, "done");
}

#[tokio::test]
async fn an_undone_decision_sends_nothing_and_keeps_the_text() {
    let (app, id) = held().await;
    let mut form = edit::fields(&draft(&app, &id).await);
    form.headline = "Mine [1].".to_owned();
    let edited = edit::apply(&draft(&app, &id).await, &form).unwrap();
    assert!(decide(&app, &id, Decision::Answer, Some(edited), true).await);
    let now = app.clock().now();
    assert!(!app.store().undo(&id, "rv_eli", now, now).await.unwrap(), "only who decided takes it back");
    assert!(app.store().undo(&id, "rv_dana", now, now.plus(15 * MINUTE)).await.unwrap());
    app.clock().advance(2 * MINUTE);
    assert_eq!(app.work().await, 0);
    assert_eq!(app.last().await.0, CaseStatus::InReview);
    assert_eq!(draft(&app, &id).await.headline.text, "Mine.");
    assert_eq!(app.store().count_waiting().await.unwrap(), [(Waits::Human, 1)]);
    let kinds: Vec<OutboxKind> = app.outbox_states().await.into_iter().map(|(kind, _)| kind).collect();
    assert_eq!(kinds, [OutboxKind::Holding]);
}

#[tokio::test]
async fn what_was_sent_cannot_be_undone() {
    let (app, id) = held().await;
    let answer = draft(&app, &id).await;
    assert!(decide(&app, &id, Decision::Answer, Some(answer), false).await);
    app.clock().advance(2 * MINUTE);
    app.work().await;
    app.deliver().await;
    let now = app.clock().now();
    assert!(!app.store().undo(&id, "rv_dana", now, now).await.unwrap());
}

#[tokio::test]
async fn two_hundred_approvals_at_once_send_one_answer() {
    let (app, id) = held().await;
    let answer = draft(&app, &id).await;
    let mut tries = Vec::new();
    for _ in 0..200 {
        let (store, id, answer, now) = (app.store().clone(), id.clone(), answer.clone(), app.clock().now());
        tries.push(tokio::spawn(async move {
            let new = NewReview {
                case: id,
                reviewer: "rv_dana".to_owned(),
                review: decision(Decision::Answer),
                note: String::new(),
                draft: Some((answer, Report::default())),
                edited: false,
                leaves_at: now,
            };
            store.decide_case(new, now).await.unwrap()
        }));
    }
    let mut counted = 0;
    for tried in tries {
        counted += usize::from(tried.await.unwrap());
    }
    assert_eq!(counted, 1);
    app.work().await;
    app.deliver().await;
    let answers = app.outbox().await.into_iter().filter(|row| row.kind == OutboxKind::Answer).count();
    assert_eq!(answers, 1);
    assert!(app.outbox_states().await.contains(&(OutboxKind::Answer, OutboxState::Sent)));
}

#[tokio::test]
async fn the_one_question_goes_back_and_costs_nothing() {
    let (app, id) = held().await;
    let question = edit::words(Vec::new(), "Were the polyps in different segments?", Action::AskBack).unwrap();
    assert!(decide(&app, &id, Decision::Ask, Some(question), true).await);
    app.clock().advance(2 * MINUTE);
    app.work().await;
    app.deliver().await;
    let (status, reason) = app.last().await;
    assert_eq!((status, reason.as_str()), (CaseStatus::Asked, "decided by Dana Lee, CPC"));
    let sent = app.transport.sent();
    let letter = crate::support::app::Letter::read(sent.last().unwrap());
    assert!(letter.said().starts_with("Were the polyps in different segments?"), "{}", letter.text);
    assert_eq!(app.usage("ac_ann_lakeside_test", "2026-11").await, (0, 0));
}

#[tokio::test]
async fn a_closed_case_writes_to_nobody() {
    let (app, id) = held().await;
    let before = app.transport.sent().len();
    assert!(decide(&app, &id, Decision::Close, None, false).await);
    app.clock().advance(2 * MINUTE);
    assert_eq!(app.work().await, 0);
    assert_eq!(app.deliver().await, 0);
    assert_eq!(app.transport.sent().len(), before);
    assert_eq!(app.last().await.0, CaseStatus::Ignored);
}

#[tokio::test]
async fn a_command_for_a_person_waits_in_its_own_pile() {
    let app = TestApp::new().await;
    app.account(ANN).await;
    app.ask(&mail(ANN, "Question", "h1@lakeside.test", WAITS)).await;
    let piles = app.store().count_waiting().await.unwrap();
    assert_eq!(piles, [(Waits::Human, 1)]);
}

#[tokio::test]
async fn what_is_forgotten_leaves_the_queue_and_what_was_written_beside_it_goes_too() {
    let (app, id) = held().await;
    let answer = draft(&app, &id).await;
    assert!(decide(&app, &id, Decision::Answer, Some(answer), false).await);
    let now = app.clock().now();
    assert_eq!(app.store().forget(&id, now).await.unwrap(), Forgotten::Open, "its mail is about to leave");
    assert!(app.store().undo(&id, "rv_dana", now, now.plus(15 * MINUTE)).await.unwrap());
    assert_eq!(app.store().forget(&id, now).await.unwrap(), Forgotten::Done);
    assert!(app.store().count_waiting().await.unwrap().is_empty());
    let review = app.store().list_reviews(&id).await.unwrap().remove(0);
    assert!(review.found.is_none() && review.note.is_empty());
}
