//! Places as people ask for them.

use jiff::civil::{Date, date};

use super::situation::{Situation, read};
use super::*;
use crate::checks::coverage::fixture::{DAY, shelf};
use crate::checks::coverage::tests::{inquiry, is_short};
use crate::corpus::starter_for_tests as starter;
use crate::domain::check::{Program, Setting};
use crate::domain::draft::Verdict;

fn of(corpus: &Corpus, code: &str, day: Date) -> Check {
    check(corpus, code, Scope { as_of: AsOf::Date(day), setting: Setting::Practitioner, program: Program::Medicare })
}

#[test]
fn a_place_is_proved_by_the_list_of_the_date() {
    let known = of(shelf(), "22", DAY);
    assert_eq!((known.outcome, known.figures.values["rate"].as_str()), (Outcome::Known, "facility rate"));
    assert!(!known.release.is_empty() && !known.sources.is_empty());
    let stale = of(shelf(), "11", date(2028, 2, 1));
    assert_eq!((stale.outcome, stale.last_known.map(|last| last.outcome)), (Outcome::NotChecked, Some(Outcome::Known)));
    assert_eq!(of(shelf(), "28", DAY).outcome, Outcome::NotListed);
    assert_eq!(of(shelf(), "28", date(2028, 2, 1)).outcome, Outcome::NotChecked);
    let told = of(starter(), "24", DAY);
    assert_eq!(told.outcome, Outcome::NotChecked);
    assert!(told.detail.contains("ambulatory surgical center") && told.last_known.is_none());
    assert_eq!(of(starter(), "x", DAY).outcome, Outcome::NotChecked);
}

#[test]
fn places_stand_once_and_in_order() {
    for pair in places::PLACES.windows(2) {
        assert!(pair[0].code < pair[1].code, "{}", pair[1].code);
    }
    assert_eq!(places::PLACES.len(), 52);
    for place in places::PLACES {
        assert!(names(&format!("{} {} and more F", place.code, place.official), place), "{}", place.code);
    }
}

#[test]
fn the_place_is_read_from_its_description() {
    for (text, expected) in [
        ("surgery at an ASC", Situation::Place("24")),
        ("a visit in the patient's home", Situation::Place("12")),
        ("telehealth, patient at home", Situation::Place("10")),
        ("video visit while the patient was at our clinic", Situation::Place("02")),
        ("a telehealth visit", Situation::Telehealth),
        ("I work from home and did telehealth, patient at home", Situation::Unclear),
        ("nursing home resident", Situation::Between("31", "32")),
        ("SNF, Part A stay", Situation::Place("31")),
        ("nursing facility, no Part A stay", Situation::Place("32")),
        ("hospital inpatient seen in our office", Situation::Place("21")),
        ("a provider-based department", Situation::Between("22", "19")),
        ("an off-campus provider-based clinic", Situation::Place("19")),
        ("urgent care next to a pharmacy", Situation::Unclear),
        ("homeless shelter", Situation::Place("04")),
        ("assisted living apartment at home", Situation::Place("13")),
        ("nothing is said", Situation::Unclear),
    ] {
        assert_eq!(read(text), expected, "{text}");
    }
}

fn settled(corpus: &Corpus, text: &str) -> Option<Ruling> {
    let found = settle(corpus, &inquiry(corpus, text, DAY));
    if let Some(ruling) = &found {
        assert!(is_short(ruling), "{} words: {}", ruling.say.split_whitespace().count(), ruling.say);
        assert!(!ruling.sources.is_empty(), "{text}");
    }
    found
}

#[test]
fn the_place_is_answered_where_it_is_asked() {
    for (text, label, words) in [
        ("Which POS for telehealth at home?", "10", "nonfacility rate"),
        ("What place of service do I use for a procedure in an ASC?", "24", "facility rate"),
        ("POS 11 or 22?", "11 or 22", "where the patient was"),
        ("Which place of service for an urgent care visit?", "20", "nonfacility rate"),
        ("Correct POS for a house call?", "12", "home"),
        ("What is POS 19?", "19", "off-campus"),
        ("Is POS 24 facility or non-facility?", "24", "facility rate"),
        ("POS for an FQHC visit?", "50", "federally qualified"),
        ("Which POS for a skilled nursing patient?", "31 or 32", "One fact decides"),
        ("What POS should we report for a hospital inpatient who was brought to our office?", "21", "inpatient"),
        ("POS 02 or 10 for a video visit?", "10 or 02", "One fact decides"),
        ("Which place of service code for street medicine?", "27", "street"),
    ] {
        let ruling = settled(starter(), text).unwrap_or_else(|| panic!("not settled: {text}"));
        assert_eq!(ruling.label.as_deref(), Some(label), "{text}: {}", ruling.say);
        assert!(ruling.say.contains(words), "{text}: {}", ruling.say);
        assert!(!ruling.confirmed, "the starter holds no list");
    }
    let wrong = settled(shelf(), "Can we use POS 11 for our provider-based department on campus?").unwrap();
    assert_eq!((wrong.verdict, wrong.label.as_deref()), (Some(Verdict::No), Some("22")), "{}", wrong.say);
    assert!(wrong.confirmed && wrong.doubts.is_empty());
    let back = settled(shelf(), "POS 11 or 22?").unwrap();
    assert!(back.ask.is_some_and(|ask| ask.contains("department of the hospital")) && back.confirmed);
}

#[test]
fn what_asks_for_no_place_is_left_to_others() {
    for text in [
        "99213 in POS 11 with 20610-25, can both be billed?",
        "Is the margin positive (pos) or not?",
        "What does 99213 pay in POS 11 in Florida?",
        "Which POS and modifier for telehealth at home?",
        "Which POS for Aetna telehealth at home?",
        "Does POS 11 pay more than POS 22?",
        "Which POS for a hospice patient in a nursing home?",
        "How many units of J1100 in the office?",
        "Denied CO-5, POS 22 with 99213. Which POS is right?",
        "Which POS for the interpretation of a CT read at home?",
        "Which CPT code for a home visit?",
    ] {
        assert!(settled(shelf(), text).is_none(), "{text}: {:?}", settled(shelf(), text).map(|ruling| ruling.say));
    }
}

#[test]
fn the_check_is_shown_where_a_place_is_asked_about() {
    let codes = |text: &str| -> Vec<String> {
        let found = asked(starter(), &inquiry(starter(), text, DAY)).into_iter();
        found
            .filter_map(|question| match question {
                Question::PlaceOfService { code } => Some(code),
                _ => None,
            })
            .collect()
    };
    assert_eq!(codes("POS 11 or 22?"), ["11", "22"]);
    assert_eq!(codes("Which POS for telehealth at home?"), ["10"]);
    assert_eq!(codes("What POS for an ASC?"), ["24"]);
    assert!(codes("We saw her in POS 11. Can 99213 and 20610 be billed together?").is_empty());
    assert!(codes("Surgery in an ASC, which CPT code?").is_empty());
}
