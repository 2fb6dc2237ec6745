//! Servers that misbehave.

use std::sync::atomic::{AtomicUsize, Ordering};

use caseconsultant::config::Tls;
use caseconsultant::mail::imap::ImapSource;
use caseconsultant::mail::{Cursor, MailError, MailSource, Raw, Uid};

use super::{settings, uids};
use crate::support::{certs, scripted};

pub const HELLO: &str = "* OK hello\r\n";

/// What a well-behaved server with three messages says.
pub fn normal(command: &str) -> Option<String> {
    let (command, arguments) = command.split_once(' ').unwrap_or((command, ""));
    let answer = match command {
        "CAPABILITY" => "* CAPABILITY IMAP4rev1 IDLE MOVE\r\n{tag} OK\r\n",
        "SELECT" => "* 3 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT 4] x\r\n{tag} OK [READ-WRITE] selected\r\n",
        "UID" if arguments.starts_with("SEARCH") => "* SEARCH 1 2 3\r\n{tag} OK\r\n",
        "UID" if arguments.contains("RFC822.SIZE") => {
            "* 1 FETCH (UID 1 RFC822.SIZE 8)\r\n* 2 FETCH (UID 2 RFC822.SIZE 8)\r\n* 3 FETCH (UID 3 RFC822.SIZE 8)\r\n{tag} OK\r\n"
        }
        "UID" if arguments.contains("BODY.PEEK[]") => {
            "* 1 FETCH (UID 1 BODY[] {8}\r\nA: b\r\n\r\n)\r\n* 2 FETCH (UID 2 BODY[] {8}\r\nA: b\r\n\r\n)\r\n* 3 FETCH (UID 3 BODY[] {8}\r\nA: b\r\n\r\n)\r\n{tag} OK\r\n"
        }
        _ => "{tag} OK\r\n",
    };
    Some(answer.to_owned())
}

pub struct Bad {
    _server: scripted::Scripted,
    pub source: ImapSource,
    _directory: tempfile::TempDir,
}

/// A source on a server that follows `script` after `greeting`.
pub async fn bad(greeting: &'static str, script: scripted::Script) -> Bad {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let certs = certs::make(directory.path());
    let server = scripted::tls(&certs, greeting, script).await;
    let mut settings = settings(&certs.ca, server.port, Tls::Implicit);
    settings.command_seconds = 1;
    Bad { source: ImapSource::new(&settings, 100, true), _server: server, _directory: directory }
}

#[tokio::test]
async fn a_refused_search_or_fetch_is_an_error_and_not_an_empty_mailbox() {
    let mut one = bad(HELLO, normal).await;
    assert_eq!(uids(&one.source.fetch(None, 10).await.unwrap()), [Uid(1), Uid(2), Uid(3)]);

    let search: scripted::Script = |command| {
        let refused = command.starts_with("UID SEARCH");
        if refused { Some("{tag} NO [X] not <bob@example.test> today\r\n".to_owned()) } else { normal(command) }
    };
    let error = bad(HELLO, search).await.source.fetch(None, 10).await.unwrap_err();
    assert!(matches!(error, MailError::Protocol { command: "UID SEARCH", .. }), "{error}");
    assert!(!error.to_string().contains("bob"), "{error}");

    let fetch: scripted::Script = |command| {
        let refused = command.starts_with("UID FETCH") && command.contains("BODY");
        if refused { Some("{tag} NO not today\r\n".to_owned()) } else { normal(command) }
    };
    let error = bad(HELLO, fetch).await.source.fetch(None, 10).await.unwrap_err();
    assert!(matches!(error, MailError::Protocol { command: "UID FETCH", .. }), "{error}");
}

#[tokio::test]
async fn one_damaged_message_does_not_stop_the_others() {
    let script: scripted::Script = |command| {
        let body = command.starts_with("UID FETCH") && command.contains("BODY.PEEK");
        let answer = match command {
            _ if !body => return normal(command),
            _ if command.contains(" 1 (") => "* 1 FETCH (UID 1 BODY[] {8}\r\nA: b\r\n\r\n)\r\n{tag} OK\r\n",
            _ if command.contains(" 3 (") => "* 3 FETCH (UID 3 BODY[] {8}\r\nA: b\r\n\r\n)\r\n{tag} OK\r\n",
            _ => "{tag} NO damaged\r\n",
        };
        Some(answer.to_owned())
    };
    let batch = bad(HELLO, script).await.source.fetch(None, 10).await.unwrap();
    assert_eq!(uids(&batch), [Uid(1), Uid(2), Uid(3)]);
    assert!(matches!(&batch.messages[1].raw, Raw::HeaderOnly(bytes) if bytes.is_empty()));
    assert!(matches!(&batch.messages[2].raw, Raw::Whole(bytes) if bytes == b"A: b\r\n\r\n"));
}

#[tokio::test]
async fn answers_that_nobody_asked_for_or_lack_a_body_are_passed_over() {
    let script: scripted::Script = |command| {
        if !command.starts_with("UID FETCH") || !command.contains("BODY.PEEK") {
            return normal(command);
        }
        let answer = "* 2 FETCH (UID 2 BODY[] NIL)\r\n* 9 FETCH (UID 9 BODY[] {1}\r\nx)\r\n\
            * 1 FETCH (BODY[] {1}\r\nx)\r\n* OK [NONSENSE {4}\r\n* 3 FETCH (FLAGS (\\Seen) UID 3 BODY[] {8}\r\nA: b\r\n\r\n)\r\n\
            {tag} OK\r\n";
        Some(answer.to_owned())
    };
    let batch = bad(HELLO, script).await.source.fetch(None, 10).await.unwrap();
    assert_eq!(uids(&batch), [Uid(3)]);
    assert_eq!(batch.cursor, Cursor { uid_validity: 7, last_uid: 3 });
}

#[tokio::test]
async fn an_answer_that_makes_no_sense_is_a_passing_fault_that_does_not_quote_it_and_loses_nothing() {
    let script: scripted::Script = |command| {
        static SENT: AtomicUsize = AtomicUsize::new(0);
        let body = command.starts_with("UID FETCH") && command.contains("BODY.PEEK");
        let rubbish = match SENT.fetch_add(usize::from(body), Ordering::Relaxed) {
            _ if !body => "",
            0 => "* FROBNICATE secret\r\n",
            1 => "\r\n",
            2 => "* 1 FETCH (UID 1 BODY[] {secret}\r\n",
            3 => "* 1 FETCH (UID 1 BODY[] {99999999999}\r\n",
            4 => "* 1 FETCH (UID 1 BODY[] {999999999}\r\n",
            _ => "",
        };
        normal(command).map(|answer| format!("{rubbish}{answer}"))
    };
    let mut bad = bad(HELLO, script).await;
    for _ in 0..5 {
        let error = bad.source.fetch(None, 10).await.unwrap_err();
        assert!(matches!(error, MailError::Connection { .. }) && error.is_transient(), "{error}");
        assert!(!error.to_string().contains("secret"), "{error}");
    }
    assert_eq!(uids(&bad.source.fetch(None, 10).await.unwrap()), [Uid(1), Uid(2), Uid(3)]);
}

#[tokio::test]
async fn a_message_larger_than_announced_is_cut_to_its_header() {
    let script: scripted::Script = |command| {
        if !command.starts_with("UID FETCH") || !command.contains("BODY.PEEK") {
            return normal(command);
        }
        let body = format!("A: b\r\n\r\n{}", "x".repeat(300_000));
        Some(format!("* 1 FETCH (UID 1 BODY[] {{{}}}\r\n{body})\r\n{{tag}} OK\r\n", body.len()))
    };
    let batch = bad(HELLO, script).await.source.fetch(None, 10).await.unwrap();
    assert!(
        matches!(&batch.messages[..], [one] if matches!(&one.raw, Raw::HeaderOnly(bytes) if bytes == b"A: b\r\n\r\n"))
    );
}

#[tokio::test]
async fn a_server_that_closes_in_the_middle_is_a_passing_fault() {
    let script: scripted::Script = |command| {
        let body = command.starts_with("UID FETCH") && command.contains("BODY.PEEK");
        if body { None } else { normal(command) }
    };
    let error = bad(HELLO, script).await.source.fetch(None, 10).await.unwrap_err();
    assert!(matches!(error, MailError::Connection { .. }), "{error}");
    let goodbye: scripted::Script = |command| {
        let search = command.starts_with("UID SEARCH");
        if search { Some("* BYE shutting down\r\n".to_owned()) } else { normal(command) }
    };
    let error = bad(HELLO, goodbye).await.source.fetch(None, 10).await.unwrap_err();
    assert!(matches!(&error, MailError::Connection { reason, .. } if reason.contains("shutting down")), "{error}");
}

#[tokio::test]
async fn a_server_that_says_nothing_runs_out_of_time() {
    let error = bad("", normal).await.source.fetch(None, 10).await.unwrap_err();
    assert!(matches!(error, MailError::Timeout { what: "greeting", seconds: 1 }), "{error}");
    let silent: scripted::Script = |command| {
        let search = command.starts_with("UID SEARCH");
        if search { Some("* OK still here\r\n".to_owned()) } else { normal(command) }
    };
    let error = bad(HELLO, silent).await.source.fetch(None, 10).await.unwrap_err();
    assert!(matches!(error, MailError::Timeout { what: "UID SEARCH", .. }) && error.is_transient(), "{error}");
}

#[tokio::test]
async fn rubbish_instead_of_a_greeting_is_refused_and_a_full_server_is_a_passing_fault() {
    let full = bad("* BYE too many connections\r\n", normal).await.source.fetch(None, 10).await.unwrap_err();
    assert!(matches!(&full, MailError::Connection { reason, .. } if reason.contains("too many")), "{full}");
    for greeting in ["HTTP/1.1 400 Bad Request\r\n\r\n", "* PREAUTH come in\r\n", "\r\n"] {
        let error = bad(greeting, normal).await.source.fetch(None, 10).await.unwrap_err();
        assert!(matches!(error, MailError::Protocol { command: "greeting", .. }), "{error}");
    }
}
