//! Amounts of the clinical laboratory fee schedule, which is national, and of the schedule for equipment, prosthetics,
//! orthotics and supplies, which goes by state (Claims Processing Manual, chapter 23, sections 40 and 60).

use std::collections::BTreeMap;

use crate::checks::fee::money::Cents;
use crate::checks::fee::spoken;
use crate::corpus::{Corpus, Line, Release};
use crate::domain::citation::Source;
use crate::domain::code::{Code, Modifier};
use crate::domain::table::Table;
use crate::domain::time::AsOf;

/// At most this many lines of equipment are told.
const SHOWN: usize = 4;

/// What another schedule pays.
pub struct Elsewhere {
    /// In a sentence.
    pub text: String,
    /// The amounts by name.
    pub values: BTreeMap<String, String>,
    /// The only amount, where there is one.
    pub amount: Option<Cents>,
    /// The release.
    pub release: Release,
    /// The rows.
    pub sources: Vec<Source>,
}

/// The schedule that pays the code, where the physician fee schedule does not.
pub fn elsewhere(
    corpus: &Corpus,
    code: &Code,
    modifiers: &[Modifier],
    state: Option<&str>,
    as_of: AsOf,
) -> Option<Elsewhere> {
    laboratory(corpus, code, modifiers, as_of).or_else(|| equipment(corpus, code, modifiers, state?, as_of))
}

/// The laboratory's amounts in force.
pub fn laboratory(corpus: &Corpus, code: &Code, modifiers: &[Modifier], as_of: AsOf) -> Option<Elsewhere> {
    let rows = corpus.list_rows(Table::Clfs, code.as_str());
    let (rows, release) = spoken::in_force(corpus, "clfs", rows, as_of)?;
    // A row begins on its own day within the quarter.
    let begun = |row: &Line<'_>| match as_of {
        AsOf::Date(day) => *row.get("effective") <= *day.to_string(),
        AsOf::Shelf => true,
    };
    let named = |row: &Line<'_>| modifiers.iter().any(|one| one.as_str() == row.get("modifier"));
    let mut rows: Vec<Line<'_>> = rows.into_iter().filter(begun).collect();
    if rows.iter().any(named) {
        rows.retain(named);
    }
    let (mut told, mut values, mut sources, mut amounts) = (Vec::new(), BTreeMap::new(), Vec::new(), Vec::new());
    for row in &rows {
        let Some(rate) = Cents::parse(row.get("rate")).filter(|rate| rate.0 > 0) else { continue };
        let modifier = row.get("modifier");
        let tail = if modifier.is_empty() { String::new() } else { format!("-{modifier}") };
        let local = if row.get("indicator") == "L" { ", set by the contractor" } else { "" };
        told.push(format!("{rate} for {code}{tail}{local}"));
        values.insert(format!("laboratory{tail}"), rate.plain());
        sources.push(spoken::source(corpus, row));
        amounts.push(rate);
    }
    amounts.dedup();
    let text = format!("The clinical laboratory fee schedule pays {} ({}).", told.join(", "), release.doc());
    let amount = if let [only] = amounts[..] { Some(only) } else { None };
    (!told.is_empty()).then(|| Elsewhere { text, values, amount, release: release.clone(), sources })
}

/// The state's amounts in force.
pub fn equipment(corpus: &Corpus, code: &Code, modifiers: &[Modifier], state: &str, as_of: AsOf) -> Option<Elsewhere> {
    let mut rows = corpus.list_rows(Table::Dmepos, code.as_str());
    rows.retain(|row| of_state(row, state).is_some());
    let (mut rows, release) = spoken::in_force(corpus, "dmepos", rows, as_of)?;
    let named = |row: &Line<'_>| {
        let held = |column: &str| {
            let own = row.get(column);
            own.is_empty() || modifiers.iter().any(|one| one.as_str() == own)
        };
        !modifiers.is_empty() && held("modifier") && held("modifier_two")
    };
    if rows.iter().any(named) {
        rows.retain(named);
    } else {
        // A second modifier marks a special case, such as a competitive bidding area.
        let plain = |row: &Line<'_>| row.get("modifier_two").is_empty();
        if rows.iter().any(plain) {
            rows.retain(plain);
        }
    }
    if rows.is_empty() || rows.len() > SHOWN {
        return None;
    }
    let (mut told, mut values, mut sources, mut amounts) = (Vec::new(), BTreeMap::new(), Vec::new(), Vec::new());
    for row in &rows {
        let (nonrural, rural) = of_state(row, state)?;
        let tail: String = ["modifier", "modifier_two"]
            .into_iter()
            .map(|column| row.get(column))
            .filter(|modifier| !modifier.is_empty())
            .map(|modifier| format!("-{modifier}"))
            .collect();
        told.push(match (nonrural, rural) {
            (Some(one), Some(other)) if one != other => format!("{code}{tail} {one}, in rural areas {other}"),
            (one, other) => format!("{code}{tail} {}", one.or(other)?),
        });
        for (name, amount) in [("nonrural", nonrural), ("rural", rural)] {
            values.extend(amount.map(|amount| (format!("equipment {state}{tail} {name}"), amount.plain())));
            amounts.extend(amount);
        }
        sources.push(spoken::source(corpus, row));
    }
    amounts.dedup();
    let text = format!("The DMEPOS fee schedule sets in {state}: {} ({}).", told.join("; "), release.doc());
    let amount = if let [only] = amounts[..] { Some(only) } else { None };
    Some(Elsewhere { text, values, amount, release: release.clone(), sources })
}

/// The amounts of a state outside and in rural areas, of `AL 0.62 0.00;TX 0.54 -`; a zero is the file's mark for none.
fn of_state(row: &Line<'_>, state: &str) -> Option<(Option<Cents>, Option<Cents>)> {
    let entry = row.get("amounts").split(';').find_map(|entry| entry.strip_prefix(state)?.strip_prefix(' '))?;
    let mut amounts = entry.split(' ').map(|amount| Cents::parse(amount).filter(|amount| amount.0 > 0));
    let both = (amounts.next().flatten(), amounts.next().flatten());
    (both.0.is_some() || both.1.is_some()).then_some(both)
}
