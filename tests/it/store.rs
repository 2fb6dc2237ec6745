//! The contract of the store: fenced leases, group commit, cursors, what is not yet filed away, outbox states.

use caseconsultant::domain::account::{Account, FREE};
use caseconsultant::domain::address::Address;
use caseconsultant::domain::case::{CaseId, CaseStatus};
use caseconsultant::domain::outbox::{OutboxKind, OutboxState};
use caseconsultant::domain::quota::Quota;
use caseconsultant::domain::release::Release;
use caseconsultant::domain::time::Timestamp;
use caseconsultant::store::account::Added;
use caseconsultant::store::case::{Lease, Progress};
use caseconsultant::store::message::{NewMessage, TakenIn};
use caseconsultant::store::outbox::{NewOutbox, Outcome};
use caseconsultant::store::{Store, StoreError};

use crate::support::keys;

const NOW: Timestamp = Timestamp(1_795_000_000_000_000);
const LATER: Timestamp = Timestamp(NOW.0 + 300_000_000);

async fn store() -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(crate::support::engine::place(folder.path())).await.unwrap().with_keys(keys());
    (folder, store)
}

/// A message of its own.
pub fn message(n: i64) -> NewMessage {
    NewMessage {
        id: format!("m{n}"),
        uid: n,
        digest: format!("d{n}"),
        size: 3,
        raw: keys().seal(b"raw", &format!("m{n}"), [1; 32]).unwrap(),
        case: case(n),
        sender: "ann@lakeside.test".to_owned(),
        subject: format!("Number {n}"),
        mail_id: format!("k{n}"),
        own_id: String::new(),
        status: CaseStatus::Received,
        reason: String::new(),
    }
}

fn case(n: i64) -> CaseId {
    CaseId::from_random("CC", u64::try_from(n).unwrap())
}

fn outgoing(n: i64) -> NewOutbox {
    NewOutbox {
        id: format!("o{n}"),
        message_id: format!("<{n}@example.test>"),
        envelope_from: "consult@example.test".to_owned(),
        envelope_to: "ann@lakeside.test".to_owned(),
        copies: Vec::new(),
        wire: b"wire".to_vec(),
    }
}

async fn with_cases(n: i64) -> (tempfile::TempDir, Store) {
    let (folder, store) = store().await;
    let messages = (1..=n).map(message).collect();
    store.take_in("INBOX", 7, n, messages, NOW).await.unwrap();
    (folder, store)
}

async fn lease(store: &Store, at: Timestamp) -> Lease {
    let until = Timestamp(at.0 + 60_000_000);
    store.lease_next(None, at, until).await.unwrap().unwrap()
}

fn notice(kind: OutboxKind) -> Release {
    Release::notice(kind, "a test").unwrap()
}

#[tokio::test]
async fn a_leased_case_is_leased_to_nobody_else_until_its_time_has_run_out() {
    let (_folder, store) = with_cases(1).await;
    let first = lease(&store, LATER).await;
    assert!(store.lease_next(None, LATER, LATER).await.unwrap().is_none());
    let after = Timestamp(LATER.0 + 60_000_001);
    let second = lease(&store, after).await;
    assert_eq!((second.case.clone(), second.token, second.attempts), (first.case.clone(), first.token + 1, 2));

    let late = store.advance(&first, CaseStatus::Admitted, Progress::default(), after).await;
    assert!(matches!(late, Err(StoreError::LeaseLost(_))), "{late:?}");
    let late = store.retry_later(&first, after, "late", after).await;
    assert!(matches!(late, Err(StoreError::LeaseLost(_))), "{late:?}");
    let late = store.close_quietly(&first, CaseStatus::Ignored, Progress::default(), after).await;
    assert!(matches!(late, Err(StoreError::LeaseLost(_))), "{late:?}");
    let empty = notice(OutboxKind::Empty);
    let late = store.enqueue(&first, &empty, outgoing(1), CaseStatus::Declined, Progress::default(), after).await;
    assert!(matches!(late, Err(StoreError::LeaseLost(_))), "{late:?}");
    let late = store.reserve(&first, "guest:x", &[Quota::guest(1)], Progress::default(), after).await;
    assert!(matches!(late, Err(StoreError::LeaseLost(_))), "{late:?}");

    assert_eq!(store.find_case(&first.case).await.unwrap().unwrap().status, CaseStatus::Received);
    assert!(store.list_outbox(&first.case).await.unwrap().is_empty());
    assert!(store.find_reservation(&first.case).await.unwrap().is_none());
    store.advance(&second, CaseStatus::Admitted, Progress::default(), after).await.unwrap();
    let twice = store.advance(&second, CaseStatus::Admitted, Progress::default(), after).await;
    assert!(twice.is_err(), "a write from a state that is past is refused");
}

#[tokio::test]
async fn many_workers_never_lease_one_case_twice() {
    let (_folder, store) = with_cases(40).await;
    let takers: Vec<_> = (0..50)
        .map(|_| {
            let store = store.clone();
            tokio::spawn(async move { store.lease_next(None, LATER, Timestamp(LATER.0 + 1)).await.unwrap() })
        })
        .collect();
    let mut cases = Vec::new();
    for taker in takers {
        cases.extend(taker.await.unwrap().map(|lease| lease.case));
    }
    let taken = cases.len();
    cases.sort();
    cases.dedup();
    assert_eq!((taken, cases.len()), (40, 40));
}

#[tokio::test]
async fn a_case_put_off_is_not_leased_before_its_time() {
    let (_folder, store) = with_cases(1).await;
    let held = lease(&store, LATER).await;
    let at = Timestamp(LATER.0 + 5_000_000);
    store.retry_later(&held, at, "the disk was full", LATER).await.unwrap();
    assert!(store.lease_next(None, Timestamp(at.0 - 1), at).await.unwrap().is_none());
    assert_eq!(lease(&store, at).await.attempts, 2);
}

#[tokio::test]
async fn a_hundred_writes_at_once_are_all_on_disk_when_they_return() {
    let (folder, store) = store().await;
    let writes: Vec<_> = (0..100)
        .map(|n| {
            let store = store.clone();
            tokio::spawn(async move {
                let account = Account { id: format!("ac_{n}"), name: format!("Practice {n}"), plan: FREE.to_owned() };
                // Every fourth address is taken by the one before it: its write is undone alone.
                let address = Address::parse(&format!("sender{}@lakeside.test", n / 4 * 4 + n % 4 % 3)).unwrap();
                store.insert_account(account, vec![address], NOW).await.unwrap()
            })
        })
        .collect();
    let mut added = 0;
    for write in writes {
        if write.await.unwrap() == Added::Account {
            added += 1;
        }
    }
    assert_eq!(added, 75);
    // A second handle sees what the first one has on disk, without the first being closed.
    let other = Store::open(crate::support::engine::place(folder.path())).await.unwrap();
    assert_eq!(other.list_accounts().await.unwrap().len(), 75);
    other.verify().await.unwrap();
}

#[tokio::test]
async fn a_closed_store_is_one_whole_file_and_takes_no_more_writes() {
    let (folder, store) = with_cases(3).await;
    let clone = store.clone();
    store.close().await;
    let written = clone.take_in("INBOX", 7, 4, vec![message(4)], NOW).await;
    assert!(matches!(written, Err(StoreError::Stopped(_))), "{written:?}");
    let copy = tempfile::tempdir().unwrap();
    std::fs::copy(Store::path(folder.path()), Store::path(copy.path())).unwrap();
    let copied = Store::open(copy.path()).await.unwrap();
    assert_eq!(copied.list_cases(None, 10).await.unwrap().len(), 3, "the file alone holds everything");
}

#[tokio::test]
async fn a_write_that_fails_is_undone_alone() {
    let (_folder, store) = store().await;
    let account = |id: &str| Account { id: id.to_owned(), name: "A".to_owned(), plan: FREE.to_owned() };
    let (first, second, third) = tokio::join!(
        store.insert_account(account("ac_1"), vec![Address::parse("a@x.test").unwrap()], NOW),
        store.insert_account(account("ac_1"), vec![Address::parse("b@x.test").unwrap()], NOW),
        store.insert_account(account("ac_3"), vec![Address::parse("c@x.test").unwrap()], NOW),
    );
    assert!(first.is_ok() && matches!(second, Err(StoreError::Statement(_))) && third.is_ok());
    assert_eq!(store.list_accounts().await.unwrap().len(), 2);
    assert!(store.find_account_of(&Address::parse("b@x.test").unwrap()).await.unwrap().is_none());
}

#[tokio::test]
async fn the_cursor_moves_with_the_messages_it_stands_for() {
    let (folder, store) = store().await;
    assert_eq!(store.find_cursor("INBOX").await.unwrap(), None);
    let outcomes = store.take_in("INBOX", 7, 2, vec![message(1), message(2)], NOW).await.unwrap();
    assert_eq!(outcomes, [TakenIn::Opened, TakenIn::Opened]);
    assert_eq!(store.find_cursor("INBOX").await.unwrap(), Some((7, 2)));
    let again = store.take_in("INBOX", 7, 2, vec![message(2)], NOW).await.unwrap();
    assert_eq!(again, [TakenIn::Known]);
    // The mailbox was rebuilt: new numbers, the same mail.
    let renumbered = NewMessage { id: "m9".to_owned(), uid: 1, ..message(2) };
    assert_eq!(store.take_in("INBOX", 8, 1, vec![renumbered], NOW).await.unwrap(), [TakenIn::Copy]);
    assert_eq!(store.find_cursor("INBOX").await.unwrap(), Some((8, 1)));
    assert_eq!(store.find_cursor("Other").await.unwrap(), None);
    store.close().await;
    let store = Store::open(crate::support::engine::place(folder.path())).await.unwrap().with_keys(keys());
    assert_eq!(store.find_cursor("INBOX").await.unwrap(), Some((8, 1)));
    assert_eq!(store.list_cases(None, 10).await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_batch_that_cannot_be_written_moves_no_cursor() {
    let (_folder, store) = with_cases(1).await;
    let clash = NewMessage { id: "m1".to_owned(), ..message(2) };
    assert!(store.take_in("INBOX", 7, 3, vec![message(3), clash], NOW).await.is_err());
    assert_eq!(store.find_cursor("INBOX").await.unwrap(), Some((7, 1)));
    assert_eq!(store.list_cases(None, 10).await.unwrap().len(), 1, "all of a batch or nothing");
}

#[tokio::test]
async fn messages_stay_on_the_list_until_they_are_filed_away() {
    let (_folder, store) = with_cases(3).await;
    assert_eq!(store.list_unsettled("INBOX", 7, 10).await.unwrap(), [(1, false), (2, false), (3, false)]);
    assert_eq!(store.list_unsettled("INBOX", 7, 2).await.unwrap(), [(1, false), (2, false)]);
    store.record_settled("INBOX", 7, vec![1, 3]).await.unwrap();
    store.record_settled("INBOX", 7, vec![1]).await.unwrap();
    assert_eq!(store.list_unsettled("INBOX", 7, 10).await.unwrap(), [(2, false)]);
    assert!(store.list_unsettled("INBOX", 8, 10).await.unwrap().is_empty());
}

#[tokio::test]
async fn an_outbox_row_passes_through_its_states_and_no_others() {
    let (_folder, store) = with_cases(1).await;
    let held = lease(&store, LATER).await;
    let release = notice(OutboxKind::Holding);
    store.enqueue(&held, &release, outgoing(1), CaseStatus::InReview, Progress::default(), LATER).await.unwrap();
    assert_eq!(store.find_next_due().await.unwrap(), Some(LATER));
    assert!(store.take_due(Timestamp(LATER.0 - 1), 9, false).await.unwrap().is_empty());

    let row = store.take_due(LATER, 9, false).await.unwrap().remove(0);
    assert_eq!((row.state, row.attempts), (OutboxState::Sending, 1));
    assert!(store.take_due(LATER, 9, false).await.unwrap().is_empty(), "what is being sent is taken by nobody else");
    let next = Timestamp(LATER.0 + 60_000_000);
    store.record_attempt(&row, Outcome::RetryAt(next), "451 later", LATER).await.unwrap();
    assert_eq!(store.find_next_due().await.unwrap(), Some(next));

    let row = store.take_due(next, 9, false).await.unwrap().remove(0);
    assert_eq!(row.attempts, 2);
    store.record_attempt(&row, Outcome::Sent, "250 taken", next).await.unwrap();
    store.record_attempt(&row, Outcome::Held, "a late word", next).await.unwrap();
    let row = store.list_outbox(&held.case).await.unwrap().remove(0);
    assert_eq!((row.state, row.said.as_str()), (OutboxState::Sent, "250 taken"), "what was sent stays sent");
    assert_eq!(store.find_next_due().await.unwrap(), None);
    assert_eq!(store.count_outbox().await.unwrap(), [(OutboxState::Sent, 1)]);
}

#[tokio::test]
async fn a_second_message_of_one_kind_for_a_case_changes_nothing() {
    let (_folder, store) = with_cases(1).await;
    let held = lease(&store, LATER).await;
    let release = notice(OutboxKind::Holding);
    store.enqueue(&held, &release, outgoing(1), CaseStatus::InReview, Progress::default(), LATER).await.unwrap();
    assert!(store.reopen(&held.case, LATER).await.unwrap());
    let held = lease(&store, LATER).await;
    store.enqueue(&held, &release, outgoing(2), CaseStatus::InReview, Progress::default(), LATER).await.unwrap();
    let rows = store.list_outbox(&held.case).await.unwrap();
    assert_eq!((rows.len(), rows[0].id.as_str()), (1, "o1"));
}

#[tokio::test]
async fn only_a_case_that_waits_or_was_declined_is_opened_again() {
    let (_folder, store) = with_cases(1).await;
    assert!(!store.reopen(&case(1), LATER).await.unwrap(), "an open case is at work already");
    let held = lease(&store, LATER).await;
    store.close_quietly(&held, CaseStatus::Ignored, Progress::default(), LATER).await.unwrap();
    assert!(!store.reopen(&case(1), LATER).await.unwrap(), "automatic mail stays ignored");
    assert!(!store.reopen(&case(99), LATER).await.unwrap());
}

#[tokio::test]
async fn a_lease_lasts_longer_when_its_worker_says_so_and_no_other_may_say_it() {
    let (_folder, store) = with_cases(1).await;
    let held = lease(&store, LATER).await;
    let (over, longer) = (Timestamp(LATER.0 + 61_000_000), Timestamp(LATER.0 + 120_000_000));
    store.renew_lease(&held.case, held.token, longer).await.unwrap();
    assert!(store.lease_next(None, over, longer).await.unwrap().is_none());
    let other = store.renew_lease(&held.case, held.token - 1, longer).await;
    assert!(matches!(other, Err(StoreError::LeaseLost(_))), "{other:?}");
}

#[tokio::test]
async fn leases_of_a_process_that_is_gone_are_ended_and_what_it_writes_late_is_refused() {
    let (_folder, store) = with_cases(2).await;
    let held = lease(&store, LATER).await;
    assert_eq!(store.end_leases().await.unwrap(), 1);
    let late = store.close_quietly(&held, CaseStatus::Ignored, Progress::default(), LATER).await;
    assert!(matches!(late, Err(StoreError::LeaseLost(_))), "{late:?}");
    assert_eq!(lease(&store, LATER).await.case, held.case);
}

#[tokio::test]
async fn one_notice_of_a_kind_goes_to_an_address_on_a_day() {
    let (_folder, store) = store().await;
    let claim = |address: &'static str, kind, day: &'static str| {
        let store = store.clone();
        async move { store.claim_notice(address, kind, day.to_owned()).await.unwrap() }
    };
    assert!(claim("a@x.test", OutboxKind::OverQuota, "2026-11-24").await);
    assert!(!claim("a@x.test", OutboxKind::OverQuota, "2026-11-24").await);
    assert!(claim("a@x.test", OutboxKind::Empty, "2026-11-24").await);
    assert!(claim("a@x.test", OutboxKind::OverQuota, "2026-11-25").await);
    assert!(claim("b@x.test", OutboxKind::OverQuota, "2026-11-24").await);
}

#[tokio::test]
async fn a_quota_asked_for_by_many_at_once_is_never_overdrawn() {
    for answers in [0, 1, 5] {
        let (_folder, store) = with_cases(12).await;
        let mut leases = Vec::new();
        for _ in 0..12 {
            leases.push(lease(&store, LATER).await);
        }
        let asked = leases.into_iter().map(|held| {
            let store = store.clone();
            tokio::spawn(async move {
                store.reserve(&held, "ac_1", &[Quota::guest(answers)], Progress::default(), LATER).await.unwrap()
            })
        });
        let mut admitted = Vec::new();
        for asked in asked.collect::<Vec<_>>() {
            admitted.extend(asked.await.unwrap());
        }
        assert_eq!(admitted.len(), answers as usize);
        let usage = store.find_usage("ac_1", "ever").await.unwrap();
        assert_eq!((usage.reserved, usage.settled), (answers, 0));
        if let Some(held) = admitted.pop() {
            store.close_quietly(&held, CaseStatus::InReview, Progress::default(), LATER).await.unwrap();
            let usage = store.find_usage("ac_1", "ever").await.unwrap();
            assert_eq!(usage.reserved, answers - 1, "what is held is free again");
        }
    }
}
