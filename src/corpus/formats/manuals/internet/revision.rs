//! The line below a heading: `(Rev. 13316; Issued: 07-24-25; Effective: 01-01-25; Implementation: 08-25-25)`. Its
//! punctuation varies, and older sections have only `(Rev. 1, 10-01-03)`.

use std::fmt;

use jiff::civil::Date;

use super::super::dates::dashed_date;

/// A revision line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Revision {
    /// The number of the transmittal; 0 where it is blank.
    pub number: u32,
    /// When it was issued.
    pub issued: Option<Date>,
    /// From when it is in force, where the line says so.
    pub effective: Option<Date>,
}

/// True for a line that begins a revision line.
pub fn begins(line: &str) -> bool {
    line.strip_prefix("(Rev").is_some_and(|rest| rest.starts_with(['.', ':', ' ']))
}

/// True for a whole revision line, after which nothing belongs to it.
pub fn is_complete(paragraph: &str) -> bool {
    begins(paragraph) && paragraph.ends_with(')')
}

impl Revision {
    /// Reads the revision at the beginning of a text, or behind other words on its line.
    pub fn parse(text: &str) -> Option<Self> {
        let text = &text[text.find("(Rev")?..];
        if !begins(text) {
            return None;
        }
        let number = text.trim_start_matches(|c: char| !c.is_ascii_digit());
        let blank = text.find(')').is_some_and(|end| end < text.len() - number.len());
        let digits = number.split(|c: char| !c.is_ascii_digit()).next().unwrap_or("");
        let rest = &number[digits.len()..];
        let number = if blank { 0 } else { digits.parse().unwrap_or(0) };
        let named = |word: &str| rest.find(word).map(|at| &rest[at + word.len()..]);
        let until = |text: &'_ str| text.find("Impl").or_else(|| text.find("Eff")).unwrap_or(text.len());
        let issued = named("Issu").map_or(rest, |issued| &issued[..until(issued)]);
        let effective = named("Effective").and_then(|text| match text.strip_prefix("/Implementation") {
            Some(text) => dashed_date(text),
            None => dashed_date(&text[..until(text)]),
        });
        let issued = if blank { None } else { dashed_date(&issued[..until(issued)]) };
        Some(Self { number, issued, effective })
    }
}

/// `Rev. 13316, issued 2025-07-24`; empty where the line has no number.
impl fmt::Display for Revision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.number, self.issued) {
            (0, _) => Ok(()),
            (number, Some(issued)) => write!(f, "Rev. {number}, issued {issued}"),
            (number, None) => write!(f, "Rev. {number}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> (String, String) {
        let revision = Revision::parse(text).unwrap();
        (revision.to_string(), revision.effective.map_or(String::new(), |date| date.to_string()))
    }

    #[test]
    fn revision_lines_are_read_whatever_their_punctuation() {
        for (line, effective) in [
            ("(Rev. 222; Issued: 05-13-16; Effective: 08-15-16; Implementation: 08-15-16)", "2016-08-15"),
            ("(Rev. 222, Issued: 05-13-16, Effective: 08-15-16, Implementation; 08-15-16)", "2016-08-15"),
            ("(Rev.222, Issued_05-13-16, Effective:08- 15-16, Implementation:08-15-16", "2016-08-15"),
            ("(Rev.: 222; Issued; 05-13-16 Effective; 08-15-16 Implementation: 08-15-16)", "2016-08-15"),
            ("(Rev. 222; Issued: 05-13-16; Effective/Implementation: 08-15-16)", "2016-08-15"),
            ("(Rev. 222; Issued 05-13-16; Implementation: 09-15-16; Effective 08-15-16)", "2016-08-15"),
            ("(Rev .222, Issuance: 05-13-16, Effective: ICD-10: Upon Implementation of ICD-10)", ""),
            ("(Rev. 222, 05-13-16)", ""),
        ] {
            assert_eq!(read(line), ("Rev. 222, issued 2016-05-13".to_owned(), effective.to_owned()), "{line}");
        }
    }

    #[test]
    fn a_blank_revision_is_no_revision() {
        assert_eq!(read("(Rev. ) 10-01-03"), (String::new(), String::new()));
        assert_eq!(Revision::parse("(Revised)"), None);
    }

    proptest! {
        #[test]
        fn any_line_is_read_without_panic(text in "\\(Rev[ .:0-9\\-A-Za-z;,)\\PC]{0,60}") {
            let _ = Revision::parse(&text);
        }
    }
}
