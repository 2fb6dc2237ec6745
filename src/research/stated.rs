//! Amounts, payer and place as a question states them.

use std::collections::BTreeMap;

use regex::Regex;

use crate::domain::pattern::pattern;
use crate::domain::stated::{Payer, Place, Stated};

pub(super) mod place;

pub use place::denials;

pattern!(MINUTES, r"(\d+(?:\.\d+)?)[\s-]*(?:min|mins|minutes?)\b");
pattern!(HOURS, r"(\d+(?:\.\d+)?)[\s-]*(?:hours?|hrs?)\b");
pattern!(
    AGE,
    r"(\d+)[\s-]*(?:years?[\s-]?old|y/?o\b|-year-old)|\bage[ds]?\s+(\d+)|(?:patient|pt|man|woman|male|female|boy|girl),?\s+(\d{1,2})\b"
);
pattern!(INFANT, r"\d+[\s-]*(?:months?|weeks?|days?)[\s-]old|newborn|infant|baby");
pattern!(DAYS, r"(\d+)[\s-]*days?");
pattern!(WEEKS, r"(\d+)[\s-]*weeks?");
pattern!(MONTHS, r"(\d+)[\s-]*months?");
pattern!(YEARS, r"(\d+)[\s-]*years?([\s-]?old)?");
pattern!(CM, r"(\d+(?:\.\d+)?)\s*cm\b");
pattern!(MG, r"(\d+(?:\.\d+)?)\s*mg\b");
pattern!(VIEWS, r"(\d+|two|three|four|one|single)[\s-]*views?");
pattern!(MODIFIER, r"\b[A-Z][A-Z0-9]\b");
pattern!(
    COMMERCIAL,
    r"commercial|aetna|cigna|uhc|united ?health|bcbs|blue ?cross|humana|anthem|private (?:payer|insur)|non-medicare"
);
pattern!(ASC, r"\basc\b|ambulatory surg|surgery center");
pattern!(
    FACILITY,
    r"\bopps\b|ub-?04|hospital outpatient|facility (?:claim|side|coding|modifier|billing)|for the facility|outpatient hospital"
);
pattern!(FEMALE, r"\b(?:female|woman|women|she|her|girl|mother|pregnan\w*|\d+ ?(?:yo |y/o )?f\b)");
pattern!(MALE, r"\b(?:male|man|men|he|his|boy|father|\d+ ?(?:yo |y/o )?m\b)");
pattern!(INPATIENT, r"inpatient|admitted|hospitalist");
pattern!(OFFICE, r"office|clinic\b");

/// Reads them.
pub fn read(text: &str) -> Stated {
    let lower = text.to_lowercase();
    let mut amounts = BTreeMap::new();
    let minutes = largest(&MINUTES, &lower).into_iter().chain(largest(&HOURS, &lower).map(|hours| hours * 60.0));
    put(&mut amounts, "minutes", minutes.reduce(f64::max));
    let age = AGE.captures(&lower).and_then(|found| found.iter().skip(1).flatten().next()?.as_str().parse().ok());
    put(&mut amounts, "age", age.or_else(|| INFANT.is_match(&lower).then_some(0.0)));
    put(&mut amounts, "days", largest(&DAYS, &lower));
    put(&mut amounts, "weeks", largest(&WEEKS, &lower));
    put(&mut amounts, "months", largest(&MONTHS, &lower));
    let years = YEARS.captures_iter(&lower).filter(|found| found.get(2).is_none());
    put(&mut amounts, "years", years.filter_map(|found| found[1].parse().ok()).reduce(f64::max));
    put(&mut amounts, "cm", largest(&CM, &lower));
    put(&mut amounts, "mg", largest(&MG, &lower));
    put(&mut amounts, "views", largest(&VIEWS, &lower));
    Stated {
        amounts,
        payer: payer(&lower),
        place: place(&lower),
        state: place::state(text),
        zip: place::zip(text),
        denials: place::denials(text),
        places_of_service: place::places_of_service(text),
        sex: sex(&lower),
        modifiers: modifiers(text),
    }
}

fn put(amounts: &mut BTreeMap<String, f64>, kind: &str, value: Option<f64>) {
    if let Some(value) = value {
        amounts.insert(kind.to_owned(), value);
    }
}

fn largest(pattern: &Regex, text: &str) -> Option<f64> {
    pattern.captures_iter(text).filter_map(|found| number(&found[1])).reduce(f64::max)
}

fn number(text: &str) -> Option<f64> {
    match text {
        "one" | "single" => Some(1.0),
        "two" => Some(2.0),
        "three" => Some(3.0),
        "four" => Some(4.0),
        _ => text.parse().ok(),
    }
}

fn payer(lower: &str) -> Payer {
    // "Non-Medicare" names another payer.
    let medicare = lower.replace("non-medicare", "").contains("medicare");
    if lower.contains("medicaid") && !medicare {
        Payer::Medicaid
    } else if COMMERCIAL.is_match(lower) && !medicare {
        Payer::Commercial
    } else {
        Payer::Medicare
    }
}

fn place(lower: &str) -> Option<Place> {
    let places =
        [(&ASC, Place::Asc), (&FACILITY, Place::Facility), (&INPATIENT, Place::Inpatient), (&OFFICE, Place::Office)];
    places.into_iter().find(|(pattern, _)| pattern.is_match(lower)).map(|(_, place)| place)
}

/// `female` or `male`, where only one of them is spoken of.
fn sex(lower: &str) -> Option<String> {
    match (FEMALE.is_match(lower), MALE.is_match(lower)) {
        (true, false) => Some("female".to_owned()),
        (false, true) => Some("male".to_owned()),
        _ => None,
    }
}

fn modifiers(text: &str) -> Vec<String> {
    let mut found: Vec<String> = MODIFIER
        .find_iter(text)
        // The end of `ICD-10-CM` is none.
        .filter(|m| !text[..m.start()].ends_with('.') && !text[..m.start()].ends_with("10-"))
        .filter(|m| !text[m.end()..].starts_with('%'))
        .filter(|m| !names_a_state(&text[..m.start()]))
        .map(|m| m.as_str().to_owned())
        .collect();
    found.sort();
    found.dedup();
    found
}

/// Two letters behind `State:` are those of a state.
fn names_a_state(before: &str) -> bool {
    let word = before.trim_end().trim_end_matches([':', '=']).trim_end();
    word.len() >= 5 && word.get(word.len() - 5..).is_some_and(|word| word.eq_ignore_ascii_case("state"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_letters_of_a_state_are_no_modifier() {
        assert_eq!(modifiers("45385 with XS\nState: OH"), ["XS"]);
    }

    #[test]
    fn amounts_are_read_with_their_kind() {
        let stated =
            read("A 67-year-old was seen for 1.5 hours, 30 minutes of it by phone; 3 weeks ago a 2.5 cm lesion.");
        let amount = |kind: &str| stated.amounts.get(kind).copied();
        assert_eq!((amount("age"), amount("minutes"), amount("weeks")), (Some(67.0), Some(90.0), Some(3.0)));
        assert_eq!((amount("cm"), amount("years")), (Some(2.5), None));
        assert_eq!(read("a newborn").amounts.get("age"), Some(&0.0));
    }

    #[test]
    fn payer_and_place_are_read() {
        assert_eq!(read("non-Medicare patient").payer, Payer::Commercial);
        assert_eq!(read("Aetna says").payer, Payer::Commercial);
        assert_eq!(read("Medicaid plan").payer, Payer::Medicaid);
        assert_eq!(read("anything").payer, Payer::Medicare);
        assert_eq!(read("our ASC stopped").place, Some(Place::Asc));
        assert_eq!(read("45385-59 and LT").modifiers, ["LT"]);
    }
}
