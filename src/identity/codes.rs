//! What has the shape of a code, so that no code is taken for somebody's number.

use crate::domain::pattern::pattern;

// CPT and HCPCS with modifiers, units or a second code behind; ICD-10-CM with and without its dot; ICD-10-PCS.
pattern!(
    CODE,
    r"(?ix)^(?:
        (?:\d{4}[0-9AFMTU]|[A-V]\d{4})(?:[-/](?:[0-9A-Z]{2}|\d{4}[0-9AFMTU]|[A-V]\d{4}))*(?:\s?[x*]\s?\d{1,4})?
      | [A-Z][0-9A-Z]\d(?:\.?[0-9A-Z]{1,4})? | [A-Z]\d[0-9A-Z](?:\.?[0-9A-Z]{1,4})?
      | [0-9BCDFGHX][0-9A-HJ-NP-Z]{6} )$"
);
// National Drug Code, in its forms of ten and eleven digits (21 CFR 207.33).
pattern!(DRUG, r"^(?:\d{4}-\d{4}-\d{2}|\d{5}-\d{3}-\d{2}|\d{5}-\d{4}-\d{1,2}|[Nn]4\d{11})$");
// Health Care Provider Taxonomy: ten characters, an X at the end.
pattern!(TAXONOMY, r"(?i)^\d{3}[0-9A-Z]{6}X$");
pattern!(
    LISTED_BEFORE,
    r"(?i)\b(?:ndcs?|national drug codes?|gtin|upc|icd-?10-?pcs|pcs|procedure codes?|taxonomy|drgs?|ms-?drgs?|revenue codes?|rev\.? codes?|revs?|apcs?|hccs?|carcs?|rarcs?|pos|tob|type of bill|condition codes?|value codes?|occurrence codes?|nucc|loinc|snomed|rxnorm|rxcui|cvx)\b[^.?!\n]{0,60}$"
);

/// True for a token of the shape of a code, with or without modifiers and units.
pub(super) fn is_code(token: &str) -> bool {
    token.len() <= 40
        && (CODE.is_match(token) && !is_long_number(token) || DRUG.is_match(token) || TAXONOMY.is_match(token))
}

/// Seven digits are a code of ICD-10-PCS only where something says so.
fn is_long_number(token: &str) -> bool {
    token.len() == 7 && token.bytes().all(|b| b.is_ascii_digit())
}

/// True where the words before announce a list of codes that are figures only: drugs, inpatient procedures, revenue.
/// Nine figures are those of a person, whatever stands before them: no such code but SNOMED's has as many.
pub(super) fn announced(text: &str, at: usize) -> bool {
    let number = text[at..].chars().take_while(|c| c.is_ascii_digit() || *c == '-');
    let nine = number.filter(char::is_ascii_digit).count() == 9;
    let before = tail(text, at, 90);
    LISTED_BEFORE.is_match(before) && (!nine || before.to_lowercase().contains("snomed"))
}

/// At most so many bytes in front of a place, at a boundary of characters.
pub(super) fn tail(text: &str, at: usize, bytes: usize) -> &str {
    let mut start = at.saturating_sub(bytes);
    while !text.is_char_boundary(start) {
        start += 1;
    }
    &text[start..at]
}

/// At most so many bytes behind a place, at a boundary of characters.
pub(super) fn head(text: &str, at: usize, bytes: usize) -> &str {
    let mut end = (at + bytes).min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[at..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_every_set_have_the_shape() {
        for code in [
            "99213",
            "0202U",
            "1126F",
            "0042T",
            "G0463",
            "99213-25",
            "45385-59-51",
            "11042x3",
            "99202-99205",
            "11042/97597",
            "E11.9",
            "E119",
            "S72.001A",
            "S72001A",
            "Z3A.20",
            "QA0.0101",
            "0DTJ4ZZ",
            "I10",
            "0069-0809-83",
            "50242-0040-62",
            "N400069080901",
            "207RG0100X",
        ] {
            assert!(is_code(code), "{code}");
        }
    }

    #[test]
    fn numbers_of_people_have_not() {
        for number in ["1234567", "A-778812", "W12345678901", "123-45-6789", "555-123-4567", "2024-0098123", "12345678"]
        {
            assert!(!is_code(number), "{number}");
        }
    }

    #[test]
    fn figures_are_codes_behind_words_that_say_so() {
        let text = "NDC 00069080901 and";
        assert!(announced(text, 4));
        assert!(!announced("The NDC is known. Call 00069080901", 23));
        assert!(!announced("ndc 555100010", 4) && announced("SNOMED 195967001", 7));
    }
}
