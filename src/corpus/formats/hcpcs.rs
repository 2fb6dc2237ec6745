//! HCPCS Level II: the alpha-numeric file of CMS, extracts of it, its index, its table of drugs, and modifiers.

mod anweb_fixed;
mod anweb_table;
mod attributes;
mod codes;
mod descriptions;
mod drugs;
mod index;
mod listing;
mod modifiers;
mod record;
mod release;
mod titles;
mod unclassified;

use super::Format;
use super::ncci::grid;

/// The readers of the HCPCS files.
pub const FORMATS: &[Format] = &[
    anweb_fixed::FORMAT,
    anweb_table::FORMAT,
    attributes::FORMAT,
    descriptions::FORMAT,
    listing::FORMAT,
    unclassified::FORMAT,
    titles::FORMAT,
    index::FORMAT,
    drugs::FORMAT,
    modifiers::FORMAT,
];
