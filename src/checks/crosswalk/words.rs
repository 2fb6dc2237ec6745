//! What a question wants of a crosswalk, by its words, and the ICD-9-CM codes that it names.

use crate::domain::pattern::pattern;

pattern!(OLD, r"(?i)\bicd[\s-]?9\b|\bcrosswalk\w*|\bold(?:er)? (?:dx |diagnosis )?codes?\b|\bgems?\b");
pattern!(
    TURNS,
    r"(?i)\bconvert\w*|\bconversion\b|\bbecame\b|\bbecomes?\b|\bmap(?:s|ped|ping)?\b|\bequivalent\b|\bicd-?\s?10(?:-cm)?\s+(?:codes?\s+|dx\s+)?(?:for|of|is|version|equals)\b|\b(?:in|to|into) icd-?\s?10\b|\btranslat\w+"
);
pattern!(
    NINE,
    r"(?i)\b(\d{3}\.\d{1,2}|E\d{3}(?:\.\d)?|V\d{2}(?:\.\d{1,2})?|\d{3})\b|\bicd[\s-]?9(?:-cm)?\s+(?:dx\s+|diagnosis\s+)?(?:codes?\s+)?(\d{4,5}|[EV]\d{3,4})\b"
);
pattern!(
    MEASURE,
    r"(?i)^\s*(?:%|mg|mcg|ml|cc|g|kg|lbs?|units?|dollars?|usd|cm|mm|days?|weeks?|months?|years?|minutes?|hours?|patients?|claims?)\b"
);
pattern!(
    BACK,
    r"(?i)\bicd[\s-]?9(?:-cm)?\s+(?:codes?\s+|dx\s+|equivalent\s+)*(?:for|of|was|is|matches|equals|did)\b|\b(?:in|to|into) icd[\s-]?9\b|\bback (?:in)?to (?:icd[\s-]?)?9\b|\bicd[\s-]?9 (?:equivalent|match|crosswalk|version)\b"
);
pattern!(
    AFTER,
    r"(?i)\breplac\w+|\bsuccessors?\b|\bbecame\b|\bbecomes?\b|\bsplit\b|\bnew codes? (?:for|instead)\b|\bnow (?:[A-Z]\d|called|coded|reported|what|which)|\bexpanded\b|\bturned into\b|\bconvert\w*|\bconversion\b|\bcrosswalk\w*"
);
pattern!(
    BEFORE,
    r"(?i)\b(?:was|were)\b(?:[^.?!]|\.\w){0,40}\b(?:before|previously|formerly|prior)\b|\bused to be\b|\bpredecessor\b|\bprevious(?:ly)? (?:codes?|reported|coded)\b|\bwhat did [^?]{0,20} replace\b|\bbefore (?:it|that)\b"
);
pattern!(
    SINCE,
    r"(?i)\b(?:when|since when|what date|as of when|from when)\b[^?!]{0,60}\b(?:start\w*|new|effective|beg[ai]n\w*|valid|added|introduced|split|replaced)\b"
);
pattern!(
    STILL,
    r"(?i)\bstill\b|\bcan (?:we|i|you) (?:bill|use|submit|report)\b|\baccept\w*|\bworkers'? comp\w*|\bicd-?\s?9 (?:claim|date|payer)"
);
pattern!(
    YES_NO,
    r"(?i)(?:^|[.?!,;:\n]\s*|\b(?:and|so|but|or|then|hi|hello)\s+)(?:can|may|does|do|is|are|was|were|will|did|would|should|must|has|have|could|isn't|doesn't|can't)\b(?:[^.?!\n]|\.\w)*\?"
);

/// What is wanted of a code of ICD-10-CM.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum History {
    /// What it became.
    After,
    /// What it was.
    Before,
    /// Its ICD-9-CM code.
    Back,
}

/// What the words want of the codes of ICD-10-CM that they name; `None` where it is nothing of the kind.
pub fn history(text: &str) -> Option<History> {
    if BACK.is_match(text) {
        Some(History::Back)
    } else if BEFORE.is_match(text) || SINCE.is_match(text) {
        Some(History::Before)
    } else {
        AFTER.is_match(text).then_some(History::After)
    }
}

/// True for a question that asks for yes or no.
pub fn is_yes_no(text: &str) -> bool {
    YES_NO.is_match(text)
}

/// The ICD-9-CM codes of a question that asks what they are now, with their dots, each once. Whether there are such
/// codes is for the table to say.
pub fn nines(text: &str) -> Vec<String> {
    let old = OLD.is_match(text);
    if STILL.is_match(text) || !(old || TURNS.is_match(text)) {
        return Vec::new();
    }
    let mut found: Vec<String> = Vec::new();
    for captures in NINE.captures_iter(text) {
        let (Some(whole), Some(code)) = (captures.get(0), captures.get(1).or(captures.get(2))) else { continue };
        let (before, behind) = (&text[..whole.start()], &text[whole.end()..]);
        let glued = before.ends_with(['$', '.', '-', '/', '#']) || behind.starts_with(['-', '/']);
        let longer = behind.starts_with('.') && behind[1..].starts_with(|c: char| c.is_alphanumeric());
        // Three digits, and a letter with digits, mean many other things.
        let plain = !code.as_str().contains('.') && !old;
        let label = ["icd ", "icd-", "cpt ", "drg ", "hcc ", "pos "];
        let labelled = label.iter().any(|label| before.to_lowercase().ends_with(label)) && captures.get(2).is_none();
        if glued || longer || plain || labelled || MEASURE.is_match(behind) {
            continue;
        }
        let dotted = dotted(code.as_str());
        if !found.contains(&dotted) {
            found.push(dotted);
        }
    }
    found
}

/// The usual writing: a dot behind three characters, behind four of an `E` code.
fn dotted(text: &str) -> String {
    let upper = text.to_ascii_uppercase();
    let before = if upper.starts_with('E') { 4 } else { 3 };
    match upper.split_at_checked(before) {
        Some((category, rest)) if !rest.is_empty() && !rest.starts_with('.') => format!("{category}.{rest}"),
        _ => upper,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn old_codes_are_read_where_a_crosswalk_is_asked_for() {
        for (text, codes) in [
            ("ICD-10 for 250.00?", vec!["250.00"]),
            ("What did 401.9 become?", vec!["401.9"]),
            ("Crosswalk V58.67 please", vec!["V58.67"]),
            ("Old code E885.9, what is it in ICD-10?", vec!["E885.9"]),
            ("GEM for 428.0 and 585.3", vec!["428.0", "585.3"]),
            ("convert ICD-9 496 to ICD-10", vec!["496"]),
            ("ICD9 code 25000 in ICD-10?", vec!["250.00"]),
            ("icd-9 4019 what is it now", vec!["401.9"]),
            ("What does 724.2 map to?", vec!["724.2"]),
            ("equivalent of 813.41?", vec!["813.41"]),
        ] {
            assert_eq!(nines(text), codes, "{text}");
        }
    }

    #[test]
    fn other_numbers_are_no_old_codes() {
        for text in [
            "The fee is 250.00, can we bill it?",
            "ICD-10 for a charge of $250.00?",
            "Convert 250.00 mg to units",
            "Is 401.9 still valid?",
            "Can we use 401.9 for workers' comp, ICD-9?",
            "ICD-10 code for patient 311?",
            "How do I convert 120 units?",
            "HCC 108 in V24?",
            "What does E11.9 map to?",
            "99213 with 250.00 paid",
            "",
        ] {
            assert_eq!(nines(text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn what_is_wanted_of_a_code_is_read() {
        for (text, wanted) in [
            ("What replaced M54.5?", Some(History::After)),
            ("Is N18.3 now N18.30?", Some(History::After)),
            ("What was N18.30 before?", Some(History::Before)),
            ("When did M54.50 become effective?", Some(History::Before)),
            ("ICD-9 for E11.9?", Some(History::Back)),
            ("What is E11.9 in ICD-9?", Some(History::Back)),
            ("Is E11.9 valid?", None),
            ("Can I50.9 go with I10?", None),
        ] {
            assert_eq!(history(text), wanted, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_panic(text in "\\PC{0,60}", tail in "[0-9EV.$ -]{0,20}") {
            let _ = (nines(&format!("icd-9 {text}{tail}")), history(&text), is_yes_no(&text));
        }
    }
}
