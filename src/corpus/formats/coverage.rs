//! Medicare coverage: the exports and the printed documents of the Medicare Coverage Database (MCD), and the reason
//! statements of the review contractors.
//!
//! Formats after CMS, *NCD Data Dictionary*, *LCD Data Dictionary* and *Article Data Dictionary* (MCD downloads), and
//! the Coverage API 1.5, which names the same columns. An export is a folder of tables with a header each; a table is
//! known by the columns of its header, in any order, with or without quotes and with any further columns.
//!
//! A table speaks from its newest entry on: it has stood like this since that day. That day is the first of its
//! release; the days of a document stand in the rows themselves.

mod codes;
mod companion;
mod contractor;
mod document;
mod groups;
mod index;
mod markup;
mod ncd;
mod printed;
mod quote;
mod reason;
mod related;
mod retire;
mod sheet;

use super::Format;

/// The formats of Medicare coverage.
pub const FORMATS: &[Format] = &[
    ncd::FORMAT,
    document::FORMAT,
    codes::FORMAT,
    groups::FORMAT,
    related::FORMAT,
    contractor::FORMAT,
    retire::FORMAT,
    index::FORMAT,
    companion::FORMAT,
    printed::FORMAT,
    reason::FORMAT,
];

#[cfg(test)]
mod tests;
