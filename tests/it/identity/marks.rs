//! Identifiers in text that nobody of us wrote, and how long masking takes.

use std::time::Duration;

use caseconsultant::identity::deidentify;

use super::codes::shared;
use super::written;

/// Kinds of the set that have a form of their own; names and places of all countries have none.
const STRUCTURED: [&str; 8] = [
    "PHONE_NUMBER",
    "CREDIT_CARD",
    "DATE_TIME",
    "DOMAIN_NAME",
    "US_SSN",
    "IP_ADDRESS",
    "EMAIL_ADDRESS",
    "US_DRIVER_LICENSE",
];

/// Planted and found identifiers of the structured kinds, with what was missed; `None` where the set is not there.
pub fn structured() -> Option<(usize, usize, Vec<String>)> {
    let text = std::fs::read_to_string(shared().join("security/phi/generated_small.json")).ok()?;
    let items: Vec<serde_json::Value> = serde_json::from_str(&text).unwrap();
    let (mut planted, mut found, mut missed) = (0, 0, Vec::new());
    for item in &items {
        let masked = deidentify(item["full_text"].as_str().unwrap());
        for span in item["spans"].as_array().unwrap() {
            let (kind, value) = (span["entity_type"].as_str().unwrap(), span["entity_value"].as_str().unwrap());
            if !STRUCTURED.contains(&kind) {
                continue;
            }
            planted += 1;
            if masked.as_str().contains(value) {
                missed.push(format!("{kind} {value}"));
            } else {
                found += 1;
            }
        }
    }
    Some((planted, found, missed))
}

/// The processor's time for masking a text, the least of two runs: other tests beside it take none of that.
fn work(text: &str) -> Duration {
    let spent = || {
        let line = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
        Duration::from_nanos(line.split(' ').next().unwrap().parse().unwrap())
    };
    let once = || {
        let begin = spent();
        assert!(!deidentify(text).as_str().is_empty());
        spent() - begin
    };
    (0..2).map(|_| once()).min().unwrap()
}

/// Texts of 100 kB that would be slow if anything looked back or ahead without a bound.
pub fn hostile() -> Vec<(String, String)> {
    let pieces = [
        "1",
        "A",
        "a",
        ",",
        "Aa ",
        "A. ",
        "1 ",
        "123-",
        "1234 ",
        "123 Elm ",
        "Smith, ",
        "John ",
        "MRN ",
        "MRN 1",
        "a@",
        "a.",
        "1.",
        "1/",
        "dr ",
        "Patient: ",
        "DOB ",
        "a-",
        "A1",
        "555-",
        "box ",
        "apt ",
        "www.",
        "ab:",
        "medical record ",
        "May ",
        "1st of ",
        "John Smith ",
        "name: ",
        "(",
        "é",
        "\n",
    ];
    pieces.iter().map(|piece| ((*piece).to_owned(), piece.repeat(100_000 / piece.len()))).collect()
}

#[test]
fn structured_identifiers_of_others_texts_are_found() {
    let Some((planted, found, missed)) = structured() else {
        eprintln!("not run: security/phi is not there");
        return;
    };
    assert!(found * 100 >= planted * 97, "{found} of {planted}: {missed:?}");
}

/// How long masking takes is measured by `tests/bench/run identity`; here, with other tests beside it, what counts is
/// that four times the text costs about four times the work.
#[test]
fn masking_costs_in_proportion_to_the_text_whatever_it_repeats() {
    for (piece, text) in hostile() {
        let (one, four) = (work(&text), work(&text.repeat(4)));
        // What is quadratic takes sixteen times as long; the clock of the processor's time is a few milliseconds coarse.
        assert!(four < one * 8 + Duration::from_millis(60), "{one:?} and {four:?} for {piece:?}");
    }
}

#[test]
fn masking_what_is_masked_changes_nothing() {
    for mail in written::mails() {
        let once = deidentify(&mail.text);
        assert_eq!(deidentify(once.as_str()).as_str(), once.as_str());
    }
}
