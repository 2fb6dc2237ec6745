//! Several processes over one database, as an operator runs them: parts of the service, turns, take-over, kills.

mod moving;

use std::collections::BTreeMap;
use std::fs::File;
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use caseconsultant::identity::seal::KeyRing;
use mail_parser::MessageParser;

use crate::support::app::QUESTION;
use crate::support::postgres::Server;
use crate::support::until::until;

const PROGRAM: &str = env!("CARGO_BIN_EXE_caseconsultant");
const ANN: &str = "ann@lakeside.test";

/// An installation on a server, with folders for its mail.
struct Installation {
    folder: tempfile::TempDir,
    database: &'static str,
    processes: Vec<(String, Child)>,
}

impl Installation {
    /// Its database has this name; a process is given up after three seconds.
    fn new(database: &'static str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let server = Server::shared();
        server.create(database, None);
        let path = |name: &str| folder.path().join(name).display().to_string();
        let configuration = format!(
            "[service]\nmode = \"trial\"\n[trust]\nassume_proved = true\n[seal]\nkeys = \"{}\"\n[caps]\nsender_per_day = 500\n\
             address_per_day = 500\n[source]\nkind = \"maildir\"\npoll_seconds = 1\n[source.maildir]\npath = \"{}\"\n\
             [transport]\nkind = \"maildir\"\n[transport.maildir]\npath = \"{}\"\n[web]\nlisten = \"\"\n\
             [database]\nurl = \"{}\"\nalive_seconds = 3\nbeat_seconds = 1\n",
            KeyRing::write_key("test", [7; 32]),
            path("inbox"),
            path("sent"),
            server.url(database),
        );
        std::fs::write(folder.path().join("service.toml"), configuration).unwrap();
        let new = Self { folder, database, processes: Vec::new() };
        assert!(new.run(&["corpus", "status"]).status.success(), "the edition is built once, before there are two");
        let added = new.run(&["account", "add", "Clinic", "--sender", ANN, "--plan", "network"]);
        assert!(added.status.success(), "{}", String::from_utf8_lossy(&added.stderr));
        new
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(PROGRAM);
        command.env_clear().arg("--config").arg(self.folder.path().join("service.toml"));
        command.arg("--data-dir").arg(self.folder.path().join("data")).args(arguments).stdin(Stdio::null());
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// Starts a process under a name; it does `parts`, or all.
    fn start(&mut self, name: &str, parts: &str) {
        let log = File::options().create(true).append(true).open(self.log_file(name)).unwrap();
        let mut arguments = vec!["serve"];
        if !parts.is_empty() {
            arguments.extend(["--only", parts]);
        }
        let process = self.command(&arguments).stdout(Stdio::null()).stderr(log).spawn().unwrap();
        self.processes.push((name.to_owned(), process));
    }

    fn log_file(&self, name: &str) -> PathBuf {
        self.folder.path().join(format!("{name}.log"))
    }

    fn log(&self, name: &str) -> String {
        std::fs::read_to_string(self.log_file(name)).unwrap_or_default()
    }

    fn pid(&self, name: &str) -> u32 {
        self.processes.iter().find(|(own, _)| own == name).unwrap().1.id()
    }

    fn signal(&self, name: &str, signal: &str) {
        let sent = Command::new("kill").args([signal, &self.pid(name).to_string()]).status().unwrap();
        assert!(sent.success());
    }

    fn kill(&mut self, name: &str) {
        let at = self.processes.iter().position(|(own, _)| own == name).unwrap();
        let (_, mut process) = self.processes.remove(at);
        process.kill().unwrap();
        process.wait().unwrap();
    }

    fn ask(&self, question: &str) -> String {
        Server::shared().ask(self.database, question)
    }

    /// The name of the process whose turn it is.
    async fn whose_turn(&self, task: &str) -> String {
        let question = format!(
            "SELECT w.host FROM task_lease t JOIN worker w ON w.id = t.holder WHERE t.name LIKE '{task}%'
             AND t.held_until > EXTRACT(EPOCH FROM clock_timestamp()) * 1000000"
        );
        until(&format!("a process does {task}"), 60, || async {
            let host = self.ask(&question);
            let named = |(_, process): &&(String, Child)| host.ends_with(&format!("process {}", process.id()));
            self.processes.iter().find(named).map(|(name, _)| name.clone())
        })
        .await
    }

    /// Puts questions into the mailbox, each with its serial number.
    fn mail(&self, numbers: impl Iterator<Item = usize>) {
        let new = self.folder.path().join("inbox/new");
        std::fs::create_dir_all(&new).unwrap();
        for n in numbers {
            let mail = format!(
                "From: {ANN}\r\nTo: consult@example.test\r\nSubject: Serial {n:04}\r\nMessage-ID: <s{n}@lakeside.test>\r\n\
                 Date: Tue, 24 Nov 2026 08:59:00 +0000\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{QUESTION} Number {n}.\r\n"
            );
            let name = format!("{:010}.{n}.test", 1_700_000_000 + n);
            let (written, there) = (self.folder.path().join(&name), new.join(&name));
            std::fs::write(&written, mail).unwrap();
            std::fs::rename(written, there).unwrap();
        }
    }

    /// How many replies each serial number got.
    fn replies(&self) -> BTreeMap<String, usize> {
        let mut found = BTreeMap::new();
        let Ok(entries) = std::fs::read_dir(self.folder.path().join("sent/new")) else { return found };
        for entry in entries.flatten() {
            let Ok(raw) = std::fs::read(entry.path()) else { continue };
            let message = MessageParser::default().parse(&raw).unwrap();
            let asked = message.in_reply_to().as_text().unwrap_or_default().to_owned();
            *found.entry(asked).or_default() += 1;
        }
        found
    }

    /// Waits until everything that was asked is answered or waits for a person to look at the way it left, each once.
    async fn until_settled(&self, mails: usize) {
        let open = "SELECT count(*) FROM consultation WHERE status IN ('answered', 'replying') AND NOT EXISTS
            (SELECT 1 FROM outbox o WHERE o.case_id = consultation.id AND o.state IN ('ready', 'sending', 'retry_at'))";
        until(&format!("{mails} are settled"), 120, || async { (self.ask(open) == mails.to_string()).then_some(()) })
            .await;
        let uncertain: usize = self.ask("SELECT count(*) FROM outbox WHERE state = 'uncertain'").parse().unwrap();
        let replies = self.replies();
        assert!(replies.values().all(|n| *n == 1), "{replies:?}");
        assert!(
            replies.len() <= mails && replies.len() + uncertain >= mails,
            "{} replies, {uncertain} uncertain",
            replies.len()
        );
    }

    fn check(&self) -> String {
        String::from_utf8_lossy(&self.run(&["check"]).stdout).into_owned()
    }

    fn verify_chain(&self) {
        let verified = self.run(&["audit", "verify"]);
        assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stderr));
    }
}

impl Drop for Installation {
    fn drop(&mut self) {
        for (name, mut process) in std::mem::take(&mut self.processes) {
            let _ = process.kill();
            let _ = process.wait();
            if std::thread::panicking() {
                eprintln!("{name}:\n{}", self.log(&name));
            }
        }
    }
}

#[tokio::test]
async fn processes_that_do_parts_of_the_service_answer_together_and_say_what_they_do() {
    let mut house = Installation::new("parts");
    house.start("front", "receive,web");
    house.start("back", "pipeline,deliver");
    house.mail(0..3);
    house.until_settled(3).await;
    let said = house.check();
    for word in ["PostgreSQL at", "receive,web", "pipeline,deliver", "answers from edition"] {
        assert!(said.contains(word), "{word}: {said}");
    }
    for name in ["front", "back"] {
        house.signal(name, "-TERM");
    }
    until("both have ended", 30, || async { (house.ask("SELECT count(*) FROM worker") == "0").then_some(()) }).await;
    house.verify_chain();
}

#[tokio::test]
async fn a_process_is_woken_by_what_another_one_wrote() {
    let mut house = Installation::new("woken");
    house.start("front", "receive");
    house.start("back", "pipeline,deliver");
    house.mail(0..1);
    house.until_settled(1).await;
    // From the commit of the case to the commit of its answer, of several: a look each second alone would take longer.
    for n in 1..8 {
        house.mail(n..n + 1);
        house.until_settled(n + 1).await;
    }
    let times = "SELECT o.sent_at - c.created_at FROM outbox o JOIN consultation c ON c.id = o.case_id ORDER BY 1";
    let mut times: Vec<i64> = house.ask(times).lines().map(|line| line.parse().unwrap()).collect();
    times.sort_unstable();
    println!("from a case to its answer, in microseconds: {times:?}");
    assert!(times[times.len() / 2] < 700_000, "{times:?}");
}

#[tokio::test]
async fn when_the_process_that_reads_the_mailbox_is_killed_another_one_takes_its_turn() {
    let mut house = Installation::new("taken_over");
    house.start("one", "");
    house.start("two", "");
    house.mail(0..2);
    house.until_settled(2).await;
    let first = house.whose_turn("mailbox").await;
    house.kill(&first);
    let begin = Instant::now();
    house.mail(2..4);
    house.until_settled(4).await;
    let other = house.whose_turn("mailbox").await;
    assert_ne!(first, other);
    println!("taken over after {} ms of a lease of 3 s", begin.elapsed().as_millis());
    house.verify_chain();
}

#[tokio::test]
async fn a_process_that_stood_still_past_its_turn_writes_nothing_when_it_goes_on() {
    let mut house = Installation::new("stood_still");
    house.start("one", "");
    house.start("two", "");
    house.mail(0..1);
    house.until_settled(1).await;
    let first = house.whose_turn("mailbox").await;
    house.signal(&first, "-STOP");
    house.mail(1..3);
    house.until_settled(3).await;
    let other = house.whose_turn("mailbox").await;
    assert_ne!(first, other);
    house.signal(&first, "-CONT");
    until("it sees that its turn is over", 30, || async {
        let log = house.log(&first);
        (log.contains("another process took it") || log.contains("lost to another worker")).then_some(())
    })
    .await;
    house.mail(3..6);
    house.until_settled(6).await;
    assert_eq!(house.whose_turn("mailbox").await, other);
    house.verify_chain();
}

#[tokio::test]
async fn two_processes_that_are_killed_again_and_again_answer_each_question_once() {
    let (kills, mails) = (16, 80);
    let mut house = Installation::new("kill_run");
    let names = ["one", "two"];
    for name in names {
        house.start(name, "");
    }
    let mut pause = 7_u64;
    for kill in 0..kills {
        house.mail(kill * mails / kills..(kill + 1) * mails / kills);
        // Not by the clock: the pauses differ, and are the same in every run.
        pause = (pause * 48_271) % 0x7fff_ffff;
        tokio::time::sleep(Duration::from_millis(200 + pause % 900)).await;
        let name = names[kill % 2];
        house.kill(name);
        house.start(name, "");
    }
    house.until_settled(mails).await;
    let uncertain = house.ask("SELECT count(*) FROM outbox WHERE state = 'uncertain'");
    println!("{kills} kills, {mails} mails, {} replies, {uncertain} uncertain", house.replies().len());
    house.verify_chain();
}

#[test]
fn a_file_is_served_by_one_process_that_does_everything() {
    let folder = tempfile::tempdir().unwrap();
    let configuration = "[service]\nmode = \"trial\"\n[source]\nkind = \"maildir\"\n[source.maildir]\npath = \"/tmp/none\"\n\
        [transport]\nkind = \"maildir\"\n[transport.maildir]\npath = \"/tmp/none\"\n";
    std::fs::write(folder.path().join("service.toml"), configuration).unwrap();
    let serve = |parts: &str| {
        let mut command = Command::new(PROGRAM);
        command
            .env_clear()
            .arg("--config")
            .arg(folder.path().join("service.toml"))
            .arg("--data-dir")
            .arg(folder.path());
        command.args(["serve", "--only", parts]).output().unwrap()
    };
    let refused = serve("receive,web");
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(!refused.status.success() && said.contains("--only needs PostgreSQL"), "{said}");
    let refused = serve("receive,website");
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(refused.status.code() == Some(2) && said.contains("receive,pipeline,deliver,web"), "{said}");
}
