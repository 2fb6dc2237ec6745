//! What kind of answer a question wants: a code, a modifier, a yes or no. A rule that gives none of that kind is not
//! its answer, however well its situation fits.

use crate::corpus::Case;
use crate::domain::code::{Code, CodeSet};
use crate::domain::pattern::pattern;

pattern!(
    CODE,
    r"(?i)\b(?:which|what|the|correct|right|proper|need an?|looking for an?|is there an?)\s+(?:\S+\s+){0,2}codes?\b|\b(?:cpt|hcpcs|icd[-\w]*|pcs|codes?|coding)\b[^.?!\n]{0,24}\?|\b(?:how|what) (?:do|does|would|should|to|can)\s+(?:\w+\s+){0,2}(?:code|coded|report|reported|bill|billed)\b|\b(?:codes?|cpt|hcpcs|icd[-\w]*|dx|diagnosis) (?:for|of|to (?:use|report|bill))\b|\b(?:what|which)\s+(?:\S+\s+)?(?:cpt|hcpcs|icd[-\w]*|dx|pcs)\b|\b(?:cpt|hcpcs|icd[-\w]*|dx|pcs|code) ?(?:please|pls)?\s*[.?]?\s*$|\bwhat (?:can be|is|gets) billed\b"
);
pattern!(
    MODIFIER,
    r"(?i)\b(?:which|what|whose|any|need an?|needs an?)\b[^.?!\n]{0,40}\bmodifiers?\b|\bmodifiers?\b[^.!\n]{0,60}\?|\bmodifiers? (?:for|on)\b"
);
pattern!(
    YES_NO,
    r"(?ix)(?:^|[.?!;:,\n]\s*|\b(?:and|so|but|or|then)\s+) (?: can | may | is | are | do | does | did | should | must | will | would | could | has | have | was | were | am | shall | isn't | aren't | can't | don't | doesn't | shouldn't | won't | still )\b [^.?!\n]* \?
      | \b(?: ok(?:ay)? | allowed | correct | right | both | billable | payable | separate(?:ly)? | reportable | too | extra | acceptable | legal | valid | true | possible | permitted | enough | fine | good | needed | required )\s*\?
      | (?:^|[.;:,\n]\s*)(?:so\s+)?\d{4}[\dA-Z](?:-\w\w)?\s*\?
      | (?:^|[.?!;:\n]\s*)(?: bill | add | report | use | charge | code | append | count | include | put | combine )\b [^.?!\n]* \?"
);
pattern!(
    COURTESY,
    r"(?ix)\b(?: good \s (?:morning|afternoon|evening|day) | (?:hi|hello|hey|dear) (?:\s (?:team|there|all|everyone|folks|caseconsultant))? | quick \s question
      | thanks? (?:\s you|\s so \s much|\s a \s lot|\s in \s advance)? | (?:best|kind|warm)? \s? regards | cheers | appreciate \s (?:your|the|any) \s help
      | please \s (?:cite|quote|name|give) \b [\w\s]{0,24} (?:rules?|sources?|references?|guidelines?) | (?:(?:i|we) \s)? need \s (?:this|it|an \s answer) \s (?:before|by|today|soon|urgently|asap) \b [\w\s]{0,40} | please \s (?:advise|help) | any \s help \s is \s appreciated )\b [\s,.!]*"
);

/// The question without greetings and thanks.
pub fn plain(text: &str) -> String {
    COURTESY.replace_all(text, " ").trim().to_owned()
}

/// The kinds of answer that would do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Wants {
    /// A code, or the codes.
    pub code: bool,
    /// A modifier.
    pub modifier: bool,
    /// Yes or no.
    pub verdict: bool,
}

impl Wants {
    /// Reads a question without its courtesies.
    pub fn of(text: &str) -> Self {
        Self { code: CODE.is_match(text), modifier: MODIFIER.is_match(text), verdict: YES_NO.is_match(text) }
    }

    /// How well what a case gives is of the kind (a code: of the sets that the question names): above zero where it is, below where it is not.
    pub fn met_by(self, case: &Case, sets: &[CodeSet]) -> f32 {
        let of_set = |line: &String| {
            let code = line.split(['-', ' ']).next().and_then(|code| Code::parse(code).ok());
            sets.is_empty() || code.is_some_and(|code| sets.contains(&code.set()))
        };
        let codes = case.bill.iter().any(of_set);
        let modifiers = !case.modifiers.is_empty() || case.bill.iter().any(|line| line.contains('-'));
        let kinds = [(self.code, codes), (self.modifier, modifiers), (self.verdict, case.verdict.is_some())];
        if !kinds.iter().any(|(wanted, _)| *wanted) {
            return 0.0;
        }
        let (mut met, mut score) = (false, 0.0);
        for (_, given) in kinds.into_iter().filter(|(wanted, _)| *wanted) {
            met |= given;
            score += if given { 0.4 } else { -0.4 };
        }
        if met { score } else { -1.2 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wants(text: &str) -> (bool, bool, bool) {
        let wants = Wants::of(&plain(text));
        (wants.code, wants.modifier, wants.verdict)
    }

    #[test]
    fn the_kind_of_answer_is_read() {
        assert_eq!(wants("Hello, scope of the nose. CPT? Thanks!"), (true, false, false));
        assert_eq!(wants("The assistant was a PA. Which modifier goes on her line?"), (false, true, false));
        assert_eq!(wants("He was seen twice. Can we bill both?"), (false, false, true));
        assert_eq!(wants("Scope turned into open surgery. Report both?"), (false, false, true));
        assert_eq!(wants("She left before the end."), (false, false, false));
        assert_eq!(wants("What is the ICD-10-CM code for gout?"), (true, false, false));
        assert_eq!(wants("How do you code a wound check?"), (true, false, false));
    }

    #[test]
    fn courtesies_are_no_part_of_a_question() {
        assert_eq!(plain("Good morning,\n\nIs it gone?\n\nThanks in advance!"), "Is it gone?");
    }
}
