//! The story of a mail, stage by stage: mail in memory, a clock that stands still, a real database.

mod agreement;
mod bounces;
mod commands;
mod joining;
mod lease;
mod model;
mod outgoing;
mod quota;
mod refused;
mod subscriber;
mod threads;

use async_trait::async_trait;
use caseconsultant::domain::case::CaseStatus;
use caseconsultant::domain::outbox::{OutboxKind, OutboxState};
use caseconsultant::mail::memory::MemorySource;
use caseconsultant::mail::{Batch, Cursor, Disposition, MailError, MailSource, Uid};
use caseconsultant::receive;

use crate::support::app::{QUESTION, SERVICE, TestApp, mail, with_header};

#[tokio::test]
async fn a_question_comes_back_as_a_checked_answer_in_its_thread() {
    let app = TestApp::new().await;
    app.account("ann@lakeside.test").await;
    let references = "References: <first@lakeside.test> <second@lakeside.test>\r\nIn-Reply-To: <second@lakeside.test>\r\n\
                      Cc: Boss <boss@lakeside.test>\r\nReply-To: thief@elsewhere.test\r\nSender: other@elsewhere.test\r\n\
                      Return-Path: <bounce@elsewhere.test>\r\n";
    let question = with_header("Ann Weber <ann@lakeside.test>", "Two polyps", "q1@lakeside.test", references, QUESTION);
    let letter = app.ask_one(&question).await;
    let case = app.last_case().await;
    assert_eq!(case.status, CaseStatus::Answered);
    assert_eq!(app.outbox_states().await, [(OutboxKind::Answer, OutboxState::Sent)]);

    assert_eq!((letter.envelope_to.as_str(), letter.envelope_from.as_str()), ("ann@lakeside.test", SERVICE));
    let to = letter.header("To");
    assert!(to.len() == 1 && to[0].contains("ann@lakeside.test") && !to[0].contains(','), "{to:?}");
    assert!(letter.header("Cc").is_empty() && letter.header("Bcc").is_empty());
    assert!(!letter.wire.contains("elsewhere.test"), "only the proved sender is written to");
    assert_eq!(letter.header("In-Reply-To"), ["<q1@lakeside.test>"]);
    assert_eq!(letter.header("References"), ["<first@lakeside.test> <second@lakeside.test> <q1@lakeside.test>"]);
    assert_eq!(letter.header("Auto-Submitted"), ["auto-replied"]);
    assert_eq!(letter.header("From").len(), 1);
    assert!(letter.header("From")[0].contains(SERVICE));
    assert_eq!(letter.header("Message-ID").len(), 1);
    assert_eq!(letter.subject.matches(case.id.as_str()).count(), 1, "{}", letter.subject);
    assert!(letter.subject.starts_with("Re: Two polyps"), "{}", letter.subject);

    let first: String = letter.text.lines().take(3).collect::<Vec<_>>().join(" ");
    assert!(first.starts_with("Yes, both may be billed: 45385 and 45380-"), "{first}");
    assert!(letter.text.contains("Checked against data") && letter.text.contains("4 of 5 answers left"));
    assert!(letter.text.contains("indicator 1") && letter.text.contains("SOURCES"));
    assert!(letter.text.lines().all(|line| line.chars().count() <= 76), "{}", letter.text);
    for words in ["45380", "indicator 1", case.id.as_str()] {
        assert!(letter.html.contains(words), "the HTML part lacks {words}");
    }
    let story: Vec<String> =
        app.store().list_events(&case.id).await.unwrap().into_iter().map(|event| event.what).collect();
    assert_eq!(
        story,
        [
            "received",
            "reserved",
            "admitted",
            "researched",
            "drafted",
            "verified",
            "replying",
            "outbox",
            "sent",
            "answered"
        ]
    );
}

#[tokio::test]
async fn the_case_number_stands_once_in_the_subject_of_a_follow_up() {
    let app = TestApp::new().await;
    app.account("ann@lakeside.test").await;
    let first = app.ask_one(&mail("ann@lakeside.test", "Two polyps", "q1@lakeside.test", QUESTION)).await;
    let again = app
        .ask_one(&mail("ann@lakeside.test", &first.subject, "q2@lakeside.test", "Is 45378 valid on 2024-08-01?"))
        .await;
    let case = app.last_case().await;
    assert_eq!(again.subject.matches("CC-").count(), 1, "{}", again.subject);
    assert!(again.subject.contains(case.id.as_str()), "{}", again.subject);
    assert_eq!(again.subject.matches("Re:").count(), 1, "{}", again.subject);
}

#[tokio::test]
async fn a_second_copy_of_the_same_message_opens_no_second_case() {
    let app = TestApp::new().await;
    let question = mail("ann@lakeside.test", "Two polyps", "q1@lakeside.test", QUESTION);
    app.source.push(format!("Received: from a.test by b.test\r\n{question}"));
    app.source.push(format!("Received: from c.test by b.test\r\nDelivered-To: consult@example.test\r\n{question}"));
    let polled = app.poll().await;
    assert_eq!((polled.opened, polled.known), (1, 1));
    app.work().await;
    app.deliver().await;
    app.source.push(format!("Received: from late.test by b.test\r\n{question}"));
    app.run().await;
    assert_eq!((app.cases().await.len(), app.transport.sent().len()), (1, 1));
    assert_eq!((app.source.unsettled(), app.source.settled().len()), (0, 3), "copies are filed away too");
}

#[tokio::test]
async fn two_mails_with_one_message_id_and_different_text_open_two_cases() {
    let app = TestApp::new().await;
    app.account("ann@lakeside.test").await;
    app.source.push(mail("ann@lakeside.test", "One", "same@lakeside.test", QUESTION));
    app.source.push(mail("ann@lakeside.test", "Two", "same@lakeside.test", "Is 45378 valid on 2024-08-01?"));
    app.run().await;
    let ids: Vec<String> = app.cases().await.into_iter().map(|case| case.id.to_string()).collect();
    assert_eq!((ids.len(), app.transport.sent().len()), (2, 2));
    assert_ne!(ids[0], ids[1]);
}

#[tokio::test]
async fn a_question_without_a_message_id_is_answered() {
    let app = TestApp::new().await;
    let letter = app.ask_one(&mail("ann@lakeside.test", "Two polyps", "", QUESTION)).await;
    assert!(letter.header("In-Reply-To").is_empty() && letter.header("References").is_empty());
    assert_eq!(app.last().await.0, CaseStatus::Answered);
}

/// A mailbox that shows every message at each poll, and cannot file anything away at first.
struct Forgetful {
    inner: MemorySource,
    settle_fails: bool,
}

#[async_trait]
impl MailSource for Forgetful {
    fn name(&self) -> &str {
        self.inner.name()
    }

    async fn fetch(&mut self, _: Option<Cursor>, limit: usize) -> Result<Batch, MailError> {
        self.inner.fetch(None, limit).await
    }

    async fn settle(&mut self, uids: &[Uid], disposition: Disposition) -> Result<(), MailError> {
        if std::mem::take(&mut self.settle_fails) {
            return Err(MailError::Timeout { what: "MOVE", seconds: 60 });
        }
        self.inner.settle(uids, disposition).await
    }

    async fn wait(&mut self, _: std::time::Duration) -> Result<(), MailError> {
        Ok(())
    }

    async fn reset(&mut self) {}
}

#[tokio::test]
async fn a_message_polled_twice_is_known_and_filed_away_at_last() {
    let app = TestApp::new().await;
    app.source.push(mail("ann@lakeside.test", "Two polyps", "q1@lakeside.test", QUESTION));
    let mut source = Forgetful { inner: app.source.clone(), settle_fails: true };
    let first = receive::poll(&mut source, app.store(), app.clock(), app.config(), |_| {}).await;
    assert!(first.is_err(), "the move failed, and that is said");
    assert_eq!((app.cases().await.len(), app.source.unsettled()), (1, 1), "durable here before the mailbox is told");
    let second = receive::poll(&mut source, app.store(), app.clock(), app.config(), |_| {}).await.unwrap();
    assert_eq!((second.opened, second.known), (0, 1));
    assert_eq!((app.cases().await.len(), app.source.unsettled()), (1, 0));
    app.work().await;
    assert_eq!(app.deliver().await, 1);
}

#[tokio::test]
async fn a_mailbox_that_fails_loses_nothing() {
    let app = TestApp::new().await;
    app.source.push(mail("ann@lakeside.test", "Two polyps", "q1@lakeside.test", QUESTION));
    app.source.fail_next([MailError::Connection { host: "imap.example.test:993".into(), reason: "gone".into() }]);
    let mut source = app.source.clone();
    let failed = receive::poll(&mut source, app.store(), app.clock(), app.config(), |_| {}).await.unwrap_err();
    assert!(failed.to_string().contains("imap.example.test:993"), "{failed}");
    app.run().await;
    assert_eq!(app.transport.sent().len(), 1);
}

#[tokio::test]
async fn a_question_in_an_unknown_charset_is_still_read() {
    let app = TestApp::new().await;
    let question = mail("ann@lakeside.test", "Two polyps", "q1@lakeside.test", QUESTION)
        .replace("charset=utf-8", "charset=x-klingon-9");
    let letter = app.ask_one(&question).await;
    assert!(letter.text.starts_with("Yes, both may be billed"), "{}", letter.text);
}

#[tokio::test]
async fn a_date_of_service_in_the_future_is_not_checked_and_waits() {
    let app = TestApp::new().await;
    let text = "Can 45385 and 45380 be billed together on different polyps, Medicare, DOS 2027-03-02?";
    let letter = app.ask_one(&mail("ann@lakeside.test", "Later", "q1@lakeside.test", text)).await;
    assert!(letter.text.starts_with("A certified coder is reading this one"), "{}", letter.text);
    assert!(letter.text.contains("not checked for 2027-03-02"), "{}", letter.text);
    assert_eq!(app.last().await.0, CaseStatus::InReview);
}

#[tokio::test]
async fn a_held_question_gets_a_notice_and_waits_with_its_findings() {
    let app = TestApp::new().await;
    app.account("ann@lakeside.test").await;
    let text = "Can 45385 and 45380 be billed together today?";
    let letter = app.ask_one(&mail("ann@lakeside.test", "Today", "q1@lakeside.test", text)).await;
    let case = app.last_case().await;
    assert_eq!(
        (case.status, app.outbox_states().await),
        (CaseStatus::InReview, vec![(OutboxKind::Holding, OutboxState::Sent)])
    );
    let (evidence, draft, report) = app.store().get_work(&case.id).await.unwrap();
    assert!(evidence.is_some() && draft.is_some() && !report.unwrap().is_clean());
    assert!(case.reason.contains("no table on this shelf settles the question"), "{}", case.reason);
    assert!(letter.text.contains("Why it waits") && letter.text.contains("Nothing has been taken from your quota"));
    assert!(!letter.text.contains("may be billed"), "an unreleased draft must not leave: {}", letter.text);
    assert_eq!(app.work().await, 0);
}

#[tokio::test]
async fn a_case_that_was_held_can_be_tried_again_and_is_answered_once() {
    let mut app = TestApp::new().await;
    let unproved =
        mail("ann@lakeside.test", "Two polyps", "q1@lakeside.test", QUESTION).replace("dmarc=pass", "dmarc=fail");
    assert!(app.ask(&unproved).await.is_empty());
    let case = app.last_case().await;
    assert_eq!(case.status, CaseStatus::InReview);
    app.reconfigure(|config| config.trust.assume_proved = true);
    assert!(app.store().reopen(&case.id, app.clock().now()).await.unwrap());
    app.work().await;
    app.deliver().await;
    assert_eq!((app.last().await.0, app.transport.sent().len()), (CaseStatus::Answered, 1));
    assert!(!app.store().reopen(&case.id, app.clock().now()).await.unwrap(), "an answered case stays answered");
    assert_eq!(app.work().await, 0);
}

#[tokio::test]
async fn trying_a_held_case_again_sends_no_second_notice() {
    let app = TestApp::new().await;
    app.ask_one(&mail("ann@lakeside.test", "Today", "q1@lakeside.test", "45385 with 45380 today?")).await;
    let case = app.last_case().await;
    assert!(app.store().reopen(&case.id, app.clock().now()).await.unwrap());
    app.work().await;
    app.deliver().await;
    assert_eq!((app.last().await.0, app.transport.sent().len()), (CaseStatus::InReview, 1));
}
