//! The checks that a denial points to: the pair of a bundling denial, the units of a unit denial, the coverage of a
//! necessity denial. They are asked of the tables; a denial proves none of them.

use super::meanings::{self, Follow};
use super::named::Named;
use crate::checks::{ask, sentence};
use crate::corpus::Corpus;
use crate::domain::check::{Check, Outcome, Question};
use crate::domain::code::{Code, CodeSet};
use crate::domain::draft::Line;
use crate::domain::inquiry::{Inquiry, MAX_CODES};
use crate::domain::stated::Payer;

/// Lines of a claim that are looked at.
const LINES: usize = 3;

/// The questions that the denials point to, for the codes of the inquiry.
pub(super) fn questions(inquiry: &Inquiry, named: &[Named]) -> Vec<Question> {
    let mut questions = Vec::new();
    for follow in named.iter().filter_map(|named| meanings::find(&named.reason)).map(|meaning| meaning.follow) {
        for question in of(inquiry, follow) {
            if !questions.contains(&question) {
                questions.push(question);
            }
        }
    }
    questions
}

fn of(inquiry: &Inquiry, follow: Follow) -> Vec<Question> {
    let mentions = || inquiry.mentions.iter().filter(|mention| mention.code.set().is_procedure()).take(LINES);
    let codes: Vec<Code> = mentions().map(|mention| mention.code.clone()).collect();
    match follow {
        Follow::Pair if codes.len() == 2 => vec![Question::Ptp { a: codes[0].clone(), b: codes[1].clone() }],
        Follow::Units => mentions().map(|m| Question::Units { code: m.code.clone(), asked: m.units }).collect(),
        Follow::Coverage if speaks_of_medicare(inquiry) => coverage(inquiry, &codes),
        Follow::Modifier => mentions()
            .flat_map(|m| m.modifiers.iter().map(|modifier| (m.code.clone(), modifier.clone())))
            .map(|(code, modifier)| Question::ModifierFit { code, modifier })
            .collect(),
        Follow::Status => {
            let codes = inquiry.codes().into_iter().take(MAX_CODES);
            codes.map(|code| Question::CodeStatus { code: code.clone() }).collect()
        }
        Follow::Primary => mentions()
            .map(|m| Question::AddOn {
                code: m.code.clone(),
                with: codes.iter().filter(|code| **code != m.code).cloned().collect(),
            })
            .collect(),
        Follow::Pair | Follow::Coverage | Follow::Nothing => Vec::new(),
    }
}

fn coverage(inquiry: &Inquiry, codes: &[Code]) -> Vec<Question> {
    let diagnosis = inquiry.codes().into_iter().find(|code| code.set() == CodeSet::Icd10cm).cloned();
    let of = |code: &Code| Question::Coverage {
        code: code.clone(),
        diagnosis: diagnosis.clone(),
        state: inquiry.stated.state.clone(),
    };
    codes.iter().map(of).collect()
}

/// False under another payer, whose documents are not on the shelf.
pub(super) fn speaks_of_medicare(inquiry: &Inquiry) -> bool {
    inquiry.stated.payer == Payer::Medicare && inquiry.other_payer.is_none()
}

/// What the first check that proves something adds to the headline, in few words, with the check itself.
pub(super) fn decisive(corpus: &Corpus, inquiry: &Inquiry, named: &[Named]) -> Option<(String, Check)> {
    questions(inquiry, named).into_iter().find_map(|question| {
        let check = ask(corpus, &question, inquiry.scope);
        Some((in_short(&check)?, check))
    })
}

/// The service of a bundled pair that is paid whatever the note shows: its column one.
pub(super) fn paid(check: &Check) -> Option<Line> {
    let joined = matches!(check.outcome, Outcome::EditNever | Outcome::EditModifierAllowed);
    let code = check.figures.column_one.clone().filter(|_| joined)?;
    Some(Line { code, modifiers: Vec::new(), units: 1, role: "bill".to_owned() })
}

fn in_short(check: &Check) -> Option<String> {
    let figures = &check.figures;
    let code = check.question.subjects().first().map(|code| code.as_str().to_owned())?;
    Some(match (&check.question, check.outcome) {
        (Question::Ptp { .. }, Outcome::EditNever) => {
            let (one, two) = (figures.column_one.as_ref()?, figures.column_two.as_ref()?);
            format!("NCCI joins them: {two} is never paid with {one} (indicator 0), and no modifier mends it")
        }
        (Question::Ptp { .. }, Outcome::EditModifierAllowed) => {
            let (one, two) = (figures.column_one.as_ref()?, figures.column_two.as_ref()?);
            format!("NCCI bundles {two} into {one} (indicator 1): a modifier only if the note shows a separate service")
        }
        (Question::Ptp { a, b }, Outcome::NoEditInRelease) => {
            format!("NCCI has no edit for {a} and {b}: look for a global period or the payer's own edit")
        }
        (Question::Units { .. }, Outcome::OverLimit | Outcome::WithinLimit) => {
            format!("The MUE of {code} is {}, MAI {}", figures.units?, figures.mai?)
        }
        (Question::CodeStatus { .. }, Outcome::Deleted | Outcome::Header | Outcome::Future) => sentence(&check.detail),
        (Question::AddOn { with, .. }, Outcome::AddOn) => {
            let named = with.iter().any(|other| figures.primaries.iter().any(|primary| primary == other.as_str()));
            if named { return None } else { format!("{code} is an add-on code, and no primary of its list is named") }
        }
        (Question::ModifierFit { modifier, .. }, Outcome::NotAllowed) => {
            format!("The tables do not allow {modifier} on {code}")
        }
        (
            Question::Coverage { diagnosis: Some(diagnosis), .. },
            Outcome::Covered | Outcome::NotCovered | Outcome::NotListed,
        ) => {
            let document = figures.values.get("document").map(|id| format!(" ({id})")).unwrap_or_default();
            format!("{diagnosis} for {code}: {}{document}", check.outcome.words())
        }
        (Question::Coverage { diagnosis: None, .. }, Outcome::NotCovered) => format!("{code}: listed as not covered"),
        _ => return None,
    })
}
