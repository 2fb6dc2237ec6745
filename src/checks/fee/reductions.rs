//! Reductions of a claim in their order, as pure functions: both sides, related endoscopies, rank among several
//! procedures, the role of who did it, and last who is paid. Claims Processing Manual, chapter 12, sections 20.4.1
//! (95 percent), 20.4.3 and 110.2 (assistants), 40.4 (split packages), 40.6 (several procedures), 40.7 (both sides), 40.8
//! (co-surgeons), 120 (nurse practitioners); chapter 1, section 30.3.12.3 (limiting charge). Every step is rounded to the
//! nearest cent, as the manual has it.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::money::{Cents, ONE};

/// More procedures than this are priced by report.
const PRICED: usize = 5;

/// What the indicator for several procedures says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Multiple {
    /// No reduction (0, 9).
    Unreduced,
    /// The usual reduction (2).
    Ranked,
    /// Endoscopy (3): the base of its family, and what the base is paid.
    Endoscopy {
        /// The code of the base.
        base: String,
        /// Its amount.
        amount: Cents,
    },
}

/// On how many sides, as the indicator pays it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sides {
    /// Once.
    One,
    /// Both, at 150 percent (1).
    Both,
    /// Each in full (3).
    Each,
}

/// Which part of the service is paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The whole.
    Surgeon,
    /// A physician who assists (80, 81, 82): 16 percent.
    Assistant,
    /// A physician assistant, nurse practitioner or clinical nurse specialist who assists (AS): 85 percent of 16.
    PractitionerAssisting,
    /// One of two surgeons (62): 62.5 percent.
    CoSurgeon,
    /// A part of the package (54, 55, 56, 78), in ten-thousandths.
    Part(i64),
}

/// Who is paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Payee {
    /// A participating physician.
    Participating,
    /// One who does not participate, on an assigned claim: 95 percent.
    Nonparticipating,
    /// The most that such a one may charge without assignment: 115 percent of that.
    LimitingCharge,
    /// A nurse practitioner, physician assistant or clinical nurse specialist: 85 percent.
    Practitioner,
}

/// A service of one claim: one line, one day, one session, one practitioner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    /// Its code.
    pub code: String,
    /// What the schedule allows for it alone.
    pub fee: Cents,
    /// Its indicator.
    pub multiple: Multiple,
    /// Its sides.
    pub sides: Sides,
    /// Whose part.
    pub role: Role,
}

/// What a service is paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Paid {
    /// With both sides.
    pub fee: Cents,
    /// What the base of its family takes away.
    pub base: Option<Cents>,
    /// Percent by rank: 100 or 50.
    pub rank: i64,
    /// In the end.
    pub amount: Cents,
}

/// Pays the services of one claim, in the order they came. `None` where more are ranked than are priced by rule.
pub fn pay(services: &[Service]) -> Option<Vec<Paid>> {
    let mut paid: Vec<Paid> = services.iter().map(|service| Paid { fee: sided(service), ..Paid::default() }).collect();
    for one in &mut paid {
        one.rank = 100;
        one.amount = one.fee;
    }
    let groups = groups(services);
    for (base, members) in &groups {
        let Some(amount) = *base else { continue };
        // The base itself, billed with one of its family, is wholly within it.
        for at in ordered(services, &paid, members).into_iter().skip(1) {
            paid[at].base = Some(amount);
            paid[at].amount = paid[at].fee.less(amount);
        }
    }
    let mut ranks: Vec<Rank<'_>> = groups
        .iter()
        .map(|(_, members)| {
            let mut named: Vec<(Cents, &str)> =
                members.iter().map(|at| (paid[*at].amount, services[*at].code.as_str())).collect();
            named.sort_unstable();
            (Reverse(Cents::sum(members.iter().map(|at| paid[*at].amount))), named, members)
        })
        .collect();
    if ranks.len() > PRICED {
        return None;
    }
    ranks.sort_unstable();
    for at in ranks.iter().skip(1).flat_map(|(_, _, members)| *members) {
        paid[*at].rank = 50;
        paid[*at].amount = paid[*at].amount.share(50, 100);
    }
    for (one, service) in paid.iter_mut().zip(services) {
        one.amount = in_role(one.amount, service.role);
    }
    Some(paid)
}

/// A group among others: its amount, what tells it from one of the same amount, and its members.
type Rank<'a> = (Reverse<Cents>, Vec<(Cents, &'a str)>, &'a Vec<usize>);

/// The services under the rule for several procedures: a family of endoscopies, with the amount of its base, counts as
/// one, and so does any other service.
fn groups(services: &[Service]) -> Vec<(Option<Cents>, Vec<usize>)> {
    let mut families: BTreeMap<&str, (Cents, Vec<usize>)> = BTreeMap::new();
    let mut alone = Vec::new();
    for (at, service) in services.iter().enumerate() {
        if let Multiple::Endoscopy { base, amount } = &service.multiple {
            families.entry(base).or_insert((*amount, Vec::new())).1.push(at);
        }
    }
    for (at, service) in services.iter().enumerate().filter(|(_, service)| service.multiple == Multiple::Ranked) {
        match families.get_mut(service.code.as_str()) {
            Some((_, members)) => members.push(at),
            None => alone.push((None, vec![at])),
        }
    }
    families.into_values().map(|(amount, members)| (Some(amount), members)).chain(alone).collect()
}

/// The members of a family, the highest first.
fn ordered(services: &[Service], paid: &[Paid], members: &[usize]) -> Vec<usize> {
    let mut members = members.to_vec();
    members.sort_by_key(|at| (Reverse(paid[*at].fee), services[*at].code.clone()));
    members
}

fn sided(service: &Service) -> Cents {
    match service.sides {
        Sides::One => service.fee,
        Sides::Both => service.fee.share(150, 100),
        Sides::Each => service.fee.share(2, 1),
    }
}

/// The part of an amount that belongs to a role.
pub fn in_role(amount: Cents, role: Role) -> Cents {
    match role {
        Role::Surgeon => amount,
        Role::Assistant => amount.share(16, 100),
        Role::PractitionerAssisting => amount.share(136, 1_000),
        Role::CoSurgeon => amount.share(625, 1_000),
        Role::Part(part) => amount.share(part, ONE),
    }
}

/// What is allowed for who is paid.
pub fn for_payee(amount: Cents, payee: Payee) -> Cents {
    match payee {
        Payee::Participating => amount,
        Payee::Nonparticipating => amount.share(95, 100),
        Payee::LimitingCharge => amount.share(95, 100).share(115, 100),
        Payee::Practitioner => amount.share(85, 100),
    }
}

#[cfg(test)]
mod tests;
