//! The answer to a question for an amount or for relative values: one code here, several lines of a claim in `claim`.

use super::amount::{Amount, Basis, Priced, Values, price};
use super::asks::{self, Asked, Kind};
use super::locality::{self, Place};
use super::money::Cents;
use super::reductions::{Payee, for_payee};
use super::{claim, schedule, spoken, words};
use crate::checks::{indicator, opps, sentence};
use crate::corpus::{Corpus, FeeRow};
use crate::domain::check::{Check, Outcome};
use crate::domain::citation::Source;
use crate::domain::code::Modifier;
use crate::domain::inquiry::{Inquiry, Mention};
use crate::domain::ruling::{Basis as Ground, Ruling};

/// Relative values of more codes than these are a table, not an answer.
const SHOWN: usize = 3;
/// Lines of a claim that are priced.
const LINES: usize = 6;

/// The answer, where this is what is asked and the schedule speaks for the date.
pub fn settle(corpus: &Corpus, inquiry: &Inquiry) -> Option<Ruling> {
    let asked = asks::of(inquiry)?;
    let mentions: Vec<&Mention> = asks::procedures(inquiry).collect();
    if asks::is_of_other_schedule(&inquiry.text)
        || mentions.len() > LINES
        || mentions.iter().any(|mention| asks::is_anesthesia(&mention.code))
    {
        return None;
    }
    let locality = locality::meant(corpus, inquiry).ok()?;
    let checks: Vec<Check> = mentions
        .iter()
        .map(|mention| {
            let own = asks::own_line(mention, corpus);
            super::check(corpus, &mention.code, own.as_ref(), locality.as_deref(), inquiry.scope)
        })
        .collect();
    if checks.iter().any(|check| check.outcome != Outcome::Known) {
        return None;
    }
    let mut ruling = match (asked.kind, &mentions[..]) {
        (Kind::Values, _) => values(corpus, inquiry, &mentions)?,
        (Kind::Amount, [only]) if is_plain(only) => {
            single(corpus, inquiry, &asked, only, locality.as_deref(), &checks[0])?
        }
        (Kind::Amount, _) => claim::settle(corpus, inquiry, &asked, &mentions, locality.as_deref())?,
    };
    for source in checks.into_iter().flat_map(|check| check.sources) {
        if !ruling.sources.contains(&source) {
            ruling.sources.push(source);
        }
    }
    ruling.sources.extend(rule(corpus, "fee-formula"));
    let zip = locality::zip(inquiry).and_then(|zip| locality::zip_row(corpus, zip, inquiry.scope.as_of));
    ruling.sources.extend(zip.map(|row| spoken::source(corpus, &row)));
    Some(ruling)
}

/// A card and the passage that it rests on, as sources.
pub fn rule(corpus: &Corpus, id: &str) -> Vec<Source> {
    let Some(card) = corpus.find_card(id) else { return Vec::new() };
    corpus.authority(&card).into_iter().chain([card.source()]).collect()
}

/// An answer without verdict and lines: nothing is said of what to bill.
pub fn told(rule: &str, label: Option<String>, say: String, ask: Option<&str>) -> Ruling {
    Ruling {
        basis: Ground::Computed { rule: rule.to_owned() },
        verdict: None,
        lines: Vec::new(),
        modifiers: Vec::new(),
        label,
        say,
        ask: ask.map(str::to_owned),
        sources: Vec::new(),
        confirmed: true,
        doubts: Vec::new(),
        fit: 9.0,
        whole: true,
    }
}

/// The question that finds the one locality of a state.
pub const WHERE: &str = "Which county or ZIP code is it in?";

/// True for a line without a modifier that changes its amount.
fn is_plain(mention: &Mention) -> bool {
    let changes = ["50", "51", "52", "54", "55", "56", "62", "66", "78", "80", "81", "82", "AS", "22", "CQ", "CO"];
    let single = mention.units.is_none_or(|units| units == 1);
    single && !mention.modifiers.iter().any(|modifier| changes.contains(&modifier.as_str()))
}

fn single(
    corpus: &Corpus,
    inquiry: &Inquiry,
    asked: &Asked,
    mention: &Mention,
    locality: Option<&str>,
    check: &Check,
) -> Option<Ruling> {
    let own = asks::own_line(mention, corpus);
    if mention.modifiers.iter().any(|modifier| ["26", "TC", "53"].contains(&modifier.as_str())) && own.is_none() {
        return None;
    }
    let modifier = own.as_ref().map_or("", Modifier::as_str);
    let Some(schedule) = schedule::in_force(corpus, &mention.code, modifier, inquiry.scope.as_of) else {
        return Some(unpriced(corpus, inquiry, mention, locality, check));
    };
    let places = locality::places(corpus, locality, schedule.day);
    let tail = if modifier.is_empty() { String::new() } else { format!("-{modifier}") };
    let written = format!("{}{tail}", mention.code);
    let doc = schedule.spoken.release.doc();
    let (mut parts, mut label, mut ask) = (Vec::new(), None, None);
    for row in schedule.rows.iter().filter(|row| is_wanted(row, asked, schedule.rows.len())) {
        let priced: Vec<Priced> =
            places.iter().map(|place| price(corpus, &mention.code, row, place, schedule.day)).collect();
        if priced.iter().all(|one| one.outside.is_none() && one.inside.is_none()) {
            return Some(unpriced(corpus, inquiry, mention, locality, check));
        }
        let who = match row.field("participation") {
            "" => String::new(),
            participation => format!(" for {}", words::who(participation)),
        };
        match &priced[..] {
            [one] => {
                parts.push(one_place(&format!("{written}{who}"), row, one, asked, &doc));
                let told = picked(one, asked).map(|one| for_payee(one.cents, asked.payee));
                label = label.or(told.map(|told| told.to_string()));
            }
            many => {
                parts.push(many_places(&format!("{written}{who}"), many, asked, &doc));
                ask = is_range(many.len(), asked).then_some(WHERE);
            }
        }
    }
    if ask.is_none() && asked.payee != Payee::LimitingCharge {
        parts.push("Medicare pays 80 percent of the allowed amount after the deductible.".to_owned());
    }
    Some(told("fee schedule amount", label, parts.join(" "), ask))
}

/// A code without an amount on this schedule: what another one pays, or why there is none.
fn unpriced(corpus: &Corpus, inquiry: &Inquiry, mention: &Mention, locality: Option<&str>, check: &Check) -> Ruling {
    let state = locality::state_of(corpus, locality);
    let other = opps::elsewhere(corpus, &mention.code, &mention.modifiers, state.as_deref(), inquiry.scope.as_of);
    match other {
        Some(other) => {
            let say = format!("{} is outside the physician fee schedule. {}", mention.code, other.text);
            let label = other.amount.map(|amount| amount.to_string());
            Ruling { sources: other.sources, ..told("fee schedule amount", label, say, None) }
        }
        None => told("fee schedule amount", None, sentence(&check.detail), None),
    }
}

fn is_wanted(row: &FeeRow, asked: &Asked, rows: usize) -> bool {
    rows == 1 || asked.participation.is_none_or(|wanted| row.field("participation") == wanted)
}

/// The amount of the setting that is asked about, or the only one there is.
fn picked(one: &Priced, asked: &Asked) -> Option<Amount> {
    match (asked.inside, one.outside, one.inside) {
        (Some(true), _, inside) => inside,
        (Some(false), outside, _) => outside,
        (None, Some(outside), Some(inside)) => (outside.cents == inside.cents).then_some(outside),
        (None, outside, inside) => outside.or(inside),
    }
}

fn one_place(written: &str, row: &FeeRow, one: &Priced, asked: &Asked, doc: &str) -> String {
    let place = if one.place.is_national() {
        "nationally, without geographic adjustment".to_owned()
    } else {
        format!("in {} (locality {})", one.place.words(), one.place.key.split('+').nth(1).unwrap_or_default())
    };
    let allowed = match asked.inside {
        Some(true) if one.inside.is_none() => return no_amount(written, "in a facility", one.outside, doc),
        Some(false) if one.outside.is_none() => return no_amount(written, "outside a facility", one.inside, doc),
        Some(true) => setting(one.inside, "in a facility"),
        Some(false) => setting(one.outside, "outside a facility"),
        None => words::both(one.outside, one.inside),
    };
    let shown = asked.inside.unwrap_or(one.outside.is_none());
    let amount = if shown { one.inside } else { one.outside };
    let capped = amount.is_some_and(|amount| amount.basis == Basis::Capped);
    let sum = brief(row, one, shown).map(|sum| {
        let cap =
            amount.filter(|_| capped).map(|amount| format!(" = {}, capped at the outpatient amount", amount.formula));
        format!(": {sum}{}", cap.unwrap_or_default())
    });
    let said = format!("For {written} {place} Medicare allows {allowed} ({doc}){}.", sum.unwrap_or_default());
    format!("{said}{}", payee(one, asked))
}

fn setting(amount: Option<Amount>, words: &str) -> String {
    amount.map_or_else(|| "no amount".to_owned(), |amount| format!("{} {words}", amount.cents))
}

fn no_amount(written: &str, setting: &str, other: Option<Amount>, doc: &str) -> String {
    let other = other.map(|other| format!("; the other setting has {}", other.cents)).unwrap_or_default();
    format!("{doc} gives no amount for {written} {setting} (marked NA: rarely or never done there){other}.")
}

/// `(1.30 x 1.000 + 1.35 x 1.027 + 0.10 x 2.500) x 32.3465`.
fn brief(row: &FeeRow, one: &Priced, inside: bool) -> Option<String> {
    let long = words::arithmetic(row, one, inside)?;
    Some(["work ", "practice expense ", "malpractice "].iter().fold(long, |text, name| text.replace(name, "")))
}

/// What is left for a payee who is not paid the whole.
fn payee(one: &Priced, asked: &Asked) -> String {
    let amounts: Vec<Cents> = match asked.inside {
        Some(true) => one.inside.into_iter().collect::<Vec<_>>(),
        Some(false) => one.outside.into_iter().collect(),
        None => one.outside.into_iter().chain(one.inside).collect(),
    }
    .into_iter()
    .map(|amount| for_payee(amount.cents, asked.payee))
    .collect();
    let list: Vec<String> = amounts.iter().map(Cents::to_string).collect();
    let list = list.join(" and ");
    match asked.payee {
        Payee::Participating => String::new(),
        Payee::Practitioner => format!(" A nurse practitioner or physician assistant gets 85 percent of it: {list}."),
        Payee::Nonparticipating => format!(" A nonparticipating physician gets 95 percent of it: {list}."),
        Payee::LimitingCharge => format!(" The limiting charge is 115 percent of 95 percent of it: {list}."),
    }
}

/// True for more places than a headline can list.
fn is_range(places: usize, asked: &Asked) -> bool {
    places > if asked.inside.is_some() { 5 } else { 3 }
}

fn many_places(written: &str, many: &[Priced], asked: &Asked, doc: &str) -> String {
    let kept: Vec<Priced> = many
        .iter()
        .map(|one| {
            let mut one = one.clone();
            match asked.inside {
                Some(true) => one.outside = None,
                Some(false) => one.inside = None,
                None => {}
            }
            let paid = |amount: Amount| Amount { cents: for_payee(amount.cents, asked.payee), ..amount };
            Priced { outside: one.outside.map(paid), inside: one.inside.map(paid), ..one }
        })
        .collect();
    let all: Vec<&Priced> = kept.iter().collect();
    let what = match asked.payee {
        Payee::Participating => "Medicare allows",
        Payee::Practitioner => "A nurse practitioner or physician assistant gets, at 85 percent,",
        Payee::Nonparticipating => "A nonparticipating physician gets, at 95 percent,",
        Payee::LimitingCharge => "The limiting charge, 115 percent of 95 percent, is",
    };
    if is_range(many.len(), asked) {
        return format!("{what} for {written} {} ({doc}).", words::range(&all));
    }
    let each = all.iter().map(|one| match asked.inside {
        Some(true) => format!("{} {}", one.place.name, setting(one.inside, "in a facility")),
        Some(false) => format!("{} {}", one.place.name, setting(one.outside, "outside a facility")),
        None => format!("{} {}", one.place.name, words::both(one.outside, one.inside)),
    });
    let state = all.first().map(|one| one.place.state.clone()).unwrap_or_default();
    format!("{what} for {written} in {state} ({doc}): {}.", each.collect::<Vec<_>>().join("; "))
}

/// Relative values of the codes.
fn values(corpus: &Corpus, inquiry: &Inquiry, mentions: &[&Mention]) -> Option<Ruling> {
    if mentions.len() > SHOWN {
        return None;
    }
    let (mut parts, mut label) = (Vec::new(), None);
    for mention in mentions {
        let own = asks::own_line(mention, corpus);
        let modifier = own.as_ref().map_or("", Modifier::as_str);
        let schedule = schedule::in_force(corpus, &mention.code, modifier, inquiry.scope.as_of)?;
        let row = schedule.rows.first()?;
        let tail = if modifier.is_empty() { String::new() } else { format!("-{modifier}") };
        let written = format!("{}{tail}", mention.code);
        let doc = schedule.spoken.release.doc();
        let all = Values::of(row)?;
        let total = all.total(all.outside).or_else(|| all.total(all.inside));
        parts.push(format!("{}{}.", valued(&written, row, all, &doc), paid_note(row)));
        label = label.or(total.map(|total| words::decimal(total, 2)));
    }
    let label = label.filter(|_| mentions.len() == 1);
    Some(told("relative values", label, parts.join(" "), None))
}

fn valued(written: &str, row: &FeeRow, all: Values, doc: &str) -> String {
    let number = |units: i64| words::decimal(units, 2);
    let sum = |expense: Option<i64>| all.total(expense).map(number).unwrap_or_default();
    let (expense, total) = match (all.outside, all.inside) {
        (Some(outside), Some(inside)) if outside == inside => (number(outside), sum(all.outside)),
        (Some(outside), Some(inside)) => (
            format!("{} outside a facility and {} in one", number(outside), number(inside)),
            format!("{} outside a facility and {} in one", sum(all.outside), sum(all.inside)),
        ),
        (Some(outside), None) => (
            format!("{} (none in a facility, NA)", number(outside)),
            format!("{} outside a facility", sum(all.outside)),
        ),
        (None, Some(inside)) => {
            (format!("{} (none outside a facility, NA)", number(inside)), format!("{} in a facility", sum(all.inside)))
        }
        (None, None) => return format!("{written} has no practice expense in {doc}"),
    };
    let work = row.field("work");
    format!(
        "{written}: work {work}, practice expense {expense}, malpractice {}; total {total} ({doc})",
        number(all.malpractice)
    )
}

/// Where values are listed and pay nothing.
fn paid_note(row: &FeeRow) -> String {
    if indicator::is_paid_by_values(row.field("status")) { String::new() } else { format!("; {}", words::unpaid(row)) }
}

/// The places of a question, for the lines of a claim.
pub fn places(corpus: &Corpus, inquiry: &Inquiry, mention: &Mention, locality: Option<&str>) -> Option<Vec<Place>> {
    let own = asks::own_line(mention, corpus);
    let modifier = own.as_ref().map_or("", Modifier::as_str);
    let day = schedule::in_force(corpus, &mention.code, modifier, inquiry.scope.as_of)?.day;
    Some(locality::places(corpus, locality, day)).filter(|places| !places.is_empty())
}

#[cfg(test)]
mod tests;
