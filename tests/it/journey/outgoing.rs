//! Mail on its way out: retried on schedule, held, or uncertain; never sent twice blindly, never lost.

use std::time::Duration;

use caseconsultant::domain::case::CaseStatus;
use caseconsultant::domain::outbox::{OutboxKind, OutboxState};
use caseconsultant::mail::SendError;
use caseconsultant::store::Store;

use crate::support::app::{DAY, QUESTION, TestApp, mail};

async fn ready() -> TestApp {
    let app = TestApp::new().await;
    app.account("ann@lakeside.test").await;
    app.source.push(mail("ann@lakeside.test", "Two polyps", "q1@lakeside.test", QUESTION));
    app.poll().await;
    app.work().await;
    app
}

#[tokio::test]
async fn a_temporary_refusal_is_tried_again_on_schedule() {
    let app = ready().await;
    app.transport.fail_next(vec![SendError::Temporary("451 later".into()); 3]);
    let seconds = |n: u64| Duration::from_secs(n);
    let mut tried = 1;
    assert_eq!(app.deliver().await, 1);
    for pause in app.config().outbox.retry_seconds.iter().copied().take(3) {
        assert_eq!(app.outbox_states().await, [(OutboxKind::Answer, OutboxState::RetryAt)]);
        app.clock().advance(seconds(pause - 1));
        assert_eq!(app.deliver().await, 0, "not before its time");
        app.clock().advance(seconds(1));
        assert_eq!(app.deliver().await, 1);
        tried += 1;
    }
    assert_eq!((app.transport.attempts(), app.transport.sent().len()), (tried, 1));
    assert_eq!(app.last().await.0, CaseStatus::Answered);
    let row = app.outbox().await.remove(0);
    assert_eq!((row.state, row.attempts), (OutboxState::Sent, 4));
}

#[tokio::test]
async fn a_message_that_waits_for_its_next_attempt_is_no_lost_one() {
    let mut app = ready().await;
    app.transport.fail_next(vec![SendError::Temporary("451 later".into())]);
    app.deliver().await;
    assert!(app.store().find_next_due().await.unwrap() > Some(app.clock().now()));
    app.may_leave_work();
}

#[tokio::test]
#[should_panic(expected = "work is left behind")]
async fn a_test_that_leaves_a_due_message_behind_fails() {
    drop(ready().await);
}

#[tokio::test]
async fn every_attempt_carries_the_same_message() {
    let app = ready().await;
    let before = app.outbox().await.remove(0);
    app.transport.fail_next(vec![SendError::Temporary("451 later".into())]);
    app.deliver().await;
    app.clock().advance(DAY);
    app.deliver().await;
    let sent = app.transport.sent().remove(0);
    assert_eq!(sent.wire, before.wire);
    assert!(String::from_utf8_lossy(&sent.wire).contains(&before.message_id));
}

#[tokio::test]
async fn after_days_of_temporary_refusals_a_message_is_held() {
    let app = ready().await;
    app.transport.fail_next(vec![SendError::Temporary("451 later".into()); 99]);
    app.deliver().await;
    for _ in 0..5 {
        app.clock().advance(DAY);
        app.deliver().await;
    }
    assert_eq!(app.outbox_states().await, [(OutboxKind::Answer, OutboxState::Held)]);
    assert_eq!(app.deliver().await, 0);
}

#[tokio::test]
async fn a_permanent_refusal_is_held_with_the_servers_words_and_never_retried() {
    let app = ready().await;
    app.transport.fail_next(vec![SendError::Permanent("550 5.1.1 no such user".into())]);
    app.deliver().await;
    let row = app.outbox().await.remove(0);
    assert_eq!(row.state, OutboxState::Held);
    assert!(row.said.contains("550 5.1.1"), "{}", row.said);
    app.clock().advance(DAY * 9);
    assert_eq!((app.deliver().await, app.transport.attempts()), (0, 1));
    assert_eq!(app.usage("ac_ann_lakeside_test", "2026-11").await.0, 0, "nothing left, nothing is settled");
}

#[tokio::test]
async fn a_lost_answer_is_uncertain_and_never_resent() {
    let app = ready().await;
    app.transport.fail_next(vec![SendError::Uncertain {
        reason: "the connection broke after the final dot".into(),
        copied: false,
    }]);
    app.deliver().await;
    assert_eq!(app.outbox_states().await, [(OutboxKind::Answer, OutboxState::Uncertain)]);
    app.clock().advance(DAY * 9);
    assert_eq!((app.deliver().await, app.transport.attempts()), (0, 1));
    let case = app.last_case().await;
    assert!(!app.store().reopen(&case.id, app.clock().now()).await.unwrap(), "it may have left");
}

#[tokio::test]
async fn faulty_settings_keep_the_message_until_they_are_mended() {
    let app = ready().await;
    app.transport.fail_next(vec![SendError::Settings("535 bad password".into())]);
    app.deliver().await;
    assert_eq!(app.outbox_states().await, [(OutboxKind::Answer, OutboxState::RetryAt)]);
    app.clock().advance(DAY);
    app.deliver().await;
    assert_eq!(app.transport.sent().len(), 1);
}

#[tokio::test]
async fn a_restart_finds_a_message_half_sent_as_uncertain() {
    let mut app = ready().await;
    let taken = app.store().take_due(app.clock().now(), 9, false).await.unwrap();
    assert_eq!((taken.len(), taken[0].state), (1, OutboxState::Sending));
    // The process ends here, between the first byte and the server's answer.
    let store = Store::open(crate::support::engine::place(app.folder())).await.unwrap();
    app.pipeline.store = store;
    assert_eq!(app.store().recover_sending(true, app.clock().now()).await.unwrap(), 1);
    assert_eq!(app.outbox_states().await, [(OutboxKind::Answer, OutboxState::Uncertain)]);
    assert_eq!((app.deliver().await, app.transport.attempts()), (0, 0));
    assert_eq!(app.store().recover_sending(true, app.clock().now()).await.unwrap(), 0);
}

#[tokio::test]
async fn one_refused_message_does_not_hold_back_the_others() {
    let app = ready().await;
    for n in 2..=4 {
        app.source.push(mail(
            "ann@lakeside.test",
            "More",
            &format!("q{n}@lakeside.test"),
            &format!("{QUESTION} No. {n}"),
        ));
    }
    app.poll().await;
    app.work().await;
    app.transport.fail_next(vec![SendError::Permanent("550 no".into())]);
    app.deliver().await;
    assert_eq!((app.transport.attempts(), app.transport.sent().len()), (4, 3));
}
