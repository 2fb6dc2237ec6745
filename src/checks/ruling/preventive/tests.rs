//! Preventive visits and vaccines as people mail them, and questions that are others'.

use jiff::civil::date;

use super::*;
use crate::checks::ruling::wounds::tests::{hold, lines as shown, refuse};
use crate::corpus::starter_for_tests as corpus;
use crate::domain::check::{Program, Setting};
use crate::research::{Reading, read};

fn ruling(text: &str) -> Option<Ruling> {
    let reading = Reading {
        today: date(2026, 11, 24),
        message_date: Some(date(2025, 10, 20)),
        on: None,
        setting: Setting::Practitioner,
        program: Program::Medicare,
    };
    find(corpus(), &read(corpus(), &crate::identity::deidentify(text), &reading))
}

fn lines(text: &str) -> String {
    shown(ruling(text).as_ref())
}

#[test]
fn age_and_standing_give_the_code() {
    hold(
        ruling,
        &[
            ("Established patient, 45-year-old woman, annual physical, commercial plan. Which CPT code?", "99396"),
            ("What CPT code for a well child check of a new patient, 15 months old?", "99382"),
            ("New patient, newborn, first well baby check. What code?", "99381"),
            ("Annual exam for a 12-year-old established patient, what is the code?", "99394"),
            ("A 66-year-old new patient with Aetna has a routine physical. Which code?", "99387"),
            (
                "She was last seen in our office four years ago and is 30 years old. Code for her annual physical?",
                "99385",
            ),
            ("How do we code a preventive visit for a 17 yo established patient with Cigna?", "99394"),
        ],
    );
}

#[test]
fn a_problem_beside_it_takes_25() {
    assert_eq!(
        lines("Established patient, 50 years old, annual physical, and a level 3 visit for knee pain. What codes?"),
        "99396, 99213-25"
    );
    assert_eq!(
        lines(
            "Annual exam of a 30-year-old established patient plus a rash evaluated separately, moderate MDM. Which codes?"
        ),
        "99395, 99214-25"
    );
    let open =
        ruling("Established 50-year-old, annual physical, and a new problem of knee pain was worked up. Which codes?")
            .unwrap();
    assert_eq!(open.lines.len(), 1);
    assert!(open.say.contains("with 25 on it"), "{}", open.say);
    let both = ruling("Established patient, age 44, annual physical 99396, and a significant problem with its own note, 99213. Can we bill both?").unwrap();
    assert_eq!(both.verdict, Some(Verdict::Yes));
}

#[test]
fn medicare_has_visits_of_its_own() {
    hold(
        ruling,
        &[
            ("Medicare patient, first annual wellness visit, on Medicare for 3 years. Which code?", "G0438"),
            ("What is the code for a subsequent AWV for Medicare?", "G0439"),
            ("Medicare annual wellness visit for a patient who had her first AWV last year. Which code?", "G0439"),
            ("Welcome to Medicare visit: what code?", "G0402"),
            ("Which code for a Medicare wellness visit within the first 12 months of Part B?", "G0402"),
        ],
    );
    assert!(ruling("Which code for an annual wellness visit for Medicare?").is_some_and(|r| r.ask.is_some()));
    let plain = ruling("Medicare patient, 70 years old, established, annual physical. Which CPT code?").unwrap();
    assert!(plain.say.contains("status N"), "{}", plain.say);
}

#[test]
fn vaccines_are_counted() {
    hold(
        ruling,
        &[
            (
                "Well child visit, established, 12 months old, MMR and varicella given, mother counseled by the doctor. Codes?",
                "99392-25, 90460 x2, 90461 x2",
            ),
            (
                "What are the administration codes for Pediarix, Hib and rotavirus given to a 4-month-old infant with counseling?",
                "90460 x3, 90461 x4",
            ),
            ("A 30-year-old gets Tdap and flu vaccine. Which administration codes?", "90471, 90472"),
            (
                "Medicare patient gets a flu shot and a pneumonia vaccine. Which administration codes do we bill?",
                "G0008, G0009",
            ),
            ("COVID vaccine and flu shot given to a Medicare patient: which administration codes?", "G0008, 90480"),
        ],
    );
    let asked = ruling("A 6-year-old gets MMR and varicella vaccine. Which administration codes?").unwrap();
    assert!(asked.ask.is_some() && asked.say.contains("90460 x2, 90461 x2") && asked.lines.is_empty(), "{}", asked.say);
}

#[test]
fn one_missing_fact_is_asked_for() {
    let standing = ruling("Which CPT code for an annual physical of a 45-year-old?").unwrap();
    assert!(standing.say.contains("99386") && standing.say.contains("99396") && standing.ask.is_some());
    let age = ruling("What code for a preventive visit, new patient, with Cigna?").unwrap();
    assert!(age.say.contains("99381") && age.say.contains("99387") && age.ask.is_some(), "{}", age.say);
}

#[test]
fn other_questions_are_left_alone() {
    refuse(
        ruling,
        &[
            "Sports physical for a 14-year-old established patient. Which code?",
            "Physical therapy evaluation, which code?",
            "Does Medicare cover 99397?",
            "Which ICD-10 code goes with an annual physical of a 45-year-old established patient?",
            "Preventive visit with a vision screening, established, 6 years old. Which codes?",
            "How often may G0439 be billed?",
            "Can the AWV be done by a nurse?",
            "Is 99396 bundled with 36415?",
            "What vaccines are covered by Part D?",
            "Cortisone shot in the knee: which code?",
            "The well woman exam of a 30-year-old established patient with a Pap smear: which codes?",
            "Established patient, level 4 visit for diabetes. Which code?",
            "Which product code for the flu vaccine?",
        ],
    );
}
