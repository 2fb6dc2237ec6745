//! The one way from a person's words to a model's: the identifiers of 45 CFR 164.514(b)(2) that mail holds are
//! masked, each service date becomes a token that code resolves afterwards, and codes, modifiers and units stay.
//!
//! Where a text may be read two ways, it is masked: an answer reads a little worse, and nobody is named.

use std::sync::LazyLock;

use jiff::civil::Date;
use regex::Regex;

mod dates;
mod names;
mod numbers;

/// Text that holds no identity. Made only by [`deidentify`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deidentified {
    text: String,
    dates: Vec<Date>,
    written: Vec<String>,
}

/// The text has a date token that stands for nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a date token stands for no date of the question or the evidence")]
pub struct UnknownToken;

macro_rules! pattern {
    ($name:ident, $text:expr) => {
        static $name: LazyLock<Regex> = LazyLock::new(|| Regex::new($text).expect("the pattern is a constant"));
    };
}

pattern!(
    LINK,
    r"(?i)\b(?:https?|ftps?|file)://\S+|\bwww\.\S+|\b(?:[a-z0-9-]+\.)+(?:com|org|net|gov|edu|mil|io|info|us)\b(?:/\S*)?"
);
pattern!(EMAIL, r"[\w.!#$%&'*+/=?^`{|}~-]+@[\w-]+(?:\.[\w-]+)*");
pattern!(
    STREET,
    r"(?x)\b\d{1,6}[A-Za-z]?\s+(?:[NSEW]{1,2}\.?\s+)?(?:(?:\p{Lu}[\p{L}'.-]*|\d{1,3}(?:st|nd|rd|th))\s+){1,4}
      (?:Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Dr|Court|Ct|Circle|Cir|Place|Pl|Way|Terrace|Ter|Parkway|Pkwy|Highway|Hwy|Trail|Trl|Square|Sq)\b\.?
      (?:,?\s*(?:Apt|Apartment|Suite|Ste|Unit|Rm|\#)\.?\s*\w+)?
      (?:,?\s+(?:\p{Lu}[\p{L}.'-]*\s?){1,3})?(?:,?\s*\b[A-Z]{2}\b)?(?:,?\s+\d{5}(?:-\d{4})?\b)?"
);
pattern!(
    TOWN,
    r"(?x)\b\p{Lu}[\p{L}.'-]+(?:\s\p{Lu}[\p{L}.'-]+)?,\s*
      (?:AL|AK|AZ|AR|CA|CO|CT|DE|DC|FL|GA|HI|ID|IL|IN|IA|KS|KY|LA|ME|MD|MA|MI|MN|MS|MO|MT|NE|NV|NH|NJ|NM|NY|NC|ND|OH|OK|OR|PA|RI|SC|SD|TN|TX|UT|VT|VA|WA|WV|WI|WY|PR)
      \s+\d{5}(?:-\d{4})?\b"
);
pattern!(POST_BOX, r"(?i)\bp\.?\s?o\.?\s+box\s+\d+");
pattern!(ZIP, r"(?i)\bzip(?:\s*code)?\s*:?\s*\d{5}(?:-\d{4})?\b|\b\d{5}-\d{4}\b");
pattern!(OLD, r"(?i)\b(?:9\d|1[0-3]\d)(?P<a>\s*-?\s*(?:y\.?/?o\b|yrs?\b|years?\b))");
pattern!(AGED, r"(?i)\b(?P<a>age[ds]?\s*(?:is|of|:|=)?\s*)(?:9\d|1[0-3]\d)\b");
pattern!(TOKEN, r"\[\s*DATE\s*-\s*(\d{1,4})\s*\]");

/// Masks identity and replaces each date by a token. Dates without a year are read as the latest not after `today`.
pub fn deidentify(text: &str, today: Date) -> Deidentified {
    // Someone else's tokens mean nothing here, and must not be resolved as ours.
    let text = text.replace("[DATE", "(DATE");
    let text = EMAIL.replace_all(&text, "[EMAIL]");
    let text = LINK.replace_all(&text, "[LINK]");
    let text = STREET.replace_all(&text, "[ADDRESS]");
    let text = TOWN.replace_all(&text, town);
    let text = POST_BOX.replace_all(&text, "[ADDRESS]");
    let names = names::find(&text);
    let text = numbers::mask_labelled(&text);
    let (text, dates, written) = tokenise(&text, today);
    let text = numbers::mask_bare(&text);
    let text = ZIP.replace_all(&text, "[ADDRESS]");
    let text = OLD.replace_all(&text, "[AGE 90+]$a");
    let text = AGED.replace_all(&text, "$a[AGE 90+]");
    Deidentified { text: names::mask(&text, &names), dates, written }
}

/// `Medicare, TX 45385` is a payer, a state and a code.
fn town(captures: &regex::Captures) -> String {
    let payer =
        ["Medicare", "Medicaid", "CPT", "HCPCS", "Code", "Codes"].iter().any(|word| captures[0].starts_with(word));
    if payer { captures[0].to_owned() } else { "[ADDRESS]".to_owned() }
}

/// The text with its dates as tokens; the same day is always the same token, in the writing of its first mention.
fn tokenise(text: &str, today: Date) -> (String, Vec<Date>, Vec<String>) {
    let mut out = String::with_capacity(text.len());
    let mut days: Vec<dates::Day> = Vec::new();
    let mut end = 0;
    for found in dates::find(text, today) {
        out.push_str(&text[end..found.range.start]);
        end = found.range.end;
        let Some(day) = found.date else {
            out.push_str("[BIRTH DATE]");
            continue;
        };
        let n = days.iter().position(|known| known.key == day.key).unwrap_or_else(|| {
            days.push(day);
            days.len() - 1
        });
        out.push_str(&format!("[DATE-{}]", n + 1));
    }
    out.push_str(&text[end..]);
    (out, days.iter().map(|day| day.date).collect(), days.into_iter().map(|day| day.written).collect())
}

/// True for text of the shape of a code, with or without modifiers and units: it stays.
fn is_code(text: &str) -> bool {
    pattern!(
        CODE,
        r"(?i)^(?:(?:\d{4}[0-9AFMTU]|[A-V]\d{4})(?:-[0-9A-Z]{2})*(?:[x*]\d+)?|[A-Z]\d[0-9A-Z](?:\.?[0-9A-Z]{1,4})?)$"
    );
    CODE.is_match(text)
}

impl Deidentified {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The dates behind the tokens: `[DATE-1]` is the first.
    pub fn dates(&self) -> &[Date] {
        &self.dates
    }

    /// A text of the model's with each token replaced by its date.
    ///
    /// # Errors
    /// A token stands for nothing: the model invented it.
    pub fn resolve(&self, text: &str) -> Result<String, UnknownToken> {
        let mut unknown = false;
        let resolved = TOKEN.replace_all(text, |captures: &regex::Captures| {
            let n = captures[1].parse::<usize>().ok().and_then(|n| n.checked_sub(1));
            let date = n.and_then(|n| self.written.get(n)).cloned();
            unknown |= date.is_none();
            date.unwrap_or_default()
        });
        if unknown { Err(UnknownToken) } else { Ok(resolved.into_owned()) }
    }

    /// The text with `mark` for every space between `open` and `close`, so that a model can tell data from
    /// instructions word by word (datamarking). Takes out, and adds, nothing but white space and the mark.
    #[must_use]
    pub fn datamark(mut self, open: &str, close: &str, mark: char) -> Self {
        let Some(start) = self.text.find(open).map(|at| at + open.len()) else { return self };
        let Some(end) = self.text[start..].rfind(close).map(|at| at + start) else { return self };
        let words: Vec<String> = self.text[start..end].split_whitespace().map(|word| word.replace(mark, "")).collect();
        let marked = words.join(&mark.to_string());
        self.text.replace_range(start..end, &format!("\n{marked}\n"));
        self
    }
}

#[cfg(test)]
mod tests;
