//! The audit log: what is listed, and what shows when somebody changes it.

use std::process::{Command, Output};

use caseconsultant::domain::reviewer::Role;
use caseconsultant::store::change::Author;
use caseconsultant::store::forget::Forgotten;
use sqlx::Connection as _;

use super::review::{ANN, Desk};
use super::{DANA, Office};
use crate::support::app::{QUESTION, mail};

/// Does to the database what somebody with the file in hand could do.
async fn tamper(office: &Office, statement: &'static str) {
    let mut file = crate::support::engine::beside(&office.config.data_dir).await;
    sqlx::raw_sql(statement).execute(&mut file).await.unwrap();
    file.close().await.unwrap();
}

fn audit(office: &Office, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_caseconsultant"))
        .arg("--data-dir")
        .arg(&office.config.data_dir)
        .arg("audit")
        .args(arguments)
        .envs(crate::support::engine::url(&office.config.data_dir).map(|url| ("CASECONSULTANT_DATABASE__URL", url)))
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).trim().to_owned()
}

#[tokio::test]
async fn every_event_is_listed_with_who_did_it_and_found_by_case_person_kind_and_day() {
    let desk = Desk::open().await;
    let id = desk.arrive(&mail(ANN, "Two polyps", "q1@lakeside.test", QUESTION)).await;
    let dana = desk.office.signed_in(DANA, Role::Admin).await;
    let page = dana.get("/audit").await;
    for word in ["received", "answered", "sign-in link", "signed in", "the service", "Dana Lee", id.as_str()] {
        assert!(page.text.contains(word), "{word}: {}", page.text);
    }
    assert!(!page.text.contains(ANN) && page.text.len() < 60_000);
    let rows =
        async |filter: &str| dana.get(&format!("/audit?{filter}")).await.text.matches("data-label=\"When\"").count();
    let all = rows("").await;
    let (of_case, by_dana) =
        (rows(&format!("case={}", id.as_str().to_lowercase())).await, rows("person=rv_dana").await);
    assert!(of_case > 3 && by_dana >= 1 && of_case + by_dana < all, "{of_case} {by_dana} {all}");
    assert_eq!(rows("kind=answered").await, 1);
    assert_eq!((rows("day=2026-11-24").await, rows("day=2026-11-23").await), (all, 0));
    assert_eq!(rows("before=4").await, 3);
    assert_eq!(dana.get("/audit?case=%3Cb%3E").await.status, 422);
}

#[tokio::test]
async fn what_is_done_to_an_account_stands_in_the_same_chain_with_why() {
    let desk = Desk::open().await;
    let dana = desk.office.signed_in(DANA, Role::Admin).await;
    let (store, now) = (&desk.office.store, desk.office.clock.now());
    let author = Author { by: "rv_dana".to_owned(), why: "the practice asked for it".to_owned() };
    store.record_account_event("ac_lakeside", "exported", "2026-11", author, now).await.unwrap();
    let page = dana.get("/audit?case=ac_lakeside&kind=exported").await;
    assert!(page.text.contains("href=\"/accounts/ac_lakeside\"") && page.text.contains("2026-11: the practice asked"));
    assert!(store.verify_audit(None).await.unwrap().is_ok());
    tamper(&desk.office, "UPDATE account_event SET reason = 'nobody asked' WHERE what = 'exported'").await;
    let fault = store.verify_audit(None).await.unwrap().unwrap_err().to_string();
    assert!(fault.ends_with("(ac_lakeside): what it says was changed"), "{fault}");
}

#[tokio::test]
async fn an_original_that_is_opened_is_an_event_of_who_opened_it() {
    let desk = Desk::open().await;
    let id = desk.arrive(&mail(ANN, "Two polyps", "q1@lakeside.test", QUESTION)).await;
    let dana = desk.office.signed_in(DANA, Role::Admin).await;
    let path = format!("/cases/{id}");
    let reason = [("reason", "the scan lacks its second page")];
    assert_eq!(dana.send(&path, &format!("{path}/original"), &reason).await.status, 200);
    let page = dana.get("/audit?person=rv_dana&kind=original+opened").await;
    assert!(page.text.contains(id.as_str()) && page.text.contains("by Dana Lee"), "{}", page.text);
    assert!(!page.text.contains("second page"), "the reason stands on the case alone");
}

#[tokio::test]
async fn a_change_of_the_log_shows_on_the_page_and_at_the_command_line() {
    let desk = Desk::open().await;
    desk.arrive(&mail(ANN, "Two polyps", "q1@lakeside.test", QUESTION)).await;
    let dana = desk.office.signed_in(DANA, Role::Admin).await;
    assert!(dana.get("/audit").await.text.contains("Nobody has verified"));
    assert_eq!(dana.send("/audit", "/audit/verify", &[]).await.to(), "/audit");
    let page = dana.get("/audit").await;
    assert!(
        page.text.contains("<strong>The chain holds</strong>") && page.text.contains("up to event"),
        "{}",
        page.text
    );
    let head = audit(&desk.office, &["head"]);
    let head = text(&head.stdout).split(' ').next().unwrap().to_owned();
    assert!(head.len() == 64 && page.text.contains(&head), "{head}");
    let well = audit(&desk.office, &["verify", "--head", &head]);
    assert!(well.status.success() && text(&well.stdout).contains("the head that was kept among them"));
    assert_eq!(audit(&desk.office, &["verify", "--head", "abc"]).status.code(), Some(2));

    tamper(&desk.office, "UPDATE event SET detail = 'nothing of note' WHERE what = 'answered'").await;
    let bad = audit(&desk.office, &["verify"]);
    assert!(bad.status.code() == Some(1) && text(&bad.stderr).contains("what it says was changed"), "{bad:?}");
    dana.send("/audit", "/audit/verify", &[]).await;
    let page = dana.get("/audit").await;
    assert!(page.text.contains("The chain does not hold") && page.text.contains("what it says was changed"));
    tamper(&desk.office, "UPDATE event SET detail = '' WHERE what = 'answered'").await;

    tamper(&desk.office, "DELETE FROM audit WHERE n > 5; DELETE FROM event WHERE n > 2").await;
    tamper(&desk.office, "DELETE FROM reviewer_event").await;
    let cut = audit(&desk.office, &["verify", "--head", &head, "--json"]);
    assert!(cut.status.code() == Some(1) && text(&cut.stdout).contains("\"holds\":false"), "{cut:?}");
}

#[tokio::test]
async fn a_case_that_is_forgotten_leaves_the_chain_whole_and_none_of_its_words() {
    let desk = Desk::open().await;
    let id = desk.arrive(&mail(ANN, "Two polyps", "q1@lakeside.test", QUESTION)).await;
    let store = &desk.office.store;
    store.record_feedback(&id, &id, false, "the polyps lay in one segment", desk.office.clock.now()).await.unwrap();
    let (_, head) = store.get_audit_head().await.unwrap();
    assert_eq!(store.forget(&id, desk.office.clock.now()).await.unwrap(), Forgotten::Done);
    let events = store.list_events(&id).await.unwrap();
    assert!(events.iter().all(|event| !event.detail.contains("segment")), "{events:?}");
    let found = store.verify_audit(Some(&head)).await.unwrap().unwrap();
    assert_eq!(found.events, store.get_audit_head().await.unwrap().0);
}
