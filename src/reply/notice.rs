//! Notices: a person will look, the quota is used up, the message could not be taken in. They never quote the
//! sender's words, so that nobody can send a text of their own through us.

use askama::Template;

use super::render::{Body, Footing, RenderError, files};
use super::wrap::wrap;
use crate::domain::check::{Check, Outcome};
use crate::domain::evidence::Evidence;
use crate::domain::finding::{Report, Severity};

#[derive(Template)]
#[template(path = "mail/notice.txt")]
struct Text<'a> {
    opening: String,
    paragraphs: Vec<String>,
    certain: Vec<String>,
    files: Vec<String>,
    foot: &'a Footing,
}

#[derive(Template)]
#[template(path = "mail/notice.html")]
struct Html<'a> {
    opening: &'a str,
    paragraphs: &'a [String],
    certain: &'a [String],
    foot: &'a Footing,
}

/// What a notice says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// The first line.
    pub opening: String,
    /// The rest.
    pub paragraphs: Vec<String>,
    /// Checks in their fixed words.
    pub certain: Vec<String>,
}

impl Notice {
    /// A certified coder reads this one. `promise` says by when.
    pub fn holding(evidence: Option<&Evidence>, report: Option<&Report>, promise: &str) -> Self {
        let stale =
            evidence.is_some_and(|e| e.all().flat_map(|e| &e.checks).any(|check| check.outcome == Outcome::NotChecked));
        let why = report.map(|report| reasons(report, stale)).unwrap_or_default();
        let why = if why.is_empty() {
            "Why it waits: it could not be settled by the tables alone.".to_owned()
        } else {
            format!("Why it waits: {}.", why.join("; "))
        };
        Self {
            opening: format!("A certified coder is reading this one; you will have the answer {promise}."),
            paragraphs: vec![why, "Nothing has been taken from your quota.".to_owned()],
            certain: evidence.map(certain).unwrap_or_default(),
        }
    }

    /// The allowance is used up.
    pub fn over_quota(answers: u32, resets: Option<jiff::civil::Date>, joining: bool) -> Self {
        let number = if answers == 1 { "The one answer".to_owned() } else { format!("All {answers} answers") };
        let opening = match resets {
            Some(day) => format!("{number} of this period are used; new ones begin on {day}.")
                .replace("answer of this period are", "answer of this period is"),
            None => {
                format!("{number} for an address without an account {} used.", if answers == 1 { "is" } else { "are" })
            }
        };
        let more = match resets {
            Some(_) => {
                "Your question is kept, and answered on that day by itself; sooner, if your plan grows. To have more answers, ask us for another plan."
            }
            None if joining => {
                "Your question is kept. Write REGISTER, alone, in a reply: that opens a free account for your address, and the question is answered then."
            }
            None => "Your question is kept. To have it answered, ask us for an account.",
        };
        Self {
            opening,
            paragraphs: vec![more.to_owned(), "You get this notice once a day at most.".to_owned()],
            certain: Vec::new(),
        }
    }

    /// More mails than are taken from one sender on a day.
    pub fn capped(limit: u64) -> Self {
        Self {
            opening: format!("More than {limit} mails came from your address today, and this one was not read."),
            paragraphs: vec![
                "Please send it again tomorrow. If a program of yours writes to us by mistake, stop it.".to_owned(),
            ],
            certain: Vec::new(),
        }
    }

    /// The message is larger than may be taken in.
    pub fn too_large(limit: u64) -> Self {
        Self {
            opening: format!("Your message is larger than {} MB and was not read.", limit / 1_000_000),
            paragraphs: vec!["Please send the question again as text, without the attachments.".to_owned()],
            certain: Vec::new(),
        }
    }

    /// There was nothing to read.
    pub fn empty() -> Self {
        Self {
            opening: "Your message holds no text that could be read as a question.".to_owned(),
            paragraphs: vec!["Please write the codes, the date of service and the payer, and what you would like to know. For example: \"45385 with 45380, different polyps, Medicare, DOS 2024-08-01. Modifier?\"".to_owned()],
            certain: Vec::new(),
        }
    }

    /// The message, or each file that holds its question, is encrypted.
    pub fn encrypted(message: bool) -> Self {
        let opening = if message {
            "Your message is encrypted, and nothing of it could be read here."
        } else {
            "The files of your message are encrypted or locked by a password, and nothing of them could be read here."
        };
        let more = [
            "Please send the question again without encryption, as text. Leave out whatever identifies the patient: codes, dates of service, payer and setting are enough.",
            "A signed message is fine. Nothing has been taken from your quota.",
        ];
        Self {
            opening: opening.to_owned(),
            paragraphs: more.into_iter().map(str::to_owned).collect(),
            certain: Vec::new(),
        }
    }

    /// Renders both parts.
    ///
    /// # Errors
    /// A template failed.
    pub fn render(&self, foot: &Footing) -> Result<Body, RenderError> {
        let text = Text {
            opening: wrap(&self.opening, 0),
            paragraphs: self.paragraphs.iter().map(|p| wrap(p, 0)).collect(),
            certain: self.certain.iter().map(|line| wrap(&format!("- {line}"), 2)).collect(),
            files: files(foot),
            foot,
        };
        let html = Html { opening: &self.opening, paragraphs: &self.paragraphs, certain: &self.certain, foot };
        Ok(Body { text: text.render()?, html: html.render()?, lines: None })
    }
}

/// Why a case waits, in words for the asker: never a draft's own text, which nobody has approved.
fn reasons(report: &Report, stale: bool) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for finding in report.findings.iter().filter(|finding| finding.severity == Severity::Blocking) {
        let word = match finding.kind.as_str() {
            "not_checked" if stale => "no official table in force on your date settles it here",
            "scope" | "not_checked" => "it turns on more than the official tables hold",
            "rule" => "no table settles it by itself, and a person confirms what we found",
            "policy" => "it was asked for, or it is more than is answered by machine",
            _ => "the draft did not pass our own verification",
        };
        if !words.iter().any(|w| w == word) {
            words.push(word.to_owned());
        }
    }
    words
}

/// The checks in their fixed words; one line for all codes of which the same is said.
fn certain(evidence: &Evidence) -> Vec<String> {
    let told = |check: &&Check| {
        let dull = [Outcome::NotAddOn, Outcome::Unknown];
        !dull.contains(&check.outcome) && !check.last_known.as_ref().is_some_and(|last| dull.contains(&last.outcome))
    };
    let mut lines: Vec<(Vec<String>, String)> = Vec::new();
    for check in evidence.all().flat_map(|evidence| &evidence.checks).filter(told) {
        let subjects: Vec<&str> = check.question.subjects().iter().map(|code| code.as_str()).collect();
        let (subject, text) = (subjects.join(" / "), said(check));
        match lines.iter().position(|(_, other)| *other == text) {
            Some(n) if !lines[n].0.contains(&subject) => lines[n].0.push(subject),
            None if lines.len() < 12 => lines.push((vec![subject], text)),
            _ => {}
        }
    }
    lines.into_iter().map(|(subjects, text)| format!("{}: {text}", subjects.join(", "))).collect()
}

fn said(check: &Check) -> String {
    let words = check.outcome.words();
    match (&check.last_known, check.outcome, check.sources.first()) {
        (Some(last), ..) => format!("{words} for {}; last known: {} ({})", check.scope.as_of, last.value, last.title),
        (None, Outcome::NotChecked, _) => format!("{words}; {}", check.detail),
        (None, _, Some(source)) => format!("{words} ({})", source.doc),
        (None, _, None) => words.to_owned(),
    }
}
