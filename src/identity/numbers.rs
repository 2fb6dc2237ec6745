//! Numbers that belong to one person, by the word in front of them or by their shape.

use std::ops::Range;

use super::codes::{announced, head, is_code, tail};
use super::span::Span;
use crate::domain::identifier::Identifier;
use crate::domain::pattern::pattern;

mod labels;
mod shapes;

pattern!(VALUE, r"^\s{0,3}(?P<value>(?:[A-Za-z]{1,4}\s)?[#*]{0,4}[A-Za-z0-9][A-Za-z0-9/_.-]{0,60})");
pattern!(MORE, r"(?i)^(?:\s?[,;&/]\s?(?:and\s|or\s)?|\s(?:and|or)\s)(?P<value>[A-Za-z0-9][A-Za-z0-9_.-]{3,40})");
pattern!(GROUP, r"^[ ](?P<value>\d{2,4}[A-Za-z]?)\b");

/// Finds all of them.
pub(super) fn find(text: &str, spans: &mut Vec<Span>) {
    for label in labels::find(text) {
        let Some(value) = value(text, &label) else { continue };
        let mut end = value.end;
        spans.push(Span::new(value.clone(), label.kind, label.mask));
        // `MRN 1234567 and 7654321`: as long as they look like the first.
        while let Some(found) = MORE.captures(head(text, end, 60)).and_then(|found| found.name("value")) {
            let token = trimmed(found.as_str());
            let digits = digits(token);
            let alike = token.len() == value.len()
                && (!is_code(token) || label.plural || value.len() > 5 && is_alike(token, &text[value.clone()]))
                || label.always && digits >= 6 && !token.contains('.');
            let other = is_day(token) || !alike && (is_code(token) || digits < 6);
            if digits < 4 || other {
                break;
            }
            let start = end + found.start();
            end = start + token.len();
            spans.push(Span::new(start..end, label.kind, label.mask));
        }
    }
    shapes::find(text, spans);
}

/// True where two are letters and figures in the same places.
fn is_alike(a: &str, b: &str) -> bool {
    a.len() == b.len() && a.bytes().zip(b.bytes()).all(|(a, b)| a.is_ascii_digit() == b.is_ascii_digit())
}

/// Masks six figures in a line that names somebody: no code has six, and a record often does.
pub(super) fn find_beside(text: &str, spans: &mut Vec<Span>) {
    pattern!(SIX, r"\b\d{6}\b");
    pattern!(AMOUNT, r"(?i)^(?:[.,%]\d|\s?(?:mg|mcg|ml|units?|iu|dollars|usd|cells|copies|%|platelets)\b)");
    let mut named: Vec<usize> = spans.iter().filter(|span| is_person(span.kind)).map(|span| span.range.start).collect();
    named.sort_unstable();
    for found in SIX.find_iter(text) {
        let start = tail(text, found.start(), 120);
        let start = found.start() - start.len() + start.rfind('\n').map_or(0, |at| at + 1);
        let end = head(text, found.end(), 120);
        let end = found.end() + end.find('\n').unwrap_or(end.len());
        let beside = named.partition_point(|at| *at < start) < named.partition_point(|at| *at < end);
        let money =
            text[..found.start()].ends_with(['$', '.', '-', '/', '€']) || AMOUNT.is_match(head(text, found.end(), 12));
        if beside && !money && !announced(text, found.start()) {
            spans.push(Span::new(found.range(), Identifier::Mrn, "[MRN]"));
        }
    }
}

fn is_person(kind: Identifier) -> bool {
    matches!(kind, Identifier::Name | Identifier::BirthDate | Identifier::Ssn | Identifier::Mrn)
}

/// What stands behind a label, where it identifies: its range in the text.
fn value(text: &str, label: &labels::Label) -> Option<Range<usize>> {
    let behind = head(text, label.end, 80);
    let found = VALUE.captures(behind)?.name("value")?;
    let mut token = trimmed(found.as_str());
    // `MRN on 3/4`: letters and a blank belong to a number only in capitals, and where figures follow.
    let mut start = found.start();
    if let Some((front, rest)) = token.split_once(' ') {
        let sound = front.bytes().all(|b| b.is_ascii_uppercase()) && rest.starts_with(|c: char| c.is_ascii_digit());
        if !sound || is_code(rest) || announced(text, label.end + start + front.len() + 1) {
            return None;
        }
    }
    let stars = token.len() - token.trim_start_matches(['#', '*']).len();
    token = &token[stars..];
    start += stars;
    let digits = digits(token);
    if digits == 0 || (is_day(token) && !label.always) {
        return None;
    }
    let identifies =
        if label.sure { digits >= label.least } else { token.len() >= 6 && digits >= 4 && !is_code(token) };
    if !identifies || is_policy(text, label, token) {
        return None;
    }
    let start = label.end + start;
    let mut end = start + token.len();
    // `MRN 12 34 56`, `member 1234 5678 9012`: short groups go on, a code of five does not.
    if label.sure && token.len() <= 4 && token.bytes().all(|b| b.is_ascii_digit()) {
        while let Some(group) = GROUP.captures(head(text, end, 8)).and_then(|found| found.name("value")) {
            end += group.end();
        }
    }
    Some(start..end)
}

/// `policy L34106` is a coverage document of Medicare, and so is an article where coverage is spoken of.
fn is_policy(text: &str, label: &labels::Label, token: &str) -> bool {
    pattern!(COVERAGE, r"(?i)\b(?:lcds?|ncds?|article|coverage|medical policy|cms|mac)\b");
    let shape = token.len() == 6 && token[1..].bytes().all(|b| b.is_ascii_digit());
    let document = shape && token.starts_with(['L', 'l'])
        || shape && token.starts_with(['A', 'a']) && COVERAGE.is_match(tail(text, label.start, 60));
    document && matches!(label.kind, Identifier::HealthPlan | Identifier::Other)
}

fn digits(token: &str) -> usize {
    token.bytes().filter(u8::is_ascii_digit).count()
}

fn trimmed(token: &str) -> &str {
    token.trim_end_matches(['/', '_', '.', '-'])
}

/// A date, which is told elsewhere: `encounter 2024-10-03`, `claim 10/3/2024`.
fn is_day(token: &str) -> bool {
    pattern!(
        DAY,
        r"^(?:(?:19|20)\d\d[-/.](?:0?[1-9]|1[0-2])[-/.](?:[0-2]?\d|3[01])|(?:0?[1-9]|1[0-2])[-/.](?:[0-2]?\d|3[01])(?:[-/.](?:(?:19|20)\d\d|[0-3]\d))?|\d{1,2}/\d{4})$"
    );
    DAY.is_match(token)
}
