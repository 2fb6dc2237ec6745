//! How a model's endpoint fares: what its breaker sees, for the page of the system. Holds neither question nor answer.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::ModelError;
use crate::domain::time::Timestamp;

/// One call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// When it began.
    pub at: Timestamp,
    /// How long it took, in milliseconds.
    pub millis: i64,
    /// Why it failed, where it did.
    pub failed: Option<ModelError>,
}

/// What is known now.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Known {
    /// Calls since the service began.
    pub calls: u64,
    /// Of them failed.
    pub failures: u64,
    /// The last one.
    pub last: Option<Call>,
    /// Since when it is left alone again and again, with no call that went well.
    pub unwell_since: Option<Timestamp>,
    /// Until when the endpoint is left alone, or was.
    pub open_until: Option<Timestamp>,
}

/// The health of one model, shared.
#[derive(Debug, Clone, Default)]
pub struct Health(Arc<Mutex<Known>>);

impl Health {
    /// What is known now.
    pub fn known(&self) -> Known {
        self.lock().clone()
    }

    /// A call ended.
    pub(super) fn called(&self, call: Call) {
        let mut known = self.lock();
        known.calls = known.calls.saturating_add(1);
        known.failures = known.failures.saturating_add(u64::from(call.failed.is_some()));
        if !call.failed.as_ref().is_some_and(ModelError::is_transient) {
            known.unwell_since = None;
        }
        known.last = Some(call);
    }

    /// The endpoint is left alone.
    pub(super) fn opened(&self, now: Timestamp, until: Timestamp) {
        let mut known = self.lock();
        known.open_until = Some(until);
        known.unwell_since.get_or_insert(now);
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
