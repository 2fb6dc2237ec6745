//! Who a sender is to us: how much they must prove, whose name theirs resembles, who pays.

use jiff::civil::Date;

use crate::config::{Config, Mode, PeriodLength};
use crate::domain::account::{Account, FREE, Sharing};
use crate::domain::address::Address;
use crate::domain::lookalike::{self, Likeness};
use crate::domain::message::TrustPolicy;
use crate::domain::quota::{Quota, Usage};
use crate::store::{Store, StoreError};

/// What is known of a sender beside the message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender {
    /// How much must be proved.
    pub policy: TrustPolicy,
    /// For an operator: which account's address or domain a stranger's resembles, and how.
    pub resembles: Option<String>,
}

impl Sender {
    /// A stranger under the configured policy.
    pub fn stranger(config: &Config) -> Self {
        Self { policy: configured(config), resembles: None }
    }
}

/// Finds what is known of a sender: by the From address alone, whatever Reply-To or Sender say.
///
/// # Errors
/// The database failed.
pub async fn find_sender(store: &Store, from: Option<&Address>, config: &Config) -> Result<Sender, StoreError> {
    let Some(from) = from else { return Ok(Sender::stranger(config)) };
    if let Some(account) = store.find_account_of(from).await? {
        let own = store.find_policy(&account.id).await?;
        return Ok(Sender { policy: allowed(own.unwrap_or(configured(config)), config), resembles: None });
    }
    let known = store.list_known_senders().await?;
    let resembles = known.iter().find_map(|(account, held)| likeness(from, held).map(|how| (account, held, how)));
    let resembles = resembles.map(|(account, held, how)| {
        let held = Address::parse(held).map_or_else(|_| held.clone(), |address| address.to_string());
        format!("its sender resembles {held} of {account}: {}", how.words())
    });
    Ok(Sender { policy: configured(config), resembles })
}

fn likeness(from: &Address, held: &str) -> Option<Likeness> {
    match Address::parse(held) {
        Ok(known) => lookalike::of_address(from, &known),
        Err(_) => lookalike::of_domain(from.domain(), held),
    }
}

fn configured(config: &Config) -> TrustPolicy {
    allowed(TrustPolicy::parse(&config.trust.policy).unwrap_or(TrustPolicy::Strict), config)
}

/// Nobody is taken at their word in production, whatever was set in a trial.
fn allowed(policy: TrustPolicy, config: &Config) -> TrustPolicy {
    let production = config.service.mode == Mode::Production;
    if production && policy == TrustPolicy::Open { TrustPolicy::Border } else { policy }
}

/// Who pays, and out of which allowance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payer {
    /// The account's id, or `guest:` and the address.
    pub key: String,
    /// The allowance of the plan.
    pub quota: Quota,
    /// Answers that were bought beside it.
    pub pack: Option<Quota>,
    /// The sender's key without a tag, where each sender of the account has the plan's number alone.
    pub alone: Option<String>,
    /// The account; `None` for a guest.
    pub account: Option<Account>,
}

impl Payer {
    /// Whose use of the plan's quota counts: the account's, or the sender's alone.
    ///
    /// # Errors
    /// The database failed.
    pub async fn find_usage(&self, store: &Store, quota: &Quota) -> Result<Usage, StoreError> {
        match self.alone.as_ref().filter(|_| !quota.is_pack()) {
            Some(sender) => store.find_usage_of_sender(&self.key, sender, &quota.period).await,
            None => store.find_usage(&self.key, &quota.period).await,
        }
    }

    /// What may be booked on, in its order.
    pub fn quotas(&self) -> Vec<Quota> {
        std::iter::once(self.quota.clone()).chain(self.pack.clone()).collect()
    }
}

/// Finds the account of a sender and its allowance today; an address that no account owns is a guest, one guest
/// whatever tag it carries.
///
/// # Errors
/// The database failed.
pub async fn payer(store: &Store, from: &Address, today: Date, config: &Config) -> Result<Payer, StoreError> {
    Ok(match store.find_account_of(from).await? {
        Some(account) => {
            let bought = store.count_pack(&account.id).await?;
            Payer {
                key: account.id.clone(),
                quota: allowance(&account, today, config),
                pack: (bought > 0).then(|| Quota::pack(bought)),
                alone: (store.find_sharing(&account.id).await? == Sharing::Sender).then(|| from.base_key()),
                account: Some(account),
            }
        }
        None => Payer {
            key: format!("guest:{}", from.base_key()),
            quota: Quota::guest(config.quota.guest_answers),
            pack: None,
            alone: None,
            account: None,
        },
    })
}

/// What an account may use in the period of a day: all of its senders together, or each of them.
pub fn allowance(account: &Account, today: Date, config: &Config) -> Quota {
    let paid = (account.plan != FREE).then(|| config.plans.get(&account.plan).copied()).flatten();
    let answers = paid.unwrap_or(config.quota.free_answers);
    match config.quota.period {
        PeriodLength::Month => Quota::monthly(answers, today),
        PeriodLength::Year => Quota::yearly(answers, today),
    }
}
