//! The structured answer: what `ask --json` and `eval` print.

use serde_json::{Value, json};

use crate::domain::check::Check;
use crate::domain::draft::{Action, Draft};
use crate::domain::finding::Report;
use crate::domain::release::Release;
use crate::pipeline::Consultation;
use crate::reply::render::{Body, cited};

/// The object of the contract. `id` is the case's or the item's.
pub fn json(id: &str, consultation: &Consultation, body: &Body) -> Value {
    let Consultation { evidence, draft, report, timings } = consultation;
    let lines: Vec<_> = draft.all().flat_map(|draft| &draft.lines).collect();
    let mut codes: Vec<&str> = lines.iter().map(|line| line.code.as_str()).collect();
    let mut once = std::collections::HashSet::new();
    codes.retain(|code| once.insert(*code));
    let alone = draft.all().flat_map(|draft| &draft.modifiers);
    let modifiers = lines.iter().flat_map(|line| &line.modifiers).chain(alone);
    let mut modifiers: Vec<&str> = modifiers.map(|m| m.as_str()).collect();
    let mut seen = std::collections::HashSet::new();
    modifiers.retain(|modifier| seen.insert(*modifier));
    json!({
        "id": id,
        "action": draft.action,
        "release": release(draft, report),
        "lines": lines,
        "codes": codes,
        "modifiers": modifiers,
        "verdict": draft.all().find_map(|draft| draft.verdict),
        "label": draft.all().find_map(|draft| draft.label.as_ref()),
        "text": body.text,
        "checks": evidence.all().flat_map(|evidence| &evidence.checks).map(check).collect::<Vec<_>>(),
        "ruling": evidence.ruling,
        "citations": cited(draft, evidence).iter().map(citation).collect::<Vec<_>>(),
        "findings": report.findings,
        "assumptions": draft.assumptions,
        "abstained": draft.action == Action::Abstain,
        "questions": draft.all().map(question).collect::<Vec<_>>(),
        "writer": draft.writer,
        "tokens": draft.all().map(|draft| draft.usage.tokens_in + draft.usage.tokens_out).sum::<u64>(),
        "edition": evidence.edition,
        "timings_ms": timings.iter().map(|(stage, ms)| ((*stage).to_owned(), json!(ms))).collect::<serde_json::Map<_, _>>(),
    })
}

/// What is answered to one question of the message.
fn question(draft: &Draft) -> Value {
    json!({
        "action": draft.action,
        "verdict": draft.verdict,
        "label": draft.label,
        "lines": draft.lines,
        "modifiers": draft.modifiers,
        "headline": draft.headline.text,
    })
}

fn release(draft: &Draft, report: &Report) -> &'static str {
    match draft.action {
        Action::NoReply | Action::Refuse | Action::RefuseOutOfScope => "declined",
        _ if Release::automatic(draft, report).or_else(|| Release::unanswered(draft, report)).is_some() => "automatic",
        _ => "review",
    }
}

fn check(check: &Check) -> Value {
    let subjects: Vec<&str> = check.question.subjects().iter().map(|code| code.as_str()).collect();
    json!({
        "kind": check.question.kind(),
        "subjects": subjects,
        "outcome": check.outcome,
        "detail": check.detail,
        "edition": check.release,
        "figures": check.figures,
        "last_known": check.last_known,
    })
}

fn citation(citation: &crate::domain::citation::Citation) -> Value {
    json!({
        "n": citation.n,
        "doc": citation.source.doc,
        "locator": citation.source.fact.to_string(),
        "place": citation.source.place,
        "quote": citation.source.quote,
        "note": citation.source.note,
        "effective_from": citation.from().map(|date| date.to_string()),
        "effective_to": citation.to().map(|date| date.to_string()),
    })
}
