//! Who is let in: TLS, certificates, passwords, tokens.

use caseconsultant::config::{Secret, SignIn, Tls};
use caseconsultant::mail::imap::ImapSource;
use caseconsultant::mail::{MailError, MailSource, Uid};

use super::faults::{HELLO, normal};
use super::{ALICE, LIMIT, implicit, message, settings, source, uids};
use crate::support::dovecot::{Dovecot, Options, PASSWORD};
use crate::support::endpoint::{TokenEndpoint, grant, refusal};
use crate::support::{certs, scripted};

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
async fn an_access_token_opens_the_mailbox_and_a_stale_one_is_a_matter_of_credentials() {
    let service = scripted::tokeninfo().await;
    let server = Dovecot::start_with(Options { tokeninfo: service.port, ..Options::default() }).await;
    server.deliver(ALICE, &[message(1)]).await;
    let mut settings = implicit(&server);
    settings.auth = SignIn::Xoauth2;
    settings.password = Secret::default();
    settings.token_command = vec!["echo".to_owned(), "good".to_owned()];
    assert_eq!(uids(&ImapSource::new(&settings, LIMIT, true).fetch(None, 10).await.unwrap()), [Uid(1)]);
    settings.token_command = vec!["echo".to_owned(), "stale-token".to_owned()];
    let error = ImapSource::new(&settings, LIMIT, true).fetch(None, 10).await.unwrap_err();
    assert!(matches!(error, MailError::Credentials { .. }), "{error}");
    assert!(!error.to_string().contains("stale-token"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mailbox_is_opened_with_the_token_that_our_own_command_renews() {
    let service = scripted::tokeninfo().await;
    let server = Dovecot::start_with(Options { tokeninfo: service.port, ..Options::default() }).await;
    server.deliver(ALICE, &[message(1)]).await;
    let endpoint = TokenEndpoint::start([grant("good", "refresh-2", 3_600), refusal("invalid_grant")]).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("service.toml");
    let oauth = format!(
        "[oauth]\nprovider = \"other\"\nclient_id = \"client-1\"\ntoken_url = \"http://127.0.0.1:{}/\"\n",
        endpoint.port
    );
    std::fs::write(&file, oauth).unwrap();
    let keep = |text: &str| {
        use std::os::unix::fs::PermissionsExt as _;
        let path = folder.path().join("oauth.json");
        std::fs::write(&path, text).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    };
    let shown = |path: &std::path::Path| path.display().to_string();
    let mut settings = implicit(&server);
    settings.auth = SignIn::Xoauth2;
    settings.token_command = [env!("CARGO_BIN_EXE_caseconsultant"), "--data-dir", &shown(folder.path()), "--config"]
        .map(str::to_owned)
        .into_iter()
        .chain([shown(&file), "token".to_owned()])
        .collect();
    keep("{\"renewal\": 1, \"refresh_token\": \"refresh-1\"}");
    for _ in 0..3 {
        let mut source = ImapSource::new(&settings, LIMIT, true);
        assert_eq!(uids(&source.fetch(None, 10).await.unwrap()), [Uid(1)]);
    }
    assert_eq!(endpoint.forms().len(), 1, "one renewal serves every poll of its hour");
    keep("{\"renewal\": 3, \"refresh_token\": \"refresh-1\"}");
    let error = ImapSource::new(&settings, LIMIT, true).fetch(None, 10).await.unwrap_err();
    assert!(matches!(error, MailError::Token { passing: false, .. }), "a person must sign in: {error}");
}

#[tokio::test]
async fn nothing_secret_is_said_before_tls() {
    let directory = tempfile::tempdir().unwrap();
    let certs = certs::make(directory.path());
    let without: scripted::Script = |command| {
        assert!(!command.contains(PASSWORD), "the password went out in plain text");
        if command == "STARTTLS" { Some("{tag} BAD what?\r\n".to_owned()) } else { normal(command) }
    };
    let server = scripted::plain(HELLO, without).await;
    let settings = settings(&certs.ca, server.port, Tls::Starttls);
    let error = ImapSource::new(&settings, LIMIT, true).fetch(None, 10).await.unwrap_err();
    assert!(matches!(error, MailError::Tls { .. }), "{error}");
}

#[tokio::test]
async fn answers_put_in_front_of_the_encrypted_ones_are_not_believed() {
    let directory = tempfile::tempdir().unwrap();
    let certs = certs::make(directory.path());
    let injected = "* CAPABILITY IMAP4rev1 UIDPLUS\r\nA0001 OK\r\nA0002 OK\r\nA0003 OK\r\n";
    let server = scripted::starttls(&certs, injected, normal).await;
    let settings = settings(&certs.ca, server.port, Tls::Starttls);
    let line = ImapSource::new(&settings, LIMIT, true).probe().await.unwrap();
    assert!(line.ends_with("3 messages in INBOX; IDLE yes, MOVE yes, UIDPLUS no"), "{line}");
}

#[tokio::test]
async fn login_is_not_tried_where_it_is_disabled() {
    let directory = tempfile::tempdir().unwrap();
    let certs = certs::make(directory.path());
    let script: scripted::Script = |command| match command {
        "CAPABILITY" => Some("* CAPABILITY IMAP4rev1 LOGINDISABLED AUTH=PLAIN\r\n{tag} OK\r\n".to_owned()),
        "AUTHENTICATE PLAIN" => Some("+\r\n".to_owned()),
        // The answer to the challenge has no tag: to the script it is an empty command.
        "" => Some("{last} NO [UNAVAILABLE] later\r\n".to_owned()),
        _ => None,
    };
    let server = scripted::tls(&certs, HELLO, script).await;
    let settings = settings(&certs.ca, server.port, Tls::Implicit);
    let error = ImapSource::new(&settings, LIMIT, true).fetch(None, 10).await.unwrap_err();
    assert!(matches!(&error, MailError::Connection { reason, .. } if reason.contains("later")), "{error}");
}

#[tokio::test]
async fn a_probe_tells_in_one_line_what_the_server_can_do() {
    let server = Dovecot::start().await;
    server.deliver(ALICE, &[message(1), message(2)]).await;
    let line = source(&server).probe().await.unwrap();
    let expected = format!("localhost:{}: 2 messages in INBOX; IDLE yes, MOVE yes, UIDPLUS yes", server.imaps);
    assert_eq!(line, expected);
}
