//! Our own check, signature by signature.

use caseconsultant::domain::message::TrustVerdict::{self, Failed, Proved, Unproved};
use caseconsultant::domain::message::{Method, Proof, Witness};
use mail_auth::arc::ArcSealer;
use mail_auth::common::headers::HeaderWriter as _;
use mail_auth::{ArcOutput, AuthenticatedMessage, AuthenticationResults};

use super::{judge, rules, zone};
use crate::support::signed::{RECORD, key, key_line, sign, signer};

const MAIL: &str = "From: Ann <ann@clinic.test>\r\nTo: consult@example.test\r\nSubject: polyps\r\n\
    Date: Tue, 24 Nov 2026 08:59:00 +0000\r\nMessage-ID: <1@clinic.test>\r\n\r\nIs 45385 valid?\r\n";

async fn verdict(mail: &str, lines: &str) -> (TrustVerdict, String) {
    let found = judge(mail, &rules(), &zone(lines)).await;
    (found.verdict, found.why)
}

#[tokio::test]
async fn a_valid_signature_of_the_very_domain_proves_its_sender() {
    let found = judge(&sign(signer("clinic.test"), MAIL), &rules(), &zone(&key_line("clinic.test"))).await;
    assert_eq!((found.verdict, found.domain.as_str()), (Proved, "clinic.test"), "{}", found.why);
    assert_eq!(found.by, Some(Proof { method: Method::Dkim, witness: Witness::Own }));
    let maildir = sign(signer("clinic.test"), MAIL).replace("\r\n", "\n");
    assert_eq!(verdict(&maildir, &key_line("clinic.test")).await.0, Proved, "line ends of a Maildir");
    assert_eq!(verdict(MAIL, &key_line("clinic.test")).await.0, Unproved, "no signature");
}

#[tokio::test]
async fn a_signature_that_leaves_room_proves_nothing() {
    let good = || signer("clinic.test");
    let signed = sign(good(), MAIL);
    let headers = |names: &[&str]| {
        let signer = mail_auth::dkim::DkimSigner::from_key(key()).domain("clinic.test").selector("s1");
        sign(signer.headers(names.iter().copied()), MAIL)
    };
    for (what, mail) in [
        ("another body", signed.replace("45385", "45380")),
        ("another subject", signed.replace("Subject: polyps", "Subject: polyp")),
        ("a part of the body (l=)", sign(good().body_length(true), MAIL)),
        ("the From line is not signed", headers(&["To", "Subject", "Date"])),
        ("Subject line was added", format!("{}Subject: polyps\r\n{MAIL}", &signed[..signed.len() - MAIL.len()])),
        ("To line was added", format!("To: eve@evil.test\r\n{signed}")),
        (
            "Content-Type line was added",
            format!("Content-Type: text/html\r\nContent-Type: text/plain\r\n{}", headers(&["From", "Content-Type"])),
        ),
        ("speaks for another", sign(good().agent_user_identifier("eve@clinic.test"), MAIL)),
        ("another domain", sign(signer("evil.test"), MAIL)),
        ("made for somebody else", sign(signer("mail.clinic.test").atps("clinic.test"), MAIL)),
    ] {
        let lines = ["clinic.test", "evil.test", "mail.clinic.test"].map(key_line).join("");
        let (found, why) = verdict(&mail, &lines).await;
        assert_ne!(found, Proved, "{what}: {why}");
    }
    let expired = signed.replacen("; bh=", "; x=5; bh=", 1);
    let (found, why) = verdict(&expired, &key_line("clinic.test")).await;
    assert!(found == Unproved && why.contains("expired"), "{why}");
    assert_eq!(verdict(&signed, &key_line("clinic.test")).await.0, Proved);
}

#[tokio::test]
async fn a_key_that_is_under_test_revoked_for_another_service_or_too_weak_proves_nothing() {
    let signed = sign(signer("clinic.test"), MAIL);
    let record = |text: &str| format!("s1._domainkey.clinic.test TXT \"{text}\"\n");
    for text in [
        format!("{RECORD}; t=y"),
        format!("{RECORD}; t=s:y"),
        format!("{RECORD}; s=tlsrpt"),
        format!("{RECORD}; h=sha1"),
        "v=DKIM1; k=ed25519; p=".to_owned(),
        "v=DKIM1; p=MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAKm1".to_owned(),
    ] {
        assert_eq!(verdict(&signed, &record(&text)).await.0, Unproved, "{text}");
    }
    assert_eq!(verdict(&signed, &record(&format!("{RECORD}; t=s; s=email"))).await.0, Proved);
}

#[tokio::test]
async fn a_signature_of_the_organisation_proves_it_where_its_dmarc_record_says_so() {
    let signed = sign(signer("mail.clinic.test"), MAIL);
    let key = key_line("mail.clinic.test");
    for (record, expected) in [
        ("", Unproved),
        ("_dmarc.clinic.test TXT \"v=DMARC1; p=reject\"\n", Proved),
        ("_dmarc.clinic.test TXT \"v=DMARC1; p=reject; adkim=s\"\n", Failed),
        ("_dmarc.clinic.test TXT \"v=DMARC1; p=none; adkim=s\"\n", Unproved),
        ("_dmarc.clinic.test TXT \"v=DMARC1; p=none\"\n_dmarc.clinic.test TXT \"v=DMARC1; p=none\"\n", Unproved),
    ] {
        let (found, why) = verdict(&signed, &format!("{key}{record}")).await;
        assert_eq!(found, expected, "{record} {why}");
    }
    let unsigned = verdict(MAIL, "_dmarc.clinic.test TXT \"v=DMARC1; p=quarantine\"\n").await;
    assert_eq!(unsigned.0, Failed, "{}", unsigned.1);
}

#[tokio::test]
async fn a_host_is_asked_about_only_where_the_border_itself_told_it() {
    let lines = "clinic.test TXT \"v=spf1 ip4:192.0.2.7 -all\"\n";
    let policy = "_dmarc.clinic.test TXT \"v=DMARC1; p=reject\"\n";
    let hop = "Received: from out.clinic.test (out.clinic.test [192.0.2.7]) by mx.example.test (Postfix)\r\n";
    let delivered = format!("Return-Path: <ann@clinic.test>\r\n{hop}{MAIL}");
    let mut rules = rules();
    assert_eq!(judge(&delivered, &rules, &zone(lines)).await.by, None, "the border's name is not configured");
    rules.border_hosts = vec!["mx.example.test".to_owned()];
    let found = judge(&delivered, &rules, &zone(lines)).await;
    assert_eq!((found.verdict, found.by.unwrap().method), (Unproved, Method::Spf), "{}", found.why);
    rules.policy = "border".to_owned();
    assert_eq!(judge(&delivered, &rules, &zone(lines)).await.verdict, Proved);
    rules.policy = "strict".to_owned();
    let found = judge(&delivered, &rules, &zone(&format!("{lines}{policy}"))).await;
    assert_eq!((found.verdict, found.by.unwrap().method), (Proved, Method::Dmarc), "{}", found.why);
    let colleague = delivered.replace("Return-Path: <ann@", "Return-Path: <eve@");
    assert_eq!(judge(&colleague, &rules, &zone(&format!("{lines}{policy}"))).await.by, None);
}

#[tokio::test]
async fn without_an_answer_nothing_is_proved_and_nothing_denied() {
    let signed = sign(signer("clinic.test"), MAIL);
    for lines in [
        "s1._domainkey.clinic.test TIMEOUT\n",
        "s1._domainkey.clinic.test TIMEOUT\n_dmarc.clinic.test TXT \"v=DMARC1; p=reject\"\n",
        "_dmarc.clinic.test TIMEOUT\n",
    ] {
        let found = judge(&signed, &rules(), &zone(lines)).await;
        assert_eq!((found.verdict, found.temporary), (Unproved, true), "{lines}{}", found.why);
    }
    let found = judge(MAIL, &rules(), &zone("")).await;
    assert!(!found.temporary, "there is nothing that a later look could find");
}

#[tokio::test]
async fn a_forwarder_is_believed_only_when_the_operator_named_it() {
    let broken = sign(signer("clinic.test"), MAIL).replace("Subject: polyps", "Subject: [list] polyps");
    let seen = "mx.lists.test; dkim=pass header.d=clinic.test; dmarc=pass header.from=clinic.test";
    let message = AuthenticatedMessage::parse(broken.as_bytes()).unwrap();
    let results = AuthenticationResults::new(seen);
    let sealer = ArcSealer::from_key(key()).domain("lists.test").selector("s1").headers(["From", "To", "Subject"]);
    let set = sealer.seal(&message, &results, &ArcOutput::default()).unwrap();
    let sealed = format!("{}{broken}", set.to_header());
    let names = zone(&["clinic.test", "lists.test"].map(key_line).join(""));
    let mut rules = rules();
    assert_eq!(judge(&sealed, &rules, &names).await.by, None, "nobody is named");
    rules.arc_sealers = vec!["other.test".to_owned()];
    assert_eq!(judge(&sealed, &rules, &names).await.by, None, "another is named");
    rules.arc_sealers = vec!["lists.test".to_owned()];
    let found = judge(&sealed, &rules, &names).await;
    assert_eq!(found.by, Some(Proof { method: Method::Arc, witness: Witness::Own }), "{} {sealed}", found.why);
    let changed = sealed.replace("45385", "45380");
    assert_eq!(judge(&changed, &rules, &names).await.by, None, "changed after the seal");
}
