//! Evidence as a model reads it: what is settled, what was understood, the checks and passages with the numbers of
//! their sources, and the question as data.

use std::fmt::Write as _;

use super::answer::Fault;
use crate::domain::draft::{Draft, Verdict};
use crate::domain::evidence::Evidence;

/// The most of a question, and of one passage, that goes into a prompt, in characters.
const MAX_QUESTION: usize = 6_000;
const MAX_PASSAGE: usize = 1_500;

/// Marks that no question has reason to hold; one is chosen by the nonce and taken out of the question first.
const MARKS: [char; 8] = ['¦', '†', '‡', '◊', '¬', 'ˆ', '∙', '¤'];

/// The text of a prompt before it is de-identified.
pub(super) struct Material {
    settled: String,
    evidence: String,
    question: String,
    word: String,
    mark: char,
}

impl Material {
    /// Puts the evidence into words. The nonce makes the delimiters unguessable for whoever wrote the question.
    pub(super) fn new(evidence: &Evidence, plain: &Draft, nonce: u64) -> Self {
        // Letters alone: a run of digits would be masked as somebody's number.
        let word: String =
            (0..16).map(|n| char::from(b'a' + u8::try_from((nonce >> (4 * n)) & 15).unwrap_or(0))).collect();
        let mark = MARKS[usize::try_from(nonce % 8).unwrap_or(0)];
        let question: String = evidence.inquiry.text.chars().take(MAX_QUESTION).collect();
        Self {
            settled: settled(plain),
            evidence: format!("{}{}{}", understood(evidence), checks(evidence), passages(evidence, &word)),
            question: question.replace(&word, ""),
            word,
            mark,
        }
    }

    /// The whole text; the second time with what was wrong the first.
    pub(super) fn text(&self, told: Option<Fault>) -> String {
        let again = told.map(|fault| {
            format!("\nYOUR LAST ANSWER WAS REFUSED: {fault}. Write the whole JSON object again, by the rules.\n")
        });
        format!(
            "{}\n{}\n{}\n{}\n{}\n{}",
            self.settled,
            self.evidence,
            self.asked_open(),
            self.question,
            self.close(),
            again.unwrap_or_default()
        )
    }

    /// The line in front of the question.
    pub(super) fn asked_open(&self) -> String {
        format!("BEGIN QUESTION {}", self.word)
    }

    /// The line behind data.
    pub(super) fn close(&self) -> String {
        format!("END {}", self.word)
    }

    /// What stands for spaces in the question.
    pub(super) fn mark(&self) -> char {
        self.mark
    }

    /// The random word of the delimiters.
    pub(super) fn word(&self) -> &str {
        &self.word
    }
}

/// The verdict, the lines, and the plain composer's own wording: correct, and to be said better.
fn settled(plain: &Draft) -> String {
    let verdict = match plain.verdict {
        Some(Verdict::Yes) => "yes",
        Some(Verdict::No) => "no",
        Some(Verdict::Depends) => "depends",
        None => "none",
    };
    let mut text = format!("SETTLED\nverdict: {verdict}\nlines:\n");
    for line in &plain.lines {
        let modifiers: Vec<&str> = line.modifiers.iter().map(|modifier| modifier.as_str()).collect();
        let _ = writeln!(
            text,
            "- code {}, modifiers [{}], units {} ({})",
            line.code,
            modifiers.join(", "),
            line.units,
            line.role
        );
    }
    if plain.lines.is_empty() {
        text.push_str("- none\n");
    }
    let _ = writeln!(text, "in plain words: {} {:?}", plain.headline.text, plain.headline.cites);
    let branches = plain.sections.iter().filter(|section| section.heading == "IF THE FACTS DIFFER");
    for item in branches.flat_map(|section| &section.items) {
        let _ = writeln!(text, "if the facts differ: {} {:?}", item.text, item.cites);
    }
    text
}

fn understood(evidence: &Evidence) -> String {
    let mut text = "UNDERSTOOD\n".to_owned();
    // Which practice it is about, a model need not know.
    for assumption in evidence.inquiry.assumptions.iter().filter(|assumption| assumption.what != "client") {
        let how = if assumption.assumed { "assumed" } else { "said" };
        let _ = writeln!(text, "- {}: {} ({how})", assumption.what, assumption.value);
    }
    text
}

fn checks(evidence: &Evidence) -> String {
    let mut text = "\nCHECKS\n".to_owned();
    for check in &evidence.checks {
        let codes: Vec<&str> = check.question.subjects().iter().map(|code| code.as_str()).collect();
        let kind = check.question.kind();
        let _ = write!(text, "- {kind} {}: {}. {}", codes.join(" / "), check.outcome.words(), check.detail);
        if let Some(last) = &check.last_known {
            let _ = write!(text, " Last known, in {}: {}.", last.title, last.value);
        }
        let _ = writeln!(text, " {:?}", evidence.numbers(check));
    }
    text
}

fn passages(evidence: &Evidence, word: &str) -> String {
    let mut text = format!("\nBEGIN PASSAGES {word}\n");
    for passage in &evidence.passages {
        let Some(n) = evidence.number(&passage.source) else { continue };
        let mut one = format!("[{n}] {}: {}", passage.title, passage.text);
        for (what, lines) in [
            ("holds when", &passage.conditions),
            ("except when", &passage.exceptions),
            ("the note must show", &passage.documentation),
        ] {
            if !lines.is_empty() {
                let _ = write!(one, "\n    {what}: {}", lines.join("; "));
            }
        }
        text.extend(one.replace(word, "").chars().take(MAX_PASSAGE));
        text.push('\n');
    }
    let _ = writeln!(text, "END {word}");
    text
}
