//! Whether a question asks what Medicare allows, or for relative values, and what it says about setting and payee.

use super::locality;
use super::reductions::Payee;
use crate::corpus::Corpus;
use crate::domain::check::{Program, Question};
use crate::domain::code::{Code, Modifier};
use crate::domain::inquiry::{Inquiry, Mention};
use crate::domain::pattern::pattern;
use crate::domain::stated::{Payer, Place as Stay};

pattern!(
    AMOUNT,
    r"(?ix)
      \bhow \s much\b [^.?!]{0,70} \b(?: pays? | paid | paying | allows? | allowed | reimburse[sd]? | get | receive | worth | fees? | payment | allowance | collect )\b
    | \bwhat(?:'s)? \s (?:(?:does|do|would|will|did|is|are) \s)? (?:the \s)? (?:current \s|national \s|\d{4} \s)? (?:medicare(?:'s)?|cms|part \s b|(?:medicare \s)?(?:physician \s)?fee \s schedule|mpfs|pfs) \s (?:\w+ \s){0,3}? (?:pay(?:s|ing|ment)?|allow(?:s|ed|able|ance)?|reimburse(?:s|ment)?|amounts?|fees?|rates?|price)\b
    | \b(?:allowed|allowable|approved|fee \s schedule|reimbursement|payment|medicare|mpfs|pfs|part \s b|locality|professional) \s (?:allowed \s|payment \s)?(?:amounts?|rates?|fees?|allowances?|allowables?|prices?|payment|reimbursement) \s* (?:is \s)?(?:for|of|on|in|:)? \s* (?:the \s)?(?:cpt|hcpcs|code)? \s* (?:[0-9][0-9A-Z]{4}|[A-V]\d{4})\b
    | \b(?:what(?:'s|\s is|\s are|\s was|\s would)?|need|give|find|look \s?up|calculate|compute|figure|quote|tell \s me|know)\b [^.?!]{0,70} \b(?:allowed|allowable|approved|fee \s schedule|reimbursement|payment|medicare|mpfs|pfs|expected|clfs|dmepos|lab(?:oratory)? ) \s (?:fee \s schedule \s|allowed \s|payment \s)?(?:amounts?|rates?|fees?|allowances?|allowables?|prices?|payment|reimbursement)\b
    | \b(?:what(?:'s|\s is)?|how \s much|calculate|compute|find)\b [^.?!]{0,40} \blimiting \s charge\b | \blimiting \s charge \s (?:for|of|on)\b
    | \bwhat(?:'s|\s is) \s the \s (?:payment|fee|reimbursement|allowance|allowable|rate) \s (?:for|of|on)\b
    | ^\W* (?:medicare|mpfs|pfs) \s (?:fee|rate|payment|price|allowable|allowed|amount|reimbursement)\b
    | \b(?:clfs|clinical \s lab\w* | dmepos | fee \s schedule) \s (?:fee|rate|amount|price|payment)s? \s (?:for|of|on)\b"
);
pattern!(
    VALUES,
    r"(?ix)
      \b(?:what(?:'s|\s is|\s are)?|how \s many|give|need|look \s?up|find|total|show|break \s?down)\b [^.?!]{0,50} \b(?:[wmp]?e?rvus?|relative \s values?(?: \s units?)?)\b
    | \b(?:w?rvus?|relative \s values?(?: \s units?)?) \s* (?:for|of|on|:)? \s* (?:cpt|hcpcs|code)? \s* (?:[0-9][0-9A-Z]{4}|[A-V]\d{4})\b
    | \b(?:[0-9][0-9A-Z]{4}|[A-V]\d{4}) \s (?:total \s|work \s)?w?rvus?\b"
);
// The choice of a code by its payment is none of our business, and an order by value is a matter of sequence.
pattern!(
    CHOICE,
    r"(?ix)\b(?: which | what ) \s (?:one \s|code \s|codes \s|of \s (?:them|these|the \s two|those) \s)? (?:pays?|reimburses|gets? \s paid|would \s pay)\b
    | \b(?: pays? | paid | paying | reimburs\w+ | rvus? | payment | rate | fee ) \s (?:is \s|are \s|me \s|us \s|the \s)? (?:more|better|higher|highest|most|best|less|lower)\b
    | \b(?: more | better | higher | highest | most | best | max(?:imum)? ) \s (?:pay\w*|paid|reimburs\w*|rvus?|allowable|fee|rate|valued?|money|revenue)\b
    | \bmaximi[sz]\w+ | \bget \s (?:us \s|me \s)?(?:paid \s)?more\b | \bupcod\w+ | \bworth \s (?:more|billing|it)\b
    | \b[0-9A-V][0-9A-Z]{4} \s (?:or|vs\.?|versus) \s (?:[0-9A-V][0-9A-Z]{4})\b
    | \b(?:rank|sequence|order|sort|list\w*)\b [^.?!]{0,40} \brvus?\b"
);
// What was paid or denied, and rules of coverage, are other questions.
pattern!(
    OTHERWISE,
    r"(?i)\b(?:den(?:y|ies|ied|ials?)|appeal\w*|reject\w*|why|underpaid|overpaid|recoup\w*|remit\w*|eobs?|zero|refund\w*|write[- ]?off|takeback|at all|covered|coverage|per year|how often|frequency)\b"
);
// Hospitals, surgery centers and inpatient groups are paid by other systems.
pattern!(
    ELSEWHERE,
    r"(?i)\b(?:opps|apcs?|asc|ambulatory surg\w*|surgery center|hospital outpatient|outpatient hospital|status indicators?|addendum b|ub-?04|ms-?drgs?|drgs?|ipps|facility fees?|facility claim|facility side|conversion factors?)\b|\bhospital(?:'s)? (?:be|is|gets?|receives?|will|payment|reimbursement|rate|paid)\b|\bpay(?:s|ments?)? (?:to )?(?:the|a|our) hospital\b"
);
pattern!(OTHER, r"(?i)\b(?:clfs|clinical (?:diagnostic )?lab\w*|lab(?:oratory)? fee|dmepos|dme|rental|purchase)\b");
pattern!(
    PHYSICIAN,
    r"(?i)\b(?:surgeon|physician|professional|doctor|provider|practitioner|pro-?fee|mpfs|pfs)(?:'s|s)?\b"
);
pattern!(
    OUTSIDE,
    r"(?i)\bnon-?\s?facility\b|\b(?:in|our|an?|the|doctor's|physician)[- ]office\b|\boffice (?:setting|rate|based|visit in)\b|\bclinic setting\b"
);
pattern!(
    INSIDE,
    r"(?i)\bfacility\b|\b(?:hospital|asc|ambulatory surg\w*|surgery center|emergency (?:room|department)|inpatient)\b"
);
pattern!(NONQUALIFYING, r"(?i)\bnon-?\s?(?:qualifying|qpp?|apm)\b|\bnot (?:an? )?(?:qualifying|qp|apm)\b|\bno apm\b");
pattern!(QUALIFYING, r"(?i)\bqualifying (?:apm )?participant|\bqpp?s?\b|\b(?:advanced )?apm\b");
pattern!(NONPARTICIPATING, r"(?i)\bnon-?\s?par(?:ticipating)?\b|\bdoes(?:n't| not) participate\b");
pattern!(LIMITING, r"(?i)\blimiting charge\b");
pattern!(
    PRACTITIONER,
    r"\b(?i:nurse practitioner|physician assistant|physician's assistant|clinical nurse specialist|nonphysician practitioner)s?\b|\b(?:NP|CNS|NPP|PA-C)s?\b|\b(?:[Oo]ur|[Tt]he|[Aa]|[Aa]n|[Bb]y) PAs?\b"
);
/// Places of service that are paid at the facility rate: Claims Processing Manual, chapter 12, section 20.4.2.
const FACILITIES: [&str; 16] =
    ["02", "19", "21", "22", "23", "24", "26", "31", "34", "41", "42", "51", "52", "53", "56", "61"];

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// An amount of money.
    Amount,
    /// Relative values.
    Values,
}

/// The question, as far as money goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// What is asked for.
    pub kind: Kind,
    /// True for a facility, false outside one, where the question says which.
    pub inside: Option<bool>,
    /// `qpp` or `nonqpp`, where the question says which.
    pub participation: Option<&'static str>,
    /// Who is paid.
    pub payee: Payee,
}

/// Reads it; `None` where no amount is asked for, or one that this schedule does not give.
pub fn of(inquiry: &Inquiry) -> Option<Asked> {
    let text = inquiry.text.as_str();
    let kind = if VALUES.is_match(text) {
        Kind::Values
    } else if AMOUNT.is_match(text) {
        Kind::Amount
    } else {
        return None;
    };
    let others = inquiry.stated.payer != Payer::Medicare || inquiry.other_payer.is_some();
    let elsewhere = ELSEWHERE.is_match(text) && !PHYSICIAN.is_match(text);
    let none = inquiry.scope.program == Program::Medicaid || others || elsewhere;
    // Nurse practitioners must take assignment: nobody's limiting charge is asked for.
    let nobody = LIMITING.is_match(text) && PRACTITIONER.is_match(text);
    if none || nobody || CHOICE.is_match(text) || OTHERWISE.is_match(text) || procedures(inquiry).next().is_none() {
        return None;
    }
    let participation =
        if NONQUALIFYING.is_match(text) { Some("nonqpp") } else { QUALIFYING.is_match(text).then_some("qpp") };
    Some(Asked { kind, inside: inside(inquiry), participation, payee: payee(text) })
}

/// The lines of the question.
pub fn procedures(inquiry: &Inquiry) -> impl Iterator<Item = &Mention> {
    inquiry.mentions.iter().filter(|mention| mention.code.set().is_procedure())
}

/// True where another schedule is named: that of laboratories, or of equipment.
pub fn is_of_other_schedule(text: &str) -> bool {
    OTHER.is_match(text)
}

/// True for a code of anesthesia, which is paid by base and time units.
pub fn is_anesthesia(code: &Code) -> bool {
    ("00100".."02000").contains(&code.as_str()) && code.as_str().bytes().all(|b| b.is_ascii_digit())
}

fn inside(inquiry: &Inquiry) -> Option<bool> {
    let text = inquiry.text.as_str();
    let outside = OUTSIDE.is_match(text);
    let inside = INSIDE.is_match(&OUTSIDE.replace_all(text, " "));
    let places = &inquiry.stated.places_of_service;
    let facility = |place: &String| FACILITIES.contains(&place.as_str());
    match (outside, inside) {
        (true, true) => None,
        (true, false) => Some(false),
        (false, true) => Some(true),
        (false, false) if places.is_empty() => (inquiry.stated.place == Some(Stay::Asc)).then_some(true),
        (false, false) => {
            let all = places.iter().all(facility);
            (all || !places.iter().any(facility)).then_some(all)
        }
    }
}

fn payee(text: &str) -> Payee {
    if LIMITING.is_match(text) {
        Payee::LimitingCharge
    } else if PRACTITIONER.is_match(text) {
        Payee::Practitioner
    } else if NONPARTICIPATING.is_match(text) {
        Payee::Nonparticipating
    } else {
        Payee::Participating
    }
}

/// The modifier that has a line of its own in the schedule.
pub fn own_line(mention: &Mention, corpus: &Corpus) -> Option<Modifier> {
    let own = |modifier: &&Modifier| ["26", "TC", "53"].contains(&modifier.as_str());
    let modifier = mention.modifiers.iter().find(own)?;
    let listed = corpus.list_fees(&mention.code).iter().any(|row| row.modifier == modifier.as_str());
    listed.then(|| modifier.clone())
}

/// The checks that the question calls for: one for each of its codes, at most six.
pub fn asked(corpus: &Corpus, inquiry: &Inquiry) -> Vec<Question> {
    if of(inquiry).is_none() {
        return Vec::new();
    }
    let locality = locality::meant(corpus, inquiry).unwrap_or_default();
    let priced = procedures(inquiry).filter(|mention| !is_anesthesia(&mention.code)).take(6);
    let questions = priced.map(|mention| Question::Fee {
        code: mention.code.clone(),
        modifier: own_line(mention, corpus),
        locality: locality.clone(),
    });
    questions.collect()
}

#[cfg(test)]
mod tests;
