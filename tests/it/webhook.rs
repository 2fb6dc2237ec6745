//! Webhooks: queued with what they tell of, signed, tried again, given up and shown; against a real server that takes them,
//! refuses them, leads elsewhere, or says nothing.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use caseconsultant::clock::Clock;
use caseconsultant::config::{Config, Mode, Secret, WEBHOOK_EVENTS, Webhook};
use caseconsultant::domain::webhook::WebhookKind;
use caseconsultant::mail::SendError;
use caseconsultant::webhook::{Sender, deliver};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use crate::support::app::{DAY, QUESTION, TestApp, mail};
use crate::support::service::Service;

const ANN: &str = "ann@lakeside.test";
const KEY: [u8; 32] = [7; 32];

/// What the endpoint does with one call.
#[derive(Debug, Clone)]
enum Act {
    /// This status, with these header lines.
    Say(u16, &'static str),
    /// Reads and never answers.
    Hang,
}

/// A call as it came.
#[derive(Debug, Clone)]
struct Call {
    path: String,
    id: String,
    seconds: i64,
    signature: String,
    body: String,
}

impl Call {
    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// Checks the signature with HMAC (RFC 2104) written out, and nothing of the program's.
    fn verify(&self) {
        let pad = |byte: u8| -> Vec<u8> {
            let mut block = [byte; 64];
            block.iter_mut().zip(KEY).for_each(|(b, k)| *b ^= k);
            block.into()
        };
        let text = format!("{}.{}.{}", self.id, self.seconds, self.body);
        let inner = Sha256::new().chain_update(pad(0x36)).chain_update(text).finalize();
        let tag = Sha256::new().chain_update(pad(0x5c)).chain_update(inner).finalize();
        assert_eq!(self.signature, format!("v1,{}", STANDARD.encode(tag)), "{self:?}");
    }
}

/// Does what its script says, and takes everything beyond it.
struct Endpoint {
    port: u16,
    acts: Arc<Mutex<VecDeque<Act>>>,
    calls: Arc<Mutex<Vec<Call>>>,
    _server: JoinSet<()>,
}

impl Endpoint {
    async fn start(acts: impl IntoIterator<Item = Act>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (acts, calls) = (Arc::new(Mutex::new(acts.into_iter().collect())), Arc::new(Mutex::new(Vec::new())));
        let (script, seen) = (Arc::clone(&acts), Arc::clone(&calls));
        let mut server = JoinSet::new();
        server.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                connections.spawn(answer(stream, Arc::clone(&script), Arc::clone(&seen)));
            }
        });
        Self { port, acts, calls, _server: server }
    }

    fn calls(&self) -> Vec<Call> {
        self.calls.lock().unwrap().clone()
    }

    fn then(&self, act: Act) {
        self.acts.lock().unwrap().push_back(act);
    }
}

async fn answer(mut stream: TcpStream, acts: Arc<Mutex<VecDeque<Act>>>, calls: Arc<Mutex<Vec<Call>>>) {
    let Some(call) = read(&mut stream).await else { return };
    calls.lock().unwrap().push(call);
    let act = acts.lock().unwrap().pop_front().unwrap_or(Act::Say(204, ""));
    let Act::Say(status, headers) = act else { return std::future::pending().await };
    let head = format!("HTTP/1.1 {status} x\r\n{headers}Content-Length: 0\r\nConnection: close\r\n\r\n");
    let _ = stream.write_all(head.as_bytes()).await;
}

async fn read(stream: &mut TcpStream) -> Option<Call> {
    let mut bytes = Vec::new();
    loop {
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let field = |name: &str| {
            let fields = head.lines().filter_map(|line| line.split_once(": "));
            fields.into_iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value.to_owned())
        };
        if body.len() < field("content-length")?.parse().ok()? {
            continue;
        }
        return Some(Call {
            path: head.split(' ').nth(1)?.to_owned(),
            id: field("webhook-id")?,
            seconds: field("webhook-timestamp")?.parse().ok()?,
            signature: field("webhook-signature")?,
            body: body.to_owned(),
        });
    }
}

fn hook(port: u16, events: &[&str]) -> Webhook {
    Webhook {
        name: "ehr".to_owned(),
        url: format!("http://127.0.0.1:{port}/hooks?from=cc"),
        secret: Secret::new(format!("whsec_{}", STANDARD.encode(KEY))),
        secret_file: String::new(),
        events: events.iter().map(|event| (*event).to_owned()).collect(),
        allow_private: false,
        seconds: 1,
    }
}

/// A service whose webhook listens at a port.
async fn app(port: u16, events: &[&str]) -> (TestApp, Sender) {
    let app = TestApp::with(|config| config.webhook = vec![hook(port, events)], None).await;
    deliver::announce(app.store(), app.config()).await.unwrap();
    let sender = Sender::new(app.config()).unwrap();
    (app, sender)
}

async fn tell(app: &TestApp, sender: &Sender) -> usize {
    deliver::run(app.store(), sender, app.clock()).await.unwrap()
}

/// Waiting, given up, and what was said last.
async fn fares(app: &TestApp) -> (i64, i64, String) {
    let told = app.store().list_told().await.unwrap().remove(0);
    (told.waiting, told.given_up, told.said)
}

fn seconds(clock: &Clock, n: u64) {
    clock.advance(Duration::from_secs(n));
}

#[tokio::test]
async fn what_happens_to_a_case_is_told_signed_and_without_a_word_of_the_question() {
    let endpoint = Endpoint::start([]).await;
    let (app, sender) = app(endpoint.port, &WEBHOOK_EVENTS).await;
    let account = app.account(ANN).await;
    app.ask_one(&mail(ANN, "Two polyps", "q1@lakeside.test", QUESTION)).await;
    let answered = app.last_case().await.id;
    let person = "I want a person to look: 45385 and 45380 of two polyps of Maria Kowalczyk, DOS 2024-08-01. Modifier?";
    app.ask(&mail(ANN, "For a person", "q2@lakeside.test", person)).await;
    let waiting = app.last_case().await.id;
    assert_eq!(tell(&app, &sender).await, 2);
    let calls = endpoint.calls();
    let find =
        |kind: &str| calls.iter().find(|call| call.json()["type"] == kind).unwrap_or_else(|| panic!("{calls:?}"));
    for call in &calls {
        call.verify();
        assert_eq!(call.path, "/hooks?from=cc");
        assert_eq!(call.seconds, app.clock().now().0 / 1_000_000);
        for secret in [ANN, "Kowalczyk", "polyp", "45385", "lakeside.test"] {
            assert!(!call.body.contains(secret), "{}", call.body);
        }
    }
    let told = find("case.answered").json();
    assert_eq!(told["data"], json!({"case": answered, "turn": answered, "account": account, "what": "answered"}));
    let told = find("case.waiting").json();
    assert_eq!((&told["data"]["case"], &told["data"]["what"]), (&json!(waiting), &json!("human")));
    assert!(told["timestamp"].as_str().unwrap().starts_with("2026-11-24T09:00:00"), "{told}");
    assert_eq!(tell(&app, &sender).await, 0, "each is told once");
    assert_eq!(fares(&app).await, (0, 0, "HTTP 204".to_owned()));
}

#[tokio::test]
async fn what_is_not_taken_is_sent_again_under_the_same_id_with_growing_pauses() {
    let acts = [
        Act::Say(500, ""),
        Act::Say(429, "Retry-After: 120\r\n"),
        Act::Hang,
        Act::Say(302, "Location: http://127.0.0.1:9/elsewhere\r\n"),
        Act::Say(200, ""),
    ];
    let endpoint = Endpoint::start(acts).await;
    let (app, sender) = app(endpoint.port, &["case.answered"]).await;
    app.account(ANN).await;
    app.ask_one(&mail(ANN, "Two polyps", "q1@lakeside.test", QUESTION)).await;
    for (said, pause) in [
        ("HTTP 500", 5),
        ("HTTP 429", 120),
        ("no answer within 1 s", 120),
        ("HTTP 302: redirects are not followed", 300),
    ] {
        assert_eq!(tell(&app, &sender).await, 1);
        assert_eq!(fares(&app).await, (1, 0, said.to_owned()));
        seconds(app.clock(), pause - 1);
        assert_eq!(tell(&app, &sender).await, 0, "{said}: not before {pause} s");
        seconds(app.clock(), 1);
    }
    assert_eq!(tell(&app, &sender).await, 1);
    assert_eq!(fares(&app).await, (0, 0, "HTTP 200".to_owned()));
    let calls = endpoint.calls();
    assert_eq!(calls.len(), 5, "{calls:?}");
    calls.iter().for_each(Call::verify);
    assert!(calls.iter().all(|call| call.id == calls[0].id && call.body == calls[0].body), "{calls:?}");
    assert!(calls.windows(2).all(|two| two[0].seconds < two[1].seconds && two[0].signature != two[1].signature));
    seconds(app.clock(), 30 * 24 * 3_600);
    assert_eq!(tell(&app, &sender).await, 0);
}

#[tokio::test]
async fn after_a_day_it_is_given_up_and_shown_and_a_person_has_it_sent_again() {
    let endpoint = Endpoint::start((0..60).map(|_| Act::Say(503, ""))).await;
    let (app, sender) = app(endpoint.port, &["case.answered"]).await;
    app.account(ANN).await;
    app.ask_one(&mail(ANN, "Two polyps", "q1@lakeside.test", QUESTION)).await;
    let mut hours = 0;
    while fares(&app).await.1 == 0 {
        tell(&app, &sender).await;
        seconds(app.clock(), 3_600);
        hours += 1;
        assert!(hours < 30, "it is never given up");
    }
    assert!((22..=26).contains(&hours), "after {hours} hours");
    assert_eq!(fares(&app).await, (0, 1, "HTTP 503".to_owned()));
    assert_eq!(app.store().count_given_up().await.unwrap(), 1);
    let first = endpoint.calls()[0].id.clone();
    endpoint.acts.lock().unwrap().clear();
    assert_eq!(app.store().retry_webhook("ehr", app.clock().now()).await.unwrap(), 1);
    assert_eq!(tell(&app, &sender).await, 1);
    assert_eq!(fares(&app).await, (0, 0, "HTTP 204".to_owned()));
    assert_eq!(endpoint.calls().last().unwrap().id, first);
    // Gone is for good.
    endpoint.then(Act::Say(410, ""));
    app.ask_one(&mail(ANN, "Another", "q2@lakeside.test", &QUESTION.replace("08-01", "08-02"))).await;
    tell(&app, &sender).await;
    assert_eq!(fares(&app).await.1, 1);
    // A webhook that the settings no longer name takes what waited for it along.
    let none = Config::defaults();
    deliver::announce(app.store(), &none).await.unwrap();
    assert_eq!(app.store().count_given_up().await.unwrap(), 0);
    app.ask_one(&mail(ANN, "A third", "q3@lakeside.test", &QUESTION.replace("08-01", "08-03"))).await;
    assert_eq!(tell(&app, &sender).await, 0, "nothing is queued for nobody");
}

#[tokio::test]
async fn an_attempt_that_was_cut_short_is_made_again() {
    let endpoint = Endpoint::start([]).await;
    let (app, sender) = app(endpoint.port, &["case.answered"]).await;
    app.account(ANN).await;
    app.ask_one(&mail(ANN, "Two polyps", "q1@lakeside.test", QUESTION)).await;
    // The process dies behind the taking: nothing is recorded.
    let taken = app.store().take_webhook_messages(app.clock().now(), 10).await.unwrap();
    assert_eq!(taken.len(), 1);
    assert_eq!(tell(&app, &sender).await, 0, "it is in the hands of an attempt");
    seconds(app.clock(), 120);
    assert_eq!(tell(&app, &sender).await, 1);
    assert_eq!(endpoint.calls()[0].id, taken[0].id);
}

#[tokio::test]
async fn quotas_bounces_questions_back_and_declines_are_told_too() {
    let endpoint = Endpoint::start([]).await;
    let (app, sender) = app(endpoint.port, &WEBHOOK_EVENTS).await;
    let account = app.account(ANN).await;
    for n in 1..=6 {
        let text = QUESTION.replace("08-01", &format!("08-{n:02}"));
        app.ask(&mail(ANN, &format!("Question {n}"), &format!("q{n}@lakeside.test"), &text)).await;
    }
    app.clock().advance(DAY * 30);
    app.transport.fail_next(vec![SendError::Permanent("550 5.1.1 no such user".into())]);
    app.ask(&mail(ANN, "Refused", "q9@lakeside.test", &QUESTION.replace("08-01", "08-09"))).await;
    app.ask(&mail(ANN, "", "q10@lakeside.test", "  \r\n")).await;
    while tell(&app, &sender).await > 0 {}
    let told: Vec<(String, String)> = endpoint
        .calls()
        .iter()
        .map(|call| {
            (call.json()["type"].as_str().unwrap().to_owned(), call.json()["data"]["what"].as_str().unwrap().to_owned())
        })
        .collect();
    let count = |kind: &str, what: &str| told.iter().filter(|(own, is)| own == kind && is == what).count();
    assert_eq!((count("quota", "quota_80"), count("quota", "quota_100")), (1, 1), "{told:?}");
    assert_eq!(count("quota", "kept"), 1, "{told:?}");
    assert_eq!(count("bounce", "hard"), 1, "{told:?}");
    assert_eq!(count("case.waiting", "bounce"), 1, "{told:?}");
    assert_eq!(count("case.declined", "declined"), 1, "{told:?}");
    let quota = endpoint.calls().into_iter().find(|call| call.body.contains("quota_80")).unwrap();
    assert_eq!(quota.json()["data"], json!({"account": account, "what": "quota_80"}));
    assert!(endpoint.calls().iter().all(|call| !call.body.contains('@')), "no address");
}

#[tokio::test]
async fn in_production_no_address_of_ones_own_network_is_spoken_to_unless_it_is_allowed() {
    let endpoint = Endpoint::start([]).await;
    let mut config = Config::defaults();
    config.service.mode = Mode::Production;
    let named = |name: &str, host: &str, allow_private| Webhook {
        name: name.to_owned(),
        url: format!("http://{host}:{}/", endpoint.port),
        allow_private,
        ..hook(endpoint.port, &["quota"])
    };
    config.webhook = vec![
        named("number", "127.0.0.1", false),
        named("name", "localhost", false),
        named("odd", "0x7f.1", false),
        named("six", "[::1]", false),
        named("allowed", "localhost", true),
    ];
    let sender = Sender::new(&config).unwrap();
    for name in ["number", "name", "odd", "six"] {
        let answer = sender.send(sender.find(name).unwrap(), "id", "{}".to_owned(), Clock::System.now()).await;
        assert!(format!("{answer:?}").contains("not one of the public network"), "{name}: {answer:?}");
    }
    assert!(endpoint.calls().is_empty());
    let answer = sender.send(sender.find("allowed").unwrap(), "id", "{}".to_owned(), Clock::System.now()).await;
    assert_eq!(format!("{answer:?}"), "Taken(204)");
    endpoint.calls()[0].verify();
}

#[tokio::test]
async fn a_person_sends_one_to_try_and_sees_how_it_fares() {
    let endpoint = Endpoint::start([Act::Say(200, ""), Act::Say(401, "")]).await;
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("secret"), format!("whsec_{}\n", STANDARD.encode(KEY))).unwrap();
    let settings = format!(
        "[[webhook]]\nname = \"ehr\"\nurl = \"http://localhost:{}/x\"\nsecret_file = \"{}\"\nevents = [\"quota\"]\n",
        endpoint.port,
        folder.path().join("secret").display()
    );
    let service = Arc::new(Service::install(env!("CARGO_BIN_EXE_caseconsultant"), &settings));
    let run = |arguments: &'static [&'static str]| {
        let service = Arc::clone(&service);
        tokio::task::spawn_blocking(move || service.run(arguments))
    };
    let done = run(&["webhook", "test", "ehr"]).await.unwrap();
    assert!(done.status.success(), "{done:?}");
    let call = endpoint.calls().remove(0);
    call.verify();
    assert_eq!((&call.json()["type"], call.path.as_str()), (&json!("test"), "/x"));
    let refused = run(&["webhook", "test", "ehr"]).await.unwrap();
    assert_eq!(refused.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("HTTP 401"), "{refused:?}");
    assert_eq!(run(&["webhook", "test", "other"]).await.unwrap().status.code(), Some(2));
    let list = run(&["webhook", "list"]).await.unwrap();
    assert!(String::from_utf8_lossy(&list.stdout).starts_with("ehr  0 waiting, 0 given up"), "{list:?}");
    let shown = run(&["config", "show"]).await.unwrap();
    let shown = String::from_utf8_lossy(&shown.stdout);
    assert!(shown.contains("[[webhook]]") && !shown.contains("whsec_"), "{shown}");
}

#[test]
fn the_settings_and_the_program_know_the_same_events() {
    assert_eq!(WebhookKind::ALL.map(WebhookKind::key), WEBHOOK_EVENTS);
}
