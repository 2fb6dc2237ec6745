//! The process killed at every named point of the way (src/point.rs).

use std::os::unix::process::ExitStatusExt;
use std::time::Duration;

use caseconsultant::point;

use super::scene::{Scene, Tally};

/// The writes of the start pass these as well: so many are let by, so that mails are hit.
const COMMITS: [usize; 4] = [2, 4, 6, 9];

/// Every point, and how often it is passed before the process ends there.
fn places() -> Vec<String> {
    let mut places = Vec::new();
    for name in point::ALL {
        if name.ends_with("-commit") {
            places.extend(COMMITS.map(|n| format!("{name}={n}*off->return")));
        } else {
            places.push(format!("{name}=return"));
        }
    }
    places
}

/// Ends the service once at each point, `rounds` times over; what came of it, and how many times it was ended.
pub async fn run(rounds: usize) -> (Tally, usize) {
    let mut scene = Scene::new("").await;
    let mut ended = 0;
    for place in (0..rounds).flat_map(|_| places()) {
        scene.ask(2).await;
        scene.service.start_with(&[("FAILPOINTS", &place)]);
        let status = scene.service.until_ended(Duration::from_secs(60)).await;
        let status = status.unwrap_or_else(|| panic!("{place} was not reached:\n{}", scene.service.log()));
        assert_eq!(status.signal(), Some(9), "{place}: {status}");
        ended += 1;
    }
    scene.service.start();
    (scene.end(120).await, ended)
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_every_named_point_each_mail_is_answered_once_or_waits_for_a_person() {
    let (tally, ended) = run(1).await;
    assert!(ended >= 16, "{ended} points");
    assert!(tally.is_whole(), "{tally:?}");
    // A case that was in hand at three kills waits for a person: some may, most are answered.
    assert!(tally.held * 3 <= tally.asked, "{tally:?}");
}
