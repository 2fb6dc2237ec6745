//! Dates as manuals write them.

use jiff::civil::Date;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// The first date written `October 1, 2025` in a text.
pub fn long_date(text: &str) -> Option<Date> {
    let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    words.windows(3).find_map(|words| {
        let month = MONTHS.iter().position(|month| month.eq_ignore_ascii_case(words[0]))?;
        let year = words[2].parse().ok().filter(|year| (1900..2200).contains(year))?;
        Date::new(year, i8::try_from(month + 1).ok()?, words[1].parse().ok()?).ok()
    })
}

/// The first date written `07-24-25`, `7-24-2025` or, as lines wrap, `07- 24-25` in a text. Two digits are a year
/// from 1991 on.
pub fn dashed_date(text: &str) -> Option<Date> {
    let digits = |text: &str| text.chars().take_while(char::is_ascii_digit).count();
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| c.is_ascii_digit()) {
        rest = &rest[at..];
        let mut numbers = [0i16; 3];
        let mut tail = rest;
        let mut found = 0;
        for number in &mut numbers {
            let length = digits(tail);
            let Ok(value) = tail[..length].parse() else { break };
            (*number, found) = (value, found + 1);
            tail = tail[length..].trim_start();
            match tail.strip_prefix(['-', '/']) {
                Some(more) if found < 3 => tail = more.trim_start(),
                _ => break,
            }
        }
        if found == 3 {
            let year = match numbers[2] {
                year @ 0..=90 => 2000 + year,
                year @ 91..=99 => 1900 + year,
                year => year,
            };
            let day = |number: i16| i8::try_from(number).ok();
            let date = day(numbers[0]).zip(day(numbers[1])).and_then(|(month, day)| Date::new(year, month, day).ok());
            if date.is_some_and(|date| (1965..2200).contains(&date.year())) {
                return date;
            }
        }
        rest = &rest[digits(rest)..];
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn dates_are_read_as_manuals_write_them() {
        let day = |year, month, day| Some(Date::constant(year, month, day));
        assert_eq!(long_date("(October 1, 2025 - September 30, 2026)"), day(2025, 10, 1));
        assert_eq!(dashed_date("Issued: 07-24-25; Effective"), day(2025, 7, 24));
        assert_eq!(dashed_date("11- 06-14"), day(2014, 11, 6));
        assert_eq!(dashed_date("ICD-10: Upon Implementation of ICD-10"), None);
        assert_eq!(dashed_date("Rev. 1, 10-01-2003"), day(2003, 10, 1));
    }

    proptest! {
        #[test]
        fn any_text_is_searched_for_dates_without_panic(text in "[-0-9/ A-Za-z,\\PC]{0,60}") {
            let _ = (long_date(&text), dashed_date(&text));
        }
    }
}
