//! Skin biopsies by technique: one first code, the highest in the order incisional, punch, tangential, and an add-on of
//! its own technique for every further lesion (CPT, surgery: biopsy of skin, as the rule card `skin-biopsy-add-ons`
//! has it).

use super::{edits, is_own, verdict};
use crate::checks::ruling::wounds::bill::Bill;
use crate::checks::ruling::wounds::measure::number;
use crate::corpus::Corpus;
use crate::domain::inquiry::Inquiry;
use crate::domain::pattern::pattern;
use crate::domain::ruling::Ruling;

pattern!(BIOPSY, r"\bbiops(?:y|ies|ied)\b|\bbx\b");
pattern!(
    ONE,
    r"(?:\b(\d{1,2}|an?|one|two|three|four|five|six|seven|eight|nine|ten|single|another|the|this|that|each|per|first|additional)\s+)?(?:(?:skin|separate|simple|more|additional)\s+)*\b(punch|shave|tangential|saucerization|incisional|wedge)\b(?:\s+(?:skin\s+)?(biopsy|biopsies|bx))?(?:\s*(?:,\s*)?x\s*(\d{1,2})\b)?(?:\s+(?:of|on|from)\s+(\d{1,2}|two|three|four|five|six|seven|eight|nine|ten)\s+(?:[a-z]+\s+){0,2}(?:lesions?|sites?|areas?|moles|nevi|spots))?"
);
pattern!(
    ANOTHER,
    r"\bexcis(?:ed|ion|ional)\b|\bdestr\w*|\bcryo\w*|\bfroze\w*|\bshav(?:e|ed|ing) (?:removal|excision|off)|\bremov\w*|\bsame lesion\b|\beyelids?\b|\blips?\b|\bpenis\b|\bpenile\b|\bvulva\w*|\bexternal ear\b|\bears?\b|\bmuscle\b|\bbone\b|\bneedle\b|\bcore\b|\bendomet\w*|\bmargins?\b|\bversus\b|\bvs\b"
);
pattern!(OR, r"\b(?:punch|shave|tangential|incisional)\b[^.?!]{0,20}\bor\b");

const OWN: [(&str, &str); 1] = [("11102", "11107")];
/// First and further lesion, the highest technique first.
const CODES: [(&str, &str, &str); 3] =
    [("11106", "11107", "incisional"), ("11104", "11105", "punch"), ("11102", "11103", "tangential (shave)")];

/// The lines of the biopsies that the question counts.
pub(super) fn find(corpus: &Corpus, inquiry: &Inquiry, lower: &str) -> Option<Ruling> {
    if !BIOPSY.is_match(lower) || ANOTHER.is_match(lower) || OR.is_match(lower) || !is_own(inquiry, &OWN) {
        return None;
    }
    let counts = counts(lower)?;
    let mut bill = Bill::new(corpus, inquiry);
    let mut words = Vec::new();
    for (code, units) in lines(counts) {
        bill.add(code, &[], units)?;
    }
    if bill.lines.is_empty() {
        return None;
    }
    for (count, (.., name)) in counts.iter().zip(CODES).filter(|(count, _)| **count > 0) {
        words.push(format!("{count} {name}"));
    }
    bill.rule("skin-biopsy-add-ons");
    let verdict = verdict(inquiry, &bill.lines)?;
    let say = format!("{} for {}: one first code, of the highest technique.", edits::words(&bill), words.join(" and "));
    let more =
        "Order: incisional, punch, tangential; every further lesion is an add-on of its own technique, without 59.";
    Some(bill.into_ruling("skin biopsies", verdict, &say, &[more]))
}

/// The codes with their units.
fn lines(counts: [u32; 3]) -> Vec<(&'static str, u32)> {
    let (mut lines, mut first) = (Vec::new(), true);
    for (count, (one, more, _)) in counts.into_iter().zip(CODES).filter(|(count, _)| *count > 0) {
        let rest = if first { count - 1 } else { count };
        if std::mem::take(&mut first) {
            lines.push((one, 1));
        }
        if rest > 0 {
            lines.push((more, rest));
        }
    }
    lines
}

/// Incisional, punch and tangential biopsies; `None` where a number is missing.
fn counts(text: &str) -> Option<[u32; 3]> {
    let mut counts = [0_u32; 3];
    for found in ONE.captures_iter(text) {
        let kind = match &found[2] {
            "incisional" | "wedge" => 0,
            "punch" => 1,
            _ => 2,
        };
        let led = found.get(1).map(|m| m.as_str());
        let said = [4, 5].into_iter().find_map(|n| found.get(n)).map(|m| m.as_str());
        let count = match (said, led, found.get(3).map(|m| m.as_str())) {
            (Some(said), ..) => number(said)?,
            (None, Some("the" | "this" | "that" | "each" | "per" | "first" | "additional"), _) => continue,
            (None, Some(led), _) => number(led)?,
            (None, None, Some("biopsy" | "bx")) => 1,
            (None, None, Some(_)) if counts[kind] > 0 => continue,
            (None, None, None) => continue,
            _ => return None,
        };
        counts[kind] = counts[kind].checked_add(count).filter(|sum| *sum <= 30)?;
    }
    Some(counts)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn biopsies_are_counted_by_technique() {
        assert_eq!(counts("two shave biopsies and a punch biopsy of the back"), Some([0, 1, 2]));
        assert_eq!(counts("punch biopsy x 3"), Some([0, 3, 0]));
        assert_eq!(counts("shave biopsy of the arm and shave biopsy of the leg"), Some([0, 0, 2]));
        assert_eq!(counts("punch biopsies of 4 skin lesions; how to code the punch biopsies"), Some([0, 4, 0]));
        assert_eq!(counts("punch biopsies"), None);
        assert_eq!(lines([0, 1, 2]), [("11104", 1), ("11103", 2)]);
        assert_eq!(lines([1, 2, 1]), [("11106", 1), ("11105", 2), ("11103", 1)]);
    }

    proptest! {
        #[test]
        fn each_lesion_is_one_unit_and_one_code_is_first(counts in [0_u32..8, 0_u32..8, 0_u32..8]) {
            let lines = lines(counts);
            prop_assert_eq!(lines.iter().map(|(_, units)| units).sum::<u32>(), counts.iter().sum::<u32>());
            prop_assert!(lines.iter().filter(|(code, _)| ["11102", "11104", "11106"].contains(code)).count() <= 1);
        }
    }
}
