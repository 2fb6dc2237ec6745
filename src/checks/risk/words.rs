//! What a question wants of risk adjustment, by its words.

use crate::domain::pattern::pattern;

pattern!(
    RISK,
    r"(?i)\b(?:rx-?)?hccs?\b|\brisk[\s-]?adjust\w*|\braf\b|\bcondition categor\w+|\bv2[0-9]\b[^.?!]{0,30}\b(?:model|hcc|risk)|\b(?:in|under|with|by|to|from|for) v2[0-9]\b"
);
pattern!(
    OTHERS,
    r"(?i)\bhhs\b|\baca\b|\bmarketplace\b|\bexchange plan\b|\bcdps\b|\bmedicaid\b|\bcommercial\b|\bdrgs?\b"
);
pattern!(
    RECORD,
    r"(?i)\bdocument\w*|\bproblem list\b|\bsupport(?:s|ed)?\b|\bmeat\b|\btamper\b|\baudio\b|\btelephone\b|\btelehealth\b|\bquer(?:y|ies|ied)\b|\bcapture[ds]?\b|\bface[\s-]to[\s-]face\b|\bincrease\w*|\bboost\w*|\braise[ds]?\b|\bscores?\b|\bhistory of\b|\bchart review\b|\bradv\b|\baudit\w*|\bhow often\b|\bevery year\b|\byearly\b|\bcoefficient\w*|\bweights?\b|\bfactors?\b"
);
pattern!(VERSION, r"(?i)\bv\s?(2[0-9]|0?[58])\b|\bversion\s(2[0-9]|0?[58])\b");
pattern!(
    DROPPED,
    r"(?i)\bdrop\w*|\blos[te]\w*|\bremov\w+|\bfell\b|\bfall(?:s|en)?\b|\bno longer\b|\bgone\b|\bcut\b|\bdelet\w+"
);
pattern!(RX, r"(?i)\brx[\s-]?hcc\w*|\bpart d\b|\bdrug model\b");
pattern!(ESRD, r"(?i)\besrd\b|\bdialysis model\b");
pattern!(BOTH, r"(?i)\bboth\b|\beach\b|\btwice\b|\btogether\b|\ball (?:of them|count|three)\b");
pattern!(YEAR, r"(?i)\b(?:py|payment year|plan year)\s*'?(20\d\d|\d\d)\b|\b(20\d\d) (?:payment year|py|plan year)\b");

/// True where several codes are asked about at once.
pub fn is_of_both(text: &str) -> bool {
    BOTH.is_match(text)
}

/// What is wanted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Wanted {
    /// The model's kind: none named, the drug model, the kidney model.
    pub kind: Kind,
    /// The versions that are named: 24, 28.
    pub versions: Vec<u16>,
    /// Whether it dropped out of the newer model.
    pub dropped: bool,
    /// The payment year, where one is named.
    pub year: Option<i16>,
}

/// Kinds of model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Kind {
    /// CMS-HCC, of Medicare Advantage; also where none is named.
    #[default]
    Part,
    /// RxHCC, of drug plans.
    Drug,
    /// CMS-HCC for patients on dialysis.
    Kidney,
}

/// True where risk adjustment is spoken of at all.
pub fn is_about(text: &str) -> bool {
    RISK.is_match(text) && !OTHERS.is_match(text)
}

/// What a question wants of the mappings; `None` where it asks nothing of them, or turns on what the record shows.
pub fn wanted(text: &str) -> Option<Wanted> {
    if !is_about(text) || RECORD.is_match(text) {
        return None;
    }
    let number = |found: regex::Captures<'_>| found.iter().skip(1).flatten().next()?.as_str().parse().ok();
    let mut versions: Vec<u16> = VERSION.captures_iter(text).filter_map(number).collect();
    versions.dedup();
    let year =
        YEAR.captures(text).and_then(|found| found.iter().skip(1).flatten().next()?.as_str().parse::<i16>().ok());
    // Two kinds of model at once are two questions.
    if RX.is_match(text) && versions.iter().any(|version| *version >= 20) {
        return None;
    }
    let kind = if RX.is_match(text) {
        Kind::Drug
    } else if ESRD.is_match(text) {
        Kind::Kidney
    } else {
        Kind::Part
    };
    Some(Wanted {
        kind,
        versions,
        dropped: DROPPED.is_match(text),
        year: year.map(|year| if year < 100 { year + 2000 } else { year }),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(kind: Kind, versions: &[u16], dropped: bool, year: Option<i16>) -> Option<Wanted> {
        Some(Wanted { kind, versions: versions.to_vec(), dropped, year })
    }

    #[test]
    fn what_is_wanted_of_a_mapping_is_read() {
        use Kind::{Drug, Kidney, Part};
        for (text, wanted_is) in [
            ("Does E11.42 risk adjust?", of(Part, &[], false, None)),
            ("HCC for I50.22 in V28?", of(Part, &[28], false, None)),
            ("did I70.0 drop out in V28?", of(Part, &[28], true, None)),
            ("Which HCC is N18.30, PY2026?", of(Part, &[], false, Some(2026))),
            ("Is F32.1 an HCC in payment year 26, V24 vs V28?", of(Part, &[24, 28], false, Some(2026))),
            ("RxHCC for E78.5?", of(Drug, &[], false, None)),
            ("Does N18.6 map in the ESRD model, HCC V24?", of(Kidney, &[24], false, None)),
            ("I70.0 lost its HCC with V28, right?", of(Part, &[28], true, None)),
            ("Is Z89.511 a risk adjusting code", of(Part, &[], false, None)),
            ("RAF category of J44.9?", of(Part, &[], false, None)),
        ] {
            assert_eq!(wanted(text), wanted_is, "{text}");
        }
    }

    #[test]
    fn what_turns_on_the_record_or_another_payer_is_not_asked_of_the_mappings() {
        for text in [
            "Is E11.42 valid?",
            "Is J44.9 an HCC in V24 and RxHCC?",
            "Can E11.42 be captured for HCC from a problem list?",
            "How must E11.42 be documented to risk adjust?",
            "Does an audio visit count for the HCC of I50.22?",
            "Which HHS-HCC is E11.42?",
            "Medicaid risk adjustment for E11.42?",
            "Will adding E11.42 raise the RAF score?",
            "What is the coefficient of the HCC for E11.42?",
            "Patient at risk, E11.42 with 99213",
            "V28.3 in ICD-9?",
        ] {
            assert_eq!(wanted(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_panic(text in "\\PC{0,60}") {
            let _ = wanted(&format!("hcc v28 py {text}"));
        }
    }
}
