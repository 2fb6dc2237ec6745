//! HTTP as the official sites need it: only hosts of the catalog, redirects looked at, patience that grows.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures::future::BoxFuture;
use reqwest::header::{ACCEPT_ENCODING, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, HeaderMap, HeaderValue, RANGE};
use reqwest::{Method, Response, StatusCode, Url};

use super::error::Fault;
use super::links;
use crate::domain::cause::innermost;

/// How a pause is made: the program sleeps, a test counts.
pub type Pause = Arc<dyn Fn(Duration) -> BoxFuture<'static, ()> + Send + Sync>;

/// How often one request is made before its host counts as out of reach.
const TRIES: u32 = 4;
/// The longest pause, also where the site asks for a longer one.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// More redirects than any of the sites needs.
const REDIRECTS: usize = 6;
/// The longest page that is read. The longest list of CMS is about 400 kB.
const LONGEST_PAGE: usize = 8 << 20;

/// The pause before the next try: 1, 2, 4 … seconds.
pub(super) fn growing(tries: u32) -> Duration {
    Duration::from_secs(1 << tries.min(6)).min(LONGEST_PAUSE)
}

/// What a site says of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Meta {
    /// Its size in bytes.
    pub size: Option<u64>,
    /// Its entity tag, as given; empty when there is none.
    pub etag: String,
    /// Its date, as given; empty when there is none.
    pub modified: String,
}

impl Meta {
    /// What `If-Range` may hold: a strong tag, else the date.
    pub fn validator(&self) -> Option<&str> {
        let strong = !self.etag.is_empty() && !self.etag.starts_with("W/");
        [strong.then_some(self.etag.as_str()), Some(self.modified.as_str())]
            .into_iter()
            .flatten()
            .find(|text| !text.is_empty())
    }

    /// True when both tell the same file: by tag, else by date and size.
    pub fn is_same(&self, other: &Self) -> bool {
        if !self.etag.is_empty() && !other.etag.is_empty() {
            return self.etag == other.etag;
        }
        !self.modified.is_empty() && self.modified == other.modified && self.size == other.size
    }
}

/// Whether a licence page may be passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Licence {
    /// The kind needs none: a licence page is a surprise.
    None,
    /// It needs one that the operator has not accepted: the file may be looked for, not loaded.
    Open,
    /// The operator accepted it.
    Accepted,
}

/// The end of one request.
pub(super) enum Asked {
    /// An answer, and the address that gave it.
    Answer(Url, Box<Response>),
    /// The site wants a licence accepted first.
    Licence,
}

/// A file that is there.
pub(super) struct Found {
    /// The address to ask.
    pub address: Url,
    /// The address that answers, after redirects.
    pub lands: Url,
    /// What the site says of it.
    pub meta: Meta,
}

/// The client. It remembers hosts that cannot be reached, so that one outage is waited for once.
pub(super) struct Web {
    client: reqwest::Client,
    origins: BTreeSet<String>,
    pause: Pause,
    down: Mutex<BTreeMap<String, String>>,
}

impl Web {
    pub fn new(origins: BTreeSet<String>, pause: Pause, silence: Duration) -> Result<Self, Fault> {
        // Another part of the program may have installed it already, which is as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder()
            .user_agent(concat!("caseconsultant/", env!("CARGO_PKG_VERSION"), " (corpus fetch)"))
            // Each redirect is looked at first.
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(silence)
            .read_timeout(silence)
            .build()
            .map_err(|error| Fault::Unreachable(reason(&error)))?;
        Ok(Self { client, origins, pause, down: Mutex::default() })
    }

    pub async fn pause(&self, time: Duration) {
        (self.pause)(time).await;
    }

    /// One request, its redirects followed within the catalog's hosts.
    pub async fn ask(&self, method: &Method, address: &Url, headers: &HeaderMap) -> Result<Asked, Fault> {
        let mut address = address.clone();
        for _ in 0..REDIRECTS {
            let origin = address.origin().ascii_serialization();
            if !self.origins.contains(&origin) {
                return Err(Fault::Foreign { to: origin });
            }
            let response = self.patiently(method, &address, headers).await?;
            if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
                return Ok(Asked::Answer(address, Box::new(response)));
            }
            let to = response.headers().get("location").and_then(|to| to.to_str().ok());
            let to = to.and_then(|to| address.join(to).ok()).ok_or(Fault::Circle)?;
            if links::behind_licence(&to).is_some() {
                return Ok(Asked::Licence);
            }
            address = to;
        }
        Err(Fault::Circle)
    }

    async fn patiently(&self, method: &Method, address: &Url, headers: &HeaderMap) -> Result<Response, Fault> {
        let origin = address.origin().ascii_serialization();
        if let Some(reason) = self.down.lock().unwrap_or_else(PoisonError::into_inner).get(&origin) {
            return Err(Fault::Unreachable(reason.clone()));
        }
        let mut tries = 0;
        loop {
            let sent = self.client.request(method.clone(), address.clone()).headers(headers.clone()).send().await;
            tries += 1;
            let wait = match sent {
                Ok(response) if tries < TRIES && is_transient(response.status()) => {
                    retry_after(response.headers()).unwrap_or_else(|| growing(tries - 1))
                }
                Ok(response) => return Ok(response),
                Err(_) if tries < TRIES => growing(tries - 1),
                Err(error) => {
                    let reason = reason(&error);
                    self.down.lock().unwrap_or_else(PoisonError::into_inner).insert(origin, reason.clone());
                    return Err(Fault::Unreachable(reason));
                }
            };
            self.pause(wait).await;
        }
    }

    /// A landing page, and the address that gave it.
    pub async fn page(&self, address: &Url) -> Result<(Url, String), Fault> {
        let Asked::Answer(address, mut response) = self.ask(&Method::GET, address, &plain()).await? else {
            return Err(Fault::Circle);
        };
        fault_of(response.status())?;
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| Fault::Unreachable(reason(&error)))? {
            body.extend_from_slice(&chunk);
            if body.len() > LONGEST_PAGE {
                return Err(Fault::TooBig { limit: LONGEST_PAGE as u64 });
            }
        }
        Ok((address, String::from_utf8_lossy(&body).into_owned()))
    }

    /// Whether a file is at an address. Nothing of it is loaded.
    pub async fn probe(&self, address: &Url, licence: Licence) -> Result<Found, Fault> {
        match (self.look(address).await, licence) {
            (Ok(Some(found)), _) => Ok(found),
            (Ok(None), Licence::Open) => {
                Ok(Found { address: address.clone(), lands: address.clone(), meta: Meta::default() })
            }
            (Ok(None) | Err(Fault::Page), Licence::Accepted) => {
                let agreed = agree(address).ok_or(Fault::Page)?;
                self.look(&agreed).await?.ok_or(Fault::Page)
            }
            (Ok(None), Licence::None) => Err(Fault::Page),
            (Err(fault), _) => Err(fault),
        }
    }

    /// As [`Web::probe`]; `None` when a licence page stands before it.
    async fn look(&self, address: &Url) -> Result<Option<Found>, Fault> {
        let Asked::Answer(mut lands, mut response) = self.ask(&Method::HEAD, address, &plain()).await? else {
            return Ok(None);
        };
        let gone = matches!(response.status().as_u16(), 404 | 410);
        if response.status().is_client_error() && !gone {
            // Some servers know no HEAD, or refuse it to programs; one byte tells as much.
            let mut headers = plain();
            headers.insert(RANGE, HeaderValue::from_static("bytes=0-0"));
            match self.ask(&Method::GET, address, &headers).await? {
                Asked::Answer(to, answer) => (lands, response) = (to, answer),
                Asked::Licence => return Ok(None),
            }
        }
        fault_of(response.status())?;
        let kind = response.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or("");
        if kind.to_ascii_lowercase().starts_with("text/html") {
            return Err(Fault::Page);
        }
        let meta = meta(&response);
        Ok(Some(Found { address: address.clone(), lands, meta }))
    }
}

/// The address with the operator's yes to the licence; `None` when it has it.
pub(super) fn agree(address: &Url) -> Option<Url> {
    if address.query_pairs().any(|(key, _)| key == "agree") {
        return None;
    }
    let mut agreed = address.clone();
    agreed.query_pairs_mut().append_pair("agree", "yes");
    Some(agreed)
}

/// Headers of every request: the bytes as they are, so that lengths and digests are those of the file.
pub(super) fn plain() -> HeaderMap {
    HeaderMap::from_iter([(ACCEPT_ENCODING, HeaderValue::from_static("identity"))])
}

/// An address as it may be shown: without user and password.
pub(super) fn shown(address: &Url) -> String {
    let mut address = address.clone();
    let _ = address.set_password(None);
    let _ = address.set_username("");
    address.to_string()
}

/// The fault that a status is; success is none.
pub(super) fn fault_of(status: StatusCode) -> Result<(), Fault> {
    match status.as_u16() {
        200..=299 => Ok(()),
        404 | 410 => Err(Fault::Missing(status.as_u16())),
        401 | 403 | 451 => Err(Fault::Refused(status.as_u16())),
        other => Err(Fault::Status(other)),
    }
}

fn is_transient(status: StatusCode) -> bool {
    matches!(status.as_u16(), 408 | 425 | 429 | 500 | 502 | 503 | 504)
}

fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers.get("retry-after")?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds).min(LONGEST_PAUSE))
}

/// What the headers say of the whole file.
pub(super) fn meta(response: &Response) -> Meta {
    let text = |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or("").trim();
    // Not `content_length()`, which is that of the body: nothing for HEAD.
    let length = || text(CONTENT_LENGTH.as_str()).parse().ok();
    let size = if response.status() == StatusCode::PARTIAL_CONTENT {
        content_range(response.headers()).and_then(|(_, total)| total)
    } else {
        length()
    };
    Meta { size, etag: text("etag").to_owned(), modified: text("last-modified").to_owned() }
}

/// First byte and total of `Content-Range: bytes 5-9/10`; the first byte of `bytes */10` is `None`.
pub(super) fn content_range(headers: &HeaderMap) -> Option<(Option<u64>, Option<u64>)> {
    let text = headers.get(CONTENT_RANGE)?.to_str().ok()?.trim().strip_prefix("bytes")?.trim();
    let (range, total) = text.split_once('/')?;
    let first = range.split_once('-').and_then(|(first, _)| first.trim().parse().ok());
    Some((first, total.trim().parse().ok()))
}

/// The innermost reason, without the address.
pub(super) fn reason(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return "no answer in time".to_owned();
    }
    innermost(error).unwrap_or_else(|| "the request could not be made".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_end_at_a_minute() {
        let pauses: Vec<u64> = (0..8).map(|tries| growing(tries).as_secs()).collect();
        assert_eq!(pauses, [1, 2, 4, 8, 16, 32, 60, 60]);
    }

    #[test]
    fn a_weak_tag_is_no_validator() {
        let meta = |etag: &str, modified: &str| Meta { size: None, etag: etag.into(), modified: modified.into() };
        assert_eq!(meta("\"a\"", "Mon").validator(), Some("\"a\""));
        assert_eq!(meta("W/\"a\"", "Mon").validator(), Some("Mon"));
        assert_eq!(meta("W/\"a\"", "").validator(), None);
        assert!(meta("\"a\"", "Mon").is_same(&meta("\"a\"", "Tue")));
        assert!(!meta("", "").is_same(&meta("", "")), "nothing known is nothing the same");
    }

    #[test]
    fn a_range_is_read_with_and_without_its_start() {
        let range = |text: &'static str| {
            content_range(&HeaderMap::from_iter([(CONTENT_RANGE, HeaderValue::from_static(text))]))
        };
        assert_eq!(range("bytes 5-9/10"), Some((Some(5), Some(10))));
        assert_eq!(range("bytes */10"), Some((None, Some(10))));
        assert_eq!(range("bytes 0-0/*"), Some((Some(0), None)));
        assert_eq!(range("pages 1/2"), None);
    }

    #[test]
    fn a_password_is_not_shown() {
        let address = Url::parse("https://me:secret@mirror.test/x").unwrap();
        assert_eq!(shown(&address), "https://mirror.test/x");
    }

    #[test]
    fn a_yes_is_said_once() {
        let address = Url::parse("https://a.test/x.zip").unwrap();
        let agreed = agree(&address).unwrap();
        assert_eq!(agreed.as_str(), "https://a.test/x.zip?agree=yes");
        assert_eq!(agree(&agreed), None);
    }
}
