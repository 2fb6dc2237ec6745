//! What only a model's prose can get wrong: the other tests hold a draft's data against the tables, these hold its
//! sentences against its data. A plain draft is built from the checks sentence by sentence and passes unread.
//!
//! These tests are strict on purpose. A sound sentence that is held costs a person a glance; a false one that leaves
//! costs a denied claim.

use std::collections::HashSet;

use regex::Regex;

use super::grounded;
use crate::corpus::Corpus;
use crate::domain::check::{Check, Outcome, Question};
use crate::domain::code::Code;
use crate::domain::draft::{Draft, Verdict};
use crate::domain::evidence::Evidence;
use crate::domain::finding::Finding;
use crate::domain::pattern::pattern;

pattern!(YES, r"(?i)^\W*(?:yes|correct|absolutely|certainly|of course)\b");
pattern!(NO, r"(?i)^\W*(?:no|never)\b[\s,.:;!-]*");
pattern!(DEPENDS, r"(?i)^\W*(?:it |that |this )?depends\b");
pattern!(
    DENIAL,
    r"(?i)\b(?:no|not|never|cannot|neither|nor|none|without|denied|denies|deny|bundled|included|includes|part of|alone|forbids?|prohibits?)\b|n't\b"
);
pattern!(
    AFFIRMS,
    r"(?i)\b(?:may|can|could|should|will|is|are|both|to|ok|okay|fine|please|and|then)\s+(?:(?:also|both|then|be|now|still|safely|always|each)\s+){0,3}(?:bill|billed|report|reported|pay|paid|payable|allowed|permitted|acceptable|code|coded|claim|claimed|separately|submit|submitted)\b"
);
pattern!(
    OPENS,
    r"(?i)\b(?:append|add|use|attach|put|place|apply)\w*\s+(?:(?:a|the|an?)\s+)?(?:modifier\s+)?-?(?:59|25|57|X[EPSU])\b|-(?:59|25|57|X[EPSU])\b"
);
pattern!(BILLS, r"(?i)\b(?:bill|report|submit|charge|claim|code|pay)\w*\s+(?:[\w-]+\s+){0,4}$");
pattern!(NEGATES, r"(?i)(?:\b(?:no|not|never|neither|nor|cannot|without|none)|n't)\s+(?:[\w-]+\s+){0,3}$");
pattern!(SHOW, r"(?i)\bno (?:doubt|problem|question|issue|worry|worries|risk|denial|matter)\b");
pattern!(MONEY, r"(?i)[$€£]|\b(?:dollars?|usd|cents|bucks)\b");
pattern!(DOMAIN, r"(?i)\b(?:[a-z0-9-]+\.)+(?:com|org|net|gov|edu|io|info|biz|co|us|example|test)\b");
pattern!(
    TITLED,
    r"\b(?i:mr|mrs|ms|dr|prof)\b\.?\s+\p{Lu}|\b[Pp]atient(?:'s)?(?: name)?(?: is|:)?\s+\p{Lu}\p{Ll}+\s+\p{Lu}\p{Ll}+"
);
pattern!(CAPITAL, r"\b\p{Lu}\p{Ll}{1,20}\b");
pattern!(
    COUNT,
    r"(?i)\b(three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|sixty|ninety|hundred|thousand|million)\b"
);

const COUNTS: [(&str, &str); 17] = [
    ("three", "3"),
    ("four", "4"),
    ("five", "5"),
    ("six", "6"),
    ("seven", "7"),
    ("eight", "8"),
    ("nine", "9"),
    ("ten", "10"),
    ("eleven", "11"),
    ("twelve", "12"),
    ("fifteen", "15"),
    ("twenty", "20"),
    ("thirty", "30"),
    ("forty", "40"),
    ("fifty", "50"),
    ("sixty", "60"),
    ("ninety", "90"),
];

/// The headings under which a model writes.
const WRITTEN: [&str; 3] = ["WHY", "IF THE FACTS DIFFER", "THE NOTE MUST SHOW"];

/// Reads a model's sentences.
pub fn check(corpus: &Corpus, evidence: &Evidence, draft: &Draft) -> Vec<Finding> {
    if draft.prompt.is_empty() {
        return Vec::new();
    }
    let mut findings: Vec<Finding> = opening(draft).into_iter().collect();
    let known = vocabulary(evidence);
    let sections = draft.sections.iter().filter(|section| WRITTEN.contains(&section.heading.as_str()));
    let items = std::iter::once(&draft.headline).chain(sections.flat_map(|section| &section.items));
    for item in items {
        let text = item.text.as_str();
        // A point inside E11.9 or 1.5 ends no sentence.
        for sentence in text.split_inclusive([';', '!', '?']).flat_map(|part| part.split(". ")) {
            findings.extend(contradiction(evidence, sentence));
        }
        findings.extend(foreign(&known, text));
        findings.extend(grounded::check(corpus, evidence, draft, item));
    }
    findings
}

/// The first word of the headline is the verdict's.
fn opening(draft: &Draft) -> Option<Finding> {
    let text = &draft.headline.text;
    let fits = match draft.verdict {
        Some(Verdict::Yes) => YES.is_match(text),
        Some(Verdict::No) => NO.is_match(text),
        Some(Verdict::Depends) => DEPENDS.is_match(text),
        None => !YES.is_match(text) && !DEPENDS.is_match(text),
    };
    (!fits).then(|| Finding::blocking("verdict", "the first words of the headline are not those of the verdict"))
}

/// A sentence that lets a reader bill what a check forbids.
fn contradiction(evidence: &Evidence, sentence: &str) -> Option<Finding> {
    let outcome_is = |outcome: Outcome| evidence.checks.iter().filter(move |check| check.outcome == outcome);
    let names = |code: Option<&Code>| code.is_some_and(|code| sentence.contains(code.as_str()));
    let never: Vec<&Check> = outcome_is(Outcome::EditNever).collect();
    let opened = outcome_is(Outcome::EditModifierAllowed).next().is_some();
    // `No doubt both are payable` denies nothing.
    let sentence = &*SHOW.replace_all(sentence, "");
    for check in &never {
        let second = names(check.figures.column_two.as_ref());
        let joined = ["both", "together", "each", "either"].iter().any(|word| sentence.to_lowercase().contains(word));
        let affirmed = (second || joined) && unnegated(&AFFIRMS, sentence);
        if (second && !DENIAL.is_match(sentence)) || affirmed || bills(sentence, check.figures.column_two.as_ref()) {
            return Some(Finding::blocking(
                "verdict",
                "a sentence lets two codes be billed that are never billed together",
            ));
        }
        if (second || !opened) && unnegated(&OPENS, sentence) {
            return Some(Finding::blocking("verdict", "a sentence opens with a modifier what no modifier opens"));
        }
    }
    let dead = evidence.checks.iter().filter(|check| {
        matches!(check.question, Question::CodeStatus { .. })
            && matches!(check.outcome, Outcome::Deleted | Outcome::Future)
    });
    for check in dead {
        if names(check.question.subjects().first().copied()) && unnegated(&AFFIRMS, sentence) {
            return Some(Finding::blocking(
                "verdict",
                "a sentence lets a code be billed that is not valid on the date",
            ));
        }
    }
    None
}

/// True where the sentence tells to bill the code: a verb of billing a few words in front of it, not denied.
fn bills(sentence: &str, code: Option<&Code>) -> bool {
    code.is_some_and(|code| {
        sentence
            .match_indices(code.as_str())
            .any(|(at, _)| BILLS.find(&sentence[..at]).is_some_and(|verb| !NEGATES.is_match(&sentence[..verb.start()])))
    })
}

/// True where the pattern stands without a denial just in front of it.
fn unnegated(pattern: &Regex, sentence: &str) -> bool {
    pattern.find_iter(sentence).any(|found| !NEGATES.is_match(&sentence[..found.start()]))
}

/// Money, sites, names and counts in words that no source holds.
fn foreign(known: &Vocabulary, text: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    if MONEY.is_match(text) && !MONEY.is_match(&known.text) {
        findings.push(Finding::blocking("number", "a sentence holds an amount of money that no source holds"));
    }
    if DOMAIN.is_match(text) {
        findings.push(Finding::blocking("privacy", "a sentence names a web site"));
    }
    let stranger = |word: &str| !known.words.contains(&word.to_lowercase());
    let capitals: Vec<_> = CAPITAL.find_iter(text).filter(|word| stranger(word.as_str())).collect();
    let adjacent = |a: usize, b: usize| text[a..b].chars().all(|c| c == ' ' || c == ',');
    let named = capitals.windows(2).any(|pair| adjacent(pair[0].end(), pair[1].start()));
    if named || TITLED.is_match(text) {
        findings.push(Finding::blocking("privacy", "a sentence seems to name a person or body that no source names"));
    }
    for count in COUNT.find_iter(text) {
        let word = count.as_str().to_lowercase();
        let digits = COUNTS.iter().find(|(name, _)| *name == word).map(|(_, digits)| *digits);
        if stranger(&word) && digits.is_none_or(stranger) {
            findings.push(Finding::blocking("number", format!("{word} is in no source")));
        }
    }
    findings
}

/// Every word that the evidence holds.
struct Vocabulary {
    text: String,
    words: HashSet<String>,
}

fn vocabulary(evidence: &Evidence) -> Vocabulary {
    let mut text = String::new();
    let mut add = |part: &str| {
        text.push(' ');
        text.push_str(part);
    };
    for check in &evidence.checks {
        add(&check.detail);
        add(check.outcome.words());
        add(&format!("{:?} {:?}", check.figures, check.last_known));
    }
    for passage in &evidence.passages {
        add(&passage.title);
        add(&passage.text);
        for line in passage.conditions.iter().chain(&passage.exceptions).chain(&passage.documentation) {
            add(line);
        }
    }
    for assumption in &evidence.inquiry.assumptions {
        add(&assumption.value);
    }
    add(evidence.inquiry.other_payer.as_deref().unwrap_or_default());
    for citation in &evidence.citations {
        add(&citation.source.doc);
        add(&citation.source.place);
        add(&citation.source.quote);
    }
    let words = text.split(|c: char| !c.is_alphanumeric()).map(str::to_lowercase);
    let words = words.chain(["medicare", "medicaid", "modifier", "bill", "no", "yes"].map(str::to_owned)).collect();
    Vocabulary { text, words }
}
