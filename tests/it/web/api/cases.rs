//! Cases and decisions by program: the same rules, the same races, the same mail as from the page.

use caseconsultant::domain::api_token::ApiScope;
use caseconsultant::domain::case::CaseStatus;
use caseconsultant::domain::reviewer::{Role, Standing};
use serde_json::{Value, json};

use super::super::DANA;
use super::super::review::{ANN, ASKED, Desk};
use super::Program;
use crate::support::app::mail;

const SCOPES: [ApiScope; 2] = [ApiScope::CasesRead, ApiScope::DecisionsWrite];

/// What the draft says to the first question, as it was read.
fn says(case: &Value) -> Value {
    case["draft"]["answers"][0]["says"].clone()
}

#[tokio::test]
async fn a_program_claims_a_case_corrects_its_draft_and_decides_it_once() {
    let desk = Desk::open().await;
    let id = desk.arrive(&mail(ANN, "Two polyps", "q1@lakeside.test", ASKED)).await;
    let dana = desk.office.add(DANA, Role::Reviewer, Standing::Active).await;
    let program = Program::of(&desk.office, &SCOPES, Some(&dana)).await;
    let listed = program.get("/api/v1/cases?pile=human").await.good();
    assert_eq!(listed["cases"][0]["id"], id.as_str());
    assert_eq!((&listed["cases"][0]["account"], &listed["next"]), (&json!("ac_lakeside"), &Value::Null));
    let path = format!("/api/v1/cases/{id}");
    let decision = format!("{path}/decision");
    let early = program.post(&decision, &json!({"decision": "answer"})).await;
    assert_eq!((early.status, early.code()), (409, "conflict"), "nobody decides what they do not hold: {early:?}");
    let held = program.post(&format!("{path}/claim"), &json!({})).await.good();
    assert_eq!(held["case"], id.as_str());
    let case = program.get(&path).await.good();
    assert_eq!((&case["status"], &case["waiting"]["held_by"]), (&json!("in_review"), &json!(dana)));
    assert!(!case.to_string().contains(ANN), "no address: {case}");
    let check = &case["questions"][0]["checks"];
    assert!(check.as_array().unwrap().iter().any(|check| check["outcome"] == "edit_modifier_allowed"), "{check}");
    let mut says = says(&case);
    says["headline"] = json!({"text": "Yes: 45385, and 45380 with modifier 59 or XS.", "cites": [1]});
    let wish = json!({"decision": "answer", "answers": [says], "note": "read the note of the endoscopist"});
    let done = program.post_once(&decision, &wish, "call-1").await.good();
    assert_eq!((&done["decision"], &done["signature"]), (&json!("answer"), &json!("Dana Lee")));
    assert_eq!(done["leaves_at"], "2026-11-24T09:02:00Z");
    // The same call again does nothing and is told the same; another under its key is a mistake.
    assert_eq!(program.post_once(&decision, &wish, "call-1").await.good(), done);
    let other = program.post_once(&decision, &json!({"decision": "close"}), "call-1").await;
    assert_eq!((other.status, other.code()), (422, "key_reused"));
    assert_eq!(program.post(&decision, &wish).await.status, 409, "without a key it is a second decision");
    desk.office.minutes(2);
    desk.work().await;
    assert_eq!(desk.status(&id).await, CaseStatus::Answered);
    let letters = desk.letters();
    assert_eq!(letters.len(), 2, "the holding notice and the answer");
    assert!(letters[1].said().starts_with("Yes: 45385, and 45380 with modifier 59 or XS"), "{}", letters[1].text);
    assert!(letters[1].said().contains("Reviewed by Dana Lee"), "{}", letters[1].text);
    assert_eq!(program.post_once(&decision, &wish, "call-1").await.good(), done, "and when it is long done");
    let case = program.get(&path).await.good();
    assert_eq!((&case["status"], &case["decisions"][0]["state"]), (&json!("answered"), &json!("done")));
    assert_eq!(case["decisions"][0]["edited"], true);
}

#[tokio::test]
async fn objections_come_back_as_a_list_and_no_token_overrules_them() {
    let desk = Desk::open().await;
    let id = desk.arrive(&mail(ANN, "Two polyps", "q1@lakeside.test", ASKED)).await;
    // An admin in person is a reviewer by token.
    let kim = desk.office.add("kim@example.test", Role::Admin, Standing::Active).await;
    let program = Program::of(&desk.office, &SCOPES, Some(&kim)).await;
    let path = format!("/api/v1/cases/{id}");
    program.post(&format!("{path}/claim"), &json!({})).await.good();
    let mut wrong = says(&program.get(&path).await.good());
    wrong["lines"] = json!([{"code": "45385"}, {"code": "45380", "units": 77}]);
    wrong["headline"] = json!({"text": "Bill 99499 as well.", "cites": [1]});
    let wish = json!({"decision": "answer", "answers": [wrong]});
    let reply = program.post_once(&format!("{path}/decision"), &wish, "k").await;
    assert_eq!((reply.status, reply.code()), (409, "objections"), "{reply:?}");
    let objections = reply.json["objections"].as_array().unwrap();
    assert!(objections.iter().any(|text| text.as_str().unwrap().contains("99499")), "{objections:?}");
    assert_eq!(desk.status(&id).await, CaseStatus::InReview);
    // A refusal is not kept under its key: nothing was done.
    let asked = json!({"decision": "ask", "words": "Were the polyps of one segment?"});
    let done = program.post_once(&format!("{path}/decision"), &asked, "k").await.good();
    assert_eq!(done["decision"], "ask");
    let unread = program.post(&format!("{path}/undo"), &json!({})).await.good();
    assert_eq!(unread["case"], id.as_str());
    assert_eq!(desk.status(&id).await, CaseStatus::InReview, "undone, and in the same hands");
    let mut two = json!({"decision": "answer", "answers": []});
    two["answers"] = json!([{"headline": {"text": "One."}}, {"headline": {"text": "Two."}}]);
    let many = program.post(&format!("{path}/decision"), &two).await;
    assert_eq!((many.status, many.code()), (422, "invalid"), "{many:?}");
    let closed = program.post(&format!("{path}/decision"), &json!({"decision": "close"})).await.good();
    assert_eq!(closed["leaves_at"], Value::Null);
    assert_eq!(desk.status(&id).await, CaseStatus::Ignored);
}

#[tokio::test]
async fn of_many_calls_at_once_one_decides() {
    let desk = Desk::open().await;
    let id = desk.arrive(&mail(ANN, "Two polyps", "q1@lakeside.test", ASKED)).await;
    let dana = desk.office.add(DANA, Role::Reviewer, Standing::Active).await;
    let program = Program::of(&desk.office, &SCOPES, Some(&dana)).await;
    let path = format!("/api/v1/cases/{id}");
    program.post(&format!("{path}/claim"), &json!({})).await.good();
    let (decision, wish) = (format!("{path}/decision"), json!({"decision": "answer"}));
    let named = (0..20).map(|_| program.post_once(&decision, &wish, "one"));
    let named = futures::future::join_all(named).await;
    assert!(named.iter().all(|reply| reply.status == 200 && reply.json == named[0].json), "{named:?}");
    let others = futures::future::join_all((0..20).map(|_| program.post(&decision, &wish))).await;
    assert!(others.iter().all(|reply| reply.status == 409), "{others:?}");
    assert_eq!(desk.office.store.list_reviews(&id).await.unwrap().len(), 1);
}

#[tokio::test]
async fn the_queue_is_read_page_by_page_and_by_what_is_asked_for() {
    let desk = Desk::open().await;
    for n in 1..=5 {
        let text = ASKED.replace("08-01", &format!("08-0{n}"));
        desk.arrive(&mail(ANN, &format!("Case {n}"), &format!("q{n}@lakeside.test"), &text)).await;
    }
    let dana = desk.office.add(DANA, Role::Reviewer, Standing::Active).await;
    let program = Program::of(&desk.office, &SCOPES, Some(&dana)).await;
    let (mut seen, mut path) = (Vec::new(), "/api/v1/cases?limit=2".to_owned());
    loop {
        let page = program.get(&path).await.good();
        let cases = page["cases"].as_array().unwrap().clone();
        assert!(cases.len() <= 2);
        seen.extend(cases.iter().map(|case| case["subject"].as_str().unwrap().to_owned()));
        let Some(next) = page["next"].as_str() else { break };
        path = format!("/api/v1/cases?limit=2&after={next}");
    }
    assert_eq!(seen, ["Case 1", "Case 2", "Case 3", "Case 4", "Case 5"]);
    let first = program.get("/api/v1/cases?limit=1").await.good()["cases"][0]["id"].as_str().unwrap().to_owned();
    program.post(&format!("/api/v1/cases/{first}/claim"), &json!({})).await.good();
    let mine = program.get("/api/v1/cases?mine=true").await.good();
    assert_eq!((mine["cases"].as_array().unwrap().len(), &mine["cases"][0]["id"]), (1, &json!(first)));
    for (filter, n) in [("pile=human", 5), ("pile=bad", 0), ("account=ac_lakeside", 5), ("account=ac_other", 0)] {
        let page = program.get(&format!("/api/v1/cases?{filter}")).await.good();
        assert_eq!(page["cases"].as_array().unwrap().len(), n, "{filter}");
    }
    for odd in ["pile=hay", "limit=0", "limit=101", "limit=x", "after=x", "colour=red", "mine=perhaps"] {
        let reply = program.get(&format!("/api/v1/cases?{odd}")).await;
        assert_eq!((reply.status, reply.code()), (422, "invalid"), "{odd}");
    }
    let kim = desk.office.add("kim@example.test", Role::Reviewer, Standing::Active).await;
    let other = Program::of(&desk.office, &SCOPES, Some(&kim)).await;
    let taken = other.post(&format!("/api/v1/cases/{first}/claim"), &json!({})).await;
    assert_eq!((taken.status, taken.code()), (409, "conflict"));
    assert_eq!(other.post(&format!("/api/v1/cases/{first}/undo"), &json!({})).await.status, 409);
}

#[tokio::test]
async fn nobody_is_written_to_by_program_where_the_sender_is_not_proved() {
    let desk = Desk::open().await;
    let unproved = mail(ANN, "Two polyps", "q1@lakeside.test", ASKED).replace("dmarc=pass", "dmarc=fail");
    let id = desk.arrive(&unproved).await;
    let dana = desk.office.add(DANA, Role::Reviewer, Standing::Active).await;
    let program = Program::of(&desk.office, &SCOPES, Some(&dana)).await;
    let path = format!("/api/v1/cases/{id}");
    program.post(&format!("{path}/claim"), &json!({})).await.good();
    let asked = program.post(&format!("{path}/decision"), &json!({"decision": "ask", "words": "Who are you?"})).await;
    assert_eq!((asked.status, asked.code()), (409, "conflict"), "{asked:?}");
    assert!(!program.get(&path).await.good().to_string().contains(ANN));
    program.post(&format!("{path}/decision"), &json!({"decision": "close"})).await.good();
    desk.office.minutes(2);
    desk.work().await;
    assert!(desk.letters().is_empty());
}
