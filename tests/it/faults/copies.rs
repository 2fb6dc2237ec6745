//! The lost answer to the final dot (RFC 1047), settled by the copy of what left.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use caseconsultant::config::{Config, CopiesKind, Missing};
use caseconsultant::domain::case::CaseStatus;
use caseconsultant::domain::outbox::OutboxState;
use caseconsultant::mail::memory::MemorySource;
use caseconsultant::mail::{Envelope, MailError, MailTransport, SendError};
use caseconsultant::reply::{copies, deliver};

use crate::support::app::{QUESTION, TestApp, mail};

const SENT: &str = "Sent";

/// A server that never says whether it took a message. What it took lies in its Sent folder and with the recipient.
struct Silent {
    takes: bool,
    taken: Mutex<Vec<Vec<u8>>>,
    mailbox: MemorySource,
}

#[async_trait]
impl MailTransport for Silent {
    async fn send(&self, _: &Envelope, wire: &[u8]) -> Result<String, SendError> {
        // The second time it is in order.
        let first = !self.mailbox.filed("tried").iter().any(|known| known == wire);
        self.mailbox.file("tried", wire);
        if !first || self.takes {
            self.taken.lock().unwrap().push(wire.to_vec());
            self.mailbox.file(SENT, wire);
        }
        match first {
            true => Err(SendError::Uncertain { reason: "it hung after the final dot".into(), copied: true }),
            false => Ok("250 taken".into()),
        }
    }

    async fn probe(&self) -> Result<String, MailError> {
        Ok("a server that hangs".into())
    }
}

fn rules(config: &mut Config) {
    (config.copies.kind, config.copies.missing, config.copies.wait_seconds) = (CopiesKind::Sent, Missing::Once, 600);
    config.copies.folders = vec![SENT.to_owned()];
}

/// `count` answers through a server that hangs after the dot each time; how many copies each recipient got.
async fn settled(takes: bool, count: usize) -> Vec<usize> {
    let mut copies_each = Vec::new();
    for n in 0..count {
        let app = TestApp::with(rules, None).await;
        let mut mailbox = MemorySource::new();
        let server = Arc::new(Silent { takes, taken: Mutex::default(), mailbox: mailbox.clone() });
        app.source.push(mail("ann@lakeside.test", "Polyps", &format!("q{n}@lakeside.test"), QUESTION));
        app.poll().await;
        app.work().await;
        deliver::run(app.store(), server.as_ref(), app.clock(), app.config()).await.unwrap();
        assert_eq!(app.outbox_states().await[0].1, OutboxState::Uncertain);
        for _ in 0..4 {
            copies::run(app.store(), &mut mailbox, app.clock(), &app.config().copies).await.unwrap();
            deliver::run(app.store(), server.as_ref(), app.clock(), app.config()).await.unwrap();
            app.clock().advance(Duration::from_secs(601));
        }
        copies_each.push(server.taken.lock().unwrap().len());
        assert_eq!(app.last().await.0, CaseStatus::Answered);
    }
    copies_each
}

#[tokio::test]
async fn a_lost_answer_is_settled_to_exactly_one_copy_two_hundred_times_each_way() {
    for takes in [true, false] {
        let copies = settled(takes, 200).await;
        assert_eq!(copies, vec![1; 200], "taken before it hung: {takes}");
    }
}

async fn uncertain(change: impl FnOnce(&mut Config)) -> TestApp {
    let app = TestApp::with(
        |config| {
            rules(config);
            change(config);
        },
        None,
    )
    .await;
    app.transport.fail_next(vec![SendError::Uncertain { reason: "it hung".into(), copied: true }]);
    app.source.push(mail("ann@lakeside.test", "Polyps", "q1@lakeside.test", QUESTION));
    app.run().await;
    assert_eq!(app.outbox_states().await[0].1, OutboxState::Uncertain);
    app
}

#[tokio::test]
async fn without_a_copy_a_message_waits_for_a_person_where_the_operator_says_so() {
    let mut app = uncertain(|config| config.copies.missing = Missing::Hold).await;
    let mut mailbox = MemorySource::new();
    for _ in 0..3 {
        app.clock().advance(Duration::from_secs(601));
        copies::run(app.store(), &mut mailbox, app.clock(), &app.config().copies).await.unwrap();
        assert_eq!(app.deliver().await, 0);
    }
    assert_eq!(app.outbox_states().await[0].1, OutboxState::Uncertain);
    let case = app.last_case().await.id;
    let told = app.store().list_events(&case).await.unwrap();
    let told = told.iter().filter(|event| event.detail.contains("no copy was found, a person must look")).count();
    assert_eq!(told, 1, "a person is told once");
    app.may_leave_work();
}

#[tokio::test]
async fn a_copy_that_comes_late_settles_the_message_all_the_same() {
    let app = uncertain(|config| config.copies.missing = Missing::Hold).await;
    let mut mailbox = MemorySource::new();
    app.clock().advance(Duration::from_secs(601));
    copies::run(app.store(), &mut mailbox, app.clock(), &app.config().copies).await.unwrap();
    mailbox.file(SENT, app.outbox().await[0].wire.clone());
    let looked = copies::run(app.store(), &mut mailbox, app.clock(), &app.config().copies).await.unwrap();
    assert_eq!(looked.left, 1);
    assert_eq!(app.last().await.0, CaseStatus::Answered);
}

#[tokio::test]
async fn a_mailbox_that_cannot_be_looked_into_settles_nothing() {
    let mut app = uncertain(|_| {}).await;
    let mut mailbox = MemorySource::new();
    app.clock().advance(Duration::from_secs(601));
    mailbox.fail_next([MailError::Timeout { what: "EXAMINE", seconds: 1 }]);
    assert!(copies::run(app.store(), &mut mailbox, app.clock(), &app.config().copies).await.is_err());
    assert_eq!((app.deliver().await, app.outbox_states().await[0].1), (0, OutboxState::Uncertain));
    app.may_leave_work();
}

#[tokio::test]
async fn a_copy_that_cannot_be_kept_is_told_and_nothing_is_sent_again() {
    let app = TestApp::with(|config| config.copies.save = "Sent".to_owned(), None).await;
    let mut mailbox = MemorySource::new();
    app.source.push(mail("ann@lakeside.test", "Polyps", "q1@lakeside.test", QUESTION));
    app.run().await;
    for _ in 0..5 {
        mailbox.fail_next([MailError::Timeout { what: "APPEND", seconds: 1 }]);
        copies::run(app.store(), &mut mailbox, app.clock(), &app.config().copies).await.unwrap();
        assert_eq!(app.deliver().await, 0);
    }
    assert_eq!((app.transport.attempts(), app.last().await.0), (1, CaseStatus::Answered));
    let case = app.last_case().await.id;
    let events = app.store().list_events(&case).await.unwrap();
    assert_eq!(events.iter().filter(|event| event.what == "unkept").count(), 1, "{events:?}");

    app.source.push(mail("ann@lakeside.test", "Polyps", "q2@lakeside.test", QUESTION));
    app.run().await;
    assert_eq!(copies::run(app.store(), &mut mailbox, app.clock(), &app.config().copies).await.unwrap().kept, 1);
    assert_eq!(mailbox.filed("Sent"), [app.transport.sent()[1].wire.clone()]);
}

#[tokio::test]
async fn our_own_copy_that_comes_back_opens_no_case() {
    let app = TestApp::new().await;
    app.source.push(mail("ann@lakeside.test", "Polyps", "q1@lakeside.test", QUESTION));
    app.run().await;
    let wire = app.transport.sent()[0].wire.clone();
    app.source.push([b"Received: from us\r\n".as_slice(), &wire].concat());
    let polled = app.poll().await;
    assert_eq!((polled.opened, polled.known), (0, 1));
    assert_eq!(app.cases().await.len(), 1);
}

#[tokio::test]
async fn a_message_from_before_copies_were_asked_for_is_never_sent_again_for_want_of_one() {
    // It was on its way without a copy when the process ended; then the operator asks for copies to an address of theirs.
    let mut app = TestApp::new().await;
    app.source.push(mail("ann@lakeside.test", "Polyps", "q1@lakeside.test", QUESTION));
    app.poll().await;
    app.work().await;
    app.store().take_due(app.clock().now(), 9, false).await.unwrap();
    app.store().recover_sending(true, app.clock().now()).await.unwrap();
    app.reconfigure(|config| {
        rules(config);
        config.copies.kind = CopiesKind::SelfCopy;
    });
    app.clock().advance(Duration::from_secs(601));
    let mut mailbox = MemorySource::new();
    copies::run(app.store(), &mut mailbox, app.clock(), &app.config().copies).await.unwrap();
    assert_eq!((app.deliver().await, app.outbox_states().await[0].1), (0, OutboxState::Uncertain));
    app.may_leave_work();
}
