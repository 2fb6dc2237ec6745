//! UIDs as an IMAP sequence set (RFC 9051 section 9, `sequence-set`).

use std::fmt::Write as _;

/// Servers accept lines of 8,192 bytes at least (RFC 7162 section 4); this leaves room for the command.
const LONGEST: usize = 8_000;

/// The numbers as sequence sets with ranges (`1:3,7`), sorted and without duplicates, split so that no set is
/// longer than a server must accept.
pub fn sets(uids: &[u32]) -> Vec<String> {
    let mut sorted = uids.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    let mut sets = Vec::new();
    let mut set = String::new();
    for run in sorted.chunk_by(|a, b| a + 1 == *b) {
        let (first, last) = (run[0], run[run.len() - 1]);
        let mut part = first.to_string();
        if last > first {
            write!(part, ":{last}").expect("writing to a String cannot fail");
        }
        if !set.is_empty() && set.len() + 1 + part.len() > LONGEST {
            sets.push(std::mem::take(&mut set));
        }
        if !set.is_empty() {
            set.push(',');
        }
        set.push_str(&part);
    }
    if !set.is_empty() {
        sets.push(set);
    }
    sets
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parse(set: &str) -> Vec<u32> {
        set.split(',')
            .flat_map(|part| {
                let (first, last) = part.split_once(':').unwrap_or((part, part));
                first.parse::<u32>().unwrap()..=last.parse::<u32>().unwrap()
            })
            .collect()
    }

    #[test]
    fn neighbours_become_ranges_and_duplicates_vanish() {
        assert_eq!(sets(&[7, 1, 2, 3, 9, 2, 10]), ["1:3,7,9:10"]);
    }

    #[test]
    fn nothing_makes_no_set() {
        assert!(sets(&[]).is_empty());
    }

    #[test]
    fn the_highest_number_does_not_overflow() {
        assert_eq!(sets(&[u32::MAX, u32::MAX - 1]), ["4294967294:4294967295"]);
    }

    #[test]
    fn a_long_set_is_split_below_the_limit_and_loses_nothing() {
        let odd: Vec<u32> = (1..20_000).step_by(2).collect();
        let sets = sets(&odd);
        assert!(sets.len() > 1 && sets.iter().all(|set| set.len() <= LONGEST));
        assert_eq!(sets.iter().flat_map(|set| parse(set)).collect::<Vec<_>>(), odd);
    }

    proptest! {
        #[test]
        fn every_set_reads_back_as_the_sorted_numbers(mut uids in prop::collection::vec(1u32..500, 0..200)) {
            let read: Vec<u32> = sets(&uids).iter().flat_map(|set| parse(set)).collect();
            uids.sort_unstable();
            uids.dedup();
            prop_assert_eq!(read, uids);
        }
    }
}
