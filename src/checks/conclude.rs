//! From checks to a conclusion: the verdict, the lines to bill, and whether the machine may say so by itself.
//!
//! One set of rules, asked by the plain composer, handed to a model as settled, and asked again by verification:
//! a draft that says anything else is held.

use crate::corpus::Corpus;
use crate::domain::check::{Check, Outcome, Question};
use crate::domain::code::{Code, Modifier};
use crate::domain::draft::{Action, Line, Standing, Verdict};
use crate::domain::inquiry::{Inquiry, Intent};

/// What follows from the checks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conclusion {
    /// Answer, or abstain when the leading question could not be checked.
    pub action: Action,
    /// The verdict, where the leading question has one.
    pub verdict: Option<Verdict>,
    /// The short word the answer turns on.
    pub label: Option<String>,
    /// What may be billed.
    pub lines: Vec<Line>,
    /// Whether every leading check was computed for the date.
    pub standing: Standing,
}

/// What the question says about the two services of an edit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Separation {
    /// It names another lesion, site, side, session or practitioner.
    Separate,
    /// It says that both concern the same lesion or site.
    Same,
    /// It does not say.
    Unsaid,
}

/// Draws the conclusion for the leading intent.
pub fn conclude(corpus: &Corpus, inquiry: &Inquiry, checks: &[Check]) -> Conclusion {
    let leading = inquiry.intents.first().copied().unwrap_or(Intent::Other);
    let dead = checks.iter().any(is_dead);
    let conclusion = match leading {
        _ if !inquiry.malformed.is_empty() && inquiry.mentions.is_empty() => answer(Some(Verdict::No)),
        Intent::Bundling if dead => answer(Some(Verdict::No)),
        Intent::Bundling => bundling(corpus, inquiry, checks),
        Intent::CodeStatus => status(checks),
        Intent::Units if dead => answer(Some(Verdict::No)),
        Intent::Units => units(checks),
        Intent::AddOn => add_on(checks),
        Intent::GlobalPeriod => global(checks),
        Intent::DiagnosisPair => diagnoses(checks),
        Intent::Modifier | Intent::Other => abstain(),
    };
    let unchecked = of_intent(checks, leading).any(|check| check.outcome == Outcome::NotChecked);
    let standing =
        if unchecked || conclusion.action != Action::Answer { Standing::Reasoned } else { Standing::Checked };
    Conclusion { standing, ..conclusion }
}

fn answer(verdict: Option<Verdict>) -> Conclusion {
    Conclusion { action: Action::Answer, verdict, label: None, lines: Vec::new(), standing: Standing::Checked }
}

fn abstain() -> Conclusion {
    Conclusion { action: Action::Abstain, standing: Standing::Reasoned, ..answer(None) }
}

/// The checks that the leading intent turns on.
pub fn of_intent(checks: &[Check], intent: Intent) -> impl Iterator<Item = &Check> {
    checks.iter().filter(move |check| {
        matches!(
            (intent, &check.question),
            (Intent::Bundling, Question::Ptp { .. })
                | (Intent::CodeStatus, Question::CodeStatus { .. })
                | (Intent::Units, Question::Units { .. })
                | (Intent::AddOn, Question::AddOn { .. })
                | (Intent::GlobalPeriod, Question::GlobalPeriod { .. })
                | (Intent::DiagnosisPair, Question::Excludes { .. })
        )
    })
}

/// True for a code that cannot be billed on the date, whatever else holds.
fn is_dead(check: &Check) -> bool {
    matches!(check.question, Question::CodeStatus { .. }) && matches!(check.outcome, Outcome::Deleted | Outcome::Future)
}

fn status(checks: &[Check]) -> Conclusion {
    let mut found: Vec<Outcome> = of_intent(checks, Intent::CodeStatus).map(|check| check.outcome).collect();
    found.dedup();
    let all = |set: &[Outcome]| !found.is_empty() && found.iter().all(|outcome| set.contains(outcome));
    if all(&[Outcome::Active]) {
        answer(Some(Verdict::Yes))
    } else if all(&[Outcome::Deleted, Outcome::Future, Outcome::Header]) {
        answer(Some(Verdict::No))
    } else if found.iter().any(|outcome| matches!(outcome, Outcome::NotChecked | Outcome::Unknown)) || found.is_empty()
    {
        abstain()
    } else {
        answer(Some(Verdict::Depends))
    }
}

fn bundling(corpus: &Corpus, inquiry: &Inquiry, checks: &[Check]) -> Conclusion {
    let pairs: Vec<&Check> = of_intent(checks, Intent::Bundling).collect();
    if pairs.iter().any(|check| check.outcome == Outcome::EditNever) {
        let lines = lines(corpus, inquiry, checks);
        return Conclusion { lines, ..answer(Some(Verdict::No)) };
    }
    if pairs.is_empty() || pairs.iter().any(|check| check.outcome == Outcome::NotChecked) {
        return abstain();
    }
    if pairs.iter().any(|check| says_too_little(check)) || lacks_primary(checks) {
        return abstain();
    }
    let lines = lines(corpus, inquiry, checks);
    if pairs.iter().all(|check| check.outcome == Outcome::NoEditInRelease) {
        return Conclusion { lines, ..answer(Some(Verdict::Yes)) };
    }
    let verdict = match separation(&inquiry.text) {
        Separation::Separate => Verdict::Yes,
        Separation::Same => Verdict::No,
        Separation::Unsaid => Verdict::Depends,
    };
    Conclusion { lines, ..answer(Some(verdict)) }
}

/// True where the edit table alone settles nothing: visits and services by time are bound by rules that are no
/// edits, so the absence of one is no permission, and an edit between two visits is not met by modifier 25.
fn says_too_little(check: &Check) -> bool {
    let visits = check.question.subjects().into_iter().filter(|code| is_visit(code)).count();
    match check.outcome {
        Outcome::NoEditInRelease => visits > 0,
        Outcome::EditModifierAllowed => visits > 1,
        _ => false,
    }
}

/// True where one of the codes is, or may be, an add-on code whose primary the question does not name.
fn lacks_primary(checks: &[Check]) -> bool {
    checks.iter().any(|check| {
        let Question::AddOn { with, .. } = &check.question else { return false };
        let named = with.iter().any(|code| check.figures.primaries.iter().any(|primary| primary == code.as_str()));
        let disputed = check.outcome == Outcome::NotChecked && check.sources.len() > 1;
        disputed || (check.outcome == Outcome::AddOn && !named)
    })
}

/// Every code of the question, in column-one-first order: a code that an edit forbids is left out, one that an edit
/// joins carries the modifier and its condition.
fn lines(corpus: &Corpus, inquiry: &Inquiry, checks: &[Check]) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    let same = separation(&inquiry.text) == Separation::Same;
    for mention in inquiry.mentions.iter().filter(|mention| mention.code.set().is_procedure()) {
        let code = &mention.code;
        let component_of = |outcome: Outcome| {
            of_intent(checks, Intent::Bundling)
                .find(|check| check.outcome == outcome && check.figures.column_two.as_ref() == Some(code))
        };
        if component_of(Outcome::EditNever).is_some() || lines.iter().any(|line| &line.code == code) {
            continue;
        }
        let mut line = Line {
            code: code.clone(),
            modifiers: Vec::new(),
            units: mention.units.unwrap_or(1),
            role: "bill".to_owned(),
        };
        if let Some(check) = component_of(Outcome::EditModifierAllowed) {
            if same {
                continue;
            }
            let modifier = bypass(corpus, inquiry, check);
            let fact = condition(&modifier);
            line.role = if separation(&inquiry.text) == Separation::Separate {
                format!("bill, with {fact} documented")
            } else {
                format!("bill only with {fact} documented")
            };
            line.modifiers.push(modifier);
        }
        lines.push(line);
    }
    lines.sort_by_key(|line| !line.modifiers.is_empty());
    lines
}

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

/// What the question says about the two services of an edit.
pub fn separation(text: &str) -> Separation {
    const LESIONS: [&str; 8] = ["lesion", "polyp", "site", "location", "nodule", "mass", "tumor", "ulcer"];
    const PLACES: [&str; 26] = [
        "side",
        "knee",
        "shoulder",
        "hip",
        "finger",
        "toe",
        "leg",
        "arm",
        "area",
        "wound",
        "organ",
        "joint",
        "compartment",
        "vessel",
        "eye",
        "breast",
        "level",
        "segment",
        "region",
        "incision",
        "foot",
        "hand",
        "elbow",
        "wrist",
        "ankle",
        "body",
    ];
    const VISITS: [&str; 2] = ["session", "encounter"];
    let text = text.to_lowercase();
    let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let said = |openers: &[&str], nouns: &[&str]| {
        words.iter().enumerate().any(|(n, word)| {
            let denied = words[..n].iter().rev().take(2).any(|before| ["not", "no", "without"].contains(before));
            openers.contains(word) && !denied && {
                let reach = words[n + 1..].iter().take(3);
                let found =
                    reach.map(|next| (nouns.iter().any(|noun| is_one_or_more(next, noun)), ENDS.contains(next)));
                found.into_iter().find(|(noun, end)| *noun || *end).is_some_and(|(noun, _)| noun)
            }
        })
    };
    let apart = ["separate", "different", "another", "other", "distinct", "second", "opposite", "contralateral"];
    let separate = said(&apart, &LESIONS) || said(&apart, &PLACES) || said(&apart, &VISITS);
    match (said(&["same"], &LESIONS) || said(&["same"], &PLACES), separate) {
        (false, true) => Separation::Separate,
        (true, false) => Separation::Same,
        // Another compartment of the same knee: which of the two the edit turns on is for the note to say.
        (true, true) | (false, false) => Separation::Unsaid,
    }
}

/// Words at which the reach of `same` or `different` ends: "same session, different lesions" is not "same lesions".
const ENDS: [&str; 14] = [
    "same",
    "separate",
    "different",
    "another",
    "other",
    "distinct",
    "second",
    "opposite",
    "contralateral",
    "session",
    "encounter",
    "day",
    "visit",
    "date",
];

/// `polyp` and `polyps`, but not `polypectomy`: "same session, snare polypectomy" is not "same polyp".
fn is_one_or_more(word: &str, noun: &str) -> bool {
    matches!(word.strip_prefix(noun), Some("" | "s" | "es"))
}

fn units(checks: &[Check]) -> Conclusion {
    let found: Vec<&Check> = of_intent(checks, Intent::Units).collect();
    if found.is_empty() || found.iter().any(|c| matches!(c.outcome, Outcome::NotChecked | Outcome::NoLimitInRelease)) {
        return abstain();
    }
    let verdict = found.iter().find_map(|check| {
        let Question::Units { asked: Some(_), .. } = check.question else { return None };
        Some(match (check.outcome, check.figures.mai) {
            (Outcome::WithinLimit, _) => Verdict::Yes,
            (Outcome::OverLimit, Some(3)) => Verdict::Depends,
            _ => Verdict::No,
        })
    });
    let within = found.iter().filter(|check| check.outcome == Outcome::WithinLimit);
    let lines = within.filter_map(|check| match &check.question {
        Question::Units { code, asked: Some(units) } => {
            Some(Line { code: code.clone(), modifiers: Vec::new(), units: *units, role: "bill".to_owned() })
        }
        _ => None,
    });
    let label = found.first().and_then(|check| check.figures.units).map(|units| units.to_string());
    Conclusion { lines: lines.collect(), label, ..answer(verdict) }
}

fn add_on(checks: &[Check]) -> Conclusion {
    let found: Vec<&Check> = of_intent(checks, Intent::AddOn).collect();
    match found.first().map(|check| check.outcome) {
        Some(Outcome::AddOn) => Conclusion { label: Some("add-on".to_owned()), ..answer(Some(Verdict::Yes)) },
        Some(Outcome::NotAddOn) => Conclusion { label: Some("not an add-on".to_owned()), ..answer(Some(Verdict::No)) },
        _ => abstain(),
    }
}

fn global(checks: &[Check]) -> Conclusion {
    let found: Vec<&Check> = of_intent(checks, Intent::GlobalPeriod).collect();
    if found.is_empty() || found.iter().any(|check| check.outcome != Outcome::Known) {
        return abstain();
    }
    Conclusion { label: found[0].figures.global_days.clone(), ..answer(None) }
}

fn diagnoses(checks: &[Check]) -> Conclusion {
    let found: Vec<Outcome> = of_intent(checks, Intent::DiagnosisPair).map(|check| check.outcome).collect();
    if found.is_empty() || found.contains(&Outcome::NotChecked) {
        abstain()
    } else if found.contains(&Outcome::Excludes1) {
        answer(Some(Verdict::No))
    } else {
        answer(Some(Verdict::Yes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_question_says_of_two_services_is_read_with_care() {
        for (text, expected) in [
            ("snare polypectomy 45385 and biopsy 45380 of another polyp", Separation::Separate),
            ("45385 and 45380 same session, different lesions", Separation::Separate),
            ("Same session, snare polypectomy 45385 and biopsy 45380 of another polyp", Separation::Separate),
            ("same day, different knees", Separation::Separate),
            ("45385 with 45380 on the same polyp", Separation::Same),
            ("29881 with 29877 on the same knee", Separation::Same),
            ("Can 45385 and 45380 be billed together on the same day?", Separation::Unsaid),
            ("same session, Medicare", Separation::Unsaid),
            ("not a separate lesion", Separation::Unsaid),
            ("Same session, snare polypectomy 45385 and biopsy 45380 of another polyp", Separation::Separate),
            ("same knee, different compartment", Separation::Unsaid),
        ] {
            assert_eq!(separation(text), expected, "{text}");
        }
    }
}
