//! The lines of a code in the release of the fee schedule that speaks for the date.

use super::spoken::{self, Spoken};
use crate::corpus::{Corpus, FeeRow};
use crate::domain::code::Code;
use crate::domain::time::AsOf;

/// The lines of a code and modifier: one, or two where the year has two conversion factors.
pub struct Schedule<'a> {
    /// The lines.
    pub rows: Vec<FeeRow>,
    /// Their release.
    pub spoken: Spoken<'a>,
    /// The day on which the tables that go with it are asked.
    pub day: AsOf,
}

/// The lines; `None` where no release on the shelf lists the code with that modifier.
pub fn of<'a>(corpus: &'a Corpus, code: &Code, modifier: &str, as_of: AsOf) -> Option<Schedule<'a>> {
    let mut rows = corpus.list_fees(code);
    rows.retain(|row| row.modifier == modifier);
    let spoken = spoken::speaking(corpus, "fee", rows.iter().map(|row| row.release.as_str()), as_of)?;
    rows.retain(|row| row.release == spoken.release.id);
    // Everybody's line first, that of the qualifying participants behind it.
    rows.sort_by_key(|row| row.field("participation") == "qpp");
    Some(Schedule { rows, day: spoken.day(as_of), spoken })
}

/// As [`of`], where the release speaks for the date.
pub fn in_force<'a>(corpus: &'a Corpus, code: &Code, modifier: &str, as_of: AsOf) -> Option<Schedule<'a>> {
    of(corpus, code, modifier, as_of).filter(|schedule| schedule.spoken.in_force)
}
