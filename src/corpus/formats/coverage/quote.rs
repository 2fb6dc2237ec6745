//! Passages that are short enough to be quoted, and the codes that a text names.

use std::collections::HashMap;

use super::super::{Intake, OriginId};
use crate::domain::code::{Code, CodeSet};
use crate::domain::table::Table;

/// About the longest passage, in characters: a page of print, which a reply can quote.
const LONGEST: usize = 2_500;

/// How many words after `CPT`, `HCPCS` or `code` a bare number of five digits is still taken for a code.
const NEAR: usize = 8;

/// What the passages of a text share.
pub(super) struct Heading<'a> {
    /// Their key before `#`.
    pub(super) key: &'a str,
    /// The section as it is cited.
    pub(super) section: &'a str,
    /// Its title.
    pub(super) title: &'a str,
    /// Where it stands, outermost first.
    pub(super) path: &'a str,
    /// Its revision.
    pub(super) revision: &'a str,
    /// First day, or empty.
    pub(super) from: &'a str,
    /// Last day, or empty.
    pub(super) to: &'a str,
}

/// Numbers the passages of each key.
#[derive(Default)]
pub(super) struct Passages {
    last: HashMap<String, usize>,
}

impl Passages {
    /// Takes a text, in as many passages as it needs. They do not count for the release.
    pub(super) fn add(&mut self, text: &str, heading: &Heading<'_>, origin: OriginId, intake: &mut Intake) {
        for piece in pieces(text) {
            let last = self.last.entry(heading.key.to_owned()).or_default();
            *last += 1;
            let Heading { section, title, path, revision, from, to, .. } = *heading;
            let fields = [section, title, path, revision, from, to, &named(&piece), &Intake::lines(&piece)];
            intake.extra(Table::Passage, &format!("{}#{last}", heading.key), &fields, origin);
        }
    }
}

/// Cuts a text at line ends into pieces of at most [`LONGEST`] characters; a longer line is cut between words.
fn pieces(text: &str) -> Vec<String> {
    let mut done = Vec::new();
    let mut open: Vec<&str> = Vec::new();
    let mut size = 0;
    for line in text.lines().map(str::trim_end).filter(|line| !line.trim().is_empty()).flat_map(cut) {
        let length = line.chars().count() + 1;
        if size + length > LONGEST && !open.is_empty() {
            // A heading or the opening of a list goes with what follows.
            let kept = open.iter().rposition(|line| !leads_on(line)).map_or(open.len(), |at| at + 1);
            let moved = open.split_off(kept);
            done.push(open.join("\n"));
            size = moved.iter().map(|line| line.chars().count() + 1).sum();
            open = moved;
            if size + length > LONGEST && !open.is_empty() {
                done.push(open.join("\n"));
                (open, size) = (Vec::new(), 0);
            }
        }
        open.push(line);
        size += length;
    }
    if !open.is_empty() {
        done.push(open.join("\n"));
    }
    done
}

/// The line, or its parts where it is too long for one passage: after a sentence, else after a word.
fn cut(line: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = line;
    while let Some((limit, _)) = rest.char_indices().nth(LONGEST - 1) {
        let head = &rest[..limit];
        let end = head.rfind(". ").filter(|at| *at > limit / 2).map(|at| at + 1).or_else(|| head.rfind(' '));
        let end = end.filter(|at| *at > 0).unwrap_or(limit);
        parts.push(&rest[..end]);
        rest = rest[end..].trim_start();
    }
    if !rest.is_empty() {
        parts.push(rest);
    }
    parts
}

fn leads_on(line: &str) -> bool {
    line.ends_with(':') || (line.len() < 80 && !line.ends_with(['.', ';', ',', ')', '!', '?', '|']))
}

/// The codes that a text names, in their order, with blanks between them. Of bare numbers only those are codes that
/// follow a word such as CPT or code; three-character ICD-10-CM codes are left out, since they look like other words.
pub(super) fn named(text: &str) -> String {
    let mut found: Vec<&str> = Vec::new();
    let mut near = 0_usize;
    let words = text.split(|c: char| !c.is_alphanumeric() && c != '.').map(|word| word.trim_matches('.'));
    for word in words.filter(|word| !word.is_empty()) {
        if is_code(word, near > 0) {
            near = NEAR;
            if !found.contains(&word) {
                found.push(word);
            }
        } else {
            let announces = ["CPT", "HCPCS", "code", "codes", "Code", "Codes", "CODES", "procedure", "procedures"];
            near = if announces.contains(&word) { NEAR } else { near.saturating_sub(1) };
            // `CR 13597` and `TN 12590` are numbers of requests and transmittals.
            if ["CR", "TN", "Rev", "Transmittal"].contains(&word) {
                near = 0;
            }
        }
    }
    found.join(" ")
}

fn is_code(word: &str, near: bool) -> bool {
    if !(5..=8).contains(&word.len()) || !word.is_ascii() {
        return false;
    }
    match Code::parse(word) {
        Ok(code) if code.as_str() != word => false,
        Ok(code) => match code.set() {
            CodeSet::Hcpcs => true,
            CodeSet::Cpt => near || word.ends_with(|c: char| c.is_ascii_alphabetic()),
            CodeSet::Icd10cm => word.contains('.'),
            CodeSet::Icd10pcs => near && word.starts_with(|c: char| c.is_ascii_digit()),
        },
        Err(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn bare_numbers_are_codes_only_after_a_word_that_announces_them() {
        let text = "CPT codes 99213, 99214 and G0463 for E11.65 (CR 13597). Zip 30301 of L33822, A52464, 0202U.";
        assert_eq!(named(text), "99213 99214 G0463 E11.65 0202U");
    }

    #[test]
    fn a_heading_goes_with_the_text_that_follows_it() {
        let text = format!("{}.\nLimitations:\n{}.", "a".repeat(1_400), "b ".repeat(700));
        let pieces = pieces(&text);
        assert_eq!(pieces.len(), 2);
        assert!(pieces[1].starts_with("Limitations:\nb"));
    }

    proptest! {
        #[test]
        fn no_word_is_lost_and_no_piece_is_too_long(words in prop::collection::vec("[a-zé.:]{1,40}[ \n]", 0..400)) {
            let text = words.concat();
            let pieces = pieces(&text);
            prop_assert!(pieces.iter().all(|piece| piece.chars().count() <= LONGEST));
            let all = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
            prop_assert_eq!(all(&pieces.join("\n")), all(&text));
        }

        #[test]
        fn any_text_is_searched_without_panic(text in "\\PC{0,60}") {
            let _ = (named(&text), pieces(&text));
        }
    }
}
