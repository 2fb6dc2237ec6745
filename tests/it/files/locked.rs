//! What is encrypted gets a polite notice; what is only signed is read.

use base64::Engine as _;
use caseconsultant::domain::case::CaseStatus;
use caseconsultant::domain::outbox::{OutboxKind, OutboxState};

use super::{ANN, skipped};
use crate::support::app::{QUESTION, TestApp, mail, with_header};
use crate::support::made::{encrypted_package, file, mail_with, zip};
use crate::support::pdf::written;

const LOCKED: &str = "it is encrypted or locked by a password";

/// A PDF that names a dictionary of encryption (ISO 32000-1, 7.6.1).
fn locked_pdf() -> Vec<u8> {
    let key = "00".repeat(32);
    let objects = [
        "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
        "<</Type/Pages/Kids[]/Count 0>>".to_owned(),
        format!("<</Filter/Standard/V 2/R 3/Length 128/P -44/O<{key}>/U<{key}>>>"),
    ];
    written(&objects, "/Encrypt 3 0 R/ID[<00112233445566778899aabbccddeeff><00112233445566778899aabbccddeeff>]")
}

#[test]
fn files_with_a_password_are_known() {
    assert_eq!(skipped(file("a.pdf", locked_pdf())), LOCKED);
    assert_eq!(skipped(file("a.docx", encrypted_package())), LOCKED);
    let mut archive = zip(&[("word/document.xml", b"x")]);
    // The first bit of the flags, in both headers (APPNOTE 4.4.4).
    let central = archive.windows(4).rposition(|bytes| bytes == b"PK\x01\x02").unwrap();
    archive[6] |= 1;
    archive[central + 8] |= 1;
    assert_eq!(skipped(file("a.zip", archive)), LOCKED);
    assert_eq!(skipped(file("a.pdf.pgp", vec![0x85, 1, 2])), LOCKED);
}

#[tokio::test]
async fn a_mail_that_only_holds_locked_files_gets_a_notice_and_costs_nothing() {
    let app = TestApp::new().await;
    let account = app.account(ANN).await;
    let letter = app.ask_one(&mail_with(ANN, "q1@lakeside.test", "see attached", &[file("a.pdf", locked_pdf())])).await;
    assert!(
        letter.text.starts_with("The files of your message are encrypted or locked by a password"),
        "{}",
        letter.text
    );
    assert_eq!(app.last().await.0, CaseStatus::Declined);
    assert_eq!(app.outbox_states().await, [(OutboxKind::Encrypted, OutboxState::Sent)]);
    assert_eq!(app.usage(&account, "2026-11").await, (0, 0));
}

#[tokio::test]
async fn an_encrypted_mail_gets_a_notice_once_a_day() {
    let app = TestApp::new().await;
    app.account(ANN).await;
    let pgp = "--b\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n--b\r\nContent-Type: application/octet-stream; name=encrypted.asc\r\n\r\n-----BEGIN PGP MESSAGE-----\r\n\r\nhQEMA\r\n-----END PGP MESSAGE-----\r\n--b--\r\n";
    let kind = "Content-Type: multipart/encrypted; protocol=\"application/pgp-encrypted\"; boundary=b";
    let typed = |id: &str| {
        with_header(ANN, "Two polyps", id, "", pgp)
            .replace("Content-Type: text/plain; charset=utf-8\r\n\r\n--b", &format!("{kind}\r\n\r\n--b"))
    };
    let letter = app.ask_one(&typed("q1@lakeside.test")).await;
    assert!(letter.text.starts_with("Your message is encrypted"), "{}", letter.text);
    assert!(app.ask(&typed("q2@lakeside.test")).await.is_empty(), "told once a day");
    let inline = "-----BEGIN PGP MESSAGE-----\r\n\r\nhQEMA\r\n-----END PGP MESSAGE-----\r\n";
    app.ask(&mail("ben@lakeside.test", "x", "q3@lakeside.test", inline)).await;
    assert_eq!(app.outbox_states().await, [(OutboxKind::Encrypted, OutboxState::Sent)]);
}

/// An element of DER with a long length.
fn der(tag: u8, content: &[&[u8]]) -> Vec<u8> {
    let content = content.concat();
    let length = u16::try_from(content.len()).unwrap().to_be_bytes();
    [&[tag, 0x82, length[0], length[1]], content.as_slice()].concat()
}

/// A mail of one S/MIME part (RFC 8551) of this kind of content.
fn smime(id: &str, content: &[u8]) -> String {
    let packed = base64::engine::general_purpose::STANDARD.encode(content);
    with_header(ANN, "Two polyps", id, "", &packed).replace(
        "Content-Type: text/plain; charset=utf-8\r\n",
        "Content-Type: application/pkcs7-mime; name=smime.p7m\r\nContent-Transfer-Encoding: base64\r\n",
    )
}

#[tokio::test]
async fn a_signed_mail_is_read_whichever_way_it_is_signed() {
    let app = TestApp::new().await;
    app.account(ANN).await;
    let entity = format!("Content-Type: text/plain\r\n\r\n{QUESTION}\r\n");
    let (signed, data) = (b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02", b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01");
    let inner = der(0x30, &[&der(6, &[data]), &der(0xa0, &[&der(4, &[entity.as_bytes()])])]);
    let body = der(0x30, &[&[2, 1, 1], &der(0x31, &[]), &inner, &der(0x31, &[])]);
    let whole = der(0x30, &[&der(6, &[signed]), &der(0xa0, &[&body])]);
    let letter = app.ask_one(&smime("q1@lakeside.test", &whole)).await;
    assert!(letter.text.contains("Yes, both may be billed: 45385 and 45380-"), "{}", letter.text);
    let armored = format!(
        "-----BEGIN PGP SIGNED MESSAGE-----\r\nHash: SHA256\r\n\r\n{QUESTION}\r\n-----BEGIN PGP SIGNATURE-----\r\n\r\niQE=\r\n-----END PGP SIGNATURE-----\r\n"
    );
    let letter = app.ask_one(&mail(ANN, "Two polyps", "q2@lakeside.test", &armored)).await;
    assert!(letter.text.contains("Yes, both may be billed: 45385 and 45380-"), "{}", letter.text);
    assert!(!letter.text.contains("YOUR FILES"), "a signature is no file: {}", letter.text);
}

#[tokio::test]
async fn an_envelope_of_smime_gets_a_notice() {
    let app = TestApp::new().await;
    app.account(ANN).await;
    let enveloped = der(0x30, &[&der(6, &[b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03"]), &der(0xa0, &[b"\x30\0"])]);
    let letter = app.ask_one(&smime("q1@lakeside.test", &enveloped)).await;
    assert!(letter.text.starts_with("Your message is encrypted"), "{}", letter.text);
}
