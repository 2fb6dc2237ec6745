//! What was found for a case, as its page shows it: checks as rows, passages with the cited words marked.

use crate::domain::check::Check;
use crate::domain::evidence::{Evidence, Passage};

/// A check as a row.
pub struct Row {
    pub kind: String,
    pub subjects: String,
    pub outcome: &'static str,
    pub unchecked: bool,
    pub detail: String,
    pub release: String,
    /// The numbers of its sources in the draft: `[1] [2]`.
    pub cites: String,
    pub rows: Vec<(String, String)>,
}

/// A passage, with where it stands.
pub struct Shown {
    pub title: String,
    pub cites: String,
    /// Its text: before the cited words, these, and behind them. Where they stand elsewhere, the last two are empty.
    pub text: [String; 3],
    pub lists: Vec<(&'static str, Vec<String>)>,
    pub confirmed: bool,
    pub why: String,
    pub place: String,
    pub quote: String,
}

/// `[1] [2]`.
fn marks(numbers: &[usize]) -> String {
    numbers.iter().map(|n| format!("[{n}]")).collect::<Vec<_>>().join(" ")
}

/// A check as the page shows it.
pub fn row(evidence: &Evidence, check: &Check) -> Row {
    let subjects: Vec<&str> = check.question.subjects().iter().map(|code| code.as_str()).collect();
    Row {
        kind: check.question.kind().replace('_', " "),
        subjects: subjects.join(" / "),
        outcome: check.outcome.words(),
        unchecked: check.outcome == crate::domain::check::Outcome::NotChecked,
        detail: check.detail.clone(),
        release: check.release.clone(),
        cites: marks(&evidence.numbers(check)),
        rows: check.sources.iter().map(|source| (source.fact.to_string(), source.quote.clone())).collect(),
    }
}

/// The text with the cited words apart.
fn marked(text: &str, quote: &str) -> Option<[String; 3]> {
    let at = text.find(quote).filter(|_| !quote.is_empty())?;
    Some([&text[..at], quote, &text[at + quote.len()..]].map(str::to_owned))
}

/// A passage as the page shows it.
pub fn passage(evidence: &Evidence, passage: &Passage) -> Shown {
    let lists = [
        ("Holds where", passage.conditions.clone()),
        ("Unless", passage.exceptions.clone()),
        ("The note must show", passage.documentation.clone()),
    ];
    let mut place = passage.source.doc.clone();
    if !passage.source.place.is_empty() {
        place.push_str(&format!("; {}", passage.source.place));
    }
    let quote = &passage.source.quote;
    let text = marked(&passage.text, quote);
    Shown {
        title: passage.title.clone(),
        cites: marks(&evidence.number(&passage.source).into_iter().collect::<Vec<_>>()),
        quote: if text.is_some() { String::new() } else { quote.clone() },
        text: text.unwrap_or_else(|| [passage.text.clone(), String::new(), String::new()]),
        lists: lists.into_iter().filter(|(_, lines)| !lines.is_empty()).collect(),
        confirmed: passage.confirmed,
        why: passage.why.clone(),
        place,
    }
}

#[cfg(test)]
mod tests {
    use super::marked;

    #[test]
    fn the_cited_words_are_apart_where_they_stand_in_the_text() {
        let parts = |text, quote| marked(text, quote).map(|parts| parts.join("|"));
        assert_eq!(parts("One. Two is cited. Three.", "Two is cited."), Some("One. |Two is cited.| Three.".to_owned()));
        assert_eq!(parts("One.", "Two."), None);
        assert_eq!(parts("One.", ""), None);
    }
}
