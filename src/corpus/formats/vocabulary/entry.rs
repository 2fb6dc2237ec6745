//! What all vocabularies share: a term cleaned of its file's markup, and the row it becomes.

use std::collections::HashSet;

use super::super::{Intake, Origin, OriginId, Rights};
use crate::domain::table::Table;

/// Longest term kept, in characters: longer ones are sentences, which nobody types as a word.
const LONGEST: usize = 80;

/// The release of a vocabulary. It is tied to no date, and what it does not hold may still exist.
pub fn origin(list: &str, title: &str, edition: &str, source: String, rights: Rights, notice: &str) -> Origin {
    let id = if edition.is_empty() { list.to_owned() } else { format!("{list}-{edition}") };
    Origin {
        id,
        table: Table::Lexicon,
        family: format!("lexicon+{list}"),
        title: title.to_owned(),
        edition: edition.to_owned(),
        from: None,
        to: None,
        complete: false,
        source,
        rights,
        notice: notice.to_owned(),
    }
}

/// Takes the entries of one list and passes each on once.
pub struct Entries {
    kind: &'static str,
    origin: OriginId,
    seen: HashSet<String>,
}

impl Entries {
    /// Entries of a kind: `synonym`, `lay`, `abbreviation`.
    pub fn new(kind: &'static str, origin: OriginId) -> Self {
        Self { kind, origin, seen: HashSet::new() }
    }

    /// Takes a term and its meaning as the file writes them. Passed over are terms that say what their meaning
    /// says, and terms too short, too long or without a letter.
    pub fn add(&mut self, intake: &mut Intake, term: &str, meaning: &str) {
        let (term, meaning) = (clean(term).to_lowercase(), clean(meaning));
        let lower = meaning.to_lowercase();
        if !is_term(&term) || meaning.is_empty() || term == lower || lower.chars().count() > 4 * LONGEST {
            return;
        }
        if self.seen.insert(format!("{term}\t{lower}")) {
            intake.row(Table::Lexicon, &term, &[self.kind, &meaning, ""], self.origin);
        }
    }
}

/// True for what somebody may type: two to eighty characters, one of them a letter.
pub fn is_term(term: &str) -> bool {
    (2..=LONGEST).contains(&term.chars().count()) && term.chars().any(char::is_alphabetic)
}

/// A value without quotation marks around it, language tag, markup, entities and double blanks.
pub fn clean(text: &str) -> String {
    let text = unquoted(text.trim());
    let text = untagged(text);
    let text = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&nbsp;", " "), ("&amp;", "&")]
        .iter()
        .fold(text, |text, (entity, plain)| if text.contains(entity) { text.replace(entity, plain) } else { text });
    let words: Vec<&str> =
        text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|w| !w.is_empty()).collect();
    words.join(" ")
}

/// `"Open comedo"@en` is `Open comedo`.
fn unquoted(text: &str) -> &str {
    let Some(inner) = text.strip_prefix('"') else { return text };
    match inner.rfind('"') {
        Some(end) if inner[end + 1..].is_empty() || inner[end + 1..].starts_with('@') => &inner[..end],
        _ => text,
    }
}

/// Text without `<i>` and the like. A lone `<` or `>`, as in the name of a gene variant, stays.
fn untagged(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        let tag = rest[at + 1..].find('>').map(|end| &rest[at + 1..at + 1 + end]);
        let is_tag = |tag: &str| tag.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/') && !tag.contains('<');
        match tag.filter(|tag| is_tag(tag)) {
            Some(tag) => {
                plain.push_str(&rest[..at]);
                rest = &rest[at + tag.len() + 2..];
            }
            None => {
                plain.push_str(&rest[..=at]);
                rest = &rest[at + 1..];
            }
        }
    }
    plain.push_str(rest);
    plain
}

/// The cells of a line of a tab-separated list.
pub fn cells(line: &str) -> Vec<&str> {
    line.split('\t').map(str::trim).collect()
}

/// Where the columns of these names stand in a header, in their order; `None` when one is missing.
pub fn columns<const N: usize>(header: &str, names: [&str; N]) -> Option<[usize; N]> {
    let header = cells(header);
    let mut found = [0; N];
    for (at, name) in found.iter_mut().zip(names) {
        *at = header.iter().position(|cell| unquoted(cell).eq_ignore_ascii_case(name))?;
    }
    Some(found)
}

/// Lines with their numbers from 1, without blank ones.
pub fn numbered(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().map(|(at, line)| (at + 1, line)).filter(|(_, line)| !line.trim().is_empty())
}

/// True when an abbreviation and its meaning begin with the same letter or digit.
pub fn same_initial(short: &str, long: &str) -> bool {
    let initial = |text: &str| text.chars().find(|c| c.is_alphanumeric()).map(|c| c.to_ascii_lowercase());
    initial(short).is_some() && initial(short) == initial(long)
}

/// True when the beginning of a file without a header is a list of abbreviations: enough lines, nearly all of
/// which `split` understands, and most meanings begin with the letter of their abbreviation.
pub fn is_abbreviation_list<'a>(text: &'a str, split: impl Fn(&'a str) -> Option<(&'a str, &'a str)>) -> bool {
    /// Fewer lines could agree by chance.
    const LINES: usize = 20;
    let lines: Vec<&str> = text.lines().take(400).filter(|line| !line.trim().is_empty()).collect();
    // The last line may be cut short.
    let lines = &lines[..lines.len().saturating_sub(1)];
    let pairs: Vec<(&str, &str)> = lines.iter().filter_map(|line| split(line)).collect();
    let alike = pairs.iter().filter(|(short, long)| same_initial(short, long)).count();
    pairs.len() >= LINES && pairs.len() * 100 >= lines.len() * 95 && alike * 100 >= pairs.len() * 60
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_loses_quotes_language_markup_and_double_blanks() {
        for (text, plain) in [
            ("\"Open comedo\"@en", "Open comedo"),
            ("\"Skin cyst\"", "Skin cyst"),
            (" knee  <i>joint</i> ", "knee joint"),
            ("Q&amp;A", "Q&A"),
            ("20210G>A variant", "20210G>A variant"),
            ("a < b", "a < b"),
            ("\"", "\""),
            ("tab\there", "tab here"),
        ] {
            assert_eq!(clean(text), plain, "{text}");
        }
    }

    #[test]
    fn a_term_has_two_to_eighty_characters_and_a_letter() {
        assert!(is_term("mi") && is_term("17p"));
        assert!(!is_term("x") && !is_term("12") && !is_term(&"a".repeat(81)));
    }
}
