//! Loading one file: resumed where it broke, checked before it gets its name.
//!
//! Bytes go to `NAME.part`; `NAME.part.json` beside it remembers which file of the site they are of. The name itself
//! appears only when length, first bytes and end are right and the digest is on record.

use std::path::{Path, PathBuf};

use reqwest::header::{HeaderMap, HeaderValue, IF_RANGE, RANGE};
use reqwest::{Method, Response, StatusCode, Url};
use serde::{Deserialize, Serialize};
use tokio::fs::{File, OpenOptions};
use tokio::io::AsyncWriteExt as _;

use super::content::Content;
use super::error::{Fault, FetchError};
use super::web::{Asked, Meta, Web, agree, content_range, fault_of, growing, meta, plain};

/// How often the connection may break without this many bytes of progress before the run gives up.
const BREAKS: u32 = 6;
const PROGRESS: u64 = 1 << 20;

/// What happens while a file is loaded. The command line draws its bar from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event<'a> {
    /// A file begins; `done` bytes of it are here from an earlier run.
    Begins {
        /// Its name.
        name: &'a str,
        /// Bytes here.
        done: u64,
        /// Its size, if the site says.
        total: Option<u64>,
    },
    /// Bytes came.
    Moves {
        /// Bytes here.
        done: u64,
        /// Its size, if the site says.
        total: Option<u64>,
    },
    /// The connection broke; it goes on after a pause.
    Waits {
        /// How long.
        pause: std::time::Duration,
    },
    /// The file is whole and has its name.
    Ends {
        /// Its name.
        name: &'a str,
        /// Its size.
        size: u64,
    },
}

/// Whoever wants to know.
pub type Listener<'a> = &'a (dyn Fn(Event<'_>) + Send + Sync);

/// A failure while loading: of the site, or of our own disk.
pub(super) enum Trouble {
    Site(Fault),
    Disk(FetchError),
}

impl From<Fault> for Trouble {
    fn from(fault: Fault) -> Self {
        Self::Site(fault)
    }
}

/// Which file of a site the bytes in a `.part` are of.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Begun {
    address: String,
    total: Option<u64>,
    etag: String,
    modified: String,
}

impl Begun {
    fn meta(&self) -> Meta {
        Meta { size: self.total, etag: self.etag.clone(), modified: self.modified.clone() }
    }
}

/// One load of one file.
pub(super) struct Load<'a> {
    pub web: &'a Web,
    pub content: Content,
    pub limit: u64,
    /// True when the operator accepted what the site may ask for.
    pub accepted: bool,
    pub part: PathBuf,
    pub on: Listener<'a>,
}

impl Load<'_> {
    /// Loads the file at an address into the part, whole and checked, and says what the site says of it.
    pub async fn run(&self, address: &Url, name: &str) -> Result<Meta, Trouble> {
        let mut address = address.clone();
        let (mut breaks, mut mark) = (0, 0);
        loop {
            let begun = self.begun(&address).await;
            let here = self.here().await;
            let fault = match self.ask(&address, begun.as_ref(), here).await? {
                Asked::Licence => match agree(&address).filter(|_| self.accepted) {
                    Some(agreed) => {
                        address = agreed;
                        continue;
                    }
                    None => return Err(Fault::Page.into()),
                },
                Asked::Answer(_, response) => match self.take(*response, &address, name, begun, here).await {
                    Ok(meta) => {
                        self.check(&meta).await?;
                        return Ok(meta);
                    }
                    Err(Trouble::Site(Fault::Page)) if self.accepted && agree(&address).is_some() => {
                        self.drop_part().await;
                        address = agree(&address).ok_or(Fault::Page)?;
                        continue;
                    }
                    Err(Trouble::Site(fault @ Fault::Cut { .. })) => fault,
                    Err(trouble) => {
                        // Bytes that are right so far are kept for the next run, whatever the site says now.
                        if matches!(&trouble, Trouble::Site(fault) if fault.is_of_content()) {
                            self.drop_part().await;
                        }
                        return Err(trouble);
                    }
                },
            };
            let here = self.here().await;
            if here >= mark + PROGRESS {
                (breaks, mark) = (0, here);
            }
            breaks += 1;
            if breaks >= BREAKS {
                let Fault::Cut { expected, .. } = fault else { return Err(fault.into()) };
                return Err(Fault::Cut { times: breaks, got: here, expected }.into());
            }
            let pause = growing(breaks - 1);
            (self.on)(Event::Waits { pause });
            self.web.pause(pause).await;
        }
    }

    /// Asks for the file, or for the rest of it.
    async fn ask(&self, address: &Url, begun: Option<&Begun>, here: u64) -> Result<Asked, Fault> {
        let mut headers: HeaderMap = plain();
        if let Some(validator) = begun.map(Begun::meta).as_ref().and_then(Meta::validator)
            && here > 0
            && let (Ok(range), Ok(validator)) =
                (HeaderValue::try_from(format!("bytes={here}-")), HeaderValue::try_from(validator))
        {
            headers.insert(RANGE, range);
            headers.insert(IF_RANGE, validator);
        }
        self.web.ask(&Method::GET, address, &headers).await
    }

    /// Takes an answer in. `Fault::Cut` when what is missing may come at the next try.
    async fn take(
        &self,
        response: Response,
        address: &Url,
        name: &str,
        begun: Option<Begun>,
        here: u64,
    ) -> Result<Meta, Trouble> {
        let said = meta(&response);
        match (response.status(), begun) {
            (StatusCode::PARTIAL_CONTENT, Some(begun)) => {
                let first = content_range(response.headers()).and_then(|(first, _)| first);
                let same = said.etag == begun.etag && (said.size.is_none() || said.size == begun.total);
                if first != Some(here) || !same {
                    // The site has another file by now, or sends another piece than was asked for.
                    self.drop_part().await;
                    return Err(cut(0, begun.total).into());
                }
                let whole = begun.meta();
                self.pour(response, name, here, &whole).await?;
                Ok(whole)
            }
            (StatusCode::RANGE_NOT_SATISFIABLE, Some(begun)) => {
                let total = content_range(response.headers()).and_then(|(_, total)| total);
                if total == Some(here) && begun.total.is_none_or(|total| total == here) {
                    return Ok(begun.meta());
                }
                self.drop_part().await;
                Err(cut(0, begun.total).into())
            }
            (StatusCode::OK, _) => {
                if said.size.is_some_and(|size| size > self.limit) {
                    return Err(Fault::TooBig { limit: self.limit }.into());
                }
                self.begin(address, &said).await?;
                self.pour(response, name, 0, &said).await?;
                Ok(said)
            }
            (status, _) => {
                fault_of(status)?;
                Err(Fault::Status(status.as_u16()).into())
            }
        }
    }

    /// Writes a body behind the `here` bytes that are there.
    async fn pour(&self, mut response: Response, name: &str, here: u64, whole: &Meta) -> Result<(), Trouble> {
        let total = whole.size;
        (self.on)(Event::Begins { name, done: here, total });
        let mut file = self.open(here > 0).await?;
        let (mut done, mut start, mut checked) = (here, Vec::new(), here > 0);
        loop {
            let chunk = response.chunk().await;
            let ended = !matches!(chunk, Ok(Some(_)));
            let bytes = match &chunk {
                Ok(Some(bytes)) => &bytes[..],
                _ => &[],
            };
            if checked {
                self.write(&mut file, bytes).await?;
            } else {
                start.extend_from_slice(bytes);
                if start.len() >= Content::START || ended && !start.is_empty() {
                    // The first bytes condemn a file before the other gigabytes come.
                    self.content.check_start(&start)?;
                    self.write(&mut file, &start).await?;
                    checked = true;
                }
            }
            done += bytes.len() as u64;
            if done > self.limit {
                return Err(Fault::TooBig { limit: self.limit }.into());
            }
            (self.on)(Event::Moves { done, total });
            if ended {
                file.flush().await.map_err(|error| self.disk(&error))?;
                return match chunk {
                    Err(_) => Err(cut(done, total).into()),
                    Ok(_) if total.is_some_and(|total| done < total) => Err(cut(done, total).into()),
                    Ok(_) => Ok(()),
                };
            }
        }
    }

    /// Length, first bytes and end of what lies in the part now.
    async fn check(&self, whole: &Meta) -> Result<(), Trouble> {
        let got = self.here().await;
        let wrong = whole.size.filter(|expected| *expected != got);
        let outcome = match wrong {
            Some(expected) => Err(Ok(Fault::Length { got, expected })),
            None => self.content.check_file(&self.part),
        };
        let trouble = match outcome {
            Ok(()) => return Ok(()),
            Err(Ok(fault)) => Trouble::Site(fault),
            Err(Err(error)) => self.disk(&error),
        };
        self.drop_part().await;
        Err(trouble)
    }

    async fn here(&self) -> u64 {
        tokio::fs::metadata(&self.part).await.map_or(0, |part| part.len())
    }

    /// What the part is of, if it is of this address and can be gone on with.
    async fn begun(&self, address: &Url) -> Option<Begun> {
        let text = tokio::fs::read(beside(&self.part)).await.ok()?;
        let begun: Begun = serde_json::from_slice(&text).ok()?;
        (begun.address == address.as_str() && begun.meta().validator().is_some()).then_some(begun)
    }

    async fn begin(&self, address: &Url, said: &Meta) -> Result<(), Trouble> {
        self.drop_part().await;
        let (total, etag, modified) = (said.size, said.etag.clone(), said.modified.clone());
        let begun = Begun { address: address.to_string(), total, etag, modified };
        let text = serde_json::to_vec(&begun).unwrap_or_default();
        tokio::fs::write(beside(&self.part), text).await.map_err(|error| self.disk(&error))
    }

    async fn open(&self, append: bool) -> Result<File, Trouble> {
        let mut options = OpenOptions::new();
        options.create(true).write(true).append(append).truncate(!append);
        options.open(&self.part).await.map_err(|error| self.disk(&error))
    }

    async fn write(&self, file: &mut File, bytes: &[u8]) -> Result<(), Trouble> {
        file.write_all(bytes).await.map_err(|error| self.disk(&error))
    }

    /// Forgets what was loaded. What cannot be deleted is overwritten by the next load.
    async fn drop_part(&self) {
        let _ = tokio::fs::remove_file(&self.part).await;
        let _ = tokio::fs::remove_file(beside(&self.part)).await;
    }

    fn disk(&self, error: &std::io::Error) -> Trouble {
        Trouble::Disk(FetchError::file(&self.part, error))
    }
}

fn cut(got: u64, expected: Option<u64>) -> Fault {
    Fault::Cut { times: 1, got, expected: expected.map_or_else(|| "?".to_owned(), |bytes| bytes.to_string()) }
}

/// Where the state of a part is kept.
pub(super) fn beside(part: &Path) -> PathBuf {
    let mut name = part.as_os_str().to_owned();
    name.push(".json");
    PathBuf::from(name)
}

/// Copies a file of a mirror into the part and checks it.
pub(super) async fn copy(load: &Load<'_>, from: &Path, name: &str) -> Result<Meta, Trouble> {
    let failed = |error: std::io::Error| Trouble::Disk(FetchError::file(from, &error));
    let size = tokio::fs::metadata(from).await.map_err(failed)?.len();
    if size > load.limit {
        return Err(Fault::TooBig { limit: load.limit }.into());
    }
    (load.on)(Event::Begins { name, done: 0, total: Some(size) });
    load.drop_part().await;
    tokio::fs::copy(from, &load.part).await.map_err(failed)?;
    let meta = Meta { size: Some(size), ..Meta::default() };
    load.check(&meta).await?;
    Ok(meta)
}
