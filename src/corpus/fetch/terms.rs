//! Whose terms stand before which files, and the record that the operator accepted them.
//!
//! The texts are our own words and point to the owners' texts, which alone bind. Nothing that needs terms is loaded
//! before `licenses.json` of the data folder says who accepted them, when and by which means.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::error::FetchError;
use super::record::write_whole;
use crate::domain::time::Timestamp;

/// An owner whose words or codes are in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Terms {
    /// American Medical Association: CPT.
    Ama,
    /// American Dental Association: CDT, the D codes.
    Ada,
    /// American Hospital Association: the UB-04 manual.
    Aha,
}

/// What is said before every file of the government.
const CMS: &str = "\
CMS and CDC: the files are works of the United States government, given as they are. Neither agency answers for what
is done with them, and neither endorses this program. Official pages: https://www.cms.gov and https://www.cdc.gov/nchs";

impl Terms {
    /// All owners.
    pub const ALL: [Self; 3] = [Self::Ama, Self::Ada, Self::Aha];

    /// The edition of our texts. An acceptance of an earlier edition does not count for a later one.
    const EDITION: u32 = 1;

    /// The word used in files and options.
    pub fn key(self) -> &'static str {
        match self {
            Self::Ama => "ama",
            Self::Ada => "ada",
            Self::Aha => "aha",
        }
    }

    /// The owner's name.
    pub fn owner(self) -> &'static str {
        match self {
            Self::Ama => "the American Medical Association (CPT)",
            Self::Ada => "the American Dental Association (CDT)",
            Self::Aha => "the American Hospital Association (UB-04)",
        }
    }

    /// What the operator is asked to accept, in our words.
    pub fn text(self) -> &'static str {
        match self {
            Self::Ama => {
                "\
AMA: CPT codes and their descriptors belong to the American Medical Association. CMS passes them on under an agreement
that lets you use its files for Medicare, Medicaid and other federal programs, inside the United States, within your
own organization. It does not let you sell, license or publish them, and CPT as such needs the AMA's own licence.
By accepting you say that you have read and agree to the text at https://www.cms.gov/license/ama
The AMA's licences: https://www.ama-assn.org/practice-management/cpt/ama-cpt-licensing-overview"
            }
            Self::Ada => {
                "\
ADA: CDT codes (those that begin with D) and their descriptors belong to the American Dental Association. CMS passes
them on under an agreement of the same kind, for your own use in federal programs.
By accepting you say that you have read and agree to the text that CMS shows before its files, for one at
https://www.cms.gov/medicare-coverage-database/downloads/downloads.aspx
The ADA's licences: https://www.ada.org/publications/cdt"
            }
            Self::Aha => {
                "\
AHA: bill types and revenue codes of the UB-04 manual belong to the American Hospital Association. The coverage
database of CMS quotes them under an agreement of the same kind, for your own use.
By accepting you say that you have read and agree to the text shown at
https://www.cms.gov/medicare-coverage-database/downloads/downloads.aspx
The AHA's licences: https://www.nubc.org"
            }
        }
    }
}

/// The owners' names in a sentence.
pub fn owners(terms: impl IntoIterator<Item = Terms>) -> String {
    terms.into_iter().map(Terms::owner).collect::<Vec<_>>().join(" and ")
}

/// All that the operator is shown before files with these terms are loaded.
pub fn notice(terms: &BTreeSet<Terms>) -> String {
    terms.iter().fold(CMS.to_owned(), |mut text, terms| {
        let _ = write!(text, "\n\n{}", terms.text());
        text
    })
}

/// How the operator accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Means {
    /// Asked at a terminal, after the text was shown.
    Asked,
    /// By `--accept-ama-license`.
    Flag,
    /// On the page of the shelf, after the text was shown.
    Page,
}

/// One acceptance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acceptance {
    /// Whose terms.
    pub terms: Terms,
    /// The edition of our text.
    pub edition: u32,
    /// When, in UTC: `2026-11-24T10:00:00Z`.
    pub at: String,
    /// By which means.
    pub means: Means,
}

#[derive(Default, Serialize, Deserialize)]
struct Accepted {
    accepted: Vec<Acceptance>,
}

fn path(data_dir: &Path) -> PathBuf {
    data_dir.join("licenses.json")
}

/// Every acceptance on record, the oldest first.
///
/// # Errors
/// The record cannot be read, in which case nothing counts as accepted.
pub fn acceptances(data_dir: &Path) -> Result<Vec<Acceptance>, FetchError> {
    let path = path(data_dir);
    let bytes = match std::fs::read(&path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(FetchError::file(&path, &error)),
    };
    let read: Accepted = serde_json::from_slice(&bytes)
        .map_err(|error| FetchError::Damaged { path: path.display().to_string(), reason: error.to_string() })?;
    Ok(read.accepted)
}

/// The terms that the operator of a data folder accepted, in the present edition of our texts.
///
/// # Errors
/// As [`acceptances`].
pub fn accepted(data_dir: &Path) -> Result<BTreeSet<Terms>, FetchError> {
    let all = acceptances(data_dir)?;
    Ok(all.into_iter().filter(|one| one.edition == Terms::EDITION).map(|one| one.terms).collect())
}

/// Adds to the record that the operator accepted `terms`; what is on record already is not written twice.
///
/// # Errors
/// The record cannot be read or written.
pub fn record(data_dir: &Path, terms: &BTreeSet<Terms>, at: Timestamp, means: Means) -> Result<(), FetchError> {
    let mut all = acceptances(data_dir)?;
    let known = accepted(data_dir)?;
    let at = at.instant().to_string();
    let new =
        terms.difference(&known).map(|&terms| Acceptance { terms, edition: Terms::EDITION, at: at.clone(), means });
    all.extend(new);
    std::fs::create_dir_all(data_dir).map_err(|error| FetchError::file(data_dir, &error))?;
    write_whole(&path(data_dir), &Accepted { accepted: all })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-24 10:00 UTC.
    const NOW: Timestamp = Timestamp(1_795_514_400_000_000);

    #[test]
    fn nothing_is_accepted_until_it_is_on_record() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        assert!(accepted(&data).unwrap().is_empty());
        record(&data, &[Terms::Ama, Terms::Ada].into(), NOW, Means::Flag).unwrap();
        assert_eq!(accepted(&data).unwrap(), [Terms::Ama, Terms::Ada].into());
        let all = acceptances(&data).unwrap();
        assert_eq!((all[0].at.as_str(), all[0].means), ("2026-11-24T10:00:00Z", Means::Flag));
        record(&data, &[Terms::Ama, Terms::Aha].into(), NOW, Means::Asked).unwrap();
        assert_eq!(acceptances(&data).unwrap().len(), 3, "the AMA's terms were on record");
    }

    #[test]
    fn a_damaged_record_accepts_nothing() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(path(folder.path()), "{\"accepted\": [{\"terms\": \"ama\"").unwrap();
        assert!(matches!(accepted(folder.path()), Err(FetchError::Damaged { .. })));
    }

    #[test]
    fn an_acceptance_of_an_earlier_text_does_not_count() {
        let folder = tempfile::tempdir().unwrap();
        let old = r#"{"accepted": [{"terms": "ama", "edition": 0, "at": "2020-01-01T00:00:00Z", "means": "asked"}]}"#;
        std::fs::write(path(folder.path()), old).unwrap();
        assert!(accepted(folder.path()).unwrap().is_empty());
        assert_eq!(acceptances(folder.path()).unwrap().len(), 1);
    }

    #[test]
    fn a_notice_names_each_owner_and_leads_to_the_official_text() {
        let all = notice(&Terms::ALL.into());
        for word in ["CMS and CDC", "American Medical Association", "American Dental", "American Hospital"] {
            assert!(all.contains(word), "{word}");
        }
        assert!(all.contains("https://www.cms.gov/license/ama"));
        assert!(!notice(&BTreeSet::new()).contains("CPT"));
    }
}
