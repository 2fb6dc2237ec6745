//! What each indicator of the fee schedule means for its modifier: Claims Processing Manual, chapter 23, section 50.6,
//! with the percentages of chapter 12, sections 20.4.3, 40.6, 40.7, 40.8 and 110.2.

use std::collections::BTreeMap;

use super::rows::Speaking;
use crate::checks::indicator;
use crate::corpus::FeeRow;
use crate::domain::check::{Outcome, PaymentRule};
use crate::domain::table::Table;

/// An indicator, what follows from it, and in words.
type Entry = (&'static str, Outcome, &'static str);

const BILATERAL: &[Entry] = &[
    (
        "0",
        Outcome::NotAllowed,
        "50 is not used and the 150 percent adjustment does not apply, because of the anatomy or because another code names both sides",
    ),
    (
        "1",
        Outcome::Allowed,
        "both sides go on one line with 50 and 1 unit, paid at 150 percent of the fee schedule amount",
    ),
    ("2", Outcome::NotAllowed, "it is already valued for both sides, so 1 unit without 50 is paid once at 100 percent"),
    (
        "3",
        Outcome::Allowed,
        "both sides may be reported with 50, and each side is paid at 100 percent; the 150 percent rule does not apply",
    ),
    ("9", Outcome::NotApplicable, "the bilateral concept does not apply to it"),
];

const MULTIPLE: &[Entry] = &[
    ("0", Outcome::NotApplicable, "no multiple procedure reduction applies, and 51 has no place on it"),
    ("1", Outcome::Allowed, "it falls under the older reduction by rank, 100, 50, 25, 25 and 25 percent"),
    (
        "2",
        Outcome::Allowed,
        "it is ranked by fee with the other procedures of the day, 100 percent for the highest and 50 percent for the second to the fifth (51)",
    ),
    (
        "3",
        Outcome::Allowed,
        "within its endoscopy family the highest is paid in full and each further one by its difference to the base",
    ),
    (
        "4",
        Outcome::Allowed,
        "further diagnostic imaging studies lose 50 percent of the technical and 5 percent of the professional part, without 51",
    ),
    ("5", Outcome::Allowed, "further therapy units and services lose 50 percent of the practice expense, without 51"),
    ("6", Outcome::Allowed, "further cardiovascular tests lose 25 percent of the technical part, without 51"),
    ("7", Outcome::Allowed, "further eye tests lose 20 percent of the technical part, without 51"),
    ("9", Outcome::NotApplicable, "the multiple procedure concept does not apply to it"),
];

const CO_SURGEONS: &[Entry] = &[
    ("0", Outcome::NotAllowed, "co-surgeons (62) are not permitted"),
    (
        "1",
        Outcome::WithProof,
        "co-surgeons (62) are paid 62.5 percent each, but only where the documentation shows that two surgeons were necessary",
    ),
    (
        "2",
        Outcome::Allowed,
        "co-surgeons (62) of two specialties are permitted without further proof and paid 62.5 percent each",
    ),
    ("9", Outcome::NotApplicable, "the co-surgeon concept does not apply to it"),
];

const TEAM: &[Entry] = &[
    ("0", Outcome::NotAllowed, "a team (66) is not permitted"),
    (
        "1",
        Outcome::WithProof,
        "a team (66) is paid by report, but only where the documentation shows that it was necessary",
    ),
    ("2", Outcome::Allowed, "a team (66) is permitted and paid by report"),
    ("9", Outcome::NotApplicable, "the team concept does not apply to it"),
];

const ASSISTANT: &[Entry] = &[
    (
        "0",
        Outcome::WithProof,
        "an assistant is paid only where the documentation sent shows that one was medically necessary",
    ),
    ("1", Outcome::NotAllowed, "an assistant may not be paid, by statute"),
    (
        "2",
        Outcome::Allowed,
        "an assistant may be paid, a physician (80, 81, 82) at 16 percent of the surgical fee, a PA, NP or CNS (AS) at 85 percent of that, 13.6 percent",
    ),
    ("9", Outcome::NotApplicable, "the assistant concept does not apply to it"),
];

const COMPONENT: &[Entry] = &[
    ("0", Outcome::NotAllowed, "it is a physician's service that does not split, so 26 and TC cannot be used"),
    (
        "1",
        Outcome::Allowed,
        "the test splits, with 26 for the professional part, TC for the technical part, neither for both",
    ),
    ("2", Outcome::NotAllowed, "it is already the professional part only, so 26 and TC cannot be used"),
    ("3", Outcome::NotAllowed, "it is already the technical part only, so 26 and TC cannot be used"),
    (
        "4",
        Outcome::NotAllowed,
        "it is the whole test, whose parts have codes of their own, so 26 and TC cannot be used",
    ),
    ("5", Outcome::NotAllowed, "it is a service incident to a physician's, so 26 and TC cannot be used"),
    (
        "6",
        Outcome::Allowed,
        "it is a laboratory test whose interpretation a physician reports with 26; TC cannot be used",
    ),
    ("7", Outcome::NotAllowed, "it is a therapy service, for which the schedule prices no 26 and no TC"),
    (
        "8",
        Outcome::NotAllowed,
        "it is already a physician's interpretation, for which the schedule prices no 26 and no TC",
    ),
    ("9", Outcome::NotApplicable, "the professional and technical component concept does not apply to it"),
];

/// The column that holds the indicator.
pub fn column(rule: PaymentRule) -> &'static str {
    match rule {
        PaymentRule::Bilateral => "bilat",
        PaymentRule::Multiple => "mult",
        PaymentRule::CoSurgeons => "cosurg",
        PaymentRule::Team => "team",
        PaymentRule::Assistant => "asst",
        PaymentRule::Component => "pctc",
    }
}

/// The indicator's name.
pub fn name(rule: PaymentRule) -> &'static str {
    match rule {
        PaymentRule::Bilateral => "bilateral indicator",
        PaymentRule::Multiple => "multiple procedure indicator",
        PaymentRule::CoSurgeons => "co-surgeon indicator",
        PaymentRule::Team => "team surgery indicator",
        PaymentRule::Assistant => "assistant at surgery indicator",
        PaymentRule::Component => "PC/TC indicator",
    }
}

/// What an indicator means; `None` for a value that the manual does not describe.
pub fn meaning(rule: PaymentRule, indicator: &str) -> Option<(Outcome, &'static str)> {
    let list = match rule {
        PaymentRule::Bilateral => BILATERAL,
        PaymentRule::Multiple => MULTIPLE,
        PaymentRule::CoSurgeons => CO_SURGEONS,
        PaymentRule::Team => TEAM,
        PaymentRule::Assistant => ASSISTANT,
        PaymentRule::Component => COMPONENT,
    };
    list.iter().find(|(known, ..)| *known == indicator).map(|(_, outcome, words)| (*outcome, *words))
}

/// The row that holds the indicator: the one without a modifier, save for laboratory tests whose interpretation alone
/// is in the schedule, on the row of 26.
pub fn row(rule: PaymentRule, speaking: &Speaking) -> &FeeRow {
    let reading = || speaking.with("26").filter(|row| row.field("pctc") == "6");
    if rule == PaymentRule::Component { reading().unwrap_or(&speaking.whole) } else { &speaking.whole }
}

/// What the release says: the outcome and its words.
pub fn said(rule: PaymentRule, speaking: &Speaking) -> (Outcome, &'static str) {
    let indicator = row(rule, speaking).field(column(rule));
    let unpriced = rule == PaymentRule::Component && indicator == "1" && speaking.with("26").is_none();
    match meaning(rule, indicator) {
        Some(_) if unpriced => {
            (Outcome::NotChecked, "the test splits, but the schedule prices neither part; ask the contractor")
        }
        Some(said) => said,
        None => (Outcome::NotChecked, "the manual describes no such value"),
    }
}

/// The figures by name: the indicator, the status, the percentage, the base of an endoscopy family.
pub fn values(rule: PaymentRule, row: &FeeRow) -> BTreeMap<String, String> {
    let indicator = row.field(column(rule));
    let percent = match (rule, indicator) {
        (PaymentRule::Bilateral, "1") => "150",
        (PaymentRule::Bilateral, "2" | "3") => "100",
        (PaymentRule::Multiple, "2") => "50",
        (PaymentRule::CoSurgeons, "1" | "2") => "62.5",
        (PaymentRule::Assistant, "0" | "2") => "16",
        _ => "",
    };
    let base = if rule == PaymentRule::Multiple { row.field("endo_base") } else { "" };
    let all = [
        ("indicator", indicator),
        ("status", row.field("status")),
        ("global", row.field("global")),
        ("percent", percent),
        ("base", base),
    ];
    all.into_iter().filter(|(_, value)| !value.is_empty()).map(|(k, v)| (k.to_owned(), v.to_owned())).collect()
}

/// Why the schedule pays the code nothing at all, whatever its indicator says; `None` where it pays.
pub fn unpaid(row: &FeeRow) -> Option<String> {
    let status = row.field("status");
    if is_paid(status) {
        return None;
    }
    let words = indicator::meaning(Table::Fee, "status", status)?;
    Some(format!("Its status is {status}: {words}"))
}

/// True for codes that the schedule or the contractor prices.
pub fn is_paid(status: &str) -> bool {
    matches!(status, "A" | "R" | "T" | "C")
}
