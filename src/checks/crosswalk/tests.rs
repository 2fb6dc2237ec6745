//! What the starter edition, which has no crosswalk, makes of such questions: nothing is claimed.

use jiff::civil::date;

use super::*;
use crate::checks::ask;
use crate::corpus::starter_for_tests as corpus;
use crate::domain::check::{Program, Setting};
use crate::research::{Reading, read};

const SCOPE: Scope =
    Scope { as_of: AsOf::Date(date(2026, 5, 1)), setting: Setting::Practitioner, program: Program::Medicare };

fn inquiry(text: &str) -> Inquiry {
    let reading = Reading {
        today: date(2026, 5, 2),
        message_date: None,
        on: Some(SCOPE.as_of),
        setting: Setting::Practitioner,
        program: Program::Medicare,
    };
    read(corpus(), &crate::identity::deidentify(text), &reading)
}

#[test]
fn without_a_table_nothing_is_checked() {
    for text in ["N18.30", "E11.9", "99213", "J1100", "37250", "0DTJ4ZZ", "Z99.99"] {
        let question = Question::Crosswalk { code: Code::parse(text).unwrap() };
        let check = ask(corpus(), &question, SCOPE);
        assert_eq!((check.outcome, check.release.as_str()), (Outcome::NotChecked, ""), "{text}: {}", check.detail);
        assert!(!check.detail.is_empty());
    }
}

#[test]
fn without_a_table_nothing_is_settled() {
    for text in [
        "ICD-10 for 250.00?",
        "What did 401.9 become?",
        "What replaced M54.5?",
        "Is N18.3 now N18.30?",
        "ICD-9 for E11.9?",
        "What replaced 37250?",
        "Is E11.9 valid?",
    ] {
        assert_eq!(settle(corpus(), &inquiry(text)), None, "{text}");
    }
}

#[test]
fn it_is_asked_only_where_a_crosswalk_is() {
    assert_eq!(asked(corpus(), &inquiry("ICD-9 for E11.9?")).len(), 1);
    for text in [
        "Is E11.9 valid?",
        "The scope was converted to open, K80.20. Which modifier?",
        "Can E11.9 and I10 be billed together?",
        "What replaced 37250?",
    ] {
        assert!(asked(corpus(), &inquiry(text)).is_empty(), "{text}");
    }
}
