//! What must not go on unseen: each trouble with a clock held still, from its beginning to the word that all is well.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use caseconsultant::app::{App, Mailbox, Watch};
use caseconsultant::config::Config;
use caseconsultant::domain::alarm::{ALL_WELL, Trouble};
use caseconsultant::domain::case::CaseStatus;
use caseconsultant::domain::heartbeat::{Heartbeats, Loop};
use caseconsultant::identity::deidentify;
use caseconsultant::identity::seal::KeyRing;
use caseconsultant::llm::breaker::Breaker;
use caseconsultant::llm::{Completion, LanguageModel, ModelError, Prompt};
use caseconsultant::mail::{MailError, SendError};
use caseconsultant::receive::ReceiveError;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio_util::sync::CancellationToken;

use crate::support::app::{QUESTION, TestApp, mail};
use crate::support::ports;
use crate::support::until::until;

const ANN: &str = "ann@lakeside.test";
const MINUTE: Duration = Duration::from_secs(60);

/// A service, its watch, and what the operator's command was told.
struct Scene {
    app: TestApp,
    watch: Watch,
    mailbox: Mailbox,
    heard: PathBuf,
    _folder: tempfile::TempDir,
}

impl Scene {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let heard = folder.path().join("heard");
        let command = ["sh", "-c", "printf '%s\\n' \"$1\" >> \"$0\"", &heard.display().to_string()].map(str::to_owned);
        let app = TestApp::with(|config| config.alarm.command = command.to_vec(), None).await;
        let mailbox = Mailbox::new(app.clock().now());
        let config = Arc::new(app.config().clone());
        let watch = Watch::new(app.store().clone(), config, app.clock().clone(), Some(mailbox.clone()));
        Self { app, watch, mailbox, heard, _folder: folder }
    }

    /// Other settings for the watch.
    fn rules(&mut self, change: impl FnOnce(&mut Config)) {
        self.app.reconfigure(change);
        self.watch.obey(Arc::new(self.app.config().clone()));
    }

    /// Looks; what the command was told by it, and what the health page shows.
    async fn look(&mut self) -> (Vec<String>, Vec<Trouble>) {
        let read = |path: &PathBuf| std::fs::read_to_string(path).unwrap_or_default();
        let before = read(&self.heard).len();
        self.watch.look().await;
        let said = read(&self.heard)[before..].lines().map(str::to_owned).collect();
        (said, self.watch.subscribe().borrow().clone())
    }

    fn wait(&self, minutes: u32) {
        self.app.clock().advance(MINUTE * minutes);
    }

    fn reads(&self) {
        self.mailbox.was_read(self.app.clock().now());
    }

    fn fails(&self, error: MailError) {
        self.mailbox.failed(&ReceiveError::Mail(error), self.app.clock().now());
    }
}

fn cut() -> MailError {
    MailError::Connection { host: "imap.example.test:993".into(), reason: "gone".into() }
}

#[tokio::test]
async fn a_mailbox_that_cannot_be_opened_is_told_after_ten_minutes_hourly_and_when_it_is_back() {
    let mut scene = Scene::new().await;
    scene.wait(9);
    scene.fails(cut());
    assert_eq!(scene.look().await, (Vec::new(), Vec::new()));
    scene.wait(1);
    let words = "the mailbox could not be read for 10 minutes (runbook: The mailbox is silent)";
    assert_eq!(scene.look().await, (vec![words.to_owned()], vec![Trouble::Mailbox { minutes: 10 }]));
    scene.wait(59);
    scene.fails(cut());
    assert_eq!(scene.look().await, (Vec::new(), vec![Trouble::Mailbox { minutes: 69 }]));
    scene.wait(1);
    assert!(scene.look().await.0[0].contains("70 minutes"));
    scene.reads();
    assert_eq!(scene.look().await, (vec![ALL_WELL.to_owned()], Vec::new()));
    assert_eq!(scene.look().await, (Vec::new(), Vec::new()));
}

#[tokio::test]
async fn a_token_that_needs_a_person_is_told_at_once_and_one_that_may_come_after_ten_minutes() {
    let mut scene = Scene::new().await;
    scene.fails(MailError::Token { reason: "token_command failed: exit status: 75".into(), passing: true });
    scene.wait(9);
    assert_eq!(scene.look().await.1, []);
    scene.wait(1);
    let (said, _) = scene.look().await;
    assert!(said[0].contains("exit status: 75 (runbook: The token cannot be renewed)"), "{said:?}");
    scene.reads();
    assert_eq!(scene.look().await.0, [ALL_WELL]);
    scene.fails(MailError::Token { reason: "a person must sign in".into(), passing: false });
    assert_eq!(scene.look().await.1, [Trouble::Token { reason: "a person must sign in".into() }]);
}

#[tokio::test]
async fn an_uncertain_message_is_told_until_a_person_has_looked_and_leaves_again_only_by_their_word() {
    for arrived in [true, false] {
        let mut scene = Scene::new().await;
        let account = scene.app.account(ANN).await;
        scene.app.transport.fail_next(vec![SendError::Uncertain { reason: "cut".into(), copied: false }]);
        assert!(scene.app.ask(&mail(ANN, "Two polyps", "q1@lakeside.test", QUESTION)).await.is_empty());
        let (said, troubles) = scene.look().await;
        assert_eq!(troubles, [Trouble::Uncertain { count: 1 }]);
        assert!(said[0].ends_with("(runbook: A message is uncertain)") && !said[0].contains("ann"), "{said:?}");
        let case = scene.app.last_case().await.id;
        let now = scene.app.clock().now();
        assert_eq!(scene.app.store().settle_uncertain(&case, arrived, "R. Reviewer", now).await.unwrap(), 1);
        assert_eq!(scene.app.store().settle_uncertain(&case, arrived, "R. Reviewer", now).await.unwrap(), 0);
        assert_eq!(scene.app.deliver().await, usize::from(!arrived));
        assert_eq!(scene.look().await.0, [ALL_WELL]);
        assert_eq!(scene.app.last().await.0, CaseStatus::Answered);
        assert_eq!(scene.app.usage(&account, "2026-11").await, (1, 0), "counted once");
    }
}

#[tokio::test]
async fn a_mail_that_the_machine_does_not_answer_is_told_after_an_hour() {
    let mut scene = Scene::new().await;
    scene.app.source.push(mail(ANN, "Two polyps", "q1@lakeside.test", QUESTION));
    scene.app.poll().await;
    for (minutes, found) in [(59, 0), (1, 1)] {
        scene.wait(minutes);
        scene.reads();
        assert_eq!(scene.look().await.1.len(), found);
    }
    assert_eq!(scene.look().await.1, [Trouble::Unanswered { minutes: 60 }]);
    scene.app.run().await;
    assert_eq!(scene.look().await.0, [ALL_WELL]);
}

#[tokio::test]
async fn a_case_that_waits_too_long_for_a_person_is_told_and_one_held_without_a_word_is_not() {
    let mut scene = Scene::new().await;
    let forged = mail(ANN, "x", "f1@lakeside.test", QUESTION).replace("dmarc=pass", "dmarc=fail");
    assert!(scene.app.ask(&forged).await.is_empty());
    scene.app.ask_one(&mail(ANN, "Today", "q1@lakeside.test", "Can 45385 and 45380 be billed together today?")).await;
    let case = scene.app.last_case().await.id;
    scene.wait(72 * 60);
    scene.reads();
    assert_eq!(scene.look().await.1, [Trouble::Review { hours: 72 }]);
    let now = scene.app.clock().now();
    assert!(scene.app.store().close_by_hand(&case, "R. Reviewer", now).await.unwrap());
    assert!(!scene.app.store().close_by_hand(&case, "R. Reviewer", now).await.unwrap());
    assert_eq!(scene.look().await, (vec![ALL_WELL.to_owned()], Vec::new()));
}

#[tokio::test]
async fn a_key_that_is_missing_is_told() {
    let mut scene = Scene::new().await;
    scene.app.ask(&mail(ANN, "Two polyps", "q1@lakeside.test", QUESTION)).await;
    assert_eq!(scene.look().await.1, []);
    let other = KeyRing::parse(&KeyRing::write_key("other", [8; 32])).unwrap();
    let store = scene.app.store().clone().with_keys(other);
    let config = Arc::new(scene.app.config().clone());
    scene.watch = Watch::new(store, config, scene.app.clock().clone(), None);
    assert_eq!(scene.look().await.1, [Trouble::SealKey { count: 1 }]);
}

#[tokio::test]
async fn a_command_that_fails_is_run_again_after_a_minute() {
    let mut scene = Scene::new().await;
    let broken = scene.heard.parent().unwrap().join("missing").join("heard");
    scene.heard.clone_from(&broken);
    scene.app.reconfigure(|config| {
        config.alarm.command =
            ["sh", "-c", "printf '%s\\n' \"$1\" >> \"$0\"", &broken.display().to_string()].map(str::to_owned).to_vec();
    });
    let config = Arc::new(scene.app.config().clone());
    let (store, clock) = (scene.app.store().clone(), scene.app.clock().clone());
    scene.watch = Watch::new(store, config, clock, Some(scene.mailbox.clone()));
    scene.wait(10);
    assert!(scene.look().await.0.is_empty(), "there is no such folder");
    std::fs::create_dir(broken.parent().unwrap()).unwrap();
    assert!(scene.look().await.0.is_empty(), "not yet");
    scene.wait(1);
    assert!(scene.look().await.0[0].contains("11 minutes"));
}

#[tokio::test]
async fn a_disk_that_is_nearly_full_and_a_secret_that_is_about_to_end_are_told_before_they_do_harm() {
    let mut scene = Scene::new().await;
    scene.rules(|config| {
        config.alarm.disk_percent = 101;
        config.oauth.client_secret_until = "2026-12-08".to_owned();
    });
    let (said, troubles) = scene.look().await;
    assert!(matches!(troubles[..], [Trouble::Secret { days: 13 }, Trouble::Disk { .. }]), "{troubles:?}");
    assert!(said[0].contains("ends in 13 days (runbook: A client secret is about to end)"), "{said:?}");
    assert!(said[0].contains("% left (runbook: The disk is nearly full)"), "{said:?}");
    scene.rules(|config| {
        config.alarm.disk_percent = 0;
        config.oauth.client_secret_until = "2026-12-10".to_owned();
    });
    assert_eq!(scene.look().await, (vec![ALL_WELL.to_owned()], Vec::new()), "fifteen days are enough");
    scene.rules(|config| config.oauth.client_secret_until = "2026-11-23".to_owned());
    assert_eq!(scene.look().await.1, [Trouble::Secret { days: -2 }]);
}

/// A model whose endpoint is down until it is not.
struct Down(std::sync::atomic::AtomicBool);

#[async_trait::async_trait]
impl LanguageModel for Down {
    async fn complete(&self, _prompt: &Prompt) -> Result<Completion, ModelError> {
        match self.0.load(std::sync::atomic::Ordering::SeqCst) {
            true => Err(ModelError::Unavailable { status: Some(503), retry_after: None }),
            false => Err(ModelError::Malformed("it answers, at least")),
        }
    }

    fn name(&self) -> &str {
        "down"
    }

    async fn probe(&self) -> Result<String, ModelError> {
        Ok(String::new())
    }
}

#[tokio::test]
async fn a_model_that_has_failed_for_ten_minutes_is_told_until_a_call_goes_through() {
    let mut scene = Scene::new().await;
    let down = Arc::new(Down(true.into()));
    let clock = scene.app.clock().clone();
    let breaker = Breaker::new(down.clone(), Box::new(move || clock.now()), 2, MINUTE);
    scene.watch = scene.watch.with_engine(breaker.health(), Heartbeats::default());
    let prompt = Prompt {
        system: String::new(),
        user: deidentify("x").undated(jiff::civil::date(2026, 1, 1)),
        schema: serde_json::Value::Null,
        max_tokens: 1,
        digest: String::new(),
    };
    for _ in 0..2 {
        breaker.complete(&prompt).await.unwrap_err();
    }
    assert_eq!(scene.look().await.1, []);
    for _ in 0..5 {
        scene.wait(2);
        scene.reads();
        breaker.complete(&prompt).await.unwrap_err();
    }
    let (said, troubles) = scene.look().await;
    assert_eq!(troubles, [Trouble::Model { minutes: 10 }]);
    assert_eq!(said, ["the model's endpoint has failed for 10 minutes (runbook: The model fails)"]);
    down.0.store(false, std::sync::atomic::Ordering::SeqCst);
    scene.wait(2);
    breaker.complete(&prompt).await.unwrap_err();
    assert_eq!(scene.look().await, (vec![ALL_WELL.to_owned()], Vec::new()));
}

#[tokio::test]
async fn a_loop_that_neither_goes_through_nor_fails_is_told_and_one_that_fails_is_not() {
    let mut scene = Scene::new().await;
    let beats = Heartbeats::default();
    scene.watch = scene.watch.with_engine(None, beats.clone());
    let now = scene.app.clock().now();
    beats.begin(Loop::Workers, now);
    beats.begin(Loop::Shelf, now);
    scene.wait(6);
    beats.miss(Loop::Shelf, scene.app.clock().now());
    let (said, troubles) = scene.look().await;
    assert_eq!(troubles, [Trouble::Loop { name: "workers", minutes: 6 }]);
    assert!(said[0].ends_with("(runbook: A part of the service stands still)"), "{said:?}");
    beats.beat(Loop::Workers, scene.app.clock().now());
    assert_eq!(scene.look().await.0, [ALL_WELL]);
}

async fn health(port: u16) -> String {
    let Ok(mut stream) = tokio::net::TcpStream::connect(("127.0.0.1", port)).await else { return String::new() };
    stream.write_all(b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").await.unwrap();
    let mut page = String::new();
    stream.read_to_string(&mut page).await.unwrap();
    page
}

#[tokio::test]
async fn the_health_page_of_a_running_service_says_what_is_wrong_and_where_to_read_on() {
    let [port] = ports::free();
    let mut app = TestApp::with(|config| config.web.listen = format!("127.0.0.1:{port}"), None).await;
    app.may_leave_work();
    app.source.fail_next((0..50).map(|_| MailError::Token { reason: "a person must sign in".into(), passing: false }));
    let stop = CancellationToken::new();
    let (source, transport) = (Box::new(app.source.clone()), Arc::new(app.transport.clone()));
    let running = tokio::spawn(App::assemble(app.pipeline.clone(), Some(source), Some(transport)).run(stop.clone()));
    let page = until("the page says so", 30, || async {
        let page = health(port).await;
        page.contains("alarm token").then_some(page)
    })
    .await;
    assert!(page.starts_with("HTTP/1.1 503") && page.contains("\r\n\r\nnot well\n"), "{page}");
    assert!(page.contains("a person must sign in (runbook: The token cannot be renewed)"), "{page}");
    stop.cancel();
    running.await.unwrap().unwrap();
}
