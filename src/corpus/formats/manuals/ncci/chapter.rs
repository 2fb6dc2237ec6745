//! A chapter of the NCCI Policy Manual: its cover, its table of contents, its sections and numbered paragraphs.

use std::collections::HashMap;
use std::ops::RangeInclusive;

use super::super::prose::Paragraph;

/// Leaders of a table of contents.
const LEADERS: &str = "....";
/// How far behind its first line a cover says which manual it belongs to, in paragraphs.
const COVER: usize = 8;
/// No manual has more chapters.
const MOST: usize = 40;
/// A paragraph of no more characters, without an end of sentence, between two lists is the heading of the second.
const SUBHEADING: usize = 70;

/// Text above the first section that is shorter says only which codes the chapter is about.
const SHORTEST_PREFACE: usize = 120;

/// A chapter, or the introduction.
pub struct Chapter<'a> {
    /// Its lines in the text.
    pub lines: RangeInclusive<usize>,
    /// Its number, `I`; `Intro` for the introduction.
    number: String,
    title: String,
    /// The entries of its table of contents.
    contents: Vec<String>,
    body: &'a [Paragraph],
}

/// What is cited as one.
pub struct Reading<'a> {
    /// Its place in the manual, `I.C.3`.
    pub place: String,
    /// How it is cited.
    pub section: String,
    /// The heading of its section.
    pub title: String,
    /// Chapter > section > subheading.
    pub path: String,
    /// Its paragraphs.
    pub paragraphs: Vec<&'a Paragraph>,
}

/// True for the first line of a cover.
pub fn is_heading(line: &str) -> bool {
    number(line).is_some()
}

/// `I` of `CHAPTER I`, `Intro` of `INTRODUCTION`.
fn number(line: &str) -> Option<&str> {
    match line.strip_prefix("CHAPTER ") {
        Some(number) => super::super::outline::roman_value(number.trim()).map(|_| number.trim()),
        None => (line == "INTRODUCTION").then_some("Intro"),
    }
}

/// The letter and the heading of `C. Medical/Surgical Package`.
pub fn letter(line: &str) -> Option<(char, &str)> {
    let (mark, rest) = line.split_once('.')?;
    let letter = mark.chars().next().filter(|c| mark.len() == 1 && c.is_ascii_uppercase())?;
    let heading = rest.trim_start();
    heading.starts_with(char::is_uppercase).then_some((letter, heading))
}

/// The number and the text of `3. If an endoscopic…`.
fn numbered(text: &str) -> Option<(usize, &str)> {
    let (mark, rest) = text.split_once(". ")?;
    let digits = (1..=2).contains(&mark.len()) && mark.bytes().all(|b| b.is_ascii_digit());
    Some((mark.parse().ok().filter(|_| digits)?, rest.trim_start()))
}

/// The chapters of a manual, each from its cover to the next.
pub fn split(paragraphs: &[Paragraph]) -> Vec<Chapter<'_>> {
    let covers: Vec<usize> = (0..paragraphs.len())
        .filter(|at| {
            is_heading(&paragraphs[*at].text)
                && paragraphs[at + 1..].iter().take(COVER).any(|p| p.text.contains("CODING INITIATIVE POLICY MANUAL"))
        })
        .collect();
    covers
        .iter()
        .take(MOST)
        .enumerate()
        .filter_map(|(at, start)| {
            let end = covers.get(at + 1).copied().unwrap_or(paragraphs.len());
            Chapter::new(paragraphs, *start, end)
        })
        .collect()
}

impl<'a> Chapter<'a> {
    fn new(paragraphs: &'a [Paragraph], start: usize, end: usize) -> Option<Self> {
        let own = &paragraphs[start..end];
        let number = number(&own.first()?.text)?.to_owned();
        let contents_end = own.iter().rposition(|paragraph| paragraph.text.contains(LEADERS)).map_or(1, |at| at + 1);
        let contents = own[..contents_end].iter().filter(|p| p.text.contains(LEADERS));
        let contents: Vec<String> = contents.flat_map(|p| entries(&p.text)).collect();
        let last = own.last().map_or(usize::MAX, |_| paragraphs.get(end).map_or(usize::MAX, |next| next.line - 1));
        let title = match number.as_str() {
            "Intro" => "Introduction".to_owned(),
            _ => title(paragraphs, &number, own),
        };
        Some(Self { lines: own.first()?.line..=last, number, title, contents, body: &own[contents_end..] })
    }

    /// Gives every paragraph that is cited as one, in order.
    pub fn read(&self, mut give: impl FnMut(&Reading<'a>)) {
        let name = match self.number.as_str() {
            "Intro" => "Introduction".to_owned(),
            number => format!("Chapter {number} {}", self.title),
        };
        for section in self.sections() {
            let length: usize = section.body.iter().map(|paragraph| paragraph.text.len()).sum();
            // What stands above the first section is the range of codes on the title page.
            if section.mark.is_empty() && length < SHORTEST_PREFACE && self.number != "Intro" {
                continue;
            }
            section.read(self, &name, &mut give);
        }
    }

    /// Its sections: the text before the first, then each from its heading on.
    fn sections(&self) -> Vec<Part<'a>> {
        let mut parts: Vec<Part<'a>> = Vec::new();
        let mut next = b'A';
        let mut unlettered = self.contents.iter().filter(|entry| letter(entry).is_none()).skip(1).peekable();
        for (at, paragraph) in self.body.iter().enumerate() {
            let lettered = letter(&paragraph.text)
                .filter(|(found, heading)| *found == char::from(next) && self.lists(*found, heading));
            let (mark, heading) = match lettered {
                Some((found, heading)) => {
                    next += 1;
                    (found.to_string(), heading)
                }
                None if self.number == "Intro"
                    && unlettered.peek().is_some_and(|entry| alike(entry, &paragraph.text)) =>
                {
                    unlettered.next();
                    let before = parts.iter().filter(|part| !part.mark.is_empty()).count();
                    ((before + 1).to_string(), paragraph.text.as_str())
                }
                None => {
                    match parts.last_mut() {
                        Some(part) => part.body = &self.body[part.start..=at],
                        None if self.is_title(&paragraph.text) => {}
                        None => {
                            let start = at;
                            parts.push(Part { mark: String::new(), heading: "", start, body: &self.body[at..=at] });
                        }
                    }
                    continue;
                }
            };
            parts.push(Part { mark, heading, start: at + 1, body: &self.body[at + 1..=at] });
        }
        parts
    }

    /// True where the table of contents has the section, or there is none.
    fn lists(&self, found: char, heading: &str) -> bool {
        let mut entries = self.contents.iter().filter_map(|entry| letter(entry)).peekable();
        entries.peek().is_none() || entries.any(|(mark, entry)| mark == found && alike(entry, heading))
    }

    /// True for the title of the chapter, repeated above its text.
    fn is_title(&self, text: &str) -> bool {
        text == "Introduction"
            || text == format!("Chapter {}", self.number)
            || text.starts_with("Chapter ")
                && text.len() < 200
                && alike(text.split(' ').next_back().unwrap_or(""), self.title.split(' ').next_back().unwrap_or("x"))
            || alike(&self.title, text)
    }
}

/// The entries in a paragraph of a table of contents: `A. Introduction` of `A. Introduction ...... I-3`.
fn entries(text: &str) -> Vec<String> {
    let mut entries = Vec::new();
    for part in text.split(LEADERS).map(|part| part.trim_matches(|c: char| c == '.' || c == ' ')) {
        let mut words = part.split(' ');
        if words.clone().next().is_some_and(super::is_page_number) {
            words.next();
        }
        let entry = words.collect::<Vec<_>>().join(" ");
        if !entry.is_empty() {
            entries.push(entry);
        }
    }
    entries
}

/// True where two headings begin with the same letters, whatever stands between them; editions differ in the rest.
fn alike(one: &str, two: &str) -> bool {
    let letters = |text: &str| {
        text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).take(10).collect::<String>()
    };
    let (one, two) = (letters(one), letters(two));
    !one.is_empty() && one == two
}

/// The title of a chapter as the common table of contents writes it, else as its cover does.
fn title(paragraphs: &[Paragraph], number: &str, own: &[Paragraph]) -> String {
    let announced = format!("Chapter {number} – ");
    let Some(at) = paragraphs.iter().position(|paragraph| paragraph.text.starts_with(&announced)) else {
        let cover: Vec<&str> = own[1..]
            .iter()
            .take(3)
            .map(|p| p.text.as_str())
            .take_while(|text| *text != "FOR" && !text.contains("MANUAL"))
            .collect();
        return cover.join(" ");
    };
    let mut title = paragraphs[at].text[announced.len()..].to_owned();
    for more in paragraphs[at + 1..].iter().take(2) {
        if more.text.starts_with('(') || letter(&more.text).is_some() {
            break;
        }
        title.push(' ');
        title.push_str(&more.text);
    }
    title.split(" (").next().unwrap_or("").to_owned()
}

/// A lettered section, or one of the introduction, or the text before the first.
struct Part<'a> {
    mark: String,
    heading: &'a str,
    start: usize,
    body: &'a [Paragraph],
}

impl<'a> Part<'a> {
    fn read(&self, chapter: &Chapter<'a>, name: &str, give: &mut impl FnMut(&Reading<'a>)) {
        let mut cited = Cited { part: self, chapter, name, lists: 0, last: 0, own: 0, under: String::new() };
        let labels = self.labels();
        let mut at = 0;
        while let Some(first) = self.body.get(at) {
            let next = numbered(&first.text).map(|(number, _)| number).filter(|number| cited.follows(*number));
            let mut end = at + 1;
            while let Some(paragraph) = self.body.get(end) {
                let number = numbered(&paragraph.text).map(|(number, _)| number);
                let here = next.map_or(cited.last, |number| number);
                let begins = number.is_some_and(|number| number == here + 1 || number == 1 && next.is_none());
                // A paragraph further to the left than the numbers of its page goes on where the list stood.
                let left = labels.get(&paragraph.page).is_some_and(|label| paragraph.indent < *label);
                if begins || (next.is_some() && left) {
                    break;
                }
                end += 1;
            }
            match next {
                Some(number) => cited.numbered(number, &self.body[at..end], give),
                None => cited.unnumbered(&self.body[at..end], self.body.get(end), give),
            }
            at = end;
        }
    }

    /// How far to the left the numbers of each page begin.
    fn labels(&self) -> HashMap<usize, usize> {
        let mut labels = HashMap::new();
        for label in self.body.iter().filter(|paragraph| numbered(&paragraph.text).is_some()) {
            let indent = labels.entry(label.page).or_insert(label.indent);
            *indent = label.indent.min(*indent);
        }
        labels
    }
}

/// Keeps count within a section.
struct Cited<'p, 'a> {
    part: &'p Part<'a>,
    chapter: &'p Chapter<'a>,
    name: &'p str,
    lists: usize,
    last: usize,
    own: usize,
    under: String,
}

impl<'a> Cited<'_, 'a> {
    fn follows(&self, number: usize) -> bool {
        number == self.last + 1 || number == 1
    }

    fn numbered(&mut self, number: usize, body: &'a [Paragraph], give: &mut impl FnMut(&Reading<'a>)) {
        if number == 1 {
            self.lists += 1;
        }
        self.last = number;
        let list = if self.lists > 1 { format!("-{}", self.lists) } else { String::new() };
        let under = if self.under.is_empty() { String::new() } else { format!(", {}", self.under) };
        let place = format!("{list}.{number}");
        self.give(&place, &format!("{under}, {number}"), body, give);
    }

    /// Text between lists. A short last paragraph before a list is the heading of that list.
    fn unnumbered(&mut self, body: &'a [Paragraph], next: Option<&Paragraph>, give: &mut impl FnMut(&Reading<'a>)) {
        let listed = next.is_some_and(|next| numbered(&next.text).is_some());
        let short = |p: &&Paragraph| p.text.chars().count() <= SUBHEADING && !p.text.ends_with(['.', ':', ';', ',']);
        let heading = body.last().filter(|last| listed && short(last));
        let text = if heading.is_some() { &body[..body.len() - 1] } else { body };
        self.under.clear();
        if !text.is_empty() {
            self.own += 1;
            let place = if self.own == 1 { String::new() } else { format!(".t{}", self.own) };
            self.give(&place, "", text, give);
        }
        if let Some(heading) = heading {
            self.under.clone_from(&heading.text);
        }
    }

    fn give(&self, place: &str, section: &str, body: &'a [Paragraph], give: &mut impl FnMut(&Reading<'a>)) {
        let Part { mark, heading, .. } = self.part;
        let number = &self.chapter.number;
        let (dot, comma) = if mark.is_empty() { ("", "") } else { (".", ", ") };
        let cited = match (number.as_str(), mark.as_str()) {
            ("Intro", "") => "Introduction".to_owned(),
            ("Intro", _) => format!("Introduction, {heading}"),
            (_, "") => format!("Chapter {number}"),
            _ => format!("Chapter {number}{comma}Section {mark}"),
        };
        let full = match (number.as_str(), mark.as_str()) {
            (_, "") => String::new(),
            ("Intro", _) => format!(" > {heading}"),
            _ => format!(" > {mark}. {heading}"),
        };
        let under = if self.under.is_empty() { String::new() } else { format!(" > {}", self.under) };
        give(&Reading {
            place: format!("{number}{dot}{mark}{place}"),
            section: format!("{cited}{section}"),
            title: if heading.is_empty() { self.chapter.title.clone() } else { (*heading).to_owned() },
            path: format!("{}{full}{under}", self.name),
            paragraphs: body.iter().collect(),
        });
    }
}
