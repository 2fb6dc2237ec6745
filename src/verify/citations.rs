//! Every statement carries a citation; every citation stands in the edition, word for word.

use crate::corpus::Corpus;
use crate::domain::check::{Check, Outcome};
use crate::domain::citation::Table;
use crate::domain::draft::{Action, Draft, REMARK};
use crate::domain::evidence::Evidence;
use crate::domain::finding::Finding;

/// Numbers exist, rows exist, quotes are verbatim.
pub fn check(corpus: &Corpus, evidence: &Evidence, draft: &Draft) -> Vec<Finding> {
    let mut findings = Vec::new();
    // The service's own reminder, not a statement on coding.
    let own = draft.sections.iter().filter(|section| section.heading == "PRIVACY");
    let own: Vec<&str> = own.flat_map(|section| &section.items).map(|item| item.text.as_str()).collect();
    let remarks = draft.sections.iter().filter(|section| section.heading == REMARK);
    let remarks: Vec<&str> = remarks.flat_map(|section| &section.items).map(|item| item.text.as_str()).collect();
    for assertion in draft.assertions() {
        let free = own.contains(&assertion.text.as_str()) || needs_no_source(evidence, &assertion.text);
        if assertion.cites.is_empty() && !free && draft.action == Action::Answer {
            // Nothing leaves by itself with it; the reviewer whose words they are settles it by signing.
            let kind = if remarks.contains(&assertion.text.as_str()) { "own_words" } else { "citation" };
            findings.push(Finding::blocking(kind, format!("no source for: {}", cut(&assertion.text))));
        }
        for n in &assertion.cites {
            if evidence.citation(*n).is_none() {
                findings.push(Finding::blocking("citation", format!("source [{n}] does not exist")));
            }
        }
    }
    for citation in &evidence.citations {
        if !resolves(corpus, evidence, citation.n) {
            findings.push(Finding::blocking(
                "citation",
                format!("[{}] {} is not in the edition as quoted", citation.n, citation.source.fact),
            ));
        }
    }
    findings
}

/// Two kinds of statement rest on no row: that a text has the shape of no code, and that another payer has rules
/// of its own. Both are recognised by what the question holds, never by the draft's words alone.
fn needs_no_source(evidence: &Evidence, text: &str) -> bool {
    let inquiry = &evidence.inquiry;
    inquiry.malformed.iter().any(|malformed| text.contains(malformed.as_str()))
        || inquiry.other_payer.as_ref().is_some_and(|payer| text.contains(payer.as_str()))
        || evidence.checks.iter().any(|check| says_nothing(check, text))
        || (evidence.citations.is_empty() && inquiry.mentions.iter().any(|m| text.contains(m.code.as_str())))
}

/// True for the statement of a check that found no row at all: that nothing is on the shelf.
fn says_nothing(check: &Check, text: &str) -> bool {
    let silent = check.sources.is_empty() && matches!(check.outcome, Outcome::NotChecked | Outcome::Unknown);
    let subjects = check.question.subjects();
    silent && !subjects.is_empty() && subjects.iter().all(|code| text.contains(code.as_str()))
}

fn resolves(corpus: &Corpus, evidence: &Evidence, n: usize) -> bool {
    let Some(citation) = evidence.citation(n) else { return false };
    let fact = &citation.source.fact;
    let quote = citation.source.quote.as_str();
    match fact.table {
        Table::Card => corpus.find_card(&fact.key).is_some_and(|card| card.statement == quote),
        Table::Modifier => corpus.find_modifier(&fact.key).is_some_and(|entry| entry.usage == quote),
        // A passage is quoted in part.
        Table::Passage => {
            corpus.resolve(fact.table, &fact.key, &fact.release).iter().any(|line| line.contains(quote))
                && !quote.is_empty()
        }
        Table::Release => corpus.releases().find(&fact.key).is_some_and(|release| release.as_source().quote == quote),
        table => corpus.resolve(table, &fact.key, &fact.release).iter().any(|line| line == quote),
    }
}

fn cut(text: &str) -> String {
    text.chars().take(80).collect()
}
