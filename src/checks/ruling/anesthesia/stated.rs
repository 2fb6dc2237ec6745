//! Minutes, base units and the thing asked for, as a question about anesthesia states them.

use regex::Captures;

use super::payment::UNIT;

use crate::domain::pattern::pattern;

pattern!(ANESTHESIA, r"(?i)\banesth\w*|\bcrnas?\b");
pattern!(UNITS, r"(?i)\bunits?\b");
pattern!(ASKS, r"(?i)\bhow (?:many|much|do|should|would)\b|\bwhat\b|\bcalculat\w+|\bcompute\b|\bfigure\b|\btotal\b|\?");
pattern!(AMOUNT, r"(?i)\bhow much\b|\b(?:allowed|allowable|payment|pays?|paid|reimburs\w+|fee)\b");
pattern!(OTHERWISE, r"(?i)\b(?:den(?:y|ied|ials?)|appeal\w*|why|post-?op\w* pain|sedation|99151|99152|99153|g0500)\b");
pattern!(
    HOURS,
    r"(?i)\b(\d{1,2}(?:\.\d{1,2})?)\s*(?:hours?|hrs?|h)\b(?:\s*,?\s*(?:and\s+)?(\d{1,3})\s*(?:minutes?|mins?|m)\b)?"
);
pattern!(MINUTES, r"(?i)\b(\d{1,4})[\s-]*(?:minutes?|mins?)\b");
// A number of minutes that makes up a unit is no length of care: `15-minute units`, `per 15 minutes`.
pattern!(
    PER_UNIT,
    r"(?i)\b(?:per|every|each|divided by|/|by)\s*15[\s-]*(?:minutes?|mins?)\b|\b15[\s-]*(?:minutes?|mins?)[\s-]*(?:units?|increments?|blocks?)\b"
);
pattern!(
    CLOCK,
    r"(?ix)\b(?:start(?:ed|s)?|began|begins?|from|in|anesthesia)\b [\s:@,]* (?:time)? [\s:@,]* (?:at|was|is)? \s* (\d{1,2}):?(\d{2}) \s*(a\.?m\.?|p\.?m\.?)? [\s,;.]* (?:and|-|to|until|till)? [\s,;]* (?:(?:anesthesia|and)\s)? (?:stop(?:ped|s)?|end(?:ed|s)?|finish(?:ed)?|out|to|until|till|-)? [\s:@,]* (?:time)? [\s:@,]* (?:at|was|is)? \s* (\d{1,2}):?(\d{2}) \s*(a\.?m\.?|p\.?m\.?)?\b"
);
pattern!(
    SPAN,
    r"(?ix)\b(\d{1,2}):(\d{2}) \s*(a\.?m\.?|p\.?m\.?)? \s*(?:-|to|until|till|through)\s* (\d{1,2}):(\d{2}) \s*(a\.?m\.?|p\.?m\.?)?"
);
pattern!(TIME, r"\b\d{1,2}:\d{2}\b");
pattern!(BASE_BEFORE, r"(?i)\b(\d{1,2})\s*(?:asa\s+)?base(?:\s+units?|\s+value|\b)");
pattern!(BASE_BEHIND, r"(?i)\bbase(?:\s+units?|\s+value)?(?:\s+(?:is|are|of|=))?\s*[:=]?\s*(\d{1,2})\b(?:\s*units?)?");

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Units.
    Units,
    /// Money.
    Amount,
}

/// Units or money; `None` where neither is asked for.
pub fn asked(text: &str) -> Option<Kind> {
    if OTHERWISE.is_match(text) || !ASKS.is_match(text) {
        return None;
    }
    if AMOUNT.is_match(text) {
        return Some(Kind::Amount);
    }
    UNITS.is_match(text).then_some(Kind::Units)
}

/// True where anesthesia is spoken of.
pub fn speaks_of_anesthesia(text: &str) -> bool {
    ANESTHESIA.is_match(text)
}

/// The minutes of care: stated, or between start and stop, blocks around an interruption added. `None` where nothing
/// is stated, or several amounts that do not agree.
pub fn minutes(text: &str) -> Option<i64> {
    let text = PER_UNIT.replace_all(text, " ");
    let mut stated: Vec<i64> = Vec::new();
    let rest = HOURS.replace_all(&text, |found: &Captures<'_>| {
        stated.extend(hours(found));
        " "
    });
    stated.extend(MINUTES.captures_iter(&rest).filter_map(|found| found[1].parse::<i64>().ok()));
    stated.dedup();
    let clocked = clocked(&text)?;
    let minutes = match (&stated[..], clocked) {
        ([only], None) => *only,
        ([], Some(clocked)) => clocked,
        ([only], Some(clocked)) if *only == clocked => clocked,
        _ => return None,
    };
    (1..=1_440).contains(&minutes).then_some(minutes)
}

/// Minutes of `1 hour 35 minutes` or `1.5 hours`.
fn hours(found: &Captures<'_>) -> Option<i64> {
    let (whole, part) = found[1].split_once('.').unwrap_or((&found[1], ""));
    let hundredths: i64 = format!("{part:0<2}").parse().ok()?;
    let minutes: i64 = found.get(2).map_or(Some(0), |minutes| minutes.as_str().parse().ok())?;
    Some(whole.parse::<i64>().ok()? * 60 + hundredths * 60 / 100 + minutes)
}

/// Minutes between all pairs of times; `Some(None)` where there are no times, `None` where they make no sense.
fn clocked(text: &str) -> Option<Option<i64>> {
    let mut sum = 0;
    let mut pairs = 0;
    let spans: Vec<Captures<'_>> = SPAN.captures_iter(text).collect();
    let found = if spans.is_empty() { CLOCK.captures_iter(text).collect() } else { spans };
    for pair in &found {
        sum += between(pair)?;
        pairs += 1;
    }
    let all = TIME.find_iter(text).count();
    // A time that is no part of a pair would change the count.
    (all <= 2 * pairs).then_some((pairs > 0).then_some(sum))
}

fn between(pair: &Captures<'_>) -> Option<i64> {
    let half = |n: usize| pair.get(n).map(|m| m.as_str().to_lowercase().starts_with('p'));
    let clock = |hour: usize, minute: usize, afternoon: Option<bool>| {
        let (hour, minute): (i64, i64) = (pair[hour].parse().ok()?, pair[minute].parse().ok()?);
        let hour = match afternoon {
            Some(true) if hour < 12 => hour + 12,
            Some(false) if hour == 12 => 0,
            _ => hour,
        };
        (hour < 25 && minute < 60).then_some(hour * 60 + minute)
    };
    let (mut from, to) = (clock(1, 2, half(3))?, clock(4, 5, half(6))?);
    // `1:05 to 2:10 pm` says for both which half of the day it was.
    if half(3).is_none() && half(6) == Some(true) && from + 720 < to {
        from += 720;
    }
    let mut minutes = to - from;
    if minutes <= 0 {
        // Past noon on a clock of twelve hours, past midnight on one of twenty-four.
        let twelve = half(3).is_none() && half(6).is_none() && from < 13 * 60;
        minutes += if twelve { 720 } else { 1_440 };
    }
    (1..=1_080).contains(&minutes).then_some(minutes)
}

/// Base units that are stated, in tenths.
pub fn base(text: &str) -> Option<i64> {
    let found = BASE_BEFORE.captures(text).or_else(|| BASE_BEHIND.captures(text))?;
    let units: i64 = found[1].parse().ok()?;
    (1..=60).contains(&units).then_some(units * UNIT)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn minutes_are_read_from_amounts_and_clocks() {
        for (text, expected) in [
            ("47 minutes", Some(47)),
            ("1 hour 35 minutes", Some(95)),
            ("1.5 hours of anesthesia", Some(90)),
            ("2 hrs", Some(120)),
            ("start 7:32, stop 9:05", Some(93)),
            ("Start time: 7:32 am; stop time: 9:05 am", Some(93)),
            ("started at 0732 and ended at 0905", Some(93)),
            ("from 11:40 to 1:05", Some(85)),
            ("anesthesia 23:30-00:45", Some(75)),
            ("7:32-8:00 and 8:15-9:05", Some(78)),
            ("from 1:05 to 2:10 pm", Some(65)),
            ("from 11:40 am to 1:05 pm", Some(85)),
            ("start 7:32, stop 9:05 (93 minutes)", Some(93)),
            ("start 7:32, stop 9:05, 60 minutes", None),
            ("47 minutes, then 10 minutes more", None),
            ("15-minute units", None),
            ("45 minutes, one unit per 15 minutes", Some(45)),
            ("start 7:32", None),
        ] {
            assert_eq!(minutes(text), expected, "{text}");
        }
    }

    #[test]
    fn base_units_are_read_on_either_side() {
        assert_eq!((base("5 base units"), base("base units: 7"), base("base of 4")), (Some(50), Some(70), Some(40)));
        assert_eq!((base("how many base units"), base("00790")), (None, None));
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "\\PC{0,60}|[0-9:apm. -]{0,40}") {
            let _ = (minutes(&text), base(&text), asked(&text));
        }
    }
}
