//! The clinical laboratory fee schedule: csv or text separated by tildes, below lines of title.
//!
//! Published by CMS each quarter (`PUF_CLFS_CY2026_Q3V1`). Indicator N: national rate; L: priced by the contractor,
//! where the file writes a rate of zero. Modifier QW: a test waived under CLIA, on a row of its own.

use super::super::{File, Format, Intake, Refusal, Sample, compact_date};
use super::amount::{decimal, not_a_figure};
use super::codes::{Said, procedure};
use super::grid::{Grid, blank, cell};
use super::release::{Release, file_name, settle};
use crate::domain::table::Table;

/// The format.
pub(super) const FORMAT: Format = Format { name: "Clinical laboratory fee schedule", recognise, read };

/// A complete file has about 2,200 rows.
const WHOLE: u64 = 1_500;
const KNOWN: [&str; 5] = ["YEAR", "HCPCS", "EFF DATE", "INDICATOR", "RATE"];

fn recognise(sample: &Sample<'_>) -> bool {
    Grid::open(&sample.text, &KNOWN).is_some()
}

fn read(file: &File<'_>, intake: &mut Intake) -> Result<(), Refusal> {
    let text = file.text();
    let Some(grid) = Grid::open(&text, &KNOWN) else {
        return Err(Refusal::at(1, "no header with YEAR, HCPCS, EFF_DATE, INDICATOR and RATE: take the file of CMS"));
    };
    let [year, code, effective, indicator, rate] = KNOWN.map(|known| grid.find(known));
    let (modifier, short) = (grid.find("MOD"), grid.find("SHORTDESC"));
    let mut of_year = None;
    if let Some(again) = Grid::open(&text, &KNOWN) {
        again.each(|_, record| of_year = of_year.or_else(|| cell(record, year).parse().ok()));
    }
    let release = Release::quarter_of(file.path, of_year.filter(|year| (2000..2100).contains(year)));
    let source = format!("CMS, Clinical Laboratory Fee Schedule, {}, {}", release.edition, file_name(file.path));
    let fees =
        intake.origin(release.origin(Table::Clfs, "clfs-fee", "Clinical laboratory fee schedule", source.clone()));
    let codes = release.origin(Table::Period, "clfs", "Clinical laboratory fee schedule, its codes", source);
    // Names laboratory tests only: absence proves nothing about a code.
    let codes = intake.origin(codes);
    let (mut said, mut waived) = (Said::default(), false);
    grid.each(|line, record| {
        let of = |column| cell(record, column);
        if blank(record) || of(year).len() != 4 {
            return;
        }
        let Some(code) = procedure(of(code)) else {
            return intake.broken(line, "the row has no CPT or HCPCS code");
        };
        let Some(amount) = decimal(of(rate), 2) else { return intake.broken(line, not_a_figure(of(rate))) };
        let effective = compact_date(of(effective)).map(|day| day.to_string()).unwrap_or_default();
        waived |= of(modifier) == "QW";
        intake.row(Table::Clfs, code.as_str(), &[of(modifier), &effective, of(indicator), &amount], fees);
        said.titled(intake, &code, of(short), fees);
        said.listed(intake, &code, codes);
    });
    // Every official file repeats the waived tests with QW; one without was cut down to a row for each code.
    if waived {
        settle(intake, WHOLE);
    }
    for origin in intake.origins.iter_mut().filter(|origin| origin.table == Table::Period) {
        origin.complete = false;
    }
    Ok(())
}
