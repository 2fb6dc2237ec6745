//! The model's answer as typed data: strict JSON, bounded, every statement cleaned of what prose does not need.

use std::sync::LazyLock;

use regex::Regex;
use serde::Deserialize;
use serde_json::{Value, json};

use super::material::Material;
use crate::domain::code::{Code, Modifier};
use crate::domain::draft::{Assertion, Line, Verdict};
use crate::identity::{Undated, holds_mask};

/// The longest answer that is read, in bytes, and the longest statement, in characters.
const MAX_ANSWER: usize = 32 * 1024;
const MAX_STATEMENT: usize = 700;

/// What is wrong with an answer, in words that the model is told and that hold nothing of what it wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// It ended in the middle.
    #[error("it was too long and was cut; be brief")]
    Cut,
    /// It is not the JSON object of the schema, and nothing else.
    #[error("it was not the one JSON object of the schema alone")]
    NotJson,
    /// A line to bill has no code or modifier.
    #[error("a line holds something that is no code or modifier")]
    Line,
    /// A statement is empty or too long.
    #[error("a statement was empty or too long")]
    Length,
    /// The headline has more than three sentences.
    #[error("the headline had more than three sentences")]
    Headline,
    /// There are too many statements, or no reason.
    #[error("why needs one to five statements, the other lists at most three")]
    Count,
    /// A statement cites nothing.
    #[error("a statement had no source number in cites")]
    Unsourced,
    /// A date token that the prompt does not hold.
    #[error("it held a date token that the evidence does not hold")]
    Token,
    /// Masks or delimiters of the prompt are repeated.
    #[error("it repeated a mask or a delimiter of the data")]
    Mask,
}

/// What the model wrote, read and cleaned.
#[derive(Debug)]
pub(super) struct Answer {
    pub verdict: Option<Verdict>,
    pub lines: Vec<Line>,
    pub headline: Assertion,
    pub why: Vec<Assertion>,
    pub if_facts_differ: Vec<Assertion>,
    pub note_must_show: Vec<Assertion>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    verdict: Word,
    lines: Vec<RawLine>,
    headline: RawStatement,
    why: Vec<RawStatement>,
    if_facts_differ: Vec<RawStatement>,
    note_must_show: Vec<RawStatement>,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Word {
    Yes,
    No,
    Depends,
    None,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawLine {
    code: String,
    modifiers: Vec<String>,
    units: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawStatement {
    text: String,
    cites: Vec<usize>,
}

/// The schema, in the subset that strict mode takes: every property required, none beside them.
pub(super) fn schema() -> Value {
    let object = |properties: Value| {
        let required: Vec<&String> = properties.as_object().map(|map| map.keys().collect()).unwrap_or_default();
        json!({"type": "object", "required": required, "additionalProperties": false, "properties": properties})
    };
    let cites = json!({"type": "array", "items": {"type": "integer"}, "maxItems": 8});
    let statement = object(json!({"text": {"type": "string"}, "cites": cites}));
    let list = |most: usize| json!({"type": "array", "items": statement, "maxItems": most});
    let line = object(json!({
        "code": {"type": "string"},
        "modifiers": {"type": "array", "items": {"type": "string"}, "maxItems": 4},
        "units": {"type": "integer"}
    }));
    object(json!({
        "verdict": {"type": "string", "enum": ["yes", "no", "depends", "none"]},
        "lines": {"type": "array", "items": line, "maxItems": 24},
        "headline": statement,
        "why": list(5),
        "if_facts_differ": list(3),
        "note_must_show": list(3)
    }))
}

/// Reads a completion.
pub(super) fn read(text: &str, asked: &Undated, material: &Material) -> Result<Answer, Fault> {
    if text.len() > MAX_ANSWER {
        return Err(Fault::Length);
    }
    let raw: Raw = serde_json::from_str(text.trim()).map_err(|_| Fault::NotJson)?;
    let many = |items: Vec<RawStatement>, least: usize, most: usize| {
        if !(least..=most).contains(&items.len()) {
            return Err(Fault::Count);
        }
        items.into_iter().map(|item| statement(item, asked, material)).collect::<Result<Vec<_>, _>>()
    };
    let headline = statement(raw.headline, asked, material)?;
    if sentences(&headline.text) > 3 {
        return Err(Fault::Headline);
    }
    Ok(Answer {
        verdict: match raw.verdict {
            Word::Yes => Some(Verdict::Yes),
            Word::No => Some(Verdict::No),
            Word::Depends => Some(Verdict::Depends),
            Word::None => None,
        },
        lines: raw.lines.into_iter().map(line).collect::<Result<_, _>>()?,
        headline,
        why: many(raw.why, 1, 5)?,
        if_facts_differ: many(raw.if_facts_differ, 0, 3)?,
        note_must_show: many(raw.note_must_show, 0, 3)?,
    })
}

fn line(raw: RawLine) -> Result<Line, Fault> {
    let code = Code::parse(&raw.code).map_err(|_| Fault::Line)?;
    let modifiers = raw.modifiers.iter().map(|text| Modifier::parse(text)).collect::<Result<_, _>>();
    Ok(Line { code, modifiers: modifiers.map_err(|_| Fault::Line)?, units: raw.units, role: String::new() })
}

fn statement(raw: RawStatement, asked: &Undated, material: &Material) -> Result<Assertion, Fault> {
    let text = asked.resolve(&clean(&raw.text, material.mark())).map_err(|_| Fault::Token)?;
    if holds_mask(&text) || text.contains(material.word()) {
        return Err(Fault::Mask);
    }
    let (text, mut cites) = cited(&text, raw.cites);
    if text.is_empty() || text.chars().count() > MAX_STATEMENT {
        return Err(Fault::Length);
    }
    if cites.is_empty() {
        return Err(Fault::Unsourced);
    }
    cites.sort_unstable();
    cites.dedup();
    Ok(Assertion { text, cites })
}

/// Numbers of sources that stand in the text join those of the list: an invented one must not hide there.
fn cited(text: &str, mut cites: Vec<usize>) -> (String, Vec<usize>) {
    static NUMBERS: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"\s*\[\s*\d{1,4}(?:\s*[,;-]\s*\d{1,4})*\s*\]").expect("constant"));
    for found in NUMBERS.find_iter(text) {
        cites.extend(found.as_str().split(|c: char| !c.is_ascii_digit()).filter_map(|n| n.parse::<usize>().ok()));
    }
    (NUMBERS.replace_all(text, "").trim().to_owned(), cites)
}

/// One line of visible characters without marks of Markdown. Links stay as they are: verification must see them.
fn clean(text: &str, mark: char) -> String {
    static LEADING: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"^(?:#{1,6}\s+|>\s*|[-+•]\s+|\d{1,2}[.)]\s+)+").expect("constant"));
    let text = text.replace(mark, " ").replace("__", "");
    let visible: String = text
        .chars()
        .map(|c| if c.is_whitespace() { ' ' } else { c })
        .filter(|c| !c.is_control() && !is_invisible(*c) && !"*`~|".contains(*c))
        .collect();
    let one_line = visible.split_whitespace().collect::<Vec<_>>().join(" ");
    LEADING.replace(&one_line, "").trim().to_owned()
}

/// Characters that show nothing, turn text round, or smuggle text past a reader's eye.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
        | '\u{fff0}'..='\u{fffd}' | '\u{e0000}'..='\u{e0fff}' | '\u{e000}'..='\u{f8ff}')
}

/// How many sentences, roughly: ends followed by a capital.
fn sentences(text: &str) -> usize {
    static END: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"[.!?]\s+\p{Lu}").expect("constant"));
    END.find_iter(text).count() + 1
}
