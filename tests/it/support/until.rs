//! Waiting for a condition, never for a time.

use std::time::{Duration, Instant};

/// Polls `condition` until it gives something; fails after `seconds` with `what` was waited for.
pub async fn until<T, F: Future<Output = Option<T>>>(what: &str, seconds: u64, mut condition: impl FnMut() -> F) -> T {
    let end = Instant::now() + Duration::from_secs(seconds);
    loop {
        if let Some(found) = condition().await {
            return found;
        }
        assert!(Instant::now() < end, "waited {seconds} s in vain: {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
