//! The corpus files an edition is built from: the starter, compiled in, or a folder of the operator's.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use sha2::{Digest as _, Sha256};

use super::CorpusError;

/// Named corpus files, in the formats described at the head of each starter file.
pub struct Files {
    name: String,
    texts: BTreeMap<String, Cow<'static, str>>,
}

/// The names a folder may hold, and the compiled-in text of each.
const STARTER_FILES: [(&str, &str); 23] = [
    ("abbreviations.tsv", include_str!("starter/abbreviations.tsv")),
    ("add_on.tsv", include_str!("starter/add_on.tsv")),
    ("cards.toml", ""),
    ("cards/abdomen_medicine.toml", include_str!("starter/cards/abdomen_medicine.toml")),
    ("cards/coverage.toml", include_str!("starter/cards/coverage.toml")),
    ("cards/diagnosis.toml", include_str!("starter/cards/diagnosis.toml")),
    ("cards/modifiers.toml", include_str!("starter/cards/modifiers.toml")),
    ("cards/surgery.toml", include_str!("starter/cards/surgery.toml")),
    ("cards/visits.toml", include_str!("starter/cards/visits.toml")),
    ("cards/words.toml", include_str!("starter/cards/words.toml")),
    ("codes.tsv", include_str!("starter/codes.tsv")),
    ("concepts.tsv", include_str!("starter/concepts.tsv")),
    ("fee.tsv", include_str!("starter/fee.tsv")),
    ("icd10cm.tsv", include_str!("starter/icd10cm.tsv")),
    ("laterality.tsv", include_str!("starter/laterality.tsv")),
    ("modifiers.toml", include_str!("starter/modifiers.toml")),
    ("mue.tsv", include_str!("starter/mue.tsv")),
    ("period.tsv", include_str!("starter/period.tsv")),
    ("ptp.tsv", include_str!("starter/ptp.tsv")),
    ("relation.tsv", include_str!("starter/relation.tsv")),
    ("releases.tsv", include_str!("starter/releases.tsv")),
    ("successors.tsv", include_str!("starter/successors.tsv")),
    ("synonyms.tsv", include_str!("starter/synonyms.tsv")),
];

impl Files {
    /// The first part of the starter edition's id.
    pub const STARTER: &str = "starter";

    /// The starter corpus.
    pub fn starter() -> Self {
        let texts = STARTER_FILES.into_iter().map(|(name, text)| (name.to_owned(), Cow::Borrowed(text))).collect();
        Self { name: Self::STARTER.to_owned(), texts }
    }

    /// The corpus files of a folder. `name` becomes the first part of the edition's id.
    ///
    /// # Errors
    /// The folder or a file cannot be read, or it holds no corpus file at all.
    pub fn from_folder(folder: &Path, name: &str) -> Result<Self, CorpusError> {
        let mut texts = BTreeMap::new();
        for (file, _) in STARTER_FILES {
            let path = folder.join(file);
            match std::fs::read_to_string(&path) {
                Ok(text) => {
                    texts.insert(file.to_owned(), Cow::Owned(text));
                }
                Err(error) if error.kind() == std::io::ErrorKind::NotFound && folder.is_dir() => {}
                Err(error) => return Err(CorpusError::file(&path, &error)),
            }
        }
        if texts.is_empty() {
            let known = STARTER_FILES.map(|(name, _)| name).join(", ");
            return Err(CorpusError::File {
                path: folder.display().to_string(),
                reason: format!("no corpus file here; known are {known}"),
            });
        }
        Ok(Self { name: name.to_owned(), texts })
    }

    /// The files of rule cards, with their names.
    pub fn cards(&self) -> Vec<(&str, &str)> {
        let files = self.texts.iter().map(|(name, text)| (name.as_str(), &**text));
        files.filter(|(name, _)| name.starts_with("cards") && *name != "cards/words.toml").collect()
    }

    /// The text of a file; empty when there is none.
    pub fn text(&self, name: &str) -> &str {
        self.texts.get(name).map_or("", |text| text)
    }

    /// The id of the edition these files make: the name and a digest of the content, so that the same files
    /// always make the same edition.
    pub fn id(&self) -> String {
        let mut digest = Sha256::new();
        digest.update(super::edition::FORMAT.to_be_bytes());
        for (name, text) in &self.texts {
            digest.update((name.len() as u64).to_be_bytes());
            digest.update(name.as_bytes());
            digest.update((text.len() as u64).to_be_bytes());
            digest.update(text.as_bytes());
        }
        format!("{}-{}", self.name, &hex(&digest.finalize())[..12])
    }
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
