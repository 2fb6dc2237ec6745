//! The plain text of the simple HTML in the cells of the Medicare Coverage Database.
//!
//! Paragraphs, list items and table rows stand on lines of their own, list items with their number or letter. One
//! pass, no recursion: any text is read in time proportional to its length.

mod entity;

use entity::decode;

/// Elements that end a line. `td` and `th` are cells; `li` is an item.
const BLOCKS: [&str; 27] = [
    "p",
    "div",
    "br",
    "hr",
    "ul",
    "ol",
    "dl",
    "dt",
    "dd",
    "table",
    "tbody",
    "thead",
    "tfoot",
    "tr",
    "caption",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "blockquote",
    "center",
    "pre",
    "section",
    "article",
    "body",
];

/// Elements within a line; a `<` before any other word is a less-than sign.
const INLINE: [&str; 32] = [
    "a", "abbr", "b", "big", "cite", "code", "col", "colgroup", "del", "em", "font", "head", "html", "i", "img",
    "input", "ins", "label", "link", "meta", "nobr", "o:p", "s", "small", "span", "strike", "strong", "sub", "tt", "u",
    "button", "title",
];

/// Items are indented by two blanks for each list around them, up to this many.
const DEEPEST: usize = 4;

/// The plain text of an HTML text. A text without any line-ending element keeps its own lines.
pub(super) fn plain(html: &str) -> String {
    let mut page = Page { keep_lines: !has_block(html), ..Page::default() };
    let mut at = 0;
    while at < html.len() {
        let rest = &html[at..];
        at += match rest.as_bytes()[0] {
            b'<' => page.tag(rest),
            b'&' => page.entity(rest),
            _ => {
                let length = memchr::memchr2(b'<', b'&', rest.as_bytes()).unwrap_or(rest.len());
                page.words(&rest[..length]);
                length
            }
        };
    }
    page.out
}

fn has_block(html: &str) -> bool {
    memchr::memchr_iter(b'<', html.as_bytes()).any(|at| {
        let (_, name, _) = name(&html[at..]);
        name == "li" || name == "td" || BLOCKS.contains(&name.as_str())
    })
}

/// Whether a tag closes, its name in small letters (empty where there is none), and where the name ends.
fn name(tag: &str) -> (bool, String, usize) {
    // No element of this HTML has a longer name.
    const LONGEST: usize = 12;
    let closing = tag.as_bytes().get(1) == Some(&b'/');
    let start = if closing { 2 } else { 1 };
    let bytes = tag.as_bytes().get(start..).unwrap_or(&[]);
    let length = bytes.iter().take(LONGEST + 1).take_while(|b| b.is_ascii_alphanumeric() || **b == b':').count();
    if length > LONGEST {
        return (closing, String::new(), start);
    }
    (closing, String::from_utf8_lossy(&bytes[..length]).to_ascii_lowercase(), start + length)
}

#[derive(Default)]
struct Page {
    out: String,
    keep_lines: bool,
    blank: bool,
    line_end: bool,
    /// Waits for the first word of an item.
    marker: String,
    cells: usize,
    lists: Vec<List>,
}

struct List {
    style: u8,
    next: usize,
}

impl Page {
    /// Reads a tag at the beginning of `rest` and gives its length.
    fn tag(&mut self, rest: &str) -> usize {
        if let Some(length) = hidden(rest) {
            return length;
        }
        let (closing, name, end) = name(rest);
        let block = BLOCKS.contains(&name.as_str());
        let special = matches!(name.as_str(), "li" | "td" | "th" | "sup");
        if !block && !special && !INLINE.contains(&name.as_str()) {
            self.words("<");
            return 1;
        }
        let bytes = rest.as_bytes();
        // An unclosed tag ends where the next one begins.
        let length = match memchr::memchr2(b'>', b'<', &bytes[end..]) {
            Some(at) if bytes[end + at] == b'>' => end + at + 1,
            Some(at) => end + at,
            None => rest.len(),
        };
        match (name.as_str(), closing) {
            ("ul" | "ol", _) => self.list(closing, &name, &rest[end..length]),
            ("li", false) => self.item(),
            ("td" | "th", false) => self.cell(),
            ("td" | "th", true) => self.cells = self.cells.saturating_sub(1),
            ("tr" | "table", _) => {
                self.cells = 0;
                self.line_end = true;
            }
            ("sup", false) if rest[length..].starts_with(|c: char| c.is_ascii_digit() || c == '-') => self.words("^"),
            _ if block || name == "li" => self.end_line(),
            _ => {}
        }
        length
    }

    fn end_line(&mut self) {
        // Within a cell of a table, a paragraph does not end the row.
        if self.cells > 0 {
            self.blank = true;
        } else {
            self.line_end = true;
        }
    }

    fn list(&mut self, closing: bool, name: &str, attributes: &str) {
        self.end_line();
        if closing {
            self.lists.pop();
            return;
        }
        let attributes = attributes.replace(['"', '\''], "");
        let value = |name: &str| attributes.find(name).map(|at| &attributes[at + name.len()..]).unwrap_or("");
        let style = if name == "ul" { b'-' } else { *value("type=").as_bytes().first().unwrap_or(&b'1') };
        let digits: String = value("start=").chars().take_while(char::is_ascii_digit).take(3).collect();
        self.lists.push(List { style, next: digits.parse().unwrap_or(1) });
    }

    fn item(&mut self) {
        self.end_line();
        let depth = self.lists.len().saturating_sub(1).min(DEEPEST);
        let mark = match self.lists.last_mut() {
            Some(list) if list.style != b'-' => {
                list.next += 1;
                number(list.style, list.next - 1)
            }
            _ => "-".to_owned(),
        };
        self.marker = format!("{}{mark} ", "  ".repeat(depth));
    }

    fn cell(&mut self) {
        let within = !self.line_end && !self.out.is_empty();
        if within && self.marker.is_empty() {
            self.blank = true;
            self.words("| ");
        }
        self.cells += 1;
    }

    /// Reads an entity at the beginning of `rest` and gives its length; a lone `&` stands for itself.
    fn entity(&mut self, rest: &str) -> usize {
        // The longest names have 8 letters.
        let end = rest.bytes().take(12).position(|b| b == b';');
        let found = end.and_then(|end| Some((end + 1, decode(&rest[1..end])?)));
        let (length, text) = found.unwrap_or((1, '&'));
        let mut buffer = [0; 4];
        self.words(text.encode_utf8(&mut buffer));
        length
    }

    fn words(&mut self, text: &str) {
        for c in text.chars() {
            if c == '\n' && self.keep_lines {
                self.line_end = true;
            } else if c.is_whitespace() || c == '\u{200b}' {
                self.blank = true;
            } else if !c.is_control() && c != '\u{feff}' && c != '\u{ad}' {
                self.letter(c);
            }
        }
    }

    fn letter(&mut self, c: char) {
        if !self.out.is_empty() && self.line_end {
            self.out.push('\n');
        } else if !self.out.is_empty() && self.blank {
            self.out.push(' ');
        }
        (self.line_end, self.blank) = (false, false);
        self.out.push_str(&self.marker);
        self.marker.clear();
        self.out.push(c);
    }
}

/// The length of a comment, a declaration, a script or a style sheet at the beginning of `rest`.
fn hidden(rest: &str) -> Option<usize> {
    let until =
        |end: &str| Some(memchr::memmem::find(rest.as_bytes(), end.as_bytes()).map_or(rest.len(), |at| at + end.len()));
    if rest.starts_with("<!--") {
        return until("-->");
    }
    if rest.starts_with("<!") || rest.starts_with("<?") {
        return until(">");
    }
    match name(rest) {
        (false, name, _) if name == "script" => until("</script>"),
        (false, name, _) if name == "style" => until("</style>"),
        (true, name, _) if name == "script" || name == "style" => until(">"),
        _ => None,
    }
}

/// The number of an item in the style of its list: `1.`, `a.`, `A.`, `i.`, `I.`.
fn number(style: u8, number: usize) -> String {
    const ROMAN: [&str; 20] = [
        "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii", "xiv", "xv", "xvi", "xvii",
        "xviii", "xix", "xx",
    ];
    let place = number.wrapping_sub(1);
    let word = match style {
        b'a' | b'A' if place < 26 => char::from(b"abcdefghijklmnopqrstuvwxyz"[place]).to_string(),
        b'i' | b'I' if place < ROMAN.len() => ROMAN[place].to_owned(),
        _ => number.to_string(),
    };
    if style.is_ascii_uppercase() { format!("{}.", word.to_ascii_uppercase()) } else { format!("{word}.") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn paragraphs_and_items_stand_on_their_own_lines() {
        let html = "<p>Covered&nbsp;when:</p>\n<ol type=\"a\" start=\"2\"><li><p>ordered,</p></li><li>a &lt; b\n\
                    <ul><li>nested</li></ul></li></ol><p>end<br/>§5</p>";
        assert_eq!(plain(html), "Covered when:\nb. ordered,\nc. a < b\n  - nested\nend\n§5");
    }

    #[test]
    fn a_row_of_a_table_is_one_line() {
        let html =
            "<table><tr><th>A</th><th>B</th></tr><tr><td><p>one</p></td><td><p>two</p><p>more</p></td></tr></table>";
        assert_eq!(plain(html), "A | B\none | two more");
    }

    #[test]
    fn signs_are_not_tags_and_entities_are_read() {
        assert_eq!(
            plain("glucose <54 & x<y, 10<sup>9</sup> &sect;1 &#167;2 &#x2265; &#150; &bogus;"),
            "glucose <54 & x<y, 10^9 §1 §2 ≥ – &bogus;"
        );
        assert_eq!(plain("<!-- no --><script>no</script>yes<b unclosed <i>so</i>"), "yesso");
    }

    #[test]
    fn a_text_without_elements_keeps_its_lines() {
        assert_eq!(plain("one\r\ntwo  three\n\nfour"), "one\ntwo three\nfour");
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_panic(text in "(<|&|/|p|li|ol|td|;|>|#|9|é|\\PC){0,60}") {
            let _ = plain(&text);
        }
    }
}
