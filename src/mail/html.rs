//! HTML to lines of text, in one pass and without a tree: the time is linear in the size, whatever the markup.
//!
//! What only HTML knows is kept with each line: that it stands in a quote, names who is quoted, belongs to a signature
//! that the mail program put there, or to everything that such a program hangs below a reply. Text that a reader of
//! the mail cannot see is left out.

mod entity;
mod marks;
mod tag;

use super::limits;
use super::text::line::{Line, Origin};
use marks::Mark;
use tag::{Tag, Token, Tokens};

/// Elements open at once that are remembered; deeper ones are read, but end with their parents.
const MAX_OPEN: usize = 2_000;
/// How far back an end tag looks for its beginning.
const REACH: usize = 200;

/// The lines of an HTML part.
pub fn lines(html: &str) -> Vec<Line> {
    let mut end = html.len().min(limits::HTML_BYTES);
    while !html.is_char_boundary(end) {
        end -= 1;
    }
    let mut reader = Reader::default();
    for token in Tokens::new(&html[..end]) {
        match token {
            Token::Text(text) => reader.text(text),
            Token::Open(tag) => reader.open(&tag),
            Token::Close(name) => reader.close(&name),
        }
        if reader.lines.len() > limits::TEXT_LINES {
            break;
        }
    }
    reader.end_line();
    reader.lines
}

/// The readable text of an HTML part.
pub fn to_text(html: &str) -> String {
    super::text::line::join(&lines(html))
}

/// An open element, with what it inherits.
struct Open {
    name: String,
    marked: bool,
    state: State,
}

/// What holds for text at a place.
#[derive(Clone, Copy, Default)]
struct State {
    hidden: bool,
    preformatted: bool,
    depth: usize,
    origin: Origin,
}

impl State {
    fn within(mut self, mark: Mark, name: &str) -> Self {
        self.hidden |= mark == Mark::Hidden;
        self.preformatted |= name == "pre";
        self.depth += usize::from(mark == Mark::Quote);
        // The outermost wins: a signature within a quote is quoted.
        self.origin = match (self.origin, mark) {
            (_, Mark::Old) => Origin::Old,
            (Origin::Own | Origin::Signature, Mark::Quote) => Origin::Quote,
            (Origin::Own, Mark::Attribution) => Origin::Attribution,
            (Origin::Own, Mark::Signature) => Origin::Signature,
            (origin, _) => origin,
        };
        self
    }
}

#[derive(Default)]
struct Reader {
    lines: Vec<Line>,
    open: Vec<Open>,
    current: String,
    /// A space is due before the next word.
    space: bool,
    /// Set where the program's own quote of everything older begins.
    old: bool,
}

impl Reader {
    fn state(&self) -> State {
        let mut state = self.open.last().map(|open| open.state).unwrap_or_default();
        if self.old {
            state.origin = Origin::Old;
        }
        state
    }

    fn text(&mut self, text: &str) {
        let state = self.state();
        if state.hidden {
            return;
        }
        let text = entity::decode(text);
        for c in text.chars() {
            match c {
                '\n' if state.preformatted => self.end_line(),
                ' ' | '\t' | '\u{a0}' if state.preformatted => self.current.push(' '),
                '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}' | '\u{ad}' | '\u{34f}' => {}
                c if c.is_whitespace() => self.space = true,
                c if c.is_control() => {}
                c => {
                    if std::mem::take(&mut self.space) && !self.current.is_empty() {
                        self.current.push(' ');
                    }
                    self.current.push(c);
                }
            }
        }
    }

    fn open(&mut self, tag: &Tag<'_>) {
        let name = tag.name.as_str();
        // What begins a body ends a head that nobody closed, and a paragraph ends the one before it.
        if name == "body" {
            self.open.clear();
        } else if name == "p" && self.open.last().is_some_and(|open| open.name == "p") {
            self.open.pop();
        }
        let mark = marks::of(tag);
        if is_block(name) || mark != Mark::None {
            self.end_line();
        }
        match name {
            "br" => self.break_line(),
            "p" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "blockquote" | "pre" | "table" => self.blank_line(),
            "li" => self.current.push_str("- "),
            "td" | "th" => self.space = true,
            _ => {}
        }
        if mark == Mark::Rest {
            self.old = true;
        }
        if !tag.is_void() && self.open.len() < MAX_OPEN {
            let state = self.open.last().map(|open| open.state).unwrap_or_default().within(mark, name);
            self.open.push(Open { name: tag.name.clone(), marked: mark != Mark::None, state });
        }
    }

    fn close(&mut self, name: &str) {
        let near = self.open.len().saturating_sub(REACH);
        let found = self.open[near..].iter().rposition(|open| open.name == name).map(|at| near + at);
        if is_block(name) || found.is_some_and(|at| self.open[at].marked) {
            self.end_line();
        }
        if matches!(name, "p" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "blockquote" | "pre" | "table") {
            self.blank_line();
        }
        match (name, found) {
            ("br", _) => self.break_line(),
            (_, Some(at)) => self.open.truncate(at),
            _ => {}
        }
    }

    /// `<br>` ends a line, and makes an empty one where there is nothing to end.
    fn break_line(&mut self) {
        if self.current.is_empty() { self.blank_line() } else { self.end_line() }
    }

    fn blank_line(&mut self) {
        self.end_line();
        if self.lines.last().is_some_and(|line| !line.text.is_empty()) {
            self.push(String::new());
        }
    }

    fn push(&mut self, text: String) {
        let State { origin, depth, .. } = self.state();
        self.lines.push(Line { text, origin, depth });
    }

    fn end_line(&mut self) {
        self.space = false;
        let text = std::mem::take(&mut self.current);
        let text = text.trim_end();
        if !text.is_empty() {
            self.push(text.to_owned());
        }
    }
}

fn is_block(name: &str) -> bool {
    const BLOCKS: &[&str] = &[
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "center",
        "dd",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "html",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "tr",
        "ul",
    ];
    BLOCKS.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn paragraphs_breaks_lists_and_tables_become_lines() {
        for (html, text) in [
            ("<p>Is <b>45385</b>\n valid?</p><script>x()</script>", "Is 45385 valid?"),
            ("a<br>b<br><br>c", "a\nb\n\nc"),
            ("<div>a</div><div>b</div>", "a\nb"),
            ("<ul><li>45385<li>45380</ul>", "- 45385\n- 45380"),
            ("<table><tr><td>45385</td><td>59</td></tr><tr><td>45380</td></tr></table>", "45385 59\n45380"),
            (
                "<head><title>t</title><style>p{}</style><body>a&nbsp;&lt;b&gt; &eacute;&#8364;&#x41;&bogus;",
                "a <b> é€A&bogus;",
            ),
            ("<pre>a\n  b</pre>", "a\n  b"),
            ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
            ("<!-- no --><![if !mso]>yes<![endif]><p title=\"a > b\">c</p>", "yes\n\nc"),
        ] {
            assert_eq!(to_text(html).trim(), text, "{html}");
        }
    }

    #[test]
    fn what_a_reader_cannot_see_is_not_read() {
        for hidden in [
            "<div style=\"display: none\">evil</div>",
            "<span style='font-size:0px'>evil</span>",
            "<p style=\"mso-hide:all\">evil</p>",
            "<div hidden>evil</div>",
            "<div style='color:#FFF; background: white'>evil</div>",
            "<span style='color:rgb(255, 255, 255);background-color:#ffffff'>evil</span>",
            "<template>evil</template>",
        ] {
            assert_eq!(to_text(&format!("good{hidden} too")).split_whitespace().collect::<Vec<_>>(), ["good", "too"]);
        }
        assert_eq!(to_text("<p style='color:white;background:navy'>good</p>").trim(), "good");
    }

    #[test]
    fn hostile_markup_costs_no_time() {
        let begin = std::time::Instant::now();
        for html in [
            format!("{}deep{}", "<div>".repeat(200_000), "</div>".repeat(200_000)),
            format!("<a {}>deep", "b=c ".repeat(300_000)),
            format!("{}deep", "<a href=\"".repeat(100_000)),
            format!("{}deep", "<".repeat(1_000_000)),
            format!("{}deep", "&".repeat(1_000_000)),
            format!("{}deep", "<!--".repeat(200_000)),
            format!("{}deep", "</x>".repeat(200_000)),
        ] {
            let _ = to_text(&html);
        }
        assert!(begin.elapsed().as_secs() < 5, "{:?}", begin.elapsed());
    }

    proptest! {
        #[test]
        fn any_text_is_read(html in "(<|>|&|/|div|blockquote|\"|=| |\\PC){0,80}") {
            let _ = to_text(&html);
        }
    }
}
