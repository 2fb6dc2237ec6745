//! Drafting with a model: over the wire against an endpoint that obeys, lies, stalls and breaks, and by script.
//! Whatever it does, either a draft comes that verification has seen through, or a typed error.

mod lies;
mod masks;
mod prompt;
mod wire;

use std::sync::OnceLock;

use caseconsultant::config::{Config, Model, Secret};
use caseconsultant::corpus::Corpus;
use caseconsultant::domain::check::{Program, Setting};
use caseconsultant::domain::draft::{Assertion, Draft};
use caseconsultant::domain::evidence::Evidence;
use caseconsultant::draft::compose;
use caseconsultant::draft::model::Settings;
use caseconsultant::research::{self, Reading};
use jiff::civil::date;
use serde_json::{Value, json};

/// An edit that a modifier bypasses, and one that none does.
const OPEN: &str =
    "Same session, snare polypectomy 45385 and biopsy 45380 of another polyp, Medicare, DOS 8/1/2024. Modifier?";
const NEVER: &str =
    "Patient John Doe: can 29881 and 29877 be billed together on the same knee, Medicare, DOS 8/1/2024?";

/// The starter edition, built once for all tests.
fn corpus() -> &'static Corpus {
    static CORPUS: OnceLock<(tempfile::TempDir, Corpus)> = OnceLock::new();
    let built = CORPUS.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let corpus = Corpus::open(folder.path()).unwrap();
        (folder, corpus)
    });
    &built.1
}

fn evidence(question: &str) -> Evidence {
    let reading = Reading {
        today: date(2026, 11, 24),
        message_date: None,
        on: None,
        setting: Setting::Practitioner,
        program: Program::Medicare,
    };
    research::run(corpus(), &caseconsultant::identity::deidentify(question), &reading).unwrap()
}

fn settings(base_url: &str) -> Model {
    Model {
        base_url: base_url.to_owned(),
        name: "local".to_owned(),
        api_key: Secret::new("sk-secret-of-ours"),
        timeout_seconds: 20,
        ..Config::defaults().model
    }
}

fn limits(settings: &Model) -> Settings {
    Settings::new(settings, date(2026, 11, 24))
}

/// What a model answers that does as it is told: the settled part, and the plain composer's own sentences.
fn obedient(evidence: &Evidence) -> Value {
    let plain = compose(corpus(), evidence);
    let lines: Vec<Value> = plain
        .lines
        .iter()
        .map(|line| json!({"code": line.code, "modifiers": line.modifiers, "units": line.units}))
        .collect();
    let statement = |item: &Assertion| json!({"text": item.text, "cites": item.cites});
    let of = |heading: &str| -> Vec<Value> {
        let sections = plain.sections.iter().filter(|section| section.heading == heading);
        sections.flat_map(|section| &section.items).take(3).map(statement).collect()
    };
    json!({
        "verdict": plain.verdict.map_or(json!("none"), |verdict| json!(verdict)),
        "lines": lines,
        "headline": statement(&plain.headline),
        "why": of("WHY"),
        "if_facts_differ": of("IF THE FACTS DIFFER"),
        "note_must_show": of("THE NOTE MUST SHOW"),
    })
}

/// The headings of a draft.
fn headings(draft: &Draft) -> Vec<&str> {
    draft.sections.iter().map(|section| section.heading.as_str()).collect()
}
