//! The lines of a document of reason statements, without titles and page numbers, each in its two columns.

use std::collections::{HashMap, HashSet};

use jiff::civil::Date;

/// A document.
pub(super) struct Document {
    /// Its title, on one line.
    pub(super) title: String,
    /// The day under its title.
    pub(super) day: Option<Date>,
    /// Its lines.
    pub(super) lines: Vec<Line>,
}

/// A line of the table.
pub(super) struct Line {
    /// Its number in the file, from 1.
    pub(super) number: usize,
    /// The left column: a code, a remark about it, or part of `Reason Code`.
    pub(super) left: String,
    /// The right column.
    pub(super) text: String,
    /// How many characters it is shorter than the longest line of its page: where the first word of the next line
    /// would have fitted, a statement probably ends.
    pub(super) room: usize,
    /// What stands before it.
    pub(super) gap: Gap,
}

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

/// Page numbers stand at the right, continuations of a statement such as a section number at the left.
const PAGE_NUMBER_FROM: usize = 40;

/// Text columns begin right of the codes.
const LEAST_INDENT: usize = 6;

/// Reads a document.
pub(super) fn document(text: &str) -> Document {
    let (title, day, heads) = title(text);
    let mut lines = Vec::new();
    let mut number = 0;
    for page in text.split('\x0c') {
        let raw: Vec<&str> = page.lines().collect();
        page_lines(&raw, number, &heads, &mut lines);
        // The page end itself ends no line.
        number += page.matches('\n').count();
    }
    Document { title, day, lines }
}

/// The title, its day, and the lines that begin each page.
fn title(text: &str) -> (String, Option<Date>, HashSet<String>) {
    let (mut words, mut heads) = (Vec::new(), HashSet::new());
    // A title has one or two lines, and the day a third.
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()).take(4) {
        heads.insert(line.to_owned());
        if let Some(day) = written_day(line) {
            return (words.join(" "), Some(day), heads);
        }
        words.push(line);
    }
    // Without a day, only the first line is surely title.
    words.truncate(1);
    (words.join(" "), None, words.iter().map(|line| (*line).to_owned()).collect())
}

/// A line that ends with a day such as `June 9, 2025`.
fn written_day(line: &str) -> Option<Date> {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let words: Vec<&str> = line.split_whitespace().collect();
    let [.., month, day, year] = words.as_slice() else { return None };
    let month = MONTHS.iter().position(|known| known.eq_ignore_ascii_case(month))?;
    let day: i8 = day.strip_suffix(',')?.parse().ok()?;
    Date::new(year.parse().ok()?, i8::try_from(month + 1).ok()?, day).ok()
}

fn page_lines(raw: &[&str], before: usize, heads: &HashSet<String>, lines: &mut Vec<Line>) {
    let last = raw.iter().rposition(|line| !line.trim().is_empty());
    let column = text_column(raw);
    let width = raw.iter().map(|line| line.trim_end().chars().count()).max().unwrap_or(0);
    let mut gap = Gap::Page;
    let mut head = true;
    for (at, line) in raw.iter().enumerate() {
        let trimmed = line.trim();
        if trimmed.is_empty() {
            gap = gap.max(Gap::Blank);
            continue;
        }
        if (head && heads.contains(trimmed)) || is_foot(line, Some(at) == last) {
            continue;
        }
        head = false;
        let (left, text) = columns(line, column);
        let room = width.saturating_sub(line.trim_end().chars().count());
        lines.push(Line { number: before + at + 1, left, text, room, gap });
        gap = Gap::None;
    }
}

fn is_foot(line: &str, last: bool) -> bool {
    let trimmed = line.trim();
    let indent = line.len() - line.trim_start().len();
    trimmed.starts_with("*Updated and/or new codes")
        || (last && indent >= PAGE_NUMBER_FROM && trimmed.bytes().all(|b| b.is_ascii_digit()))
}

/// The column in which the statements of a page begin: that of most lines that have a code and a text, else of most
/// lines.
fn text_column(raw: &[&str]) -> usize {
    let (mut beside, mut alone): (HashMap<usize, usize>, HashMap<usize, usize>) = Default::default();
    for line in raw {
        let indent = line.len() - line.trim_start().len();
        if indent >= LEAST_INDENT {
            *alone.entry(indent).or_default() += 1;
        }
        let word = line.trim_start().split(' ').next().unwrap_or("");
        let rest = &line[indent + word.len()..];
        let start = indent + word.len() + rest.len() - rest.trim_start().len();
        if super::rows::is_code(word) && rest.starts_with("  ") && !rest.trim().is_empty() {
            *beside.entry(start).or_default() += 1;
        }
    }
    let most = |columns: HashMap<usize, usize>| {
        columns.into_iter().max_by_key(|(column, count)| (*count, std::cmp::Reverse(*column))).map(|(column, _)| column)
    };
    most(beside).or_else(|| most(alone)).unwrap_or(LEAST_INDENT)
}

/// The two cells of a line. Statements may begin a little left of their column.
fn columns(line: &str, column: usize) -> (String, String) {
    let trimmed = line.trim();
    let indent = line.len() - line.trim_start().len();
    if indent + 2 >= column {
        return (String::new(), trimmed.to_owned());
    }
    match trimmed.find("  ") {
        Some(at) => (trimmed[..at].to_owned(), trimmed[at..].trim_start().to_owned()),
        None => (trimmed.to_owned(), String::new()),
    }
}
