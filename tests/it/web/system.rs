//! The page of the system: what it tells, and what it keeps to itself.

use std::os::unix::fs::PermissionsExt as _;

use caseconsultant::config::{OauthProvider, SourceKind, TransportKind};
use caseconsultant::domain::alarm::Trouble;
use caseconsultant::domain::heartbeat::Loop;
use caseconsultant::domain::reviewer::Role;
use caseconsultant::mail::SendError;

use super::review::{ANN, Desk};
use super::{DANA, Office};
use crate::support::app::{QUESTION, mail};

#[tokio::test]
async fn every_loop_tells_when_it_last_went_through_and_which_one_is_late() {
    let office = Office::with(|config| {
        config.source.kind = SourceKind::Imap;
        config.transport.kind = TransportKind::None;
    })
    .await;
    let dana = office.signed_in(DANA, Role::Admin).await;
    let beats = &office.engine.heartbeats;
    let state = async |of: &str| {
        let page = dana.get("/system").await;
        assert_eq!(page.status, 200);
        let row =
            regex::Regex::new(&format!("(?s)<tr><td>{of}</td>.*?<span class=\"tag [a-z]*\">([^<]+)</span>")).unwrap();
        row.captures(&page.text).unwrap()[1].to_owned()
    };
    assert_eq!(state("mailbox").await, "has not run yet");
    assert_eq!(state("outbox").await, "not part of this process");
    beats.beat(Loop::Mailbox, office.clock.now());
    beats.beat(Loop::Watch, office.clock.now());
    assert_eq!((state("mailbox").await, state("watch").await), ("well".to_owned(), "well".to_owned()));
    beats.miss(Loop::Mailbox, office.clock.now());
    office.minutes(2);
    assert_eq!((state("mailbox").await, state("watch").await), ("failed last".to_owned(), "late".to_owned()));
}

#[tokio::test]
async fn what_waits_and_every_alarm_stands_on_the_page_with_its_page_of_the_runbook() {
    let desk = Desk::open().await;
    desk.transport.fail_next(vec![SendError::Uncertain { reason: "cut".into(), copied: false }]);
    desk.arrive(&mail(ANN, "Two polyps", "q1@lakeside.test", QUESTION)).await;
    let dana = desk.office.signed_in(DANA, Role::Admin).await;
    let page = dana.get("/system").await;
    for words in ["No alarm stands", "oldest uncertain message", "plain rules: no model is set", "edition in service"] {
        assert!(page.text.contains(words), "{words}: {}", page.text);
    }
    desk.office.alarms.send_replace(vec![Trouble::Uncertain { count: 1 }]);
    let page = dana.get("/system").await;
    assert!(page.text.contains("1 message may or may not have left") && page.text.contains("A message is uncertain"));
    assert!(!page.text.contains(ANN) && page.text.len() < 60_000);
}

#[tokio::test]
async fn the_times_of_the_token_are_told_and_the_token_is_not() {
    let office = Office::with(|config| config.oauth.provider = OauthProvider::Google).await;
    let dana = office.signed_in(DANA, Role::Admin).await;
    assert!(dana.get("/system").await.text.contains("nobody signed in yet"));
    let file = office.config.data_dir.join("oauth.json");
    let now = office.clock.now().0 / 1_000_000;
    let tokens = serde_json::json!({
        "renewal": 3, "refresh_token": "secret-refresh", "access_token": "secret-access",
        "expires_at": now + 1_800, "renewed_at": now - 1_800,
    });
    std::fs::write(&file, tokens.to_string()).unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
    let page = dana.get("/system").await;
    assert!(page.text.contains("08:30 UTC, 30 min ago") && page.text.contains("09:30 UTC, in 30 min"), "{}", page.text);
    assert!(!page.text.contains("secret"));
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
    let page = dana.get("/system").await;
    assert!(page.text.contains("others may read this file") && !page.text.contains("secret"));
}
