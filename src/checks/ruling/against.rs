//! What the tables say against a rule's case: a modifier that no service of the question may carry. Such a case is about
//! another situation, however well its words fit.

use crate::checks::ask;
use crate::checks::bypass::is_visit;
use crate::checks::payment::wording::{is_of_medicare, rule_of};
use crate::corpus::{Case, Corpus};
use crate::domain::check::{Outcome, Question};
use crate::domain::code::{Code, CodeSet, Modifier};
use crate::domain::draft::Verdict;
use crate::domain::inquiry::{Inquiry, Intent};

/// True where the tables refute what the case adds to the services that are named.
pub fn is_refuted(corpus: &Corpus, inquiry: &Inquiry, case: &Case, verdict: Option<Verdict>) -> bool {
    if is_of_another_injury(inquiry, case) {
        return true;
    }
    if verdict == Some(Verdict::No) {
        return false;
    }
    let modifiers = modifiers(case);
    let services: Vec<&Code> = inquiry.codes().into_iter().filter(|code| code.set().is_procedure()).collect();
    let operations: Vec<&Code> = services.iter().copied().filter(|code| !is_visit(code)).collect();
    if modifiers.is_empty() || operations.is_empty() {
        return false;
    }
    (modifiers.iter().any(|modifier| modifier.as_str() == "57") && operations.iter().all(|code| is_minor(corpus, code)))
        || is_barred(corpus, inquiry, &operations, &modifiers)
        || joins_nothing(corpus, inquiry, &services, &modifiers)
}

/// True where the case bills injuries (chapter 19) of which none is of a category that the question names.
fn is_of_another_injury(inquiry: &Inquiry, case: &Case) -> bool {
    let injury = |text: &str| text.starts_with(['S', 'T']) && text.len() > 3 && text.is_ascii();
    let billed: Vec<&str> = case.bill.iter().map(String::as_str).filter(|code| injury(code)).collect();
    let codes = inquiry.codes();
    let mut named = codes.iter().filter(|code| code.set() == CodeSet::Icd10cm && injury(code.as_str())).peekable();
    !billed.is_empty()
        && named.peek().is_some()
        && named.all(|code| !billed.iter().any(|b| b[..3] == code.as_str()[..3]))
}

/// The modifiers that the case gives, on a line or without one.
fn modifiers(case: &Case) -> Vec<Modifier> {
    let lines = case.bill.iter().flat_map(|line| line.split([' ', '-']).skip(1));
    lines.chain(case.modifiers.iter().map(String::as_str)).filter_map(|text| Modifier::parse(text).ok()).collect()
}

/// True for an operation with a global period of 0 or 10 days in every row of the fee schedule: the decision for it is
/// part of it (Claims Processing Manual, chapter 12, section 40.2.A.4).
fn is_minor(corpus: &Corpus, code: &Code) -> bool {
    let rows = corpus.list_fees(code);
    let mut globals = rows.iter().filter(|row| row.modifier.is_empty()).map(|row| row.field("global")).peekable();
    globals.peek().is_some() && globals.all(|global| ["000", "010"].contains(&global))
}

/// True where the fee schedule does not allow the modifier on the one operation that is named.
fn is_barred(corpus: &Corpus, inquiry: &Inquiry, operations: &[&Code], modifiers: &[Modifier]) -> bool {
    let [code] = operations else { return false };
    is_of_medicare(inquiry)
        && modifiers.iter().filter_map(rule_of).any(|rule| {
            let question = Question::PaymentRule { code: (*code).clone(), rule };
            ask(corpus, &question, inquiry.scope).outcome == Outcome::NotAllowed
        })
}

/// True where two services are joined by an edit, and none of the modifiers is one that bypasses an edit.
fn joins_nothing(corpus: &Corpus, inquiry: &Inquiry, services: &[&Code], modifiers: &[Modifier]) -> bool {
    let [a, b] = services else { return false };
    let asked = inquiry.text_asked();
    let both = [a, b].iter().all(|code| asked.contains(code.as_str()));
    if !both && inquiry.intents.first() != Some(&Intent::Bundling) {
        return false;
    }
    let bypasses = |modifier: &Modifier| corpus.find_modifier(modifier.as_str()).is_none_or(|entry| entry.bypasses_ptp);
    let pair = Question::Ptp { a: (*a).clone(), b: (*b).clone() };
    !modifiers.iter().any(bypasses) && ask(corpus, &pair, inquiry.scope).outcome == Outcome::EditModifierAllowed
}
