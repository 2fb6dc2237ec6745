//! `corpus diff`, `conflicts`, `verify` and `rollback`: what changed, what disagrees, whether it is whole, and back.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::super::{Failure, print, print_json};
use crate::config::Config;
use crate::corpus::{Change, ConflictRow, Corpus, current_edition, diff, list_editions, switch};
use crate::domain::table::Table;

/// Shows what changed between two editions or two releases.
pub fn changes(old: &str, new: &str, table: Option<&str>, as_json: bool, config: &Config) -> Result<(), Failure> {
    if let Some(table) = table.filter(|table| Table::parse(table).is_none()) {
        let known = Table::all().map(Table::key).collect::<Vec<_>>().join(", ");
        return Err(Failure::Usage(format!("--table {table}: tables are {known}")));
    }
    let editions = list_editions(&config.data_dir.join("editions"));
    let is_edition = |id: &str| editions.iter().any(|edition| edition == id);
    let mut found: Vec<Change> = Vec::new();
    let mut counts: BTreeMap<(&str, &str), u64> = BTreeMap::new();
    let mut take = |change: Change| {
        if table.is_some_and(|table| table != change.table.key()) {
            return;
        }
        *counts.entry((change.table.key(), change.kind.key())).or_default() += 1;
        found.push(change);
    };
    match (is_edition(old), is_edition(new)) {
        (true, true) => {
            let open = |id: &str| Corpus::open_kept(&config.data_dir, id);
            diff(&open(old)?, &open(new)?, None, &mut take)?;
        }
        (false, false) => {
            let corpus = Corpus::open(&config.data_dir)?;
            diff(&corpus, &corpus, Some((old, new)), &mut take)?;
        }
        _ => {
            let reason = format!("{old} and {new} must be two editions ({}) or two releases", editions.join(", "));
            return Err(Failure::Usage(reason));
        }
    }
    let counts: Vec<Value> = counts
        .into_iter()
        .map(|((table, kind), count)| json!({"table": table, "kind": kind, "count": count}))
        .collect();
    if as_json {
        return print_json(&json!({
            "old": old, "new": new, "counts": counts, "changes": found.iter().map(change_json).collect::<Vec<_>>(),
        }));
    }
    let mut lines: Vec<String> = counts
        .iter()
        .map(|c| {
            format!("{:>9} {:<8} {}", c["count"], c["kind"].as_str().unwrap_or(""), c["table"].as_str().unwrap_or(""))
        })
        .collect();
    if lines.is_empty() {
        lines.push("nothing changed".to_owned());
    }
    lines.extend(found.iter().take(SHOWN).map(|change| {
        let values = [change.old.join(" | "), change.new.join(" | ")];
        let values: Vec<String> = values.iter().map(|value| shorten(&value.replace('\t', " "))).collect();
        format!("{:<8} {}/{}: {}", change.kind.key(), change.table.key(), change.key, values.join(" -> "))
    }));
    if found.len() > SHOWN {
        lines.push(format!("… {} more; `--json` lists all, `--table` one table", found.len() - SHOWN));
    }
    print(&lines.join("\n"))
}

/// Changes listed for a reader.
const SHOWN: usize = 40;

fn shorten(text: &str) -> String {
    if text.chars().count() > 70 {
        format!("{}…", text.chars().take(69).collect::<String>())
    } else {
        text.to_owned()
    }
}

fn change_json(change: &Change) -> Value {
    json!({
        "table": change.table.key(), "key": change.key, "kind": change.kind.key(), "old": change.old,
        "new": change.new,
    })
}

/// Lists where two sources disagree.
pub fn conflicts(about: Option<&str>, kind: Option<&str>, as_json: bool, config: &Config) -> Result<(), Failure> {
    if let Some(kind) = kind.filter(|kind| !KINDS.contains(kind)) {
        return Err(Failure::Usage(format!("--kind {kind}: kinds are {}", KINDS.join(", "))));
    }
    let about = about.map(str::to_uppercase);
    let about = about.as_deref();
    let corpus = Corpus::open(&config.data_dir)?;
    let wanted = |row: &ConflictRow| {
        about.is_none_or(|about| row.key == about || row.key.split('+').any(|part| part == about))
            && kind.is_none_or(|kind| row.kind == kind)
    };
    let rows: Vec<ConflictRow> = corpus.all_conflicts().filter(wanted).collect();
    let mut counts: BTreeMap<(&str, &str, &str), u64> = BTreeMap::new();
    for row in &rows {
        *counts.entry((&row.kind, &row.release, &row.other)).or_default() += 1;
    }
    if as_json {
        return print_json(&json!({
            "edition": corpus.edition(),
            "counts": counts.iter().map(|((kind, a, b), count)| json!({"kind": kind, "release": a, "other": b, "count": count})).collect::<Vec<_>>(),
            "conflicts": rows.iter().map(conflict_json).collect::<Vec<_>>(),
        }));
    }
    if rows.is_empty() {
        return print("no two sources on this shelf disagree about it");
    }
    let mut lines: Vec<String> = counts
        .iter()
        .map(|((kind, a, b), count)| format!("{count:>7} {kind:<12} {a} against {b}: {}", meaning(kind)))
        .collect();
    lines.push(String::new());
    lines.extend(rows.iter().take(SHOWN).map(|row| {
        let days = match (row.period.from, row.period.to) {
            (Some(from), Some(to)) => format!("{from} to {to}"),
            (Some(from), None) => format!("from {from}"),
            (None, _) => String::new(),
        };
        format!(
            "{:<12} {:<14} {days:<24} {}: {}; {}: {}",
            row.kind, row.key, row.release, row.says, row.other, row.other_says
        )
    }));
    if rows.len() > SHOWN {
        lines.push(format!("… {} more; name a code, or use `--kind` or `--json`", rows.len() - SHOWN));
    }
    print(&lines.join("\n"))
}

/// The kinds of conflicts.
const KINDS: [&str; 6] = ["validity", "ended_since", "billable", "units", "pair", "forms"];

fn meaning(kind: &str) -> &'static str {
    match kind {
        "validity" => "both speak for these days and cannot both be right; the code is not checked then",
        "billable" => "a code here, a heading there; the code is not checked then",
        "ended_since" => "the other knows an end that this one did not know yet",
        "units" => "two limits for the same days",
        "pair" => "two ends of the same edit",
        _ => "two forms of one table differ; the row of the larger file is in the edition",
    }
}

fn conflict_json(row: &ConflictRow) -> Value {
    let day = |date: Option<jiff::civil::Date>| date.map(|date| date.to_string());
    json!({
        "key": row.key, "kind": row.kind, "from": day(row.period.from), "to": day(row.period.to),
        "release": row.release, "says": row.says, "other": row.other, "other_says": row.other_says,
    })
}

/// Compares every file of the edition, and every imported file that is kept, with its digest.
pub fn verify(config: &Config) -> Result<(), Failure> {
    let corpus = Corpus::open(&config.data_dir)?;
    corpus.verify()?;
    let sources = corpus.verify_sources(&config.data_dir)?;
    let rows: u64 = corpus.manifest().tables.iter().map(|table| table.rows).sum();
    print(&format!(
        "edition {}: {rows} rows, every digest matches; {sources} imported files kept and whole",
        corpus.edition()
    ))
}

/// Makes the edition before the current one, or the one named, current again.
pub fn rollback(to: Option<&str>, config: &Config) -> Result<(), Failure> {
    let root = config.data_dir.join("editions");
    let current = current_edition(&root)?.unwrap_or_default();
    let kept = list_editions(&root);
    let others: Vec<&String> = kept.iter().filter(|id| **id != current).collect();
    let target = match to {
        Some(id) => kept.iter().find(|kept| *kept == id),
        None => others.first().copied(),
    };
    let Some(target) = target else {
        let held = others.iter().map(|id| id.as_str()).collect::<Vec<_>>().join(", ");
        let reason = match (to, others.is_empty()) {
            (_, true) => "no other edition is kept".to_owned(),
            (Some(id), false) => format!("no edition {id} is kept; kept are {held}"),
            (None, false) => format!("kept are {held}"),
        };
        return Err(Failure::Work(reason));
    };
    if *target == current {
        return print(&format!("edition {target} is current already"));
    }
    switch(&root, target)?;
    print(&format!("edition {target} is current; {current} is kept"))
}
