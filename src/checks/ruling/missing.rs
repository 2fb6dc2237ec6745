//! A question that names too little for any answer: it is asked back, once, for everything that the answer turns on.

use std::sync::LazyLock;

use regex::Regex;

use super::choice;
use super::wants::{Wants, plain};
use crate::domain::inquiry::Inquiry;
use crate::domain::pattern::pattern;
use crate::domain::ruling::{Basis, Ruling};

pattern!(DENIED, r"(?i)\b(?:den(?:y|ies|ied|ial|ials)|reject\w*|bounced|came back|kicked out|not paid)\b");
pattern!(CLAIM, r"(?i)\b(?:claims?|lines?|it|payer|medicare|insurance|they)\b");
pattern!(
    VAGUE,
    r"(?i)\b(?:the|a|an|his|her|this|that|our) (?:injection|shot|procedure|surgery|operation|visit|test|drug|medication|infusion|biopsy|x-?ray|scan|repair|laceration|fracture|wound|service)\b|\bbroken (?:arm|leg|bone)\b"
);
pattern!(
    FILLER,
    r"(?i)\b(?:we|you|i|they|he|she|did|do|does|gave|give|given|done|yesterday|today|last|week|patient|pt|surgeon|doctor|provider|should|go|out|use|used|please|was|were|had|has|have|got|get|for|to|of|in|on|at|and|or|with|it|is|be|closed|put|need|right|one)\b"
);

/// Words that tell something, at most.
const TELLING: usize = 3;

/// The question back; `None` where enough is told for an answer to be looked for.
pub fn find(inquiry: &Inquiry) -> Option<Ruling> {
    let text = plain(&inquiry.text);
    if !inquiry.mentions.is_empty() || !inquiry.malformed.is_empty() || text.split_whitespace().count() > 24 {
        return None;
    }
    let wants = Wants::of(&text);
    let denied = DENIED.is_match(&text) && CLAIM.is_match(&text) && inquiry.stated.denials.is_empty();
    if denied && (wants.modifier || wants.code) && telling(&DENIED.replace_all(&text, " ")) <= TELLING {
        return Some(back(
            "A modifier or code states a fact of the service; which one is right cannot be told from a denial alone.",
            "Which codes and modifiers were on the claim, with the date of service and the payer, and which denial code and remark did it come back with (CARC and RARC)?",
        ));
    }
    let vague = VAGUE.is_match(&text) && telling(&text) <= TELLING;
    if vague && (wants.code || choice::is_bare(&text)) {
        return Some(back(
            "The words name no single code.",
            "What exactly was done or found: which procedure, drug or condition, which site and side (left or right), what length, amount, depth or approach, and was it the first treatment? With the date of service and the payer, please.",
        ));
    }
    None
}

/// Words that are neither filler nor the asking.
fn telling(text: &str) -> usize {
    static ASKING: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)\b(?:what|which|how|is|the|a|an|our|this|that|code|codes|cpt|hcpcs|icd\S*|modifier|modifiers|add|bill|billed|report|give|me|us|claim|line|can|could|would|my)\b|[^\w\s]")
            .expect("the pattern is a constant")
    });
    FILLER.replace_all(&ASKING.replace_all(text, " "), " ").split_whitespace().count()
}

fn back(say: &str, ask: &str) -> Ruling {
    Ruling {
        basis: Basis::Computed { rule: "facts needed".to_owned() },
        verdict: None,
        lines: Vec::new(),
        modifiers: Vec::new(),
        label: None,
        say: say.to_owned(),
        ask: Some(ask.to_owned()),
        sources: Vec::new(),
        confirmed: true,
        doubts: Vec::new(),
        fit: 9.0,
        whole: true,
    }
}

#[cfg(test)]
mod tests {
    use super::telling;

    #[test]
    fn words_that_tell_something_are_told_from_those_that_ask() {
        assert_eq!(telling("What is the code for the injection we gave yesterday?"), 1);
        assert_eq!(telling("Please give me the ICD-10 code for a broken arm."), 2);
        assert!(telling("CPT for arthroscopic rotator cuff repair with distal clavicle resection?") > 3);
    }
}
