//! Split or shared visits by the minutes of each: whoever gave more than half of the total bills, with FS (42 CFR
//! 415.140; Claims Processing Manual, chapter 12, section 30.6.18.B). From 2024 the substantive part of the decision
//! making may stand in the place of the minutes; for critical care only time counts.

use super::time_units::answer::{Answer, is_yes_no, lines};
use super::time_units::critical;
use crate::corpus::Corpus;
use crate::domain::code::Modifier;
use crate::domain::draft::Verdict;
use crate::domain::inquiry::Inquiry;
use crate::domain::pattern::pattern;
use crate::domain::ruling::Ruling;

pattern!(
    PERSON,
    r"(?i)\b(?:(?P<npp>nps?|pas?|npps?|apps?|nurse practitioners?|physician assistants?|physician's assistants?|practitioners?)|(?P<md>physicians?|doctors?|docs?|md|m\.d\.|attendings?|hospitalists?|intensivists?|surgeons?|cardiologists?|dr))\b"
);
pattern!(MINUTES, r"(?i)\b(\d{1,3})\s*-?\s*(?:min\b|mins\b|minutes?\b)");
pattern!(SHARED, r"(?i)\bsplit\b|\bshared\b|\bfs\b");
pattern!(
    FACILITY,
    r"(?i)\b(?:hospital|inpatient|facility|ed|emergency|floor|icu|ward|rounds?|subsequent|admission|observation|992[23]\d|9928[1-5]|9929[12])\b"
);
pattern!(OFFICE, r"(?i)\b(?:office|clinic|incident|pos 11)\b");
pattern!(CRITICAL, r"(?i)\bcritical(?:ly)?\b|\b9929[12]\b|\bprolonged\b");
pattern!(DECISIONS, r"(?i)\bmdm\b|\bdecision[- ]making\b|\bsubstantive\b|\bplan\b");

/// Who of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Who {
    Physician,
    Practitioner,
}

impl Who {
    fn words(self) -> &'static str {
        match self {
            Self::Physician => "the physician",
            Self::Practitioner => "the NP or PA",
        }
    }
}

fn people(text: &str) -> Vec<(usize, Who)> {
    let who =
        |found: &regex::Captures<'_>| if found.name("npp").is_some() { Who::Practitioner } else { Who::Physician };
    PERSON.captures_iter(text).filter_map(|found| Some((found.get(0)?.start(), who(&found)))).collect()
}

/// The minutes of the physician and of the other one; `None` unless each has one amount of their own.
fn minutes(text: &str) -> Option<(u32, u32)> {
    let people = people(text);
    let amounts: Vec<(usize, usize, u32)> = MINUTES
        .captures_iter(text)
        .filter_map(|found| Some((found.get(0)?.start(), found.get(0)?.end(), found[1].parse().ok()?)))
        .collect();
    let [first, second] = amounts[..] else { return None };
    let between =
        |from: usize, to: usize| people.iter().filter(move |(at, _)| (from..to).contains(at)).map(|(_, who)| *who);
    // Before their minutes both, or behind them both: `NP 20 minutes, physician 30`, `20 minutes by the NP and …`.
    let before = (between(0, first.0).next_back(), between(first.1, second.0).next_back());
    let behind = (between(first.1, second.0).next(), between(second.1, text.len()).next());
    let (one, other) = match (before, behind) {
        ((Some(one), Some(other)), _) | (_, (Some(one), Some(other))) => (one, other),
        _ => return None,
    };
    match (one, other) {
        (Who::Physician, Who::Practitioner) => Some((first.2, second.2)),
        (Who::Practitioner, Who::Physician) => Some((second.2, first.2)),
        _ => None,
    }
}

/// The answer, where the minutes of both are stated.
pub fn find(corpus: &Corpus, inquiry: &Inquiry) -> Option<Ruling> {
    let text = inquiry.text.as_str();
    if OFFICE.is_match(text) || !(SHARED.is_match(text) || FACILITY.is_match(text)) {
        return None;
    }
    let (physician, practitioner) = minutes(text)?;
    // Who decided is told too: then the minutes alone settle nothing.
    if DECISIONS.is_match(text) {
        return None;
    }
    let total = physician + practitioner;
    let critical = CRITICAL.is_match(text);
    let otherwise = if critical {
        "For critical care and prolonged services time alone decides"
    } else {
        "If the level rests on decision making, whoever made the substantive part of it bills, whatever the minutes"
    };
    let more = match physician.cmp(&practitioner) {
        std::cmp::Ordering::Greater => Some((Who::Physician, physician)),
        std::cmp::Ordering::Less => Some((Who::Practitioner, practitioner)),
        std::cmp::Ordering::Equal => None,
    };
    let verdict =
        if is_yes_no(inquiry) { asked_of(inquiry).map(|who| verdict(who, more.map(|(who, _)| who))) } else { None };
    let say = match more {
        Some((who, minutes)) => format!(
            "By time {} bills, with FS: {minutes} of {total} minutes are more than half. {otherwise}. Both must belong to one group, minutes together count once, and the one who bills signs and dates the note.",
            who.words()
        ),
        None => format!(
            "Neither gave more than half of the {total} minutes, so time makes neither the one who bills. {otherwise}. The line carries FS, and minutes together count once."
        ),
    };
    let lines = if critical { critical_care(text, total)? } else { Vec::new() };
    let mut ruling = Answer {
        rule: "split or shared visit by time",
        cards: vec!["split-visit-substantive"],
        verdict,
        label: more.map(|(who, _)| who.words().to_owned()),
        say,
        lines,
        ..Answer::default()
    }
    .ruling(corpus, inquiry)?;
    let shared: Vec<Modifier> = Modifier::parse("FS").into_iter().collect();
    match &mut ruling.lines[..] {
        [] => ruling.modifiers = shared,
        lines => lines.iter_mut().for_each(|line| line.modifiers = shared.clone()),
    }
    Some(ruling)
}

/// The codes of critical care of so many minutes together; `None` where prolonged service alone is meant, and below the
/// 30 minutes of the first code.
fn critical_care(text: &str, total: u32) -> Option<Vec<(String, u32)>> {
    let prolonged = text.to_lowercase().contains("prolonged");
    let (first, more) = critical::medicare(total);
    (!prolonged && first > 0).then(|| lines(&[("99291", first), ("99292", more)]))
}

/// Of whom the question asks whether they may bill: the only one that it names.
fn asked_of(inquiry: &Inquiry) -> Option<Who> {
    let asked = inquiry.text_asked();
    let named = people(asked.trim_end_matches(['?', ' ', '\n']).rsplit(['.', '!', '?', '\n']).next()?);
    let (_, first) = *named.first()?;
    named.iter().all(|(_, who)| *who == first).then_some(first)
}

fn verdict(asked: Who, more: Option<Who>) -> Verdict {
    match more {
        Some(who) if who == asked => Verdict::Yes,
        Some(_) => Verdict::No,
        None => Verdict::Depends,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::tests::inquiry;
    use crate::corpus::starter_for_tests as corpus;

    fn found(text: &str) -> Option<Ruling> {
        find(corpus(), &inquiry(text))
    }

    #[test]
    fn the_minutes_of_each_are_read() {
        assert_eq!(minutes("NP 20 minutes, physician 30 minutes"), Some((30, 20)));
        assert_eq!(minutes("the physician spent 15 minutes and the PA 35 minutes"), Some((15, 35)));
        assert_eq!(minutes("15 minutes by the doctor and 35 minutes by the NP"), Some((15, 35)));
        assert_eq!(minutes("the physician spent 15 minutes"), None);
    }

    #[test]
    fn the_greater_part_bills() {
        for (text, verdict, words) in [
            (
                "Hospital: the physician spent 15 minutes and the PA 35 minutes on 99232. May the physician bill it?",
                Some(Verdict::No),
                "35 of 50",
            ),
            (
                "Hospital: the physician spent 40 minutes and the PA 20 minutes. May the physician bill it?",
                Some(Verdict::Yes),
                "40 of 60",
            ),
            (
                "Split visit, NP 20 minutes, physician 20 minutes. Can the physician bill?",
                Some(Verdict::Depends),
                "Neither",
            ),
            ("Shared visit: NP 20 minutes, physician 30 minutes. Who bills?", None, "30 of 50"),
        ] {
            let ruling = found(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(ruling.verdict, verdict, "{text}: {}", ruling.say);
            assert!(ruling.say.contains(words) && ruling.modifiers[0].as_str() == "FS", "{text}: {}", ruling.say);
        }
        for other in [
            "In the office the NP spent 20 minutes and the physician 30 minutes. Who bills?",
            "Split visit: NP 30 minutes, physician 10 minutes but he made the MDM. Who bills?",
        ] {
            assert!(found(other).is_none(), "{other}");
        }
    }
}
