//! The two engines: one schema, one behaviour, and a server that may go away.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;

use caseconsultant::config::Secret;
use caseconsultant::domain::account::{Account, FREE};
use caseconsultant::domain::address::Address;
use caseconsultant::domain::time::Timestamp;
use caseconsultant::store::account::Added;
use caseconsultant::store::change::{Author, Change};
use caseconsultant::store::{Place, Store, StoreError};
use sqlx::{AnyConnection, Connection as _};

use crate::support::engine::prepare;
use crate::support::postgres::{self, Server};

const NOW: Timestamp = Timestamp(1_795_000_000_000_000);

/// A database of this name on a server, with today's schema.
pub fn database(server: &Server, name: &str) -> Place {
    server.create(name, None);
    let url = server.url(name);
    let made = url.clone();
    std::thread::spawn(move || prepare(made)).join().unwrap();
    Place::Server { url: Secret::new(url), readers: 4 }
}

async fn rows(connection: &mut AnyConnection, question: &'static str) -> BTreeSet<String> {
    let rows: Vec<(String,)> = sqlx::query_as(question).fetch_all(connection).await.unwrap();
    rows.into_iter().map(|(row,)| row).collect()
}

#[tokio::test]
async fn both_schemas_have_the_same_tables_columns_and_indexes() {
    let folder = tempfile::tempdir().unwrap();
    Store::open(folder.path()).await.unwrap().close().await;
    let server = Server::shared();
    database(server, "same_schema");
    let mut sqlite =
        AnyConnection::connect(&format!("sqlite://{}", Store::path(folder.path()).display())).await.unwrap();
    let mut postgres = AnyConnection::connect(&server.url("same_schema")).await.unwrap();
    let columns_of_file = rows(
        &mut sqlite,
        "SELECT m.name || '.' || c.name || ' ' || c.type || CASE WHEN c.\"notnull\" = 1 OR c.pk > 0 THEN ' set' ELSE '' END
             || CASE WHEN c.dflt_value IS NULL THEN '' ELSE ' ' || c.dflt_value END
         FROM sqlite_master m JOIN pragma_table_info(m.name) c
         WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND m.name <> '_sqlx_migrations'",
    )
    .await;
    let columns_of_server = rows(
        &mut postgres,
        "SELECT table_name || '.' || column_name || ' '
             || CASE data_type WHEN 'text' THEN 'TEXT' WHEN 'bigint' THEN 'BIGINT' WHEN 'bytea' THEN 'BLOB' ELSE data_type END
             || CASE WHEN is_nullable = 'NO' THEN ' set' ELSE '' END
             || CASE WHEN column_default IS NULL THEN '' ELSE ' ' || replace(column_default, '::text', '') END
         FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> '_sqlx_migrations'",
    )
    .await;
    assert!(columns_of_file.len() > 250, "{}", columns_of_file.len());
    assert_eq!(columns_of_file.symmetric_difference(&columns_of_server).collect::<Vec<_>>(), Vec::<&String>::new());
    let indexes_of_file =
        rows(&mut sqlite, "SELECT tbl_name || '.' || name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL")
            .await;
    let made = "SELECT tablename || '.' || indexname FROM pg_indexes WHERE schemaname = 'public'
        AND indexname NOT LIKE '%_pkey' AND indexname NOT LIKE '%_key'";
    let indexes_of_server = rows(&mut postgres, made).await;
    assert!(indexes_of_file.len() > 50);
    assert_eq!(indexes_of_file, indexes_of_server);
    let foreign = "SELECT table_name || '.' || column_name FROM information_schema.columns
        WHERE table_schema = 'public' AND data_type = 'text' AND collation_name IS DISTINCT FROM 'C'
        AND table_name <> '_sqlx_migrations'";
    assert_eq!(rows(&mut postgres, foreign).await, BTreeSet::new(), "texts that do not compare byte by byte");
}

#[test]
fn every_later_step_of_the_schema_is_written_for_both_engines() {
    let steps = |folder: &str| -> BTreeSet<String> {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(folder);
        let names = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        names.filter(|name| name.ends_with(".sql") && name.as_str() > "0015").collect()
    };
    assert_eq!(steps("migrations"), steps("migrations/postgres"));
}

#[tokio::test]
async fn a_schema_that_is_newer_than_the_program_is_refused_by_both_engines_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::shared();
    for place in [Place::from(folder.path()), database(server, "newer_schema")] {
        let store = Store::open(&place).await.unwrap();
        store.close().await;
        let url = match &place {
            Place::Folder(folder) => format!("sqlite://{}", Store::path(folder).display()),
            Place::Server { url, .. } => url.expose().to_owned(),
        };
        let mut beside = AnyConnection::connect(&url).await.unwrap();
        let later = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
            SELECT 9999, 'later', success, checksum, 0 FROM _sqlx_migrations ORDER BY version LIMIT 1";
        sqlx::query(later).execute(&mut beside).await.unwrap();
        for refused in [Store::open(&place).await.err(), Store::open_any(&place).await.unwrap().migrate().await.err()] {
            let said = refused.unwrap().to_string();
            assert!(said.contains("step 9999") && said.contains("newer than this program"), "{said}");
        }
        sqlx::query("DELETE FROM _sqlx_migrations WHERE version IN (9999, 16)").execute(&mut beside).await.unwrap();
        let said = Store::open(&place).await.err().unwrap().to_string();
        assert!(said.contains("older than this program") && said.contains("caseconsultant migrate"), "{said}");
    }
}

#[tokio::test]
async fn a_server_that_cannot_be_reached_is_named_with_its_cure_and_without_the_password() {
    let url = "postgres://cc:hush@127.0.0.1:1/none";
    let refused = Store::open(Place::Server { url: Secret::new(url), readers: 1 }).await.err().unwrap().to_string();
    for word in ["PostgreSQL at 127.0.0.1:1, database none", "database.url", "cannot be opened"] {
        assert!(refused.contains(word), "{word}: {refused}");
    }
    assert!(!refused.contains("hush"), "{refused}");
}

fn account(n: usize) -> (Account, Vec<Address>) {
    let id = format!("ac_{n}");
    let address = Address::parse(&format!("sender{n}@lakeside.test")).unwrap();
    (Account { id: id.clone(), name: format!("Practice {n}"), plan: FREE.to_owned() }, vec![address])
}

#[tokio::test]
async fn a_connection_that_is_cut_costs_no_write_that_was_promised_and_the_next_one_succeeds() {
    let server = Server::shared();
    let store = Store::open(database(server, "cut")).await.unwrap();
    let (mut kept, mut failed) = (BTreeSet::new(), 0);
    for n in 0..60 {
        if n % 6 == 3 {
            server.cut("cut");
        }
        let (account, senders) = account(n);
        match store.insert_account(account, senders, NOW).await {
            Ok(added) => {
                assert_eq!(added, Added::Account);
                kept.insert(format!("ac_{n}"));
            }
            Err(error) => {
                assert!(error.is_transient(), "{error:?}");
                failed += 1;
            }
        }
        // Readers find their way back too.
        store.list_accounts().await.unwrap();
    }
    assert!((1..=20).contains(&failed), "{failed} of ten cuts were felt");
    let there: BTreeSet<String> = store.list_accounts().await.unwrap().into_iter().map(|account| account.id).collect();
    assert!(kept.is_subset(&there), "promised and not there: {:?}", kept.difference(&there));
    assert!(store.verify_audit(None).await.unwrap().is_ok());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn writers_of_several_processes_follow_one_another_and_leave_one_whole_chain() {
    let server = Server::shared();
    let place = database(server, "several");
    let mut writers = Vec::new();
    for process in 0..3 {
        let store = Store::open(&place).await.unwrap();
        let (new, senders) = account(process);
        store.insert_account(new.clone(), senders, NOW).await.unwrap();
        for n in 0..4 {
            let (store, id) = (store.clone(), new.id.clone());
            writers.push(tokio::spawn(async move {
                for turn in 0..10 {
                    let policy = if turn % 2 == 0 { "strict" } else { "border" };
                    let change = Change::Domain(format!("d{n}-{turn}-{policy}.{id}.test").replace('_', "-"), true);
                    store.change_account(&id, change, Author::operator(), NOW).await.unwrap();
                }
            }));
        }
    }
    for writer in writers {
        writer.await.unwrap();
    }
    let store = Store::open(&place).await.unwrap();
    let found = store.verify_audit(None).await.unwrap().unwrap();
    assert!(found.events >= 120, "{} events", found.events);
}

#[tokio::test]
async fn who_stands_still_in_the_middle_of_a_write_loses_the_right_to_write() {
    let server = Server::shared();
    let store = Store::open(database(server, "stalled")).await.unwrap();
    // As a process that was stopped between two statements: it holds the lock of the writers and says nothing.
    let mut stalled = AnyConnection::connect(&server.url("stalled")).await.unwrap();
    for statement in
        ["SET idle_in_transaction_session_timeout = '1s'", "BEGIN; SELECT pg_advisory_xact_lock(4990250901)"]
    {
        sqlx::raw_sql(statement).execute(&mut stalled).await.unwrap();
    }
    let (new, senders) = account(1);
    let written = tokio::time::timeout(Duration::from_secs(10), store.insert_account(new, senders, NOW)).await;
    assert_eq!(written.expect("the server ends the one that stands still").unwrap(), Added::Account);
    assert!(sqlx::raw_sql("COMMIT").execute(&mut stalled).await.is_err());
}

#[tokio::test]
async fn a_server_that_was_away_is_found_again_and_nobody_waits_for_ever() {
    let mut server = Server::start();
    let store = Store::open(database(&server, "away")).await.unwrap();
    let place = store.place().clone();
    server.pause();
    let (new, senders) = account(1);
    let away = tokio::time::timeout(Duration::from_secs(30), store.insert_account(new, senders, NOW)).await;
    let error = away.expect("an answer").unwrap_err();
    assert!(error.is_transient(), "{error:?}");
    assert!(matches!(Store::open(&place).await, Err(StoreError::Open { .. })));
    server.resume();
    let back = async {
        for n in 2.. {
            let (new, senders) = account(n);
            if store.insert_account(new, senders, NOW).await.is_ok() {
                return n;
            }
        }
        unreachable!("there is always another number")
    };
    tokio::time::timeout(Duration::from_secs(30), back).await.expect("found again");
    store.list_accounts().await.unwrap();
}

#[tokio::test]
async fn a_task_is_one_processs_until_its_time_is_over_and_what_it_writes_after_that_is_refused() {
    let server = Server::shared();
    let place = database(server, "turns");
    let (one, two) =
        (Store::open(&place).await.unwrap().used_by("one"), Store::open(&place).await.unwrap().used_by("two"));
    let time = Duration::from_secs(1);
    let first = one.hold_task("mailbox", time, NOW).await.unwrap().expect("nobody has it");
    assert!(two.hold_task("mailbox", time, NOW).await.unwrap().is_none());
    assert_eq!(
        one.hold_task("mailbox", time, NOW).await.unwrap().as_ref(),
        Some(&first),
        "longer, under the same token"
    );
    assert_eq!(two.find_idle("mailbox", NOW).await.unwrap(), None);
    let add = async |store: &Store, n: usize| {
        let (new, senders) = account(n);
        store.insert_account(new, senders, NOW).await
    };
    assert_eq!(add(&one.fenced(&first), 1).await.unwrap(), Added::Account);
    tokio::time::sleep(Duration::from_millis(1_200)).await;
    assert!(two.find_idle("mailbox", NOW).await.unwrap().is_some());
    let second = two.hold_task("mailbox", time, NOW).await.unwrap().expect("its time is over");
    let late = add(&one.fenced(&first), 2).await;
    assert!(matches!(late, Err(StoreError::LeaseLost(_))), "{late:?}");
    assert_eq!(add(&two.fenced(&second), 3).await.unwrap(), Added::Account);
    one.release_task(&first, NOW).await.unwrap();
    assert!(one.hold_task("mailbox", time, NOW).await.unwrap().is_none(), "what is no longer held is not given back");
    two.release_task(&second, NOW).await.unwrap();
    let third = one.hold_task("mailbox", time, NOW).await.unwrap().expect("it was given back");
    assert!(third != first, "a new turn has a new token");
    assert_eq!(one.list_accounts().await.unwrap().len(), 2);
}

#[test]
fn the_suite_says_which_engine_it_runs_on() {
    println!("TEST_ENGINE: {}", if postgres::is_wanted() { "postgres" } else { "sqlite" });
}
