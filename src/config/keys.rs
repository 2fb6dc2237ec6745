//! Which keys exist: compared with the compiled-in defaults, so that a misspelt one is named and not ignored.

use std::collections::BTreeMap;

use toml::{Table, Value};

/// The prefix of every environment variable that is read.
pub const PREFIX: &str = "CASECONSULTANT_";

/// Adds a line for every key in `table` that the defaults do not know.
pub fn unknown(table: &Table, faults: &mut Vec<String>, place: &str) {
    compare(table, &defaults(), "", faults, place);
}

fn compare(given: &Table, known: &Table, path: &str, faults: &mut Vec<String>, place: &str) {
    for (key, value) in given {
        let full = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
        if path == "plans" {
            continue; // Plans are named by the operator.
        }
        match (known.get(key), value) {
            (None, _) => faults.push(format!("{place}: unknown setting {full}{}", nearest(key, known))),
            (Some(Value::Table(inner)), Value::Table(value)) => compare(value, inner, &full, faults, place),
            (Some(Value::Table(_)), _) => faults.push(format!("{place}: {full} is a section, not a value")),
            (Some(_), Value::Table(_)) => faults.push(format!("{place}: {full} is a value, not a section")),
            (Some(_), _) => {}
        }
    }
}

fn nearest(key: &str, known: &Table) -> String {
    let close = known.keys().find(|name| {
        let same = name.chars().zip(key.chars()).filter(|(a, b)| a == b).count();
        same + 2 >= name.len().max(key.len()) || name.contains(key) || key.contains(name.as_str())
    });
    let all = known.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
    close.map_or_else(|| format!(". Known here: {all}."), |name| format!(". Did you mean {name}?"))
}

/// The settings given by environment variables, as dotted keys, and a line for each variable that names none.
pub fn from_environment(variables: &BTreeMap<String, String>) -> (Vec<(String, config::Value)>, Vec<String>) {
    let defaults = defaults();
    let (mut found, mut faults) = (Vec::new(), Vec::new());
    for (name, text) in variables {
        if name == "CASECONSULTANT_DATA_DIR" || name == "CASECONSULTANT_CONFIG" {
            continue;
        }
        let key = name.trim_start_matches(PREFIX).to_ascii_lowercase().replace("__", ".");
        match lookup(&defaults, &key) {
            Some(Value::Array(_)) => {
                let list: Vec<config::Value> =
                    text.split_whitespace().map(|word| config::Value::from(word.to_owned())).collect();
                found.push((key, config::Value::from(list)));
            }
            Some(Value::Table(_)) | None if !key.starts_with("plans.") => {
                faults.push(format!("environment: {name} names no setting"));
            }
            _ => found.push((key, config::Value::from(text.clone()))),
        }
    }
    (found, faults)
}

fn lookup<'a>(table: &'a Table, key: &str) -> Option<&'a Value> {
    let mut parts = key.split('.');
    let mut value = table.get(parts.next()?)?;
    for part in parts {
        value = value.as_table()?.get(part)?;
    }
    Some(value)
}

fn defaults() -> Table {
    super::DEFAULTS.parse().expect("the compiled-in defaults are tested to parse")
}
