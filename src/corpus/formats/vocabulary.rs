//! Vocabularies: everyday words, synonyms and abbreviations for what official titles say.
//!
//! Each list gives rows of [`crate::domain::table::Table::Lexicon`]: the term as people write it in lower case, what
//! it is (`synonym`, `lay`, `abbreviation` or `xref`), what it means in the words of the list, and the ICD-10-CM
//! codes that the list itself gives. None of them is tied to a date, and none is complete.

mod abbreviation_csv;
mod berman;
mod columbia;
mod disease_parents;
mod disease_synonyms;
mod disease_xref;
mod entry;
mod lay_terms;
mod medquad;
mod stetson;
mod vanderbilt;

use super::Format;

/// The formats of this group.
pub const FORMATS: &[Format] = &[
    medquad::FORMAT,
    lay_terms::FORMAT,
    disease_synonyms::FORMAT,
    disease_xref::FORMAT,
    disease_parents::FORMAT,
    vanderbilt::FORMAT,
    abbreviation_csv::FORMAT,
    berman::FORMAT,
    stetson::FORMAT,
    columbia::FORMAT,
];

/// Senses that are rarer among the uses of an abbreviation are left out: they are slips and single notes.
const RAREST: f64 = 0.05;

/// The share of uses, above 0 and at most 1.
fn share(text: &str) -> Option<f64> {
    text.parse().ok().filter(|share: &f64| *share > 0.0 && *share <= 1.0)
}

/// The year and month, `2021-04`, that a name or version gives; empty where it gives none.
fn edition(text: &str) -> String {
    let bytes = text.as_bytes();
    let digits = |range: &[u8]| range.iter().all(u8::is_ascii_digit);
    let shaped = |w: &[u8]| w.starts_with(b"20") && digits(&w[..4]) && w[4] == b'-' && digits(&w[5..]);
    let found = bytes.windows(7).find(|window| shaped(window));
    found.map(|window| String::from_utf8_lossy(window).into_owned()).unwrap_or_default()
}

/// The notice of a list within the collection of clinical abbreviations.
fn collection(authors: &str) -> String {
    format!(
        "{authors}; in the Medical Abbreviation and Acronym Meta-Inventory (L. Grossman Liu et al., Scientific Data 8, \
         2021), CC BY 4.0; lower-cased, rare senses left out."
    )
}

#[cfg(test)]
mod tests;
