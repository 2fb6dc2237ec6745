//! Denials as people mail them, over a small shelf with invented texts and over the starter edition.

use jiff::civil::{Date, date};

use super::*;
use crate::checks::coverage::fixture::{DAY, shelf};
use crate::checks::coverage::tests::{inquiry, is_short};
use crate::corpus::starter_for_tests as starter;
use crate::domain::check::{Program, Setting};
use crate::domain::draft::Verdict;

/// The day on which the starter knows edits and units.
const SUMMER: Date = date(2024, 8, 1);

fn of(corpus: &Corpus, code: &str, day: Date) -> Check {
    check(corpus, code, Scope { as_of: AsOf::Date(day), setting: Setting::Practitioner, program: Program::Medicare })
}

#[test]
fn every_meaning_is_short_and_in_plain_words() {
    let mut seen = Vec::new();
    for meaning in meanings::all() {
        assert!(!seen.contains(&meaning.code), "{} twice", meaning.code);
        seen.push(meaning.code);
        for part in [meaning.says, meaning.cause, meaning.next] {
            assert!(!part.is_empty() && !part.ends_with('.') && part.is_ascii(), "{}: {part}", meaning.code);
            assert!(part.split_whitespace().count() < 32, "{}: {part}", meaning.code);
        }
        assert!(!meaning.next.contains("add 59") && !meaning.next.contains("append"), "{}", meaning.code);
        assert!(Named::parse(meaning.code).is_some_and(|named| plain(&named).is_some()), "{}", meaning.code);
    }
    assert!(seen.len() >= 60, "{}", seen.len());
}

#[test]
fn a_code_is_proved_by_the_operators_list_of_the_date() {
    let known = of(shelf(), "CO-97", DAY);
    assert_eq!(known.outcome, Outcome::Known, "{known:?}");
    assert!(known.detail.contains("do not bill the patient") && known.detail.contains("120 days"), "{}", known.detail);
    assert!(known.sources.iter().any(|source| source.quote.contains("Invented words for a bundled line")));
    let retired = of(shelf(), "125", DAY);
    assert_eq!(retired.outcome, Outcome::Deleted);
    assert!(retired.detail.contains("2013-11-01"));
    let only_listed = of(shelf(), "N999", DAY);
    assert_eq!(only_listed.outcome, Outcome::Known);
    let stale = of(shelf(), "CO-97", date(2028, 1, 5));
    assert_eq!((stale.outcome, stale.last_known.map(|last| last.outcome)), (Outcome::NotChecked, Some(Outcome::Known)));
}

#[test]
fn without_a_list_the_meaning_is_told_and_not_proved() {
    let told = of(starter(), "CO-97", SUMMER);
    assert_eq!((told.outcome, told.release.as_str()), (Outcome::NotChecked, ""));
    assert!(told.detail.contains("included in that of another service") && told.detail.contains("our words"));
    assert_eq!(of(starter(), "CO-999", SUMMER).outcome, Outcome::NotChecked);
    assert!(of(starter(), "hello", SUMMER).detail.contains("no denial code"));
}

fn spoken_of(text: &str) -> Vec<String> {
    named::spoken(starter(), &inquiry(starter(), text, SUMMER)).iter().map(Named::text).collect()
}

#[test]
fn denials_are_told_from_diagnoses_and_other_letters() {
    for (text, codes) in [
        ("What does CO-97 mean?", vec!["CO-97"]),
        ("Claim denied CO 16 with remarks N290 and MA130", vec!["CO-16", "N290", "MA130"]),
        ("We got CARC 204 on the EOB", vec!["204"]),
        ("PR-96 N425 denial on 99397, now what?", vec!["PR-96", "N425"]),
        ("denied CO-50 for N18.30 and M54.50", vec!["CO-50"]),
        ("CO2 laser of the vocal cord, 31541", vec![]),
        ("Is N18.30 valid?", vec![]),
        ("the PA saw 97 patients", vec![]),
        ("the CO-surgeon used 62", vec![]),
    ] {
        assert_eq!(spoken_of(text), codes, "{text}");
    }
}

fn settled(corpus: &Corpus, text: &str, day: Date) -> Option<Ruling> {
    let found = settle(corpus, &inquiry(corpus, text, day));
    if let Some(ruling) = &found {
        assert!(is_short(ruling), "{} words: {}", ruling.say.split_whitespace().count(), ruling.say);
        assert!(!ruling.sources.is_empty(), "{text}");
        assert!(!ruling.say.contains("add 59"), "{}", ruling.say);
    }
    found
}

#[test]
fn the_answer_says_what_it_means_who_bears_it_and_what_next() {
    for (text, verdict, words) in [
        ("What does denial code CO-97 mean?", None, "already included"),
        ("Our claim came back CO-16 with N290 and MA130. What do we do?", None, "identifier"),
        ("CO-50 on 93306, what now?", None, "medically necessary"),
        ("denied CARC 181 for 37250", None, "not valid on the date"),
        ("Denied PR-204. Can we bill the patient?", Some(Verdict::Depends), "PR makes it"),
        ("99397 denied PR-96 with N425. Can we bill the patient?", Some(Verdict::Yes), "excluded by statute"),
        ("Denied CO-45, may we balance bill the patient?", Some(Verdict::No), "do not bill the patient"),
        ("CO-97 for 45380 with 45385. What is the fix?", None, "indicator 1"),
        ("45380 denied CO-97 with 45385, can we just add 59?", Some(Verdict::Depends), "only if it is true"),
        ("29877 denied CO-236 with 29881. Should we append 59 and resubmit?", Some(Verdict::No), "indicator 0"),
        ("CO-11 denial. Can we change the diagnosis code so it pays?", Some(Verdict::No), "no reason"),
        ("37253 x6 denied CO-151 N362, what are our options?", None, "MUE of 37253 is 5"),
        ("How should we respond to CO-B15 on 37253?", None, "add-on"),
        (
            "CO-29 denial. Can we appeal? The claim was sent 14 months after the service.",
            Some(Verdict::No),
            "42 CFR 424.44",
        ),
        ("Denied CO-29, sent 8 months after the service. Can we appeal?", Some(Verdict::Depends), "277CA"),
        ("CO-29 from Aetna, may we appeal it?", Some(Verdict::Depends), "contract"),
        ("CO-97 denial on 99213 with 20610. Would modifier 25 fix it?", Some(Verdict::Depends), "25 goes on 99213"),
        ("remark code MA130, explain please", None, "unprocessable"),
    ] {
        let ruling = settled(starter(), text, SUMMER).unwrap_or_else(|| panic!("not settled: {text}"));
        assert_eq!(ruling.verdict, verdict, "{text}: {}", ruling.say);
        assert!(ruling.say.contains(words), "{text}: {}", ruling.say);
        assert!(!ruling.confirmed && !ruling.doubts.is_empty(), "the starter holds no list: {text}");
    }
    let held = settled(shelf(), "What does CO-97 mean?", DAY).unwrap();
    assert!(held.confirmed && held.doubts.is_empty());
}

#[test]
fn questions_of_something_else_are_left_to_others() {
    for text in [
        "How long do we have to appeal CO-50?",
        "99214 denied CO-97 with 20610. New back pain was evaluated too. Is modifier 25 correct?",
        "What is the deadline for CO-29?",
        "CO-16 came back, which CPT code is right for this?",
        "Do we need an ABN before a CO-50 denial?",
        "Can 45385 and 45380 be billed together?",
        "CO2 laser 31541, which modifier?",
        "Is N18.30 covered?",
        "What does modifier 97 mean?",
        "The PR 10 day follow-up, 99213-24?",
    ] {
        assert!(settled(starter(), text, SUMMER).is_none(), "{text}");
    }
}

#[test]
fn a_denial_brings_the_check_that_it_points_to() {
    let kinds = |text: &str| -> Vec<&'static str> {
        asked(starter(), &inquiry(starter(), text, SUMMER)).iter().map(Question::kind).collect()
    };
    assert_eq!(kinds("45380 denied CO-97 with 45385"), ["denial", "ptp"]);
    assert_eq!(kinds("37253 x6 denied CO-151 N362"), ["denial", "denial", "units"]);
    assert_eq!(kinds("93306 for R07.9 denied CO-50 in Florida"), ["denial", "coverage"]);
    assert_eq!(kinds("Aetna denied 93306 CO-50"), ["denial"]);
    assert_eq!(kinds("73560-RT denied CO-4"), ["denial", "modifier_fit"]);
    assert!(kinds("45380 with 45385, which modifier?").is_empty());
}
