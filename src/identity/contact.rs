//! Telephone and fax numbers, addresses of mail, of web pages and of machines.

use super::codes::{announced, head, is_code, tail};
use super::span::Span;
use crate::domain::identifier::Identifier;
use crate::domain::pattern::pattern;

pattern!(EMAIL, r"[\w.!#$%&'*+/=?^`{|}~-]+@[\w-]+(?:\.[\w-]+)*");
pattern!(
    SPELT,
    r"(?i)\b[\w.+-]{1,40}\s?[(\[]\s?at\s?[)\]]\s?[\w-]{1,40}(?:(?:\.|\s?[(\[]\s?dot\s?[)\]]\s?)[\w-]{2,20}){1,3}"
);
pattern!(
    LINK,
    r"(?i)\b(?:https?|ftps?|file|mailto|tel)://?[^\s<>]+|\bwww\.[^\s<>]+|\b(?:[a-z0-9-]+\.)+(?:com|org|net|gov|edu|mil|info|health|clinic|care)\b(?:[/?][^\s<>]*)?"
);
pattern!(
    OFFICIAL,
    r"(?i)^(?:https?://)?(?:[a-z0-9-]{1,63}\.){0,4}(?:cms|hhs|medicaid|medicare|federalregister|ecfr|govinfo|nih|cdc|fda|oig)\.(?:hhs\.|nlm\.)?gov\b[^?@]{0,300}$"
);
pattern!(
    NETWORK,
    r"(?i)\b\d{1,3}(?:\.\d{1,3}){3}\b|\b(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}\b|\b(?:[0-9a-f]{1,4}:){3,7}:?[0-9a-f]{1,4}\b|\b(?:[0-9a-f]{1,4}:){1,6}:(?:[0-9a-f]{1,4}:){0,5}[0-9a-f]{1,4}\b"
);
pattern!(SECTION, r"(?i)(?:§+|\bsections?|\bsec\.?|\bchapter|\bch\.?|\bpub\.?|\bguidelines?|\bversion|\bv)\s*$");
// The North American plan, however it is set; and a local number.
pattern!(
    PHONE,
    r"(?ix)(?:\+?\b1[\ ./-]?)?(?:\(\s?\d{3}\s?\)[\ .-]{0,2}|\b\d{3}[\ ./-]{1,2})\d{3}[\ .-]{1,2}\d{4}(?:\s{0,2}(?:x|ext\.?|extension)\s{0,2}\d{1,6})?\b
      | \b\d{3}-\d{4}(?:\s{0,2}(?:x|ext\.?)\s{0,2}\d{1,6})?\b"
);
// Groups of figures as the rest of the world sets them.
pattern!(
    FOREIGN,
    r"(?ix)(?:\+\d{1,3}[\ .-]?)?\(?\b\d{2,4}\)?(?:[\ .-]\d{2,4}){2,4}(?:\s?(?:x|ext\.?)\s?\d{1,6})?\b | \+\d{8,15}\b"
);
pattern!(
    CALLED,
    r"(?i)\b(?:phones?|ph|tel|telephone|cells?|mobile|call(?:ed|back)?|pager|pgr|beeper|contact|reach\w*|voicemail|sms|text|whatsapp|dial|hotline|direct|line|home|work|office|o|m|c|p|f|fax|number|facsimile|at|ext)\b[^\n\w]{0,6}(?:(?:number|no|num|is|me|us|at|line|back|him|her|them)\b[^\n\w]{0,3}){0,3}$"
);
pattern!(
    TEN,
    r"(?i)\b(?:phones?|ph|tel|telephone|cells?|mobile|call(?:ed|back)?|pager|fax|facsimile)\b[^\n\w]{0,6}(?:(?:number|no|num|is|me|us|at|line|back|him|her|them)\b[^\n\w]{0,3}){0,3}(\+?\d{7,15})\b"
);
pattern!(FAX, r"(?i)(?:\bfax|\bfacsimile|\bf:|\bf\s)[^\n]{0,14}$");
pattern!(EXTENSION, r"(?i)\b(?:ext|extension)\b\.?\s{0,2}#?\s?(\d{2,6})\b");
pattern!(DATED, r"^(?:19|20)\d\d[ .-]\d{1,2}[ .-]\d{1,2}\b|\b\d{1,2}[ .-]\d{1,2}[ .-](?:19|20)\d\d\b");
pattern!(NO_PHONE, r"(?i)^\s*(?:mg|ml|mcg|g|units?|cc|mm|cm|iu|%|x\s?\d)\b");
pattern!(
    FORM,
    r"(?i)\b(?:form|pub|ansi|section|transmittal|cr|mm|range|from|between|codes?|version|isbn|rev|revenue)\b[\s:.#]{0,3}$"
);

/// Finds all of them.
pub(super) fn find(text: &str, spans: &mut Vec<Span>) {
    let mut push = |range: std::ops::Range<usize>, kind, mask| spans.push(Span::new(range, kind, mask));
    for found in EMAIL.find_iter(text).chain(SPELT.find_iter(text)) {
        push(found.range(), Identifier::Email, "[EMAIL]");
    }
    for found in LINK.find_iter(text).filter(|found| !OFFICIAL.is_match(found.as_str())) {
        let end = found.start() + found.as_str().trim_end_matches(['.', ',', ';', ')', '?', '!', ':']).len();
        push(found.start()..end, Identifier::Url, "[LINK]");
    }
    for found in NETWORK.find_iter(text) {
        let digits = found.as_str().bytes().filter(u8::is_ascii_digit).count();
        let time = found.as_str().contains(':') && found.as_str().len() < 9;
        if digits > 0 && !time && !SECTION.is_match(tail(text, found.start(), 16)) {
            push(found.range(), Identifier::Ip, "[IP]");
        }
    }
    let number = |at: usize| {
        if FAX.is_match(tail(text, at, 20)) { (Identifier::Fax, "[FAX]") } else { (Identifier::Phone, "[PHONE]") }
    };
    for found in PHONE.find_iter(text) {
        if is_phone(text, found.start(), found.end()) {
            let (kind, mask) = number(found.start());
            push(found.range(), kind, mask);
        }
    }
    for found in FOREIGN.find_iter(text) {
        if is_foreign(text, found.as_str(), found.start(), found.end()) {
            let (kind, mask) = number(found.start());
            push(found.range(), kind, mask);
        }
    }
    for found in TEN.captures_iter(text).chain(EXTENSION.captures_iter(text)).filter_map(|found| found.get(1)) {
        let (kind, mask) = number(found.start());
        push(found.range(), kind, mask);
    }
}

/// True where no figure goes on in front or behind, and a local number is no dose, form or range.
fn is_phone(text: &str, start: usize, end: usize) -> bool {
    let local = end - start <= 8 || !text[start..end].contains(['(', ' ', '.']) && text[start..end].len() == 8;
    let glued = goes_on(text, start, end);
    let other = NO_PHONE.is_match(head(text, end, 12)) || FORM.is_match(tail(text, start, 24));
    !(glued || local && other)
}

fn goes_on(text: &str, start: usize, end: usize) -> bool {
    let before = text[..start].chars().next_back();
    let behind = text[end..].chars().next();
    before.is_some_and(|c| c.is_alphanumeric() || "-/$.".contains(c))
        || behind.is_some_and(char::is_alphanumeric)
        || (text[end..].starts_with('-') && text[end + 1..].starts_with(|c: char| c.is_ascii_digit()))
}

/// Nine figures and more in groups. Groups of one length are as well a list of codes, and need a word in front; so do
/// figures behind words that announce a list.
fn is_foreign(text: &str, found: &str, start: usize, end: usize) -> bool {
    let digits = found.bytes().filter(u8::is_ascii_digit).count();
    let groups: Vec<usize> =
        found.split(|c: char| !c.is_ascii_digit()).filter(|group| !group.is_empty()).map(str::len).collect();
    let called = CALLED.is_match(tail(text, start, 40));
    let international = found.starts_with('+');
    let uniform = groups.iter().all(|len| *len == groups[0]) && !found.contains('-');
    let least = if found.starts_with('(') || called { 8 } else { 9 };
    (least..=20).contains(&digits)
        && !DATED.is_match(found)
        && !is_code(found)
        && !goes_on(text, start, end)
        && (called || international || !(uniform || announced(text, start)))
}
