//! What a reviewer changed becomes a proposal once the answer has left, and never carries an identity.

use caseconsultant::domain::case::CaseId;
use caseconsultant::domain::proposal::ProposalState;
use caseconsultant::domain::reviewer::Role;
use caseconsultant::store::proposal::Proposal;

use super::review::{ANN, ASKED, Desk, form_of, send, with};
use super::{Browser, DANA, Page};
use crate::support::app::{QUESTION, mail, reply};

const CHANGED: &str = "Yes: 45385, and 45380 with modifier 59 or XS [1].";

/// A case in Dana's hands.
async fn taken(desk: &Desk, asked: &str) -> (Browser, CaseId) {
    let id = desk.arrive(&mail(ANN, "Two polyps", "q1@lakeside.test", asked)).await;
    let dana = desk.office.signed_in(DANA, Role::Admin).await;
    dana.send("/queue", "/queue/next", &[]).await;
    (dana, id)
}

async fn answer(dana: &Browser, id: &CaseId, changes: &[(&str, &str)]) -> Page {
    let form = form_of(&dana.get(&format!("/cases/{id}")).await);
    let sent = send(dana, id, "decide", &with(with(form, changes), &[("decision", "answer")])).await;
    assert_eq!(sent.status, 303, "{}", sent.text);
    sent
}

async fn leaves(desk: &Desk) {
    desk.office.minutes(2);
    desk.work().await;
}

async fn open(desk: &Desk) -> Vec<Proposal> {
    desk.office.store.list_proposals(ProposalState::Open, None, 10).await.unwrap()
}

#[tokio::test]
async fn a_change_is_proposed_when_its_answer_leaves_and_not_before() {
    let desk = Desk::open().await;
    let (dana, id) = taken(&desk, ASKED).await;
    answer(&dana, &id, &[("d0.headline", CHANGED)]).await;
    assert!(open(&desk).await.is_empty(), "it can still be undone");
    assert_eq!(send(&dana, &id, "undo", &[]).await.status, 303);
    leaves(&desk).await;
    assert!(open(&desk).await.is_empty(), "it was undone");
    dana.send(&format!("/cases/{id}"), &format!("/cases/{id}/claim"), &[]).await;
    answer(&dana, &id, &[]).await;
    leaves(&desk).await;
    let proposal = open(&desk).await.remove(0);
    assert_eq!((proposal.case.clone(), proposal.reviewer.as_str()), (id, "rv_dana"));
    assert!(
        proposal.lesson.sent.contains("modifier 59 or XS") && !proposal.lesson.found.contains("modifier 59 or XS"),
        "{proposal:?}"
    );
    assert!(proposal.lesson.golden.unwrap().codes.contains(&"45380".to_owned()));
}

#[tokio::test]
async fn a_draft_that_leaves_as_it_was_found_proposes_nothing() {
    let desk = Desk::open().await;
    let (dana, id) = taken(&desk, ASKED).await;
    answer(&dana, &id, &[]).await;
    leaves(&desk).await;
    assert!(open(&desk).await.is_empty());
}

#[tokio::test]
async fn the_right_answer_to_a_complaint_is_compared_with_the_wrong_one() {
    let desk = Desk::open().await;
    desk.arrive(&mail(ANN, "Two polyps", "q1@lakeside.test", QUESTION)).await;
    let wrong = desk.letters().remove(0);
    desk.office.minutes(1);
    let complaint = desk.arrive(&reply(&wrong, ANN, "b1@lakeside.test", "BAD the polyps lay in one segment")).await;
    let dana = desk.office.signed_in(DANA, Role::Reviewer).await;
    dana.send("/queue", "/queue/next", &[]).await;
    answer(&dana, &complaint, &[("d0.headline", CHANGED)]).await;
    leaves(&desk).await;
    let proposal = open(&desk).await.remove(0);
    assert!(
        proposal.lesson.sent.contains("modifier 59 or XS") && !proposal.lesson.found.contains("modifier 59 or XS"),
        "{proposal:?}"
    );
}

#[tokio::test]
async fn no_proposal_names_the_patient_of_its_question() {
    let desk = Desk::open().await;
    let planted = format!("{ASKED}\nPatient: Maria Gonzalez, MRN 48213377, DOB 03/14/1961.");
    let (dana, id) = taken(&desk, &planted).await;
    let own = "Maria Gonzalez (MRN 48213377, born 03/14/1961) [1].";
    let form = form_of(&dana.get(&format!("/cases/{id}")).await);
    let form = with(form, &[("d0.headline", &format!("{CHANGED} {own}")), ("decision", "answer")]);
    let overruling = [("overrule", "1"), ("reason", "the words are the point of this test")];
    assert_eq!(send(&dana, &id, "decide", &with(form, &overruling)).await.status, 303);
    leaves(&desk).await;
    let proposal = open(&desk).await.remove(0);
    let text = format!("{proposal:?}");
    let page = dana.get(&format!("/proposals/{}", proposal.id)).await;
    for name in ["Gonzalez", "48213377", "03/14/1961"] {
        assert!(!text.contains(name) && !page.text.contains(name), "{name}: {text}");
    }
    assert!(page.text.contains("45380") && page.text.contains("<ins>"), "{}", page.text);
}

#[tokio::test]
async fn an_admin_accepts_a_proposal_and_its_files_hold_it() {
    let desk = Desk::open().await;
    let (dana, id) = taken(&desk, ASKED).await;
    answer(&dana, &id, &[("d0.headline", CHANGED)]).await;
    leaves(&desk).await;
    let list = dana.get("/proposals").await;
    assert!(list.text.contains("1 open") && list.text.contains("45385"), "{}", list.text);
    let path = format!("/proposals/{}", open(&desk).await[0].id);
    let decide = format!("{path}/decide");
    let eli = desk.office.signed_in("eli@example.test", Role::Reviewer).await;
    assert!(!eli.get(&path).await.text.contains("Accept</button>"));
    assert_eq!(eli.send("/me", &decide, &[("decision", "accept")]).await.status, 403);
    assert_eq!(dana.send(&path, &decide, &[("decision", "dismiss")]).await.status, 422, "not without a reason");
    let fields = [("decision", "accept"), ("kind", "synonym"), ("golden", "1"), ("note", "XS belongs beside 59 here.")];
    assert_eq!(dana.send(&path, &decide, &fields).await.to(), "/proposals?said=decided");
    assert_eq!(dana.send("/proposals", &decide, &fields).await.status, 409, "once");
    let text = dana.get("/proposals/accepted.txt").await;
    assert!(text.text.contains("XS belongs beside 59 here.") && text.text.contains("{+"), "{}", text.text);
    assert!(text.headers["content-disposition"].to_str().unwrap().contains("proposals.txt"));
    let golden = dana.get("/proposals/golden.toml").await;
    let read: toml::Table = golden.text.parse().unwrap();
    let case = &read["case"].as_array().unwrap()[0];
    assert!(case["question"].as_str().unwrap().contains("45385") && case["group"].as_str() == Some("bundling"));
    assert!(dana.get("/proposals?state=accepted").await.text.contains(&path));
}

#[tokio::test]
async fn what_is_forgotten_leaves_no_proposal() {
    let desk = Desk::open().await;
    let (dana, id) = taken(&desk, ASKED).await;
    answer(&dana, &id, &[("d0.headline", CHANGED)]).await;
    leaves(&desk).await;
    assert_eq!(open(&desk).await.len(), 1);
    desk.office.store.forget(&id, desk.office.clock.now()).await.unwrap();
    assert!(open(&desk).await.is_empty());
}

#[tokio::test]
async fn a_proposal_that_is_not_there_is_said_to_be_missing() {
    let desk = Desk::open().await;
    let dana = desk.office.signed_in(DANA, Role::Admin).await;
    assert_eq!(dana.get("/proposals/CC-2345678.1").await.status, 404);
    let fields = [("decision", "accept")];
    assert_eq!(dana.send("/proposals", "/proposals/CC-2345678.1/decide", &fields).await.status, 404);
}
