//! A sender who could not be looked up: the case waits for the DNS.

use std::time::Duration;

use super::{Pipeline, StageError};
use crate::domain::case::CaseStatus;
use crate::domain::waits::Waits;
use crate::store::case::{Lease, Progress};

/// The pause before a sender is looked up again.
const LOOK_AGAIN: Duration = Duration::from_secs(300);

impl Pipeline {
    /// A sender who could not be looked up waits, and goes to a person when the DNS stayed silent for too long.
    pub(super) async fn look_again(&self, lease: &Lease, reason: String) -> Result<Option<Lease>, StageError> {
        let now = self.consultant.clock.now();
        let patience = Duration::from_secs(self.consultant.config.trust.retry_hours.saturating_mul(3_600));
        let case = self.store.find_case(&lease.case).await?.ok_or(StageError::Missing("row"))?;
        if case.created_at.plus(patience) > now {
            self.store.look_again(lease, now.plus(LOOK_AGAIN), &reason, now).await?;
        } else {
            let progress = self.to_review(Waits::Sender, lease, Progress { reason, ..Progress::default() }).await?;
            self.store.close_quietly(lease, CaseStatus::InReview, progress, now).await?;
        }
        Ok(None)
    }
}
