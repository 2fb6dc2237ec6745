//! New or established, where the question says when and by whom the patient was last seen: three years, one group, one
//! specialty (Claims Processing Manual, chapter 12, section 30.6.7.A).

use super::time_units::answer::{Answer, is_yes_no};
use super::time_units::number;
use crate::corpus::Corpus;
use crate::domain::draft::Verdict;
use crate::domain::inquiry::Inquiry;
use crate::domain::pattern::pattern;
use crate::domain::ruling::Ruling;

pattern!(ASKS, r"(?i)\bnew (?:or|vs\.?|versus|patients?|pt)\b|\bestablished\b|\bas new\b|\bnew\s*\?|\b9920[2-5]\b");
pattern!(
    SEEN,
    r"(?i)\b(\d{1,3}|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|eighteen)\s+(years?|yrs?|months?|weeks?)\s+(?:ago|back|earlier|before|prior)\b|\b(last)\s+(year|month|week)\b"
);
pattern!(
    KNOWN,
    r"(?i)\b(?:by me|by us|i|we|myself|same (?:doctor|physician|provider|cardiologist|surgeon|specialty|speciality)|my partners?|partner of mine|(?:in|of|at|from) (?:our|my|the same) (?:group|practice|office|clinic))\b"
);
pattern!(
    ANOTHER,
    r"(?i)\b(?:different|another|other|sub)[\s-]?(?:special\w+|group|practice|taxonomy)|\bspecialties\b|\bmoved\b|\bjoin\w*|\bold (?:group|practice)\b|\bprevious (?:group|practice)\b"
);
pattern!(
    ELSEWISE,
    r"(?i)\b(?:nps?|pas?|nurse|practitioner|assistant|only (?:read|interpret\w*|refill\w*)|read(?:ing)?|interpret\w*|ekgs?|ecgs?|x-?rays?|phone|lab|refill\w*|never|not? (?:seen|see|saw|face)|didn't|wasn't|cover\w*|on[- ]call|locum|hospice|preventive|physical|g0438|g0439|wellness|consult\w*|global|post-?op\w*|surgery|operat\w*|urgent care|emergency)\b"
);
pattern!(
    SPECIALTY,
    r"(?i)\b(cardiolog|dermatolog|rheumatolog|neurolog|urolog|gastroenterolog|pulmonolog|endocrinolog|nephrolog|oncolog|hematolog|ophthalmolog|orthop|podiatr|psychiatr|pediatric|internist|internal medicine|family (?:medicine|physician|practice)|general surge|neurosurge|gynecolog|otolaryngolog)\w*"
);
pattern!(GROUP, r"(?i)\b(?:same|our|my|the|one) (?:group|practice|clinic)\b|\bour\b");

/// The look-back.
const MONTHS: u32 = 36;

/// Months since the one contact that the question tells of.
fn months(text: &str) -> Option<u32> {
    let mut found = SEEN.captures_iter(text);
    let one = found.next()?;
    if found.next().is_some() {
        return None;
    }
    let get = |group: usize| one.get(group).map(|part| part.as_str().to_lowercase());
    let (count, unit) = match (get(1), get(2)) {
        (Some(count), Some(unit)) => (if count.starts_with('a') { 1 } else { number(&count)? }, unit),
        _ => (1, get(4)?),
    };
    match unit.as_bytes().first()? {
        b'y' => count.checked_mul(12),
        b'm' => Some(count),
        _ => Some(count / 4),
    }
}

/// The answer.
pub fn find(corpus: &Corpus, inquiry: &Inquiry) -> Option<Ruling> {
    let text = inquiry.text.as_str();
    if !ASKS.is_match(&inquiry.text_asked()) || ELSEWISE.is_match(text) {
        return None;
    }
    let months = months(text)?;
    let mut specialties: Vec<String> = SPECIALTY.captures_iter(text).map(|found| found[1].to_lowercase()).collect();
    specialties.sort();
    specialties.dedup();
    let (new, say) = if months > MONTHS {
        (true, "New: more than three years have passed since the last face-to-face service. No contact by you or a same-specialty colleague of the group may lie between, wherever it was: 99202 to 99205".to_owned())
    } else if months == MONTHS {
        return None;
    } else if specialties.len() == 2 && GROUP.is_match(text) {
        (true, "New: in one group the three years look at the same specialty only, and the earlier contact was with another. 99202 to 99205, where both are enrolled under their own specialty".to_owned())
    } else if specialties.len() < 2 && KNOWN.is_match(text) && !ANOTHER.is_match(text) {
        (false, "Established: a face-to-face service within three years by you, or by a colleague of the group in the same specialty, makes the patient established, wherever it took place. 99211 to 99215".to_owned())
    } else {
        return None;
    };
    let fits = |code: &str| code.starts_with(if new { "9920" } else { "9921" });
    let asked = inquiry.text_asked().to_lowercase();
    let codes: Vec<&str> = inquiry.mentions.iter().map(|mention| mention.code.as_str()).collect();
    let visits: Vec<&str> =
        codes.iter().copied().filter(|code| code.starts_with("9920") || code.starts_with("9921")).collect();
    // Another service beside the visit is another question.
    if visits.len() != codes.len() {
        return None;
    }
    let verdict = is_yes_no(inquiry).then(|| {
        let asks_new = visits.first().map_or(asked.contains("new"), |code| code.starts_with("9920"));
        if asks_new == new { Verdict::Yes } else { Verdict::No }
    });
    let fitting: Vec<&str> = visits.into_iter().filter(|code| fits(code)).collect();
    let lines = if let [only] = fitting[..] { vec![(only.to_owned(), 1)] } else { Vec::new() };
    Answer {
        rule: "new or established",
        cards: vec!["new-or-established"],
        verdict,
        label: Some(if new { "new" } else { "established" }.to_owned()),
        lines,
        say: format!("{say}."),
        ..Answer::default()
    }
    .ruling(corpus, inquiry)
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
    fn three_years_one_group_one_specialty() {
        for (text, label, verdict, codes) in [
            ("Patient seen 2 years ago by my partner, same specialty. New or established?", "established", None, ""),
            ("The patient was seen 5 years ago. 99204 or 99214?", "new", None, "99204"),
            (
                "I saw her in the hospital 1 year ago, first office visit now. New patient code?",
                "established",
                None,
                "",
            ),
            (
                "She was seen 30 months ago by a colleague in our group. Can we bill 99204?",
                "established",
                Some(Verdict::No),
                "",
            ),
            (
                "He saw our dermatologist last year, now our rheumatologist. Is he a new patient?",
                "new",
                Some(Verdict::Yes),
                "",
            ),
        ] {
            let ruling = found(text).unwrap_or_else(|| panic!("{text}"));
            let lines: Vec<&str> = ruling.lines.iter().map(|line| line.code.as_str()).collect();
            assert_eq!(ruling.label.as_deref(), Some(label), "{text}");
            assert_eq!((ruling.verdict, lines.join(" ").as_str()), (verdict, codes), "{text}: {}", ruling.say);
        }
        for other in [
            "Patient seen 2 years ago by our NP. New or established?",
            "Seen 3 years ago by me. New?",
            "Seen 2 years ago by another specialty of our group. Is 99203 ok?",
            "Is 99203 right for a new patient?",
        ] {
            assert!(found(other).is_none(), "{other}");
        }
    }
}
