//! What the notes of the tabular list ask for with a diagnosis: code first, use additional code, code also, 7th character
//! (ICD-10-CM Official Guidelines, sections I.A.5, I.A.13 and I.A.17), and the order of diagnoses that follows.

mod answer;
mod notes;
mod order;
mod say;
#[cfg(test)]
mod tests;
mod words;

use std::collections::BTreeMap;

use super::{Finding, status, until};
use crate::corpus::Corpus;
use crate::domain::check::{Check, Figures, LastKnown, Outcome, Question, Scope};
use crate::domain::citation::Source;
use crate::domain::code::{Code, CodeSet};
use crate::domain::inquiry::Inquiry;
use crate::domain::ruling::Ruling;

use notes::{Held, Instruction, Kind};
use words::Asks;
pub use words::is_yes_no;

/// Diagnoses that are put in an order.
const MOST: usize = 5;

/// Looks it up.
pub fn check(corpus: &Corpus, code: &Code, with: &[Code], scope: Scope) -> Check {
    let question = Question::Instructions { code: code.clone(), with: with.to_vec() };
    find(corpus, code, with, scope).into_check(question, scope)
}

/// The checks of this kind that the question calls for: of the diagnoses whose order, or whose company, is asked about.
pub fn asked(_corpus: &Corpus, inquiry: &Inquiry) -> Vec<Question> {
    let codes = diagnoses(inquiry);
    let Some(asks) = wanted(inquiry, &codes) else { return Vec::new() };
    let of = |code: &Code| Question::Instructions {
        code: code.clone(),
        with: codes.iter().filter(|other| **other != code).map(|other| (*other).clone()).collect(),
    };
    match &asks {
        Asks::Which | Asks::InOrder => codes.iter().take(MOST).map(|code| of(code)).collect(),
        Asks::Before(a, b) => vec![of(a), of(b)],
        Asks::First(code) | Asks::Needs(code) | Asks::Alone(code) => vec![of(code)],
    }
}

/// The answer, where this is what is asked.
pub fn settle(corpus: &Corpus, inquiry: &Inquiry) -> Option<Ruling> {
    let codes = diagnoses(inquiry);
    if codes.is_empty() || codes.len() > MOST {
        return None;
    }
    let asks = wanted(inquiry, &codes)?;
    answer::settle(corpus, inquiry, &asks, &codes)
}

/// What the words want of the notes. Where a service is named too, only the order of the diagnoses is a question of theirs.
fn wanted(inquiry: &Inquiry, codes: &[&Code]) -> Option<Asks> {
    // `Reported alone` beside "is it billable on that day?" asks of the code, and of no companion.
    if inquiry.validity {
        return None;
    }
    let services = inquiry.codes().len() - codes.len();
    let asks = words::asks(&inquiry.text, codes)?;
    match asks {
        Asks::Which | Asks::InOrder | Asks::Before(..) => Some(asks).filter(|_| services < 2),
        _ => Some(asks).filter(|_| services == 0),
    }
}

fn diagnoses(inquiry: &Inquiry) -> Vec<&Code> {
    inquiry.codes().into_iter().filter(|code| code.set() == CodeSet::Icd10cm).collect()
}

fn find(corpus: &Corpus, code: &Code, with: &[Code], scope: Scope) -> Finding {
    if code.set() != CodeSet::Icd10cm {
        return Finding::new(Outcome::NotChecked, format!("{code} is no diagnosis: the tabular list has diagnoses"));
    }
    if !status::on_shelf(corpus, code) {
        return Finding::new(Outcome::NotChecked, format!("{code} is on no list of this shelf"));
    }
    let Some(held) = notes::of(corpus, code, scope.as_of) else {
        return Finding::new(Outcome::NotChecked, "no tabular list is on this shelf");
    };
    let told = told(code, &held, with);
    let (outcome, words) = match &told {
        Some(words) => (Outcome::Known, words.clone()),
        None => (Outcome::NoNoteInRelease, format!("no note of the tabular list asks for another code with {code}")),
    };
    let mut sources: Vec<Source> = held.instructions.iter().map(|note| note.source.clone()).collect();
    sources.extend(held.seventh.iter().map(|(_, source)| source.clone()));
    if sources.is_empty() {
        sources.push(held.release.as_source());
    }
    if held.in_force {
        return Finding::new(outcome, format!("{words} ({})", held.release.doc()))
            .figures(figures(&held, with))
            .release(Some(held.release))
            .sources(sources);
    }
    let detail = format!(
        "the tabular list in force on {} is not on this shelf ({} speaks {}). Last known: {words}",
        scope.as_of,
        held.release.doc(),
        until(held.release)
    );
    let last = LastKnown { outcome, release: held.release.id.clone(), title: held.release.doc(), value: words };
    Finding::new(Outcome::NotChecked, detail).last_known(Some(last)).sources(sources)
}

/// The instructions in words; `None` where there are none.
fn told(code: &Code, held: &Held<'_>, with: &[Code]) -> Option<String> {
    let mut parts = Vec::new();
    for kind in [Kind::CodeFirst, Kind::UseAdditional, Kind::CodeAlso] {
        let notes: Vec<&Instruction> = held.of(kind).collect();
        if notes.is_empty() {
            continue;
        }
        let met: Vec<&str> =
            with.iter().filter(|other| notes.iter().any(|note| note.names(other))).map(Code::as_str).collect();
        let met = if met.is_empty() { String::new() } else { format!(", which names {} here", say::listed(&met)) };
        parts.push(format!("{}{met}", say::instructions(&notes)));
    }
    if let Some((characters, _)) = &held.seventh {
        parts.push(format!("a 7th character is needed ({characters})"));
    }
    (!parts.is_empty()).then(|| format!("{code}: {}", parts.join("; ")))
}

fn figures(held: &Held<'_>, with: &[Code]) -> Figures {
    let mut values: BTreeMap<String, String> = BTreeMap::new();
    for kind in [Kind::CodeFirst, Kind::UseAdditional, Kind::CodeAlso] {
        let notes: Vec<&Instruction> = held.of(kind).collect();
        let targets: Vec<&str> = notes.iter().flat_map(|note| &note.targets).map(String::as_str).collect();
        if !notes.is_empty() {
            values.insert(kind.words().to_owned(), targets.join(" "));
            let at: Vec<&str> = notes.iter().map(|note| note.at.as_str()).collect();
            values.insert(format!("{} at", kind.words()), at.join(" "));
        }
        let met: Vec<&str> =
            with.iter().filter(|other| notes.iter().any(|note| note.names(other))).map(Code::as_str).collect();
        if !met.is_empty() {
            values.insert(format!("{} met by", kind.words()), met.join(" "));
        }
    }
    if let Some((characters, _)) = &held.seventh {
        values.insert("7th character".to_owned(), characters.clone());
    }
    Figures { values, ..Figures::default() }
}
