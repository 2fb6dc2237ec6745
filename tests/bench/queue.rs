//! The queue on PostgreSQL: cases leased and settled through the store (leases, fencing, events and their chain), beside a bare
//! loop over SKIP LOCKED that does nothing else, on the same server with fsync on, in turn.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use caseconsultant::config::Secret;
use caseconsultant::domain::case::{CaseId, CaseStatus};
use caseconsultant::domain::time::Timestamp;
use caseconsultant::store::case::Progress;
use caseconsultant::store::message::NewMessage;
use caseconsultant::store::{Place, Store};
use sqlx::{Connection as _, PgConnection};

use crate::support::keys;
use crate::support::postgres::Server;
use crate::table::{Row, median};

const JOBS: i64 = 4_000;
const WORKERS: usize = 8;
const ROUNDS: usize = 5;
const NOW: Timestamp = Timestamp(1_795_000_000_000_000);
const LATER: Timestamp = Timestamp(NOW.0 + 1_000_000_000);

/// Jobs a second of the bare loop, of ours in one process, and of ours in two.
pub async fn measure() -> Vec<Row> {
    let server = Server::durable();
    let mut rates: [Vec<f64>; 3] = Default::default();
    for round in 0..ROUNDS {
        rates[0].push(bare(&server, &format!("bare{round}")).await);
        rates[1].push(ours(&server, &format!("ours{round}")).await);
        rates[2].push(two(&server, &format!("two{round}")).await);
    }
    let [bare, one, two] = rates.each_ref().map(|rates| median(rates));
    let ratios: Vec<f64> = rates[1].iter().zip(&rates[0]).map(|(ours, bare)| ours / bare).collect();
    let ratio = median(&ratios);
    let rate = |rate: f64| format!("{rate:.0} jobs/s");
    vec![
        Row::plain(format!("queue of {JOBS} jobs, {WORKERS} workers: bare SKIP LOCKED"), rate(bare)),
        Row::plain("  ours: leases, fencing, events, chain", rate(one)),
        Row::plain("  ours, in two processes of 4 workers", rate(two)),
        Row::marked("  ours / bare, median of 5 rounds", format!("{ratio:.2} x"), ">= 0.8 x", ratio >= 0.8),
        Row::plain("  ours in two processes / bare", format!("{:.2} x", two / bare)),
    ]
}

async fn bare(server: &Server, name: &str) -> f64 {
    server.create(name, None);
    server.run(
        name,
        &format!(
            "CREATE TABLE job (id TEXT PRIMARY KEY, state TEXT NOT NULL, run_at BIGINT NOT NULL, lease_until BIGINT, token BIGINT NOT NULL);
             CREATE INDEX job_open ON job (run_at) WHERE state = 'open';
             INSERT INTO job SELECT 'j' || n, 'open', n, NULL, 0 FROM generate_series(1, {JOBS}) n"
        ),
    );
    server.run(name, "VACUUM ANALYZE job");
    let url = server.url(name);
    let mut connections = Vec::new();
    for _ in 0..WORKERS {
        connections.push(PgConnection::connect(&url).await.unwrap());
    }
    let begin = Instant::now();
    let workers: Vec<_> = connections
        .into_iter()
        .map(|mut connection| {
            tokio::spawn(async move {
                let mut done = 0;
                loop {
                    let taken: Option<(String, i64)> = sqlx::query_as(
                        "UPDATE job SET lease_until = $1, token = token + 1 WHERE id = (SELECT id FROM job
                             WHERE state = 'open' AND (lease_until IS NULL OR lease_until < $1) ORDER BY run_at LIMIT 1
                             FOR UPDATE SKIP LOCKED) RETURNING id, token",
                    )
                    .bind(NOW.0)
                    .fetch_optional(&mut connection)
                    .await
                    .unwrap();
                    let Some((id, token)) = taken else { return done };
                    let settled = sqlx::query("UPDATE job SET state = 'done' WHERE id = $1 AND token = $2")
                        .bind(id)
                        .bind(token)
                        .execute(&mut connection)
                        .await
                        .unwrap();
                    done += settled.rows_affected();
                }
            })
        })
        .collect();
    let mut done = 0;
    for worker in workers {
        done += worker.await.unwrap();
    }
    assert_eq!(i64::try_from(done).unwrap(), JOBS);
    JOBS as f64 / begin.elapsed().as_secs_f64()
}

fn message(n: i64) -> NewMessage {
    NewMessage {
        id: format!("m{n}"),
        uid: n,
        digest: format!("d{n}"),
        size: 3,
        raw: keys().seal(b"raw", &format!("m{n}"), [1; 32]).unwrap(),
        case: CaseId::from_random("CC", u64::try_from(n).unwrap()),
        sender: format!("sender{}@lakeside.test", n % 50),
        subject: format!("Number {n}"),
        mail_id: format!("k{n}"),
        own_id: String::new(),
        status: CaseStatus::Received,
        reason: String::new(),
    }
}

/// A database with cases that wait.
async fn filled(server: &Server, name: &str) -> Place {
    server.create(name, None);
    let place = Place::Server { url: Secret::new(server.url(name)), readers: 4 };
    let store = Store::open(&place).await.unwrap();
    for from in (0..JOBS).step_by(200) {
        let mails = (from..from + 200).map(message).collect();
        store.take_in("INBOX", 7, from, mails, NOW).await.unwrap();
    }
    store.close().await;
    server.run(name, "VACUUM ANALYZE");
    place
}

async fn ours(server: &Server, name: &str) -> f64 {
    let store = Store::open(filled(server, name).await).await.unwrap();
    let begin = Instant::now();
    assert_eq!(drain(&store, WORKERS).await, JOBS);
    let seconds = begin.elapsed().as_secs_f64();
    assert!(store.verify_audit(None).await.unwrap().is_ok());
    store.close().await;
    JOBS as f64 / seconds
}

/// Leases and settles until nothing waits; returns how many.
async fn drain(store: &Store, workers: usize) -> i64 {
    let workers: Vec<_> = (0..workers)
        .map(|_| {
            let store = store.clone();
            tokio::spawn(async move {
                let mut done = 0;
                while let Some(lease) =
                    store.lease_next(None, LATER, LATER.plus(Duration::from_secs(60))).await.unwrap()
                {
                    store.close_quietly(&lease, CaseStatus::Ignored, Progress::default(), LATER).await.unwrap();
                    done += 1;
                }
                done
            })
        })
        .collect();
    let mut done = 0;
    for worker in workers {
        done += worker.await.unwrap();
    }
    done
}

/// Two processes share the work; the time is that from the first one's begin to the last one's end.
async fn two(server: &Server, name: &str) -> f64 {
    let Place::Server { url, .. } = filled(server, name).await else { unreachable!("a server") };
    let own = std::env::current_exe().unwrap();
    let processes: Vec<_> = (0..2)
        .map(|_| {
            let mut command = Command::new(&own);
            command.args(["queue-worker", url.expose()]).stdout(Stdio::piped());
            command.spawn().unwrap()
        })
        .collect();
    let said = processes.into_iter().map(|process| process.wait_with_output().unwrap());
    let numbers: Vec<Vec<f64>> = said
        .map(|said| String::from_utf8(said.stdout).unwrap().split_whitespace().map(|n| n.parse().unwrap()).collect())
        .collect();
    assert_eq!(numbers.iter().map(|numbers| numbers[0]).sum::<f64>(), JOBS as f64, "each job once");
    let begin = numbers.iter().map(|numbers| numbers[1]).fold(f64::MAX, f64::min);
    let end = numbers.iter().map(|numbers| numbers[2]).fold(0.0, f64::max);
    let store = Store::open(Place::Server { url, readers: 1 }).await.unwrap();
    assert!(store.verify_audit(None).await.unwrap().is_ok(), "one chain of two processes");
    store.close().await;
    JOBS as f64 / (end - begin)
}

/// What each of the two processes does: it says how many jobs, and from when to when.
pub async fn work(url: &str) {
    let store = Store::open(Place::Server { url: Secret::new(url), readers: 2 }).await.unwrap();
    let seconds = || SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs_f64();
    let begin = seconds();
    let done = drain(&store, WORKERS / 2).await;
    println!("{done} {begin} {}", seconds());
    store.close().await;
}

/// What one text for two engines costs on SQLite: the same inserts of mails of four kilobytes, in transactions of fifty with a
/// write through to the disk at the end of each, over the driver of both engines and over SQLite's own.
pub async fn one_text() -> Vec<Row> {
    let mut rates: [Vec<f64>; 2] = Default::default();
    for _ in 0..ROUNDS {
        rates[0].push(inserts::<sqlx::SqliteConnection>().await);
        sqlx::any::install_default_drivers();
        rates[1].push(inserts::<sqlx::AnyConnection>().await);
    }
    let ratios: Vec<f64> = rates[1].iter().zip(&rates[0]).map(|(any, own)| any / own).collect();
    let [own, any] = rates.each_ref().map(|rates| median(rates));
    vec![
        Row::plain("mails of 4 KB into SQLite: its own driver", format!("{own:.0} mails/s")),
        Row::plain("  the driver of both engines", format!("{any:.0} mails/s")),
        Row::plain("  the second / the first, median of 5 rounds", format!("{:.2} x", median(&ratios))),
    ]
}

async fn inserts<C>() -> f64
where
    C: sqlx::Connection,
    for<'c> &'c mut C: sqlx::Executor<'c, Database = C::Database>,
    for<'v> i64: sqlx::Encode<'v, C::Database> + sqlx::Type<C::Database>,
    for<'v> &'v str: sqlx::Encode<'v, C::Database> + sqlx::Type<C::Database>,
    for<'v> &'v [u8]: sqlx::Encode<'v, C::Database> + sqlx::Type<C::Database>,
    <C::Database as sqlx::Database>::Arguments: sqlx::IntoArguments<C::Database>,
{
    const MAILS: i64 = 4_000;
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}?mode=rwc", folder.path().join("mail.sqlite").display());
    let mut connection = C::connect(&url).await.unwrap();
    for statement in [
        "PRAGMA journal_mode = WAL",
        "PRAGMA synchronous = FULL",
        "CREATE TABLE mail (id TEXT PRIMARY KEY, uid BIGINT NOT NULL, digest TEXT NOT NULL, raw BLOB NOT NULL)",
    ] {
        sqlx::raw_sql(statement).execute(&mut connection).await.unwrap();
    }
    let raw = vec![b'x'; 4_096];
    let begin = Instant::now();
    for from in (0..MAILS).step_by(50) {
        sqlx::raw_sql("BEGIN IMMEDIATE").execute(&mut connection).await.unwrap();
        for n in from..from + 50 {
            let (id, digest) = (format!("m{n}"), format!("{n:064}"));
            let insert = sqlx::query("INSERT INTO mail (id, uid, digest, raw) VALUES ($1, $2, $3, $4)");
            let insert = insert.bind(id.as_str()).bind(n).bind(digest.as_str()).bind(raw.as_slice());
            insert.execute(&mut connection).await.unwrap();
        }
        sqlx::raw_sql("COMMIT").execute(&mut connection).await.unwrap();
    }
    MAILS as f64 / begin.elapsed().as_secs_f64()
}
