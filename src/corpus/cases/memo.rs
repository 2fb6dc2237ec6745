//! The comparisons of the last questions: the same question is compared when it is answered, when the answer is
//! verified, and when it is decided who sends it. Comparing is pure, so that what was found once is found again.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use super::{Asked, Closeness};
use crate::domain::stated::Stated;

/// Questions that are kept: those that a few workers have under their hands.
const KEPT: usize = 24;

/// A case by its number, and how close it is.
pub(super) type Near = (usize, Closeness);

/// All that the comparison looks at.
#[derive(Debug, PartialEq)]
struct Key {
    text: String,
    codes: Vec<String>,
    stated: Stated,
}

impl Key {
    fn of(asked: &Asked<'_>) -> Self {
        let codes = asked.codes.iter().map(|code| code.as_str().to_owned()).collect();
        Self { text: asked.words.text().to_owned(), codes, stated: asked.stated.clone() }
    }
}

/// What was found, the newest last.
#[derive(Debug, Default)]
pub struct Memo(Mutex<VecDeque<(Key, Vec<Near>)>>);

impl Memo {
    /// What was found for the question, or is found now.
    pub(super) fn get(&self, asked: &Asked<'_>, find: impl FnOnce() -> Vec<Near>) -> Vec<Near> {
        let key = Key::of(asked);
        let held = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, near)) = held().iter().find(|(known, _)| *known == key) {
            return near.clone();
        }
        let near = find();
        let mut kept = held();
        if kept.len() >= KEPT {
            kept.pop_front();
        }
        kept.push_back((key, near.clone()));
        near
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::Words;

    #[test]
    fn a_question_is_compared_once_and_another_one_again() {
        let (memo, stated) = (Memo::default(), Stated::default());
        let asked = |text: &str| Asked { words: Words::of(text), codes: Vec::new(), stated: &stated };
        let near = vec![(7, Closeness::default())];
        assert_eq!(memo.get(&asked("a visit"), || near.clone()), near);
        assert_eq!(memo.get(&asked("a visit"), || panic!("it was kept")), near);
        assert_eq!(memo.get(&asked("a line"), Vec::new), Vec::new());
        for n in 0..KEPT {
            memo.get(&asked(&format!("visit {n}")), Vec::new);
        }
        assert_eq!(memo.get(&asked("a visit"), Vec::new), Vec::new(), "the oldest is dropped");
    }
}
