//! Joining and growing: the guest's invitation, packs and plans, colleagues, notices of the quota, what is kept, and the same
//! question again.

use caseconsultant::domain::address::Address;
use caseconsultant::domain::case::CaseStatus;
use caseconsultant::store::change::Change;
use caseconsultant::store::subscriber::Booked;

use crate::support::app::{DAY, QUESTION, TestApp, mail, reply, with_header};

const GUEST: &str = "cleo@riverbend.test";
const ANN: &str = "ann@lakeside.test";

fn numbered(from: &str, n: usize) -> String {
    let domain = from.rsplit('@').next().unwrap();
    let text = QUESTION.replace("08-01", &format!("08-{n:02}"));
    mail(from, &format!("Question {n}"), &format!("q{n}@{domain}"), &text)
}

#[tokio::test]
async fn a_guest_is_invited_registers_and_what_was_kept_is_answered() {
    let app = TestApp::new().await;
    let first = app.ask_one(&numbered(GUEST, 1)).await;
    assert!(first.said().contains("Reply with REGISTER, alone"), "{}", first.text);
    assert!(first.html.contains("mailto:consult@example.test?subject=REGISTER"), "{}", first.html);
    let case = app.last_case().await.id;
    let kept = app.ask_one(&numbered(GUEST, 2)).await;
    assert!(kept.said().contains("Your question is kept. Write REGISTER"), "{}", kept.text);
    assert_eq!(app.last().await.0, CaseStatus::Kept);
    let letters = app.ask(&reply(&first, GUEST, "r1@riverbend.test", "register")).await;
    let begins = |words: &str| letters.iter().any(|letter| letter.text.starts_with(words));
    assert!(letters.len() == 2 && begins("Welcome: your account is open.") && begins("Yes, both"), "{letters:?}");
    let answered: Vec<_> = app.cases().await.into_iter().filter(|c| c.status == CaseStatus::Answered).collect();
    assert_eq!(answered.len(), 2, "the kept question is answered");
    let account = app.store().find_account_of(&Address::parse(GUEST).unwrap()).await.unwrap().unwrap();
    assert_eq!((account.name.as_str(), account.plan.as_str()), ("riverbend.test", "free"));
    assert_eq!(app.store().find_turn(&case).await.unwrap().unwrap().account, account.id, "its cases come along");
    assert_eq!(app.usage(&account.id, "2026-11").await, (1, 0));
    let again = app.ask_one(&mail(GUEST, "REGISTER", "r2@riverbend.test", "")).await;
    assert!(again.text.starts_with("This address has an account already."), "{}", again.text);
}

#[tokio::test]
async fn where_joining_is_closed_a_person_opens_the_account() {
    let app = TestApp::with(|config| config.joining.open = false, None).await;
    let first = app.ask_one(&numbered(GUEST, 1)).await;
    assert!(!first.said().contains("REGISTER"), "{}", first.text);
    let letter = app.ask_one(&mail(GUEST, "REGISTER", "r1@riverbend.test", "")).await;
    assert!(letter.text.starts_with("A person opens your account"), "{}", letter.text);
    assert_eq!(app.last().await.0, CaseStatus::InReview);
}

#[tokio::test]
async fn four_fifths_and_the_whole_of_a_quota_are_told_once() {
    let app = TestApp::new().await;
    app.account(ANN).await;
    let mut told = Vec::new();
    for n in 1..=5 {
        let letter = app.ask_one(&numbered(ANN, n)).await;
        told.extend(
            ["80 %", "100 %"].into_iter().filter(|share| letter.said().contains(share)).map(|share| (n, share)),
        );
    }
    assert_eq!(told, [(4, "80 %"), (5, "100 %")]);
}

#[tokio::test]
async fn a_question_over_the_quota_is_answered_when_the_period_turns() {
    let app = TestApp::with(|config| config.quota.free_answers = 1, None).await;
    let account = app.account(ANN).await;
    app.ask_one(&numbered(ANN, 1)).await;
    let notice = app.ask_one(&numbered(ANN, 2)).await;
    assert!(notice.said().contains("answered on that day by itself"), "{}", notice.text);
    assert_eq!((app.last().await.0, app.work().await), (CaseStatus::Kept, 0));
    app.clock().advance(DAY * 7);
    assert_eq!((app.work().await, app.deliver().await), (1, 1));
    assert_eq!(app.last().await.0, CaseStatus::Answered);
    assert_eq!(app.usage(&account, "2026-12").await, (1, 0));
}

#[tokio::test]
async fn a_plan_that_grows_and_a_pack_answer_what_was_kept() {
    let app = TestApp::with(|config| config.quota.free_answers = 1, None).await;
    let account = app.account(ANN).await;
    for n in 1..=3 {
        app.ask(&numbered(ANN, n)).await;
    }
    let kept = async || app.cases().await.into_iter().filter(|c| c.status == CaseStatus::Kept).count();
    assert_eq!(kept().await, 2);
    let now = || app.clock().now();
    assert_eq!(app.store().add_pack(&account, 1, "payment-1", now()).await.unwrap(), Booked::Added);
    assert_eq!(app.store().add_pack(&account, 1, "payment-1", now()).await.unwrap(), Booked::Before);
    app.work().await;
    app.deliver().await;
    assert_eq!((kept().await, app.usage(&account, "pack").await), (1, (1, 0)));
    app.store().set_plan(&account, "solo", now()).await.unwrap();
    app.work().await;
    app.deliver().await;
    assert_eq!((kept().await, app.usage(&account, "2026-11").await), (0, (2, 0)));
}

#[tokio::test]
async fn a_question_kept_too_long_is_declined_in_silence() {
    let app = TestApp::with(|config| config.quota.keep_days = 3, None).await;
    app.ask_one(&numbered(GUEST, 1)).await;
    app.ask_one(&numbered(GUEST, 2)).await;
    app.clock().advance(DAY * 4);
    assert_eq!((app.work().await, app.deliver().await), (1, 0));
    assert_eq!(app.last().await.0, CaseStatus::Declined);
}

#[tokio::test]
async fn the_same_question_again_is_checked_again_and_not_counted() {
    let app = TestApp::new().await;
    let account = app.account(ANN).await;
    app.ask_one(&mail(ANN, "Two polyps", "q1@lakeside.test", QUESTION)).await;
    let case = app.last_case().await.id.to_string();
    app.clock().advance(DAY);
    let again = app.ask_one(&mail(ANN, "Again", "q2@lakeside.test", &format!("  {}", QUESTION.to_lowercase()))).await;
    let text = again.text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(text.contains(&format!("You asked this on 2026-11-24 (case {case}).")), "{text}");
    assert!(text.contains("the answer is the same") && text.contains("4 of 5 answers left"), "{text}");
    assert_eq!(app.usage(&account, "2026-11").await, (1, 0));
    let other = app.ask_one(&mail("bo@other.test", "Two polyps", "q1@other.test", QUESTION)).await;
    assert!(!other.said().contains("You asked this"), "another account is told nothing");
}

#[tokio::test]
async fn colleagues_on_the_list_are_copied_and_nobody_else() {
    let app = TestApp::new().await;
    let account = app.account(ANN).await;
    app.change(&account, Change::Colleague("ben@lakeside.test".to_owned(), Some(false))).await;
    app.change(&account, Change::Colleague("boss@lakeside.test".to_owned(), Some(true))).await;
    let cc = "Cc: Ben <Ben@lakeside.test>, thief@elsewhere.test\r\n";
    let letters = app.ask(&with_header(ANN, "Two polyps", "q1@lakeside.test", cc, QUESTION)).await;
    let mut to: Vec<&str> = letters.iter().map(|letter| letter.envelope_to.as_str()).collect();
    to.sort_unstable();
    assert_eq!(to, ["Ben@lakeside.test", ANN, "boss@lakeside.test"]);
    assert!(letters.iter().all(|letter| !letter.wire.contains("thief") && letter.wire == letters[0].wire));
    let shown = letters[0].header("Cc").join(",");
    assert!(shown.contains("Ben@lakeside.test") && shown.contains("boss@lakeside.test"), "{shown}");
    assert_eq!(app.usage(&account, "2026-11").await, (1, 0), "one answer, however many read it");
    let alone = app.ask(&mail("bo@other.test", "Two polyps", "q1@other.test", QUESTION)).await;
    assert_eq!(alone.len(), 1);
}
