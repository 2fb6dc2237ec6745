//! Patients' data is received on behalf of a practice under a business associate agreement (45 CFR 164.502(e), 164.504(e)).
//! In production, a mail that names a patient from an account without one on record is written by plain rules alone and
//! waits for a person, however well what it names was masked.

use super::{Pipeline, StageError};
use crate::config::Mode;
use crate::domain::evidence::Evidence;
use crate::domain::finding::Finding;
use crate::store::case::Lease;

impl Pipeline {
    /// True where the mail named a patient and no agreement of its account is on record.
    pub(super) async fn lacks_agreement(&self, lease: &Lease, evidence: &Evidence) -> Result<bool, StageError> {
        let production = self.consultant.config.service.mode == Mode::Production;
        if !production || !evidence.all().any(|evidence| evidence.inquiry.named_a_patient()) {
            return Ok(false);
        }
        let account = self.store.find_case(&lease.case).await?.map(|case| case.account).unwrap_or_default();
        Ok(!self.store.has_agreement(&account).await?)
    }
}

/// What holds such a mail back.
pub(super) fn objection() -> Finding {
    Finding::blocking(
        "agreement",
        "it names a patient, and no business associate agreement of its account is on record",
    )
}
