//! The service with mail in memory, a clock that stands still, and a real database: driven by hand, one stage
//! after the other. A test fails when it leaves an open case or a due message behind, unless it says so.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use caseconsultant::attachment::Reader;
use caseconsultant::clock::Clock;
use caseconsultant::config::Config;
use caseconsultant::domain::account::{Account, FREE};
use caseconsultant::domain::address::Address;
use caseconsultant::domain::case::CaseStatus;
use caseconsultant::domain::outbox::{OutboxKind, OutboxState};
use caseconsultant::domain::quota::Usage;
use caseconsultant::domain::time::Timestamp;
use caseconsultant::llm::LanguageModel;
use caseconsultant::mail::dns::Dns;
use caseconsultant::mail::memory::{MemorySource, MemoryTransport, Sent};
use caseconsultant::pipeline::{Consultant, Pipeline};
use caseconsultant::receive::{self, Polled};
use caseconsultant::reply::deliver;
use caseconsultant::store::Store;
use caseconsultant::store::case::CaseRow;
use caseconsultant::store::change::{Author, Change, Changed};
use caseconsultant::store::outbox::OutboxRow;
use jiff::civil::date;

use super::starter;

/// The border whose Authentication-Results are believed.
pub const BORDER: &str = "mx.example.test";
/// The service's own address.
pub const SERVICE: &str = "consult@example.test";
/// One day.
pub const DAY: Duration = Duration::from_secs(24 * 3600);

/// A question that is answered at once.
pub const QUESTION: &str =
    "Same session, snare polypectomy 45385 and biopsy 45380 of another polyp, Medicare, DOS 2024-08-01. Modifier?";

/// The service under test.
pub struct TestApp {
    /// The mailbox: push mail into it.
    pub source: MemorySource,
    /// What left.
    pub transport: MemoryTransport,
    /// The pipeline with its store, clock and settings.
    pub pipeline: Pipeline,
    folder: tempfile::TempDir,
    leaves_work: bool,
}

impl TestApp {
    /// With the plain composer, on 2026-11-24 at nine.
    pub async fn new() -> Self {
        Self::with(|_| {}, None).await
    }

    /// With other settings, or with a model.
    pub async fn with(change: impl FnOnce(&mut Config), model: Option<Arc<dyn LanguageModel>>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut config = Config::defaults();
        config.data_dir = folder.path().to_path_buf();
        config.trust.authserv_id = BORDER.to_owned();
        // The disk of whoever runs the tests is no part of them.
        config.alarm.disk_percent = 0;
        super::engine::settle(&mut config);
        change(&mut config);
        let nine = jiff::tz::Offset::UTC.to_timestamp(date(2026, 11, 24).at(9, 0, 0, 0)).unwrap();
        let clock = Clock::fixed(Timestamp(nine.as_microsecond()));
        let dns = Dns::open(&config.trust).unwrap();
        let program = env!("CARGO_BIN_EXE_caseconsultant").into();
        let reader = Arc::new(Reader::new(program, config.attachments.clone()));
        let consultant = Consultant { shelf: starter::edition(), model, config: Arc::new(config), clock, reader };
        let store = Store::open(super::engine::place(folder.path())).await.unwrap().with_keys(super::keys());
        Self {
            source: MemorySource::new(),
            transport: MemoryTransport::new(),
            pipeline: Pipeline::new(consultant, store, dns),
            folder,
            leaves_work: false,
        }
    }

    /// This test leaves work behind on purpose.
    pub fn may_leave_work(&mut self) {
        self.leaves_work = true;
    }

    /// The store.
    pub fn store(&self) -> &Store {
        &self.pipeline.store
    }

    /// The clock.
    pub fn clock(&self) -> &Clock {
        &self.pipeline.consultant.clock
    }

    /// The settings.
    pub fn config(&self) -> &Config {
        &self.pipeline.consultant.config
    }

    /// Where the database lies.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Changes the settings of a running service, as a restart with another file would.
    pub fn reconfigure(&mut self, change: impl FnOnce(&mut Config)) {
        change(Arc::make_mut(&mut self.pipeline.consultant.config));
    }

    /// Adds a free account for an address.
    pub async fn account(&self, address: &str) -> String {
        let id = format!("ac_{}", address.replace(['@', '.'], "_"));
        let account = Account { id: id.clone(), name: "A practice".to_owned(), plan: FREE.to_owned() };
        let sender = Address::parse(address).unwrap();
        self.store().insert_account(account, vec![sender], self.clock().now()).await.unwrap();
        id
    }

    /// Changes an account, as the operator does.
    pub async fn change(&self, account: &str, change: Change) -> Changed {
        self.store().change_account(account, change, Author::operator(), self.clock().now()).await.unwrap()
    }

    /// What is used of an allowance.
    pub async fn usage(&self, account: &str, period: &str) -> (u32, u32) {
        let Usage { settled, reserved } = self.store().find_usage(account, period).await.unwrap();
        (settled, reserved)
    }

    /// One poll of the mailbox. A millisecond passes: the mails of one batch are due a microsecond apart.
    pub async fn poll(&self) -> Polled {
        let mut source = self.source.clone();
        let polled = receive::poll(&mut source, self.store(), self.clock(), self.config(), |_| {}).await.unwrap();
        self.clock().advance(Duration::from_millis(1));
        polled
    }

    /// Moves cases until none waits; returns how many were moved.
    pub async fn work(&self) -> usize {
        for n in 0..200 {
            if !self.pipeline.step().await.unwrap() {
                return n;
            }
        }
        panic!("the pipeline does not come to rest");
    }

    /// Sends what is due; returns how many messages were tried.
    pub async fn deliver(&self) -> usize {
        let config = self.config();
        let mut tried = 0;
        for _ in 0..200 {
            match deliver::run(self.store(), &self.transport, self.clock(), config).await.unwrap() {
                0 => return tried,
                n => tried += n,
            }
        }
        panic!("the outbox does not come to rest");
    }

    /// Poll, work, deliver.
    pub async fn run(&self) {
        self.poll().await;
        self.work().await;
        self.deliver().await;
    }

    /// Puts a mail into the mailbox and runs everything; returns what left because of it.
    pub async fn ask(&self, mail: &str) -> Vec<Letter> {
        let before = self.transport.sent().len();
        self.source.push(mail);
        self.run().await;
        self.transport.sent()[before..].iter().map(Letter::read).collect()
    }

    /// As [`TestApp::ask`] where exactly one mail must leave.
    pub async fn ask_one(&self, mail: &str) -> Letter {
        let mut letters = self.ask(mail).await;
        assert_eq!(letters.len(), 1, "one mail should have left");
        letters.remove(0)
    }

    /// All cases, oldest first.
    pub async fn cases(&self) -> Vec<CaseRow> {
        let mut cases = self.store().list_cases(None, 1_000).await.unwrap();
        cases.reverse();
        cases
    }

    /// The newest case.
    pub async fn last_case(&self) -> CaseRow {
        self.cases().await.pop().unwrap()
    }

    /// The newest case's state and reason.
    pub async fn last(&self) -> (CaseStatus, String) {
        let case = self.last_case().await;
        (case.status, case.reason)
    }

    /// The messages of the newest case.
    pub async fn outbox(&self) -> Vec<OutboxRow> {
        self.store().list_outbox(&self.last_case().await.id).await.unwrap()
    }

    /// Kind and state of the newest case's messages.
    pub async fn outbox_states(&self) -> Vec<(OutboxKind, OutboxState)> {
        self.outbox().await.into_iter().map(|row| (row.kind, row.state)).collect()
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        if self.leaves_work || std::thread::panicking() {
            return;
        }
        let folder = self.folder.path().to_path_buf();
        let left = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let store = Store::open(super::engine::place(&folder)).await.unwrap();
                let cases = store.count_cases().await.unwrap();
                let open: Vec<_> = cases.into_iter().filter(|(status, _)| status.is_open()).collect();
                let outbox = store.count_outbox().await.unwrap();
                let waiting = [OutboxState::Ready, OutboxState::Sending, OutboxState::RetryAt];
                let due: Vec<_> = outbox.into_iter().filter(|(state, _)| waiting.contains(state)).collect();
                store.close().await;
                (open, due)
            })
        });
        let (open, due) = left.join().unwrap();
        assert!(open.is_empty() && due.is_empty(), "work is left behind: cases {open:?}, outbox {due:?}");
    }
}

/// A question as a mail from a proved sender.
pub fn mail(from: &str, subject: &str, id: &str, text: &str) -> String {
    with_header(from, subject, id, "", text)
}

/// The same with header fields more, each with its line end.
pub fn with_header(from: &str, subject: &str, id: &str, header: &str, text: &str) -> String {
    let domain = from.rsplit('@').next().unwrap().trim_end_matches('>');
    let id = if id.is_empty() { String::new() } else { format!("Message-ID: <{id}>\r\n") };
    format!(
        "Authentication-Results: {BORDER}; dmarc=pass header.from={domain}\r\n{header}From: {from}\r\n\
         To: {SERVICE}\r\nSubject: {subject}\r\n{id}Date: Tue, 24 Nov 2026 08:59:00 +0000\r\n\
         Content-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n"
    )
}

/// The reply to a letter of ours, as a mail program writes it.
pub fn reply(letter: &Letter, from: &str, id: &str, text: &str) -> String {
    let ours = letter.header("Message-ID").remove(0);
    let references = format!("In-Reply-To: {ours}\r\nReferences: {ours}\r\n");
    with_header(from, &letter.subject, id, &references, text)
}

/// A mail that left, as its reader's program understands it.
#[derive(Debug)]
pub struct Letter {
    /// The envelope's recipient.
    pub envelope_to: String,
    /// The envelope's sender.
    pub envelope_from: String,
    /// The bytes as text.
    pub wire: String,
    /// The subject, decoded.
    pub subject: String,
    /// text/plain, decoded.
    pub text: String,
    /// text/html, decoded.
    pub html: String,
}

impl Letter {
    /// Reads a mail with a parser that is not part of what composed it.
    pub fn read(sent: &Sent) -> Self {
        let message = mail_parser::MessageParser::default().parse(&sent.wire).unwrap();
        Self {
            envelope_to: sent.envelope.to.clone(),
            envelope_from: sent.envelope.from.clone(),
            wire: String::from_utf8(sent.wire.clone()).unwrap(),
            subject: message.subject().unwrap_or_default().to_owned(),
            text: message.body_text(0).unwrap().replace("\r\n", "\n"),
            html: message.body_html(0).unwrap().replace("\r\n", "\n"),
        }
    }

    /// The text with its lines joined.
    pub fn said(&self) -> String {
        self.text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// The values of a header field, unfolded, in order.
    pub fn header(&self, name: &str) -> Vec<String> {
        let head = self.wire.split("\r\n\r\n").next().unwrap().replace("\r\n ", " ").replace("\r\n\t", " ");
        let fields = head.split("\r\n").filter_map(|line| line.split_once(':'));
        fields.filter(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim().to_owned()).collect()
    }
}
