//! Skin lesions: excision by diameter with margins, shave removal, destruction, tags, biopsies, and debridement by
//! depth and area. Source: CPT, surgery, integumentary system, as the rule cards have it; what belongs to a removal:
//! NCCI Policy Manual, chapter III, section E.

mod biopsy;
mod counted;
mod debride;
mod edits;
mod excision;
mod read;
mod sized;
#[cfg(test)]
mod tests;

use super::choice;
use super::wants::plain;
use super::wounds::bill::wanted;
use crate::corpus::Corpus;
use crate::domain::code::{Code, CodeSet};
use crate::domain::draft::{Line, Verdict};
use crate::domain::inquiry::Inquiry;
use crate::domain::pattern::pattern;
use crate::domain::ruling::Ruling;

pattern!(
    ELSEWHERE,
    r"\b(?:lipomas?|soft tissue|subfascial|intramuscular|pilonidal|hidradenitis|breasts?|ganglion|baker'?s?|ovar\w+|oral|mouth|tongue|vestibule|gums?|palate|nails?|onych\w*|anus|anal|hemorrhoid\w*|rect\w+|cervix|cervical|vagin\w*|chalazi\w*|conjunctiv\w*|cornea\w*|canthus|vermilion|ear canal|auditory canal|mohs|flaps?|grafts?|tissue transfer|rearrangement|re-?excis\w*|frozen section|icd\S*|diagnosis codes?|dx codes?|pcs|drg|global|post-?op\w*|lymph nodes?|sentinel|lungs?|liver|colon|polyps?|thyroid|kidneys?|uter\w+|bladder|prostate|esophag\w*|endoscop\w*|keloids?|scars?|inch(?:es)?|photodynamic|pdt|topical|imiquimod|intralesional|injection|cover\w*|cosmetic|abn|denied|denial|paid|e/m|visit)\b"
);
pattern!(CODE_WORD, r"(?i)\bcpt\b|\bcodes?\b|\bcoding\b|\bbill(?:ed)?\b|\breport(?:ed)?\b|\bunits?\b");
pattern!(RIGHT, r"\b(?:correct|right|ok(?:ay)?|accurate|appropriate|use|bill|code|report|is it)\b");
pattern!(OR_CODE, r"\b(?:or|vs\.?|versus)\b");

/// Words of a question that needs none but its description.
const SHORT: usize = 16;

/// What finds the lines of one family, given the question in lower case too.
type Finder = fn(&Corpus, &Inquiry, &str) -> Option<Ruling>;

/// The codes of the lesions that the question describes.
pub fn find(corpus: &Corpus, inquiry: &Inquiry) -> Option<Ruling> {
    let text = plain(&inquiry.text);
    let lower = text.to_lowercase();
    if ELSEWHERE.is_match(&lower) || !is_asked(&text) {
        return None;
    }
    const KINDS: [Finder; 4] = [debride::find, biopsy::find, counted::find, excision::find];
    KINDS.iter().find_map(|find| find(corpus, inquiry, &lower))
}

fn is_asked(text: &str) -> bool {
    let wants = wanted(text);
    wants.code || wants.verdict || wants.modifier || CODE_WORD.is_match(text) || choice::is_bare(text) || is_short(text)
}

/// A description of few words with a question mark asks for its code.
fn is_short(text: &str) -> bool {
    text.ends_with('?') && text.split_whitespace().count() <= SHORT
}

/// True where the question names no procedure outside of the ranges.
fn is_own(inquiry: &Inquiry, ranges: &[(&str, &str)]) -> bool {
    let procedures = inquiry.codes().into_iter().filter(|code| code.set() != CodeSet::Icd10cm);
    procedures.into_iter().all(|code| ranges.iter().any(|(from, to)| (*from..=*to).contains(&code.as_str())))
}

/// The verdict where the question asks whether the codes that it names are right; `Some(None)` where it asks for
/// codes, `None` where it asks something else.
fn verdict(inquiry: &Inquiry, lines: &[Line]) -> Option<Option<Verdict>> {
    let wants = wanted(&inquiry.text);
    let asked = inquiry.text_asked().to_lowercase();
    let named: Vec<&Code> = inquiry.codes().into_iter().filter(|code| code.set() != CodeSet::Icd10cm).collect();
    if !wants.verdict || OR_CODE.is_match(&asked) {
        return Some(None);
    }
    if !named.is_empty() && RIGHT.is_match(&asked) {
        let mut codes: Vec<&Code> = lines.iter().map(|line| &line.code).collect();
        codes.dedup();
        let same = named.len() == codes.len() && codes.iter().all(|code| named.contains(code));
        return Some(Some(if same { Verdict::Yes } else { Verdict::No }));
    }
    wants.code.then_some(None)
}
