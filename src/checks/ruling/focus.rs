//! The part of a long mail that a computation reads: what asks, and the sentences that give figures. A story around
//! them names denials, seminars and colleagues, by which a short question would be of another kind.

use std::sync::LazyLock;

use regex::Regex;

use super::rank::{LONG, asking_part};
use super::wants::plain;
use crate::domain::inquiry::Inquiry;
use crate::domain::pattern::constant;

/// The question reduced to what gives figures or asks, then to what asks alone; nothing for a mail that is short.
pub fn parts(inquiry: &Inquiry) -> Vec<Inquiry> {
    let text = plain(&inquiry.text);
    if text.split_whitespace().count() <= LONG {
        return Vec::new();
    }
    let mut found: Vec<Inquiry> = Vec::new();
    for part in [figures(&text), asking_part(&text)] {
        let shorter = part.len() < text.len() && !part.trim().is_empty();
        if shorter && !found.iter().any(|held| held.text == part) {
            found.push(of(inquiry, part));
        }
    }
    found
}

/// Words by which a service is measured or a diagnosis told apart.
static WEIGHTY: LazyLock<Regex> = LazyLock::new(|| {
    constant(
        r"(?i)\b(?:mdm|decision making|straightforward|moderate|prescri\w+|over the counter|otc|labs?|units?|minutes|lesions?|stages?|acute|chronic|closed|open|displaced|healing|initial|subsequent|sequela|left|right|bilateral|timed|insulin|oral)\b",
    )
});

/// The sentences with a figure, a question mark, or such a word.
fn figures(text: &str) -> String {
    let mut kept = String::new();
    for paragraph in text.split("\n\n") {
        let lines = paragraph.replace('\n', " ");
        for sentence in sentences(&lines) {
            if sentence.contains(|c: char| c == '?' || c.is_ascii_digit()) || WEIGHTY.is_match(sentence) {
                kept.push_str(sentence.trim());
                kept.push(' ');
            }
        }
        kept.push('\n');
    }
    kept.trim().to_owned()
}

/// Sentences; a period between figures, or behind one letter, ends none.
fn sentences(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut from = 0;
    for (at, end) in text.match_indices(['.', '?', '!', ';']) {
        let behind = at + end.len();
        let short = text[from..at].rsplit(' ').next().is_some_and(|word| word.len() <= 2);
        if (end == "." && short) || !text[behind..].starts_with(' ') {
            continue;
        }
        found.push(&text[from..behind]);
        from = behind;
    }
    found.push(&text[from..]);
    found
}

/// The inquiry of a part of its text: codes that the part does not name are none of its.
fn of(inquiry: &Inquiry, part: String) -> Inquiry {
    let mut of = inquiry.clone();
    let named = |code: &str| part.contains(code) || part.to_uppercase().contains(code);
    of.mentions.retain(|mention| named(mention.code.as_str()) || named(&mention.code.to_string()));
    of.modifiers.retain(|modifier| named(modifier.as_str()));
    of.text = part;
    of
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::tests::inquiry;
    #[test]
    fn a_short_question_is_read_whole() {
        assert!(parts(&inquiry("80 minutes of critical care, 99292 too?")).is_empty());
    }

    #[test]
    fn of_a_long_mail_the_figures_and_the_question_are_read() {
        let story =
            "Our manager heard something at a seminar and the auditors were upset with everybody here. ".repeat(6);
        let text =
            format!("{story}The doctor spent 80 minutes of critical care. {story}Is 99292 billable beside 99291?");
        let parts = parts(&inquiry(&text));
        assert_eq!(parts[0].text, "The doctor spent 80 minutes of critical care. Is 99292 billable beside 99291?");
        assert_eq!(parts[0].codes().len(), 2);
        assert!(!parts[1].text.contains("80 minutes of critical care. Our"), "{}", parts[1].text);
    }
}
