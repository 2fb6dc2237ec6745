//! Quota: how many answers an account has in a period, and when the next one begins. Pure arithmetic.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The period of answers that were bought.
pub const PACK: &str = "pack";

/// What an address may use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quota {
    /// Answers in the period.
    pub answers: u32,
    /// The period the reservation is booked on: `2026-11`, `2026`, or `ever` for a guest.
    pub period: String,
    /// The first day of the next period; `None` when the allowance never returns.
    pub resets: Option<Date>,
}

/// What is used and held of a quota.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Usage {
    /// Answers that left.
    pub settled: u32,
    /// Answers being worked on.
    pub reserved: u32,
}

impl Quota {
    /// The allowance of an address that no account owns: a number, once.
    pub fn guest(answers: u32) -> Self {
        Self { answers, period: "ever".to_owned(), resets: None }
    }

    /// Answers that were bought; they last until they are used.
    pub fn pack(answers: u32) -> Self {
        Self { answers, period: PACK.to_owned(), resets: None }
    }

    /// True for answers that were bought beside a plan.
    pub fn is_pack(&self) -> bool {
        self.period == PACK
    }

    /// An allowance for the calendar month of `today`.
    pub fn monthly(answers: u32, today: Date) -> Self {
        let first = today.first_of_month();
        let next = first.checked_add(jiff::Span::new().months(1)).ok();
        Self { answers, period: format!("{:04}-{:02}", today.year(), today.month()), resets: next }
    }

    /// An allowance for the calendar year of `today`.
    pub fn yearly(answers: u32, today: Date) -> Self {
        let next = Date::new(today.year().saturating_add(1), 1, 1).ok();
        Self { answers, period: format!("{:04}", today.year()), resets: next }
    }

    /// True when one more answer may be started.
    pub fn admits(&self, usage: Usage) -> bool {
        usage.settled.saturating_add(usage.reserved) < self.answers
    }

    /// The share in percent, 80 or 100, that the latest answer of this usage reached.
    pub fn reached(&self, usage: Usage) -> Option<u32> {
        let used = u64::from(usage.settled.saturating_add(usage.reserved));
        let share = |of: u64| of * 100 / u64::from(self.answers.max(1));
        let now = share(used);
        (self.answers > 1 && now >= 80).then_some(if now >= 100 { 100 } else { 80 })
    }

    /// Answers left once everything in work has left.
    pub fn left(&self, usage: Usage) -> u32 {
        self.answers.saturating_sub(usage.settled).saturating_sub(usage.reserved)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    #[test]
    fn a_month_resets_on_the_first_of_the_next() {
        let quota = Quota::monthly(5, date(2026, 12, 31));
        assert_eq!((quota.period.as_str(), quota.resets), ("2026-12", Some(date(2027, 1, 1))));
    }

    #[test]
    fn eighty_and_a_hundred_percent_are_told() {
        let at = |settled, answers| Quota::guest(answers).reached(Usage { settled, reserved: 0 });
        assert_eq!([at(3, 5), at(4, 5), at(5, 5)], [None, Some(80), Some(100)]);
        assert_eq!([at(199, 250), at(200, 250), at(1, 1)], [None, Some(80), None]);
    }

    proptest! {
        #[test]
        fn a_quota_is_never_overdrawn(answers in 0u32..20, asked in 0u32..60) {
            let quota = Quota::guest(answers);
            let mut usage = Usage::default();
            for n in 0..asked {
                if quota.admits(usage) {
                    if n % 2 == 0 { usage.settled += 1 } else { usage.reserved += 1 }
                }
                prop_assert!(usage.settled + usage.reserved <= answers);
                prop_assert_eq!(quota.left(usage), answers - usage.settled - usage.reserved);
            }
        }
    }
}
