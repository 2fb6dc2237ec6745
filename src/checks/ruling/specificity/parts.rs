//! The part of a mail that is about one of its codes.

use std::sync::LazyLock;

use regex::Regex;

use crate::domain::code::Code;

static END: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"[.?!;]\s+|\n+").expect("the pattern is a constant"));

/// The whole mail where it names one code; else the sentences with the code, and those that name none.
pub fn about(text: &str, code: &Code, all: &[&Code]) -> String {
    if all.len() < 2 {
        return text.to_owned();
    }
    let sentences: Vec<&str> = END.split(text).collect();
    let own: Vec<&str> = sentences
        .iter()
        .copied()
        .filter(|sentence| names(sentence, code) || !all.iter().any(|other| names(sentence, other)))
        .collect();
    // Where several stand in one sentence, each has the clause between itself and its neighbour.
    let crowded = |sentence: &&str| all.iter().filter(|other| names(sentence, other)).count() > 1;
    let cut = own.iter().map(|sentence| if crowded(sentence) { clause(sentence, code, all) } else { sentence });
    cut.collect::<Vec<_>>().join(". ")
}

fn at(sentence: &str, code: &Code) -> Option<usize> {
    let lower = sentence.to_ascii_lowercase();
    let written = code.as_str().to_ascii_lowercase();
    lower.find(&written).or_else(|| lower.find(&written.replace('.', "")))
}

fn names(sentence: &str, code: &Code) -> bool {
    at(sentence, code).is_some()
}

/// From the comma, `and` or `or` before the code to the one before the next code.
fn clause<'a>(sentence: &'a str, code: &Code, all: &[&Code]) -> &'a str {
    let Some(own) = at(sentence, code) else { return sentence };
    let mut places: Vec<usize> = all.iter().filter_map(|other| at(sentence, other)).collect();
    places.sort_unstable();
    let joint = |part: &str| [", ", " and ", " or ", " but "].iter().filter_map(|word| part.rfind(word)).max();
    let before = places.iter().rev().find(|place| **place < own);
    let from = before.map_or(0, |before| joint(&sentence[*before..own]).map_or(own, |at| before + at));
    let next = places.iter().find(|place| **place > own);
    let to = next.map_or(sentence.len(), |next| joint(&sentence[own..*next]).map_or(*next, |at| own + at));
    sentence.get(from..to).unwrap_or(sentence)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn code(text: &str) -> Code {
        Code::parse_icd10cm(text).unwrap()
    }

    #[test]
    fn each_code_has_what_is_said_of_it() {
        let (a, b) = (code("N18.3"), code("S72.001"));
        let all = [&a, &b];
        let text = "Two rejections. N18.3 is stage 3a. S72.001 was a follow-up!\nThanks";
        assert_eq!(about(text, &a, &all), "Two rejections. N18.3 is stage 3a. Thanks");
        assert_eq!(about(text, &b, &all), "Two rejections. S72.001 was a follow-up. Thanks");
        let text = "N18.3 with stage 3b and S72.001 at follow-up were denied";
        assert_eq!(about(text, &a, &all), "N18.3 with stage 3b");
        assert_eq!(about(text, &b, &all), " and S72.001 at follow-up were denied");
        assert_eq!(about(text, &a, &[&a]), text);
    }

    proptest! {
        #[test]
        fn any_text_is_cut_without_panic(text in "\\PC{0,20}(N18.3|S72.001|, | and |é){0,8}\\PC{0,20}") {
            let (a, b) = (code("N18.3"), code("S72.001"));
            let _ = about(&text, &a, &[&a, &b]);
        }
    }
}
