//! Documents that name a code: coverage determinations and articles, and sections of policy.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::names::Named;
use super::spoken::speaks;
use crate::checks::indicator;
use crate::corpus::{Corpus, Line, Release};
use crate::domain::code::Code;
use crate::domain::table::Table;
use crate::domain::time::AsOf;

/// Documents and sections that are read; the counts tell of the others.
const SHOWN: usize = 30;
/// Documents whose national determinations are looked up.
const TRACED: usize = 8;

/// Coverage documents that name a code.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Coverage {
    /// How many.
    pub count: usize,
    /// The first of them, by id.
    pub documents: Vec<Document>,
    /// National determinations on which they rest.
    pub national: Vec<Named>,
}

/// A coverage document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Document {
    /// `L33822`, `A52464`.
    pub id: String,
    /// `lcd` or `article`; empty where the shelf has only its id.
    pub kind: String,
    /// Its title.
    pub title: String,
    /// What it says of the code, in our words.
    pub roles: Vec<String>,
    /// The version that names the code.
    pub version: String,
    /// Whose it is.
    pub contractor: String,
    /// First day, as the shelf's newest list gives it.
    pub effective: String,
    /// Last day, where it has ended.
    pub ended: String,
    /// Its status where the list gives one, such as retired.
    pub status: String,
    /// The release that names the code.
    pub release: String,
}

/// The coverage documents of a code.
pub(super) fn coverage(corpus: &Corpus, code: &Code) -> Coverage {
    let mut by_document: BTreeMap<&str, Vec<Line<'_>>> = BTreeMap::new();
    for row in corpus.list_rows(Table::Coverage, code.as_str()) {
        by_document.entry(row.get("document")).or_default().push(row);
    }
    let documents: Vec<Document> =
        by_document.iter().take(SHOWN).map(|(id, rows)| document(corpus, id, rows)).collect();
    let mut national: BTreeSet<&str> = BTreeSet::new();
    for id in by_document.keys().take(TRACED) {
        let rows = corpus.list_rows(Table::Coverage, id).into_iter();
        national.extend(rows.filter(|row| row.get("role") == "ncd").map(|row| row.get("document")));
    }
    let mut national: Vec<Named> = national.into_iter().map(|id| determination(corpus, id)).collect();
    national.sort_by(|a, b| a.code.cmp(&b.code));
    // Two documents may name one determination by its section and by its id.
    national.dedup();
    Coverage { count: by_document.len(), documents, national }
}

fn document(corpus: &Corpus, id: &str, rows: &[Line<'_>]) -> Document {
    let known = corpus.list_rows(Table::Lcd, id);
    let newest = known.iter().filter(|row| !row.get("title").is_empty()).max_by_key(|row| row.get("revised"));
    let field = |column: &str| newest.map(|row| row.get(column)).unwrap_or_default().to_owned();
    let status = known.iter().map(|row| row.get("status")).find(|status| !status.is_empty()).unwrap_or_default();
    let roles: BTreeSet<&str> = rows.iter().map(|row| row.get("role")).collect();
    let words = |role: &&str| indicator::meaning(Table::Coverage, "role", role).unwrap_or(role).to_owned();
    let newest_row = rows.iter().max_by_key(|row| corpus.releases().find(row.get("release")).map(|r| r.period.from));
    let of_row = |column: &str| newest_row.map(|row| row.get(column)).unwrap_or_default().to_owned();
    Document {
        id: id.to_owned(),
        kind: field("kind"),
        title: field("title"),
        roles: roles.iter().map(words).collect(),
        version: of_row("version"),
        contractor: field("contractor"),
        effective: field("effective"),
        ended: field("ended"),
        status: status.to_owned(),
        release: of_row("release"),
    }
}

/// A national determination by its section (`280.1`) or its id (`ncd/155`).
fn determination(corpus: &Corpus, id: &str) -> Named {
    let row = match id.strip_prefix("ncd/") {
        Some(id) => corpus.all_rows(Table::Ncd).find(|row| row.get("id") == id),
        None => corpus.find_row(Table::Ncd, id),
    };
    let Some(row) = row else { return Named { code: id.to_owned(), title: String::new() } };
    let level = indicator::meaning(Table::Ncd, "level", row.get("level"));
    let title = match level {
        Some(level) => format!("{}: {level}", row.get("title")),
        None => row.get("title").to_owned(),
    };
    Named { code: row.key.to_owned(), title }
}

/// Sections of policy that mention a code.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Mentions {
    /// How many.
    pub count: usize,
    /// The first of them: those of documents in force, and those that name the code itself, before others.
    pub sections: Vec<Section>,
}

/// A section, or a piece of a long one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Section {
    /// Its key: `corpus show passage/KEY` prints it.
    pub passage: String,
    /// How it is cited.
    pub section: String,
    /// Its heading.
    pub title: String,
    /// Where it stands, outermost first.
    pub path: String,
    /// The document as a reader would name it.
    pub document: String,
    /// The range that the code is in, where it is not named itself.
    pub range: Option<String>,
    /// False where the document does not speak for the date.
    pub in_force: bool,
}

/// A key that sorts `#2` before `#10`.
fn natural(key: &str) -> String {
    let mut sorted = String::with_capacity(key.len() + 8);
    let mut digits = String::new();
    for c in key.chars().chain(['\0']) {
        if c.is_ascii_digit() {
            digits.push(c);
            continue;
        }
        if !digits.is_empty() {
            sorted.push_str(&format!("{digits:0>6}"));
            digits.clear();
        }
        sorted.push(c);
    }
    sorted
}

/// The sections that mention a code.
pub(super) fn mentions(corpus: &Corpus, code: &Code, as_of: AsOf) -> Mentions {
    let rows = corpus.list_rows(Table::Mention, code.as_str());
    let release = |row: &Line<'_>| corpus.releases().find(row.get("release"));
    let in_force = |row: &Line<'_>| release(row).is_some_and(|release| speaks(release, as_of));
    let mut ordered: Vec<(bool, bool, Line<'_>)> =
        rows.into_iter().map(|row| (!in_force(&row), !row.get("range").is_empty(), row)).collect();
    ordered.sort_by_cached_key(|(stale, by_range, row)| (*stale, *by_range, natural(row.get("passage"))));
    let count = ordered.len();
    let sections = ordered.into_iter().take(SHOWN).map(|(stale, by_range, row)| {
        let passage = corpus.find_row(Table::Passage, row.get("passage"));
        let field = |column: &str| passage.map(|row| row.get(column)).unwrap_or_default().to_owned();
        Section {
            passage: row.get("passage").to_owned(),
            section: field("section"),
            title: field("title"),
            path: field("path"),
            document: release(&row).map(Release::doc).unwrap_or_default(),
            range: by_range.then(|| row.get("range").to_owned()),
            in_force: !stale,
        }
    });
    Mentions { count, sections: sections.collect() }
}
