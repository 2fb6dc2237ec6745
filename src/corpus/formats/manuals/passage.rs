//! The rows of [`Table::Passage`]: cutting long sections into pieces, and the codes that a piece names.

use jiff::civil::Date;

use super::super::{Intake, OriginId};
use crate::domain::code::{Code, CodeSet};
use crate::domain::table::Table;

/// No piece of a section is longer, in characters, unless a single sentence is.
pub const LONGEST: usize = 2500;
/// The length that pieces of a long section get, about.
const USUAL: usize = 1800;
/// Where a paragraph is cut that is too long by itself. It leaves room for a heading above it.
const LONG_PARAGRAPH: usize = LONGEST - 300;

/// A section of a document, as it will be cited.
pub struct Section<'a> {
    /// Its key without a piece: `ncci-manual-2026#I.C.3`.
    pub key: &'a str,
    /// How it is cited: `Chapter I, Section C, 3`.
    pub section: &'a str,
    /// Its heading.
    pub title: &'a str,
    /// Where it stands: document > chapter > section.
    pub path: &'a str,
    /// Its revision: `Rev. 13316, issued 2025-07-24`.
    pub revision: &'a str,
    /// First day.
    pub from: Option<Date>,
    /// Last day.
    pub to: Option<Date>,
    /// True where ICD-10-CM categories such as `F02` are named without further words.
    pub categories: bool,
}

impl Section<'_> {
    /// Emits the paragraphs as one row, or as several whose keys end in `.p2`, `.p3`.
    pub fn emit(&self, paragraphs: &[&str], origin: OriginId, intake: &mut Intake) {
        let day = |date: Option<Date>| date.map_or(String::new(), |date| date.to_string());
        let (from, to) = (day(self.from), day(self.to));
        for (at, piece) in pieces(paragraphs).iter().enumerate() {
            let key = if at == 0 { self.key.to_owned() } else { format!("{}.p{}", self.key, at + 1) };
            let codes = codes(piece, self.categories);
            let fields =
                [self.section, self.title, self.path, self.revision, &from, &to, &codes, &Intake::lines(piece)];
            intake.row(Table::Passage, &key, &fields, origin);
        }
    }
}

/// Joins paragraphs to pieces of about equal length, cut at the ends of paragraphs, and of sentences where one
/// paragraph alone is too long.
fn pieces(paragraphs: &[&str]) -> Vec<String> {
    let parts: Vec<&str> = paragraphs.iter().flat_map(|paragraph| sentences(paragraph)).collect();
    let total: usize = parts.iter().map(|part| part.chars().count() + 1).sum();
    if total <= LONGEST {
        return if parts.is_empty() { Vec::new() } else { vec![paragraphs.join("\n")] };
    }
    let goal = total / total.div_ceil(USUAL);
    let mut pieces: Vec<(usize, String)> = Vec::new();
    for part in parts {
        let length = part.chars().count();
        match pieces.last_mut() {
            Some((have, text)) if (*have < goal || length < 100) && *have + length < LONGEST => {
                text.push('\n');
                text.push_str(part);
                *have += length + 1;
            }
            _ => pieces.push((length, part.to_owned())),
        }
    }
    pieces.into_iter().map(|(_, text)| text).collect()
}

/// A paragraph, or where it is too long its parts, each ended by a sentence or at least a word.
fn sentences(paragraph: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = paragraph;
    while let Some((limit, _)) = rest.char_indices().nth(LONG_PARAGRAPH) {
        let head = &rest[..limit];
        let cut = head.rfind(". ").map(|at| at + 2).or_else(|| head.rfind(' ').map(|at| at + 1)).unwrap_or(limit);
        parts.push(rest[..cut].trim_end());
        rest = rest[cut..].trim_start();
    }
    if !rest.is_empty() {
        parts.push(rest);
    }
    parts
}

/// The codes that a text names, each once in the order of the text, with blanks between: CPT and HCPCS codes, ranges
/// of them (`96360-96379`), ICD-10-CM codes with their dot, and where `categories` is set also their categories and
/// incomplete codes (`F02`, `Z91.12-`).
pub fn codes(text: &str, categories: bool) -> String {
    let mut found: Vec<String> = Vec::new();
    let words: Vec<(&str, usize)> = words(text).collect();
    let mut skip = false;
    for (at, (word, start)) in words.iter().enumerate() {
        if std::mem::take(&mut skip) || is_amount(text, *start, word.len()) {
            continue;
        }
        let Some(code) = code(word, categories) else { continue };
        let between = words.get(at + 1).map(|(next, from)| (&text[start + word.len()..*from], *next));
        let named = match between {
            Some((dash, next)) if matches!(dash.trim(), "-" | "–") => match self::code(next, categories) {
                Some(last) if last.len() == code.len() && last > code => {
                    skip = true;
                    format!("{code}-{last}")
                }
                _ if categories && dash == "-" && code.contains('.') => format!("{code}-"),
                _ => code,
            },
            Some((dash, _)) if categories && code.contains('.') && dash.starts_with('-') => format!("{code}-"),
            _ => code,
        };
        if !found.contains(&named) {
            found.push(named);
        }
    }
    found.join(" ")
}

/// The runs of letters, digits and inner dots of a text, with the place of each.
fn words(text: &str) -> impl Iterator<Item = (&str, usize)> {
    text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '.')).filter_map(move |run| {
        let word = run.trim_matches('.');
        let start = word.as_ptr() as usize - text.as_ptr() as usize;
        (word.len() >= 3).then_some((word, start))
    })
}

/// What stands before a number that is no code.
const NO_CODE_AFTER: [&str; 13] =
    ["CR", "CR:", "Transmittal", "Box", "Rev.", "P.L.", "CMS", "Form", "ZIP", "section", "Section", "Maryland", "MD"];

/// True for digits of an amount, a longer number, an address, a dated or numbered reference: `$12345`, `12345,678`,
/// `21244-1850`, `CR 12345`, `B3-15006`.
fn is_amount(text: &str, start: usize, length: usize) -> bool {
    let (before, after) = (&text[..start], &text[start + length..]);
    let referred = before.trim_end().rsplit([' ', '(']).next().unwrap_or("");
    let joined = before.strip_suffix('-').is_some_and(|rest| rest.ends_with(|c: char| c.is_ascii_alphanumeric()));
    let digits = |mark: char| after.strip_prefix(mark).map(|rest| rest.bytes().take_while(u8::is_ascii_digit).count());
    joined
        || before.ends_with(['$', '§', '_', '@', '#'])
        || after.starts_with(['@', '_', '%'])
        || digits('-') == Some(4)
        || digits(',') == Some(3)
        || NO_CODE_AFTER.contains(&referred)
}

/// A code in its usual writing. Digits alone are CPT; categories count only where they are asked for.
fn code(word: &str, categories: bool) -> Option<String> {
    if !word.bytes().any(|b| b.is_ascii_digit()) || word.bytes().any(|b| b.is_ascii_lowercase()) {
        return None;
    }
    let dotted = word.contains('.');
    let icd = dotted || (categories && word.len() == 3);
    if icd {
        return Code::parse_icd10cm(word).ok().map(|code| code.as_str().to_owned());
    }
    Code::parse(word)
        .ok()
        .filter(|code| matches!(code.set(), CodeSet::Cpt | CodeSet::Hcpcs))
        .map(|code| code.as_str().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_text_names_codes_and_ranges() {
        let text = "CPT codes 96360-96379 and 31500, HCPCS code G0463, 0202U; not $12345, 12345,678, CR 14085, B3-15006, \
                    21244-1850 or B12.";
        assert_eq!(codes(text, false), "96360-96379 31500 G0463 0202U");
        assert_eq!(codes("E11.65 and Z91.12-, categories C00-D49, F02.", true), "E11.65 Z91.12- C00-D49 F02");
        assert_eq!(
            codes("codes 99231 – 99239, 99202,99203 or 99211/99212", false),
            "99231-99239 99202 99203 99211 99212"
        );
    }

    #[test]
    fn a_long_section_is_cut_at_the_ends_of_paragraphs() {
        let paragraph = "A sentence of words. ".repeat(40);
        let paragraph = paragraph.trim_end();
        let cut = pieces(&[paragraph; 7]);
        assert_eq!(cut.iter().map(|piece| piece.matches('\n').count() + 1).sum::<usize>(), 7);
        assert!(cut.iter().all(|piece| (300..=LONGEST).contains(&piece.len())), "{cut:?}");
    }

    #[test]
    fn a_paragraph_longer_than_a_piece_is_cut_at_a_sentence() {
        let paragraph = "A sentence of words. ".repeat(300);
        let cut = pieces(&[paragraph.trim_end()]);
        assert!(cut.len() >= 3 && cut.iter().all(|piece| piece.len() <= LONGEST && piece.ends_with('.')));
    }

    proptest! {
        #[test]
        fn any_text_is_cut_and_searched_without_panic(text in "\\PC{0,200}", many in 0usize..60) {
            let long = text.repeat(many);
            let _ = codes(&text, true);
            let cut = pieces(&[&long, &text]);
            prop_assert!(cut.iter().all(|piece| piece.chars().count() <= LONGEST + 1));
        }
    }
}
