//! What the starter edition, which has no mapping, makes of questions on risk adjustment: nothing is claimed.

use jiff::civil::date;

use super::*;
use crate::corpus::starter_for_tests as corpus;
use crate::domain::check::{Program, Setting};
use crate::research::{Reading, read};

fn inquiry(text: &str) -> Inquiry {
    let reading = Reading {
        today: date(2026, 5, 2),
        message_date: None,
        on: None,
        setting: Setting::Practitioner,
        program: Program::Medicare,
    };
    read(corpus(), &crate::identity::deidentify(text), &reading)
}

#[test]
fn without_a_mapping_nothing_is_checked_or_settled() {
    let scope =
        Scope { as_of: AsOf::Date(date(2026, 5, 1)), setting: Setting::Practitioner, program: Program::Medicare };
    for text in ["E11.42", "I70.0", "99213", "Z99.99"] {
        let question = Question::RiskCategory { code: Code::parse(text).unwrap() };
        let check = ask(corpus(), &question, scope);
        assert_eq!((check.outcome, check.release.as_str()), (Outcome::NotChecked, ""), "{text}: {}", check.detail);
    }
    for text in ["Does E11.42 risk adjust?", "HCC for I50.22 in V28?", "did I70.0 drop out in V28?"] {
        assert_eq!(settle(corpus(), &inquiry(text)), None, "{text}");
    }
}

#[test]
fn it_is_asked_only_where_risk_adjustment_is_spoken_of() {
    assert_eq!(asked(corpus(), &inquiry("Does E11.42 risk adjust, and I50.22?")).len(), 2);
    for text in ["Is E11.42 valid?", "High risk patient, E11.42, 99214?", "HCC of 99213?", "HHS-HCC of E11.42?"] {
        assert!(asked(corpus(), &inquiry(text)).is_empty(), "{text}");
    }
}

#[test]
fn a_payment_year_counts_the_year_before_it() {
    let of = |y: i16| table::as_of_payment(AsOf::Date(date(y, 3, 1)));
    assert_eq!(of(2025), AsOf::Date(date(2026, 7, 1)));
    assert_eq!(of(9999), AsOf::Date(date(9998, 7, 1)));
    assert_eq!(table::as_of_payment(AsOf::Shelf), AsOf::Shelf);
}
