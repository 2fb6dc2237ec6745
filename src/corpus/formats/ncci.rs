//! NCCI: procedure-to-procedure edits, medically unlikely edits and add-on code edits of CMS, for Medicare and
//! Medicaid.

mod add_on;
mod add_on_fixed;
mod add_on_table;
pub(in crate::corpus::formats) mod grid;
mod mue;
mod ptp;
mod release;

use super::Format;

/// The readers of the NCCI files.
pub const FORMATS: &[Format] = &[ptp::FORMAT, mue::FORMAT, add_on_fixed::FORMAT, add_on_table::FORMAT];
