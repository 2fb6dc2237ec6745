//! Human Disease Ontology: which disease is a kind of which. Known, and not used.
//!
//! Defined by the ontology's report of terms and parents: columns `id`, `label` and `subClassOf`.

use super::super::{File, Format, Intake, Refusal, Sample};
use super::entry::columns;

/// The report as tab-separated table.
pub const FORMAT: Format = Format { name: "Disease Ontology parents (known, not used)", recognise, read };

fn recognise(sample: &Sample<'_>) -> bool {
    columns(sample.first_line(), ["id", "label", "subClassOf"]).is_some()
}

fn read(_: &File<'_>, _: &mut Intake) -> Result<(), Refusal> {
    Ok(())
}
