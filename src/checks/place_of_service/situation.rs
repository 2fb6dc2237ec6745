//! Which place a question describes, from its words: the most specific one, and none where several are spoken of.

use std::sync::LazyLock;

use regex::Regex;

macro_rules! patterns {
    ($name:ident: $(($pattern:expr, $codes:expr)),+ $(,)?) => {
        static $name: LazyLock<Vec<(Regex, &'static [&'static str])>> = LazyLock::new(|| {
            vec![$((crate::domain::pattern::constant($pattern), $codes as &[&str])),+]
        });
    };
}

// What a place is called, and its code: several where one more fact decides.
patterns! { SPECIFIC:
    (r"assisted living", &["13"]),
    (r"group home", &["14"]),
    (r"mobile (?:unit|van|clinic|mammo\w*)", &["15"]),
    (r"\bhotel|cruise|camp ?ground|hostel|temporary lodging", &["16"]),
    (r"retail (?:health )?clinic|minute ?clinic|walk-?in (?:retail|clinic)", &["17"]),
    (r"work ?site|workplace|place of employment", &["18"]),
    (r"urgent care", &["20"]),
    (r"emergency (?:room|dep\w+)|\ber\b", &["23"]),
    (r"ambulatory surg\w+|\bascs?\b|surgery center|surgical center", &["24"]),
    (r"birth(?:ing)? center", &["25"]),
    (r"military (?:treatment|hospital|facility)", &["26"]),
    (r"street medicine|on the street|encampment|outreach site", &["27"]),
    (r"homeless shelter", &["04"]),
    (r"skilled nursing|\bsnf\b|nursing (?:home|facility)", &["31", "32"]),
    (r"custodial care|board and care|adult foster", &["33"]),
    (r"inpatient hospice|hospice (?:inpatient|facility|unit)|respite stay", &["34"]),
    (r"(?:air|water) ambulance|helicopter|medevac", &["42"]),
    (r"(?:ground|land) ambulance", &["41"]),
    (r"independent clinic", &["49"]),
    (r"\bfqhc\b|federally qualified", &["50"]),
    (r"inpatient psych\w*|psych\w* (?:hospital|inpatient)", &["51"]),
    (r"partial hospitali[sz]ation", &["52"]),
    (r"community mental health|\bcmhc\b", &["53"]),
    (r"intermediate care|\bicf\b", &["54"]),
    (r"residential (?:substance|addiction|drug|alcohol)", &["55"]),
    (r"psychiatric residential", &["56"]),
    (r"non-?residential substance|outpatient (?:substance|addiction)", &["57"]),
    (r"opioid treatment (?:program|facility|center)|methadone clinic|\botp\b", &["58"]),
    (r"mass immuni[sz]ation|(?:flu|vaccin\w+) (?:clinic|drive|event)", &["60"]),
    (r"inpatient rehab\w*|\birf\b|rehab\w* hospital", &["61"]),
    (r"\bcorf\b|outpatient rehab\w* facility", &["62"]),
    (r"dialysis (?:center|clinic|facility|unit)|\besrd (?:center|clinic|facility)", &["65"]),
    (r"\bpace (?:center|program)", &["66"]),
    (r"public health clinic|health department", &["71"]),
    (r"rural health clinic|\brhcs?\b", &["72"]),
    (r"independent lab\w*|reference lab\w*", &["81"]),
    (r"\bschools?\b", &["03"]),
    (r"\bpharmacy\b", &["01"]),
    (r"prison|\bjail|correctional", &["09"]),
    (r"off[- ]?campus", &["19"]),
    (r"on[- ]?campus", &["22"]),
}

// Looked at where nothing specific is named.
patterns! { GENERAL:
    (r"\binpatient|admitted (?:to|at|in)|hospital (?:stay|admission|ward)|hospitali[sz]ed|\bicu\b", &["21"]),
    (r"hospital outpatient|outpatient (?:hospital|department)|provider[- ]based|hospital[- ](?:owned|based)|observation|\bhopd\b", &["22", "19"]),
    (r"\b(?:physician|doctor)(?:'s|s')? office|private (?:practice|office)|\bin (?:the|our|my|an|his|her) (?:own )?(?:office|practice)\b|freestanding (?:clinic|office|practice)|\boffice (?:visit|setting|procedure)s?\b", &["11"]),
    (r"house ?call|home visit|(?:patient'?s?|his|her|their|private) (?:home|house|apartment)|\bat home\b|private residence|\bin the home\b", &["12"]),
}

static TELEHEALTH: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"tele-?(?:health|medicine|visit|psych\w*)|(?:video|virtual|audio[- ]only) (?:visit|call|encounter)|by (?:video|phone)")
        .expect("the pattern is a constant")
});
static AT_HOME: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\b(?:at|from|in) (?:the |their |his |her |a )?(?:patient'?s? )?(?:own )?(?:home|house|apartment|residence|couch|living room)\b|\bhome telehealth|\bpatient(?:s)? (?:is|was|are|were) (?:at )?home")
        .expect("the pattern is a constant")
});
static NOT_HOME: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\bnot (?:at |in )?(?:the |their |his |her )?home|other than (?:the |their |his |her )?(?:patient'?s )?home|outside (?:the |their )?home|(?:at|from|in) (?:a |the |our |another |her |his |their )?(?:\w+ )?(?:clinic|office|hospital|facility|school|work|car|snf|originating site)\b")
        .expect("the pattern is a constant")
});
static PROVIDER_HOME: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:provider|physician|doctor|clinician|therapist|np|we|i)\b[^.?!]{0,24}\b(?:home|house)\b")
        .expect("the pattern is a constant")
});
static PART_A: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"part a|skilled (?:stay|bed|days|level)|medicare stay|rehab stay").expect("the pattern is a constant")
});
static NO_PART_A: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:no|not|without|non|exhausted)\W+(?:\w+\s+){0,3}part a|part a (?:is |was |has |days? )*(?:exhaust|used up|ended|over)\w*|long[- ]term (?:care|resident|stay)|custodial")
        .expect("the pattern is a constant")
});

/// What a question describes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Situation {
    /// One place.
    Place(&'static str),
    /// Telehealth, and it is not said where the patient was.
    Telehealth,
    /// A place of which one more fact decides between two codes.
    Between(&'static str, &'static str),
    /// None, or several.
    Unclear,
}

/// Reads it.
pub(super) fn read(text: &str) -> Situation {
    let lower = text.to_lowercase().replace('\u{2019}', "'");
    if TELEHEALTH.is_match(&lower) {
        return match (AT_HOME.is_match(&lower), NOT_HOME.is_match(&lower)) {
            (true, false) if !PROVIDER_HOME.is_match(&lower) => Situation::Place("10"),
            (false, true) => Situation::Place("02"),
            (false, false) => Situation::Telehealth,
            _ => Situation::Unclear,
        };
    }
    let named = |list: &[(Regex, &'static [&'static str])]| -> Vec<&'static [&'static str]> {
        list.iter().filter(|(pattern, _)| pattern.is_match(&lower)).map(|(_, codes)| *codes).collect()
    };
    let specific = named(&SPECIFIC);
    let found = if specific.is_empty() { named(&GENERAL) } else { specific };
    match found.as_slice() {
        [["31", "32"]] if NO_PART_A.is_match(&lower) => Situation::Place("32"),
        [["31", "32"]] if PART_A.is_match(&lower) => Situation::Place("31"),
        [[only]] => Situation::Place(only),
        [[one, two]] => Situation::Between(one, two),
        // A registered inpatient is one wherever he is met.
        [["21"], ["11"] | ["12"]] => Situation::Place("21"),
        [["22", "19"], ["11"]] => Situation::Between("22", "19"),
        _ => Situation::Unclear,
    }
}

/// The fact that decides between two codes, as a question back.
pub(super) fn deciding(one: &str, two: &str) -> Option<&'static str> {
    Some(match (one, two) {
        ("31", "32") => "Was the patient in a skilled stay covered by Part A on that date?",
        ("22", "19") => "Is the department on the hospital's main campus or off campus?",
        _ => return None,
    })
}
