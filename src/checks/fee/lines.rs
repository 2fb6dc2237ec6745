//! The lines of a claim as services to be paid, with what the schedule's indicators say of their modifiers.

use super::amount::{Amount, Priced, price};
use super::asks;
use super::locality::Place;
use super::money::{Cents, figure};
use super::reductions::{Multiple, Role, Service, Sides};
use super::schedule;
use crate::corpus::{Corpus, FeeRow};
use crate::domain::check::Scope;
use crate::domain::citation::Source;
use crate::domain::code::{Code, Modifier};
use crate::domain::inquiry::Mention;

/// Modifiers that leave the amount as it is: sides, separate services, informational ones.
const NEUTRAL: [&str; 27] = [
    "51", "59", "XE", "XS", "XP", "XU", "25", "24", "57", "58", "79", "26", "TC", "53", "LT", "RT", "PT", "33", "GC",
    "KX", "GA", "95", "F5", "FA", "TA", "T5", "76",
];

/// A line, ready to be paid.
pub struct Item {
    /// As the claim has it: `45380-59`.
    pub written: String,
    /// The code.
    pub code: Code,
    /// Its line of the schedule.
    pub row: FeeRow,
    /// The line of the base endoscopy, and its code.
    base: Option<(Code, FeeRow)>,
    /// Whose part.
    pub role: Role,
    /// Both sides.
    pub sides: Sides,
    /// What the schedule asks for before it pays the role.
    pub condition: Option<&'static str>,
}

/// Reads a line; `None` where a modifier or an indicator leaves the amount to the contractor.
pub fn item(corpus: &Corpus, mention: &Mention, participation: Option<&str>, scope: Scope) -> Option<Item> {
    let own = asks::own_line(mention, corpus);
    let modifier = own.as_ref().map_or("", Modifier::as_str);
    let row = line(corpus, &mention.code, modifier, participation, scope)?;
    if mention.units.is_some_and(|units| units != 1) {
        return None;
    }
    let (mut role, mut sides, mut condition) = (Role::Surgeon, Sides::One, None);
    for modifier in &mention.modifiers {
        match modifier.as_str() {
            "53" if own.is_none() => return None,
            known if NEUTRAL.contains(&known) => {}
            "50" => sides = both_sides(&row)?,
            other if role == Role::Surgeon => (role, condition) = part(&row, other)?,
            _ => return None,
        }
    }
    let base = match row.field("endo_base") {
        "" => None,
        base => {
            let base = Code::parse(base).ok()?;
            let row = line(corpus, &base, "", participation, scope)?;
            Some((base, row))
        }
    };
    let tail: String = mention.modifiers.iter().map(|modifier| format!("-{modifier}")).collect();
    let written = format!("{}{tail}", mention.code);
    Some(Item { written, code: mention.code.clone(), row, base, role, sides, condition })
}

/// The line of a code for a participation; everybody's where the question does not say.
fn line(corpus: &Corpus, code: &Code, modifier: &str, participation: Option<&str>, scope: Scope) -> Option<FeeRow> {
    let rows = schedule::in_force(corpus, code, modifier, scope.as_of)?.rows;
    match participation {
        Some(wanted) if rows.len() > 1 => rows.into_iter().find(|row| row.field("participation") == wanted),
        _ => rows.into_iter().next(),
    }
}

fn both_sides(row: &FeeRow) -> Option<Sides> {
    match row.field("bilat") {
        "1" => Some(Sides::Both),
        "3" => Some(Sides::Each),
        _ => None,
    }
}

/// The part of the service that a modifier names, with what must be shown for it.
fn part(row: &FeeRow, modifier: &str) -> Option<(Role, Option<&'static str>)> {
    const PROOF: &str = "when the record shows the need";
    let shares = |columns: &[&str]| {
        let sum: i64 = columns.iter().filter_map(|column| figure(row.field(column))).sum();
        (sum > 0).then_some((Role::Part(sum), None))
    };
    let assistant = |role: Role| match row.field("asst") {
        "2" => Some((role, None)),
        "0" => Some((role, Some(PROOF))),
        _ => None,
    };
    match modifier {
        "80" | "81" | "82" => assistant(Role::Assistant),
        "AS" => assistant(Role::PractitionerAssisting),
        "62" => match row.field("cosurg") {
            "2" => Some((Role::CoSurgeon, None)),
            "1" => Some((Role::CoSurgeon, Some(PROOF))),
            _ => None,
        },
        // The surgeon's part holds the care before the operation (section 40.4.B).
        "54" => shares(&["pre", "intra"]),
        "55" => shares(&["post"]),
        "56" => shares(&["pre"]),
        "78" if row.field("global") == "000" => Some((Role::Surgeon, None)),
        "78" => shares(&["intra"]),
        _ => None,
    }
}

/// A line in a place: what it is paid outside a facility and in one.
pub struct Local {
    /// Outside a facility.
    pub outside: Option<Service>,
    /// In a facility.
    pub inside: Option<Service>,
    /// Rows of indices and official amounts.
    pub sources: Vec<Source>,
}

impl Item {
    /// Prices the line and its base in a place; `None` for several services of a kind whose reduction is not by rank.
    pub fn local(&self, corpus: &Corpus, place: &Place, scope: Scope) -> Option<Local> {
        let day = schedule::in_force(corpus, &self.code, &self.row.modifier, scope.as_of)?.day;
        let own = price(corpus, &self.code, &self.row, place, day);
        let base = self.base.as_ref().map(|(code, row)| (code, price(corpus, code, row, place, day)));
        let service = |of: fn(&Priced) -> Option<Amount>| {
            let multiple = match (self.row.field("mult"), &base) {
                ("2", _) => Multiple::Ranked,
                ("3", Some((code, priced))) => {
                    Multiple::Endoscopy { base: code.to_string(), amount: of(priced).map_or(Cents(0), |one| one.cents) }
                }
                _ => Multiple::Unreduced,
            };
            let fee = of(&own)?.cents;
            Some(Service { code: self.code.to_string(), fee, multiple, sides: self.sides, role: self.role })
        };
        let (outside, inside) = (service(|one| one.outside), service(|one| one.inside));
        Some(Local { outside, inside, sources: own.sources })
    }

    /// True for a service whose further ones are reduced in a part only: imaging, therapy, heart and eye tests.
    pub fn is_reduced_in_part(&self) -> bool {
        ["1", "4", "5", "6", "7"].contains(&self.row.field("mult"))
    }

    /// The row of the base endoscopy, with its code.
    pub fn base(&self) -> Option<(&Code, &FeeRow)> {
        self.base.as_ref().map(|(code, row)| (code, row))
    }
}
