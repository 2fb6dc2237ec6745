//! The whole service as its operator runs it, between a real Dovecot and a real Postfix.

mod check;
mod faults;
mod journey;
mod panics;
mod restarts;
mod signed;

use caseconsultant::identity::seal::KeyRing;
use std::path::Path;

use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor};
use mail_parser::{Message, MessageParser};
use tempfile::TempDir;

use crate::support::dovecot::{Dovecot, PASSWORD};
use crate::support::postfix::Postfix;
use crate::support::service::{Server, Service, source, transport};
use crate::support::until::until;

pub const PROGRAM: &str = env!("CARGO_BIN_EXE_caseconsultant");
pub const ANN: &str = "ann@example.test";
pub const CONSULT: &str = "consult@example.test";
/// What a border writes above a mail whose sender it has proved.
const PROVED: &str = "Authentication-Results: mx.example.test; dmarc=pass header.from=example.test\r\n";
pub const IMPLICIT: &str = "implicit";
pub const STARTTLS: &str = "starttls";

/// Two servers that know each other: what is submitted to one is delivered to the other.
pub struct Servers {
    pub dovecot: Dovecot,
    pub postfix: Postfix,
    _certificate: TempDir,
}

impl Servers {
    pub async fn start() -> Self {
        let dovecot = Dovecot::start().await;
        let certificate = tempfile::tempdir().unwrap();
        std::fs::copy(&dovecot.certs.server, certificate.path().join("cert.pem")).unwrap();
        std::fs::copy(&dovecot.certs.key, certificate.path().join("key.pem")).unwrap();
        let postfix = Postfix::start(dovecot.lmtp, dovecot.auth, certificate.path());
        Self { dovecot, postfix, _certificate: certificate }
    }

    /// The settings of the mailbox for a service beside them.
    fn source(&self, ca: &Path, tls: &str, password: &str) -> String {
        let port = if tls == IMPLICIT { self.dovecot.imaps } else { self.dovecot.imap };
        source(&Server { port, tls, ca, user: CONSULT, password })
    }

    /// The settings of the submission server.
    fn transport(&self, ca: &Path, password: &str) -> String {
        transport(&Server { port: self.postfix.submission, tls: STARTTLS, ca, user: CONSULT, password })
    }

    /// A service that believes the border and knows Ann.
    pub fn service(&self, tls: &str, more: &str) -> Service {
        let ca = &self.dovecot.certs.ca;
        install(&format!("{}{}{more}", self.source(ca, tls, PASSWORD), self.transport(ca, PASSWORD)))
    }

    /// Submits a question as a mail client does; returns its Message-ID.
    pub async fn ask(&self, name: &str, fields: &str, text: &str) -> String {
        let id = format!("<{name}@client.example.test>");
        let message = self.question(name, fields, text);
        self.submit(&message).await;
        id
    }

    pub fn question(&self, name: &str, fields: &str, text: &str) -> String {
        let id = format!("<{name}@client.example.test>");
        format!(
            "{fields}From: Ann Weber <{ANN}>\r\nTo: {CONSULT}\r\nSubject: Polyps {name}\r\nMessage-ID: {id}\r\n\
             References: <thread-{name}@client.example.test>\r\nDate: Mon, 23 Nov 2026 09:00:00 +0000\r\n\
             MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n"
        )
    }

    /// Hands a message to the submission server, as Ann.
    pub async fn submit(&self, message: &str) {
        self.submit_as(ANN, message).await;
    }

    /// Hands a message to the submission server, as one of its users.
    pub async fn submit_as(&self, user: &str, message: &str) {
        let authority = Certificate::from_pem(&std::fs::read(&self.dovecot.certs.ca).unwrap()).unwrap();
        let tls = TlsParameters::builder("localhost".to_owned()).add_root_certificate(authority).build().unwrap();
        let client = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous("localhost")
            .port(self.postfix.submission)
            .tls(Tls::Required(tls))
            .credentials(Credentials::new(user.to_owned(), PASSWORD.to_owned()))
            .build();
        let envelope = lettre::address::Envelope::new(Some(user.parse().unwrap()), vec![CONSULT.parse().unwrap()]);
        let envelope = envelope.unwrap();
        // A server that was restarted a moment ago says "later" (454) while it reaches for its authentication again.
        until("the server takes the message", 30, || async {
            match client.send_raw(&envelope, message.as_bytes()).await {
                Err(error) if error.is_transient() => None,
                sent => Some(sent.unwrap()),
            }
        })
        .await;
    }

    /// What lies in Ann's mailbox.
    pub fn replies(&self) -> Vec<Vec<u8>> {
        self.dovecot.read_mailbox(ANN, "INBOX")
    }

    /// Waits for the reply to a message.
    pub async fn reply_to(&self, id: &str) -> Vec<u8> {
        until(&format!("a reply to {id}"), 60, || async { self.replies().into_iter().find(|r| is_reply_to(r, id)) })
            .await
    }

    pub async fn until_filed(&self, count: usize) {
        let filed = || async { (self.dovecot.read_mailbox(CONSULT, "Processed").len() >= count).then_some(()) };
        until(&format!("{count} messages are filed away"), 60, filed).await;
    }
}

/// An installation that knows Ann and believes the border.
fn install(sections: &str) -> Service {
    install_trusting("authserv_id = \"mx.example.test\"", sections)
}

/// An installation that knows Ann, with its own rules about who is believed.
fn install_trusting(trust: &str, sections: &str) -> Service {
    let configuration = format!(
        "[service]\nmode = \"production\"\n[trust]\n{trust}\n[seal]\nkeys = \"{}\"\n[log]\nlevel = \"debug\"\n{sections}",
        KeyRing::write_key("test", [7; 32])
    );
    let service = Service::install(PROGRAM, &configuration);
    let added = service.run(&["account", "add", "Clinic", "--sender", ANN, "--plan", "network"]);
    assert!(added.status.success(), "{}", String::from_utf8_lossy(&added.stderr));
    service
}

pub fn parsed(raw: &[u8]) -> Message<'_> {
    MessageParser::default().parse(raw).unwrap()
}

pub fn is_reply_to(raw: &[u8], id: &str) -> bool {
    parsed(raw).in_reply_to().as_text() == Some(id.trim_matches(['<', '>']))
}

/// The case number in a subject: exactly one.
pub fn case_of(message: &Message<'_>) -> String {
    let subject = message.subject().unwrap();
    let ids: Vec<&str> = subject.split(['[', ']']).filter(|part| part.starts_with("CC-")).collect();
    assert_eq!(ids.len(), 1, "{subject}");
    ids[0].to_owned()
}
