//! How text is cut into search terms: letters and digits, with single `.` `-` `/` between them kept inside, so that
//! `99213-25`, `E11.9` and `G0463` stay whole. The parts are indexed too, so that `99213` finds `99213-25`.

use tantivy::tokenizer::{
    AsciiFoldingFilter, Language, LowerCaser, Stemmer, TextAnalyzer, Token, TokenStream, Tokenizer,
};

/// The tokenizer's name in the index.
pub const NAME: &str = "coding";

/// Tokenizer, lower case, accents folded, English stems.
pub fn analyzer() -> TextAnalyzer {
    TextAnalyzer::builder(Coding)
        .filter(LowerCaser)
        .filter(AsciiFoldingFilter)
        .filter(Stemmer::new(Language::English))
        .build()
}

/// The search terms of a text.
pub fn terms(text: &str) -> Vec<String> {
    let mut analyzer = analyzer();
    let mut stream = analyzer.token_stream(text);
    let mut terms = Vec::new();
    while stream.advance() {
        terms.push(stream.token().text.clone());
    }
    terms
}

#[derive(Clone, Default)]
struct Coding;

struct CodingStream {
    tokens: std::vec::IntoIter<Token>,
    current: Token,
}

impl Tokenizer for Coding {
    type TokenStream<'a> = CodingStream;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> CodingStream {
        CodingStream { tokens: cut(text).into_iter(), current: Token::default() }
    }
}

impl TokenStream for CodingStream {
    fn advance(&mut self) -> bool {
        match self.tokens.next() {
            Some(token) => {
                self.current = token;
                true
            }
            None => false,
        }
    }

    fn token(&self) -> &Token {
        &self.current
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.current
    }
}

/// Words and, where a word is joined by `.` `-` `/`, its parts at the same position.
fn cut(text: &str) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    let mut push = |from: usize, to: usize, position: usize| {
        // "Not otherwise specified" is what the titles of ICD-10-CM call unspecified.
        let word = if text[from..to].eq_ignore_ascii_case("nos") { "unspecified" } else { &text[from..to] };
        let text = word.to_owned();
        let token = Token { offset_from: from, offset_to: to, position, text, position_length: 1 };
        tokens.push(token);
    };
    for (position, (from, to)) in words(text).into_iter().enumerate() {
        push(from, to, position);
        let word = &text[from..to];
        if word.contains(['-', '/', '.']) {
            let mut at = from;
            for part in word.split(['-', '/', '.']) {
                if part.len() > 1 {
                    push(at, at + part.len(), position);
                }
                at += part.len() + 1;
            }
        }
    }
    tokens
}

/// Byte ranges of the words: a joint counts only between two letters or digits.
fn words(text: &str) -> Vec<(usize, usize)> {
    let chars: Vec<(usize, char)> = text.char_indices().collect();
    let mut found = Vec::new();
    let mut start = None;
    for (n, &(at, c)) in chars.iter().enumerate() {
        let joint =
            ".-/".contains(c) && start.is_some() && chars.get(n + 1).is_some_and(|(_, next)| next.is_alphanumeric());
        if c.is_alphanumeric() || joint {
            start.get_or_insert(at);
        } else if let Some(from) = start.take() {
            found.push((from, at));
        }
    }
    if let Some(from) = start {
        found.push((from, text.len()));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_stay_whole_and_their_parts_are_found_too() {
        assert_eq!(terms("99213-25"), ["99213-25", "99213", "25"]);
        assert_eq!(terms("E11.9, G0463."), ["e11.9", "e11", "g0463"]);
        assert_eq!(terms("(45385/45380)"), ["45385/45380", "45385", "45380"]);
    }

    #[test]
    fn words_are_folded_and_stemmed() {
        assert_eq!(terms("Polyps Grüße -- biopsies…"), ["polyp", "gruss", "biopsi"]);
    }

    #[test]
    fn odd_text_is_cut_without_panic() {
        for text in ["", "...", "-a-", "é-é", "a.\u{200b}b", "😀45385"] {
            let _ = terms(text);
        }
    }
}
