//! Paragraphs, list items and headings of a printed text.

use super::page::{Gap, Line};

/// A paragraph, an item or a heading, on one line.
pub(super) struct Block {
    /// True for a heading.
    pub(super) heading: bool,
    /// The text.
    pub(super) text: String,
}

/// How much shorter than the others, in tenths of a letter, a line may be and still be full: letters are not all as
/// wide as they are taken for.
const SLACK: usize = 50;

/// Items are indented at least so far beyond the text around them.
const ITEM_INDENT: usize = 3;

/// A heading of this length may go on in the next line.
const WRAPPED: usize = 55;

/// A longer heading takes no further line, in bytes.
const LONGEST: usize = 200;

/// The blocks of a text.
pub(super) fn blocks(lines: &[&Line]) -> Vec<Block> {
    let base = lines.iter().map(|line| line.indent).min().unwrap_or(0);
    let width = width(lines);
    let mut blocks: Vec<Block> = Vec::new();
    let mut last: Option<&Line> = None;
    for line in lines {
        match (last.filter(|last| goes_on(last, line, width)), blocks.last_mut()) {
            (Some(_), Some(block)) if !block.heading => append(&mut block.text, &line.text),
            _ => begin(line, base, &mut blocks),
        }
        last = Some(line);
    }
    blocks
}

/// Where full lines end, in tenths of a letter: one in ten may end further right, such as a long address.
fn width(lines: &[&Line]) -> usize {
    let mut ends: Vec<usize> = lines.iter().map(|line| end(line)).collect();
    ends.sort_unstable();
    ends.get(ends.len().saturating_sub(1) * 9 / 10).copied().unwrap_or(0)
}

/// Where a line ends in print, in tenths of a letter.
fn end(line: &Line) -> usize {
    // A column of the converted page is a little narrower than a letter.
    line.indent * 8 + measure(&line.text)
}

/// The width of a text in print, in tenths of a letter.
fn measure(text: &str) -> usize {
    text.chars()
        .map(|c| match c {
            ' ' => 5,
            'i' | 'l' | 'j' | 't' | 'f' | 'r' | 'I' | '/' | '\'' | '"' => 6,
            '‘' | '’' | '“' | '”' => 6,
            'm' | 'w' | 'M' | 'W' | '@' | '%' | '—' => 15,
            c if c.is_ascii_punctuation() => 6,
            c if c.is_uppercase() => 12,
            _ => 10,
        })
        .sum()
}

/// True where a line goes on in the next. Paragraphs have a blank line between them; a page end is none.
fn goes_on(line: &Line, next: &Line, width: usize) -> bool {
    let word = next.text.split(' ').next().unwrap_or("");
    let full = is_broken(&line.text) || end(line) + measure(" ") + measure(word) + SLACK >= width;
    match next.gap {
        Gap::Blank => false,
        Gap::None => full && (!ends_item(&line.text) || next.text.starts_with(char::is_lowercase)),
        Gap::Page => full && !line.text.ends_with(['.', ':', ';', '!', '?']) && !is_heading(&line.text),
    }
}

fn begin(line: &Line, base: usize, blocks: &mut Vec<Block>) {
    let heading = line.gap != Gap::None && is_heading(&line.text);
    if let Some(block) = blocks.last_mut().filter(|block| block.heading && block.text.len() <= LONGEST) {
        let open = block.text.matches('(').count() > block.text.matches(')').count();
        let wrapped = heading && block.text.chars().count() >= WRAPPED;
        if wrapped || (open && line.text.contains(')') && line.text.chars().count() < WRAPPED) {
            append(&mut block.text, &line.text);
            return;
        }
    }
    // Items of one list may stand without blank lines between them.
    let listed = line.gap != Gap::None || blocks.last().is_some_and(|block| block.text.starts_with("- "));
    let item = !heading
        && listed
        && line.indent >= base + ITEM_INDENT
        && !is_numbered(&line.text)
        && !line.text.starts_with(char::is_lowercase);
    let text = match (heading, item) {
        (true, _) => line.text.trim_matches('*').trim_end_matches(':').to_owned(),
        (false, true) => format!("- {}", line.text),
        (false, false) => line.text.clone(),
    };
    blocks.push(Block { heading, text });
}

/// True at the end of an item that another follows.
fn ends_item(text: &str) -> bool {
    [";", "; or,", "; and,", "; or", "; and"].iter().any(|end| text.ends_with(end))
}

/// A word broken at its hyphen goes on without a blank.
fn append(text: &mut String, more: &str) {
    if !(is_broken(text) && more.starts_with(|c: char| c.is_alphanumeric())) {
        text.push(' ');
    }
    text.push_str(more);
}

/// True where a word or number is broken at its hyphen.
fn is_broken(text: &str) -> bool {
    text.ends_with('-') && !text.ends_with(" -")
}

/// `1.`, `a.`, `iv)`, `(2)`.
fn is_numbered(text: &str) -> bool {
    let word = text.split(' ').next().unwrap_or("");
    let bare = word.trim_matches(['(', ')', '.']);
    bare.len() < word.len() && (1..=4).contains(&bare.len()) && bare.bytes().all(|b| b.is_ascii_alphanumeric())
}

/// A line in capitals that is no list of codes. A few small letters are allowed, as in `MONITORS (CGMs)`.
fn is_heading(text: &str) -> bool {
    let count = |is: fn(&char) -> bool| text.chars().filter(is).count();
    let (large, small, digits) =
        (count(|c| c.is_uppercase()), count(|c| c.is_lowercase()), count(|c| c.is_ascii_digit()));
    large >= 4
        && text.chars().count() <= 100
        && small <= 3
        && large >= 3 * small
        && large > digits
        && !text.ends_with(['.', ',', ';'])
        && text.split(|c: char| !c.is_uppercase()).any(|word| word.len() >= 4)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capitals_are_headings_and_codes_are_not() {
        for heading in ["CODING GUIDELINES", "GLUCOSE MONITORS (CGMs)", "CG, KF and KX MODIFIERS:", "GENERAL"] {
            assert!(is_heading(heading), "{heading}");
        }
        for text in ["N/A", "E0607 A4233, A4234", "Appendices", "USE WITH A MONITOR.", "DME MAC"] {
            assert!(!is_heading(text), "{text}");
        }
    }
}
