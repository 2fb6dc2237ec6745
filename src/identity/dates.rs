//! Dates in free text. Wider than the reader's own list of forms: whatever may be a day is found, and a birthday is told
//! from a day of service.

use std::ops::Range;
use std::sync::LazyLock;

use jiff::civil::Date;
use regex::{Captures, Regex};

use super::codes::{head, tail};
use super::span::Span;
use crate::domain::identifier::Identifier;
use crate::domain::pattern::pattern;

mod ages;

pub(super) use ages::find as find_ages;

/// A date in the text.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub range: Range<usize>,
    year: Option<i16>,
    month: i16,
    day: Option<i16>,
    /// Written in figures alone.
    figures: bool,
    /// A date of birth.
    pub birth: bool,
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
    crate::domain::pattern::constant(&format!(
        r"(?ix)
            (?P<y1>(?:19|20)\d\d)[-/.](?P<m1>\d{{1,2}})[-/.](?P<d1>\d{{1,2}})
          | (?P<y2>(?:19|20)\d\d)(?P<m2>0[1-9]|1[0-2])(?P<d2>0[1-9]|[12]\d|3[01])
          | (?P<m3>0[1-9]|1[0-2])(?P<d3>0[1-9]|[12]\d|3[01])(?P<y3>(?:19|20)\d\d)
          | (?P<m4>\d{{1,2}})[-/.](?P<d4>\d{{1,2}})[-/.](?P<y4>(?:19|20)?\d\d)
          | (?P<m5>\d{{1,2}})/(?P<y5>(?:19|20)\d\d)
          | (?P<m6>\d{{1,2}})/(?P<d6>\d{{1,2}})
          | \b(?P<mn7>{month})\.?\s+(?P<d7>\d{{1,2}})(?:st|nd|rd|th)?(?:,?\s+(?P<y7>(?:19|20)\d\d))?\b
          | (?P<d8>\d{{1,2}})(?:st|nd|rd|th)?(?:\s+of)?[\s-]+(?P<mn8>{month})\.?[,\s-]+(?P<y8>(?:19|20)?\d\d)
          | (?P<d9>\d{{1,2}})(?:st|nd|rd|th)?(?:\s+of)?\s+(?P<mn9>{sure})\b
          | \b(?P<mn10>{month})\.?,?\s+(?P<y10>(?:19|20)\d\d)\b
        "
    ))
});

/// The figures that each form has, by their names: year, month, its name, day. Looked up once a match.
const FORMS: [(&str, &str, &str, &str); 10] = [
    ("y1", "m1", "", "d1"),
    ("y2", "m2", "", "d2"),
    ("y3", "m3", "", "d3"),
    ("y4", "m4", "", "d4"),
    ("y5", "m5", "", ""),
    ("", "m6", "", "d6"),
    ("y7", "", "mn7", "d7"),
    ("y8", "", "mn8", "d8"),
    ("", "", "mn9", "d9"),
    ("y10", "", "mn10", ""),
];

// Words that follow a count, never a day: `may 2 units be billed`.
pattern!(
    COUNTED,
    r"(?i)^\s*(?:units?|codes?|times|lines?|services?|procedures?|visits?|modifiers?|injections?|doses?|lesions?|polyps?|or|x|per|more|hours?|minutes?)\b"
);
pattern!(BIRTH, r"(?i)\b(?:dob|d\.o\.b|born|birth\w*|b-?day|d/o/b|yob)\b|\bb\.\s*$");
pattern!(
    SERVICE,
    r"(?i)\b(?:dos|service|seen|surgery|performed|visit|admit\w*|admission|discharg\w*|billed|claim|procedure|injur\w*|onset|lmp|edd|delivery|delivered|today|since|received|denied|dated|effective|until|before|after|revised|implemented|transmittal|issued|published|deleted|release\w*|version|edition|rule)\b"
);
pattern!(
    BIRTH_BEHIND,
    r"(?i)^\s{0,2}[(\[,]?\s{0,2}(?:is\s(?:the|his|her|their)\s)?\(?(?:dob|d\.o\.b|date of birth|birth\s?date|birthday)\b"
);
pattern!(
    BIRTH_YEAR,
    r"(?i)\b(?:born(?:\s(?:in|on|circa))?|yob|year\sof\sbirth|birth\syear)\s{0,2}[:=]?\s{0,2}(?:in\s)?((?:19|20)\d\d)\b"
);
// A name or a sex in front, and nothing that speaks of a service: `Smith, Jane F 3/4/61`.
pattern!(PERSON, r"(?:[A-ZÀ-ÖØ-Þ][A-Za-zÀ-ɏ'’-]{1,20},?\s[A-ZÀ-ÖØ-Þ][A-Za-zÀ-ɏ'’.-]{0,20}|\b[MF]),?\s{0,2}\(?$");

/// The days before which a date that stands alone is nobody's service, and the two figures that begin a century.
const NO_SERVICE_BEFORE: i16 = 1990;
const CENTURY: i16 = 30;
/// A day before this year is a birthday where no word speaks of a service.
const RARELY_BEFORE: i16 = 2006;

/// Every date of the text.
pub(super) fn find(text: &str) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    let mut at = 0;
    while let Some(captures) = PATTERN.captures_at(text, at) {
        let Some(whole) = captures.get(0) else { break };
        let before = found.last().map_or(0, |last| last.range.end);
        match read(text, &captures, before) {
            Some(date) => {
                found.push(date);
                at = whole.end();
            }
            // A false start may hide a date behind its first character: `1.10/3/2024`.
            None => at = whole.start() + text[whole.start()..].chars().next().map_or(1, char::len_utf8),
        }
    }
    let latest = found.iter().filter(|date| !date.birth).filter_map(|date| date.year).max();
    for date in &mut found {
        // Beside a name, a day years before the others is no service.
        let person = date.day.is_some() && PERSON.is_match(tail(text, date.range.start, 60));
        let earlier = date.year.zip(latest).is_some_and(|(year, latest)| year + 2 < latest);
        date.birth |= person && earlier;
    }
    found
}

/// Masks the dates of birth.
pub(super) fn find_births(text: &str, spans: &mut Vec<Span>) {
    for date in find(text).into_iter().filter(|date| date.birth) {
        spans.push(Span::new(date.range, Identifier::BirthDate, "[DOB]"));
    }
    pattern!(SPAN, r"(?i)^\s?(?:to|through|thru|and|or|-|–)\s?(?:19|20)\d\d|^\s(?:or\s)?(?:later|earlier)");
    for year in BIRTH_YEAR.captures_iter(text).filter_map(|found| found.get(1)) {
        // `born 1945 to 1965` is a generation.
        if SPAN.is_match(head(text, year.end(), 16)) {
            continue;
        }
        spans.push(Span::new(year.range(), Identifier::BirthDate, "[DOB]"));
    }
}

/// The date of a match; `None` when it is none. `since` is where the date before ends.
fn read(text: &str, captures: &Captures, since: usize) -> Option<Found> {
    let whole = captures.get(0)?;
    let (before, after) = (&text[..whole.start()], &text[whole.end()..]);
    let digits = whole.as_str().starts_with(|c: char| c.is_ascii_digit());
    if (digits && before.ends_with(|c: char| c.is_ascii_digit())) || after.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let (y, m, name, d) =
        FORMS.into_iter().find(|(_, m, name, _)| captures.name(m).is_some() || captures.name(name).is_some())?;
    let number = |key: &str| captures.name(key).and_then(|found| found.as_str().parse::<i16>().ok());
    let month = number(m).or_else(|| captures.name(name).and_then(|found| month(found.as_str())))?;
    let day = number(d);
    let short = captures.name(y).is_some_and(|year| year.len() == 2);
    let year = number(y).map(|year| {
        if !short {
            year
        } else if year > CENTURY {
            year + 1900
        } else {
            year + 2000
        }
    });
    if m == "m4" && is_code(before, whole.as_str()) {
        return None;
    }
    if (m == "m5" || m == "m6") && is_ratio(before, after) {
        return None;
    }
    let may_be = name == "mn7" && captures.name(name).is_some_and(|found| found.as_str().eq_ignore_ascii_case("may"));
    if (may_be && year.is_none() && COUNTED.is_match(after)) || is_section(before, whole.as_str()) {
        return None;
    }
    Date::new(year.unwrap_or(2024), i8::try_from(month).ok()?, i8::try_from(day.unwrap_or(1)).ok()?).ok()?;
    let near = tail(text, whole.start(), 40);
    let near = &near[near.len() - near.len().min(whole.start() - since)..];
    // A label that has its date already, or is the mask of one, announces no other.
    let announced = BIRTH.find_iter(near).last().is_some_and(|birth| {
        let behind = &near[birth.end()..];
        !behind.starts_with(']') && !behind.contains("[DOB]") && !SERVICE.is_match(behind)
    });
    let long_ago = day.is_some() && !SERVICE.is_match(near) && year.is_some_and(|year| year < RARELY_BEFORE);
    let birth = announced
        || long_ago
        || BIRTH_BEHIND.is_match(head(text, whole.end(), 24))
        || year.is_some_and(|y| y < NO_SERVICE_BEFORE);
    Some(Found { range: whole.range(), year, month, day, figures: digits && name.is_empty(), birth })
}

impl Found {
    /// The day it means; one without a year is the latest not after `today`. Of days of birth there is none.
    pub(super) fn day(&self, text: &str, today: Date) -> Option<Day> {
        let make =
            |year: i16| Date::new(year, i8::try_from(self.month).ok()?, i8::try_from(self.day.unwrap_or(1)).ok()?).ok();
        let date = match self.year {
            Some(year) => make(year),
            None => (0..=4).filter_map(|back| make(today.year().saturating_sub(back))).find(|date| *date <= today),
        }?;
        // Words keep their writing, so that what a rule says stays as it says it; figures become unmistakable.
        let whole = text.get(self.range.clone())?;
        let written = if self.day.is_some() && self.figures { date.to_string() } else { whole.to_owned() };
        let key = if self.day.is_some() { date.to_string() } else { written.clone() };
        Some(Day { date, key, written })
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
    let before = tail(before, before.len(), 24).trim_end();
    let lower = before.to_lowercase();
    text.contains('.') && (before.ends_with('§') || ["section", "sec.", "sections"].iter().any(|w| lower.ends_with(w)))
}

fn month(name: &str) -> Option<i16> {
    let names = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let lower = name.to_lowercase();
    names.iter().position(|n| lower.starts_with(n)).and_then(|n| i16::try_from(n + 1).ok())
}
