//! The first lines of the reply: the verdict, in one to three sentences.

use crate::checks::bypass::{bypass, condition};
use crate::checks::conclude::{Conclusion, of_intent};
use crate::checks::sentence;
use crate::checks::separation::{Separation, separation};
use crate::corpus::Corpus;
use crate::domain::check::{Check, Outcome, Question};
use crate::domain::draft::{Action, Assertion, Verdict};
use crate::domain::evidence::Evidence;
use crate::domain::inquiry::Intent;
use crate::domain::ruling::Ruling;

/// Writes the verdict in words.
pub fn write(corpus: &Corpus, evidence: &Evidence, conclusion: &Conclusion) -> Assertion {
    if let Some(ruling) = evidence.ruling.as_ref().filter(|_| conclusion.ruled) {
        return ruled(evidence, ruling);
    }
    let inquiry = &evidence.inquiry;
    let leading = inquiry.intents.first().copied().unwrap_or(Intent::Other);
    if inquiry.mentions.is_empty()
        && let Some(text) = inquiry.malformed.first()
    {
        let shapes = evidence.passages.iter().filter_map(|passage| evidence.number(&passage.source));
        return Assertion::new(malformed(text), shapes.collect::<Vec<_>>());
    }
    // Where a heading alone is what the question names, that is the answer to whatever is asked of it.
    let heading = conclusion.verdict == Some(Verdict::No) && matches!(leading, Intent::Modifier | Intent::Other);
    let dead: Vec<&Check> =
        evidence.checks.iter().filter(|c| is_gone(c) || (heading && c.outcome == Outcome::Header)).collect();
    let ends_it = matches!(leading, Intent::Bundling | Intent::CodeStatus | Intent::Units);
    if !dead.is_empty() && (ends_it || conclusion.action == Action::Answer) {
        return gone(evidence, &dead);
    }
    let checks: Vec<&Check> = of_intent(&evidence.checks, leading).collect();
    match (conclusion.action, leading) {
        (Action::Answer, Intent::Bundling) => bundling(corpus, evidence, conclusion, &checks),
        (Action::Answer, Intent::Units) => units(evidence, &checks),
        (Action::Answer, Intent::DiagnosisPair) => joined("", evidence, &checks, diagnoses),
        (Action::Answer, Intent::CodeStatus) => joined(yes_no(conclusion), evidence, &checks, status),
        (Action::Answer, Intent::AddOn) => joined(yes_no(conclusion), evidence, &checks[..checks.len().min(1)], add_on),
        (Action::Answer, _) => joined("", evidence, &checks, |check| sentence(&check.detail)),
        _ => abstained(evidence, &checks),
    }
}

/// What a ruling says, with the question back where one fact is missing.
fn ruled(evidence: &Evidence, ruling: &Ruling) -> Assertion {
    let cites: Vec<usize> = ruling.sources.iter().filter_map(|source| evidence.number(source)).collect();
    let ask = ruling.ask.as_ref().map(|ask| format!(" {ask}")).unwrap_or_default();
    Assertion::new(format!("{}{ask}", ruling.say), cites)
}

/// What to say of a text that has the shape of no code.
fn malformed(text: &str) -> String {
    format!(
        "{text} does not exist: no code set has a code of that shape. CPT codes have five digits (or four and a letter), HCPCS codes a letter and four digits, ICD-10-CM codes three to seven characters. Please check the number."
    )
}

fn is_gone(check: &Check) -> bool {
    matches!(check.question, Question::CodeStatus { .. }) && matches!(check.outcome, Outcome::Deleted | Outcome::Future)
}

fn yes_no(conclusion: &Conclusion) -> &'static str {
    match conclusion.verdict {
        Some(Verdict::Yes) => "Yes. ",
        Some(Verdict::No) => "No. ",
        _ => "",
    }
}

/// The details of several checks, one sentence each, with all their sources.
fn joined(opening: &str, evidence: &Evidence, checks: &[&Check], text: impl Fn(&Check) -> String) -> Assertion {
    let sentences: Vec<String> = checks.iter().take(4).map(|check| text(check)).collect();
    Assertion::new(format!("{opening}{}", sentences.join(" ")), cites(evidence, checks))
}

fn cites(evidence: &Evidence, checks: &[&Check]) -> Vec<usize> {
    let mut numbers: Vec<usize> = checks.iter().flat_map(|check| evidence.numbers(check)).collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}

fn status(check: &Check) -> String {
    let what = check.figures.description.as_ref().map(|text| format!(" What it is: {}.", text.trim_end_matches('.')));
    format!("{}{}", sentence(&check.detail), what.unwrap_or_default())
}

fn diagnoses(check: &Check) -> String {
    let codes: Vec<&str> = check.question.subjects().iter().map(|code| code.as_str()).collect();
    let opening = match check.outcome {
        Outcome::Excludes1 => format!("No: {} are not coded together.", and(&codes)),
        Outcome::Contradict => format!("No: {} contradict each other.", and(&codes)),
        Outcome::Excludes2 => format!("Yes: {} may stand together when the patient has both.", and(&codes)),
        _ => format!("Yes, as far as the tabular list goes: {} may stand together.", and(&codes)),
    };
    format!("{opening} {}", sentence(&check.detail))
}

/// Short: the section further down lists the primaries.
fn add_on(check: &Check) -> String {
    let Question::AddOn { code, with } = &check.question else { return String::new() };
    let (figures, kind) = (&check.figures, check.figures.add_on_type.unwrap_or(1));
    if check.outcome != Outcome::AddOn {
        return sentence(&check.detail);
    }
    let named = with.iter().find(|other| figures.primaries.iter().any(|primary| primary == other.as_str()));
    match (named, figures.primaries_listed) {
        (Some(primary), _) => {
            format!("{code} is an add-on code, type {kind}, and {primary} is among its primary codes.")
        }
        (None, Some(listed)) if kind != 2 => {
            format!(
                "{code} is an add-on code, type {kind}: it is billed only with one of its {listed} listed primary codes{}.",
                if kind == 3 { ", or another that the contractor accepts" } else { "" }
            )
        }
        _ => format!("{code} is an add-on code, type {kind}: the contractor decides which codes are its primaries."),
    }
}

fn gone(evidence: &Evidence, dead: &[&Check]) -> Assertion {
    let sentences = dead.iter().take(3).map(|check| {
        let code = check.question.subjects()[0];
        let date = check.scope.as_of;
        match (check.outcome, check.figures.deletion, check.figures.effective) {
            (Outcome::Deleted, Some(end), _) => {
                format!(
                    "{code} is not valid for {date}: it was deleted, and its last valid day was {end}.{}",
                    successors(check)
                )
            }
            (Outcome::Future, _, Some(start)) => format!("{code} is not valid for {date}: it begins on {start}."),
            _ => sentence(&check.detail),
        }
    });
    Assertion::new(format!("No. {}", sentences.collect::<Vec<_>>().join(" ")), cites(evidence, dead))
}

/// The successors, and how far the link is proved.
fn successors(check: &Check) -> String {
    let list: Vec<&str> = check.figures.successors.iter().map(|(code, _)| code.as_str()).collect();
    let confirmed = check.figures.successors.iter().all(|(_, confirmed)| *confirmed);
    match (list.len(), confirmed) {
        (0, _) => " No document on this shelf names a successor.".to_owned(),
        (_, true) => format!(" Its successors are {}.", list.join(", ")),
        (1, false) => format!(
            " Its usual successor is {}; no document on this shelf names that link (unconfirmed): check it in your code book.",
            list[0]
        ),
        (_, false) => format!(
            " Its usual successors are {}; no document on this shelf names that link (unconfirmed): check it in your code book.",
            and(&list)
        ),
    }
}

/// `a, b and c`.
pub fn and(list: &[&str]) -> String {
    match list {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [rest @ .., last] => format!("{} and {last}", rest.join(", ")),
    }
}

fn bundling(corpus: &Corpus, evidence: &Evidence, conclusion: &Conclusion, checks: &[&Check]) -> Assertion {
    let never: Vec<&Check> = checks.iter().copied().filter(|c| c.outcome == Outcome::EditNever).collect();
    if !never.is_empty() {
        return forbidden(evidence, conclusion, &never);
    }
    let edits: Vec<&Check> = checks.iter().copied().filter(|c| c.outcome == Outcome::EditModifierAllowed).collect();
    if edits.is_empty() {
        let codes: Vec<&str> =
            evidence.inquiry.codes().iter().filter(|c| c.set().is_procedure()).map(|c| c.as_str()).collect();
        let text = format!(
            "Yes, as far as NCCI goes: the release in force on {} holds no edit for {}, so each may be billed when it is documented and medically necessary.",
            evidence.inquiry.scope.as_of,
            and(&codes)
        );
        return Assertion::new(text, cites(evidence, checks));
    }
    let mut sentences = Vec::new();
    for (n, check) in edits.iter().take(3).enumerate() {
        let (Some(one), Some(two)) = (&check.figures.column_one, &check.figures.column_two) else { continue };
        let modifier = bypass(corpus, &evidence.inquiry, check);
        let fact = condition(&modifier);
        let alternative = if modifier.as_str() == "59" { " (or the X modifier that says why)" } else { "" };
        sentences.push(match (separation(&evidence.inquiry.text), n) {
            (Separation::Separate, 0) => format!("Yes, both may be billed: {one} and {two}-{modifier}{alternative}, but only because the question describes {fact}, and the note must show it. Otherwise {one} alone."),
            (Separation::Same, 0) => format!("No: done on the same lesion or site, {two} is part of {one}. Bill {one} alone; {two}-{modifier} would need {fact}."),
            (Separation::Unsaid, 0) => format!("It depends: {one} and {two}-{modifier}{alternative} may be billed together only with {fact} documented. Otherwise {one} alone."),
            _ => format!("{two} with {one}: only as {two}-{modifier}, with {fact} documented."),
        });
    }
    Assertion::new(sentences.join(" "), cites(evidence, &edits))
}

fn forbidden(evidence: &Evidence, conclusion: &Conclusion, never: &[&Check]) -> Assertion {
    let sentences = never.iter().take(3).filter_map(|check| {
        let (one, two) = (check.figures.column_one.as_ref()?, check.figures.column_two.as_ref()?);
        Some(format!("{two} is never billed with {one} for the same patient, practitioner and date: the edit has indicator 0, so no modifier bypasses it."))
    });
    let kept: Vec<&str> = conclusion.lines.iter().map(|line| line.code.as_str()).collect();
    let exclusive = never.iter().any(|check| {
        check.figures.rationale.as_deref().is_some_and(|reason| reason.to_lowercase().contains("mutually exclusive"))
    });
    let tail = match &kept[..] {
        [] => String::new(),
        // Column one of such a pair is no better described, only paid (NCCI Policy Manual, chapter I, section P).
        [one] if exclusive => format!(
            " The two exclude each other: bill the one that the record describes in full; of both on one claim {one} alone is paid."
        ),
        kept => format!(" Bill {}.", and(kept)),
    };
    Assertion::new(format!("No. {}{tail}", sentences.collect::<Vec<_>>().join(" ")), cites(evidence, never))
}

fn units(evidence: &Evidence, checks: &[&Check]) -> Assertion {
    let sentences = checks.iter().take(3).map(|check| {
        let Question::Units { code, asked } = &check.question else { return String::new() };
        let limit = check.figures.units.unwrap_or(0);
        let mai = check.figures.mai.unwrap_or(0);
        let basis = if mai == 1 { "claim line" } else { "date of service" };
        let rule = format!("the limit of {limit} on one {basis} (MUE {limit}, MAI {mai})");
        let asked = asked.map(|n| if n == 1 { format!("1 unit of {code} is") } else { format!("{n} units of {code} are") });
        match (asked, check.outcome) {
            (Some(units), Outcome::WithinLimit) => format!("Yes: {units} within {rule}."),
            (Some(units), _) if mai == 3 => format!("{units} above {rule}: they will be denied at first, and may be paid on appeal when the note proves the need."),
            (Some(units), _) => format!("No: {units} above {rule}."),
            (None, _) if limit == 1 => format!("At most 1 unit of {code} on one {basis} (MUE 1, MAI {mai}), as far as documented."),
            (None, _) => format!("At most {limit} units of {code} on one {basis} (MUE {limit}, MAI {mai}), as far as documented."),
        }
    });
    Assertion::new(sentences.collect::<Vec<_>>().join(" "), cites(evidence, checks))
}

/// Nothing is claimed: what could not be checked, and what was last known.
fn abstained(evidence: &Evidence, checks: &[&Check]) -> Assertion {
    let date = evidence.inquiry.scope.as_of;
    let unchecked: Vec<&Check> = checks
        .iter()
        .copied()
        .filter(|c| matches!(c.outcome, Outcome::NotChecked | Outcome::Unknown | Outcome::NoLimitInRelease))
        .collect();
    if unchecked.is_empty() {
        let rules: Vec<usize> = evidence.passages.iter().filter_map(|p| evidence.number(&p.source)).collect();
        let text = match evidence.passages.first() {
            Some(passage) => format!(
                "This question turns on more than the tables hold; a person must settle it. The nearest rule: {}",
                passage.text
            ),
            None => "No table or rule on this shelf answers this; a person must.".to_owned(),
        };
        return Assertion::new(text, rules.into_iter().take(1).collect::<Vec<_>>());
    }
    let sentences: Vec<String> = unchecked
        .iter()
        .take(3)
        .map(|check| match &check.last_known {
            Some(last) => {
                let subjects: Vec<&str> = check.question.subjects().iter().map(|code| code.as_str()).collect();
                format!(
                    "Not checked for {date}: no release in force on that date is on this shelf. {} held for {}: {}.",
                    last.title,
                    and(&subjects),
                    last.value
                )
            }
            None => format!("Not checked: {}.", check.detail.trim_end_matches('.')),
        })
        .collect();
    Assertion::new(sentences.join(" "), cites(evidence, &unchecked))
}
