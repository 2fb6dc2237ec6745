//! What stands on the shelf in full: the releases of a family, where two sources disagree, what changed.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Html;
use jiff::civil::Date;
use serde::Deserialize;

use super::{beside, editions_of};
use crate::corpus::{Change, ConflictRow, Corpus, CorpusError, ReleaseScope, diff, kept_editions};
use crate::domain::table::Table;
use crate::web::desk::Desk;
use crate::web::fault::Fault;
use crate::web::session::Visitor;
use crate::web::shell::Shell;

/// Rows on a page.
const ROWS: usize = 80;

/// A day, or nothing.
pub(super) fn day(date: Option<Date>) -> String {
    date.map(|date| date.to_string()).unwrap_or_default()
}

/// What an address may ask for.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    family: String,
    about: String,
    kind: String,
    old: String,
    new: String,
    table: String,
}

#[derive(Template)]
#[template(path = "pages/shelf_releases.html")]
struct Releases {
    shell: Shell,
    family: String,
    rows: Vec<Row>,
}

struct Row {
    id: String,
    title: String,
    from: String,
    to: String,
    rows: usize,
    complete: bool,
    source: String,
}

pub(super) async fn releases(
    visitor: Visitor,
    State(desk): State<Arc<Desk>>,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, Fault> {
    visitor.admin()?;
    let shelf = desk.shelf.current();
    let mut found: Vec<_> = shelf.releases().all().filter(|release| release.family == asked.family).collect();
    if found.is_empty() && !asked.family.is_empty() {
        return Err(Fault::NotFound(format!("No release of {:?} is on the shelf.", asked.family)));
    }
    found.sort_by_key(|release| std::cmp::Reverse(release.period.from));
    let rows = found.into_iter().take(ROWS).map(|release| Row {
        id: release.id.clone(),
        title: release.doc(),
        from: day(release.period.from),
        to: day(release.period.to),
        rows: release.rows,
        complete: release.scope == ReleaseScope::Complete,
        source: release.source.clone(),
    });
    let page = Releases { shell: Shell::of(&desk, visitor.who, "/shelf"), rows: rows.collect(), family: asked.family };
    Ok(Html(page.render()?))
}

#[derive(Template)]
#[template(path = "pages/shelf_conflicts.html")]
struct Conflicts {
    shell: Shell,
    asked: Asked,
    kinds: Vec<(String, usize)>,
    rows: Vec<ConflictRow>,
    more: usize,
}

pub(super) async fn conflicts(
    visitor: Visitor,
    State(desk): State<Arc<Desk>>,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, Fault> {
    visitor.admin()?;
    let (shelf, wanted) = (desk.shelf.current(), asked.clone());
    let (kinds, rows, more) = beside(move || disagreements(&shelf, &wanted)).await?;
    let shell = Shell::of(&desk, visitor.who, "/shelf");
    Ok(Html(Conflicts { shell, asked, kinds, rows, more }.render()?))
}

/// How many there are of each kind, those that are asked for, and how many more of these.
fn disagreements(corpus: &Corpus, asked: &Asked) -> (Vec<(String, usize)>, Vec<ConflictRow>, usize) {
    let about = asked.about.trim().to_uppercase();
    let (mut kinds, mut rows, mut more) = (BTreeMap::<String, usize>::new(), Vec::new(), 0);
    for row in corpus.all_conflicts() {
        *kinds.entry(row.kind.clone()).or_default() += 1;
        let fits = (asked.kind.is_empty() || row.kind == asked.kind)
            && (about.is_empty() || row.key == about || row.key.split('+').any(|part| part == about));
        match fits {
            true if rows.len() < ROWS => rows.push(row),
            true => more += 1,
            false => {}
        }
    }
    (kinds.into_iter().collect(), rows, more)
}

impl Conflicts {
    fn days(row: &ConflictRow) -> String {
        match (row.period.from, row.period.to) {
            (None, _) => String::new(),
            (Some(from), None) => format!("from {from}"),
            (Some(from), Some(to)) => format!("{from} to {to}"),
        }
    }
}

#[derive(Template)]
#[template(path = "pages/shelf_changes.html")]
struct Changes {
    shell: Shell,
    asked: Asked,
    editions: Vec<String>,
    counts: Vec<(String, &'static str, u64)>,
    rows: Vec<Shown>,
    more: u64,
    compared: bool,
}

struct Shown {
    table: &'static str,
    key: String,
    kind: &'static str,
    old: String,
    new: String,
}

#[derive(Default)]
struct Found {
    counts: BTreeMap<(&'static str, &'static str), u64>,
    rows: Vec<Shown>,
    more: u64,
}

/// Characters of a value that are shown.
const VALUE: usize = 120;

impl Found {
    fn take(&mut self, change: Change, only: Option<Table>) {
        let (table, kind) = (change.table.key(), change.kind.key());
        *self.counts.entry((table, kind)).or_default() += 1;
        if only.is_some_and(|only| only != change.table) {
            return;
        }
        if self.rows.len() >= ROWS {
            self.more += 1;
            return;
        }
        let values = |all: &[String]| all.join(" | ").replace('\t', " ").chars().take(VALUE).collect();
        let (old, new) = (values(&change.old), values(&change.new));
        self.rows.push(Shown { table, key: change.key, kind, old, new });
    }
}

pub(super) async fn changes(
    visitor: Visitor,
    State(desk): State<Arc<Desk>>,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, Fault> {
    visitor.admin()?;
    let only = Table::parse(&asked.table);
    let (data, wanted) = (desk.config.data_dir.clone(), asked.clone());
    let read = beside(move || compared(&data, &wanted, only));
    let (editions, found) = read.await??;
    let page = Changes {
        shell: Shell::of(&desk, visitor.who, "/shelf"),
        compared: !asked.old.is_empty(),
        asked,
        editions,
        counts: found.counts.into_iter().map(|((table, kind), n)| (table.to_owned(), kind, n)).collect(),
        rows: found.rows,
        more: found.more,
    };
    Ok(Html(page.render()?))
}

/// The editions that are kept, and what changed between the two that are named.
fn compared(data: &Path, asked: &Asked, only: Option<Table>) -> Result<(Vec<String>, Found), Fault> {
    let editions: Vec<String> = kept_editions(&editions_of(data)).into_iter().map(|kept| kept.id).collect();
    let mut found = Found::default();
    if asked.old.is_empty() && asked.new.is_empty() {
        return Ok((editions, found));
    }
    let unreadable = |error: CorpusError| Fault::Conflict(error.to_string());
    let open = |id: &str| {
        if !editions.iter().any(|kept| kept == id) {
            return Err(Fault::NotFound(format!("No edition {id:?} is kept.")));
        }
        Corpus::open_kept(data, id).map_err(unreadable)
    };
    let (old, new) = (open(&asked.old)?, open(&asked.new)?);
    diff(&old, &new, None, |change| found.take(change, only)).map_err(unreadable)?;
    Ok((editions, found))
}
