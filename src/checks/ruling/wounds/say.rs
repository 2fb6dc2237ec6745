//! The words of a repair's answer, with its arithmetic, and the question back where one fact is missing.

use super::bill::Bill;
use super::family::{Closure, Family, Sum, sums};
use super::known;
use super::measure::shown;
use super::place::Place;
use super::read::Part;
use crate::corpus::Corpus;
use crate::domain::inquiry::Inquiry;
use crate::domain::ruling::Ruling;

/// The lines in words, and what may follow where there is room.
pub(super) fn lines(sums: &[Sum]) -> (String, Vec<String>) {
    let parts: Vec<String> = sums.iter().enumerate().map(|(n, sum)| line(n, sum)).collect();
    let mut more = Vec::new();
    if sums.len() > 1 {
        more.push("Lengths are added only within one kind of closure and one anatomic group.".to_owned());
        more.push("59 marks the separate wound on the lesser lines.".to_owned());
    } else if let [sum] = sums {
        let alike = if sum.lengths.len() > 1 { "Same closure and same anatomic group" } else { "Its group" };
        more.push(format!("{alike}: {}.", sum.family.words()));
    }
    if sums.iter().any(|sum| sum.family.codes(sum.total()).len() > 1) {
        more.push("The first complex code reaches 7.5 cm, its add-on each further 5 cm or part of it.".to_owned());
    }
    if sums.iter().any(|sum| sum.short) {
        more.push("A complex repair of less than 1.1 cm is reported as intermediate.".to_owned());
    }
    (format!("{}.", parts.join("; ")), more)
}

fn line(n: usize, sum: &Sum) -> String {
    let total = sum.total();
    let added: Vec<String> = sum.lengths.iter().map(|length| shown(*length)).collect();
    let arithmetic = match added.len() {
        1 => format!("{} cm", shown(total)),
        _ => format!("{} = {} cm", added.join(" + "), shown(total)),
    };
    let codes = sum.family.codes(total);
    let mut words: Vec<String> = Vec::new();
    for (part, (code, units)) in codes.iter().enumerate() {
        let marked = if n > 0 && part == 0 { "-59" } else { "" };
        let times = if *units > 1 { format!(" x{units}") } else { String::new() };
        words.push(format!("{code}{marked}{times}"));
    }
    let place = if sum.words.is_empty() { String::new() } else { format!(", {}", sum.words.join(" and ")) };
    format!("{} for {arithmetic}, {}{place}", words.join(" with "), sum.family.closure.word())
}

/// Asks for the one fact that is missing, with the answer to each possible reply; `None` where more is missing.
pub(super) fn ask_back(corpus: &Corpus, inquiry: &Inquiry, parts: &[Part]) -> Option<Ruling> {
    let lacks = |part: &Part| {
        let grouped = part.closure.zip(part.place).is_none_or(|(closure, place)| Family::of(closure, place).is_some());
        [part.length.is_none(), part.closure.is_none(), part.place.is_none() || !grouped]
    };
    let gaps: Vec<(usize, usize)> = parts
        .iter()
        .enumerate()
        .flat_map(|(n, part)| {
            lacks(part).into_iter().enumerate().filter(|(_, gap)| *gap).map(move |(fact, _)| (n, fact))
        })
        .collect();
    let [(at, fact)] = gaps[..] else { return None };
    let (replies, question) = match fact {
        0 => return by_length(corpus, inquiry, parts),
        1 => (
            by_closure(parts, at),
            "Was that wound closed in one layer, in layers, or with the extra work of a complex repair?",
        ),
        _ => (by_place(parts, at), "Where exactly was the wound?"),
    };
    let mut bill = Bill::new(corpus, inquiry);
    let mut words = Vec::new();
    for (reply, parts) in replies {
        let mut codes = Vec::new();
        for (n, sum) in sums(&known(&parts)?)?.iter().enumerate() {
            for (part, (code, units)) in sum.family.codes(sum.total()).into_iter().enumerate() {
                let marked = if n > 0 && part == 0 { "-59" } else { "" };
                let times = if units > 1 { format!(" x{units}") } else { String::new() };
                codes.push(format!("{}{marked}{times}", bill.name(code)?));
            }
        }
        words.push(format!("{} for {reply}", codes.join(" and ")));
    }
    bill.rule("repair-level");
    let say = format!("One fact decides it: {}.", words.join("; "));
    let mut ruling = bill.into_ruling("wound repair", None, &say, &[]);
    ruling.ask = Some(question.to_owned());
    Some(ruling)
}

/// The bands of the only wound, whose length is missing.
fn by_length(corpus: &Corpus, inquiry: &Inquiry, parts: &[Part]) -> Option<Ruling> {
    let [part] = parts else { return None };
    let family = Family::of(part.closure?, part.place?)?;
    let mut bill = Bill::new(corpus, inquiry);
    let mut words = Vec::new();
    for (band, code) in family.listed() {
        words.push(format!("{}, {band}", bill.name(code)?));
    }
    let say = format!("It depends on the repaired length, {}: {}.", family.closure.word(), words.join("; "));
    let mut ruling = bill.into_ruling("wound repair", None, &say, &[]);
    ruling.ask = Some("How many centimeters was the repaired wound?".to_owned());
    Some(ruling)
}

/// The wounds as they are with each kind of closure.
fn by_closure(parts: &[Part], at: usize) -> Vec<(&'static str, Vec<Part>)> {
    let kinds =
        [("one layer", Closure::Simple), ("layers", Closure::Intermediate), ("a complex repair", Closure::Complex)];
    let of_place = |closure: Closure| parts[at].place.is_some_and(|place| Family::of(closure, place).is_some());
    let kinds = kinds.into_iter().filter(|(_, closure)| of_place(*closure));
    kinds.map(|(word, closure)| (word, replaced(parts, at, |part| part.closure = Some(closure)))).collect()
}

/// The wounds as they are with a place of each group.
fn by_place(parts: &[Part], at: usize) -> Vec<(&'static str, Vec<Part>)> {
    let closure = parts[at].closure.unwrap_or(Closure::Simple);
    let simple = [Place::Limb, Place::Feature];
    let intermediate = [Place::Limb, Place::Hand, Place::Feature];
    let complex = [Place::Trunk, Place::Limb, Place::Cheek, Place::Feature];
    let places: &[Place] = match (closure, parts[at].place) {
        (Closure::Complex, Some(Place::Face)) => &complex[2..],
        (Closure::Complex, Some(Place::Girdle)) => &complex[..2],
        (Closure::Complex, _) => &complex,
        (Closure::Intermediate, _) => &intermediate,
        _ => &simple,
    };
    let named = |place: &Place| Family::of(closure, *place).map(Family::words);
    let replies = places.iter().filter_map(|place| Some((named(place)?, *place)));
    replies.map(|(words, place)| (words, replaced(parts, at, |part| part.place = Some(place)))).collect()
}

fn replaced(parts: &[Part], at: usize, change: impl Fn(&mut Part)) -> Vec<Part> {
    let mut parts = parts.to_vec();
    parts.iter_mut().skip(at).take(1).for_each(change);
    parts
}
