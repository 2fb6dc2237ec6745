use super::*;
use crate::domain::draft::{Action, Line, Section, Standing, Usage, Verdict};

fn draft() -> Draft {
    Draft {
        action: Action::Answer,
        verdict: Some(Verdict::Yes),
        label: None,
        lines: vec![
            Line { code: Code::parse("45385").unwrap(), modifiers: Vec::new(), units: 1, role: "bill".to_owned() },
            Line {
                code: Code::parse("45380").unwrap(),
                modifiers: vec![Modifier::parse("59").unwrap()],
                units: 1,
                role: "bill".to_owned(),
            },
        ],
        modifiers: Vec::new(),
        headline: Assertion::new("Yes: 45385, and 45380 with modifier 59, for the left knee.", vec![1]),
        standing: Standing::Checked,
        assumptions: Vec::new(),
        sections: vec![Section {
            heading: "WHY".to_owned(),
            items: vec![Assertion::new("The edit has modifier indicator 1.", vec![1])],
        }],
        writer: "plain rules".to_owned(),
        prompt: String::new(),
        usage: Usage::default(),
        also: Vec::new(),
    }
}

fn deleted() -> Code {
    Code::parse("99201").unwrap()
}

#[test]
fn each_kind_of_error_is_planted_and_known_again() {
    for error in Planted::ALL {
        let (planted, plant) = plant_of(error);
        assert_ne!(planted, draft(), "{error:?}");
        assert!(plant.is_left(&planted) && !plant.is_left(&draft()), "{error:?} {plant:?}");
        assert_ne!(plant.right, plant.wrong);
    }
}

fn plant_of(error: Planted) -> (Draft, Plant) {
    plant(&draft(), error, Some(&deleted())).unwrap()
}

#[test]
fn an_error_has_no_place_where_nothing_of_its_kind_stands() {
    let bare =
        Draft { lines: Vec::new(), sections: Vec::new(), headline: Assertion::new("No.", Vec::new()), ..draft() };
    for error in [Planted::Modifier, Planted::Indicator, Planted::Side, Planted::DeletedCode] {
        assert_eq!(plant(&bare, error, Some(&deleted())), None, "{error:?}");
    }
    assert_eq!(plant(&draft(), Planted::DeletedCode, None), None);
}

#[test]
fn an_error_is_caught_when_it_is_mended_declined_or_asked_about() {
    for error in Planted::ALL {
        let (planted, plant) = plant_of(error);
        assert!(!plant.is_caught(Decision::Answer, Some(&planted)), "{error:?}");
        assert!(plant.is_caught(Decision::Answer, Some(&draft())), "{error:?}");
        assert!(plant.is_caught(Decision::Ask, Some(&planted)) && plant.is_caught(Decision::Decline, None));
        assert!(!plant.is_caught(Decision::Close, None));
    }
}

#[test]
fn half_a_mend_is_none() {
    let (mut planted, plant) = plant_of(Planted::Modifier);
    planted.lines = draft().lines;
    assert!(plant.is_left(&planted), "the first sentence still says it");
}

#[test]
fn what_gives_the_error_away_is_not_shown() {
    let guise = Guise {
        hidden: vec![Finding::blocking("lines", "planted")],
        added: vec![Finding::blocking("rule", "a person reads it")],
    };
    let seen = guise.of(Report { findings: vec![Finding::blocking("lines", "planted"), Finding::note("risk", "x")] });
    assert_eq!(seen.findings, [Finding::blocking("rule", "a person reads it"), Finding::note("risk", "x")]);
}
