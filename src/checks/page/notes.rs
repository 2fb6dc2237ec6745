//! The notes of the tabular list that reach a diagnosis, and the related codes that they name.

use serde::Serialize;

use super::spoken::speaks;
use crate::corpus::{Corpus, Release};
use crate::domain::code::Code;
use crate::domain::time::AsOf;

/// A note, in the words of the tabular list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Note {
    /// `excludes1`, `excludes2`, `code_first`, `use_additional`, `code_also`, `includes`, `inclusion`, `seventh`,
    /// `note`.
    pub kind: String,
    /// Where it stands.
    pub at: String,
    /// Its words.
    pub text: String,
    /// The release.
    pub release: String,
}

/// A note as a relation to other codes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Relation {
    /// As of a note.
    pub kind: String,
    /// A code, a range or a prefix; for `seventh` the permitted characters.
    pub target: String,
    /// Where the note stands.
    pub at: String,
    /// The release.
    pub release: String,
}

/// The notes and relations of a diagnosis, and the tabular list that they come from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Notes {
    /// In words, the nearest first.
    pub texts: Vec<Note>,
    /// As relations, the nearest first.
    pub relations: Vec<Relation>,
    /// The tabular list as a reader would name it; empty where none is on the shelf.
    pub title: String,
    /// False where it does not speak for the date.
    pub in_force: bool,
}

/// The notes of the tabular list in force, or of the nearest.
pub(super) fn of(corpus: &Corpus, code: &Code, as_of: AsOf) -> Notes {
    let in_force = corpus.releases().in_force("relation", as_of);
    let list = in_force.or_else(|| corpus.releases().nearest("relation", as_of));
    // The texts are a release of their own, of the same days.
    let same = |id: &str| {
        let Some(release) = corpus.releases().find(id) else { return false };
        list.is_none_or(|list: &Release| list.id == release.id || list.period == release.period)
    };
    let rows = corpus.list_notes(code).into_iter().filter(|row| same(row.get("release")));
    let texts: Vec<Note> = rows
        .map(|row| Note {
            kind: row.get("kind").to_owned(),
            at: row.key.to_owned(),
            text: row.get("text").to_owned(),
            release: row.get("release").to_owned(),
        })
        .collect();
    let rows = corpus.list_relations(code).into_iter().filter(|row| same(&row.release));
    let relations: Vec<Relation> =
        rows.map(|row| Relation { kind: row.kind, target: row.target, at: row.at, release: row.release }).collect();
    // Where there are excerpts only, the one that was found speaks for its own days.
    let first = texts.first().map(|note| &note.release).or_else(|| relations.first().map(|relation| &relation.release));
    let named = list.or_else(|| corpus.releases().find(first?));
    Notes {
        title: named.map(Release::doc).unwrap_or_default(),
        in_force: named.is_some_and(|release| speaks(release, as_of)),
        texts,
        relations,
    }
}
