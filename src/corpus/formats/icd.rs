//! ICD-10-CM and ICD-10-PCS: order files and their addenda, the tabular list, the indexes, the conversion table, the
//! list of diagnoses exempt from the present-on-admission indicator, and the last mappings from and to ICD-9-CM.
//!
//! CDC/NCHS and CMS publish a new edition for each federal fiscal year, and often an update of it on April 1. What a
//! file's name and its archive say about the edition is read in `edition`; how codes are written, in `writing`.

mod addenda;
mod codes;
mod conversion;
mod edition;
mod gem;
mod index;
mod order;
mod poa;
mod sheet;
mod tabular;
mod writing;
mod xml;

use super::Format;

/// The formats of this group.
pub const FORMATS: &[Format] = &[
    order::FORMAT,
    codes::FORMAT,
    addenda::FORMAT,
    tabular::FORMAT,
    index::FORMAT,
    conversion::FORMAT,
    poa::FORMAT,
    gem::FORMAT,
];

/// The rights of every title here: NCHS and CMS publish them as works of the US government.
const PUBLIC: &str = "public";
