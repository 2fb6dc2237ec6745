//! The smaller tables on the page, an entry each.

use super::sheet::Sheet;
use super::text::from;
use crate::checks::page::{Page, Schedule, Value};
use crate::domain::citation::Table;

/// All of them.
pub fn all(page: &Page, sheet: &mut Sheet) {
    if !page.schedules.is_empty() {
        sheet.gap();
    }
    for schedule in &page.schedules {
        let words = match schedule.table {
            Table::Hcc if schedule.values.len() > 1 => categories(schedule),
            Table::Rbcs => class(schedule),
            _ => schedule.values.iter().filter(|value| !is_elsewhere(value)).map(told).collect::<Vec<_>>().join("; "),
        };
        let text = format!("{words} {}", from(&schedule.title, schedule.in_force));
        sheet.hanging(label(schedule.table), &text, 3);
    }
}

fn label(table: Table) -> &'static str {
    match table {
        Table::Opps => "Outpatient",
        Table::Clfs => "Laboratory",
        Table::Dmepos => "Equipment",
        Table::Hcpcs => "HCPCS file",
        Table::Telehealth => "Telehealth",
        Table::Rbcs => "Service class",
        Table::Hcc => "Risk adjusted",
        Table::OppsCap => "Imaging cap",
        Table::Anesthesia => "Anesthesia",
        Table::Severity => "Severity",
        Table::Poa => "On admission",
        _ => "Also",
    }
}

/// The days of a code stand among its changes, and that nothing changed is no news.
fn is_elsewhere(value: &Value) -> bool {
    matches!(value.name, "added" | "effective" | "terminated") || (value.name == "action" && value.value == "N")
}

fn told(value: &Value) -> String {
    let (name, figure) = (value.name.replace('_', " "), value.value.as_str());
    let text = match value.name {
        "rate" | "national_copayment" | "minimum_copayment" if !figure.starts_with('$') => format!("{name} ${figure}"),
        "level" => return value.meaning.clone().unwrap_or_else(|| figure.to_owned()),
        "cap" | "factor" | "poa" | "hcc" | "rate" | "amount" => figure.to_owned(),
        "eligible" => format!("eligible: {figure}"),
        _ => format!("{name} {figure}"),
    };
    match &value.meaning {
        Some(meaning) => format!("{text}: {meaning}"),
        None => text,
    }
}

/// The first model with its label; of the others the numbers.
fn categories(schedule: &Schedule) -> String {
    let short = |value: &Value| value.value.replace("CMS-HCC ", "").replace("Model ", "");
    let mut values = schedule.values.iter();
    let first = values.next().map(|value| {
        let label = value.meaning.as_deref().map(|label| format!(", {label}")).unwrap_or_default();
        format!("{}{label}", short(value))
    });
    let others: Vec<String> = values.map(short).collect();
    format!("{}; {}", first.unwrap_or_default(), others.join(", "))
}

fn class(schedule: &Schedule) -> String {
    let parts = schedule.values.iter().filter(|value| value.name != "procedure" && !value.value.starts_with("No RBCS"));
    parts.map(|value| value.value.as_str()).collect::<Vec<_>>().join(" > ")
}
