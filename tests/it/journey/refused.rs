//! Mail that is no question of a proved person: ignored, held or politely declined, and never in the way of the next.

use caseconsultant::domain::case::CaseStatus;
use caseconsultant::domain::outbox::{OutboxKind, OutboxState};
use caseconsultant::mail::Raw;

use crate::support::app::{QUESTION, SERVICE, TestApp, mail, with_header};

const ANN: &str = "ann@lakeside.test";

#[tokio::test]
async fn automatic_mail_is_never_answered() {
    let app = TestApp::new().await;
    let vacation = "Auto-Submitted: auto-replied\r\n";
    let list = "Precedence: bulk\r\nList-Id: <news.lakeside.test>\r\n";
    let older = "X-Autoreply: yes\r\n";
    for (n, header) in [vacation, list, older].into_iter().enumerate() {
        let letters = app.ask(&with_header(ANN, "Away", &format!("a{n}@lakeside.test"), header, QUESTION)).await;
        assert!(letters.is_empty(), "{header}");
        let (status, reason) = app.last().await;
        assert_eq!(status, CaseStatus::Ignored, "{header}");
        assert!(reason.starts_with("automatic mail: "), "{reason}");
    }
    assert_eq!(app.usage("guest:ann@lakeside.test", "ever").await, (0, 0));
}

#[tokio::test]
async fn a_bounce_is_never_answered() {
    let app = TestApp::new().await;
    let bounce = "Return-Path: <>\r\nAuthentication-Results: mx.example.test; dmarc=pass header.from=lakeside.test\r\n\
                  From: MAILER-DAEMON@lakeside.test\r\nTo: consult@example.test\r\nSubject: Undelivered Mail\r\n\
                  Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n\
                  Content-Type: text/plain\r\n\r\n45385 and 45380?\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n\
                  Final-Recipient: rfc822; nobody@lakeside.test\r\nAction: failed\r\nStatus: 5.1.1\r\n--b--\r\n";
    assert!(app.ask(bounce).await.is_empty());
    assert_eq!(app.last().await.0, CaseStatus::Ignored);
}

#[tokio::test]
async fn mail_from_ourselves_is_never_answered() {
    let app = TestApp::new().await;
    assert!(app.ask(&mail(SERVICE, "Loop", "loop@example.test", QUESTION)).await.is_empty());
    assert_eq!(app.last().await.0, CaseStatus::Ignored);
    assert!(app.ask(&mail("Consult <Consult@EXAMPLE.test>", "Loop", "loop2@example.test", QUESTION)).await.is_empty());
    assert_eq!(app.last().await.0, CaseStatus::Ignored);
}

#[tokio::test]
async fn our_own_answer_sent_back_by_a_machine_starts_no_loop() {
    let app = TestApp::new().await;
    app.account(ANN).await;
    app.ask_one(&mail(ANN, "Two polyps", "q1@lakeside.test", QUESTION)).await;
    let answer = String::from_utf8(app.transport.sent()[0].wire.clone()).unwrap();
    assert!(app.ask(&answer).await.is_empty());
    // It is known as our own, and opens no case at all.
    assert_eq!((app.cases().await.len(), app.last().await.0), (1, CaseStatus::Answered));
}

#[tokio::test]
async fn an_unproved_sender_is_held_and_nothing_is_sent() {
    let app = TestApp::new().await;
    let question = mail(ANN, "Two polyps", "q1@lakeside.test", QUESTION);
    for forged in [
        question.replace("dmarc=pass", "dmarc=fail"),
        question.replace("mx.example.test", "mx.elsewhere.test"),
        question.replace("header.from=lakeside.test", "header.from=elsewhere.test"),
        question.lines().skip(1).map(|line| format!("{line}\r\n")).collect(),
    ] {
        assert!(app.ask(&forged).await.is_empty(), "{forged}");
        let (status, reason) = app.last().await;
        assert_eq!(status, CaseStatus::InReview);
        assert!(reason.starts_with("sender not proved: "), "{reason}");
    }
    assert_eq!(app.transport.attempts(), 0);
}

#[tokio::test]
async fn two_from_fields_are_quarantined_and_the_next_message_is_answered() {
    let app = TestApp::new().await;
    let forged = with_header(ANN, "Two", "bad@lakeside.test", "From: boss@lakeside.test\r\n", QUESTION);
    app.source.push(forged);
    app.source.push(b"\xff\xfe\x00garbage\r\nwithout a header".to_vec());
    app.source.push(Vec::new());
    app.source.push(mail(ANN, "Good", "good@lakeside.test", QUESTION));
    app.run().await;
    let cases = app.cases().await;
    assert_eq!(cases.len(), 4);
    for case in &cases[..3] {
        assert_eq!(case.status, CaseStatus::InReview, "{}", case.reason);
        assert!(case.reason.starts_with("quarantined: "), "{}", case.reason);
    }
    assert_eq!(cases[3].status, CaseStatus::Answered);
    assert_eq!((app.transport.sent().len(), app.source.unsettled()), (1, 0));
}

#[tokio::test]
async fn a_message_over_the_limit_gets_one_notice_and_is_not_read() {
    let app = TestApp::new().await;
    let header = |n: usize| {
        let whole = mail(ANN, "With scans", &format!("big{n}@lakeside.test"), QUESTION);
        let end = whole.find("\r\n\r\n").unwrap() + 4;
        whole.as_bytes()[..end].to_vec()
    };
    for n in 0..2 {
        app.source.push_raw(31_000_000, Raw::HeaderOnly(header(n)));
    }
    app.run().await;
    let sent = app.transport.sent();
    assert_eq!(sent.len(), 1, "one notice a day");
    let text = String::from_utf8_lossy(&sent[0].wire).into_owned();
    assert!(text.contains("larger than 20 MB"), "{text}");
    let cases = app.cases().await;
    assert!(cases.iter().all(|case| case.status == CaseStatus::Declined));
    assert_eq!(app.usage("guest:ann@lakeside.test", "ever").await, (0, 0));
}

#[tokio::test]
async fn a_header_whose_body_the_server_kept_back_waits_for_a_person() {
    let app = TestApp::new().await;
    let whole = mail(ANN, "Cut", "cut@lakeside.test", QUESTION);
    let end = whole.find("\r\n\r\n").unwrap() + 4;
    app.source.push_raw(whole.len() as u64, Raw::HeaderOnly(whole.as_bytes()[..end].to_vec()));
    app.run().await;
    let (status, reason) = app.last().await;
    assert_eq!(status, CaseStatus::InReview);
    assert!(reason.contains("did not give its body"), "{reason}");
}

#[tokio::test]
async fn an_empty_mail_gets_one_notice_a_day() {
    let app = TestApp::new().await;
    let letter = app.ask_one(&mail(ANN, "", "e1@lakeside.test", "  \r\n")).await;
    assert!(letter.text.starts_with("Your message holds no text"), "{}", letter.text);
    assert_eq!(app.outbox_states().await, [(OutboxKind::Empty, OutboxState::Sent)]);
    assert!(app.ask(&mail(ANN, "", "e2@lakeside.test", "\r\n\r\n")).await.is_empty());
    assert_eq!(app.last().await.0, CaseStatus::Declined);
}
