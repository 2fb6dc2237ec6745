//! Whose address it is: aliases, domains, tags behind a plus, names that resemble one, and the policy of an account.

use caseconsultant::domain::address::Address;
use caseconsultant::domain::case::CaseStatus;
use caseconsultant::domain::message::TrustPolicy;
use caseconsultant::domain::outbox::OutboxKind;
use caseconsultant::store::change::{Change, Changed};

use crate::support::app::{BORDER, QUESTION, TestApp, mail, with_header};
use crate::support::program::run_in;

async fn owner(app: &TestApp, address: &str) -> Option<String> {
    let address = Address::parse(address).unwrap();
    app.store().find_account_of(&address).await.unwrap().map(|account| account.id)
}

#[tokio::test]
async fn an_account_is_found_by_its_addresses_their_tags_and_its_domains() {
    let app = TestApp::new().await;
    let account = app.account("ann@clinic.test").await;
    let other = app.account("bob+own@lakeside.test").await;
    let bob = Address::parse("bob@billing.test").unwrap();
    let domain = |belongs| Change::Domain("riverbend.test".to_owned(), belongs);
    assert_eq!(app.change(&account, Change::Sender(bob.clone(), true)).await, Changed::Done);
    assert_eq!(app.change(&other, Change::Sender(bob.clone(), true)).await, Changed::Taken(account.clone()));
    assert_eq!(app.change(&account, domain(true)).await, Changed::Done);
    assert_eq!(app.change(&other, domain(true)).await, Changed::Taken(account.clone()));
    for (address, expected) in [
        ("Ann@CLINIC.test", Some(&account)),
        ("ann+coding@clinic.test", Some(&account)),
        ("bob@billing.test", Some(&account)),
        ("anybody@riverbend.test", Some(&account)),
        ("bob+own@lakeside.test", Some(&other)),
        ("bob@lakeside.test", None),
        ("x@mail.riverbend.test", None),
        ("eve@clinic.test", None),
    ] {
        assert_eq!(owner(&app, address).await.as_ref(), expected, "{address}");
    }
    assert_eq!(app.change(&account, Change::Sender(bob, false)).await, Changed::Done);
    let ann = Address::parse("ann@clinic.test").unwrap();
    let last = app.change(&account, Change::Sender(ann, false)).await;
    assert_eq!(last, Changed::Same, "an account keeps its last address");
    assert_eq!(app.change(&account, domain(false)).await, Changed::Done);
    assert_eq!(owner(&app, "anybody@riverbend.test").await, None);
}

#[tokio::test]
async fn a_stranger_who_resembles_an_account_is_held_with_the_reason() {
    let app = TestApp::new().await;
    app.account("ann@lakeside.test").await;
    for (n, from) in ["ann@lakes1de.test", "bob@lakside.test", "ann@lakeside.example"].into_iter().enumerate() {
        assert!(app.ask(&mail(from, "polyps", &format!("{n}@x.test"), QUESTION)).await.is_empty(), "{from}");
        let (status, reason) = app.last().await;
        assert_eq!(status, CaseStatus::InReview);
        assert!(reason.contains("resembles a…@lakeside.test"), "{reason}");
    }
    assert_eq!(app.ask(&mail("ann+x@lakeside.test", "polyps", "own@x.test", QUESTION)).await.len(), 1);
    assert_eq!(app.ask(&mail("guest@riverbend.test", "polyps", "guest@x.test", QUESTION)).await.len(), 1);
    app.ask(&mail("guest+2@riverbend.test", "polyps", "tag@x.test", "What is the MUE of 45385?")).await;
    assert_eq!(app.outbox_states().await[0].0, OutboxKind::OverQuota, "a tag makes no second guest");
}

#[tokio::test]
async fn an_account_may_ask_for_less_proof_and_no_other_gets_it() {
    let app = TestApp::new().await;
    let account = app.account("ann@clinic.test").await;
    let spf = |from: &str, id: &str| {
        let plain = with_header(from, "polyps", id, "", QUESTION);
        let own = format!("Authentication-Results: {BORDER}; spf=pass smtp.mailfrom={from}\r\n");
        format!("{own}{}", plain.split_once("\r\n").unwrap().1)
    };
    assert!(app.ask(&spf("ann@clinic.test", "1@x.test")).await.is_empty());
    assert_eq!(app.change(&account, Change::Policy(Some(TrustPolicy::Border))).await, Changed::Done);
    assert_eq!(app.ask(&spf("ann@clinic.test", "2@x.test")).await.len(), 1);
    assert!(app.ask(&spf("bob@riverbend.test", "3@x.test")).await.is_empty());
    assert_eq!(app.change(&account, Change::Policy(None)).await, Changed::Done);
    assert!(app.ask(&spf("ann@clinic.test", "4@x.test")).await.is_empty());
}

#[test]
fn the_operator_gives_and_takes_addresses_domains_and_policy() {
    let folder = tempfile::tempdir().unwrap();
    let run = |args: &[&str]| run_in(folder.path(), args, b"");
    let id = run(&["account", "add", "Clinic", "--sender", "ann@clinic.test"]).ended(0, &[]).out.trim().to_owned();
    run(&["account", "sender", &id, "add", "bob@billing.test"]).ended(0, &[]);
    run(&["account", "domain", &id, "@Prüfstelle.test"]).ended(0, &[]);
    run(&["account", "policy", &id, "border"]).ended(0, &[]);
    let shown = run(&["account", "show", "x@xn--prfstelle-r9a.test", "--json"]).ended(0, &[]).json();
    assert_eq!(shown["senders"], serde_json::json!(["ann@clinic.test", "bob@billing.test"]));
    assert_eq!(shown["domains"], serde_json::json!(["xn--prfstelle-r9a.test"]));
    assert_eq!(shown["policy"], "border");
    run(&["account", "domain", &id, "gmail.com"]).ended(2, &["everybody"]);
    run(&["account", "domain", &id, "clinic"]).ended(2, &["not a domain"]);
    run(&["account", "policy", &id, "lax"]).ended(2, &["strict, border, open or default"]);
    run(&["account", "sender", "ac_none", "add", "x@y.test"]).ended(1, &["no such account"]);
    run(&["account", "sender", &id, "remove", "bob@billing.test"]).ended(0, &[]);
    run(&["account", "sender", &id, "remove", "ann@clinic.test"]).ended(1, &["last one"]);
    run(&["account", "policy", &id, "default"]).ended(0, &[]);
}
