//! Critical care by time. Source: Medicare Claims Processing Manual, chapter 12, sections 30.6.12.2 and 30.6.12.4:
//! 30 to 74 minutes are 99291, and 99292 needs a complete further half hour, 104 minutes for the first.

use super::answer::{Answer, Rules, lines, rules, verdict, written};
use super::minutes::{Adding, Minutes};
use crate::corpus::Corpus;
use crate::domain::inquiry::Inquiry;
use crate::domain::pattern::pattern;
use crate::domain::ruling::Ruling;

pattern!(ABOUT, r"(?i)\bcritical care\b|\b9929[12]\b");
pattern!(
    ELSEWHERE,
    r"(?i)\b(?:np|pa|apps?|nurse practitioner|physician assistant|partner|colleague|covering|two (?:physicians|doctors|intensivists|hospitalists)|both (?:physicians|doctors)|same (?:group|specialty)|another (?:physician|doctor|provider)|each of|transport\w*|neonat\w*|pediatric|infant|child|midnight|overnight|global|post-?op\w*|surgery|ed visit|emergency visit|office visit|9928\d|992[0-3]\d|9946\d|9947\d|9949[5-9]|same day visit|document\w* (?:time|total)|no time|time (?:was )?not|family|wife|husband|daughter|son)\b"
);
pattern!(
    PROCEDURE,
    r"(?i)\b(?:cpr|intubat\w*|central line|arterial line|line placement|procedures?|chest tube|resuscitation)\b"
);
pattern!(NET, r"(?i)\b(?:exclud\w+|exclusive of|not (?:counting|including)|net of|apart from|excl\.?)\b");

/// Units of 99291 and 99292 under Medicare.
pub(in super::super) fn medicare(minutes: u32) -> (u32, u32) {
    (u32::from(minutes >= 30), minutes.saturating_sub(74) / 30)
}

/// The same under CPT, which begins each further half hour with its first minute.
pub(super) fn cpt(minutes: u32) -> (u32, u32) {
    (u32::from(minutes >= 30), minutes.saturating_sub(74).div_ceil(30))
}

/// The units, where the minutes are stated.
pub(super) fn find(corpus: &Corpus, inquiry: &Inquiry, minutes: &Minutes) -> Option<Ruling> {
    let text = inquiry.text.as_str();
    if !ABOUT.is_match(text) || ELSEWHERE.is_match(text) {
        return None;
    }
    let total = minutes.total(Adding::Said)?;
    // A procedure beside the care: whether its minutes are still in the total must be said.
    if PROCEDURE.is_match(text) && total.taken == 0 && total.minutes == total.least && !NET.is_match(text) {
        return None;
    }
    if minutes.clocks.iter().any(|interval| interval.midnight) {
        return None;
    }
    let ((first, by_medicare), (_, by_cpt)) = (total.settled(medicare)?, total.settled(cpt)?);
    let payer = rules(inquiry);
    let more = if payer == Rules::Other { by_cpt } else { by_medicare };
    let lines = lines(&[("99291", first), ("99292", more)]);
    let shown = &total.shown;
    let say = if first == 0 {
        format!(
            "{shown} of critical care in a day are below the 30 that 99291 needs: bill the visit of the place for the whole work."
        )
    } else {
        let reach = match payer {
            Rules::Other => beyond(by_cpt, 75),
            _ => beyond(by_medicare, 104),
        };
        let other = match payer {
            Rules::Other => format!(" Medicare would give {}, from 104 minutes.", units("99292", by_medicare)),
            _ if by_cpt == by_medicare => String::new(),
            Rules::Medicare => " The start at 75 minutes is CPT's, not Medicare's.".to_owned(),
            Rules::Unnamed => format!(" A payer that follows CPT takes {}, from 75 minutes.", units("99292", by_cpt)),
        };
        format!(
            "{shown} are {}: 99291 covers 30 to 74, and {reach}.{other} The record must state the total.",
            written(&lines)
        )
    };
    Answer {
        rule: "critical care time",
        cards: vec!["critical-care-time"],
        verdict: verdict(inquiry, |code| matches!(code, "99291" | "99292"), &lines),
        label: Some(if lines.is_empty() { "below 30 minutes".to_owned() } else { written(&lines) }),
        lines,
        say,
        ..Answer::default()
    }
    .ruling(corpus, inquiry)
}

/// Where 99292 begins, and where its next unit does.
fn beyond(units: u32, start: u32) -> String {
    match units {
        0 => format!("99292 begins at {start} minutes"),
        _ => format!("99292 begins at {start} minutes, and its next unit at {}", start + units * 30),
    }
}

fn units(code: &str, units: u32) -> String {
    if units == 0 { format!("no {code}") } else { format!("{code} x{units}") }
}
