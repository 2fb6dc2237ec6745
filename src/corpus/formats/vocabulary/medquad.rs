//! MedQuAD focus synonyms: names of diseases, tests and procedures from NIH pages, with their other names.
//!
//! Defined by Ben Abacha and Demner-Fushman, "A question-entailment approach to question answering", BMC
//! Bioinformatics 20:511 (2019). Only names are read; the set's questions and answers are not.

use super::super::{File, Format, Intake, Refusal, Rights, Sample};
use super::entry::{Entries, cells, clean, columns, numbered, origin};

/// The list as tab-separated table: a focus, and its synonyms with `|` between.
pub const FORMAT: Format = Format { name: "MedQuAD focus synonyms", recognise, read };

const NOTICE: &str = "Names and synonyms from MedQuAD (A. Ben Abacha, D. Demner-Fushman: A question-entailment approach \
                      to question answering, BMC Bioinformatics 20:511, 2019), CC BY 4.0; lower-cased, long names left \
                      out.";

fn recognise(sample: &Sample<'_>) -> bool {
    columns(sample.first_line(), ["collection", "focus", "synonyms"]).is_some()
}

fn read(file: &File<'_>, intake: &mut Intake) -> Result<(), Refusal> {
    let text = file.text();
    let mut lines = numbered(&text);
    let Some([focus, synonyms]) = lines.next().and_then(|(_, header)| columns(header, ["focus", "synonyms"])) else {
        return Err(Refusal::at(1, "the header names no columns `focus` and `synonyms`"));
    };
    let source = format!("MedQuAD, {}", file.name());
    let list = intake.origin(origin("medquad", "MedQuAD names and synonyms", "", source, Rights::Attribution, NOTICE));
    let mut entries = Entries::new("synonym", list);
    for (line, row) in lines {
        let row = cells(row);
        match (row.get(focus), row.get(synonyms)) {
            (Some(focus), Some(synonyms)) if !focus.is_empty() => {
                let focus = clean(focus);
                synonyms.split('|').for_each(|synonym| entries.add(intake, synonym, &focus));
            }
            _ => intake.broken(line, "a row without focus or synonyms"),
        }
    }
    Ok(())
}
