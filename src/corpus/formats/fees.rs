//! Fee schedules and payment tables of CMS: physician fee schedule with its localities, outpatient hospital,
//! clinical laboratory, durable medical equipment, telehealth, and the severity lists of the inpatient groups.

mod amount;
mod anesthesia;
mod clfs;
mod codes;
mod county;
mod dmepos;
mod gpci;
mod grid;
mod opps;
mod opps_cap;
mod payment;
mod release;
mod rvu;
mod severity;
mod telehealth;
mod zip;

use super::Format;

/// Every format of this group.
pub const FORMATS: &[Format] = &[
    rvu::table::FORMAT,
    rvu::text::FORMAT,
    gpci::FORMAT,
    anesthesia::FORMAT,
    opps_cap::FORMAT,
    county::FORMAT,
    zip::FORMAT,
    payment::FORMAT,
    opps::FORMAT,
    clfs::FORMAT,
    dmepos::FORMAT,
    telehealth::FORMAT,
    severity::FORMAT,
];

#[cfg(test)]
mod tests;
