//! Which minutes went to which therapy code, as a question lists them. Which codes are timed: Medicare Claims Processing
//! Manual, chapter 5, section 20.2.

use std::sync::LazyLock;

use regex::Regex;

use super::super::minutes::{Minutes, Role};

use crate::domain::pattern::pattern;

/// Codes of a quarter of an hour each, with the words that people use for them.
const TIMED: [(&str, &str); 21] = [
    ("97110", r"therapeutic exercises?|ther[\s.-]?ex\b|\bexercises?\b"),
    ("97112", r"neuro(?:muscular)?[\s-]*re-?ed\w*|\bnmr\b"),
    ("97116", r"gait(?: training)?"),
    ("97140", r"\bmanual (?:therapy|techniques?|tx)"),
    ("97530", r"therapeutic activit\w*|ther[\s.-]?act\b"),
    ("97535", r"self[\s-]?care|adl training|home management"),
    ("97035", r"\bultrasound\b"),
    ("97032", r"attended (?:e-?stim|electrical)\w*"),
    ("97113", r"aquatic\w*"),
    ("97124", r"\bmassage\b"),
    ("97033", r"iontophoresis"),
    ("97034", r"contrast bath\w*"),
    ("97036", r"hubbard"),
    ("97533", r"sensory integrat\w*"),
    ("97537", r"community reintegrat\w*"),
    ("97542", r"wheelchair (?:management|training)"),
    ("97750", r"physical performance test\w*"),
    ("97755", r"assistive technology"),
    ("97760", r"orthotic training"),
    ("97761", r"prosthetic training"),
    ("97763", r"orthotic checkout"),
];

/// Codes of one unit, whatever the minutes.
const UNTIMED: [&str; 18] = [
    "97012", "97014", "97016", "97018", "97022", "97024", "97026", "97028", "97161", "97162", "97163", "97164",
    "97165", "97166", "97167", "97168", "G0283", "97010",
];

static ITEMS: LazyLock<Regex> = LazyLock::new(|| {
    let words: Vec<String> =
        TIMED.iter().enumerate().map(|(at, (_, words))| format!(r"(?P<w{at}>\b(?:{words}))")).collect();
    Regex::new(&format!(r"\b(?P<code>97\d{{3}}|g0283)\b|{}", words.join("|"))).expect("the pattern is a constant")
});
pattern!(NUMBER_BEFORE, r"\b(\d{1,3})\s+(?:of|on|in|for)\s+$");
pattern!(NUMBER_BEHIND, r"^\s*(?:\(\s*|:\s*|=\s*|for\s+|at\s+)(\d{1,3})\b");
pattern!(NO_MINUTES, r"^\s*(?:units?|x\b|%|years?|days?|weeks?)");
pattern!(EACH, r"\beach\b|\bapiece\b");
pattern!(PARTED, r"[,;.\n+&]|\band\b|\bthen\b|\bplus\b");
pattern!(TREATMENT, r"\btotal (?:treatment|session|visit)\b");

/// A treatment with its minutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Given {
    /// The code.
    pub(super) code: &'static str,
    /// Its minutes; 0 for one that has none and needs none.
    pub(super) minutes: u32,
    /// True for a code of a quarter of an hour.
    pub(super) timed: bool,
}

/// What was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Treatments {
    /// Minutes for each code.
    Each(Vec<Given>),
    /// The sum of the timed minutes, and the timed codes named.
    Total {
        /// Minutes.
        minutes: u32,
        /// Timed codes.
        codes: Vec<&'static str>,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Event {
    Item(&'static str),
    Time(u32),
}

type Placed = (usize, usize, Event);

/// Reads them; `None` where it cannot be said which minutes belong to which code.
pub(super) fn read(minutes: &Minutes) -> Option<Treatments> {
    let lower = minutes.lower.as_str();
    let items = items(lower)?;
    let mut codes: Vec<&'static str> = Vec::new();
    for (_, _, code) in &items {
        if is_timed(code) && !codes.contains(code) {
            codes.push(code);
        }
    }
    let times = times(minutes, &items);
    let untimed: Vec<&'static str> = items.iter().map(|item| item.2).filter(|code| !is_timed(code)).collect();
    if let [one] = times[..] {
        if codes.len() > 1 && EACH.is_match(lower) {
            let each = codes.iter().map(|code| Given { code, minutes: one.2, timed: true });
            return Some(Treatments::Each(with_untimed(each.collect(), &untimed)));
        }
        if untimed.is_empty() {
            return Some(Treatments::Total { minutes: one.2, codes });
        }
    }
    if times.is_empty() {
        return total(minutes).filter(|_| untimed.is_empty()).map(|minutes| Treatments::Total { minutes, codes });
    }
    let mut events: Vec<Placed> = items.iter().map(|(from, to, code)| (*from, *to, Event::Item(code))).collect();
    events.extend(times.iter().map(|(from, to, minutes)| (*from, *to, Event::Time(*minutes))));
    events.sort_by_key(|event| event.0);
    let pairs = pairs(lower, &events).or_else(|| pairs(lower, &before_the_question(&events)))?;
    collect(&pairs, &codes, &untimed)
}

/// Behind the last minutes the codes are asked about once more: `how are they split between 97110 and 97140?`.
fn before_the_question(events: &[Placed]) -> Vec<Placed> {
    let last = events.iter().rposition(|event| matches!(event.2, Event::Time(_))).map_or(events.len(), |at| at + 1);
    let (told, asked) = events.split_at(last);
    let again = |event: &&Placed| !told.iter().any(|earlier| earlier.2 == event.2);
    told.iter().chain(asked.iter().filter(again)).copied().collect()
}

/// True where nothing parts the two from each other.
fn is_tight(gap: &str) -> bool {
    !PARTED.is_match(gap) && gap.split_whitespace().count() <= 4
}

/// Codes and treatments in their order; the same one twice in a row is one. `None` for a code that is neither timed nor
/// known as untimed.
fn items(lower: &str) -> Option<Vec<(usize, usize, &'static str)>> {
    let mut found: Vec<(usize, usize, &'static str)> = Vec::new();
    for captures in ITEMS.captures_iter(lower) {
        let whole = captures.get(0)?;
        let code = match captures.name("code") {
            Some(code) => {
                let upper = code.as_str().to_uppercase();
                let timed = TIMED.iter().map(|(code, _)| *code);
                timed.chain(UNTIMED).find(|code| *code == upper)?
            }
            None => TIMED.iter().enumerate().find(|(at, _)| captures.name(&format!("w{at}")).is_some())?.1.0,
        };
        match found.last_mut() {
            Some(last) if last.2 == code && is_tight(&lower[last.1..whole.start()]) => last.1 = whole.end(),
            _ => found.push((whole.start(), whole.end(), code)),
        }
    }
    Some(found)
}

fn is_timed(code: &str) -> bool {
    TIMED.iter().any(|(timed, _)| *timed == code)
}

/// Amounts that are no total, with bare numbers that stand tight beside a code.
fn times(minutes: &Minutes, items: &[(usize, usize, &'static str)]) -> Vec<(usize, usize, u32)> {
    let lower = minutes.lower.as_str();
    let plain = minutes.spans.iter().filter(|span| span.role == Role::Plain);
    let mut found: Vec<(usize, usize, u32)> = plain.map(|span| (span.start, span.end, span.minutes)).collect();
    if let ([interval], true) = (&minutes.clocks[..], found.is_empty()) {
        found.push((0, 0, interval.minutes));
    }
    for (from, to, _) in items {
        let back = lower.floor_char_boundary(from.saturating_sub(16));
        let before = NUMBER_BEFORE.captures(&lower[back..*from]).and_then(|found| found.get(1));
        let behind = NUMBER_BEHIND.captures(&lower[*to..]).and_then(|found| found.get(1));
        let places =
            [before.map(|m| (back + m.start(), back + m.end())), behind.map(|m| (to + m.start(), to + m.end()))];
        for (start, end) in places.into_iter().flatten() {
            let free = !found.iter().chain(&spans(minutes)).any(|(a, b, _)| *a < end && start < *b);
            let number = lower[start..end].parse().ok().filter(|n| (1..=240).contains(n));
            if let Some(number) = number.filter(|_| free && !NO_MINUTES.is_match(&lower[end..])) {
                found.push((start, end, number));
            }
        }
    }
    found.sort_by_key(|time| time.0);
    found
}

fn spans(minutes: &Minutes) -> Vec<(usize, usize, u32)> {
    minutes.spans.iter().map(|span| (span.start, span.end, span.minutes)).collect()
}

/// The stated total of timed minutes; a total of the whole treatment is none.
fn total(minutes: &Minutes) -> Option<u32> {
    if TREATMENT.is_match(&minutes.lower) {
        return None;
    }
    minutes.total(super::super::minutes::Adding::Said).and_then(|total| total.settled(|minutes| minutes))
}

/// Each amount with the code beside it: the code always first, or always the amount.
fn pairs(lower: &str, events: &[Placed]) -> Option<Vec<(&'static str, u32)>> {
    let forward = side(lower, events, true);
    let backward = side(lower, events, false);
    match (forward, backward) {
        (Some(one), Some(other)) if one == other => Some(one),
        (Some(one), None) | (None, Some(one)) => Some(one),
        (None, None) => listed(events),
        _ => None,
    }
}

/// The pairs where every amount stands tight behind its code, or tight before it.
fn side(lower: &str, events: &[Placed], code_first: bool) -> Option<Vec<(&'static str, u32)>> {
    let mut pairs = Vec::new();
    for (at, event) in events.iter().enumerate() {
        let Event::Time(minutes) = event.2 else { continue };
        let beside = if code_first { at.checked_sub(1) } else { Some(at + 1) };
        let beside = beside.and_then(|at| events.get(at))?;
        let Event::Item(code) = beside.2 else { return None };
        let (from, to) = if code_first { (beside.1, event.0) } else { (event.1, beside.0) };
        if !lower.get(from..to).is_some_and(is_tight) {
            return None;
        }
        pairs.push((code, minutes));
    }
    Some(pairs)
}

/// Codes in one list and as many amounts in another: each with its own.
fn listed(events: &[Placed]) -> Option<Vec<(&'static str, u32)>> {
    let codes: Vec<&'static str> =
        events.iter().filter_map(|event| if let Event::Item(code) = event.2 { Some(code) } else { None }).collect();
    let times: Vec<u32> =
        events.iter().filter_map(|event| if let Event::Time(time) = event.2 { Some(time) } else { None }).collect();
    let turns = events
        .windows(2)
        .filter(|pair| matches!(pair[0].2, Event::Item(_)) != matches!(pair[1].2, Event::Item(_)))
        .count();
    (turns == 1 && codes.len() == times.len() && codes.len() > 1).then(|| codes.into_iter().zip(times).collect())
}

/// Sums by code; every timed code must have its minutes.
fn collect(pairs: &[(&'static str, u32)], codes: &[&'static str], untimed: &[&'static str]) -> Option<Treatments> {
    let mut given: Vec<Given> = Vec::new();
    for (code, minutes) in pairs.iter().filter(|(code, _)| is_timed(code)) {
        match given.iter_mut().find(|one| one.code == *code) {
            Some(one) => one.minutes += minutes,
            None => given.push(Given { code, minutes: *minutes, timed: true }),
        }
    }
    let complete = codes.iter().all(|code| given.iter().any(|one| one.code == *code));
    complete.then(|| Treatments::Each(with_untimed(given, untimed)))
}

/// Untimed codes are listed once each; hot and cold packs, which Medicare never pays apart, are not.
fn with_untimed(mut given: Vec<Given>, untimed: &[&'static str]) -> Vec<Given> {
    for code in untimed.iter().filter(|code| **code != "97010") {
        if !given.iter().any(|one| one.code == *code) {
            given.push(Given { code, minutes: 0, timed: false });
        }
    }
    given
}
