//! From the lines of a page to paragraphs: page headers and footers go, wrapped lines are joined, what was set apart
//! stays apart. It takes the layout of `pdftotext -layout` and of our own reader of PDFs, and also texts with one line
//! a line and no blank lines at all.

/// A paragraph, or the row of a table, or an item of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paragraph {
    /// Its words, with single blanks.
    pub text: String,
    /// Its first line, from 1.
    pub line: usize,
    /// Its page, from 0. Always 0 where a text has no form feeds.
    pub page: usize,
    /// The column in which its first line begins.
    pub indent: usize,
}

/// What is particular to a document.
pub struct Rules {
    /// Lines that belong to the page and not to the text.
    pub furniture: fn(&str) -> bool,
    /// Lines that begin a paragraph wherever they stand.
    pub starts: fn(&str) -> bool,
    /// Paragraphs that are complete and do not take the line that follows.
    pub ends: fn(&str, &str) -> bool,
}

/// A line that would have had room for the next word on this share of the usual width was ended on purpose. The
/// reserve is for pages that are set narrower or further to the left than others.
const ROOM: (usize, usize) = (72, 100);
/// No paragraph goes on beyond this many bytes.
const LONGEST: usize = 16_000;
/// Blanks within a line that separate the columns of a table.
const COLUMNS: &str = "   ";

struct Line<'a> {
    text: &'a str,
    number: usize,
    page: usize,
    after_blank: bool,
}

/// The paragraphs of a text.
pub fn paragraphs(text: &str, rules: &Rules) -> Vec<Paragraph> {
    let lines = lines(text, rules.furniture);
    let room = usual_width(&lines) * ROOM.0 / ROOM.1;
    let mut paragraphs: Vec<Paragraph> = Vec::new();
    let mut above: Option<&Line<'_>> = None;
    for line in &lines {
        let words = line.text.trim();
        let goes_on = above.zip(paragraphs.last()).is_some_and(|(above, last)| {
            last.text.len() < LONGEST
                && !(rules.starts)(words)
                && !(rules.ends)(&last.text, words)
                && goes_on(above, line, last, room)
        });
        match paragraphs.last_mut() {
            Some(last) if goes_on => join(&mut last.text, words),
            _ => {
                let indent = line.text.chars().take_while(|c| *c == ' ').count();
                let (line, page) = (line.number, line.page);
                let mut text = String::new();
                join(&mut text, words);
                paragraphs.push(Paragraph { text, line, page, indent });
            }
        }
        above = Some(line);
    }
    paragraphs
}

/// The lines that hold text, without what belongs to the page.
fn lines(text: &str, furniture: fn(&str) -> bool) -> Vec<Line<'_>> {
    let (mut lines, mut page, mut blank) = (Vec::new(), 0, false);
    for (at, line) in text.lines().enumerate() {
        let feeds = line.bytes().filter(|b| *b == b'\x0c').count();
        if feeds > 0 {
            page += feeds;
            blank = true;
        }
        let line = line.trim_start_matches('\x0c').trim_end();
        let words = line.trim();
        if words.is_empty() {
            blank = true;
        } else if !furniture(words) {
            lines.push(Line { text: line, number: at + 1, page, after_blank: blank });
            blank = false;
        }
    }
    lines
}

/// The column in which most full lines end: nine in ten end before it.
fn usual_width(lines: &[Line<'_>]) -> usize {
    let mut widths: Vec<usize> = lines.iter().map(|line| line.text.chars().count()).filter(|w| *w > 40).collect();
    widths.sort_unstable();
    widths.get(widths.len() * 9 / 10).copied().unwrap_or(80)
}

fn goes_on(above: &Line<'_>, line: &Line<'_>, last: &Paragraph, room: usize) -> bool {
    let words = line.text.trim();
    let open = !last.text.ends_with(['.', ':', ';', '?', '!', '”']);
    let small = words.starts_with(|c: char| c.is_lowercase());
    if begins_item(words) && !(open && is_wrapped_mark(words)) {
        return false;
    }
    if is_row(above.text) || is_row(line.text) {
        return false;
    }
    if line.page != above.page {
        return open || small;
    }
    if line.after_blank {
        return false;
    }
    let first = words.split(' ').next().unwrap_or("").chars().count();
    if last.text.ends_with('-') {
        return true;
    }
    let full = above.text.chars().count() + 1 + first > room;
    full || (open && small)
}

/// True for a line that begins with the mark of a list: a bullet, a number or a letter.
fn begins_item(words: &str) -> bool {
    let Some(mark) = words.split(' ').next().filter(|mark| mark.len() < words.len()) else { return false };
    if is_bullet(mark) || ["o", "*", "-", "–", "—"].contains(&mark) {
        return true;
    }
    let bare = mark.trim_start_matches('(').trim_end_matches(['.', ')']);
    let short = bare.len() <= 2 && bare.bytes().all(|b| b.is_ascii_digit())
        || bare.len() == 1 && bare.bytes().all(|b| b.is_ascii_alphabetic())
        || bare.len() <= 4 && !bare.is_empty() && bare.bytes().all(|b| b"ivx".contains(&b));
    short && mark.ends_with(['.', ')'])
}

/// True where what looks like the mark of an item may be a wrapped part of a sentence: `(1) of the Act` behind
/// `section 1862(a)`, `- 64530` behind `64400`.
fn is_wrapped_mark(words: &str) -> bool {
    let (mark, rest) = words.split_once(' ').unwrap_or((words, ""));
    let next = rest.trim_start().chars().next();
    match mark.chars().next() {
        Some('(') => next.is_some_and(char::is_lowercase),
        Some('-' | '–' | '—') => next.is_some_and(|c| c.is_ascii_digit()),
        _ => false,
    }
}

/// True for the bullets of texts, and for a single sign of a symbol font, which is one too.
fn is_bullet(word: &str) -> bool {
    let mut signs = word.chars();
    let first = signs.next().is_some_and(|c| "•●▪○■◦".contains(c) || ('\u{e000}'..='\u{f8ff}').contains(&c));
    first && signs.next().is_none()
}

/// True for the row of a table: wide gaps, other than behind the mark of an item.
fn is_row(line: &str) -> bool {
    let words = line.trim();
    let inner =
        if begins_item(words) { words.split_once(' ').map_or("", |(_, rest)| rest.trim_start()) } else { words };
    inner.contains(COLUMNS)
}

/// Appends the words of a line, with single blanks. A hyphen at a line's end in these documents always belongs to the
/// word (`non-endoscopic`, `96360-96379`), so nothing is put behind it, unless it stands for an omitted word as in
/// `pre- and postoperative`.
fn join(text: &mut String, words: &str) {
    for word in words.split_whitespace() {
        let word = if is_bullet(word) { "•" } else { word };
        let mut end = text.chars().rev();
        let hyphen = end.next() == Some('-') && end.next().is_some_and(char::is_alphanumeric);
        let bound = hyphen
            && word.starts_with(char::is_alphanumeric)
            && !["and", "or", "to", "through", "versus"].contains(&word)
            && std::ptr::eq(word.as_ptr(), words.as_ptr());
        if !text.is_empty() && !bound {
            text.push(' ');
        }
        text.push_str(word);
    }
}

/// How much of a text is the words of a title, whatever marks stand between its letters.
pub fn same_words(title: &str, text: &str) -> Option<usize> {
    let mut letters = title.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).peekable();
    letters.peek()?;
    let mut end = 0;
    for (at, c) in text.char_indices() {
        if !c.is_alphanumeric() {
            continue;
        }
        if letters.peek().is_none() {
            break;
        }
        if c.to_lowercase().any(|c| letters.next() != Some(c)) {
            return None;
        }
        end = at + c.len_utf8();
    }
    let closing =
        text[end..].chars().take_while(|c| [')', '”', '"', '.', ':'].contains(c)).map(char::len_utf8).sum::<usize>();
    letters.peek().is_none().then_some(end + closing)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Rules = Rules { furniture: |line| line == "I-3", starts: |_| false, ends: |_, _| false };

    fn texts(text: &str) -> Vec<String> {
        paragraphs(text, &PLAIN).into_iter().map(|paragraph| paragraph.text).collect()
    }

    #[test]
    fn wrapped_lines_are_joined_and_paragraphs_stay_apart() {
        let text =
            "One paragraph that is long enough to reach the end of its line and so is\nwrapped once.\n\nAnother one.\n";
        let joined = "One paragraph that is long enough to reach the end of its line and so is wrapped once.";
        assert_eq!(texts(text), [joined, "Another one."]);
    }

    #[test]
    fn a_paragraph_that_crosses_a_page_loses_only_the_footer() {
        let text =
            "The sentence begins at the end of a page, which is the\n\n        I-3\n\x0cplace where it breaks.\n";
        assert_eq!(texts(text), ["The sentence begins at the end of a page, which is the place where it breaks."]);
    }

    #[test]
    fn without_blank_lines_short_lines_end_paragraphs() {
        let text = "A. Formula \nThe amount is computed by the formula below, which is used for every service of the \nschedule: \nMPFS Amount = x \n• One part \n• Another part \n";
        assert_eq!(
            texts(text),
            [
                "A. Formula",
                "The amount is computed by the formula below, which is used for every service of the schedule:",
                "MPFS Amount = x",
                "• One part",
                "• Another part"
            ]
        );
    }

    #[test]
    fn a_hyphen_at_the_end_of_a_line_keeps_its_word_whole() {
        let mut text = String::new();
        ["CPT codes 96360-", "96379 in a non-", "endoscopic procedure with pre-", "and postoperative care"]
            .iter()
            .for_each(|line| join(&mut text, line));
        assert_eq!(text, "CPT codes 96360-96379 in a non-endoscopic procedure with pre- and postoperative care");
    }

    #[test]
    fn rows_of_a_table_stay_apart() {
        assert_eq!(
            texts("Code      Units     Since\n99213     1         2024\n"),
            ["Code Units Since", "99213 1 2024"]
        );
    }
}
