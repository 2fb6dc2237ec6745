//! Codes and modifiers: what they look like, and which code set a shape belongs to.
//!
//! Whether a code exists on a date is a question for the corpus, never for this file.

use serde::{Deserialize, Serialize};

/// A code set under HIPAA (45 CFR 162.1002).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CodeSet {
    /// Current Procedural Terminology (HCPCS Level I); five characters, the first a digit.
    Cpt,
    /// HCPCS Level II; a letter A to V and four digits.
    Hcpcs,
    /// Diagnoses; three to seven characters, a dot after the third.
    Icd10cm,
    /// Inpatient procedures; seven characters without I and O.
    Icd10pcs,
}

impl CodeSet {
    /// The name people use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Cpt => "CPT",
            Self::Hcpcs => "HCPCS",
            Self::Icd10cm => "ICD-10-CM",
            Self::Icd10pcs => "ICD-10-PCS",
        }
    }

    /// The name used in files and options: `cpt`, `hcpcs`, `icd10cm`, `icd10pcs`.
    pub fn key(self) -> &'static str {
        match self {
            Self::Cpt => "cpt",
            Self::Hcpcs => "hcpcs",
            Self::Icd10cm => "icd10cm",
            Self::Icd10pcs => "icd10pcs",
        }
    }

    /// True for the sets that procedure edits speak about.
    pub fn is_procedure(self) -> bool {
        matches!(self, Self::Cpt | Self::Hcpcs)
    }
}

/// A code in its usual writing: upper case, ICD-10-CM with its dot.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Code {
    text: String,
    set: CodeSet,
}

/// The text has the shape of no code set.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} has the shape of no code: CPT is 5 digits (or 4 and a letter), HCPCS a letter and 4 digits, ICD-10-CM 3 to 7 characters such as E11.9"
)]
pub struct CodeError(pub String);

impl Code {
    /// Reads a code by its shape alone. Where two sets share a shape (`E1165` is HCPCS, or E11.65 without its
    /// dot) the procedure code wins; [`Code::parse_icd10cm`] reads the other way.
    ///
    /// # Errors
    /// The shape belongs to no code set.
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        let upper = text.trim().to_ascii_uppercase();
        let bytes = upper.as_bytes();
        let digits = |range: &[u8]| range.iter().all(u8::is_ascii_digit);
        let set = match bytes.len() {
            5 if digits(&bytes[..4]) && (bytes[4].is_ascii_digit() || b"AFMTU".contains(&bytes[4])) => CodeSet::Cpt,
            5 if (b'A'..=b'V').contains(&bytes[0]) && digits(&bytes[1..]) => CodeSet::Hcpcs,
            7 if is_pcs(bytes) => CodeSet::Icd10pcs,
            _ => return Self::parse_icd10cm(text),
        };
        Ok(Self { text: upper, set })
    }

    /// Reads an ICD-10-CM code, with or without its dot.
    ///
    /// # Errors
    /// The text is not a letter, a digit, one more character and at most four after the dot.
    pub fn parse_icd10cm(text: &str) -> Result<Self, CodeError> {
        let upper = text.trim().to_ascii_uppercase();
        let bare: String = match upper.find('.') {
            Some(3) if upper.len() > 4 => upper.replacen('.', "", 1),
            Some(_) => return Err(CodeError(text.to_owned())),
            None => upper,
        };
        let bytes = bare.as_bytes();
        // Since October 2025 there are categories with a letter in second place, such as QA0. Without the dot that is
        // the shape of many other things (CO45 is a denial code), so the dot, or the known first letter, must be there.
        let lettered = |bytes: &[u8]| {
            bytes[1].is_ascii_uppercase() && bytes[2].is_ascii_digit() && (text.contains('.') || bytes[0] == b'Q')
        };
        let shaped = (3..=7).contains(&bytes.len())
            && bytes[0].is_ascii_uppercase()
            && (bytes[1].is_ascii_digit() || lettered(bytes))
            && bytes[2..].iter().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase());
        if !shaped {
            return Err(CodeError(text.to_owned()));
        }
        let text = if bare.len() > 3 { format!("{}.{}", &bare[..3], &bare[3..]) } else { bare };
        Ok(Self { text, set: CodeSet::Icd10cm })
    }

    /// The usual writing.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The code set of its shape.
    pub fn set(&self) -> CodeSet {
        self.set
    }
}

/// Seven characters, no I or O, a section character of ICD-10-PCS in front, and not an ICD-10-CM injury code.
fn is_pcs(bytes: &[u8]) -> bool {
    b"0123456789BCDFGHX".contains(&bytes[0])
        && bytes.iter().all(|b| (b.is_ascii_digit() || b.is_ascii_uppercase()) && !b"IO".contains(b))
        && bytes[1..].iter().any(u8::is_ascii_uppercase)
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}

impl TryFrom<String> for Code {
    type Error = CodeError;
    fn try_from(text: String) -> Result<Self, CodeError> {
        Self::parse(&text)
    }
}

impl From<Code> for String {
    fn from(code: Code) -> Self {
        code.text
    }
}

/// Two characters appended to a procedure code.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Modifier(String);

impl Modifier {
    /// Reads two letters or digits.
    ///
    /// # Errors
    /// The text is not exactly two letters or digits.
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        let upper = text.trim().to_ascii_uppercase();
        if upper.len() == 2 && upper.bytes().all(|b| b.is_ascii_alphanumeric()) {
            Ok(Self(upper))
        } else {
            Err(CodeError(text.to_owned()))
        }
    }

    /// The two characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for Modifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn each_shape_belongs_to_its_code_set() {
        for (text, set, written) in [
            ("99213", CodeSet::Cpt, "99213"),
            ("0202u", CodeSet::Cpt, "0202U"),
            ("1126F", CodeSet::Cpt, "1126F"),
            ("g0463", CodeSet::Hcpcs, "G0463"),
            ("E1165", CodeSet::Hcpcs, "E1165"),
            ("e11.65", CodeSet::Icd10cm, "E11.65"),
            ("I10", CodeSet::Icd10cm, "I10"),
            ("S72001A", CodeSet::Icd10cm, "S72.001A"),
            ("M1711", CodeSet::Hcpcs, "M1711"),
            ("0DTJ4ZZ", CodeSet::Icd10pcs, "0DTJ4ZZ"),
            ("H40.1131", CodeSet::Icd10cm, "H40.1131"),
            ("qa0.0101", CodeSet::Icd10cm, "QA0.0101"),
            ("QA00101", CodeSet::Icd10cm, "QA0.0101"),
        ] {
            let code = Code::parse(text).unwrap();
            assert_eq!((code.set(), code.as_str()), (set, written), "{text}");
        }
    }

    #[test]
    fn a_text_with_no_code_shape_is_refused() {
        for text in
            ["", "99999Z", "9921", "992133", "E1.19", "E11.", "11.9", "ZZZZZ", "E11.123456", "CO45", "PR96", "MA130"]
        {
            assert!(Code::parse(text).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_code_reads_back_as_itself(text in "[0-9A-Z.]{1,9}") {
            if let Ok(code) = Code::parse(&text) {
                prop_assert_eq!(Code::parse(code.as_str()).map(|c| c.text), Ok(code.text));
            }
        }

        #[test]
        fn any_text_is_read_without_panic(text in "\\PC{0,12}") {
            let _ = (Code::parse(&text), Modifier::parse(&text));
        }
    }
}
