//! From a file to a server: nothing is lost on the way, and nothing is mixed.

use std::process::{Command, Output, Stdio};
use std::sync::Mutex;
use std::time::Duration;

use caseconsultant::domain::case::CaseId;
use caseconsultant::domain::time::Timestamp;
use caseconsultant::store::Store;
use caseconsultant::store::message::NewMessage;

use super::PROGRAM;
use crate::store::message;
use crate::support::keys;
use crate::support::postgres::Server;
use crate::support::program::run_on_file;
use crate::support::until::until;

const NOW: Timestamp = Timestamp(1_795_000_000_000_000);

/// A file with so many mails and their cases, some with long originals.
async fn filled(mails: i64) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(run_on_file(folder.path(), &["account", "add", "Clinic", "--sender", "ann@lakeside.test"]).code, 0);
    let store = Store::open(folder.path()).await.unwrap().with_keys(keys());
    for from in (0..mails).step_by(100) {
        let batch = (from..from + 100).map(|n| NewMessage {
            raw: keys().seal(&vec![b'x'; if n % 50 == 0 { 200_000 } else { 500 }], &format!("m{n}"), [1; 32]).unwrap(),
            ..message(n)
        });
        store.take_in("INBOX", 7, from, batch.collect(), NOW).await.unwrap();
    }
    store.set_hold(&CaseId::from_random("CC", 3), true, NOW).await.unwrap();
    store.close().await;
    folder
}

fn migrate(folder: &tempfile::TempDir, url: &str) -> Command {
    let mut command = Command::new(PROGRAM);
    command.env_clear().arg("--data-dir").arg(folder.path()).args(["migrate", "--to", "postgres", "--url", url]);
    command.stdin(Stdio::null());
    command
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[tokio::test]
async fn a_move_that_was_killed_goes_on_and_both_sides_hold_the_same() {
    let folder = filled(3_000).await;
    let server = Server::shared();
    server.create("moved_to", None);
    let url = server.url("moved_to");
    let mut kills = 0;
    while kills < 2 {
        let moving = migrate(&folder, &url).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let moving = Mutex::new(moving);
        let place = || server.ask("moved_to", "SELECT COALESCE(SUM(place), 0) FROM moved WHERE name <> ''");
        let before = if kills == 0 { String::new() } else { place() };
        until("it moves on", 60, || async {
            let there = server.ask("moved_to", "SELECT count(*) FROM pg_tables WHERE tablename = 'moved'") == "1";
            (there && place() != before && place() != "0" || moving.lock().unwrap().try_wait().unwrap().is_some())
                .then_some(())
        })
        .await;
        let mut moving = moving.into_inner().unwrap();
        assert!(moving.try_wait().unwrap().is_none(), "it was done before it was killed");
        moving.kill().unwrap();
        moving.wait().unwrap();
        kills += 1;
    }
    let done = migrate(&folder, &url).output().unwrap();
    assert!(done.status.success(), "{}", said(&done));
    assert!(said(&done).contains("the same on both sides"), "{}", said(&done));
    // What triggers keep is as it was, and not counted twice.
    let counted = server.ask("moved_to", "SELECT SUM(n) FROM day_count WHERE what = 'received'");
    assert_eq!(counted, "3000");
    assert_eq!(server.ask("moved_to", "SELECT count(*) FROM message WHERE length(raw) > 100000"), "60");
    // Once more: nothing is left to do, and it says the same.
    let again = migrate(&folder, &url).output().unwrap();
    assert!(again.status.success(), "{}", said(&again));
    // The installation answers from the server.
    let mut command = Command::new(PROGRAM);
    command.env_clear().env("CASECONSULTANT_DATABASE__URL", &url).arg("--data-dir").arg(folder.path());
    let verified = command.args(["audit", "verify"]).output().unwrap();
    assert!(verified.status.success(), "{}", said(&verified));
}

#[tokio::test]
async fn a_move_onto_other_data_or_beside_a_running_service_is_refused() {
    let folder = filled(100).await;
    let server = Server::shared();
    server.create("of_others", None);
    let url = server.url("of_others");
    let mut command = Command::new(PROGRAM);
    command.env_clear().env("CASECONSULTANT_DATABASE__URL", &url).arg("--data-dir").arg(folder.path());
    assert!(command.args(["account", "add", "Others", "--sender", "x@other.test"]).output().unwrap().status.success());
    let refused = migrate(&folder, &url).output().unwrap();
    assert!(!refused.status.success() && said(&refused).contains("not of this move"), "{}", said(&refused));

    server.create("in_service", None);
    let url = server.url("in_service");
    let store = Store::open(folder.path()).await.unwrap().used_by("p1");
    let worker = caseconsultant::domain::worker::Worker {
        id: "p1".to_owned(),
        host: "here, process 1".to_owned(),
        version: "0".to_owned(),
        roles: "web".to_owned(),
        edition: String::new(),
        started_at: NOW,
        seen_at: NOW,
    };
    let now = caseconsultant::clock::Clock::System.now();
    store.record_worker(worker, Duration::from_secs(60), now).await.unwrap();
    let refused = migrate(&folder, &url).output().unwrap();
    assert!(!refused.status.success() && said(&refused).contains("here, process 1 is alive"), "{}", said(&refused));
    store.record_worker_ended("p1", now).await.unwrap();
    assert!(migrate(&folder, &url).output().unwrap().status.success());
    // The file went on after the move began: what is there is no longer what was moved.
    store.take_in("INBOX", 7, 200, vec![message(200)], NOW).await.unwrap();
    let refused = migrate(&folder, &url).output().unwrap();
    assert!(!refused.status.success() && said(&refused).contains("the file changed"), "{}", said(&refused));
    let nowhere = run_on_file(folder.path(), &["migrate", "--to", "postgres"]);
    assert!(nowhere.code == 2 && nowhere.err.contains("database.url"), "{nowhere:?}");
}
