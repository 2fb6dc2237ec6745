//! Hemiplegia and hemiparesis by side and hand: the side that is affected, dominant or not, and the default where no
//! hand is stated (Official Guidelines, sections I.C.6.a and I.C.9.d.1).

use super::time_units::answer::{Answer, verdict};
use super::wants::{Wants, plain};
use crate::corpus::Corpus;
use crate::domain::inquiry::Inquiry;
use crate::domain::pattern::pattern;
use crate::domain::ruling::Ruling;

pattern!(HEMIPLEGIA, r"(?i)\bhemi(?:pleg\w+|pares\w+)\b|\b(?:one|left|right)[- ]?sided? (?:weakness|paralysis)\b");
pattern!(
    SIDE,
    r"(?i)\b(left|right)(?:[\s-]+(?:sided?|spastic|flaccid|residual|dense|mild|severe|body|arm and leg|dominant|non-?dominant))*[\s-]+(?:hemi\w+|weakness|paralysis)|\bhemi\w+\s*(?:,|\(|of|on|affecting|involving)*\s*(?:the\s+|his\s+|her\s+)?(left|right)\b"
);
pattern!(
    HAND,
    r"(?i)\b(left|right)[\s-]*(?:handed|hander|hand[\s-]dominant|is (?:his|her|the) dominant)\b|\b(ambidextrous)\b"
);
pattern!(DOMINANT, r"(?i)\b(non[\s-]?|not )?(?:the )?dominant\b");
pattern!(NO_HAND, r"(?i)\bdominan\w+ (?:is |was )?not\b|\bhandedness\b|\bhand[\s-]dominan\w+\b");
pattern!(
    LATE,
    r"(?i)\b(?:old|prior|previous|after|late effects?|sequelae?|residual\w*|history|h/o|post|status|s/p|years? ago|months? ago|last year|from (?:a|an|his|her|the) (?:stroke|cva))\b"
);
pattern!(STROKE, r"(?i)\b(?:strokes?|cva|infarct\w*)\b");
pattern!(
    ELSEWHERE,
    r"(?i)\b(?:acute|admitted|today|new|current|hemorrhag\w*|bleed\w*|subarachnoid|tia|tpa|congenital|cerebral palsy|transient|resolved|trauma\w*|injur\w*|tumou?r|both|bilateral|quadri\w*|arm only|leg only|poa|drg)\b"
);

/// The answer, where the side is told.
pub fn find(corpus: &Corpus, inquiry: &Inquiry) -> Option<Ruling> {
    let text = inquiry.text.as_str();
    let asked = plain(text);
    let wants = Wants::of(&asked);
    let asks = wants.code || wants.verdict || text.contains('?');
    if !HEMIPLEGIA.is_match(text) || ELSEWHERE.is_match(text) || !asks || wants.modifier {
        return None;
    }
    let mut sides = SIDE.captures_iter(text).filter_map(|found| found.get(1).or(found.get(2)));
    let left = sides.next()?.as_str().eq_ignore_ascii_case("left");
    if sides.any(|other| other.as_str().eq_ignore_ascii_case("left") != left) {
        return None;
    }
    let (dominant, why) = dominance(text, left)?;
    let base = match (STROKE.is_match(text), LATE.is_match(text)) {
        (true, true) => "I69.35",
        (false, _) if text.to_lowercase().contains("flaccid") => "G81.0",
        (false, _) if text.to_lowercase().contains("spastic") => "G81.1",
        (false, _) => "G81.9",
        // A stroke of today is coded with what it causes, and which stroke it is must be known.
        (true, false) => return None,
    };
    let digit = match (left, dominant) {
        (false, true) => 1,
        (true, true) => 2,
        (false, false) => 3,
        (true, false) => 4,
    };
    let code = format!("{base}{digit}");
    let (side, kind) = (if left { "left" } else { "right" }, if dominant { "dominant" } else { "nondominant" });
    let after = if base == "I69.35" { " after cerebral infarction" } else { "" };
    let lines = vec![(code.clone(), 1)];
    let of_kind = |named: &str| named.starts_with("I69") || named.starts_with("G81");
    let named = inquiry.mentions.iter().any(|mention| of_kind(mention.code.as_str()));
    Answer {
        rule: "side and hand",
        cards: vec!["icd-dominance"],
        verdict: if named { verdict(inquiry, of_kind, &lines) } else { None },
        label: Some(kind.to_owned()),
        say: format!("{code}: hemiplegia or hemiparesis{after}, {side} side, {kind} ({why})."),
        lines,
        ..Answer::default()
    }
    .ruling(corpus, inquiry)
}

/// Whether the affected side is the dominant one, and why; `None` where the words contradict each other.
fn dominance(text: &str, left: bool) -> Option<(bool, &'static str)> {
    let hand = HAND.captures(text).map(|found| found.get(1).map(|side| side.as_str().eq_ignore_ascii_case("left")));
    let said = DOMINANT.captures(&HAND.replace_all(text, " ")).map(|found| found.get(1).is_none());
    let by_hand = match hand {
        Some(Some(left_handed)) => Some((left == left_handed, "by the hand that is stated")),
        Some(None) => Some((true, "ambidextrous counts as dominant")),
        None => None,
    };
    match (by_hand, said) {
        (Some((one, _)), Some(other)) if one != other => None,
        (Some(found), _) => Some(found),
        (None, Some(_)) if NO_HAND.is_match(text) => None,
        (None, Some(dominant)) => Some((dominant, "as stated")),
        (None, None) if left => Some((false, "the default for the left side where no hand is stated")),
        (None, None) => Some((true, "the default for the right side where no hand is stated")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::tests::inquiry;
    use crate::corpus::starter_for_tests as corpus;

    fn code(text: &str) -> Option<String> {
        let found = find(corpus(), &inquiry(text))?;
        found.lines.first().map(|line| line.code.to_string())
    }

    #[test]
    fn the_side_and_the_hand_make_the_code() {
        for (text, expected) in [
            (
                "Left hemiparesis as a late effect of cerebral infarction, patient is right-handed. ICD-10 code?",
                "I69.354",
            ),
            ("Left hemiparesis after stroke, left-handed. ICD code?", "I69.352"),
            ("Old stroke with right-sided weakness, patient is left-handed, which ICD-10 code?", "I69.353"),
            ("Old CVA, right hemiplegia. Which ICD-10 code?", "I69.351"),
            ("Old CVA, left hemiplegia, ambidextrous. Which ICD-10 code?", "I69.352"),
            ("Left spastic hemiplegia, nothing else known. Which ICD-10 code?", "G81.14"),
        ] {
            assert_eq!(code(text).as_deref(), Some(expected), "{text}");
        }
        for other in [
            "Acute stroke with left hemiparesis. ICD-10 code?",
            "Hemiparesis after a stroke. ICD-10 code?",
            "Old stroke, left hemiparesis and right hemiparesis. ICD-10 code?",
        ] {
            assert_eq!(code(other), None, "{other}");
        }
    }
}
