//! The parts of the reply behind the verdict: the checks in their fixed words, the reasons, the branches.

use super::headline::and;
use crate::checks::bypass::{bypass, condition};
use crate::checks::conclude::{Conclusion, of_intent};
use crate::checks::separation::{Separation, separation};
use crate::checks::{add_on, global, sentence, units};
use crate::corpus::Corpus;
use crate::domain::check::{Check, Outcome, Question};
use crate::domain::citation::Table;
use crate::domain::draft::{Action, Assertion, Section};
use crate::domain::evidence::Evidence;
use crate::domain::inquiry::Intent;

/// Writes every section that has something to say.
pub fn write(corpus: &Corpus, evidence: &Evidence, conclusion: &Conclusion) -> Vec<Section> {
    let sections = [
        ("MODIFIER", modifiers(corpus, evidence, conclusion)),
        ("CODE STATUS", statuses(evidence)),
        ("EDIT CHECK", edits(evidence)),
        ("UNITS", limits(evidence)),
        ("ADD-ON", add_ons(evidence)),
        ("GLOBAL", globals(evidence)),
        ("DIAGNOSES", diagnoses(evidence)),
        ("PAYMENT RULE", stated(evidence, "payment_rule")),
        ("MODIFIER FIT", stated(evidence, "modifier_fit")),
        ("FEE", stated(evidence, "fee")),
        ("OUTPATIENT (OPPS)", stated(evidence, "opps")),
        ("TABULAR NOTES", stated(evidence, "instructions")),
        ("RISK ADJUSTMENT", stated(evidence, "risk_category")),
        ("CROSSWALK", stated(evidence, "crosswalk")),
        ("COVERAGE", stated(evidence, "coverage")),
        ("DENIAL", stated(evidence, "denial")),
        ("PLACE OF SERVICE", stated(evidence, "place_of_service")),
        ("WHY", why(evidence, conclusion)),
        ("IF THE FACTS DIFFER", branches(corpus, evidence, conclusion)),
        ("THE NOTE MUST SHOW", documentation(evidence)),
        ("WORTH KNOWING", remarks(evidence)),
    ];
    let filled = sections.into_iter().filter(|(_, items)| !items.is_empty());
    filled.map(|(heading, items)| Section { heading: heading.to_owned(), items }).collect()
}

/// The state of the codes that a declined message names, which may be told all the same.
pub fn statuses_alone(evidence: &Evidence) -> Option<Section> {
    let items = statuses(evidence);
    (!items.is_empty()).then(|| Section { heading: "CODE STATUS".to_owned(), items })
}

fn of_kind<'a>(evidence: &'a Evidence, kind: &'a str) -> impl Iterator<Item = &'a Check> {
    evidence.checks.iter().filter(move |check| check.question.kind() == kind)
}

/// Left out where the verdict itself is about the code's status.
fn statuses(evidence: &Evidence) -> Vec<Assertion> {
    let leading = evidence.inquiry.intents.first() == Some(&Intent::CodeStatus);
    let shown = of_kind(evidence, "code_status").filter(|check| !(leading && check.outcome != Outcome::NotChecked));
    let items = shown.map(|check| {
        let code = check.question.subjects()[0];
        let what = check.figures.description.as_ref().map(|text| format!(": {}", text.trim_end_matches('.')));
        let text = match check.outcome {
            Outcome::Active => format!("valid on {}{}.", check.scope.as_of, what.unwrap_or_default()),
            Outcome::NotChecked => {
                format!("{}{}", stale(check), what.map(|w| format!(" What it is{w}.")).unwrap_or_default())
            }
            _ => {
                // The code stands in front already.
                let said = check.detail.strip_prefix(code.as_str()).map_or(check.detail.as_str(), str::trim_start);
                if said.ends_with('.') { said.to_owned() } else { format!("{said}.") }
            }
        };
        (code.to_string(), text, evidence.numbers(check))
    });
    grouped(items)
}

/// What to say where the table in force is not on the shelf: the fixed words, and what was last known.
fn stale(check: &Check) -> String {
    match &check.last_known {
        Some(last) => format!(
            "not checked for {}; last known: {} ({}).",
            check.scope.as_of,
            last.value.trim_end_matches('.'),
            last.title
        ),
        None => format!("not checked: {}.", check.detail.trim_end_matches('.')),
    }
}

/// One statement for all codes of which the same is said.
fn grouped(items: impl Iterator<Item = (String, String, Vec<usize>)>) -> Vec<Assertion> {
    let mut groups: Vec<(Vec<String>, String, Vec<usize>)> = Vec::new();
    for (code, text, cites) in items {
        match groups.iter_mut().find(|(_, said, _)| *said == text) {
            Some((codes, _, all)) => {
                codes.push(code);
                all.extend(cites);
            }
            None => groups.push((vec![code], text, cites)),
        }
    }
    let joined =
        groups.into_iter().map(|(codes, text, cites)| Assertion::new(format!("{}: {text}", codes.join(", ")), cites));
    joined.collect()
}

fn edits(evidence: &Evidence) -> Vec<Assertion> {
    of_kind(evidence, "ptp")
        .map(|check| {
            let pair: Vec<&str> = check.question.subjects().iter().map(|code| code.as_str()).collect();
            let text = format!("{}: {}. {}", pair.join(" / "), check.outcome.words(), sentence(&check.detail));
            Assertion::new(text, evidence.numbers(check))
        })
        .collect()
}

fn limits(evidence: &Evidence) -> Vec<Assertion> {
    let leading = evidence.inquiry.asks(Intent::Units);
    let shown = of_kind(evidence, "units")
        .filter(|check| leading || check.outcome != Outcome::NotChecked || check.last_known.is_some());
    let items = shown.map(|check| {
        let text = match (check.outcome, check.figures.units, check.figures.mai) {
            (Outcome::NotChecked, ..) => stale(check),
            (_, Some(limit), Some(mai)) => format!("MUE {limit}, MAI {mai}: {}.", units::meaning(mai)),
            _ => sentence(&check.detail),
        };
        (check.question.subjects()[0].to_string(), text, evidence.numbers(check))
    });
    grouped(items)
}

fn add_ons(evidence: &Evidence) -> Vec<Assertion> {
    let asked = evidence.inquiry.asks(Intent::AddOn);
    of_kind(evidence, "add_on")
        .filter(|check| {
            let is_one = check.outcome == Outcome::AddOn
                || check.last_known.as_ref().is_some_and(|last| last.outcome == Outcome::AddOn);
            asked || is_one
        })
        .map(|check| {
            let code = check.question.subjects()[0];
            let Question::AddOn { with, .. } = &check.question else { return Assertion::new("", Vec::new()) };
            let text = match check.outcome {
                Outcome::AddOn => format!(
                    "{code}: add-on code, type {}; {}. Never billed without a primary code.",
                    check.figures.add_on_type.unwrap_or(1),
                    add_on::primaries(&check.figures, with)
                ),
                _ => sentence(&check.detail),
            };
            Assertion::new(text, evidence.numbers(check))
        })
        .collect()
}

fn globals(evidence: &Evidence) -> Vec<Assertion> {
    let asked = evidence.inquiry.asks(Intent::GlobalPeriod);
    let shown = of_kind(evidence, "global_period")
        .filter(|check| asked || check.outcome == Outcome::Known || check.last_known.is_some());
    let items = shown.map(|check| {
        let text = match check.outcome {
            Outcome::Known => format!("{}.", global::meaning(check.figures.global_days.as_deref().unwrap_or(""))),
            _ => stale(check),
        };
        (check.question.subjects()[0].to_string(), text, evidence.numbers(check))
    });
    grouped(items)
}

fn diagnoses(evidence: &Evidence) -> Vec<Assertion> {
    let leading = evidence.inquiry.intents.first() == Some(&Intent::DiagnosisPair);
    let shown = of_kind(evidence, "excludes").filter(|_| !leading || evidence.checks.len() > 3);
    shown
        .map(|check| {
            let pair: Vec<&str> = check.question.subjects().iter().map(|code| code.as_str()).collect();
            let text = format!("{}: {}. {}", pair.join(" / "), check.outcome.words(), sentence(&check.detail));
            Assertion::new(text, evidence.numbers(check))
        })
        .collect()
}

/// What a check says, in its own sentence.
fn stated(evidence: &Evidence, kind: &str) -> Vec<Assertion> {
    let shown = evidence.checks.iter().filter(|check| check.question.kind() == kind);
    let items = shown.map(|check| {
        let text = match &check.last_known {
            Some(_) if check.outcome == Outcome::NotChecked => sentence(&stale(check)),
            _ => sentence(&check.detail),
        };
        Assertion::new(text, evidence.numbers(check))
    });
    items.collect()
}

/// A sentence as the tail of another one; abbreviations keep their capitals.
fn lower(text: &str) -> String {
    let mut chars = text.chars();
    match (chars.next(), chars.clone().next()) {
        (Some(first), Some(second)) if !second.is_uppercase() => format!("{}{}", first.to_lowercase(), chars.as_str()),
        _ => text.to_owned(),
    }
}

/// The modifiers to report on a code that the asker knows.
fn modifiers(corpus: &Corpus, evidence: &Evidence, conclusion: &Conclusion) -> Vec<Assertion> {
    let sources = evidence.ruling.iter().flat_map(|ruling| &ruling.sources);
    let cites: Vec<usize> = sources.filter_map(|source| evidence.number(source)).collect();
    let named = conclusion.modifiers.iter().map(|modifier| {
        let name = corpus.find_modifier(modifier.as_str()).map(|entry| format!(": {}", entry.name));
        Assertion::new(format!("{modifier}{}", name.unwrap_or_default()), cites.clone())
    });
    named.collect()
}

/// What the passage says, in its own words, on which the rule rests.
fn quoted(evidence: &Evidence, conclusion: &Conclusion) -> Option<Assertion> {
    let ruling = evidence.ruling.as_ref().filter(|_| conclusion.ruled)?;
    let source = ruling.sources.iter().find(|source| source.fact.table == Table::Passage)?;
    Some(Assertion::new(
        format!("In the document's words: \"{}\"", source.quote.replace("\\n", " ")),
        [evidence.number(source)?],
    ))
}

/// The rules, each with its document. A rule that was not yet confirmed against its document is for the reviewer,
/// and goes out only with a draft that a person reads first.
fn why(evidence: &Evidence, conclusion: &Conclusion) -> Vec<Assertion> {
    let held = conclusion.action != Action::Answer;
    let passages = evidence.passages.iter().filter(|passage| passage.confirmed || held || conclusion.ruled).take(4);
    let mut items: Vec<Assertion> = quoted(evidence, conclusion).into_iter().collect();
    let rules = passages.map(|passage| {
        let standing = if passage.confirmed { "" } else { " (Recalled, not yet confirmed against the document.)" };
        let cites: Vec<usize> = evidence.number(&passage.source).into_iter().collect();
        let text = match passage.source.fact.table {
            Table::Modifier => {
                format!("Modifier {} is for this: {}", passage.source.fact.key, lower(&passage.text))
            }
            _ => sentence(&passage.text),
        };
        Assertion::new(format!("{text}{standing}"), cites)
    });
    items.splice(0..0, rules);
    items
}

/// What would change the answer.
fn branches(corpus: &Corpus, evidence: &Evidence, conclusion: &Conclusion) -> Vec<Assertion> {
    let mut items = Vec::new();
    let separation = separation(&evidence.inquiry.text);
    let edits =
        of_intent(&evidence.checks, Intent::Bundling).filter(|check| check.outcome == Outcome::EditModifierAllowed);
    for check in edits.take(2) {
        let (Some(one), Some(two)) = (&check.figures.column_one, &check.figures.column_two) else { continue };
        let modifier = bypass(corpus, &evidence.inquiry, check);
        let text = if separation == Separation::Separate {
            format!("Same lesion, same site: {one} alone.")
        } else {
            format!("With {}: {one} and {two}-{modifier}.", condition(&modifier))
        };
        items.push(Assertion::new(text, evidence.numbers(check)));
    }
    if conclusion.action == Action::Answer {
        items.extend(
            evidence
                .passages
                .iter()
                .filter(|p| p.confirmed && p.source.fact.table == Table::Card)
                .flat_map(|passage| {
                    let cites: Vec<usize> = evidence.number(&passage.source).into_iter().collect();
                    let telling = passage.exceptions.iter().filter(|text| text.split_whitespace().count() > 3);
                    telling.take(1).map(move |text| Assertion::new(exception(text), cites.clone()))
                })
                .take(2),
        );
    }
    items
}

/// What turns a rule round, said as such.
fn exception(text: &str) -> String {
    format!("Exception: {}.", lower(text).trim_end_matches('.'))
}

fn documentation(evidence: &Evidence) -> Vec<Assertion> {
    let mut seen: Vec<&str> = Vec::new();
    let mut items = Vec::new();
    for passage in evidence.passages.iter().filter(|passage| passage.confirmed) {
        let cites: Vec<usize> = evidence.number(&passage.source).into_iter().collect();
        for text in passage.documentation.iter().take(2) {
            if !seen.contains(&text.as_str()) && items.len() < 3 {
                seen.push(text);
                items.push(Assertion::new(sentence(text), cites.clone()));
            }
        }
    }
    items
}

/// Codes of the question that the answer could not use, and payers for whom the tables do not speak.
fn remarks(evidence: &Evidence) -> Vec<Assertion> {
    let inquiry = &evidence.inquiry;
    let mut items = Vec::new();
    if !inquiry.malformed.is_empty() && !inquiry.mentions.is_empty() {
        let list: Vec<&str> = inquiry.malformed.iter().map(String::as_str).collect();
        items.push(Assertion::new(
            format!("{}: no code set has a code of that shape; please check the number.", and(&list)),
            Vec::new(),
        ));
    }
    if let Some(payer) = &inquiry.other_payer {
        let text = format!(
            "The checks above are Medicare's. {payer} may follow them or its own policy: ask for the policy in writing."
        );
        items.push(Assertion::new(text, Vec::new()));
    }
    items
}
