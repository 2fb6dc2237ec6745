use super::*;
use crate::store::reviewer::OPERATOR;

const NOW: Timestamp = Timestamp(1_795_514_400_000_000);

async fn store() -> (tempfile::TempDir, Store) {
    crate::store::explained::fresh().await
}

/// So many events, about three cases and a reviewer.
async fn with(events: i64) -> (tempfile::TempDir, Store) {
    let (folder, store) = store().await;
    add(&store, events).await;
    (folder, store)
}

async fn add(store: &Store, events: i64) {
    let done = store.write(move |connection| {
        Box::pin(async move {
            for n in 0..events {
                let at = Timestamp(NOW.0 + n);
                let case = format!("CC-222{}", 2 + n % 4);
                match n % 4 {
                    3 => reviewer::record(connection, at, "rv_1", "rv_1", "signed in", "password").await?,
                    2 => super::super::event::record_by(connection, &case, at, "claimed", "rv_1", "rv_1").await?,
                    _ => super::super::event::record(connection, &case, at, "bad", &format!("words {n}")).await?,
                }
            }
            Ok(())
        })
    });
    done.await.unwrap();
}

/// Does to the file what somebody with the database in hand could do.
async fn tamper(store: &Store, statement: &'static str) {
    let run = store.write(move |connection| {
        Box::pin(async move {
            sqlx::raw_sql(statement).execute(connection).await?;
            Ok(())
        })
    });
    run.await.unwrap();
}

/// What a walk says after that was done to a chain of twelve.
async fn after(statement: &'static str) -> String {
    let (_folder, store) = with(12).await;
    let (events, head) = store.get_audit_head().await.unwrap();
    assert_eq!(events, 12);
    tamper(&store, statement).await;
    match store.verify_audit(Some(&head)).await.unwrap() {
        Ok(found) => format!("{} events hold", found.events),
        Err(fault) => fault.to_string(),
    }
}

#[tokio::test]
async fn whatever_is_done_to_the_chain_the_first_bad_event_is_named() {
    assert_eq!(after("SELECT 1").await, "12 events hold");
    for (statement, said) in [
        ("UPDATE event SET detail = 'other words' WHERE case_id = 'CC-2222' AND n = 2", "what it says was changed"),
        ("UPDATE event SET what = 'good' WHERE case_id = 'CC-2222' AND n = 2", "what happened was changed"),
        ("UPDATE event SET at = at + 1 WHERE case_id = 'CC-2222' AND n = 2", "its time was changed"),
        ("UPDATE audit SET day = '2020-01-01' WHERE n = 5", "its time was changed"),
        (
            "UPDATE event SET at = 7 WHERE case_id = 'CC-2222' AND n = 2; UPDATE audit SET at = 7, day = '1970-01-01' WHERE n = 5",
            "does not follow from the one before it",
        ),
        ("DELETE FROM event WHERE case_id = 'CC-2222' AND n = 2", "its own record is missing"),
        ("UPDATE audit SET person = 'rv_2' WHERE n = 5", "does not follow from the one before it"),
        ("UPDATE audit SET hash = '' WHERE n = 5", "does not follow from the one before it"),
    ] {
        let found = after(statement).await;
        assert!(found.starts_with("event 5 (CC-2222)") && found.contains(said), "{statement}: {found}");
    }
    let account = after("UPDATE reviewer_event SET by_whom = 'operator' WHERE n = 1").await;
    assert_eq!(account, "event 4 (rv_1): its own record is missing");
}

#[tokio::test]
async fn what_is_deleted_moved_cut_off_or_put_in_is_named() {
    let middle = "DELETE FROM event WHERE case_id = 'CC-2222' AND n = 2; DELETE FROM audit WHERE n = 5";
    assert_eq!(after(middle).await, "event 5 is missing: it was deleted");
    let close = "DELETE FROM event WHERE case_id = 'CC-2222' AND n = 2; DELETE FROM audit WHERE n = 5;
        UPDATE audit SET n = n - 1 WHERE n > 5";
    assert!(after(close).await.starts_with("event 5 (CC-2223) does not follow"), "{}", after(close).await);
    let swapped =
        "UPDATE audit SET n = 99 WHERE n = 5; UPDATE audit SET n = 5 WHERE n = 9; UPDATE audit SET n = 9 WHERE n = 99";
    assert!(after(swapped).await.starts_with("event 5 (CC-2222) does not follow"));
    let end = "DELETE FROM reviewer_event WHERE n = 3; DELETE FROM audit WHERE n = 12";
    assert!(after(end).await.ends_with("events were cut off at its end, or changed"));
    let outside = "INSERT INTO event (case_id, n, at, what, detail) VALUES ('CC-2222', 9, 1, 'sent', '')";
    assert_eq!(after(outside).await, "CC-2222 has an event (number 9) that stands outside the chain: it was put in");
    let forgotten =
        "UPDATE event SET detail = '' WHERE case_id = 'CC-2222'; UPDATE audit SET salt = '' WHERE about = 'CC-2222'";
    assert!(after(forgotten).await.contains("does not say that the case was forgotten"));
}

#[tokio::test]
async fn events_from_before_the_chain_are_chained_in_the_order_of_their_time() {
    let (_folder, store) = with(6).await;
    // As the migration leaves them.
    tamper(&store, "UPDATE audit SET day = '', salt = '', detail_digest = '', hash = ''").await;
    assert!(store.verify_audit(None).await.unwrap().is_err());
    store.chain_the_past().await.unwrap();
    let head = store.get_audit_head().await.unwrap();
    store.chain_the_past().await.unwrap();
    assert_eq!(store.get_audit_head().await.unwrap(), head, "once");
    add(&store, 2).await;
    assert_eq!(store.verify_audit(Some(&head.1)).await.unwrap().unwrap().events, 8);
    // Where the program was stopped between the two, the next event chains them.
    tamper(&store, "UPDATE audit SET day = '', salt = '', detail_digest = '', hash = ''").await;
    add(&store, 1).await;
    assert_eq!(store.verify_audit(None).await.unwrap().unwrap().events, 9);
}

#[tokio::test]
async fn the_list_is_filtered_and_each_filter_walks_an_index() {
    let (_folder, store) = with(12).await;
    let (_other, plans) = crate::store::explained::scratch().await;
    let day = Some(NOW.date());
    let all = [
        (Sought::default(), 12),
        (Sought { about: "CC-2222".to_owned(), ..Sought::default() }, 3),
        (Sought { person: "rv_1".to_owned(), ..Sought::default() }, 6),
        (Sought { what: "signed in".to_owned(), ..Sought::default() }, 3),
        (Sought { day, ..Sought::default() }, 12),
        (Sought { day, what: "bad".to_owned(), before: Some(5), ..Sought::default() }, 2),
    ];
    for (sought, count) in all {
        let found = store.list_audit(&sought, 50).await.unwrap();
        assert_eq!(found.len(), count, "{sought:?}");
        assert!(found.is_sorted_by(|a, b| a.n > b.n));
        let mut query = matching(&sought);
        query.push(" ORDER BY a.n DESC LIMIT 50");
        let plan = plans.plan(query.text()).await;
        let walks = sought == Sought::default() || plan.starts_with("SEARCH a USING ");
        assert!(walks && !plan.contains("TEMP B-TREE") && !plan.contains("SCAN e"), "{sought:?}: {plan}");
    }
    assert_eq!(store.list_audit_kinds().await.unwrap(), ["bad", "claimed", "signed in"]);
}

#[tokio::test]
async fn a_walk_through_ten_thousand_events_reads_each_once_and_tells_what_more_would_take() {
    let (_folder, store) = with(10_000).await;
    let begun = std::time::Instant::now();
    assert_eq!(store.verify_audit(None).await.unwrap().unwrap().events, 10_000);
    println!("verifying 100,000 events takes {} ms", begun.elapsed().as_millis() * 10);
}

#[tokio::test]
async fn what_an_operator_does_is_written_down_with_who() {
    let (_folder, store) = store().await;
    store.record_deed(OPERATOR, "edition switched", "from a to b", NOW).await.unwrap();
    let listed = store.list_audit(&Sought { person: OPERATOR.to_owned(), ..Sought::default() }, 5).await.unwrap();
    assert_eq!((listed[0].what.as_str(), listed[0].detail.as_str()), ("edition switched", "from a to b"));
}
