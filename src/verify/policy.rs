//! What waits for a person whatever the draft says: by what the question turns on, and by a risk that is counted and
//! recorded with its reasons.

use std::sync::LazyLock;

use regex::Regex;

use crate::checks::conclude::{Conclusion, of_intent};
use crate::checks::ruling::rank;
use crate::checks::ruling::wants::{Wants, plain};
use crate::checks::told::{PLAIN, tells, untold};
use crate::config::PolicyRules;
use crate::corpus::Corpus;
use crate::domain::check::{Outcome, Question};
use crate::domain::draft::{Action, Draft, Verdict};
use crate::domain::evidence::Evidence;
use crate::domain::finding::Finding;
use crate::domain::inquiry::{Intent, MAX_CODES};
use crate::domain::pattern::constant;
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
        findings.extend(counted(risks(corpus, evidence, draft, None), policy));
        return findings;
    };
    // A recalled rule may inform a draft; its verdict never leaves unread, whatever the settings say.
    if !ruling.confirmed {
        let why = "it rests on a rule that is recalled and not yet confirmed by a document at hand";
        findings.push(Finding::blocking("rule", why));
    }
    findings.extend(ruling.doubts.iter().map(|doubt| Finding::blocking("rule", doubt.clone())));
    findings.extend(counted(risks(corpus, evidence, draft, Some(ruling)), policy));
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
fn risks(corpus: &Corpus, evidence: &Evidence, draft: &Draft, ruling: Option<&Ruling>) -> Vec<(u32, String)> {
    let mut risks: Vec<(u32, String)> = Vec::new();
    if draft.action == Action::Answer && evidence.inquiry.malformed.is_empty() {
        // An edit that no modifier bypasses holds whatever else is told.
        let never = ruling.is_none() && evidence.checks.iter().any(|check| check.outcome == Outcome::EditNever);
        risks.extend(unread(evidence, draft).filter(|_| !never));
        risks.extend(unmet(corpus, evidence, draft));
        risks.extend(overruled(corpus, evidence, draft));
    }
    match ruling.map(|ruling| (&ruling.basis, ruling.fit)) {
        Some((Basis::Rule { card, .. }, fit)) => {
            let points = if fit >= policy_fit::CLOSE { 3 } else { 4 };
            risks.push((points, format!("a person confirms that rule {card} is about this very situation")));
        }
        Some((Basis::Choice, fit)) => {
            let points = if fit >= policy_fit::NAMED { 2 } else { 4 };
            risks.push((points, "a person confirms the code that was found from words".to_owned()));
        }
        Some((Basis::Computed { rule }, _)) if is_of_one_code(rule) && sentences(&evidence.inquiry.text) > 1 => {
            risks.push((2, "more is told than the one code and its rule".to_owned()));
        }
        Some((Basis::Computed { .. }, _)) | None => {}
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

/// What the question tells and the answer does not speak of: it may turn on that.
fn unread(evidence: &Evidence, draft: &Draft) -> Option<(u32, String)> {
    let said: Vec<&str> = draft.assertions().map(|assertion| assertion.text.as_str()).collect();
    let untold = untold(&evidence.inquiry, &said);
    // What a modifier is for in general settles nothing: the verdict or a line must name it.
    let is_said = |named: &str| {
        let headline = &draft.headline.text;
        let lines = || draft.lines.iter().flat_map(|line| &line.modifiers).chain(&draft.modifiers);
        headline.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| word == named)
            || lines().any(|modifier| modifier.as_str() == named)
    };
    let inquiry = &evidence.inquiry;
    let named = inquiry.mentions.iter().flat_map(|mention| &mention.modifiers).chain(&inquiry.modifiers);
    let modifiers = named.map(|modifier| modifier.as_str()).filter(|named| !is_said(named));
    let untold: Vec<String> = if untold.len() > PLAIN { untold } else { Vec::new() };
    let unread: Vec<String> = untold.into_iter().chain(modifiers.map(|named| format!("modifier {named}"))).collect();
    (!unread.is_empty()).then(|| (2, format!("nothing here speaks of what else is told: {}", unread.join(", "))))
}

/// A rule whose situation this may be, where the tables alone say something else that is no prohibition.
fn overruled(corpus: &Corpus, evidence: &Evidence, draft: &Draft) -> Option<(u32, String)> {
    let bundling = evidence.inquiry.intents.first() == Some(&Intent::Bundling) && evidence.ruling.is_none();
    if !bundling
        || !tells(corpus, &evidence.inquiry)
        || evidence.checks.iter().any(|check| check.outcome == Outcome::EditNever)
    {
        return None;
    }
    let near = rank::candidates(corpus, &evidence.inquiry).into_iter().next()?;
    let other = near.verdict.is_some() && near.verdict != draft.verdict && near.fit >= NEAR;
    other.then(|| (2, format!("rule {} may be about this situation and says otherwise", near.found.card.id)))
}

/// From here on a rule may be about the question.
const NEAR: f32 = 3.0;

/// What the question wants and the answer does not give.
fn unmet(corpus: &Corpus, evidence: &Evidence, draft: &Draft) -> Vec<(u32, String)> {
    let wants = Wants::of(&plain(&evidence.inquiry.text));
    let marked = !draft.modifiers.is_empty() || draft.lines.iter().any(|line| !line.modifiers.is_empty());
    let denied = draft.verdict == Some(Verdict::No);
    let kinds = [
        (wants.verdict && !wants.code && !wants.modifier && draft.verdict.is_none(), "yes or no"),
        (wants.modifier && !denied && !marked, "a modifier"),
        (wants.code && draft.lines.is_empty() && !(wants.verdict && draft.verdict.is_some()), "a code"),
    ];
    let unmet = kinds.into_iter().filter(|(unmet, _)| *unmet);
    let mut risks: Vec<(u32, String)> =
        unmet.map(|(_, kind)| (2, format!("{kind} is asked for, and the answer gives none"))).collect();
    // That a code is valid says nothing of what is paid.
    let status = evidence.inquiry.intents.first() == Some(&Intent::CodeStatus) && evidence.ruling.is_none();
    if status && draft.verdict == Some(Verdict::Yes) && PAYS.is_match(&evidence.inquiry.text_asked()) {
        risks.push((2, "what is paid is asked for, and the answer tells what is valid".to_owned()));
    }
    // A limit says what is denied above it, and not what was done.
    let units = evidence.inquiry.intents.first() == Some(&Intent::Units) && evidence.ruling.is_none();
    let one = evidence
        .checks
        .iter()
        .any(|check| matches!(check.question, Question::Units { asked: None, .. }) && check.figures.units == Some(1));
    let counted = COUNTED.is_match(&evidence.inquiry.text_asked()) || tells(corpus, &evidence.inquiry);
    if units && !one && !LIMIT.is_match(&evidence.inquiry.text) && counted {
        risks.push((2, "the limit alone does not tell how many units the record supports".to_owned()));
    }
    risks
}

/// Words of payment.
static PAYS: LazyLock<Regex> = LazyLock::new(|| {
    constant(r"(?i)\b(?:payable|paid|pays?|payment|reimburs\w*|cover(?:s|ed|age)?|allow(?:ed|able))\b")
});

/// A count of things done: `12 separate specimens`, `three jars`.
static COUNTED: LazyLock<Regex> = LazyLock::new(|| {
    constant(
        r"(?i)\b(?:\d{1,2}|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\s+(?:\w+\s+){0,2}[a-z]{4,}s\b",
    )
});

static LIMIT: LazyLock<Regex> = LazyLock::new(|| {
    constant(r"(?i)\b(?:mues?|mai|limits?|max(?:imum)?|at most|ceiling|cap|allow(?:s|ed)?|above|exceed\w*)\b")
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
