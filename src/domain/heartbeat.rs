//! When each loop of the service last did its work: beaten by the loops, read by the page of the system.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::time::Timestamp;

/// A loop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Loop {
    /// Reads the mailbox.
    Mailbox,
    /// Works on cases.
    Workers,
    /// Sends mail.
    Outbox,
    /// Takes new editions into service.
    Shelf,
    /// Looks for what must not go on unseen.
    Watch,
    /// Purges originals whose time is over.
    Retention,
}

impl Loop {
    /// Every loop.
    pub const ALL: [Self; 6] = [Self::Mailbox, Self::Workers, Self::Outbox, Self::Shelf, Self::Watch, Self::Retention];

    /// In a few words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Mailbox => "mailbox",
            Self::Workers => "workers",
            Self::Outbox => "outbox",
            Self::Shelf => "shelf",
            Self::Watch => "watch",
            Self::Retention => "retention",
        }
    }
}

/// How a loop fares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Beat {
    /// When this process last began it; a loop that was never begun is no part of it.
    pub began: Option<Timestamp>,
    /// When it last went through.
    pub well: Option<Timestamp>,
    /// When it last failed.
    pub failed: Option<Timestamp>,
    /// Failures since it last went through.
    pub failures: u32,
}

/// The beats of all loops, shared.
#[derive(Debug, Clone, Default)]
pub struct Heartbeats(Arc<Mutex<BTreeMap<Loop, Beat>>>);

impl Heartbeats {
    /// A loop begins.
    pub fn begin(&self, of: Loop, now: Timestamp) {
        self.all().entry(of).or_default().began = Some(now);
    }

    /// A loop went through.
    pub fn beat(&self, of: Loop, now: Timestamp) {
        let mut all = self.all();
        let beat = all.entry(of).or_default();
        (beat.well, beat.failures) = (Some(now), 0);
    }

    /// A loop failed.
    pub fn miss(&self, of: Loop, now: Timestamp) {
        let mut all = self.all();
        let beat = all.entry(of).or_default();
        (beat.failed, beat.failures) = (Some(now), beat.failures.saturating_add(1));
    }

    /// How a loop fares; nothing is known of one that never ran.
    pub fn of(&self, of: Loop) -> Beat {
        self.all().get(&of).copied().unwrap_or_default()
    }

    fn all(&self) -> MutexGuard<'_, BTreeMap<Loop, Beat>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_beat_ends_the_count_of_failures_and_keeps_the_time_of_the_last_one() {
        let (loops, seen) = (Heartbeats::default(), Heartbeats::default());
        assert_eq!(seen.of(Loop::Outbox), Beat::default());
        let shared = loops.clone();
        loops.miss(Loop::Outbox, Timestamp(1));
        loops.miss(Loop::Outbox, Timestamp(2));
        assert_eq!(shared.of(Loop::Outbox).failures, 2);
        loops.beat(Loop::Outbox, Timestamp(3));
        let beat = Beat { well: Some(Timestamp(3)), failed: Some(Timestamp(2)), ..Beat::default() };
        assert_eq!(shared.of(Loop::Outbox), beat);
        assert_eq!(shared.of(Loop::Mailbox), Beat::default());
    }
}
