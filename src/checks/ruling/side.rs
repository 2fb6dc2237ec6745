//! The side of a procedure: where the fee schedule pays the second side for itself (bilateral indicator 1) and the
//! question names a side, the line says which.

use std::sync::LazyLock;

use regex::Regex;

use crate::corpus::Corpus;
use crate::domain::code::Modifier;
use crate::domain::draft::Verdict;
use crate::domain::inquiry::Inquiry;
use crate::domain::pattern::constant;
use crate::domain::ruling::Ruling;

static BOTH: LazyLock<Regex> = LazyLock::new(|| {
    constant(
        r"(?i)\bbilateral\w*|\b(?:both|each) (?:sides?|eyes?|ears?|knees?|hips?|shoulders?|breasts?|hands?|wrists?|elbows?|feet|foot|ankles?|legs?|arms?|thighs?|kidneys?|ureters?|ovar\w+|tubes|testic\w+|groins?|nostrils?|lungs?)\b|\b(?:right and left|left and right)\b",
    )
});
static LEFT: LazyLock<Regex> = LazyLock::new(|| constant(r"(?i)\bleft\b"));
static RIGHT: LazyLock<Regex> = LazyLock::new(|| constant(r"(?i)\bright\b"));
/// A right answer, and somebody who left, are on no side.
static NO_SIDE: LazyLock<Regex> = LazyLock::new(|| {
    constant(
        r"(?i)\b(?:right (?:code|answer|way|modifier|one|now|away|after|before|call)|(?:is|that|this|it|they|are) right\b|all right|(?:he|she|they|patient|pt|who|is|was|nothing|anything) left\b|left (?:the|for|before|after|over|out|in|without|against|ama))",
    )
});
/// Other modifiers tell the place better.
static FINER: LazyLock<Regex> = LazyLock::new(|| {
    constant(
        r"(?i)\b(?:finger|fingers|thumb|toe|toes|eyelids?|lids?|lacrimal|punct\w+|coronary|lad|rca|circumflex|digits?|nails?)\b",
    )
});

/// Adds the side to the one line of an answer that has none.
pub fn add(corpus: &Corpus, inquiry: &Inquiry, ruling: &mut Ruling) {
    let [line] = &mut ruling.lines[..] else { return };
    let sided = |modifier: &Modifier| ["LT", "RT", "50"].contains(&modifier.as_str());
    let known = line.modifiers.iter().chain(&ruling.modifiers).any(sided);
    if ruling.verdict == Some(Verdict::No) || known || FINER.is_match(&inquiry.text) {
        return;
    }
    // Where the shelf has no fee schedule, the rule itself may ask for the side.
    let fees = corpus.list_fees(&line.code);
    let paid_twice = fees.iter().any(|row| row.field("bilat") == "1");
    let asked = fees.is_empty() && (ruling.say.contains("RT, LT") || ruling.say.contains("RT or LT"));
    if !paid_twice && !asked {
        return;
    }
    let text = NO_SIDE.replace_all(&inquiry.text, " ");
    let side = match (BOTH.is_match(&text), LEFT.is_match(&text), RIGHT.is_match(&text)) {
        (true, _, _) => "50",
        (false, true, false) => "LT",
        (false, false, true) => "RT",
        _ => return,
    };
    if let Ok(side) = Modifier::parse(side) {
        line.modifiers.push(side);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::tests::inquiry;
    use crate::corpus::starter_for_tests as corpus;
    use crate::domain::code::Code;
    use crate::domain::draft::Line;
    use crate::domain::ruling::Basis;

    fn added(code: &str, text: &str) -> Vec<String> {
        let inquiry = inquiry(text);
        let code = Code::parse(code).unwrap();
        let mut ruling = Ruling {
            basis: Basis::Choice,
            verdict: None,
            lines: vec![Line { code, modifiers: Vec::new(), units: 1, role: "bill".to_owned() }],
            modifiers: Vec::new(),
            label: None,
            say: String::new(),
            ask: None,
            sources: Vec::new(),
            confirmed: true,
            doubts: Vec::new(),
            fit: 2.0,
            whole: true,
        };
        add(corpus(), &inquiry, &mut ruling);
        ruling.lines[0].modifiers.iter().map(|modifier| modifier.as_str().to_owned()).collect()
    }

    #[test]
    fn a_side_that_is_paid_for_itself_is_named() {
        assert_eq!(added("20610", "Injection of the left knee, code?"), ["LT"]);
        assert_eq!(added("20610", "Injection of both knees, code?"), ["50"]);
        assert_eq!(added("20610", "Injection of the right knee, code?"), ["RT"]);
    }

    #[test]
    fn no_side_is_made_of_other_words() {
        assert_eq!(added("20610", "The patient left before the injection, code?"), [""; 0]);
        assert_eq!(added("20610", "Injection of a knee, is that right?"), [""; 0]);
        assert_eq!(added("20610", "The right thumb, code?"), [""; 0], "the digit has its own modifier");
        assert_eq!(added("45380", "Biopsy in the left colon, code?"), [""; 0], "there is no second side");
    }
}
