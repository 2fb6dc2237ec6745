//! When a case that waits is due: so many hours of work after it came, by the clock of the office.

use jiff::civil::{Date, Time, Weekday};
use jiff::tz::TimeZone;

use super::time::Timestamp;

/// When people work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Office {
    days: Vec<Weekday>,
    opens: Time,
    closes: Time,
    zone: TimeZone,
}

/// Why the hours of the office cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OfficeError {
    /// The days.
    #[error("{0:?} are no days: write them as mon-fri, or mon,tue,thu")]
    Days(String),
    /// The hours.
    #[error("{0:?} are no hours: write them as 09:00-17:00, the end behind the beginning")]
    Hours(String),
    /// The zone.
    #[error("{0:?} is no time zone that this system knows, such as America/New_York or UTC")]
    Zone(String),
}

const NAMES: [(&str, Weekday); 7] = [
    ("mon", Weekday::Monday),
    ("tue", Weekday::Tuesday),
    ("wed", Weekday::Wednesday),
    ("thu", Weekday::Thursday),
    ("fri", Weekday::Friday),
    ("sat", Weekday::Saturday),
    ("sun", Weekday::Sunday),
];

impl Office {
    /// Reads `mon-fri`, `09:00-17:00` and the name of a time zone.
    ///
    /// # Errors
    /// Which of the three cannot be read.
    pub fn parse(days: &str, hours: &str, zone: &str) -> Result<Self, OfficeError> {
        let found = weekdays(days).ok_or_else(|| OfficeError::Days(days.to_owned()))?;
        let (opens, closes) = span(hours).ok_or_else(|| OfficeError::Hours(hours.to_owned()))?;
        let known = if zone == "UTC" { Some(TimeZone::UTC) } else { TimeZone::get(zone).ok() };
        let zone = known.ok_or_else(|| OfficeError::Zone(zone.to_owned()))?;
        Ok(Self { days: found, opens, closes, zone })
    }

    /// The moment at which `hours` of work have passed since `from`.
    pub fn due(&self, from: Timestamp, hours: u32) -> Timestamp {
        let mut left = i64::from(hours).saturating_mul(3_600_000_000);
        let mut day = self.zone.to_datetime(from.instant()).date();
        // Three years of days: a promise beyond them is a mistake of the settings, and due at once is the safe side.
        for _ in 0..1_100 {
            let (Some(opens), Some(closes)) = (self.at(day, self.opens), self.at(day, self.closes)) else {
                return from;
            };
            let begins = opens.max(from.0);
            if self.days.contains(&day.weekday()) && begins < closes {
                if closes - begins >= left {
                    return Timestamp(begins + left);
                }
                left -= closes - begins;
            }
            let Ok(next) = day.tomorrow() else { return from };
            day = next;
        }
        from
    }

    /// Microseconds since 1970 at a time of a day here.
    fn at(&self, day: Date, time: Time) -> Option<i64> {
        self.zone.to_timestamp(day.to_datetime(time)).ok().map(|at| at.as_microsecond())
    }
}

fn weekdays(text: &str) -> Option<Vec<Weekday>> {
    let place = |name: &str| NAMES.iter().position(|(known, _)| *known == name.trim().to_ascii_lowercase());
    let mut days = Vec::new();
    for part in text.split(',') {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let (first, last) = (place(first)?, place(last)?);
        days.extend(NAMES.get(first..=last)?.iter().map(|(_, day)| *day));
    }
    (!days.is_empty()).then_some(days)
}

fn span(text: &str) -> Option<(Time, Time)> {
    let (from, to) = text.split_once('-')?;
    let read = |text: &str| Time::strptime("%H:%M", text.trim()).ok();
    let (from, to) = (read(from)?, read(to)?);
    (from < to).then_some((from, to))
}

/// How long until, or since, in the two units that a person reads: `2 h 10 min`.
pub fn apart(micros: i64) -> String {
    let minutes = micros.unsigned_abs() / 60_000_000;
    let (days, hours, rest) = (minutes / 1_440, minutes / 60 % 24, minutes % 60);
    match (days, hours) {
        (0, 0) => format!("{rest} min"),
        (0, hours) => format!("{hours} h {rest} min"),
        (days, hours) => format!("{days} d {hours} h"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp(text.parse::<jiff::Timestamp>().unwrap().as_microsecond())
    }

    fn office() -> Office {
        Office::parse("mon-fri", "09:00-17:00", "UTC").unwrap()
    }

    #[test]
    fn what_comes_on_friday_evening_is_due_on_monday() {
        assert_eq!(office().due(at("2026-11-27T18:00:00Z"), 4), at("2026-11-30T13:00:00Z"));
    }

    #[test]
    fn what_comes_in_the_afternoon_goes_over_into_the_next_morning() {
        assert_eq!(office().due(at("2026-11-25T15:00:00Z"), 4), at("2026-11-26T11:00:00Z"));
        assert_eq!(office().due(at("2026-11-25T06:00:00Z"), 8), at("2026-11-25T17:00:00Z"));
    }

    #[test]
    fn hours_that_cannot_be_read_are_named() {
        assert_eq!(Office::parse("mon-xyz", "09:00-17:00", "UTC"), Err(OfficeError::Days("mon-xyz".to_owned())));
        assert_eq!(Office::parse("fri-mon", "09:00-17:00", "UTC"), Err(OfficeError::Days("fri-mon".to_owned())));
        assert_eq!(Office::parse("mon", "17:00-09:00", "UTC"), Err(OfficeError::Hours("17:00-09:00".to_owned())));
        assert_eq!(Office::parse("mon", "09:00-17:00", "Mars"), Err(OfficeError::Zone("Mars".to_owned())));
    }

    #[test]
    fn a_time_apart_is_told_in_two_units() {
        assert_eq!(apart(130 * 60_000_000), "2 h 10 min");
        assert_eq!(apart(-5 * 60_000_000), "5 min");
        assert_eq!(apart(26 * 3_600_000_000), "1 d 2 h");
    }
}
