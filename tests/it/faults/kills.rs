//! The process killed, stopped and ended at any moment, while mails come in.

use std::time::Duration;

use super::scene::{Scene, Tally};

/// Numbers that look like chance and are the same in every run.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// From `least` to below `most`.
    pub fn between(&mut self, least: u64, most: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        least + (self.0 >> 33) % (most - least)
    }
}

/// How the process is ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// SIGKILL.
    Kill,
    /// SIGTERM, which must end it within 25 s.
    Term,
}

/// Starts and ends the service `times` times, `mails` new mails each time, after 20 to 500 ms of work.
pub async fn run(scene: &mut Scene, dice: &mut Dice, end: End, times: usize, mails: usize) {
    for _ in 0..times {
        scene.ask(mails).await;
        scene.service.start();
        // Loading what it knows takes a moment in which nothing can be lost: the time counts from its first word.
        scene.service.until_serving().await;
        tokio::time::sleep(Duration::from_millis(dice.between(20, 500))).await;
        match end {
            End::Kill => scene.service.kill(),
            End::Term => {
                let ended = scene.service.terminate(Duration::from_secs(25)).await;
                assert_eq!(ended.expect("SIGTERM ends it within 25 s").code(), Some(0));
            }
        }
    }
}

async fn ended(end: End, times: usize) -> Tally {
    let mut scene = Scene::new("").await;
    run(&mut scene, &mut Dice::new(7), end, times, 2).await;
    scene.service.start();
    scene.end(120).await
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_fifty_times_each_mail_is_answered_once_or_waits_for_a_person() {
    let tally = ended(End::Kill, 50).await;
    assert!(tally.is_whole(), "{tally:?}");
    // A case that was alone in hand at three kills waits for a person: few are.
    assert!(tally.held * 10 <= tally.asked, "{tally:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn ended_gently_under_load_it_stops_in_time_and_nothing_is_uncertain() {
    let tally = ended(End::Term, 10).await;
    assert!(tally.is_all_answered(), "{tally:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_slept_past_its_lease_is_refused_and_the_case_is_answered_once() {
    // A second process of the same installation is refused, so the one that sleeps is its own rival: what it leased is leased
    // anew when it wakes, and what it had in hand is fenced off.
    let mut scene = Scene::new("[pipeline]\nlease_seconds = 10\n").await;
    scene.service.start();
    scene.service.until_serving().await;
    scene.ask(20).await;
    tokio::time::sleep(Duration::from_millis(150)).await;
    scene.service.signal("STOP");
    tokio::time::sleep(Duration::from_secs(12)).await;
    scene.service.signal("CONT");
    let tally = scene.end(120).await;
    assert!(tally.is_all_answered(), "{tally:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_process_of_the_same_installation_is_refused_with_the_cure() {
    let mut scene = Scene::new("").await;
    scene.service.start();
    scene.service.until_serving().await;
    let second = scene.service.run(&["serve"]);
    assert!(!second.status.success());
    let said = String::from_utf8_lossy(&second.stderr).into_owned();
    assert!(said.contains("another process serves this data folder"), "{said}");
    assert!(scene.end(5).await.is_whole());
}
