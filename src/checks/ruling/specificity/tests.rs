//! Headings, sides and placeholders as people mail them, over the codes of the starter edition with our descriptions.

use jiff::civil::date;

use super::*;
use crate::corpus::starter_for_tests as corpus;
use crate::domain::check::{Program, Setting};
use crate::domain::time::AsOf;
use crate::research::{Reading, read};

fn inquiry(text: &str) -> Inquiry {
    let reading = Reading {
        today: date(2026, 5, 2),
        message_date: None,
        on: Some(AsOf::Date(date(2026, 5, 1))),
        setting: Setting::Practitioner,
        program: Program::Medicare,
    };
    read(corpus(), &crate::identity::deidentify(text), &reading)
}

fn found(text: &str) -> Option<Ruling> {
    find(corpus(), &inquiry(text))
}

fn lines(ruling: &Ruling) -> Vec<&str> {
    ruling.lines.iter().map(|line| line.code.as_str()).collect()
}

#[test]
fn the_fact_that_is_stated_chooses_the_code() {
    for (text, codes) in [
        ("Claim rejects N18.3 as truncated, the note says stage 3a.", vec!["N18.31"]),
        ("N18.3 denied, patient has CKD 3b", vec!["N18.32"]),
        ("S72.001 invalid, right hip fracture in the ED", vec!["S72.001A"]),
        ("S72.001 rejected: open fracture, seen in the emergency room", vec!["S72.001B"]),
        ("S72.001 was returned, this was a follow-up visit. Which 7th character?", vec!["S72.001D"]),
        ("S72.001 follow-up, nonunion. Needs a 7th character?", vec!["S72.001K"]),
        ("S72.001 is invalid, it is a sequela", vec!["S72.001S"]),
        ("M25.56 denied, left knee pain", vec!["M25.562"]),
        ("Is M25.56 billable for right knee pain?", vec!["M25.561"]),
    ] {
        let ruling = found(text).unwrap_or_else(|| panic!("{text}"));
        assert_eq!(lines(&ruling), codes, "{text}: {}", ruling.say);
        assert!(ruling.say.split_whitespace().count() <= 60, "{}", ruling.say);
        assert!(!ruling.sources.is_empty() && ruling.confirmed, "{text}");
    }
}

#[test]
fn without_the_fact_the_codes_are_listed_and_none_is_picked() {
    for (text, shown) in [
        ("Claim rejects N18.3", "N18.31"),
        ("M54.5 denied as truncated", "M54.50"),
        ("S72.001 invalid", "S72.001A"),
        ("Why is M25.56 invalid?", "M25.561"),
        ("N18.3 denied. Stage 3a or 3b is not in the note yet", "N18.30"),
        ("M54.5?", "M54.59"),
    ] {
        let ruling = found(text).unwrap_or_else(|| panic!("{text}"));
        assert_eq!((ruling.verdict, lines(&ruling)), (Some(Verdict::No), vec![]), "{text}: {}", ruling.say);
        assert!(ruling.say.starts_with("No. ") && ruling.say.contains(shown), "{text}: {}", ruling.say);
        assert!(ruling.say.split_whitespace().count() <= 60, "{}", ruling.say);
    }
}

#[test]
fn both_codes_of_one_mail_are_answered() {
    let ruling = found("Two rejections: N18.3, stage 3b. S72.001 was a follow-up visit.").unwrap();
    assert_eq!(lines(&ruling), ["N18.32", "S72.001D"], "{}", ruling.say);
    let ruling = found("N18.3 and M54.5 denied as invalid, CKD stage 3a").unwrap();
    assert!(ruling.say.contains("M54.5 is a heading") && ruling.say.contains("N18.3 is a heading"), "{}", ruling.say);
}

#[test]
fn a_question_for_the_code_has_no_verdict() {
    let ruling = found("What is the full code for N18.3, stage 3a").unwrap();
    assert_eq!((ruling.verdict, ruling.label.as_deref()), (None, Some("N18.31")));
}

#[test]
fn a_side_that_is_not_the_codes_is_found_and_put_right() {
    for text in [
        "Right knee pain coded M25.562, correct?",
        "Patient has right knee pain. Dx M25.562. Denied for laterality",
        "Can I use M25.562 for right knee pain?",
        "Is M25.562 fine for pain in the right knee?",
        "20610 with dx M25.562 denied, it was the right knee",
    ] {
        let ruling = found(text).unwrap_or_else(|| panic!("{text}"));
        assert_eq!((ruling.verdict, lines(&ruling)), (Some(Verdict::No), vec!["M25.561"]), "{text}: {}", ruling.say);
    }
}

#[test]
fn other_questions_are_left_alone() {
    for text in [
        "Is N18.31 valid?",
        "Can N18.31 and I10 be billed together?",
        "Left knee pain coded M25.562, correct?",
        "Is M25.562 the right code?",
        "Knee pain M25.562, is that right?",
        "99213 and 20610 for M25.56, modifier?",
        "Knee injection 20610, M25.56, how many units?",
        "Both knees hurt, M25.561 and M25.562, correct?",
        "Right shoulder and left knee, M25.562 coded",
        "Which goes first, E11.22 or N18.30?",
        "Does Medicare pay 99214?",
        "Room N18, which floor?",
        "",
    ] {
        assert_eq!(found(text), None, "{text}");
    }
}
