//! Questions about anesthesia as people mail them, over the small shelf of official files.

use super::*;
use crate::checks::fee::tests::{read, shelf};

fn answered(text: &str) -> Ruling {
    find(shelf(), &read(text)).unwrap_or_else(|| panic!("no answer to {text}"))
}

#[test]
fn time_units_are_counted() {
    for (text, label) in [
        ("01992-QZ, 47 minutes: how many units?", "3.1"),
        ("CRNA billed 00790-QZ, start 7:32, stop 9:05. How many units?", "6.2"),
        ("How many units for 00790 AA, 1 hour 35 minutes?", "6.3"),
        ("Anesthesia time was 100 minutes. How many time units is that for Medicare?", "6.7"),
        ("00790-QK with 7 base units and 90 minutes, how many total units?", "13"),
        ("base units 5, 00790-AA, 47 minutes. Total units?", "8.1"),
        ("01996, 30 minutes with 3 base units: how many units?", "3"),
        ("00790-AD, 60 minutes, how many units does Medicare allow?", "3"),
        ("How are units calculated for 00790-QX from 0732 to 0905?", "6.2"),
    ] {
        let ruling = answered(text);
        assert_eq!(ruling.label.as_deref(), Some(label), "{text}: {}", ruling.say);
        assert!(ruling.verdict.is_none() && !ruling.sources.is_empty(), "{text}");
    }
}

#[test]
fn what_is_not_on_the_shelf_is_said() {
    let ruling = answered("01992-QZ, 47 minutes: how many units?");
    assert!(ruling.say.contains("base units of the code are not on this shelf"), "{}", ruling.say);
    assert!(answered("00790-AA-P3, 47 minutes, units?").say.contains("P3 adds nothing"));
}

#[test]
fn the_allowance_needs_base_units_and_a_place() {
    let one = answered("How much does Medicare pay for 00790-QZ, 5 base units, 47 minutes, in Miami, FL?");
    // 8.1 units at 22.67 dollars.
    assert_eq!(one.label.as_deref(), Some("$183.63"), "{}", one.say);
    let half = answered("What is allowed for 00790-QK, 5 base units, 47 minutes, in Miami, FL?");
    assert_eq!(half.label.as_deref(), Some("$91.82"), "{}", half.say);
    let state = answered("What does Medicare pay for 00790-AA, 5 base units, 47 minutes, Florida?");
    assert!(state.ask.is_some() && state.say.contains("Rest of Florida"), "{}", state.say);
    assert!(answered("How much does Medicare pay for 00790-AA, 5 base units, 47 minutes?").ask.is_some());
}

#[test]
fn other_questions_are_left_alone() {
    for text in [
        "97110 for 47 minutes, how many units?",
        "99152 moderate sedation, 47 minutes: how many units?",
        "What are the base units of 00790?",
        "00790 and 00840, 90 minutes, how many units?",
        "Which modifier for a CRNA alone on 00790?",
        "00790-AA-QZ, 47 minutes, how many units?",
        "Aetna: 00790-QZ, 47 minutes, how many units?",
        "00790 was denied, 47 minutes, how many units?",
        "start 7:32, stop 9:05, 60 minutes, 00790: how many units?",
        "How many minutes is a unit of 00790?",
        "When does anesthesia time start for 00790?",
        "J1100 4 mg, how many units?",
    ] {
        assert!(find(shelf(), &read(text)).is_none(), "{text}");
    }
}
