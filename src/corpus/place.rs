//! Where a diagnosis stands in the tabular list, and the notes that reach it from there. A note at a category, a block
//! or a chapter holds for every code below it (ICD-10-CM Official Guidelines, section I.A.12 and the conventions of
//! the tabular list), so an edition holds each note once, where it stands.

use std::collections::HashSet;

use super::Corpus;
use super::facts::Line;
use crate::domain::citation::Source;
use crate::domain::code::{Code, CodeSet};
use crate::domain::table::Table;
use crate::domain::time::EffectivePeriod;

/// An instructional note of ICD-10-CM as a relation.
#[derive(Debug, Clone)]
pub struct RelationRow {
    /// `excludes1`, `excludes2`, `code_first`, `use_additional`, `code_also`, `includes` or `seventh`.
    pub kind: String,
    /// A code, a range `A00-A09` or a prefix `E10.-`; for `seventh` the permitted characters.
    pub target: String,
    /// Where the note stands.
    pub at: String,
    /// The release.
    pub release: String,
    /// The row as a source.
    pub source: Source,
}

/// Where notes that reach a code may stand, the nearest first: the code itself, each shorter code above it down to
/// its category. Placeholders stay: the category list has headings such as T36.0X.
pub fn codes_above(code: &Code) -> Vec<&str> {
    let text = code.as_str();
    if code.set() != CodeSet::Icd10cm {
        return vec![text];
    }
    (3..=text.len()).rev().filter(|length| *length != 4).map(|length| &text[..length]).collect()
}

impl Corpus {
    /// The row that names block and chapter of a diagnosis.
    pub fn find_block(&self, code: &Code) -> Option<Line<'_>> {
        let category = code.as_str().get(..3).filter(|_| code.set() == CodeSet::Icd10cm)?;
        self.find_row(Table::Block, category)
    }

    /// Every place at which a note holds for the code, the nearest first: code, category, block, chapter.
    pub fn list_places<'a>(&'a self, code: &'a Code) -> Vec<&'a str> {
        let mut places = codes_above(code);
        if let Some(row) = self.find_block(code) {
            for place in [row.get("block"), row.get("chapter_range")] {
                if !place.is_empty() && !places.contains(&place) {
                    places.push(place);
                }
            }
        }
        places
    }

    /// The instructional notes that bear on a diagnosis code, those of the places above it included.
    pub fn list_relations(&self, code: &Code) -> Vec<RelationRow> {
        let mut seen: HashSet<&str> = HashSet::new();
        let mut rows = Vec::new();
        for place in self.list_places(code) {
            for line in self.facts.find(Table::Relation, place) {
                // What the program brings is inherited already, and says where the note stands: the same note would
                // come again from there.
                if seen.insert(line.rest) {
                    rows.push(RelationRow {
                        kind: line.get("kind").to_owned(),
                        target: line.get("target").to_owned(),
                        at: line.get("at").to_owned(),
                        release: line.get("release").to_owned(),
                        source: self.source(Table::Relation, &line, line.get("release"), EffectivePeriod::default()),
                    });
                }
            }
        }
        rows
    }

    /// The notes of the tabular list that reach a code, in its words, the nearest first. Inclusion terms and the like
    /// that stand above say nothing about this code and are left out.
    pub fn list_notes(&self, code: &Code) -> Vec<Line<'_>> {
        let mut rows = Vec::new();
        for place in self.list_places(code) {
            let own = place == code.as_str();
            let reaches = |line: &Line<'_>| own || line.get("kind") != "inclusion";
            rows.extend(self.facts.find(Table::Note, place).into_iter().filter(reaches));
        }
        rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::build;
    use crate::corpus::tables::{ReleaseRow, Tables};

    fn shelf(lines: &[(Table, &str)]) -> (tempfile::TempDir, Corpus) {
        let mut tables = Tables::default();
        for id in ["tabular", "starter"] {
            let row = ReleaseRow {
                table: "relation".to_owned(),
                title: "Tabular list".to_owned(),
                edition: "FY2026".to_owned(),
                from: "2025-10-01".parse().ok(),
                to: "2026-09-30".parse().ok(),
                complete: true,
                source: String::new(),
                rights: "public".to_owned(),
                notice: String::new(),
                family: "relation".to_owned(),
                rows: 0,
            };
            tables.releases.insert(id.to_owned(), row);
        }
        for (table, line) in lines {
            tables.push(*table, (*line).to_owned());
        }
        let folder = tempfile::tempdir().unwrap();
        build::write(folder.path(), "test", "test", tables, Vec::new()).unwrap();
        let corpus = Corpus::open_edition(&folder.path().join("test")).unwrap();
        (folder, corpus)
    }

    #[test]
    fn a_code_has_the_notes_of_every_place_above_it_once() {
        let (_folder, corpus) = shelf(&[
            (Table::Block, "S72\tS70-S79\tInjuries\t19\tS00-T88\tInjury\ttabular"),
            (Table::Relation, "S00-T88\texcludes2\tO70-O71\tS00-T88\ttabular"),
            (Table::Relation, "S70-S79\texcludes2\tT20-T32\tS70-S79\ttabular"),
            (Table::Relation, "S72\texcludes1\tS78.-\tS72\ttabular"),
            (Table::Relation, "S72.0\texcludes2\tS79.0-\tS72.0\ttabular"),
            (Table::Relation, "S72.1\texcludes2\tS79.9-\tS72.1\ttabular"),
            (Table::Relation, "S72.001A\texcludes1\tS78.-\tS72\ttabular"),
        ]);
        let code = Code::parse("S72.001A").unwrap();
        let found: Vec<String> =
            corpus.list_relations(&code).iter().map(|row| format!("{} {}", row.at, row.target)).collect();
        assert_eq!(found, ["S72 S78.-", "S72.0 S79.0-", "S70-S79 T20-T32", "S00-T88 O70-O71"]);
        let code = Code::parse("S72").unwrap();
        assert_eq!(corpus.list_relations(&code).len(), 3);
    }

    #[test]
    fn a_code_climbs_over_its_placeholders() {
        let code = Code::parse_icd10cm("S02.5XXA").unwrap();
        assert_eq!(codes_above(&code), ["S02.5XXA", "S02.5XX", "S02.5X", "S02.5", "S02"]);
        assert_eq!(codes_above(&Code::parse("45385").unwrap()), ["45385"]);
    }

    #[test]
    fn inclusion_terms_are_of_their_own_code_only() {
        let (_folder, corpus) = shelf(&[
            (Table::Note, "I10\tinclusion\thigh pressure\ttabular"),
            (Table::Note, "E11\tinclusion\tdiabetes NOS\ttabular"),
            (Table::Note, "E11\tincludes\tinsulin resistance\ttabular"),
        ]);
        let notes = |code: &str| -> Vec<String> {
            let code = Code::parse(code).unwrap();
            corpus.list_notes(&code).iter().map(|line| line.get("text").to_owned()).collect()
        };
        assert_eq!(notes("E11.9"), ["insulin resistance"]);
        assert_eq!(notes("I10"), ["high pressure"]);
    }
}
