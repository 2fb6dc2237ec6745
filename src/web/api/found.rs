//! What was found: checks with their rows, rules, and the sources that a draft counts.

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Serialize;
use serde_json::{Map, Value};

use super::shapes::{Day, When, words};
use crate::domain::check;
use crate::domain::check::{Program, Setting};
use crate::domain::citation;
use crate::domain::evidence;
use crate::domain::inquiry;

/// A row that says so.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Row {
    /// Its key: `table/key@release`, as `caseconsultant corpus show` takes it.
    pub locator: String,
    /// The document, with its edition.
    pub document: String,
    /// Where in it; empty for a row, which its key names.
    pub place: String,
    /// The row or passage as it stands there.
    pub quote: String,
    /// What should be known of its fit, such as that its edition is a later one.
    pub note: String,
    /// The first day on which it holds, if it gives one.
    pub from: Option<Day>,
    /// The last one.
    pub to: Option<Day>,
}

/// What the nearest release held, where none covers the date.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct LastKnown {
    /// Its outcome.
    pub outcome: String,
    /// The release as a reader would name it.
    pub title: String,
    /// Its value in words.
    pub value: String,
}

/// A question to the tables, what they say, and the rows that say so.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Check {
    /// What was asked: `code_status`, `ptp`, `units`, `add_on`, `global_period` and others.
    pub kind: String,
    /// The codes it is about.
    pub subjects: Vec<String>,
    /// What they say, as a word; `not_checked` where no table here speaks for the date.
    pub outcome: String,
    /// The same in the fixed words of a reply.
    pub words: String,
    /// One sentence.
    pub detail: String,
    /// For which date.
    pub date: When,
    /// In which setting.
    #[schemars(schema_with = "settings")]
    pub setting: Setting,
    /// Under which program.
    #[schemars(schema_with = "programs")]
    pub payer: Program,
    /// The figures behind the outcome, by name.
    pub figures: Map<String, Value>,
    /// The release that answered; empty where none did.
    pub release: String,
    /// What the nearest release held, where none covers the date.
    pub last_known: Option<LastKnown>,
    /// The rows.
    pub rows: Vec<Row>,
}

/// A rule that bears on a question.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Rule {
    /// Its heading.
    pub title: String,
    /// Its text.
    pub text: String,
    /// Where it holds.
    pub conditions: Vec<String>,
    /// What turns it round.
    pub exceptions: Vec<String>,
    /// What the note must show.
    pub documentation: Vec<String>,
    /// True where it was checked against the document it names.
    pub confirmed: bool,
    /// Where it stands.
    pub source: Row,
}

/// A numbered source.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Source {
    /// Its number, by which statements cite it.
    pub n: u32,
    /// The row or passage.
    pub row: Row,
}

/// Something understood, or assumed.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Understood {
    /// What: `date of service`, `payer`, `setting`.
    pub what: String,
    /// The value.
    pub value: String,
    /// True where the question does not say so.
    pub assumed: bool,
}

/// A question of a message, and what was found for it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Question {
    /// Its words, without identity.
    pub text: String,
    /// What was understood.
    pub understood: Vec<Understood>,
    /// What the tables say.
    pub checks: Vec<Check>,
    /// Rules that bear on it.
    pub rules: Vec<Rule>,
    /// The sources of both.
    pub sources: Vec<Source>,
}

/// The words of settings.
pub fn settings(_: &mut SchemaGenerator) -> Schema {
    words([Setting::Practitioner, Setting::Hospital].map(Setting::key))
}

/// The words of programs.
pub fn programs(_: &mut SchemaGenerator) -> Schema {
    words([Program::Medicare, Program::Medicaid].map(Program::key))
}

/// The questions of a message.
pub fn questions(evidence: &evidence::Evidence) -> Vec<Question> {
    evidence.all().map(question).collect()
}

fn question(evidence: &evidence::Evidence) -> Question {
    let understood = |own: &inquiry::Assumption| Understood {
        what: own.what.clone(),
        value: own.value.clone(),
        assumed: own.assumed,
    };
    let source =
        |own: &citation::Citation| Source { n: u32::try_from(own.n).unwrap_or(u32::MAX), row: row(&own.source) };
    Question {
        text: evidence.inquiry.text.clone(),
        understood: evidence.inquiry.assumptions.iter().map(understood).collect(),
        checks: evidence.checks.iter().map(told).collect(),
        rules: evidence.passages.iter().map(rule).collect(),
        sources: evidence.citations.iter().map(source).collect(),
    }
}

/// A check as it is told.
pub fn told(own: &check::Check) -> Check {
    let last_known = own.last_known.as_ref().map(|last| LastKnown {
        outcome: word(&last.outcome),
        title: last.title.clone(),
        value: last.value.clone(),
    });
    Check {
        kind: own.question.kind().to_owned(),
        subjects: own.question.subjects().into_iter().map(ToString::to_string).collect(),
        outcome: word(&own.outcome),
        words: own.outcome.words().to_owned(),
        detail: own.detail.clone(),
        date: When(own.scope.as_of),
        setting: own.scope.setting,
        payer: own.scope.program,
        figures: figures(&own.figures),
        release: own.release.clone(),
        last_known,
        rows: own.sources.iter().map(row).collect(),
    }
}

/// The word of an outcome.
fn word(outcome: &check::Outcome) -> String {
    serde_json::to_value(outcome).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

/// The figures that are there.
fn figures(own: &check::Figures) -> Map<String, Value> {
    let mut all = serde_json::to_value(own).ok().and_then(|value| value.as_object().cloned()).unwrap_or_default();
    all.retain(|_, value| match value {
        Value::Null => false,
        Value::Array(items) => !items.is_empty(),
        Value::Object(items) => !items.is_empty(),
        _ => true,
    });
    all
}

fn row(source: &citation::Source) -> Row {
    Row {
        locator: source.fact.to_string(),
        document: source.doc.clone(),
        place: source.place.clone(),
        quote: source.quote.clone(),
        note: source.note.clone(),
        from: source.fact.period.from.map(Day),
        to: source.fact.period.to.map(Day),
    }
}

fn rule(passage: &evidence::Passage) -> Rule {
    Rule {
        title: passage.title.clone(),
        text: passage.text.clone(),
        conditions: passage.conditions.clone(),
        exceptions: passage.exceptions.clone(),
        documentation: passage.documentation.clone(),
        confirmed: passage.confirmed,
        source: row(&passage.source),
    }
}
