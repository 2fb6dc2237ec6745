//! `eval`: a file of questions, one JSON object a line; the answers of `ask`, one a line.

use std::io::{BufWriter, Write as _};
use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, ValueEnum};
use serde::Deserialize;

use super::{Failure, answer, as_of, ask, block_on};
use crate::app;
use crate::clock::Clock;
use crate::config::Config;
use crate::domain::time::AsOf;

/// Answer a file of questions
#[derive(Debug, Args)]
pub struct Eval {
    /// One JSON object a line with `id` and `question`; `subject` and `on` are read where they are given
    #[arg(value_name = "QUESTIONS")]
    questions: PathBuf,
    /// Where the answers go, one JSON object a line
    #[arg(long, value_name = "OUT")]
    answers: PathBuf,
    /// Who writes: plain rules, or the configured model
    #[arg(long, value_enum, default_value_t = Mode::Plain)]
    mode: Mode,
    /// Date of service where a question names none, or `shelf`
    #[arg(long, value_parser = as_of, value_name = "DATE")]
    on: Option<AsOf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Mode {
    Plain,
    Model,
}

#[derive(Deserialize)]
struct Item {
    #[serde(default)]
    id: serde_json::Value,
    question: String,
    #[serde(default)]
    subject: String,
    #[serde(default)]
    on: Option<String>,
}

/// Answers every line.
pub fn run(eval: &Eval, config: Config) -> Result<(), Failure> {
    let at = |path: &PathBuf, error: &dyn std::fmt::Display| Failure::Work(format!("{}: {error}", path.display()));
    let text = std::fs::read_to_string(&eval.questions).map_err(|error| at(&eval.questions, &error))?;
    let mut consultant = app::consultant(Arc::new(config), Clock::System)?;
    match eval.mode {
        Mode::Plain => consultant.model = None,
        Mode::Model if consultant.model.is_none() => {
            return Err(Failure::Usage("--mode model: no model is configured (model.kind)".to_owned()));
        }
        Mode::Model => {}
    }
    let file = std::fs::File::create(&eval.answers).map_err(|error| at(&eval.answers, &error))?;
    let mut out = BufWriter::new(file);
    for (n, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let bad = |reason: String| at(&eval.questions, &format!("line {}: {reason}", n + 1));
        let item: Item = serde_json::from_str(line).map_err(|error| bad(error.to_string()))?;
        let on = item.on.as_deref().map(as_of).transpose().map_err(bad)?.or(eval.on);
        let question = if item.subject.is_empty() { item.question.clone() } else { format!("{}\n{}", item.subject, item.question) };
        let consultation = block_on(consultant.consult(&question, &consultant.reading(None, on)))??;
        let body = ask::body(&consultant, &consultation, "")?;
        let mut object = answer::json("", &consultation, &body);
        object["id"] = item.id;
        writeln!(out, "{object}").map_err(|error| at(&eval.answers, &error))?;
    }
    out.flush().map_err(|error| at(&eval.answers, &error))
}
