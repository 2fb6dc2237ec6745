//! The wounds of a question: each length with the closure and the place that its own words give, or that the question
//! says of all.

use super::closure::{self, Said};
use super::family::Closure;
use super::measure::{self, Amount};
use super::place::{self, Found, Place};

use crate::domain::pattern::pattern;

pattern!(SEPARATOR, r"[,;\n+&]|\.(?:\s|$)|\b(?:and|plus|with|also|as well as|while)\b");
pattern!(BREAK, r"[,;:\n]|\.(?:\s|$)");
pattern!(STRONG, r"[;:\n]|\.(?:\s|$)");
pattern!(PLURAL, r"\b(?:lacerations|wounds|cuts|gashes|lacs|repairs|closures|both|all|each|they)\b");
pattern!(MANY, r"\b(?:lacerations|wounds|cuts|gashes|lacs)\b");
pattern!(DISTRIBUTED, r"\b(?:repairs?|closures?|suturing|closed|repaired)\b");
pattern!(
    COUNTED,
    r"\b(\d{1,2}|two|three|four|five|six|both)\s+(?:[a-z-]+\s+){0,3}(?:lacerations|wounds|cuts|gashes|lacs)\b"
);
pattern!(REPEATED, r"\b(two|three|four|five|six)\s+(?:separate\s+|different\s+|simple\s+|layered\s+)*$");
pattern!(EACH_AFTER, r"^\s*(?:each|apiece)\b");
pattern!(EACH_BEFORE, r"\beach\s+(?:was\s+|being\s+|measur\w+\s+|of\s+|is\s+|about\s+)*$");
pattern!(
    TOTAL_BEFORE,
    r"(?:\btotal\w*|\bcombined|\bsum(?:med)?|=)\s*(?:(?:lengths?|of|is|was|to|a|at|up|wound|repair|about|=|:)\s*)*$"
);
pattern!(TOTAL_AFTER, r"^\s*(?:\(?(?:in )?total|combined|altogether|overall)");
pattern!(NO_LENGTH_AFTER, r"^\s*(?:deep|in depth|wide|in width|from|away|apart|above|below|lateral|distal|proximal)\b");
pattern!(NO_LENGTH_BEFORE, r"\b(?:depth|width|undermined|undermining)(?: of| was| by)?\s*$");
pattern!(AREA, r"\d\s*(?:cm|mm)?\s*(?:x|by)\s*\d");

/// A wound as far as it is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Part {
    /// Hundredths of a centimeter.
    pub length: Option<u32>,
    /// How it was closed.
    pub closure: Option<Closure>,
    /// Where it is.
    pub place: Option<Place>,
    /// The word for it.
    pub word: String,
}

/// The wounds of a question; `None` where its words leave open which belongs to which.
pub(super) fn read(text: &str) -> Option<Vec<Part>> {
    let text = closure::settle(&measure::prepare(text));
    if measure::is_banded(&text) || AREA.is_match(&text) {
        return None;
    }
    let amounts = lengths(&text)?;
    let Some((first, rest)) = amounts.split_first() else { return unmeasured(&text).map(|part| vec![part]) };
    if rest.is_empty() {
        let part = single(&text, first)?;
        return repeated(&text, first, part);
    }
    several(&text, &amounts)
}

/// The lengths of repairs: no depth, no width, no sum beside its parts.
fn lengths(text: &str) -> Option<Vec<Amount>> {
    let all = measure::amounts(text)?;
    let (before, after) =
        (|one: &Amount| text.get(..one.at).unwrap_or(""), |one: &Amount| text.get(one.end..).unwrap_or(""));
    let all: Vec<Amount> = all
        .into_iter()
        .filter(|one| !NO_LENGTH_AFTER.is_match(after(one)) && !NO_LENGTH_BEFORE.is_match(before(one)))
        .collect();
    let parts: Vec<Amount> = all.iter().copied().filter(|one| !is_total(before(one), after(one))).collect();
    Some(if parts.is_empty() { all } else { parts })
}

fn is_total(before: &str, after: &str) -> bool {
    TOTAL_BEFORE.is_match(before) || TOTAL_AFTER.is_match(after)
}

/// A wound whose length is not said.
fn unmeasured(text: &str) -> Option<Part> {
    if MANY.is_match(text) {
        return None;
    }
    let (place, word) = one_place(&place::places(text))?;
    Some(Part { length: None, closure: one_closure(text)?, place, word })
}

/// The only length of a text.
fn single(text: &str, amount: &Amount) -> Option<Part> {
    let (place, word) = near(text, amount)?;
    Some(Part { length: Some(amount.length), closure: one_closure(text)?, place, word })
}

/// The place in the words around the only length, else in the whole text.
fn near(text: &str, amount: &Amount) -> Option<(Option<Place>, String)> {
    let all = place::places(text);
    if let Some(found) = one_place(&all) {
        return Some(found);
    }
    let start = STRONG.find_iter(text.get(..amount.at)?).last().map_or(0, |m| m.end());
    let end = STRONG.find(text.get(amount.end..)?).map_or(text.len(), |m| amount.end + m.start());
    let here: Vec<Found> = all.into_iter().filter(|found| (start..end).contains(&found.at)).collect();
    let clause = BREAK.find_iter(text.get(..amount.at)?).last().map_or(0, |m| m.end());
    let close: Vec<Found> = here.iter().filter(|found| found.at >= clause).cloned().collect();
    one_place(&here).or_else(|| one_place(&close)).filter(|(place, _)| place.is_some())
}

/// One length, said of several wounds alike, or of their sum.
fn repeated(text: &str, amount: &Amount, part: Part) -> Option<Vec<Part>> {
    let (before, after) = (text.get(..amount.at)?, text.get(amount.end..)?);
    let counted = COUNTED.captures(text).and_then(|found| measure::number(&found[1]));
    if is_total(before, after) {
        return Some(vec![part]);
    }
    let times = if let Some(found) = REPEATED.captures(before) {
        measure::number(&found[1])?
    } else if EACH_AFTER.is_match(after) || EACH_BEFORE.is_match(before) {
        counted?
    } else if counted.is_some() || MANY.is_match(text) {
        return None;
    } else {
        1
    };
    Some(vec![part; usize::try_from(times).ok()?])
}

/// Several lengths, each with its own words.
fn several(text: &str, amounts: &[Amount]) -> Option<Vec<Part>> {
    let pieces = pieces(text, amounts);
    let head_end = BREAK.find_iter(text.get(..amounts[0].at)?).last().map_or(0, |m| m.end());
    let head = text.get(..head_end)?;
    let mut parts = Vec::new();
    for (n, (amount, (start, end))) in amounts.iter().zip(&pieces).enumerate() {
        let own = text.get(if n == 0 { head_end } else { *start }..*end)?;
        let (place, word) = one_place(&place::places(own))?;
        let closure = one_closure(own)?;
        let times = REPEATED.captures(text.get(..amount.at)?).and_then(|found| measure::number(&found[1])).unwrap_or(1);
        let part = Part { length: Some(amount.length), closure, place, word };
        parts.extend(vec![part; usize::try_from(times).ok()?]);
    }
    let counted = COUNTED.captures(text).and_then(|found| measure::number(&found[1]));
    if counted.is_some_and(|count| usize::try_from(count).ok() != Some(parts.len()) && MANY.is_match(head)) {
        return None;
    }
    share_places(text, head, &mut parts)?;
    share_closures(text, head, amounts, &mut parts)?;
    Some(parts)
}

/// Where the words of each length begin and end: cut where each side keeps one place.
pub(in crate::checks::ruling) fn pieces(text: &str, amounts: &[Amount]) -> Vec<(usize, usize)> {
    let (mut pieces, mut start) = (Vec::new(), 0);
    for pair in amounts.windows(2) {
        let between = text.get(pair[0].end..pair[1].at).unwrap_or("");
        let cuts: Vec<(usize, usize)> =
            SEPARATOR.find_iter(between).map(|m| (pair[0].end + m.start(), pair[0].end + m.end())).collect();
        let keeps_one = |cut: &&(usize, usize)| {
            let found = place::places(text.get(start..cut.0).unwrap_or(""));
            found.iter().all(|one| one.place == found[0].place)
        };
        let (end, next) =
            cuts.iter().rev().find(keeps_one).or(cuts.last()).copied().unwrap_or((pair[1].at, pair[1].at));
        pieces.push((start, end));
        start = next;
    }
    pieces.push((start, text.len()));
    pieces
}

/// A place that is said of all: before the first length, or once where the wounds are spoken of together.
fn share_places(text: &str, head: &str, parts: &mut [Part]) -> Option<()> {
    if parts.iter().all(|part| part.place.is_some()) {
        return Some(());
    }
    let (of_head, word) = one_place(&place::places(head))?;
    let alone = parts[0].place.is_none() && parts[1..].iter().all(|part| part.place.is_some());
    if let Some(place) = of_head.filter(|_| alone || PLURAL.is_match(text)) {
        for part in parts.iter_mut().filter(|part| part.place.is_none()) {
            (part.place, part.word) = (Some(place), word.clone());
        }
        return Some(());
    }
    let (everywhere, word) = one_place(&place::places(text))?;
    if MANY.is_match(text) {
        for part in parts.iter_mut().filter(|part| part.place.is_none()) {
            (part.place, part.word) = (everywhere, word.clone());
        }
    }
    Some(())
}

/// A closure that is said of all: before the first length as of a repair, or behind the last.
fn share_closures(text: &str, head: &str, amounts: &[Amount], parts: &mut [Part]) -> Option<()> {
    let mut kinds: Vec<Closure> = parts.iter().filter_map(|part| part.closure).chain(one_closure(head)?).collect();
    kinds.sort();
    kinds.dedup();
    let [kind] = kinds[..] else { return Some(()) };
    let before = text.get(..amounts[0].at)?;
    let behind = text.get(amounts.last()?.end..)?;
    let led = one_closure(before)? == Some(kind) && (DISTRIBUTED.is_match(before) || one_closure(head)? == Some(kind));
    let tail = STRONG.find(behind).and_then(|m| behind.get(m.end()..)).unwrap_or("");
    let closing = one_closure(tail)? == Some(kind) || (one_closure(behind)? == Some(kind) && PLURAL.is_match(behind));
    // "Two wounds of the face: 2 cm and 1 cm, simple repair".
    let said_last = MANY.is_match(head) && behind.trim_start().starts_with(',') && one_closure(behind)? == Some(kind);
    if led || closing || said_last {
        parts.iter_mut().for_each(|part| part.closure = Some(part.closure.unwrap_or(kind)));
    }
    Some(())
}

/// The place that a piece of text names; nothing where it names none, `None` where it names several.
pub(in crate::checks::ruling) fn one_place(found: &[Found]) -> Option<(Option<Place>, String)> {
    // "Head" beside a closer word is the way it happened, and "face" beside a part of the face the same place.
    let general = |one: &Found| match one.place {
        Place::Head => found.len() > 1,
        Place::Face => found.iter().any(|other| matches!(other.place, Place::Cheek | Place::Feature)),
        _ => false,
    };
    let close: Vec<&Found> = found.iter().filter(|one| !general(one)).collect();
    let Some(first) = close.first() else {
        return Some((
            found.first().map(|one| one.place),
            found.first().map_or_else(String::new, |one| one.word.clone()),
        ));
    };
    close.iter().all(|one| one.place == first.place).then(|| (Some(first.place), first.word.clone()))
}

/// The closure that a piece of text names; `None` where it is unclear.
fn one_closure(text: &str) -> Option<Option<Closure>> {
    match closure::read(text) {
        Said::Nothing => Some(None),
        Said::One(closure) => Some(Some(closure)),
        Said::Unclear => None,
    }
}
