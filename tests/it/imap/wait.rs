//! Waiting for news.

use std::time::{Duration, Instant};

use caseconsultant::mail::imap::ImapSource;
use caseconsultant::mail::{MailSource, Uid};

use super::faults::{HELLO, bad, normal};
use super::{ALICE, LIMIT, LONG, implicit, message, source, uids};
use crate::support::dovecot::{Dovecot, Options};
use crate::support::scripted;

#[tokio::test]
async fn new_mail_ends_the_wait_long_before_its_limit() {
    let server = Dovecot::start().await;
    let mut source = source(&server);
    let cursor = source.fetch(None, 10).await.unwrap().cursor;
    let begin = Instant::now();
    let news = [message(1)];
    let (waited, ()) = tokio::join!(source.wait(LONG), server.deliver(ALICE, &news));
    waited.unwrap();
    assert!(begin.elapsed() < LONG / 4, "{:?}", begin.elapsed());
    assert_eq!(uids(&source.fetch(Some(cursor), 10).await.unwrap()), [Uid(1)]);
}

#[tokio::test]
async fn mail_that_came_between_fetch_and_wait_ends_the_wait_at_once() {
    let server = Dovecot::start().await;
    let mut source = source(&server);
    source.fetch(None, 10).await.unwrap();
    server.deliver(ALICE, &[message(1)]).await;
    let begin = Instant::now();
    source.wait(LONG).await.unwrap();
    assert!(begin.elapsed() < LONG / 4, "{:?}", begin.elapsed());
}

#[tokio::test]
async fn a_wait_on_a_new_connection_returns_at_once_because_nobody_has_looked() {
    let server = Dovecot::start().await;
    let mut source = source(&server);
    let begin = Instant::now();
    source.wait(LONG).await.unwrap();
    assert!(begin.elapsed() < LONG / 4);
}

#[tokio::test]
async fn a_quiet_wait_ends_at_its_limit_whether_idle_is_renewed_or_kept_alive() {
    let extra = "imap_idle_notify_interval = 1 secs\n".to_owned();
    let server = Dovecot::start_with(Options { extra, ..Options::default() }).await;
    for renewed_after in [1, 240] {
        let mut settings = implicit(&server);
        settings.idle_seconds = renewed_after;
        let mut source = ImapSource::new(&settings, LIMIT, true);
        let cursor = source.fetch(None, 10).await.unwrap().cursor;
        let begin = Instant::now();
        let waited = tokio::time::timeout(LONG, source.wait(Duration::from_millis(2500))).await;
        waited.expect("the server's signs of life do not prolong it").unwrap();
        assert!((2400..20_000).contains(&begin.elapsed().as_millis()), "{:?}", begin.elapsed());
        assert!(source.fetch(Some(cursor), 10).await.unwrap().messages.is_empty());
    }
}

#[tokio::test]
async fn without_idle_the_wait_is_a_pause_and_the_next_fetch_finds_the_mail() {
    let extra = "imap_capability = IMAP4rev1 LITERAL+ AUTH=PLAIN\n".to_owned();
    let server = Dovecot::start_with(Options { extra, ..Options::default() }).await;
    let mut source = source(&server);
    let cursor = source.fetch(None, 10).await.unwrap().cursor;
    server.deliver(ALICE, &[message(1)]).await;
    source.wait(Duration::from_millis(100)).await.unwrap();
    assert_eq!(uids(&source.fetch(Some(cursor), 10).await.unwrap()), [Uid(1)]);
}

#[tokio::test]
async fn a_connection_that_dies_during_the_wait_ends_it_with_a_passing_fault() {
    let mut server = Dovecot::start().await;
    let mut source = source(&server);
    source.fetch(None, 10).await.unwrap();
    let waiting = tokio::spawn(async move { (source.wait(LONG).await, source) });
    tokio::task::yield_now().await;
    server.stop();
    let (ended, mut source) = tokio::time::timeout(LONG / 4, waiting).await.expect("the wait ends").unwrap();
    assert!(ended.unwrap_err().is_transient());
    server.restart().await;
    source.fetch(None, 10).await.unwrap();
}

#[tokio::test]
async fn an_idle_that_is_refused_becomes_a_pause() {
    let script: scripted::Script =
        |command| if command == "IDLE" { Some("{tag} NO not now\r\n".to_owned()) } else { normal(command) };
    let mut bad = bad(HELLO, script).await;
    bad.source.fetch(None, 10).await.unwrap();
    let begin = Instant::now();
    bad.source.wait(Duration::from_millis(300)).await.unwrap();
    assert!(begin.elapsed() >= Duration::from_millis(300));
    bad.source.fetch(None, 10).await.unwrap();
}

#[tokio::test]
async fn news_that_comes_while_idle_starts_ends_the_wait() {
    let script: scripted::Script = |command| match command {
        "IDLE" => Some("* 4 EXISTS\r\n+ idling\r\n".to_owned()),
        // The line DONE has no tag: to the script it is an empty command.
        "" => Some("{last} OK done\r\n".to_owned()),
        _ => normal(command),
    };
    let mut bad = bad(HELLO, script).await;
    bad.source.fetch(None, 10).await.unwrap();
    let begin = Instant::now();
    bad.source.wait(LONG).await.unwrap();
    assert!(begin.elapsed() < LONG / 4);
}
