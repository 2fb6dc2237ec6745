//! CMS risk adjustment: the labels of condition categories.
//!
//! Defined by the label macros of the model software (CMS, such as `V28115L3`), as a table with the columns `cc`,
//! `label`, `model_domain` and `model_version`.

use super::super::{File, Format, Intake, Refusal, Sample};
use super::hcc_mapping::{finish, release};
use super::hcc_model::{category, model};
use super::sheet::Sheet;
use crate::domain::table::Table;

/// The table, a category of a model a row.
pub const FORMAT: Format = Format { name: "HCC labels", recognise, read };

/// Fewer labels are an excerpt: one CMS-HCC model alone has up to 115, the models of a year together over 500.
const COMPLETE: u64 = 400;

const COLUMNS: [&str; 3] = ["label", "modeldomain", "modelversion"];

fn recognise(sample: &Sample<'_>) -> bool {
    Sheet::with(&sample.text, &COLUMNS).is_some()
}

fn read(file: &File<'_>, intake: &mut Intake) -> Result<(), Refusal> {
    let text = file.text();
    let Some(sheet) = Sheet::with(&text, &COLUMNS) else {
        return Err(Refusal::at(1, "the header names no columns `label`, `model_domain` and `model_version`"));
    };
    let (cc, label) = (sheet.need(&["cc", "hcc"])?, sheet.need(&["label"])?);
    let (domain, version) = (sheet.need(&["modeldomain"])?, sheet.need(&["modelversion"])?);
    let mut release = release(file, "hcc-labels", "hcc_label", "Labels of condition categories (HCC)");
    release.table = Table::HccLabel;
    let origin = intake.origin(release);
    for row in sheet {
        match (model(row.cell(domain), row.cell(version)), category(row.cell(cc))) {
            (Some(model), Some(number)) if !row.cell(label).is_empty() => {
                intake.row(Table::HccLabel, &format!("{model}+{number}"), &[row.cell(label), ""], origin);
            }
            _ => intake.broken(row.line, "not a category, a label and a model"),
        }
    }
    finish(intake, COMPLETE);
    Ok(())
}
