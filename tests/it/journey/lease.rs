//! Workers that stop, are too slow or fail: the case goes on, once, or ends where a person sees it.

use std::sync::Arc;
use std::time::Duration;

use caseconsultant::admit;
use caseconsultant::config::Config;
use caseconsultant::corpus::Shelf;
use caseconsultant::domain::case::CaseStatus;
use caseconsultant::domain::quota::Quota;
use caseconsultant::research;
use caseconsultant::store::StoreError;
use caseconsultant::store::case::{Lease, Progress};
use caseconsultant::store::original::Opener;
use caseconsultant::verify;

use crate::support::app::{QUESTION, TestApp, mail};

const ANN: &str = "ann@lakeside.test";

async fn received() -> TestApp {
    let app = TestApp::new().await;
    app.source.push(mail(ANN, "Two polyps", "q1@lakeside.test", QUESTION));
    app.poll().await;
    app
}

async fn lease(app: &TestApp) -> Lease {
    let now = app.clock().now();
    app.store().lease_next(None, now, now.plus(app.config().lease())).await.unwrap().unwrap()
}

fn lease_runs_out(app: &TestApp) {
    app.clock().advance(app.config().lease() + Duration::from_secs(1));
}

#[tokio::test]
async fn a_stale_workers_write_is_refused() {
    let app = received().await;
    let stale = lease(&app).await;
    assert!(app.work().await == 0, "a leased case is left alone");
    lease_runs_out(&app);
    assert_eq!(app.work().await, 1);
    let now = app.clock().now();
    let late = app.store().advance(&stale, CaseStatus::InReview, Progress::default(), now).await;
    assert!(matches!(late, Err(StoreError::LeaseLost(_))), "{late:?}");
    let late = app.store().reserve(&stale, "guest:x", &[Quota::guest(9)], Progress::default(), now).await;
    assert!(matches!(late, Err(StoreError::LeaseLost(_))), "{late:?}");
    assert_eq!(app.usage("guest:x", "ever").await, (0, 0), "a refused write leaves nothing behind");
    assert_eq!(app.deliver().await, 1);
    assert_eq!(app.last().await.0, CaseStatus::Answered);
}

/// Does the stages up to `until` as a worker would that dies right after its last write.
async fn work_by_hand(app: &TestApp, until: CaseStatus) {
    let consultant = &app.pipeline.consultant;
    let now = app.clock().now();
    let mut held = lease(app).await;
    let (raw, _) = app.store().open_original(&held.case, &Opener::Service, app.clock().now()).await.unwrap();
    let arrival = admit::read(&raw, app.config());
    let question = admit::question(&arrival.message);
    let corpus = consultant.shelf.current();
    let evidence = research::run(&corpus, &question, &consultant.reading(arrival.message.date, None)).unwrap();
    let draft = consultant.draft(&corpus, &evidence).await;
    let report = verify::run(&corpus, &evidence, &draft, &Config::defaults().policy);
    while held.status != until {
        let progress = Progress::default();
        held = match held.status {
            CaseStatus::Received => app
                .store()
                .reserve(&held, "guest:ann@lakeside.test", &[Quota::guest(1)], Progress::default(), now)
                .await
                .unwrap()
                .unwrap(),
            CaseStatus::Admitted => {
                let progress = Progress { evidence: Some(evidence.clone()), ..progress };
                app.store().advance(&held, CaseStatus::Researched, progress, now).await.unwrap()
            }
            CaseStatus::Researched => {
                let progress = Progress { draft: Some(draft.clone()), ..progress };
                app.store().advance(&held, CaseStatus::Drafted, progress, now).await.unwrap()
            }
            _ => {
                let progress = Progress { report: Some(report.clone()), ..progress };
                app.store().advance(&held, CaseStatus::Verified, progress, now).await.unwrap()
            }
        };
    }
}

#[tokio::test]
async fn a_case_taken_over_at_any_stage_ends_as_if_nothing_had_happened() {
    let mut seen = Vec::new();
    for until in
        [CaseStatus::Received, CaseStatus::Admitted, CaseStatus::Researched, CaseStatus::Drafted, CaseStatus::Verified]
    {
        let app = received().await;
        work_by_hand(&app, until).await;
        assert_eq!(app.last().await.0, until);
        lease_runs_out(&app);
        app.work().await;
        app.deliver().await;
        let case = app.last_case().await;
        assert_eq!(case.status, CaseStatus::Answered, "taken over at {until:?}");
        assert_eq!(app.transport.sent().len(), 1, "taken over at {until:?}");
        assert_eq!(app.usage("guest:ann@lakeside.test", "ever").await, (1, 0));
        let (evidence, draft, report) = app.store().get_work(&case.id).await.unwrap();
        seen.push((evidence.unwrap(), draft.unwrap(), report.unwrap()));
    }
    assert!(seen.windows(2).all(|pair| pair[0] == pair[1]));
}

#[tokio::test]
async fn a_stage_that_fails_three_times_leaves_the_case_to_a_person_with_the_reason() {
    let folder = tempfile::tempdir().unwrap();
    let shelf = Shelf::open(folder.path()).unwrap();
    let mut app = received().await;
    let index = folder.path().join("editions").join(shelf.current().edition()).join("index");
    for entry in std::fs::read_dir(&index).unwrap() {
        std::fs::remove_dir_all(entry.unwrap().path()).unwrap();
    }
    app.pipeline.consultant.shelf = Arc::new(shelf);
    for attempt in 1..=3 {
        assert_eq!(app.work().await, 1, "attempt {attempt}");
        app.clock().advance(Duration::from_secs(60));
    }
    let (status, reason) = app.last().await;
    assert_eq!(status, CaseStatus::InReview);
    assert!(reason.starts_with("stage admitted failed: full-text index"), "{reason}");
    assert_eq!(app.usage("guest:ann@lakeside.test", "ever").await, (0, 0), "a failure costs nothing");
    let story = app.store().list_events(&app.last_case().await.id).await.unwrap();
    assert_eq!(story.iter().filter(|event| event.what == "retry").count(), 2);
}

#[tokio::test]
async fn a_worker_that_dies_again_and_again_leaves_the_case_to_a_person() {
    let app = received().await;
    for _ in 0..3 {
        lease(&app).await;
        lease_runs_out(&app);
    }
    app.work().await;
    let (status, reason) = app.last().await;
    assert_eq!(status, CaseStatus::InReview);
    assert!(reason.starts_with("3 attempts at its stage ended without a word"), "{reason}");
}

#[tokio::test]
async fn the_oldest_case_is_worked_on_first() {
    let app = TestApp::new().await;
    app.account(ANN).await;
    for n in 1..=3 {
        app.source.push(mail(ANN, &format!("Number {n}"), &format!("q{n}@lakeside.test"), QUESTION));
    }
    app.poll().await;
    while app.pipeline.step().await.unwrap() {
        // Messages of one moment may leave in any order.
        app.clock().advance(Duration::from_millis(1));
    }
    app.deliver().await;
    let sent = app.transport.sent();
    let subjects: Vec<String> = sent.iter().map(|sent| crate::support::app::Letter::read(sent).subject).collect();
    for (n, subject) in subjects.iter().enumerate() {
        assert!(subject.contains(&format!("Number {}", n + 1)), "{subjects:?}");
    }
}
