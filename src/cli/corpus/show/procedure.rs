//! The part of the page that procedure codes have: fees, indicators, units, add-ons and pairs.

use super::sheet::Sheet;
use super::text::{FEWER, from};
use crate::checks::page::{Counts, Edits, Fee, Page, Units, Value};
use crate::checks::sentence;
use crate::domain::check::{Check, Outcome, Program};

/// Everything of it.
pub fn all(page: &Page, sheet: &mut Sheet) {
    fees(page, sheet);
    units(page, sheet);
    add_ons(page, sheet);
    pairs(page, sheet);
}

fn fees(page: &Page, sheet: &mut Sheet) {
    sheet.gap();
    let Some(fees) = &page.fees else {
        if page.status.outcome != Outcome::Deleted {
            sheet.entry("Fee schedule", &sentence(&page.global.detail));
        }
        return;
    };
    let Some(whole) = fees.lines.first() else { return };
    sheet.entry("Fee schedule", &format!("{}{}", if fees.in_force { "" } else { "Last known: " }, fees.title));
    for value in whole.indicators.iter().filter(|value| value.name == "status") {
        indicator(value, sheet);
    }
    for fee in &fees.lines {
        amounts(fee, sheet);
    }
    sheet.entry("  Global", whole.global.meaning.as_deref().unwrap_or(&whole.global.value));
    if !whole.shares.is_empty() {
        let shares: Vec<String> = whole.shares.iter().map(share).collect();
        sheet.entry("", &format!("{} of the package", shares.join(", ")));
    }
    // An indicator that says it does not apply is a line less to read.
    let applies = |value: &&Value| value.name != "status" && value.meaning.as_deref() != Some("does not apply");
    whole.indicators.iter().filter(applies).for_each(|value| indicator(value, sheet));
}

/// What a row pays, and its relative values; nothing where it has none.
fn amounts(fee: &Fee, sheet: &mut Sheet) {
    let given = [fee.work, fee.pe_nonfacility, fee.pe_facility, fee.malpractice];
    if given.iter().flatten().all(|value| *value == 0.0) {
        return;
    }
    if let Some(why) = &fee.no_amount {
        sheet.hanging(&format!("  Amount{}", modifier(fee)), &format!("none: {why}"), 3);
    } else {
        sheet.entry(&format!("  Amount{}", modifier(fee)), &amount(fee));
    }
    if fee.participation != "qpp" {
        sheet.entry(&format!("  RVU{}", modifier(fee)), &values(fee));
    }
}

fn share(share: &Value) -> String {
    let percent = share.value.parse::<f64>().unwrap_or_default() * 100.0;
    let name = match share.name {
        "pre" => "before",
        "intra" => "surgery",
        _ => "after",
    };
    format!("{name} {percent:.0}%")
}

fn modifier(fee: &Fee) -> String {
    let words = match fee.participation.as_str() {
        "qpp" => "QPP",
        _ => "",
    };
    format!(" {} {words}", fee.modifier).trim_end().to_owned()
}

fn amount(fee: &Fee) -> String {
    let dollars = |amount: Option<f64>| amount.map_or_else(|| "NA".to_owned(), |amount| format!("${amount:.2}"));
    let factor = fee.conversion_factor.map(|factor| format!(", {factor:.4} a unit")).unwrap_or_default();
    let who = match fee.participation.as_str() {
        "qpp" => ", qualifying APM participants",
        "nonqpp" => ", everybody else",
        _ => "",
    };
    let (outside, inside) = (dollars(fee.nonfacility), dollars(fee.facility));
    format!("office {outside}, facility {inside} (national{factor}{who})")
}

fn values(fee: &Fee) -> String {
    let number = |value: Option<f64>| value.map_or_else(|| "NA".to_owned(), |value| format!("{value:.2}"));
    format!(
        "work {}, practice expense {} office / {} facility, malpractice {}",
        number(fee.work),
        number(fee.pe_nonfacility),
        number(fee.pe_facility),
        number(fee.malpractice)
    )
}

fn indicator(value: &Value, sheet: &mut Sheet) {
    let meaning = value.meaning.as_deref().map(|words| format!(": {words}")).unwrap_or_default();
    sheet.hanging(&format!("  {}", name(value.name)), &format!("{}{meaning}", value.value), 3);
}

/// What people call the column.
fn name(column: &str) -> &str {
    match column {
        "status" => "Status",
        "pctc" => "PC/TC",
        "mult" => "Multiple",
        "bilat" => "Bilateral",
        "asst" => "Assistant",
        "cosurg" => "Co-surgeons",
        "team" => "Team",
        "endo_base" => "Endo base",
        "supervision" => "Supervision",
        "imaging_family" => "Imaging",
        other => other,
    }
}

fn units(page: &Page, sheet: &mut Sheet) {
    sheet.gap();
    let mut told: Vec<&str> = Vec::new();
    for units in &page.units {
        if told.contains(&units.setting) {
            continue;
        }
        // Settings that say the same are told together.
        let same = |other: &&Units| other.mai == units.mai && other.quarter == units.quarter;
        let alike: Vec<&Units> = page.units.iter().filter(same).collect();
        sheet.hanging(if told.is_empty() { "Units (MUE)" } else { "" }, &limits(&alike), 3);
        told.extend(alike.iter().map(|units| units.setting));
    }
    if page.units.is_empty()
        && page.status.outcome != Outcome::Deleted
        && let Some((_, check)) = page.limits.first()
    {
        sheet.entry("Units (MUE)", &known(check));
    }
}

fn limits(alike: &[&Units]) -> String {
    let Some(first) = alike.first() else { return String::new() };
    let numbers: Vec<String> =
        alike.iter().map(|units| format!("{} {}", setting(units.setting), units.units)).collect();
    let what = if first.mai == "1" { "on a claim line" } else { "on a day" };
    let mai = if first.mai.is_empty() { String::new() } else { format!(", MAI {}: {}", first.mai, first.meaning) };
    format!("{} {what}{mai} {}", numbers.join(", "), from(&first.quarter, first.in_force))
}

fn setting(key: &str) -> &str {
    match key {
        "dme" => "equipment supplier",
        "practitioner+medicaid" => "Medicaid practitioner",
        "hospital+medicaid" => "Medicaid hospital",
        "dme+medicaid" => "Medicaid equipment supplier",
        other => other,
    }
}

/// What a check says; where it was not checked, what was last known.
fn known(check: &Check) -> String {
    match &check.last_known {
        Some(last) => format!("{} {}", sentence(&last.value).trim_end_matches('.'), from(&last.title, false)),
        None => sentence(&check.detail),
    }
}

fn add_ons(page: &Page, sheet: &mut Sheet) {
    if page.status.outcome != Outcome::Deleted || page.add_on.outcome == Outcome::AddOn {
        sheet.entry("Add-on", &known(&page.add_on));
    }
    let shown = page.add_ons.iter().filter(|add_on| add_on.to.is_empty());
    for (n, add_on) in shown.clone().take(FEWER).enumerate() {
        let text = format!("{:<8} {}", add_on.named.code, add_on.named.title);
        sheet.short(if n == 0 { "Add-ons to it" } else { "" }, text.trim_end());
    }
    let count = shown.count();
    if count > FEWER {
        sheet.entry("", &format!("and {} more", count - FEWER));
    }
}

fn pairs(page: &Page, sheet: &mut Sheet) {
    for (n, edits) in page.edits.iter().enumerate() {
        if n == 0 {
            sheet.gap();
        }
        let label = if n == 0 { "Pairs (NCCI)" } else { "" };
        sheet.hanging(label, &counted(edits), 3);
    }
    let near = page.edits.iter().flat_map(|edits| &edits.near).take(FEWER);
    for near in near {
        let (this, other) = (page.code.as_str(), near.other.code.as_str());
        let (one, two) = if near.column_one { (this, other) } else { (other, this) };
        let may = if near.indicator == 0 { "never" } else { "modifier" };
        sheet.short("", &format!("{one}/{two}  {may:<8}  {}", near.other.title));
    }
    if !page.edits.is_empty() {
        sheet.entry("", &format!("all, with dates and reasons: corpus show {} --pairs", page.code));
    }
}

fn counted(edits: &Edits) -> String {
    let program = if edits.program == Program::Medicaid { "Medicaid " } else { "" };
    let of = |counts: &Counts| {
        let all = counts.never + counts.modifier_allowed;
        match all {
            0 => "none".to_owned(),
            _ => format!("{all} ({} never, {} with modifier)", counts.never, counts.modifier_allowed),
        }
    };
    let (one, two) = (&edits.column_one, &edits.column_two);
    let from = from(&edits.quarter, edits.in_force);
    if [one, two].iter().all(|counts| counts.never + counts.modifier_allowed == 0) {
        return format!(
            "{program}{}: none in force, {} deleted {from}",
            edits.setting.key(),
            one.deleted + two.deleted
        );
    }
    format!("{program}{}: column 1 to {}, column 2 to {} {from}", edits.setting.key(), of(one), of(two))
}
