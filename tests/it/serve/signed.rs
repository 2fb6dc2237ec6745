//! A question with a real DKIM signature, through real servers: proved by our own check, with no border at all.

use std::time::Duration;

use super::{ANN, CONSULT, IMPLICIT, STARTTLS, Servers, install_trusting, parsed};
use crate::support::dovecot::PASSWORD;
use crate::support::service::{Server, source, transport};
use crate::support::signed::{key_line, sign, signer};
use crate::support::until::until;

const QUESTION: &str =
    "Same session, snare polypectomy 45385 and biopsy 45380 of another polyp. Medicare, DOS 2024-08-01. Modifier?";

#[tokio::test(flavor = "multi_thread")]
async fn a_signed_question_is_answered_and_a_forged_one_is_held() {
    let servers = Servers::start().await;
    let folder = tempfile::tempdir().unwrap();
    let zone = folder.path().join("zone");
    std::fs::write(&zone, key_line("example.test")).unwrap();
    let ca = &servers.dovecot.certs.ca;
    let mailbox = Server { port: servers.dovecot.imaps, tls: IMPLICIT, ca, user: CONSULT, password: PASSWORD };
    let relay = Server { port: servers.postfix.submission, tls: STARTTLS, ca, user: CONSULT, password: PASSWORD };
    let trust = format!("dns = \"zone\"\nzone_file = {:?}", zone.display().to_string());
    let mut service = install_trusting(&trust, &format!("{}{}", source(&mailbox), transport(&relay)));
    service.start();

    // A result that nobody configured is no word of anybody.
    let claim = "Authentication-Results: mx.example.test; dmarc=pass header.from=example.test\r\n";
    servers.submit(&servers.question("forged", claim, QUESTION)).await;
    servers.submit(&sign(signer("evil.test"), &servers.question("foreign", "", QUESTION))).await;
    servers.submit(&sign(signer("example.test"), &servers.question("signed", "", QUESTION))).await;
    let reply = servers.reply_to("<signed@client.example.test>").await;
    assert!(parsed(&reply).body_text(0).unwrap().contains("45380-59"));
    servers.until_filed(3).await;
    until("the others wait for a person", 60, || async {
        let listed = service.run(&["case", "list", "--status", "in_review"]);
        let text = String::from_utf8(listed.stdout).unwrap();
        (text.matches("sender not proved").count() == 2).then_some(())
    })
    .await;
    assert_eq!(servers.replies().len(), 1, "no word to an address that was not proved");
    until("the one answer is counted", 60, || async {
        let shown = service.run(&["account", "show", ANN]);
        String::from_utf8(shown.stdout).unwrap().contains("1 of 2000 answers used").then_some(())
    })
    .await;
    service.terminate(Duration::from_secs(5)).await.expect("SIGTERM ends it within 5 s");
}
