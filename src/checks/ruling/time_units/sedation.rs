//! Moderate sedation by time: 99151, 99152 and 99153 by the physician of the procedure, 99155 to 99157 by another,
//! G0500 with endoscopy of the gut under Medicare. That Medicare pays the operator for it: Claims Processing Manual,
//! chapter 12, section 50.J; the minutes are CPT's.

use super::answer::{Answer, Rules, lines, rules, verdict, written};
use super::minutes::{Adding, Minutes};
use crate::corpus::Corpus;
use crate::domain::inquiry::Inquiry;
use crate::domain::pattern::pattern;
use crate::domain::ruling::Ruling;

pattern!(ABOUT, r"(?i)\b9915[1-7]\b|\bG0500\b|\b(?:moderate|conscious) sedation\b");
pattern!(
    ELSEWHERE,
    r"(?i)\b(?:crna|anesthesiologist|mac|monitored anesthesia|general anesthesia|deep sedation|radiation|included|bundled|critical care)\b"
);
pattern!(
    GUT,
    r"(?i)\b(?:colonoscop\w*|egd|endoscop\w*|esophagogastro\w*|ercp|sigmoidoscop\w*|4[345][2-4]\d\d|G0105|G0121|G0500)\b"
);
pattern!(
    SECOND,
    r"(?i)\b9915[567]\b|\b(?:another|a different|a second|other) (?:physician|provider|doctor|clinician|qhp)\b|\bnot performing the procedure\b"
);

/// Units of the first code and of each further quarter of an hour: from 10 and from 23 minutes.
pub(super) fn units(minutes: u32) -> (u32, u32) {
    let more = if minutes < 23 { 0 } else { (minutes - 23) / 15 + 1 };
    (u32::from(minutes >= 10), more)
}

/// The codes, where the minutes of sedation are stated.
pub(super) fn find(corpus: &Corpus, inquiry: &Inquiry, minutes: &Minutes) -> Option<Ruling> {
    let text = inquiry.text.as_str();
    if !ABOUT.is_match(text) || ELSEWHERE.is_match(text) {
        return None;
    }
    let total = minutes.total(Adding::Said)?;
    let (first, more) = total.settled(units)?;
    let age = inquiry.stated.amounts.get("age").copied();
    let names = |code: &str| inquiry.mentions.iter().any(|mention| mention.code.as_str() == code);
    let young = age.map_or(names("99151") || names("99155"), |age| age < 5.0);
    let second = SECOND.is_match(text);
    let gut = GUT.is_match(text) && rules(inquiry) != Rules::Other && !second && !young;
    let (initial, further) = match (second, young) {
        (true, true) => ("99155", "99157"),
        (true, false) => ("99156", "99157"),
        (false, true) => ("99151", "99153"),
        (false, false) if gut => ("G0500", "99153"),
        (false, false) => ("99152", "99153"),
    };
    let lines = lines(&[(initial, first), (further, more)]);
    let say = if first == 0 {
        format!("{} of sedation are below the 10 that {initial} needs: it is not billed.", total.shown)
    } else {
        let reach = if more == 0 {
            format!("{initial} from 10 minutes, and {further} begins at 23")
        } else {
            format!("{initial} from 10 minutes, {further} from 23 and then every 15, next at {}", 23 + more * 15)
        };
        let who = match (age, second) {
            (None, true) => " Under age 5 it is 99155 instead of 99156.",
            (None, false) if !young && !gut => " Under age 5 it is 99151.",
            _ => "",
        };
        let watched = if second { "" } else { " An independent trained observer must watch the patient." };
        format!("{} of intraservice time are {}: {reach}.{watched}{who}", total.shown, written(&lines))
    };
    let of_kind = |code: &str| code.starts_with("9915") || code == "G0500";
    Answer {
        rule: "moderate sedation time",
        cards: vec!["moderate-sedation"],
        recalled: true,
        verdict: verdict(inquiry, of_kind, &lines),
        label: Some(if lines.is_empty() { "below 10 minutes".to_owned() } else { written(&lines) }),
        lines,
        say,
        ..Answer::default()
    }
    .ruling(corpus, inquiry)
}
