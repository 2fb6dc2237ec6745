//! Human Phenotype Ontology: everyday words for signs and symptoms.
//!
//! Defined by the ontology's report of layperson synonyms, a SPARQL result with the columns `?term`, `?term_label`
//! and `?layperson`; values stand in quotation marks, some with a language tag.

use super::super::{File, Format, Intake, Refusal, Rights, Sample};
use super::entry::{Entries, cells, columns, numbered, origin};

/// The report as tab-separated table.
pub const FORMAT: Format = Format { name: "HPO layperson synonyms", recognise, read };

const NAMES: [&str; 2] = ["?term_label", "?layperson"];

fn recognise(sample: &Sample<'_>) -> bool {
    columns(sample.first_line(), NAMES).is_some()
}

fn read(file: &File<'_>, intake: &mut Intake) -> Result<(), Refusal> {
    let text = file.text();
    let mut lines = numbered(&text);
    let Some([label, lay]) = lines.next().and_then(|(_, header)| columns(header, NAMES)) else {
        return Err(Refusal::at(1, "the header names no columns `?term_label` and `?layperson`"));
    };
    let edition = super::edition(&file.name());
    let shown = if edition.is_empty() { "unknown" } else { &edition };
    let notice = format!(
        "This edition uses the Human Phenotype Ontology (version {shown}), hpo.jax.org; terms are lower-cased, the \
         ontology's content is not altered."
    );
    let source = format!("Human Phenotype Ontology, {}", file.name());
    let title = "HPO layperson synonyms";
    let list = intake.origin(origin("hpo-lay", title, &edition, source, Rights::Attribution, &notice));
    let mut entries = Entries::new("lay", list);
    for (line, row) in lines {
        let row = cells(row);
        match (row.get(lay), row.get(label)) {
            (Some(lay), Some(label)) => entries.add(intake, lay, label),
            _ => intake.broken(line, "a row without label and layperson synonym"),
        }
    }
    Ok(())
}
