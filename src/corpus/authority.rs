//! The passages behind rule cards: where in the operator's own documents the words stand by which a card is confirmed.

use super::{Card, Corpus};
use crate::domain::citation::{FactKey, Source, Table};
use crate::domain::time::EffectivePeriod;

/// Characters of a quote, at most.
const LONGEST: usize = 420;

impl Corpus {
    /// The passage that a card rests on, quoted where its fingerprint stands; `None` where the shelf does not hold it.
    pub fn authority(&self, card: &Card) -> Option<Source> {
        let row = self.find_row(Table::Authority, &card.id)?;
        let (passage, release) = (row.get("passage"), row.get("release"));
        let text = self.list_rows(Table::Passage, passage).into_iter().find(|line| line.get("release") == release)?;
        let quote = quote(text.get("text"), card.fingerprint.as_deref()?)?;
        let held = self.releases().find(release)?;
        Some(Source {
            doc: held.doc(),
            place: text.get("section").to_owned(),
            fact: FactKey {
                table: Table::Passage,
                key: passage.to_owned(),
                period: EffectivePeriod { from: text.get("from").parse().ok(), to: text.get("to").parse().ok() },
                release: release.to_owned(),
            },
            quote,
            note: String::new(),
        })
    }
}

/// Letters and digits in lower case, one space between words, and where in the text each byte of them stands.
fn plain(text: &str) -> (String, Vec<usize>) {
    let (mut plain, mut places) = (String::new(), Vec::new());
    for (at, c) in text.char_indices() {
        // Line ends within a passage are written as two characters.
        let c = if text[at..].starts_with("\\n") || (c == 'n' && text[..at].ends_with('\\')) { ' ' } else { c };
        let kept = if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { ' ' };
        if kept == ' ' && plain.ends_with(' ') {
            continue;
        }
        plain.push(kept);
        places.push(at);
    }
    (plain, places)
}

/// The words of a text, or of a fingerprint, with a space before, between and behind them: one stands in the other
/// whatever the case, punctuation and line ends are.
pub(super) fn spaced(text: &str) -> String {
    format!(" {} ", plain(text).0.trim())
}

/// The sentence around the words, verbatim: cut at line ends, and to a length that a reader will read.
fn quote(text: &str, fingerprint: &str) -> Option<String> {
    let (words, places) = plain(text);
    let wanted = plain(fingerprint).0;
    let at = words.find(wanted.trim())?;
    let (from, to) = (*places.get(at)?, *places.get(at + wanted.trim().len() - 1)?);
    let start = text[..from].rfind("\\n").map_or(0, |line| line + 2);
    let start = text[start..from].rfind(". ").map_or(start, |point| start + point + 2);
    let end = text[to..].find("\\n").map_or(text.len(), |line| to + line);
    let end = text[to..end].find(". ").map_or(end, |point| to + point + 1);
    let mut quote = text[start..end].trim();
    if quote.len() > LONGEST {
        let mut cut = (from - start).saturating_sub(LONGEST / 3) + start;
        while !text.is_char_boundary(cut) || !(cut == start || text[..cut].ends_with(' ')) {
            cut -= 1;
        }
        let mut last = (cut + LONGEST).min(end);
        while !text.is_char_boundary(last) {
            last -= 1;
        }
        quote = text[cut..last].rsplit_once(' ').map_or(&text[cut..last], |(whole, _)| whole).trim();
    }
    Some(quote.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_sentence_with_the_words_is_quoted() {
        let text = "First words. The second sentence,\\nthird line holds the RARE words here. Then more.";
        assert_eq!(quote(text, "holds the rare words").as_deref(), Some("third line holds the RARE words here."));
        assert!(spaced(text).contains(&spaced("sentence, third line")));
        assert!(!spaced(text).contains(&spaced("hold the rare")));
    }

    proptest! {
        #[test]
        fn a_quote_is_verbatim(before in "[a-z. ]{0,600}", behind in "[a-zé. ]{0,600}") {
            let text = format!("{before} quite rare words {behind}");
            let quote = quote(&text, "quite rare words").unwrap();
            prop_assert!(text.contains(&quote) && quote.contains("quite rare words") && quote.len() <= text.len());
        }
    }
}
