//! Billing units of a drug from milligrams and vials, with the discarded amount. Source: Medicare Claims Processing
//! Manual (Pub. 100-04), chapter 17, sections 10 and 40: units follow the amount in the code's description; the
//! discarded amount of a single-dose container goes on its own line with JW, and JZ says that nothing was discarded.

use super::choice;
use crate::checks::ask;
use crate::corpus::Corpus;
use crate::domain::check::{Outcome, Question};
use crate::domain::code::{Code, CodeSet, Modifier};
use crate::domain::draft::Line;
use crate::domain::inquiry::Inquiry;
use crate::domain::pattern::pattern;
use crate::domain::ruling::{Basis, Ruling};

pattern!(
    VIALS,
    r"(?i)\b(?:(\d+|an?|one|two|three|four|five|six|seven|eight|nine|ten)\s+(?:\w+\s+)?)?([\d,]+(?:\.\d+)?)[\s-]*(mg|mcg|units?|g)\b[\s-]*(?:single[\s-]*(?:dose|use)\s+|sdv\s+)?(?:vials?|syringes?|pens?|ampules?|packages?)"
);
pattern!(AMOUNT, r"(?i)\b([\d,]+(?:\.\d+)?)[\s-]*(mg|mcg|units?|g)\b");
pattern!(SINGLE, r"(?i)\bsingle[\s-]*(?:dose|use)|\bsdvs?\b");
pattern!(MULTI, r"(?i)\bmulti(?:ple)?[\s-]*(?:dose|use)");
pattern!(
    NONE_LEFT,
    r"(?i)\b(?:nothing|none)\b[^.?!,]{0,24}\b(?:wast\w*|discard\w*|thrown|left)|\bno\s+(?:drug\s+|medication\s+)?(?:waste|wastage|discard\w*|left-?overs?)\b|\ball of (?:it|the)\b"
);
pattern!(
    THROWN,
    r"(?i)\b[\d,]+(?:\.\d+)?[\s-]*(?:mg|mcg|units?|g)\b\)?[^.?!;]{0,24}\b(?:discarded|wasted|thrown away)\b|\b(?:rest|remainder|remaining|left-?over)\b[^.?!;]{0,40}\b(?:discarded|wasted|thrown away)\b"
);
pattern!(
    VIALS_OF,
    r"(?i)\b(\d+|an?|one|two|three|four|five|six|seven|eight|nine|ten)\s+(?:single[\s-]*(?:dose|use)\s+)?(?:vials?|syringes?|pens?|ampules?)\s+of\s+([\d,]+(?:\.\d+)?)[\s-]*(mg|mcg|units?|g)\b"
);
pattern!(ASKS, r"(?i)\bunits?\b|\bhow (?:many|do)\b|\bjw\b|\bjz\b|\bwast|\blines?\b|\bmodifier|\bbill|\bcode");
pattern!(PER, r"(?i)(?:per|,|inj(?:ection)?)?\s*([\d,]+(?:\.\d+)?)\s*(mg|mcg|units?|g)\b");

/// Units of the drug that the question names or describes; `None` where an amount or the drug is missing.
pub fn find(corpus: &Corpus, inquiry: &Inquiry) -> Option<Ruling> {
    let text = inquiry.text.as_str();
    if !ASKS.is_match(text) || MULTI.is_match(text) {
        return None;
    }
    let vials = VIALS_OF.captures(text).or_else(|| VIALS.captures(text));
    let unit = |m: &str| m.trim_end_matches('s').to_lowercase();
    let packed = vials.as_ref().and_then(|found| {
        let count = found.get(1).map_or(Some(1.0), |count| number(count.as_str()))?;
        Some((count * amount(&found[2])?, unit(&found[3])))
    });
    let outside = vials.as_ref().map_or_else(|| text.to_owned(), |found| text.replace(&found[0], " "));
    let given = AMOUNT.captures(&outside).and_then(|found| Some((amount(&found[1])?, unit(&found[2]))))?;
    let code = inquiry
        .codes()
        .into_iter()
        .find(|code| code.set() == CodeSet::Hcpcs)
        .cloned()
        .or_else(|| choice::drug(corpus, inquiry, &AMOUNT.replace_all(&outside, " ")))?;
    let (code, replaced, known) = alive(corpus, inquiry, code)?;
    let (per, description) = dose(corpus, &code, &given.1)?;
    let billed = (given.0 / per).ceil();
    let waste = packed.filter(|(_, unit)| *unit == given.1).map(|(total, _)| total - given.0);
    // What was thrown away is told; what the vials held must be told too, or nothing is said of it.
    if THROWN.is_match(text) && waste.is_none_or(|waste| waste <= 0.0) {
        return None;
    }
    let single = SINGLE.is_match(text) || waste.is_some();
    let wasted = waste.filter(|waste| *waste > 0.0).map(|waste| (waste / per).floor()).filter(|units| *units >= 1.0);
    let nothing = waste.is_some_and(|waste| waste.abs() < 1e-9) || NONE_LEFT.is_match(text);
    if !single && packed_is_unasked(text) {
        return None;
    }
    let modifier = |text: &str| Modifier::parse(text).ok().into_iter().collect::<Vec<_>>();
    let line = |modifiers: Vec<Modifier>, units: f64| Line {
        code: code.clone(),
        modifiers,
        units: units as u32,
        role: "bill".to_owned(),
    };
    let (amount_given, kind) = (plain(given.0), &given.1);
    let mut say =
        format!("{code} is billed per {} {kind}: {amount_given} {kind} given are {} units.", plain(per), plain(billed));
    if let Some(old) = replaced {
        say = format!("{old} is not valid on the date and {code} takes its place. {say}");
    }
    let mut lines = Vec::new();
    if let Some(wasted) = wasted {
        lines.extend([line(Vec::new(), billed), line(modifier("JW"), wasted)]);
        say.push_str(&format!(
            " Of the {} {kind} opened, {} {kind} were discarded: a second line {code}-JW with {} units, if the note records the discarded amount.",
            plain(given.0 + waste.unwrap_or(0.0)),
            plain(waste.unwrap_or(0.0)),
            plain(wasted)
        ));
    } else if single && nothing {
        lines.push(line(modifier("JZ"), billed));
        say.push_str(&format!(" Nothing of the single-dose container was discarded: report {code}-JZ on one line."));
    } else {
        lines.push(line(Vec::new(), billed));
    }
    let status = ask(corpus, &Question::CodeStatus { code: code.clone() }, inquiry.scope);
    let source = corpus.find_text(&code).map(|text| text.source);
    say.push_str(&format!(" What it is: {}.", description.trim_end_matches('.')));
    Some(Ruling {
        basis: Basis::Computed { rule: "drug units".to_owned() },
        verdict: None,
        lines,
        modifiers: Vec::new(),
        label: None,
        say,
        ask: None,
        sources: source.into_iter().chain(status.sources).collect(),
        confirmed: known,
        doubts: (!known).then(|| format!("that {code} replaces it is recalled")).into_iter().collect(),
        fit: 9.0,
        whole: true,
    })
}

/// The code, or the one that replaced it where it had ended on the date, with the old one, and whether a document at hand
/// names the link; `None` where several did.
fn alive(corpus: &Corpus, inquiry: &Inquiry, code: Code) -> Option<(Code, Option<Code>, bool)> {
    let status = ask(corpus, &Question::CodeStatus { code: code.clone() }, inquiry.scope);
    if status.outcome != Outcome::Deleted {
        return Some((code, None, true));
    }
    match &status.figures.successors[..] {
        [(only, known)] => Some((Code::parse(only).ok()?, Some(code), *known)),
        _ => None,
    }
}

/// True where neither vial nor waste nor units are spoken of: the amount is no question of units.
fn packed_is_unasked(text: &str) -> bool {
    let lower = text.to_lowercase();
    !["unit", "how many", "waste", "vial", "jw", "jz"].iter().any(|word| lower.contains(word))
}

/// The amount of one unit of the code, in the same measure, with the description that says so.
fn dose(corpus: &Corpus, code: &Code, measure: &str) -> Option<(f64, String)> {
    let texts = corpus.find_text(code).map(|text| text.description);
    let texts = texts.into_iter().chain(corpus.list_titles(code).into_iter().map(|row| row.long));
    texts.into_iter().find_map(|text| {
        let found = PER.captures_iter(&text).last()?;
        let per = amount(&found[1])?;
        (found[2].trim_end_matches('s').eq_ignore_ascii_case(measure) && per > 0.0).then(|| (per, text.clone()))
    })
}

fn amount(text: &str) -> Option<f64> {
    text.replace(',', "").parse().ok().filter(|amount| *amount > 0.0 && *amount < 1e7)
}

fn number(text: &str) -> Option<f64> {
    const WORDS: [&str; 11] = ["a", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
    let lower = text.to_lowercase();
    #[expect(clippy::cast_precision_loss, reason = "ten at most")]
    let word = WORDS.iter().position(|word| *word == lower).map(|n| n.max(1) as f64);
    word.or_else(|| (lower == "an").then_some(1.0)).or_else(|| amount(&lower))
}

/// A number without needless decimals.
fn plain(value: f64) -> String {
    if value.fract().abs() < 1e-9 { format!("{value:.0}") } else { format!("{value}") }
}
