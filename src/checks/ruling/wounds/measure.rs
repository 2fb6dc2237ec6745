//! Lengths as a question states them, in hundredths of a centimeter so that sums are exact.

use regex::Captures;

use super::place;

use crate::domain::pattern::pattern;

pattern!(AMOUNT, r"(\d{1,3}(?:\.\d{1,2})?|\.\d{1,2})[\s-]*(cm|mm)\b");
pattern!(AREA, r"^(?:[23²³]|\^2|\s*sq\b|\s*squared?\b)");
pattern!(UNIT, r"\b(?:centimet(?:er|re)s?|cms)\b");
pattern!(SMALL_UNIT, r"\b(?:millimet(?:er|re)s?|mms)\b");
pattern!(WORD, r"\b(one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)[\s-]*(cm|mm)\b");
pattern!(UNIT_TIGHT, r"(\d)(cm|mm)s?\b");
pattern!(
    LIST,
    r"\b(\d{1,2}(?:\.\d{1,2})?)((?:\s*,\s*\d{1,2}(?:\.\d{1,2})?)*)(\s*,?\s*(?:and|&|\+|plus)\s*)(\d{1,2}(?:\.\d{1,2})?)\s*-?\s*(cm|mm)\b"
);
pattern!(AGE_BEFORE, r"(?:age|aged|patient|pt|male|female|man|woman|boy|girl|stage|grade|level|type|x)\s*,?\s*$");
pattern!(
    BAND,
    r"\d\s*(?:cm|mm)?\s*(?:to|-|–|through)\s*\d+(?:\.\d+)?\s*-?(?:cm|mm)\b|(?:up to|less than|under|smaller than|over|more than|greater than|larger than|at least|[<>≤≥])\s*(?:or equal to\s*)?\d+(?:\.\d+)?\s*(?:cm|mm)\b"
);

/// The longest length that is believed: half a body.
const LONGEST: u32 = 10_000;

/// A length in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::checks::ruling) struct Amount {
    /// Where it begins.
    pub at: usize,
    /// Where it ends, with its unit.
    pub end: usize,
    /// Hundredths of a centimeter.
    pub length: u32,
}

/// The text in lower case, with one spelling of the units, each number of a list with its unit, and without words of
/// places that name none.
pub(in crate::checks::ruling) fn prepare(text: &str) -> String {
    let lower = text.to_lowercase().replace('×', "x");
    let lower = UNIT.replace_all(&lower, "cm");
    let lower = SMALL_UNIT.replace_all(&lower, "mm");
    let digits =
        |found: &Captures<'_>| number(&found[1]).map_or_else(|| found[0].to_owned(), |n| format!("{n} {}", &found[2]));
    let lower = WORD.replace_all(&lower, digits);
    let lower = UNIT_TIGHT.replace_all(&lower, "$1 $2").into_owned();
    let spread = |found: &Captures<'_>| {
        let before = found.get(0).map_or("", |m| lower.get(..m.start()).unwrap_or(""));
        if AGE_BEFORE.is_match(before) || before.ends_with(['.', '/', '-']) {
            return found[0].to_owned();
        }
        let unit = &found[5];
        let more: String = found[2].split(',').skip(1).map(|n| format!(", {} {unit}", n.trim())).collect();
        format!("{} {unit}{more}{}{} {unit}", &found[1], &found[3], &found[4])
    };
    place::settle(&LIST.replace_all(&lower, spread))
}

/// The lengths of a prepared text, in its order; `None` where one is written in a way that could be misread.
pub(in crate::checks::ruling) fn amounts(text: &str) -> Option<Vec<Amount>> {
    let mut found = Vec::new();
    for one in AMOUNT.captures_iter(text) {
        let whole = one.get(0)?;
        let before = text.get(..whole.start())?;
        let after = text.get(whole.end()..)?;
        if AREA.is_match(after) {
            continue;
        }
        if before.ends_with(|c: char| c.is_ascii_digit() || ".,/".contains(c)) {
            return None;
        }
        let length = hundredths(&one[1], &one[2])?;
        found.push(Amount { at: whole.start(), end: whole.end(), length });
    }
    Some(found)
}

/// True where a text speaks of a range or a limit, not of a length.
pub(in crate::checks::ruling) fn is_banded(text: &str) -> bool {
    BAND.is_match(text)
}

/// A number with its unit in hundredths of a centimeter.
pub(in crate::checks::ruling) fn hundredths(number: &str, unit: &str) -> Option<u32> {
    let value = scaled(number)?;
    let value = if unit == "mm" { value / 10 } else { value };
    (1..=LONGEST).contains(&value).then_some(value)
}

/// A number of at most two decimals in hundredths.
pub(in crate::checks::ruling) fn scaled(number: &str) -> Option<u32> {
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    let whole: u32 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    let part: u32 = match part.len() {
        0 => 0,
        1 => part.parse::<u32>().ok()? * 10,
        2 => part.parse().ok()?,
        _ => return None,
    };
    whole.checked_mul(100)?.checked_add(part)
}

/// A length as a reader writes it: `3.5`.
pub(in crate::checks::ruling) fn shown(length: u32) -> String {
    let (whole, part) = (length / 100, length % 100);
    if part % 10 == 0 { format!("{whole}.{}", part / 10) } else { format!("{whole}.{part:02}") }
}

/// The small number that a word or digits name.
pub(in crate::checks::ruling) fn number(word: &str) -> Option<u32> {
    const WORDS: [&str; 21] = [
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
        "twenty",
    ];
    match word.trim() {
        "a" | "an" | "single" | "another" => Some(1),
        "both" | "couple" | "twice" => Some(2),
        word => match WORDS.iter().position(|one| *one == word) {
            Some(n) => u32::try_from(n).ok(),
            None => word.parse().ok().filter(|n| *n < 1_000),
        },
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn lengths(text: &str) -> Vec<u32> {
        amounts(&prepare(text)).unwrap_or_default().iter().map(|amount| amount.length).collect()
    }

    #[test]
    fn lengths_are_read_in_every_spelling() {
        assert_eq!(lengths("3.5cm, 12 mm and 2-cm; .8 centimeters"), [350, 120, 200, 80]);
        assert_eq!(lengths("wounds of 1.5, 2 and 3 cm"), [150, 200, 300]);
        assert_eq!(lengths("a man 45 and 3 cm"), [300], "an age is no length");
        assert_eq!(lengths("a nine-cm cut, two 3 cm cuts"), [900, 300]);
        assert_eq!(lengths("20 sq cm, 4 cm2"), [0_u32; 0]);
        assert!(amounts("3,5 cm").is_none() && amounts("1/2 cm").is_none());
        assert!(is_banded("2.6 to 7.5 cm") && is_banded("over 4 cm") && !is_banded("cut of 4 cm"));
    }

    proptest! {
        #[test]
        fn a_length_reads_back_as_itself(length in 1_u32..=9_999) {
            prop_assert_eq!(lengths(&format!("a cut of {} cm on it", shown(length))), [length]);
        }

        #[test]
        fn any_text_is_read_without_panic(text in "\\PC{0,60}") {
            let _ = amounts(&prepare(&text));
        }
    }
}
