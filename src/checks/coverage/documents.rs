//! Coverage documents of the Medicare Coverage Database that name a service, each in the version that was in force on
//! the date (Medicare Program Integrity Manual, chapter 13: only the version of the date of service counts).

use std::collections::BTreeMap;

use crate::corpus::{Corpus, Line, Release};
use crate::domain::table::Table;
use crate::domain::time::AsOf;

/// A document in one version.
#[derive(Clone)]
pub(super) struct Document<'a> {
    /// `L33822`, `A52464`.
    pub(super) id: &'a str,
    /// The version, as the release that names the code writes it.
    pub(super) version: &'a str,
    /// Its title; empty where the shelf has only its id.
    pub(super) title: &'a str,
    /// Its contractors in the words of the list; empty where it has none.
    pub(super) contractor: &'a str,
    /// First day of the version; empty where it is not known.
    pub(super) begins: &'a str,
    /// Last day; empty where none is known.
    pub(super) ends: &'a str,
    /// The release that holds it.
    pub(super) release: &'a Release,
    /// The rows that name the code.
    pub(super) rows: Vec<Line<'a>>,
    /// True where the version is in force on the date.
    pub(super) in_force: bool,
    /// The row of the list of documents.
    pub(super) listed: Option<Line<'a>>,
}

impl Document<'_> {
    /// True for a determination, false for an article.
    pub(super) fn is_determination(&self) -> bool {
        self.id.starts_with('L')
    }

    /// Its number and title, for a reader.
    pub(super) fn name(&self) -> String {
        let kind = if self.is_determination() { "LCD" } else { "article" };
        if self.title.is_empty() {
            format!("{kind} {}", self.id)
        } else {
            format!("{kind} {}, {}", self.id, self.title)
        }
    }

    /// Its version and first day, for a reader.
    pub(super) fn edition(&self) -> String {
        let version =
            if self.version.starts_with('R') { self.version.to_owned() } else { format!("version {}", self.version) };
        match (self.version.is_empty(), self.begins.is_empty()) {
            (true, true) => "version not known".to_owned(),
            (true, false) => format!("in force since {}", self.begins),
            (false, true) => version,
            (false, false) => format!("{version}, in force since {}", self.begins),
        }
    }
}

/// The local documents whose code list names a service, the newest version of each that speaks for the date, or where
/// none does, the newest of all.
pub(super) fn naming<'a>(corpus: &'a Corpus, code: &str, as_of: AsOf) -> Vec<Document<'a>> {
    let named = corpus.list_rows(Table::Coverage, code).into_iter();
    let mut by_version: BTreeMap<(&str, &str, &str), Vec<Line<'a>>> = BTreeMap::new();
    for row in named.filter(|row| row.get("role") == "hcpcs") {
        by_version.entry((row.get("document"), row.get("version"), row.get("release"))).or_default().push(row);
    }
    let mut best: BTreeMap<&str, Document<'a>> = BTreeMap::new();
    for ((id, version, release), rows) in by_version {
        let Some(release) = corpus.releases().find(release) else { continue };
        let found = of_version(corpus, id, version, release, rows, as_of);
        let newer = best.get(id).is_none_or(|known| rank(known) < rank(&found));
        if newer {
            best.insert(id, found);
        }
    }
    best.into_values().collect()
}

fn rank<'a>(document: &Document<'a>) -> (bool, &'a str, &'a str) {
    (document.in_force, document.begins, document.version)
}

/// A document by its number, in the version in force on the date, from the list of documents.
pub(super) fn by_id<'a>(corpus: &'a Corpus, id: &'a str, as_of: AsOf) -> Option<Document<'a>> {
    let rows = corpus.list_rows(Table::Lcd, id).into_iter().filter(|row| !row.get("version").is_empty());
    let versions = rows.filter_map(|row| {
        let release = corpus.releases().find(row.get("release"))?;
        Some(of_version(corpus, row.key, row.get("version"), release, Vec::new(), as_of))
    });
    versions.max_by(|a, b| rank(a).cmp(&rank(b)))
}

fn of_version<'a>(
    corpus: &'a Corpus,
    id: &'a str,
    version: &'a str,
    release: &'a Release,
    rows: Vec<Line<'a>>,
    as_of: AsOf,
) -> Document<'a> {
    let known = corpus.list_rows(Table::Lcd, id);
    let own = known.iter().filter(|row| row.get("version") == version);
    let listed = own.clone().max_by_key(|row| start(corpus, row)).copied();
    let titled = known.iter().filter(|row| !row.get("title").is_empty());
    let title = listed.filter(|row| !row.get("title").is_empty()).or(titled.clone().next().copied());
    let contractor =
        titled.map(|row| row.get("contractor")).filter(|name| !name.is_empty()).max_by_key(|name| name.len());
    let begins = listed.map(|row| start(corpus, &row)).unwrap_or_default();
    let ending = known.iter().filter(|row| row.get("version") == version || row.get("version").is_empty());
    let ends = ending.map(|row| row.get("ended")).filter(|end| !end.is_empty()).min().unwrap_or_default();
    let retired = listed.is_some_and(|row| matches!(row.get("status"), "Retired" | "R" | "retired"));
    let later = |row: &&Line<'_>| row.get("version") != version && start(corpus, row) > begins && !begins.is_empty();
    let in_force = match as_of {
        AsOf::Shelf => ends.is_empty() && !retired && !known.iter().any(|row| later(&row)),
        AsOf::Date(day) => {
            let day_text = day.to_string();
            let superseded = known.iter().any(|row| later(&row) && start(corpus, row) <= day_text.as_str());
            // Where the first day is not known, the version was there when its list was made, and goes on from then.
            let begun = if begins.is_empty() {
                release.period.from.is_some_and(|from| from <= day)
            } else {
                begins <= day_text.as_str()
            };
            let ended = if ends.is_empty() { retired } else { ends < day_text.as_str() };
            begun && !ended && !superseded && release.period.to.is_none_or(|to| day <= to)
        }
    };
    Document {
        id,
        version,
        title: title.map(|row| row.get("title")).unwrap_or_default(),
        contractor: contractor.unwrap_or_default(),
        begins,
        ends,
        release,
        rows,
        in_force,
        listed,
    }
}

/// First day of a version. The index gives it as the effective day, and when the entry was made as the revised one;
/// the documents themselves give the first day of all and that of the revision.
fn start<'a>(corpus: &Corpus, row: &Line<'a>) -> &'a str {
    let index = corpus.releases().find(row.get("release")).is_some_and(|release| release.family.ends_with("lcd-index"));
    let revised = row.get("revised");
    if index || revised.is_empty() { row.get("effective") } else { revised }
}

/// The documents that a document names as related, of the kind given by its letter, each once.
pub(super) fn related<'a>(corpus: &'a Corpus, id: &str, letter: char) -> Vec<&'a str> {
    let rows = corpus.list_rows(Table::Coverage, id).into_iter().filter(|row| row.get("role") == "related");
    let mut found: Vec<&str> = rows.map(|row| row.get("document")).filter(|other| other.starts_with(letter)).collect();
    found.sort_unstable();
    found.dedup();
    found
}
