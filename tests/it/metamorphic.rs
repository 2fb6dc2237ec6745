//! What must not change an answer does not: greetings, thanks, line ends, the order of the codes; and what must, does: a
//! date that another release speaks for.

use std::sync::{Arc, LazyLock};

use caseconsultant::checks;
use caseconsultant::corpus::Corpus;
use caseconsultant::domain::check::{Outcome, Program, Question, Scope, Setting};
use caseconsultant::domain::code::Code;
use caseconsultant::domain::draft::Draft;
use caseconsultant::domain::time::AsOf;
use caseconsultant::draft::compose;
use caseconsultant::identity::deidentify;
use caseconsultant::research::{self, Reading};
use jiff::civil::date;
use proptest::prelude::*;

use crate::golden;
use crate::support::starter::edition;

fn corpus() -> &'static Corpus {
    static CORPUS: LazyLock<Arc<Corpus>> = LazyLock::new(|| edition().current());
    &CORPUS
}

fn answer(question: &str) -> Draft {
    let reading = Reading {
        today: date(2026, 6, 1),
        message_date: None,
        on: Some(AsOf::Shelf),
        setting: Setting::Practitioner,
        program: Program::Medicare,
    };
    compose(corpus(), &research::run(corpus(), &deidentify(question), &reading).unwrap())
}

/// What a claim would be built on.
fn essence(draft: &Draft) -> String {
    let lines: Vec<String> = draft
        .all()
        .flat_map(|draft| &draft.lines)
        .map(|line| format!("{} {:?} x{}", line.code, line.modifiers, line.units))
        .collect();
    format!("{:?} {:?} {:?} {lines:?}", draft.action, draft.verdict, draft.modifiers)
}

/// How many of the golden questions may be read otherwise, in percent: a wording lies on the edge of two rules.
const EDGE: usize = 3;

fn unmoved(change: impl Fn(&str) -> String) {
    let questions = golden::questions();
    let moved: Vec<String> = questions
        .iter()
        .filter_map(|question| {
            let (plain, changed) = (essence(&answer(question)), essence(&answer(&change(question))));
            (plain != changed).then(|| format!("{question}\n  {plain}\n  {changed}"))
        })
        .collect();
    assert!(questions.len() >= 400, "{} questions", questions.len());
    assert!(
        moved.len() * 100 <= questions.len() * EDGE,
        "{} of {}:\n{}",
        moved.len(),
        questions.len(),
        moved.join("\n")
    );
}

#[test]
fn greetings_and_thanks_change_no_answer() {
    unmoved(|question| format!("Good morning team,\n\n{question}\n\nThanks so much in advance!"));
}

#[test]
fn line_ends_and_spaces_change_no_answer() {
    unmoved(|question| question.replace('\n', "\r\n").replace(". ", ".  "));
}

#[test]
fn a_date_of_another_release_changes_the_tables_that_speak() {
    let on = |day| answer_on("Can 45385 and 45380 be billed together?", day);
    let held = on(date(2024, 8, 1));
    let later = on(date(2031, 8, 1));
    assert_eq!(held.0, Outcome::EditModifierAllowed);
    assert_eq!(later.0, Outcome::NotChecked);
    assert!(later.1.contains("Not checked"), "{}", later.1);
}

fn answer_on(question: &str, day: jiff::civil::Date) -> (Outcome, String) {
    let reading = Reading {
        today: date(2031, 9, 1),
        message_date: None,
        on: Some(AsOf::Date(day)),
        setting: Setting::Practitioner,
        program: Program::Medicare,
    };
    let evidence = research::run(corpus(), &deidentify(question), &reading).unwrap();
    let pair = evidence.checks.iter().find(|check| matches!(check.question, Question::Ptp { .. })).unwrap();
    (pair.outcome, compose(corpus(), &evidence).headline.text)
}

fn procedures() -> &'static [Code] {
    static CODES: LazyLock<Vec<Code>> = LazyLock::new(|| {
        let codes = corpus().all_codes().filter_map(|code| Code::parse(code).ok());
        let mut codes: Vec<Code> = codes.filter(|code| code.set().is_procedure()).collect();
        codes.dedup();
        codes
    });
    &CODES
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn the_order_of_two_codes_changes_no_edit(a in 0..1_000_000_usize, b in 0..1_000_000_usize) {
        let codes = procedures();
        let (a, b) = (codes[a % codes.len()].clone(), codes[b % codes.len()].clone());
        let scope = Scope { as_of: AsOf::Date(date(2024, 8, 1)), setting: Setting::Practitioner, program: Program::Medicare };
        let one = checks::ask(corpus(), &Question::Ptp { a: a.clone(), b: b.clone() }, scope);
        let two = checks::ask(corpus(), &Question::Ptp { a: b.clone(), b: a.clone() }, scope);
        prop_assert_eq!(one.outcome, two.outcome);
        prop_assert_eq!(&one.figures.column_one, &two.figures.column_one);
        // And the edit is the one that a reading of every row finds.
        let rows = corpus().list_ptp(&a, &b, Setting::Practitioner, Program::Medicare);
        let live = rows.iter().filter(|row| row.period.contains(date(2024, 8, 1)) && row.indicator != 9);
        let indicators: Vec<u8> = live.map(|row| row.indicator).collect();
        if a != b && one.outcome == Outcome::EditNever {
            prop_assert!(indicators.contains(&0));
        }
        if one.outcome == Outcome::NoEditInRelease {
            prop_assert!(indicators.is_empty(), "{a} {b} {indicators:?}");
        }
    }

    #[test]
    fn units_are_within_the_limit_exactly_where_the_row_says_so(n in 0..1_000_000_usize, asked in 1..60_u32) {
        let code = procedures()[n % procedures().len()].clone();
        let scope = Scope { as_of: AsOf::Shelf, setting: Setting::Practitioner, program: Program::Medicare };
        let check = checks::ask(corpus(), &Question::Units { code: code.clone(), asked: Some(asked) }, scope);
        let limits: Vec<u32> = corpus().list_mue(&code, "practitioner").iter().map(|row| row.units).collect();
        match check.outcome {
            Outcome::WithinLimit => prop_assert!(limits.iter().any(|limit| asked <= *limit)),
            Outcome::OverLimit => prop_assert!(limits.iter().any(|limit| asked > *limit)),
            other => prop_assert!(limits.is_empty() || other == Outcome::NotChecked, "{other:?}"),
        }
    }
}
