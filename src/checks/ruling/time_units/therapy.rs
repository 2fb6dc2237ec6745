//! Units of timed therapy. Source: Medicare Claims Processing Manual, chapter 5, section 20.2: the timed minutes of the
//! day are added, 8 to 22 are one unit, 23 to 37 two, and so on; full quarters of an hour go to their codes first, the
//! rest to the codes with the most minutes left. The CPT midpoint rule counts each code by itself.

mod treatment;

use self::treatment::{Given, Treatments};
use super::answer::{Answer, Rules, is_yes_no, lines as kept, rules, verdict};
use super::minutes::{Minutes, amount};
use crate::corpus::Corpus;
use crate::domain::draft::Verdict;
use crate::domain::inquiry::Inquiry;
use crate::domain::pattern::pattern;
use crate::domain::ruling::Ruling;

pattern!(
    ABOUT,
    r"(?i)\b97(?:01[0-9]|02[0-8]|03[2-6]|11[0-9]|124|140|150|16[1-8]|53[03-7]|542|750|755|76[013])\b|\b(?:8|eight)[\s-]*minute rule\b|\b(?:physical|occupational) therap\w*\b|\b(?:pt|ot) (?:session|visit|treatment|units?)\b|\bther[\s.-]?ex\b|\btherap(?:y|eutic) (?:exercises?|activit\w+|units?|session|minutes)\b|\btimed (?:codes?|minutes|units?|therapy)\b"
);
pattern!(
    ELSEWHERE,
    r"(?i)-\s?59\b|\b(?:kx|cq|co|assistants?|ptas?|otas?|cotas?|group|97150|co-?treat\w*|overlap\w*|same (?:time|15|minutes)|simultaneous\w*|at once|concurrent\w*|documentation|must document|psychotherap\w*|chemo\w*|infus\w*|chiropract\w*|9894[0-3]|acupuncture|speech|dry needling|two patients)\b"
);
pattern!(
    UNITS,
    r"(?i)\b(\d{1,2}|one|two|three|four|five|six|seven|eight)\s+(?:billable\s+|timed\s+|total\s+)?units?\b"
);

pattern!(
    BEFORE_CODE,
    r"(?i)\b(\d{1,2}|one|two|three|four|five|six)\s+units?\s+(?:of\s+|for\s+)?(?:cpt\s+)?(97\d{3})\b"
);
pattern!(BEHIND_CODE, r"(?i)\b(97\d{3})\s*(?:,|:|\(|for|as|at)?\s*(?:x\s?(\d{1,2})\b)");

/// Units of so many timed minutes of a day.
pub(super) fn units(minutes: u32) -> u32 {
    (minutes + 7) / 15
}

/// The minutes that so many units stand for.
fn range(units: u32) -> String {
    if units == 0 { "fewer than 8".to_owned() } else { format!("{} to {}", units * 15 - 7, units * 15 + 7) }
}

/// Units for each of the timed codes, from their minutes; true where equal remainders left a choice.
pub(super) fn allot(minutes: &[u32]) -> (Vec<u32>, bool) {
    let mut allotted: Vec<u32> = minutes.iter().map(|minutes| minutes / 15).collect();
    let total = units(minutes.iter().sum());
    let left = usize::try_from(total.saturating_sub(allotted.iter().sum())).unwrap_or(0);
    let mut order: Vec<usize> = (0..minutes.len()).collect();
    order.sort_by_key(|at| std::cmp::Reverse(minutes[*at] % 15));
    let tied = left > 0 && left < order.len() && minutes[order[left - 1]] % 15 == minutes[order[left]] % 15;
    for at in order.into_iter().take(left) {
        allotted[at] += 1;
    }
    (allotted, tied)
}

/// The units, where the timed minutes are stated.
pub(super) fn find(corpus: &Corpus, inquiry: &Inquiry, minutes: &Minutes) -> Option<Ruling> {
    let text = inquiry.text.as_str();
    let therapy = |code: &str| code.starts_with("97") || code == "G0283";
    let others = inquiry.mentions.iter().any(|mention| !therapy(mention.code.as_str()));
    if !ABOUT.is_match(text) || ELSEWHERE.is_match(text) || minutes.unclear || others {
        return None;
    }
    let answer = match treatment::read(minutes)? {
        Treatments::Each(given) => of_each(inquiry, &given)?,
        Treatments::Total { minutes, codes } => of_total(inquiry, minutes, &codes)?,
    };
    answer.ruling(corpus, inquiry)
}

/// Minutes are known for each code.
fn of_each(inquiry: &Inquiry, given: &[Given]) -> Option<Answer> {
    let timed: Vec<&Given> = given.iter().filter(|one| one.timed).collect();
    if timed.is_empty() {
        return None;
    }
    let each: Vec<u32> = timed.iter().map(|one| one.minutes).collect();
    let total: u32 = each.iter().sum();
    let (medicare, tied) = allot(&each);
    let midpoint: Vec<u32> = each.iter().map(|minutes| units(*minutes)).collect();
    let payer = rules(inquiry);
    let chosen = if payer == Rules::Other { &midpoint } else { &medicare };
    let of = |units: &[u32]| timed.iter().zip(units).map(|(one, units)| (one.code, *units)).collect::<Vec<_>>();
    let mut lines = kept(&of(chosen));
    lines.extend(kept(&given.iter().filter(|one| !one.timed).map(|one| (one.code, 1)).collect::<Vec<_>>()));
    let parts: Vec<String> = timed.iter().map(|one| format!("{} {}", one.code, one.minutes)).collect();
    let sum = if timed.len() > 1 { format!("{total} timed minutes ({})", parts.join(", ")) } else { amount(total) };
    let mut say = match payer {
        Rules::Other => format!(
            "By CPT's midpoint rule each code counts alone ({}): {}.",
            parts.join(", "),
            units_of(&of(&midpoint))
        ),
        _ => {
            let total_units = units(total);
            format!("{sum} are {} ({}): {}.", plural(total_units), range(total_units), units_of(&of(&medicare)))
        }
    };
    if tied && payer != Rules::Other {
        say.push_str(" Equal remainders: the last unit may go to either code.");
    }
    if midpoint != medicare {
        say.push_str(&match payer {
            Rules::Other => format!(" Medicare's total of {total} minutes gives {}.", units_of(&of(&medicare))),
            _ => format!(" A payer on CPT's midpoint rule counts each code alone: {}.", units_of(&of(&midpoint))),
        });
    }
    if timed.len() < given.len() {
        say.push_str(" Untimed codes are one unit each, and their minutes stay out of the sum.");
    }
    Some(Answer {
        rule: "timed therapy units",
        cards: vec!["therapy-8-minute-rule"],
        recalled: payer == Rules::Other,
        verdict: verdict_of(inquiry, &lines, chosen.iter().sum()),
        label: Some(plural(chosen.iter().sum())),
        lines,
        say,
        ..Answer::default()
    })
}

/// Only the sum is known.
fn of_total(inquiry: &Inquiry, minutes: u32, codes: &[&'static str]) -> Option<Answer> {
    if rules(inquiry) == Rules::Other && codes.len() != 1 {
        return None;
    }
    let found = units(minutes);
    let lines = match codes {
        [only] => kept(&[(*only, found)]),
        _ => Vec::new(),
    };
    let ask = (codes.len() > 1 && found > 0)
        .then(|| "How many minutes went to each code? The units are allotted by them.".to_owned());
    let verdict = match codes {
        [_] => verdict_of(inquiry, &lines, found),
        _ => asked_units(inquiry, found),
    };
    let what = if codes.len() == 1 { "" } else { " timed" };
    Some(Answer {
        rule: "timed therapy units",
        cards: vec!["therapy-8-minute-rule"],
        verdict,
        label: Some(plural(found)),
        lines,
        say: format!("{minutes}{what} minutes are {} ({}).", plural(found), range(found)),
        ask: ask.filter(|_| verdict.is_none()),
        ..Answer::default()
    })
}

/// `97110 x2, 97140 x1`.
fn units_of(lines: &[(&'static str, u32)]) -> String {
    let one = |(code, units): &(&'static str, u32)| {
        if *units == 0 { format!("{code} none") } else { format!("{code} x{units}") }
    };
    lines.iter().map(one).collect::<Vec<_>>().join(", ")
}

fn plural(units: u32) -> String {
    match units {
        0 => "no unit".to_owned(),
        1 => "1 unit".to_owned(),
        _ => format!("{units} units"),
    }
}

/// Units named with their codes are compared code by code, a bare number with the sum.
fn verdict_of(inquiry: &Inquiry, lines: &[(String, u32)], total: u32) -> Option<Verdict> {
    let by_code = by_code(&inquiry.text);
    if by_code.is_empty() {
        return if UNITS.is_match(&inquiry.text) {
            asked_units(inquiry, total)
        } else {
            verdict(inquiry, |code| code.starts_with("97"), lines)
        };
    }
    let given = |code: &str| lines.iter().find(|(line, _)| line == code).map_or(0, |(_, units)| *units);
    let met = by_code.iter().all(|(code, units)| given(code) == *units);
    is_yes_no(inquiry).then_some(if met { Verdict::Yes } else { Verdict::No })
}

/// Units that the question itself names for a code: `97110 x2`, `2 units of 97110`.
fn by_code(text: &str) -> Vec<(String, u32)> {
    let named = BEFORE_CODE.captures_iter(text).map(|found| (found[2].to_owned(), found[1].to_lowercase()));
    let behind = BEHIND_CODE.captures_iter(text).map(|found| (found[1].to_owned(), found[2].to_lowercase()));
    named.chain(behind).filter_map(|(code, units)| Some((code, super::amount::number(&units)?))).collect()
}

fn asked_units(inquiry: &Inquiry, total: u32) -> Option<Verdict> {
    if !is_yes_no(inquiry) {
        return None;
    }
    let mut named =
        UNITS.captures_iter(&inquiry.text).filter_map(|found| super::amount::number(&found[1].to_lowercase()));
    match (named.next(), named.next()) {
        (Some(asked), None) => Some(if asked == total { Verdict::Yes } else { Verdict::No }),
        (None, _) if total == 0 => Some(Verdict::No),
        _ => None,
    }
}
