//! In production, what names a patient is answered by itself only for accounts with an agreement on record.

use caseconsultant::config::Mode;
use caseconsultant::domain::account::Agreement;
use caseconsultant::domain::case::CaseStatus;
use caseconsultant::store::change::{Author, Change, Changed};
use jiff::civil::date;

use crate::support::app::{QUESTION, TestApp, mail};

const ANN: &str = "ann@lakeside.test";

fn naming(id: &str) -> String {
    mail(ANN, "Two polyps", id, &format!("Patient: Jane Roe, MRN 4471123, DOB 03/04/1951.\r\n{QUESTION}"))
}

#[tokio::test]
async fn a_mail_that_names_a_patient_waits_until_an_agreement_is_on_record() {
    let app = TestApp::with(|config| config.service.mode = Mode::Production, None).await;
    let account = app.account(ANN).await;
    app.ask(&naming("q1@lakeside.test")).await;
    let (status, reason) = app.last().await;
    assert_eq!(status, CaseStatus::InReview, "{reason}");
    assert!(reason.contains("no business associate agreement"), "{reason}");
    app.ask(&mail(ANN, "Two polyps", "q2@lakeside.test", QUESTION)).await;
    assert_eq!(app.last().await.0, CaseStatus::Answered, "what names nobody needs none");
    let agreement = Agreement { on: date(2026, 11, 2), digest: "0".repeat(64) };
    let change = Change::Agreement(Some(agreement));
    let now = app.clock().now();
    assert_eq!(app.store().change_account(&account, change, Author::operator(), now).await.unwrap(), Changed::Done);
    let other = naming("q3@lakeside.test").replace("2024-08-01", "2024-08-02");
    app.ask(&other).await;
    assert_eq!(app.last().await.0, CaseStatus::Answered);
}

#[tokio::test]
async fn a_trial_asks_for_no_agreement() {
    let app = TestApp::new().await;
    app.account(ANN).await;
    app.ask(&naming("q1@lakeside.test")).await;
    assert_eq!(app.last().await.0, CaseStatus::Answered);
}
