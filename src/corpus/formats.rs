//! The official formats: one small reader each, recognised by content.
//!
//! A reader turns the bytes of one file into rows of the fact tables, each with the release it comes from. It knows
//! neither the shelf nor other files; [`super::import`] merges what the readers found.

mod intake;
mod nearly;

pub mod coverage;
pub mod fees;
pub mod hcpcs;
pub mod icd;
pub mod manuals;
pub mod ncci;
pub mod reference;
pub mod vocabulary;

pub use intake::{
    File, Format, Intake, Origin, OriginId, Pair, PairTerms, Refusal, Rights, Sample, american_date, compact_date,
    fiscal_year, quarter,
};

pub use nearly::nearly;

/// Every format, in the order in which they are tried: the first that recognises a file reads it.
const GROUPS: [&[Format]; 8] = [
    icd::FORMATS,
    ncci::FORMATS,
    hcpcs::FORMATS,
    fees::FORMATS,
    coverage::FORMATS,
    reference::FORMATS,
    vocabulary::FORMATS,
    manuals::FORMATS,
];

/// The format of a file, by its content.
pub fn recognise(path: &str, bytes: &[u8]) -> Option<&'static Format> {
    let sample = Sample::of(path, bytes);
    GROUPS.iter().flat_map(|group| group.iter()).find(|format| (format.recognise)(&sample))
}
