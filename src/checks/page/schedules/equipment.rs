//! Amounts of the equipment and supplies schedule: by modifier, as a range over the states.

use super::Schedule;
use crate::checks::page::spoken::speaking;
use crate::checks::page::values::Value;
use crate::corpus::{Corpus, Line};
use crate::domain::code::Code;
use crate::domain::table::Table;
use crate::domain::time::AsOf;

/// The amounts of a code.
pub(super) fn of(corpus: &Corpus, code: &Code, as_of: AsOf) -> Option<Schedule> {
    let spoken = speaking(corpus, corpus.list_rows(Table::Dmepos, code.as_str()), as_of)?;
    let mut values: Vec<Value> = spoken.rows.first().and_then(|row| Value::of(row, "category")).into_iter().collect();
    values.extend(spoken.rows.iter().filter_map(amounts));
    Schedule::new(&spoken, Table::Dmepos, "equipment", values)
}

fn amounts(row: &Line<'_>) -> Option<Value> {
    let mut range: Option<(f64, f64)> = None;
    let mut states = 0;
    for state in row.get("amounts").split(';') {
        // State, amount, and the amount in rural areas.
        let found = state.split(' ').skip(1).filter_map(|amount| amount.parse::<f64>().ok()).filter(|a| *a > 0.0);
        states += 1;
        for amount in found {
            let (low, high) = range.unwrap_or((amount, amount));
            range = Some((low.min(amount), high.max(amount)));
        }
    }
    let (low, high) = range?;
    let modifiers = [row.get("modifier"), row.get("modifier_two")].join(" ");
    let with = if modifiers.trim().is_empty() { String::new() } else { format!("{}: ", modifiers.trim()) };
    let amount = if low < high { format!("${low:.2} to ${high:.2}") } else { format!("${low:.2}") };
    let words = if states == 1 { " (one state)" } else { "" };
    Some(Value::plain("amount", format!("{with}{amount}{words}")))
}
