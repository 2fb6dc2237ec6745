//! The words of a text, each with how it is written and what is known of it.

use super::super::words::{self, Class};

/// How a word is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// `smith`
    Lower,
    /// `Smith`, `McDonald`, `O'Brien`
    Title,
    /// `SMITH`, two letters at least
    Upper,
    /// `J`
    Initial,
}

/// A word.
#[derive(Debug, Clone, Copy)]
pub(super) struct Token<'t> {
    pub text: &'t str,
    pub start: usize,
    pub end: usize,
    pub form: Form,
    pub class: Class,
    /// It stands in a line of capitals, where a capital says nothing.
    pub shouted: bool,
}

/// The words of a text in order. A word is letters, with apostrophes and hyphens between letters; `'s` is no part of it.
pub(super) fn read(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut line = 0;
    for part in text.split_inclusive('\n') {
        let shouted = shouts(part);
        words_of(part, line, shouted, &mut tokens);
        line += part.len();
    }
    tokens
}

/// True for a line of three words at least, nearly all of it capitals.
fn shouts(line: &str) -> bool {
    let letters = line.chars().filter(|c| c.is_alphabetic()).count();
    let capitals = line.chars().filter(|c| c.is_uppercase()).count();
    letters >= 12 && capitals * 10 >= letters * 7 && line.split_whitespace().take(3).count() == 3
}

fn words_of<'t>(line: &'t str, offset: usize, shouted: bool, tokens: &mut Vec<Token<'t>>) {
    let mut start: Option<usize> = None;
    let mut chars = line.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map(|(_, next)| *next);
        let inner = "'’-".contains(c) && start.is_some() && next.is_some_and(char::is_alphabetic);
        match start {
            _ if c.is_alphabetic() || inner => start = start.or(Some(at)),
            Some(from) => {
                push(&line[from..at], offset + from, shouted, tokens);
                start = None;
            }
            None => {}
        }
    }
    if let Some(from) = start {
        push(&line[from..], offset + from, shouted, tokens);
    }
}

fn push<'t>(word: &'t str, start: usize, shouted: bool, tokens: &mut Vec<Token<'t>>) {
    let bare = ["'s", "’s", "'S", "’S"].iter().find_map(|end| word.strip_suffix(end)).unwrap_or(word);
    let (letters, capitals) =
        (bare.chars().filter(|c| c.is_alphabetic()).count(), bare.chars().filter(|c| c.is_uppercase()).count());
    let first = bare.chars().next().is_some_and(char::is_uppercase);
    // `d'Angelo`, `al-Rashid`: a capital somewhere.
    let form = match (letters, capitals) {
        (1, 1) => Form::Initial,
        (n, m) if n == m => Form::Upper,
        (_, m) if first || (m > 0 && bare.contains(['\'', '’', '-'])) => Form::Title,
        _ => Form::Lower,
    };
    tokens.push(Token { text: bare, start, end: start + bare.len(), form, class: words::class(bare), shouted });
}
