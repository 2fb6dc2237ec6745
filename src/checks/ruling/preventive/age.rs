//! Ages, and whether the patient is new, as a question states them (CPT, evaluation and management: the age bands of
//! the preventive codes, and three years for a new patient).

use crate::checks::ruling::wounds::measure::number;
use crate::domain::pattern::pattern;

pattern!(
    YEARS,
    r"\b(\d{1,3})[\s-]*(?:years?|yrs?)[\s-]*olds?\b|\b(\d{1,3})[\s-]*(?:y/?o|yo)\b|\b(?:age[ds]?|turned|turning)\s*:?\s*(\d{1,3})\b|\b(?:patient|pt|man|woman|male|female|boy|girl|adult|teen|teenager)\s*,?\s+(?:who is\s+|is\s+|aged?\s+)?(\d{1,3})\b(?:\s*[,.;?)]|\s+(?:comes|came|is|has|seen|for|with|here|presents)\b|$)|\b(\d{1,3})[\s-]*(?:[mf])\b|\b(\d{1,3})[\s-]year[\s-]olds?\b"
);
pattern!(
    MONTHS,
    r"\b(\d{1,2}|two|four|six|nine|twelve|fifteen|eighteen)[\s-]*(?:months?|mos?\.?)[\s-]*(?:olds?|wellness|well|check\w*|visit|wcc|baby|infant)\b"
);
pattern!(WEEKS, r"\b\d{1,2}[\s-]*(?:weeks?|wks?|days?)[\s-]*olds?\b|\bnewborns?\b|\bneonates?\b");
pattern!(
    NEW,
    r"\bnew (?:\w+ )?(?:patients?|pts?)\b|\bnew to (?:our|the|this|my) (?:practice|office|clinic|group)\b|\bnever (?:been )?seen\b|\bfirst time (?:here|at (?:our|the|this) (?:office|practice|clinic))\b"
);
pattern!(
    ESTABLISHED,
    r"\bestablished\b|\best\.? (?:patients?|pts?)\b|\bexisting (?:patients?|pts?)\b|\breturning (?:patients?|pts?)\b|\bnot new\b"
);
pattern!(
    LAST_SEEN,
    r"\b(?:last (?:seen|visit\w*|came|was (?:here|seen))|(?:was |been )?seen (?:here|in (?:our|the) (?:office|practice|clinic)|by (?:us|me|our \w+))|saw (?:her|him|them|us))\b[^.?!]{0,40}?\b(\d{1,2}|one|two|three|four|five|six|seven|eight|ten|a|several)\s+(years?|months?)\s+ago\b"
);
pattern!(
    NOT_SEEN,
    r"\b(?:not|n't|hasn't|haven't|never)\b[^.?!]{0,30}\b(?:seen|been|come|visited)\b[^.?!]{0,30}\b(?:in|for|within)\s+(?:over\s+|more than\s+|about\s+|the (?:past|last)\s+)*(\d{1,2}|two|three|four|five|six|seven|eight|ten)\s+years\b"
);
pattern!(OVER, r"\b(?:over|more than)\b");
pattern!(
    BOTH,
    r"\bnew (?:or|vs\.?|versus) established\b|\bestablished (?:or|vs\.?|versus) new\b|\bconsidered new\b|\bnew patient or\b|\bnew (?:problem|complaint|issue|symptom|medication|diagnos\w+|insurance|year)s?\b"
);

/// New or established.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// Not seen by the group's specialty within three years.
    New,
    /// Seen within three years.
    Established,
}

/// First year of each band; the bands of a group of codes in their order.
pub(super) const BANDS: [u32; 7] = [0, 1, 5, 12, 18, 40, 65];

/// The band of an age, from 0.
pub(super) fn band(age: u32) -> usize {
    BANDS.iter().rposition(|from| age >= *from).unwrap_or(0)
}

/// The band in words.
pub(super) fn band_words(band: usize) -> &'static str {
    const WORDS: [&str; 7] = ["under 1", "1 to 4", "5 to 11", "12 to 17", "18 to 39", "40 to 64", "65 and over"];
    WORDS[band.min(WORDS.len() - 1)]
}

/// The age in full years; nothing where none is said, `None` where several are.
#[expect(clippy::option_option, reason = "no age and several ages are two things")]
pub(super) fn age(lower: &str) -> Option<Option<u32>> {
    let mut ages: Vec<u32> = Vec::new();
    for found in YEARS.captures_iter(lower) {
        let said = found.iter().skip(1).flatten().filter_map(|m| m.as_str().parse::<u32>().ok());
        ages.extend(said.filter(|age| *age <= 115));
    }
    for found in MONTHS.captures_iter(lower) {
        ages.extend(number(&found[1]).map(|months| months / 12));
    }
    if WEEKS.is_match(lower) {
        ages.push(0);
    }
    ages.sort_unstable();
    ages.dedup();
    match ages[..] {
        [] => Some(None),
        [age] => Some(Some(age)),
        _ => None,
    }
}

/// New or established; nothing where it is not said or could be either.
pub(super) fn standing(lower: &str) -> Option<Standing> {
    if let Some(found) = LAST_SEEN.captures(lower) {
        let many = number(&found[1])?;
        let years = if found[2].starts_with("year") { many } else { many / 12 };
        // Three years ago to the month is neither within nor beyond three years until the date is known.
        return match years {
            0..3 => Some(Standing::Established),
            3 => OVER.is_match(&found[0]).then_some(Standing::New),
            _ => Some(Standing::New),
        };
    }
    if let Some(found) = NOT_SEEN.captures(lower) {
        return (number(&found[1])? >= 3).then_some(Standing::New);
    }
    let rest = BOTH.replace_all(lower, " ");
    match (NEW.is_match(&rest), ESTABLISHED.is_match(&rest)) {
        (true, false) => Some(Standing::New),
        (false, true) => Some(Standing::Established),
        _ => None,
    }
}

/// The preventive code of a band.
pub(super) fn code(standing: Standing, band: usize) -> &'static str {
    const NEW: [&str; 7] = ["99381", "99382", "99383", "99384", "99385", "99386", "99387"];
    const ESTABLISHED: [&str; 7] = ["99391", "99392", "99393", "99394", "99395", "99396", "99397"];
    let codes = match standing {
        Standing::New => NEW,
        Standing::Established => ESTABLISHED,
    };
    codes[band.min(codes.len() - 1)]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn ages_are_read_in_years() {
        for (text, expected) in [
            ("a 45-year-old woman", Some(Some(45))),
            ("well child, 15 month old", Some(Some(1))),
            ("9-month well visit", Some(Some(0))),
            ("newborn check", Some(Some(0))),
            ("67 yo male", Some(Some(67))),
            ("woman, 52, comes for", Some(Some(52))),
            ("annual exam", Some(None)),
            ("a 3-year-old and a 12-year-old", None),
            ("seen 3 years ago", Some(None)),
        ] {
            assert_eq!(age(text), expected, "{text}");
        }
    }

    #[test]
    fn three_years_decide_who_is_new() {
        for (text, expected) in [
            ("new patient", Some(Standing::New)),
            ("established patient with a new problem", Some(Standing::Established)),
            ("last seen 4 years ago", Some(Standing::New)),
            ("she was last seen in our office two years ago", Some(Standing::Established)),
            ("last seen three years ago", None),
            ("has not been seen in over 3 years", Some(Standing::New)),
            ("is it new or established?", None),
            ("annual physical", None),
        ] {
            assert_eq!(standing(text), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn an_older_patient_never_gets_a_lower_code(a in 0_u32..120, b in 0_u32..120) {
            let (young, old) = (band(a.min(b)), band(a.max(b)));
            prop_assert!(code(Standing::New, young) <= code(Standing::New, old));
            prop_assert!(code(Standing::Established, young) <= code(Standing::Established, old));
            prop_assert!(BANDS[band(a)] <= a && BANDS.get(band(a) + 1).is_none_or(|next| a < *next));
        }
    }
}
