//! Both sides for Medicare: one line with 50 and one unit where the indicator is 1 (Claims Processing Manual, chapter
//! 12, section 40.7.B); each side in full where it is 3; never where it is 0, 2 or 9.

use super::{Answer, Found};
use crate::checks::payment::wording::{self, Asked};
use crate::domain::draft::Verdict;
use crate::domain::pattern::pattern;

pattern!(
    TWICE,
    r"(?i)\btwice\b|\b[x×]\s?2\b|\b(?:two|2) (?:units?|lines?|times)\b|\bdouble\b|\bseparate(?:ly)?\b|\beach\b"
);
pattern!(
    BY_ITSELF,
    r"(?i)\bis\s+(?:(?:cpt|hcpcs|code)\s+)*[0-9A-Z]\d{3}[0-9A-Z]\s+(?:(?:an?|inherently|already|considered|defined as|always|valued as)\s+){0,3}bilateral(?:\s+(?:code|procedure|service|by definition|(?:for|per|under) medicare|already))*\s*(?:[?.]|$)"
);
pattern!(
    DISEASE,
    r"(?i)\bbilateral\w*\s+(?:\w+\s+){0,2}(?:oa|osteo\w*|arthritis|pain|disease|effusions?|swelling|cataracts?|glaucoma)\b"
);
pattern!(BOTH, r"(?i)\b(?:left and right|right and left|rt and lt|lt and rt|rt/lt|lt/rt)\b");
pattern!(ONE_SIDE, r"(?i)\b(?:left|right|unilateral(?:ly)?|one side|single side|contralateral)\b");
pattern!(PARTS, r"(?i)\b(?:fingers?|thumbs?|toes?|digits?|eyelids?|lids?|nails?|levels?|lesions?|polyps?)\b");

/// The answer; `None` where the words leave open what was done.
pub(super) fn answer(asked: &Asked<'_>, found: &Found<'_>) -> Option<Answer> {
    let text = asked.text.as_str();
    // A side besides both sides, and parts that have modifiers of their own, are a question of more than 50.
    if ONE_SIDE.is_match(&BOTH.replace_all(text, " ")) || PARTS.is_match(text) || DISEASE.is_match(text) {
        return None;
    }
    let both = wording::is_both_sides(text) || (asked.names("LT") && asked.names("RT"));
    let fifty = asked.names("50");
    let sides = asked.names("LT") || asked.names("RT");
    // Films and tests of both sides often have a code of their own, which no indicator tells.
    if found.indicator == "3" && !fifty && !BY_ITSELF.is_match(text) {
        return None;
    }
    if asked.whether() && !sides {
        if BY_ITSELF.is_match(text) && !fifty {
            return Some(by_itself(asked, found));
        }
        return whether(asked, found, both, fifty);
    }
    if asked.whether() || !asked.how() || !(both || fifty) {
        return None;
    }
    way(asked, found, None)
}

/// Whether the code covers both sides by itself.
fn by_itself(asked: &Asked<'_>, found: &Found<'_>) -> Answer {
    let code = asked.code;
    let (verdict, say) = match found.indicator {
        "2" => (
            Verdict::Yes,
            format!(
                "Yes. For Medicare {code} is already valued for both sides (bilateral indicator 2): 1 unit, without 50, paid once at 100 percent. Another payer may read the code's own words differently."
            ),
        ),
        "1" => (
            Verdict::No,
            format!(
                "No. By itself {code} is one side (bilateral indicator 1); done on both sides it is {code}-50 on one line with 1 unit, paid at 150 percent."
            ),
        ),
        "3" => (
            Verdict::No,
            format!(
                "No. By itself {code} is one side (bilateral indicator 3); done on both sides each side is paid at 100 percent."
            ),
        ),
        _ => (Verdict::No, format!("No. {}", found.sentence(asked))),
    };
    Answer::new(Some(verdict), found.indicator, say)
}

/// Whether 50, or both sides, may be billed.
fn whether(asked: &Asked<'_>, found: &Found<'_>, both: bool, fifty: bool) -> Option<Answer> {
    let twice = TWICE.is_match(&asked.text) || asked.units.is_some_and(|units| units > 1);
    let denied = !matches!(found.indicator, "1" | "3");
    match (fifty, both) {
        (false, false) => None,
        (true, _) if denied => Some(found.answer(asked, Verdict::No)),
        // That a code needs 50 is true where both sides were done.
        (true, false) if asked.needs() => None,
        (_, _) if twice && found.indicator == "1" => way(asked, found, Some(Verdict::No)),
        (false, true) if twice && found.indicator == "2" => way(asked, found, Some(Verdict::No)),
        (_, _) if twice => None,
        (false, true) if denied => {
            let named = asked.text.to_lowercase().contains("bilateral") && found.indicator != "2";
            named.then(|| found.answer(asked, Verdict::No))
        }
        _ => way(asked, found, Some(Verdict::Yes)),
    }
}

/// How both sides go on the claim.
fn way(asked: &Asked<'_>, found: &Found<'_>, verdict: Option<Verdict>) -> Option<Answer> {
    let code = asked.code;
    let word = match verdict {
        Some(Verdict::Yes) => "Yes. ",
        Some(Verdict::No) => "No, not twice. ",
        _ => "",
    };
    let (say, label, modifiers): (String, &str, &[&str]) = match found.indicator {
        "1" => (
            format!(
                "{word}{code} has bilateral indicator 1: for Medicare both sides go on one line, {code}-50 with 1 unit, and are paid at 150 percent of the fee schedule amount."
            ),
            "50",
            &["50"],
        ),
        "3" => (
            format!(
                "{word}{code} has bilateral indicator 3: both sides may go on one line, {code}-50 with 1 unit, and each side is paid at 100 percent. The 150 percent rule does not apply; a contractor may prefer RT and LT on two lines."
            ),
            "50",
            &["50"],
        ),
        "2" => (
            format!(
                "{word}{code} has bilateral indicator 2: its value already covers both sides, so bill it once, 1 unit without 50, RT or LT, paid at 100 percent."
            ),
            "1",
            &[],
        ),
        _ => return None,
    };
    Some(Answer::new(verdict, label, say).line(asked, modifiers, "bill"))
}
