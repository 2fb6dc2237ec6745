//! Attributes in which sibling codes differ: side, contrast, size, count, age, time, extent. A code that says another
//! one than the question is not the one; a code that says one on which the question is silent is less likely.

use std::collections::BTreeSet;

use crate::domain::pattern::pattern;
use crate::domain::stated::Stated;

/// Words of which a text says at most one kind.
const GROUPS: [&[&[&str]]; 24] = [
    &[&["right"], &["left"], &["bilateral", "both"]],
    &[&["acute"], &["chronic"]],
    &[&["simple", "single"], &["complicated", "complex", "multiple"]],
    &[&["intermediate"], &["simple"], &["complex"]],
    &[&["initial", "first"], &["recurrent"], &["subsequent", "further", "additional", "each"]],
    &[
        &["open", "laparotomy"],
        &["laparoscopic", "laparoscope", "laparoscopically", "scope", "keyhole"],
        &["percutaneous", "needle"],
    ],
    &[&["closed"], &["open"]],
    &[&["partial", "part"], &["total", "complete", "whole", "entire", "all"]],
    &[&["limited"], &["complete"]],
    &[&["benign"], &["malignant", "cancer"]],
    &[&["upper"], &["lower"]],
    &[&["medial"], &["lateral"]],
    &[&["superficial", "subcutaneous"], &["deep", "subfascial", "fascia", "intramuscular"]],
    &[&["mild"], &["moderate"], &["severe"]],
    &[&["intermittent"], &["persistent"]],
    &[&["automated"], &["manual"]],
    &[&["diagnostic"], &["therapeutic"]],
    &[&["screening"], &["diagnostic"]],
    &[&["new"], &["established"]],
    &[&["radical"], &["simple"]],
    &[&["transabdominal", "belly"], &["transvaginal", "vaginal"]],
    &[&["primary"], &["secondary"], &["revision"]],
    &[&["male"], &["female"]],
    &[&["reducible"], &["incarcerated", "strangulated", "stuck"]],
];

pattern!(DENIED, r"\b(?:no|without|not|non|w/o)[\s-]+(?:\w+\s+){0,1}?(\w{4,})");
pattern!(TYPE, r"\btype ([12])\b");
pattern!(CONTRAST_BOTH, r"without,? (?:then|followed by|and) with|with and without|w/?o (?:and|&|then) w|with/without");
pattern!(CONTRAST_NONE, r"(?:no|without|w/o|non)[\s-]*(?:\w+ )?contrast|noncontrast");
pattern!(CONTRAST, r"(?:with|w/|iv|oral)\s*(?:\w+ )?contrast");
pattern!(SPAN, r"(\d+(?:\.\d+)?)\s*(?:to|-)\s*(\d+(?:\.\d+)?)\s*(cm|minutes|sq cm|years|views|units)\b");
pattern!(
    AT_LEAST,
    r"(\d+(?:\.\d+)?|one|two|three|four|five|six)\s*(cm|minutes|views|years)?\s*(?:or (?:more|larger|older|longer|over|greater)|and (?:older|over|up))(?:\s+(views|cm))?"
);
pattern!(
    LESS_THAN,
    r"(?:under|less than|smaller than|below|fewer than|younger than)\s+(\d+(?:\.\d+)?|one|two|three|four|five|six)\s*(cm|minutes|views|years|yrs)?"
);
pattern!(AT_MOST, r"(?:up to|at most)\s+(\d+(?:\.\d+)?)\s*(cm|minutes|views|years)?");
pattern!(EXACT, r"\b(\d+|one|two|three|four|single)[\s-]+(views?|minutes?)\b");
pattern!(ADD_ON, r"\badd-on\b|\b(?:each|every) (?:further|additional|extra)");
pattern!(EXTRA, r"\b(?:add-?on|additional|each|further|another|extra)\b");
pattern!(SUBSEQUENT, r"(?i)\bsubsequent\b|\bfollow-?up\b|\bhealing\b|\baftercare\b");
pattern!(SEQUELA, r"(?i)\bsequelae?\b|\blate effects?\b");
pattern!(OPEN, r"(?i)\bopen\b");

/// What a text says of itself.
#[derive(Debug, Clone, Default)]
pub struct Traits {
    said: Vec<BTreeSet<usize>>,
    denied: BTreeSet<String>,
    words: BTreeSet<String>,
    kind: Option<String>,
    contrast: Option<u8>,
    /// Ranges that a title gives, by unit: from, to.
    ranges: Vec<(String, f64, f64)>,
    /// Amounts that a question states, by unit.
    amounts: Vec<(String, f64)>,
    add_on: bool,
    extra: bool,
}

impl Traits {
    /// Reads a title, or a question with what it states.
    pub fn of(text: &str, stated: &Stated) -> Self {
        let lower = text.to_lowercase();
        let words: BTreeSet<String> =
            lower.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_owned).collect();
        let denied: BTreeSet<String> = DENIED.captures_iter(&lower).map(|found| found[1].to_owned()).collect();
        let affirmed = |word: &&str| words.contains(*word) && !denied.contains(*word);
        let said = GROUPS.iter().map(|group| {
            let kinds = group.iter().enumerate().filter(|(_, kind)| kind.iter().any(affirmed));
            kinds.map(|(n, _)| n).collect()
        });
        let contrast = if CONTRAST_BOTH.is_match(&lower) {
            Some(2)
        } else if CONTRAST_NONE.is_match(&lower) {
            Some(0)
        } else if CONTRAST.is_match(&lower) {
            Some(1)
        } else {
            None
        };
        let kind = TYPE.captures(&lower).map(|found| found[1].to_owned());
        let mut amounts: Vec<(String, f64)> =
            [("cm", "cm"), ("minutes", "minutes"), ("views", "views"), ("age", "years")]
                .into_iter()
                .filter_map(|(from, to)| Some((to.to_owned(), *stated.amounts.get(from)?)))
                .collect();
        amounts.dedup();
        Self {
            said: said.collect(),
            kind,
            contrast,
            ranges: ranges(&lower),
            amounts,
            add_on: ADD_ON.is_match(&lower),
            extra: EXTRA.is_match(&lower),
            denied,
            words,
        }
    }
}

fn number(text: &str) -> f64 {
    match text {
        "one" | "single" => 1.0,
        "two" => 2.0,
        "three" => 3.0,
        "four" => 4.0,
        "five" => 5.0,
        "six" => 6.0,
        _ => text.parse().unwrap_or(0.0),
    }
}

/// The ranges that a title gives. A number of years without its word is one where "older" or "under" says so.
fn ranges(lower: &str) -> Vec<(String, f64, f64)> {
    let mut ranges = Vec::new();
    let unit = |found: Option<regex::Match<'_>>, other: Option<regex::Match<'_>>, whole: &str| {
        let unit = found.or(other).map_or("", |m| m.as_str());
        let unit =
            if unit.is_empty() && (whole.contains("older") || whole.contains("under") || whole.contains("younger")) {
                "years"
            } else {
                unit
            };
        unit.trim_end_matches("yrs").to_owned()
    };
    for found in SPAN.captures_iter(lower) {
        ranges.push((found[3].replace("sq cm", "sq"), number(&found[1]), number(&found[2])));
    }
    for found in AT_LEAST.captures_iter(lower) {
        ranges.push((unit(found.get(2), found.get(3), &found[0]), number(&found[1]), f64::INFINITY));
    }
    for found in LESS_THAN.captures_iter(lower) {
        ranges.push((unit(found.get(2), None, &found[0]), 0.0, number(&found[1]) - 1e-6));
    }
    for found in AT_MOST.captures_iter(lower) {
        ranges.push((unit(found.get(2), None, &found[0]), 0.0, number(&found[1])));
    }
    if ranges.is_empty() {
        for found in EXACT.captures_iter(lower) {
            let unit = if found[2].starts_with("view") { "views" } else { "minutes" };
            ranges.push((unit.to_owned(), number(&found[1]), number(&found[1])));
        }
    }
    ranges
}

/// How well a title fits a question beyond their words: below zero where it says something else.
pub fn fit(asked: &Traits, title: &Traits) -> f32 {
    let mut score = 0.0;
    for (asked, title) in asked.said.iter().zip(&title.said) {
        if title.is_empty() {
            continue;
        }
        score += if asked.is_empty() {
            -0.03
        } else if asked.intersection(title).next().is_some() {
            0.06
        } else {
            -0.35
        };
    }
    for word in &asked.denied {
        if title.words.contains(word) {
            score += if title.denied.contains(word) { 0.12 } else { -0.3 };
        }
    }
    for word in &title.denied {
        if asked.words.contains(word) && !asked.denied.contains(word) {
            score -= 0.35;
        }
    }
    if let Some(kind) = &title.kind {
        score += match &asked.kind {
            Some(asked) if asked == kind => 0.1,
            Some(_) => -0.5,
            None => -0.05,
        };
    }
    match (asked.contrast, title.contrast) {
        (Some(a), Some(t)) => score += if a == t { 0.25 } else { -0.45 },
        (None, Some(t)) => score -= if t == 0 { 0.02 } else { 0.1 },
        _ => {}
    }
    for (unit, from, to) in &title.ranges {
        if let Some((_, amount)) = asked.amounts.iter().find(|(of, _)| of == unit) {
            score += if (*from..=*to).contains(amount) { 0.2 } else { -0.5 };
        }
    }
    // Placeholders and what is left unspecified go after what is named.
    if title.add_on && !asked.extra {
        score -= 0.25;
    }
    score
}

/// The 7th characters that the words call for, the likeliest first.
pub fn episode(text: &str) -> Vec<char> {
    if SEQUELA.is_match(text) {
        vec!['S']
    } else if SUBSEQUENT.is_match(text) {
        vec!['D']
    } else if OPEN.is_match(text) {
        vec!['B', 'A']
    } else {
        vec!['A']
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compare(question: &str, title: &str) -> f32 {
        let stated = crate::domain::stated::Stated {
            amounts: [("cm", 5.0), ("minutes", 30.0), ("views", 3.0), ("age", 10.0)]
                .into_iter()
                .map(|(kind, value)| (kind.to_owned(), value))
                .collect(),
            ..Stated::default()
        };
        fit(&Traits::of(question, &stated), &Traits::of(title, &Stated::default()))
    }

    #[test]
    fn what_says_another_attribute_is_another_code() {
        for (question, right, wrong) in [
            ("brain mri no contrast", "MRI of the brain without contrast", "MRI of the brain with contrast"),
            ("lipoma of 5 cm", "lump, 3 cm or larger", "lump, smaller than 3 cm"),
            ("left knee", "left knee", "right knee"),
            ("therapy 30 minutes", "talk therapy, 30 minutes (16 to 37)", "talk therapy, 45 minutes (38 to 52)"),
            ("three views", "wrist, three or more views", "wrist, two views"),
            ("10-year-old", "tonsils, patient under 12", "tonsils, patient 12 or older"),
            ("removal of tags", "skin tags, up to 15", "skin tags, every further ten, add-on"),
            ("count with differential", "count with differential", "count, no differential"),
            ("type 1 diabetes", "type 1 diabetes", "type 2 diabetes"),
        ] {
            assert!(compare(question, right) > compare(question, wrong), "{question}: {right} or {wrong}");
        }
    }

    #[test]
    fn the_episode_of_care_is_read() {
        assert_eq!(episode("open fracture, first visit"), ['B', 'A']);
        assert_eq!(episode("follow-up of the fracture"), ['D']);
        assert_eq!(episode("sequela of"), ['S']);
        assert_eq!(episode("sprain"), ['A']);
    }
}
