//! Turns between accounts, and cases that end their worker.

use std::time::Duration;

use caseconsultant::domain::case::CaseStatus;
use caseconsultant::domain::time::Timestamp;
use caseconsultant::store::StoreError;

use crate::support::app::{QUESTION, TestApp, mail};

#[tokio::test]
async fn one_account_with_thousands_of_mails_does_not_keep_another_waiting() {
    let mut app = TestApp::new().await;
    for n in 0..300 {
        app.source.push(mail("busy@lakeside.test", "Many", &format!("b{n}@lakeside.test"), QUESTION));
    }
    app.source.push(mail("ann@hillside.test", "One", "a@hillside.test", QUESTION));
    while app.poll().await.more {}
    let (mut turn, mut taken) = (None, Vec::new());
    for _ in 0..6 {
        let now = app.clock().now();
        let lease =
            app.store().lease_next(turn.clone(), now, now.plus(Duration::from_secs(60))).await.unwrap().unwrap();
        taken.push(lease.share.clone());
        turn = if turn.is_some() { None } else { Some(lease.share) };
    }
    assert!(taken.contains(&"ann@hillside.test".to_owned()), "{taken:?}");
    assert!(taken.iter().filter(|share| *share == "busy@lakeside.test").count() >= 3, "{taken:?}");
    app.may_leave_work();
}

#[tokio::test]
async fn within_an_account_the_oldest_case_is_first() {
    let mut app = TestApp::new().await;
    for n in 0..5 {
        app.source.push(mail("busy@lakeside.test", &format!("Number {n}"), &format!("b{n}@lakeside.test"), QUESTION));
        app.poll().await;
    }
    let mut subjects = Vec::new();
    for turn in [None, Some(String::new()), None, Some("aaa".to_owned()), Some("zzz".to_owned())] {
        let now = app.clock().now();
        let lease = app.store().lease_next(turn, now, now.plus(Duration::from_secs(60))).await.unwrap().unwrap();
        subjects.push(app.store().find_case(&lease.case).await.unwrap().unwrap().subject);
    }
    assert_eq!(subjects, ["Number 0", "Number 1", "Number 2", "Number 3", "Number 4"]);
    app.may_leave_work();
}

#[tokio::test]
async fn a_case_that_ended_its_worker_three_times_goes_to_a_person() {
    let app = TestApp::new().await;
    app.source.push(mail("ann@lakeside.test", "Poison", "p@lakeside.test", QUESTION));
    app.poll().await;
    for _ in 0..3 {
        // A worker takes it and is never heard of again.
        let now = app.clock().now();
        app.store().lease_next(None, now, now.plus(app.config().lease())).await.unwrap().unwrap();
        app.clock().advance(app.config().lease() + Duration::from_secs(1));
    }
    app.work().await;
    let (status, reason) = app.last().await;
    assert_eq!(status, CaseStatus::InReview);
    assert!(reason.contains("3 attempts at its stage ended without a word"), "{reason}");
}

#[tokio::test]
async fn a_lease_that_is_renewed_lasts_and_one_that_was_lost_cannot_be_renewed() {
    let mut app = TestApp::new().await;
    app.source.push(mail("ann@lakeside.test", "Slow", "s@lakeside.test", QUESTION));
    app.poll().await;
    let lasts = app.config().lease();
    let now = app.clock().now();
    let lease = app.store().lease_next(None, now, now.plus(lasts)).await.unwrap().unwrap();
    for _ in 0..5 {
        app.clock().advance(lasts / 2);
        let until = app.clock().now().plus(lasts);
        app.store().renew_lease(&lease.case, lease.token, until).await.unwrap();
        assert!(app.store().lease_next(None, app.clock().now(), until).await.unwrap().is_none());
    }
    app.clock().advance(lasts * 2);
    let now = app.clock().now();
    let other = app.store().lease_next(None, now, Timestamp(now.0 + 1)).await.unwrap().unwrap();
    assert_eq!((other.case.clone(), other.token), (lease.case.clone(), lease.token + 1));
    let late = app.store().renew_lease(&lease.case, lease.token, now.plus(lasts)).await;
    assert!(matches!(late, Err(StoreError::LeaseLost(_))), "{late:?}");
    app.may_leave_work();
}

#[tokio::test]
async fn cases_in_hand_when_a_process_ended_are_not_blamed_together_but_one_that_was_alone_is() {
    let mut app = TestApp::new().await;
    for n in 0..3 {
        app.source.push(mail("ann@lakeside.test", "Poison", &format!("p{n}@lakeside.test"), QUESTION));
    }
    app.poll().await;
    let lease = async || {
        let now = app.clock().now();
        app.store().lease_next(None, now, now.plus(app.config().lease())).await.unwrap().unwrap()
    };
    let (first, second) = (lease().await, lease().await);
    assert_eq!(app.store().end_leases().await.unwrap(), 2);
    let again = lease().await;
    assert_eq!(
        (again.case, again.attempts, again.suspect),
        (first.case.clone(), 1, true),
        "two were in hand: no blame"
    );
    assert_eq!(app.store().end_leases().await.unwrap(), 1);
    let again = lease().await;
    assert_eq!((again.case, again.attempts, again.suspect), (first.case, 2, true), "it was alone: its attempt counts");
    let other = lease().await;
    assert_eq!((other.case, other.attempts), (second.case, 1));
    assert!(!lease().await.suspect, "what was not in hand is no suspect");
    app.may_leave_work();
}
