//! Wound repairs: lengths summed by kind of closure and anatomic group. Source: CPT, surgery, repair (closure), as the
//! rule card `repair-add-lengths` has it; the bands and groups stand in the descriptions of the codes. Adhesive alone
//! for Medicare: NCCI Policy Manual, chapter III, section L.

pub(super) mod bill;
pub(super) mod closure;
pub(super) mod family;
pub(super) mod measure;
pub(super) mod place;
pub(super) mod read;
mod say;
#[cfg(test)]
pub(super) mod tests;

use super::choice;
use super::wants::{Wants, plain};
use crate::corpus::Corpus;
use crate::domain::check::Setting;
use crate::domain::code::{Code, CodeSet};
use crate::domain::draft::Verdict;
use crate::domain::inquiry::Inquiry;
use crate::domain::pattern::pattern;
use crate::domain::ruling::Ruling;
use crate::domain::stated::{Payer, Place as ClaimPlace};
use bill::{Bill, wanted, work};
use family::{Closure, Sum, Wound, sums};
use read::Part;

pattern!(
    WOUND,
    r"(?i)\blacerat\w*|\bwounds?\b|\bcuts?\b|\bgash\w*|\blacs?\b|\b(?:simple|intermediate|complex|layered)\s+(?:wound\s+)?(?:repairs?|closures?)\b"
);
pattern!(
    CLOSED,
    r"(?i)\brepair\w*|\bclos(?:ed|ure|ures|ing)\b|\bsutur\w*|\bstitch\w*|\bstapl\w*|\blayer\w*|\badhesive\b|\bglue[sd]?\b|\bdermabond\b|\bsteri[- ]?strip\w*|\bsewn\b|\b(?:simple|intermediate|complex)\b"
);
// What belongs to other families, or asks for something else.
pattern!(
    ELSEWHERE,
    r"(?i)\b(?:drain\w*|incised|abscess\w*|infected|i ?& ?d|biops\w*|tendon (?:repair|lacerat\w*)|tendons? (?:was|were) (?:repaired|cut|sutured)|tenorrhaphy|nerves?|arter(?:y|ies|ial)|vascular|fractur\w*|dislocat\w*|vaccin\w*|tetanus|tdap|immuniz\w*|nail ?bed|nail plate|avuls\w*|amputat\w*|burns?|excis\w*|lesions?|mohs|flaps?|grafts?|tissue transfer|z-?plasty|skin substitute|foreign bod\w*|splinter|episiotomy|obstetric\w*|postpartum|vaginal delivery|perine\w*|vagin\w*|cervi(?:x|cal)|rect(?:al|um)|anal|sphincter|corneal?|conjunctiva\w*|globe|canalicul\w*|tongue|palate|gums?|gingiva\w*|intraoral|vestibule|liver|splen\w*|bowel|kidney|bladder|dura|dehisc\w*|secondary (?:closure|intention)|delayed|hernia|muscles?|rotator|ligament\w*|menisc\w*|icd\S*|diagnos[ei]s\w*|dx|pcs|drg|apc|7th|seventh|global|post-?op\w*|follow-?up|e/m|anesthesia (?:code|bill\w*)|through[- ]and[- ]through|full[- ]thickness|mue|vermilion|inch(?:es)?|debrid\w*|pressure ulcers?|surgical (?:wound|incision)|vac|negative pressure|wound (?:care|check)|removal of (?:sutures|stitches|staples)|(?:suture|staple) removal|remov\w+ (?:the )?(?:sutures|stitches|staples))\b"
);
pattern!(
    OTHER_ASKED,
    r"(?i)\bvisit\b|\bx-?rays?\b|\bpay(?:s|ment)?\b|\bpaid\b|\bden(?:y|ied|ial)\b|\bcover\w*|\bsupply\b|\btray\b"
);
pattern!(CODE_WORD, r"(?i)\bcpt\b|\bcodes?\b|\bcoding\b|\bbill(?:ed)?\b|\breport(?:ed)?\b");
pattern!(
    ADDS,
    r"\b(?:add|combin\w*|sum(?:med)?|total(?:ed)?|lump\w*|group\w*)\b[^.?!]{0,50}\b(?:lengths?|together|up|them|these|both|those|wounds?|lacerations?|repairs?|all|sizes?)\b|\badded\b|\b(?:one|a single|single) code\b"
);
pattern!(SEPARATES, r"\b(?:separate(?:ly)?|each|both|individually|twice|two codes|2 codes|two lines|x ?2)\b");
pattern!(RIGHT, r"\b(?:correct|right|ok(?:ay)?|accurate|appropriate|use|bill|code|report|is it)\b");
pattern!(NUMBER, r"\b(?:1[23]\d{3}|G0168)\b");
pattern!(OR_CODE, r"\b(?:or|vs\.?|versus)\b");

/// Words of a question that needs none but its description.
const SHORT: usize = 16;

/// The codes of the wounds that the question describes; `None` where it does not ask for them or leaves more than one
/// fact open.
pub fn find(corpus: &Corpus, inquiry: &Inquiry) -> Option<Ruling> {
    let text = plain(&inquiry.text);
    let prepared = edges_left_out(&text);
    if !WOUND.is_match(&text) || !CLOSED.is_match(&text) || ELSEWHERE.is_match(&prepared) {
        return None;
    }
    let asked = inquiry.text_asked();
    let wants = wanted(&text);
    if OTHER_ASKED.is_match(&asked) || !is_own(inquiry) || !is_asked(&text, wants) {
        return None;
    }
    let parts = read::read(&text)?;
    if let Some(ruling) = alone(corpus, inquiry, wants, &parts) {
        return Some(ruling);
    }
    match known(&parts) {
        Some(wounds) => settled(corpus, inquiry, wants, &wounds),
        None => say::ask_back(corpus, inquiry, &parts).filter(|_| !wants.verdict && inquiry.mentions.is_empty()),
    }
}

/// Debridement of the wound's own edges is part of a complex repair, and no debridement.
fn edges_left_out(text: &str) -> String {
    closure::settle(&text.to_lowercase())
}

/// True where the question names no procedure of another family.
fn is_own(inquiry: &Inquiry) -> bool {
    let procedures = inquiry.codes().into_iter().filter(|code| code.set() != CodeSet::Icd10cm);
    procedures.into_iter().all(is_repair)
}

fn is_repair(code: &Code) -> bool {
    ("12001"..="13153").contains(&code.as_str()) || code.as_str() == "G0168"
}

fn is_asked(text: &str, wants: Wants) -> bool {
    let names = text.contains('?') && NUMBER.is_match(text);
    names
        || wants.code
        || wants.verdict
        || wants.modifier
        || CODE_WORD.is_match(text)
        || choice::is_bare(text)
        || is_short(text)
}

/// A description of few words with a question mark asks for its code.
fn is_short(text: &str) -> bool {
    text.ends_with('?') && text.split_whitespace().count() <= SHORT
}

/// The wounds, where everything is known of each.
fn known(parts: &[Part]) -> Option<Vec<Wound>> {
    let of = |part: &Part| {
        let (length, closure, place) = (part.length?, part.closure?, part.place?);
        family::Family::of(closure, place)?;
        Some(Wound { length, closure, place, word: part.word.clone() })
    };
    parts.iter().map(of).collect()
}

/// A single wound closed with strips or adhesive alone.
fn alone(corpus: &Corpus, inquiry: &Inquiry, wants: Wants, parts: &[Part]) -> Option<Ruling> {
    let [part] = parts else { return None };
    let mut bill = Bill::new(corpus, inquiry);
    bill.rule("wound-adhesive");
    match part.closure? {
        Closure::Strips => {
            let verdict = verdict(inquiry, wants, &[], &bill, 1)?;
            let say = "No repair code: closing a wound with adhesive strips or tape alone is part of the visit.";
            Some(bill.into_ruling("wound repair", None, say, &[])).map(|ruling| Ruling { verdict, ..ruling })
        }
        Closure::Glue if is_medicare_professional(inquiry) => {
            bill.add("G0168", &[], 1)?;
            let verdict = verdict(inquiry, wants, &[], &bill, 1)?;
            let other = part.length.zip(part.place).and_then(|(length, place)| {
                let code = family::Family::of(Closure::Simple, place)?.codes(length).first()?.0;
                Some(format!("A payer other than Medicare usually takes {} for that length.", bill.name(code)?))
            });
            let say = "G0168 for Medicare: the wound was closed with tissue adhesive alone, and the length does not matter. \
                       With sutures or staples as well it would be the repair code.";
            Some(bill.into_ruling("wound repair", verdict, say, &[other.as_deref().unwrap_or("")]))
        }
        _ => None,
    }
}

fn is_medicare_professional(inquiry: &Inquiry) -> bool {
    inquiry.stated.payer == Payer::Medicare
        && inquiry.scope.setting == Setting::Practitioner
        && !matches!(inquiry.stated.place, Some(ClaimPlace::Facility | ClaimPlace::Inpatient))
}

/// The lines of wounds of which everything is known.
fn settled(corpus: &Corpus, inquiry: &Inquiry, wants: Wants, wounds: &[Wound]) -> Option<Ruling> {
    let glue = wounds.iter().any(|wound| wound.closure == Closure::Glue);
    if wounds.iter().any(|wound| wound.closure == Closure::Strips) || (glue && is_medicare_professional(inquiry)) {
        return None;
    }
    let sums = ordered(corpus, wounds)?;
    let mut bill = Bill::new(corpus, inquiry);
    for (n, sum) in sums.iter().enumerate() {
        for (part, (code, units)) in sum.family.codes(sum.total()).into_iter().enumerate() {
            // The add-on of a long complex repair follows its own first code, and takes no modifier.
            let modifiers: &[&str] = if n > 0 && part == 0 { &["59"] } else { &[] };
            bill.add(code, modifiers, units)?;
        }
    }
    let verdict = verdict(inquiry, wants, &sums, &bill, wounds.len())?;
    if wounds.len() > 1 {
        bill.rule("repair-add-lengths");
    }
    if wounds.iter().any(|wound| wound.closure != Closure::Simple) {
        bill.rule("repair-level");
    }
    let (say, more) = say::lines(&sums);
    let more: Vec<&str> = more.iter().map(String::as_str).collect();
    Some(bill.into_ruling("wound repair", verdict, &say, &more))
}

/// The sums, the most complex first, and of one kind the one with more work.
fn ordered(corpus: &Corpus, wounds: &[Wound]) -> Option<Vec<Sum>> {
    let mut sums = sums(wounds)?;
    let weight = |sum: &Sum| sum.family.codes(sum.total()).first().map_or(0.0, |(code, _)| work(corpus, code));
    sums.sort_by(|a, b| b.family.closure.cmp(&a.family.closure).then(weight(b).total_cmp(&weight(a))));
    Some(sums)
}

/// The verdict, where one is asked for; `None` where it is about something that the sums do not say.
fn verdict(inquiry: &Inquiry, wants: Wants, sums: &[Sum], bill: &Bill<'_>, wounds: usize) -> Option<Option<Verdict>> {
    let asked = inquiry.text_asked().to_lowercase();
    let named: Vec<&Code> = inquiry.codes().into_iter().filter(|code| code.set() != CodeSet::Icd10cm).collect();
    let (adds, separates) = (ADDS.is_match(&asked), SEPARATES.is_match(&asked));
    if !wants.verdict || (adds && separates) || OR_CODE.is_match(&asked) {
        let answers = wants.code || !wants.verdict || wants.modifier || adds || !named.is_empty();
        return answers.then_some(None);
    }
    let merged = if sums.len() == wounds {
        Verdict::No
    } else if sums.len() == 1 {
        Verdict::Yes
    } else {
        Verdict::Depends
    };
    if wounds > 1 && adds {
        return Some(Some(merged));
    }
    if wounds > 1 && separates && named.len() <= 1 {
        return Some(Some(match merged {
            Verdict::Yes => Verdict::No,
            Verdict::No => Verdict::Yes,
            Verdict::Depends => Verdict::Depends,
        }));
    }
    if !named.is_empty() && RIGHT.is_match(&asked) {
        let same = named.len() == bill.lines.len() && bill.lines.iter().all(|line| named.contains(&&line.code));
        return Some(Some(if same { Verdict::Yes } else { Verdict::No }));
    }
    wants.code.then_some(None)
}
