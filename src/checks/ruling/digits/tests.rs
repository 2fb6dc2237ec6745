//! Digits as people name them, and questions that are none.

use jiff::civil::date;

use super::*;
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

fn modifiers(text: &str) -> Vec<&'static str> {
    let lower = text.to_lowercase();
    [super::read::digits(&lower).unwrap_or_default(), super::read::eyelids(&lower), super::read::arteries(&lower)]
        .into_iter()
        .flat_map(|named| named.modifiers)
        .collect()
}

#[test]
fn parts_are_named_in_many_ways() {
    for (text, expected) in [
        ("left thumb", vec!["FA"]),
        ("right index finger", vec!["F6"]),
        ("left index and middle fingers", vec!["F1", "F2"]),
        ("ring finger of the right hand", vec!["F8"]),
        ("middle finger, left hand", vec!["F2"]),
        ("left thumb and right little finger", vec!["FA", "F9"]),
        ("left thumb, right index finger", vec!["FA", "F6"]),
        ("thumb and index finger of the left hand, ring finger of the right hand", vec!["FA", "F1", "F8"]),
        ("right great toe", vec!["T5"]),
        ("left 2nd, 3rd and 4th toes", vec!["T1", "T2", "T3"]),
        ("2nd through 4th toes of the right foot", vec!["T6", "T7", "T8"]),
        ("second toe on the left foot", vec!["T1"]),
        ("both great toes", vec!["TA", "T5"]),
        ("great toes bilaterally", vec!["TA", "T5"]),
        ("right hallux and left fifth toe", vec!["T5", "T4"]),
        ("all toes on the left foot", vec!["TA", "T1", "T2", "T3", "T4"]),
        ("fifth digit, right hand", vec!["F9"]),
        ("right upper eyelid", vec!["E3"]),
        ("upper lid of the left eye", vec!["E1"]),
        ("upper and lower lids of the right eye", vec!["E3", "E4"]),
        ("both upper eyelids", vec!["E1", "E3"]),
        ("LAD and RCA", vec!["LD", "RC"]),
        ("left circumflex", vec!["LC"]),
        ("the second visit and the first stitch", vec![]),
        ("a long time ago, one big problem", vec![]),
    ] {
        assert_eq!(modifiers(text), expected, "{text}");
    }
}

#[test]
fn the_modifier_is_given_on_the_code_or_by_itself() {
    let lines = |text: &str| {
        let ruling = ruling(text).unwrap_or_else(|| panic!("{text}"));
        let lines: Vec<String> =
            ruling.lines.iter().map(|line| format!("{}-{}", line.code, line.modifiers[0])).collect();
        (lines.join(" "), ruling.modifiers.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "))
    };
    assert_eq!(lines("Which modifier for the right ring finger?"), (String::new(), "F8".to_owned()));
    assert_eq!(
        lines("Trigger release 26055 on the left thumb and the left middle finger. Which modifiers?"),
        ("26055-FA 26055-F2".to_owned(), String::new())
    );
    assert_eq!(lines("What modifier goes on the left lower eyelid?").1, "E2");
    assert_eq!(lines("Stents in the LAD and the RCA: which modifiers name the vessels?").1, "LD RC");
    assert_eq!(lines("T5 vs TA for the left big toe?").1, "TA");
    assert_eq!(lines("What does modifier F7 mean?").1, "F7");
}

#[test]
fn a_yes_or_no_compares_the_modifier_with_the_part() {
    for (text, verdict) in [
        ("Is T5 the left great toe?", Verdict::No),
        ("Is modifier T5 the right great toe?", Verdict::Yes),
        ("Should F1 be used for the left index finger?", Verdict::Yes),
        ("We put E1 on the upper right eyelid. Is E1 correct?", Verdict::No),
    ] {
        let ruling = ruling(text).unwrap_or_else(|| panic!("{text}"));
        assert_eq!(ruling.verdict, Some(verdict), "{text}");
    }
    assert!(ruling("Is T5 the left great toe?").is_some_and(|r| r.say.contains("the left great toe takes TA")));
}

#[test]
fn a_missing_side_is_asked_for() {
    let ruling = ruling("Which modifier do I use for the great toe?").unwrap();
    assert!(ruling.ask.is_some() && ruling.say.contains("TA left great toe") && ruling.modifiers.is_empty());
}

#[test]
fn other_questions_are_left_alone() {
    for text in [
        "20600 on both index finger joints, which modifier?",
        "Left great toe in the global period, now the right thumb: which modifier?",
        "X-ray of the right ring finger. Which modifier, 26 or TC?",
        "Fracture of the left thumb, what is the ICD-10-CM code?",
        "Laceration of the left index finger, 3 cm. Which code?",
        "Is there a modifier for a second opinion?",
        "Do I need modifier 59 for the left second toe?",
        "Can we bill a visit with removal of the left great toenail? Which modifier on the visit?",
        "What does modifier 25 mean?",
        "Both knees were injected. Which modifier?",
    ] {
        assert!(ruling(text).is_none(), "{text}: {:?}", ruling(text).map(|r| r.say));
    }
}

#[test]
fn each_part_has_one_modifier_and_each_modifier_one_part() {
    let all: Vec<&str> = FINGER.iter().chain(&TOE).flatten().copied().chain(["E1", "E2", "E3", "E4"]).collect();
    for (n, modifier) in all.iter().enumerate() {
        assert!(!all[..n].contains(modifier), "{modifier}");
        assert_eq!(modifiers(&name(modifier)), [*modifier], "{}", name(modifier));
    }
}
