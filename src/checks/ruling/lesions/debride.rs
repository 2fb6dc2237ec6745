//! Debridement by the deepest tissue removed and by area: areas of one depth are added, the first 20 square centimeters
//! and each further 20 or part (CPT, surgery: debridement, as the rule card `debridement-depth` has it).

use super::{edits, is_own, verdict};
use crate::checks::ruling::wounds::bill::Bill;
use crate::checks::ruling::wounds::measure::{hundredths, prepare, scaled, shown};
use crate::corpus::Corpus;
use crate::domain::inquiry::Inquiry;
use crate::domain::pattern::pattern;
use crate::domain::ruling::Ruling;

pattern!(DEBRIDED, r"\bdebrid\w*");
pattern!(
    AREA,
    r"(\d{1,3}(?:\.\d{1,2})?)\s*(?:cm)?\s*(?:x|by)\s*(\d{1,3}(?:\.\d{1,2})?)(\s*(?:cm)?\s*(?:x|by)\s*\d{1,3}(?:\.\d{1,2})?)?\s*cm\b|(\d{1,4}(?:\.\d{1,2})?)\s*(?:sq\.?\s*cm|square\s*cm|cm2|cm²|cm\^2|cm\s*sq(?:uared)?)"
);
pattern!(SEPARATOR, r"[;\n]|\.(?:\s|$)|,|\band\b|\bplus\b");
pattern!(
    NOT_REMOVED,
    r"\b(?:exposed|visible|probed? to|no|not|without|over(?:lying)?) (?:the )?(?:bones?|muscles?|fascia|tendons?)\b|\b(?:bones?|muscles?|fascia) (?:was |is )?(?:exposed|visible|not)\b"
);
pattern!(DOWN_TO, r"\b(?:to|reaching) (?:the )?(?:level of )?(?:the )?(?:bones?|muscles?|fascia)\b");
pattern!(INCLUDING, r"\bincluding\b|\bthrough\b|\bremov\w*|\bexcis\w*");
pattern!(BONE, r"\bbones?\b");
pattern!(MUSCLE, r"\bmuscles?\b|\bfascia\w*");
pattern!(FAT, r"\bsubcutaneous\b|\bsub-?q\b|\bfat\b|\badipose\b");
pattern!(SURFACE, r"\bselective\b|\bepiderm\w*|\bdermis\b|\bdermal\b|\bslough\b|\bbiofilm\b|\bfibrin\b");
pattern!(
    ANOTHER,
    r"\bburns?\b|\bfractur\w*|\barthroscop\w*|\bjoint\b|\bnecroti[sz]ing\b|\bmesh\b|\blacerat\w*|\bteeth\b|\bvac\b|\bnegative pressure\b|\bultraso\w*|\btotal contact\b|\bskin substitute\b|\bper wound\b"
);
pattern!(PLURAL, r"\b(?:ulcers|wounds|both|each|all)\b");
pattern!(TOTAL, r"\btotal(?:ing|s)?(?: area)?(?: of| was| is|:)?\s*$");

const OWN: [(&str, &str); 2] = [("11042", "11047"), ("97597", "97598")];
/// First and further codes by depth, the deepest first.
const CODES: [(&str, &str, &str); 4] = [
    ("11044", "11047", "bone"),
    ("11043", "11046", "muscle or fascia"),
    ("11042", "11045", "subcutaneous tissue"),
    ("97597", "97598", "selective, skin level"),
];
/// What the first code covers, and each add-on: 20 square centimeters, in hundredths.
const STEP: u32 = 2_000;
/// The largest area that is believed, in hundredths of a square centimeter.
const LARGEST: u32 = 500_000;

/// The lines of the wounds whose depth and area the question states.
pub(super) fn find(corpus: &Corpus, inquiry: &Inquiry, lower: &str) -> Option<Ruling> {
    if !DEBRIDED.is_match(lower) || ANOTHER.is_match(lower) || !is_own(inquiry, &OWN) {
        return None;
    }
    let areas = areas(lower)?;
    let mut bill = Bill::new(corpus, inquiry);
    let mut words = Vec::new();
    for (depth, (first, more, name)) in CODES.iter().enumerate() {
        let own: Vec<u32> = areas.iter().filter(|(of, _)| *of == depth).map(|(_, area)| *area).collect();
        let Some(total) = own.iter().copied().reduce(u32::saturating_add) else { continue };
        bill.add(first, &[], 1)?;
        let units = further(total);
        if units > 0 {
            bill.add(more, &[], units)?;
        }
        let sum = own.iter().map(|area| shown(*area)).collect::<Vec<_>>().join(" + ");
        let sum = if own.len() > 1 { format!("{sum} = {}", shown(total)) } else { sum };
        words.push(format!("{name}: {sum} sq cm"));
    }
    if bill.lines.is_empty() {
        return None;
    }
    edits::mark(corpus, inquiry, &mut bill)?;
    bill.rule("debridement-depth");
    let verdict = verdict(inquiry, &bill.lines)?;
    let say = format!("{}. {}.", edits::words(&bill), words.join("; "));
    let more = [
        "Areas are added within one depth; the add-on is for each further 20 sq cm or part of it.",
        if words.len() > 1 { "59 says that the lesser line is another wound." } else { "" },
    ];
    Some(bill.into_ruling("debridement", verdict, &say, &more))
}

/// Units of the add-on.
fn further(area: u32) -> u32 {
    area.saturating_sub(STEP).div_ceil(STEP)
}

/// Each area with its depth, from 0 for bone; `None` where one has none or an unclear one.
fn areas(lower: &str) -> Option<Vec<(usize, u32)>> {
    let text = NOT_REMOVED.replace_all(&prepare(lower), " ").into_owned();
    let mut found: Vec<(usize, usize, u32, bool)> = Vec::new();
    for one in AREA.captures_iter(&text) {
        let whole = one.get(0)?;
        let area = match one.get(4) {
            Some(area) => scaled(area.as_str()).filter(|area| (1..LARGEST).contains(area))?,
            None => {
                let (a, b) = (hundredths(&one[1], "cm")?, hundredths(&one[2], "cm")?);
                a.checked_mul(b)?.checked_div(100)?
            }
        };
        let total = TOTAL.is_match(text.get(..whole.start())?);
        found.push((whole.start(), whole.end(), area, total));
    }
    // "4 x 6 cm (24 sq cm)" is one area, written twice.
    found.dedup_by(|next, last| next.2 == last.2 && next.0 - last.1 < 6);
    if found.iter().any(|(.., total)| *total) && found.len() > 1 {
        found.retain(|(.., total)| !total);
    }
    let everywhere = depth(&text);
    let mut areas = Vec::new();
    let mut from = 0;
    for (n, (_, end, area, _)) in found.iter().enumerate() {
        let (to, next) = found.get(n + 1).map_or((text.len(), text.len()), |next| cut(&text, from, *end, next.0));
        let own = match depth(text.get(from..to)?) {
            Depth::One(depth) => depth,
            Depth::Nothing => match everywhere {
                Depth::One(depth) if found.len() == 1 || PLURAL.is_match(&text) => depth,
                _ => return None,
            },
            Depth::Unclear => return None,
        };
        areas.push((own, *area));
        from = next;
    }
    Some(areas)
}

/// Where the words of one wound end and those of the next begin: no second depth stays behind the first area.
fn cut(text: &str, from: usize, end: usize, to: usize) -> (usize, usize) {
    let led = matches!(depth(text.get(from..end).unwrap_or("")), Depth::One(_));
    let between = text.get(end..to).unwrap_or("");
    let cuts: Vec<regex::Match<'_>> = SEPARATOR.find_iter(between).collect();
    let keeps_one =
        |m: &&regex::Match<'_>| !led || matches!(depth(between.get(..m.start()).unwrap_or("")), Depth::Nothing);
    let found = cuts.iter().rev().find(keeps_one).or(cuts.last());
    found.map_or((to, to), |m| (end + m.start(), end + m.end()))
}

enum Depth {
    Nothing,
    One(usize),
    Unclear,
}

/// The deepest tissue that a piece of text says was removed.
fn depth(text: &str) -> Depth {
    if DOWN_TO.is_match(text) && !INCLUDING.is_match(text) {
        return Depth::Unclear;
    }
    let depths = [&BONE, &MUSCLE, &FAT, &SURFACE];
    depths.iter().position(|pattern| pattern.is_match(text)).map_or(Depth::Nothing, Depth::One)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn depth_and_area_are_read_together() {
        assert_eq!(areas("debridement of subcutaneous tissue, 30 sq cm"), Some(vec![(2, 3_000)]));
        assert_eq!(areas("ulcer 4 x 6 cm debrided including muscle"), Some(vec![(1, 2_400)]));
        assert_eq!(
            areas("muscle 12 sq cm on the heel; subcutaneous 18 sq cm on the shin"),
            Some(vec![(1, 1_200), (2, 1_800)])
        );
        assert_eq!(areas("debrided down to bone, 10 sq cm"), None);
        assert_eq!(areas("bone exposed, subcutaneous tissue removed, 10 sq cm"), Some(vec![(2, 1_000)]));
    }

    proptest! {
        #[test]
        fn units_cover_the_area_and_no_more(area in 1_u32..100_000) {
            let room = STEP + further(area) * STEP;
            prop_assert!(area <= room && (area <= STEP || room < area + STEP));
        }
    }
}
