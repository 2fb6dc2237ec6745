//! What waits for a person whatever the draft says: by what the question turns on, and by a risk that is counted and
//! recorded with its reasons.

use std::sync::LazyLock;

use regex::Regex;

use crate::checks::conclude::{Conclusion, of_intent};
use crate::config::PolicyRules;
use crate::corpus::Corpus;
use crate::domain::check::{Outcome, Question};
use crate::domain::draft::{Action, Draft};
use crate::domain::evidence::Evidence;
use crate::domain::finding::Finding;
use crate::domain::inquiry::{Intent, MAX_CODES};
use crate::domain::ruling::{Basis, Ruling};

/// Everything that holds the draft back, and the risk that was counted.
pub fn check(
    corpus: &Corpus,
    evidence: &Evidence,
    draft: &Draft,
    conclusion: &Conclusion,
    policy: &PolicyRules,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    if evidence.inquiry.wants_person {
        findings.push(Finding::blocking("policy", "the asker wants a person"));
    }
    match draft.action {
        Action::Refuse | Action::RefuseOutOfScope => {
            if !policy.decline_unread {
                findings.push(Finding::blocking("policy", "a person reads what is declined"));
            }
            return findings;
        }
        Action::AskBack if !policy.ask_back_unread => {
            findings.push(Finding::blocking("policy", "a person reads what is asked back"));
        }
        // A question back that claims nothing needs no proof.
        Action::AskBack if evidence.inquiry.blank || evidence.ruling.as_ref().is_some_and(|r| r.sources.is_empty()) => {
            return findings;
        }
        Action::AskBack | Action::Answer => {}
        Action::Abstain | Action::NoReply => findings.extend(abstained(evidence, policy)),
    }
    findings.extend(limits(evidence, conclusion.ruled));
    let Some(ruling) = evidence.ruling.as_ref().filter(|_| conclusion.ruled) else {
        findings.extend(counted(risks(corpus, evidence, None), policy));
        return findings;
    };
    // A recalled rule may inform a draft; its verdict never leaves unread, whatever the settings say.
    if !ruling.confirmed {
        let why = "it rests on a rule that is recalled and not yet confirmed by a document at hand";
        findings.push(Finding::blocking("rule", why));
    }
    findings.extend(ruling.doubts.iter().map(|doubt| Finding::blocking("rule", doubt.clone())));
    findings.extend(counted(risks(corpus, evidence, Some(ruling)), policy));
    findings
}

/// An answer that could not be checked leaves only where the operator wants the last known row to be told.
fn abstained(evidence: &Evidence, policy: &PolicyRules) -> Option<Finding> {
    let leading = evidence.inquiry.intents.first().copied().unwrap_or(Intent::Other);
    let mut checks = of_intent(&evidence.checks, leading).peekable();
    let told = checks.peek().is_some() && checks.all(|check| check.last_known.is_some());
    let why = "no table on this shelf settles the question for its date";
    (!(told && policy.stale_leaves)).then(|| Finding::blocking("not_checked", why))
}

/// What no setting opens.
fn limits(evidence: &Evidence, ruled: bool) -> Vec<Finding> {
    let mut findings = Vec::new();
    let inquiry = &evidence.inquiry;
    let leading = inquiry.intents.first().copied().unwrap_or(Intent::Other);
    let unchecked = of_intent(&evidence.checks, leading).any(|check| check.outcome == Outcome::NotChecked);
    let by_tables = |ruling: &Ruling| matches!(ruling.basis, Basis::Computed { .. });
    if ruled && unchecked && !evidence.ruling.as_ref().is_some_and(by_tables) {
        let why = "what the question asks of the tables was not checked for its date";
        findings.push(Finding::blocking("not_checked", why));
    }
    if !inquiry.beyond.is_empty() && !ruled {
        let words = inquiry.beyond.join(", ");
        findings.push(Finding::blocking("scope", format!("the question turns on more than the tables hold: {words}")));
    }
    if inquiry.mentions.len() > MAX_CODES {
        findings.push(Finding::blocking("policy", "more codes than are joined by machine"));
    }
    findings
}

/// Points of risk, each with its reason.
fn risks(corpus: &Corpus, evidence: &Evidence, ruling: Option<&Ruling>) -> Vec<(u32, String)> {
    let mut risks = Vec::new();
    match ruling.map(|ruling| (&ruling.basis, ruling.fit)) {
        Some((Basis::Rule { card, .. }, fit)) => {
            let points = if fit >= policy_fit::CLOSE { 3 } else { 4 };
            risks.push((points, format!("a person confirms that rule {card} is about this very situation")));
        }
        Some((Basis::Choice, fit)) => {
            let points = if fit >= policy_fit::NAMED { 2 } else { 4 };
            risks.push((points, "a person confirms the code that was found from words".to_owned()));
        }
        Some((Basis::Computed { rule }, _)) => {
            if ruling.is_some_and(|ruling| ruling.lines.is_empty() && ruling.ask.is_none())
                && evidence.inquiry.mentions.is_empty()
                && CODE.is_match(&evidence.inquiry.text)
            {
                risks.push((2, "a code is asked for too, and none was found".to_owned()));
            }
            if is_of_one_code(rule) && sentences(&evidence.inquiry.text) > 1 {
                risks.push((2, "more is told than the one code and its rule".to_owned()));
            }
        }
        None => {}
    }
    let text = evidence.inquiry.text.to_lowercase();
    if ["appeal", "redetermination", "overpay", "refund", "recoup", "audit", "whistle"].iter().any(|w| text.contains(w))
    {
        risks.push((1, "it is about an appeal, an audit or money paid back".to_owned()));
    }
    let pairs = evidence.checks.iter().filter(|check| matches!(check.question, Question::Excludes { .. }));
    let silent = pairs.into_iter().any(|check| check.outcome == Outcome::NoNoteInRelease);
    if silent && evidence.inquiry.intents.first() == Some(&Intent::DiagnosisPair) {
        risks.push((2, "no note of the tabular list joins the two, and the guidelines may still".to_owned()));
    }
    let disputed = evidence.inquiry.codes().into_iter().any(|code| !corpus.list_conflicts(code.as_str()).is_empty());
    if disputed {
        risks.push((1, "two official sources disagree about one of its codes".to_owned()));
    }
    risks
}

/// True for what the tables say of one code, which knows nothing of what else was done.
fn is_of_one_code(rule: &str) -> bool {
    rule == "modifier and code" || rule.ends_with("of the fee schedule")
}

static CODE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:which|what|the|right|correct)\s+(?:\w+\s+){0,2}codes?\b|\bcodes?\b[^.?!]{0,30}\?|\bcpt\b")
        .expect("the pattern is a constant")
});

/// Sentences that tell or ask something: greetings, payers and dates alone are none.
fn sentences(text: &str) -> usize {
    let parts = text.split(['.', '?', '!', '\n']).map(|part| part.split_whitespace().count());
    parts.filter(|words| *words > 3).count()
}

/// How close is close enough, as measured on questions with known answers.
mod policy_fit {
    /// A rule's case.
    pub const CLOSE: f32 = 6.0;
    /// A code from words.
    pub const NAMED: f32 = 1.9;
}

/// The risk against what the settings allow, with its reasons either way.
fn counted(risks: Vec<(u32, String)>, policy: &PolicyRules) -> Option<Finding> {
    let total: u32 = risks.iter().map(|(points, _)| points).sum();
    if total == 0 {
        return None;
    }
    let reasons: Vec<String> = risks.into_iter().map(|(points, reason)| format!("{reason} ({points})")).collect();
    let text = format!("risk {total} of {} allowed: {}", policy.max_risk, reasons.join("; "));
    Some(if total > policy.max_risk { Finding::blocking("rule", text) } else { Finding::note("risk", text) })
}
