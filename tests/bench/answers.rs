//! The real service between a real Dovecot and an SMTP sink: how soon one mail is answered, how fast many are, and
//! in how much memory.

use std::time::Instant;

use crate::ask::program;
use crate::questions::{SENDER, message, messages};
use crate::relay::Relay;
use crate::support::dovecot::{Dovecot, PASSWORD};
use crate::support::service::{Server, Service, source, transport};
use crate::support::sink::{Options, Received, Security, Sink};
use crate::support::until::until;
use crate::table::{Row, median, quantile};

const SINGLES: usize = 200;
const BACKLOG: usize = 500;
const ROUNDS: usize = 3;

struct Bench {
    dovecot: Dovecot,
    sink: Sink,
}

impl Bench {
    async fn start() -> Self {
        let options = Options { security: Security::Starttls, auth: None, extensions: &["8BITMIME"] };
        Self { dovecot: Dovecot::start().await, sink: Sink::start(options).await }
    }

    /// A service over a user's mailbox, with the edition built and one account of ample means.
    fn service(&self, user: &str, port: u16) -> Service {
        let (imap, smtp) = (&self.dovecot.certs.ca, self.sink.ca_file());
        let source = source(&Server { port, tls: "implicit", ca: imap, user, password: PASSWORD });
        let transport = transport(&Server { port: self.sink.port, tls: "starttls", ca: &smtp, user: "", password: "" });
        let service = Service::install(
            &program(),
            &format!("[trust]\nassume_proved = true\n[plans]\nbench = 4000000000\n{source}{transport}"),
        );
        for arguments in
            [["corpus", "status"].as_slice(), &["account", "add", "B", "--sender", SENDER, "--plan", "bench"]]
        {
            let output = service.run(arguments);
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        }
        service
    }

    async fn until_answered(&self, count: usize) {
        until(&format!("{count} replies"), 120, || async { (self.sink.count() >= count).then_some(()) }).await;
    }
}

/// One mail at a time, each when the one before is answered and filed away.
pub async fn latency() -> Vec<Row> {
    let bench = Bench::start().await;
    let user = "single@example.test";
    let relay = Relay::start(bench.dovecot.imaps).await;
    let mut service = bench.service(user, relay.port);
    // The first mail makes the mailbox; it warms both sides up and is not counted.
    bench.dovecot.deliver(user, &[message("warm", 0)]).await;
    service.start();
    bench.until_answered(1).await;
    relay.silence().await;
    let idle = memory(service.pid());
    let (mut whole, mut ours, mut held) = (Vec::new(), Vec::new(), Vec::new());
    for n in 0..SINGLES {
        relay.silence().await;
        bench.dovecot.deliver(user, &[message("single", n)]).await;
        let delivered = Instant::now();
        bench.until_answered(n + 2).await;
        let (announced, answered) = (relay.broken(), bench.sink.received().last().expect("it was counted").at);
        let ms = |from: Instant, to: Instant| to.saturating_duration_since(from).as_secs_f64() * 1e3;
        whole.push(ms(delivered, answered));
        ours.push(ms(announced, answered));
        held.push(ms(delivered, announced));
    }
    all_answers(&bench.sink.received());
    let pair = |values: &[f64]| format!("{:.0} / {:.0} ms", median(values), quantile(values, 0.95));
    let (p50, p95) = (median(&ours), quantile(&ours, 0.95));
    vec![
        Row::plain(format!("{SINGLES} single mails, LMTP delivery to reply, p50 / p95"), pair(&whole)),
        Row::plain("  of that Dovecot holds the announcement back", pair(&held)),
        Row::marked("  from EXISTS to reply, p50", format!("{p50:.0} ms"), "<= 150 ms", p50 <= 150.0),
        Row::marked("  from EXISTS to reply, p95", format!("{p95:.0} ms"), "<= 400 ms", p95 <= 400.0),
        mark_memory("memory of serve, idle after one answer", idle),
    ]
}

/// A mailbox that filled up while the service was down.
pub async fn drain() -> Vec<Row> {
    let mut rates = Vec::new();
    let mut used = (0.0, 0.0);
    for round in 0..ROUNDS {
        let bench = Bench::start().await;
        let user = format!("backlog{round}@example.test");
        let mut service = bench.service(&user, bench.dovecot.imaps);
        bench.dovecot.deliver(&user, &messages("backlog", BACKLOG)).await;
        let begin = Instant::now();
        service.start();
        bench.until_answered(BACKLOG).await;
        let received = bench.sink.received();
        let end = received.iter().map(|mail| mail.at).max().expect("they were counted");
        rates.push(BACKLOG as f64 / (end - begin).as_secs_f64());
        all_answers(&received);
        used = memory(service.pid());
    }
    let rate = median(&rates);
    vec![
        Row::marked(
            format!("backlog of {BACKLOG}, process start to last reply"),
            format!("{rate:.0} answers/s"),
            ">= 60/s",
            rate >= 60.0,
        ),
        mark_memory(&format!("memory of serve after {BACKLOG} answers"), used),
    ]
}

/// Replies that are notices would make the numbers worthless.
fn all_answers(received: &[Received]) {
    let answers = received.iter().filter(|mail| String::from_utf8_lossy(&mail.bytes).contains("SOURCES")).count();
    assert!(answers * 10 >= received.len() * 9, "only {answers} of {} replies are answers", received.len());
}

fn mark_memory(what: &str, (now, peak): (f64, f64)) -> Row {
    Row::marked(format!("{what}, VmRSS / VmHWM"), format!("{now:.0} / {peak:.0} MB"), "<= 60 MB", peak <= 60.0)
}

/// VmRSS and VmHWM in megabytes.
fn memory(pid: u32) -> (f64, f64) {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let field = |name: &str| {
        let line = status.lines().find(|line| line.starts_with(name)).unwrap();
        line.split_whitespace().nth(1).unwrap().parse::<f64>().unwrap() / 1024.0
    };
    (field("VmRSS:"), field("VmHWM:"))
}
