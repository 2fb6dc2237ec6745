//! Prolonged services on top of the highest visit level chosen by time. Source: Medicare Claims Processing Manual,
//! chapter 12, sections 30.6.15.2 and 30.6.15.3 (G2212, G0316, G0317, G0318); CPT's 99417 and 99418 begin 15 minutes
//! beyond the minimum of the level.

use super::super::visit_level::family;
use super::answer::{Answer, Rules, lines, rules, verdict, written};
use super::minutes::{Adding, Minutes};
use crate::corpus::Corpus;
use crate::domain::draft::Verdict;
use crate::domain::inquiry::Inquiry;
use crate::domain::pattern::pattern;
use crate::domain::ruling::Ruling;

pattern!(ABOUT, r"(?i)\bprolong\w*\b|\b9941[78]\b|\bG2212\b|\bG031[678]\b");
pattern!(
    ELSEWHERE,
    r"(?i)\b(?:9935[4-9]|9941[56]|psychotherapy|9083\d|critical care|9929[12]|discharge|9923[89]|emergency|9928\d|np|pa|nurse|staff|mdm|decision making|day before|evening before|next day|following day|9920[2-4]|9921[1-4]|9922[12]|9923[1245]|9930[45789]|9934[124789])\b"
);
pattern!(CPT_ONLY, r"\b9941[78]\b");
pattern!(PROLONGED_CODE, r"(?i)^(?:9941[78]|G2212|G031[678])$");

/// From which minute, and with which code, time is prolonged beside a visit of the highest level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Start {
    /// The visit code.
    pub visit: &'static str,
    /// Fewest minutes of the visit itself.
    pub base: u32,
    /// Medicare: the code and the first minute.
    pub medicare: Option<(&'static str, u32)>,
    /// CPT: the code and the first minute.
    pub cpt: (&'static str, u32),
    /// The card behind Medicare's start.
    card: &'static str,
}

const fn start(
    visit: &'static str,
    base: u32,
    medicare: Option<(&'static str, u32)>,
    cpt: (&'static str, u32),
    card: &'static str,
) -> Start {
    Start { visit, base, medicare, cpt, card }
}

const OFFICE: &str = "prolonged-g2212";
const HOSPITAL: &str = "prolonged-hospital-g0316";
const FACILITY: &str = "prolonged-g0317-g0318";

const STARTS: [Start; 12] = [
    start("99205", 60, Some(("G2212", 89)), ("99417", 75), OFFICE),
    start("99215", 40, Some(("G2212", 69)), ("99417", 55), OFFICE),
    start("99483", 60, Some(("G2212", 100)), ("99417", 75), OFFICE),
    start("99245", 55, None, ("99417", 70), "consultations-medicare"),
    start("99255", 80, None, ("99418", 95), "consultations-medicare"),
    start("99223", 75, Some(("G0316", 90)), ("99418", 90), HOSPITAL),
    start("99233", 50, Some(("G0316", 65)), ("99418", 65), HOSPITAL),
    start("99236", 85, Some(("G0316", 110)), ("99418", 100), HOSPITAL),
    start("99306", 50, Some(("G0317", 95)), ("99418", 65), FACILITY),
    start("99310", 45, Some(("G0317", 85)), ("99418", 60), FACILITY),
    start("99345", 75, Some(("G0318", 140)), ("99417", 90), FACILITY),
    start("99350", 60, Some(("G0318", 110)), ("99417", 75), FACILITY),
];

/// The start of prolonged time beside a visit code.
pub fn start_of(visit: &str) -> Option<&'static Start> {
    STARTS.iter().find(|start| start.visit == visit)
}

/// Full quarters of an hour from the first minute on, the first of them counted with it.
pub(super) fn units(first: u32, minutes: u32) -> u32 {
    if minutes < first { 0 } else { (minutes - first) / 15 + 1 }
}

impl Start {
    /// The prolonged code and its units, for so many minutes.
    pub fn beside(&self, minutes: u32, medicare: bool) -> Option<(&'static str, u32)> {
        let (code, first) = if medicare { self.medicare? } else { self.cpt };
        Some((code, units(first, minutes))).filter(|(_, units)| *units > 0)
    }

    /// What the other payer's rule gives, in words.
    pub fn other(&self, minutes: u32, medicare: bool) -> String {
        let (code, first) = match (medicare, self.medicare) {
            (true, _) => self.cpt,
            (false, Some(theirs)) => theirs,
            (false, None) => return "Medicare pays no consultation code.".to_owned(),
        };
        let whose = if medicare { "A payer that follows CPT (not held here)" } else { "Medicare" };
        match units(first, minutes) {
            0 => format!("{whose}: no {code}, which begins at {first}."),
            more => format!("{whose}: {code} x{more}, from {first} minutes."),
        }
    }

    /// The cards that rule it.
    pub fn cards(&self, medicare: bool) -> Vec<&'static str> {
        match (medicare, self.cpt.0) {
            (true, _) => vec![self.card],
            (false, "99417") => vec!["prolonged-99417"],
            (false, _) => vec!["prolonged-99418"],
        }
    }
}

/// The visit of the highest level that the question speaks of: by its code, or by the kind of visit.
fn visit_of(inquiry: &Inquiry) -> Option<&'static Start> {
    let mut named = inquiry.mentions.iter().filter_map(|mention| start_of(mention.code.as_str()));
    match (named.next(), named.next()) {
        (Some(one), None) => Some(one),
        (None, _) => match family::read(inquiry)?[..] {
            [only] => start_of(only.steps().last()?.code),
            _ => None,
        },
        _ => None,
    }
}

/// The prolonged code with its units beside the visit.
pub(super) fn find(corpus: &Corpus, inquiry: &Inquiry, minutes: &Minutes) -> Option<Ruling> {
    let text = inquiry.text.as_str();
    if !ABOUT.is_match(text) || ELSEWHERE.is_match(text) || !family::is_in_force(inquiry) {
        return None;
    }
    let start = visit_of(inquiry)?;
    let total = minutes.total(Adding::Activities)?;
    let payer = rules(inquiry);
    // Consultations, which Medicare does not pay, are counted by the rule of those who pay them.
    let medicare = payer != Rules::Other && start.medicare.is_some();
    if payer == Rules::Medicare && !medicare {
        return None;
    }
    let minutes = total.settled(|minutes| minutes)?;
    // More than five hours are those of a stay.
    if minutes < start.base || minutes > 300 {
        return None;
    }
    // A code of CPT alone in the question: whose rules hold is the one fact that is missing, where they differ.
    let differ = start.beside(minutes, true) != start.beside(minutes, false);
    let open = payer == Rules::Unnamed && medicare && CPT_ONLY.is_match(text) && differ;
    let more = start.beside(minutes, medicare);
    let mut found = lines(&[(start.visit, 1)]);
    found.extend(more.map(|(code, units)| (code.to_owned(), units)));
    let of_kind = |code: &str| code == start.visit || PROLONGED_CODE.is_match(code);
    let verdict = if open { Some(Verdict::Depends) } else { verdict(inquiry, of_kind, &found) };
    let first = if medicare { start.medicare.map_or(start.cpt.1, |(_, first)| first) } else { start.cpt.1 };
    let reach = match (more, start.medicare.filter(|_| medicare)) {
        (Some((code, units)), _) => {
            let next = first + units * 15;
            format!("{code} begins at {first} minutes beside {} and its next unit at {next}", start.visit)
        }
        (None, Some((code, first))) => format!("{code} begins only at {first} minutes beside {}", start.visit),
        (None, None) => format!("{} begins only at {} minutes beside {}", start.cpt.0, start.cpt.1, start.visit),
    };
    let whose = if medicare { "Medicare" } else { "CPT" };
    let aside = match payer {
        Rules::Medicare if CPT_ONLY.is_match(text) => format!("Medicare does not take {}.", start.cpt.0),
        Rules::Medicare => "No unit is begun by fewer than 15 minutes.".to_owned(),
        _ => start.other(minutes, medicare),
    };
    let say = format!("{} for {whose}: {}; {reach}. {} Time must set the level.", total.shown, written(&found), aside);
    let cards = if open { [start.cards(true), start.cards(false)].concat() } else { start.cards(medicare) };
    Answer {
        rule: "prolonged services",
        cards,
        recalled: start.medicare.is_none() || (start.visit == "99483" && !medicare),
        verdict,
        label: Some(written(&found)),
        lines: if open { Vec::new() } else { found },
        say,
        ask: open.then(|| "Which payer is it: Medicare, or one that follows CPT?".to_owned()),
    }
    .ruling(corpus, inquiry)
}
