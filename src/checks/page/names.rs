//! What a code is called: in our words, and officially.

use serde::Serialize;

use super::spoken::{rank, speaks};
use crate::corpus::Corpus;
use crate::domain::code::{Code, CodeSet};
use crate::domain::table::Table;
use crate::domain::time::AsOf;

/// An official title.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Title {
    /// The short title; empty where the release has none.
    pub short: String,
    /// The long title; empty where the release has none.
    pub long: String,
    /// Whose words they are: `public`, `ama` or `ada`.
    pub rights: String,
    /// The release.
    pub release: String,
    /// False where the release does not speak for the date.
    pub in_force: bool,
}

impl Title {
    /// The long title, else the short one.
    pub fn text(&self) -> &str {
        if self.long.is_empty() { &self.short } else { &self.long }
    }

    /// True for the words of a public set.
    pub fn is_public(&self) -> bool {
        self.rights == "public"
    }
}

/// A code, block or chapter with its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Named {
    /// The code, or the range of a block or chapter.
    pub code: String,
    /// What it is called; empty where the shelf has no name for it.
    pub title: String,
}

/// The title in force on the date, else the nearest; long titles before short ones.
pub(super) fn title(corpus: &Corpus, code: &Code, as_of: AsOf) -> Option<Title> {
    let rows = corpus.list_rows(Table::Title, code.as_str()).into_iter();
    let rows = rows.filter(|row| row.get("set") == code.set().key());
    let held = rows.filter_map(|row| Some((row, corpus.releases().find(row.get("release"))?)));
    let (row, release) =
        held.max_by_key(|(row, release)| (!row.get("long").is_empty(), speaks(release, as_of), rank(release, as_of)))?;
    Some(Title {
        short: row.get("short").to_owned(),
        long: row.get("long").to_owned(),
        rights: row.get("rights").to_owned(),
        release: release.id.clone(),
        in_force: speaks(release, as_of),
    })
}

/// A name for a code that is mentioned beside another. Descriptors of the AMA are never taken.
pub(super) fn named(corpus: &Corpus, code: &Code, as_of: AsOf) -> Named {
    let ours = || corpus.find_row(Table::Code, code.as_str()).map(|row| row.get("description").to_owned());
    let official = || title(corpus, code, as_of).filter(Title::is_public).map(|title| title.text().to_owned());
    let name = match code.set() {
        CodeSet::Cpt | CodeSet::Hcpcs => ours().or_else(official),
        CodeSet::Icd10cm | CodeSet::Icd10pcs => official().or_else(ours),
    };
    Named { code: code.to_string(), title: name.unwrap_or_default() }
}
