//! Figures and fixed columns as the CMS files write them: `$3,307.24`, `0001339.81`, `.80`, a lone point for none.

use std::borrow::Cow;
use std::ops::Range;

/// A figure with at least `places` decimals, without currency sign, thousands separators and leading zeros, so that
/// two forms of a table agree. Blank and a lone point (no amount) give an empty text; `None` for anything else.
pub(super) fn decimal(text: &str, places: usize) -> Option<String> {
    let bare: String = text.chars().filter(|c| !matches!(c, '$' | ',') && !c.is_whitespace()).collect();
    if bare.is_empty() || bare == "." {
        return Some(String::new());
    }
    let (sign, digits) = bare.strip_prefix('-').map_or(("", bare.as_str()), |rest| ("-", rest));
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let numeric = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if digits == "." || digits.is_empty() || digits.len() > 24 || !numeric(whole) || !numeric(part) {
        return None;
    }
    let whole = match whole.trim_start_matches('0') {
        "" => "0",
        trimmed => trimmed,
    };
    Some(if places == 0 && part.is_empty() {
        format!("{sign}{whole}")
    } else {
        format!("{sign}{whole}.{part:0<places$}")
    })
}

/// Several figures; the first that is none, as the reason for refusing the row.
pub(super) fn decimals<const N: usize>(texts: [&str; N], places: usize) -> Result<[String; N], String> {
    let mut figures = [const { String::new() }; N];
    for (figure, text) in figures.iter_mut().zip(texts) {
        *figure = decimal(text, places).ok_or_else(|| not_a_figure(text))?;
    }
    Ok(figures)
}

/// The reason for refusing a row with such a cell.
pub(super) fn not_a_figure(text: &str) -> String {
    format!("{:?} is not a figure", text.chars().take(40).collect::<String>())
}

/// The columns of a line of a fixed-width file, counted from 0 in characters, without blanks at their ends.
pub(super) fn cut(line: &str, at: Range<usize>) -> Cow<'_, str> {
    if line.is_ascii() {
        let end = at.end.min(line.len());
        return Cow::Borrowed(line.get(at.start.min(end)..end).unwrap_or("").trim());
    }
    let taken: String = line.chars().skip(at.start).take(at.len()).collect();
    Cow::Owned(taken.trim().to_owned())
}

/// Contractor and locality as one key, `01112+05`: five and two digits, padded where a spreadsheet dropped zeros.
pub(super) fn locality_key(contractor: &str, locality: &str) -> Option<String> {
    let (contractor, locality) = (contractor.trim(), locality.trim());
    let digits = |text: &str, most: usize| (1..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    (digits(contractor, 5) && digits(locality, 2)).then(|| format!("{contractor:0>5}+{locality:0>2}"))
}

/// A locality's name without the stars that point to footnotes.
pub(super) fn plain_name(text: &str) -> &str {
    text.trim().trim_end_matches('*').trim_end()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_forms_of_a_figure_become_one() {
        for (text, places, expected) in [
            ("$3,307.24 ", 2, Some("3307.24")),
            ("0001339.81", 2, Some("1339.81")),
            (".80", 2, Some("0.80")),
            ("1.3", 2, Some("1.30")),
            ("12.345", 2, Some("12.345")),
            ("-0.5", 2, Some("-0.50")),
            ("7", 0, Some("7")),
            (".", 2, Some("")),
            ("  ", 2, Some("")),
            ("NA", 2, None),
            ("1.2.3", 2, None),
            ("-", 2, None),
        ] {
            assert_eq!(decimal(text, places).as_deref(), expected, "{text:?}");
        }
    }

    #[test]
    fn a_key_regains_the_zeros_that_a_spreadsheet_dropped() {
        assert_eq!(locality_key("1112", "5").as_deref(), Some("01112+05"));
        assert_eq!(locality_key("", "05"), None);
        assert_eq!(locality_key("A1112", "05"), None);
    }

    proptest! {
        #[test]
        fn any_text_is_cut_and_read_without_panic(text in "\\PC{0,60}", from in 0usize..80, length in 0usize..80) {
            let _ = (decimal(&text, 2), cut(&text, from..from + length), locality_key(&text, &text), plain_name(&text));
        }
    }
}
