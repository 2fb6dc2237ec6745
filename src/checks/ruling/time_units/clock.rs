//! Intervals between clock times: `9:05 to 9:58`, `10:15 am, stopped at 11:40`, `0900-0953`. Start and stop times are
//! how infusions and timed therapy are recorded (Claims Processing Manual, chapter 12, section 30.5).

use regex::Captures;

use crate::domain::pattern::pattern;

pattern!(
    COLON,
    r"\b(?P<h1>\d{1,2})(?::(?P<m1>[0-5]\d))?\s*(?P<a1>[ap]\.?m\b\.?)?\s*(?:-|–|—|to|until|till|through|thru|[,;]?\s*(?:and\s+|then\s+|it\s+|was\s+)*(?:stop(?:ped|s)?|end(?:ed|s|ing)?|finish(?:ed)?|completed|out|off)(?:\s+(?:time|at|was|is))*:?)\s*(?P<h2>\d{1,2})(?::(?P<m2>[0-5]\d))?\s*(?P<a2>[ap]\.?m\b\.?)?"
);
pattern!(
    MILITARY,
    r"\b(?P<h1>[01]\d|2[0-3])(?P<m1>[0-5]\d)\s*(?:-|–|to|until)\s*(?P<h2>[01]\d|2[0-3])(?P<m2>[0-5]\d)\b"
);
pattern!(CUE, r"(?:\b(?:from|start(?:ed)?(?: time)?|at|between|infus\w*|ran|time|hours|hrs)|[:@(])\s*$");
pattern!(CUE_BEHIND, r"^\s*(?:hrs?\b|hours\b|h\b)");

/// An interval.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interval {
    /// Its length.
    pub minutes: u32,
    /// True where it runs over midnight.
    pub midnight: bool,
    /// As it would be written: `9:05 to 9:58`.
    pub words: String,
}

/// Every interval of a text in lower case.
pub fn read(lower: &str) -> Vec<Interval> {
    let colon = COLON.captures_iter(lower).filter_map(|found| colon(&found));
    let military = MILITARY.captures_iter(lower).filter_map(|found| military(lower, &found));
    colon.chain(military).collect()
}

fn colon(found: &Captures<'_>) -> Option<Interval> {
    let half = |name: &str| found.name(name).map(|half| half.as_str().starts_with('p'));
    let (first, second) = (half("a1"), half("a2"));
    // Two bare numbers are a range of something else.
    if (found.name("m1").is_none() && first.is_none()) || (found.name("m2").is_none() && second.is_none()) {
        let only_second = found.name("m1").is_none() && found.name("m2").is_some() && second.is_some();
        if !only_second {
            return None;
        }
    }
    let from = time(found, "h1", "m1")?;
    let to = time(found, "h2", "m2")?;
    let (from, to) = match (first, second) {
        (Some(p1), Some(p2)) => (clock(from, p1)?, clock(to, p2)?),
        (Some(p1), None) => (clock(from, p1)?, nearest(clock(from, p1)?, to)),
        (None, Some(p2)) => {
            let to = clock(to, p2)?;
            let same = clock(from, p2)?;
            (if same <= to { same } else { clock(from, !p2)? }, to)
        }
        (None, None) => (from, if to > from { to } else { nearest(from, to) }),
    };
    interval(from, to)
}

fn military(lower: &str, found: &Captures<'_>) -> Option<Interval> {
    let whole = found.get(0)?;
    let cued = CUE.is_match(&lower[lower.floor_char_boundary(whole.start().saturating_sub(20))..whole.start()])
        || CUE_BEHIND.is_match(&lower[whole.end()..])
        || whole.as_str().starts_with('0');
    let year = |hour: &str, minute: &str| {
        let text =
            format!("{}{}", found.name(hour).map_or("", |m| m.as_str()), found.name(minute).map_or("", |m| m.as_str()));
        ("1990".."2040").contains(&text.as_str())
    };
    if !cued || (year("h1", "m1") && year("h2", "m2")) {
        return None;
    }
    interval(time(found, "h1", "m1")?, time(found, "h2", "m2")?)
}

fn time(found: &Captures<'_>, hour: &str, minute: &str) -> Option<u32> {
    let hour: u32 = found.name(hour)?.as_str().parse().ok()?;
    let minute: u32 = found.name(minute).map_or(Some(0), |minute| minute.as_str().parse().ok())?;
    (hour < 24 && minute < 60).then_some(hour * 60 + minute)
}

/// A time of twelve hours on the clock of twenty-four.
fn clock(minutes: u32, afternoon: bool) -> Option<u32> {
    let hour = minutes / 60;
    match (hour, afternoon) {
        (1..=11, true) => Some(minutes + 720),
        (12, false) => Some(minutes - 720),
        (0..=12, _) => Some(minutes),
        _ => None,
    }
}

/// The next time after `from` that shows `to` on a clock of twelve hours.
fn nearest(from: u32, to: u32) -> u32 {
    if to / 60 > 12 {
        return to;
    }
    let to = to % 720;
    [to, to + 720, to + 1440].into_iter().find(|time| *time > from).unwrap_or(to)
}

fn interval(from: u32, to: u32) -> Option<Interval> {
    let (from, to) = (from % 1440, to % 1440);
    let minutes = if to > from { to - from } else { to + 1440 - from };
    let words = format!("{}:{:02} to {}:{:02}", from / 60, from % 60, to / 60, to % 60);
    (minutes > 0 && minutes < 1440).then_some(Interval { minutes, midnight: to <= from, words })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn intervals_are_measured() {
        for (text, minutes) in [
            ("seen 9:05 to 9:58", Some(53)),
            ("from 9:00 am - 10:15 am", Some(75)),
            ("started 10:15 am, stopped at 11:40 am", Some(85)),
            ("start 10:15 stop 11:40", Some(85)),
            ("ran from 11:30 to 1:15", Some(105)),
            ("11:30 am to 1:15 pm", Some(105)),
            ("9 am to 10:30 am", Some(90)),
            ("9 to 10:30 am", Some(90)),
            ("infused 0900-1045", Some(105)),
            ("1310 to 1440 hours", Some(90)),
            ("11:40 pm to 12:20 am", Some(40)),
            ("12:15 pm - 1:00 pm", Some(45)),
            ("2024 to 2026", None),
            ("from 2024 to 2026", None),
            ("30 to 39", None),
            ("99213-99215", None),
            ("8 to 22 minutes", None),
        ] {
            assert_eq!(read(text).first().map(|interval| interval.minutes), minutes, "{text}");
        }
        assert!(read("23:40 to 0:20")[0].midnight);
        assert!(!read("9:00 to 10:00")[0].midnight);
    }

    proptest! {
        #[test]
        fn a_day_has_its_minutes(from in 0_u32..1440, length in 1_u32..1440) {
            let to = (from + length) % 1440;
            let text = format!("from {:02}{:02} to {:02}{:02} hrs", from / 60, from % 60, to / 60, to % 60);
            let found = read(&text);
            prop_assert!(found.is_empty() || found[0].minutes == length);
        }
    }
}
