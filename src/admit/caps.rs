//! The backstop: whatever the other rules miss, a loop between two machines ends here.

use super::Payer;
use crate::config::Config;
use crate::domain::address::Address;
use crate::domain::time::Timestamp;
use crate::store::{Store, StoreError};

/// Which cap is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Capped {
    /// Too many mails from this sender today: they are told once.
    Sender(u64),
    /// Too many mails to this address today: nothing is sent.
    Address(u64),
    /// Too many mails to everybody today: nothing is sent.
    Total(u64),
}

impl Capped {
    /// Why, for the operator.
    pub fn why(&self) -> String {
        match self {
            Self::Sender(n) => format!("cap: more than {n} mails from this sender today (caps.sender_per_day)"),
            Self::Address(n) => format!("cap: {n} mails to this address today (caps.address_per_day)"),
            Self::Total(n) => format!("cap: {n} mails to all addresses today (caps.total_per_day)"),
        }
    }
}

/// Above this nothing is counted: such a plan sets no limit worth a look at every mail.
const UNLIMITED: u64 = 100_000;

/// The cap that a mail of this sender has reached, if any.
///
/// # Errors
/// The database failed.
pub async fn check(
    store: &Store,
    payer: &Payer,
    from: &Address,
    now: Timestamp,
    config: &Config,
) -> Result<Option<Capped>, StoreError> {
    let caps = &config.caps;
    let (to_them, to_all) = store.count_mails(&from.key(), &now.date().to_string()).await?;
    if to_all >= caps.total_per_day {
        return Ok(Some(Capped::Total(caps.total_per_day)));
    }
    // What was paid for is never capped.
    let bought = payer.pack.as_ref().map_or(0, |pack| u64::from(pack.answers));
    let paid = if payer.account.is_some() { (u64::from(payer.quota.answers) + bought) * 2 } else { 0 };
    let to_address = caps.address_per_day.max(paid);
    if to_them >= to_address {
        return Ok(Some(Capped::Address(to_address)));
    }
    let from_sender = caps.sender_per_day.max(paid);
    if from_sender >= UNLIMITED {
        return Ok(None);
    }
    let midnight = Timestamp(now.0 - now.0.rem_euclid(24 * 3_600 * 1_000_000));
    let taken = store.count_taken(&payer.key, &from.key(), midnight, from_sender + 1).await?;
    Ok((taken >= from_sender).then_some(Capped::Sender(from_sender)))
}
