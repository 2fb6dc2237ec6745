//! The corpus shelf: which editions there are and what they cover, where sources disagree, what changed; official files
//! imported from a folder of the server; another edition put into service.
//!
//! ```text
//! shelf     the page, import and switch        compare   releases, conflicts, changes
//! ```

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use askama::Template;
use axum::extract::{Query, State};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{Html, IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::desk::Desk;
use super::fault::Fault;
use super::importing::{IMPORTED, Order, Standing, start};
use super::me::when;
use super::routes::{Access, Route, get, post};
use super::session::{Posted, Visitor};
use super::shell::Shell;
use super::word::word;
use crate::corpus::fetch::terms::{self, Terms};
use crate::corpus::{Corpus, CorpusError, Manifest, ReleaseScope, Shelf, current_edition, kept_editions, switch};
use crate::domain::time::AsOf;
use crate::store::audit::Sought;

mod compare;

/// What a switch is written down as.
const SWITCHED: &str = "edition switched";
/// Imports and switches shown.
const SHOWN: i64 = 8;
/// The shortest time between two words on an import.
const TELL_EVERY: Duration = Duration::from_millis(250);

/// The pages of this file.
pub fn routes() -> Vec<Route> {
    vec![
        get("/shelf", Access::Admin, page),
        get("/shelf/live", Access::Admin, live),
        get("/shelf/releases", Access::Admin, compare::releases),
        get("/shelf/conflicts", Access::Admin, compare::conflicts),
        get("/shelf/changes", Access::Admin, compare::changes),
        post("/shelf/import", Access::Admin, take_in),
        post("/shelf/switch", Access::Admin, put_in_service),
    ]
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Said {
    said: String,
}

#[derive(Template)]
#[template(path = "pages/shelf.html")]
struct Page {
    shell: Shell,
    editions: Vec<Edition>,
    /// The newest other edition: what one rolls back to.
    before: Option<String>,
    families: Vec<Family>,
    gaps: Vec<String>,
    conflicts: usize,
    behind: bool,
    incoming: Incoming,
    terms: Option<String>,
    standing: Standing,
    began: String,
    past: Vec<(String, String, String)>,
}

/// An edition that is kept.
struct Edition {
    id: String,
    built: String,
    sources: usize,
    rows: u64,
    documents: u64,
    serves: bool,
}

/// The releases that answer one question.
struct Family {
    name: String,
    releases: usize,
    from: String,
    to: String,
    rows: usize,
    /// The release that speaks today.
    today: Option<String>,
    /// True where absence means something.
    complete: bool,
}

/// The folder of files to import.
enum Incoming {
    Off,
    Unreadable(String),
    Files(Vec<(String, String)>),
}

/// What is read of the shelf, on a thread that may wait for the disk.
struct Read {
    editions: Vec<Edition>,
    families: Vec<Family>,
    gaps: Vec<String>,
    conflicts: usize,
    behind: bool,
    incoming: Incoming,
    terms: Option<String>,
}

/// Runs what waits for the disk or computes for long beside the pages.
async fn beside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Fault> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|error| Fault::Broken(format!("the shelf could not be read: {error}")))
}

async fn page(
    visitor: Visitor,
    State(desk): State<Arc<Desk>>,
    Query(said): Query<Said>,
) -> Result<Html<String>, Fault> {
    visitor.admin()?;
    let (shelf, today) = (desk.shelf.current(), desk.clock.now().date());
    let config = desk.config.clone();
    let read = beside(move || Read {
        editions: editions(&config.data_dir, shelf.edition()),
        families: families(&shelf, today),
        gaps: shelf.gaps(today),
        conflicts: shelf.all_conflicts().count(),
        behind: shelf.is_behind_program(),
        incoming: incoming(&config.corpus.incoming),
        terms: open_terms(&config.data_dir),
    });
    let read = read.await?;
    let standing = desk.engine.importing.standing();
    let said = match said.said.as_str() {
        "began" => Some("The import has begun."),
        "switched" => Some("The edition is in service. Cases in hand end with the one that they began with."),
        _ => None,
    };
    let page = Page {
        shell: Shell::of(&desk, visitor.who, "/shelf").saying(said.map(str::to_owned)),
        before: read.editions.iter().find(|edition| !edition.serves).map(|edition| edition.id.clone()),
        editions: read.editions,
        families: read.families,
        gaps: read.gaps,
        conflicts: read.conflicts,
        behind: read.behind,
        incoming: read.incoming,
        terms: read.terms,
        began: if standing.runs { when(standing.began) } else { String::new() },
        standing,
        past: past(&desk).await?,
    };
    Ok(Html(page.render()?))
}

fn editions_of(data_dir: &Path) -> PathBuf {
    data_dir.join("editions")
}

fn editions(data_dir: &Path, serves: &str) -> Vec<Edition> {
    let root = editions_of(data_dir);
    kept_editions(&root)
        .into_iter()
        .filter_map(|kept| {
            let manifest = Manifest::read_any(&root.join(&kept.id)).ok()?;
            Some(Edition {
                serves: kept.id == serves,
                built: when(kept.built),
                sources: manifest.sources.len(),
                rows: manifest.tables.iter().map(|table| table.rows).sum(),
                documents: manifest.documents,
                id: kept.id,
            })
        })
        .collect()
}

fn families(corpus: &Corpus, today: jiff::civil::Date) -> Vec<Family> {
    let mut found: std::collections::BTreeMap<&str, Family> = std::collections::BTreeMap::new();
    for release in corpus.releases().all() {
        let (from, to) = (compare::day(release.period.from), compare::day(release.period.to));
        let family = found.entry(&release.family).or_insert_with(|| Family {
            name: release.family.clone(),
            releases: 0,
            from: from.clone(),
            to: to.clone(),
            rows: 0,
            today: corpus
                .releases()
                .in_force(&release.family, AsOf::Date(today))
                .map(|release| release.edition.clone()),
            complete: false,
        });
        family.releases += 1;
        family.rows += release.rows;
        family.complete |= release.scope == ReleaseScope::Complete;
        // An end that is open, or not known, is the widest.
        family.from =
            if from.is_empty() || family.from.is_empty() { String::new() } else { family.from.clone().min(from) };
        family.to = if to.is_empty() || family.to.is_empty() { String::new() } else { family.to.clone().max(to) };
    }
    found.into_values().collect()
}

/// What lies in the folder of files to import: plain names of files and folders, never a link and nothing hidden.
fn offered(folder: &str) -> std::io::Result<Vec<(String, u64)>> {
    let mut names: Vec<(String, u64)> = std::fs::read_dir(folder)?
        .filter_map(Result::ok)
        .filter_map(|entry| {
            let kind = entry.file_type().ok()?;
            let name = entry.file_name().into_string().ok().filter(|name| !name.starts_with('.'))?;
            let bytes = if kind.is_file() { entry.metadata().ok()?.len() } else { 0 };
            (kind.is_file() || kind.is_dir()).then_some((name, bytes))
        })
        .collect();
    names.sort();
    Ok(names)
}

fn incoming(folder: &str) -> Incoming {
    if folder.is_empty() {
        return Incoming::Off;
    }
    match offered(folder) {
        Err(error) => Incoming::Unreadable(error.to_string()),
        Ok(names) => {
            let size =
                |bytes| if bytes == 0 { "folder, or empty".to_owned() } else { crate::telemetry::disk::words(bytes) };
            Incoming::Files(names.into_iter().map(|(name, bytes)| (name, size(bytes))).collect())
        }
    }
}

/// The text of the terms that are not on record.
fn open_terms(data_dir: &Path) -> Option<String> {
    let known = terms::accepted(data_dir).unwrap_or_default();
    let open: BTreeSet<Terms> = Terms::ALL.into_iter().filter(|terms| !known.contains(terms)).collect();
    (!open.is_empty()).then(|| terms::notice(&open))
}

/// The last imports and switches, as they were written down.
async fn past(desk: &Desk) -> Result<Vec<(String, String, String)>, Fault> {
    let names = super::queue::names(desk).await?;
    let mut found = Vec::new();
    for what in [IMPORTED, SWITCHED] {
        found.extend(desk.store.list_audit(&Sought { what: what.to_owned(), ..Sought::default() }, SHOWN).await?);
    }
    found.sort_by_key(|listed| std::cmp::Reverse(listed.n));
    found.truncate(usize::try_from(SHOWN).unwrap_or(8));
    let name = |key: String| names.get(&key).cloned().unwrap_or(key);
    Ok(found.into_iter().map(|one| (when(one.at), name(one.person), format!("{}: {}", one.what, one.detail))).collect())
}

async fn take_in(State(desk): State<Arc<Desk>>, posted: Posted) -> Result<Response, Fault> {
    let reviewer = posted.visitor.admin()?.id().to_owned();
    let folder = desk.config.corpus.incoming.clone();
    if folder.is_empty() {
        return Err(Fault::Conflict("No folder is set from which files may be imported (corpus.incoming).".to_owned()));
    }
    let listed = folder.clone();
    let offered = beside(move || offered(&listed)).await?;
    let offered = offered.map_err(|error| Fault::Conflict(format!("The folder cannot be read: {error}")))?;
    let wanted: BTreeSet<&str> = posted.fields.all("file").collect();
    // Names of the listing, and of nothing else: a form names no path.
    let names: Vec<String> =
        offered.into_iter().map(|(name, _)| name).filter(|name| wanted.contains(name.as_str())).collect();
    if names.is_empty() || names.len() != wanted.len() {
        return Err(Fault::Invalid("Choose files that lie in the folder.".to_owned()));
    }
    let files = names.iter().map(|name| Path::new(&folder).join(name)).collect();
    start(&desk, Order { files, names, accepts: posted.fields.get("accept") == "1", reviewer })?;
    Ok(Redirect::to("/shelf?said=began").into_response())
}

async fn put_in_service(State(desk): State<Arc<Desk>>, posted: Posted) -> Result<Response, Fault> {
    posted.visitor.admin()?;
    let word = word(&posted)?;
    let wanted = posted.fields.get("edition").to_owned();
    let root = editions_of(&desk.config.data_dir);
    if desk.engine.importing.standing().runs {
        return Err(Fault::Conflict("An import runs: its edition would take the place of this one.".to_owned()));
    }
    let (shelf, id) = (desk.shelf.clone(), wanted.clone());
    let switched = beside(move || make_current(&root, &id, &shelf));
    let before = switched.await??;
    let detail = format!("{wanted} in the place of {before}, by {}", word.said());
    desk.store.record_deed(&word.person, SWITCHED, &detail, desk.clock.now()).await?;
    tracing::info!(edition = %wanted, "an edition was put into service from the page of the shelf");
    Ok(Redirect::to("/shelf?said=switched").into_response())
}

/// Makes an edition that is kept the current one, and has it answer from now on; returns the one before.
fn make_current(root: &Path, id: &str, shelf: &Shelf) -> Result<String, Fault> {
    if !kept_editions(root).iter().any(|kept| kept.id == id) {
        return Err(Fault::NotFound(format!("No edition {id:?} is kept.")));
    }
    let damaged = |error: CorpusError| Fault::Conflict(format!("It was left as it is: {error}"));
    let before = current_edition(root).ok().flatten().unwrap_or_default();
    switch(root, id).map_err(damaged)?;
    if let Err(error) = shelf.refresh() {
        // Whole by its digests, and yet it does not open: the one before serves on, after a restart too.
        let back = switch(root, &before);
        tracing::error!(%error, went_back = back.is_ok(), "an edition could not be put into service");
        return Err(damaged(error));
    }
    Ok(before)
}

/// An import as it goes on (server-sent events). Ends with the service, and with the session.
async fn live(
    visitor: Visitor,
    State(desk): State<Arc<Desk>>,
) -> Result<Sse<impl futures::Stream<Item = Result<Event, Infallible>>>, Fault> {
    visitor.admin()?;
    let told = desk.engine.importing.subscribe();
    let begin = (desk, visitor.session, told, true);
    let stream = futures::stream::unfold(begin, |(desk, session, mut told, first)| async move {
        if !first {
            let changed = async {
                tokio::time::sleep(TELL_EVERY).await;
                told.changed().await.is_ok()
            };
            let goes_on = tokio::select! {
                () = desk.stop.cancelled() => false,
                goes_on = changed => goes_on,
            };
            if !goes_on || desk.store.find_session(&session).await.ok()?.is_none() {
                return None;
            }
        }
        let standing = told.borrow_and_update().clone();
        let text = serde_json::json!({
            "runs": standing.runs, "stage": standing.stage, "file": standing.file, "percent": standing.percent(),
            "ended": standing.ended,
        });
        let event = Event::default().event("import").data(text.to_string());
        Some((Ok(event), (desk, session, told, false)))
    });
    Ok(Sse::new(stream).keep_alive(KeepAlive::default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_lies_in_the_folder_is_offered_and_no_link_out_of_it() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["b.zip", "a.zip", ".hidden"] {
            std::fs::write(folder.path().join(name), "12345").unwrap();
        }
        std::os::unix::fs::symlink("/etc/passwd", folder.path().join("link.txt")).unwrap();
        let names = offered(folder.path().to_str().unwrap()).unwrap();
        assert_eq!(names, [("a.zip".to_owned(), 5), ("b.zip".to_owned(), 5)]);
        assert!(matches!(incoming("/nowhere/at/all"), Incoming::Unreadable(_)));
    }
}
