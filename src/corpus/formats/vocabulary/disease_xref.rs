//! Human Disease Ontology: ICD-10-CM codes of diseases.
//!
//! Defined by the ontology's report of cross references: columns `id`, `label` and `xref`, values in quotation marks,
//! references such as `ICD10CM:E11.9`, `ICD9CM:250.00` and `MESH:D003924`. Only ICD-10-CM is read.

use std::collections::HashMap;

use super::super::{File, Format, Intake, Refusal, Rights, Sample};
use super::entry::{cells, clean, columns, is_term, numbered, origin};
use crate::domain::code::Code;
use crate::domain::table::Table;

/// The report as tab-separated table, a reference a row.
pub const FORMAT: Format = Format { name: "Disease Ontology cross references", recognise, read };

const NAMES: [&str; 3] = ["id", "label", "xref"];
const NOTICE: &str = "Human Disease Ontology, disease-ontology.org, CC0 1.0.";

fn recognise(sample: &Sample<'_>) -> bool {
    let mut lines = sample.lines().filter(|line| !line.trim().is_empty());
    let header = lines.next().is_some_and(|header| columns(header, NAMES).is_some());
    header && lines.next().is_some_and(|row| row.contains("DOID:"))
}

fn read(file: &File<'_>, intake: &mut Intake) -> Result<(), Refusal> {
    let text = file.text();
    let mut lines = numbered(&text);
    let Some([_, label, xref]) = lines.next().and_then(|(_, header)| columns(header, NAMES)) else {
        return Err(Refusal::at(1, "the header names no columns `id`, `label` and `xref`"));
    };
    let mut codes: HashMap<String, Vec<Code>> = HashMap::new();
    let mut labels: Vec<String> = Vec::new();
    for (line, row) in lines {
        let row = cells(row);
        let (Some(label), Some(xref)) = (row.get(label), row.get(xref)) else {
            intake.broken(line, "a row without label and cross reference");
            continue;
        };
        let xref = clean(xref);
        // A reference to a range of categories names a chapter of diseases, not a code.
        let Some(code) = xref.strip_prefix("ICD10CM:").filter(|code| !code.contains('-')) else { continue };
        let Ok(code) = Code::parse_icd10cm(code) else {
            intake.broken(line, format!("{code:?} is not an ICD-10-CM code"));
            continue;
        };
        let label = clean(label);
        let known = codes.entry(label.clone()).or_insert_with(|| {
            labels.push(label);
            Vec::new()
        });
        if !known.contains(&code) {
            known.push(code);
        }
    }
    emit(file, intake, &labels, &codes);
    Ok(())
}

/// One row a label, with all its codes.
fn emit(file: &File<'_>, intake: &mut Intake, labels: &[String], codes: &HashMap<String, Vec<Code>>) {
    let edition = super::edition(&file.name());
    let source = format!("Human Disease Ontology, {}", file.name());
    let title = "Disease Ontology cross references to ICD-10-CM";
    let list = intake.origin(origin("do-xref", title, &edition, source, Rights::Public, NOTICE));
    for label in labels {
        let term = label.to_lowercase();
        if is_term(&term) {
            let codes: Vec<&str> = codes[label].iter().map(Code::as_str).collect();
            intake.row(Table::Lexicon, &term, &["xref", label, &codes.join(" ")], list);
        }
    }
}
