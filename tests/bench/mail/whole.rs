//! Every mail: taken in durably, none lost, none that stalls or ends the reader; and how long reading takes.

use std::sync::Arc;
use std::time::Instant;

use caseconsultant::clock::Clock;
use caseconsultant::config::Config;
use caseconsultant::identity::seal::KeyRing;
use caseconsultant::mail::memory::MemorySource;
use caseconsultant::receive;
use caseconsultant::store::Store;

use crate::material::Material;
use crate::table::{Row, median, quantile};

/// What an ordinary mail is: up to this many bytes.
const ORDINARY: usize = 100_000;

/// The rows.
pub fn measure(material: &Material) -> Vec<Row> {
    let all = material.mails.len();
    let failed = |read: &crate::material::Read| {
        read.message.quarantined.as_deref().is_some_and(|why| why.contains("reader failed"))
    };
    let panicked = material.mails.values().filter(|read| failed(read)).count();
    let held = material.mails.values().filter(|read| read.message.quarantined.is_some()).count();
    let empty: Vec<&String> = material.mails.iter().filter(|(_, read)| is_silent(read)).map(|(path, _)| path).collect();
    for path in &empty {
        material.tell("whole", path, "nothing was read of it, and nothing is said of it");
    }
    let ordinary: Vec<f64> = material.mails.values().filter(|read| read.size <= ORDINARY).map(|read| read.ms).collect();
    let slowest = material.mails.values().map(|read| read.ms).fold(0.0, f64::max);
    let (opened, known, seconds) = taken_in(material);
    vec![
        Row::marked("mails read without a panic", format!("{} of {all}", all - panicked), "all", panicked == 0),
        Row::marked(
            format!("taken in: cases + copies ({seconds:.1} s)"),
            format!("{opened} + {known} of {all}"),
            "all",
            opened + known == all,
        ),
        Row::marked("  of which nothing was read nor said", empty.len().to_string(), "0", empty.is_empty()),
        Row::plain("  held for a person, with the reason", held.to_string()),
        Row::marked(
            "reading an ordinary mail: median, 95 %",
            format!("{:.2} ms, {:.2} ms", median(&ordinary), quantile(&ordinary, 0.95)),
            "< 3 ms",
            quantile(&ordinary, 0.95) < 3.0,
        ),
        Row::marked("  the slowest mail of all", format!("{slowest:.0} ms"), "< 1000 ms", slowest < 1_000.0),
    ]
}

/// No reason, no sign of a machine, nobody who could be told that it is empty, and neither text nor file nor subject.
fn is_silent(read: &crate::material::Read) -> bool {
    let message = &read.message;
    let said = message.quarantined.is_some() || message.automatic.is || message.from.is_some();
    let content = !message.full_text.is_empty() || !message.attachments.is_empty() || !message.subject.is_empty();
    !said && !content
}

/// Through the mailbox into the database: how many cases were opened, how many copies were known.
fn taken_in(material: &Material) -> (usize, usize, f64) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let folder = tempfile::tempdir().unwrap();
        let config = Arc::new(Config { data_dir: folder.path().to_path_buf(), ..Config::defaults() });
        let key = KeyRing::write_key("bench", [7; 32]);
        let store = Store::open(&config.data_dir).await.unwrap().with_keys(KeyRing::parse(&key).unwrap());
        let mut source = MemorySource::new();
        for path in material.mails.keys() {
            source.push(std::fs::read(material.folder.join("mail").join(path)).unwrap());
        }
        let begin = Instant::now();
        let (mut opened, mut known) = (0, 0);
        loop {
            let polled = receive::poll(&mut source, &store, &Clock::System, &config, |_| {}).await.unwrap();
            opened += polled.opened;
            known += polled.known;
            if !polled.more {
                break;
            }
        }
        let seconds = begin.elapsed().as_secs_f64();
        let stored: i64 = store.count_cases().await.unwrap().iter().map(|(_, count)| count).sum();
        assert_eq!(usize::try_from(stored).unwrap(), opened, "a case that was opened is there");
        store.close().await;
        (opened, known, seconds)
    })
}
