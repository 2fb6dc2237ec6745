//! The edition that a running service answers from: changed under it without a restart, and without a case that began
//! with one edition ending with another.

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use super::{Corpus, CorpusError, edition};
use crate::domain::confirmation::Confirmations;

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

    /// Takes in what the office says of rule cards: every edition that is served from now on has heard it. A case whose
    /// answer rests on a card of which another word is said meanwhile is found by verification, and read by a person.
    pub fn hear(&self, office: &Arc<Confirmations>) {
        let before = self.held.read().unwrap_or_else(PoisonError::into_inner).clone();
        if before.iter().all(|corpus| corpus.office() == office) {
            return;
        }
        let heard: Vec<_> = before.iter().map(|corpus| Arc::new(corpus.heard(Arc::clone(office)))).collect();
        if let Some(current) = heard.first() {
            current.warm();
        }
        let mut held = self.held.write().unwrap_or_else(PoisonError::into_inner);
        // Another edition may have become current meanwhile; it heard what was said when it was opened.
        for corpus in held.iter_mut() {
            if let Some(heard) = heard.iter().find(|heard| heard.edition() == corpus.edition()) {
                *corpus = Arc::clone(heard);
            }
        }
    }

    /// The edition with that id, if it is held or kept; else the current one.
    pub fn edition(&self, id: &str) -> Arc<Corpus> {
        let held = self.held.read().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(corpus) = held.iter().find(|corpus| corpus.edition() == id) {
            return Arc::clone(corpus);
        }
        match Corpus::open_kept(&self.data_dir, id) {
            Ok(corpus) => {
                let corpus = Arc::new(corpus.heard(Arc::clone(self.current().office())));
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
        let office = Arc::clone(self.current().office());
        let corpus = Arc::new(Corpus::open_kept(&self.data_dir, &id)?.heard(office));
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

    #[test]
    fn what_the_office_says_is_heard_by_every_edition_and_by_the_next_one() {
        use crate::domain::confirmation::Word;
        let folder = tempfile::tempdir().unwrap();
        let shelf = Shelf::open(folder.path()).unwrap();
        let first = shelf.current();
        let card = first.cards().iter().find(|card| !card.confirmed).unwrap();
        let word = (card.id.clone(), first.digest_of(card), Word::Confirmed);
        let office = Arc::new(Confirmations::of(1, [word]));
        shelf.hear(&office);
        assert!(shelf.current().find_card(&card.id).unwrap().confirmed);
        assert!(shelf.edition(first.edition()).find_card(&card.id).unwrap().confirmed);
        let own = folder.path().join("own");
        std::fs::create_dir(&own).unwrap();
        std::fs::write(own.join("codes.tsv"), "code\tfamily\tdescription\twords\n99213\tvisit\tA visit\t\n").unwrap();
        build(&folder.path().join("editions"), &Files::from_folder(&own, "own").unwrap()).unwrap();
        shelf.refresh().unwrap();
        assert_eq!(shelf.current().office(), &office);
    }
}
