//! `eval`: a file of questions, one JSON object a line; the answers of `ask`, one a line, and a table of how right they
//! are where the file says what is right.

use std::collections::BTreeMap;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use super::{Failure, answer, as_of, ask, block_on, print};
use crate::admit;
use crate::app;
use crate::clock::Clock;
use crate::config::Config;
use crate::domain::time::AsOf;
use crate::identity::deidentify;
use crate::pipeline::Consultant;
use item::Item;
use table::Marked;

mod item;
mod key;
mod table;

/// Answer a file of questions, and tell how right the answers are
#[derive(Debug, Args)]
pub struct Eval {
    /// One JSON object a line with `id` and `question`, and where given `subject`, `content_type`, `attachments`,
    /// `headers`, `on`, `category` and a key
    #[arg(value_name = "QUESTIONS")]
    questions: PathBuf,
    /// Where the answers go, one JSON object a line. An evaluation that was interrupted goes on where it stopped
    #[arg(long, value_name = "OUT")]
    answers: PathBuf,
    /// Who writes: plain rules, or the configured model
    #[arg(long, value_enum, default_value_t = Mode::Plain)]
    mode: Mode,
    /// Date of service where a question names none, or `shelf`
    #[arg(long, value_parser = as_of, value_name = "DATE")]
    on: Option<AsOf>,
    /// Questions answered at the same time; as many as there are processors where it is not given
    #[arg(long, value_name = "N")]
    jobs: Option<usize>,
    /// Answers of another run, to be compared item by item
    #[arg(long, value_name = "OTHER")]
    compare: Option<PathBuf>,
    /// A file of codes, one a line: items that want a procedure code beside these are counted apart
    #[arg(long, value_name = "CODES")]
    apart: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Mode {
    Plain,
    Model,
}

/// Answers every line.
pub fn run(eval: &Eval, config: Config) -> Result<(), Failure> {
    let items = read_items(&eval.questions)?;
    let mut consultant = app::consultant(Arc::new(config), Clock::System)?;
    match eval.mode {
        Mode::Plain => consultant.model = None,
        Mode::Model if consultant.model.is_none() => {
            return Err(Failure::Usage("--mode model: no model is configured (model.kind)".to_owned()));
        }
        Mode::Model => {}
    }
    let part = eval.answers.with_extension("part");
    // What another edition, mode or date answered is not gone on with.
    let this = json!({
        "run": {"edition": consultant.shelf.current().edition(), "mode": format!("{:?}", eval.mode), "on": eval.on.map(|on| on.to_string())},
    });
    let same = std::fs::read_to_string(&part).is_ok_and(|text| text.lines().next() == Some(&this.to_string()));
    if !same {
        std::fs::write(&part, format!("{this}\n")).map_err(|error| at(&part, &error))?;
    }
    let mut done = read_answers(&part).map_err(|error| at(&part, &error))?;
    let waiting: Vec<&Item> = items.iter().filter(|item| !done.contains_key(&item.name())).collect();
    let file = std::fs::OpenOptions::new().append(true).open(&part).map_err(|error| at(&part, &error))?;
    done.extend(answer_all(eval, &consultant, &waiting, file)?);
    write_in_order(&eval.answers, &items, &done)?;
    std::fs::remove_file(&part).map_err(|error| at(&part, &error))?;
    let marked: Vec<Marked<'_>> = items
        .iter()
        .filter_map(|item| {
            let answer = done.get(&item.name())?;
            Some(Marked { item, answer, mark: item.key.mark(answer) })
        })
        .collect();
    if items.iter().any(|item| item.key.is_known()) {
        print(&table::print(&marked))?;
    }
    if let Some(list) = &eval.apart {
        let text = std::fs::read_to_string(list).map_err(|error| at(list, &error))?;
        let listed = text.split_whitespace().map(str::to_owned).collect();
        print(&table::apart(&marked, &listed))?;
    }
    if let Some(other) = &eval.compare {
        let before = read_answers(other).map_err(|error| at(other, &error))?;
        print(&table::compare(&marked, &before))?;
    }
    Ok(())
}

fn at(path: &Path, error: &dyn std::fmt::Display) -> Failure {
    Failure::Work(format!("{}: {error}", path.display()))
}

fn read_items(path: &Path) -> Result<Vec<Item>, Failure> {
    let text = std::fs::read_to_string(path).map_err(|error| at(path, &error))?;
    let mut items: Vec<Item> = Vec::new();
    for (n, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let bad = |reason: String| at(path, &format!("line {}: {reason}", n + 1));
        let mut item: Item = serde_json::from_str(line).map_err(|error| bad(error.to_string()))?;
        item.on.as_deref().map(as_of).transpose().map_err(bad)?;
        // An item without an id is known by its line.
        if item.id.is_null() {
            item.id = json!(format!("line {}", n + 1));
        }
        if items.iter().any(|other| other.id == item.id) {
            return Err(at(path, &format!("line {}: the id {} stands twice", n + 1, item.id)));
        }
        items.push(item);
    }
    Ok(items)
}

/// Answers by the id of their item. A last line that was cut off is passed over: its item is answered again.
fn read_answers(path: &Path) -> std::io::Result<BTreeMap<String, Value>> {
    let text = std::fs::read_to_string(path)?;
    let lines = text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let named = lines.map(|value| {
        let name = value["id"].as_str().map_or_else(|| value["id"].to_string(), str::to_owned);
        (name, value)
    });
    Ok(named.collect())
}

/// Answers what waits, several at a time; each answer is in the file as soon as it is there.
fn answer_all(
    eval: &Eval,
    consultant: &Consultant,
    waiting: &[&Item],
    mut file: std::fs::File,
) -> Result<BTreeMap<String, Value>, Failure> {
    let available = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let jobs = eval.jobs.unwrap_or(available).clamp(1, 64).min(waiting.len().max(1));
    let bar = indicatif::ProgressBar::new(waiting.len() as u64);
    let style = indicatif::ProgressStyle::with_template("{bar:40} {pos} of {len} questions, {eta} left");
    bar.set_style(style.unwrap_or_else(|_| indicatif::ProgressStyle::default_bar()));
    let next = AtomicUsize::new(0);
    let (sender, receiver) = std::sync::mpsc::channel();
    let mut done = BTreeMap::new();
    std::thread::scope(|scope| {
        for _ in 0..jobs {
            let (sender, next) = (sender.clone(), &next);
            scope.spawn(move || {
                while let Some(item) = waiting.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if sender.send((item.name(), answer_one(consultant, item, eval.on))).is_err() {
                        break;
                    }
                }
            });
        }
        drop(sender);
        for (name, object) in &receiver {
            let object = object?;
            writeln!(file, "{object}").map_err(|error| at(&eval.answers, &error))?;
            done.insert(name, object);
            bar.inc(1);
        }
        Ok(done)
    })
    .inspect(|_| bar.finish_and_clear())
}

/// The answer of one item, with its id.
fn answer_one(consultant: &Consultant, item: &Item, on: Option<AsOf>) -> Result<Value, Failure> {
    let on = item.on.as_deref().and_then(|text| as_of(text).ok()).or(on);
    let (question, date) = match item.text() {
        Some(text) => (deidentify(&text).into(), None),
        None => {
            let raw = item.mail();
            let mut arrival = admit::read(&raw, &consultant.config);
            if arrival.message.automatic.is {
                return Ok(silence(item, &arrival.message.automatic.why));
            }
            (block_on(consultant.question(&raw, &mut arrival.message))?, arrival.message.date)
        }
    };
    let consultation = block_on(consultant.consult(&question, &consultant.reading(date, on)))??;
    let body = ask::body(consultant, &consultation, "")?;
    let mut object = answer::json("", &consultation, &body);
    object["id"] = item.id.clone();
    Ok(object)
}

/// What is said to a machine: nothing.
fn silence(item: &Item, why: &str) -> Value {
    json!({
        "id": item.id, "action": "no_reply", "release": "declined", "lines": [], "codes": [], "modifiers": [],
        "verdict": null, "label": null, "text": "", "checks": [], "citations": [],
        "findings": [{"severity": "note", "kind": "automatic", "text": why}], "assumptions": [], "abstained": true,
        "edition": null, "timings_ms": {},
    })
}

/// The whole file in the order of the questions, put in place at once.
fn write_in_order(path: &Path, items: &[Item], done: &BTreeMap<String, Value>) -> Result<(), Failure> {
    let whole = path.with_extension("whole");
    let file = std::fs::File::create(&whole).map_err(|error| at(&whole, &error))?;
    let mut out = BufWriter::new(file);
    for object in items.iter().filter_map(|item| done.get(&item.name())) {
        writeln!(out, "{object}").map_err(|error| at(&whole, &error))?;
    }
    out.flush().map_err(|error| at(&whole, &error))?;
    std::fs::rename(&whole, path).map_err(|error| at(path, &error))
}
