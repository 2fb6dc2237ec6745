//! Points in time and periods, as values. Asking what time it is belongs to `clock.rs`.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A point in time: microseconds since 1970-01-01 UTC. One integer, so that SQLite and PostgreSQL hold it alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// The time `duration` later; saturates at the end of time.
    pub fn plus(self, duration: std::time::Duration) -> Self {
        Self(self.0.saturating_add(i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)))
    }

    /// Whole milliseconds since `earlier`, never negative.
    pub fn millis_since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0).max(0) / 1000
    }

    /// The calendar date in UTC.
    pub fn date(self) -> Date {
        jiff::tz::TimeZone::UTC.to_datetime(self.instant()).date()
    }

    /// The same point as a `jiff` value, for formatting.
    pub fn instant(self) -> jiff::Timestamp {
        jiff::Timestamp::from_microsecond(self.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH)
    }
}

/// The end of a day in UTC; none for a day that has no next one.
pub fn end_of(day: Date) -> Option<Timestamp> {
    let next = jiff::tz::Offset::UTC.to_timestamp(day.tomorrow().ok()?.at(0, 0, 0, 0)).ok()?;
    Some(Timestamp(next.as_microsecond()))
}

/// The days on which a fact holds; an open end is unknown or unlimited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Default)]
pub struct EffectivePeriod {
    /// First day, if the source gives one.
    pub from: Option<Date>,
    /// Last day (inclusive), if the source gives one.
    pub to: Option<Date>,
}

impl EffectivePeriod {
    /// A period between two known days, both included.
    pub fn between(from: Date, to: Date) -> Self {
        Self { from: Some(from), to: Some(to) }
    }

    /// True when `day` is not before the known start and not after the known end.
    pub fn contains(&self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day <= to)
    }

    /// Days between `day` and the nearest day of the period; 0 inside it.
    pub fn distance(&self, day: Date) -> i32 {
        let days = |a: Date, b: Date| b.since(a).map_or(i32::MAX, |span| span.get_days());
        match (self.from, self.to) {
            (Some(from), _) if day < from => days(day, from),
            (_, Some(to)) if day > to => days(to, day),
            _ => 0,
        }
    }
}

/// The date that facts are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AsOf {
    /// A date of service.
    Date(Date),
    /// Each kind of fact at its newest release: for evaluation, never for a claim.
    Shelf,
}

impl std::fmt::Display for AsOf {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Date(date) => write!(f, "{date}"),
            Self::Shelf => f.write_str("the newest release on the shelf"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_period_holds_both_of_its_ends() {
        let quarter = EffectivePeriod::between(date(2024, 7, 1), date(2024, 9, 30));
        assert!(quarter.contains(date(2024, 7, 1)) && quarter.contains(date(2024, 9, 30)));
        assert!(!quarter.contains(date(2024, 6, 30)) && !quarter.contains(date(2024, 10, 1)));
        assert_eq!(quarter.distance(date(2024, 10, 2)), 2);
        assert_eq!(quarter.distance(date(2024, 6, 29)), 2);
    }

    #[test]
    fn a_day_ends_when_the_next_one_begins() {
        assert_eq!(end_of(date(2026, 11, 30)).unwrap().instant().to_string(), "2026-12-01T00:00:00Z");
        assert_eq!(end_of(Date::MAX), None);
    }

    #[test]
    fn an_open_period_has_no_end() {
        let open = EffectivePeriod { from: Some(date(2026, 1, 1)), to: None };
        assert!(open.contains(date(2090, 1, 1)) && !open.contains(date(2025, 12, 31)));
    }
}
