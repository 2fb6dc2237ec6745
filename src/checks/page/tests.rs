//! Pages of codes of each set, over real rows of the starter edition.

use jiff::civil::date;

use super::*;
use crate::corpus::starter_for_tests as corpus;
use crate::domain::check::Outcome;

/// The days of the fee schedule of the starter.
const AUTUMN_2025: AsOf = AsOf::Date(date(2025, 10, 20));
const SUMMER_2024: AsOf = AsOf::Date(date(2024, 8, 1));

fn page(text: &str, as_of: AsOf) -> Page {
    of(corpus(), &Code::parse(text).unwrap(), as_of)
}

#[test]
fn a_procedure_has_its_fees_with_the_national_amount() {
    let page = page("45385", AUTUMN_2025);
    assert_eq!((page.code.as_str(), page.known), ("45385", true));
    let fees = page.fees.unwrap();
    assert!(fees.in_force && fees.release == "mpfs-rvu25d");
    let fee = &fees.lines[0];
    assert_eq!((fee.global.value.as_str(), fee.work), ("000", Some(4.57)));
    assert!(fee.indicators.iter().any(|value| value.name == "bilat" && value.meaning.is_some()));
    if let Some(factor) = fee.conversion_factor {
        let units = fee.work.unwrap() + fee.pe_facility.unwrap() + fee.malpractice.unwrap();
        let amount = units * factor;
        assert!((fee.facility.unwrap() - amount).abs() < 0.01, "{fee:?}");
    }
}

#[test]
fn what_does_not_speak_for_the_date_is_only_the_last_known() {
    let page = page("45385", AsOf::Date(date(2026, 11, 24)));
    assert_eq!(page.status.outcome, Outcome::NotChecked);
    assert!(page.fees.is_some_and(|fees| !fees.in_force));
    assert!(!page.units.is_empty() && page.units.iter().all(|units| !units.in_force));
    assert!(!page.edits.is_empty() && page.edits.iter().all(|edits| !edits.in_force));
}

#[test]
fn pairs_are_counted_in_both_columns_as_they_are_listed() {
    for (text, setting) in
        [("45385", Setting::Practitioner), ("45380", Setting::Hospital), ("29881", Setting::Practitioner)]
    {
        let code = Code::parse(text).unwrap();
        let page = of(corpus(), &code, SUMMER_2024);
        let edits = page.edits.iter().find(|edits| edits.setting == setting).unwrap();
        assert!(edits.in_force && edits.program == Program::Medicare);
        let day = edits::day(corpus(), setting, Program::Medicare, SUMMER_2024);
        let partners = corpus().list_partners(&code, setting, Program::Medicare);
        let active = partners.iter().filter(|one| day.counts(one) && day.is_active(one));
        let mut listed = (0, 0);
        for one in active {
            for other in one.codes() {
                let other = Code::parse(other).unwrap();
                let (a, b) = if one.column_one { (&code, &other) } else { (&other, &code) };
                let question = Question::Ptp { a: a.clone(), b: b.clone() };
                let check =
                    checks::ask(corpus(), &question, Scope { as_of: SUMMER_2024, setting, program: Program::Medicare });
                assert!(matches!(check.outcome, Outcome::EditNever | Outcome::EditModifierAllowed), "{check:?}");
                assert_eq!(check.figures.column_one.as_ref(), Some(a));
                if one.column_one { listed.0 += 1 } else { listed.1 += 1 }
            }
        }
        let all = |counts: &Counts| counts.never + counts.modifier_allowed;
        assert_eq!((all(&edits.column_one), all(&edits.column_two)), listed, "{text}");
        assert!(listed.0 + listed.1 > 0, "{text}");
    }
    let near = page("45385", SUMMER_2024).edits.remove(0).near;
    assert!(near.iter().any(|near| near.other.code == "45380" && near.column_one && near.indicator == 1), "{near:?}");
}

#[test]
fn a_diagnosis_has_its_place_and_its_notes() {
    let page = page("E11.9", AsOf::Date(date(2026, 5, 1)));
    assert_eq!(page.status.outcome, Outcome::Active);
    assert_eq!(page.place.above.first().map(|named| named.code.as_str()), Some("E11"));
    assert!(page.place.beside_count > 0 && page.place.beside.iter().all(|named| named.code != "E11.9"));
    assert!(page.notes.in_force && page.notes.relations.iter().any(|note| note.kind == "excludes1"));
    assert!(page.fees.is_none() && page.edits.is_empty() && page.units.is_empty());
    let heading = super::of(corpus(), &Code::parse("E11").unwrap(), AsOf::Date(date(2026, 5, 1)));
    assert_eq!(heading.status.outcome, Outcome::Header);
    assert!(heading.place.below_count > 2);
}

#[test]
fn a_deleted_code_names_its_successors_with_their_standing() {
    let page = page("37250", AsOf::Date(date(2026, 1, 12)));
    assert_eq!(page.status.outcome, Outcome::Deleted);
    assert!(page.successors.iter().any(|successor| successor.named.code == "37252" && !successor.confirmed));
    assert!(
        page.changes.iter().any(|change| change.what.contains("last day") && change.from == Some(date(2015, 12, 31)))
    );
}

#[test]
fn add_on_codes_are_told_from_both_of_their_sides() {
    let page = page("37253", SUMMER_2024);
    assert_eq!(page.add_on.outcome, Outcome::AddOn);
    let primary = page.add_on.figures.primaries.first().unwrap().clone();
    let page = of(corpus(), &Code::parse(&primary).unwrap(), SUMMER_2024);
    assert!(page.add_ons.iter().any(|add_on| add_on.named.code == "37253"), "{primary}");
}

#[test]
fn a_code_on_no_list_has_an_empty_page() {
    let page = page("99999", SUMMER_2024);
    assert!(!page.known && page.status.outcome == Outcome::Unknown);
    assert!(page.fees.is_none() && page.edits.is_empty() && page.changes.is_empty() && page.description.is_none());
}
