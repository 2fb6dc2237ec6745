//! Where a code stands in its set: what is above, below and beside it.

use serde::Serialize;

use super::names::{Named, named};
use super::section;
use super::values::Value;
use crate::corpus::{Corpus, codes_above};
use crate::domain::code::{Code, CodeSet};
use crate::domain::time::AsOf;

/// Codes above, below and beside that are named; the counts tell of the others.
const SHOWN: usize = 12;
/// Neighbours of a procedure code on either side.
const NEIGHBOURS: usize = 2;

/// The place of a code.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Place {
    /// The chapter of a diagnosis.
    pub chapter: Option<Named>,
    /// The block of a diagnosis.
    pub block: Option<Named>,
    /// The section of a procedure code.
    pub section: Option<String>,
    /// The characters of an inpatient procedure.
    pub axes: Vec<Value>,
    /// The headings above, the category first.
    pub above: Vec<Named>,
    /// Codes one character longer.
    pub below: Vec<Named>,
    /// How many there are.
    pub below_count: usize,
    /// Codes beside it.
    pub beside: Vec<Named>,
    /// How many there are; for procedure codes those that are named.
    pub beside_count: usize,
    /// The side that a diagnosis names.
    pub side: Option<String>,
}

/// The place of a code on the date.
pub(super) fn of(corpus: &Corpus, code: &Code, as_of: AsOf) -> Place {
    match code.set() {
        CodeSet::Icd10cm => diagnosis(corpus, code, as_of),
        CodeSet::Icd10pcs => inpatient(corpus, code, as_of),
        CodeSet::Cpt | CodeSet::Hcpcs => {
            let (before, after) = corpus.list_neighbours(code, NEIGHBOURS, as_of);
            let beside: Vec<Named> = before.iter().chain(&after).map(|code| named(corpus, code, as_of)).collect();
            let section = section::of(code).map(str::to_owned);
            Place { section, beside_count: beside.len(), beside, ..Place::default() }
        }
    }
}

fn diagnosis(corpus: &Corpus, code: &Code, as_of: AsOf) -> Place {
    let mut place = Place { side: corpus.find_side(code), ..Place::default() };
    if let Some(row) = corpus.find_block(code) {
        let of = |range: &str, title: &str| Named { code: row.get(range).to_owned(), title: row.get(title).to_owned() };
        place.chapter = Some(of("chapter_range", "chapter_title"));
        place.block = Some(of("block", "block_title"));
    }
    let above: Vec<Code> =
        codes_above(code).into_iter().skip(1).filter_map(|text| Code::parse_icd10cm(text).ok()).collect();
    // A length that no heading has, such as the X of S02.5XXA, names nothing.
    let headings = above.iter().rev().filter(|code| !corpus.list_periods(code).is_empty());
    place.above = headings.map(|code| named(corpus, code, as_of)).collect();
    let below = corpus.list_children(code.as_str(), as_of);
    place.below_count = below.len();
    place.below = below.iter().take(SHOWN).map(|code| named(corpus, code, as_of)).collect();
    let beside: Vec<Code> = match above.first() {
        Some(parent) => corpus.list_children(parent.as_str(), as_of).into_iter().filter(|c| c != code).collect(),
        None => Vec::new(),
    };
    beside_it(corpus, &mut place, &beside, code, as_of);
    place
}

fn inpatient(corpus: &Corpus, code: &Code, as_of: AsOf) -> Place {
    let axis = |(name, character, meaning): (&'static str, String, &str)| {
        let meaning = Some(meaning.to_owned()).filter(|meaning| !meaning.is_empty());
        Value { name, value: character, meaning }
    };
    let mut place = Place { axes: section::axes(code).into_iter().map(axis).collect(), ..Place::default() };
    // The same operation on the same body part.
    let prefix = code.as_str().get(..4).unwrap_or(code.as_str());
    let beside: Vec<Code> =
        corpus.list_beginning(prefix, CodeSet::Icd10pcs, as_of).into_iter().filter(|c| c != code).collect();
    beside_it(corpus, &mut place, &beside, code, as_of);
    place
}

/// Names those next to the code.
fn beside_it(corpus: &Corpus, place: &mut Place, beside: &[Code], code: &Code, as_of: AsOf) {
    place.beside_count = beside.len();
    let at = beside.partition_point(|other| other < code);
    let first = at.saturating_sub(SHOWN / 2).min(beside.len().saturating_sub(SHOWN));
    place.beside = beside.iter().skip(first).take(SHOWN).map(|code| named(corpus, code, as_of)).collect();
}
