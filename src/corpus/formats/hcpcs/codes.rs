//! Codes and ranges of codes as the HCPCS index writes them: `E0250-E0304, K0549`.

use std::sync::LazyLock;

use regex::Regex;

/// A range is written out up to this many codes; of a longer one only its ends are taken. Whole chapters, such as
/// `A9000-A9999`, are such ranges.
const LONGEST: u32 = 50;

static RANGE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\b([A-V])(\d{4})(?:\s*[-–]\s*([A-V])(\d{4}))?\b").expect("a constant that the tests compile")
});

/// Where the first code of a text begins; `None` where it has none.
pub(super) fn first(text: &str) -> Option<usize> {
    RANGE.find(text).map(|found| found.start())
}

/// The codes of a text, and of each the range that was too long to be written out.
pub(super) fn of(text: &str) -> Vec<(String, Option<String>)> {
    let mut codes = Vec::new();
    for found in RANGE.captures_iter(text) {
        let low = format!("{}{}", &found[1], &found[2]);
        let (Some(letter), Some(end)) = (found.get(3), found.get(4)) else {
            codes.push((low, None));
            continue;
        };
        let high = format!("{}{}", letter.as_str(), end.as_str());
        let numbers = found[2].parse().ok().zip(end.as_str().parse().ok());
        match numbers {
            Some((from, to)) if letter.as_str() == &found[1] && to >= from && to - from < LONGEST => {
                let written = |number: u32| (format!("{}{number:04}", letter.as_str()), None);
                codes.extend((from..=to).map(written));
            }
            _ => {
                let range = format!("{low}-{high}");
                codes.push((low, Some(range.clone())));
                codes.push((high, Some(range)));
            }
        }
    }
    codes
}

/// What stands behind the last code of a text.
pub(super) fn rest(text: &str) -> &str {
    RANGE.find_iter(text).last().map_or(text, |found| &text[found.end()..])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str) -> Vec<String> {
        of(text)
            .into_iter()
            .map(|(code, range)| range.map_or(code.clone(), |range| format!("{code} of {range}")))
            .collect()
    }

    #[test]
    fn short_ranges_are_written_out_and_long_ones_keep_their_ends() {
        assert_eq!(written("A6400, A6402-A6404,E0100"), ["A6400", "A6402", "A6403", "A6404", "E0100"]);
        assert_eq!(written("A9000-A9999"), ["A9000 of A9000-A9999", "A9999 of A9000-A9999"]);
        assert_eq!(written("A0001-A0050").len(), 50);
        assert_eq!(written("A0009-B0010").len(), 2);
        assert_eq!(written("A0009-A0001").len(), 2);
        assert!(written("Cobalt C057, 99213, A12345").is_empty());
    }

    #[test]
    fn the_words_around_the_codes_are_found() {
        assert_eq!(first("Crutches, E0110-E0118"), Some(10));
        assert_eq!(rest("administration, Q0083-Q0085 (hospital only)"), " (hospital only)");
    }
}
