//! What follows from a verdict: an answer, a wait, or a person. Never a word to an address that is not proved.

use std::time::Duration;

use caseconsultant::domain::case::CaseStatus;
use serde_json::Value;

use super::zone;
use crate::support::app::{QUESTION, SERVICE, TestApp};
use crate::support::program::{run_in, shared};
use crate::support::signed::{key_line, sign, signer};

const ANN: &str = "ann@clinic.test";

fn mail(id: &str) -> String {
    format!(
        "From: Ann <{ANN}>\r\nTo: {SERVICE}\r\nSubject: polyps\r\nDate: Tue, 24 Nov 2026 08:59:00 +0000\r\n\
         Message-ID: <{id}@clinic.test>\r\nReply-To: eve@evil.test\r\n\r\n{QUESTION}\r\n"
    )
}

/// A service that believes signatures and no border.
async fn app(lines: &str) -> TestApp {
    let mut app = TestApp::with(|config| config.trust.authserv_id = String::new(), None).await;
    app.pipeline.dns = zone(lines);
    app
}

#[tokio::test]
async fn a_signed_question_is_answered_to_its_from_address_and_to_no_other() {
    let app = app(&key_line("clinic.test")).await;
    let account = app.account(ANN).await;
    let letter = app.ask_one(&sign(signer("clinic.test"), &mail("1"))).await;
    assert_eq!(letter.envelope_to, ANN, "Reply-To is of the sender's choosing");
    assert_eq!(app.usage(&account, "2026-11").await.0, 1);
}

#[tokio::test]
async fn an_unproved_question_costs_nothing_reveals_nothing_and_waits_with_its_reason() {
    let app = app(&key_line("clinic.test")).await;
    let account = app.account(ANN).await;
    assert!(app.ask(&mail("1")).await.is_empty(), "no word to an address that is not proved");
    assert!(app.ask(&sign(signer("evil.test"), &mail("2"))).await.is_empty());
    for case in app.cases().await {
        assert_eq!(case.status, CaseStatus::InReview);
        assert!(case.reason.starts_with("sender not proved"), "{}", case.reason);
        assert!(!case.reason.contains(ANN) && case.account.is_empty());
    }
    assert_eq!(app.usage(&account, "2026-11").await, (0, 0));
}

#[tokio::test]
async fn where_the_dns_is_silent_the_mail_waits_and_is_answered_when_it_speaks() {
    let mut app = app("s1._domainkey.clinic.test TIMEOUT\n").await;
    app.account(ANN).await;
    assert!(app.ask(&sign(signer("clinic.test"), &mail("1"))).await.is_empty());
    let (status, reason) = app.last().await;
    assert!(status == CaseStatus::Received && reason.contains("DNS did not answer"), "{status:?} {reason}");
    app.pipeline.dns = zone(&key_line("clinic.test"));
    assert_eq!(app.work().await, 0, "not before its time");
    app.clock().advance(Duration::from_secs(301));
    app.work().await;
    assert_eq!(app.deliver().await, 1);
}

#[tokio::test]
async fn where_the_dns_stays_silent_a_person_gets_the_mail() {
    let app = app("s1._domainkey.clinic.test TIMEOUT\n").await;
    app.ask(&sign(signer("clinic.test"), &mail("1"))).await;
    for _ in 0..50 {
        app.clock().advance(Duration::from_secs(301));
        app.work().await;
    }
    let (status, reason) = app.last().await;
    assert!(status == CaseStatus::InReview && reason.contains("DNS did not answer"), "{status:?} {reason}");
    assert_eq!(app.deliver().await, 0);
}

#[test]
fn the_message_command_shows_who_was_proved_and_by_what() {
    let folder = tempfile::tempdir().unwrap();
    let (file, zone) = (folder.path().join("c.toml"), folder.path().join("zone"));
    std::fs::write(&zone, key_line("clinic.test")).unwrap();
    std::fs::write(&file, format!("[trust]\ndns = \"zone\"\nzone_file = {:?}\n", zone.display().to_string())).unwrap();
    let config = file.display().to_string();
    let show = |mail: &str| -> Value {
        run_in(&shared(), &["--config", &config, "message", "-", "--json"], mail.as_bytes()).ended(0, &[]).json()
    };
    let signed = show(&sign(signer("clinic.test"), &mail("1")));
    assert_eq!(signed["trust"]["verdict"], "proved", "{signed}");
    assert_eq!(signed["trust"]["by"], serde_json::json!({"method": "dkim", "witness": "own"}));
    assert_eq!(signed["from"]["address"], ANN);
    let unsigned = show(&mail("2"));
    assert_eq!(unsigned["trust"]["verdict"], "unproved");
    assert!(unsigned["trust"]["why"].as_str().unwrap().contains("nothing proves"), "{unsigned}");
}
