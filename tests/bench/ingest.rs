//! Durable ingest: mailbox to disk, and moved, beside the same work in plain Python on the same mails.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::Instant;

use caseconsultant::clock::Clock;
use caseconsultant::config::{Config, Imap, Secret, Tls};
use caseconsultant::mail::imap::ImapSource;
use caseconsultant::receive;
use caseconsultant::store::Store;

use crate::questions::messages;
use crate::support::dovecot::{Dovecot, PASSWORD};
use crate::table::{Row, median};

const MAILS: usize = 2_000;
const ROUNDS: usize = 3;
const BATCHES: [usize; 2] = [1, 50];

/// Mails a second of ours and of both Pythons, taken in turn.
pub async fn measure() -> Vec<Row> {
    let server = Dovecot::start().await;
    let mails = messages("ingest", MAILS);
    let bytes: usize = mails.iter().map(Vec::len).sum();
    let mut rates: [Vec<f64>; 3] = Default::default();
    for round in 0..ROUNDS {
        let user = |who: &str| format!("{who}{round}@example.test");
        server.deliver(&user("ours"), &mails).await;
        rates[0].push(ours(&server, &user("ours")).await);
        for (n, batch) in BATCHES.iter().enumerate() {
            let user = user(&format!("python{batch}-"));
            server.deliver(&user, &mails).await;
            rates[n + 1].push(python(&server, &user, *batch));
        }
    }
    let [ours, one, fifty] = rates.each_ref().map(|rates| median(rates));
    let rate = |rate: f64| format!("{rate:.0} mails/s");
    vec![
        Row::plain(format!("ingest of {MAILS} mails of {} bytes: ours", bytes / MAILS), rate(ours)),
        Row::plain("  plain Python, one mail a fetch", rate(one)),
        Row::plain("  plain Python, 50 mails a fetch and commit", rate(fifty)),
        Row::marked("  ours / one a fetch", format!("{:.1} x", ours / one), ">= 5 x", ours >= 5.0 * one),
        Row::marked("  ours / 50 a fetch", format!("{:.1} x", ours / fifty), ">= 2 x", ours >= 2.0 * fifty),
    ]
}

async fn ours(server: &Dovecot, user: &str) -> f64 {
    let folder = tempfile::tempdir().unwrap();
    let config = Arc::new(Config { data_dir: folder.path().to_path_buf(), ..Config::defaults() });
    let store = Store::open(&config.data_dir).await.unwrap().with_keys(crate::support::keys());
    let settings = Imap {
        host: "localhost".to_owned(),
        port: server.imaps,
        tls: Tls::Implicit,
        ca_file: server.certs.ca.display().to_string(),
        user: user.to_owned(),
        password: Secret::new(PASSWORD),
        ..config.source.imap.clone()
    };
    let begin = Instant::now();
    let mut source = ImapSource::new(&settings, config.source.max_message_bytes, true);
    while receive::poll(&mut source, &store, &Clock::System, &config, |_| {}).await.unwrap().more {}
    let seconds = begin.elapsed().as_secs_f64();
    let stored: i64 = store.count_cases().await.unwrap().iter().map(|(_, n)| n).sum();
    store.close().await;
    rate(server, user, usize::try_from(stored).unwrap(), seconds)
}

fn python(server: &Dovecot, user: &str, batch: usize) -> f64 {
    let folder = tempfile::tempdir().unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bench/ingest.py");
    let output = Command::new("python3")
        .arg(script)
        .arg(server.imaps.to_string())
        .arg(&server.certs.ca)
        .args([user, PASSWORD])
        .arg(folder.path().join("mail.sqlite"))
        .arg(batch.to_string())
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let (stored, seconds) = text
        .trim()
        .split_once(' ')
        .unwrap_or_else(|| panic!("ingest.py failed: {}", String::from_utf8_lossy(&output.stderr)));
    rate(server, user, stored.parse().unwrap(), seconds.parse().unwrap())
}

/// A run that lost a mail, or left one lying, is void.
fn rate(server: &Dovecot, user: &str, stored: usize, seconds: f64) -> f64 {
    assert_eq!(stored, MAILS, "{user}: stored mails; the run is void");
    assert_eq!(server.message_files(user, "Processed").len(), MAILS, "{user}: moved mails; the run is void");
    assert_eq!(server.message_files(user, "INBOX").len(), 0, "{user}: mails left; the run is void");
    MAILS as f64 / seconds
}
