//! A diagnosis whose side is not the one that the question states (ICD-10-CM Official Guidelines, section I.B.13), and the
//! code of the right side, which must exist.

use super::facts::{Facet, of_question};
use super::{Ruled, parts};
use crate::checks::ask;
use crate::checks::crosswalk::title;
use crate::corpus::Corpus;
use crate::domain::check::{Outcome, Question};
use crate::domain::code::{Code, CodeSet};
use crate::domain::inquiry::Inquiry;
use crate::domain::pattern::pattern;

pattern!(
    ABOUT,
    r"(?i)\bcoded?\b|\bcoding\b|\bcodes\b|\bdx\b|\bdiagnos\w+|\bicd\b|\bcorrect\b|\bright\s*\?|\blateralit\w+|\bside\b|\bmismatch\w*|\bmatch\w*|\bden(?:y|ied|ial)\w*|\breject\w*|\bwrong\b|\bvalid\b|\bfine\b|\bok(?:ay)?\b|\buse[ds]?\b"
);
pattern!(SPOKEN, r"(?i)\b(right|left|rt|lt)[\s-]+((?:[a-z]+[\s-]+){0,3}[a-z]+)");
/// The side of the brain, and the side that is the stronger one, are not the side of the code.
const CROSSED: [&str; 4] = ["dominant", "hemipl", "monopl", "cerebral"];

/// The codes of the mail that name the other side; `None` where there are none.
pub fn find(corpus: &Corpus, inquiry: &Inquiry) -> Option<Ruled> {
    if !ABOUT.is_match(&inquiry.text) {
        return None;
    }
    let codes: Vec<&Code> = inquiry.codes().into_iter().filter(|code| code.set() == CodeSet::Icd10cm).collect();
    let mut ruled = Ruled::default();
    for code in &codes {
        let Some(named) = corpus.find_side(code).filter(|side| side == "right" || side == "left") else { continue };
        let Some(own) = title(corpus, code) else { continue };
        let text = parts::about(&inquiry.text, code, &codes);
        let Some(stated) = stated(&text, &own).filter(|stated| *stated != named) else { continue };
        let status = ask(corpus, &Question::CodeStatus { code: (*code).clone() }, inquiry.scope);
        if status.outcome != Outcome::Active {
            continue;
        }
        ruled.sources.extend(status.sources);
        match mirrored(corpus, code, &named, &stated, inquiry) {
            Some((other, words)) => {
                ruled.says.push(format!(
                    "{code} names the {named} side, and the question says {stated}: the code is {other} ({words})."
                ));
                ruled.lines.push(other);
            }
            None => ruled.says.push(format!(
                "{code} names the {named} side, and the question says {stated}; no code that differs in nothing but the side is listed."
            )),
        }
    }
    ruled.rules.push("icd-laterality");
    (!ruled.says.is_empty()).then_some(ruled)
}

/// The one side that is stated of something that the title names.
fn stated(text: &str, title: &str) -> Option<String> {
    let lower = title.to_lowercase();
    if CROSSED.iter().any(|word| lower.contains(word)) {
        return None;
    }
    let side = of_question(text, false).facets.get(&Facet::Side).filter(|side| *side != "bilateral")?.clone();
    let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| word.len() > 2).collect();
    let spoken = SPOKEN.captures_iter(text).any(|found| {
        let behind = found[2].to_lowercase();
        behind.split(|c: char| !c.is_alphanumeric()).any(|word| words.contains(&word) && word != "side")
    });
    spoken.then_some(side)
}

/// The code that differs from this one in one character and in its side alone.
fn mirrored(corpus: &Corpus, code: &Code, named: &str, stated: &str, inquiry: &Inquiry) -> Option<(Code, String)> {
    let text = code.as_str();
    let wanted = title(corpus, code)?.to_lowercase().replace(named, stated);
    for at in (4..text.len()).rev() {
        for digit in "0123456789".chars() {
            let (Some(before), Some(behind)) = (text.get(..at), text.get(at + 1..)) else { continue };
            let Ok(other) = Code::parse_icd10cm(&format!("{before}{digit}{behind}")) else { continue };
            if other == *code || corpus.find_side(&other).as_deref() != Some(stated) {
                continue;
            }
            let Some(words) = title(corpus, &other).filter(|title| title.to_lowercase() == wanted) else { continue };
            let question = Question::CodeStatus { code: other.clone() };
            if ask(corpus, &question, inquiry.scope).outcome == Outcome::Active {
                return Some((other, words));
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::stated;

    #[test]
    fn a_side_counts_only_of_what_the_title_names() {
        for (text, title, side) in [
            ("right knee pain coded", "Pain in left knee", Some("right")),
            ("pain in the RT knee", "Pain in left knee", Some("right")),
            ("right arm dominant, left knee hurts", "Pain in right knee", None),
            ("right shoulder injection", "Pain in left knee", None),
            ("is this the right code for knee pain", "Pain in left knee", None),
            ("left-sided stroke", "Hemiplegia affecting right dominant side", None),
            ("both knees", "Pain in left knee", None),
        ] {
            assert_eq!(stated(text, title).as_deref(), side, "{text}");
        }
    }
}
