//! What an admin does with messages that did not leave, and with mail that could not be read.

use caseconsultant::domain::case::{CaseId, CaseStatus};
use caseconsultant::domain::outbox::OutboxState;
use caseconsultant::domain::reviewer::Role;
use caseconsultant::mail::SendError;
use caseconsultant::store::audit::Sought;

use super::review::{ANN, Desk};
use super::{Browser, DANA, Page};
use crate::support::app::{QUESTION, mail};

/// An answer that a server did not take, and an admin who looks at it.
async fn refused(error: SendError) -> (Desk, Browser, CaseId, String) {
    let desk = Desk::open().await;
    desk.transport.fail_next(vec![error]);
    let id = desk.arrive(&mail(ANN, "Two polyps", "q1@lakeside.test", QUESTION)).await;
    let row = desk.office.store.list_outbox(&id).await.unwrap().remove(0);
    let dana = desk.office.signed_in(DANA, Role::Admin).await;
    (desk, dana, id, row.id)
}

async fn settle(browser: &Browser, row: &str, act: &str, reason: &str) -> Page {
    let path = format!("/outbox/{row}");
    browser.send("/me", &format!("{path}/settle"), &[("act", act), ("reason", reason)]).await
}

/// What is written down of a kind, the newest first.
async fn written(desk: &Desk, what: &str) -> Vec<(String, String)> {
    let sought = Sought { what: what.to_owned(), ..Sought::default() };
    let found = desk.office.store.list_audit(&sought, 10).await.unwrap();
    found.into_iter().map(|listed| (listed.person, listed.detail)).collect()
}

#[tokio::test]
async fn a_held_answer_leaves_by_an_admins_word_and_the_word_is_kept() {
    let (desk, dana, id, row) = refused(SendError::Permanent("550 5.1.1 no such user".into())).await;
    let list = dana.get("/outbox?state=held").await;
    assert!(list.text.contains("held for a person 1") && list.text.contains("550 5.1.1"), "{}", list.text);
    assert!(list.text.contains("a…@lakeside.test") && !list.text.contains(ANN) && list.text.len() < 60_000);
    let page = dana.get(&format!("/outbox/{row}")).await;
    assert!(page.text.contains(ANN) && page.text.contains("Release it") && page.text.contains("held</td>"));
    assert_eq!(settle(&dana, &row, "release", " ").await.status, 422);
    let done = settle(&dana, &row, "release", "their mail server is mended, says John Smith, DOB 04/05/1961").await;
    assert_eq!((done.status, done.to()), (303, format!("/outbox/{row}?said=released").as_str()), "{}", done.text);
    assert_eq!(settle(&dana, &row, "release", "a second click").await.status, 409);
    desk.work().await;
    assert_eq!((desk.letters().len(), desk.status(&id).await), (1, CaseStatus::Answered));
    let (person, detail) = written(&desk, "released").await.remove(0);
    assert!(person == "rv_dana" && detail.starts_with("answer, by Dana Lee: their mail server is mended"), "{detail}");
    assert!(!detail.contains("04/05/1961"), "{detail}");
}

#[tokio::test]
async fn what_is_discarded_never_leaves_and_costs_nothing() {
    let (desk, dana, id, row) = refused(SendError::Permanent("550 no".into())).await;
    let done = settle(&dana, &row, "discard", "they were told by telephone").await;
    assert_eq!((done.status, done.to()), (303, format!("/outbox/{row}?said=discarded").as_str()), "{}", done.text);
    assert!(dana.get(done.to()).await.text.contains("it never leaves"));
    for act in ["release", "retry", "discard", "lost", "arrived"] {
        assert_eq!(settle(&dana, &row, act, "another click").await.status, 409, "{act}");
    }
    assert_eq!(settle(&dana, &row, "dance", "another click").await.status, 422);
    desk.work().await;
    assert!(desk.letters().is_empty());
    assert_eq!(desk.status(&id).await, CaseStatus::Ignored);
    let usage = desk.office.store.find_usage("ac_lakeside", "2026-11").await.unwrap();
    assert_eq!((usage.settled, usage.reserved), (0, 0));
}

#[tokio::test]
async fn a_message_that_waits_for_its_next_attempt_is_tried_at_once() {
    let (desk, dana, id, row) = refused(SendError::Temporary("451 busy".into())).await;
    desk.work().await;
    assert!(desk.letters().is_empty(), "its time has not come");
    assert_eq!(settle(&dana, &row, "release", "it is not held").await.status, 409);
    assert_eq!(settle(&dana, &row, "retry", "the server is back").await.status, 303);
    desk.work().await;
    assert_eq!((desk.letters().len(), desk.status(&id).await), (1, CaseStatus::Answered));
}

#[tokio::test]
async fn an_uncertain_message_is_settled_as_sent_or_sent_again_and_never_released() {
    for (act, letters) in [("arrived", 0), ("lost", 1)] {
        let (desk, dana, id, row) =
            refused(SendError::Uncertain { reason: "the answer was lost".into(), copied: false }).await;
        assert!(dana.get(&format!("/outbox/{row}")).await.text.contains("all uncertain messages of"));
        for other in ["release", "retry", "discard"] {
            assert_eq!(settle(&dana, &row, other, "it is not known").await.status, 409, "{other}");
        }
        assert_eq!(settle(&dana, &row, act, "the log of their server").await.status, 303);
        desk.work().await;
        assert_eq!((desk.letters().len(), desk.status(&id).await), (letters, CaseStatus::Answered), "{act}");
        let state = desk.office.store.find_dispatch(&row).await.unwrap().unwrap().0.state;
        assert_eq!(state, OutboxState::Sent);
        assert!(written(&desk, "settled").await[0].1.ends_with("says Dana Lee: the log of their server"));
    }
}

#[tokio::test]
async fn the_outbox_is_read_page_by_page_and_an_unknown_message_is_not_found() {
    let desk = Desk::open().await;
    for n in 0..52 {
        let from = format!("sender{n}@lakeside.test");
        desk.arrive(&mail(&from, "Two polyps", &format!("q{n}@lakeside.test"), QUESTION)).await;
    }
    let dana = desk.office.signed_in(DANA, Role::Admin).await;
    let page = dana.get("/outbox").await;
    assert_eq!(page.text.matches("data-label=\"To\"").count(), 50);
    assert!(page.text.len() < 60_000, "{}", page.text.len());
    let next = regex::Regex::new("href=\"(/outbox\\?[^\"]*after[^\"]*)\"").unwrap();
    let next = next.captures(&page.text).unwrap()[1].replace("&#38;", "&");
    let rest = dana.get(&next).await.text;
    assert_eq!(rest.matches("data-label=\"To\"").count(), desk.letters().len() - 50);
    assert_eq!(dana.get("/outbox/o-none").await.status, 404);
    assert_eq!(settle(&dana, "o-none", "release", "a good reason").await.status, 404);
}

#[tokio::test]
async fn mail_that_cannot_be_read_is_seen_with_its_reason_tried_again_and_closed() {
    let desk = Desk::open().await;
    let two = mail(ANN, "Two polyps", "q1@lakeside.test", QUESTION);
    let two = two.replacen("To: ", "From: eve@evil.test\r\nTo: ", 1);
    let id = desk.arrive(&two).await;
    let dana = desk.office.signed_in(DANA, Role::Admin).await;
    let page = dana.get("/quarantine").await;
    assert!(page.text.contains("2 From lines") && page.text.contains(id.as_str()), "{}", page.text);
    assert!(page.text.contains(&format!("data-label=\"Bytes\" class=\"number\">{}", two.len())), "{}", page.text);
    let path = format!("/quarantine/{id}");
    let send = async |act: &str, reason: &str| dana.send("/me", &path, &[("act", act), ("reason", reason)]).await;
    assert_eq!(send("retry", "").await.status, 422);
    let done = send("retry", "the reader was mended").await;
    assert_eq!((done.status, done.to()), (303, "/quarantine?said=retried"), "{}", done.text);
    assert_eq!(desk.status(&id).await, CaseStatus::Received);
    assert_eq!(send("discard", "it is being read").await.status, 409);
    desk.work().await;
    assert_eq!(desk.status(&id).await, CaseStatus::InReview);
    assert_eq!(written(&desk, "reopened").await[0].1, "by Dana Lee: the reader was mended");
    assert_eq!(
        dana.send("/me", "/quarantine/CC-9999999", &[("act", "retry"), ("reason", "is it there")]).await.status,
        409
    );
}

#[tokio::test]
async fn what_is_discarded_from_the_quarantine_is_closed_without_a_word_and_not_under_a_colleagues_hands() {
    let desk = Desk::open().await;
    let two = mail(ANN, "Two polyps", "q1@lakeside.test", QUESTION);
    let id = desk.arrive(&two.replacen("To: ", "From: eve@evil.test\r\nTo: ", 1)).await;
    let dana = desk.office.signed_in(DANA, Role::Admin).await;
    let kim = desk.office.signed_in("kim@example.test", Role::Reviewer).await;
    kim.send(&format!("/cases/{id}"), &format!("/cases/{id}/claim"), &[]).await;
    let fields = [("act", "discard"), ("reason", "spam with two senders")];
    let path = format!("/quarantine/{id}");
    assert_eq!(dana.send("/me", &path, &fields).await.status, 409);
    kim.send(&format!("/cases/{id}"), &format!("/cases/{id}/hand-over"), &[]).await;
    assert_eq!(dana.send("/me", &path, &fields).await.to(), "/quarantine?said=discarded");
    assert!(dana.get("/quarantine").await.text.contains("Nothing lies in quarantine"));
    assert_eq!(desk.status(&id).await, CaseStatus::Ignored);
    assert_eq!(desk.office.store.list_reviews(&id).await.unwrap()[0].note, "spam with two senders");
    desk.work().await;
    assert!(desk.letters().is_empty());
}
