//! `/api/v1/ask`: a whole question, read, researched, drafted by plain rules and verified; nothing is kept and nothing is
//! sent. Its text is masked before anything reads it, as a mail's is.

use std::sync::Arc;

use axum::extract::State;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::caller::{Caller, ChecksRead};
use super::checks::{Terms, some_program, some_setting};
use super::draft::{self, Draft, Finding};
use super::found::{self, Question};
use super::operation::Operation;
use super::problem::Problem;
use super::sent::Sent;
use super::shapes::{Answer, When};
use crate::corpus::Corpus;
use crate::domain::api_token::ApiScope;
use crate::domain::check::{Program, Setting};
use crate::domain::release::Release;
use crate::identity::{Deidentified, deidentify};
use crate::reply::render::{Footing, render};
use crate::research::{self, Reading};
use crate::web::desk::Desk;
use crate::web::fault::Fault;

/// The longest question, in characters.
const LONGEST: usize = 20_000;

pub fn operations() -> Vec<Operation> {
    let said =
        ["ask", "Answers a question in words: what was understood, checks, rules, a draft by plain rules, findings."];
    vec![Operation::post::<Answered, _, _>("/api/v1/ask", ApiScope::ChecksRead, said, ask).takes::<Asked>()]
}

/// A question.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    /// Its words. What identifies a patient is masked first; better leave it out.
    #[schemars(length(min = 1, max = 20000))]
    question: String,
    /// The date of service where the question names none; today where none is given.
    #[serde(default)]
    date: Option<When>,
    /// The setting where the question names none.
    #[serde(default)]
    #[schemars(schema_with = "some_setting")]
    setting: Option<Setting>,
    /// Whose tables where the question names nobody.
    #[serde(default)]
    #[schemars(schema_with = "some_program")]
    payer: Option<Program>,
}

/// What was found, and what would be said.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Answered {
    /// The edition that was asked.
    edition: String,
    /// The questions of the text, and what was found for each.
    questions: Vec<Question>,
    /// What would be said.
    draft: Draft,
    /// What verification objects to.
    findings: Vec<Finding>,
    /// True where such a mail is answered without a person reading it first.
    would_leave: bool,
    /// The reply in words.
    reply: String,
}

async fn ask(
    _: Caller<ChecksRead>,
    State(desk): State<Arc<Desk>>,
    Sent { value: asked, .. }: Sent<Asked>,
) -> Result<Answer<Answered>, Problem> {
    if asked.question.chars().count() > LONGEST {
        return Err(Problem::invalid(format!("question is longer than {LONGEST} characters.")));
    }
    let question = deidentify(&asked.question);
    if question.as_str().trim().is_empty() {
        return Err(Problem::invalid("question is empty."));
    }
    let reading = Terms { date: asked.date, setting: asked.setting, payer: asked.payer }.reading(&desk);
    let corpus = desk.shelf.current();
    let work = desk.clone();
    // Some milliseconds of computing, more for a long text: other calls go on meanwhile.
    let answered = tokio::task::spawn_blocking(move || answer(&work, &corpus, &question, &reading)).await;
    let answered = answered.map_err(|error| Fault::Broken(format!("a question could not be answered: {error}")))??;
    Ok(Answer(answered))
}

fn answer(desk: &Desk, corpus: &Corpus, question: &Deidentified, reading: &Reading) -> Result<Answered, Fault> {
    let evidence = research::run(corpus, question, reading)
        .map_err(|error| Fault::Broken(format!("the edition cannot be read: {error}")))?;
    let own = crate::draft::compose(corpus, &evidence);
    let report = crate::verify::run(corpus, &evidence, &own, &desk.config.policy);
    let foot = Footing {
        service: desk.config.service.name.clone(),
        year: desk.clock.now().date().year(),
        ..Footing::default()
    };
    let body = render(&own, &evidence, &foot).map_err(|error| Fault::Broken(error.to_string()))?;
    Ok(Answered {
        would_leave: Release::automatic(&own, &report).or_else(|| Release::unanswered(&own, &report)).is_some(),
        questions: found::questions(&evidence),
        draft: draft::told(&own),
        findings: draft::findings(&report),
        edition: evidence.edition,
        reply: body.text,
    })
}
