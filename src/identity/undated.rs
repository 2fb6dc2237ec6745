//! Towards a model a service date is an identifier too: each becomes a token, which code turns back into its date.

use std::sync::LazyLock;

use jiff::civil::Date;
use regex::Regex;

use super::{Deidentified, dates};

static TOKEN: LazyLock<Regex> = LazyLock::new(|| crate::domain::pattern::constant(r"\[\s*DATE\s*-\s*(\d{1,4})\s*\]"));

/// Text without identity and without dates. Made only by [`Deidentified::undated`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undated {
    text: String,
    dates: Vec<Date>,
    written: Vec<String>,
}

/// The text has a date token that stands for nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a date token stands for no date of the question or the evidence")]
pub struct UnknownToken;

impl Deidentified {
    /// The text with a token for each date; the same day is always the same token, in the writing of its first mention.
    /// Dates without a year are read as the latest not after `today`.
    pub fn undated(&self, today: Date) -> Undated {
        // Someone else's tokens mean nothing here, and must not be resolved as ours.
        let text = self.text.replace("[DATE", "(DATE");
        let mut out = String::with_capacity(text.len());
        let mut days: Vec<dates::Day> = Vec::new();
        let mut end = 0;
        for found in dates::find(&text) {
            let Some(day) = found.day(&text, today) else { continue };
            out.push_str(&text[end..found.range.start]);
            end = found.range.end;
            if found.birth {
                out.push_str("[DOB]");
                continue;
            }
            let n = days.iter().position(|known| known.key == day.key).unwrap_or_else(|| {
                days.push(day);
                days.len() - 1
            });
            out.push_str(&format!("[DATE-{}]", n + 1));
        }
        out.push_str(&text[end..]);
        let (dates, written) = days.into_iter().map(|day| (day.date, day.written)).unzip();
        Undated { text: out, dates, written }
    }
}

impl Undated {
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
