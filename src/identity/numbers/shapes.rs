//! Numbers that their shape alone gives away.

use super::super::codes::{announced, head, is_code, tail};
use super::super::span::Span;
use super::super::words::among;
use crate::domain::identifier::Identifier;
use crate::domain::pattern::pattern;

pattern!(SSN, r"(?i)\b(?:\d{3}|x{3}|\*{3})([- .])(?:\d{2}|x{2}|\*{2})([- .])\d{4}[A-Za-z]?\d?\b");
// The Medicare beneficiary identifier: 11 characters, no S, L, O, I, B, Z (CMS, MBI format), with hyphens or blanks or none.
pattern!(
    MBI,
    r"(?i)\b[1-9][AC-HJKMNP-RT-Y][0-9AC-HJKMNP-RT-Y]\d[ -]?[AC-HJKMNP-RT-Y][0-9AC-HJKMNP-RT-Y]\d[ -]?[AC-HJKMNP-RT-Y]{2}\d{2}\b"
);
pattern!(CARD, r"\b\d{4}([ -])\d{4}[ -]\d{4}[ -]\d{1,4}\b|\b3[47]\d{2}[ -]\d{6}[ -]\d{5}\b");
// The vehicle identification number: 17 characters, no I, O, Q (49 CFR 565.13).
pattern!(VIN, r"\b[A-HJ-NPR-Z0-9]{17}\b");
pattern!(TOKEN, r"\b[A-Za-z0-9]+(?:[-_][A-Za-z0-9]+)*\b");
pattern!(RECORD_BEHIND, r"(?i)^\s{0,2}\(\s?(?:mrn|med(?:ical)?\srec\w*|acct|account|member|ssn|mbi|claim)\b");
// Of the form of one: `plate 2284x` is a code of spine surgery.
pattern!(
    PLATE,
    r"(?i)\b(?:plates?|tag)\b[\s#:]{0,3}(?:number\s|no\.?\s|is\s)?\b([A-Z]{2,4}-?\d{3,4}|\d[A-Z]{3}\d{3}|(?-i:[A-Z]{2,4} \d{3,4}|[A-Z0-9]{2,4}-[A-Z0-9]{3,4}))\b"
);
pattern!(DOSE, r"(?i)^\s?(?:mg|mcg|ml|units?|iu|dollars|usd|cells|copies|%)\b");

/// Finds all of them.
pub(in crate::identity) fn find(text: &str, spans: &mut Vec<Span>) {
    for found in SSN.captures_iter(text) {
        let Some(whole) = found.get(0) else { continue };
        if found.get(1).map(|m| m.as_str()) == found.get(2).map(|m| m.as_str())
            && !glued(text, whole.start(), whole.end())
        {
            spans.push(Span::new(whole.range(), Identifier::Ssn, "[SSN]"));
        }
    }
    for found in MBI.find_iter(text) {
        spans.push(Span::new(found.range(), Identifier::HealthPlan, "[MEMBER ID]"));
    }
    for found in CARD.find_iter(text) {
        let digits = found.as_str().bytes().filter(u8::is_ascii_digit).count();
        if digits >= 15 || !announced(text, found.start()) {
            spans.push(Span::new(found.range(), Identifier::Account, "[ACCOUNT]"));
        }
    }
    for found in PLATE.captures_iter(text).filter_map(|found| found.get(1)) {
        if found.as_str().bytes().any(|b| b.is_ascii_digit()) && found.as_str().len() >= 5 {
            spans.push(Span::new(found.range(), Identifier::Vehicle, "[VEHICLE ID]"));
        }
    }
    for found in TOKEN.find_iter(text) {
        if let Some((kind, mask)) = of_token(text, found.as_str(), found.start(), found.end()) {
            spans.push(Span::new(found.range(), kind, mask));
        }
    }
}

fn glued(text: &str, start: usize, end: usize) -> bool {
    text[..start].ends_with(['-', '.', '/']) || text[end..].starts_with('-')
}

/// What a token without a label is, if it identifies.
fn of_token(text: &str, token: &str, start: usize, end: usize) -> Option<(Identifier, &'static str)> {
    let digits = token.bytes().filter(u8::is_ascii_digit).count();
    if digits < 4 || is_code(token) {
        return None;
    }
    // Records are numbered by their last pairs of figures: `20-44-17`, which is no day.
    pattern!(PAIRS, r"^\d\d-\d\d-\d\d$");
    if PAIRS.is_match(token) && !super::is_day(token) {
        return Some((Identifier::Mrn, "[MRN]"));
    }
    if VIN.is_match(token) && token.len() == 17 && (4..17).contains(&digits) {
        return Some((Identifier::Vehicle, "[VEHICLE ID]"));
    }
    if RECORD_BEHIND.is_match(head(text, end, 24)) {
        return Some((Identifier::Mrn, "[MRN]"));
    }
    let money = text[..start].ends_with(['$', '€', '£']) || digits <= 8 && DOSE.is_match(head(text, end, 12));
    let fraction = text[..start].ends_with('.') && text[..start - 1].ends_with(|c: char| c.is_ascii_digit());
    pattern!(LAW, r"(?i)(?:u\.?s\.?c\.?|c\.?f\.?r\.?|§+|sections?|sec\.?|part|title)\s{0,2}$");
    let law = digits <= 6 && LAW.is_match(tail(text, start, 12));
    if money || fraction || law || announced(text, start) && digits == token.len() {
        return None;
    }
    let letters = token.len() - digits - token.bytes().filter(|b| b"-_".contains(b)).count();
    let plain = digits == token.len();
    let long = plain && digits >= 7 && !(digits == 8 && is_day(token));
    // `WC-22871`, `2024-0098123`, `XKJ123456789`, `H12345678`.
    let mixed = !plain && digits >= 5 && token.len() >= 7 && !is_list(token) && !has_day(token);
    (long || mixed && (letters > 0 || digits >= 7)).then(|| match of_card(token, digits, plain) {
        true => (Identifier::Account, "[ACCOUNT]"),
        false => (Identifier::Other, "[NUMBER]"),
    })
}

fn of_card(token: &str, digits: usize, plain: bool) -> bool {
    let bytes = token.as_bytes();
    plain && (15..=16).contains(&digits)
        || token.len() >= 15
            && bytes[..2].iter().all(u8::is_ascii_uppercase)
            && bytes[2..4].iter().all(u8::is_ascii_digit)
}

/// `YYYYMMDD` or `MMDDYYYY`: a day of our time.
fn is_day(token: &str) -> bool {
    pattern!(
        DAY,
        r"^(?:(?:199\d|20[0-4]\d)(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])|(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])20[0-4]\d)$"
    );
    DAY.is_match(token)
}

/// `2024-10-03`, `10-03-2024`, also with a time glued behind.
fn has_day(token: &str) -> bool {
    pattern!(
        DAY,
        r"(?i)^(?:(?:19|20)\d\d-\d{1,2}-\d{1,2}(?:t\d{1,6}z?)?|\d{1,2}-\d{1,2}-(?:19|20)?\d\d|(?:20[0-4]\d)(?:0[1-9]|1[0-2])\d\dt\d{1,6}z?)$"
    );
    DAY.is_match(token)
}

/// Codes, modifiers and small counts joined by hyphens: `99213-25-59`, `CPT-45385`, `11042-11045x3`; and forms: `837-5010`.
/// `WC-22871` is somebody's number.
fn is_list(token: &str) -> bool {
    let mut parts = token.split(['-', '_']);
    let first = parts.next().unwrap_or_default();
    let set = among("cpt|hcpcs|icd|icd10|dx|cms|hcfa|ub|ms|drg|lcd|ncd|pub|form|rev|om|clm|pim", first);
    let code = |part: &str| part.len() >= 3 && is_code(part);
    ((set || code(first))
        && parts.all(|part| code(part) || part.len() <= 3 || part.bytes().all(|b| b.is_ascii_lowercase())))
        || !announced_form(token)
}

/// False for forms and sections of a few figures with hyphens: `100-04`, `837-5010`.
fn announced_form(token: &str) -> bool {
    let parts: Vec<&str> = token.split(['-', '_']).collect();
    let figures = parts.iter().all(|part| part.bytes().all(|b| b.is_ascii_digit()));
    !(figures && parts.len() == 2 && parts.iter().map(|part| part.len()).sum::<usize>() <= 8)
}
