//! Questions about hospitals, laboratories and suppliers, over the small shelf of official files.

use jiff::civil::date;

use super::asks::{self, Kind};
use super::*;
use crate::checks::fee::tests::{read, read_on, shelf};
use crate::domain::check::Setting;
use crate::domain::draft::Verdict;
use crate::domain::time::AsOf;

const SPRING: AsOf = AsOf::Date(date(2026, 5, 4));

fn opps(code: &str, as_of: AsOf) -> Check {
    let scope = Scope { as_of, setting: Setting::Hospital, program: Program::Medicare };
    let check = check(shelf(), &Code::parse(code).unwrap(), scope);
    assert_eq!(check.outcome != Outcome::NotChecked, !check.release.is_empty(), "{check:?}");
    check
}

fn answered(text: &str) -> Ruling {
    settle(shelf(), &read_on(text, SPRING)).unwrap_or_else(|| panic!("no answer to {text}"))
}

#[test]
fn a_row_is_told_with_its_meaning_and_figures() {
    let check = opps("45385", SPRING);
    assert_eq!(
        (&*check.figures.values["status"], &*check.figures.values["apc"], &*check.figures.values["rate"]),
        ("T", "5312", "1222.56")
    );
    assert!(
        check.detail.contains("APC 5312") && check.detail.contains("minimum copayment $244.52"),
        "{}",
        check.detail
    );
    assert!(opps("36415", SPRING).detail.contains("packaged unless"), "{}", opps("36415", SPRING).detail);
    assert!(opps("70553", SPRING).detail.contains("gives no APC"));
}

#[test]
fn outside_its_quarter_or_list_nothing_is_said() {
    let stale = opps("45385", AsOf::Date(date(2026, 11, 24)));
    assert_eq!((stale.outcome, stale.last_known.map(|last| last.outcome)), (Outcome::NotChecked, Some(Outcome::Known)));
    assert_eq!(opps("99999", SPRING).outcome, Outcome::NotChecked);
    assert!(settle(shelf(), &read("Is 36415 packaged under OPPS?")).is_none(), "October 2025 has no file");
}

#[test]
fn questions_are_told_by_what_they_ask() {
    let of = |text: &str| asks::of(&read_on(text, SPRING));
    for (text, kind) in [
        ("Is 36415 packaged under OPPS?", Kind::Packaged),
        ("Under OPPS, is 94760 packaged?", Kind::Packaged),
        ("What is the APC for 45385?", Kind::Apc),
        ("APC for 45385", Kind::Apc),
        ("Which APC is 27447 assigned to?", Kind::Apc),
        ("What is the OPPS status indicator of 70553?", Kind::Status),
        ("status indicator for 36415", Kind::Status),
        ("Is 33510 inpatient only?", Kind::InpatientOnly),
        ("Is 45385 separately payable in the hospital outpatient department?", Kind::Separately),
        ("How much is the hospital paid under OPPS for 45385?", Kind::Rate),
        ("OPPS payment rate 27447", Kind::Rate),
        ("What is the clinical lab fee for 80053?", Kind::Laboratory),
        ("CLFS rate for 80053", Kind::Laboratory),
        ("DMEPOS fee for E0601 in Texas", Kind::Equipment),
        ("What is the rental fee for E0601 in AL?", Kind::Equipment),
    ] {
        assert_eq!(of(text), Some(kind), "{text}");
    }
    for text in [
        "Can 45385 and 45380 be billed together on a UB-04?",
        "What does Medicare pay for 99213 in Florida?",
        "Is the visit in the global package of 27447?",
        "What is the MPFS status indicator of 36415?",
        "Which APC pays more, 45385 or 27447?",
        "45385 was denied as packaged, why?",
        "What is the ASC rate for 45385?",
        "Aetna: is 36415 packaged?",
        "How many units of 80053 in the hospital outpatient department?",
        "Was the lab result documented with 80053?",
    ] {
        assert_eq!(of(text), None, "{text}");
        assert!(settle(shelf(), &read_on(text, SPRING)).is_none() && asked(shelf(), &read_on(text, SPRING)).is_empty());
    }
}

#[test]
fn packaging_is_answered_by_the_status() {
    for (text, verdict, label) in [
        ("Is 94760 packaged under OPPS?", Verdict::Yes, "N"),
        ("Is 36415 packaged under OPPS?", Verdict::Depends, "Q4"),
        ("Is 45385 packaged under OPPS?", Verdict::No, "T"),
        ("Is 45385 separately payable under OPPS?", Verdict::Yes, "T"),
        ("Is 99213 separately paid under OPPS?", Verdict::No, "B"),
        ("Is 33510 inpatient only?", Verdict::Yes, "C"),
        ("Is 27447 inpatient only?", Verdict::No, "J1"),
    ] {
        let ruling = answered(text);
        assert_eq!((ruling.verdict, ruling.label.as_deref()), (Some(verdict), Some(label)), "{text}: {}", ruling.say);
        assert!(!ruling.sources.is_empty() && ruling.lines.is_empty());
    }
}

#[test]
fn figures_are_answered() {
    assert_eq!(answered("APC for 45385").label.as_deref(), Some("5312"));
    assert!(answered("APC for 70553?").say.contains("names no APC"));
    assert!(answered("OPPS payment rate 27447").say.contains("$13,116.76"));
    assert_eq!(answered("OPPS status indicator of 70553?").label.as_deref(), Some("Q3"));
    assert!(answered("OPPS status indicators of 45385 and 36415?").say.contains("36415: status Q4"));
}

#[test]
fn laboratories_and_equipment_have_their_own_schedules() {
    let ask = |text: &str| settle(shelf(), &read_on(text, AsOf::Shelf)).unwrap_or_else(|| panic!("{text}"));
    assert!(ask("What is the clinical lab fee for 80053?").say.contains("$10.56 for 80053"));
    assert_eq!(ask("CLFS rate for 36415").label.as_deref(), Some("$9.34"));
    let texas = ask("DMEPOS fee for E0601 in Texas").say;
    assert!(texas.contains("E0601-RR $50.91, in rural areas $91.52"), "{texas}");
    let cane = ask("What is the DMEPOS purchase amount for E0100-NU in Alabama?");
    assert_eq!(cane.label.as_deref(), Some("$25.11"), "{}", cane.say);
    assert!(ask("DMEPOS fee for E0601").ask.is_some());
    assert!(settle(shelf(), &read_on("DMEPOS fee for E0601 in Florida", AsOf::Shelf)).is_none());
}
