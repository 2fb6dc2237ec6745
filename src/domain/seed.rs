//! A seeded draft: a real answer with one error put into it, to see whether it is caught. It can never be sent: it is no
//! [`super::release::Release`] and makes none, and the store has walls of its own.

use serde::{Deserialize, Serialize};

use super::code::{Code, Modifier};
use super::draft::{Assertion, Draft};
use super::finding::{Finding, Report};
use super::review::Decision;

/// What kind of error is planted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Planted {
    /// Another modifier.
    Modifier,
    /// Another modifier indicator of an edit.
    Indicator,
    /// An amount that no table holds.
    Amount,
    /// The other side.
    Side,
    /// A code that is no longer valid.
    DeletedCode,
}

impl Planted {
    /// Every kind.
    pub const ALL: [Self; 5] = [Self::Modifier, Self::Indicator, Self::Amount, Self::Side, Self::DeletedCode];

    /// In a few words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Modifier => "a wrong modifier",
            Self::Indicator => "a wrong modifier indicator",
            Self::Amount => "an invented amount",
            Self::Side => "the other side",
            Self::DeletedCode => "a deleted code",
        }
    }
}

/// A planted error: what it was, and by what it is known again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plant {
    /// Its kind.
    pub error: Planted,
    /// What was right.
    pub right: String,
    /// What stands there now.
    pub wrong: String,
    /// Lines that are wrong: code and modifier; a code alone where the modifier is empty.
    lines: Vec<(String, String)>,
    /// Words that did not stand in the answer before.
    phrases: Vec<String>,
}

/// What a seeded draft shows of verification: not what would give the planted error away, and that a person reads it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Guise {
    /// What is not shown.
    pub hidden: Vec<Finding>,
    /// What is shown besides.
    pub added: Vec<Finding>,
}

impl Guise {
    /// What a reviewer sees of a report.
    pub fn of(&self, report: Report) -> Report {
        let seen = report.findings.into_iter().filter(|finding| !self.hidden.contains(finding));
        Report { findings: self.added.iter().cloned().chain(seen).collect() }
    }
}

/// Modifiers that are taken for each other.
const CONFUSED: [(&str, &str); 12] = [
    ("59", "51"),
    ("XS", "XE"),
    ("25", "57"),
    ("57", "25"),
    ("24", "79"),
    ("58", "78"),
    ("78", "58"),
    ("79", "78"),
    ("26", "TC"),
    ("TC", "26"),
    ("76", "77"),
    ("51", "59"),
];
/// An amount that is in no table.
const INVENTED: &str = "$84.17";

/// A draft with an error of that kind; none where it has no place for one. `deleted` is a code that is no longer valid.
pub fn plant(draft: &Draft, error: Planted, deleted: Option<&Code>) -> Option<(Draft, Plant)> {
    match error {
        Planted::Modifier => modifier(draft),
        Planted::Indicator => [("1", "0"), ("0", "1"), ("9", "0")].into_iter().find_map(|(right, wrong)| {
            phrase(draft, error, &format!("indicator {right}"), &format!("indicator {wrong}"))
        }),
        Planted::Amount => amount(draft),
        Planted::Side => side(draft),
        Planted::DeletedCode => deleted.and_then(|code| old_code(draft, code)),
    }
}

fn modifier(draft: &Draft) -> Option<(Draft, Plant)> {
    let mut planted = draft.clone();
    for line in &mut planted.lines {
        for held in &mut line.modifiers {
            let Some((right, wrong)) = CONFUSED.into_iter().find(|(right, _)| *right == held.as_str()) else {
                continue;
            };
            *held = Modifier::parse(wrong).ok()?;
            let lines = vec![(line.code.to_string(), wrong.to_owned())];
            let (right, wrong) = (format!("modifier {right}"), format!("modifier {wrong}"));
            let mut phrases = Vec::new();
            if !says(draft, &wrong) && replace(&mut planted, &right, &wrong) {
                phrases.push(wrong.clone());
            }
            return Some((planted, Plant { error: Planted::Modifier, right, wrong, lines, phrases }));
        }
    }
    None
}

/// One phrase in place of another, wherever it stands.
fn phrase(draft: &Draft, error: Planted, right: &str, wrong: &str) -> Option<(Draft, Plant)> {
    let mut planted = draft.clone();
    if says(draft, wrong) || !replace(&mut planted, right, wrong) {
        return None;
    }
    let (right, wrong) = (right.to_owned(), wrong.to_owned());
    Some((planted, Plant { error, right, phrases: vec![wrong.clone()], wrong, lines: Vec::new() }))
}

fn amount(draft: &Draft) -> Option<(Draft, Plant)> {
    if says(draft, INVENTED) {
        return None;
    }
    let mut planted = draft.clone();
    let said = planted.sections.iter_mut().flat_map(|section| &mut section.items).next();
    let said = said.unwrap_or(&mut planted.headline);
    said.text.push_str(&format!(" Medicare allows {INVENTED} for it."));
    let (right, wrong) = ("no amount".to_owned(), INVENTED.to_owned());
    Some((planted, Plant { error: Planted::Amount, right, phrases: vec![wrong.clone()], wrong, lines: Vec::new() }))
}

fn side(draft: &Draft) -> Option<(Draft, Plant)> {
    let mut planted = draft.clone();
    for line in &mut planted.lines {
        for held in &mut line.modifiers {
            let wrong = match held.as_str() {
                "LT" => "RT",
                "RT" => "LT",
                _ => continue,
            };
            let right = format!("{}-{held}", line.code);
            *held = Modifier::parse(wrong).ok()?;
            let lines = vec![(line.code.to_string(), wrong.to_owned())];
            let wrong = format!("{}-{wrong}", line.code);
            return Some((planted, Plant { error: Planted::Side, right, wrong, lines, phrases: Vec::new() }));
        }
    }
    let parts =
        ["knee", "shoulder", "hip", "eye", "breast", "ear", "hand", "foot", "arm", "leg", "side", "wrist", "ankle"];
    parts.into_iter().find_map(|part| {
        [("left", "right"), ("right", "left")].into_iter().find_map(|(right, wrong)| {
            phrase(draft, Planted::Side, &format!("{right} {part}"), &format!("{wrong} {part}"))
        })
    })
}

fn old_code(draft: &Draft, code: &Code) -> Option<(Draft, Plant)> {
    let (right, wrong) = (draft.lines.first()?.code.to_string(), code.to_string());
    if right == wrong || says(draft, &wrong) || draft.lines.iter().any(|line| line.code == *code) {
        return None;
    }
    let mut planted = draft.clone();
    replace(&mut planted, &right, &wrong);
    planted.lines.iter_mut().filter(|line| line.code.to_string() == right).for_each(|line| line.code = code.clone());
    let lines = vec![(wrong.clone(), String::new())];
    Some((planted, Plant { error: Planted::DeletedCode, right, phrases: vec![wrong.clone()], wrong, lines }))
}

/// Every statement of the first answer: further questions of a message are left as they are.
fn statements(draft: &mut Draft) -> impl Iterator<Item = &mut Assertion> {
    std::iter::once(&mut draft.headline).chain(draft.sections.iter_mut().flat_map(|section| &mut section.items))
}

fn replace(draft: &mut Draft, right: &str, wrong: &str) -> bool {
    let mut done = false;
    for said in statements(draft) {
        if holds(&said.text, right) {
            said.text = said.text.replace(right, wrong);
            done = true;
        }
    }
    done
}

/// True where the words stand in a text as words, and not within longer ones.
fn holds(text: &str, phrase: &str) -> bool {
    text.match_indices(phrase).any(|(at, _)| {
        let apart = |c: Option<char>| !c.is_some_and(char::is_alphanumeric);
        apart(text[..at].chars().next_back()) && apart(text[at + phrase.len()..].chars().next())
    })
}

fn says(draft: &Draft, phrase: &str) -> bool {
    draft.all().flat_map(Draft::assertions).any(|said| holds(&said.text, phrase))
}

impl Plant {
    /// True where the error still stands in a draft.
    pub fn is_left(&self, draft: &Draft) -> bool {
        let on_a_line = self.lines.iter().any(|(code, modifier)| {
            let lines = draft.all().flat_map(|draft| &draft.lines).filter(|line| line.code.as_str() == code);
            lines
                .into_iter()
                .any(|line| modifier.is_empty() || line.modifiers.iter().any(|held| held.as_str() == modifier))
        });
        on_a_line || self.phrases.iter().any(|phrase| says(draft, phrase))
    }

    /// True where a decision caught it: the error is mended, or the draft does not leave as an answer.
    pub fn is_caught(&self, decision: Decision, draft: Option<&Draft>) -> bool {
        match decision {
            Decision::Ask | Decision::Decline => true,
            Decision::Answer => draft.is_some_and(|draft| !self.is_left(draft)),
            Decision::Close => false,
        }
    }
}

#[cfg(test)]
mod tests;
