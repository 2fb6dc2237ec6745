//! What kind of answer a question wants, as far as these parts need to know.

use crate::domain::pattern::pattern;

pattern!(
    YES_NO,
    r"(?ix)(?:^|[.?!;:,\n]\s*|\b(?:and|so|but|or|then)\s+) (?: can | may | is | are | do | does | did | should | must | will | would | could | has | have | shall | isn't | aren't | can't | don't | doesn't | shouldn't )\b (?:[^.?!\n]|\.\d)* \?
      | \b(?: ok(?:ay)? | allowed | correct | right | covered | payable | acceptable | legal | valid )\s*\?
      | (?:^|[.?!;:\n]\s*)(?: bill | add | append | use | just \s add )\b (?:[^.?!\n]|\.\d)* \?"
);
pattern!(
    CODE,
    r"(?i)\b(?:which|what)\s+(?:(?:cpt|hcpcs|icd\S*|procedure|diagnosis|correct|right|other)\s+codes?\b|(?:cpt|hcpcs|icd-10\S*)\b|codes? (?:should|do|can|to|would)\b)"
);

/// True for a question that is answered by yes or no.
pub(in crate::checks) fn is_yes_or_no(text: &str) -> bool {
    YES_NO.is_match(text)
}

/// True for a question that wants a procedure or diagnosis code.
pub(in crate::checks) fn wants_code(text: &str) -> bool {
    CODE.is_match(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kind_of_answer_is_read() {
        for text in [
            "Is 77080 covered?",
            "Denied. Can we add 59?",
            "Add 59 and resubmit?",
            "Is that right?",
            "Is 77080 covered for M81.0?",
        ] {
            assert!(is_yes_or_no(text), "{text}");
        }
        for text in ["What does CO-97 mean?", "Which LCD names 20610?", "CO-16 came back."] {
            assert!(!is_yes_or_no(text), "{text}");
        }
        assert!(wants_code("Which CPT code for this?") && wants_code("What code should we use instead?"));
        assert!(!wants_code("What does denial code 97 mean?"));
    }
}
