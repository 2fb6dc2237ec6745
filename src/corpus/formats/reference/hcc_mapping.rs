//! CMS risk adjustment: the condition category of each diagnosis, by model.
//!
//! Defined by "ICD-10 Mappings" of a payment year (CMS, risk adjustment). Two layouts are read: a row a diagnosis with
//! a column a model (`Diagnosis Code`, `CMS-HCC Model Category V28` …), as CMS publishes it, and a row a pair
//! (`diagnosis_code`, `cc`, `model_name`). The name gives the payment year.

use super::super::{File, Format, Intake, Origin, OriginId, Refusal, Rights, Sample};
use super::sheet::{Sheet, calendar, dated, edition, name, year};
use crate::domain::code::Code;
use crate::domain::table::Table;

/// Both layouts, comma-separated.
pub const FORMAT: Format = Format { name: "HCC mapping of diagnoses", recognise, read };

/// Fewer pairs are an excerpt: the models of a payment year together have more than 44,000.
const COMPLETE: u64 = 40_000;

/// A column of the wide layout: `CMS-HCC ESRD Model Category V24`, but not its `… for 2026 Payment Year`.
fn is_model(column: &str) -> bool {
    column.contains("hccmodelcategoryv") || column.contains("hccesrdmodelcategoryv")
}

fn is_header(header: &[String]) -> bool {
    let has = |name: &str| header.iter().any(|cell| cell == name);
    has("diagnosiscode") && (has("modelname") || header.iter().any(|cell| is_model(cell)))
}

fn recognise(sample: &Sample<'_>) -> bool {
    Sheet::find(&sample.text, b',', is_header).is_some()
}

fn read(file: &File<'_>, intake: &mut Intake) -> Result<(), Refusal> {
    let text = file.text();
    let Some(sheet) = Sheet::find(&text, b',', is_header) else {
        return Err(Refusal::at(1, "no header with `diagnosis_code` and `model_name` is at the beginning"));
    };
    let origin = intake.origin(release(file, "hcc", "hcc", "Diagnoses to condition categories (HCC)"));
    if sheet.column(&["modelname"]).is_some() {
        pairs(sheet, intake, origin)?
    } else {
        wide(sheet, intake, origin)?
    }
    finish(intake, COMPLETE);
    Ok(())
}

/// A release of a payment year, which the file's name gives.
pub fn release(file: &File<'_>, kind: &str, family: &str, title: &str) -> Origin {
    let year = year(&file.name());
    let (from, to) = calendar(year);
    Origin {
        id: dated(kind, year),
        table: Table::Hcc,
        family: family.to_owned(),
        title: title.to_owned(),
        edition: year.map(|year| format!("PY{}", edition(Some(year)))).unwrap_or_default(),
        from,
        to,
        complete: false,
        source: format!("CMS, risk adjustment, {}", file.name()),
        rights: Rights::Public,
        notice: String::new(),
    }
}

/// Declares the file's one release complete when it has that many rows and a period.
pub fn finish(intake: &mut Intake, least: u64) {
    let count = intake.counts.values().sum::<u64>();
    for origin in &mut intake.origins {
        origin.complete = origin.from.is_some() && count >= least;
    }
}

fn pairs(sheet: Sheet<'_>, intake: &mut Intake, origin: OriginId) -> Result<(), Refusal> {
    let (code, category) = (sheet.need(&["diagnosiscode"])?, sheet.need(&["cc", "hcc", "category"])?);
    let model = sheet.need(&["modelname"])?;
    for row in sheet {
        let number = super::hcc_model::category(row.cell(category));
        match (Code::parse_icd10cm(row.cell(code)), number) {
            (Ok(code), Some(number)) if !row.cell(model).is_empty() => {
                intake.row(Table::Hcc, code.as_str(), &[row.cell(model), number], origin);
            }
            _ => intake.broken(row.line, "not a diagnosis, a category and a model"),
        }
    }
    Ok(())
}

fn wide(sheet: Sheet<'_>, intake: &mut Intake, origin: OriginId) -> Result<(), Refusal> {
    let code = sheet.need(&["diagnosiscode"])?;
    let columns = sheet.header().iter().enumerate();
    let models: Vec<(usize, String)> = columns.filter_map(|(at, column)| Some((at, model(column)?))).collect();
    for row in sheet {
        let Ok(code) = Code::parse_icd10cm(row.cell(code)) else {
            // Notes stand below the table; a code never has a blank in it.
            if !row.cell(code).contains(' ') && !row.cell(code).is_empty() {
                intake.broken(row.line, format!("{:?} is not a diagnosis", row.cell(code)));
            }
            continue;
        };
        for (at, model) in &models {
            match super::hcc_model::category(row.cell(*at)) {
                Some(number) => intake.row(Table::Hcc, code.as_str(), &[model, number], origin),
                None if row.cell(*at).is_empty() => {}
                None => intake.broken(row.line, format!("{:?} is not a category", row.cell(*at))),
            }
        }
    }
    Ok(())
}

/// The model that a column of the wide layout is for; `None` for all other columns.
fn model(column: &str) -> Option<String> {
    let (front, version) = column.split_once("modelcategory").filter(|_| is_model(column))?;
    let domain = match front {
        _ if front.ends_with("esrd") => "CMS-HCC ESRD",
        _ if front.contains(&name("RxHCC")) => "RxHCC",
        _ => "CMS-HCC",
    };
    super::hcc_model::model(domain, version)
}
