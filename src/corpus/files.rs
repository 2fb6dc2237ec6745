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

/// The names a folder may hold beside those of `cards/`, and the compiled-in text of each.
const STARTER_FILES: [(&str, &str); 16] = [
    ("abbreviations.tsv", include_str!("starter/abbreviations.tsv")),
    ("add_on.tsv", include_str!("starter/add_on.tsv")),
    ("cards.toml", ""),
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

/// The starter's files of rule cards. A folder may hold others.
const STARTER_CARDS: [(&str, &str); 47] = [
    ("cards/coverage_claims.toml", include_str!("starter/cards/coverage_claims.toml")),
    ("cards/coverage_compliance.toml", include_str!("starter/cards/coverage_compliance.toml")),
    ("cards/coverage_screening.toml", include_str!("starter/cards/coverage_screening.toml")),
    ("cards/coverage_services.toml", include_str!("starter/cards/coverage_services.toml")),
    ("cards/diagnosis_cancer.toml", include_str!("starter/cards/diagnosis_cancer.toml")),
    ("cards/diagnosis_diabetes.toml", include_str!("starter/cards/diagnosis_diabetes.toml")),
    ("cards/diagnosis_encounters.toml", include_str!("starter/cards/diagnosis_encounters.toml")),
    ("cards/diagnosis_fractures.toml", include_str!("starter/cards/diagnosis_fractures.toml")),
    ("cards/diagnosis_frequent.toml", include_str!("starter/cards/diagnosis_frequent.toml")),
    ("cards/diagnosis_heart_and_kidney.toml", include_str!("starter/cards/diagnosis_heart_and_kidney.toml")),
    ("cards/diagnosis_infections.toml", include_str!("starter/cards/diagnosis_infections.toml")),
    ("cards/diagnosis_injury.toml", include_str!("starter/cards/diagnosis_injury.toml")),
    ("cards/diagnosis_lung_and_digestion.toml", include_str!("starter/cards/diagnosis_lung_and_digestion.toml")),
    ("cards/diagnosis_mind_and_nerves.toml", include_str!("starter/cards/diagnosis_mind_and_nerves.toml")),
    ("cards/diagnosis_newborn.toml", include_str!("starter/cards/diagnosis_newborn.toml")),
    ("cards/diagnosis_pcs.toml", include_str!("starter/cards/diagnosis_pcs.toml")),
    ("cards/diagnosis_poisoning.toml", include_str!("starter/cards/diagnosis_poisoning.toml")),
    ("cards/diagnosis_pregnancy.toml", include_str!("starter/cards/diagnosis_pregnancy.toml")),
    ("cards/diagnosis_rules.toml", include_str!("starter/cards/diagnosis_rules.toml")),
    ("cards/diagnosis_skin.toml", include_str!("starter/cards/diagnosis_skin.toml")),
    ("cards/digestive.toml", include_str!("starter/cards/digestive.toml")),
    ("cards/drugs_and_infusions.toml", include_str!("starter/cards/drugs_and_infusions.toml")),
    ("cards/heart_and_vessels.toml", include_str!("starter/cards/heart_and_vessels.toml")),
    ("cards/imaging.toml", include_str!("starter/cards/imaging.toml")),
    ("cards/laboratory.toml", include_str!("starter/cards/laboratory.toml")),
    ("cards/maternity_and_gynecology.toml", include_str!("starter/cards/maternity_and_gynecology.toml")),
    ("cards/medicine.toml", include_str!("starter/cards/medicine.toml")),
    ("cards/modifiers_global.toml", include_str!("starter/cards/modifiers_global.toml")),
    ("cards/modifiers_ncci.toml", include_str!("starter/cards/modifiers_ncci.toml")),
    ("cards/modifiers_payment.toml", include_str!("starter/cards/modifiers_payment.toml")),
    ("cards/modifiers_plain_words.toml", include_str!("starter/cards/modifiers_plain_words.toml")),
    ("cards/modifiers_surgeons.toml", include_str!("starter/cards/modifiers_surgeons.toml")),
    ("cards/surgery_anesthesia.toml", include_str!("starter/cards/surgery_anesthesia.toml")),
    ("cards/surgery_bones_and_joints.toml", include_str!("starter/cards/surgery_bones_and_joints.toml")),
    ("cards/surgery_chest_and_vessels.toml", include_str!("starter/cards/surgery_chest_and_vessels.toml")),
    ("cards/surgery_ear_nose_throat.toml", include_str!("starter/cards/surgery_ear_nose_throat.toml")),
    ("cards/surgery_eye.toml", include_str!("starter/cards/surgery_eye.toml")),
    ("cards/surgery_fractures.toml", include_str!("starter/cards/surgery_fractures.toml")),
    ("cards/surgery_gynecology_and_other.toml", include_str!("starter/cards/surgery_gynecology_and_other.toml")),
    ("cards/surgery_skin_and_breast.toml", include_str!("starter/cards/surgery_skin_and_breast.toml")),
    ("cards/surgery_spine_and_nerves.toml", include_str!("starter/cards/surgery_spine_and_nerves.toml")),
    ("cards/urinary.toml", include_str!("starter/cards/urinary.toml")),
    ("cards/visits_care_management.toml", include_str!("starter/cards/visits_care_management.toml")),
    ("cards/visits_hospital.toml", include_str!("starter/cards/visits_hospital.toml")),
    ("cards/visits_office.toml", include_str!("starter/cards/visits_office.toml")),
    ("cards/visits_preventive.toml", include_str!("starter/cards/visits_preventive.toml")),
    ("cards/words.toml", include_str!("starter/cards/words.toml")),
];

impl Files {
    /// The first part of the starter edition's id.
    pub const STARTER: &str = "starter";

    /// The starter corpus.
    pub fn starter() -> Self {
        let files = STARTER_FILES.into_iter().chain(STARTER_CARDS);
        let texts = files.map(|(name, text)| (name.to_owned(), Cow::Borrowed(text))).collect();
        Self { name: Self::STARTER.to_owned(), texts }
    }

    /// The corpus files of a folder. `name` becomes the first part of the edition's id.
    ///
    /// # Errors
    /// The folder or a file cannot be read, or it holds no corpus file at all.
    pub fn from_folder(folder: &Path, name: &str) -> Result<Self, CorpusError> {
        let mut texts = BTreeMap::new();
        let named = STARTER_FILES.map(|(file, _)| file.to_owned());
        for file in named.into_iter().chain(card_files(folder)?) {
            let path = folder.join(&file);
            match std::fs::read_to_string(&path) {
                Ok(text) => {
                    texts.insert(file, Cow::Owned(text));
                }
                Err(error) if error.kind() == std::io::ErrorKind::NotFound && folder.is_dir() => {}
                Err(error) => return Err(CorpusError::file(&path, &error)),
            }
        }
        if texts.is_empty() {
            let known = STARTER_FILES.map(|(name, _)| name).join(", ");
            return Err(CorpusError::File {
                path: folder.display().to_string(),
                reason: format!("no corpus file here; known are {known}, cards/*.toml"),
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

/// The files of rule cards in a folder's `cards`, whatever they are called; none where it has no such folder.
fn card_files(folder: &Path) -> Result<Vec<String>, CorpusError> {
    let cards = folder.join("cards");
    let entries = match std::fs::read_dir(&cards) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(CorpusError::file(&cards, &error)),
    };
    let mut files = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|error| CorpusError::file(&cards, &error))?;
        files.extend(
            entry
                .file_name()
                .to_str()
                .filter(|name| name.ends_with(".toml") && !name.starts_with('.'))
                .map(|name| format!("cards/{name}")),
        );
    }
    Ok(files)
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::Files;

    #[test]
    fn a_folder_of_ones_own_may_call_its_files_of_cards_as_it_likes() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("cards")).unwrap();
        for (name, text) in [("cards/ours.toml", "# ours"), ("cards/words.toml", ""), ("cards/notes.txt", "no cards")] {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        let files = Files::from_folder(folder.path(), "own").unwrap();
        assert_eq!(files.cards(), [("cards/ours.toml", "# ours")]);
    }
}
