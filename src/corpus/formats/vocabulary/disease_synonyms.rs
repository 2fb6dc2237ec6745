//! Human Disease Ontology: synonyms of diseases.
//!
//! Defined by the ontology's OBO file (`synonym: "…" EXACT []`), as a table with the columns `doid`, `label`,
//! `synonym`, `scope` and `version`.

use std::collections::BTreeMap;

use super::super::{File, Format, Intake, Refusal, Rights, Sample};
use super::entry::{Entries, cells, columns, numbered, origin};

/// The list as tab-separated table, a synonym a row.
pub const FORMAT: Format = Format { name: "Disease Ontology synonyms", recognise, read };

/// The ontology became CC0 with 2018; what is from an older version came under CC BY 3.0.
const CC0_SINCE: &str = "2018";

const CC0: &str = "Human Disease Ontology, disease-ontology.org, CC0 1.0.";
const CC_BY: &str = "Human Disease Ontology, disease-ontology.org (Kibbe et al., Nucleic Acids Research 43, 2015), \
                     CC BY 3.0; terms are lower-cased.";

fn recognise(sample: &Sample<'_>) -> bool {
    columns(sample.first_line(), ["doid", "label", "synonym"]).is_some()
}

fn read(file: &File<'_>, intake: &mut Intake) -> Result<(), Refusal> {
    let text = file.text();
    let mut lines = numbered(&text);
    let header = lines.next().map_or("", |(_, header)| header);
    let Some([label, synonym]) = columns(header, ["label", "synonym"]) else {
        return Err(Refusal::at(1, "the header names no columns `label` and `synonym`"));
    };
    let scope = columns(header, ["scope"]).map(|[at]| at);
    let version = columns(header, ["version"]).map(|[at]| at);
    let mut lists: BTreeMap<String, Entries> = BTreeMap::new();
    for (line, row) in lines {
        let row = cells(row);
        let (Some(label), Some(synonym)) = (row.get(label), row.get(synonym)) else {
            intake.broken(line, "a row without label and synonym");
            continue;
        };
        // A broader word would lead from the general to one special case.
        if scope.and_then(|at| row.get(at)).is_some_and(|scope| scope.eq_ignore_ascii_case("BROAD")) {
            continue;
        }
        let edition = super::edition(version.and_then(|at| row.get(at)).unwrap_or(&""));
        let entries = lists.entry(edition).or_insert_with_key(|edition| open(file, edition, intake));
        entries.add(intake, synonym, label);
    }
    Ok(())
}

fn open(file: &File<'_>, edition: &str, intake: &mut Intake) -> Entries {
    let old = !edition.is_empty() && edition < CC0_SINCE;
    let (rights, notice) = if old { (Rights::Attribution, CC_BY) } else { (Rights::Public, CC0) };
    let source = format!("Human Disease Ontology, {}", file.name());
    let list = origin("do-synonyms", "Disease Ontology synonyms", edition, source, rights, notice);
    Entries::new("synonym", intake.origin(list))
}
