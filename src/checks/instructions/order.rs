//! The order of diagnoses that the notes give (ICD-10-CM Official Guidelines, section I.A.13): what is to be coded first
//! stands before, what is to be added stands behind.

use super::notes::{Held, Instruction, Kind};
use crate::domain::code::Code;

/// A diagnosis with what the tabular list holds of it.
pub struct Entry<'a> {
    /// The code.
    pub code: &'a Code,
    /// Its instructions.
    pub held: Held<'a>,
}

/// What the notes say of two diagnoses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pair {
    /// The first goes before the second, by these instructions.
    Before(Vec<Instruction>),
    /// The second goes before the first.
    After(Vec<Instruction>),
    /// A note joins them without an order.
    Free(Instruction),
    /// The notes contradict each other.
    Crossed,
    /// No note joins them.
    None,
}

/// Reads the notes of both.
pub fn pair(a: &Entry<'_>, b: &Entry<'_>) -> Pair {
    let naming = |one: &Entry<'_>, kind: Kind, other: &Code| -> Vec<Instruction> {
        one.held.of(kind).filter(|note| note.names(other)).cloned().collect()
    };
    let mut before = naming(b, Kind::CodeFirst, a.code);
    before.extend(naming(a, Kind::UseAdditional, b.code));
    let mut after = naming(a, Kind::CodeFirst, b.code);
    after.extend(naming(b, Kind::UseAdditional, a.code));
    match (before.is_empty(), after.is_empty()) {
        (false, true) => Pair::Before(before),
        (true, false) => Pair::After(after),
        (false, false) => Pair::Crossed,
        (true, true) => {
            let also = naming(a, Kind::CodeAlso, b.code).into_iter().chain(naming(b, Kind::CodeAlso, a.code)).next();
            also.map_or(Pair::None, Pair::Free)
        }
    }
}

/// The diagnoses in an order that keeps every instruction, and those that nothing has to precede; `None` where the
/// instructions cross.
pub fn sorted<'a>(entries: &[Entry<'a>]) -> Option<(Vec<&'a Code>, Vec<&'a Code>)> {
    let count = entries.len();
    let mut precedes = vec![vec![false; count]; count];
    for (n, a) in entries.iter().enumerate() {
        for (m, b) in entries.iter().enumerate().skip(n + 1) {
            match pair(a, b) {
                Pair::Before(_) => precedes[n][m] = true,
                Pair::After(_) => precedes[m][n] = true,
                Pair::Crossed => return None,
                Pair::Free(_) | Pair::None => {}
            }
        }
    }
    let order = arrange(&precedes)?;
    let free = (0..count).filter(|n| !(0..count).any(|m| precedes[m][*n]));
    Some((order.into_iter().map(|n| entries[n].code).collect(), free.map(|n| entries[n].code).collect()))
}

/// The numbers in an order in which each stands behind what precedes it, and else as before; `None` for a circle.
fn arrange(precedes: &[Vec<bool>]) -> Option<Vec<usize>> {
    let mut left: Vec<usize> = (0..precedes.len()).collect();
    let mut order = Vec::new();
    while !left.is_empty() {
        let at = left.iter().position(|n| !left.iter().any(|m| precedes[*m][*n]))?;
        order.push(left.remove(at));
    }
    Some(order)
}

#[cfg(test)]
mod tests {
    use super::arrange;

    #[test]
    fn an_order_keeps_what_precedes_and_a_circle_has_none() {
        let table = |pairs: &[(usize, usize)]| {
            let mut table = vec![vec![false; 3]; 3];
            pairs.iter().for_each(|(a, b)| table[*a][*b] = true);
            table
        };
        assert_eq!(arrange(&table(&[(2, 0)])), Some(vec![1, 2, 0]));
        assert_eq!(arrange(&table(&[(1, 0), (2, 1)])), Some(vec![2, 1, 0]));
        assert_eq!(arrange(&table(&[])), Some(vec![0, 1, 2]));
        assert_eq!(arrange(&table(&[(0, 1), (1, 2), (2, 0)])), None);
    }
}
