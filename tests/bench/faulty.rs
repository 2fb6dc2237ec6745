//! Faults for long: what the suite does a few times, many times, with one line for each.

use crate::faults::kills::{self, Dice, End};
use crate::faults::scene::{Scene, Tally};
use crate::faults::{points, proxied};
use crate::support::fault_proxy::Fault;
use crate::table::Row;

/// Mails for each start.
const MAILS: usize = 5;
/// Rounds over the named points.
const ROUNDS: usize = 3;

/// `kills` kills at any moment, a fifth as many gentle ends, every point, every command, and bytes.
pub async fn measure(kills: usize) -> Vec<Row> {
    let mut rows = Vec::new();
    for (end, times) in [(End::Kill, kills), (End::Term, kills / 5)] {
        let mut scene = Scene::new("").await;
        kills::run(&mut scene, &mut Dice::new(11), end, times, MAILS).await;
        scene.service.start();
        rows.push(row(format!("{end:?} {times} times at any moment"), scene.end(600).await));
    }
    let (tally, ended) = points::run(ROUNDS).await;
    rows.push(row(format!("killed at named points, {ended} times"), tally));
    let faults = [Fault::Cut, Fault::Stall, Fault::Throttle];
    let (tally, struck) = proxied::verbs(&faults).await;
    rows.push(row(format!("wires at every command, {} faults", struck.hit), tally));
    rows.push(Row::plain("  places that were not reached", struck.missed.join(", ")));
    let (tally, struck) = proxied::bytes(&faults, (1..4_000).step_by(97)).await;
    rows.push(row(format!("wires at every 97th byte, {} faults", struck.hit), tally));
    rows
}

fn row(what: String, tally: Tally) -> Row {
    let Tally { asked, once, twice, held } = tally;
    let value = format!("{once} once, {held} held, {twice} twice of {asked}");
    Row::marked(what, value, "all, 0 twice", tally.is_whole())
}
