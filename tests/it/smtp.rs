//! Mail leaves over SMTP: once, encrypted, and with an honest word on what became of it.

use std::time::{Duration, Instant};

use caseconsultant::config::{Config, Secret, SignIn, Smtp, Tls};
use caseconsultant::mail::smtp::SmtpTransport;
use caseconsultant::mail::{Envelope, MailError, MailTransport, SendError};

use crate::support::sink::{ANN, Act, At, Credentials, Options, Security, Sink};
use crate::support::{eventually, free_port};

const PLAIN: Options = Options { security: Security::Starttls, auth: None, extensions: &[] };
const WIRE: &[u8] = b"From: consult@example.test\r\nSubject: test\r\n\r\nYes.\r\n";

fn settings(sink: &Sink, security: Security) -> Smtp {
    Smtp {
        host: "localhost".into(),
        port: sink.port,
        tls: if security == Security::Implicit { Tls::Implicit } else { Tls::Starttls },
        ca_file: sink.ca_file().display().to_string(),
        command_seconds: 20,
        message_seconds: 20,
        connections: 1,
        ..Config::defaults().transport.smtp
    }
}

fn transport(settings: &Smtp) -> SmtpTransport {
    SmtpTransport::new(settings, "consult.example.test").unwrap()
}

async fn pair(options: Options) -> (Sink, SmtpTransport) {
    let sink = Sink::start(options.clone()).await;
    let transport = transport(&settings(&sink, options.security));
    (sink, transport)
}

/// For tests in which the server hangs.
async fn impatient_pair() -> (Sink, SmtpTransport) {
    let sink = Sink::start(PLAIN).await;
    let transport = transport(&Smtp { command_seconds: 1, message_seconds: 1, ..settings(&sink, Security::Starttls) });
    (sink, transport)
}

fn envelope() -> Envelope {
    Envelope { from: "consult@example.test".into(), to: "ann@clinic.test".into(), copy: String::new() }
}

async fn send(transport: &SmtpTransport) -> Result<String, SendError> {
    transport.send(&envelope(), WIRE).await
}

#[tokio::test]
async fn a_mail_leaves_signed_in_by_an_access_token_and_a_stale_one_is_a_matter_of_credentials() {
    // base64 of user=ann ^A auth=Bearer good ^A ^A.
    let auth = Some(Credentials { plain: "dXNlcj1hbm4BYXV0aD1CZWFyZXIgZ29vZAEB", mechanisms: "PLAIN XOAUTH2", ..ANN });
    let sink = Sink::start(Options { security: Security::Starttls, auth, extensions: &[] }).await;
    let with = |token: &str| Smtp {
        user: "ann".into(),
        auth: SignIn::Xoauth2,
        token_command: vec!["echo".into(), token.into()],
        ..settings(&sink, Security::Starttls)
    };
    assert_eq!(send(&transport(&with("good"))).await.unwrap(), "250 2.0.0 taken as 1");
    let refused = send(&transport(&with("stale-token"))).await.unwrap_err();
    assert!(matches!(&refused, SendError::Settings(said) if !said.contains("stale-token")), "{refused}");
    let failing = Smtp { token_command: vec!["false".into()], ..with("") };
    assert!(matches!(send(&transport(&failing)).await, Err(SendError::Temporary(_))), "it waits");
    assert_eq!(sink.count(), 1);
}

#[tokio::test]
async fn a_mail_arrives_by_starttls_and_by_implicit_tls_signed_in_by_plain_and_by_login() {
    for security in [Security::Starttls, Security::Implicit] {
        for mechanisms in ["PLAIN LOGIN", "LOGIN"] {
            let auth = Some(Credentials { mechanisms, ..ANN });
            let sink = Sink::start(Options { security, auth, extensions: &["SIZE 1000", "8BITMIME"] }).await;
            let settings = Smtp { user: "ann".into(), password: Secret::new("secret"), ..settings(&sink, security) };
            let transport = transport(&settings);
            assert_eq!(send(&transport).await.unwrap(), "250 2.0.0 taken as 1");
            let received = sink.received();
            assert_eq!(received.len(), 1);
            assert_eq!(
                (received[0].from.as_str(), received[0].to.as_str()),
                ("consult@example.test", "ann@clinic.test")
            );
            assert_eq!(received[0].bytes, WIRE);
            let commands = sink.commands();
            assert!(commands.contains(&"EHLO consult.example.test".to_owned()), "{commands:?}");
            assert!(
                commands.contains(&format!("MAIL FROM:<consult@example.test> SIZE={}", WIRE.len())),
                "{commands:?}"
            );
            let found = transport.probe().await.unwrap();
            let mechanism = mechanisms.split(' ').next().unwrap();
            assert!(
                found.ends_with(&format!(": TLSv1_3, signed in by {mechanism}, messages up to 1000 bytes")),
                "{found}"
            );
        }
    }
}

#[tokio::test]
async fn nothing_is_sent_to_a_server_that_cannot_prove_its_name_or_encrypt() {
    for security in [Security::Starttls, Security::Implicit] {
        let sink = Sink::start(Options { security, ..PLAIN }).await;
        let stranger = transport(&Smtp { ca_file: String::new(), ..settings(&sink, security) });
        assert!(matches!(send(&stranger).await, Err(SendError::Settings(_))));
        assert!(matches!(stranger.probe().await, Err(MailError::Tls { .. })));
        let misnamed = transport(&Smtp { host: "127.0.0.1".into(), ..settings(&sink, security) });
        assert!(matches!(send(&misnamed).await, Err(SendError::Settings(_))));
        assert_eq!(sink.commands().iter().filter(|c| c.starts_with("MAIL") || *c == "AUTH").count(), 0);
    }
    let (sink, transport) = pair(Options { security: Security::None, ..PLAIN }).await;
    assert!(matches!(send(&transport).await, Err(SendError::Settings(reason)) if reason.contains("STARTTLS")));
    assert_eq!(sink.commands(), ["EHLO consult.example.test"]);
}

#[tokio::test]
async fn an_answer_planted_before_the_encryption_is_refused() {
    let (sink, transport) = pair(PLAIN).await;
    sink.script(At::Starttls, &[Act::Reply("220 go ahead\r\n250 planted")]);
    let refused = send(&transport).await;
    assert!(matches!(&refused, Err(SendError::Settings(_))), "{refused:?}");
    assert!(sink.received().is_empty());
}

#[tokio::test]
async fn a_wrong_password_is_a_matter_for_a_person_and_names_nobody() {
    let sink = Sink::start(Options { auth: Some(ANN), ..PLAIN }).await;
    let settings = Smtp { user: "ann".into(), password: Secret::new("wrong"), ..settings(&sink, Security::Starttls) };
    let failure = send(&transport(&settings)).await.unwrap_err();
    assert!(matches!(&failure, SendError::Settings(reason) if reason.contains("535")), "{failure}");
    assert!(!failure.to_string().contains("ann.smith"), "{failure}");

    sink.script(At::Auth, &[Act::Reply("454 4.7.0 try later")]);
    assert!(matches!(send(&transport(&settings)).await, Err(SendError::Temporary(_))));

    let (silent, _) = pair(PLAIN).await;
    let settings = Smtp { port: silent.port, ca_file: silent.ca_file().display().to_string(), ..settings };
    assert!(matches!(transport(&settings).probe().await, Err(MailError::Credentials { .. })));
}

#[tokio::test]
async fn a_4yz_reply_at_any_point_is_temporary() {
    for at in [At::Greeting, At::Ehlo, At::Starttls, At::Mail, At::Rcpt, At::Data, At::Body, At::Dot] {
        for reply in ["421 4.3.2 closing", "451 4.3.0 <bob@clinic.test> later"] {
            let (sink, transport) = pair(PLAIN).await;
            sink.script(at, &[Act::Reply(reply)]);
            let failure = send(&transport).await.unwrap_err();
            assert!(
                matches!(&failure, SendError::Temporary(reason) if reason.contains(&reply[..3])),
                "{at:?} {failure}"
            );
            assert!(!failure.to_string().contains("bob"), "{failure}");
            assert!(sink.received().is_empty());
            send(&transport).await.unwrap();
            assert_eq!(sink.received().len(), 1, "{at:?}");
        }
    }
}

#[tokio::test]
async fn a_5yz_reply_to_a_message_is_permanent_and_the_connection_serves_the_next_one() {
    for at in [At::Mail, At::Rcpt, At::Data, At::Body, At::Dot] {
        let (sink, transport) = pair(PLAIN).await;
        sink.script(at, &[Act::Reply("550-5.1.1 no such\r\n550 5.1.1 person")]);
        let failure = send(&transport).await.unwrap_err();
        assert!(
            matches!(&failure, SendError::Permanent(reason) if reason.ends_with("550 5.1.1 no such 5.1.1 person")),
            "{at:?} {failure}"
        );
        send(&transport).await.unwrap();
        assert_eq!(sink.received().len(), 1);
        if at != At::Body {
            assert_eq!(sink.connections(), 1, "{at:?}");
            assert!(sink.commands().contains(&"RSET".to_owned()));
        }
    }
}

#[tokio::test]
async fn a_server_that_refuses_us_altogether_is_a_matter_for_a_person() {
    for (at, reply) in [(At::Greeting, "554 go away"), (At::Ehlo, "550 who?"), (At::Mail, "530 5.7.0 sign in first")] {
        let (sink, transport) = pair(PLAIN).await;
        sink.script(at, &[Act::Reply(reply)]);
        let failure = send(&transport).await.unwrap_err();
        assert!(matches!(failure, SendError::Settings(_)), "{at:?} {failure}");
    }
}

#[tokio::test]
async fn without_an_answer_to_the_final_dot_nobody_knows() {
    for act in [Act::Hang, Act::Close, Act::KeepAndHang, Act::KeepAndClose, Act::Reply("???"), Act::Reply("354 what?")]
    {
        let (sink, transport) = impatient_pair().await;
        sink.script(At::Dot, &[act]);
        let failure = send(&transport).await.unwrap_err();
        assert!(matches!(failure, SendError::Uncertain { .. }), "{act:?} {failure}");
        let kept = usize::from(matches!(act, Act::KeepAndHang | Act::KeepAndClose));
        assert_eq!(sink.received().len(), kept, "{act:?}: it must not be sent again by itself");
        send(&transport).await.unwrap();
        assert_eq!((sink.received().len(), sink.connections()), (kept + 1, 2));
    }
}

#[tokio::test]
async fn what_fails_before_the_final_dot_is_temporary() {
    // Longer than what the network takes in by itself, so that it cannot be written to its end.
    let long = [WIRE, &vec![b'x'; 16 << 20]].concat();
    let all = [At::Greeting, At::Ehlo, At::Starttls, At::Mail, At::Rcpt, At::Data, At::Body];
    let cases = all.iter().flat_map(|at| [(*at, Act::Close), (*at, Act::Hang)]).map(async |(at, act)| {
        let (sink, transport) = impatient_pair().await;
        sink.script(at, &[act]);
        let wire = if at == At::Body { &long } else { WIRE };
        let failure = transport.send(&envelope(), wire).await.unwrap_err();
        assert!(matches!(failure, SendError::Temporary(_)), "{at:?} {act:?} {failure}");
        assert_eq!((sink.received().len(), sink.connections()), (0, 1));
    });
    futures::future::join_all(cases).await;
}

#[tokio::test]
async fn a_server_that_is_not_there_is_a_temporary_matter() {
    let sink = Sink::start(PLAIN).await;
    let nobody = Smtp { port: free_port(), ..settings(&sink, Security::Starttls) };
    assert!(matches!(send(&transport(&nobody)).await, Err(SendError::Temporary(_))));
    assert!(transport(&nobody).probe().await.is_err_and(|error| error.is_transient()));
}

#[tokio::test]
async fn an_idle_connection_that_the_server_closed_is_replaced_and_the_mail_goes_out_once() {
    let (sink, transport) = pair(PLAIN).await;
    send(&transport).await.unwrap();
    sink.close_all().await;
    send(&transport).await.unwrap();
    assert_eq!((sink.received().len(), sink.connections()), (2, 2));

    // The same when it says so only in answer to the next command, or says nothing.
    for act in [Act::Reply("421 4.4.2 timed out"), Act::Close, Act::Hang] {
        let (sink, transport) = impatient_pair().await;
        sink.script(At::Mail, &[Act::Usual, act]);
        send(&transport).await.unwrap();
        send(&transport).await.unwrap();
        assert_eq!((sink.received().len(), sink.connections()), (2, 2), "{act:?}");
    }
    // But only once: a server that is going down is not hammered.
    sink.close_all().await;
    sink.script(At::Mail, &[Act::Reply("421 down"); 5]);
    assert!(matches!(send(&transport).await, Err(SendError::Temporary(_))));
    assert_eq!(sink.connections(), 3);
}

#[tokio::test]
async fn a_connection_that_lay_idle_for_too_long_is_left_with_a_word_and_not_used_again() {
    let (sink, transport) = pair(PLAIN).await;
    let transport = transport.with_idle_limit(Duration::ZERO);
    send(&transport).await.unwrap();
    send(&transport).await.unwrap();
    assert_eq!((sink.received().len(), sink.connections()), (2, 2));
    eventually("the first connection took its leave", || sink.commands().contains(&"QUIT".to_owned())).await;
}

#[tokio::test]
async fn a_text_that_looks_like_the_end_of_a_message_arrives_as_text() {
    let (sink, transport) = pair(PLAIN).await;
    for end in ["\n", "\r", "\r\n"] {
        let text = [
            "Subject: test",
            "",
            "before",
            ".",
            "MAIL FROM:<evil@x.test>",
            "RCPT TO:<bob@x.test>",
            "DATA",
            "..x",
            ".y",
            ".",
        ];
        transport.send(&envelope(), text.join(end).as_bytes()).await.unwrap();
        let received = sink.received();
        let last = received.last().unwrap();
        assert_eq!(String::from_utf8_lossy(&last.bytes), text.join("\r\n") + "\r\n", "{end:?}");
        assert_eq!(last.to, "ann@clinic.test");
    }
    assert_eq!(sink.received().len(), 3);
    assert_eq!(sink.commands().iter().filter(|command| command.starts_with("MAIL")).count(), 3);
}

#[tokio::test]
async fn an_address_cannot_carry_a_command() {
    let (sink, transport) = pair(PLAIN).await;
    let envelope = Envelope { to: "ann@clinic.test>\r\nRCPT TO:<bob@x.test".into(), ..envelope() };
    assert!(matches!(transport.send(&envelope, WIRE).await, Err(SendError::Permanent(_))));
    assert_eq!(sink.connections(), 0);
}

#[tokio::test]
async fn what_the_server_said_it_cannot_take_is_not_offered() {
    let (sink, transport) = pair(Options { extensions: &["SIZE 100"], ..PLAIN }).await;
    for wire in [&[b'x'; 200][..], "Grüße".as_bytes()] {
        assert!(matches!(transport.send(&envelope(), wire).await, Err(SendError::Permanent(_))));
    }
    send(&transport).await.unwrap();
    assert_eq!((sink.received().len(), sink.connections()), (1, 1));
}

#[tokio::test]
async fn fifty_mails_use_one_connection_and_little_time() {
    let (sink, transport) = pair(PLAIN).await;
    let start = Instant::now();
    for _ in 0..50 {
        send(&transport).await.unwrap();
    }
    assert!(start.elapsed() < Duration::from_secs(1), "{:?}", start.elapsed());
    assert_eq!((sink.received().len(), sink.connections()), (50, 1));
}

#[tokio::test]
async fn mails_at_the_same_time_use_no_more_connections_than_allowed() {
    let sink = Sink::start(PLAIN).await;
    let transport = transport(&Smtp { connections: 3, ..settings(&sink, Security::Starttls) });
    let all = futures::future::join_all((0..40).map(|_| send(&transport))).await;
    assert!(all.iter().all(Result::is_ok), "{all:?}");
    assert_eq!(sink.received().len(), 40);
    assert!(sink.connections() <= 3, "{}", sink.connections());
}
