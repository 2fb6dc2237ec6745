//! Faults: the process killed anywhere, servers that break off and hang. The oracle is the same for
//! all: every mail has a number, and at the end each was answered once or waits for a person, none twice, and the trail holds.
//! `tests/bench/run faults` runs the same scenes for long.

mod copies;
pub mod kills;
mod limits;
pub mod points;
pub mod proxied;
pub mod scene;
