//! The answer to "which place of service?", "POS 11 or 22?" and "what is POS 19?": where the patient was, or where the
//! patient is registered, and never the place that pays more.

use super::asking::{Asks, asks};
use super::places::{self, Place};
use super::situation::{Situation, deciding, read};
use super::{card, check, is_facility};
use crate::checks::coverage::asking::{is_yes_or_no, wants_code};
use crate::corpus::Corpus;
use crate::domain::check::{Check, Outcome};
use crate::domain::citation::Source;
use crate::domain::draft::Verdict;
use crate::domain::inquiry::Inquiry;
use crate::domain::pattern::pattern;
use crate::domain::ruling::{Basis, Ruling};
use crate::domain::stated::Payer;

pattern!(
    MORE,
    r"(?i)\bmodifiers?\b|\bhow much\b|\bpays? (?:more|better|less)\b|\brvus?\b|\bdeni\w+|\breject\w*|\baudit|\bincident[- ]to\b|\bsplit|\bbought\b|\bacquired\b|\bhospice\b|\binterpret\w*|\breads?\b|\b26\b|\btc\b|\boriginating\b"
);

/// The answer; `None` where the question turns on more than the place.
pub(super) fn settle(corpus: &Corpus, inquiry: &Inquiry) -> Option<Ruling> {
    let text = inquiry.text.as_str();
    let asks = asks(inquiry);
    if asks == Asks::Nothing || wants_code(text) {
        return None;
    }
    let other = inquiry.stated.payer != Payer::Medicare || inquiry.other_payer.is_some();
    let named: Vec<&'static Place> =
        inquiry.stated.places_of_service.iter().filter_map(|code| places::find(code)).collect();
    if asks == Asks::Meaning {
        return if other { None } else { meaning(corpus, inquiry, &named) };
    }
    if MORE.is_match(text) {
        return None;
    }
    let answer = match read(text) {
        Situation::Place("02" | "10") | Situation::Telehealth if other => return None,
        Situation::Place(code) => one(corpus, inquiry, places::find(code)?, &named),
        Situation::Telehealth => {
            let ask = "Was the patient at home?";
            return between(corpus, inquiry, places::find("10")?, places::find("02")?, ask);
        }
        Situation::Between(a, b) => {
            return between(corpus, inquiry, places::find(a)?, places::find(b)?, deciding(a, b)?);
        }
        Situation::Unclear => return choice(corpus, inquiry, &named),
    };
    Some(answer)
}

/// What numbers mean.
fn meaning(corpus: &Corpus, inquiry: &Inquiry, named: &[&'static Place]) -> Option<Ruling> {
    if named.is_empty() || named.len() > 3 {
        return None;
    }
    let say: Vec<String> = named.iter().map(|place| format!("{}.", place.sentence())).collect();
    let label = named.iter().map(|place| place.code).collect::<Vec<_>>().join(", ");
    Some(ruling(corpus, inquiry, named, None, label, say.join(" "), None))
}

/// The one place that the question describes.
fn one(corpus: &Corpus, inquiry: &Inquiry, place: &'static Place, named: &[&'static Place]) -> Ruling {
    let right = named.iter().any(|named| named.code == place.code);
    let yes_or_no = is_yes_or_no(&inquiry.text) && named.len() == 1;
    let (verdict, opening) = match (yes_or_no, right) {
        (true, true) => (Some(Verdict::Yes), "Yes. ".to_owned()),
        (true, false) => (Some(Verdict::No), format!("No, not POS {}. ", named[0].code)),
        _ => (None, String::new()),
    };
    let say = format!(
        "{opening}{}. The place is where the patient was or is registered, whatever it pays.",
        place.sentence()
    );
    ruling(corpus, inquiry, &[place], verdict, place.code.to_owned(), say, None)
}

/// Two codes, between which one fact decides.
fn between(corpus: &Corpus, inquiry: &Inquiry, a: &'static Place, b: &'static Place, ask: &str) -> Option<Ruling> {
    let say = format!("One fact decides. {}. {}.", a.sentence(), b.sentence());
    let verdict = is_yes_or_no(&inquiry.text).then_some(Verdict::Depends);
    Some(ruling(corpus, inquiry, &[a, b], verdict, format!("{} or {}", a.code, b.code), say, Some(ask)))
}

/// Two or three named codes and no word on the place.
fn choice(corpus: &Corpus, inquiry: &Inquiry, named: &[&'static Place]) -> Option<Ruling> {
    let ask = match named.iter().map(|place| place.code).collect::<Vec<_>>().as_slice() {
        ["11", "22"] | ["22", "11"] | ["11", "19"] | ["19", "11"] | ["11", "19" | "22", "19" | "22"] => {
            "Is the clinic a department of the hospital (on campus 22, off campus 19), or a freestanding office (11)?"
        }
        ["19", "22"] | ["22", "19"] => "Is the department on the hospital's main campus (22) or off campus (19)?",
        ["31", "32"] | ["32", "31"] => {
            "Was the patient in a skilled stay covered by Part A on that date (31), or not (32)?"
        }
        ["10", "02"] | ["02", "10"] => "Was the patient at home (10) or elsewhere (02)?",
        ["11", "24"] | ["24", "11"] => "Was it done in the surgical center (24) or in separate office space (11)?",
        ["21", "22"] | ["22", "21"] => "Was the patient admitted as an inpatient (21) or a registered outpatient (22)?",
        _ => return None,
    };
    let say: Vec<String> = named.iter().map(|place| format!("{}.", place.sentence())).collect();
    let label = named.iter().map(|place| place.code).collect::<Vec<_>>().join(" or ");
    let say = format!("It turns on where the patient was. {}", say.join(" "));
    let verdict = None;
    Some(ruling(corpus, inquiry, named, verdict, label, say, Some(ask)))
}

fn ruling(
    corpus: &Corpus,
    inquiry: &Inquiry,
    told: &[&'static Place],
    verdict: Option<Verdict>,
    label: String,
    say: String,
    ask: Option<&str>,
) -> Ruling {
    let checks: Vec<Check> = told.iter().map(|place| check(corpus, place.code, inquiry.scope)).collect();
    let confirmed = checks.iter().all(|check| check.outcome == Outcome::Known);
    let mut sources: Vec<Source> = checks.iter().flat_map(|check| check.sources.clone()).collect();
    sources.extend(card(corpus).filter(|_| told.iter().any(|place| is_facility(place)) || verdict.is_some()));
    let mut seen = Vec::new();
    sources.retain(|source| {
        !seen.contains(&source.fact) && {
            seen.push(source.fact.clone());
            true
        }
    });
    let doubts =
        if confirmed { Vec::new() } else { vec!["the list of places of the date is not on this shelf".to_owned()] };
    Ruling {
        basis: Basis::Computed { rule: "place of service".to_owned() },
        // What was not checked for the date has no verdict.
        verdict: verdict.filter(|_| confirmed),
        lines: Vec::new(),
        modifiers: Vec::new(),
        label: Some(label),
        say,
        ask: ask.map(str::to_owned),
        sources,
        confirmed,
        doubts,
        fit: 9.0,
        whole: true,
    }
}
