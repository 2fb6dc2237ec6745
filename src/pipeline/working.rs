//! How a worker holds a case: leased, reported on while it is worked on, given back or given up.

use std::time::Duration;

use tokio::sync::RwLockReadGuard;
use tracing::Instrument as _;

use super::{Pipeline, StageError, name_of};
use crate::domain::case::{CaseId, CaseStatus};
use crate::domain::waits::Waits;
use crate::point;
use crate::store::StoreError;
use crate::store::case::{Lease, Progress};
use crate::telemetry::figures;

impl Pipeline {
    /// Leases the case that waits longest and moves it as far as it goes. False when nothing waits.
    ///
    /// # Errors
    /// The database failed; the case is leased again once its lease has run out.
    pub async fn step(&self) -> Result<bool, StoreError> {
        Ok(self.step_after(None).await?.is_some())
    }

    /// The same; with `after`, the next share behind that one has its turn. Whose turn it was, or nothing.
    ///
    /// # Errors
    /// The database failed; the case is leased again once its lease has run out.
    pub async fn step_after(&self, after: Option<String>) -> Result<Option<String>, StoreError> {
        let together = self.company.read().await;
        let now = self.consultant.clock.now();
        let until = now.plus(self.consultant.config.lease());
        let Some(lease) = self.store.lease_next(after, now, until).await? else { return Ok(None) };
        point!("leased");
        let (share, case, token) = (lease.share.clone(), lease.case.clone(), lease.token);
        let working = tracing::debug_span!("case", otel.name = "case", case.id = %case);
        tokio::select! {
            biased;
            carried = self.in_company(lease, together).instrument(working) => carried?,
            () = self.report(&case, token) => {
                tracing::warn!(case.id = %case, "lease lost in the middle of a stage; another worker goes on");
                figures::lease_lost();
            }
        }
        Ok(Some(share))
    }

    /// Says again and again that a case is still worked on; returns when it is another's.
    async fn report(&self, case: &CaseId, token: i64) {
        let lease = self.consultant.config.lease();
        loop {
            tokio::time::sleep(lease / 4).await;
            let until = self.consultant.clock.now().plus(lease);
            match self.store.renew_lease(case, token, until).await {
                Ok(()) => {}
                Err(StoreError::LeaseLost(_)) => return,
                Err(error) => tracing::warn!(case.id = %case, %error, "a lease could not be renewed"),
            }
        }
    }

    /// What was in hand when a process ended is worked on alone: if it ends this one too, it is known which it was.
    async fn in_company(&self, lease: Lease, together: RwLockReadGuard<'_, ()>) -> Result<(), StoreError> {
        if !lease.suspect {
            return self.carry(lease).await;
        }
        drop(together);
        let _alone = self.company.write().await;
        self.carry(lease).await
    }

    /// Moves a leased case as far as it goes.
    async fn carry(&self, mut lease: Lease) -> Result<(), StoreError> {
        if lease.attempts > i64::from(self.consultant.config.pipeline.max_attempts) {
            let why = format!("{} attempts at its stage ended without a word; a person must look", lease.attempts - 1);
            self.give_up(&lease, &why).await?;
            return Ok(());
        }
        loop {
            match self.stage(&lease).await {
                Ok(Some(next)) => lease = next,
                Ok(None) => return Ok(()),
                Err(StageError::Store(StoreError::LeaseLost(case))) => {
                    tracing::warn!(case.id = %case, "lease lost; another worker goes on");
                    figures::lease_lost();
                    return Ok(());
                }
                Err(error) => {
                    self.failed(&lease, &error).await?;
                    return Ok(());
                }
            }
        }
    }

    async fn failed(&self, lease: &Lease, error: &StageError) -> Result<(), StoreError> {
        tracing::error!(case.id = %lease.case, stage = lease.status.key(), attempt = lease.attempts, %error, "stage failed");
        let name = name_of(lease.status).unwrap_or("admit");
        figures::stage_failed(name);
        if lease.attempts >= i64::from(self.consultant.config.pipeline.max_attempts) {
            return self.give_up(lease, &format!("stage {} failed: {error}", lease.status.key())).await;
        }
        let now = self.consultant.clock.now();
        let pause = Duration::from_secs(1 << lease.attempts.clamp(0, 8));
        figures::retried(name);
        self.store.retry_later(lease, now.plus(pause), &error.to_string(), now).await
    }

    /// Leaves the case to a person, with the reason in sight.
    async fn give_up(&self, lease: &Lease, why: &str) -> Result<(), StoreError> {
        let progress = Progress { reason: why.to_owned(), ..Progress::default() };
        // Where the promise cannot be looked up either, it is due at once.
        let progress = self.to_review(Waits::Failed, lease, progress.clone()).await.unwrap_or(progress);
        figures::given_up();
        self.store.close_quietly(lease, CaseStatus::InReview, progress, self.consultant.clock.now()).await
    }
}
