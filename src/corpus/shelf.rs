//! The edition that a running service answers from: changed under it without a restart, and without a case that began
//! with one edition ending with another.

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use super::{Corpus, CorpusError, edition};

/// Open editions held: the current one, and those that cases in hand began with.
const HELD: usize = 3;

/// The current edition and its predecessors.
pub struct Shelf {
    data_dir: PathBuf,
    /// The current one first.
    held: RwLock<Vec<Arc<Corpus>>>,
}

impl Shelf {
    /// Opens the current edition of a data folder.
    ///
    /// # Errors
    /// As [`Corpus::open`].
    pub fn open(data_dir: &Path) -> Result<Self, CorpusError> {
        let current = Arc::new(Corpus::open(data_dir)?);
        Ok(Self { data_dir: data_dir.to_path_buf(), held: RwLock::new(vec![current]) })
    }

    /// The current edition.
    pub fn current(&self) -> Arc<Corpus> {
        let held = self.held.read().unwrap_or_else(PoisonError::into_inner);
        held.first().cloned().expect("a shelf is made with one edition and none is taken away without another")
    }

    /// The edition with that id, if it is held or kept; else the current one.
    pub fn edition(&self, id: &str) -> Arc<Corpus> {
        let held = self.held.read().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(corpus) = held.iter().find(|corpus| corpus.edition() == id) {
            return Arc::clone(corpus);
        }
        match Corpus::open_kept(&self.data_dir, id) {
            Ok(corpus) => {
                let corpus = Arc::new(corpus);
                let mut held = self.held.write().unwrap_or_else(PoisonError::into_inner);
                held.push(Arc::clone(&corpus));
                held.truncate(HELD);
                corpus
            }
            Err(_) => self.current(),
        }
    }

    /// Opens the edition that became current meanwhile, if one did, and returns its id. The one before keeps serving
    /// until the new one is open.
    ///
    /// # Errors
    /// The new edition cannot be opened; the one before keeps serving.
    pub fn refresh(&self) -> Result<Option<String>, CorpusError> {
        let named = edition::current(&self.data_dir.join("editions"))?;
        let Some(id) = named.filter(|id| id != self.current().edition()) else { return Ok(None) };
        let corpus = Arc::new(Corpus::open_kept(&self.data_dir, &id)?);
        corpus.warm();
        let mut held = self.held.write().unwrap_or_else(PoisonError::into_inner);
        held.retain(|held| held.edition() != id);
        held.insert(0, corpus);
        held.truncate(HELD);
        Ok(Some(id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::{Files, build};

    #[test]
    fn a_new_edition_is_served_and_the_one_before_is_still_there_for_cases_in_hand() {
        let folder = tempfile::tempdir().unwrap();
        let shelf = Shelf::open(folder.path()).unwrap();
        let first = shelf.current().edition().to_owned();
        assert_eq!(shelf.refresh().unwrap(), None);
        let own = folder.path().join("own");
        std::fs::create_dir(&own).unwrap();
        std::fs::write(own.join("codes.tsv"), "code\tfamily\tdescription\twords\n99213\tvisit\tA visit\t\n").unwrap();
        let second = build(&folder.path().join("editions"), &Files::from_folder(&own, "own").unwrap()).unwrap();
        assert_eq!(shelf.refresh().unwrap(), Some(second.clone()));
        assert_eq!(shelf.current().edition(), second);
        assert_eq!(shelf.edition(&first).edition(), first);
        assert_eq!(shelf.edition("gone").edition(), second);
    }
}
