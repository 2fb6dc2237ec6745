//! What stands below an answer: what is left, an invitation, a notice of the quota, the answer of an earlier day.

use super::{Pipeline, StageError};
use crate::admit::{self, Payer};
use crate::domain::address::Address;
use crate::domain::draft::Draft;
use crate::domain::quota::{Quota, Usage};
use crate::reply::command::{Balance, answers};
use crate::reply::render::Footing;
use crate::store::account::Booked;
use crate::store::case::Lease;

impl Pipeline {
    /// Fills the foot of an answer that leaves.
    pub(super) async fn foot_of_answer(
        &self,
        foot: &mut Footing,
        lease: &Lease,
        to: &Address,
        draft: &Draft,
    ) -> Result<(), StageError> {
        let config = &self.consultant.config;
        let today = self.consultant.clock.now().date();
        let payer = admit::payer(&self.store, to, today, config).await?;
        let Some(booked) = self.store.find_reservation(&lease.case).await? else { return Ok(()) };
        let balance = self.balance_of(&payer).await?;
        foot.quota = shown(&balance);
        if let Some(earlier) = self.store.find_repeats(&lease.case).await? {
            let same = if earlier.draft.headline.text == draft.headline.text {
                "the answer is the same"
            } else {
                "the answer has changed since"
            };
            foot.notes.push(format!(
                "You asked this on {} (case {}). It was checked again today: {same}. It is not counted.",
                earlier.at.date(),
                earlier.root
            ));
        } else if booked.free {
            foot.notes.push("A correction of an answer costs nothing: this one is not counted.".to_owned());
        }
        match payer.account {
            None if config.joining.open => {
                foot.notes.push(format!(
                    "This was the free answer for an address without an account. Reply with REGISTER, alone, and this address has an account with {} a {}, free.",
                    answers(config.quota.free_answers),
                    period(config),
                ));
                foot.link = Some(self.registration_link());
            }
            None => {}
            Some(_) => foot.notes.extend(self.quota_note(&balance, &booked, &payer).await?),
        }
        Ok(())
    }

    /// Told once in a period: that four fifths are used, and that all are.
    async fn quota_note(
        &self,
        balance: &Balance,
        booked: &Booked,
        payer: &Payer,
    ) -> Result<Option<String>, StageError> {
        let (quota, usage) = &balance.quota;
        if booked.free || booked.period != quota.period {
            return Ok(None);
        }
        let Some(share) = quota.reached(*usage) else { return Ok(None) };
        // Where each sender has the number alone, each is told.
        let whom = payer.alone.as_ref().map_or_else(|| payer.key.clone(), |sender| format!("{} {sender}", payer.key));
        if !self.store.claim_once(&whom, &format!("quota_{share}"), quota.period.clone()).await? {
            return Ok(None);
        }
        let begins = quota.resets.map(|day| format!(" New ones begin on {day}.")).unwrap_or_default();
        let more = if balance.pack.as_ref().is_some_and(|(pack, used)| pack.admits(*used)) {
            " What you ask beyond them is taken from the answers you bought."
        } else {
            " What you ask beyond them is kept, and answered then, or as soon as your plan grows."
        };
        let used = usage.settled.saturating_add(usage.reserved);
        Ok(Some(format!(
            "Your quota: {used} of {} answers of this period are used ({share} %).{begins}{more}",
            quota.answers
        )))
    }

    /// What an account or a guest has used and left.
    pub(super) async fn balance_of(&self, payer: &Payer) -> Result<Balance, StageError> {
        let pack = match &payer.pack {
            Some(pack) => Some(self.used_of(payer, pack).await?),
            None => None,
        };
        Ok(Balance {
            plan: payer.account.as_ref().map(|account| account.plan.clone()),
            quota: self.used_of(payer, &payer.quota).await?,
            pack,
            kept: self.store.count_kept(&payer.key).await?,
        })
    }

    async fn used_of(&self, payer: &Payer, quota: &Quota) -> Result<(Quota, Usage), StageError> {
        Ok((quota.clone(), payer.find_usage(&self.store, quota).await?))
    }
}

/// `3 of 5 answers left until 2026-12-01`, this answer counted.
fn shown(balance: &Balance) -> String {
    let (quota, usage) = &balance.quota;
    let until = quota.resets.map(|day| format!(" until {day}")).unwrap_or_default();
    let bought = balance.pack.as_ref().map(|(pack, used)| format!(", {} bought beside them", pack.left(*used)));
    format!("{} of {} answers left{until}{}", quota.left(*usage), quota.answers, bought.unwrap_or_default())
}

/// `month` or `year`.
pub(super) fn period(config: &crate::config::Config) -> &'static str {
    match config.quota.period {
        crate::config::PeriodLength::Month => "month",
        crate::config::PeriodLength::Year => "year",
    }
}
