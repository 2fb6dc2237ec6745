//! A draft as typed JSON, and back.

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize};

use super::shapes::words;
use crate::domain::code::Modifier;
use crate::domain::draft as own;
use crate::domain::draft::{Assertion, Standing, Verdict};
use crate::domain::finding;
use crate::domain::review::is_settled_by_reading;
use crate::review::edit;

/// A statement with the numbers of its sources.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Statement {
    /// The statement.
    #[schemars(length(max = 8000))]
    pub text: String,
    /// Numbers of its sources, as the question lists them.
    #[serde(default)]
    pub cites: Vec<u32>,
}

/// A line to bill.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// The code.
    pub code: String,
    /// Its modifiers, in order.
    #[serde(default)]
    pub modifiers: Vec<String>,
    /// Units on one date of service.
    #[serde(default = "one")]
    pub units: u32,
    /// `bill`, or the condition under which it may be billed.
    #[serde(default)]
    pub role: String,
}

fn one() -> u32 {
    1
}

/// A headed part of an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// The heading, in capitals as in the mail; `FROM THE REVIEWER` for one's own.
    pub heading: String,
    /// Its statements.
    pub items: Vec<Statement>,
}

fn verdicts(_: &mut SchemaGenerator) -> Schema {
    let mut schema = words(["yes", "no", "depends"]);
    schema.insert("type".to_owned(), serde_json::json!(["string", "null"]));
    schema.insert("enum".to_owned(), serde_json::json!(["yes", "no", "depends", null]));
    schema
}

/// What an answer says: the part of a draft that a reviewer may change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Says {
    /// The verdict, where the question has one.
    #[serde(default)]
    #[schemars(schema_with = "verdicts")]
    pub verdict: Option<Verdict>,
    /// The first sentence: what the asker reads.
    pub headline: Statement,
    /// What to bill.
    #[serde(default)]
    pub lines: Vec<Line>,
    /// The rest, in the order of the mail.
    #[serde(default)]
    pub sections: Vec<Section>,
}

/// The drafted answer to one question.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Drafted {
    /// What it does: `answer`, `ask_back`, `abstain`, `refuse`, `refuse_out_of_scope`, `no_reply`.
    #[schemars(schema_with = "actions")]
    pub action: own::Action,
    /// The short word that it turns on.
    pub label: Option<String>,
    /// `checked`: every statement was computed from the tables. `reasoned`: it rests on rules, or a person wrote it.
    #[schemars(schema_with = "standings")]
    pub standing: Standing,
    /// Modifiers to report on a code that the asker knows.
    pub modifiers: Vec<String>,
    /// What it says.
    pub says: Says,
}

fn actions(_: &mut SchemaGenerator) -> Schema {
    words(["answer", "ask_back", "abstain", "refuse", "refuse_out_of_scope", "no_reply"])
}

fn standings(_: &mut SchemaGenerator) -> Schema {
    words(["checked", "reasoned"])
}

/// A draft: an answer to each question of the message, in its order.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Draft {
    /// Who wrote it: `plain rules`, a model's name, `a reviewer`.
    pub writer: String,
    /// The answers.
    pub answers: Vec<Drafted>,
}

/// What verification objects to.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Finding {
    /// Of which kind: `code`, `edit`, `units`, `citation`, `number` and others.
    pub kind: String,
    /// What is wrong.
    pub text: String,
    /// True where the answer waits for a person because of it.
    pub holds: bool,
    /// True where reading does not settle it: the draft must be mended, or an admin overrules it.
    pub blocks: bool,
}

/// The findings of a report.
pub fn findings(report: &finding::Report) -> Vec<Finding> {
    let of = |found: &finding::Finding| Finding {
        kind: found.kind.clone(),
        text: found.text.clone(),
        holds: found.severity == finding::Severity::Blocking,
        blocks: !is_settled_by_reading(found),
    };
    report.findings.iter().map(of).collect()
}

/// A draft as it is told.
pub fn told(draft: &own::Draft) -> Draft {
    Draft { writer: draft.writer.clone(), answers: draft.all().map(drafted).collect() }
}

fn drafted(draft: &own::Draft) -> Drafted {
    let modifiers = |all: &[Modifier]| all.iter().map(|modifier| modifier.as_str().to_owned()).collect();
    let line = |line: &own::Line| Line {
        code: line.code.to_string(),
        modifiers: modifiers(&line.modifiers),
        units: line.units,
        role: line.role.clone(),
    };
    let section = |section: &own::Section| Section {
        heading: section.heading.clone(),
        items: section.items.iter().map(statement).collect(),
    };
    Drafted {
        action: draft.action,
        label: draft.label.clone(),
        standing: draft.standing,
        modifiers: modifiers(&draft.modifiers),
        says: Says {
            verdict: draft.verdict,
            headline: statement(&draft.headline),
            lines: draft.lines.iter().map(line).collect(),
            sections: draft.sections.iter().map(section).collect(),
        },
    }
}

fn statement(assertion: &Assertion) -> Statement {
    let cites = assertion.cites.iter().map(|n| u32::try_from(*n).unwrap_or(u32::MAX)).collect();
    Statement { text: assertion.text.clone(), cites }
}

/// The fields of the form that says the same: what a program sends is read by the rules that a form is read by.
pub fn form(says: &Says) -> edit::Fields {
    let verdict = match says.verdict {
        Some(Verdict::Yes) => "yes",
        Some(Verdict::No) => "no",
        Some(Verdict::Depends) => "depends",
        None => "",
    };
    let line = |line: &Line| [line.code.clone(), line.modifiers.join(" "), line.units.to_string(), line.role.clone()];
    let section = |section: &Section| {
        let items: Vec<String> = section.items.iter().map(written).collect();
        (section.heading.clone(), items.join("\n"))
    };
    edit::Fields {
        verdict: verdict.to_owned(),
        headline: written(&says.headline),
        lines: says.lines.iter().map(line).collect(),
        sections: says.sections.iter().map(section).collect(),
    }
}

/// A statement as a field holds it: on one line, its sources in brackets.
fn written(statement: &Statement) -> String {
    let text = statement.text.split_whitespace().collect::<Vec<_>>().join(" ");
    let cites: Vec<String> = statement.cites.iter().map(|n| format!(" [{n}]")).collect();
    format!("{text}{}", cites.concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_draft_says_comes_back_as_it_was() {
        let draft = edit::words(Vec::new(), "Which polyp was removed first?", own::Action::AskBack).unwrap();
        let mut draft = own::Draft { action: own::Action::Answer, verdict: Some(Verdict::Yes), ..draft };
        draft.headline = Assertion::new("Yes, with modifier 59.", vec![1, 2]);
        draft.sections =
            vec![own::Section { heading: "WHY".to_owned(), items: vec![Assertion::new("They differ.", vec![2])] }];
        let says = drafted(&draft).says;
        let sent: Says = serde_json::from_str(&serde_json::to_string(&says).unwrap()).unwrap();
        assert_eq!(edit::apply(&draft, &form(&sent)), Ok(draft));
    }
}
