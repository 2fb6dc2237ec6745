//! Where the sections of a chapter begin. A cross-reference looks like a heading, so a heading is a section number
//! that a revision line follows, or one that stands where the table of contents has it.

use std::collections::{HashMap, HashSet};

use super::super::prose::{Paragraph, same_words};
use super::revision::{Revision, begins};

/// A heading has no more characters.
const LONGEST: usize = 330;
/// How many paragraphs a heading and its revision line may take.
const REACH: usize = 4;

/// The beginning of a section.
#[derive(Debug)]
pub struct Heading {
    /// `30.6.12`, `Exhibit 1`.
    pub number: String,
    /// Its words.
    pub title: String,
    /// Its revision line; the default where it has none.
    pub revision: Revision,
    /// Its first paragraph.
    pub start: usize,
    /// What stands behind the heading in its own paragraph; mostly nothing.
    pub lead: String,
    /// The first paragraph of its text.
    pub text: usize,
}

impl Heading {
    /// `30.6.12 - Critical Care`.
    pub fn name(&self) -> String {
        if self.title.is_empty() { self.number.clone() } else { format!("{} - {}", self.number, self.title) }
    }
}

/// The number and the heading of `30.6.12 - Critical Care`, `Exhibit 1 - Form`.
pub fn number(line: &str) -> Option<(String, &str)> {
    let (number, rest) = split_number(line)?;
    let bare = rest.trim_start();
    let title = bare.trim_start_matches(['-', '–', '—', '.', ':']).trim_start();
    let dashed = title.len() < bare.len();
    let plain = number.contains(['.', ' ']) && rest.starts_with(' ');
    let apart = bare.trim_start_matches(['-', '–', '—']).starts_with(' ');
    let heads = title.starts_with(|c: char| c.is_uppercase() || c == '“' || c == '"')
        || apart && title.starts_with(|c: char| c.is_ascii_digit());
    let bare_exhibit = title.is_empty() && number.contains(' ');
    ((dashed || plain) && heads || bare_exhibit).then(|| (number.to_owned(), title))
}

fn split_number(line: &str) -> Option<(&str, &str)> {
    for word in ["Exhibit ", "Addendum ", "Appendix ", "Attachment "] {
        if let Some(rest) = line.strip_prefix(word) {
            let length = rest.bytes().take_while(u8::is_ascii_alphanumeric).count();
            return (1..=3).contains(&length).then(|| line.split_at(word.len() + length));
        }
    }
    let length = line.bytes().take_while(|b| b.is_ascii_digit() || *b == b'.').count();
    let (number, rest) = line.split_at(length);
    let bare = number.trim_end_matches('.');
    let parts = bare.split('.').all(|part| (1..=3).contains(&part.len()));
    (parts && bare.len() >= 2).then_some((bare, rest))
}

/// The numbers above a section: 30 and 30.6 of 30.6.12.
pub fn above(number: &str) -> impl Iterator<Item = &str> {
    number.match_indices('.').map(|(at, _)| &number[..at])
}

/// The table of contents: each number once, with its place and its words.
pub struct Contents {
    places: HashMap<String, usize>,
    words: Vec<String>,
}

impl Contents {
    /// The entries of the paragraphs above the text.
    fn of(paragraphs: &[Paragraph]) -> Self {
        let mut contents = Self { places: HashMap::new(), words: Vec::new() };
        for (number, title) in paragraphs.iter().filter_map(|paragraph| number(&paragraph.text)) {
            contents.places.entry(number).or_insert_with(|| {
                contents.words.push(title.to_owned());
                contents.words.len() - 1
            });
        }
        contents
    }

    /// How many entries there are, and how many of them are among the headings.
    pub fn found(&self, headings: &[Heading]) -> (usize, usize) {
        let found: HashSet<&str> = headings.iter().map(|heading| heading.number.as_str()).collect();
        (self.words.len(), found.into_iter().filter(|number| self.places.contains_key(*number)).count())
    }

    /// True where the headings around a heading stand around it here too.
    fn has_in_order(&self, heading: &Heading, sure: &[Heading]) -> bool {
        let place = |heading: &Heading| self.places.get(&heading.number);
        let at = sure.partition_point(|known| known.start < heading.start);
        let before = at.checked_sub(1).and_then(|at| place(&sure[at]));
        let after = sure.get(at).and_then(place);
        let own = place(heading);
        before < own && after.is_none_or(|after| own < Some(after))
    }
}

/// The table of contents, and the headings of the text.
pub fn headings(paragraphs: &[Paragraph]) -> (Contents, Vec<Heading>) {
    let mut headings: Vec<Heading> = (0..paragraphs.len()).filter_map(|at| with_revision(paragraphs, at)).collect();
    let body = headings.first().map_or(paragraphs.len(), |first| first.start);
    let contents = Contents::of(&paragraphs[..body]);
    let mut taken: HashSet<String> = headings.iter().map(|heading| heading.number.clone()).collect();
    let mut without: Vec<Heading> = (body..paragraphs.len())
        .filter_map(|at| without_revision(paragraphs, at, &contents))
        .filter(|heading| contents.has_in_order(heading, &headings) && taken.insert(heading.number.clone()))
        .collect();
    headings.append(&mut without);
    headings.sort_by_key(|heading| heading.start);
    (contents, headings)
}

/// A heading whose revision line follows, on its own line or the next.
fn with_revision(paragraphs: &[Paragraph], at: usize) -> Option<Heading> {
    let (number, title) = number(&paragraphs[at].text)?;
    let mut title = title.to_owned();
    if let Some((words, _)) = title.split_once("(Rev") {
        let revision = Revision::parse(&title).filter(|_| words.len() < LONGEST)?;
        return Some(Heading {
            number,
            title: words.trim_end().to_owned(),
            revision,
            start: at,
            lead: String::new(),
            text: at + 1,
        });
    }
    for next in at + 1..(at + REACH).min(paragraphs.len()) {
        let text = &paragraphs[next].text;
        if title.chars().count() > LONGEST {
            return None;
        }
        if begins(text) {
            let revision = Revision::parse(text)?;
            let more = paragraphs[next + 1..].iter().take_while(|paragraph| begins(&paragraph.text)).count();
            return Some(Heading { number, title, revision, start: at, lead: String::new(), text: next + 1 + more });
        }
        if self::number(text).is_some() || title.ends_with(['.', ';', ':']) {
            return None;
        }
        title.push(' ');
        title.push_str(text);
    }
    None
}

/// A heading without a revision line: the words of the table of contents, behind the same number.
fn without_revision(paragraphs: &[Paragraph], at: usize, contents: &Contents) -> Option<Heading> {
    let (number, text) = number(&paragraphs[at].text)?;
    let announced = &contents.words[*contents.places.get(&number)?];
    let title = &text[..same_words(announced, text)?];
    let lead = text[title.len()..].trim().to_owned();
    let revision = Revision::default();
    Some(Heading { number, title: title.to_owned(), revision, start: at, lead, text: at + 1 })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paragraphs(texts: &[&str]) -> Vec<Paragraph> {
        let paragraph =
            |(at, text): (usize, &&str)| Paragraph { text: (*text).to_owned(), line: at, page: 0, indent: 0 };
        texts.iter().enumerate().map(paragraph).collect()
    }

    #[test]
    fn sections_are_cut_where_a_revision_line_follows_and_not_at_references() {
        let text = paragraphs(&[
            "10 - General",
            "10.1 - Details",
            "10.2 – Reserved",
            "20 - Exclusions",
            "10 - General",
            "(Rev. 1, 10-01-03)",
            "See the following.",
            "20 - Exclusions",
            "10.1 - Details (Rev. 2; Issued: 01-02-20; Effective: 02-02-20; Implementation: 02-02-20)",
            "Text.",
            "10.2 - Reserved, which has a text behind it",
            "20 - Exclusions",
            "in general",
            "(Rev. 3, 10-01-04)",
            "Text.",
        ]);
        let (contents, headings) = headings(&text);
        assert_eq!(contents.found(&headings), (4, 4));
        let found: Vec<(&str, &str, usize)> =
            headings.iter().map(|heading| (heading.number.as_str(), heading.title.as_str(), heading.text)).collect();
        assert_eq!(headings[2].lead, ", which has a text behind it");
        let expected = [
            ("10", "General", 6),
            ("10.1", "Details", 9),
            ("10.2", "Reserved", 11),
            ("20", "Exclusions in general", 14),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn a_number_in_a_sentence_is_no_heading() {
        for text in ["20 percent of the amount", "1. Modifier 59 is used", "99213 - Office visit", "2004 - the year"] {
            assert_eq!(number(text).filter(|(number, _)| number.len() < 4), None, "{text}");
        }
        assert_eq!(number("20.6- Update Factor"), Some(("20.6".to_owned(), "Update Factor")));
        assert_eq!(number("220 Chiropractic Services"), None);
        assert_eq!(number("20.9.3.1 Procedure edits").map(|found| found.0), Some("20.9.3.1".to_owned()));
    }
}
