//! What one unit is of services that are counted by sessions or by antibodies: a limit of the MUE table is no permission
//! to bill up to it. NCCI Policy Manual, chapter XI, section C (psychotherapy), and chapter X, section M
//! (immunohistochemistry, by antibody and specimen).

use super::time_units::answer::{Answer, is_yes_no, lines, verdict, written};
use super::time_units::number;
use crate::corpus::Corpus;
use crate::domain::draft::Verdict;
use crate::domain::inquiry::{Inquiry, Mention};
use crate::domain::pattern::pattern;
use crate::domain::ruling::Ruling;

pattern!(
    SESSIONS,
    r"(?i)\b(?:(?:two|2|separate|both|different) (?:\w+ )?(?:sessions|times|encounters)|(?:second|another|separate) session|morning and (?:the )?(?:afternoon|evening)|am and pm|twice)\b"
);
pattern!(STAINS, r"(?i)\b(?:immuno\w*|ihcs?|antibod\w*|stains?)\b|\b8834[12]\b");
pattern!(
    ANTIBODIES,
    r"(?i)\b(\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten)\s+(?:\w+\s+){0,2}(?:antibod\w+|immunostains?|ihcs?|ihc stains?|immuno\w* stains?|markers?)\b"
);
pattern!(
    SPECIMENS,
    r"(?i)\b(?:(\d{1,2}|two|three|four|five|six)\s+(?:\w+\s+){0,2}(?:specimens|jars|containers|biopsies)|(?:one|1|single|same|the same|a)\s+(?:\w+\s+)?(?:specimen|jar|container|biopsy|block))\b"
);
pattern!(EACH, r"(?i)\b(?:each|every|per)\s+(?:specimen|jar|container|biopsy)\b|\bon each\b|\bon both\b");

const PSYCHOTHERAPY: [(&str, &str); 6] = [
    ("90832", "16 to 37 minutes"),
    ("90834", "38 to 52 minutes"),
    ("90837", "53 minutes and more"),
    ("90833", "16 to 37 minutes beside a visit"),
    ("90836", "38 to 52 minutes beside a visit"),
    ("90838", "53 minutes and more beside a visit"),
];

/// True where a question of units turns on what the unit is, and the limit settles nothing.
pub fn governs(inquiry: &Inquiry) -> bool {
    let code = |code: &str| code == "88342" || PSYCHOTHERAPY.iter().any(|(known, _)| *known == code);
    inquiry.mentions.iter().any(|mention| is_several(mention) && code(mention.code.as_str()))
}

fn is_several(mention: &Mention) -> bool {
    mention.units.is_some_and(|units| units > 1)
}

/// The answer.
pub fn find(corpus: &Corpus, inquiry: &Inquiry) -> Option<Ruling> {
    sessions(inquiry).or_else(|| antibodies(inquiry))?.ruling(corpus, inquiry)
}

fn sessions(inquiry: &Inquiry) -> Option<Answer> {
    let mention = inquiry.mentions.iter().find(|mention| is_several(mention))?;
    let (code, minutes) = PSYCHOTHERAPY.into_iter().find(|(code, _)| *code == mention.code.as_str())?;
    if SESSIONS.is_match(&inquiry.text) || !is_yes_no(inquiry) {
        return None;
    }
    Some(Answer {
        rule: "one unit a session",
        cards: vec!["psychotherapy-time"],
        verdict: Some(Verdict::No),
        label: Some("1".to_owned()),
        lines: lines(&[(code, 1)]),
        say: format!(
            "{code} is one unit a session, chosen by the minutes of that session ({minutes}): a longer session makes no second unit. A unit limit above one is for a second, separate session of the day with its own note and times."
        ),
        ..Answer::default()
    })
}

fn antibodies(inquiry: &Inquiry) -> Option<Answer> {
    let text = inquiry.text.as_str();
    let mention = inquiry.mentions.iter().find(|mention| mention.code.as_str() == "88342");
    if !STAINS.is_match(text) || mention.is_none() && !text.to_lowercase().contains("immuno") {
        return None;
    }
    let rule = "88342 is the first antibody of a specimen, and 88341 each further one on the same specimen, however many blocks or slides";
    let counted = |found: &str| number(&found.to_lowercase());
    let stated = ANTIBODIES.captures(text).and_then(|found| counted(&found[1]));
    let place = SPECIMENS.captures(text);
    let specimens = place.as_ref().map(|found| found.get(1).map_or(Some(1), |many| counted(many.as_str())));
    let (antibodies, specimens) = match (stated, specimens.flatten()) {
        (Some(antibodies), Some(1)) => (antibodies, 1),
        // So many on each of so many specimens; else who knows which stood on which.
        (Some(antibodies), Some(specimens)) if EACH.is_match(text) => (antibodies, specimens),
        (None, None) if is_several(mention?) && text.contains('?') => {
            return Some(Answer {
                rule: "antibodies and specimens",
                cards: vec!["pathology-units"],
                verdict: Some(Verdict::Depends),
                label: Some("specimens".to_owned()),
                say: format!(
                    "Units of 88342 count specimens: {rule}. More than one unit of 88342 needs as many specimens."
                ),
                ..Answer::default()
            });
        }
        _ => return None,
    };
    if antibodies == 0 || specimens == 0 {
        return None;
    }
    let lines = lines(&[("88342", specimens), ("88341", (antibodies - 1).checked_mul(specimens)?)]);
    // `3 units of 88342?` proposes them.
    let several = mention.filter(|mention| is_several(mention) && mention.units != Some(specimens));
    let claims_more = several.map(|_| Verdict::No);
    let each = if specimens == 1 { "one specimen".to_owned() } else { format!("each of {specimens} specimens") };
    Some(Answer {
        rule: "antibodies and specimens",
        cards: vec!["pathology-units"],
        verdict: verdict(inquiry, |code| matches!(code, "88341" | "88342"), &lines).or(claims_more),
        label: Some(written(&lines)),
        say: format!("{antibodies} antibodies on {each} are {}: {rule}.", written(&lines)),
        lines,
        ..Answer::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::tests::inquiry;
    use crate::corpus::starter_for_tests as corpus;

    fn found(text: &str) -> Option<Ruling> {
        find(corpus(), &inquiry(text))
    }

    #[test]
    fn psychotherapy_is_one_unit_a_session() {
        for text in
            ["Can I bill two units of 90837?", "Is 90837 x2 ok for a two hour session?", "90834, 2 units, allowed?"]
        {
            let ruling = found(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!((ruling.verdict, ruling.lines[0].units), (Some(Verdict::No), 1), "{text}");
        }
        for other in ["Is 90837 ok?", "90837 x2 for two separate sessions, ok?", "How many units of 90837?"] {
            assert!(found(other).is_none(), "{other}");
        }
    }

    #[test]
    fn antibodies_are_counted_on_each_specimen() {
        for (text, verdict, written) in [
            ("Three antibodies on one specimen: 3 units of 88342?", Some(Verdict::No), "88342 x1 88341 x2"),
            (
                "88342 x2 and 88341 x2 for 2 antibodies on each of two specimens, ok?",
                Some(Verdict::Yes),
                "88342 x2 88341 x2",
            ),
            ("Immunohistochemistry with 4 antibodies, same specimen. Which codes?", None, "88342 x1 88341 x3"),
            ("3 units of 88342?", Some(Verdict::Depends), ""),
        ] {
            let ruling = found(text).unwrap_or_else(|| panic!("{text}"));
            let lines: Vec<_> = ruling.lines.iter().map(|line| format!("{} x{}", line.code, line.units)).collect();
            assert_eq!((ruling.verdict, lines.join(" ").as_str()), (verdict, written), "{text}: {}", ruling.say);
        }
    }
}
