//! `/api/v1/checks`: what the tables say of some codes on a date, with the rows that say so. No prose, and no rules.

use std::sync::Arc;

use axum::extract::State;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize};

use super::caller::{Caller, ChecksRead};
use super::found::{self, Check, programs, settings};
use super::operation::Operation;
use super::problem::Problem;
use super::sent::Sent;
use super::shapes::{Answer, When};
use crate::checks;
use crate::checks::payment::rule_of;
use crate::corpus::Corpus;
use crate::domain::api_token::ApiScope;
use crate::domain::check::{Program, Question, Scope, Setting};
use crate::domain::code::{Code, Modifier};
use crate::domain::inquiry::{Intent, MAX_CODES, Mention};
use crate::domain::time::AsOf;
use crate::identity::deidentify;
use crate::research::{self, Reading, plan};
use crate::web::desk::Desk;

/// The most units and modifiers of a line.
const MOST_UNITS: u32 = 9_999;
const MOST_MODIFIERS: usize = 4;

pub fn operations() -> Vec<Operation> {
    let said =
        ["check", "What the tables say of codes on a date: validity, edits, units, add-ons, global days, modifiers."];
    vec![Operation::post::<Checked, _, _>("/api/v1/checks", ApiScope::ChecksRead, said, check).takes::<Claimed>()]
}

/// The words for how a question is to be read, where it does not say so itself.
#[derive(Debug, Clone, Copy, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Terms {
    /// The date of service; today where none is given.
    pub date: Option<When>,
    /// The setting; that of the settings where none is given.
    #[schemars(schema_with = "some_setting")]
    pub setting: Option<Setting>,
    /// Whose tables; those of the settings where none is given.
    #[schemars(schema_with = "some_program")]
    pub payer: Option<Program>,
}

fn or_null(mut schema: Schema) -> Schema {
    if let Some(words) = schema.get_mut("enum").and_then(serde_json::Value::as_array_mut) {
        words.push(serde_json::Value::Null);
    }
    schema.insert("type".to_owned(), serde_json::json!(["string", "null"]));
    schema
}

/// A setting, or nothing.
pub fn some_setting(generator: &mut SchemaGenerator) -> Schema {
    or_null(settings(generator))
}

/// A program, or nothing.
pub fn some_program(generator: &mut SchemaGenerator) -> Schema {
    or_null(programs(generator))
}

impl Terms {
    /// How a question is read with them.
    pub fn reading(&self, desk: &Desk) -> Reading {
        let rules = &desk.config.corpus;
        let setting = self.setting.or_else(|| Setting::parse(&rules.setting)).unwrap_or(Setting::Practitioner);
        let program = self.payer.or_else(|| Program::parse(&rules.program)).unwrap_or(Program::Medicare);
        let today = desk.clock.now().date();
        Reading { today, message_date: None, on: self.date.map(|when| when.0), setting, program }
    }
}

/// Lines of a claim.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Claimed {
    /// The codes, 1 to 12.
    #[schemars(length(min = 1, max = 12))]
    codes: Vec<Line>,
    /// The date of service; today where none is given.
    #[serde(default)]
    date: Option<When>,
    /// The setting; that of the settings where none is given.
    #[serde(default)]
    #[schemars(schema_with = "some_setting")]
    setting: Option<Setting>,
    /// Whose tables; those of the settings where none is given.
    #[serde(default)]
    #[schemars(schema_with = "some_program")]
    payer: Option<Program>,
}

/// A code on a line.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ClaimedLine")]
pub struct Line {
    /// The code.
    code: String,
    /// Its modifiers, at most 4.
    #[serde(default)]
    #[schemars(length(max = 4))]
    modifiers: Vec<String>,
    /// Units on one date of service; none: the limit is told, and nothing held against it.
    #[serde(default)]
    #[schemars(range(min = 1, max = 9999))]
    units: Option<u32>,
}

/// What the tables say.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Checked {
    /// The edition that was asked.
    edition: String,
    /// What they say, in the order of the reply.
    checks: Vec<Check>,
}

async fn check(
    _: Caller<ChecksRead>,
    State(desk): State<Arc<Desk>>,
    Sent { value: claimed, .. }: Sent<Claimed>,
) -> Result<Answer<Checked>, Problem> {
    if !(1..=MAX_CODES).contains(&claimed.codes.len()) {
        return Err(Problem::invalid(format!("codes are 1 to {MAX_CODES}.")));
    }
    let mentions: Vec<Mention> = claimed.codes.iter().map(mention).collect::<Result<_, _>>()?;
    let terms = Terms { date: claimed.date, setting: claimed.setting, payer: claimed.payer };
    let corpus = desk.shelf.current();
    let checks = asked(&corpus, mentions, &terms.reading(&desk));
    Ok(Answer(Checked { edition: corpus.edition().to_owned(), checks }))
}

fn mention(line: &Line) -> Result<Mention, Problem> {
    let code = Code::parse(&line.code).map_err(|error| Problem::invalid(format!("{error}.")))?;
    if line.modifiers.len() > MOST_MODIFIERS || line.units.is_some_and(|units| !(1..=MOST_UNITS).contains(&units)) {
        let words = format!("{code}: at most {MOST_MODIFIERS} modifiers, and 1 to {MOST_UNITS} units.");
        return Err(Problem::invalid(words));
    }
    let modifier = |text: &String| {
        Modifier::parse(text).map_err(|_| Problem::invalid(format!("{code}: a modifier is two letters or digits.")))
    };
    let modifiers = line.modifiers.iter().map(modifier).collect::<Result<_, _>>()?;
    Ok(Mention { code, modifiers, units: line.units })
}

/// Asks what a question with these lines would have asked.
fn asked(corpus: &Corpus, mentions: Vec<Mention>, reading: &Reading) -> Vec<Check> {
    let written = |mention: &Mention| {
        let modifiers: String = mention.modifiers.iter().map(|modifier| format!("-{}", modifier.as_str())).collect();
        format!("{}{modifiers}", mention.code)
    };
    let text = mentions.iter().map(written).collect::<Vec<_>>().join(", ");
    let mut inquiry = research::read(corpus, &deidentify(&text), reading);
    // The lines as they were sent, and everything that can be asked of them.
    inquiry.mentions = mentions;
    inquiry.intents = vec![Intent::CodeStatus, Intent::Bundling, Intent::Units, Intent::AddOn, Intent::GlobalPeriod];
    inquiry.intents.push(Intent::DiagnosisPair);
    let as_of = reading.on.unwrap_or(AsOf::Date(reading.today));
    let scope = Scope { as_of, setting: reading.setting, program: reading.program };
    inquiry.scope = scope;
    let mut questions = plan::questions(corpus, &inquiry, None);
    // A mail is told of a modifier where it does not fit; a program is told of each.
    for mention in &inquiry.mentions {
        for modifier in &mention.modifiers {
            let code = mention.code.clone();
            let question = match rule_of(modifier) {
                Some(rule) => Question::PaymentRule { code, rule },
                None => Question::ModifierFit { code, modifier: modifier.clone() },
            };
            if !questions.contains(&question) {
                questions.push(question);
            }
        }
    }
    questions.iter().map(|question| found::told(&checks::ask(corpus, question, scope))).collect()
}
