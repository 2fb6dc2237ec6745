//! A 7th character that stands where a placeholder should (ICD-10-CM Official Guidelines, sections I.A.4 and I.A.5):
//! `S01.01A` for `S01.01XA`.

use super::Ruled;
use crate::checks::ask;
use crate::checks::crosswalk::title;
use crate::corpus::Corpus;
use crate::domain::check::{Outcome, Question};
use crate::domain::code::{Code, CodeSet};
use crate::domain::inquiry::Inquiry;

/// The codes of the mail that lack their placeholders; `None` where there are none.
pub fn find(corpus: &Corpus, inquiry: &Inquiry) -> Option<Ruled> {
    let mut ruled = Ruled::default();
    for code in inquiry.codes().into_iter().filter(|code| code.set() == CodeSet::Icd10cm) {
        let Some(full) = padded(code) else { continue };
        let outcome = |code: &Code| ask(corpus, &Question::CodeStatus { code: code.clone() }, inquiry.scope);
        if outcome(code).outcome != Outcome::Unknown {
            continue;
        }
        let status = outcome(&full);
        if status.outcome != Outcome::Active {
            continue;
        }
        let words = title(corpus, &full).map(|title| format!(" ({title})")).unwrap_or_default();
        ruled.says.push(format!(
            "{code} does not exist: its last character is a 7th character, and the places before it are filled with X: {full}{words}."
        ));
        ruled.sources.extend(status.sources);
        ruled.lines.push(full);
    }
    ruled.rules.push("code-shape-icd10cm");
    (!ruled.says.is_empty()).then_some(ruled)
}

/// The code with its last character in the seventh place.
fn padded(code: &Code) -> Option<Code> {
    let bare = code.as_str().replace('.', "");
    let last = bare.chars().last()?;
    let stem = bare.get(..bare.len() - 1)?;
    if !last.is_ascii_alphabetic() || !(4..=6).contains(&bare.len()) {
        return None;
    }
    Code::parse_icd10cm(&format!("{stem:X<6}{last}")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_seventh_character_is_moved_to_its_place() {
        let of = |text: &str| padded(&Code::parse_icd10cm(text).unwrap()).map(|code| code.to_string());
        assert_eq!(of("S01.01A").as_deref(), Some("S01.01XA"));
        assert_eq!(of("S02.5D").as_deref(), Some("S02.5XXD"));
        assert_eq!(of("S72.001A"), None);
        assert_eq!(of("E11.9"), None);
    }
}
