//! What a fetch brings, from a real server.

use std::time::Duration;

use caseconsultant::mail::imap::ImapSource;
use caseconsultant::mail::{Cursor, MailSource, Raw, Uid};

use super::{ALICE, LIMIT, LONG, implicit, large, message, source, uids};
use crate::support::dovecot::Dovecot;

fn subject_of(raw: &Raw) -> String {
    let text = String::from_utf8_lossy(raw.bytes()).into_owned();
    text.lines().find_map(|line| line.strip_prefix("Subject: ")).unwrap_or_default().trim().to_owned()
}

#[tokio::test]
async fn a_first_connect_begins_with_new_mail_unless_told_otherwise() {
    let server = Dovecot::start().await;
    server.deliver(ALICE, &[message(1), message(2)]).await;
    let mut source = ImapSource::new(&implicit(&server), LIMIT, false);
    let first = source.fetch(None, 10).await.unwrap();
    assert!(first.messages.is_empty() && !first.more);
    assert_eq!(first.cursor.last_uid, 2);
    server.deliver(ALICE, &[message(3)]).await;
    let second = source.fetch(Some(first.cursor), 10).await.unwrap();
    assert_eq!(uids(&second), [Uid(3)]);
    assert_eq!(uids(&self::source(&server).fetch(None, 10).await.unwrap()), [Uid(1), Uid(2), Uid(3)]);
}

#[tokio::test]
async fn an_empty_mailbox_has_a_beginning() {
    let server = Dovecot::start().await;
    let mut source = source(&server);
    let batch = source.fetch(None, 10).await.unwrap();
    assert!(batch.messages.is_empty() && !batch.more);
    let again = source.fetch(Some(batch.cursor), 10).await.unwrap();
    assert_eq!(again.cursor, batch.cursor);
    server.deliver(ALICE, &[message(1)]).await;
    assert_eq!(uids(&source.fetch(Some(batch.cursor), 10).await.unwrap()), [Uid(1)]);
}

#[tokio::test]
async fn a_long_mailbox_comes_in_batches_byte_for_byte() {
    let server = Dovecot::start().await;
    let sent: Vec<Vec<u8>> = (0..250).map(message).collect();
    server.deliver(ALICE, &sent).await;
    let mut source = source(&server);
    let (mut cursor, mut fetched, mut batches) = (None, Vec::new(), 0);
    loop {
        let batch = source.fetch(cursor, 100).await.unwrap();
        cursor = Some(batch.cursor);
        batches += 1;
        fetched.extend(batch.messages);
        if !batch.more {
            break;
        }
    }
    assert_eq!((fetched.len(), batches), (250, 3));
    assert!(fetched.windows(2).all(|pair| pair[0].uid < pair[1].uid));
    for (sent, fetched) in sent.iter().zip(&fetched) {
        assert!(matches!(&fetched.raw, Raw::Whole(bytes) if bytes.ends_with(sent)));
        assert_eq!(fetched.size, fetched.raw.bytes().len() as u64);
    }
}

#[tokio::test]
async fn a_batch_may_be_asked_for_again_when_it_was_not_committed() {
    let server = Dovecot::start().await;
    server.deliver(ALICE, &(0..5).map(message).collect::<Vec<_>>()).await;
    let mut source = source(&server);
    let first = source.fetch(None, 2).await.unwrap();
    assert!(first.more);
    assert_eq!(uids(&source.fetch(None, 2).await.unwrap()), uids(&first));
    assert_eq!(uids(&source.fetch(Some(first.cursor), 9).await.unwrap()), [Uid(3), Uid(4), Uid(5)]);
}

#[tokio::test]
async fn a_message_over_the_limit_arrives_as_its_header_in_its_place() {
    let server = Dovecot::start().await;
    server.deliver(ALICE, &[message(1), large(LIMIT as usize + 1), message(2)]).await;
    let batch = source(&server).fetch(None, 10).await.unwrap();
    let [one, two, three] = &batch.messages[..] else { panic!("three messages") };
    assert!(matches!(one.raw, Raw::Whole(_)) && matches!(three.raw, Raw::Whole(_)));
    assert!(matches!(&two.raw, Raw::HeaderOnly(bytes) if bytes.ends_with(b"\r\n\r\n")));
    assert!(two.size > LIMIT);
    assert_eq!(subject_of(&two.raw), "large");
}

#[tokio::test]
async fn the_bytes_of_one_batch_are_bounded() {
    let server = Dovecot::start().await;
    server.deliver(ALICE, &vec![large(15_000_000); 3]).await;
    let mut source = ImapSource::new(&implicit(&server), 20_000_000, true);
    let first = source.fetch(None, 10).await.unwrap();
    assert_eq!((first.messages.len(), first.more), (2, true));
    let second = source.fetch(Some(first.cursor), 10).await.unwrap();
    assert_eq!((second.messages.len(), second.more), (1, false));
    assert!(second.messages[0].raw.bytes().ends_with(&large(15_000_000)));
}

#[tokio::test]
async fn a_restart_of_the_server_is_a_passing_fault() {
    let mut server = Dovecot::start().await;
    server.deliver(ALICE, &[message(1)]).await;
    let mut source = source(&server);
    let cursor = source.fetch(None, 10).await.unwrap().cursor;
    server.stop();
    let broken = source.fetch(Some(cursor), 10).await.unwrap_err();
    assert!(broken.is_transient(), "{broken}");
    source.reset().await;
    let refused = source.wait(LONG).await.unwrap_err();
    assert!(refused.is_transient(), "{refused}");
    server.restart().await;
    server.deliver(ALICE, &[message(2)]).await;
    source.reset().await;
    assert_eq!(uids(&source.fetch(Some(cursor), 10).await.unwrap()), [Uid(2)]);
}

#[tokio::test]
async fn a_call_that_is_cancelled_leaves_no_answers_behind() {
    let server = Dovecot::start().await;
    server.deliver(ALICE, &(0..50).map(message).collect::<Vec<_>>()).await;
    let mut source = source(&server);
    source.fetch(None, 1).await.unwrap();
    for microseconds in [50, 300, 1_000, 3_000] {
        let cut = Duration::from_micros(microseconds);
        let _ = tokio::time::timeout(cut, source.fetch(None, 50)).await;
        let cursor = Cursor { uid_validity: validity(&mut source).await, last_uid: 48 };
        assert_eq!(uids(&source.fetch(Some(cursor), 50).await.unwrap()), [Uid(49), Uid(50)]);
    }
}

async fn validity(source: &mut ImapSource) -> i64 {
    source.fetch(None, 1).await.expect("a fresh connection works").cursor.uid_validity
}
