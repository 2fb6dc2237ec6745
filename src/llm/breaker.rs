//! A circuit breaker: an endpoint that failed several times in a row is left alone for a while, so that every question
//! meanwhile is written by the plain rules at once and not after a timeout of its own.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use tracing::Instrument as _;

use super::health::{Call, Health};
use super::{Completion, LanguageModel, ModelError, Prompt};
use crate::domain::time::Timestamp;
use crate::telemetry::figures;

/// What says what time it is.
pub type Now = Box<dyn Fn() -> Timestamp + Send + Sync>;

/// A model behind a breaker.
pub struct Breaker {
    inner: Arc<dyn LanguageModel>,
    now: Now,
    /// Failures in a row after which it opens; 0: never.
    failures: u32,
    /// How long it stays open.
    pause: Duration,
    failed: AtomicU32,
    open_until: AtomicI64,
    health: Health,
}

impl Breaker {
    /// Puts a model behind a breaker that opens after so many failures in a row, for so long.
    pub fn new(inner: Arc<dyn LanguageModel>, now: Now, failures: u32, pause: Duration) -> Self {
        Self {
            inner,
            now,
            failures,
            pause,
            failed: AtomicU32::new(0),
            open_until: AtomicI64::new(i64::MIN),
            health: Health::default(),
        }
    }

    /// True while the endpoint is left alone.
    pub fn is_open(&self) -> bool {
        (self.now)() < Timestamp(self.open_until.load(Ordering::SeqCst))
    }

    fn count(&self, outcome: Result<&Completion, &ModelError>) {
        // A refusal of the content, or an answer that is no completion, says nothing about the endpoint's health.
        let unwell = outcome.is_err_and(ModelError::is_transient);
        if !unwell {
            self.failed.store(0, Ordering::SeqCst);
            return;
        }
        let failed = self.failed.fetch_add(1, Ordering::SeqCst) + 1;
        if self.failures > 0 && failed >= self.failures {
            let now = (self.now)();
            let until = now.plus(self.pause);
            self.open_until.store(until.0, Ordering::SeqCst);
            self.health.opened(now, until);
            self.failed.store(0, Ordering::SeqCst);
            tracing::warn!(
                failures = failed,
                pause_seconds = self.pause.as_secs(),
                "the model's endpoint is left alone"
            );
        }
    }
}

/// How a call ended, as the figures have it.
fn word(outcome: Result<&Completion, &ModelError>) -> &'static str {
    match outcome {
        Ok(_) => "ok",
        Err(ModelError::RateLimited { .. }) => "rate_limited",
        Err(ModelError::Unavailable { .. }) => "unavailable",
        Err(ModelError::Timeout) => "timeout",
        Err(ModelError::Open) => "open",
        Err(ModelError::Refused(_)) => "refused",
        Err(ModelError::Malformed(_)) => "malformed",
    }
}

#[async_trait]
impl LanguageModel for Breaker {
    async fn complete(&self, prompt: &Prompt) -> Result<Completion, ModelError> {
        if self.is_open() {
            figures::model_call("open");
            return Err(ModelError::Open);
        }
        let (began, started) = ((self.now)(), Instant::now());
        let asking = tracing::debug_span!("model", otel.name = "model");
        let outcome = self.inner.complete(prompt).instrument(asking).await;
        let millis = (self.now)().millis_since(began);
        figures::model_took(started.elapsed());
        figures::model_call(word(outcome.as_ref()));
        if let Ok(completion) = &outcome {
            figures::model_tokens(completion.tokens_in, completion.tokens_out);
        }
        self.health.called(Call { at: began, millis, failed: outcome.as_ref().err().cloned() });
        self.count(outcome.as_ref());
        outcome
    }

    fn name(&self) -> &str {
        self.inner.name()
    }

    async fn probe(&self) -> Result<String, ModelError> {
        self.inner.probe().await
    }

    fn health(&self) -> Option<Health> {
        Some(self.health.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::deidentify;
    use std::sync::atomic::AtomicBool;

    struct Ill {
        asked: AtomicU32,
        well: AtomicBool,
    }

    #[async_trait]
    impl LanguageModel for Ill {
        async fn complete(&self, _prompt: &Prompt) -> Result<Completion, ModelError> {
            self.asked.fetch_add(1, Ordering::SeqCst);
            if self.well.load(Ordering::SeqCst) { Err(ModelError::Malformed("x")) } else { Err(ModelError::Timeout) }
        }

        fn name(&self) -> &str {
            "ill"
        }

        async fn probe(&self) -> Result<String, ModelError> {
            Ok(String::new())
        }
    }

    fn prompt() -> Prompt {
        Prompt {
            system: String::new(),
            user: deidentify("x").undated(jiff::civil::date(2026, 1, 1)),
            schema: serde_json::Value::Null,
            max_tokens: 1,
            digest: String::new(),
        }
    }

    #[tokio::test]
    async fn an_endpoint_that_fails_again_and_again_is_left_alone_for_a_while() {
        let ill = Arc::new(Ill { asked: AtomicU32::new(0), well: AtomicBool::new(false) });
        let time = Arc::new(AtomicI64::new(1_000_000));
        let clock = time.clone();
        let now: Now = Box::new(move || Timestamp(clock.load(Ordering::SeqCst)));
        let breaker = Breaker::new(ill.clone(), now, 2, Duration::from_secs(60));
        for wanted in [ModelError::Timeout, ModelError::Timeout, ModelError::Open, ModelError::Open] {
            assert_eq!(breaker.complete(&prompt()).await.unwrap_err(), wanted);
        }
        assert_eq!(ill.asked.load(Ordering::SeqCst), 2);
        let known = breaker.health().unwrap().known();
        assert_eq!((known.calls, known.failures, known.open_until), (2, 2, Some(Timestamp(61_000_000))));
        assert_eq!(known.unwell_since, Some(Timestamp(1_000_000)));
        assert_eq!(known.last.unwrap().failed, Some(ModelError::Timeout));
        time.fetch_add(61_000_000, Ordering::SeqCst);
        assert_eq!(breaker.complete(&prompt()).await.unwrap_err(), ModelError::Timeout);
        // What is no sign of illness ends the count.
        ill.well.store(true, Ordering::SeqCst);
        assert_eq!(breaker.complete(&prompt()).await.unwrap_err(), ModelError::Malformed("x"));
        assert_eq!(breaker.health().unwrap().known().unwell_since, None);
        ill.well.store(false, Ordering::SeqCst);
        assert_eq!(breaker.complete(&prompt()).await.unwrap_err(), ModelError::Timeout);
        assert!(!breaker.is_open());
    }
}
