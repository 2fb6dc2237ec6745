//! Dates in free text, for masking. Wider than the reader's own list of forms: whatever may be a day is hidden.

use std::sync::LazyLock;

use jiff::civil::Date;
use regex::{Captures, Regex};

/// A date in the text.
pub(super) struct Found {
    pub range: std::ops::Range<usize>,
    /// `None` for a birthday, which no token may bring back.
    pub date: Option<Day>,
}

/// A day, or a month by its first day.
pub(super) struct Day {
    pub date: Date,
    /// The same for the same day, however it is written.
    pub key: String,
    /// Its writing in a reply.
    pub written: String,
}

static PATTERN: LazyLock<Regex> = LazyLock::new(|| {
    let month = "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:t(?:ember)?)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?";
    // `3 may be billed` and `25 sep. lesion` are no dates: those two need a year behind a day.
    let sure = month.replace("may|", "").replace("sep(?:t(?:ember)?)?", "sept(?:ember)?");
    Regex::new(&format!(
        r"(?ix)
            (?P<y1>(?:19|20)\d\d)[-/.](?P<m1>\d{{1,2}})[-/.](?P<d1>\d{{1,2}})
          | (?P<y2>(?:19|20)\d\d)(?P<m2>0[1-9]|1[0-2])(?P<d2>0[1-9]|[12]\d|3[01])
          | (?P<m3>0[1-9]|1[0-2])(?P<d3>0[1-9]|[12]\d|3[01])(?P<y3>(?:19|20)\d\d)
          | (?P<m4>\d{{1,2}})[-/.](?P<d4>\d{{1,2}})[-/.](?P<y4>(?:19|20)?\d\d)
          | (?P<m5>\d{{1,2}})/(?P<y5>(?:19|20)\d\d)
          | (?P<m6>\d{{1,2}})/(?P<d6>\d{{1,2}})
          | \b(?P<mn7>{month})\.?\s+(?P<d7>\d{{1,2}})(?:st|nd|rd|th)?(?:,?\s+(?P<y7>(?:19|20)\d\d))?\b
          | (?P<d8>\d{{1,2}})(?:st|nd|rd|th)?(?:\s+of)?[\s-]+(?P<mn8>{month})\.?[,\s-]+(?P<y8>(?:19|20)\d\d)
          | (?P<d9>\d{{1,2}})(?:st|nd|rd|th)?(?:\s+of)?\s+(?P<mn9>{sure})\b
          | \b(?P<mn10>{month})\.?,?\s+(?P<y10>(?:19|20)\d\d)\b
        "
    ))
    .expect("the pattern is a constant")
});

/// Words that follow a count, never a day: `may 2 units be billed`.
static COUNTED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^\s*(?:units?|codes?|times|lines?|services?|procedures?|visits?|modifiers?|injections?|doses?|lesions?|polyps?|or|x|per|more|hours?|minutes?)\b")
        .expect("constant")
});

/// Every date of the text. One without a year is the latest not after `today`.
pub(super) fn find(text: &str, today: Date) -> Vec<Found> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(captures) = PATTERN.captures_at(text, at) {
        let whole = captures.get(0).expect("a match has a whole");
        match read(text, &captures, today) {
            Some(date) => {
                found.push(Found { range: whole.range(), date });
                at = whole.end();
            }
            // A false start may hide a date behind its first character: `1.10/3/2024`.
            None => at = whole.start() + text[whole.start()..].chars().next().map_or(1, char::len_utf8),
        }
    }
    found
}

/// The date of a match: `None` when it is none, `Some(None)` for a birthday.
fn read(text: &str, captures: &Captures, today: Date) -> Option<Option<Day>> {
    let whole = captures.get(0)?;
    let (before, after) = (&text[..whole.start()], &text[whole.end()..]);
    let digits = whole.as_str().starts_with(|c: char| c.is_ascii_digit());
    if (digits && before.ends_with(|c: char| c.is_ascii_digit())) || after.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let number = |stem: char, ns: std::ops::RangeInclusive<u8>| {
        ns.into_iter().find_map(|n| captures.name(&format!("{stem}{n}"))).and_then(|m| m.as_str().parse::<i16>().ok())
    };
    let named = || (7..=10).find_map(|n: u8| captures.name(&format!("mn{n}"))).and_then(|m| month(m.as_str()));
    let month = number('m', 1..=6).or_else(named)?;
    let day = number('d', 1..=9);
    let year = number('y', 1..=10).map(|year| if year < 100 { year + 2000 } else { year });
    if captures.name("m4").is_some() && is_code(before, whole.as_str()) {
        return None;
    }
    if (captures.name("m5").is_some() || captures.name("m6").is_some()) && is_ratio(before, after) {
        return None;
    }
    let may_be = captures.name("mn7").is_some_and(|m| m.as_str().eq_ignore_ascii_case("may"));
    if (may_be && year.is_none() && COUNTED.is_match(after)) || is_section(before, whole.as_str()) {
        return None;
    }
    let date = resolve(year, month, day.unwrap_or(1), today)?;
    let tail: String = before.to_lowercase().chars().rev().take(24).collect::<Vec<_>>().into_iter().rev().collect();
    if date.year() < 1990 || ["dob", "born", "birth", "d.o.b"].iter().any(|word| tail.contains(word)) {
        return Some(None);
    }
    // Words keep their writing, so that what a rule says stays as it says it; figures become unmistakable.
    let written =
        if day.is_some() && digits && named().is_none() { date.to_string() } else { whole.as_str().to_owned() };
    let key = if day.is_some() { date.to_string() } else { written.clone() };
    Some(Some(Day { date, key, written }))
}

fn resolve(year: Option<i16>, month: i16, day: i16, today: Date) -> Option<Date> {
    let make = |year: i16| Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok();
    match year {
        Some(year) => make(year),
        None => (0..=4).filter_map(|back| make(today.year().saturating_sub(back))).find(|date| *date <= today),
    }
}

/// `0/1/9`, `99213/25`, `2/3rds`: no month and day.
fn is_ratio(before: &str, after: &str) -> bool {
    before.ends_with(|c: char| c.is_alphanumeric() || "/-$.".contains(c))
        || after.starts_with(|c: char| c.is_alphanumeric() || "/%".contains(c))
}

/// `A01.1-59` is a diagnosis and a modifier, or two: no date mixes its marks, or begins with a letter and a point.
fn is_code(before: &str, text: &str) -> bool {
    let mut marks = text.chars().filter(|c| !c.is_ascii_digit());
    let first = marks.next();
    marks.any(|mark| Some(mark) != first) || (first == Some('.') && before.ends_with(char::is_alphabetic))
}

/// `chapter 12, section 10.6.20` is a place in a manual.
fn is_section(before: &str, text: &str) -> bool {
    let before = before.trim_end();
    text.contains('.')
        && (before.ends_with('§') || ["section", "sec.", "sections"].iter().any(|w| before.to_lowercase().ends_with(w)))
}

fn month(name: &str) -> Option<i16> {
    let names = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let lower = name.to_lowercase();
    names.iter().position(|n| lower.starts_with(n)).and_then(|n| i16::try_from(n + 1).ok())
}
