//! The lines of a printed document without what the browser or the database prints on each page.

use std::sync::LazyLock;

use jiff::civil::Date;
use regex::Regex;

/// What stands before a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Gap {
    /// The line before.
    None,
    /// A blank line.
    Blank,
    /// A page end.
    Page,
}

/// A line that is not blank.
pub(super) struct Line {
    /// Its number in the file, from 1.
    pub(super) number: usize,
    /// Blanks before it.
    pub(super) indent: usize,
    /// The line without them.
    pub(super) text: String,
    /// What stands before it.
    pub(super) gap: Gap,
}

/// `6/28/26, 6:20 PM` at the head of a page.
static PRINTED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(\d{1,2})/(\d{1,2})/(\d{2}|\d{4}), \d{1,2}:\d{2}").expect("the pattern is constant")
});

/// The address and the page number at the foot of a page, or the foot of the database's own PDF.
static FOOT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?:https?://www\.cms\.gov/medicare-coverage-database/\S+\s+\d+/\d+|Created on \d.*|(?:.*\s)?Page \d+ of \d+)$")
        .expect("the pattern is constant")
});

/// The lines of a document.
pub(super) fn lines(text: &str) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    let mut gap = Gap::Page;
    for (at, line) in text.split('\n').enumerate() {
        if line.contains('\x0c') {
            gap = Gap::Page;
        }
        let line = line.trim_matches(['\x0c', '\r']).trim_end();
        let text = line.trim_start();
        if text.is_empty() {
            gap = gap.max(Gap::Blank);
        } else if PRINTED.is_match(text) || FOOT.is_match(text) {
            gap = Gap::Page;
        } else {
            lines.push(Line { number: at + 1, indent: line.len() - text.len(), text: text.to_owned(), gap });
            gap = Gap::None;
        }
    }
    lines
}

/// The day the document was printed.
pub(super) fn printed(text: &str) -> Option<Date> {
    let found = text.lines().take(5).find_map(|line| PRINTED.captures(line.trim_matches('\x0c').trim()))?;
    let year: i16 = found[3].parse().ok()?;
    let year = if year < 100 { 2000 + year } else { year };
    Date::new(year, found[1].parse().ok()?, found[2].parse().ok()?).ok()
}
