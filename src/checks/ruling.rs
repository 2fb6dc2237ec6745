//! What settles a question beyond single facts of the tables: computations over stated amounts first, then the rule
//! whose situation it is, then a code found from words.

mod against;
mod anesthesia;
mod card;
mod choice;
mod digits;
mod dominance;
mod drug_status;
mod drugs;
mod focus;
mod inpatient;
mod lesions;
mod missing;
mod newness;
mod nihss;
mod preventive;
pub mod rank;
mod side;
mod specificity;
mod split;
pub mod time_units;
mod traits;
pub mod unit_of;
mod visit_level;
pub mod wants;
mod wounds;

use super::conclude::{conclude, needs_no_rule};
use super::told::tells;
use super::{coverage, crosswalk, denial, fee, instructions, modifier_fit, opps, payment, place_of_service, risk};
use crate::corpus::Corpus;
use crate::domain::check::Check;
use crate::domain::code::Code;
use crate::domain::draft::{Line, Verdict};
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
const COMPUTED: [fn(&Corpus, &Inquiry) -> Option<Ruling>; 25] = [
    time_units::beside,
    unit_of::find,
    drugs::find,
    anesthesia::find,
    split::find,
    nihss::find,
    newness::find,
    dominance::find,
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

/// What is computed of the whole question, or of the part of a long mail that gives figures and asks.
fn computed(corpus: &Corpus, inquiry: &Inquiry) -> Option<Ruling> {
    let of = |inquiry: &Inquiry| COMPUTED.iter().find_map(|find| find(corpus, inquiry));
    of(inquiry).or_else(|| {
        let mut found = focus::parts(inquiry).iter().find_map(of)?;
        found.doubts.push("it is computed from a part of a long mail".to_owned());
        Some(found)
    })
}

/// What settles the question; `None` where nothing on the shelf does.
fn find(corpus: &Corpus, inquiry: &Inquiry) -> Option<Ruling> {
    if let Some(mut computed) = computed(corpus, inquiry) {
        computed.verdict = computed.verdict.or_else(|| proposed(inquiry, &computed));
        if computed.lines.is_empty() && !computed.modifiers.is_empty() && inquiry.mentions.is_empty() {
            card::complete_from_words(corpus, inquiry, &mut computed);
        }
        return Some(barred(corpus, inquiry, &computed).unwrap_or(computed));
    }
    if let Some(back) = missing::find(inquiry) {
        return Some(back);
    }
    let mut found = from_words(corpus, inquiry)?;
    side::add(corpus, inquiry, &mut found);
    drug_status::add(corpus, inquiry, &mut found);
    nihss::add(inquiry, &mut found);
    Some(found)
}

/// The rule whose situation it is, or the code that is described.
fn from_words(corpus: &Corpus, inquiry: &Inquiry) -> Option<Ruling> {
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

/// The rule that forbids what was computed as a yes: minutes and counts know nothing of who did it, or where.
fn barred(corpus: &Corpus, inquiry: &Inquiry, computed: &Ruling) -> Option<Ruling> {
    if computed.verdict != Some(Verdict::Yes) || !tells(corpus, inquiry) {
        return None;
    }
    let rule = card::find(corpus, inquiry)?;
    (rule.verdict == Some(Verdict::No) && rule.fit >= BARS && rule.whole).then_some(rule)
}

/// From here on a rule's situation is so surely the question's that it goes before a computation.
const BARS: f32 = 5.0;
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
    // The same code, or one that the rule speaks of: the rule knows which of the two, and with what.
    let spoken =
        |line: &Line| rule.say.contains(line.code.as_str()) || rule.lines.iter().any(|held| held.code == line.code);
    if found.lines.iter().any(spoken) && (!rule.lines.is_empty() || !rule.modifiers.is_empty()) {
        return false;
    }
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
    // `99204 or 99214?` chooses: that one of them is not billed is no answer to it.
    let chooses = named.len() > 1 && computed.lines.len() == 1 && asked.to_lowercase().contains(" or ");
    if named.is_empty() || chooses {
        return None;
    }
    let units = |code: &Code| inquiry.mentions.iter().find(|mention| mention.code == *code).and_then(|m| m.units);
    let billed = |code: &&Code| {
        let fits = |line: &Line| line.code == **code && units(code).is_none_or(|units| units == line.units);
        computed.lines.iter().any(fits)
    };
    Some(if named.iter().all(billed) { Verdict::Yes } else { Verdict::No })
}

/// True for a question that wants nothing but a code.
fn is_lookup(inquiry: &Inquiry) -> bool {
    let wants = wants::Wants::of(&wants::plain(&inquiry.text));
    (wants.code && !wants.verdict && !wants.modifier) || choice::is_bare(&inquiry.text)
}
