//! Risk of patient management (CPT's guidelines for evaluation and management).

use super::super::level::Level;
use super::{Found, Rule, highest};

use crate::domain::pattern::pattern;

pattern!(
    TOXICITY,
    r"\bintensive(?:ly)? (?:drug )?monitor\w*|\bmonitor\w* (?:intensively )?for (?:drug )?toxicity\b|\btoxicity monitoring\b"
);
pattern!(
    HOSPITAL,
    r"\bhospitalization\b|\bdecision (?:about |regarding |re |to |for |on )*(?:hospitali[sz]\w+|admit\w*|admission|escalat\w+)|\b(?:sent|send(?:ing)?|transfer\w*)\b[^.?!;]{0,30}\bto (?:the )?(?:hospital|er|ed|emergency)\b|\bdirect(?:ly)? admi\w+|\badmitted (?:him |her |the patient |the pt |directly )?(?:from|to the hospital)\b|\bescalation of hospital\b"
);
pattern!(NO_CODE, r"\bdnr\b|\bdo not resuscitate\b|\bde-?escalat\w+ (?:of )?care\b");
pattern!(PARENTERAL, r"\bparenteral controlled\b|\biv (?:morphine|dilaudid|hydromorphone|fentanyl|opioids?)\b");
pattern!(EMERGENT, r"\bemergen(?:cy|t) (?:major )?(?:surgery|operation)\b");
pattern!(MAJOR_RISK, r"\bmajor (?:elective )?surgery\b[^.?!;]{0,24}\bwith (?:\w+ ){0,3}risk factors?\b");
pattern!(MAJOR, r"\bmajor (?:elective )?(?:surgery|surgical)\b|\belective major (?:surgery|surgical)\b");
pattern!(
    MINOR_RISK,
    r"\bminor (?:surgery|surgical procedure|procedure)\b[^.?!;]{0,24}\bwith (?:\w+ ){0,3}risk factors?\b"
);
pattern!(MINOR, r"\bminor (?:surgery|surgical procedure)\b");
pattern!(
    PRESCRIPTION,
    r"\bprescri(?:ption|ptions|be|bed|bes|bing)\b|\brx\b|\brefill\w*\b|\b(?:start|add|switch|increas|decreas|adjust|titrat|continu|chang|stop|renew)\w*\b[^.?!;]{0,24}\b(?:med|meds|medications?|dose|metformin|lisinopril|insulin|statin|antibiotics?|drug|drugs|ssri|levothyroxine)\b|\bdose (?:increased|decreased|adjusted|changed|titrated)\b|\b(?:medications?|meds) (?:management|adjust\w*|increas\w*|chang\w*|continued|refilled)\b|\bdrug management\b|\bantibiotics?\b"
);
pattern!(SOCIAL, r"\bsocial determinants?\b|\bsdoh\b|\bhomeless\w*\b|\bhousing insecur\w*|\bfood insecur\w*");
pattern!(COUNTER, r"\botc\b|\bover[\s-]the[\s-]counter\b");
pattern!(
    NOTHING,
    r"\breassur\w+ only\b|\bno (?:treatment|medications?|meds|prescriptions?)(?: \w+)?\b|\bonly reassur\w+|\brest and fluids\b|\bno rx\b"
);

/// The level, where something of the management is said.
pub(super) fn read(lower: &str) -> Option<Found> {
    let rules: [Rule; 12] = [
        (Level::High, &TOXICITY, "drug therapy with intensive monitoring for toxicity"),
        (Level::High, &HOSPITAL, "decision on hospital care"),
        (Level::High, &NO_CODE, "decision not to resuscitate"),
        (Level::High, &PARENTERAL, "parenteral controlled substances"),
        (Level::High, &EMERGENT, "emergency major surgery"),
        (Level::High, &MAJOR_RISK, "major surgery with risk factors"),
        (Level::Moderate, &MAJOR, "elective major surgery"),
        (Level::Moderate, &MINOR_RISK, "minor surgery with risk factors"),
        (Level::Moderate, &PRESCRIPTION, "prescription drug management"),
        (Level::Moderate, &SOCIAL, "social determinants of health"),
        (Level::Low, &MINOR, "minor surgery without risk factors"),
        (Level::Low, &COUNTER, "over-the-counter drugs"),
    ];
    highest(lower, &rules).or_else(|| {
        NOTHING.is_match(lower).then_some(Found { level: Level::Straightforward, words: "no treatment", open: false })
    })
}
