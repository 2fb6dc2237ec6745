//! Where files are taken from: the official sites, or a mirror of them that the operator names instead.
//!
//! A mirror is a folder, or a site, that holds the files by host and path (`www.cms.gov/files/zip/X.zip`, as `wget -r`
//! leaves them) or simply by name. Where one is named, no official host is asked for anything.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use reqwest::Url;

use super::catalog::Catalog;
use super::error::FetchError;
use super::links;

/// Where files are taken from.
#[derive(Debug, Clone)]
pub enum Source {
    /// The official addresses.
    Official,
    /// A site that holds copies; its address ends in `/`.
    Site(Url),
    /// A folder that holds copies, and the paths of its files from there, in order.
    Folder(PathBuf, Vec<String>),
}

/// Where one file may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// An address.
    Web(Url),
    /// A file of a mirror.
    File(PathBuf),
}

/// A file that a page, a listing or a pattern names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Candidate {
    /// Its path without escapes, for matching.
    pub path: String,
    /// Where it may be, in order.
    pub places: Vec<Place>,
}

/// More files than any mirror of the catalog has; a folder above it was named by mistake.
const MOST_FILES: usize = 100_000;

impl Source {
    /// The mirror that `--from` names: an address, or a folder, whose files are listed now.
    ///
    /// # Errors
    /// It is neither, or the folder cannot be listed.
    pub fn mirror(from: &str) -> Result<Self, FetchError> {
        let refused = |reason: String| FetchError::Mirror { from: from.to_owned(), reason };
        if from.starts_with("http://") || from.starts_with("https://") {
            let whole = if from.ends_with('/') { from.to_owned() } else { format!("{from}/") };
            return Url::parse(&whole).map(Self::Site).map_err(|error| FetchError::Mirror {
                from: "the address named".to_owned(),
                reason: error.to_string(),
            });
        }
        let root = Path::new(from);
        if !root.is_dir() {
            return Err(refused("there is no such folder".to_owned()));
        }
        let files = list(root).map_err(|error| refused(error.to_string()))?;
        if files.len() > MOST_FILES {
            return Err(refused(format!("more than {MOST_FILES} files are under it")));
        }
        Ok(Self::Folder(root.to_path_buf(), files))
    }

    /// The hosts that may be asked.
    pub(super) fn origins(&self, catalog: &Catalog) -> BTreeSet<String> {
        match self {
            Self::Official => catalog.origins.iter().cloned().collect(),
            Self::Site(base) => [base.origin().ascii_serialization()].into(),
            Self::Folder(..) => BTreeSet::new(),
        }
    }

    /// Where the page at an official address is to be read; `None` in a folder, which is listed as a whole.
    pub(super) fn page(&self, official: &Url) -> Option<Url> {
        match self {
            Self::Official => Some(official.clone()),
            Self::Site(base) => by_host(base, official),
            Self::Folder(..) => None,
        }
    }

    /// The listing of the mirror's own files, where it has one.
    pub(super) fn listing(&self) -> Option<&Url> {
        match self {
            Self::Site(base) => Some(base),
            Self::Official | Self::Folder(..) => None,
        }
    }

    /// The files of a folder.
    pub(super) fn listed(&self) -> Vec<Candidate> {
        let Self::Folder(root, files) = self else { return Vec::new() };
        let all = files.iter();
        all.map(|file| Candidate { path: format!("/{file}"), places: vec![Place::File(root.join(file))] }).collect()
    }

    /// A file with an official address.
    pub(super) fn official(&self, address: &Url) -> Candidate {
        let path = links::plain_path(address);
        let places = match self {
            Self::Official => vec![Place::Web(address.clone())],
            Self::Site(base) => {
                let name = links::file_name(&path);
                let by_name = base.join(&name.replace('%', "%25")).ok();
                by_host(base, address).into_iter().chain(by_name).map(Place::Web).collect()
            }
            Self::Folder(root, files) => {
                let whole = format!("{}{path}", address.host_str().unwrap_or("")).to_ascii_lowercase();
                let name = links::file_name(&path).to_ascii_lowercase();
                let at = |exact: bool| {
                    let (whole, name) = (whole.clone(), name.clone());
                    files.iter().filter(move |file| {
                        let file = file.to_ascii_lowercase();
                        (file == whole) == exact && (exact || file.rsplit('/').next() == Some(name.as_str()))
                    })
                };
                at(true).chain(at(false)).map(|file| Place::File(root.join(file))).collect()
            }
        };
        Candidate { path, places }
    }

    /// A link that a page of this source has.
    pub(super) fn link(&self, to: &Url, page: &Url) -> Candidate {
        let Self::Site(base) = self else { return self.official(to) };
        if to.origin() != base.origin() {
            return self.official(to);
        }
        // A copied page links to where its own host would have the file, or to where the copy lies.
        let there = copied(base, to).or_else(|| moved(to, page, &copied(base, page)?));
        let own = Place::Web(to.clone());
        let Some(there) = there else { return Candidate { path: links::plain_path(to), places: vec![own] } };
        let mut candidate = self.official(&there);
        if !candidate.places.contains(&own) {
            candidate.places.insert(0, own);
        }
        candidate
    }
}

/// The official address of a copy that lies by host and path.
fn copied(base: &Url, copy: &Url) -> Option<Url> {
    let (host, path) = copy.path().strip_prefix(base.path())?.split_once('/')?;
    let named = host.contains('.') && !host.starts_with('.');
    if named { Url::parse(&format!("https://{host}/{path}")).ok() } else { None }
}

/// `base/host/path`.
fn by_host(base: &Url, official: &Url) -> Option<Url> {
    base.join(&format!("{}{}", official.host_str()?, official.path())).ok()
}

/// A link of a copied page, as it stood on the official one: its path from the root is one of the official host.
fn moved(to: &Url, page: &Url, official: &Url) -> Option<Url> {
    let root = page.path().strip_suffix(official.path())?;
    let path = to.path().strip_prefix(root).unwrap_or(to.path());
    official.join(path).ok()
}

/// The files under a folder as paths from it with `/`, in order; what begins with a dot, and links, are left out.
fn list(root: &Path) -> std::io::Result<Vec<String>> {
    let (mut files, mut folders) = (Vec::new(), vec![(root.to_path_buf(), String::new(), 0)]);
    while let Some((folder, prefix, depth)) = folders.pop() {
        for entry in std::fs::read_dir(folder)? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let kind = entry.file_type()?;
            if name.starts_with('.') || name.ends_with(".part") || files.len() > MOST_FILES {
                continue;
            }
            let path = format!("{prefix}{name}");
            if kind.is_dir() && depth < 12 {
                folders.push((entry.path(), format!("{path}/"), depth + 1));
            } else if kind.is_file() {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    fn places(candidate: &Candidate) -> Vec<String> {
        let shown = |place: &Place| match place {
            Place::Web(address) => address.to_string(),
            Place::File(path) => path.file_name().unwrap().to_string_lossy().into_owned(),
        };
        candidate.places.iter().map(shown).collect()
    }

    #[test]
    fn a_site_may_hold_files_by_host_and_path_or_by_name() {
        let mirror = Source::mirror("http://mirror.test/cms").unwrap();
        let official = url("https://www.cms.gov/files/zip/icd%20x-08/14/2025.zip");
        assert_eq!(
            places(&mirror.official(&official)),
            [
                "http://mirror.test/cms/www.cms.gov/files/zip/icd%20x-08/14/2025.zip",
                "http://mirror.test/cms/icd%20x-08-14-2025.zip"
            ]
        );
        assert_eq!(mirror.origins(&Catalog::built_in()), ["http://mirror.test".to_owned()].into());
    }

    #[test]
    fn links_of_a_copied_page_stay_on_the_mirror() {
        let mirror = Source::mirror("http://mirror.test/cms/").unwrap();
        let page = url("http://mirror.test/cms/www.cms.gov/m/page");
        for link in [
            "https://www.cms.gov/files/zip/x.zip",
            "http://mirror.test/files/zip/x.zip",
            "http://mirror.test/cms/www.cms.gov/files/zip/x.zip",
        ] {
            let candidate = mirror.link(&url(link), &page);
            assert_eq!(candidate.path, "/files/zip/x.zip", "{link}");
            let places = places(&candidate);
            assert!(places.contains(&"http://mirror.test/cms/www.cms.gov/files/zip/x.zip".to_owned()), "{places:?}");
            assert!(places.iter().all(|place| place.starts_with("http://mirror.test/")), "{places:?}");
        }
    }

    #[test]
    fn a_link_of_a_plain_listing_is_taken_as_it_is() {
        let mirror = Source::mirror("http://mirror.test/cms/").unwrap();
        let candidate = mirror.link(&url("http://mirror.test/cms/rvu26d.zip"), &url("http://mirror.test/cms/"));
        assert_eq!(places(&candidate), ["http://mirror.test/cms/rvu26d.zip"]);
        let other = mirror.link(&url("https://elsewhere.test/rvu26d.zip"), &url("http://mirror.test/cms/"));
        assert!(places(&other).iter().all(|place| place.starts_with("http://mirror.test/cms/")));
    }

    #[test]
    fn a_folder_is_searched_by_path_first_and_then_by_name() {
        let folder = tempfile::tempdir().unwrap();
        for file in ["deep/down/RVU26D.zip", "www.cms.gov/files/zip/rvu26d.zip", ".hidden/rvu26d.zip", "a.part"] {
            let path = folder.path().join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "x").unwrap();
        }
        let mirror = Source::mirror(folder.path().to_str().unwrap()).unwrap();
        assert_eq!(mirror.listed().len(), 2);
        let found = mirror.official(&url("https://www.cms.gov/files/zip/rvu26d.zip"));
        assert_eq!(places(&found), ["rvu26d.zip", "RVU26D.zip"]);
    }

    #[test]
    fn what_is_neither_folder_nor_address_is_refused() {
        let error = Source::mirror("/nowhere/at/all").unwrap_err().to_string();
        assert!(error.contains("no such folder") && error.contains("http://"), "{error}");
        let error = Source::mirror("https://user:secret@").unwrap_err().to_string();
        assert!(!error.contains("secret"), "{error}");
    }
}
