//! Which addresses the files of a release have today: links of the landing pages first, then the patterns.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::fmt::rfc2822;
use regex::Regex;
use reqwest::Url;

use super::catalog::Kind;
use super::error::{Fault, FetchError, by_hand};
use super::links;
use super::period::Period;
use super::plan::Wanted;
use super::source::{Candidate, Place, Source};
use super::web::{Licence, Meta, Web, shown};

/// A release that is there.
#[derive(Debug, Clone)]
pub struct Available {
    /// The name of its kind.
    pub kind: String,
    /// Its period.
    pub period: Period,
    /// Its files.
    pub files: Vec<Remote>,
    /// What did not answer on the way, for the operator.
    pub notes: Vec<String>,
    /// True when a newer release may be out: this one was found after a page or a site had failed for a newer one.
    pub unsure: bool,
}

/// A file of a release.
#[derive(Debug, Clone)]
pub struct Remote {
    /// Which part; empty where there is one.
    pub part: String,
    /// Its name.
    pub name: String,
    /// Where it is.
    pub place: Place,
    /// What the site says of it.
    pub meta: Meta,
}

impl Available {
    /// Its first day; of a series without periods the date that its newest file has by name or by its site.
    pub fn date(&self) -> Option<Date> {
        let of = |file: &Remote| links::date_in(&file.name).or_else(|| http_date(&file.meta.modified));
        self.period.from.or_else(|| self.files.iter().filter_map(of).max())
    }
}

fn http_date(text: &str) -> Option<Date> {
    let time = rfc2822::DateTimeParser::new().parse_timestamp(text).ok()?;
    Some(jiff::tz::TimeZone::UTC.to_datetime(time).date())
}

/// Looks for releases. Each page is read once.
pub(super) struct Resolver<'a> {
    pub source: &'a Source,
    pub web: &'a Web,
    pub pages: &'a mut BTreeMap<String, Result<Vec<Candidate>, Fault>>,
    pub licence: Licence,
    notes: Vec<String>,
    unsure: bool,
    worst: Option<(String, Fault)>,
}

impl<'a> Resolver<'a> {
    pub fn new(
        source: &'a Source,
        web: &'a Web,
        pages: &'a mut BTreeMap<String, Result<Vec<Candidate>, Fault>>,
        licence: Licence,
    ) -> Self {
        Self { source, web, pages, licence, notes: Vec::new(), unsure: false, worst: None }
    }

    /// The newest release of those wanted; `None` when it lies ahead and is not out.
    pub async fn resolve(mut self, wanted: &Wanted<'_>) -> Result<Option<Available>, FetchError> {
        let kind = wanted.kind;
        for (at, period) in wanted.periods.iter().enumerate() {
            let files = self.release(kind, period).await?;
            if !files.is_empty() {
                let (notes, unsure) = (self.notes, self.unsure && at > 0);
                return Ok(Some(Available { kind: kind.name.clone(), period: period.clone(), files, notes, unsure }));
            }
        }
        // Some sites answer 403 for what is not there yet; the release in force shows whether it is an outage.
        if wanted.upcoming {
            return Ok(None);
        }
        if let Some((address, fault)) = self.worst {
            return Err(FetchError::Remote { address, fault, hand: by_hand(&kind.home) });
        }
        let periods = wanted.periods.iter().map(|period| period.label.as_str()).collect::<Vec<_>>().join(", ");
        let notes = self.notes.iter().map(|note| format!("; {note}")).collect();
        Err(FetchError::NotFound { kind: kind.name.clone(), periods, notes, hand: by_hand(&kind.home) })
    }

    /// The files of one period; none when a part is missing.
    async fn release(&mut self, kind: &Kind, period: &Period) -> Result<Vec<Remote>, FetchError> {
        let mut files = Vec::new();
        for part in kind.all_parts() {
            match self.part(kind, period, part).await? {
                Some(file) => files.push(file),
                None if kind.requires(part) => {
                    if !files.is_empty() {
                        self.unsure = true;
                        self.note(format!("{} is incomplete: no part {part}", period.label));
                    }
                    return Ok(Vec::new());
                }
                None => {}
            }
        }
        Ok(files)
    }

    async fn part(&mut self, kind: &Kind, period: &Period, part: &str) -> Result<Option<Remote>, FetchError> {
        let refused = |reason: String| FetchError::Catalog { reason: format!("kind {}: {reason}", kind.name) };
        let expressions = kind.expressions(&kind.links, period, part).map_err(refused)?;
        let via = kind.expressions(&kind.via, period, part).map_err(refused)?;
        let pages = kind.addresses(&kind.pages, period, part).map_err(refused)?;
        let steady: Vec<&str> = kind.pages.iter().filter(|page| !page.contains('{')).map(String::as_str).collect();
        let mut candidates = self.linked(&pages, &steady, &via, &expressions).await;
        let patterns = kind.addresses(&kind.files, period, part).map_err(refused)?;
        for candidate in patterns.iter().map(|address| self.source.official(address)) {
            if !candidates.iter().any(|known| known.path == candidate.path) {
                candidates.push(candidate);
            }
        }
        for candidate in candidates {
            for place in &candidate.places {
                if let Some(file) = self.at(place, &candidate.path, part, &expressions).await {
                    return Ok(Some(file));
                }
            }
        }
        Ok(None)
    }

    /// The files that pages or listings link to, the preferred and newest first.
    async fn linked(&mut self, pages: &[Url], steady: &[&str], via: &[Regex], expressions: &[Regex]) -> Vec<Candidate> {
        let mut links = self.source.listed();
        if let Some(listing) = self.source.listing().cloned() {
            links.extend(self.page(&listing, false).await);
        }
        let mut further = Vec::new();
        for official in pages {
            let Some(address) = self.source.page(official) else { continue };
            // A page for one period may not be there yet, and a mirror need not have pages.
            let owed = matches!(self.source, Source::Official) && steady.contains(&official.as_str());
            let found = self.page(&address, owed).await;
            further.extend(found.iter().filter(|link| via.iter().any(|via| via.is_match(&link.path))).cloned());
            links.extend(found);
        }
        let mut chosen = choose(&links, expressions);
        if chosen.is_empty() {
            further.dedup();
            // The newest of a release's pages is the last that was made: two are enough.
            for place in further.iter().rev().take(2).flat_map(|link| &link.places) {
                if let Place::Web(address) = place {
                    links.extend(self.page(address, false).await);
                }
            }
            chosen = choose(&links, expressions);
        }
        chosen
    }

    /// The links of a page; none, with a note, when it cannot be read. One that is `owed` must be there.
    async fn page(&mut self, address: &Url, owed: bool) -> Vec<Candidate> {
        let key = address.to_string();
        if !self.pages.contains_key(&key) {
            let read = self.web.page(address).await.map(|(lands, text)| {
                let to_link = |to: &Url| self.source.link(to, &lands);
                links::addresses(&text, &lands).iter().map(to_link).collect()
            });
            self.pages.insert(key.clone(), read);
        }
        match &self.pages[&key] {
            Ok(links) => links.clone(),
            Err(fault) => {
                if owed || !matches!(fault, Fault::Missing(_)) {
                    self.unsure = true;
                    self.note(format!("{}: {fault}", shown(address)));
                }
                Vec::new()
            }
        }
    }

    /// The file at a place, if it is there and is the one that was asked for.
    async fn at(&mut self, place: &Place, path: &str, part: &str, expressions: &[Regex]) -> Option<Remote> {
        let named = |path: &str, place: Place, meta: Meta| {
            Some(Remote { part: part.to_owned(), name: links::file_name(path), place, meta })
        };
        match place {
            Place::File(file) => {
                let size = std::fs::metadata(file).ok()?.len();
                named(path, place.clone(), Meta { size: Some(size), ..Meta::default() })
            }
            Place::Web(address) => match self.web.probe(address, self.licence).await {
                Ok(found) => {
                    let lands = links::plain_path(&found.lands);
                    let other = found.lands.path() != address.path();
                    // An address of last year may lead to this year's file, which is another release.
                    if other && !expressions.is_empty() && !expressions.iter().any(|link| link.is_match(&lands)) {
                        self.note(format!("{} leads to {}", shown(address), shown(&found.lands)));
                        return None;
                    }
                    named(if other { &lands } else { path }, Place::Web(found.address), found.meta)
                }
                Err(fault) => {
                    if !fault.is_absence() {
                        self.unsure = true;
                        self.note(format!("{}: {fault}", shown(address)));
                        self.worst.get_or_insert((shown(address), fault));
                    }
                    None
                }
            },
        }
    }

    fn note(&mut self, note: String) {
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }
}

/// The links that match, in order of the expressions, and for each the newest first.
fn choose(links: &[Candidate], expressions: &[Regex]) -> Vec<Candidate> {
    let mut chosen: Vec<Candidate> = Vec::new();
    for expression in expressions {
        let mut matching: Vec<&Candidate> = links.iter().filter(|link| expression.is_match(&link.path)).collect();
        // Of equals the later on the page comes first.
        matching.sort_by_key(|link| links::age(&link.path));
        for link in matching.into_iter().rev() {
            if !chosen.contains(link) {
                chosen.push(link.clone());
            }
        }
    }
    chosen
}
