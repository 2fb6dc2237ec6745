//! Which modifier bypasses an edit, and the fact that must be true for it
//! (NCCI Policy Manual, chapter I, sections D and E).

use crate::corpus::Corpus;
use crate::domain::check::Check;
use crate::domain::code::{Code, Modifier};
use crate::domain::inquiry::Inquiry;

/// The modifier that bypasses the edit: the one the question names where it may, else the usual one. An evaluation
/// and management service is told apart by 25, or by 57 before major surgery, never by 59
/// (NCCI Policy Manual, chapter I, section D).
pub fn bypass(corpus: &Corpus, inquiry: &Inquiry, check: &Check) -> Modifier {
    let usual = usual_bypass(corpus, check);
    let named = inquiry.mentions.iter().flat_map(|m| &m.modifiers).chain(&inquiry.modifiers);
    let fits = |modifier: &&Modifier| {
        let entry = corpus.find_modifier(modifier.as_str());
        let visit = ["25", "57", "24"].contains(&modifier.as_str());
        let usual_is_visit = ["25", "57"].contains(&usual.as_str());
        entry.is_some_and(|entry| entry.bypasses_ptp) && visit == usual_is_visit
    };
    named.into_iter().find(fits).cloned().unwrap_or(usual)
}

fn usual_bypass(corpus: &Corpus, check: &Check) -> Modifier {
    let visit = check.figures.column_two.as_ref().is_some_and(is_visit);
    let major = check.figures.column_one.as_ref().is_some_and(|one| {
        corpus.list_fees(one).iter().any(|fee| fee.modifier.is_empty() && fee.field("global") == "090")
    });
    let text = match (visit, major) {
        (true, true) => "57",
        (true, false) => "25",
        (false, _) => "59",
    };
    Modifier::parse(text).expect("two digits are a modifier")
}

/// True for evaluation and management services and eye visits.
pub fn is_visit(code: &Code) -> bool {
    let text = code.as_str();
    ("99202"..="99499").contains(&text)
        || [
            "92002", "92004", "92012", "92014", "G0402", "G0438", "G0439", "G0463", "G2211", "G2212", "G0316", "G0317",
            "G0318",
        ]
        .contains(&text)
}

/// The fact that makes a bypassing modifier true, as a noun phrase.
pub fn condition(modifier: &Modifier) -> &'static str {
    match modifier.as_str() {
        "25" => "a significant, separately identifiable visit on the same day",
        "57" => "the visit at which the surgery was decided on",
        "24" => "a visit unrelated to the surgery",
        "XE" => "a separate encounter",
        "XP" => "a different practitioner",
        "XS" => "a separate structure or lesion",
        "XU" => "a service that does not overlap the usual parts of the other",
        "LT" | "RT" | "50" => "the other side",
        "58" | "78" | "79" => "a separate operation within the global period",
        "91" => "a repeated laboratory test",
        _ => "a separate lesion, site or session",
    }
}
