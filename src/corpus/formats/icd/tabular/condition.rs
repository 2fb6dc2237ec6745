//! References with a condition, such as `E08-E13 with .42` or `T36-T50 with fifth or sixth character 5`.
//!
//! Taken without their condition they would name far too many codes. They are written out as the codes meant; where
//! these are too many, or a 7th character decides, the reference keeps its form and the condition follows it as
//! `:position=characters`. Position 6 also means the 5th, where no 6th is used.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;

use super::references::Reference;
use super::tree::Tree;

/// A reference with a condition is written code by code up to this number.
const MOST: usize = 40;

static POSITION: LazyLock<Regex> = LazyLock::new(|| {
    regex(concat!(
        r"\b(fifth|5th|sixth|six|seventh|7th)(?: (?:or|to) (?:six|sixth))?[ -]characters? ",
        r"\.?((?:[0-9A-Z](?:-[0-9])?(?: or )?)+)"
    ))
});
static FINAL: LazyLock<Regex> = LazyLock::new(|| regex(r"\bfinal characters? -?([0-9]+)"));
static ENDING: LazyLock<Regex> = LazyLock::new(|| regex(r"\bwith (?:final characters )?(\.[0-9].*)"));
static DIGITS: LazyLock<Regex> = LazyLock::new(|| regex(r"\.([0-9]+)"));

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a pattern of this file, which its tests compile")
}

/// A condition on codes.
enum Condition {
    /// The characters behind the category are one of these.
    Ending(Vec<String>),
    /// The characters from a place on, counted from 0, are these.
    From(usize, String),
    /// The fifth character is one of these.
    Fifth(String),
    /// The last one is one of these: the sixth, or the fifth where the code stops there.
    Last(String),
    /// A code of four characters has this word in its title.
    Title(&'static str),
    /// The seventh is one of these.
    Seventh(String),
}

/// Narrows the references of a text to the codes that it means.
pub fn narrow(found: Vec<Reference>, text: &str, tree: &Tree<'_>) -> Vec<Reference> {
    let Some(condition) = condition(&found, text, tree) else { return found };
    let (place, characters) = match &condition {
        Condition::Ending(endings) => (4, endings.join(",")),
        Condition::From(_, characters) | Condition::Last(characters) => (6, characters.clone()),
        Condition::Fifth(characters) => (5, characters.clone()),
        Condition::Title(_) => (4, String::new()),
        Condition::Seventh(characters) => (7, characters.clone()),
    };
    let codes = found.iter().flat_map(|range| tree.inside(&range.low, &range.high));
    let codes: BTreeSet<&str> = codes.filter(|code| condition.holds(code, tree)).collect();
    if (1..=MOST).contains(&codes.len()) {
        let written =
            |code: &str| Reference { low: code.to_owned(), high: code.to_owned(), target: tree.written(code) };
        return codes.into_iter().map(written).collect();
    }
    let masked = |found: Reference| Reference { target: format!("{}:{place}={characters}", found.target), ..found };
    found.into_iter().map(masked).collect()
}

/// The condition that a text puts on its references.
fn condition(found: &[Reference], text: &str, tree: &Tree<'_>) -> Option<Condition> {
    if text.contains("open fracture 7th character") {
        let defined = found.first().map_or(&[][..], |first| tree.seventh(&first.low));
        let open = defined.iter().filter(|(_, meaning)| meaning.contains("open fracture"));
        return Some(Condition::Seventh(open.map(|(character, _)| character.as_str()).collect()));
    }
    if let Some(position) = POSITION.captures(text) {
        let characters = characters(&position[2]);
        let name = position[0].split("character").next().unwrap_or("");
        return Some(match &position[1] {
            "seventh" | "7th" => Condition::Seventh(characters),
            _ if name.contains(" to ") => Condition::From(4, characters),
            "six" | "sixth" => Condition::Last(characters),
            _ if name.contains(" or ") => Condition::Last(characters),
            _ => Condition::Fifth(characters),
        });
    }
    if let Some(ending) = ENDING.captures(text) {
        return Some(Condition::Ending(DIGITS.captures_iter(&ending[1]).map(|digits| digits[1].to_owned()).collect()));
    }
    if let Some(last) = FINAL.captures(text) {
        return Some(Condition::From(if last[1].len() > 1 { 4 } else { 5 }, last[1].to_owned()));
    }
    text.contains("with ketoacidosis").then_some(Condition::Title("ketoacidosis"))
}

/// `1-4 or 6` as `12346`.
fn characters(text: &str) -> String {
    let mut all = String::new();
    for part in text.split(" or ") {
        let bytes = part.trim().as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            match (bytes.get(at + 1), bytes.get(at + 2)) {
                (Some(b'-'), Some(last)) if bytes[at].is_ascii_digit() => {
                    all.extend((bytes[at]..=*last).map(char::from));
                    at += 3;
                }
                _ => {
                    all.push(char::from(bytes[at]));
                    at += 1;
                }
            }
        }
    }
    all
}

impl Condition {
    fn holds(&self, code: &str, tree: &Tree<'_>) -> bool {
        let one_of = |characters: &str, at: usize| code.chars().nth(at).is_some_and(|c| characters.contains(c));
        match self {
            Self::Ending(endings) => code.get(3..).is_some_and(|rest| endings.iter().any(|ending| ending == rest)),
            Self::From(at, characters) => code.get(*at..).is_some_and(|rest| rest == characters),
            Self::Fifth(characters) => code.len() == 5 && one_of(characters, 4),
            Self::Last(characters) => {
                (code.len() == 6 || code.len() == 5 && tree.is_leaf(code)) && one_of(characters, code.len() - 1)
            }
            Self::Title(word) => code.len() == 4 && tree.title(code).contains(word),
            Self::Seventh(_) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::place::places;
    use super::super::references::references;
    use super::*;
    use crate::corpus::formats::Intake;
    use proptest::prelude::*;

    const LIST: &str = "<l><diag><name>E10</name><diag><name>E10.1</name><desc>T1 with ketoacidosis</desc></diag>\
        <diag><name>E10.4</name><diag><name>E10.41</name></diag><diag><name>E10.42</name></diag></diag></diag>\
        <diag><name>E11</name><diag><name>E11.4</name><diag><name>E11.42</name></diag></diag></diag>\
        <diag><name>T36</name><diag><name>T36.0</name><diag><name>T36.0X</name><diag><name>T36.0X5</name></diag>\
        </diag></diag><diag><name>T36.9</name><diag><name>T36.95</name></diag></diag></diag>\
        <diag><name>S72</name><sevenChrDef><extension char=\"A\">closed</extension>\
        <extension char=\"B\">open fracture</extension></sevenChrDef></diag></l>";

    fn targets(text: &str) -> Vec<String> {
        let places = places(LIST, &mut Intake::default()).unwrap();
        let tree = Tree::new(&places);
        narrow(references(text, &tree), text, &tree).into_iter().map(|found| found.target).collect()
    }

    #[test]
    fn a_condition_names_the_codes_it_means() {
        for (text, expected) in [
            ("E10-E11 with .42", &["E10.42", "E11.42"][..]),
            ("E10-E11 with .41-.42", &["E10.41", "E10.42", "E11.42"]),
            ("E10-E11 with .4-", &["E10.4-", "E11.4-"]),
            ("T36-T50 with fifth or sixth character 5", &["T36.0X5", "T36.95"]),
            ("T36 with sixth character 1-5", &["T36.0X5", "T36.95"]),
            ("E10-E11 with 5th character 2", &["E10.42", "E11.42"]),
            ("E10.4. with final characters -42", &["E10.4:6=42"]),
            ("E10 with final characters -2", &["E10:6=2"]),
            ("E10-E11 with ketoacidosis", &["E10.1"]),
            ("S72.- with 7th character B or C", &["S72.-:7=BC"]),
            ("S72.- with open fracture 7th character", &["S72.-:7=B"]),
            ("E10-E11", &["E10-E11"]),
        ] {
            assert_eq!(targets(text), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_panic(
            text in "(E10|E11|T36|S72|-|, |\\.-| with |fifth |or |to |sixth |7th |character |1-4|5|9-1|\\.4|é){0,12}"
        ) {
            let _ = targets(&text);
        }
    }
}
