//! The IMAP mailbox against a real Dovecot, and against servers that misbehave.

mod connect;
mod faults;
mod fetch;
mod settle;
mod wait;

use std::path::Path;
use std::time::Duration;

use caseconsultant::config::{Config, Imap, Secret, Tls};
use caseconsultant::mail::imap::ImapSource;
use caseconsultant::mail::{Batch, Uid};

use crate::support::dovecot::{Dovecot, PASSWORD};

const ALICE: &str = "alice@example.test";
const LIMIT: u64 = 1_000_000;
const LONG: Duration = Duration::from_secs(60);

fn settings(ca: &Path, port: u16, tls: Tls) -> Imap {
    let mut imap = Config::defaults().source.imap;
    imap.host = "localhost".to_owned();
    imap.port = port;
    imap.tls = tls;
    imap.ca_file = ca.to_str().expect("a plain path").to_owned();
    imap.user = ALICE.to_owned();
    imap.password = Secret::new(PASSWORD);
    imap.command_seconds = 30;
    imap
}

fn implicit(server: &Dovecot) -> Imap {
    settings(&server.certs.ca, server.imaps, Tls::Implicit)
}

/// A source that reads from the beginning.
fn source(server: &Dovecot) -> ImapSource {
    ImapSource::new(&implicit(server), LIMIT, true)
}

fn message(number: usize) -> Vec<u8> {
    let body =
        format!("Frage {number}: 45385 und 45380?\r\n.eine Zeile mit Punkt\r\n..zwei\r\n\r\nGr\u{fc}\u{df}e\r\n");
    let head =
        format!("From: coder@example.test\r\nSubject: question {number}\r\nMessage-ID: <{number}@example.test>\r\n");
    format!("{head}MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{body}").into_bytes()
}

fn large(bytes: usize) -> Vec<u8> {
    let mut message = b"From: coder@example.test\r\nSubject: large\r\n\r\n".to_vec();
    while message.len() < bytes {
        message.extend_from_slice(b"0123456789012345678901234567890123456789012345678901234567890123456789\r\n");
    }
    message
}

fn uids(batch: &Batch) -> Vec<Uid> {
    batch.messages.iter().map(|message| message.uid).collect()
}
