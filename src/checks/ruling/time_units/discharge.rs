//! Hospital discharge day: 99238 up to 30 minutes, 99239 beyond. Who may bill it and on which date: Medicare Claims
//! Processing Manual, chapter 12, section 30.6.9.2; the minutes are CPT's.

use super::answer::{Answer, lines, verdict};
use super::minutes::{Adding, Minutes, amount};
use crate::corpus::Corpus;
use crate::domain::inquiry::Inquiry;
use crate::domain::pattern::pattern;
use crate::domain::ruling::Ruling;

pattern!(
    ABOUT,
    r"(?i)\b9923[89]\b|\bdischarge (?:day|management|visit|summary|time|code|services?|planning)\b|\bdischarg\w+ (?:the |a |this )?(?:patient|pt|him|her)\b|\bhospital discharge\b"
);
pattern!(
    ELSEWHERE,
    r"(?i)\b(?:nursing|snf|skilled|9931[56]|same (?:day|date)|admitted (?:and|today)|9922\d|9923[1-6]|subsequent|consultant|specialist|died|death|expired|pronounc\w*|tcm|9949[56]|home health|office|clinic|nurse spent|staff|observation hours|not (?:document|record|stat)\w*|did not|didn't|no time|without (?:a )?time|next day|day before|phone|over two days|critical care)\b"
);

/// The code for so many minutes.
pub(super) fn code(minutes: u32) -> &'static str {
    if minutes > 30 { "99239" } else { "99238" }
}

/// The code, where the minutes are stated, or that they were more or less than 30.
pub(super) fn find(corpus: &Corpus, inquiry: &Inquiry, minutes: &Minutes) -> Option<Ruling> {
    let text = inquiry.text.as_str();
    if !ABOUT.is_match(text) || ELSEWHERE.is_match(text) {
        return None;
    }
    let (found, shown) = match (minutes.total(Adding::Activities), &minutes.bounds[..]) {
        (Some(total), _) => (total.settled(code)?, total.shown),
        (None, [(true, bound)]) if *bound >= 30 && minutes.spans.is_empty() => {
            ("99239", format!("More than {}", amount(*bound)))
        }
        (None, [(false, bound)]) if *bound <= 30 && minutes.spans.is_empty() => {
            ("99238", format!("No more than {}", amount(*bound)))
        }
        _ => return None,
    };
    let lines = lines(&[(found, 1)]);
    let rule = if found == "99239" {
        "99239 needs more than 30 minutes on that date, and the note must state them"
    } else {
        "99238 covers 30 minutes or less, and 99239 needs more than 30"
    };
    Answer {
        rule: "discharge day time",
        cards: vec!["hospital-time-thresholds", "hospital-discharge-day"],
        recalled: true,
        verdict: verdict(inquiry, |code| matches!(code, "99238" | "99239"), &lines),
        label: Some(found.to_owned()),
        say: format!("{shown} make the discharge day {found}: {rule}. Only the attending, or who acts for him, bills it, face to face."),
        lines,
        ..Answer::default()
    }
    .ruling(corpus, inquiry)
}
