//! CMS risk adjustment: which condition categories a more severe one sets aside.
//!
//! Defined by the hierarchy macros of the model software (CMS, such as `V28115H1`), as a table with the columns
//! `cc_parent`, `cc_child`, `model_domain` and `model_version`.

use std::collections::BTreeMap;

use super::super::{File, Format, Intake, Refusal, Sample};
use super::hcc_mapping::{finish, release};
use super::hcc_model::{category, model};
use super::sheet::Sheet;
use crate::domain::table::Table;

/// The table, a pair of categories a row.
pub const FORMAT: Format = Format { name: "HCC hierarchies", recognise, read };

/// Fewer categories with others below them are an excerpt: the models of a year together have over 150.
const COMPLETE: u64 = 120;

const COLUMNS: [&str; 3] = ["ccparent", "ccchild", "modelversion"];

fn recognise(sample: &Sample<'_>) -> bool {
    Sheet::with(&sample.text, &COLUMNS).is_some()
}

fn read(file: &File<'_>, intake: &mut Intake) -> Result<(), Refusal> {
    let text = file.text();
    let Some(sheet) = Sheet::with(&text, &COLUMNS) else {
        return Err(Refusal::at(1, "the header names no columns `cc_parent`, `cc_child` and `model_version`"));
    };
    let (parent, child) = (sheet.need(&["ccparent"])?, sheet.need(&["ccchild"])?);
    let (domain, version) = (sheet.need(&["modeldomain"])?, sheet.need(&["modelversion"])?);
    let mut release = release(file, "hcc-hierarchies", "hcc_label+hierarchy", "Hierarchies of condition categories");
    release.table = Table::HccLabel;
    let origin = intake.origin(release);
    let mut below: BTreeMap<String, Vec<u16>> = BTreeMap::new();
    for row in sheet {
        let model = model(row.cell(domain), row.cell(version));
        let child = category(row.cell(child)).and_then(|child| child.parse().ok());
        match (model, category(row.cell(parent)), child) {
            (Some(model), Some(parent), Some(child)) => {
                below.entry(format!("{model}+{parent}")).or_default().push(child);
            }
            _ => intake.broken(row.line, "not two categories of a model"),
        }
    }
    for (key, mut children) in below {
        children.sort_unstable();
        children.dedup();
        let children: Vec<String> = children.iter().map(u16::to_string).collect();
        intake.row(Table::HccLabel, &key, &["", &children.join(" ")], origin);
    }
    finish(intake, COMPLETE);
    Ok(())
}
