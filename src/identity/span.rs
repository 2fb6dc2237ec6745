//! Where identifiers stand in a text, and the text without them.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use crate::domain::identifier::{Identifier, Removed};

/// An identifier and what stands in its place.
#[derive(Debug, Clone)]
pub(super) struct Span {
    pub range: Range<usize>,
    pub kind: Identifier,
    pub mask: Cow<'static, str>,
}

impl Span {
    pub fn new(range: Range<usize>, kind: Identifier, mask: &'static str) -> Self {
        Self { range, kind, mask: Cow::Borrowed(mask) }
    }
}

/// Which of two that overlap names the whole: an address of mail holds names, a street holds a house number.
fn rank(kind: Identifier) -> u8 {
    match kind {
        Identifier::Email => 0,
        Identifier::Url => 1,
        Identifier::Ip => 2,
        Identifier::Ssn => 3,
        Identifier::BirthDate => 4,
        Identifier::Fax => 5,
        Identifier::Phone => 6,
        Identifier::Address => 7,
        Identifier::Name => 20,
        Identifier::Correspondent => 21,
        Identifier::Clinician => 22,
        _ => 10,
    }
}

/// Joins what overlaps and orders the rest. Of two that overlap nothing stays in sight: the whole gets one mask.
pub(super) fn settle(mut spans: Vec<Span>) -> Vec<Span> {
    spans.retain(|span| !span.range.is_empty());
    spans.sort_by_key(|span| (span.range.start, std::cmp::Reverse(span.range.end)));
    let mut settled: Vec<Span> = Vec::with_capacity(spans.len());
    for span in spans {
        match settled.last_mut() {
            Some(last) if span.range.start < last.range.end => {
                let end = last.range.end.max(span.range.end);
                if rank(span.kind) < rank(last.kind) {
                    (last.kind, last.mask) = (span.kind, span.mask);
                }
                last.range.end = end;
            }
            _ => settled.push(span),
        }
    }
    settled
}

/// A run of masks that is one thing: `[NAME] [NAME]` is a name, `[ADDRESS], [ADDRESS]` an address.
fn joins(mask: &str, between: &str) -> bool {
    match mask {
        "[NAME]" => between.chars().all(|c| " .".contains(c)),
        "[ADDRESS]" => between.chars().all(|c| " ,.".contains(c)),
        _ => false,
    }
}

/// The text with a mask for each span. `spans` are settled.
pub(super) fn render(text: &str, spans: &[Span]) -> (String, Vec<Removed>) {
    let mut out = String::with_capacity(text.len());
    let mut counts: BTreeMap<Identifier, usize> = BTreeMap::new();
    let (mut end, mut last) = (0, "");
    for span in spans {
        let between = &text[end..span.range.start];
        let again = last == span.mask && joins(last, between);
        end = span.range.end;
        if again {
            continue;
        }
        out.push_str(between);
        out.push_str(&span.mask);
        last = &span.mask;
        *counts.entry(span.kind).or_default() += 1;
    }
    out.push_str(&text[end..]);
    (out, counts.into_iter().map(|(kind, count)| Removed { kind, count }).collect())
}

static MASK: LazyLock<Regex> = LazyLock::new(|| {
    crate::domain::pattern::constant(
        r"(?i)\[\s*(?:NAME|ADDRESS|CITY|ZIP|DOB|PHONE|FAX|EMAIL|LINK|IP|SSN|MRN|MEMBER ID|ACCOUNT|LICENSE|VEHICLE ID|DEVICE ID|BIOMETRIC ID|NUMBER|NPI|DATE)\b(?:-?\s*\d{0,4}\s*\])?\]?",
    )
});

/// True where a text holds a mask, or the token of a date: a draft has no reason to repeat one.
pub fn holds_mask(text: &str) -> bool {
    MASK.is_match(text)
}

/// The text with another word for every mask.
pub(super) fn with_masks(text: &str, word: &str) -> String {
    MASK.replace_all(text, regex::NoExpand(word)).into_owned()
}
