//! A service between a real Dovecot and a real Postfix, mails with numbers, and what must hold at the end.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use caseconsultant::domain::case::CaseStatus;
use caseconsultant::identity::seal::KeyRing;
use caseconsultant::store::Store;
use mail_parser::MessageParser;

use crate::support::certs::Certs;
use crate::support::dovecot::{Dovecot, PASSWORD};
use crate::support::fault_proxy::{Behind, FaultProxy};
use crate::support::postfix::Postfix;
use crate::support::service::{Server, Service, source, transport};

pub const PROGRAM: &str = env!("CARGO_BIN_EXE_caseconsultant");
const ANN: &str = "ann@example.test";
const CONSULT: &str = "consult@example.test";

/// Every message also goes to the service's own mailbox; without a copy after some seconds it is sent once more.
const COPIES: &str = "[copies]\nkind = \"self_copy\"\naddress = \"consult@example.test\"\n\
    folders = [\"INBOX\", \"Processed\"]\nwait_seconds = 6\nmissing = \"once\"\n";

/// Both servers, a wire to each that can break, the service, and the numbers of the mails put into its mailbox.
pub struct Scene {
    pub dovecot: Dovecot,
    _postfix: Postfix,
    pub imap: FaultProxy,
    pub smtp: FaultProxy,
    pub service: Service,
    asked: usize,
    _certificate: tempfile::TempDir,
}

/// What was found at the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    /// Mails put into the mailbox.
    pub asked: usize,
    /// Numbers answered exactly once.
    pub once: usize,
    /// Numbers answered more than once.
    pub twice: usize,
    /// Numbers that wait for a person.
    pub held: usize,
}

impl Tally {
    /// None lost, none twice.
    pub fn is_whole(&self) -> bool {
        self.twice == 0 && self.once + self.held == self.asked
    }

    /// The same, and nobody had to wait for a person.
    pub fn is_all_answered(&self) -> bool {
        self.is_whole() && self.held == 0
    }
}

impl Scene {
    /// Everything but the process. `more` are further settings.
    pub async fn new(more: &str) -> Self {
        let dovecot = Dovecot::start().await;
        let certificate = tempfile::tempdir().unwrap();
        let certs = &dovecot.certs;
        std::fs::copy(&certs.server, certificate.path().join("cert.pem")).unwrap();
        std::fs::copy(&certs.key, certificate.path().join("key.pem")).unwrap();
        let postfix = Postfix::start(dovecot.lmtp, dovecot.auth, certificate.path());
        let imap = FaultProxy::start(Behind::Imaps, dovecot.imaps, certs).await;
        let smtp = FaultProxy::start(Behind::Submission, postfix.submission, certs).await;
        let service = install(certs, imap.port, smtp.port, more);
        Self { dovecot, _postfix: postfix, imap, smtp, service, asked: 0, _certificate: certificate }
    }

    /// Puts the next `count` mails into the mailbox.
    pub async fn ask(&mut self, count: usize) {
        let mails: Vec<Vec<u8>> = (self.asked..self.asked + count).map(mail).collect();
        self.dovecot.deliver(CONSULT, &mails).await;
        self.asked += count;
    }

    /// How often each number was answered: one look into the asker's real mailbox. A notice is no answer.
    pub fn answers(&self) -> BTreeMap<usize, usize> {
        let mut counts = BTreeMap::new();
        for raw in self.dovecot.read_mailbox(ANN, "INBOX") {
            let message = MessageParser::default().parse(&raw).expect("a reply of ours");
            if !message.body_text(0).is_some_and(|text| text.contains("SOURCES")) {
                continue;
            }
            let to = message.in_reply_to().as_text().expect("a reply names its mail").to_owned();
            let number = to.strip_prefix("serial-").and_then(|rest| rest.split('@').next()).expect("a number");
            *counts.entry(number.parse().expect("a number")).or_insert(0) += 1;
        }
        counts
    }

    /// Waits until as many numbers as were asked are answered, or `seconds` have passed.
    pub async fn until_answered(&self, seconds: u64) {
        let end = Instant::now() + Duration::from_secs(seconds);
        while self.answers().len() < self.asked && Instant::now() < end {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Lets the running service come to rest, stops it, and looks at everything: mailboxes, database, trail.
    pub async fn end(&mut self, seconds: u64) -> Tally {
        // Before that a signal ends it as it ends any program.
        self.service.until_serving().await;
        self.until_answered(seconds).await;
        self.rest(30).await;
        let ended = self.service.terminate(Duration::from_secs(25)).await;
        assert_eq!(ended.expect("SIGTERM ends it within 25 s").code(), Some(0));
        let store = Store::open(crate::support::engine::place(&self.service.data)).await.expect("the database opens");
        store.verify().await.expect("the database is whole");
        let cases = store.count_cases().await.expect("cases are counted");
        let outbox = store.count_outbox().await.expect("the outbox is counted");
        store.close().await;
        let verified = self.service.run(&["audit", "verify"]);
        assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stdout));
        let answers = self.answers();
        let once = answers.values().filter(|n| **n == 1).count();
        let held = cases.iter().filter(|(status, _)| *status == CaseStatus::InReview).map(|(_, n)| *n).sum::<i64>();
        let held = usize::try_from(held).expect("a count");
        let closed = cases.iter().filter(|(status, _)| *status == CaseStatus::Answered).map(|(_, n)| *n).sum::<i64>();
        assert_eq!(usize::try_from(closed).expect("a count"), answers.len(), "what the database calls answered");
        if once + held != self.asked || once != answers.len() {
            let lost: Vec<usize> = (0..self.asked).filter(|n| !answers.contains_key(n)).collect();
            eprintln!("{cases:?}\n{outbox:?}\nnot answered: {lost:?}\n{answers:?}");
        }
        Tally { asked: self.asked, once, twice: answers.len() - once, held }
    }

    /// Waits until nothing is under way in the outbox: a copy that comes late would not be seen.
    async fn rest(&self, seconds: u64) {
        let end = Instant::now() + Duration::from_secs(seconds);
        let store = Store::open(crate::support::engine::place(&self.service.data)).await.expect("the database opens");
        loop {
            let open = store.count_dispatch().await.expect("the outbox is counted");
            if open.is_empty() || Instant::now() > end {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        store.close().await;
    }
}

fn install(certs: &Certs, imap: u16, smtp: u16, more: &str) -> Service {
    let server = |port| Server { port, tls: "implicit", ca: &certs.ca, user: CONSULT, password: PASSWORD };
    let source = source(&server(imap)).replacen("[source]", "[source]\npoll_seconds = 2", 1);
    let transport = transport(&server(smtp));
    let configuration = format!(
        "[service]\nmode = \"production\"\naddress = \"{CONSULT}\"\n[trust]\nauthserv_id = \"mx.example.test\"\n\
         [seal]\nkeys = \"{}\"\n[log]\nlevel = \"info\"\n[plans]\nbig = 4000000000\n\
         [caps]\nsender_per_day = 1000000\naddress_per_day = 1000000\ntotal_per_day = 1000000\n\
         [outbox]\nretry_seconds = [1]\n{COPIES}{source}command_seconds = 2\n\
         {transport}command_seconds = 2\nmessage_seconds = 2\n{more}",
        KeyRing::write_key("test", [7; 32])
    );
    let service = Service::install(PROGRAM, &configuration);
    // What it knows is built at the first use of the data folder: before the faults begin.
    for arguments in [["corpus", "status"].as_slice(), &["account", "add", "Clinic", "--sender", ANN, "--plan", "big"]]
    {
        let output = service.run(arguments);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    service
}

/// Mail number `n`, with the word of the border that its sender is proved.
fn mail(n: usize) -> Vec<u8> {
    let question = match n % 3 {
        0 => "What is the MUE of 45385 on 2024-08-01, Medicare?",
        1 => "Same session, 45385 and 45380 of another polyp. Medicare, DOS 2024-08-01. Modifier?",
        _ => "Is G0463 valid on 2024-08-01?",
    };
    format!(
        "Authentication-Results: mx.example.test; dmarc=pass header.from=example.test\r\n\
         From: Ann Weber <{ANN}>\r\nTo: {CONSULT}\r\nSubject: Number {n}\r\nMessage-ID: <serial-{n}@client.example.test>\r\n\
         Date: Thu, 26 Nov 2026 09:00:00 +0000\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n\
         {question}\r\n"
    )
    .into_bytes()
}
