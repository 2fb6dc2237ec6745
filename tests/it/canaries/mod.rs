//! Planted identifiers of every kind, in every part of a mail, on the whole way through the running service with a model:
//! they are in no request to the model, no log, no page, no file of ours and no mail; and once the originals are purged,
//! nothing that was sealed or sent is left either.

mod flow;
mod planted;
pub mod search;

use std::collections::BTreeSet;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;

use caseconsultant::domain::time::Timestamp;
use caseconsultant::store::Store;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _};

use crate::support::obeys::{Obeys, Way};
use flow::Installed;
use search::{Needle, found, found_below};

/// What is looked for.
fn needles() -> Vec<Needle> {
    let shown = [flow::DISPLAYED.to_owned()];
    planted::needles().iter().chain(&shown).map(|word| Needle::new(word)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_identifier_goes_no_further_than_the_sealed_original_and_with_that_it_is_gone() {
    let endpoint = Obeys::start(Way::Honest).await;
    let kinds: BTreeSet<&str> = planted::all(0).iter().map(|canary| canary.kind).collect();
    assert_eq!(kinds.len(), 18, "{kinds:?}");
    let mut installed = Installed::start(&endpoint).await;
    flow::journey(&installed).await;
    let needles = needles();
    let mut leaks: Vec<String> = Vec::new();
    let mut look = |what: &str, bytes: &[u8]| {
        leaks.extend(found(&needles, bytes).into_iter().map(|word| format!("{what}: {word}")));
    };

    let requests = endpoint.requests();
    assert!(requests.len() >= 4, "the model was asked {} times", requests.len());
    requests.iter().for_each(|request| look("a request to the model", request.as_bytes()));
    look("/health", &health(installed.web));
    for arguments in installed.commands() {
        let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let ran = installed.service.run(&words);
        look(&format!("output of {}", arguments.join(" ")), &[ran.stdout, b"\n".to_vec(), ran.stderr].concat());
    }
    assert!(installed.replies().len() >= 8, "{} mails left", installed.replies().len());
    installed.service.terminate(std::time::Duration::from_secs(10)).await.expect("it ends");
    let log = installed.service.log();
    assert!(log.contains("TRACE") || log.contains("DEBUG"), "{log}");
    look("the log", log.as_bytes());
    leaks.extend(found_below(&needles, &installed.out()));
    leaks.extend(found_below(&needles, &installed.service.data));
    assert!(leaks.is_empty(), "{} leaks:\n{}", leaks.len(), leaks.join("\n"));

    let traces = traces(&installed.service.data).await;
    assert!(traces.len() >= 20, "{} originals and mails", traces.len());
    let held: Vec<usize> = traces.iter().map(|trace| holding(&installed.service.data, trace)).collect();
    assert!(held.iter().all(|files| *files > 0), "before the purge each is there: {held:?}");
    let store = purge(&installed.service.data).await;
    let left = || traces.iter().filter(|trace| holding(&installed.service.data, trace) > 0).count();
    assert_eq!(left(), 0, "of {} originals and sent mails something is left beside the open database", traces.len());
    store.close().await;
    assert_eq!(left(), 0, "of {} originals and sent mails something is left in the database", traces.len());
    assert!(found_below(&needles, &installed.service.data).is_empty());
}

/// A piece from the middle of everything that was sealed, and of everything that was sent.
async fn traces(data: &Path) -> Vec<Vec<u8>> {
    let mut connection = SqliteConnectOptions::new().filename(Store::path(data)).connect().await.unwrap();
    let rows: Vec<(Vec<u8>,)> =
        sqlx::query_as("SELECT raw FROM message WHERE length(raw) > 0 UNION ALL SELECT wire FROM outbox")
            .fetch_all(&mut connection)
            .await
            .unwrap();
    connection.close().await.unwrap();
    rows.into_iter().map(|(bytes,)| bytes[bytes.len() / 2..][..40].to_vec()).collect()
}

/// How many files hold it.
fn holding(data: &Path, trace: &[u8]) -> usize {
    let files = std::fs::read_dir(data).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_file());
    files.filter(|path| memchr::memmem::find(&std::fs::read(path).unwrap(), trace).is_some()).count()
}

/// What `seal purge` and the service do, on a day when every case has rested long enough. The files are looked at while
/// the database is open, with its log beside it.
async fn purge(data: &Path) -> Store {
    let store = Store::open(crate::support::engine::place(data)).await.unwrap();
    let now = Timestamp(i64::MAX / 2);
    let purged = store.purge_originals(now, now).await.unwrap();
    assert!(purged >= 10, "{purged}");
    assert_eq!(store.purge_originals(now, now).await.unwrap(), 0);
    assert!(store.verify().await.is_ok());
    store
}

fn health(port: u16) -> Vec<u8> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("the health page listens");
    stream.write_all(b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").unwrap();
    let mut page = Vec::new();
    stream.read_to_end(&mut page).unwrap();
    page
}
