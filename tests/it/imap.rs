//! The IMAP mailbox against a real Dovecot, and against servers that misbehave.

use std::path::Path;
use std::time::{Duration, Instant};

use caseconsultant::config::{Config, Imap, ImapAuth, Secret, Tls};
use caseconsultant::mail::imap::ImapSource;
use caseconsultant::mail::{Batch, Cursor, Disposition, MailError, MailSource, Raw, Uid};

use crate::support::certs;
use crate::support::dovecot::{Dovecot, Options, PASSWORD};
use crate::support::scripted;
use crate::support::until::until;

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

fn subject_of(raw: &Raw) -> String {
    let text = String::from_utf8_lossy(raw.bytes()).into_owned();
    text.lines().find_map(|line| line.strip_prefix("Subject: ")).unwrap_or_default().trim().to_owned()
}

#[tokio::test]
async fn mail_is_read_over_implicit_tls_and_over_starttls() {
    let server = Dovecot::start().await;
    server.deliver(ALICE, &[message(1)]).await;
    let mut by_address = settings(&server.certs.ca, server.imap, Tls::Starttls);
    by_address.host = "127.0.0.1".to_owned();
    for settings in [implicit(&server), settings(&server.certs.ca, server.imap, Tls::Starttls), by_address] {
        let mut source = ImapSource::new(&settings, LIMIT, true);
        assert_eq!(source.name(), format!("imap INBOX at {}", settings.host));
        let batch = source.fetch(None, 10).await.unwrap();
        assert!(matches!(&batch.messages[..], [one] if one.raw.bytes().ends_with(&message(1))));
    }
}

#[tokio::test]
async fn a_self_signed_certificate_may_serve_as_its_own_authority() {
    let directory = tempfile::tempdir().unwrap();
    let certs = certs::make_self_signed(directory.path());
    let server = scripted::tls(&certs, HELLO, normal).await;
    let settings = settings(&certs.server, server.port, Tls::Implicit);
    ImapSource::new(&settings, LIMIT, true).probe().await.unwrap();
}

#[tokio::test]
async fn a_certificate_of_an_unknown_authority_or_for_another_host_is_refused() {
    let server = Dovecot::start().await;
    for (port, tls) in [(server.imaps, Tls::Implicit), (server.imap, Tls::Starttls)] {
        let settings = settings(&server.certs.foreign_ca, port, tls);
        let error = ImapSource::new(&settings, LIMIT, true).fetch(None, 10).await.unwrap_err();
        assert!(matches!(error, MailError::Tls { .. }) && !error.is_transient(), "{error}");
    }
    let directory = tempfile::tempdir().unwrap();
    let elsewhere = certs::make_for(directory.path(), &["elsewhere.example.test"]);
    let wrong_host = scripted::tls(&elsewhere, "* OK hello\r\n", |_| None).await;
    let settings = settings(&elsewhere.ca, wrong_host.port, Tls::Implicit);
    let error = ImapSource::new(&settings, LIMIT, true).fetch(None, 10).await.unwrap_err();
    assert!(matches!(error, MailError::Tls { .. }), "{error}");
}

#[tokio::test]
async fn a_wrong_password_is_a_matter_of_credentials_and_is_not_shown() {
    let server = Dovecot::start().await;
    let mut settings = implicit(&server);
    for password in ["wrong-password", "fal\u{df}ches wort"] {
        settings.password = Secret::new(password);
        let error = ImapSource::new(&settings, LIMIT, true).fetch(None, 10).await.unwrap_err();
        assert!(matches!(error, MailError::Credentials { .. }) && !error.is_transient(), "{error}");
        assert!(!error.to_string().contains(password) && !error.to_string().contains(ALICE), "{error}");
    }
}

#[tokio::test]
async fn a_first_connect_begins_with_new_mail_unless_told_otherwise() {
    let server = Dovecot::start().await;
    server.deliver(ALICE, &[message(1), message(2)]).await;
    let mut source = ImapSource::new(&implicit(&server), LIMIT, false);
    let first = source.fetch(None, 10).await.unwrap();
    assert!(first.messages.is_empty() && !first.more);
    assert_eq!(first.cursor.last_uid, 2);
    server.deliver(ALICE, &[message(3)]).await;
    let second = source.fetch(Some(first.cursor), 10).await.unwrap();
    assert_eq!(uids(&second), [Uid(3)]);
    assert_eq!(uids(&self::source(&server).fetch(None, 10).await.unwrap()), [Uid(1), Uid(2), Uid(3)]);
}

#[tokio::test]
async fn an_empty_mailbox_has_a_beginning() {
    let server = Dovecot::start().await;
    let mut source = source(&server);
    let batch = source.fetch(None, 10).await.unwrap();
    assert!(batch.messages.is_empty() && !batch.more);
    let again = source.fetch(Some(batch.cursor), 10).await.unwrap();
    assert_eq!(again.cursor, batch.cursor);
    server.deliver(ALICE, &[message(1)]).await;
    assert_eq!(uids(&source.fetch(Some(batch.cursor), 10).await.unwrap()), [Uid(1)]);
}

#[tokio::test]
async fn new_mail_ends_the_wait_long_before_its_limit() {
    let server = Dovecot::start().await;
    let mut source = source(&server);
    let cursor = source.fetch(None, 10).await.unwrap().cursor;
    let begin = Instant::now();
    let news = [message(1)];
    let (waited, ()) = tokio::join!(source.wait(LONG), server.deliver(ALICE, &news));
    waited.unwrap();
    assert!(begin.elapsed() < LONG / 4, "{:?}", begin.elapsed());
    assert_eq!(uids(&source.fetch(Some(cursor), 10).await.unwrap()), [Uid(1)]);
}

#[tokio::test]
async fn mail_that_came_between_fetch_and_wait_ends_the_wait_at_once() {
    let server = Dovecot::start().await;
    let mut source = source(&server);
    source.fetch(None, 10).await.unwrap();
    server.deliver(ALICE, &[message(1)]).await;
    let begin = Instant::now();
    source.wait(LONG).await.unwrap();
    assert!(begin.elapsed() < LONG / 4, "{:?}", begin.elapsed());
}

#[tokio::test]
async fn a_wait_on_a_new_connection_returns_at_once_because_nobody_has_looked() {
    let server = Dovecot::start().await;
    let mut source = source(&server);
    let begin = Instant::now();
    source.wait(LONG).await.unwrap();
    assert!(begin.elapsed() < LONG / 4);
}

#[tokio::test]
async fn a_quiet_wait_ends_at_its_limit_however_often_idle_is_renewed() {
    let server = Dovecot::start().await;
    let mut settings = implicit(&server);
    settings.idle_seconds = 1;
    let mut source = ImapSource::new(&settings, LIMIT, true);
    let cursor = source.fetch(None, 10).await.unwrap().cursor;
    let begin = Instant::now();
    source.wait(Duration::from_millis(2500)).await.unwrap();
    assert!((2400..20_000).contains(&begin.elapsed().as_millis()), "{:?}", begin.elapsed());
    assert!(source.fetch(Some(cursor), 10).await.unwrap().messages.is_empty());
}

#[tokio::test]
async fn without_idle_the_wait_is_a_pause_and_the_next_fetch_finds_the_mail() {
    let extra = "imap_capability = IMAP4rev1 LITERAL+ AUTH=PLAIN\n".to_owned();
    let server = Dovecot::start_with(Options { extra, ..Options::default() }).await;
    let mut source = source(&server);
    let cursor = source.fetch(None, 10).await.unwrap().cursor;
    server.deliver(ALICE, &[message(1)]).await;
    source.wait(Duration::from_millis(100)).await.unwrap();
    assert_eq!(uids(&source.fetch(Some(cursor), 10).await.unwrap()), [Uid(1)]);
}

#[tokio::test]
async fn a_long_mailbox_comes_in_batches_byte_for_byte() {
    let server = Dovecot::start().await;
    let sent: Vec<Vec<u8>> = (0..250).map(message).collect();
    server.deliver(ALICE, &sent).await;
    let mut source = source(&server);
    let (mut cursor, mut fetched, mut batches) = (None, Vec::new(), 0);
    loop {
        let batch = source.fetch(cursor, 100).await.unwrap();
        cursor = Some(batch.cursor);
        batches += 1;
        fetched.extend(batch.messages);
        if !batch.more {
            break;
        }
    }
    assert_eq!((fetched.len(), batches), (250, 3));
    assert!(fetched.windows(2).all(|pair| pair[0].uid < pair[1].uid));
    for (sent, fetched) in sent.iter().zip(&fetched) {
        assert!(matches!(&fetched.raw, Raw::Whole(bytes) if bytes.ends_with(sent)));
        assert_eq!(fetched.size, fetched.raw.bytes().len() as u64);
    }
}

#[tokio::test]
async fn a_batch_may_be_asked_for_again_when_it_was_not_committed() {
    let server = Dovecot::start().await;
    server.deliver(ALICE, &(0..5).map(message).collect::<Vec<_>>()).await;
    let mut source = source(&server);
    let first = source.fetch(None, 2).await.unwrap();
    assert!(first.more);
    assert_eq!(uids(&source.fetch(None, 2).await.unwrap()), uids(&first));
    assert_eq!(uids(&source.fetch(Some(first.cursor), 9).await.unwrap()), [Uid(3), Uid(4), Uid(5)]);
}

#[tokio::test]
async fn a_message_over_the_limit_arrives_as_its_header_in_its_place() {
    let server = Dovecot::start().await;
    server.deliver(ALICE, &[message(1), large(LIMIT as usize + 1), message(2)]).await;
    let batch = source(&server).fetch(None, 10).await.unwrap();
    let [one, two, three] = &batch.messages[..] else { panic!("three messages") };
    assert!(matches!(one.raw, Raw::Whole(_)) && matches!(three.raw, Raw::Whole(_)));
    assert!(matches!(&two.raw, Raw::HeaderOnly(bytes) if bytes.ends_with(b"\r\n\r\n")));
    assert!(two.size > LIMIT);
    assert_eq!(subject_of(&two.raw), "large");
}

#[tokio::test]
async fn the_bytes_of_one_batch_are_bounded() {
    let server = Dovecot::start().await;
    server.deliver(ALICE, &vec![large(15_000_000); 3]).await;
    let mut source = ImapSource::new(&implicit(&server), 20_000_000, true);
    let first = source.fetch(None, 10).await.unwrap();
    assert_eq!((first.messages.len(), first.more), (2, true));
    let second = source.fetch(Some(first.cursor), 10).await.unwrap();
    assert_eq!((second.messages.len(), second.more), (1, false));
    assert!(second.messages[0].raw.bytes().ends_with(&large(15_000_000)));
}

#[tokio::test]
async fn messages_that_were_taken_in_are_moved_and_a_second_time_is_no_error() {
    let server = Dovecot::start().await;
    server.deliver(ALICE, &(0..3).map(message).collect::<Vec<_>>()).await;
    let mut source = source(&server);
    let batch = source.fetch(None, 10).await.unwrap();
    assert!(server.read_mailbox(ALICE, "Processed").is_empty());
    for _ in 0..2 {
        source.settle(&uids(&batch)[..2], Disposition::Processed).await.unwrap();
        assert_eq!(server.read_mailbox(ALICE, "Processed").len(), 2);
        assert_eq!(server.read_mailbox(ALICE, "INBOX").len(), 1);
    }
    let after = source.fetch(Some(batch.cursor), 10).await.unwrap();
    assert!(after.messages.is_empty() && !after.more);
    source.settle(&[], Disposition::Processed).await.unwrap();
    source.settle(&[Uid(-1), Uid(0), Uid(i64::MAX)], Disposition::Processed).await.unwrap();
}

#[tokio::test]
async fn a_message_that_could_not_be_read_stays_in_sight_and_flagged() {
    let server = Dovecot::start().await;
    server.deliver(ALICE, &[message(1)]).await;
    let mut source = source(&server);
    let batch = source.fetch(None, 10).await.unwrap();
    for _ in 0..2 {
        source.settle(&uids(&batch), Disposition::Quarantined).await.unwrap();
    }
    assert!(server.keywords(ALICE).contains("$CaseConsultant"));
    let files = server.message_files(ALICE, "INBOX");
    assert!(matches!(&files[..], [file] if flags(file).contains('F') && flags(file).contains('a')), "{files:?}");
}

#[tokio::test]
async fn a_server_without_move_gets_the_keyword() {
    let extra = "imap_capability = IMAP4rev1 LITERAL+ IDLE AUTH=PLAIN\n".to_owned();
    let server = Dovecot::start_with(Options { extra, ..Options::default() }).await;
    server.deliver(ALICE, &[message(1), message(2)]).await;
    let mut source = source(&server);
    let batch = source.fetch(None, 10).await.unwrap();
    for _ in 0..2 {
        source.settle(&uids(&batch), Disposition::Processed).await.unwrap();
    }
    let files = server.message_files(ALICE, "INBOX");
    assert!(files.len() == 2 && files.iter().all(|file| flags(file) == "a"), "{files:?}");
    assert!(source.probe().await.unwrap().contains("MOVE no"));
}

#[tokio::test]
async fn a_move_that_is_refused_falls_back_to_the_keyword() {
    let server = Dovecot::start().await;
    server.deliver(ALICE, &[message(1)]).await;
    let mut settings = implicit(&server);
    settings.processed_folder = "INBOX/no/../such".to_owned();
    let mut source = ImapSource::new(&settings, LIMIT, true);
    let batch = source.fetch(None, 10).await.unwrap();
    source.settle(&uids(&batch), Disposition::Processed).await.unwrap();
    let files = server.message_files(ALICE, "INBOX");
    assert!(matches!(&files[..], [file] if flags(file) == "a"), "{files:?}");
}

fn flags(file: &Path) -> &str {
    file.to_str().and_then(|path| path.split_once(":2,")).map_or("", |(_, flags)| flags)
}

#[tokio::test]
async fn a_renumbered_mailbox_is_read_from_its_beginning_and_old_numbers_move_nothing() {
    let mut server = Dovecot::start().await;
    server.deliver(ALICE, &(0..3).map(message).collect::<Vec<_>>()).await;
    let mut source = source(&server);
    let old = source.fetch(None, 10).await.unwrap();
    server.delete_mailbox(ALICE).await;
    server.deliver(ALICE, &[message(7)]).await;
    source.reset().await;
    source.settle(&uids(&old), Disposition::Processed).await.unwrap();
    assert_eq!(server.read_mailbox(ALICE, "INBOX").len(), 1);
    let new = source.fetch(Some(old.cursor), 10).await.unwrap();
    assert_ne!(new.cursor.uid_validity, old.cursor.uid_validity);
    assert_eq!(new.cursor.last_uid, 1);
    assert!(matches!(&new.messages[..], [one] if one.raw.bytes().ends_with(&message(7))));
}

#[tokio::test]
async fn a_restart_of_the_server_is_a_passing_fault() {
    let mut server = Dovecot::start().await;
    server.deliver(ALICE, &[message(1)]).await;
    let mut source = source(&server);
    let cursor = source.fetch(None, 10).await.unwrap().cursor;
    server.stop();
    let broken = source.fetch(Some(cursor), 10).await.unwrap_err();
    assert!(broken.is_transient(), "{broken}");
    source.reset().await;
    let refused = source.wait(LONG).await.unwrap_err();
    assert!(refused.is_transient(), "{refused}");
    server.restart().await;
    server.deliver(ALICE, &[message(2)]).await;
    source.reset().await;
    assert_eq!(uids(&source.fetch(Some(cursor), 10).await.unwrap()), [Uid(2)]);
}

#[tokio::test]
async fn a_connection_that_dies_during_the_wait_ends_it_with_a_passing_fault() {
    let mut server = Dovecot::start().await;
    let mut source = source(&server);
    source.fetch(None, 10).await.unwrap();
    let waiting = tokio::spawn(async move { (source.wait(LONG).await, source) });
    tokio::task::yield_now().await;
    server.stop();
    let (ended, mut source) = tokio::time::timeout(LONG / 4, waiting).await.expect("the wait ends").unwrap();
    assert!(ended.unwrap_err().is_transient());
    server.restart().await;
    source.fetch(None, 10).await.unwrap();
}

#[tokio::test]
async fn a_call_that_is_cancelled_leaves_no_answers_behind() {
    let server = Dovecot::start().await;
    server.deliver(ALICE, &(0..50).map(message).collect::<Vec<_>>()).await;
    let mut source = source(&server);
    source.fetch(None, 1).await.unwrap();
    for microseconds in [50, 300, 1_000, 3_000] {
        let cut = Duration::from_micros(microseconds);
        let _ = tokio::time::timeout(cut, source.fetch(None, 50)).await;
        let cursor = Cursor { uid_validity: validity(&mut source).await, last_uid: 48 };
        assert_eq!(uids(&source.fetch(Some(cursor), 50).await.unwrap()), [Uid(49), Uid(50)]);
    }
}

async fn validity(source: &mut ImapSource) -> i64 {
    source.fetch(None, 1).await.expect("a fresh connection works").cursor.uid_validity
}

#[tokio::test]
async fn an_access_token_opens_the_mailbox_and_a_stale_one_is_a_matter_of_credentials() {
    let service = scripted::tokeninfo().await;
    let server = Dovecot::start_with(Options { tokeninfo: service.port, ..Options::default() }).await;
    server.deliver(ALICE, &[message(1)]).await;
    let mut settings = implicit(&server);
    settings.auth = ImapAuth::Xoauth2;
    settings.password = Secret::default();
    settings.token_command = vec!["echo".to_owned(), "good".to_owned()];
    assert_eq!(uids(&ImapSource::new(&settings, LIMIT, true).fetch(None, 10).await.unwrap()), [Uid(1)]);
    settings.token_command = vec!["echo".to_owned(), "stale-token".to_owned()];
    let error = ImapSource::new(&settings, LIMIT, true).fetch(None, 10).await.unwrap_err();
    assert!(matches!(error, MailError::Credentials { .. }), "{error}");
    assert!(!error.to_string().contains("stale-token"), "{error}");
}

#[tokio::test]
async fn a_probe_tells_in_one_line_what_the_server_can_do() {
    let server = Dovecot::start().await;
    server.deliver(ALICE, &[message(1), message(2)]).await;
    let line = source(&server).probe().await.unwrap();
    let expected = format!("localhost:{}: 2 messages in INBOX; IDLE yes, MOVE yes, UIDPLUS yes", server.imaps);
    assert_eq!(line, expected);
}

/// What a well-behaved server with three messages says.
fn normal(command: &str) -> Option<String> {
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

struct Bad {
    _server: scripted::Scripted,
    source: ImapSource,
    _directory: tempfile::TempDir,
}

/// A source on a server that follows `script` after `greeting`.
async fn bad(greeting: &'static str, script: scripted::Script) -> Bad {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let certs = certs::make(directory.path());
    let server = scripted::tls(&certs, greeting, script).await;
    let mut settings = settings(&certs.ca, server.port, Tls::Implicit);
    settings.command_seconds = 1;
    Bad { source: ImapSource::new(&settings, 100, true), _server: server, _directory: directory }
}

const HELLO: &str = "* OK hello\r\n";

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
async fn answers_that_nobody_asked_for_lack_a_body_or_make_no_sense_are_passed_over() {
    let script: scripted::Script = |command| {
        if !command.starts_with("UID FETCH") || !command.contains("BODY.PEEK") {
            return normal(command);
        }
        let answer = "* FROBNICATE {3}\r\nxyz\r\n* 2 FETCH (UID 2 BODY[] NIL)\r\n* 9 FETCH (UID 9 BODY[] {1}\r\nx)\r\n\
            * 1 FETCH (BODY[] {1}\r\nx)\r\n\r\n* OK [NONSENSE {4}\r\n* 3 FETCH (FLAGS (\\Seen) UID 3 BODY[] {8}\r\nA: b\r\n\r\n)\r\n\
            {tag} OK\r\n";
        Some(answer.to_owned())
    };
    let batch = bad(HELLO, script).await.source.fetch(None, 10).await.unwrap();
    assert_eq!(uids(&batch), [Uid(3)]);
    assert_eq!(batch.cursor, Cursor { uid_validity: 7, last_uid: 3 });
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
async fn rubbish_instead_of_a_greeting_is_refused() {
    for greeting in ["HTTP/1.1 400 Bad Request\r\n\r\n", "* PREAUTH come in\r\n", "\r\n"] {
        let error = bad(greeting, normal).await.source.fetch(None, 10).await.unwrap_err();
        assert!(matches!(error, MailError::Protocol { command: "greeting", .. }), "{error}");
    }
}

#[tokio::test]
async fn an_idle_that_is_refused_becomes_a_pause() {
    let script: scripted::Script =
        |command| if command == "IDLE" { Some("{tag} NO not now\r\n".to_owned()) } else { normal(command) };
    let mut bad = bad(HELLO, script).await;
    bad.source.fetch(None, 10).await.unwrap();
    let begin = Instant::now();
    bad.source.wait(Duration::from_millis(300)).await.unwrap();
    assert!(begin.elapsed() >= Duration::from_millis(300));
    bad.source.fetch(None, 10).await.unwrap();
}

#[tokio::test]
async fn news_that_comes_while_idle_starts_ends_the_wait() {
    let script: scripted::Script = |command| match command {
        "IDLE" => Some("* 4 EXISTS\r\n+ idling\r\n".to_owned()),
        // The line DONE has no tag: to the script it is an empty command.
        "" => Some("{last} OK done\r\n".to_owned()),
        _ => normal(command),
    };
    let mut bad = bad(HELLO, script).await;
    bad.source.fetch(None, 10).await.unwrap();
    let begin = Instant::now();
    bad.source.wait(LONG).await.unwrap();
    assert!(begin.elapsed() < LONG / 4);
}

#[tokio::test]
async fn nothing_secret_is_said_before_tls() {
    let directory = tempfile::tempdir().unwrap();
    let certs = certs::make(directory.path());
    let without: scripted::Script = |command| {
        assert!(!command.contains(PASSWORD), "the password went out in plain text");
        normal(command)
    };
    let injected: scripted::Script = |command| match command {
        "CAPABILITY" => Some("* CAPABILITY IMAP4rev1 STARTTLS\r\n{tag} OK\r\n".to_owned()),
        "STARTTLS" => Some("{tag} OK begin\r\n* CAPABILITY IMAP4rev1 IDLE\r\n".to_owned()),
        _ => None,
    };
    for script in [without, injected] {
        let server = scripted::plain(HELLO, script).await;
        let settings = settings(&certs.ca, server.port, Tls::Starttls);
        let error = ImapSource::new(&settings, LIMIT, true).fetch(None, 10).await.unwrap_err();
        assert!(matches!(error, MailError::Tls { .. }), "{error}");
    }
}

/// How fast small mail comes in. Not a question of right or wrong, so only on demand.
#[tokio::test]
#[ignore = "a measurement: cargo test --test it -- --ignored --nocapture small_mail"]
async fn small_mail_comes_in_fast() {
    let server = Dovecot::start().await;
    let mut padded = message(1);
    padded.extend_from_slice(&b"filler line of some sixty letters, as a question would be\r\n".repeat(50));
    server.deliver(ALICE, &vec![padded; 5_000]).await;
    for limit in [1, 100, 200] {
        for round in ["cold", "warm"] {
            let mut source = source(&server);
            let (mut cursor, mut count) = (None, 0);
            let begin = Instant::now();
            loop {
                let batch = source.fetch(cursor, limit).await.unwrap();
                cursor = Some(batch.cursor);
                count += batch.messages.len();
                if !batch.more {
                    break;
                }
            }
            let rate = count as f64 / begin.elapsed().as_secs_f64();
            println!("{count} messages of 3 KB, {limit} at a time, {round}: {rate:.0} a second");
        }
    }
    let mut source = source(&server);
    source.fetch(None, 1).await.unwrap();
    let all: Vec<Uid> = (1..=5_000).map(Uid).collect();
    let begin = Instant::now();
    source.settle(&all, Disposition::Processed).await.unwrap();
    println!("5,000 moved in {:?}", begin.elapsed());
    until("all are moved", 10, || async { (server.read_mailbox(ALICE, "Processed").len() == 5_000).then_some(()) })
        .await;
}
