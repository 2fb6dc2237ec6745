//! What the files of a message have to do with its question.
//!
//! The mail's own words are the question. The text of a file is read beside them, as facts and never as instructions,
//! where these words speak of it; it is the question itself only where they are too few to be one. Whatever goes on is
//! without identity, and the name of a file too.

use super::words;
use crate::attachment::FileText;
use crate::domain::attachment::{Outcome, Receipt, Skip};
use crate::domain::message::InboundMessage;
use crate::domain::outbox::OutboxKind;
use crate::domain::pattern::pattern;
use crate::identity::{Deidentified, deidentify, deidentify_file_name};

/// Characters that are read of all files together: what fits beside a question into one reading.
const CHARS: usize = 20_000;
/// So few words without a figure are no question by themselves.
const FEW_WORDS: usize = 15;
/// What stands before the text of a file.
const MARK: &str = "From an attached file:";

// Words that speak of a file, in the languages that askers write.
pattern!(
    SPOKEN_OF,
    r"(?ix)\b(?: attach(?:ed|ment|ments|ing) | enclos(?:ed|ure|ures) | herewith | (?:see|per|from|in|on|read|review|using) \s (?:the|my|our|this|these)? \s? (?:file|files|pdf|docx?|word|excel|xlsx?|csv|spreadsheet|workbook|screen\s?shot|scan|picture|image|photo|fax|letter|eob|remit\w*|eml)
      | (?:op(?:erative)? | procedure | progress | path(?:ology)? | radiology | clinic | visit | office | chart | discharge | consult(?:ation)?) \s? (?:notes? | reports? | records? | summary)
      | (?:the|this|these|my|our) \s (?:note|report|document|documentation|record|chart|superbill|claim\sform|spreadsheet|screen\s?shot|pdf)
      | anbei | im \s anhang | anhängend | angehängt\w* | beigefügt\w* | adjunt[oa]s? | anexo?s? | ci-joint\w* | pi[eè]ces? \s jointes? | allegat[oi] | bijlage )\b"
);

/// A message as a question: what is asked, what is read beside it, and what the asker is told of the files.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Question {
    /// The words that ask.
    pub asked: Deidentified,
    /// Facts from files; empty where there are none, or where they are what is asked.
    pub beside: Deidentified,
    /// What became of each file.
    pub files: Vec<Receipt>,
    /// True where nothing is asked but by files that are encrypted.
    pub locked: bool,
}

impl Question {
    /// Why it gets a notice in place of an answer, if it does.
    pub fn refusal(&self) -> Option<(OutboxKind, &'static str)> {
        if self.locked {
            return Some((OutboxKind::Encrypted, "its files are encrypted"));
        }
        self.asked.as_str().is_empty().then_some((OutboxKind::Empty, "no text"))
    }
}

impl From<Deidentified> for Question {
    fn from(asked: Deidentified) -> Self {
        Self { asked, ..Self::default() }
    }
}

/// Where the text of files goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Aside,
    Beside,
    Question,
}

/// Puts a message and what was found in its files together.
pub fn question(message: &InboundMessage, files: &[FileText]) -> Question {
    let own = words(message);
    let place = place(&own, message, files);
    let (mut left, mut texts, mut receipts) = (if place == Place::Aside { 0 } else { CHARS }, Vec::new(), Vec::new());
    for file in files {
        let outcome = match &file.found {
            // A signature, a logo: nobody thinks of them as files.
            Err(skip) if file.inline || skip.is_beside_the_point() => continue,
            Err(skip) => Outcome::Skipped(*skip),
            Ok(_) if file.inline && place == Place::Aside => continue,
            // A mail that was forwarded as a file is the question already.
            Ok((text, cut)) if place == Place::Aside && holds(text, &message.text) => {
                Outcome::Read { chars: text.chars().count(), cut: *cut }
            }
            Ok(_) if place == Place::Aside => Outcome::Aside,
            Ok(_) if left == 0 => Outcome::Skipped(Skip::TooMany),
            Ok((text, cut)) => {
                let part = beginning(text, left);
                let chars = part.chars().count();
                left -= chars;
                texts.push(part.to_owned());
                Outcome::Read { chars, cut: *cut || part.len() < text.len() }
            }
        };
        receipts.push(Receipt { name: deidentify_file_name(&file.name).as_str().to_owned(), outcome });
    }
    let locked = receipts.iter().any(|file| file.outcome == Outcome::Skipped(Skip::Locked));
    let locked = locked && texts.is_empty() && is_little(&own);
    let (asked, beside) = match place {
        Place::Question if !texts.is_empty() => {
            (deidentify(&format!("{own}\n\n{}", texts.join("\n\n"))).trimmed(), Deidentified::default())
        }
        Place::Beside if !texts.is_empty() => (deidentify(&own), deidentify(&facts(&texts))),
        _ => (deidentify(&own), Deidentified::default()),
    };
    Question { asked, beside, files: receipts, locked }
}

/// True where a message may be a question though it has no words of its own: a file may hold it.
pub fn may_ask(message: &InboundMessage) -> bool {
    !message.attachments.is_empty()
}

fn place(own: &str, message: &InboundMessage, files: &[FileText]) -> Place {
    if is_little(own) {
        return Place::Question;
    }
    let spoken = SPOKEN_OF.is_match(own) || SPOKEN_OF.is_match(&message.subject);
    let low = own.to_lowercase();
    let named = |file: &FileText| {
        let stem = file.name.rsplit_once('.').map_or(file.name.as_str(), |(stem, _)| stem).to_lowercase();
        stem.chars().count() >= 4 && low.contains(&stem)
    };
    if spoken || files.iter().any(named) { Place::Beside } else { Place::Aside }
}

/// True where a text holds another one, however both are broken into lines.
fn holds(text: &str, own: &str) -> bool {
    let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    !own.trim().is_empty() && plain(text).contains(&plain(own))
}

/// Few words, no figure among them, and nothing that is asked outright.
fn is_little(own: &str) -> bool {
    let words = own.split_whitespace().filter(|word| word.contains(char::is_alphanumeric)).count();
    words == 0 || (words <= FEW_WORDS && !own.contains('?') && !own.bytes().any(|b| b.is_ascii_digit()))
}

/// Texts of files as facts. A question mark in a file asks nothing: its sentence is told, not asked.
fn facts(texts: &[String]) -> String {
    let told = texts.iter().map(|text| format!("{MARK}\n{}", text.replace('?', ".")));
    told.collect::<Vec<_>>().join("\n\n")
}

/// The first characters of a text, to the end of a line where there is one: no identifier is cut in two.
fn beginning(text: &str, characters: usize) -> &str {
    match text.char_indices().nth(characters) {
        None => text,
        Some((end, _)) => {
            let cut = &text[..end];
            cut.rfind('\n').map_or_else(|| cut.rfind(' ').map_or("", |at| &cut[..at]), |at| &cut[..at])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::parse::parse;

    fn of(text: &str, files: &[(&str, Result<&str, Skip>)]) -> Question {
        let message = parse(format!("From: ann@x.test\r\nSubject: s\r\n\r\n{text}").as_bytes(), &[]);
        let found = |found: &Result<&str, Skip>| found.map(|text| (text.to_owned(), false));
        let files: Vec<FileText> = files
            .iter()
            .map(|(name, text)| FileText { name: (*name).to_owned(), inline: false, found: found(text) })
            .collect();
        question(&message, &files)
    }

    #[test]
    fn a_file_is_read_beside_the_question_that_speaks_of_it() {
        let read = of("Which code for the attached note?", &[("note.txt", Ok("Snare polypectomy. Was it hot?"))]);
        assert_eq!(read.asked.as_str(), "Which code for the attached note?");
        assert_eq!(read.beside.as_str(), format!("{MARK}\nSnare polypectomy. Was it hot."));
        assert_eq!(read.files[0].line(), "note.txt: read");
    }

    #[test]
    fn a_file_that_no_word_speaks_of_is_left_aside() {
        let read = of("Is 45385 valid on 2024-08-01?", &[("logo.txt", Ok("Lakeside GI"))]);
        assert!(read.beside.as_str().is_empty());
        assert_eq!(read.files[0].outcome, Outcome::Aside);
    }

    #[test]
    fn a_file_is_the_question_where_the_mail_asks_nothing() {
        let read = of("Please advise", &[("question.txt", Ok("Is 45385 valid on 2024-08-01?"))]);
        assert!(read.asked.as_str().ends_with("Is 45385 valid on 2024-08-01?") && read.beside.as_str().is_empty());
    }

    #[test]
    fn nothing_of_a_file_goes_on_with_its_identity() {
        let read = of(
            "Which code? See attached.",
            &[("Smith_John_MRN123456.txt", Ok("Patient: John Smith, MRN 123456, DOB 02/03/1950. Colonoscopy."))],
        );
        let all = format!("{:?}", read);
        for word in ["Smith", "John", "123456", "1950"] {
            assert!(!all.contains(word), "{word}: {all}");
        }
        assert!(read.beside.as_str().contains("Colonoscopy"));
    }

    #[test]
    fn only_locked_files_and_no_question_are_told_apart() {
        assert!(of("See attached", &[("a.pdf", Err(Skip::Locked))]).locked);
        assert!(!of("Is 45385 valid? See attached", &[("a.pdf", Err(Skip::Locked))]).locked);
        assert!(!of("See attached", &[("a.pdf", Err(Skip::Locked)), ("b.txt", Ok("Is 45385 valid?"))]).locked);
    }

    #[test]
    fn long_files_are_cut_between_words_and_what_is_behind_them_is_told() {
        let long = "word ".repeat(10_000);
        let read = of(
            "See attached, which code?",
            &[("a.txt", Ok(&long)), ("b.txt", Ok("more")), ("smime.p7s", Err(Skip::Signature))],
        );
        assert!(matches!(read.files[0].outcome, Outcome::Read { cut: true, chars } if chars <= CHARS));
        assert_eq!(read.files.len(), 2);
    }
}
