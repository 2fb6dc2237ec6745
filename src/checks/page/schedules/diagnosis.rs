//! What official tables hold of a diagnosis: risk adjustment, severity, present on admission.

use super::Schedule;
use crate::checks::page::spoken::{Spoken, speaking};
use crate::checks::page::values::Value;
use crate::corpus::Corpus;
use crate::domain::code::Code;
use crate::domain::table::Table;
use crate::domain::time::AsOf;

/// Every table that speaks of the diagnosis.
pub(super) fn of(corpus: &Corpus, code: &Code, as_of: AsOf) -> Vec<Option<Schedule>> {
    vec![risk(corpus, code, as_of), severity(corpus, code, as_of), present_on_admission(corpus, code, as_of)]
}

/// Condition categories by model. A reportable code that the release in force maps nowhere has none.
fn risk(corpus: &Corpus, code: &Code, as_of: AsOf) -> Option<Schedule> {
    let name = "risk adjustment";
    let spoken = speaking(corpus, corpus.list_rows(Table::Hcc, code.as_str()), as_of);
    match spoken {
        Some(spoken) if spoken.in_force || corpus.releases().in_force("hcc", as_of).is_none() => {
            let mut values: Vec<Value> = Vec::new();
            for row in &spoken.rows {
                let (model, category) = (row.get("model"), row.get("category"));
                let label = label(corpus, model, category);
                values.push(Value { name: "hcc", value: format!("{model} {category}"), meaning: label });
            }
            // The newest payment model first.
            values.sort_by_key(|value| (!value.value.contains("V28"), value.value.contains("ESRD")));
            Schedule::new(&spoken, Table::Hcc, name, values)
        }
        _ => unlisted(corpus, "hcc", Table::Hcc, name, as_of, Value::plain("hcc", "none in any model"), code),
    }
}

fn label(corpus: &Corpus, model: &str, category: &str) -> Option<String> {
    let rows = corpus.list_rows(Table::HccLabel, &format!("{model}+{category}"));
    rows.iter().map(|row| row.get("label")).find(|label| !label.is_empty()).map(str::to_owned)
}

fn severity(corpus: &Corpus, code: &Code, as_of: AsOf) -> Option<Schedule> {
    let spoken = speaking(corpus, corpus.list_rows(Table::Severity, code.as_str()), as_of)?;
    let values = spoken.rows.iter().filter_map(|row| Value::of(row, "level")).collect();
    Schedule::new(&spoken, Table::Severity, "inpatient severity", values)
}

fn present_on_admission(corpus: &Corpus, code: &Code, as_of: AsOf) -> Option<Schedule> {
    let name = "present on admission";
    if let Some(spoken) = speaking(corpus, corpus.list_rows(Table::Poa, code.as_str()), as_of)
        && (spoken.in_force || corpus.releases().in_force("poa", as_of).is_none())
    {
        let exempt = spoken.rows.iter().any(|row| row.get("exempt") == "yes");
        let words = if exempt { "exempt: no indicator is reported" } else { "an indicator is reported" };
        return Schedule::new(&spoken, Table::Poa, name, vec![Value::plain("poa", words)]);
    }
    let words = Value::plain("poa", "not exempt: an indicator is reported");
    unlisted(corpus, "poa", Table::Poa, name, as_of, words, code)
}

/// What it means that the complete release in force does not list a code that may be reported.
fn unlisted(
    corpus: &Corpus,
    family: &str,
    table: Table,
    name: &'static str,
    as_of: AsOf,
    value: Value,
    code: &Code,
) -> Option<Schedule> {
    let release = corpus.releases().in_force(family, as_of)?;
    let reportable = corpus.is_alive(code.as_str(), as_of) && corpus.list_periods(code).iter().any(|row| row.billable);
    let spoken = Spoken { rows: Vec::new(), release, in_force: true };
    Schedule::new(&spoken, table, name, vec![value]).filter(|_| reportable)
}
