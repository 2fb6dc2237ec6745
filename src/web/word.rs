//! A person's word: why they do what a form asks for, as it is kept.

use super::fault::Fault;
use super::session::Posted;
use crate::identity::deidentify;
use crate::store::event::Word;

/// The longest reason, in characters.
const LONGEST: usize = 500;

/// The reason of a form, with whose it is. What might name a patient is masked.
///
/// # Errors
/// It says nothing.
pub(super) fn word(posted: &Posted) -> Result<Word, Fault> {
    let reason: String = posted.fields.get("reason").trim().chars().take(LONGEST).collect();
    if reason.chars().filter(|c| c.is_alphanumeric()).count() < 5 {
        return Err(Fault::Invalid("Say why, in a few words: it is kept with your name.".to_owned()));
    }
    let reviewer = &posted.visitor.reviewer;
    let plain: String = reason.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    Ok(Word {
        person: reviewer.id().to_owned(),
        name: reviewer.name().to_owned(),
        why: deidentify(&plain).as_str().to_owned(),
    })
}
