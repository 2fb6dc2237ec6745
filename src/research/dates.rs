//! Dates in free text, as American coders write them: `2024-08-01`, `8/1/2024`, `10/3`, `Oct 3, 2024`, `January 2026`.

use std::sync::LazyLock;

use jiff::civil::Date;
use regex::Regex;

/// A date and where it stands in the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The date; the first day where only a month is given.
    pub date: Date,
    /// Byte range in the text.
    pub range: std::ops::Range<usize>,
    /// True when words before it say that it is a birthday, an issue date or another date that is no service date.
    pub is_birth: bool,
}

static PATTERN: LazyLock<Regex> = LazyLock::new(|| {
    let month = "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:t(?:ember)?)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?";
    Regex::new(&format!(
        r"(?ix)\b(?:
            (?P<y1>(?:19|20)\d\d)-(?P<m1>\d{{1,2}})-(?P<d1>\d{{1,2}})
          | (?P<m2>\d{{1,2}})[/.](?P<d2>\d{{1,2}})[/.](?P<y2>(?:19|20)?\d\d)
          | (?P<m3>\d{{1,2}})-(?P<d3>\d{{1,2}})-(?P<y3>(?:19|20)?\d\d)
          | (?P<m4>\d{{1,2}})/(?P<d4>\d{{1,2}})
          | (?P<mn5>{month})\.?\s+(?P<d5>\d{{1,2}})(?:st|nd|rd|th)?(?:,?\s+(?P<y5>(?:19|20)\d\d))?
          | (?P<d6>\d{{1,2}})(?:st|nd|rd|th)?\s+(?P<mn6>{month})\.?,?\s+(?P<y6>(?:19|20)\d\d)
          | (?P<mn7>{month})\.?,?\s+(?P<y7>(?:19|20)\d\d)
        )\b"
    ))
    .expect("the pattern is a constant")
});

/// Every date of the text. A date without a year is the latest one not after `today`.
pub fn find(text: &str, today: Date) -> Vec<Found> {
    PATTERN
        .captures_iter(text)
        .filter_map(|captures| {
            let whole = captures.get(0)?;
            let slash_only = captures.name("m4").is_some();
            let number = |names: &[&str]| {
                names.iter().find_map(|n| captures.name(n)).and_then(|m| m.as_str().parse::<i16>().ok())
            };
            let month = number(&["m1", "m2", "m3", "m4"]).or_else(|| {
                ["mn5", "mn6", "mn7"].iter().find_map(|n| captures.name(n)).and_then(|m| month(m.as_str()))
            })?;
            let day = number(&["d1", "d2", "d3", "d4", "d5", "d6"]).unwrap_or(1);
            let year =
                number(&["y1", "y2", "y3", "y5", "y6", "y7"]).map(|year| if year < 100 { year + 2000 } else { year });
            if slash_only && is_fraction(text, whole.start(), whole.end()) {
                return None;
            }
            let date = resolve(year, month, day, today)?;
            let before = text.get(..whole.start()).unwrap_or("").to_lowercase();
            let tail: String = before.chars().rev().take(24).collect::<Vec<_>>().into_iter().rev().collect();
            // A birthday that was masked announces no other: `DOB [DOB], seen 8/1/2024`.
            let tail = tail.rsplit(']').next().unwrap_or_default();
            let is_birth =
                ["dob", "born", "birth", "d.o.b"].iter().any(|word| tail.contains(word)) || date.year() < 1990;
            Some(Found { date, range: whole.range(), is_birth })
        })
        .collect()
}

/// The text with its dates blanked, so that no part of one is taken for a code, a unit or a word to search for.
pub fn blank(text: &str, dates: &[Found]) -> String {
    let mut words = text.to_owned();
    for found in dates.iter().rev() {
        words.replace_range(found.range.clone(), " ");
    }
    words
}

fn resolve(year: Option<i16>, month: i16, day: i16, today: Date) -> Option<Date> {
    let make = |year: i16| Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok();
    match year {
        Some(year) => make(year),
        None => [today.year(), today.year() - 1].into_iter().filter_map(make).find(|date| *date <= today),
    }
}

/// `1/2` within `1/2/3`, or an edge such as `2 of 3` written `2/3` behind a letter, is no date.
fn is_fraction(text: &str, start: usize, end: usize) -> bool {
    let before = text[..start].chars().next_back();
    let after = text[end..].chars().next();
    before.is_some_and(|c| c.is_alphanumeric() || "/-$.".contains(c))
        || after.is_some_and(|c| c.is_alphanumeric() || "/%".contains(c))
}

fn month(name: &str) -> Option<i16> {
    let names = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let lower = name.to_lowercase();
    names.iter().position(|n| lower.starts_with(n)).and_then(|n| i16::try_from(n + 1).ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    #[test]
    fn dates_are_read_as_american_coders_write_them() {
        let today = date(2026, 11, 24);
        for (text, expected) in [
            ("DOS 2024-08-01", date(2024, 8, 1)),
            ("on 1/12/2026?", date(2026, 1, 12)),
            ("DOS 10/3", date(2026, 10, 3)),
            ("DOS 12/3", date(2025, 12, 3)),
            ("8/1/24", date(2024, 8, 1)),
            ("Oct 3, 2024", date(2024, 10, 3)),
            ("3 October 2024", date(2024, 10, 3)),
            ("in January 2026?", date(2026, 1, 1)),
            ("July 4th, 2024", date(2024, 7, 4)),
        ] {
            let found = find(text, today);
            assert_eq!(found.first().map(|f| f.date), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_date_of_service_is_told_apart() {
        let today = date(2026, 11, 24);
        assert!(find("99213/25 and 13/45/2024", today).is_empty());
        assert!(find("DOB 03/04/1961", today)[0].is_birth);
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_panic(text in "\\PC{0,60}|[0-9/.\\- a-z]{0,40}") {
            let _ = find(&text, date(2026, 2, 28));
        }
    }
}
