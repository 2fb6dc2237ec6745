//! What settles a question beyond single facts of the tables: computations over stated amounts first, then the rule
//! whose situation it is, then a code found from words.

mod anesthesia;
mod card;
mod choice;
mod digits;
mod drugs;
mod inpatient;
mod lesions;
mod missing;
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
use crate::domain::code::Code;
use crate::domain::draft::Verdict;
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
    if let Some(mut computed) = COMPUTED.iter().find_map(|find| find(corpus, inquiry)) {
        computed.verdict = computed.verdict.or_else(|| proposed(inquiry, &computed));
        return Some(computed);
    }
    if let Some(back) = missing::find(inquiry) {
        return Some(back);
    }
    let rule = card::find(corpus, inquiry);
    if !is_lookup(inquiry) {
        return rule.or_else(|| choice::find(corpus, inquiry));
    }
    let found = choice::find(corpus, inquiry);
    match (rule, found) {
        (Some(rule), Some(found)) => Some(if is_named_better(inquiry, &rule, &found) { found } else { rule }),
        (rule, found) => rule.or(found),
    }
}

/// From here on a rule's situation fits so closely that its code goes before one found from words.
const CLOSE: f32 = 6.0;
/// Below this one a rule that gives no code is about something else.
const FAR: f32 = 3.0;
/// From here on the words name a code.
const NAMED: f32 = 1.45;

/// True where a question for a code is answered better by the code that its words name than by a rule.
fn is_named_better(inquiry: &Inquiry, rule: &Ruling, found: &Ruling) -> bool {
    let sets = choice::asked_sets(&inquiry.text);
    let of_set = rule.lines.iter().any(|line| sets.is_empty() || sets.contains(&line.code.set()));
    let sure = found.doubts.is_empty();
    // A rule that says more than one code, or yes or no, knows the situation.
    if of_set && (rule.lines.len() > found.lines.len() || matches!(rule.verdict, Some(Verdict::Yes | Verdict::No))) {
        return false;
    }
    if of_set { sure && found.fit >= NAMED && rule.fit < CLOSE } else { sure || rule.fit < FAR }
}

/// The verdict on the lines that a yes or no question proposes: they are those that were computed, or they are not.
fn proposed(inquiry: &Inquiry, computed: &Ruling) -> Option<Verdict> {
    let wants = wants::Wants::of(&wants::plain(&inquiry.text));
    if computed.ask.is_some() || (!wants.verdict && (wants.code || wants.modifier)) {
        return None;
    }
    let asked = inquiry.text_asked();
    let named: Vec<&Code> =
        inquiry.codes().into_iter().filter(|c| c.set().is_procedure() && asked.contains(c.as_str())).collect();
    if named.is_empty() {
        return None;
    }
    let billed = |code: &&Code| computed.lines.iter().any(|line| line.code == **code);
    Some(if named.iter().all(billed) { Verdict::Yes } else { Verdict::No })
}

/// True for a question that wants nothing but a code.
fn is_lookup(inquiry: &Inquiry) -> bool {
    let wants = wants::Wants::of(&wants::plain(&inquiry.text));
    (wants.code && !wants.verdict && !wants.modifier) || choice::is_bare(&inquiry.text)
}
