//! CMS risk adjustment: the procedure codes whose claims count for risk adjustment.
//!
//! Defined by "Medicare Risk Adjustment Eligible CPT/HCPCS Codes" of a year (CMS), codes only, in one column.

use super::super::{File, Format, Intake, Refusal, Sample};
use super::hcc_mapping::{finish, release};
use super::sheet::Sheet;
use crate::domain::code::Code;
use crate::domain::table::Table;

/// The list of codes.
pub const FORMAT: Format = Format { name: "risk adjustment eligible procedures", recognise, read };

/// Fewer codes are an excerpt: each year has more than 6,600.
const COMPLETE: u64 = 6_000;

/// How the rows name the list, in place of a model.
const MODEL: &str = "ra-eligible";

fn is_header(header: &[String]) -> bool {
    matches!(header, [only] if only == "cpthcpcscode")
}

fn recognise(sample: &Sample<'_>) -> bool {
    Sheet::find(&sample.text, b',', is_header).is_some()
}

fn read(file: &File<'_>, intake: &mut Intake) -> Result<(), Refusal> {
    let text = file.text();
    let Some(sheet) = Sheet::find(&text, b',', is_header) else {
        return Err(Refusal::at(1, "the header is not the one column `cpt_hcpcs_code`"));
    };
    let title = "Procedures eligible for risk adjustment";
    let origin = intake.origin(release(file, "hcc-eligible", "hcc+eligible", title));
    for row in sheet {
        match Code::parse(row.cell(0)) {
            Ok(code) if code.set().is_procedure() => {
                intake.row(Table::Hcc, code.as_str(), &[MODEL, "yes"], origin);
            }
            _ => intake.broken(row.line, format!("{:?} is not a procedure code", row.cell(0))),
        }
    }
    finish(intake, COMPLETE);
    Ok(())
}
