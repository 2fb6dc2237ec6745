//! Questions about levels as people mail them.

use jiff::civil::date;
use proptest::prelude::*;

use super::*;
use crate::corpus::starter_for_tests as corpus;
use crate::domain::check::{Program, Setting};
use crate::domain::draft::Verdict;
use crate::research::{Reading, read};

fn inquiry(text: &str) -> Inquiry {
    let reading = Reading {
        today: date(2026, 7, 15),
        message_date: None,
        on: None,
        setting: Setting::Practitioner,
        program: Program::Medicare,
    };
    read(corpus(), &crate::identity::deidentify(text), &reading)
}

fn short(ruling: Option<&Ruling>) -> String {
    let Some(ruling) = ruling else { return "none".to_owned() };
    let verdict = match ruling.verdict {
        Some(Verdict::Yes) => "yes: ",
        Some(Verdict::No) => "no: ",
        Some(Verdict::Depends) => "depends: ",
        None => "",
    };
    let lines: Vec<String> = ruling.lines.iter().map(|line| line.code.to_string()).collect();
    let asked = ruling.ask.as_ref().map(|_| format!("ask {}", ruling.label.clone().unwrap_or_default()));
    format!("{verdict}{}{}", lines.join(", "), asked.unwrap_or_default())
}

fn hold(cases: &[(&str, &str)]) {
    let mut faults = Vec::new();
    for (text, expected) in cases {
        let ruling = find(corpus(), &inquiry(text));
        if let Some(ruling) = &ruling {
            let words = ruling.say.split_whitespace().count();
            assert!(words <= 70, "{words} words: {}", ruling.say);
            assert!(!ruling.confirmed && !ruling.doubts.is_empty() && !ruling.sources.is_empty(), "{ruling:?}");
        }
        let found = short(ruling.as_ref());
        if found != *expected {
            let say = ruling.map(|ruling| ruling.say).unwrap_or_default();
            faults.push(format!("{text}\n    expected {expected}\n    found    {found}  ({say})"));
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn decision_making_sets_the_level() {
    hold(&[
        ("Moderate MDM, established patient, office. Which level?", "99214"),
        ("New patient with low complexity medical decision making. What code?", "99203"),
        ("ED visit, high MDM, what level?", "99285"),
        ("Initial hospital visit with moderate decision making, which code?", "99222"),
        ("Subsequent hospital visit, MDM low. Level?", "99231"),
        ("Established patient, two stable chronic illnesses and a prescription refill. What level?", "99214"),
        ("Established office visit: one stable chronic illness, Rx continued, no labs. Which E/M level?", "99213"),
        ("Established patient with uncontrolled diabetes, metformin dose increased. What E/M level?", "99214"),
        ("Established patient, acute uncomplicated cystitis, antibiotic prescribed, no other data. Level?", "99213"),
        ("New patient, problems moderate, data limited, risk moderate: which level?", "99204"),
        ("Established patient: high problems, extensive data, low risk. What level?", "99215"),
        (
            "Established patient sent to the ER for chest pain, threat to life, decision to hospitalize. What E/M level?",
            "99215",
        ),
        ("Emergency department level: one self-limited problem, OTC drugs, no labs?", "99282"),
        (
            "Emergency department visit, acute uncomplicated injury, 3 tests ordered, prescription given. What level?",
            "99284",
        ),
        (
            "Physician reviewed 2 outside notes and ordered 1 lab, one stable chronic illness, OTC only. Level est patient?",
            "99213",
        ),
        (
            "Established patient with CKD, CHF and diabetes all stable, labs reviewed CBC BMP A1c, meds continued. Level?",
            "99214",
        ),
        ("Nursing facility subsequent visit with moderate MDM, code?", "99309"),
        ("Home visit, established patient, high MDM. Which code?", "99350"),
        (
            "Drug therapy requiring intensive monitoring for toxicity, severe exacerbation of RA, established. Level of visit?",
            "99215",
        ),
    ]);
}

#[test]
fn time_sets_the_level() {
    hold(&[
        ("Established patient office visit, 35 minutes total. What level?", "99214"),
        ("New patient visit took 44 minutes by the physician. Which level by time?", "99203"),
        ("Is 45 minutes enough for 99215?", "yes: 99215"),
        ("Is 38 minutes enough for 99215?", "no: 99214"),
        (
            "Established patient visit: 10 minutes reviewing records, 20 minutes with the patient and 8 minutes charting. Which level?",
            "99214",
        ),
        ("Our doctor spent 25 minutes with a patient and 10 minutes documenting. Established. Level?", "99214"),
        ("Established visit, 45 minutes total including 10 minutes for the EKG we bill. Level by time?", "99214"),
        ("99215 requires 40 minutes; the doctor documented 39 minutes. Round up?", "no: 99214"),
        ("99215 is 40 minutes, the doctor documented 39 minutes. Supported?", "no: 99214"),
        ("Subsequent hospital visit, 36 minutes. Level by time?", "99232"),
        (
            "99223 needs how much time? We spent 60 minutes on the initial hospital visit. Is 99223 supported?",
            "no: 99222",
        ),
        ("Established home visit of 45 minutes, which level?", "99349"),
        ("Established patient visit of 75 minutes total for Medicare, what do we bill?", "99215, G2212"),
        ("8 minutes spent with an established patient, is 99212 supported by time?", "no: "),
        ("Office consultation for Cigna, 42 minutes total time, which level?", "99244"),
    ]);
}

#[test]
fn the_minutes_of_a_code_are_told() {
    for (text, label) in
        [("What is the time for 99214?", "30 minutes"), ("How many minutes are needed for 99223?", "75 minutes")]
    {
        assert_eq!(find(corpus(), &inquiry(text)).unwrap().label.as_deref(), Some(label), "{text}");
    }
    assert!(find(corpus(), &inquiry("What is the time for 99284?")).is_none());
}

#[test]
fn both_routes_are_shown_and_the_higher_one_taken() {
    hold(&[
        ("Established patient, low MDM but 45 minutes spent. Which level?", "99215"),
        ("Established visit, 22 minutes, moderate MDM. Which level?", "99214"),
        ("MDM low but 45 minutes. Which level of office visit?", "ask 99204 or 99215"),
        ("Office visit with moderate MDM. Which code?", "ask 99204 or 99214"),
        ("Inpatient visit with high MDM, which code?", "ask 99223 or 99233"),
    ]);
    let both = find(corpus(), &inquiry("Established visit, 22 minutes, moderate MDM. Which level?")).unwrap();
    assert!(both.say.contains("By time 99213") && both.say.contains("By decision making 99214,"), "{}", both.say);
}

#[test]
fn a_code_that_was_billed_is_judged() {
    hold(&[
        ("We billed 99215 for 2 stable chronic problems and a refill: right?", "no: 99214"),
        ("We billed 99214 for two stable chronic illnesses and a refill. Is that correct?", "yes: 99214"),
        ("Is 99213 right for moderate MDM?", "no: 99214"),
        ("Can we bill 99284 with moderate MDM?", "yes: 99284"),
        ("Does moderate MDM support 99205 for a new patient?", "no: 99204"),
        ("Does 40 minutes on 99214 mean we undercoded?", "yes: 99215"),
        ("Established patient, moderate MDM, billed 99215. Is that upcoding?", "yes: 99214"),
        ("Established patient with suicidal ideation and a plan, decision to hospitalize. Which E/M level?", "99215"),
        ("99204 billed for a new patient with one self-limited problem and OTC meds. Supported?", "no: 99202"),
        ("Admitted and discharged the same day, 72 minutes total. 99235?", "yes: 99235"),
        ("Is 99215 correct: 40 minutes total documented?", "yes: 99215"),
        ("99213 or 99214 for one stable chronic illness with a refill, no labs?", "99213"),
    ]);
}

#[test]
fn other_questions_are_left_to_others() {
    let others = [
        "Can we bill 99214 with 20610?",
        "Provider spent 40 min face to face and then 15 minutes next morning charting, est patient. level?",
        "Visit level for breast lump, ultrasound ordered, established?",
        "Observation same day for 9 hours, 99236?",
        "Decision for surgery with moderate MDM, 99214-57?",
        "99214 with moderate MDM and J1885, billed together?",
        "OMT and 99213 25 minutes visit?",
        "Which modifier for 99214 with an EKG?",
        "What is 99214?",
        "Is 99213 valid on 2026-05-01?",
        "The nurse spent 25 minutes with an established patient. Level?",
        "Telehealth visit of 25 minutes, established patient, which code?",
        "Annual physical plus a problem, moderate MDM, which codes?",
        "Resident saw the patient, moderate MDM, 99214?",
        "How long must a telehealth visit be for 99214?",
        "Can time on the next day count for 99215?",
        "What counts as data in MDM?",
        "Patient had 45 minutes of nebulizer treatment. What code?",
        "Established patient: EKG interpreted and billed by us. What level?",
        "The payer downcoded our 99214, can we appeal with moderate MDM?",
        "Emergency visit lasted 50 minutes, which level?",
        "Does one problem and a prescription mean 99214 or 99213?",
        "Low to moderate MDM, established. Which level?",
        "G2211 with 99214 and moderate MDM?",
        "Medicare office consultation with moderate MDM, which code?",
        "Split visit: NP 20 minutes, MD 25 minutes, established. Level?",
        "Critical care of 45 minutes in the ED, which code?",
        "99214 on 2019-03-01 with moderate MDM, right?",
        "Prolonged services with 99215, how many minutes?",
        "Visit within the global period with moderate MDM, 99214?",
    ];
    for text in others {
        let ruling = find(corpus(), &inquiry(text));
        assert!(ruling.is_none(), "{text}\n  {:?}", ruling.map(|ruling| ruling.say));
    }
}

#[test]
fn steps_rise_in_every_family() {
    for family in Family::all() {
        for pair in family.steps().windows(2) {
            assert!(pair[0].least < pair[1].least && pair[0].code < pair[1].code, "{pair:?}");
            assert!(pair[0].minutes.is_none() || pair[0].minutes < pair[1].minutes, "{pair:?}");
        }
        let top = family.steps().last().unwrap();
        if let Some(start) = start_of(top.code) {
            assert_eq!(Some(start.base), top.minutes, "{}", top.code);
            assert_eq!(start.cpt.1, start.base + 15, "{}", top.code);
        }
    }
}

proptest! {
    #[test]
    fn more_minutes_never_lower_a_level(minutes in 0_u32..200) {
        for family in Family::all() {
            let rank = |minutes| family.by_time(minutes).and_then(|step| family.rank(step.code));
            prop_assert!(rank(minutes) <= rank(minutes + 1));
            let plain = family.steps().iter().filter(|step| step.minutes.is_some_and(|needed| needed <= minutes)).count();
            prop_assert_eq!(rank(minutes), plain.checked_sub(1));
        }
    }

    #[test]
    fn nothing_panics(text in "\\PC{0,120}") {
        let _ = find(corpus(), &inquiry(&text));
    }

    #[test]
    fn nothing_panics_on_words_that_mean_something(words in prop::collection::vec(0_usize..WORDS.len(), 0..20)) {
        let text: Vec<&str> = words.iter().map(|at| WORDS[*at]).collect();
        let _ = find(corpus(), &inquiry(&text.join(" ")));
    }
}

const WORDS: [&str; 40] = [
    "99214",
    "99205",
    "99285",
    "99223",
    "99310",
    "MDM",
    "moderate",
    "high",
    "low",
    "risk",
    "data",
    "problems",
    "visit",
    "established",
    "new patient",
    "45 minutes",
    "total",
    "level",
    "?",
    "stable",
    "chronic",
    "hypertension",
    "diabetes",
    "refill",
    "no",
    "labs",
    "3",
    "tests ordered",
    "severe",
    "exacerbation",
    "é",
    "İ",
    "inpatient",
    "initial",
    "ED visit",
    "consultation",
    "home visit",
    "of which",
    "and",
    "99417",
];
