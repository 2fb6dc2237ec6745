//! The NIHSS score of a stroke as a code: R29.7 with the score in two digits, behind the code of the infarction
//! (Official Guidelines, section I.C.18.i; ICD-10-CM tabular list, note at R29.7).

use super::time_units::answer::Answer;
use super::wants::{Wants, plain};
use crate::corpus::Corpus;
use crate::domain::code::Code;
use crate::domain::draft::{Line, Verdict};
use crate::domain::inquiry::Inquiry;
use crate::domain::pattern::pattern;
use crate::domain::ruling::Ruling;

pattern!(
    SCORE,
    r"(?i)\b(?:nihss?|nih stroke (?:scale|score))(?:\s+(?:stroke\s+)?(?:scale|score))?(?:\s+(?:score|of|was|is|at|on admission|initial|initially))*[\s:=]+(\d{1,2})\b"
);
pattern!(STROKE, r"(?i)\b(?:stroke|cva|infarct\w*|i63\S*|hemorrhag\w*)\b");

/// The highest score.
const HIGHEST: u32 = 42;
/// The rule card.
const CARD: &str = "icd-stroke-sequela";

/// The code of the one score that the question states.
fn code(inquiry: &Inquiry) -> Option<(Code, u32)> {
    let mut scores = SCORE.captures_iter(&inquiry.text).filter_map(|found| found[1].parse::<u32>().ok());
    let score = scores.next().filter(|score| *score <= HIGHEST)?;
    // Of several scores the first that was taken is reported, and which that was is not read here.
    if scores.any(|other| other != score) {
        return None;
    }
    Some((Code::parse_icd10cm(&format!("R29.7{score:02}")).ok()?, score))
}

/// The answer, where nothing but the score is asked for.
pub fn find(corpus: &Corpus, inquiry: &Inquiry) -> Option<Ruling> {
    let (code, score) = code(inquiry)?;
    let asked = plain(&inquiry.text);
    if !Wants::of(&asked).code || STROKE.is_match(&asked.replace("stroke scale", "").replace("stroke score", "")) {
        return None;
    }
    let say = format!(
        "{code} for an NIHSS score of {score}, behind the code of the stroke (I60 to I63), which goes first. At least the first score is reported; a nurse may have taken it."
    );
    let lines = vec![(code.to_string(), 1)];
    Answer { rule: "NIHSS score", cards: vec![CARD], label: Some(code.to_string()), lines, say, ..Answer::default() }
        .ruling(corpus, inquiry)
}

/// Adds the code of the score to the codes of a stroke.
pub fn add(inquiry: &Inquiry, ruling: &mut Ruling) {
    let Some((code, score)) = code(inquiry) else { return };
    let stroke = |line: &Line| ["I60", "I61", "I62", "I63"].iter().any(|start| line.code.as_str().starts_with(start));
    let held = ruling.lines.iter().any(|line| line.code == code);
    if ruling.verdict == Some(Verdict::No) || held || !ruling.lines.iter().any(stroke) {
        return;
    }
    ruling.say = format!("{} Behind it {code} for the NIHSS score of {score}.", ruling.say.trim_end());
    ruling.lines.push(Line { code, modifiers: Vec::new(), units: 1, role: "bill".to_owned() });
}

#[cfg(test)]
mod tests {
    use super::SCORE;

    #[test]
    fn the_score_is_read() {
        let score = |text: &str| SCORE.captures(text).map(|found| found[1].to_owned());
        assert_eq!(score("NIHSS 12").as_deref(), Some("12"));
        assert_eq!(score("NIHSS score was 4 on arrival").as_deref(), Some("4"));
        assert_eq!(score("NIH stroke scale score of 21").as_deref(), Some("21"));
        assert_eq!(score("the NIHSS was not done"), None);
    }
}
