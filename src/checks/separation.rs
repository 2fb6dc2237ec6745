//! What a question says about the two services of an edit: that they were apart, that they were one, or nothing.

/// What the question says about the two services of an edit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Separation {
    /// It names another lesion, site, side, session or practitioner.
    Separate,
    /// It says that both concern the same lesion or site.
    Same,
    /// It does not say.
    Unsaid,
}

/// What the question says about the two services of an edit.
pub fn separation(text: &str) -> Separation {
    const LESIONS: [&str; 8] = ["lesion", "polyp", "site", "location", "nodule", "mass", "tumor", "ulcer"];
    const PLACES: [&str; 26] = [
        "side",
        "knee",
        "shoulder",
        "hip",
        "finger",
        "toe",
        "leg",
        "arm",
        "area",
        "wound",
        "organ",
        "joint",
        "compartment",
        "vessel",
        "eye",
        "breast",
        "level",
        "segment",
        "region",
        "incision",
        "foot",
        "hand",
        "elbow",
        "wrist",
        "ankle",
        "body",
    ];
    const VISITS: [&str; 2] = ["session", "encounter"];
    let text = text.to_lowercase();
    let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let said = |openers: &[&str], nouns: &[&str]| {
        words.iter().enumerate().any(|(n, word)| {
            let denied = words[..n].iter().rev().take(2).any(|before| ["not", "no", "without"].contains(before));
            openers.contains(word) && !denied && {
                let reach = words[n + 1..].iter().take(3);
                let found =
                    reach.map(|next| (nouns.iter().any(|noun| is_one_or_more(next, noun)), ENDS.contains(next)));
                found.into_iter().find(|(noun, end)| *noun || *end).is_some_and(|(noun, _)| noun)
            }
        })
    };
    let apart = ["separate", "different", "another", "other", "distinct", "second", "opposite", "contralateral"];
    let separate = said(&apart, &LESIONS) || said(&apart, &PLACES) || said(&apart, &VISITS);
    match (said(&["same"], &LESIONS) || said(&["same"], &PLACES), separate) {
        (false, true) => Separation::Separate,
        (true, false) => Separation::Same,
        // Another compartment of the same knee: which of the two the edit turns on is for the note to say.
        (true, true) | (false, false) => Separation::Unsaid,
    }
}

/// Words at which the reach of `same` or `different` ends: "same session, different lesions" is not "same lesions".
const ENDS: [&str; 14] = [
    "same",
    "separate",
    "different",
    "another",
    "other",
    "distinct",
    "second",
    "opposite",
    "contralateral",
    "session",
    "encounter",
    "day",
    "visit",
    "date",
];

/// `polyp` and `polyps`, but not `polypectomy`: "same session, snare polypectomy" is not "same polyp".
fn is_one_or_more(word: &str, noun: &str) -> bool {
    matches!(word.strip_prefix(noun), Some("" | "s" | "es"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_question_says_of_two_services_is_read_with_care() {
        for (text, expected) in [
            ("snare polypectomy 45385 and biopsy 45380 of another polyp", Separation::Separate),
            ("45385 and 45380 same session, different lesions", Separation::Separate),
            ("Same session, snare polypectomy 45385 and biopsy 45380 of another polyp", Separation::Separate),
            ("same day, different knees", Separation::Separate),
            ("45385 with 45380 on the same polyp", Separation::Same),
            ("29881 with 29877 on the same knee", Separation::Same),
            ("Can 45385 and 45380 be billed together on the same day?", Separation::Unsaid),
            ("same session, Medicare", Separation::Unsaid),
            ("not a separate lesion", Separation::Unsaid),
            ("Same session, snare polypectomy 45385 and biopsy 45380 of another polyp", Separation::Separate),
            ("same knee, different compartment", Separation::Unsaid),
        ] {
            assert_eq!(separation(text), expected, "{text}");
        }
    }
}
