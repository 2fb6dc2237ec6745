//! `corpus show`: everything the shelf says of a code on a date, or one cited row.

use serde_json::{Map, Value, json};

use super::super::{Failure, print, print_json};
use crate::checks::{self, sentence};
use crate::corpus::{Corpus as Edition, FeeRow};
use crate::domain::check::{Check, Outcome, Program, Question, Scope, Setting};
use crate::domain::citation::Table;
use crate::domain::code::{Code, CodeSet};
use crate::domain::time::AsOf;

/// Shows a code, or what a citation's locator names.
pub fn run(edition: &Edition, key: &str, on: AsOf, as_json: bool) -> Result<(), Failure> {
    if let Some((table, rest)) = key.split_once('/')
        && let Some(table) = Table::parse(table)
    {
        return cited(edition, table, rest, as_json);
    }
    if let Some(entry) = edition.find_modifier(&key.to_uppercase()) {
        return cited(edition, Table::Modifier, &entry.id, as_json);
    }
    let missing = |reason: String| Failure::Work(format!("{reason}. `caseconsultant corpus search WORDS` finds codes by words"));
    let code = Code::parse(key).map_err(|error| missing(error.to_string()))?;
    let other = Code::parse_icd10cm(key).ok();
    let listed = |code: &Code| !edition.list_periods(code).is_empty();
    let code = match other {
        Some(diagnosis) if !listed(&code) && listed(&diagnosis) => diagnosis,
        _ => code,
    };
    let known = listed(&code);
    let facts = Facts::of(edition, &code, on);
    if as_json {
        print_json(&facts.json(edition))?;
    } else if known {
        print(&facts.text())?;
    }
    if known { Ok(()) } else { Err(missing(format!("{code} is on no {} list of this shelf", code.set().name()))) }
}

/// One row, as it is quoted.
fn cited(edition: &Edition, table: Table, rest: &str, as_json: bool) -> Result<(), Failure> {
    let (key, release) = rest.split_once('@').unwrap_or((rest, ""));
    let rows = edition.resolve(table, key, release);
    if as_json {
        print_json(&json!({"table": table.key(), "key": key, "release": release, "rows": rows}))?;
    } else {
        let shown = |row: &String| match (table, row.split_once('\t')) {
            (Table::Card | Table::Modifier, Some((_, object))) => {
                let value: Value = serde_json::from_str(object).unwrap_or_default();
                serde_json::to_string_pretty(&value).unwrap_or_default()
            }
            _ => row.clone(),
        };
        print(&rows.iter().map(shown).collect::<Vec<_>>().join("\n"))?;
    }
    if rows.is_empty() { Err(Failure::Work(format!("{}/{rest}: no such row in this edition", table.key()))) } else { Ok(()) }
}

struct Facts {
    code: Code,
    status: Check,
    global: Check,
    add_on: Check,
    units: Vec<(&'static str, Check)>,
    on: AsOf,
}

impl Facts {
    fn of(edition: &Edition, code: &Code, on: AsOf) -> Self {
        let scope = |setting| Scope { as_of: on, setting, program: Program::Medicare };
        let ask = |question: Question| checks::ask(edition, &question, scope(Setting::Practitioner));
        let units = [Setting::Practitioner, Setting::Hospital].map(|setting| {
            let question = Question::Units { code: code.clone(), asked: None };
            (setting.key(), checks::ask(edition, &question, scope(setting)))
        });
        Self {
            status: ask(Question::CodeStatus { code: code.clone() }),
            global: ask(Question::GlobalPeriod { code: code.clone() }),
            add_on: ask(Question::AddOn { code: code.clone(), with: Vec::new() }),
            units: units.into(),
            code: code.clone(),
            on,
        }
    }

    fn json(&self, edition: &Edition) -> Value {
        let figures = &self.status.figures;
        let day = |date: Option<jiff::civil::Date>| date.map(|date| date.to_string());
        let status = match self.status.outcome {
            Outcome::Active | Outcome::Header => "active",
            Outcome::Deleted => "deleted",
            Outcome::Future => "future",
            _ => "unknown",
        };
        let fee = self.fee(edition);
        let sources: Vec<Value> = self
            .checks()
            .flat_map(|check| &check.sources)
            .map(|source| json!({"doc": source.doc, "locator": source.fact.to_string(), "quote": source.quote}))
            .collect();
        json!({
            "code": self.code, "code_set": self.code.set(), "status": status,
            "description": figures.description, "official_description": null,
            "billable": match self.status.outcome {
                Outcome::Active => json!(true),
                Outcome::Header | Outcome::Deleted | Outcome::Future => json!(false),
                _ => Value::Null,
            },
            "valid_from": day(figures.effective), "valid_to": day(figures.deletion),
            "successors": figures.successors.iter().map(|(code, confirmed)| json!({"code": code, "confirmed": confirmed})).collect::<Vec<_>>(),
            "global_days": Some(&self.global).filter(|c| c.outcome == Outcome::Known).and_then(|c| c.figures.global_days.clone()),
            "mue": self.mue(), "indicators": fee.as_ref().map(indicators), "rvu": fee.as_ref().map(rvu),
            "add_on": self.add_on_json(), "notes": notes(edition, &self.code),
            "side": edition.find_side(&self.code),
            "last_known": self.status.last_known, "edition": edition.edition(), "sources": sources,
        })
    }

    fn checks(&self) -> impl Iterator<Item = &Check> {
        [&self.status, &self.global, &self.add_on].into_iter().chain(self.units.iter().map(|(_, check)| check))
    }

    fn mue(&self) -> Vec<Value> {
        let known = self.units.iter().filter(|(_, check)| check.outcome == Outcome::WithinLimit);
        known.map(|(setting, c)| json!({"setting": setting, "units": c.figures.units, "mai": c.figures.mai.map(|mai| mai.to_string())})).collect()
    }

    /// The fee schedule's row of the release that speaks for the date.
    fn fee(&self, edition: &Edition) -> Option<FeeRow> {
        let rows = edition.list_fees(&self.code).into_iter().filter(|row| row.modifier.is_empty());
        rows.filter(|row| row.release == self.global.release).max_by(|a, b| a.release.cmp(&b.release))
    }

    fn add_on_json(&self) -> Value {
        match self.add_on.outcome {
            Outcome::AddOn => json!({
                "is": true, "type": self.add_on.figures.add_on_type, "primaries": self.add_on.figures.primaries,
                "primaries_listed": self.add_on.figures.primaries_listed,
            }),
            Outcome::NotAddOn => json!({"is": false}),
            _ => json!({}),
        }
    }

    fn text(&self) -> String {
        let mut lines = vec![format!("{} ({}), asked for {}", self.code, self.code.set().name(), self.on)];
        if let Some(description) = &self.status.figures.description {
            lines.push(description.clone());
        }
        lines.push(sentence(&self.status.detail));
        for (code, confirmed) in &self.status.figures.successors {
            lines.push(format!("Successor: {code} ({}).", if *confirmed { "confirmed" } else { "unconfirmed" }));
        }
        if self.code.set() != CodeSet::Icd10cm {
            for check in [&self.global, &self.add_on].into_iter().chain(self.units.iter().map(|(_, check)| check)) {
                lines.push(sentence(&check.detail));
            }
        }
        lines.extend(self.status.sources.iter().map(|source| format!("Source: {} ({})", source.doc, source.fact)));
        lines.join("\n")
    }
}

fn indicators(fee: &FeeRow) -> Value {
    let names = ["status", "pctc", "mult", "bilat", "asst", "cosurg", "team", "endo_base"];
    let pairs = names.into_iter().map(|name| (name.to_owned(), json!(fee.field(name))));
    Value::Object(pairs.collect::<Map<_, _>>())
}

fn rvu(fee: &FeeRow) -> Value {
    let number = |name: &str| fee.field(name).parse::<f64>().ok();
    json!({
        "work": number("work"), "pe_nonfacility": number("pe_nonfacility"),
        "pe_facility": number("pe_facility"), "malpractice": number("malpractice"),
    })
}

/// The instructional notes of a diagnosis, by kind.
fn notes(edition: &Edition, code: &Code) -> Value {
    let mut notes: Map<String, Value> = Map::new();
    for relation in edition.list_relations(code) {
        let list = notes.entry(relation.kind).or_insert_with(|| json!([]));
        if let Some(list) = list.as_array_mut() {
            list.push(json!({"target": relation.target, "at": relation.at}));
        }
    }
    Value::Object(notes)
}
