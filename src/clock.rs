//! The only file that asks what time it is, and the only one that asks for randomness.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use crate::domain::time::Timestamp;

/// The time: the system's, or one that a test holds still and moves by hand.
#[derive(Debug, Clone, Default)]
pub enum Clock {
    /// The system's clock.
    #[default]
    System,
    /// A clock that only moves when told.
    Fixed(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands at `time`.
    pub fn fixed(time: Timestamp) -> Self {
        Self::Fixed(Arc::new(AtomicI64::new(time.0)))
    }

    /// Now.
    pub fn now(&self) -> Timestamp {
        match self {
            Self::System => {
                let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
                Timestamp(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
            }
            Self::Fixed(time) => Timestamp(time.load(Ordering::SeqCst)),
        }
    }

    /// A number that nobody can foresee, to draw lots with. With a fixed clock it is 99: of a hundred the one that is drawn
    /// last, so that a test draws everything or nothing.
    pub fn chance(&self) -> u64 {
        match self {
            Self::System => random(),
            Self::Fixed(_) => 99,
        }
    }

    /// Moves a fixed clock on; the system's is left alone.
    pub fn advance(&self, by: std::time::Duration) {
        if let Self::Fixed(time) = self {
            time.fetch_add(i64::try_from(by.as_micros()).unwrap_or(i64::MAX), Ordering::SeqCst);
        }
    }
}

/// Thirty-two random bytes from the operating system: a salt, a key.
///
/// # Panics
/// The operating system has no randomness, in which case no secret would be one.
pub fn random_bytes() -> [u8; 32] {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).expect("the operating system provides randomness");
    bytes
}

/// Sixty-four random bits from the operating system.
///
/// # Panics
/// The operating system has no randomness, in which case no id would be safe.
pub fn random() -> u64 {
    getrandom::u64().expect("the operating system provides randomness")
}
