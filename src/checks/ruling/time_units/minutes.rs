//! Minutes as a question states them: amounts, start and stop times, what is added and what is taken off. Which time
//! counts is ruled by the service (Claims Processing Manual, chapter 12, sections 30.6.1, 30.6.12 and 30.6.15).

use regex::{Captures, Regex};

use super::amount::{AMOUNT, BARE, minutes_of};
use super::clock::{self, Interval};

use crate::domain::pattern::pattern;

pattern!(RANGE, r"(?:^|[^\d.:])\d{1,3}\s*(?:-|–|—|to|through)\s*$|between\s+\d{1,3}\s+and\s*$");
pattern!(
    QUOTED_BEFORE,
    r"\b(?:(?:every|each|the)\s+(?:additional|extra|further|full)|every|each|per|first|initial|next|within|needs?|requires?|required|threshold(?:\s+(?:of|is))?|minimum(?:\s+of)?|scheduled for|booked for|allotted|than the)\s*$"
);
pattern!(
    QUOTED_BEHIND,
    r"^\s*(?:rule|late\b|away|ago|apart|increments?|blocks?|units?|threshold|windows?|slots?|appointments?|mark\b|old\b|each way|ranges?|minimum|requirement)\b"
);
pattern!(
    UNSURE_BEHIND,
    r"^\s*(?:later|after\b|before\b|prior|earlier|wait|of wait|drive|of driv|travel|of travel|into\b)"
);
pattern!(UNSURE_BEFORE, r"\b(?:additional|extra|further|other)\s*$");
pattern!(
    GIVEN_OVER,
    r"\b(?:infus\w*|given|gave|ran|run|administer\w*|drip\w*|iv|ivpb|mg|ml|cc|grams?|g|units?|saline|push\w*|bag|fluids?|liters?|l|dose|drug|intravenously)\s+(?:\w+\s+){0,3}over\s*(?:about\s+|the\s+)?$"
);
pattern!(ADDED_BEFORE, r"\b(?:an\s+(?:additional|extra)|another|a further)\s*$");
pattern!(
    MORE,
    r"(?:\bmore than|\bover|\bat least|\bgreater than|\bexceed(?:s|ing|ed)?|>=?|≥|\blonger than|\bin excess of|\bbeyond)\s*$"
);
pattern!(
    LESS,
    r"(?:\bless than|\bunder|\bfewer than|<=?|≤|\bup to|\balmost|\bnearly|\bnot quite|\bno more than|\bat most|\bbelow|\bclose to)\s*(?:the\s+)?$"
);
pattern!(OR_LESS, r"^\s*or (?:less|fewer|under|shorter)\b");
pattern!(OR_MORE, r"^\s*(?:or (?:more|longer|greater)\b|plus\b\s*$|\+\s*$)");
pattern!(
    TAKEN,
    r"(?:\bminus|\bless|\bsubtract(?:ing|ed)?|\bdeduct(?:ing|ed)?|\btaking off|\bcarv(?:e|ed|ing) out)\s*(?:the\s+|another\s+)?$"
);
pattern!(
    APART,
    r"\b(?:exclud(?:ing|es|ed)|not (?:counting|including)|exclusive of|without(?: counting)?|outside of|apart from|aside from|separate from|on top of|in addition to)\s+(?:the\s+|about\s+)?$"
);
pattern!(
    PART_BEFORE,
    r"\b(?:of which|of those|of that|of this time|of them|includ(?:ing|es|ed)|inclusive of|incl\.?)\s+(?:about\s+|the\s+|another\s+)?$"
);
pattern!(PART_BEHIND, r"^\s*of (?:which|it|that|this|those|them|the time|the total)\b");
pattern!(
    TOTAL_BEFORE,
    r"\b(?:total(?:ed|ing|s|led|ling)?|sum|altogether|in all)\b(?:[\s:=,-]|\b(?:of|was|is|were|to|time|timed|minutes?|session|critical|care|visit|encounter|documented|spent|on|the|date|day|for|today|that|provider|physician|my|our|note|says|states)\b)*$"
);
pattern!(TOTAL_BEHIND, r"^\s*(?:in total|total\b|altogether|in all\b|all together|combined|overall|all told|of total)");
pattern!(
    UNCOUNTED,
    r"\b(?:cpr|resuscitat\w*|intubat\w*|lines?|catheter|procedures?|chest tube|ekg|ecg|injections?|biops\w+|repair\w*|teaching|travel\w*|driv\w+|psychotherapy|separately|billed|billable|ultrasound|interpret\w*|x-?rays?|bronch\w*|thoracent\w*|paracent\w*|sutur\w*|splint\w*|smoking|tobacco|advance care|acp|resident|excision|spirometry)\b"
);
pattern!(
    COUNTED,
    r"\b(?:chart\w*|document\w*|review\w*|counsel\w*|coordinat\w*|exam\w*|history|order\w*|discuss\w*|calls?|calling|talk\w*|prep\w*|notes?|face|ehr|records?)\b"
);
pattern!(
    ADDS,
    r"\b(?:then|plus|again|another|an additional|came back|returned|morning|afternoon|evening|interrupt\w*|resum\w*|restart\w*|add(?:ed)? (?:up|together)|non-?continuous|intermittent|blocks|separate times)\b|\+"
);
pattern!(
    ACTIVITY,
    r"\b(?:review\w*|prep\w*|chart\w*|documenting|documentation|face|with (?:the|a|our|this) (?:patient|pt)|with (?:him|her)|counsel\w*|exam\w*|coordinat\w*|talk\w*|order(?:s|ing)|calls?|calling|room|notes?|discuss\w*|history|records?|visit|encounter|in person)\b"
);
// `99215 is 40 minutes` tells what a code needs, not what was spent.
pattern!(DEFINED, r"\b99\d{3}\s+(?:is|are|means|covers|has|wants|=|starts? at|begins? at)\s+$");
// A number that belongs to minutes but was not read: what the sum is cannot be said.
pattern!(UNREAD, r"\b\d{1,3}\s+(?:[a-z-]+\s+){1,2}(?:minutes?|mins?)\b");

/// What an amount is in the sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Spent.
    Plain,
    /// The total, as the question says.
    Total,
    /// To be taken off.
    Taken,
    /// Contained in another amount, and counting.
    Inside,
    /// Named as left out: whether the other amount still holds it is not said.
    Apart,
}

/// One amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// Its minutes.
    pub minutes: u32,
    /// Where it begins in the text in lower case.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// What it is.
    pub role: Role,
}

/// When several amounts are added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Adding {
    /// Where words say so.
    Said,
    /// Also where each names the work it was spent on.
    Activities,
}

/// Every amount of a text.
#[derive(Debug, Clone, Default)]
pub struct Minutes {
    /// The text in lower case, in which the amounts stand.
    pub lower: String,
    /// The amounts, in their order.
    pub spans: Vec<Span>,
    /// Intervals between clock times.
    pub clocks: Vec<Interval>,
    /// `more than 30 minutes`: true for more, with the amount.
    pub bounds: Vec<(bool, u32)>,
    /// An amount of which it cannot be said what it is.
    pub unclear: bool,
}

/// The minutes that count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Total {
    /// Minutes.
    pub minutes: u32,
    /// The same with what is named as left out taken off again.
    pub least: u32,
    /// What was taken off.
    pub taken: u32,
    /// In words, with the arithmetic: `75 minutes (95 less 20)`.
    pub shown: String,
}

impl Total {
    /// What a rule gives, where it gives the same for either reading.
    pub fn settled<T: PartialEq>(&self, rule: impl Fn(u32) -> T) -> Option<T> {
        let found = rule(self.minutes);
        (rule(self.least) == found).then_some(found)
    }
}

enum Kind {
    Skip,
    Unclear,
    Bound(bool),
    Is(Role),
}

/// Reads them.
pub fn read(text: &str) -> Minutes {
    let lower = leaders(&text.to_lowercase());
    let mut found = Minutes { clocks: clock::read(&lower), ..Minutes::default() };
    for captures in AMOUNT.captures_iter(&lower) {
        found.add(&lower, &captures, kind);
    }
    // `20 of which`, `of which 20 were`: the words that make it a part belong to the match.
    for captures in BARE.captures_iter(&lower) {
        let minus = captures.get(0).is_some_and(|whole| whole.as_str().starts_with("minus"));
        found.add(&lower, &captures, |_, behind| if minus { Kind::Is(Role::Taken) } else { part(behind) });
    }
    let read: Vec<_> = AMOUNT.find_iter(&lower).map(|found| found.end()).collect();
    found.unclear |= UNREAD.find_iter(&lower).any(|unread| !read.contains(&unread.end()));
    found.spans.sort_by_key(|span| span.start);
    found.lower = lower;
    found
}

/// The dots that lead from a treatment to its minutes part nothing: `97110 ......... 23 minutes`.
fn leaders(lower: &str) -> String {
    pattern!(DOTS, r"\.{3,}");
    DOTS.replace_all(lower, |dots: &Captures<'_>| " ".repeat(dots[0].len())).into_owned()
}

impl Minutes {
    fn add(&mut self, lower: &str, captures: &Captures<'_>, kind: impl Fn(&str, &str) -> Kind) {
        let (Some(whole), Some(minutes)) = (captures.get(0), minutes_of(captures)) else { return };
        let (start, end) = (whole.start(), whole.end());
        if self.spans.iter().any(|span| span.start < end && start < span.end) {
            return;
        }
        let before = &lower[lower.floor_char_boundary(start.saturating_sub(90))..start];
        let behind = &lower[end..lower.floor_char_boundary((end + 70).min(lower.len()))];
        match kind(before, behind) {
            Kind::Skip => {}
            Kind::Unclear => self.unclear = true,
            Kind::Bound(more) => self.bounds.push((more, minutes)),
            Kind::Is(role) => self.spans.push(Span { minutes, start, end, role }),
        }
    }

    /// True where no time is spoken of.
    pub fn is_silent(&self) -> bool {
        self.spans.is_empty() && self.clocks.is_empty() && self.bounds.is_empty() && !self.unclear
    }

    fn of(&self, role: Role) -> Vec<u32> {
        self.spans.iter().filter(|span| span.role == role).map(|span| span.minutes).collect()
    }

    /// The minutes that count, where the text leaves no doubt.
    pub fn total(&self, adding: Adding) -> Option<Total> {
        if self.unclear {
            return None;
        }
        let (gross, how) = self.gross(adding)?;
        let taken: u32 = self.of(Role::Taken).iter().sum();
        let minutes = gross.checked_sub(taken)?;
        let how = match (how, taken) {
            (how, 0) => how,
            (None, _) => Some(format!("{gross} less {taken}")),
            (Some(how), _) => Some(format!("{how} less {taken}")),
        };
        let shown = amount(minutes) + &how.map(|how| format!(" ({how})")).unwrap_or_default();
        let apart: u32 = self.of(Role::Apart).iter().sum();
        Some(Total { minutes, least: minutes.saturating_sub(apart), taken, shown })
    }

    /// The sum before anything is taken off, and how it came about.
    fn gross(&self, adding: Adding) -> Option<(u32, Option<String>)> {
        let one = |minutes: u32| Some((minutes, None));
        let mut totals = self.of(Role::Total);
        totals.dedup();
        let plain = self.of(Role::Plain);
        let clock: u32 = self.clocks.iter().map(|interval| interval.minutes).sum();
        match (&totals[..], &plain[..]) {
            ([total], _) => one(*total),
            ([_, ..], _) => None,
            ([], []) if clock > 0 => Some((clock, Some(self.clock_words()))),
            ([], plain) if clock > 0 => plain.iter().all(|minutes| *minutes == clock).then(|| one(clock))?,
            ([], []) => None,
            ([], [first, rest @ ..]) if rest.iter().all(|minutes| minutes == first) && !self.adds() => one(*first),
            ([], plain) if self.adds() || (adding == Adding::Activities && self.are_activities()) => {
                let parts: Vec<String> = plain.iter().map(u32::to_string).collect();
                let sum: u32 = plain.iter().sum();
                Some((sum, Some(parts.join(" + "))))
            }
            _ => None,
        }
    }

    /// True where words of the pattern stand near every amount that counts.
    pub fn stand_beside(&self, words: &Regex) -> bool {
        self.spans.iter().filter(|span| matches!(span.role, Role::Plain | Role::Total)).all(|span| {
            let from = self.lower.floor_char_boundary(span.start.saturating_sub(40));
            let to = self.lower.floor_char_boundary((span.end + 40).min(self.lower.len()));
            words.is_match(&self.lower[from..to])
        })
    }

    fn clock_words(&self) -> String {
        self.clocks.iter().map(|interval| interval.words.as_str()).collect::<Vec<_>>().join(" and ")
    }

    fn adds(&self) -> bool {
        ADDS.is_match(&self.lower)
    }

    /// True where every plain amount stands, within its clause, beside the work that it was spent on.
    fn are_activities(&self) -> bool {
        const PARTS: [char; 7] = [',', '.', ';', ':', '\n', '+', '?'];
        self.spans.iter().filter(|span| span.role == Role::Plain).all(|span| {
            let from = self.lower.floor_char_boundary(span.start.saturating_sub(24));
            let to = self.lower.floor_char_boundary((span.end + 34).min(self.lower.len()));
            let before = self.lower[from..span.start].rsplit(PARTS).next().unwrap_or_default();
            let behind = self.lower[span.end..to].split(PARTS).next().unwrap_or_default();
            let behind = behind.split(" and ").next().unwrap_or_default();
            ACTIVITY.is_match(before.rsplit(" and ").next().unwrap_or_default()) || ACTIVITY.is_match(behind)
        })
    }
}

/// `1 minute`, `53 minutes`.
pub fn amount(minutes: u32) -> String {
    if minutes == 1 { "1 minute".to_owned() } else { format!("{minutes} minutes") }
}

fn kind(before: &str, behind: &str) -> Kind {
    if RANGE.is_match(before) || DEFINED.is_match(before) || QUOTED_BEHIND.is_match(behind) {
        return Kind::Skip;
    }
    if ADDED_BEFORE.is_match(before) {
        return if UNSURE_BEHIND.is_match(behind) { Kind::Unclear } else { Kind::Is(Role::Plain) };
    }
    if QUOTED_BEFORE.is_match(before) {
        return Kind::Skip;
    }
    if GIVEN_OVER.is_match(before) {
        return Kind::Is(Role::Plain);
    }
    if OR_LESS.is_match(behind) || LESS.is_match(before) {
        return Kind::Bound(false);
    }
    if OR_MORE.is_match(behind) || MORE.is_match(before) {
        return Kind::Bound(true);
    }
    if TAKEN.is_match(before) {
        return Kind::Is(Role::Taken);
    }
    if APART.is_match(before) {
        return Kind::Is(Role::Apart);
    }
    if PART_BEFORE.is_match(before) || PART_BEHIND.is_match(behind) {
        return part(behind);
    }
    if UNSURE_BEHIND.is_match(behind) || UNSURE_BEFORE.is_match(before) {
        return Kind::Unclear;
    }
    let total = TOTAL_BEFORE.is_match(before) || TOTAL_BEHIND.is_match(behind);
    Kind::Is(if total { Role::Total } else { Role::Plain })
}

/// A part of another amount: taken off or not by what it was spent on.
fn part(behind: &str) -> Kind {
    let subject = behind.split(['.', '?', '!', ';', '\n']).next().unwrap_or_default();
    let first = |pattern: &Regex| pattern.find(subject).map(|found| found.start());
    match (first(&UNCOUNTED), first(&COUNTED)) {
        (Some(uncounted), counted) if counted.is_none_or(|counted| uncounted < counted) => Kind::Is(Role::Taken),
        (_, Some(_)) => Kind::Is(Role::Inside),
        _ => Kind::Unclear,
    }
}
