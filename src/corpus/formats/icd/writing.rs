//! How codes are written, and which classification a list of them belongs to.

use crate::domain::code::Code;

/// A classification that has order files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Set {
    /// Diagnoses.
    Cm,
    /// Inpatient procedures.
    Pcs,
}

impl Set {
    /// The set that the codes of a file belong to, whose first two characters and lengths tell it: procedure codes
    /// have three characters (headers) or seven, and many begin with a digit; diagnosis codes begin with a letter.
    /// `None` where the codes fit both.
    pub fn of<'a>(codes: impl Iterator<Item = &'a str>) -> Option<Self> {
        let mut found = None;
        for code in codes {
            let first = code.bytes().next()?;
            if first.is_ascii_digit() {
                return Some(Self::Pcs);
            }
            // The sections of ICD-10-PCS that are letters.
            if (4..=6).contains(&code.len()) || !b"BCDFGHX".contains(&first) {
                found = Some(Self::Cm);
            }
        }
        found
    }

    /// The word of the column `set`.
    pub fn key(self) -> &'static str {
        match self {
            Self::Cm => "icd10cm",
            Self::Pcs => "icd10pcs",
        }
    }

    /// The name people use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Cm => "ICD-10-CM",
            Self::Pcs => "ICD-10-PCS",
        }
    }

    /// Who publishes it.
    pub fn publisher(self) -> &'static str {
        match self {
            Self::Cm => "CDC/NCHS and CMS",
            Self::Pcs => "CMS",
        }
    }

    /// The code in its usual writing; `None` where it does not belong to the set.
    pub fn written(self, code: &str) -> Option<String> {
        match self {
            Self::Cm => dotted(code),
            Self::Pcs => {
                let shaped = [3, 7].contains(&code.len())
                    && code.bytes().all(|b| (b.is_ascii_digit() || b.is_ascii_uppercase()) && !b"IO".contains(&b));
                shaped.then(|| code.to_owned())
            }
        }
    }
}

/// An ICD-10-CM code with its dot; `None` for what is none. The second character may be a letter since FY2026 (QA0).
pub fn dotted(text: &str) -> Option<String> {
    if let Ok(code) = Code::parse_icd10cm(text) {
        return Some(code.as_str().to_owned());
    }
    let upper = text.trim().to_ascii_uppercase();
    let bare = match upper.find('.') {
        Some(3) if upper.len() > 4 => upper.replacen('.', "", 1),
        Some(_) => return None,
        None => upper,
    };
    let bytes = bare.as_bytes();
    let shaped = (3..=7).contains(&bytes.len())
        && bytes[..2].iter().all(u8::is_ascii_uppercase)
        && bytes[2].is_ascii_digit()
        && bytes[3..].iter().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase());
    shaped.then(|| with_dot(&bare))
}

/// A bare ICD-10-CM code with its dot.
pub fn with_dot(bare: &str) -> String {
    match (bare.get(..3), bare.get(3..)) {
        (Some(category), Some(rest)) if !rest.is_empty() => format!("{category}.{rest}"),
        _ => bare.to_owned(),
    }
}

/// The characters `from..to` of a line of fixed width, counted from 0, without blanks at their ends.
pub fn column(line: &str, from: usize, to: usize) -> &str {
    let place = |n: usize| {
        if line.is_ascii() { n.min(line.len()) } else { line.char_indices().nth(n).map_or(line.len(), |(at, _)| at) }
    };
    line.get(place(from)..place(to)).unwrap_or("").trim()
}

/// The last part of a path, as the operator wrote it.
pub fn file_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn codes_tell_their_set() {
        for (codes, set) in [
            (&["A00", "A000"][..], Some(Set::Cm)),
            (&["S72001A"], Some(Set::Cm)),
            (&["XW0", "XW033N4", "0DT"], Some(Set::Pcs)),
            (&["XW0", "XW033N4"], None),
            (&[], None),
        ] {
            assert_eq!(Set::of(codes.iter().copied()), set, "{codes:?}");
        }
    }

    #[test]
    fn a_code_with_a_letter_in_second_place_is_written_with_its_dot() {
        for (text, written) in [
            ("QA00101", Some("QA0.0101")),
            ("QA0", Some("QA0")),
            ("e1165", Some("E11.65")),
            ("ABC", None),
            ("0DT", None),
            ("QA0.", None),
        ] {
            assert_eq!(dotted(text).as_deref(), written, "{text}");
        }
    }

    #[test]
    fn procedure_codes_keep_their_writing() {
        assert_eq!(Set::Pcs.written("0016070").as_deref(), Some("0016070"));
        assert_eq!(Set::Pcs.written("001607O"), None);
    }

    proptest! {
        #[test]
        fn any_line_is_cut_without_panic(line in "\\PC{0,20}", from in 0_usize..30, length in 0_usize..30) {
            let _ = (column(&line, from, from + length), dotted(&line), with_dot(&line));
        }
    }
}
