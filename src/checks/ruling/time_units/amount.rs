//! One amount of time as it is written: `45 min`, `1 hour 20 minutes`, `1h20`, `an hour and a half`, `fifty-three
//! minutes`. No manual rules this; the bounds keep the arithmetic safe.

use std::sync::LazyLock;

use regex::{Captures, Regex};

/// Longer than any month of care management; more is no amount of minutes.
const MOST: u32 = 6_000;

const WORD: &str = "(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:[\\s-](?:one|two|three|four|five|six|seven|eight|nine))?)";

/// An amount with its unit, in lower case.
pub static AMOUNT: LazyLock<Regex> = LazyLock::new(|| {
    let number = format!("(?:\\d{{1,4}}(?:\\.\\d{{1,2}})?|{WORD})");
    let minute =
        "(?:(?:timed|full|total|actual|documented|complete|more|additional|extra|further)\\s+)?(?:minutes?|mins?)";
    let tail = format!("(?:[\\s,]*(?:and\\s+|&\\s*)?(?:(?P<half>a\\s+half)|(?P<m>{number})[\\s-]*{minute}\\b))?");
    Regex::new(&format!(
        "\\b(?:(?P<h>{number})[\\s-]*(?:hours?|hrs?|h)|(?P<one>an?)\\s+(?:full\\s+)?(?:hour|hr))\\b{tail}|\\b(?P<h2>\\d{{1,2}})\\s?h\\s?(?P<m2>\\d{{1,2}})\\s?(?:m|{minute})?\\b|\\b(?P<halfhour>half\\s+(?:an\\s+)?hour)\\b|\\b(?P<mm>{number})[\\s-]*{minute}\\b"
    ))
    .expect("the pattern is a constant")
});

/// A number without its unit that is a part of an amount: `of which 20 were for the line`, `20 of those on CPR`.
pub static BARE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new("\\b(?:of which|including|minus)\\s+(?P<mm>\\d{1,3})\\s+(?:were|was|for|on)\\b|\\b(?P<m2>\\d{1,3})\\s+of\\s+(?:which|those|that|them)\\b")
        .expect("the pattern is a constant")
});

/// The minutes of a match of either pattern.
pub fn minutes_of(captures: &Captures<'_>) -> Option<u32> {
    let get = |name: &str| captures.name(name).map(|found| found.as_str());
    let counted = |name: &str, unit: u32| get(name).map_or(Some(0), |text| scaled(text, unit));
    let mut minutes = 0_u32;
    for (name, unit) in [("h", 60), ("h2", 60), ("m", 1), ("m2", 1), ("mm", 1)] {
        minutes = minutes.checked_add(counted(name, unit)?)?;
    }
    if get("one").is_some() {
        minutes = minutes.checked_add(60)?;
    }
    if get("half").is_some() || get("halfhour").is_some() {
        minutes = minutes.checked_add(30)?;
    }
    (minutes > 0 && minutes <= MOST).then_some(minutes)
}

/// A number, with up to two decimals, times its unit.
fn scaled(text: &str, unit: u32) -> Option<u32> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let whole = number(whole)?.checked_mul(unit)?;
    let tenths = match part.len() {
        0 => 0,
        1 => part.parse::<u32>().ok()?.checked_mul(unit)? / 10,
        _ => part.parse::<u32>().ok()?.checked_mul(unit)? / 100,
    };
    whole.checked_add(tenths)
}

/// A whole number in digits or words, below a hundred in words.
pub fn number(text: &str) -> Option<u32> {
    const ONES: [&str; 20] = [
        "zero",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
        "nineteen",
    ];
    const TENS: [&str; 8] = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
    if let Ok(number) = text.parse() {
        return Some(number);
    }
    let place =
        |list: &[&str], word: &str| list.iter().position(|one| *one == word).and_then(|n| u32::try_from(n).ok());
    let mut words = text.split([' ', '-', '\t', '\n']).filter(|word| !word.is_empty());
    let first = words.next()?;
    match (place(&ONES, first), place(&TENS, first)) {
        (Some(one), _) => Some(one),
        (None, Some(ten)) => Some((ten + 2) * 10 + words.next().map_or(Some(0), |word| place(&ONES, word))?),
        (None, None) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minutes(text: &str) -> Vec<u32> {
        AMOUNT.captures_iter(text).filter_map(|found| minutes_of(&found)).collect()
    }

    #[test]
    fn amounts_are_read_as_people_write_them() {
        for (text, expected) in [
            ("45 min", 45),
            ("45-minute visit", 45),
            ("fifty-three minutes", 53),
            ("1 hour 20 minutes", 80),
            ("1 hr and 45 min", 105),
            ("1h20", 80),
            ("1h05m", 65),
            ("2 h 10 min", 130),
            ("an hour and a half", 90),
            ("half an hour", 30),
            ("1.5 hours", 90),
            ("two hours", 120),
            ("2.25 hrs", 135),
        ] {
            assert_eq!(minutes(text), [expected], "{text}");
        }
        assert_eq!(minutes("a H&P for 99223"), [0_u32; 0]);
        assert_eq!(minutes("99999 hours and 0 minutes"), [0_u32; 0]);
        assert_eq!(number("ninety nine"), Some(99));
    }
}
