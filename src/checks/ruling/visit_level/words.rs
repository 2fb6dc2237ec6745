//! How a level is said: both routes with their figures, the cards they rest on, and the verdict on a code that was
//! asked about.

use std::sync::LazyLock;

use regex::Regex;

use super::super::time_units::answer::{Answer, Rules};
use super::super::time_units::minutes::amount;
use super::super::time_units::prolonged::Start;
use super::elements::Elements;
use super::family::{Family, Step};
use super::{Routes, Stated};
use crate::domain::draft::Verdict;
use crate::domain::inquiry::Inquiry;

/// Words that ask whether a level is reached, and not whether it is the right one.
static REACHED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:enough|reach\w*|meets?|met|qualif\w*|support\w*|sufficient|justif\w*|can (?:we|i|you|he|she)|may (?:we|i)|could (?:we|i)|ok(?:ay)? to)\b")
        .expect("the pattern is a constant")
});

/// Words that ask whether a code was too low.
static UNDER: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?i)\bunder-?cod\w*|\btoo low\b").expect("the pattern is a constant"));

/// Words that ask whether it was too high.
static OVER: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?i)\b(?:over|up)-?cod\w*|\btoo high\b").expect("the pattern is a constant"));

/// The rule cards that the answer rests on.
pub(super) fn cards(decision: bool, time: bool, elements: &Elements, family: Family) -> Vec<&'static str> {
    let mut cards = Vec::new();
    if time {
        cards.extend(family.card());
    }
    if decision {
        cards.push("mdm-two-of-three");
        let named = [(elements.problems, "mdm-problems"), (elements.data, "mdm-data"), (elements.risk, "mdm-risk")];
        cards.extend(named.into_iter().filter(|(found, _)| found.is_some()).map(|(_, card)| card));
    }
    cards.push("em-level-mdm-or-time");
    cards
}

/// The verdict on the one code of the family that is asked about.
pub(super) fn verdict(inquiry: &Inquiry, family: Family, best: Option<&str>, yes_no: bool) -> Option<Verdict> {
    let named: Vec<usize> = inquiry.mentions.iter().filter_map(|mention| family.rank(mention.code.as_str())).collect();
    let [asked] = named[..] else { return None };
    if !yes_no {
        return None;
    }
    let Some(supported) = best.and_then(|code| family.rank(code)) else { return Some(Verdict::No) };
    if UNDER.is_match(&inquiry.text) != OVER.is_match(&inquiry.text) {
        let so = if UNDER.is_match(&inquiry.text) { asked < supported } else { asked > supported };
        return Some(if so { Verdict::Yes } else { Verdict::No });
    }
    let holds = asked == supported || (asked < supported && REACHED.is_match(&inquiry.text_asked()));
    Some(if holds { Verdict::Yes } else { Verdict::No })
}

/// What was stated, in words, without a code.
pub(super) fn told(stated: &Stated) -> String {
    let elements = stated.elements.words();
    let decision = stated.decision.map(|(low, _)| match elements.is_empty() {
        true => format!("{} decision making", low.word()),
        false => format!("{} decision making ({elements})", low.word()),
    });
    let time = stated.time.as_ref().map(|total| total.shown.clone());
    let both = [time, decision].into_iter().flatten().collect::<Vec<_>>().join(" and ");
    let mut chars = both.chars();
    chars.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default() + chars.as_str()
}

/// The answer in words.
pub(super) fn say(
    stated: &Stated,
    routes: &Routes,
    family: Family,
    more: Option<(&'static Start, (&'static str, u32), bool)>,
) -> String {
    let mut parts = Vec::new();
    if let (Some(reached), Some(total)) = (routes.time, stated.time.as_ref()) {
        parts.push(by_time(&total.shown, reached, family));
    }
    if let Some((low, high)) = routes.decision {
        parts.push(by_decision(stated, low, high));
    }
    if let (Some((low, _)), Some(reached)) = (routes.decision, routes.time) {
        let same = reached.is_some_and(|step| step.code == low.code);
        parts.push(
            if same {
                "Either route gives it."
            } else {
                "Either may set the level, so the higher one that the note supports."
            }
            .to_owned(),
        );
    }
    if let Some((start, (code, units), medicare)) = more {
        let first = if medicare { start.medicare.map_or(0, |(_, first)| first) } else { start.cpt.1 };
        let units = if units > 1 { format!("{code} x{units}") } else { code.to_owned() };
        parts.push(format!("Prolonged time is added: {units}, from {first} minutes."));
    } else if let (Some(Some(step)), Some(total)) = (routes.time, stated.time.as_ref())
        && let Some(start) = super::start_of(step.code).filter(|start| total.minutes >= start.cpt.1 && stated.medicare)
    {
        parts.push(start.other(total.minutes, true));
    }
    if matches!(family, Family::ConsultOffice | Family::ConsultHospital) && stated.payer == Rules::Unnamed {
        parts.push("Medicare pays no consultation codes: bill the visit of the place there.".to_owned());
    }
    parts.join(" ")
}

fn by_time(shown: &str, reached: Option<&'static Step>, family: Family) -> String {
    let needs = |step: &Step| step.minutes.unwrap_or(0);
    match reached {
        Some(step) => {
            let next = family.above(step.code).map(|next| format!(", and {} needs {}", next.code, needs(next)));
            format!("By time {}: {shown} reach its {}{}.", step.code, needs(step), next.unwrap_or_default())
        }
        None => {
            let lowest = family.steps().first().map(|step| format!("{} needs {}", step.code, needs(step)));
            format!("{shown} reach no level by time: {}.", lowest.unwrap_or_default())
        }
    }
}

fn by_decision(stated: &Stated, low: &'static Step, high: &'static Step) -> String {
    let elements = stated.elements.words();
    let level = stated.decision.map_or("", |(low, _)| low.word());
    let given = if elements.is_empty() { String::new() } else { format!(": {elements}; two of three must reach it") };
    let more = if low.code == high.code {
        String::new()
    } else {
        format!(" {} only if the third element reaches it.", high.code)
    };
    format!("By decision making {}, {level}{given}.{more}", low.code)
}

/// Words that ask for the minutes of a code.
static MINUTES_ASKED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\bhow (?:many minutes|long|much time)\b|\bwhat(?:'s| is| are)? (?:the )?(?:minimum |total |typical )?(?:time|minutes?)\b|\b(?:time|minutes?) (?:threshold|requirement|range|needed|required|minimum)s?\b")
        .expect("the pattern is a constant")
});

/// The minutes of the one code that a question asks for, and of the next.
pub(super) fn threshold(inquiry: &Inquiry) -> Option<Answer> {
    let named: Vec<Family> = inquiry.mentions.iter().filter_map(|mention| Family::of(mention.code.as_str())).collect();
    let ([family], [mention]) = (&named[..], &inquiry.mentions[..]) else { return None };
    let step = family.steps().get(family.rank(mention.code.as_str())?)?;
    let minutes = step.minutes.filter(|_| MINUTES_ASKED.is_match(&inquiry.text))?;
    let next = match family.above(step.code) {
        Some(next) => format!("; {} begins at {}", next.code, next.minutes.unwrap_or(0)),
        None => String::new(),
    };
    Some(Answer {
        rule: "visit time",
        cards: cards(false, true, &Elements::default(), *family),
        recalled: true,
        label: Some(amount(minutes)),
        say: format!(
            "{} needs {} of the practitioner's total time on the date, met in full{next}. Decision making may set the level instead.",
            step.code,
            amount(minutes)
        ),
        ..Answer::default()
    })
}
