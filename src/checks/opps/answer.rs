//! The answer to a question about a hospital's outpatient payment, a laboratory's or a supplier's.

use super::asks::{self, Kind};
use super::elsewhere::{Elsewhere, equipment, laboratory};
use super::{amount, meaning, row};
use crate::checks::{ask, fee, sentence};
use crate::corpus::{Corpus, Line};
use crate::domain::check::{Check, Outcome, Question};
use crate::domain::code::Code;
use crate::domain::draft::Verdict;
use crate::domain::inquiry::Inquiry;
use crate::domain::ruling::{Basis, Ruling};

/// The question that finds the amount of equipment.
const STATE: &str = "In which state does the patient live?";

/// The answer, where the tables speak for the date.
pub fn settle(corpus: &Corpus, inquiry: &Inquiry) -> Option<Ruling> {
    let kind = asks::of(inquiry)?;
    let codes: Vec<&Code> = asks::codes(inquiry).collect();
    match (kind, &codes[..]) {
        (Kind::Laboratory, [code]) => {
            let modifiers = inquiry.mentions.iter().find(|one| one.code == **code).map(|one| &one.modifiers[..])?;
            laboratory(corpus, code, modifiers, inquiry.scope.as_of).map(|found| amounts("laboratory amount", found))
        }
        (Kind::Equipment, [code]) => supplies(corpus, inquiry, code),
        (Kind::Laboratory | Kind::Equipment, _) => None,
        (_, [code]) => outpatient(corpus, inquiry, kind, code),
        (Kind::Apc | Kind::Status | Kind::Rate, several) if several.len() <= 3 => listed(corpus, inquiry, several),
        _ => None,
    }
}

fn answer(rule: &str, verdict: Option<Verdict>, label: Option<String>, say: String) -> Ruling {
    Ruling {
        basis: Basis::Computed { rule: rule.to_owned() },
        verdict,
        lines: Vec::new(),
        modifiers: Vec::new(),
        label,
        say,
        ask: None,
        sources: Vec::new(),
        confirmed: true,
        doubts: Vec::new(),
        fit: 9.0,
        whole: true,
    }
}

fn amounts(rule: &str, found: Elsewhere) -> Ruling {
    let label = found.amount.map(|amount| amount.to_string());
    Ruling { sources: found.sources, ..answer(rule, None, label, found.text) }
}

fn supplies(corpus: &Corpus, inquiry: &Inquiry, code: &Code) -> Option<Ruling> {
    let as_of = inquiry.scope.as_of;
    let modifiers = inquiry.mentions.iter().find(|one| one.code == *code).map(|one| &one.modifiers[..])?;
    let zip = fee::locality::zip(inquiry).and_then(|zip| fee::locality::zip_row(corpus, zip, as_of));
    let state = zip.map(|row| row.get("state").to_owned()).or_else(|| inquiry.stated.state.clone());
    if let Some(state) = state {
        return equipment(corpus, code, modifiers, &state, as_of).map(|found| amounts("equipment amount", found));
    }
    // Listed in any state, and in force: only the state is missing.
    let rows = corpus.list_rows(crate::domain::table::Table::Dmepos, code.as_str());
    let (rows, release) = fee::spoken::in_force(corpus, "dmepos", rows, as_of)?;
    let say = format!("{code} is on the DMEPOS fee schedule ({}), whose amounts go by state.", release.doc());
    let sources = rows.first().map(|row| fee::spoken::source(corpus, row)).into_iter().collect();
    Some(Ruling { ask: Some(STATE.to_owned()), sources, ..answer("equipment amount", None, None, say) })
}

fn listed(corpus: &Corpus, inquiry: &Inquiry, codes: &[&Code]) -> Option<Ruling> {
    let ask_one = |code: &&Code| ask(corpus, &Question::Opps { code: (*code).clone() }, inquiry.scope);
    let checks: Vec<Check> = codes.iter().map(ask_one).collect();
    if checks.iter().any(|check| check.outcome != Outcome::Known) {
        return None;
    }
    let say: Vec<String> = checks.iter().map(|check| sentence(&check.detail)).collect();
    let sources = checks.into_iter().flat_map(|check| check.sources).collect();
    Some(Ruling { sources, ..answer("outpatient payment", None, None, say.join(" ")) })
}

fn outpatient(corpus: &Corpus, inquiry: &Inquiry, kind: Kind, code: &Code) -> Option<Ruling> {
    let check = ask(corpus, &Question::Opps { code: code.clone() }, inquiry.scope);
    let (row, release) = row(corpus, code, inquiry.scope)?;
    let (status, doc) = (row.get("status"), release.doc());
    let (verdict, label, say) = match kind {
        Kind::Packaged => yes_no(packaged(status)?, &format!("{code} has {} in {doc}.", meaning(&row)), status),
        Kind::Separately => yes_no(separately(status)?, &format!("{code} has {} in {doc}.", meaning(&row)), status),
        Kind::InpatientOnly => {
            let only = if status == "C" { Verdict::Yes } else { Verdict::No };
            let rest = if status == "C" { "" } else { " Status C marks inpatient only services." };
            yes_no(only, &format!("{code} has {} in {doc}.{rest}", meaning(&row)), status)
        }
        Kind::Apc => apc(code, &row, &doc),
        Kind::Status => (None, Some(status.to_owned()), format!("{code} has {} in {doc}.", meaning(&row))),
        Kind::Rate => rate(code, &row, &doc),
        Kind::Laboratory | Kind::Equipment => return None,
    };
    Some(Ruling { sources: check.sources, ..answer("outpatient payment", verdict, label, say) })
}

fn yes_no(verdict: Verdict, say: &str, status: &str) -> (Option<Verdict>, Option<String>, String) {
    let opening = match verdict {
        Verdict::Yes => "Yes. ",
        Verdict::No => "No. ",
        Verdict::Depends => "It depends on the rest of the claim. ",
    };
    (Some(verdict), Some(status.to_owned()), format!("{opening}{say}"))
}

/// Whether a status is packaged into other services.
fn packaged(status: &str) -> Option<Verdict> {
    match status {
        "N" => Some(Verdict::Yes),
        "Q1" | "Q2" | "Q3" | "Q4" => Some(Verdict::Depends),
        "" | "D" => None,
        _ => Some(Verdict::No),
    }
}

/// Whether a status is paid on an outpatient claim by itself. What another schedule pays is no answer to that.
fn separately(status: &str) -> Option<Verdict> {
    match status {
        "G" | "H" | "H1" | "J1" | "K" | "K1" | "P" | "R" | "S" | "S1" | "T" | "U" | "V" => Some(Verdict::Yes),
        "J2" | "Q1" | "Q2" | "Q3" | "Q4" => Some(Verdict::Depends),
        "N" | "B" | "C" | "E1" | "E2" | "M" | "Y" => Some(Verdict::No),
        _ => None,
    }
}

fn apc(code: &Code, row: &Line<'_>, doc: &str) -> (Option<Verdict>, Option<String>, String) {
    let number = row.get("apc");
    let rate = amount(row, "rate").map(|rate| format!(", national rate {rate} before the wage index"));
    let rate = rate.unwrap_or_default();
    if number.is_empty() {
        let say = format!("The {doc} on this shelf names no APC for {code}: it has {}{rate}.", meaning(row));
        return (None, None, say);
    }
    let say = format!("APC {number} for {code}: {}{rate} ({doc}).", meaning(row));
    (None, Some(number.to_owned()), say)
}

fn rate(code: &Code, row: &Line<'_>, doc: &str) -> (Option<Verdict>, Option<String>, String) {
    match amount(row, "rate") {
        Some(rate) => {
            let copay = amount(row, "minimum_copayment").map(|copay| format!(", minimum copayment {copay}"));
            let say = format!(
                "The hospital is paid {rate} nationally, before the wage index, for {code}{} ({doc}): {}.",
                copay.unwrap_or_default(),
                meaning(row)
            );
            (None, Some(rate.to_string()), say)
        }
        None => (None, None, format!("{code} has no rate of its own in {doc}: {}.", meaning(row))),
    }
}
