//! Verification: every statement of a draft is computed again before anything leaves. A draft with a blocking
//! finding waits for a person; nothing is repaired silently.

mod citations;
mod claims;
mod codes;
mod edits;
mod grounded;
mod numbers;
mod policy;
mod privacy;
mod prose;
mod relevant;

use crate::checks;
use crate::checks::conclude::{Conclusion, conclude};
use crate::config::PolicyRules;
use crate::corpus::Corpus;
use crate::domain::draft::{Action, Draft};
use crate::domain::evidence::Evidence;
use crate::domain::finding::{Finding, Report};
use crate::domain::ruling::Basis;

/// Runs every check on every question of the message and collects what they object to; never stops at the first.
pub fn run(corpus: &Corpus, evidence: &Evidence, draft: &Draft, rules: &PolicyRules) -> Report {
    let mut findings = one(corpus, evidence, draft, rules);
    if evidence.also.len() != draft.also.len() {
        findings.push(Finding::blocking("lines", "the draft does not answer every question of the message"));
    }
    for (n, (evidence, draft)) in evidence.also.iter().zip(&draft.also).enumerate() {
        let found = one(corpus, evidence, draft, rules).into_iter();
        findings
            .extend(found.map(|finding| Finding { text: format!("question {}: {}", n + 2, finding.text), ..finding }));
    }
    Report { findings }
}

fn one(corpus: &Corpus, evidence: &Evidence, draft: &Draft, rules: &PolicyRules) -> Vec<Finding> {
    let mut findings = recomputed(corpus, evidence);
    let ruling = checks::ruling::settling(corpus, &evidence.inquiry, &evidence.checks);
    let conclusion = conclude(corpus, &evidence.inquiry, &evidence.checks, ruling.as_ref());
    if ruling != evidence.ruling {
        findings.push(Finding::blocking("ruling", "the rule that settles the question is not the one of the evidence"));
    }
    // Against a table it is an error; against a rule of ours it is another opinion, which a person may hold.
    let by_rule = evidence.ruling.as_ref().is_some_and(|ruling| !matches!(ruling.basis, Basis::Computed { .. }));
    findings.extend(concluded(&conclusion, draft, conclusion.ruled && by_rule));
    findings.extend(codes::check(corpus, evidence, draft));
    findings.extend(edits::check(corpus, evidence, draft));
    findings.extend(citations::check(corpus, evidence, draft));
    findings.extend(numbers::check(evidence, draft));
    findings.extend(claims::check(corpus, evidence, draft));
    findings.extend(privacy::check(draft));
    findings.extend(prose::check(corpus, evidence, draft));
    findings.extend(policy::check(corpus, evidence, draft, &conclusion, rules));
    findings
}

/// Asks every check again. A difference means that the evidence is of another edition or was altered.
fn recomputed(corpus: &Corpus, evidence: &Evidence) -> Vec<Finding> {
    let mut findings = Vec::new();
    if evidence.edition != corpus.edition() {
        findings.push(Finding::note(
            "edition",
            format!("researched with {}, verified with {}", evidence.edition, corpus.edition()),
        ));
    }
    for check in &evidence.checks {
        let again = checks::ask(corpus, &check.question, check.scope);
        if again != *check {
            let text = format!(
                "{} of {}: the tables now say {}, the evidence says {}",
                check.question.kind(),
                check.question.subjects().iter().map(|c| c.as_str()).collect::<Vec<_>>().join(" / "),
                again.outcome.words(),
                check.outcome.words()
            );
            findings.push(Finding::blocking("check", text));
        }
    }
    findings
}

/// Holds the draft against the conclusion, drawn again.
fn concluded(conclusion: &Conclusion, draft: &Draft, by_rule: bool) -> Vec<Finding> {
    let mut findings = Vec::new();
    let (of_lines, of_verdict) = if by_rule { ("differs", "differs") } else { ("lines", "verdict") };
    let Conclusion { action, verdict, lines, modifiers, .. } = conclusion;
    let (action, verdict) = (*action, *verdict);
    if draft.modifiers != *modifiers {
        findings.push(Finding::blocking(of_lines, "the modifiers are not those that follow from the rule"));
    }
    if draft.verdict != verdict {
        let words = |verdict| serde_json::to_string(&verdict).unwrap_or_default();
        findings.push(Finding::blocking(
            of_verdict,
            format!("the draft says {}, the checks say {}", words(draft.verdict), words(verdict)),
        ));
    }
    let essence = |lines: &[crate::domain::draft::Line]| {
        lines.iter().map(|l| (l.code.clone(), l.modifiers.clone(), l.units)).collect::<Vec<_>>()
    };
    if essence(&draft.lines) != essence(lines) {
        findings.push(Finding::blocking(of_lines, "the lines to bill are not those that follow from the checks"));
    }
    if draft.action == Action::Answer && action != Action::Answer {
        findings.push(Finding::blocking("not_checked", "the draft answers what the tables on this shelf cannot prove"));
    }
    findings
}

#[cfg(test)]
mod tests;
