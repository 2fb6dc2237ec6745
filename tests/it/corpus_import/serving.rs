//! A service under load while its library grows: each question is answered once, and the new edition is taken into
//! service without a restart.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::fixtures;
use crate::support::ports;
use crate::support::service::Service;
use crate::support::until::until;

const QUESTIONS: [&str; 3] = [
    "What is the MUE of 45385 on 2024-08-01, Medicare?",
    "Snare polypectomy 45385 and biopsy 45380 of another polyp, Medicare, DOS 2024-08-01. Modifier?",
    "Is E11.9 valid on 2026-02-01?",
];
/// Before the first import, and between and behind the two.
const FEWEST: usize = 10;

struct Post {
    folder: tempfile::TempDir,
}

impl Post {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        for part in ["in/new", "in/cur", "in/tmp"] {
            std::fs::create_dir_all(folder.path().join(part)).unwrap();
        }
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Delivers question `n` as a delivery agent does.
    fn deliver(inbox: &Path, n: usize) {
        let mail = format!(
            "From: Ann <ann@lakeside.test>\r\nTo: consult@example.test\r\nSubject: Question {n}\r\n\
             Message-ID: <{n}@lakeside.test>\r\nDate: Tue, 24 Nov 2026 08:59:00 +0000\r\n\
             Content-Type: text/plain; charset=utf-8\r\n\r\n{}\r\n",
            QUESTIONS[n % QUESTIONS.len()]
        );
        let name = format!("{n:06}.question");
        std::fs::write(inbox.join("tmp").join(&name), mail).unwrap();
        std::fs::rename(inbox.join("tmp").join(&name), inbox.join("new").join(&name)).unwrap();
    }

    /// The replies by the question they answer.
    fn replies(&self) -> BTreeMap<usize, Vec<String>> {
        let mut replies: BTreeMap<usize, Vec<String>> = BTreeMap::new();
        let Ok(entries) = std::fs::read_dir(self.path("out/new")) else { return replies };
        for path in entries.map(|entry| entry.unwrap().path()) {
            let raw = std::fs::read(&path).unwrap();
            let mail = mail_parser::MessageParser::default().parse(&raw).unwrap();
            let question = mail.in_reply_to().as_text().unwrap().trim_end_matches("@lakeside.test").parse().unwrap();
            replies.entry(question).or_default().push(mail.body_text(0).unwrap().into_owned());
        }
        replies
    }
}

async fn health(port: u16) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.expect("the health page listens");
    stream.write_all(b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").await.unwrap();
    let mut page = String::new();
    stream.read_to_string(&mut page).await.unwrap();
    page
}

/// Imports a fixture beside the running service; waits until the health page shows the edition it made.
async fn import(service: &Arc<Service>, fixture: &str, web: u16) -> String {
    let (path, running) = (fixtures().join(fixture), Arc::clone(service));
    let import = move || running.run(&["corpus", "import", "--accept-ama-license", "--json", path.to_str().unwrap()]);
    let output = tokio::task::spawn_blocking(import).await.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let edition = report["edition"].as_str().unwrap().to_owned();
    let shown = format!("edition {edition}\n");
    until(&format!("{edition} is in service"), 60, || async { health(web).await.contains(&shown).then_some(()) }).await;
    edition
}

#[tokio::test(flavor = "multi_thread")]
async fn new_editions_are_taken_into_service_under_load_and_each_question_is_answered_once() {
    let post = Post::new();
    let [web] = ports::free();
    let mut service = Service::install(
        env!("CARGO_BIN_EXE_caseconsultant"),
        &format!(
            "[service]\nmode = \"trial\"\n[trust]\nassume_proved = true\n[web]\nlisten = \"127.0.0.1:{web}\"\n\
             [source]\nkind = \"maildir\"\n[source.maildir]\npath = \"{}\"\n\
             [transport]\nkind = \"maildir\"\n[transport.maildir]\npath = \"{}\"\n",
            post.path("in").display(),
            post.path("out").display()
        ),
    );
    let added = service.run(&["account", "add", "Clinic", "--sender", "ann@lakeside.test", "--plan", "network"]);
    assert!(added.status.success(), "{}", String::from_utf8_lossy(&added.stderr));
    service.start();
    service.until_logged("serving").await;
    let service = Arc::new(service);
    let starter = health(web).await;
    assert!(starter.contains("edition starter-"), "{starter}");

    let stop = Arc::new(AtomicBool::new(false));
    let (inbox, over) = (post.path("in"), Arc::clone(&stop));
    let feeder = tokio::spawn(async move {
        let mut asked = 0;
        while !over.load(Ordering::SeqCst) {
            Post::deliver(&inbox, asked);
            asked += 1;
            tokio::time::sleep(Duration::from_millis(120)).await;
        }
        asked
    });
    let answered = |least: usize| {
        let post = &post;
        until("answers while nothing is imported", 120, move || async move {
            (post.replies().len() >= least).then_some(post.replies().len())
        })
    };
    let before = answered(FEWEST).await;
    let first = import(&service, "ccipra-v322r0-f1.txt", web).await;
    let between = answered(post.replies().len() + FEWEST).await;
    let second = import(&service, "icd10cm-order-2026.txt", web).await;
    assert_ne!(first, second);
    answered(post.replies().len() + FEWEST).await;
    stop.store(true, Ordering::SeqCst);
    let asked = feeder.await.unwrap();
    assert!(before >= FEWEST && between > before && asked >= 3 * FEWEST, "{asked} questions");

    let replies = until("every question is answered", 180, || async {
        let replies = post.replies();
        (replies.len() >= asked).then_some(replies)
    })
    .await;
    let page = until("every case is settled", 60, || async {
        let page = health(web).await;
        page.contains(&format!("cases answered {asked}\n")).then_some(page)
    })
    .await;
    assert!(page.starts_with("HTTP/1.1 200") && page.contains(&format!("edition {second}\n")), "{page}");
    for (question, texts) in replies {
        assert_eq!(texts.len(), 1, "question {question} was answered {} times", texts.len());
        let word = ["3", "45380-59", "E11.9"][question % QUESTIONS.len()];
        assert!(texts[0].contains(word), "question {question}: {}", texts[0]);
    }
    let log = service.log();
    assert_eq!(log.matches("a new edition is in service").count(), 2, "{log}");
    assert!(!log.contains("ERROR") && !log.contains("panicked"), "{log}");
}
