//! Reference tables: condition categories, service classes, places of service, denial codes, licensed CPT titles.
//!
//! The files here are small tables with a header line. Columns are found by their names, so a table may have more of
//! them, and in another order.

mod companions;
mod cpt_titles;
mod denial;
mod hcc_eligible;
mod hcc_hierarchies;
mod hcc_labels;
mod hcc_mapping;
mod hcc_model;
mod place_of_service;
mod rbcs;
mod sheet;

use super::Format;

/// The formats of this group.
pub const FORMATS: &[Format] = &[
    hcc_mapping::FORMAT,
    hcc_labels::FORMAT,
    hcc_hierarchies::FORMAT,
    hcc_eligible::FORMAT,
    rbcs::FORMAT,
    place_of_service::FORMAT,
    denial::FORMAT,
    cpt_titles::FORMAT,
    companions::HCC_COEFFICIENTS,
    companions::HCC_EDITS,
    companions::HCC_CHRONIC,
    companions::ETHNICITY,
    companions::TAXONOMY,
    companions::REVENUE,
    companions::DISCHARGE,
    companions::STATUS_INDICATORS,
    companions::DENIAL_CATEGORIES,
];

#[cfg(test)]
mod tests;
