//! Modifiers on codes, and questions as coders write them.

use jiff::civil::date;
use proptest::prelude::*;

use super::*;
use crate::corpus::starter_for_tests as corpus;
use crate::domain::time::AsOf;
use crate::research::{Reading, read};

const DAY: AsOf = AsOf::Date(date(2025, 11, 3));

fn scope() -> Scope {
    Scope { as_of: DAY, setting: Setting::Practitioner, program: Program::Medicare }
}

fn fit(code: &str, modifier: &str, scope: Scope) -> Check {
    let (code, modifier) = (Code::parse(code).unwrap(), Modifier::parse(modifier).unwrap());
    let check = check(corpus(), &code, &modifier, scope);
    let proved = check.outcome != Outcome::NotChecked;
    assert!(matches!(check.outcome, Outcome::Allowed | Outcome::NotAllowed | Outcome::NotChecked), "{check:?}");
    assert_eq!(proved, !check.release.is_empty(), "{check:?}");
    assert!(!check.detail.is_empty() && (!proved || !check.sources.is_empty()), "{check:?}");
    check
}

fn inquiry(text: &str) -> Inquiry {
    let day = date(2025, 11, 3);
    let reading = Reading {
        today: day,
        message_date: Some(day),
        on: None,
        setting: Setting::Practitioner,
        program: Program::Medicare,
    };
    read(corpus(), &crate::identity::deidentify(text), &reading)
}

fn settled(text: &str) -> Option<Verdict> {
    let ruling = settle(corpus(), &inquiry(text))?;
    assert!(ruling.say.split_whitespace().count() <= 60, "{}", ruling.say);
    assert!(!ruling.sources.is_empty() && ruling.doubts.is_empty(), "{ruling:?}");
    ruling.verdict
}

#[test]
fn a_modifier_stands_where_its_rule_lets_it() {
    for (modifier, fits, unfit, open) in [
        (
            "25",
            &["99213", "92014", "G0438"][..],
            &["20610", "71046", "80053", "45385", "00100", "96372"][..],
            &["99292", "G2211"][..],
        ),
        ("57", &["99223"], &["27447"], &[]),
        ("24", &["99213"], &["20610"], &[]),
        ("59", &["45380", "71046"], &["99213", "99292"], &["00100"]),
        ("XU", &["45380"], &["99213"], &[]),
        ("76", &["71046", "93010"], &["99213", "80053"], &["00100"]),
        ("91", &["80053"], &["99213", "20610", "71046"], &[]),
        ("22", &["27447", "45385"], &["99213", "71046", "11103"], &[]),
        ("52", &["45378", "71046"], &["99213"], &["80053"]),
        ("53", &["45378", "G0121", "92928"], &["99213"], &["97110"]),
        ("54", &["27447"], &["45385", "99213", "71046"], &[]),
        ("55", &["66984"], &["45378"], &[]),
        ("58", &["27447", "45385"], &["99213", "71046"], &["11103"]),
        ("78", &["27447"], &["99213"], &[]),
        ("79", &["66984"], &["99213"], &[]),
        ("LT", &["20610", "27447"], &["99213", "45378", "80053"], &["69210"]),
        ("F5", &["26055"], &["99213", "45378"], &["27447"]),
        ("T1", &["11720"], &["99213"], &["20610"]),
        ("E1", &["67820"], &["99213"], &["66984"]),
        ("LD", &["92928"], &["99213"], &["93010"]),
        ("GP", &["97110"], &[], &["20610"]),
        ("QW", &[], &["99213", "20610"], &["80053"]),
        ("JW", &["J1745"], &["99213", "20610"], &["96372"]),
        ("PT", &["45385"], &["99213", "G0105"], &["20610"]),
        ("FS", &["99223"], &["99213", "20610"], &[]),
        ("AI", &["99223"], &["20610"], &["99213"]),
        ("QZ", &["00100"], &["99213"], &["20610"]),
        ("50", &["20610"], &["45378", "69210"], &["80053"]),
        ("26", &["71046"], &["93010", "99213"], &["80053"]),
        ("51", &["20610"], &["11103", "70553"], &[]),
        ("80", &["27447", "70553"], &["45385"], &[]),
        ("33", &[], &[], &["45385", "99213"]),
        ("KX", &[], &[], &["97110"]),
    ] {
        let all = [(fits, Outcome::Allowed), (unfit, Outcome::NotAllowed), (open, Outcome::NotChecked)];
        for (codes, outcome) in all {
            for code in codes.iter().filter(|code| held(code)) {
                let check = fit(code, modifier, scope());
                assert_eq!(check.outcome, outcome, "{}", check.detail);
            }
        }
    }
}

/// True where the fee schedule of the starter, or some list of its day, holds the code.
fn held(code: &str) -> bool {
    !corpus().list_fees(&Code::parse(code).unwrap()).is_empty()
}

#[test]
fn payment_modifiers_follow_the_indicator_on_every_row() {
    for line in corpus().all_rows(crate::domain::table::Table::Fee).filter(|line| line.get("release") == "mpfs-rvu25d")
    {
        if !line.get("modifier").is_empty() {
            continue;
        }
        let paid = matches!(line.get("status"), "A" | "R" | "T" | "C");
        for (modifier, column, yes) in [
            ("50", "bilat", "13"),
            ("51", "mult", "123"),
            ("62", "cosurg", "12"),
            ("66", "team", "12"),
            ("80", "asst", "02"),
            ("TC", "pctc", "1"),
        ] {
            let value = line.get(column);
            let expected = match value {
                _ if yes.contains(value) => Outcome::Allowed,
                "9" if !paid => Outcome::NotChecked,
                "0" if column == "mult" && !paid => Outcome::NotChecked,
                _ => Outcome::NotAllowed,
            };
            let reads = column == "pctc"
                && corpus().list_fees(&Code::parse(line.key).unwrap()).iter().any(|r| r.field("pctc") == "6");
            let check = fit(line.key, modifier, scope());
            assert!(reads || check.outcome == expected, "{modifier} {column} {value}: {}", check.detail);
        }
    }
}

#[test]
fn what_speaks_for_no_date_or_other_rules_is_not_checked() {
    let old = Scope { as_of: AsOf::Date(date(2027, 8, 1)), ..scope() };
    let split = fit("27447", "54", old);
    assert_eq!(
        (split.outcome, split.last_known.map(|last| last.outcome)),
        (Outcome::NotChecked, Some(Outcome::Allowed))
    );
    assert_eq!(fit("20610", "25", old).outcome, Outcome::NotChecked);
    assert_eq!(
        fit("20610", "25", Scope { as_of: AsOf::Date(date(2024, 8, 1)), ..scope() }).outcome,
        Outcome::NotAllowed
    );
    assert_eq!(fit("20610", "25", Scope { program: Program::Medicaid, ..scope() }).outcome, Outcome::NotChecked);
    assert_eq!(fit("45378", "53", Scope { setting: Setting::Hospital, ..scope() }).outcome, Outcome::NotAllowed);
    assert_eq!(fit("27447", "22", Scope { setting: Setting::Hospital, ..scope() }).outcome, Outcome::NotChecked);
    assert_eq!(fit("K63.5", "25", scope()).outcome, Outcome::NotChecked);
    assert_eq!(fit("99999", "25", scope()).outcome, Outcome::NotChecked);
    assert_eq!(fit("20610", "ZZ", scope()).outcome, Outcome::NotChecked);
}

#[test]
fn bare_questions_are_settled() {
    use Verdict::{No, Yes};
    for (text, verdict) in [
        ("Can modifier 25 go on 20610?", No),
        ("25 on 45385, valid?", No),
        ("Is 59 ok on 99213?", No),
        ("Can we append 59 to 99214 to get it past the edit?", No),
        ("99213-59?", No),
        ("Is modifier 57 valid on 27447?", No),
        ("Can 25 be used on 71046?", No),
        ("Can modifier 78 be appended to 99213?", No),
        ("Is 54 allowed on 45385?", No),
        ("Can modifier 22 be billed with 99215?", No),
        ("May 91 go on 20610?", No),
        ("Is modifier 76 ok on 80053?", No),
        ("Does 45378 take LT?", No),
        ("Is modifier JW allowed on 20610?", No),
        ("Can modifier 25 go on 99213?", Yes),
        ("Can modifier 22 be used on 27447?", Yes),
        ("Is 53 allowed on 45378?", Yes),
        ("Can 54 be billed with 27447?", Yes),
        ("Is LT valid on 20610?", Yes),
        ("Can modifier GP be used on 97110?", Yes),
        ("Is modifier 58 ok on 27447?", Yes),
    ] {
        assert_eq!(settled(text), Some(verdict), "{text}");
    }
}

#[test]
fn beside_a_procedure_25_is_asked_of_the_visit() {
    let said = |text: &str| settle(corpus(), &inquiry(text)).unwrap_or_else(|| panic!("{text}"));
    for text in ["Is modifier 25 right when 94640 is done at the visit?", "Modifier 25 with 20610?"] {
        let ruling = said(text);
        assert_eq!(ruling.verdict, Some(Verdict::Depends), "{text}: {}", ruling.say);
        assert!(ruling.say.contains("goes on the visit, never on"), "{text}: {}", ruling.say);
    }
    assert_eq!(said("Can modifier 25 go on 20610?").verdict, Some(Verdict::No));
}

#[test]
fn a_modifier_put_on_one_of_several_codes_is_judged_there() {
    let settled = |text: &str| settle(corpus(), &inquiry(text)).and_then(|ruling| ruling.verdict);
    assert_eq!(settled("Should I put modifier 25 on 20610 when I bill it with 99213?"), Some(Verdict::No));
    assert_eq!(
        settled("Should I attach modifier 51 to the add-on code 22614 when I bill it with 22612?"),
        Some(Verdict::No)
    );
    assert_eq!(settled("Should I put modifier 25 on 99213 when I bill it with 20610?"), None);
}

#[test]
fn what_turns_on_facts_is_left_to_others() {
    for text in [
        "Can modifier 25 go on 99213 if he only came for the injection?",
        "Is 59 ok on 45380?",
        "99213-25 and 20610, same day, ok?",
        "Should I add 25 to 99213?",
        "Does 27447 need a 22?",
        "Is 25 wrong on 20610?",
        "Why was 99213-59 denied?",
        "Which modifier goes on 20610?",
        "Can we bill 27447-78 after he fell and came back to the OR?",
        "Is 33 ok on 45385?",
        "Is QW allowed on 80053?",
        "Is modifier 25 or 57 right on 99213?",
        "UHC: can modifier 59 go on 99213?",
        "Can 26 go on 71046?",
        "Is 99213 valid?",
        "What does modifier 25 mean?",
    ] {
        assert_eq!(settled(text), None, "{text}");
    }
}

#[test]
fn a_check_is_shown_where_it_is_asked_or_where_a_modifier_may_not_stand() {
    let kinds = |text: &str| {
        let found = asked(corpus(), &inquiry(text)).into_iter().map(|question| match question {
            Question::ModifierFit { code, modifier } => format!("{code}-{modifier}"),
            other => format!("{other:?}"),
        });
        found.collect::<Vec<_>>().join(", ")
    };
    assert_eq!(kinds("Can modifier 25 go on 20610?"), "20610-25");
    assert_eq!(kinds("99213 and 20610-25, same visit, both?"), "20610-25");
    assert_eq!(kinds("99213-59 with 20610"), "99213-59");
    for silent in ["99213-25 with 20610", "45385 and 45380-59", "20610-50?", "Is 20610 valid?", "E11.9 and I10"] {
        assert_eq!(kinds(silent), "", "{silent}");
    }
}

proptest! {
    #[test]
    fn no_text_and_no_modifier_break_it(text in "(20610|99213|.){0,2}[ -]?(25|59|LT|\\?|\\PC){0,6}", modifier in "[0-9A-Z]{2}") {
        let inquiry = inquiry(&text);
        let _ = (asked(corpus(), &inquiry), settle(corpus(), &inquiry));
        for code in ["20610", "99213", "J1745", "80053", "92928", "0001A"] {
            fit(code, &modifier, scope());
        }
    }
}
