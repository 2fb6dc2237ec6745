//! What is to be billed together must not contradict an edit or a unit limit.

use crate::checks;
use crate::corpus::Corpus;
use crate::domain::check::{Outcome, Question};
use crate::domain::draft::Draft;
use crate::domain::evidence::Evidence;
use crate::domain::finding::Finding;

/// Every pair of lines, and the units of every line.
pub fn check(corpus: &Corpus, evidence: &Evidence, draft: &Draft) -> Vec<Finding> {
    let scope = evidence.inquiry.scope;
    let mut findings = Vec::new();
    for (n, a) in draft.lines.iter().enumerate() {
        for b in &draft.lines[n + 1..] {
            let check = checks::ask(corpus, &Question::Ptp { a: a.code.clone(), b: b.code.clone() }, scope);
            let bypassed = [a, b].iter().any(|line| {
                line.modifiers.iter().any(|m| corpus.find_modifier(m.as_str()).is_some_and(|entry| entry.bypasses_ptp))
            });
            match check.outcome {
                Outcome::EditNever => findings
                    .push(Finding::blocking("edit", format!("{} and {} are never billed together", a.code, b.code))),
                Outcome::EditModifierAllowed if !bypassed => {
                    findings.push(Finding::blocking(
                        "edit",
                        format!("{} and {} need a modifier that bypasses their edit", a.code, b.code),
                    ));
                }
                Outcome::NotChecked => {
                    findings.push(Finding::blocking("edit", format!("{} and {} were not checked", a.code, b.code)))
                }
                _ => {}
            }
        }
        let check = checks::ask(corpus, &Question::Units { code: a.code.clone(), asked: Some(a.units) }, scope);
        if check.outcome == Outcome::OverLimit {
            findings.push(Finding::blocking(
                "units",
                format!("{} units of {} are above its limit of {}", a.units, a.code, check.figures.units.unwrap_or(0)),
            ));
        }
    }
    findings
}
