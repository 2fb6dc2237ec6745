//! Psychotherapy by time, alone, beside a visit, or in a crisis. That therapy beside a visit has its own add-on codes:
//! NCCI Policy Manual, chapter XI, section C; the minutes are CPT's.

use super::answer::{Answer, lines, verdict, written};
use super::minutes::{Adding, Minutes, Role, Total};
use crate::checks::ask;
use crate::checks::bypass::is_visit;
use crate::corpus::Corpus;
use crate::domain::check::{Outcome, Question};
use crate::domain::code::Code;
use crate::domain::draft::Verdict;
use crate::domain::inquiry::Inquiry;
use crate::domain::pattern::pattern;
use crate::domain::ruling::Ruling;

pattern!(
    ABOUT,
    r"(?i)\b908(?:3[2-9]|40)\b|\bpsychotherap\w*\b|\btalk therapy\b|\bcrisis (?:session|psychotherapy|therapy|intervention)\b|\bindividual therapy session\b"
);
pattern!(
    ELSEWHERE,
    r"(?i)\b(?:family|couples?|group|9084[5-9]|90853|9079[12]|90785|interactive|prolong\w*|9941[78]|g2212|intake|diagnostic evaluation|documentation|charting|writing|scor\w+|physical therap\w*|occupational|9711\d|97530|97140|start and stop|total time|including|level by)\b"
);
pattern!(
    VISIT,
    r"(?i)\b(?:992[0-3]\d|e/?m|med(?:ication)? (?:check|management|visit)|office visit|medical visit|9083[368])\b"
);
pattern!(
    NO_VISIT,
    r"(?i)\b(?:no|without(?: an?)?|not an?)\s+(?:separate\s+)?(?:e/?m|medical visit|med(?:ication)? (?:check|management)|medical (?:service|evaluation))"
);
pattern!(CRISIS, r"(?i)\bcrisis\b|\b908(?:39|40)\b");
pattern!(THERAPY, r"(?i)\b(?:psychotherap\w*|therap\w*|counsel\w*|cbt|9083[2-8]|sessions?)\b");

/// The code of so many minutes, alone or beside a visit.
pub(super) fn code(minutes: u32, with_visit: bool) -> Option<&'static str> {
    let codes = if with_visit { ["90833", "90836", "90838"] } else { ["90832", "90834", "90837"] };
    match minutes {
        0..=15 => None,
        16..=37 => Some(codes[0]),
        38..=52 => Some(codes[1]),
        _ => Some(codes[2]),
    }
}

/// Units of 90839 and 90840; below 30 minutes there are none.
pub(super) fn crisis(minutes: u32) -> (u32, u32) {
    (u32::from(minutes >= 30), minutes.saturating_sub(74).div_ceil(30))
}

/// The code, where the minutes of therapy are stated.
pub(super) fn find(corpus: &Corpus, inquiry: &Inquiry, minutes: &Minutes) -> Option<Ruling> {
    let text = inquiry.text.as_str();
    if !ABOUT.is_match(text) || ELSEWHERE.is_match(text) {
        return None;
    }
    let with_visit = VISIT.is_match(text) && !NO_VISIT.is_match(text);
    if CRISIS.is_match(text) {
        let total = minutes.total(Adding::Said)?;
        return of_crisis(inquiry, &total, with_visit)?.ruling(corpus, inquiry);
    }
    let total = if with_visit { of_therapy(minutes)? } else { minutes.total(Adding::Said)? };
    of_session(inquiry, &total, with_visit)?.ruling(corpus, inquiry)
}

/// The stand-alone code, its add-on and its minutes, with the visit that stands beside it.
fn alone_beside(inquiry: &Inquiry) -> Option<([&'static str; 3], &Code)> {
    const PAIRS: [[&str; 3]; 3] =
        [["90832", "90833", "16 to 37"], ["90834", "90836", "38 to 52"], ["90837", "90838", "53 and more"]];
    let codes = inquiry.codes();
    let mut alone = codes.iter().filter_map(|code| PAIRS.iter().find(|[alone, ..]| *alone == code.as_str()));
    let mut visits = codes.iter().copied().filter(|code| is_visit(code));
    let (found, visit) = (alone.next().filter(|_| alone.next().is_none())?, visits.next()?);
    let has_add_on = codes.iter().any(|code| code.as_str() == found[1]);
    (visits.next().is_none() && !has_add_on).then_some((*found, visit))
}

/// True where psychotherapy of its own stands beside a visit: what is billed in its place, the edit does not know.
pub fn is_beside_visit(inquiry: &Inquiry) -> bool {
    alone_beside(inquiry).is_some()
}

/// A stand-alone code beside a medical visit of the same date: the edit lets neither stand, and the add-on of the same
/// minutes takes its place (NCCI Policy Manual, chapter XI, section C).
pub(in super::super) fn beside(corpus: &Corpus, inquiry: &Inquiry) -> Option<Ruling> {
    let ([alone, add_on, minutes], visit) = alone_beside(inquiry)?;
    let pair = Question::Ptp { a: Code::parse(alone).ok()?, b: visit.clone() };
    let edit = ask(corpus, &pair, inquiry.scope);
    if edit.outcome != Outcome::EditNever {
        return None;
    }
    let lines = vec![(visit.to_string(), 1), (add_on.to_owned(), 1)];
    let answer = Answer {
        rule: "psychotherapy beside a visit",
        cards: vec!["psychotherapy-time", "psychotherapy-with-em"],
        verdict: Some(Verdict::No),
        label: Some(add_on.to_owned()),
        say: format!(
            "{alone} is for a session without a medical visit, and no modifier bypasses its edit with {visit}. Beside {visit} the same {minutes} minutes of psychotherapy are the add-on {add_on}; the visit is leveled by decision making, and no minute counts for both."
        ),
        lines,
        ..Answer::default()
    };
    let mut ruling = answer.ruling(corpus, inquiry)?;
    ruling.sources.extend(edit.sources);
    Some(ruling)
}

/// With a visit in the question: the one amount that stands beside the therapy and not beside the visit.
fn of_therapy(minutes: &Minutes) -> Option<Total> {
    if minutes.unclear {
        return None;
    }
    let plain: Vec<_> = minutes.spans.iter().filter(|span| span.role == Role::Plain).collect();
    if plain.len() != minutes.spans.len() || !minutes.clocks.is_empty() {
        return None;
    }
    let near: Vec<_> = plain
        .iter()
        .filter(|span| {
            let stop = minutes.lower[span.end..]
                .find(['.', ';', ',', '?', '\n'])
                .map_or(minutes.lower.len(), |at| span.end + at);
            let to = minutes.lower.floor_char_boundary(stop.min(span.end + 40));
            let from = minutes.lower.floor_char_boundary(span.start.saturating_sub(26));
            let before =
                minutes.lower[from..span.start].rsplit(['.', ';', ',', '?', '\n', '+']).next().unwrap_or_default();
            THERAPY.is_match(&minutes.lower[span.end..to]) || THERAPY.is_match(before)
        })
        .collect();
    let [one] = near[..] else { return None };
    let shown = super::minutes::amount(one.minutes);
    Some(Total { minutes: one.minutes, least: one.minutes, taken: 0, shown })
}

fn of_session(inquiry: &Inquiry, total: &Total, with_visit: bool) -> Option<Answer> {
    let found = total.settled(|minutes| code(minutes, with_visit))?;
    let mut lines = found.map(|code| lines(&[(code, 1)])).unwrap_or_default();
    let range = match total.minutes {
        0..=15 => "below the 16 from which psychotherapy is reported",
        16..=37 => "16 to 37 minutes",
        38..=52 => "38 to 52 minutes",
        _ => "53 minutes and more",
    };
    let of_kind = |code: &str| matches!(code, "90832" | "90833" | "90834" | "90836" | "90837" | "90838");
    let verdict = verdict(inquiry, of_kind, &lines);
    let say = match (found, with_visit) {
        (None, _) => format!("{} of psychotherapy are {range}: no therapy code.", total.shown),
        (Some(code), true) => format!(
            "{} of psychotherapy beside a medical visit are {code} ({range}), as an add-on to the visit. The visit is leveled by decision making, and no minute counts for both.",
            total.shown
        ),
        (Some(code), false) => {
            format!("{} of psychotherapy without a medical visit are {code} ({range}).", total.shown)
        }
    };
    if with_visit && found.is_some() {
        let visits =
            inquiry.mentions.iter().map(|mention| mention.code.as_str()).filter(|code| code.starts_with("992"));
        let visits: Vec<_> = visits.collect();
        if let [visit] = visits[..] {
            lines.insert(0, (visit.to_owned(), 1));
        }
    }
    let cards =
        if with_visit { vec!["psychotherapy-time", "psychotherapy-with-em"] } else { vec!["psychotherapy-time"] };
    Some(Answer {
        rule: "psychotherapy time",
        cards,
        verdict,
        label: Some(found.unwrap_or("below 16 minutes").to_owned()),
        lines,
        say,
        ..Answer::default()
    })
}

fn of_crisis(inquiry: &Inquiry, total: &Total, with_visit: bool) -> Option<Answer> {
    let (first, more) = total.settled(crisis)?;
    let of_kind = |code: &str| matches!(code, "90839" | "90840");
    if first == 0 {
        let instead = total.settled(|minutes| code(minutes, with_visit))?;
        let lines = instead.map(|code| lines(&[(code, 1)])).unwrap_or_default();
        let say = match instead {
            Some(code) => format!("{} are below the 30 of 90839: they are {code}.", total.shown),
            None => format!("{} are below the 30 of 90839, and below the 16 of any psychotherapy.", total.shown),
        };
        let verdict = verdict(inquiry, of_kind, &lines);
        return Some(Answer {
            rule: "crisis psychotherapy time",
            cards: vec!["psychotherapy-crisis", "psychotherapy-time"],
            verdict,
            label: Some(instead.unwrap_or("below 16 minutes").to_owned()),
            lines,
            say,
            ..Answer::default()
        });
    }
    let lines = lines(&[("90839", first), ("90840", more)]);
    let reach = if more == 0 {
        "90839 covers 30 to 74 minutes"
    } else {
        "90839 covers 30 to 74, and 90840 each further half hour begun, from 75"
    };
    Some(Answer {
        rule: "crisis psychotherapy time",
        cards: vec!["psychotherapy-crisis"],
        verdict: verdict(inquiry, of_kind, &lines),
        label: Some(written(&lines)),
        say: format!("{} of crisis psychotherapy are {}: {reach}.", total.shown, written(&lines)),
        lines,
        ..Answer::default()
    })
}
