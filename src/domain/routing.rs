//! Which case a person takes next: the most urgent, or one of what they know best where nobody waits longer for it.

use std::time::Duration;

use super::time::Timestamp;

/// A case that nobody holds, as it is looked at here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Open {
    /// When it is due.
    pub due: Timestamp,
    /// It is of one of the person's specialties.
    pub known: bool,
}

/// The place of the case to take, of cases in the order of their hours; none where there is none.
///
/// The first of the person's specialties is taken before more urgent ones only if they all can still be done in time after
/// it, one after the other, by this person alone, with `each` for every case. A case that is late already is taken first:
/// nothing goes before it.
pub fn choose(cases: &[Open], now: Timestamp, each: Duration) -> Option<usize> {
    let at = cases.iter().position(|case| case.known).unwrap_or(0);
    let mut done = now.plus(each);
    for case in cases.get(..at)? {
        done = done.plus(each);
        if case.due < done {
            return Some(0);
        }
    }
    (!cases.is_empty()).then_some(at)
}

/// True where two specialties are the same word, however they are written.
pub fn is_same(one: &str, other: &str) -> bool {
    one.trim().to_lowercase() == other.trim().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const EACH: Duration = Duration::from_secs(15 * 60);

    fn chosen(cases: &[(i64, bool)]) -> Option<usize> {
        let open = |(minutes, known): &(i64, bool)| Open { due: Timestamp(minutes * 60_000_000), known: *known };
        choose(&cases.iter().map(open).collect::<Vec<_>>(), Timestamp(0), EACH)
    }

    #[test]
    fn what_one_knows_best_goes_first_where_the_more_urgent_can_wait() {
        assert_eq!(chosen(&[(30, false), (600, true)]), Some(1));
        assert_eq!(chosen(&[(30, false), (45, false), (600, true)]), Some(2));
    }

    #[test]
    fn it_makes_no_other_case_late() {
        assert_eq!(chosen(&[(29, false), (600, true)]), Some(0));
        assert_eq!(chosen(&[(30, false), (44, false), (600, true)]), Some(0), "the second would wait for two others");
        assert_eq!(chosen(&[(-5, false), (600, true)]), Some(0));
    }

    #[test]
    fn the_most_urgent_is_taken_where_nothing_is_known_better() {
        assert_eq!(chosen(&[(30, false), (600, false)]), Some(0));
        assert_eq!(chosen(&[(-5, true), (600, true)]), Some(0));
        assert_eq!(chosen(&[]), None);
    }

    proptest! {
        #[test]
        fn whoever_is_passed_over_can_still_be_served_in_time(
            mut due in proptest::collection::vec(-60i64..600, 1..12), known in proptest::collection::vec(any::<bool>(), 12),
        ) {
            due.sort_unstable();
            let cases: Vec<_> = due.iter().copied().zip(known).collect();
            let at = chosen(&cases).unwrap();
            for (n, (minutes, _)) in cases[..at].iter().enumerate() {
                prop_assert!(*minutes >= 15 * (i64::try_from(n).unwrap() + 2));
            }
        }
    }
}
