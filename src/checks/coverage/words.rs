//! Whether a question asks for coverage, and of what.

use crate::domain::check::{Program, Question};
use crate::domain::code::{Code, CodeSet};
use crate::domain::inquiry::Inquiry;
use crate::domain::pattern::pattern;
use crate::domain::stated::Payer;

pattern!(
    ASKS,
    r"(?i)\b(?:covers?|covered|coverage|non-?covered|lcds?|ncds?|local (?:coverage|policy)|national coverage|medical(?:ly)? necess\w+|support(?:s|ing|ed)? (?:the )?(?:medical )?necessity|payable (?:dx|diagnos\w+))\b"
);
pattern!(
    OTHERWISE,
    r"(?i)\bcover\w* (?:by|in|under|within|with) (?:the |its |a |this |that )?(?:same |other |primary |surgical |main )?(?:global|package|code|procedure|surgery|bundle|payment|visit|fee)|\bcovering (?:for|physician|doctor|provider|surgeon|partner)|\bcross-?cover|\bon-?call coverage|\bcoverage (?:terminated|ended|lapsed|began|start\w*)|\b(?:secondary|other|dual|vacation|weekend) coverage|\bcover(?:s|ed)? (?:both|all|the whole|everything|up)\b|\bcovered entity"
);
pattern!(
    ELSE,
    r"(?i)\b(?:how (?:often|many|frequent\w*|much)|frequency|every (?:year|\d+)|annual\w*|yearly|too (?:soon|early)|once (?:a|per|every)|abn|advance beneficiary|bill(?:ing)? the patient|charge the patient|telehealth|signature|certificat\w+|prior auth\w*|sequence|first[- ]listed|document\w* (?:need|requir)\w*|what (?:must|should) (?:the )?(?:note|record|chart))\b"
);

/// True where the question speaks of coverage by Medicare, in the sense of its documents.
pub(super) fn asks(inquiry: &Inquiry) -> bool {
    let text = OTHERWISE.replace_all(&inquiry.text, " ");
    ASKS.is_match(&text)
        && inquiry.stated.payer == Payer::Medicare
        && inquiry.other_payer.is_none()
        && inquiry.scope.program == Program::Medicare
}

/// True where it turns on something that lists of codes do not say: how often, who pays, which paper.
pub(super) fn turns_on_more(text: &str) -> bool {
    ELSE.is_match(text)
}

/// The services that are named, in their order.
pub(super) fn services(inquiry: &Inquiry) -> Vec<&Code> {
    inquiry.codes().into_iter().filter(|code| code.set().is_procedure()).collect()
}

/// The diagnoses that are named.
pub(super) fn diagnoses(inquiry: &Inquiry) -> Vec<&Code> {
    inquiry.codes().into_iter().filter(|code| code.set() == CodeSet::Icd10cm).collect()
}

/// Services and diagnoses that are joined, at most of each.
const MOST: usize = 3;

/// One question for each service and diagnosis.
pub(super) fn questions(inquiry: &Inquiry) -> Vec<Question> {
    if !asks(inquiry) {
        return Vec::new();
    }
    let diagnoses = diagnoses(inquiry);
    let state = &inquiry.stated.state;
    let mut questions = Vec::new();
    for code in services(inquiry).into_iter().take(MOST) {
        let of = |diagnosis: Option<&Code>| Question::Coverage {
            code: code.clone(),
            diagnosis: diagnosis.cloned(),
            state: state.clone(),
        };
        if diagnoses.is_empty() {
            questions.push(of(None));
        }
        questions.extend(diagnoses.iter().take(MOST).map(|diagnosis| of(Some(diagnosis))));
    }
    questions
}
