//! The sentences on notes, and the diagnoses that have a place of their own in an order.

use std::sync::LazyLock;

use regex::Regex;

use super::notes::{Instruction, Kind};
use crate::checks::excludes::names;
use crate::domain::code::Code;

static NOTE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(code first|use additional|code also)(?: code)? (?:note|instruction|rule)").expect("constant")
});

/// Targets that are shown.
const SHOWN: usize = 6;

/// `a, b and c`.
pub fn listed(codes: &[&str]) -> String {
    match codes {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [rest @ .., last] => format!("{} and {last}", rest.join(", ")),
    }
}

/// The codes that notes name, the first few of them.
pub fn targets(notes: &[&Instruction]) -> String {
    let mut all: Vec<&str> = Vec::new();
    for target in notes.iter().flat_map(|note| &note.targets) {
        let plain = target.split(':').next().unwrap_or(target);
        if !all.contains(&plain) {
            all.push(plain);
        }
    }
    let more = all.len().saturating_sub(SHOWN);
    if more == 0 {
        return listed(&all);
    }
    format!("{} and {more} more", all[..SHOWN].join(", "))
}

/// Why an order is so: `N18 has a code first note that names E11.22, …`.
pub fn reasons(reasons: &[(Instruction, Code)]) -> String {
    let mut told: Vec<String> = Vec::new();
    for (note, named) in reasons {
        let target = note.targets.iter().find(|target| names(target, named));
        let target = target.map_or(named.as_str(), |target| target.split(':').next().unwrap_or(target));
        let words = format!("a {} note at {} names {target}", note.kind.words(), note.at);
        if !told.contains(&words) {
            told.push(words);
        }
    }
    let text = told.into_iter().take(2).collect::<Vec<_>>().join(", and ");
    let mut chars = text.chars();
    let first = chars.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    if first.is_empty() { first } else { format!("{first}{}.", chars.as_str()) }
}

/// Each note with its place: `use additional code at E11.22 (N18.1-N18.6)`.
pub fn instructions(notes: &[&Instruction]) -> String {
    let told = notes.iter().take(3).map(|note| {
        let named = targets(&[note]);
        let names = if named.is_empty() { String::new() } else { format!(" ({named})") };
        format!("{} at {}{names}", note.kind.words(), note.at)
    });
    told.collect::<Vec<_>>().join("; ")
}

/// The kind of note that a question names.
pub fn kind_asked(text: &str) -> Option<Kind> {
    let found = NOTE.captures(text)?;
    Some(match found[1].to_lowercase().as_str() {
        "code first" => Kind::CodeFirst,
        "use additional" => Kind::UseAdditional,
        _ => Kind::CodeAlso,
    })
}

/// What is never listed first whatever the encounter is for, with the card of the rule.
pub fn supplementary(code: &Code) -> Option<(&'static str, Option<&'static str>)> {
    let text = code.as_str();
    if text.starts_with(['V', 'W', 'X', 'Y']) {
        return Some(("an external cause code", Some("icd-external-cause")));
    }
    let organism = ["B95", "B96", "B97"].iter().any(|category| text.starts_with(category));
    organism.then_some(("a supplementary code for the organism", None))
}

/// Diseases proper, chapters A to N: their order is that of the encounter. Symptoms, pregnancy, newborns, injuries and Z
/// codes have rules of their own.
pub fn is_ordinary(code: &Code) -> bool {
    code.as_str().starts_with(|c: char| ('A'..='N').contains(&c))
        && supplementary(code).is_none()
        // Systemic infections and HIV come first by rules of their own.
        && !["A40", "A41", "B20"].iter().any(|category| code.as_str().starts_with(category))
}

/// Pairs that the classification presumes to be one disease, so that neither code is right beside the other: hypertension
/// with heart or kidney disease, diabetes with what it causes.
pub fn presumed(a: &Code, b: &Code) -> bool {
    let joined = |one: &Code, two: &Code| {
        let begins = |code: &Code, list: &[&str]| list.iter().any(|start| code.as_str().starts_with(start));
        (begins(one, &["I10"]) && begins(two, &["I50", "I51", "N18"]))
            || (begins(one, &["E08", "E09", "E10", "E11", "E13"]) && !begins(two, &["I10", "E78", "E66", "J"]))
    };
    joined(a, b) || joined(b, a)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> Code {
        Code::parse_icd10cm(text).unwrap()
    }

    #[test]
    fn some_codes_are_never_first_and_some_have_rules_of_their_own() {
        assert!(supplementary(&code("W01.0XXA")).is_some() && supplementary(&code("B96.20")).is_some());
        assert!(supplementary(&code("I10")).is_none());
        for (text, ordinary) in
            [("I25.10", true), ("A41.9", false), ("R07.9", false), ("Z12.11", false), ("O24.410", false)]
        {
            assert_eq!(is_ordinary(&code(text)), ordinary, "{text}");
        }
    }

    #[test]
    fn one_disease_is_not_put_in_an_order() {
        for (a, b, one) in [
            ("I10", "I50.9", true),
            ("N18.30", "I10", true),
            ("E11.9", "N18.30", true),
            ("E11.9", "I10", false),
            ("I25.10", "J44.1", false),
        ] {
            assert_eq!(presumed(&code(a), &code(b)), one, "{a} {b}");
        }
    }

    #[test]
    fn the_kind_of_note_is_read() {
        assert_eq!(kind_asked("Is there a code first note?"), Some(Kind::CodeFirst));
        assert_eq!(kind_asked("a Use Additional code instruction"), Some(Kind::UseAdditional));
        assert_eq!(kind_asked("an additional code?"), None);
    }
}
