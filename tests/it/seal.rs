//! The original of a message at rest: sealed, opened with a reason, sealed anew, purged.

use std::os::unix::fs::PermissionsExt as _;

use caseconsultant::domain::case::CaseStatus;
use caseconsultant::domain::time::Timestamp;
use caseconsultant::identity::seal::{KeyRing, SealError, Sealed};
use caseconsultant::store::original::{Opener, Reason};
use caseconsultant::store::{Store, StoreError};

use crate::canaries::search::{Needle, found_below};
use crate::support::app::{DAY, TestApp, mail};
use crate::support::keys;

const ANN: &str = "ann@lakeside.test";
const QUESTION: &str = "Patient Quentin Zaragoza, DOB 03/04/1961, MRN 7719023, SSN 531-21-7351: snare polypectomy 45385 and biopsy 45380 of another \
polyp, same session, Medicare, DOS 2024-08-01. Modifier?";
const CANARIES: [&str; 5] = ["Quentin", "Zaragoza", "03/04/1961", "7719023", "531-21-7351"];

fn person() -> Opener {
    Opener::Person(Reason::new("R. Reviewer", "the masked question cannot be understood").unwrap())
}

#[tokio::test]
async fn a_patient_of_a_question_is_nowhere_in_the_data_folder_and_in_no_mail() {
    let app = TestApp::new().await;
    let letter = app.ask_one(&mail(ANN, "Zaragoza, Quentin - MRN 7719023", "1@lakeside.test", QUESTION)).await;
    for canary in CANARIES {
        assert_eq!(found_below(&[Needle::new(canary)], app.folder()), Vec::<String>::new(), "{canary}");
        assert!(!letter.wire.contains(canary) && !letter.text.contains(canary), "{canary} left");
    }
    assert!(letter.text.contains("45385"), "{}", letter.text);
    let said = letter.text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("identifiers (one name"), "{said}");
}

#[tokio::test]
async fn a_person_opens_an_original_only_with_a_reason_that_is_kept() {
    let app = TestApp::new().await;
    app.ask(&mail(ANN, "Modifier", "1@lakeside.test", QUESTION)).await;
    let case = app.last_case().await.id;
    assert!(Reason::new("", "the question is cut").is_none() && Reason::new("R. Reviewer", " - ").is_none());
    let (raw, _) = app.store().open_original(&case, &person(), app.clock().now()).await.unwrap();
    assert!(String::from_utf8(raw).unwrap().contains("Quentin"));
    let openings = app.store().list_openings(&case).await.unwrap();
    assert_eq!(openings.len(), 1, "the service's own reading is no opening: {openings:?}");
    assert_eq!((openings[0].at, openings[0].reviewer.as_str()), (app.clock().now(), "R. Reviewer"));
}

#[tokio::test]
async fn an_original_is_purged_when_its_case_has_rested_and_its_digest_stays() {
    let app = TestApp::new().await;
    let question = mail(ANN, "Modifier", "1@lakeside.test", QUESTION);
    app.ask_one(&question).await;
    let case = app.last_case().await;
    assert_eq!(case.status, CaseStatus::Answered);
    let purge = async |before: Timestamp| app.store().purge_originals(before, app.clock().now()).await.unwrap();
    assert_eq!(purge(case.updated_at).await, 0, "it moved at that moment");
    app.clock().advance(DAY);
    assert_eq!(purge(app.clock().now()).await, 1);
    assert_eq!(purge(app.clock().now()).await, 0, "once");
    let opened = app.store().open_original(&case.id, &person(), app.clock().now()).await;
    assert!(matches!(opened, Err(StoreError::Purged(_))), "{opened:?}");
    assert_eq!(app.store().list_openings(&case.id).await.unwrap().len(), 1, "an attempt is kept too");
    assert!(app.ask(&question).await.is_empty(), "a copy is still known");
}

#[tokio::test]
async fn an_original_of_a_case_that_is_worked_on_is_not_purged() {
    let mut app = TestApp::new().await;
    app.may_leave_work();
    app.source.push(mail(ANN, "Modifier", "1@lakeside.test", QUESTION));
    app.poll().await;
    app.clock().advance(DAY);
    assert_eq!(app.store().purge_originals(app.clock().now(), app.clock().now()).await.unwrap(), 0);
}

#[tokio::test]
async fn a_newer_key_seals_what_an_older_one_sealed_and_a_missing_one_is_named() {
    let app = TestApp::new().await;
    app.ask_one(&mail(ANN, "Modifier", "1@lakeside.test", QUESTION)).await;
    let case = app.last_case().await.id;
    let with = |text: String| app.store().clone().with_keys(KeyRing::parse(&text).unwrap());
    let (old, new) = (KeyRing::write_key("test", [7; 32]), KeyRing::write_key("next", [8; 32]));
    let alone = with(new.clone());
    let missing = SealError::Missing("test".to_owned());
    let opened = alone.open_original(&case, &Opener::Service, app.clock().now()).await;
    assert!(matches!(opened, Err(StoreError::Seal(error)) if error == missing));
    assert!(matches!(alone.reseal(|| [1; 32]).await, Err(StoreError::Seal(error)) if error == missing));
    assert_eq!(with(format!("{new} {old}")).reseal(|| [1; 32]).await.unwrap(), 1);
    assert_eq!(alone.count_seals().await.unwrap(), [("next".to_owned(), 1)]);
    assert!(alone.open_original(&case, &Opener::Service, app.clock().now()).await.is_ok());
}

#[tokio::test]
async fn what_lay_open_before_there_was_a_seal_is_sealed_and_leaves_no_trace() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(crate::support::engine::place(folder.path())).await.unwrap().with_keys(keys());
    let open = format!("From: {ANN}\r\n\r\n{QUESTION}").repeat(20);
    let message = crate::store::message(1);
    let message =
        caseconsultant::store::message::NewMessage { raw: Sealed::from_stored(open.clone().into_bytes()), ..message };
    let case = message.case.clone();
    store.take_in("INBOX", 1, 1, vec![message], Timestamp(1)).await.unwrap();
    assert_eq!(store.reseal(|| [1; 32]).await.unwrap(), 1);
    store.compact().await.unwrap();
    let (raw, _) = store.open_original(&case, &Opener::Service, Timestamp(2)).await.unwrap();
    assert_eq!(raw, open.into_bytes());
    store.close().await;
    assert_eq!(found_below(&[Needle::new("Zaragoza")], folder.path()), Vec::<String>::new());
}

#[test]
fn a_trial_keeps_its_own_key_for_its_owner_alone_and_production_demands_one() {
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_caseconsultant"))
            .arg("--data-dir")
            .arg(folder.path().join("data"))
            .args(arguments)
            .output()
            .unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (output.status.code(), text(output.stdout), text(output.stderr))
    };
    assert_eq!(run(&["seal", "status"]), (Some(0), "no original is kept\n".to_owned(), String::new()));
    let key = folder.path().join("data/seal.key");
    assert_eq!(std::fs::metadata(&key).unwrap().permissions().mode() & 0o777, 0o600);
    let before = std::fs::read(&key).unwrap();
    assert_eq!(run(&["seal", "renew"]).0, Some(0));
    assert_eq!(std::fs::read(&key).unwrap(), before, "it is made once");
    let (_, line, _) = run(&["seal", "key", "--id", "y2026"]);
    assert!(KeyRing::parse(&line).unwrap().holds("y2026"));
    let settings = folder.path().join("own.toml");
    std::fs::write(&settings, "[service]\nmode = \"production\"\n").unwrap();
    let (code, _, said) = run(&["--config", settings.to_str().unwrap(), "seal", "status"]);
    assert!(code == Some(2) && said.contains("seal.keys is empty"), "{code:?} {said}");
}
