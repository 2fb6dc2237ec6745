//! Who may ask how often: reserved when work begins, settled when an answer leaves, free for everything else.

use caseconsultant::domain::account::Sharing;
use caseconsultant::domain::address::Address;
use caseconsultant::domain::case::CaseStatus;
use caseconsultant::domain::outbox::{OutboxKind, OutboxState};
use caseconsultant::mail::SendError;
use caseconsultant::store::change::Change;

use crate::support::app::{DAY, QUESTION, TestApp, mail};

const GUEST: &str = "cleo@riverbend.test";
const ANN: &str = "ann@lakeside.test";
const HELD: &str = "Can 45385 and 45380 be billed together today?";

fn numbered(from: &str, n: usize) -> String {
    mail(
        from,
        &format!("Question {n}"),
        &format!("q{n}@{}", from.rsplit('@').next().unwrap()),
        &QUESTION.replace("08-01", &format!("08-{n:02}")),
    )
}

#[tokio::test]
async fn a_guest_gets_one_answer_then_one_notice_a_day_and_then_silence() {
    let app = TestApp::new().await;
    let first = app.ask_one(&numbered(GUEST, 1)).await;
    assert!(first.text.contains("0 of 1 answers left"), "{}", first.text);
    let second = app.ask_one(&numbered(GUEST, 2)).await;
    assert!(second.text.starts_with("The one answer for an address without an account is used."), "{}", second.text);
    assert_eq!(app.outbox_states().await, [(OutboxKind::OverQuota, OutboxState::Sent)]);
    assert!(app.ask(&numbered(GUEST, 3)).await.is_empty());
    let (status, reason) = app.last().await;
    assert_eq!((status, reason.as_str()), (CaseStatus::Kept, "quota used up; told earlier today"));
    app.clock().advance(DAY);
    let next_day = app.ask_one(&numbered(GUEST, 4)).await;
    assert!(next_day.text.starts_with("The one answer"), "{}", next_day.text);
    assert!(app.ask(&numbered(GUEST, 5)).await.is_empty());
    assert_eq!(app.usage("guest:cleo@riverbend.test", "ever").await, (1, 0));
}

#[tokio::test]
async fn an_address_in_another_spelling_is_the_same_guest() {
    let app = TestApp::new().await;
    app.ask_one(&numbered(GUEST, 1)).await;
    let second = app.ask_one(&numbered("Cleo <CLEO@RiverBend.test>", 2)).await;
    assert!(second.text.starts_with("The one answer"), "{}", second.text);
}

#[tokio::test]
async fn a_free_account_has_five_answers_and_five_more_next_month() {
    let app = TestApp::new().await;
    let account = app.account(ANN).await;
    for n in 1..=5 {
        let letter = app.ask_one(&numbered(ANN, n)).await;
        assert!(letter.text.contains(&format!("{} of 5 answers left until 2026-12-01", 5 - n)), "{}", letter.text);
    }
    let sixth = app.ask_one(&numbered(ANN, 6)).await;
    assert!(sixth.text.contains("All 5 answers of this period are used"), "{}", sixth.text);
    assert!(sixth.text.contains("2026-12-01"), "{}", sixth.text);
    app.clock().advance(DAY * 7);
    app.work().await;
    assert_eq!(app.deliver().await, 1, "what was kept is answered in the new period");
    let next_month = app.ask_one(&numbered(ANN, 7)).await;
    assert!(next_month.text.contains("3 of 5 answers left until 2027-01-01"), "{}", next_month.text);
    assert_eq!((app.usage(&account, "2026-11").await, app.usage(&account, "2026-12").await), ((5, 0), (2, 0)));
}

#[tokio::test]
async fn a_quota_is_reserved_at_work_and_settled_only_when_the_answer_left() {
    let app = TestApp::new().await;
    let account = app.account(ANN).await;
    app.source.push(numbered(ANN, 1));
    app.poll().await;
    assert_eq!(app.usage(&account, "2026-11").await, (0, 0));
    app.work().await;
    assert_eq!(app.usage(&account, "2026-11").await, (0, 1), "in the outbox is not yet sent");
    app.transport.fail_next(vec![SendError::Temporary("421 busy".into())]);
    app.deliver().await;
    assert_eq!(app.usage(&account, "2026-11").await, (0, 1));
    app.clock().advance(DAY);
    app.deliver().await;
    assert_eq!(app.usage(&account, "2026-11").await, (1, 0));
}

#[tokio::test]
async fn what_is_held_declined_or_a_copy_costs_nothing() {
    let app = TestApp::new().await;
    let account = app.account(ANN).await;
    app.ask_one(&mail(ANN, "Today", "h1@lakeside.test", HELD)).await;
    assert_eq!(app.usage(&account, "2026-11").await, (0, 0));
    app.ask_one(&mail(ANN, "", "h2@lakeside.test", "")).await;
    let question = numbered(ANN, 1);
    app.ask_one(&question).await;
    assert!(app.ask(&question).await.is_empty());
    assert_eq!(app.usage(&account, "2026-11").await, (1, 0));
}

#[tokio::test]
async fn two_addresses_of_one_account_share_its_quota() {
    use caseconsultant::domain::account::{Account, FREE};
    let app = TestApp::with(|config| config.quota.free_answers = 2, None).await;
    let account = Account { id: "ac_two".into(), name: "Two".into(), plan: FREE.into() };
    let senders = ["one@two.test", "two@two.test"].map(|text| Address::parse(text).unwrap());
    app.store().insert_account(account, senders.into(), app.clock().now()).await.unwrap();
    app.ask_one(&numbered("one@two.test", 1)).await;
    app.ask_one(&numbered("two@two.test", 2)).await;
    let third = app.ask_one(&numbered("one@two.test", 3)).await;
    assert!(third.text.contains("All 2 answers"), "{}", third.text);
}

#[tokio::test]
async fn workers_side_by_side_never_overdraw_a_quota() {
    let app = TestApp::new().await;
    let account = app.account(ANN).await;
    for n in 1..=14 {
        app.source.push(numbered(ANN, n));
    }
    app.poll().await;
    let pipelines = [(); 8].map(|()| app.pipeline.clone());
    let workers = pipelines.map(|pipeline| {
        tokio::spawn(async move {
            while pipeline.step().await.unwrap() {
                tokio::task::yield_now().await;
            }
        })
    });
    for worker in workers {
        worker.await.unwrap();
    }
    assert_eq!(app.usage(&account, "2026-11").await, (0, 5));
    assert_eq!(app.deliver().await, 6, "five answers and one notice");
    assert_eq!(app.usage(&account, "2026-11").await, (5, 0));
}

#[tokio::test]
async fn each_sender_has_the_number_of_the_plan_alone_where_the_account_says_so() {
    let app = TestApp::with(|config| config.quota.free_answers = 2, None).await;
    let account = app.account("one@two.test").await;
    app.change(&account, Change::Sender(Address::parse("two@two.test").unwrap(), true)).await;
    app.ask_one(&numbered("one@two.test", 1)).await;
    app.ask_one(&numbered("two@two.test", 2)).await;
    let third = app.ask_one(&numbered("one@two.test", 3)).await;
    assert!(third.text.contains("All 2 answers"), "shared, two are two: {}", third.text);
    app.change(&account, Change::Quota(Sharing::Sender)).await;
    app.run().await;
    assert_eq!(app.last().await.0, CaseStatus::Answered, "what was kept is answered: of hers one was used");
    let second = app.ask_one(&numbered("two@two.test", 4)).await;
    assert!(second.text.contains("0 of 2 answers left until 2026-12-01"), "{}", second.text);
    assert!(second.said().contains("2 of 2 answers of this period are used (100 %)"), "{}", second.text);
    let over = app.ask_one(&numbered("one+tag@two.test", 5)).await;
    assert!(over.text.contains("All 2 answers"), "a tag makes no other sender: {}", over.text);
    assert_eq!(app.usage(&account, "2026-11").await, (4, 0));
    app.change(&account, Change::Pack { answers: 1, reference: "payment-1".to_owned() }).await;
    app.run().await;
    assert_eq!(app.usage(&account, "pack").await, (1, 0), "what is bought beside the plan is everybody's");
}

#[tokio::test]
async fn workers_side_by_side_never_overdraw_the_number_of_a_sender() {
    let app = TestApp::with(|config| config.quota.free_answers = 2, None).await;
    let account = app.account(ANN).await;
    app.change(&account, Change::Sender(Address::parse("ben@lakeside.test").unwrap(), true)).await;
    app.change(&account, Change::Quota(Sharing::Sender)).await;
    for n in 1..=5 {
        app.source.push(numbered(ANN, n));
        app.source.push(mail(
            "ben@lakeside.test",
            "",
            &format!("b{n}@lakeside.test"),
            &QUESTION.replace("08-01", &format!("09-{n:02}")),
        ));
    }
    app.poll().await;
    let pipelines = [(); 8].map(|()| app.pipeline.clone());
    let workers = pipelines.map(|pipeline| {
        tokio::spawn(async move {
            while pipeline.step().await.unwrap() {
                tokio::task::yield_now().await;
            }
        })
    });
    for worker in workers {
        worker.await.unwrap();
    }
    app.deliver().await;
    assert_eq!(app.usage(&account, "2026-11").await, (4, 0));
    for sender in [ANN, "ben@lakeside.test"] {
        let used = app.store().find_usage_of_sender(&account, sender, "2026-11").await.unwrap();
        assert_eq!((used.settled, used.reserved), (2, 0), "{sender}");
    }
}
