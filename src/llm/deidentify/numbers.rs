//! Numbers that belong to one person: telephone, social security, record, account, claim.

use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::is_code;

macro_rules! pattern {
    ($name:ident, $text:expr) => {
        static $name: LazyLock<Regex> = LazyLock::new(|| Regex::new($text).expect("the pattern is a constant"));
    };
}

pattern!(
    LABELLED,
    r"(?ix)\b(?P<word>mrn|mr\#|medical\s+record|account|acct|member|policy|claim|chart|case|icn|dcn|tcn|hicn?|mbi|subscriber|group|encounter|
      visit|auth(?:orization)?|reference|ref|certificate|licen[cs]e|serial|vin|device|passport|npi|ssn|social\s+security|invoice|
      confirmation|accession|specimen|ticket|record|patient|pt|insurance|medicare|medicaid|id)
      (?P<mark>(?:[\s.]*(?:id\b|num(?:ber)?\b|nbr\b|\#|no[.:]|no\b))*)
      \s*(?:is\s+|was\s+)?[:=]*\s*
      (?P<value>[A-Z0-9]*-?[A-Z0-9]*\d[A-Z0-9-]*)"
);
pattern!(SSN, r"\b\d{3}-\d{2}-\d{4}\b|\b\d{3} \d{2} \d{4}\b");
pattern!(
    PHONE,
    r"(?x)(?:\+?\b1[\ .-]?)?(?:\(\d{3}\)\s*|\b\d{3}[\ .-])\d{3}[\ .-]\d{4}\b(?:\s*(?:x|ext\.?)\s*\d+)?
      | \+\d{1,3}[\ -]\(?\d{1,4}\)?(?:[\ -]?\d{2,4}){2,4}\b | \b\d{3}-\d{4}\b"
);
// The Medicare beneficiary identifier: 11 characters, no S, L, O, I, B, Z (CMS, MBI format).
pattern!(
    MBI,
    r"(?i)\b[1-9][AC-HJKMNP-RT-Y][0-9AC-HJKMNP-RT-Y]\d-?[AC-HJKMNP-RT-Y][0-9AC-HJKMNP-RT-Y]\d-?[AC-HJKMNP-RT-Y]{2}\d{2}\b"
);
pattern!(CARD, r"\b(?:\d{4}[ -]){3}\d{1,4}\b");
pattern!(LONG, r"\b[A-Za-z]{0,3}\d{7,}[A-Za-z]?\b");
pattern!(NETWORK, r"\b\d{1,3}(?:\.\d{1,3}){3}\b");

/// Words that are only ever followed by an identifier.
const ALWAYS: [&str; 13] =
    ["mrn", "mr#", "icn", "dcn", "tcn", "hic", "hicn", "mbi", "vin", "passport", "ssn", "npi", "social security"];

/// Masks what a word in front makes an identifier. A code behind such a word stays, unless the word or a mark
/// (`#`, `number`) says that it is none: `claim 45385` is a code on a claim, `claim # 45385` is a claim.
pub(super) fn mask_labelled(text: &str) -> String {
    LABELLED
        .replace_all(text, |captures: &Captures| {
            let whole = &captures[0];
            let value = &captures["value"];
            let word = captures["word"].to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ");
            let mark = captures["mark"].to_lowercase();
            let always = ALWAYS.contains(&word.as_str());
            let marked = always || ["id", "num", "nbr", "#", "no.", "no:"].iter().any(|sign| mark.contains(sign));
            let digits = value.chars().filter(char::is_ascii_digit).count();
            let identifies =
                if marked { always || digits >= 3 } else { value.len() >= 6 && digits >= 4 && !is_code(value) };
            // Dates are tokens, not identifiers; `claim 10/3` never comes here, `encounter 2024-10-03` does.
            let day = digits == 8 && value.matches('-').count() == 2 && value.starts_with("20");
            if !identifies || day {
                whole.to_owned()
            } else {
                format!("{}[NUMBER]", &whole[..whole.len() - value.len()])
            }
        })
        .into_owned()
}

/// Masks what its shape alone makes an identifier.
pub(super) fn mask_bare(text: &str) -> String {
    let text = SSN.replace_all(text, "[SSN]");
    let text = CARD.replace_all(&text, "[NUMBER]");
    let text = PHONE.replace_all(&text, "[PHONE]");
    let text = MBI.replace_all(&text, "[NUMBER]");
    let text = NETWORK.replace_all(&text, "[NUMBER]");
    LONG.replace_all(&text, "[NUMBER]").into_owned()
}
