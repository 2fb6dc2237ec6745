//! Problems addressed: how many, and of which kind (CPT's guidelines for evaluation and management).

use std::sync::LazyLock;

use regex::Regex;

use super::super::level::Level;
use super::{Found, Rule, highest, is_denied};

use crate::domain::pattern::pattern;

pattern!(
    THREAT,
    r"\bthreat(?:s|ens?|ening)? to (?:his |her |their )?(?:life|limb|bodily function)|\blife[\s-]?threatening\b|\bthreat to (?:life|self|others)\b|\bsuicidal\b[^.?!]{0,24}\bplan\b"
);
pattern!(
    SEVERE,
    r"\bsevere(?:ly)? (?:\w+ ){0,2}(?:exacerbat\w*|progress\w*|side effects?|flare)|\bsevere acute exacerbation\b"
);
pattern!(
    SEVERAL,
    r"\b(?:two|2|three|3|four|4|five|5|multiple|several|both|2\+|two or more|2 or more)\s+(?:\w+[\s,-]+){0,3}chronic\b|\b(?:two|2|three|3|multiple|several)\s+(?:stable|controlled)\s+(?:conditions|illnesses|problems|diseases)\b"
);
pattern!(
    WORSE,
    r"\bexacerbat\w*|\bnot (?:at|to|meeting) (?:treatment )?(?:goal|target)|\buncontrolled\b|\bpoorly[\s-]controlled\b|\bnot (?:well[\s-]?|adequately )?controlled\b|\bworsening\b|\bworse\b|\bprogressi(?:ng|on)\b|\bside effects? of (?:the )?treatment\b|\babove goal\b|\bflar(?:e|ing)\b"
);
pattern!(UNDIAGNOSED, r"\bundiagnosed\b[^.?!]{0,24}\bproblem|\buncertain prognosis\b|\bbreast (?:lump|mass)\b");
pattern!(
    SYSTEMIC,
    r"\bsystemic symptoms?\b|\bacute complicated injur\w+|\bpyelonephritis\b|\bpneumonitis\b|\bhead injury with (?:a )?(?:brief )?loss of consciousness\b"
);
pattern!(
    UNCOMPLICATED,
    r"\bacute,? uncomplicated\b|\buncomplicated (?:acute )?(?:illness|injury|uti|cystitis|problem|urinary)|\b(?:simple|ankle|wrist|knee) sprain\b|\bsimple cystitis\b|\ballergic rhinitis\b|\bacute,? stable illness\b"
);
pattern!(TWO_MINOR, r"\b(?:two|2|three|3|multiple|several)\s+(?:or more\s+)?(?:minor|self[\s-]?limited)\b");
pattern!(
    ONE_STABLE,
    r"\b(?:one|1|a|single)\s+(?:\w+\s+){0,2}(?:stable,? )?chronic,?\s+(?:stable\s+)?(?:illness|condition|problem|disease)\b|\bstable,? chronic (?:illness|condition|problem|disease)\b|\bchronic stable (?:illness|condition|problem|disease)\b"
);
pattern!(MINOR, r"\bself[\s-]?limited\b|\bminor problem\b");
pattern!(STABLE, r"\bstable\b|\b(?:well[\s-]?)?controlled\b|\bat (?:treatment )?goal\b");
pattern!(CHRONIC_WORD, r"\bchronic\b");
pattern!(UNSTABLE_CHRONIC, r"\bunstable\b");
pattern!(
    STATUS_EACH,
    r"\b(?:all|both|each)\b[^.?!]{0,20}\b(?:stable|controlled|at goal)\b|\b(?:stable|controlled|at goal)\b"
);

/// Chronic illnesses by the words that people use, each pattern one illness.
static CHRONIC: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    [
        r"\bhypertension\b|\bhtn\b|\bhigh blood pressure\b",
        r"\bdiabet\w+\b|\bt[12]?dm\b|\bdm ?(?:2|ii)\b",
        r"\bhyperlipidemia\b|\bhld\b|\bhypercholesterolemia\b|\bdyslipidemia\b",
        r"\bcopd\b|\bemphysema\b",
        r"\basthma\b",
        r"\bhypothyroid\w*\b",
        r"\bckd\b|\bchronic kidney disease\b",
        r"\bchf\b|\bheart failure\b",
        r"\bdepression\b|\bmdd\b",
        r"\banxiety\b|\bgad\b",
        r"\bgerd\b|\breflux disease\b",
        r"\bosteoarthritis\b|\brheumatoid arthritis\b",
        r"\bcad\b|\bcoronary artery disease\b",
        r"\bafib\b|\batrial fibrillation\b",
        r"\bgout\b",
        r"\bepilepsy\b|\bseizure disorder\b",
        r"\bmigraines?\b",
        r"\bpsoriasis\b",
        r"\bosteoporosis\b",
        r"\bbipolar\b",
    ]
    .iter()
    .map(|text| Regex::new(text).expect("the pattern is a constant"))
    .collect()
});

/// The level, where the words leave no doubt.
pub(super) fn read(lower: &str) -> Option<Found> {
    let high: [Rule; 2] =
        [(Level::High, &THREAT, "threat to life or function"), (Level::High, &SEVERE, "severe exacerbation")];
    let moderate: [Rule; 2] = [
        (Level::Moderate, &UNDIAGNOSED, "undiagnosed new problem, uncertain prognosis"),
        (Level::Moderate, &SYSTEMIC, "acute illness with systemic symptoms"),
    ];
    let lesser: [Rule; 4] = [
        (Level::Low, &UNCOMPLICATED, "acute uncomplicated problem"),
        (Level::Low, &TWO_MINOR, "two minor problems"),
        (Level::Low, &ONE_STABLE, "one stable chronic illness"),
        (Level::Straightforward, &MINOR, "one minor problem"),
    ];
    highest(lower, &high)
        .or_else(|| chronic(lower).filter(|found| found.level == Level::Moderate))
        .or_else(|| highest(lower, &moderate))
        .or_else(|| chronic(lower))
        .or_else(|| highest(lower, &lesser))
}

/// Chronic illnesses: one that is not at its goal, two stable ones, or one.
fn chronic(lower: &str) -> Option<Found> {
    let named = CHRONIC.iter().filter(|illness| illness.find_iter(lower).any(|m| !is_denied(lower, m.start()))).count();
    let several = SEVERAL.find_iter(lower).any(|m| !is_denied(lower, m.start()));
    let some = named > 0 || several || CHRONIC_WORD.is_match(lower);
    let moderate = |words| Some(Found { level: Level::Moderate, words, open: false });
    if some && WORSE.find_iter(lower).any(|m| !is_denied(lower, m.start())) {
        return moderate("chronic illness not at goal or worsening");
    }
    if UNSTABLE_CHRONIC.is_match(lower) {
        return None;
    }
    if several {
        return moderate("two or more stable chronic illnesses");
    }
    // Names alone say nothing of how the illnesses stand.
    if !STATUS_EACH.is_match(lower) || !STABLE.is_match(lower) {
        return None;
    }
    match named {
        0 => None,
        1 => Some(Found { level: Level::Low, words: "one stable chronic illness", open: false }),
        _ => moderate("two or more stable chronic illnesses"),
    }
}
