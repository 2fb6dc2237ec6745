//! What the other official tables hold of a code, each at the release that speaks for the date.

use serde::Serialize;

use super::spoken::{Spoken, speaking};
use super::values::Value;
use crate::corpus::{Corpus, Line};
use crate::domain::code::{Code, CodeSet};
use crate::domain::table::Table;
use crate::domain::time::AsOf;

mod diagnosis;
mod equipment;

/// A table's word on a code.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Schedule {
    /// The table.
    pub table: Table,
    /// Its name for a reader.
    pub name: &'static str,
    /// The release.
    pub release: String,
    /// The release as a reader would name it.
    pub title: String,
    /// False where it does not speak for the date.
    pub in_force: bool,
    /// What it says.
    pub values: Vec<Value>,
}

impl Schedule {
    fn new(spoken: &Spoken<'_>, table: Table, name: &'static str, values: Vec<Value>) -> Option<Self> {
        let release = spoken.release;
        let title = release.doc();
        let (release, in_force) = (release.id.clone(), spoken.in_force);
        (!values.is_empty()).then_some(Self { table, name, release, title, in_force, values })
    }
}

/// Every table that holds the code.
pub(super) fn of(corpus: &Corpus, code: &Code, as_of: AsOf) -> Vec<Schedule> {
    let found = match code.set() {
        CodeSet::Icd10cm => diagnosis::of(corpus, code, as_of),
        CodeSet::Icd10pcs => Vec::new(),
        CodeSet::Cpt | CodeSet::Hcpcs => procedure(corpus, code, as_of),
    };
    found.into_iter().flatten().collect()
}

fn procedure(corpus: &Corpus, code: &Code, as_of: AsOf) -> Vec<Option<Schedule>> {
    let columns = |table, name, columns: &[&'static str]| columns_of(corpus, code, as_of, table, name, columns);
    vec![
        columns(
            Table::Opps,
            "hospital outpatient",
            &["status", "apc", "weight", "rate", "national_copayment", "minimum_copayment"],
        ),
        clinical(corpus, code, as_of),
        equipment::of(corpus, code, as_of),
        columns(
            Table::Hcpcs,
            "HCPCS file",
            &[
                "coverage",
                "pricing",
                "tos",
                "action",
                "manual",
                "statute",
                "crossref",
                "added",
                "effective",
                "terminated",
            ],
        ),
        columns(Table::Telehealth, "telehealth", &["status", "audio_only", "note"]),
        columns(Table::Rbcs, "service class", &["procedure", "category", "subcategory", "family"]),
        eligible(corpus, code, as_of),
        imaging(corpus, code, as_of),
        anesthesia(corpus, code, as_of),
    ]
}

/// The newest row of a table, by its columns.
fn columns_of(
    corpus: &Corpus,
    code: &Code,
    as_of: AsOf,
    table: Table,
    name: &'static str,
    columns: &[&'static str],
) -> Option<Schedule> {
    let spoken = speaking(corpus, corpus.list_rows(table, code.as_str()), as_of)?;
    // A table that dates its rows holds former ones too.
    let newest = spoken.rows.iter().max_by_key(|row| (row.get("ended").is_empty(), row.get("effective")))?;
    let mut values: Vec<Value> = columns.iter().filter_map(|column| Value::of(newest, column)).collect();
    for value in &mut values {
        if value.meaning.is_none() && value.name == "tos" {
            value.meaning = each(newest, "tos", &value.value);
        }
    }
    Schedule::new(&spoken, table, name, values)
}

/// The meaning of several letters with blanks between.
fn each(row: &Line<'_>, column: &str, value: &str) -> Option<String> {
    let words: Vec<&str> =
        value.split(' ').filter_map(|one| crate::checks::indicator::meaning(row.table, column, one)).collect();
    (!words.is_empty()).then(|| words.join("; "))
}

fn clinical(corpus: &Corpus, code: &Code, as_of: AsOf) -> Option<Schedule> {
    let spoken = speaking(corpus, corpus.list_rows(Table::Clfs, code.as_str()), as_of)?;
    let mut values = Vec::new();
    for row in &spoken.rows {
        let modifier = row.get("modifier");
        let rate = format!("${}{}", row.get("rate"), if modifier.is_empty() { "" } else { " with " });
        let meaning = Value::of(row, "indicator").and_then(|value| value.meaning);
        values.push(Value { name: "rate", value: format!("{rate}{modifier}"), meaning });
    }
    Schedule::new(&spoken, Table::Clfs, "laboratory schedule", values)
}

fn eligible(corpus: &Corpus, code: &Code, as_of: AsOf) -> Option<Schedule> {
    let rows = corpus.list_rows(Table::Hcc, code.as_str()).into_iter();
    let spoken = speaking(corpus, rows.filter(|row| row.get("model") == "ra-eligible").collect(), as_of)?;
    let value = Value::plain("eligible", spoken.rows.first()?.get("category"));
    Schedule::new(&spoken, Table::Hcc, "risk adjustment", vec![value])
}

fn imaging(corpus: &Corpus, code: &Code, as_of: AsOf) -> Option<Schedule> {
    let row = corpus.find_row(Table::OppsCap, code.as_str())?;
    let spoken = speaking(corpus, vec![row], as_of)?;
    let words = format!("no more than the outpatient amount; by locality: opps_cap/{code}");
    Schedule::new(&spoken, Table::OppsCap, "imaging cap", vec![Value::plain("cap", words)])
}

/// Conversion factors by locality, for codes that anesthesia is billed with.
fn anesthesia(corpus: &Corpus, code: &Code, as_of: AsOf) -> Option<Schedule> {
    if !("00100".."02000").contains(&code.as_str()) || code.set() != CodeSet::Cpt {
        return None;
    }
    let spoken = speaking(corpus, corpus.all_rows(Table::Anesthesia).collect(), as_of)?;
    let factors = spoken.rows.iter().filter_map(|row| row.get("conversion_factor").parse::<f64>().ok());
    let (low, high) = factors.fold((f64::MAX, f64::MIN), |(low, high), one| (low.min(one), high.max(one)));
    if low > high {
        return None;
    }
    let words = format!("${low:.2} to ${high:.2} for a unit, in {} localities", spoken.rows.len());
    let value = Value { name: "factor", value: words, meaning: Some("base units and time units are paid".to_owned()) };
    Schedule::new(&spoken, Table::Anesthesia, "anesthesia", vec![value])
}
