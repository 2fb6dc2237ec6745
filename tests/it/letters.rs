//! Every kind of mail that leaves, as its reader sees it: the text and the HTML part, case and edition made alike.

use caseconsultant::mail::Raw;

use crate::support::app::{Letter, TestApp, mail};
use crate::support::{made, pdf, starter};

const ANN: &str = "Ann Weber <ann@lakeside.test>";

/// What varies from run to run is named; everything else is held to the letter.
fn fixed(text: &str, case: &str) -> String {
    text.replace(case, "CC-XXXXXXX").replace(starter::edition().current().edition(), "starter-000000000000")
}

/// Asks as an account would, and holds the mail that leaves against its snapshots.
async fn held(name: &str, subject: &str, text: &str) {
    let app = TestApp::new().await;
    app.account("ann@lakeside.test").await;
    let letter = app.ask_one(&mail(ANN, subject, "q1@lakeside.test", text)).await;
    let case = app.last_case().await.id.to_string();
    compare(name, &letter, &case);
}

fn compare(name: &str, letter: &Letter, case: &str) {
    assert!(letter.text.lines().all(|line| line.chars().count() <= 76), "a line is too long: {}", letter.text);
    assert!(letter.text.lines().all(|line| line == line.trim_end()), "blanks at a line's end: {:?}", letter.text);
    assert!(!letter.html.contains("http") && !letter.html.contains("src="), "nothing remote: {}", letter.html);
    let subject = fixed(&letter.subject, case);
    insta::assert_snapshot!(name, format!("Subject: {subject}\n\n{}", fixed(&letter.text, case)));
    insta::assert_snapshot!(format!("{name}_html"), fixed(&letter.html, case));
}

#[tokio::test]
async fn an_answer_to_a_pair_on_separate_lesions() {
    let text =
        "Same session, snare polypectomy 45385 and biopsy 45380 of another polyp, Medicare, DOS 2024-08-01. Modifier?";
    held("bundling_yes", "Two polyps", text).await;
}

#[tokio::test]
async fn an_answer_with_a_receipt_of_files() {
    let app = TestApp::new().await;
    app.account("ann@lakeside.test").await;
    let text = "Snare polypectomy 45385 and biopsy 45380 of another polyp, same session, Medicare. Modifier? See the attached files.";
    let files = [
        made::file("Weber_op_note.docx", made::docx(&["DOS: 2024-08-01"])),
        made::file("remit.pdf", pdf::pdf(&["Paid in full".to_owned()])[..40].to_vec()),
        made::file("records.zip", made::zip(&[("a.txt", b"x")])),
    ];
    let letter = app.ask_one(&made::mail_with(ANN, "q1@lakeside.test", text, &files)).await;
    compare("with_files", &letter, app.last_case().await.id.as_str());
}

#[tokio::test]
async fn a_notice_that_everything_is_encrypted() {
    let app = TestApp::new().await;
    let files = [made::file("note.docx", made::encrypted_package())];
    let letter = app.ask_one(&made::mail_with(ANN, "q1@lakeside.test", "Please see attached", &files)).await;
    compare("encrypted", &letter, app.last_case().await.id.as_str());
}

#[tokio::test]
async fn an_answer_to_a_pair_without_its_facts() {
    held("bundling_depends", "99213 and 20610", "99213 and 20610 on the same day, Medicare, DOS 2024-08-14?").await;
}

#[tokio::test]
async fn an_answer_to_a_pair_that_is_never_joined() {
    held("bundling_no", "Knee scope", "29881 with 29877 on the same knee, DOS 2024-07-15, Medicare. May I append 59?")
        .await;
}

#[tokio::test]
async fn an_answer_to_a_pair_without_an_edit_for_another_payer() {
    held("bundling_no_edit", "PT", "97140 and 97530 together for Aetna, DOS 2024-08-01?").await;
}

#[tokio::test]
async fn an_answer_about_a_deleted_code() {
    held("deleted_code", "IVUS iliac", "Is 37250 still valid for non-coronary IVUS on 1/12/2026?").await;
}

#[tokio::test]
async fn an_answer_about_a_heading() {
    held("heading", "Back pain", "Is M54.5 billable? DOS 2026-05-01").await;
}

#[tokio::test]
async fn an_answer_about_units() {
    held("units", "Units of IVUS", "We did 37253 x6 on 8/12/2024. How many units may we bill?").await;
}

#[tokio::test]
async fn an_answer_about_an_add_on() {
    held("add_on", "Add-on?", "Is 37253 an add-on code, and may it go with 37252? Date of service 2024-09-03.").await;
}

#[tokio::test]
async fn an_answer_about_a_global_period() {
    held("global", "Global", "What is the global period of 29881? DOS 10/20/2025").await;
}

#[tokio::test]
async fn an_answer_about_two_diagnoses() {
    held("diagnoses", "Diabetes", "E11.9 and E10.9 on one claim, DOS 2026-05-01?").await;
}

#[tokio::test]
async fn an_answer_about_an_invented_code() {
    held("invented_code", "A number", "What is the global period of CPT 99999Z?").await;
}

#[tokio::test]
async fn a_notice_that_a_person_reads_it() {
    held("holding_stale", "Today", "Can 45385 and 45380 be billed together today?").await;
    held("holding_rules", "Locum", "Our locum tenens saw an NP's patients. May we bill incident-to?").await;
}

#[tokio::test]
async fn a_notice_that_a_quota_is_used_up() {
    let question = |n: usize| {
        mail(
            "cleo@riverbend.test",
            "One more",
            &format!("q{n}@riverbend.test"),
            &format!("Is G0463 valid on 2024-08-01? {n}"),
        )
    };
    let app = TestApp::new().await;
    app.ask_one(&question(1)).await;
    let letter = app.ask_one(&question(2)).await;
    compare("over_quota_guest", &letter, app.last_case().await.id.as_str());
    let app = TestApp::with(|config| config.quota.free_answers = 2, None).await;
    app.account("cleo@riverbend.test").await;
    app.ask_one(&question(1)).await;
    app.ask_one(&question(2)).await;
    let letter = app.ask_one(&question(3)).await;
    compare("over_quota_account", &letter, app.last_case().await.id.as_str());
}

#[tokio::test]
async fn a_notice_that_a_mail_was_too_large() {
    let app = TestApp::new().await;
    let whole = mail(ANN, "With scans", "q1@lakeside.test", "");
    app.source.push_raw(31_000_000, Raw::HeaderOnly(whole.into_bytes()));
    app.run().await;
    let letter = Letter::read(&app.transport.sent()[0]);
    compare("too_large", &letter, app.last_case().await.id.as_str());
}

#[tokio::test]
async fn a_notice_that_a_mail_was_empty() {
    held("empty", "", "").await;
}

#[tokio::test]
async fn every_reply_to_a_command() {
    for (name, text) in [
        ("command_help", "HELP"),
        ("command_status", "STATUS"),
        ("command_quota", "QUOTA"),
        ("command_history", "HISTORY"),
        ("command_find", "FIND 45380"),
        ("command_profile", "PROFILE state=OH payer=Medicare specialty=GI"),
        ("command_more", "MORE"),
        ("command_short", "SHORT"),
        ("command_human", "HUMAN"),
        ("command_good", "GOOD"),
        ("command_bad", "BAD the units are wrong"),
        ("command_stop", "STOP"),
        ("command_start", "START"),
        ("command_register", "REGISTER"),
        ("command_malformed", "FORGET"),
    ] {
        let app = TestApp::new().await;
        app.account("ann@lakeside.test").await;
        let question = "45385 with 45380 of another polyp, Medicare, DOS 2024-08-01?";
        app.ask_one(&mail(ANN, "Two polyps", "q1@lakeside.test", question)).await;
        let first = app.last_case().await.id.to_string();
        let letter = app.ask_one(&mail(ANN, "A command", "c1@lakeside.test", text)).await;
        let letter = Letter { text: fixed(&letter.text, &first), html: fixed(&letter.html, &first), ..letter };
        compare(name, &letter, app.last_case().await.id.as_str());
    }
}

#[tokio::test]
async fn a_guests_answer_and_the_welcome() {
    let app = TestApp::new().await;
    let letter =
        app.ask_one(&mail("cleo@riverbend.test", "G0463", "q1@riverbend.test", "Is G0463 valid on 2024-08-01?")).await;
    compare("guest", &letter, app.last_case().await.id.as_str());
    let letter = app.ask_one(&mail("cleo@riverbend.test", "REGISTER", "r1@riverbend.test", "")).await;
    compare("welcome", &letter, app.last_case().await.id.as_str());
}

#[tokio::test]
async fn a_forgotten_case() {
    let app = TestApp::new().await;
    app.account("ann@lakeside.test").await;
    app.ask_one(&mail(ANN, "G0463", "q1@lakeside.test", "Is G0463 valid on 2024-08-01?")).await;
    let first = app.last_case().await.id.to_string();
    let letter = app.ask_one(&mail(ANN, "x", "f1@lakeside.test", &format!("FORGET {first}"))).await;
    let letter = Letter { text: fixed(&letter.text, &first), html: fixed(&letter.html, &first), ..letter };
    compare("command_forget", &letter, app.last_case().await.id.as_str());
}

#[tokio::test]
async fn a_word_about_a_complaint_that_was_decided() {
    for (name, upheld, why) in [
        ("decision_upheld", true, "Two units are right: the limit is per line, and the two sites stand on two lines."),
        ("decision_rejected", false, ""),
    ] {
        let app = TestApp::new().await;
        app.account("ann@lakeside.test").await;
        let question = "45385 with 45380 of another polyp, Medicare, DOS 2024-08-01?";
        app.ask_one(&mail(ANN, "Two polyps", "q1@lakeside.test", question)).await;
        let first = app.last_case().await.id.to_string();
        app.ask_one(&mail(ANN, "A command", "c1@lakeside.test", "BAD the units are wrong")).await;
        let complaint = app.last_case().await.id;
        let now = app.clock().now();
        assert!(app.store().decide(&complaint, upheld, why, "R. Reviewer", now).await.unwrap());
        app.run().await;
        compare(name, &Letter::read(app.transport.sent().last().unwrap()), &first);
    }
}
