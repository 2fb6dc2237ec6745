//! What is to be billed together must not contradict an edit or a unit limit.

use crate::checks;
use crate::corpus::Corpus;
use crate::domain::check::{Outcome, Question, Scope};
use crate::domain::draft::{Draft, Line};
use crate::domain::evidence::Evidence;
use crate::domain::finding::Finding;

/// Every pair of lines, and the units of every line.
pub fn check(corpus: &Corpus, evidence: &Evidence, draft: &Draft) -> Vec<Finding> {
    let scope = evidence.inquiry.scope;
    let mut findings = Vec::new();
    for (n, a) in draft.lines.iter().enumerate() {
        for b in &draft.lines[n + 1..] {
            // A second line of one code is a question of units and of its modifiers, not of an edit.
            if a.code == b.code || a.code.set().is_procedure() != b.code.set().is_procedure() {
                continue;
            }
            if !a.code.set().is_procedure() {
                findings.extend(diagnoses(corpus, a, b, scope));
                continue;
            }
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
            let limit = check.figures.units.unwrap_or(0);
            let text = format!("{} units of {} are above its limit of {limit}", a.units, a.code);
            // A limit of 0 says that Medicare pays none in this setting, not that the code is the wrong one.
            findings.push(if limit == 0 { Finding::note("units", text) } else { Finding::blocking("units", text) });
        }
    }
    findings
}

/// Two diagnoses that a note of type 1 forbids together, or of which one denies what the other says.
fn diagnoses(corpus: &Corpus, a: &Line, b: &Line, scope: Scope) -> Option<Finding> {
    let check = checks::ask(corpus, &Question::Excludes { a: a.code.clone(), b: b.code.clone() }, scope);
    let why = match check.outcome {
        Outcome::Excludes1 => "Excludes1",
        Outcome::Contradict => "their titles contradict each other",
        _ => return None,
    };
    Some(Finding::blocking("edit", format!("{} and {} are not coded together ({why})", a.code, b.code)))
}
