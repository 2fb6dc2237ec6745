//! What settles a question beyond single facts of the tables: computations over stated amounts first, then the rule
//! whose situation it is, then a code found from words.

mod anesthesia;
mod card;
mod choice;
mod digits;
mod drugs;
mod inpatient;
mod lesions;
mod preventive;
mod specificity;
mod time_units;
mod traits;
mod visit_level;
mod wants;
mod wounds;

use super::conclude::{conclude, needs_no_rule};
use super::{coverage, crosswalk, denial, fee, instructions, modifier_fit, opps, payment, place_of_service, risk};
use crate::corpus::Corpus;
use crate::domain::check::Check;
use crate::domain::inquiry::Inquiry;
use crate::domain::ruling::Ruling;

/// What settles the question where the checks do not by themselves.
pub fn settling(corpus: &Corpus, inquiry: &Inquiry, checks: &[Check]) -> Option<Ruling> {
    if needs_no_rule(corpus, inquiry, checks) {
        return None;
    }
    find(corpus, inquiry).filter(|ruling| conclude(corpus, inquiry, checks, Some(ruling)).ruled)
}

/// What is computed or looked up where the question asks for exactly that, the most specific first.
const COMPUTED: [fn(&Corpus, &Inquiry) -> Option<Ruling>; 19] = [
    drugs::find,
    anesthesia::find,
    time_units::find,
    visit_level::find,
    wounds::find,
    lesions::find,
    preventive::find,
    digits::find,
    fee::settle,
    opps::settle,
    payment::settle,
    modifier_fit::settle,
    denial::settle,
    place_of_service::settle,
    coverage::settle,
    crosswalk::settle,
    risk::settle,
    instructions::settle,
    specificity::find,
];

/// What settles the question; `None` where nothing on the shelf does.
fn find(corpus: &Corpus, inquiry: &Inquiry) -> Option<Ruling> {
    if let Some(computed) = COMPUTED.iter().find_map(|find| find(corpus, inquiry)) {
        return Some(computed);
    }
    let by_rule = card::find(corpus, inquiry);
    match by_rule {
        Some(rule) if !rule.lines.is_empty() || !is_lookup(inquiry) => Some(rule),
        rule => choice::find(corpus, inquiry).filter(|found| rule.is_none() || found.doubts.is_empty()).or(rule),
    }
}

/// True for a question that wants nothing but a code.
fn is_lookup(inquiry: &Inquiry) -> bool {
    let wants = wants::Wants::of(&wants::plain(&inquiry.text));
    (wants.code && !wants.verdict && !wants.modifier) || choice::is_bare(&inquiry.text)
}
