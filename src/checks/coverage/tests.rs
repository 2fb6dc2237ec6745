//! Questions of coverage as people mail them, over an invented article and over the starter edition.

use jiff::civil::{Date, date};

use super::fixture::{DAY, shelf};
use super::*;
use crate::corpus::starter_for_tests as starter;
use crate::domain::check::Setting;
use crate::domain::draft::Verdict;
use crate::research::Reading;

/// A question as it is read, for a day of service.
pub(in crate::checks) fn inquiry(corpus: &Corpus, text: &str, day: Date) -> Inquiry {
    let reading = Reading {
        today: day,
        message_date: None,
        on: Some(AsOf::Date(day)),
        setting: Setting::Practitioner,
        program: Program::Medicare,
    };
    crate::research::read(corpus, &crate::identity::deidentify(text), &reading)
}

/// At most this many words lead a reply.
pub(in crate::checks) fn is_short(ruling: &Ruling) -> bool {
    ruling.say.split_whitespace().count() <= 60
}

fn scope(day: Date) -> Scope {
    Scope { as_of: AsOf::Date(day), setting: Setting::Practitioner, program: Program::Medicare }
}

fn of(code: &str, diagnosis: Option<&str>, state: Option<&str>, day: Date) -> Check {
    let code = Code::parse(code).unwrap();
    let diagnosis = diagnosis.map(|text| Code::parse_icd10cm(text).unwrap());
    let check = check(shelf(), &code, diagnosis.as_ref(), state, scope(day));
    let proved = check.outcome != Outcome::NotChecked;
    assert_eq!(proved, !check.release.is_empty(), "{check:?}");
    assert!(!proved || !check.sources.is_empty(), "{check:?}");
    assert!(!check.detail.contains('\u{2014}') && !check.detail.is_empty(), "{}", check.detail);
    check
}

#[test]
fn a_diagnosis_is_looked_up_in_the_group_that_names_the_service() {
    for (code, diagnosis, state, outcome) in [
        ("93306", "I50.9", Some("FL"), Outcome::Covered),
        ("93306", "Z00.00", Some("FL"), Outcome::NotCovered),
        ("93306", "R07.9", Some("FL"), Outcome::NotListed),
        // The group of supporting diagnoses is not for this code, and that of the others is.
        ("93308", "I50.9", Some("FL"), Outcome::NotListed),
        ("93308", "Z00.00", Some("FL"), Outcome::NotCovered),
        // The article's own text speaks against the code.
        ("93307", "I50.9", Some("FL"), Outcome::Known),
        // Without a state nobody knows whether the document binds.
        ("93306", "I50.9", None, Outcome::Known),
        ("93306", "I50.9", Some("TX"), Outcome::NotChecked),
        ("77080", "M81.0", Some("FL"), Outcome::NotChecked),
    ] {
        let check = of(code, Some(diagnosis), state, DAY);
        assert_eq!(check.outcome, outcome, "{code} {diagnosis} {state:?}: {}", check.detail);
    }
    let covered = of("93306", Some("I50.9"), Some("FL"), DAY);
    assert!(
        covered.detail.contains("other conditions are met") && covered.detail.contains("A12345"),
        "{}",
        covered.detail
    );
    assert_eq!(covered.figures.values["effective"], "2025-02-18");
    assert_eq!(covered.figures.values["contractor"], "First Shore, Inc.");
}

#[test]
fn a_document_of_another_state_or_day_proves_nothing() {
    let texas = of("93306", Some("I50.9"), Some("TX"), DAY);
    assert!(texas.detail.contains("Novel Plains") && texas.detail.contains("proves nothing"), "{}", texas.detail);
    let before = of("93306", Some("I50.9"), Some("FL"), date(2024, 5, 1));
    assert_eq!(before.outcome, Outcome::NotChecked);
    assert!(before.last_known.is_some_and(|last| last.value.contains("A12345")));
    let unknown = of("20610", None, Some("TX"), DAY);
    assert!(unknown.detail.contains("contractor: Novel Plains, Inc."), "{}", unknown.detail);
}

#[test]
fn a_heading_is_in_no_list_and_not_denied_for_that() {
    let check = of("93306", Some("E11"), Some("FL"), DAY);
    assert_eq!(check.outcome, Outcome::Known, "{}", check.detail);
    assert!(check.detail.contains("heading"));
}

#[test]
fn what_is_excluded_is_so_whatever_the_diagnosis() {
    let autumn = date(2025, 10, 20);
    let code = Code::parse("99397").unwrap();
    let found = check(starter(), &code, None, Some("FL"), scope(autumn));
    assert_eq!((found.outcome, found.release.as_str()), (Outcome::NotCovered, "mpfs-rvu25d"), "{}", found.detail);
    assert!(found.detail.contains("status N"));
    let medicaid = Scope { program: Program::Medicaid, ..scope(autumn) };
    assert_eq!(check(starter(), &code, None, None, medicaid).outcome, Outcome::NotChecked);
    let diagnosis = Code::parse_icd10cm("E11.9").unwrap();
    assert_eq!(check(starter(), &diagnosis, None, None, scope(autumn)).outcome, Outcome::NotChecked);
}

fn settled(text: &str) -> Option<Ruling> {
    let found = settle(shelf(), &inquiry(shelf(), text, DAY));
    if let Some(ruling) = &found {
        assert!(is_short(ruling), "{} words: {}", ruling.say.split_whitespace().count(), ruling.say);
        assert!(!ruling.sources.is_empty(), "{text}");
    }
    found
}

#[test]
fn questions_of_coverage_are_answered_from_the_documents() {
    for (text, verdict, words) in [
        ("Is 93306 covered for I50.9 in Florida?", Some(Verdict::Yes), "other conditions"),
        ("Hi team, does Medicare cover 93306 with dx I50.9? We are in Tampa, Florida.", Some(Verdict::Yes), "A12345"),
        ("Is 93306 covered for R07.9 in Florida?", Some(Verdict::No), "in no list"),
        ("Would 93306 be covered under Z00.00 for our Florida clinic?", Some(Verdict::No), "not supporting"),
        ("Which LCD or article covers 93306 in Florida?", None, "A12345"),
        ("Is there an NCD for sleep studies?", Some(Verdict::Yes), "NCD 240.4.1"),
        ("Does the NCD for bone density cover M81.0?", Some(Verdict::Depends), "NCD 150.3"),
        ("Which NCD covers DEXA?", None, "150.3"),
    ] {
        let ruling = settled(text).unwrap_or_else(|| panic!("not settled: {text}"));
        assert_eq!(ruling.verdict, verdict, "{text}: {}", ruling.say);
        assert!(ruling.say.contains(words), "{text}: {}", ruling.say);
    }
    let back = settled("Is 93306 covered for I50.9?").unwrap();
    assert!(back.ask.is_some() && back.verdict == Some(Verdict::Depends), "{back:?}");
}

#[test]
fn what_is_no_question_of_coverage_documents_is_left_to_others() {
    for text in [
        "Is 93306 covered for I50.9 in Texas?",
        "How often does Medicare cover 77080?",
        "Does Aetna cover 93306 for I50.9 in Florida?",
        "Is 93306 covered by Medicaid in Florida for I50.9?",
        "Is 11042 covered in the global package of 27447?",
        "Who signs while the covering physician is away, 99213?",
        "Can 93306 and 93308 be billed together?",
        "93306 for I50.9 denied CO-50 in Florida, is it covered?",
        "Do we need an ABN if 93306 is not covered for R07.9 in Florida?",
        "Is there an NCD?",
        "Is there an NCD for moon dust?",
        "Which CPT code covers a limited echo?",
        "What is the wRVU of 93306?",
    ] {
        assert!(settled(text).is_none(), "{text}: {:?}", settled(text));
    }
}

#[test]
fn the_check_is_shown_where_coverage_is_spoken_of() {
    for (text, count) in [
        ("Is 93306 covered for R07.9 in Florida?", 1),
        ("Does I50.9 support medical necessity for 93306?", 1),
        ("93306 or 93308, which is covered for I50.9?", 2),
        ("Which LCD names 20610?", 1),
        ("Can 93306 and 93308 be billed together?", 0),
        ("Is 11042 covered in the global package of 27447?", 0),
        ("Does Cigna cover 93306?", 0),
        ("Is I50.9 covered?", 0),
    ] {
        assert_eq!(asked(shelf(), &inquiry(shelf(), text, DAY)).len(), count, "{text}");
    }
}

#[test]
fn local_documents_are_found_by_their_subject_for_the_state() {
    let ruling = settled("Which LCD covers heart pictures in Florida?").unwrap();
    assert!(ruling.say.contains("A12345") && !ruling.doubts.is_empty(), "{}", ruling.say);
    assert!(settled("What LCD covers 93306 in Florida for date of service 2024-01-15?").is_none());
    let elsewhere = settled("Is there an LCD for heart pictures in Texas?").unwrap();
    assert!(elsewhere.verdict.is_none() && elsewhere.say.contains("do not bind"), "{}", elsewhere.say);
}
