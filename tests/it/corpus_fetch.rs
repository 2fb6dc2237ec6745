//! `corpus fetch` over the wire: a site on this machine that serves whole files, breaks, refuses, lies and leads
//! astray. Whatever it does, a file that gets its name is whole and on record, and an error says what to do.

mod lies;
mod mirror;
mod real;
mod releases;
mod resume;
mod site;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use caseconsultant::corpus::fetch::{
    Catalog, Event, FetchError, Fetcher, Folder, Outcome, Settings, Source, Standing, Terms, plan,
};
use caseconsultant::domain::time::Timestamp;
use jiff::civil::{Date, date};
use tempfile::TempDir;

use site::Site;

/// 2026-11-24 10:00 UTC, and its day in the middle of the fourth quarter, before the files of January are due.
const NOW: Timestamp = Timestamp(1_795_514_400_000_000);
const TODAY: Date = date(2026, 11, 1);

/// An operator with a folder, a catalog that leads to the site, and a count of pauses in place of sleep.
struct Desk {
    place: TempDir,
    catalog: Catalog,
    settings: Settings,
    pauses: Arc<Mutex<Vec<u64>>>,
    events: Mutex<Vec<String>>,
    today: Date,
    shelf: Vec<(String, Date)>,
}

impl Desk {
    /// The real catalog with the site in place of each official host, and every term accepted.
    fn at(site: &Site) -> Self {
        let mut text = Catalog::built_in_text().to_owned();
        for host in ["www.cms.gov", "downloads.cms.gov", "ftp.cdc.gov"] {
            text = text.replace(&format!("https://{host}"), &site.base);
        }
        Self::with(Catalog::parse(&text).unwrap(), Source::Official)
    }

    /// The real catalog and a mirror.
    fn from(mirror: &str) -> Self {
        Self::with(Catalog::built_in(), Source::mirror(mirror).unwrap())
    }

    fn with(catalog: Catalog, source: Source) -> Self {
        let pauses: Arc<Mutex<Vec<u64>>> = Arc::default();
        let counted = Arc::clone(&pauses);
        let settings = Settings {
            source,
            accepted: Terms::ALL.into(),
            pause: Arc::new(move |time| {
                counted.lock().unwrap().push(time.as_secs());
                Box::pin(std::future::ready(()))
            }),
            silence: Duration::from_secs(10),
            ..Settings::official()
        };
        let place = tempfile::tempdir().unwrap();
        Self { place, catalog, settings, pauses, events: Mutex::default(), today: TODAY, shelf: Vec::new() }
    }

    fn accepting(mut self, terms: &[Terms]) -> Self {
        self.settings.accepted = terms.iter().copied().collect::<BTreeSet<_>>();
        self
    }

    fn on(mut self, today: Date) -> Self {
        self.today = today;
        self
    }

    fn shelf(mut self, key: &str, from: Date) -> Self {
        self.shelf.push((key.to_owned(), from));
        self
    }

    /// Runs `corpus fetch KIND`; the outcome of the release in force.
    async fn fetch(&self, kind: &str) -> Result<Outcome, FetchError> {
        self.fetch_all(kind).await.pop().unwrap()
    }

    async fn fetch_all(&self, kind: &str) -> Vec<Result<Outcome, FetchError>> {
        let mut fetcher = Fetcher::new(&self.catalog, self.settings.clone()).unwrap();
        let mut folder = Folder::open(self.place.path()).unwrap();
        let listener = |event: Event<'_>| self.events.lock().unwrap().push(format!("{event:?}"));
        let mut outcomes = Vec::new();
        for wanted in plan(&self.catalog, &[kind.to_owned()], self.today, &self.shelf).unwrap() {
            outcomes.push(fetcher.fetch(&wanted, &mut folder, NOW, &listener).await);
        }
        outcomes
    }

    /// Runs `corpus fetch KIND --check`.
    async fn check(&self, kind: &str) -> Vec<Standing> {
        let mut fetcher = Fetcher::new(&self.catalog, self.settings.clone()).unwrap();
        let mut standings = Vec::new();
        for wanted in plan(&self.catalog, &[kind.to_owned()], self.today, &self.shelf).unwrap() {
            standings.extend(fetcher.check(&wanted).await);
        }
        standings
    }

    fn file(&self, name: &str) -> PathBuf {
        self.place.path().join(name)
    }

    /// What lies in the folder, its records left out.
    fn files(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.place.path()).unwrap();
        let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.retain(|name| !["fetched.json", "fetched.lock"].contains(&name.as_str()));
        names.sort();
        names
    }

    fn pauses(&self) -> Vec<u64> {
        self.pauses.lock().unwrap().clone()
    }
}

/// An archive in the eyes of the loader: its first bytes, filling, and an empty directory at its end.
fn archive(size: usize, filling: u8) -> Vec<u8> {
    let mut bytes = b"PK\x03\x04".to_vec();
    bytes.resize(size.max(26) - 22, filling);
    bytes.extend_from_slice(b"PK\x05\x06");
    bytes.resize(bytes.len() + 18, 0);
    bytes
}

/// The names that were loaded by this run.
fn loaded(outcome: Result<Outcome, FetchError>) -> Vec<String> {
    match outcome {
        Ok(Outcome::Fetched(_, got)) => {
            got.into_iter().filter(|file| file.loaded).map(|file| file.entry.name).collect()
        }
        other => panic!("nothing was fetched: {other:?}"),
    }
}
