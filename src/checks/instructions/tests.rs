//! Questions of order and company as people mail them, over the tabular list of the starter edition, whose relations
//! have no notes in words.

use jiff::civil::date;

use super::*;
use crate::checks::{ask, ruling::settling};
use crate::corpus::starter_for_tests as corpus;
use crate::domain::check::{Program, Setting};
use crate::domain::draft::Verdict;
use crate::domain::time::AsOf;
use crate::research::{Reading, read};

const MAY_2026: AsOf = AsOf::Date(date(2026, 5, 1));

fn inquiry(text: &str, on: AsOf) -> Inquiry {
    let reading = Reading {
        today: date(2026, 5, 2),
        message_date: None,
        on: Some(on),
        setting: Setting::Practitioner,
        program: Program::Medicare,
    };
    read(corpus(), &crate::identity::deidentify(text), &reading)
}

fn settled(text: &str) -> Option<Ruling> {
    settle(corpus(), &inquiry(text, MAY_2026))
}

fn lines(ruling: &Ruling) -> Vec<&str> {
    ruling.lines.iter().map(|line| line.code.as_str()).collect()
}

#[test]
fn a_note_gives_the_order() {
    for text in [
        "Which goes first, E11.22 or N18.30?",
        "Which goes first, N18.30 or E11.22?",
        "What is the sequencing of N18.30 and E11.22?",
        "Should N18.30 or E11.22 be listed as the primary diagnosis?",
    ] {
        let ruling = settled(text).unwrap_or_else(|| panic!("{text}"));
        assert_eq!((lines(&ruling), ruling.verdict), (vec!["E11.22", "N18.30"], None), "{text}: {}", ruling.say);
        assert_eq!(ruling.label.as_deref(), Some("E11.22"));
        assert!(ruling.confirmed && !ruling.sources.is_empty() && ruling.say.contains("N18"), "{}", ruling.say);
        assert!(ruling.say.split_whitespace().count() <= 60, "{}", ruling.say);
    }
}

#[test]
fn what_may_stand_first_is_told_by_yes_and_no() {
    for (text, verdict, order) in [
        ("Can N18.30 be listed first with E11.22?", Verdict::No, vec!["E11.22", "N18.30"]),
        ("Can E11.22 be listed first with N18.30?", Verdict::Yes, vec!["E11.22", "N18.30"]),
        ("Is the order E11.22, N18.30 correct?", Verdict::Yes, vec!["E11.22", "N18.30"]),
        ("Is the order N18.30, E11.22 correct?", Verdict::No, vec!["E11.22", "N18.30"]),
        ("Does E11.22 go before N18.30?", Verdict::Yes, vec!["E11.22", "N18.30"]),
        ("Does N18.30 go before E11.22?", Verdict::No, vec!["E11.22", "N18.30"]),
        ("Can N18.30 be the principal diagnosis?", Verdict::Depends, vec![]),
        ("Can I25.10 be listed first with J44.1?", Verdict::Yes, vec!["I25.10", "J44.1"]),
    ] {
        let ruling = settled(text).unwrap_or_else(|| panic!("{text}"));
        assert_eq!((ruling.verdict, lines(&ruling)), (Some(verdict), order), "{text}: {}", ruling.say);
    }
}

#[test]
fn the_need_of_another_code_follows_from_the_notes() {
    for (text, verdict) in [
        ("Is an additional code needed with E11.22?", Verdict::Depends),
        ("Does N18.30 have a code first note?", Verdict::Yes),
        ("Does N18.30 need another code besides E11.22?", Verdict::Yes),
    ] {
        let ruling = settled(text).unwrap_or_else(|| panic!("{text}"));
        assert_eq!(ruling.verdict, Some(verdict), "{text}: {}", ruling.say);
    }
}

#[test]
fn other_questions_and_other_dates_get_no_answer() {
    for text in [
        "Is E11.22 valid?",
        "Can E11.22 and N18.30 be billed together?",
        "First visit for E11.22, which E/M level?",
        "Does E11.22 risk adjust?",
        "What replaced N18.3?",
        "Is E11.22 covered for 83036?",
        "Primary care visit, E11.22, 99213. Modifier 25?",
        "Which goes first, 99213 or 20610?",
        "Can N18.3 be listed first?",
        "Is I10 the correct primary diagnosis for a blood pressure check?",
        "Can 99213 be billed with primary diagnosis I10?",
        "Does E11.9 need another diagnosis for medical necessity?",
        "Which goes first, I10 or N18.30?",
    ] {
        assert_eq!(settled(text), None, "{text}");
    }
    let before = inquiry("Which goes first, E11.22 or N18.30?", AsOf::Date(date(2025, 12, 1)));
    assert_eq!(settle(corpus(), &before), None, "the tabular list begins in April 2026");
}

#[test]
fn a_check_says_what_the_notes_ask_and_who_meets_it() {
    let with = vec![Code::parse("E11.22").unwrap()];
    let question = Question::Instructions { code: Code::parse("N18.30").unwrap(), with };
    let scope = |as_of| Scope { as_of, setting: Setting::Practitioner, program: Program::Medicare };
    let check = ask(corpus(), &question, scope(MAY_2026));
    assert_eq!((check.outcome, check.release.as_str()), (Outcome::Known, "tabular-2026"), "{}", check.detail);
    assert_eq!(check.figures.values.get("code first met by").map(String::as_str), Some("E11.22"));
    let check = ask(corpus(), &question, scope(AsOf::Date(date(2025, 12, 1))));
    assert_eq!((check.outcome, check.last_known.map(|last| last.outcome)), (Outcome::NotChecked, Some(Outcome::Known)));
    let question = Question::Instructions { code: Code::parse("99213").unwrap(), with: Vec::new() };
    assert_eq!(ask(corpus(), &question, scope(MAY_2026)).outcome, Outcome::NotChecked);
}

#[test]
fn it_is_asked_only_where_the_words_ask() {
    let asked = |text: &str| asked(corpus(), &inquiry(text, MAY_2026)).len();
    assert_eq!(asked("Which goes first, E11.22 or N18.30?"), 2);
    assert_eq!(asked("Is an additional code needed with J44.1?"), 1);
    assert_eq!(asked("Is J44.1 valid?"), 0);
    assert_eq!(asked("Can E11.22 and N18.30 be reported together?"), 0);
}

#[test]
fn it_reaches_the_answer_through_the_rulings() {
    let inquiry = inquiry("Which goes first, E11.22 or N18.30?", MAY_2026);
    let ruling = settling(corpus(), &inquiry, &[]);
    assert!(ruling.is_some_and(|ruling| ruling.say.starts_with("E11.22 goes first")));
}
