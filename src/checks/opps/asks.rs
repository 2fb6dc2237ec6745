//! Whether a question is about payment of a hospital's outpatient claim, a laboratory or equipment, and which figure it
//! asks for.

use crate::corpus::Corpus;
use crate::domain::check::{Program, Question};
use crate::domain::code::Code;
use crate::domain::inquiry::Inquiry;
use crate::domain::pattern::pattern;
use crate::domain::stated::Payer;

pattern!(
    HOSPITAL,
    r"(?i)\b(?:opps|apcs?|addendum b|hospital outpatient|outpatient hospital|outpatient department|hopd|pays? (?:the|a|our) hospital|hospital (?:be|is|gets?) (?:paid|reimbursed))\b"
);
pattern!(PROFESSIONAL, r"(?i)\b(?:mpfs|pfs|mpfsdb|physician fee schedule|rvus?)\b");
pattern!(PACKAGED, r"(?i)\bpackaged\b|\bpackaging\b");
pattern!(GLOBAL, r"(?i)\b(?:global|surgical) package");
pattern!(
    SEPARATELY,
    r"(?i)\b(?:separately (?:paid|payable|reimbursed|reimbursable)|paid separately|pays? separately|separate payment)\b"
);
pattern!(INPATIENT, r"(?i)\binpatient[- ]only\b|\bipo list\b|\bon (?:the )?ipo\b");
pattern!(
    APC,
    r"(?i)\b(?:what|which|find|give|look ?up|need|assigned)\b[^.?!]{0,40}\bapcs?\b|\bapcs? (?:for|of|is|does|code for)\b|\bapcs?\s*\?"
);
pattern!(STATUS, r"(?i)\bstatus indicators?\b|\b(?:opps|apc) (?:status|si)\b|\bpayment indicators?\b");
pattern!(
    RATE,
    r"(?i)\b(?:how much|what)\b[^.?!]{0,60}\b(?:pays?|paid|payment|rate|amount|reimburse\w*|copay\w*)\b|\b(?:payment|opps|apc|copayment) (?:rate|amount)s?\b|\bcopay(?:ment)? for\b"
);
pattern!(
    LABORATORY,
    r"(?i)\bclfs\b|\bclinical (?:diagnostic )?lab(?:oratory)?\b[^.?!]{0,24}\b(?:fees?|rates?|amounts?|price|pays?|payment|schedule)\b|\blab(?:oratory)? fee(?: schedule)?\b"
);
pattern!(
    EQUIPMENT,
    r"(?i)\bdmepos\b|\bdme\b[^.?!]{0,16}\b(?:fees?|rates?|amounts?|price|allowable|allowed|schedule)\b|\b(?:rental|purchase) (?:fee|amount|price|rate|allowable)\b"
);
pattern!(
    OTHERWISE,
    r"(?ix)\b(?: den(?:y|ies|ied|ials?) | appeal\w* | reject\w* | why | recoup\w* )\b
    | \b(?:pays?|reimburs\w+|rate)\s(?:is\s)?(?:more|better|higher|best|most)\b | \b(?:more|better|higher|highest|best)\s(?:pay\w*|reimburs\w*|apc|rate)\b | \bmaximi[sz]\w+ | \basc\b | \bambulatory\ssurg\w* "
);

/// The figure that is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Is it packaged?
    Packaged,
    /// Is it paid separately?
    Separately,
    /// May it be done for inpatients only?
    InpatientOnly,
    /// Which APC?
    Apc,
    /// Which status?
    Status,
    /// How much?
    Rate,
    /// How much for a laboratory test?
    Laboratory,
    /// How much for equipment or supplies?
    Equipment,
}

/// What is asked; `None` for any other question.
pub fn of(inquiry: &Inquiry) -> Option<Kind> {
    let text = inquiry.text.as_str();
    let others = inquiry.stated.payer != Payer::Medicare || inquiry.other_payer.is_some();
    let none = others || inquiry.scope.program == Program::Medicaid || OTHERWISE.is_match(text);
    if none || codes(inquiry).next().is_none() {
        return None;
    }
    if LABORATORY.is_match(text) {
        return Some(Kind::Laboratory);
    }
    if EQUIPMENT.is_match(text) {
        return Some(Kind::Equipment);
    }
    if PROFESSIONAL.is_match(text) {
        return None;
    }
    let hospital = HOSPITAL.is_match(text);
    let kinds = [
        (PACKAGED.is_match(text) && !GLOBAL.is_match(text), Kind::Packaged),
        (INPATIENT.is_match(text), Kind::InpatientOnly),
        (hospital && SEPARATELY.is_match(text), Kind::Separately),
        (APC.is_match(text), Kind::Apc),
        (STATUS.is_match(text), Kind::Status),
        (hospital && RATE.is_match(text), Kind::Rate),
    ];
    kinds.into_iter().find(|(holds, _)| *holds).map(|(_, kind)| kind)
}

/// The procedure codes of the question.
pub fn codes(inquiry: &Inquiry) -> impl Iterator<Item = &Code> {
    inquiry.mentions.iter().map(|mention| &mention.code).filter(|code| code.set().is_procedure())
}

/// The checks that the question calls for; the schedules of laboratories and equipment are no part of Addendum B.
pub fn asked(_corpus: &Corpus, inquiry: &Inquiry) -> Vec<Question> {
    match of(inquiry) {
        None | Some(Kind::Laboratory | Kind::Equipment) => Vec::new(),
        Some(_) => codes(inquiry).take(6).map(|code| Question::Opps { code: code.clone() }).collect(),
    }
}
