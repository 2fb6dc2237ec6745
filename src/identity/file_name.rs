//! Names of files: `Smith_John_MRN123456_opnote.pdf`.

use super::span::{Span, render, settle};
use super::words;
use super::{Deidentified, scan};
use crate::domain::identifier::Identifier;

/// The name of a file without what identifies: its words are read apart, and any word that people are called by is one.
pub fn deidentify_file_name(name: &str) -> Deidentified {
    let (stem, extension) = match name.rsplit_once('.') {
        Some((stem, extension)) if extension.len() <= 5 && extension.bytes().all(|b| b.is_ascii_alphanumeric()) => {
            (stem, Some(extension))
        }
        _ => (name, None),
    };
    let spaced = spaced(stem);
    let mut spans = scan(&spaced);
    let letters = |c: char| !c.is_alphabetic() && c != '\'';
    let person = spaced.split(letters).any(|word| words::class(word).sure());
    let mut at = 0;
    for word in spaced.split(letters) {
        let start = at;
        at += word.len();
        at += spaced[at..].chars().next().map_or(0, char::len_utf8);
        let class = words::class(word);
        let long = word.chars().count() >= 3;
        let capital = word.starts_with(char::is_uppercase) && word.chars().any(char::is_lowercase);
        let named = class.sure() || (!class.word && long && (capital || person));
        if named {
            spans.push(Span::new(start..start + word.len(), Identifier::Name, "[NAME]"));
        }
    }
    let (mut text, removed) = render(&spaced, &settle(spans));
    if let Some(extension) = extension {
        text.push('.');
        text.push_str(extension);
    }
    Deidentified { text, removed }
}

/// The words of a file's name apart: at `_`, `+`, between small and capital letters, between letters and figures of length.
fn spaced(stem: &str) -> String {
    let mut out = String::with_capacity(stem.len() + 8);
    let mut last = ' ';
    let chars: Vec<char> = stem.chars().collect();
    for (n, c) in chars.iter().copied().enumerate() {
        let next = chars.get(n + 1).copied().unwrap_or(' ');
        let hump = last.is_lowercase() && c.is_uppercase();
        let digits =
            last.is_alphabetic() && c.is_ascii_digit() && next.is_ascii_digit() && letters_before(&chars, n) >= 3;
        let behind = last.is_ascii_digit() && c.is_alphabetic() && next.is_alphabetic();
        if hump || digits || behind {
            out.push(' ');
        }
        out.push(if matches!(c, '_' | '+' | '~') { ' ' } else { c });
        last = c;
    }
    // A hyphen between letters parts two words; between figures it belongs to a number or a day.
    let mut joined = String::with_capacity(out.len());
    let chars: Vec<char> = out.chars().collect();
    for (n, c) in chars.iter().copied().enumerate() {
        let letters = n > 0 && (chars[n - 1].is_alphabetic() || chars.get(n + 1).is_some_and(|c| c.is_alphabetic()));
        joined.push(if matches!(c, '-' | '.') && letters { ' ' } else { c });
    }
    joined
}

fn letters_before(chars: &[char], n: usize) -> usize {
    chars[..n].iter().rev().take_while(|c| c.is_alphabetic()).count()
}
