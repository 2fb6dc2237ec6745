//! The backstops: caps that end any loop, and notices that a mail of ours did not arrive.

use caseconsultant::domain::case::CaseStatus;
use caseconsultant::domain::waits::Waits;
use caseconsultant::mail::SendError;

use crate::support::app::{Letter, QUESTION, TestApp, mail};

const ANN: &str = "ann@lakeside.test";

fn notice(letter: &Letter, status: &str, n: usize) -> String {
    let id = letter.header("Message-ID").remove(0);
    format!(
        "Return-Path: <>\r\nFrom: MAILER-DAEMON@lakeside.test\r\nTo: consult@example.test\r\nSubject: Undelivered Mail {n}\r\n\
         Message-ID: <n{n}@lakeside.test>\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n\
         --b\r\nContent-Type: text/plain\r\n\r\nYour mail could not be delivered.\r\n--b\r\n\
         Content-Type: message/delivery-status\r\n\r\nFinal-Recipient: rfc822; {ANN}\r\nAction: failed\r\nStatus: {status}\r\n\
         Diagnostic-Code: smtp; 550 {status} user unknown\r\n--b\r\nContent-Type: text/rfc822-headers\r\n\r\n\
         From: consult@example.test\r\nTo: {ANN}\r\nMessage-ID: {id}\r\n\r\n--b--\r\n"
    )
}

#[tokio::test]
async fn a_notice_is_matched_to_our_reply_and_shown_on_its_case_and_account() {
    let app = TestApp::new().await;
    let account = app.account(ANN).await;
    let letter = app.ask_one(&mail(ANN, "Two polyps", "q1@lakeside.test", QUESTION)).await;
    let case = app.last_case().await.id;
    assert!(app.ask(&notice(&letter, "5.1.1", 1)).await.is_empty());
    assert_eq!(app.last().await.0, CaseStatus::Ignored);
    let bounces = app.store().list_bounces(&case).await.unwrap();
    assert_eq!(bounces.len(), 1);
    assert_eq!(
        (bounces[0].kind.as_str(), bounces[0].status.as_str(), bounces[0].recipient.as_str()),
        ("hard", "5.1.1", ANN)
    );
    assert_eq!(app.store().list_bounces_of(&account, 9).await.unwrap(), bounces);
    let story: Vec<String> = app.store().list_events(&case).await.unwrap().into_iter().map(|e| e.what).collect();
    assert!(story.contains(&"bounced".to_owned()), "{story:?}");
    // Only a person reaches its asker another way: the answered case waits, and stays answered.
    assert_eq!(app.store().count_waiting().await.unwrap(), [(Waits::Bounce, 1)]);
    assert_eq!(app.store().find_case(&case).await.unwrap().unwrap().status, CaseStatus::Answered);
}

#[tokio::test]
async fn a_notice_about_a_mail_that_is_not_ours_is_matched_to_nothing() {
    let app = TestApp::new().await;
    app.account(ANN).await;
    let letter = app.ask_one(&mail(ANN, "Two polyps", "q1@lakeside.test", QUESTION)).await;
    let case = app.last_case().await.id;
    let ours = letter.header("Message-ID").remove(0);
    let (left, right) = ours.split_once('@').unwrap();
    let unsigned = format!("{}@{right}", left.rsplit_once('.').unwrap().0);
    app.ask(&notice(&letter, "5.1.1", 1).replace(&ours, &unsigned)).await;
    app.ask(&notice(&letter, "5.1.1", 2).replace(&ours, "<someone@elsewhere.test>")).await;
    assert!(app.store().list_bounces(&case).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_refusal_at_the_door_is_a_bounce_too() {
    let app = TestApp::new().await;
    let account = app.account(ANN).await;
    app.transport.fail_next(vec![SendError::Permanent("550 5.1.1 <ann@lakeside.test>: user unknown".into())]);
    app.ask(&mail(ANN, "Two polyps", "q1@lakeside.test", QUESTION)).await;
    let bounces = app.store().list_bounces_of(&account, 9).await.unwrap();
    assert_eq!((bounces.len(), bounces[0].kind.as_str(), bounces[0].status.as_str()), (1, "hard", "5.1.1"));
}

#[tokio::test]
async fn caps_end_a_loop_that_every_other_rule_missed() {
    let app = TestApp::with(|config| config.caps.sender_per_day = 11, None).await;
    app.account(ANN).await;
    let mut letters = 0;
    for n in 1..=20 {
        let text = format!("QUOTA\r\nloop {n}");
        letters += app.ask(&mail(ANN, "x", &format!("l{n}@lakeside.test"), &text)).await.len();
    }
    assert_eq!(letters, 12, "eleven replies and one notice");
    let (status, reason) = app.last().await;
    assert_eq!(status, CaseStatus::Declined);
    assert!(reason.contains("caps.sender_per_day"), "{reason}");
}

#[tokio::test]
async fn the_caps_of_an_address_and_of_all_leave_the_case_to_a_person() {
    let app = TestApp::with(|config| config.caps.address_per_day = 1, None).await;
    app.ask_one(&mail("a@one.test", "x", "1@one.test", "HELP")).await;
    assert!(app.ask(&mail("a@one.test", "x", "2@one.test", "HELP")).await.is_empty());
    assert_eq!(app.last().await.0, CaseStatus::InReview);
    let app = TestApp::with(|config| config.caps.total_per_day = 1, None).await;
    app.ask_one(&mail("a@one.test", "x", "1@one.test", "HELP")).await;
    assert!(app.ask(&mail("b@two.test", "x", "2@two.test", "HELP")).await.is_empty());
    let (status, reason) = app.last().await;
    assert!(status == CaseStatus::InReview && reason.contains("caps.total_per_day"), "{reason}");
}
