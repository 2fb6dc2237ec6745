//! Commands by mail: each with its reply, none of them counted, nothing of others shown.

use caseconsultant::domain::case::CaseStatus;
use caseconsultant::domain::outbox::{OutboxKind, OutboxState};

use crate::support::app::{DAY, Letter, QUESTION, TestApp, mail, reply};

const ANN: &str = "ann@lakeside.test";
const EVE: &str = "eve@elsewhere.test";

/// An account with one answer.
async fn answered() -> (TestApp, String, Letter, String) {
    let app = TestApp::new().await;
    let account = app.account(ANN).await;
    let letter = app.ask_one(&mail(ANN, "Two polyps", "q1@lakeside.test", QUESTION)).await;
    let case = app.last_case().await.id.to_string();
    (app, account, letter, case)
}

async fn command(app: &TestApp, from: &str, text: &str) -> Letter {
    let id = format!("c{}@{}", app.cases().await.len(), from.rsplit('@').next().unwrap());
    let letter = app.ask_one(&mail(from, "A command", &id, text)).await;
    assert_eq!(app.outbox_states().await, [(OutboxKind::Command, OutboxState::Sent)], "{text}");
    assert!(letter.text.lines().all(|line| line.chars().count() <= 76), "{}", letter.text);
    letter
}

#[tokio::test]
async fn a_subscriber_sees_what_is_theirs_and_a_stranger_nothing_of_it() {
    let (app, account, _, case) = answered().await;
    for (text, words) in [
        ("HELP", "FORGET CC-7F3K2WX"),
        ("status", "Nothing of yours is waiting."),
        (&format!("STATUS {case}"), "is answered"),
        ("QUOTA", "You have 4 answers left."),
        ("HISTORY", "Yes, both may be billed"),
        ("FIND snare 45380", case.as_str()),
        ("FIND hysterectomy", "None of your answers"),
    ] {
        let letter = command(&app, ANN, text).await;
        assert!(letter.said().contains(words), "{text}: {}", letter.text);
        assert_eq!(app.last().await.0, CaseStatus::Served);
    }
    assert_eq!(app.usage(&account, "2026-11").await, (1, 0));
    for text in ["HISTORY", "FIND 45380", &format!("STATUS {case}"), &format!("FORGET {case}")] {
        let letter = command(&app, EVE, text).await;
        assert!(!letter.said().contains("45385") && !letter.said().contains("polyps"), "{text}: {}", letter.text);
    }
    assert!(app.store().find_answer_in(&app.cases().await[0].id).await.unwrap().is_some(), "nothing was forgotten");
}

#[tokio::test]
async fn an_answer_comes_again_longer_and_shorter() {
    let (app, _, letter, case) = answered().await;
    let longer = app.ask_one(&reply(&letter, ANN, "m1@lakeside.test", "MORE")).await;
    assert!(longer.text.len() > letter.text.len() && longer.said().contains("THE SOURCES SAY"), "{}", longer.text);
    assert!(longer.subject.contains(&case), "{}", longer.subject);
    let shorter = command(&app, ANN, "short").await;
    assert!(shorter.text.starts_with("Yes, both may be billed") && shorter.text.len() < letter.text.len() / 2 + 900);
    assert!(shorter.said().contains("LINES TO BILL") && !shorter.said().contains("EDIT CHECK"), "{}", shorter.text);
}

#[tokio::test]
async fn a_profile_speaks_for_what_a_question_leaves_unsaid() {
    let (app, _, _, _) = answered().await;
    let letter = command(&app, ANN, "PROFILE payer=Medicaid state=OH").await;
    assert!(letter.said().contains("state OH, payer Medicaid"), "{}", letter.text);
    let asked =
        app.ask(&mail(ANN, "p", "p1@lakeside.test", "Can 45385 and 45380 be billed together, DOS 2024-08-01?")).await;
    assert!(asked[0].text.to_lowercase().contains("medicaid"), "{}", asked[0].text);
    let letter = command(&app, ANN, "PROFILE client=\"Lakeside GI\" payer=Medicare").await;
    assert!(letter.said().contains("Lakeside GI"), "{}", letter.text);
    let text = "Client: lakeside gi\r\nCan 45385 and 45380 be billed together on different polyps, DOS 2024-08-02?";
    let asked = app.ask_one(&mail(ANN, "p", "p2@lakeside.test", text)).await;
    assert!(asked.said().contains("Medicare") && asked.said().contains("Lakeside GI"), "{}", asked.text);
    let follow = app.ask_one(&reply(&asked, ANN, "p3@lakeside.test", "DOS was 9/3/2024.")).await;
    assert!(follow.said().contains("Lakeside GI"), "the thread remembers the client: {}", follow.text);
}

#[tokio::test]
async fn a_person_is_asked_for_and_a_complaint_that_is_upheld_gives_the_answer_back() {
    let (app, account, letter, case) = answered().await;
    let held = app.ask_one(&reply(&letter, ANN, "h1@lakeside.test", "HUMAN")).await;
    assert!(held.said().contains(&format!("A certified coder reads case {case}")), "{}", held.text);
    assert_eq!(app.last().await.0, CaseStatus::InReview);
    let good = app.ask_one(&reply(&letter, ANN, "g1@lakeside.test", "GOOD")).await;
    assert!(good.text.starts_with("Thank you"), "{}", good.text);
    let bad = app
        .ask_one(&reply(
            &letter,
            ANN,
            "b1@lakeside.test",
            "BAD the modifier is wrong for Quentin Zaragoza, MRN 7719023",
        ))
        .await;
    assert!(!bad.wire.contains("Zaragoza"), "{}", bad.wire);
    let complaint = app.last_case().await;
    assert_eq!(complaint.status, CaseStatus::InReview);
    assert!(
        complaint.reason.contains("the modifier is wrong") && !complaint.reason.contains("7719023"),
        "{}",
        complaint.reason
    );
    let now = app.clock().now();
    assert!(!app.store().decide(&app.cases().await[0].id, true, "", "R. Reviewer", now).await.unwrap());
    let why = "The second polyp takes 59.";
    assert!(app.store().decide(&complaint.id, true, why, "R. Reviewer", now).await.unwrap());
    assert!(!app.store().decide(&complaint.id, false, "", "R. Reviewer", now).await.unwrap(), "once");
    let told = run(&app).await;
    assert!(told.text.starts_with("You were right about the answer to case"), "{}", told.text);
    assert!(told.said().contains(why) && told.said().contains("Your quota has the answer back"), "{}", told.text);
    assert_eq!((told.envelope_to.as_str(), told.header("In-Reply-To")), (ANN, vec!["<b1@lakeside.test>".to_owned()]));
    assert_eq!(told.subject.matches(case.as_str()).count(), 1, "{}", told.subject);
    assert_eq!(app.last().await, (CaseStatus::Served, "complaint upheld".to_owned()));
    assert_eq!(app.outbox_states().await[1..], [(OutboxKind::Decision, OutboxState::Sent)]);
    assert_eq!(app.usage(&account, "2026-11").await, (0, 0));
}

#[tokio::test]
async fn what_is_forgotten_is_nowhere_and_a_hold_keeps_it() {
    let (app, account, letter, case) = answered().await;
    let root = app.cases().await[0].id.clone();
    app.ask_one(&reply(&letter, ANN, "q2@lakeside.test", "DOS was 9/3/2024.")).await;
    app.store().set_hold(&root, true, app.clock().now()).await.unwrap();
    let held = command(&app, ANN, &format!("FORGET {case}")).await;
    assert!(held.said().contains("legal hold"), "{}", held.text);
    app.store().set_hold(&root, false, app.clock().now()).await.unwrap();
    let done = command(&app, ANN, &format!("FORGET {case}")).await;
    assert!(done.said().contains("is forgotten"), "{}", done.text);
    let (evidence, draft, report) = app.store().get_work(&root).await.unwrap();
    assert!(evidence.is_none() && draft.is_none() && report.is_none());
    assert_eq!(app.cases().await[0].subject, "");
    for turn in app.store().list_turns(&root).await.unwrap() {
        assert!(app.store().list_outbox(&turn.id).await.unwrap().iter().all(|row| row.wire.is_empty()));
    }
    assert!(!command(&app, ANN, "HISTORY").await.said().contains("polyps"));
    assert_eq!(app.usage(&account, "2026-11").await, (1, 0), "what was counted stays");
}

#[tokio::test]
async fn a_case_within_the_owners_retention_is_not_forgotten_yet() {
    let app = TestApp::with(|config| config.retention.least_days = 30, None).await;
    app.account(ANN).await;
    app.ask_one(&mail(ANN, "Two polyps", "q1@lakeside.test", QUESTION)).await;
    let case = app.last_case().await.id.to_string();
    let letter = command(&app, ANN, &format!("FORGET {case}")).await;
    assert!(
        letter.said().contains("must be kept for 30 days") && letter.said().contains("2026-12-24"),
        "{}",
        letter.text
    );
    app.clock().advance(DAY * 31);
    assert!(command(&app, ANN, &format!("FORGET {case}")).await.said().contains("is forgotten"));
}

#[tokio::test]
async fn after_stop_nothing_is_written_until_start() {
    let (app, account, _, _) = answered().await;
    assert!(command(&app, ANN, "STOP").await.text.starts_with("This is our last mail to you."));
    assert!(app.ask(&mail(ANN, "More", "s1@lakeside.test", "Is G0463 valid on 2024-08-01?")).await.is_empty());
    assert!(app.ask(&mail(ANN, "", "s2@lakeside.test", "")).await.is_empty());
    assert!(app.ask(&mail(ANN, "x", "s3@lakeside.test", "QUOTA")).await.is_empty());
    assert_eq!(app.usage(&account, "2026-11").await, (1, 0));
    assert!(command(&app, ANN, "START").await.text.starts_with("Welcome back"));
    app.ask_one(&mail(ANN, "More", "s4@lakeside.test", "Is G0463 valid on 2024-08-01?")).await;
}

#[tokio::test]
async fn an_unproved_command_does_nothing() {
    let (app, _, _, case) = answered().await;
    let forged = mail(ANN, "x", "f1@lakeside.test", &format!("FORGET {case}")).replace("dmarc=pass", "dmarc=fail");
    assert!(app.ask(&forged).await.is_empty());
    assert_eq!(app.last().await.0, CaseStatus::InReview);
    assert!(app.store().find_answer_in(&app.cases().await[0].id).await.unwrap().is_some());
}

/// What leaves when the service runs on.
async fn run(app: &TestApp) -> Letter {
    let before = app.transport.sent().len();
    app.run().await;
    let sent = app.transport.sent();
    assert_eq!(sent.len(), before + 1, "one mail should have left");
    Letter::read(&sent[before])
}

#[tokio::test]
async fn a_complaint_that_is_not_upheld_says_why_and_can_be_answered() {
    let (app, account, letter, case) = answered().await;
    app.ask_one(&reply(&letter, ANN, "b1@lakeside.test", "BAD 59 is not needed")).await;
    let complaint = app.last_case().await.id;
    let why = "The edit has indicator 1, and both are of one session.";
    assert!(app.store().decide(&complaint, false, why, "R. Reviewer", app.clock().now()).await.unwrap());
    let told = run(&app).await;
    assert!(told.text.starts_with(&format!("A certified coder has read case {case} again")), "{}", told.text);
    assert!(told.said().contains(why) && told.said().contains("HUMAN"), "{}", told.text);
    assert_eq!(app.usage(&account, "2026-11").await, (1, 0), "it stays counted");
    let human = app.ask_one(&reply(&told, ANN, "b2@lakeside.test", "HUMAN")).await;
    assert!(human.said().contains(&case), "it is read in its thread: {}", human.text);
}

#[tokio::test]
async fn nobody_is_told_of_a_decision_after_stop_or_when_the_mail_is_purged() {
    for purged in [false, true] {
        let (app, _, letter, _) = answered().await;
        app.ask_one(&reply(&letter, ANN, "b1@lakeside.test", "BAD")).await;
        let complaint = app.last_case().await.id;
        if purged {
            app.clock().advance(DAY * 40);
            app.store().purge_originals(app.clock().now(), app.clock().now()).await.unwrap();
        } else {
            command(&app, ANN, "STOP").await;
        }
        assert!(app.store().decide(&complaint, true, "", "R. Reviewer", app.clock().now()).await.unwrap());
        let before = app.transport.sent().len();
        app.run().await;
        assert_eq!(app.transport.sent().len(), before);
        let row = app.store().find_case(&complaint).await.unwrap().unwrap();
        assert_eq!(row.status, CaseStatus::Served);
        let reason = if purged { "purged" } else { "silence" };
        assert!(row.reason.starts_with("complaint upheld; ") && row.reason.contains(reason), "{}", row.reason);
    }
}
