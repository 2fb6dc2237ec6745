//! From characters with places to lines of text: what stands on one height is one line, wide gaps become runs of
//! blanks, and a larger distance between lines becomes a blank line.

/// A distance between two lines of this many type sizes is a blank line. Single spacing is 1.15; lists and tables of
/// contents, whose entries are no paragraphs, have up to 1.75.
const BLANK_LINE: f64 = 1.9;
/// A gap of more than this share of the type size separates words; a blank has 0.25, kerning less.
const WORD_GAP: f64 = 0.1;
/// A gap of more than this share of the type size separates columns.
const COLUMN_GAP: f64 = 1.0;
/// The usual width of a character, as a share of the type size: what a column of the text stands for.
const CELL: f64 = 0.48;
/// Characters whose heights differ by less than this share of the type size stand on one line, as raised marks do.
const SAME_LINE: f64 = 0.5;
/// No line begins beyond this column, and no gap is wider.
const WIDEST: usize = 300;

/// A character, or several that are one glyph, in points from the left and from the top.
struct Glyph {
    left: f64,
    right: f64,
    down: f64,
    size: f64,
    text: String,
    /// Where the run of glyphs begins that this one continues.
    run: f64,
    /// Its place in the order of drawing.
    order: usize,
}

impl Glyph {
    /// True when a glyph drawn next, there, goes on where this one ends.
    fn is_followed(&self, left: f64, down: f64) -> bool {
        (left - self.right).abs() < 0.3 * self.size && (down - self.down).abs() < 0.05 * self.size
    }
}

/// The characters of a page.
#[derive(Default)]
pub struct Page {
    upright: Vec<Glyph>,
    turned: Vec<Glyph>,
}

impl Page {
    /// Takes a glyph: its matrix (ISO 32000-1, 9.4.4), its width and type size in text space, and what it means.
    pub fn take(&mut self, matrix: [f64; 6], width: f64, size: f64, text: &str) {
        let [a, b, c, d, x, y] = matrix;
        let upright = a.abs() >= b.abs();
        let (along, height) = if upright { (a, d) } else { (b, c) };
        let (left, down) = match (upright, along >= 0.0) {
            (true, true) => (x, -y),
            (true, false) => (-x, y),
            (false, true) => (y, x),
            (false, false) => (-y, -x),
        };
        let right = left + (width * size * along).abs();
        let size = (height * size).abs();
        if [left, right, down].iter().any(|v| !v.is_finite() || v.abs() > 1.0e5) || !(0.5..1000.0).contains(&size) {
            return;
        }
        let text = text.chars().fold(String::new(), |mut plain, c| {
            push_plain(&mut plain, c);
            plain
        });
        let glyphs = if upright { &mut self.upright } else { &mut self.turned };
        let run = glyphs.last().filter(|last| last.is_followed(left, down)).map_or(left, |last| last.run);
        glyphs.push(Glyph { left, right, down, size, text, run, order: glyphs.len() });
    }

    /// Appends the page's lines: what is written upright, then what is written along the side.
    pub fn render(self, text: &mut String) {
        for glyphs in [self.upright, self.turned] {
            render(glyphs, text);
        }
    }
}

/// Appends a character as pdftotext would write it: ligatures taken apart, bullets of symbol fonts as bullets, no
/// control characters.
fn push_plain(text: &mut String, c: char) {
    match c {
        '\u{fb00}' => text.push_str("ff"),
        '\u{fb01}' => text.push_str("fi"),
        '\u{fb02}' => text.push_str("fl"),
        '\u{fb03}' => text.push_str("ffi"),
        '\u{fb04}' => text.push_str("ffl"),
        '\u{a0}' | '\u{2002}' | '\u{2003}' | '\u{2009}' | '\t' => text.push(' '),
        '\u{ad}' | '\u{2010}' | '\u{2011}' => text.push('-'),
        '\u{e000}'..='\u{f8ff}' => text.push('•'),
        '\u{200b}' | '\u{feff}' | '\u{fffd}' => {}
        c if c.is_control() => {}
        c => text.push(c),
    }
}

fn render(mut glyphs: Vec<Glyph>, text: &mut String) {
    glyphs.retain(|glyph| !glyph.text.is_empty());
    let margin = glyphs.iter().filter(|g| g.text != " ").map(|glyph| glyph.left).fold(f64::INFINITY, f64::min);
    glyphs.sort_by(|one, two| one.down.total_cmp(&two.down));
    let mut above: Option<f64> = None;
    for line in lines(glyphs) {
        let marks = line.iter().filter(|glyph| glyph.text != " ");
        let Some(largest) = marks.max_by(|one, two| one.size.total_cmp(&two.size)) else { continue };
        let (down, size) = (largest.down, largest.size);
        let blank = above.map_or(0.0, |above| ((down - above) / size / BLANK_LINE).clamp(0.0, 3.0).floor());
        (0..blank as usize).for_each(|_| text.push('\n'));
        above = Some(down);
        render_line(&line, margin, text);
        text.push('\n');
    }
}

/// Puts glyphs, sorted by height, into lines, each with its runs from the left. A run stays whole: where a font does
/// not give its widths, runs overlap.
fn lines(glyphs: Vec<Glyph>) -> Vec<Vec<Glyph>> {
    let mut lines: Vec<Vec<Glyph>> = Vec::new();
    let mut base = f64::NEG_INFINITY;
    for glyph in glyphs {
        match lines.last_mut() {
            Some(line) if glyph.down - base < SAME_LINE * glyph.size => line.push(glyph),
            _ => {
                base = glyph.down;
                lines.push(vec![glyph]);
            }
        }
    }
    for line in &mut lines {
        line.sort_by(|one, two| one.run.total_cmp(&two.run).then(one.order.cmp(&two.order)));
    }
    lines
}

fn render_line(line: &[Glyph], margin: f64, text: &mut String) {
    let start = text.len();
    let mut end: Option<f64> = None;
    let mut blank = false;
    let mut last: Option<&Glyph> = None;
    for glyph in line {
        if glyph.text == " " {
            blank = true;
            continue;
        }
        // A glyph drawn twice at nearly one place is a bold one.
        if last.is_some_and(|l| l.text == glyph.text && (glyph.left - l.left).abs() < 0.1 * glyph.size) {
            continue;
        }
        let gap = end.map_or(0.0, |end| glyph.left - end);
        let columns = ((glyph.left - margin) / (CELL * glyph.size)).clamp(0.0, WIDEST as f64) as usize;
        if end.is_none() {
            text.extend(std::iter::repeat_n(' ', columns));
        } else if gap > COLUMN_GAP * glyph.size {
            let written = text[start..].chars().count();
            text.extend(std::iter::repeat_n(' ', columns.saturating_sub(written).max(3)));
        } else if blank || gap > WORD_GAP * glyph.size {
            text.push(' ');
        }
        text.push_str(&glyph.text);
        end = Some(glyph.right.max(end.unwrap_or(glyph.right)));
        (blank, last) = (false, Some(glyph));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(page: &mut Page, x: f64, y: f64, words: &str) {
        for (at, c) in words.chars().enumerate() {
            page.take([1.0, 0.0, 0.0, 1.0, x + at as f64 * 6.0, y], 0.5, 12.0, &c.to_string());
        }
    }

    fn rendered(page: Page) -> String {
        let mut text = String::new();
        page.render(&mut text);
        text
    }

    #[test]
    fn lines_are_written_from_the_top_with_their_gaps() {
        let mut page = Page::default();
        words(&mut page, 72.0, 600.0, "second");
        words(&mut page, 72.0, 700.0, "first line");
        words(&mut page, 300.0, 700.0, "column");
        words(&mut page, 72.0, 686.2, "beside it");
        let text = rendered(page);
        let lines: Vec<&str> = text.lines().collect();
        assert!(lines[0].starts_with("first line   ") && lines[0].ends_with("   column"), "{text}");
        assert_eq!((lines[1], lines[2], *lines.last().unwrap()), ("beside it", "", "second"));
    }

    #[test]
    fn ligatures_are_taken_apart_and_bold_marks_are_written_once() {
        let mut page = Page::default();
        page.take([1.0, 0.0, 0.0, 1.0, 10.0, 10.0], 0.5, 12.0, "o");
        page.take([1.0, 0.0, 0.0, 1.0, 16.0, 10.0], 0.9, 12.0, "\u{fb03}");
        page.take([1.0, 0.0, 0.0, 1.0, 26.8, 10.0], 0.5, 12.0, "c");
        page.take([1.0, 0.0, 0.0, 1.0, 27.0, 10.0], 0.5, 12.0, "c");
        page.take([1.0, 0.0, 0.0, 1.0, 32.8, 10.0], 0.5, 12.0, "e");
        assert_eq!(rendered(page), "office\n");
    }

    #[test]
    fn places_that_are_no_numbers_are_left_out() {
        let mut page = Page::default();
        page.take([1.0, 0.0, 0.0, 1.0, f64::NAN, 0.0], 0.5, 12.0, "a");
        page.take([1.0, 0.0, 0.0, 1.0, 0.0, f64::INFINITY], 0.5, 12.0, "b");
        page.take([0.0; 6], 0.5, f64::NAN, "c");
        assert_eq!(rendered(page), "");
    }
}
