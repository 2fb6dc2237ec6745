//! What follows from single figures of the tables: a limit, an add-on, a global period, a note between diagnoses.

use super::{Conclusion, abstain, answer, of_intent};
use crate::domain::check::{Check, Outcome, Question};
use crate::domain::code::Code;
use crate::domain::draft::{Line, Verdict};
use crate::domain::inquiry::{Inquiry, Intent};

pub fn units(checks: &[Check]) -> Conclusion {
    let found: Vec<&Check> = of_intent(checks, Intent::Units).collect();
    if found.is_empty() || found.iter().any(|c| matches!(c.outcome, Outcome::NotChecked | Outcome::NoLimitInRelease)) {
        return abstain();
    }
    let verdict = found.iter().find_map(|check| {
        let Question::Units { asked: Some(_), .. } = check.question else { return None };
        Some(match (check.outcome, check.figures.mai) {
            (Outcome::WithinLimit, _) => Verdict::Yes,
            (Outcome::OverLimit, Some(3)) => Verdict::Depends,
            _ => Verdict::No,
        })
    });
    let lines = found.iter().filter_map(|check| match &check.question {
        Question::Units { code, asked } => {
            // Where one is the most, one is the answer, whatever was done.
            let one = (check.figures.units == Some(1)).then_some(1);
            let units = asked.filter(|_| check.outcome == Outcome::WithinLimit).or(one)?;
            Some(Line { code: code.clone(), modifiers: Vec::new(), units, role: "bill".to_owned() })
        }
        _ => None,
    });
    let label = found.first().and_then(|check| check.figures.units).map(|units| units.to_string());
    Conclusion { lines: lines.collect(), label, ..answer(verdict) }
}

pub fn add_on(checks: &[Check]) -> Conclusion {
    let found: Vec<&Check> = of_intent(checks, Intent::AddOn).collect();
    match found.first().map(|check| check.outcome) {
        Some(Outcome::AddOn) => Conclusion { label: Some("add-on".to_owned()), ..answer(Some(Verdict::Yes)) },
        Some(Outcome::NotAddOn) => Conclusion { label: Some("not an add-on".to_owned()), ..answer(Some(Verdict::No)) },
        _ => abstain(),
    }
}

pub fn global(checks: &[Check]) -> Conclusion {
    let found: Vec<&Check> = of_intent(checks, Intent::GlobalPeriod).collect();
    if found.is_empty() || found.iter().any(|check| check.outcome != Outcome::Known) {
        return abstain();
    }
    Conclusion { label: found[0].figures.global_days.clone(), ..answer(None) }
}

pub fn diagnoses(inquiry: &Inquiry, checks: &[Check]) -> Conclusion {
    let found: Vec<Outcome> = of_intent(checks, Intent::DiagnosisPair).map(|check| check.outcome).collect();
    if found.is_empty() || found.contains(&Outcome::NotChecked) {
        abstain()
    } else if found.iter().any(|outcome| matches!(outcome, Outcome::Excludes1 | Outcome::Contradict)) {
        answer(Some(Verdict::No))
    } else {
        // Both stand, in the order of the question.
        let both = inquiry.codes().into_iter().filter(|code| !code.set().is_procedure());
        let line = |code: &Code| Line { code: code.clone(), modifiers: Vec::new(), units: 1, role: "bill".to_owned() };
        Conclusion { lines: both.map(line).collect(), ..answer(Some(Verdict::Yes)) }
    }
}
