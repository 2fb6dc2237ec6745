//! The same against the server that most people run.

use caseconsultant::config::{Config, Secret, Smtp};
use caseconsultant::domain::address::Address;
use caseconsultant::domain::time::Timestamp;
use caseconsultant::mail::compose::{AutoSubmitted, Outgoing, compose};
use caseconsultant::mail::smtp::SmtpTransport;
use caseconsultant::mail::{Envelope, MailTransport, SendError};

use crate::support::eventually;
use crate::support::postfix::Postfix;
use crate::support::sasl::Sasl;
use crate::support::sink::{ANN, Options, Security, Sink};

#[tokio::test(flavor = "multi_thread")]
async fn a_composed_reply_passes_postfix_and_arrives_unchanged() {
    let mailbox = Sink::start(Options { security: Security::None, auth: None, extensions: &["8BITMIME"] }).await;
    let sasl = Sasl::start(ANN.plain).await;
    let postfix = Postfix::start(mailbox.port, sasl.port, mailbox.folder.path());
    let from = Address::parse("consult@example.test").unwrap().named(Some("CaseConsultant"));
    let to = Address::parse("bob@example.test").unwrap();
    let wire = compose(&Outgoing {
        from: &from,
        reply_to: None,
        to: &to,
        cc: &[],
        subject: "Re: Prüfung [CC-7F3K2]",
        message_id: "<cc-7f3k2.1@example.test>",
        in_reply_to: None,
        references: &[],
        date: Timestamp(1_700_000_000_000_000),
        text: "Yes.\n.\nMAIL FROM:<evil@x.test>\n\nGrüße\n",
        html: "<p>Yes.</p>",
        table: None,
        auto_submitted: AutoSubmitted::AutoReplied,
    })
    .unwrap();
    let settings = Smtp {
        host: "localhost".into(),
        port: postfix.submission,
        ca_file: mailbox.ca_file().display().to_string(),
        user: "ann".into(),
        password: Secret::new("secret"),
        ..Config::defaults().transport.smtp
    };
    let envelope = Envelope { from: from.expose().into(), to: to.expose().into(), copy: String::new() };
    let submission = SmtpTransport::new(&settings, "consult.example.test").unwrap();
    let accepted = submission.send(&envelope, &wire).await.unwrap_or_else(|e| panic!("{e}\n{}", postfix.log()));
    assert!(accepted.contains("queued as"), "{accepted}");
    let relay = Smtp { port: postfix.smtp, user: String::new(), ..settings.clone() };
    SmtpTransport::new(&relay, "consult.example.test").unwrap().send(&envelope, &wire).await.unwrap();

    eventually("both mails arrived", || mailbox.count() == 2).await;
    for received in mailbox.received() {
        assert_eq!((received.from.as_str(), received.to.as_str()), (from.expose(), to.expose()));
        assert!(received.bytes.ends_with(&wire), "{}", String::from_utf8_lossy(&received.bytes));
    }

    let stranger = Smtp { password: Secret::new("wrong"), ..settings };
    let refused = SmtpTransport::new(&stranger, "consult.example.test").unwrap().send(&envelope, &wire).await;
    assert!(matches!(refused, Err(SendError::Settings(_))), "{refused:?}");
}
