//! Current releases from the official addresses, or from a mirror of them: found, loaded, checked, recorded.
//!
//! ```text
//!  catalog.toml --> plan      what should be on the shelf today: kinds and periods, no network
//!                     |
//!                   resolve   which addresses those have: links of landing pages, then patterns, newest first
//!                     |
//!                   terms     is what the owners ask for accepted? before any byte of a file comes
//!                     |
//!                   download  NAME.part, resumed; length, first bytes and end; SHA-256
//!                     |
//!                   record    NAME, and its line in fetched.json
//! ```
//!
//! Nothing here asks what time it is: the day, the time and the pauses come from the caller. What is loaded lies in a
//! folder as it came; `corpus import` reads it from there.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use crate::domain::time::Timestamp;

mod catalog;
mod check;
mod content;
mod download;
mod error;
mod links;
mod period;
mod plan;
mod record;
mod resolve;
mod source;
pub mod terms;
mod web;

pub use catalog::{Catalog, Kind};
pub use check::{Standing, Verdict};
pub use content::Content;
pub use download::{Event, Listener};
pub use error::{Fault, FetchError};
pub use period::{Cadence, Period};
pub use plan::{Wanted, plan};
pub use record::{Entry, Folder};
pub use resolve::{Available, Remote};
pub use source::{Place, Source};
pub use terms::Terms;
pub use web::{Meta, Pause};

use download::{Load, Trouble};
use resolve::Resolver;
use source::Candidate;
use web::{Licence, Web, shown};

/// How files are fetched.
#[derive(Clone)]
pub struct Settings {
    /// Where from.
    pub source: Source,
    /// The terms that the operator accepted.
    pub accepted: BTreeSet<Terms>,
    /// How to wait.
    pub pause: Pause,
    /// The largest file that is loaded, in bytes.
    pub limit: u64,
    /// How long a site may be silent.
    pub silence: Duration,
}

impl Settings {
    /// The largest file that is loaded: 4 GB. The largest official one, all articles of the coverage database, is
    /// below 200 MB.
    pub const LIMIT: u64 = 4 << 30;

    /// From the official addresses, with nothing accepted, sleeping where a pause is due.
    pub fn official() -> Self {
        Self {
            source: Source::Official,
            accepted: BTreeSet::new(),
            pause: std::sync::Arc::new(|time| Box::pin(tokio::time::sleep(time))),
            limit: Self::LIMIT,
            silence: Duration::from_secs(60),
        }
    }
}

/// What became of one release that was wanted.
#[derive(Debug)]
pub enum Outcome {
    /// Its files are in the folder.
    Fetched(Available, Vec<Got>),
    /// The shelf has it: nothing was loaded.
    OnShelf,
    /// It lies ahead and is not out.
    NotYet,
}

/// A file in the folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Got {
    /// What the record says of it.
    pub entry: Entry,
    /// False when it was there already and the site has no other.
    pub loaded: bool,
}

/// Finds and loads releases.
pub struct Fetcher {
    settings: Settings,
    web: Web,
    pages: BTreeMap<String, Result<Vec<Candidate>, Fault>>,
}

impl Fetcher {
    /// Prepares; nothing is asked yet.
    ///
    /// # Errors
    /// No TLS can be had.
    pub fn new(catalog: &Catalog, settings: Settings) -> Result<Self, FetchError> {
        let origins = settings.source.origins(catalog);
        let web = Web::new(origins, settings.pause.clone(), settings.silence).map_err(|fault| FetchError::Remote {
            address: "TLS".to_owned(),
            fault,
            hand: "Install the system's certificates (ca-certificates)".to_owned(),
        })?;
        Ok(Self { settings, web, pages: BTreeMap::new() })
    }

    /// The terms that a kind needs and the operator has not accepted.
    pub fn open_terms(&self, kind: &Kind) -> BTreeSet<Terms> {
        kind.terms.difference(&self.settings.accepted).copied().collect()
    }

    /// The release that is there; `None` when it lies ahead and is not out. No file is loaded.
    ///
    /// # Errors
    /// None is there, or none can be seen; the message says what to do by hand.
    pub async fn resolve(&mut self, wanted: &Wanted<'_>) -> Result<Option<Available>, FetchError> {
        let licence = match (wanted.kind.terms.is_empty(), self.open_terms(wanted.kind).is_empty()) {
            (true, _) => Licence::None,
            (false, true) => Licence::Accepted,
            (false, false) => Licence::Open,
        };
        Resolver::new(&self.settings.source, &self.web, &mut self.pages, licence).resolve(wanted).await
    }

    /// How the shelf stands; `None` for a release that lies ahead and is not out.
    pub async fn check(&mut self, wanted: &Wanted<'_>) -> Option<Standing> {
        let found = self.resolve(wanted).await;
        check::standing(wanted, found)
    }

    /// Finds a release and loads its files into the folder, unless the shelf has it.
    ///
    /// # Errors
    /// Terms are open, nothing was found, or a file could not be loaded whole; what came of it is kept, and the next
    /// run goes on from there.
    pub async fn fetch(
        &mut self,
        wanted: &Wanted<'_>,
        folder: &mut Folder,
        now: Timestamp,
        on: Listener<'_>,
    ) -> Result<Outcome, FetchError> {
        let kind = wanted.kind;
        let open = self.open_terms(kind);
        if !open.is_empty() {
            let owners = terms::owners(open.iter().copied());
            return Err(FetchError::Terms { kind: kind.name.clone(), owners, terms: open.into_iter().collect() });
        }
        let newest_on_shelf =
            wanted.on_shelf.is_some() && wanted.periods.first().map(|p| p.from) == Some(wanted.on_shelf);
        let mut available = match self.resolve(wanted).await {
            Ok(Some(available)) => available,
            Ok(None) => return Ok(Outcome::NotYet),
            // That its file is gone from the site takes nothing from the shelf.
            Err(FetchError::NotFound { .. }) if newest_on_shelf => return Ok(Outcome::OnShelf),
            Err(error) => return Err(error),
        };
        let label = available.period.label.clone();
        let known = folder.entries().iter().any(|entry| entry.kind == kind.name && entry.period == label);
        // What this folder brought is looked at again, because CMS replaces files; what a person imported is not.
        if !known && wanted.on_shelf.is_some() && available.date() <= wanted.on_shelf {
            return Ok(Outcome::OnShelf);
        }
        let (mut got, mut failed) = (Vec::new(), Vec::new());
        for file in &available.files {
            match self.load(kind, &label, file, folder, now, on).await {
                Ok(file) => got.push(file),
                // One chapter of a manual that fails does not keep the others away.
                Err(error @ FetchError::Remote { .. }) if !kind.requires(&file.part) => failed.push(error),
                Err(error) => return Err(error),
            }
        }
        if got.is_empty() && !failed.is_empty() {
            return Err(failed.remove(0));
        }
        available.notes.extend(failed.iter().map(FetchError::to_string));
        Ok(Outcome::Fetched(available, got))
    }

    /// Loads one file, unless it is there.
    async fn load(
        &self,
        kind: &Kind,
        period: &str,
        file: &Remote,
        folder: &mut Folder,
        now: Timestamp,
        on: Listener<'_>,
    ) -> Result<Got, FetchError> {
        let name = folder.name_for(&kind.name, &file.name);
        let address = match &file.place {
            Place::Web(address) => shown(address),
            Place::File(path) => path.display().to_string(),
        };
        if let Some(entry) = folder.whole(&name).filter(|entry| is_same(entry, &address, file)) {
            return Ok(Got { entry: entry.clone(), loaded: false });
        }
        let part = folder.path().join(format!("{name}.part"));
        let (content, limit) = (kind.content, self.settings.limit);
        let accepted = !kind.terms.is_empty() && self.open_terms(kind).is_empty();
        let load = Load { web: &self.web, content, limit, accepted, part, on };
        let done = match &file.place {
            Place::Web(address) => load.run(address, &name).await,
            Place::File(path) => download::copy(&load, path, &name).await,
        };
        let meta = done.map_err(|trouble| match trouble {
            Trouble::Site(fault) => {
                FetchError::Remote { address: address.clone(), fault, hand: error::by_hand(&kind.home) }
            }
            Trouble::Disk(error) => error,
        })?;
        let path = folder.path().join(&name);
        let digested = {
            let part = load.part.clone();
            tokio::task::spawn_blocking(move || record::digest(&part)).await
        };
        // A digest that was stopped is the end of the program.
        let (size, sha256) = digested
            .unwrap_or_else(|stopped| Err(std::io::Error::other(stopped)))
            .map_err(|error| FetchError::file(&load.part, &error))?;
        std::fs::rename(&load.part, &path).map_err(|error| FetchError::file(&path, &error))?;
        let _ = std::fs::remove_file(download::beside(&load.part));
        let entry = Entry {
            name: name.clone(),
            kind: kind.name.clone(),
            period: period.to_owned(),
            part: file.part.clone(),
            address,
            at: now.instant().to_string(),
            size,
            sha256,
            etag: meta.etag,
            modified: meta.modified,
        };
        folder.note(entry.clone())?;
        on(Event::Ends { name: &name, size });
        Ok(Got { entry, loaded: true })
    }
}

/// True when the site's file is the one that was loaded: the same address, and the same tag, or date and size. A
/// folder gives neither tag nor date: there the bytes are compared.
fn is_same(entry: &Entry, address: &str, file: &Remote) -> bool {
    let known = Meta { size: Some(entry.size), etag: entry.etag.clone(), modified: entry.modified.clone() };
    entry.address == address
        && match &file.place {
            Place::Web(_) => known.is_same(&file.meta),
            Place::File(path) => {
                file.meta.size == known.size && record::digest(path).is_ok_and(|(_, sha256)| sha256 == entry.sha256)
            }
        }
}
