//! The tabular list of ICD-10-CM: notes, the codes they name, inclusion terms, blocks and chapters.
//!
//! Format: `icd10cm_tabular.xsd` (CDC/NCHS, "ICD-10 Tabular Document Definition"). Codes with a 7th character are no
//! elements of it: they follow from `sevenChrDef` at the code or above it.
//!
//! A note stands at one place and governs all codes below it. Rows are kept at that place: a look-up climbs from the
//! code over its headings to the category, its blocks ([`Table::Block`]) and its chapter. A relation is not meant for
//! the very codes it names: D72 excludes D72.824, but not at D72.824 itself.

mod condition;
mod place;
mod references;
mod relation;
mod tree;

use super::super::{File, Format, Intake, Origin, OriginId, Refusal, Rights, Sample};
use super::PUBLIC;
use super::edition::Edition;
use super::writing::file_name;
use super::xml::{is_root, version};
use crate::domain::table::Table;
use place::{Level, Place, places};
use relation::relations;
use tree::Tree;

/// The format.
pub const FORMAT: Format = Format { name: "ICD-10-CM tabular list", recognise, read };

/// A list with fewer codes and headings is an excerpt: FY2016 had more than 40,000, FY2026 has 46,881.
const LEAST: usize = 40_000;

fn recognise(sample: &Sample<'_>) -> bool {
    is_root(&sample.text, "ICD10CM.tabular")
}

fn read(file: &File<'_>, intake: &mut Intake) -> Result<(), Refusal> {
    let text = file.text();
    let head = text.split_once("<chapter").map_or("", |(head, _)| head);
    let edition = Edition::of(file.path, version(head));
    let places = places(&text, intake)?;
    let codes = places.iter().filter(|place| place.level == Level::Code).count();
    if codes == 0 {
        return Err(Refusal::at(1, "it has no chapter with a diag element; fetch the file again"));
    }
    let complete = edition.is_some() && codes >= LEAST;
    let mut origin = |kind: Kind| intake.origin(kind.origin(edition.as_ref(), complete, file.path));
    let origins = Origins {
        relations: origin(Kind::Relations),
        notes: origin(Kind::Notes),
        blocks: origin(Kind::Blocks),
        terms: origin(Kind::Terms),
    };
    let tree = Tree::new(&places);
    for place in places.iter().filter(|place| !place.key.is_empty()) {
        notes(place, &origins, intake);
        for relation in relations(place, &tree) {
            let fields = [relation.kind, &relation.target, &place.key];
            intake.row(Table::Relation, &relation.key, &fields, origins.relations);
        }
        // A block of one category has the key of the category, whose title is in the order file.
        if place.level != Level::Code && place.key.contains('-') {
            intake.extra(Table::Title, &place.key, &["icd10cm", "", &place.title, PUBLIC], origins.blocks);
        }
    }
    categories(&places, origins.blocks, intake);
    Ok(())
}

struct Origins {
    relations: OriginId,
    notes: OriginId,
    blocks: OriginId,
    terms: OriginId,
}

fn notes(place: &Place, origins: &Origins, intake: &mut Intake) {
    for block in &place.blocks {
        for text in &block.texts {
            intake.row(Table::Note, &place.key, &[block.kind, text], origins.notes);
            if block.kind == "inclusion" {
                intake.row(Table::Term, &place.key, &["inclusion", text], origins.terms);
            }
        }
    }
}

/// The blocks of a list, and which of them hold no categories of their own: wider ranges such as C00-C96.
fn all_blocks(places: &[Place]) -> Vec<(&Place, usize, bool)> {
    let mut parents = vec![false; places.len()];
    for parent in places.iter().filter_map(|place| place.parent) {
        parents[parent] = true;
    }
    let blocks = places.iter().enumerate().filter(|(_, place)| place.level == Level::Block && !place.key.is_empty());
    blocks.map(|(at, block)| (block, at, !parents[at])).collect()
}

/// The block and the chapter of a category, and the wider ranges around its block, which have notes of their own.
fn categories(places: &[Place], origin: OriginId, intake: &mut Intake) {
    let blocks = all_blocks(places);
    for category in places.iter().filter(|place| place.level == Level::Code && !place.key.is_empty()) {
        let Some(own) = category.parent.filter(|own| places[*own].level == Level::Block) else { continue };
        let Some(chapter) = places[own].parent else { continue };
        let above = &places[chapter];
        for (block, at, wide) in blocks.iter().filter(|(block, ..)| block.parent == Some(chapter)) {
            let fields = [&*block.key, &block.title, &above.number, &above.key, &above.title];
            let range = block.key.split_once('-').filter(|_| *wide);
            if *at == own {
                intake.row(Table::Block, &category.key, &fields, origin);
            } else if range.is_some_and(|(low, high)| (low..=high).contains(&category.key.as_str())) {
                intake.extra(Table::Block, &category.key, &fields, origin);
            }
        }
    }
}

/// One file answers four questions, so it is four releases.
#[derive(Clone, Copy)]
enum Kind {
    Relations,
    Notes,
    Blocks,
    Terms,
}

impl Kind {
    fn origin(self, edition: Option<&Edition>, complete: bool, path: &str) -> Origin {
        let (table, family, behind, title) = match self {
            Self::Relations => (Table::Relation, "relation", "", "ICD-10-CM tabular list"),
            Self::Notes => (Table::Note, "note", "-notes", "ICD-10-CM tabular list, notes"),
            Self::Blocks => (Table::Block, "block", "-blocks", "ICD-10-CM tabular list, blocks and chapters"),
            Self::Terms => (Table::Term, "term+inclusion", "-terms", "ICD-10-CM tabular list, inclusion terms"),
        };
        Origin {
            id: format!("tabular-{}{behind}", edition.map_or_else(|| "undated".to_owned(), Edition::id)),
            table,
            family: family.to_owned(),
            title: title.to_owned(),
            edition: edition.map(Edition::name).unwrap_or_default(),
            from: edition.map(|edition| edition.from),
            to: edition.map(|edition| edition.to),
            complete,
            source: format!("CDC/NCHS and CMS, {}", file_name(path)),
            rights: Rights::Public,
            notice: String::new(),
        }
    }
}

#[cfg(test)]
mod tests;
