//! What stands beside a table's lines: where each begins, four bytes a row, and a hash table of the keys, eight bytes a
//! slot: the first row of a key and how many it has. All numbers are little-endian.
//!
//! A search by halves touches a dozen places far apart, each a cache miss; a hash table leads to the lines in two.

use memmap2::Mmap;

/// Collects the places of a table while its lines are written, in their order.
#[derive(Default)]
pub struct Beside {
    starts: Vec<u8>,
    /// The hash of each key, its first row and its rows.
    keys: Vec<(u64, u32, u32)>,
    last: Vec<u8>,
    rows: u32,
}

/// The places of a table, mapped.
pub(super) struct Places {
    beside: Mmap,
    rows: usize,
    slots: usize,
}

impl Beside {
    /// Takes the next line: its key, and where it begins.
    pub fn take(&mut self, key: &[u8], start: u32) {
        self.starts.extend_from_slice(&start.to_le_bytes());
        match self.keys.last_mut() {
            Some((_, _, rows)) if self.last == key => *rows += 1,
            _ => self.keys.push((hash(key), self.rows, 1)),
        }
        self.last.clear();
        self.last.extend_from_slice(key);
        self.rows += 1;
    }

    /// How many keys the lines have.
    pub fn keys(&self) -> usize {
        self.keys.len()
    }

    /// The file.
    pub fn finish(self) -> Vec<u8> {
        let slots = slots(self.keys.len());
        let mut table = vec![(0, 0); slots];
        for (hash, first, rows) in self.keys {
            let mut slot = place(hash, slots);
            while table[slot].1 > 0 {
                slot = (slot + 1) % slots;
            }
            table[slot] = (first, rows);
        }
        let mut file = self.starts;
        for (first, rows) in table {
            file.extend(first.to_le_bytes());
            file.extend(rows.to_le_bytes());
        }
        file
    }
}

impl Places {
    /// The size of the file.
    pub fn bytes(rows: usize, keys: usize) -> usize {
        rows * 4 + slots(keys) * 8
    }

    /// A mapped file of [`Places::bytes`].
    pub fn new(beside: Mmap, rows: usize, keys: usize) -> Self {
        Self { beside, rows, slots: slots(keys) }
    }

    /// The rows of the table.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Where a row begins; `None` behind the last.
    pub fn start(&self, row: usize) -> Option<usize> {
        if row >= self.rows {
            return None;
        }
        Some(self.number(row * 4)? as usize)
    }

    /// The rows of a key. `is_of` tells whether a row has it: keys may share a slot.
    pub fn rows_of(&self, key: &[u8], is_of: impl Fn(usize) -> bool) -> std::ops::Range<usize> {
        if self.slots == 0 {
            return 0..0;
        }
        let first = place(hash(key), self.slots);
        let walk = (0..self.slots).map(|step| (first + step) % self.slots);
        let entries = walk.map_while(|slot| {
            let at = self.rows * 4 + slot * 8;
            let (first, rows) = (self.number(at)? as usize, self.number(at + 4)? as usize);
            (rows > 0).then_some((first, rows))
        });
        entries.into_iter().find(|(first, _)| is_of(*first)).map_or(0..0, |(first, rows)| first..first + rows)
    }

    fn number(&self, at: usize) -> Option<u32> {
        Some(u32::from_le_bytes(self.beside.get(at..at + 4)?.try_into().ok()?))
    }
}

/// Slots for so many keys: a power of two, at most three quarters full.
fn slots(keys: usize) -> usize {
    if keys == 0 { 0 } else { (keys + keys.div_ceil(3)).next_power_of_two() }
}

fn place(hash: u64, slots: usize) -> usize {
    // The high half has seen every byte of the key.
    usize::try_from(hash >> 32).unwrap_or(0) % slots
}

/// FNV-1a, 64 bits: written to files, so it must never change, and keys are a dozen bytes.
fn hash(key: &[u8]) -> u64 {
    key.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_the_published_one() {
        // Test vectors of the FNV draft (draft-eastlake-fnv, appendix C).
        assert_eq!(hash(b""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(hash(b"a"), 0xaf63_dc4c_8601_ec8c);
        assert_eq!(hash(b"foobar"), 0x8594_4171_f739_67e8);
    }

    #[test]
    fn no_key_needs_no_slot_and_slots_are_never_full() {
        assert_eq!(slots(0), 0);
        assert!((1..2_000).all(|keys| slots(keys) > keys && slots(keys).is_power_of_two()));
    }
}
