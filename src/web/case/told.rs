//! What is said of a seeded draft: nothing until it is decided, and then all.

use crate::domain::case::CaseId;
use crate::web::desk::Desk;
use crate::web::fault::Fault;

/// What its reviewer is told once it is decided; none for a real case, and before.
///
/// # Errors
/// The database failed.
pub async fn told(desk: &Desk, id: &CaseId) -> Result<Option<String>, Fault> {
    let Some(seed) = desk.store.find_seed(id).await? else { return Ok(None) };
    let Some(caught) = seed.caught else { return Ok(None) };
    let plant = &seed.plant;
    let (error, right, wrong) = (plant.error.words(), &plant.right, &plant.wrong);
    let end = if caught { "You caught it." } else { "It was still there when you decided." };
    Ok(Some(format!(
        "This was an exercise: a real answer with one planted error, {error} ({wrong} instead of {right}). {end} Nothing was sent, and nobody waits."
    )))
}

/// The notice that every case that waits has behind it, as the page lists it: a seeded draft has none, and must not be known
/// by that.
pub fn notice_of_none() -> (String, String, String) {
    ("holding".to_owned(), "sent".to_owned(), String::new())
}
