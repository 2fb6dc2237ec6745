//! Amounts and their arithmetic in words, and as named figures.

use std::collections::BTreeMap;

use super::amount::{Amount, Basis, Priced, Values};
use super::schedule::Schedule;
use crate::checks::indicator;
use crate::corpus::FeeRow;
use crate::domain::table::Table;

/// More localities than this are told as a range.
const LISTED: usize = 5;

/// `$91.12 outside a facility, $66.54 in a facility`.
pub fn both(outside: Option<Amount>, inside: Option<Amount>) -> String {
    match (outside, inside) {
        (Some(outside), Some(inside)) => {
            format!("{} outside a facility, {} in a facility", outside.cents, inside.cents)
        }
        (Some(outside), None) => format!("{} outside a facility, none in one (NA)", outside.cents),
        (None, Some(inside)) => format!("{} in a facility, none outside one (NA)", inside.cents),
        (None, None) => "no amount".to_owned(),
    }
}

/// `national amount`, or the name of the place.
pub fn place(priced: &Priced) -> String {
    if priced.place.is_national() { "the national amount".to_owned() } else { priced.place.words() }
}

/// Who is paid by the conversion factor of a line, from 2026 on.
pub fn who(participation: &str) -> &'static str {
    match participation {
        "qpp" => "a qualifying APM participant",
        "nonqpp" => "everybody who is no qualifying APM participant",
        _ => "everybody",
    }
}

/// A figure in ten-thousandths without needless zeros, but with at least `least` decimals.
pub fn decimal(units: i64, least: usize) -> String {
    let text = format!("{}.{:04}", units / 10_000, units % 10_000);
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let kept = fraction.trim_end_matches('0').len().max(least).min(fraction.len());
    format!("{whole}.{}", &fraction[..kept])
}

/// `(work 1.30 x 1.000 + practice expense 1.35 x 1.027 + malpractice 0.10 x 2.500) x 32.3465`.
pub fn arithmetic(row: &FeeRow, priced: &Priced, inside: bool) -> Option<String> {
    let values = Values::of(row)?;
    let expense = if inside { values.inside } else { values.outside }?;
    let named = [("work", values.work), ("practice expense", expense), ("malpractice", values.malpractice)];
    let national = priced.place.is_national();
    let terms: Vec<String> = named
        .iter()
        .zip(priced.place.indices)
        .map(|((name, value), index)| {
            let times = if national { String::new() } else { format!(" x {}", decimal(index, 3)) };
            format!("{name} {}{times}", decimal(*value, 2))
        })
        .collect();
    Some(format!("({}) x {}", terms.join(" + "), row.field("conversion_factor")))
}

/// One sentence on the amounts of a line, and one on how they come about.
pub fn told(code: &str, row: &FeeRow, priced: &[&Priced], doc: &str) -> String {
    let [one] = priced else { return several(code, row, priced, doc) };
    let (outside, inside) = (one.outside, one.inside);
    let place = if one.place.is_national() {
        "national amount, without geographic adjustment".to_owned()
    } else {
        let (contractor, locality) = one.place.key.split_once('+').unwrap_or_default();
        format!("{}, contractor {contractor}, locality {locality}", one.place.words())
    };
    let mut said = format!("{code}: {} ({place}; {doc}).", both(outside, inside));
    let shown = if outside.is_some() { outside } else { inside };
    if let (Some(sum), Some(shown)) = (arithmetic(row, one, outside.is_none()), shown) {
        let where_ = if outside.is_some() { "Outside a facility" } else { "In a facility" };
        said.push_str(&format!(" {where_}: {sum} = {}", shown.formula));
        let expense = Values::of(row).and_then(|values| values.inside).filter(|_| outside.is_some());
        match expense.filter(|_| inside != outside) {
            Some(expense) => {
                said.push_str(&format!("; in a facility the practice expense is {}.", decimal(expense, 2)))
            }
            None => said.push('.'),
        }
    }
    if [outside, inside].into_iter().flatten().any(|one| one.basis == Basis::Capped) {
        said.push_str(" It is capped at the hospital outpatient amount.");
    }
    said
}

fn several(code: &str, row: &FeeRow, priced: &[&Priced], doc: &str) -> String {
    let list = if priced.len() <= LISTED {
        let each = priced.iter().map(|one| format!("{}: {}", one.place.words(), both(one.outside, one.inside)));
        each.collect::<Vec<_>>().join("; ")
    } else {
        range(priced)
    };
    let values = Values::of(row).map(|values| {
        let expense = match (values.outside, values.inside) {
            (Some(outside), Some(inside)) if outside != inside => {
                format!("{} ({} in a facility)", decimal(outside, 2), decimal(inside, 2))
            }
            (outside, inside) => decimal(outside.or(inside).unwrap_or(0), 2),
        };
        format!(
            " Each is (work {} + practice expense {expense} + malpractice {}, each times its local index) x {}.",
            decimal(values.work, 2),
            decimal(values.malpractice, 2),
            row.field("conversion_factor")
        )
    });
    format!("{code}, by locality: {list} ({doc}).{}", values.unwrap_or_default())
}

/// The places that are told: all, or of many the lowest and the highest in either setting.
pub fn cited(priced: &[Priced]) -> Vec<&Priced> {
    let mut participations: Vec<&str> = priced.iter().map(|one| one.participation.as_str()).collect();
    participations.dedup();
    let mut cited = Vec::new();
    for participation in participations {
        let here: Vec<&Priced> = priced.iter().filter(|one| one.participation == participation).collect();
        if here.len() <= LISTED {
            cited.extend(here);
            continue;
        }
        let ends = [|one: &Priced| one.outside, |one: &Priced| one.inside].map(|of| {
            let amount = move |one: &&&Priced| (of(one).map(|one| one.cents), one.place.words());
            let paid = || here.iter().filter(move |one| of(one).is_some());
            [paid().min_by_key(amount), paid().max_by_key(amount)]
        });
        cited.extend(ends.into_iter().flatten().flatten().copied());
    }
    cited
}

/// The lowest and the highest of many localities.
pub fn range(priced: &[&Priced]) -> String {
    let side = |of: fn(&Priced) -> Option<Amount>, words: &str| {
        let amounts = || priced.iter().filter_map(|one| Some((of(one)?.cents, one.place.words())));
        let (low, high) = (amounts().min()?, amounts().max()?);
        Some(format!("from {} ({}) to {} ({}) {words}", low.0, low.1, high.0, high.1))
    };
    let sides = [side(|one| one.outside, "outside a facility"), side(|one| one.inside, "in a facility")];
    let told: Vec<String> = sides.into_iter().flatten().collect();
    format!("{}, over {} localities", told.join(" and "), priced.len())
}

/// What the status of a line means, where it pays nothing by relative values.
pub fn unpaid(row: &FeeRow) -> String {
    let status = row.field("status");
    match indicator::meaning(Table::Fee, "status", status) {
        Some(_) if indicator::is_paid_by_values(status) && row.field("conversion_factor").is_empty() => {
            "the shelf has no conversion factor for it".to_owned()
        }
        Some(_) if indicator::is_paid_by_values(status) => {
            format!("status {status}, without relative values: the contractor sets the price")
        }
        Some(words) => format!("status {status}: {words}"),
        None => format!("status {status}"),
    }
}

/// Relative values, conversion factor and amounts by their names; those of a second line end with its participation,
/// those of a locality with its key.
pub fn figures(schedule: &Schedule<'_>, priced: &[Priced]) -> BTreeMap<String, String> {
    let mut values = BTreeMap::new();
    let many = schedule.rows.len() > 1;
    for row in &schedule.rows {
        let participation = row.field("participation");
        let end = if many { format!(" {participation}") } else { String::new() };
        for column in ["status", "conversion_factor", "work", "pe_nonfacility", "pe_facility", "malpractice"] {
            values.insert(format!("{column}{end}"), row.field(column).to_owned());
        }
        if let Some(all) = Values::of(row) {
            let totals = [("total_nonfacility", all.outside), ("total_facility", all.inside)];
            for (name, expense) in totals {
                let total = all.total(expense).map(|total| decimal(total, 2));
                values.extend(total.map(|total| (format!("{name}{end}"), total)));
            }
        }
        let here: Vec<&Priced> = priced.iter().filter(|one| one.participation == participation).collect();
        for one in &here {
            let place = if here.len() > 1 { format!(" {}", one.place.key) } else { String::new() };
            for (name, amount) in [("nonfacility", one.outside), ("facility", one.inside)] {
                values.extend(amount.map(|amount| (format!("{name}{end}{place}"), amount.cents.plain())));
            }
        }
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_keep_the_decimals_of_their_tables() {
        assert_eq!(
            (decimal(10_000, 3), decimal(10_270, 3), decimal(13_000, 2)),
            ("1.000".into(), "1.027".into(), "1.30".into())
        );
        assert_eq!((decimal(323_465, 2), decimal(5, 2)), ("32.3465".into(), "0.0005".into()));
    }
}
