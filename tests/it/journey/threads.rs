//! Follow-ups: whose they are, which case they join, what they correct, and what they cost.

use caseconsultant::domain::case::CaseStatus;
use caseconsultant::domain::outbox::{OutboxKind, OutboxState};
use caseconsultant::store::change::Change;

use crate::support::app::{QUESTION, SERVICE, TestApp, mail, reply, with_header};

const ANN: &str = "ann@lakeside.test";
const EVE: &str = "eve@elsewhere.test";

/// The case of the newest mail: its own when it opened one.
async fn root(app: &TestApp) -> String {
    let case = app.last_case().await.id;
    app.store().find_turn(&case).await.unwrap().unwrap().root.to_string()
}

#[tokio::test]
async fn a_correction_joins_its_case_and_costs_nothing() {
    let app = TestApp::new().await;
    let account = app.account(ANN).await;
    let first = app.ask_one(&mail(ANN, "Two polyps", "q1@lakeside.test", QUESTION)).await;
    let case = app.last_case().await.id.to_string();
    let second = app.ask_one(&reply(&first, ANN, "q2@lakeside.test", "DOS was 9/3/2024, not 8/1/2024.")).await;
    assert_eq!(root(&app).await, case);
    assert!(second.subject.contains(&case), "{}", second.subject);
    assert!(second.said().contains("2024-09-03") && !second.said().contains("2024-08-01"), "{}", second.text);
    assert!(second.said().contains("as you corrected it: date of service 2024-09-03"), "{}", second.text);
    assert!(
        second.said().contains("costs nothing") && second.said().contains("4 of 5 answers left"),
        "{}",
        second.text
    );
    assert_eq!(app.usage(&account, "2026-11").await, (1, 0));
    let third = app.ask_one(&reply(&second, ANN, "q3@lakeside.test", "And it was the hospital side.")).await;
    assert_eq!(root(&app).await, case);
    assert!(third.said().contains("2024-09-03"), "the earlier correction holds: {}", third.text);
    assert_eq!(app.usage(&account, "2026-11").await, (1, 0));
}

#[tokio::test]
async fn a_new_question_in_the_thread_counts_and_inherits_the_date() {
    let app = TestApp::new().await;
    let account = app.account(ANN).await;
    let first = app.ask_one(&mail(ANN, "Two polyps", "q1@lakeside.test", QUESTION)).await;
    let second =
        app.ask_one(&reply(&first, ANN, "q2@lakeside.test", "Can 29877 be billed with 29881 on the same knee?")).await;
    assert!(second.said().contains("2024-08-01") && !second.said().contains("45385"), "{}", second.text);
    assert_eq!(app.usage(&account, "2026-11").await, (2, 0));
}

#[tokio::test]
async fn beyond_the_free_corrections_of_a_case_they_count() {
    let app = TestApp::with(|config| config.quota.free_follow_ups = 1, None).await;
    let account = app.account(ANN).await;
    let mut letter = app.ask_one(&mail(ANN, "Two polyps", "q0@lakeside.test", QUESTION)).await;
    for (n, used) in [(1, 1), (2, 2)] {
        let text = format!("DOS was 9/{n}/2024.");
        letter = app.ask_one(&reply(&letter, ANN, &format!("q{n}@lakeside.test"), &text)).await;
        assert_eq!(app.usage(&account, "2026-11").await, (used, 0));
    }
}

#[tokio::test]
async fn a_strangers_reply_never_joins_however_good_its_token_is() {
    let app = TestApp::new().await;
    app.account(ANN).await;
    let first = app.ask_one(&mail(ANN, "Two polyps", "q1@lakeside.test", QUESTION)).await;
    let case = app.last_case().await.id.to_string();
    let stolen = app.ask(&reply(&first, EVE, "e1@elsewhere.test", "DOS was 9/3/2024.")).await;
    assert_ne!(root(&app).await, case);
    for letter in stolen {
        assert!(!letter.said().contains("45385") && !letter.wire.contains(&case), "{}", letter.wire);
        assert_eq!(letter.envelope_to, EVE);
    }
    let named = "In-Reply-To: <q1@lakeside.test>\r\nReferences: <q1@lakeside.test>\r\n";
    app.ask(&with_header(EVE, "Two polyps", "e2@elsewhere.test", named, QUESTION)).await;
    assert_ne!(root(&app).await, case);
}

#[tokio::test]
async fn a_forged_token_never_joins() {
    let app = TestApp::new().await;
    app.account(ANN).await;
    let first = app.ask_one(&mail(ANN, "Two polyps", "q1@lakeside.test", QUESTION)).await;
    let case = app.last_case().await.id.to_string();
    let ours = first.header("Message-ID").remove(0);
    let (left, right) = ours.split_once('@').unwrap();
    let (head, token) = left.rsplit_once('.').unwrap();
    assert_eq!(token.len(), 16);
    let other = if token.starts_with('a') { 'b' } else { 'a' };
    for forged in
        [format!("{head}.{other}{}@{right}", &token[1..]), format!("{head}@{right}"), format!("{head}.@{right}")]
    {
        let header = format!("In-Reply-To: {forged}\r\n");
        let id = format!("f{}@lakeside.test", forged.len());
        app.ask(&with_header(ANN, &first.subject, &id, &header, "DOS was 9/3/2024.")).await;
        assert_ne!(root(&app).await, case, "{forged}");
    }
}

#[tokio::test]
async fn a_plus_address_carries_the_token_where_the_mailbox_takes_it() {
    let app = TestApp::with(|config| config.service.plus_addresses = true, None).await;
    app.account(ANN).await;
    let first = app.ask_one(&mail(ANN, "Two polyps", "q1@lakeside.test", QUESTION)).await;
    let case = app.last_case().await.id.to_string();
    let to = first.header("Reply-To").remove(0);
    assert!(to.contains("consult+cc-") && to.contains("@example.test"), "{to}");
    let address = to.trim_end_matches('>').rsplit('<').next().unwrap();
    let bare = mail(ANN, "about the polyps", "q2@lakeside.test", "DOS was 9/3/2024.");
    app.ask_one(&bare.replace(&format!("To: {SERVICE}"), &format!("To: {address}"))).await;
    assert_eq!(root(&app).await, case);
}

#[tokio::test]
async fn a_colleague_of_the_account_joins_unless_each_sees_their_own_alone() {
    let app = TestApp::new().await;
    let account = app.account(ANN).await;
    let ben = caseconsultant::domain::address::Address::parse("ben@lakeside.test").unwrap();
    app.change(&account, Change::Sender(ben, true)).await;
    let first = app.ask_one(&mail(ANN, "Two polyps", "q1@lakeside.test", QUESTION)).await;
    let case = app.last_case().await.id.to_string();
    app.ask_one(&reply(&first, "ben@lakeside.test", "b1@lakeside.test", "DOS was 9/3/2024.")).await;
    assert_eq!(root(&app).await, case);
    app.change(&account, Change::SeesOwn(true)).await;
    app.ask(&reply(&first, "ben@lakeside.test", "b2@lakeside.test", "DOS was 9/4/2024.")).await;
    assert_ne!(root(&app).await, case);
}

#[tokio::test]
async fn the_answer_to_our_question_is_read_with_the_question() {
    let app = TestApp::new().await;
    let account = app.account(ANN).await;
    let asked = app.ask_one(&mail(ANN, "Help", "q1@lakeside.test", "Hi team, please help.")).await;
    assert_eq!(app.outbox_states().await, [(OutboxKind::Clarification, OutboxState::Sent)]);
    let case = app.last_case().await.id.to_string();
    assert_eq!(app.usage(&account, "2026-11").await, (0, 0), "our question costs nothing");
    let answer = app.ask_one(&reply(&asked, ANN, "q2@lakeside.test", QUESTION)).await;
    assert!(answer.text.starts_with("Yes, both may be billed"), "{}", answer.text);
    assert_eq!((root(&app).await, app.usage(&account, "2026-11").await), (case, (1, 0)));
}

#[tokio::test]
async fn thanks_are_understood_and_not_answered() {
    let app = TestApp::new().await;
    app.account(ANN).await;
    let first = app.ask_one(&mail(ANN, "Two polyps", "q1@lakeside.test", QUESTION)).await;
    for (n, text) in ["Thank you so much!\r\n\r\nAnn", "Muchas gracias", "谢谢您"].into_iter().enumerate() {
        assert!(app.ask(&reply(&first, ANN, &format!("t{n}@lakeside.test"), text)).await.is_empty(), "{text}");
        assert_eq!(app.last().await, (CaseStatus::Ignored, "thanks".to_owned()));
    }
}

#[tokio::test]
async fn a_doubt_that_states_nothing_goes_to_a_person() {
    let app = TestApp::new().await;
    app.account(ANN).await;
    let first = app.ask_one(&mail(ANN, "Two polyps", "q1@lakeside.test", QUESTION)).await;
    let second = app.ask_one(&reply(&first, ANN, "q2@lakeside.test", "Are you sure?")).await;
    assert!(second.text.starts_with("A certified coder is reading this one"), "{}", second.text);
    assert_eq!(app.last().await.0, CaseStatus::InReview);
}
