//! Faults: the process killed anywhere, servers that break off, hang and lie, a disk that is full. The oracle is the same for
//! all: every mail has a number, and at the end each was answered once or waits for a person, none twice, and the trail holds.
//! `tests/bench/faults` runs the same scenes for long.

mod copies;
pub mod kills;
mod limits;
pub mod points;
pub mod proxied;
pub mod scene;
