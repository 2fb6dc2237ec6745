//! Tobacco counseling (99406, 99407; NCD 210.4.1 on how many sessions) and advance care planning (99497, 99498; the
//! minutes are CPT's, with its midpoint rule).

use super::answer::{Answer, lines, verdict, written};
use super::minutes::{Adding, Minutes, Total, amount};
use crate::corpus::Corpus;
use crate::domain::inquiry::Inquiry;
use crate::domain::pattern::pattern;
use crate::domain::ruling::Ruling;

pattern!(
    TOBACCO,
    r"(?i)\b9940[67]\b|\b(?:smoking|tobacco|vaping|nicotine)[\w\s]{0,20}(?:counsel\w*|cessation)|\bcounsel\w*[\w\s]{0,24}(?:smoking|tobacco|quit)|\bquit(?:ting)? smoking\b"
);
pattern!(PLANNING, r"(?i)\b9949[78]\b|\badvanced? care planning\b|\bacp\b|\badvance directives?\b");
pattern!(
    ELSEWHERE,
    r"(?i)\b(?:awv|wellness|g043[89]|critical care|9929[12]|same minutes|total visit|level|by time|group|session limit|sessions)\b"
);
pattern!(VISIT, r"(?i)\b(?:992[0-3]\d|visit|e/?m)\b");
pattern!(
    THEIRS,
    r"(?i)\b(?:counsel\w*|cessation|smoking|tobacco|quit\w*|planning|acp|directives?|9940[67]|9949[78])\b"
);

/// The code of so many minutes of tobacco counseling.
pub(super) fn tobacco(minutes: u32) -> Option<&'static str> {
    match minutes {
        0..=3 => None,
        4..=10 => Some("99406"),
        _ => Some("99407"),
    }
}

/// Units of 99497 and 99498.
pub(super) fn planning(minutes: u32) -> (u32, u32) {
    (u32::from(minutes >= 16), minutes.saturating_sub(16) / 30)
}

/// Either of the two, where its minutes are stated.
pub(super) fn find(corpus: &Corpus, inquiry: &Inquiry, minutes: &Minutes) -> Option<Ruling> {
    let text = inquiry.text.as_str();
    if ELSEWHERE.is_match(text) || TOBACCO.is_match(text) == PLANNING.is_match(text) {
        return None;
    }
    let total = minutes.total(Adding::Said)?;
    // With a visit in the question the minutes must stand beside the counseling.
    if VISIT.is_match(text) && !minutes.stand_beside(&THEIRS) {
        return None;
    }
    let answer = if TOBACCO.is_match(text) { of_tobacco(inquiry, &total)? } else { of_planning(inquiry, &total)? };
    answer.ruling(corpus, inquiry)
}

fn of_tobacco(inquiry: &Inquiry, total: &Total) -> Option<Answer> {
    let found = total.settled(tobacco)?;
    let lines = found.map(|code| lines(&[(code, 1)])).unwrap_or_default();
    let reach = match found {
        None => "3 minutes or less are part of the visit: 99406 needs more than 3",
        Some("99406") => "99406 (more than 3 and up to 10 minutes)",
        Some(_) => "99407 (more than 10 minutes)",
    };
    let say = format!(
        "{} of tobacco counseling: {reach}. The minutes go into the note and count in no visit's time.",
        total.shown
    );
    Some(Answer {
        rule: "tobacco counseling time",
        cards: vec!["tobacco-counseling"],
        recalled: found.is_some(),
        verdict: verdict(inquiry, |code| matches!(code, "99406" | "99407"), &lines),
        label: Some(found.unwrap_or("not billable").to_owned()),
        lines,
        say,
        ..Answer::default()
    })
}

fn of_planning(inquiry: &Inquiry, total: &Total) -> Option<Answer> {
    let (first, more) = total.settled(planning)?;
    let lines = lines(&[("99497", first), ("99498", more)]);
    let say = match (first, more) {
        (0, _) => {
            format!("{} of advance care planning are below the 16 that 99497 needs: no code for them.", total.shown)
        }
        (_, 0) => format!("{} are 99497 once (16 to 45 minutes); 99498 begins at 46.", total.shown),
        _ => format!(
            "{} are {}: 99497 from 16 minutes, 99498 from 46 and then every 30, here {}.",
            total.shown,
            written(&lines),
            amount(16 + more * 30)
        ),
    };
    Some(Answer {
        rule: "advance care planning time",
        cards: vec!["acp-time"],
        verdict: verdict(inquiry, |code| matches!(code, "99497" | "99498"), &lines),
        label: Some(if lines.is_empty() { "below 16 minutes".to_owned() } else { written(&lines) }),
        lines,
        say,
        ..Answer::default()
    })
}
