//! Servers that cannot be trusted get nothing.

use super::{CONSULT, IMPLICIT, PROVED, Servers, install};
use crate::support::dovecot::PASSWORD;
use crate::support::until::until;

#[tokio::test(flavor = "multi_thread")]
async fn a_mailbox_behind_a_foreign_certificate_is_not_opened() {
    let servers = Servers::start().await;
    servers.ask("one", PROVED, "45385?").await;
    let certs = &servers.dovecot.certs;
    let source = servers.source(&certs.foreign_ca, IMPLICIT, PASSWORD);
    let mut service = install(&(source + &servers.transport(&certs.ca, PASSWORD)));
    service.start();
    // The second failure: it goes on trying, and goes on refusing.
    service.until_logged("failures=2").await;
    assert!(service.log().contains("TLS with localhost"), "it names the fault");
    assert!(servers.replies().is_empty());
    assert_eq!(servers.dovecot.read_mailbox(CONSULT, "INBOX").len(), 1, "the mail is left alone");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_submission_server_behind_a_foreign_certificate_gets_nothing_and_the_reply_waits() {
    let servers = Servers::start().await;
    let certs = &servers.dovecot.certs;
    let source = servers.source(&certs.ca, IMPLICIT, PASSWORD);
    let mut service = install(&(source + &servers.transport(&certs.foreign_ca, PASSWORD)));
    service.start();
    servers.ask("one", PROVED, "What is the MUE of 45385 on 2024-08-01, Medicare?").await;
    service.until_logged("a message did not leave").await;
    let log = service.log();
    assert!(log.contains("TLS with localhost") && log.contains("retry_at"), "{log}");
    until("the mail is taken in all the same", 20, || async {
        servers.dovecot.read_mailbox(CONSULT, "INBOX").is_empty().then_some(())
    })
    .await;
    assert!(servers.replies().is_empty());
}
