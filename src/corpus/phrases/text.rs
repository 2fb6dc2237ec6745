//! A text as words: small letters, plain stems, sentence by sentence, every negation the same word; each word with the
//! side that it is said of, and whether it is denied.

use std::collections::{BTreeSet, HashSet};

use super::bonds::{self, Side};

/// What every word of negation becomes.
pub(super) const NOT: &str = "NOT";
const NEGATIONS: [&str; 15] = [
    "no", "not", "without", "never", "none", "nothing", "neither", "nobody", "cannot", "nor", "isnt", "absent", "lack",
    "lacks", "lacking",
];

/// The next word at or behind a place: letters and digits, with `'s` and the decimals of a number.
fn word_from(text: &str, from: usize) -> Option<(usize, usize)> {
    let bytes = text.as_bytes();
    let is_word = |b: &u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    let start = from + bytes.get(from..)?.iter().position(is_word)?;
    let run = |from: usize, fits: fn(&u8) -> bool| {
        bytes[from..].iter().position(|b| !fits(b)).map_or(bytes.len(), |length| from + length)
    };
    let mut end = run(start, |b| b.is_ascii_lowercase() || b.is_ascii_digit());
    if bytes.get(end) == Some(&b'\'') && bytes.get(end + 1).is_some_and(u8::is_ascii_lowercase) {
        end = run(end + 1, u8::is_ascii_lowercase);
    }
    if bytes.get(end) == Some(&b'.') && bytes.get(end + 1).is_some_and(u8::is_ascii_digit) {
        end = run(end + 1, |b| b.is_ascii_lowercase() || b.is_ascii_digit());
    }
    Some((start, end))
}

/// The words of a text in small letters, each with its place.
pub(super) fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let (start, end) = word_from(text, from)?;
        from = end;
        Some((start, &text[start..end]))
    })
}

/// A word of a text.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Token {
    pub stem: String,
    /// As it stands, in small letters; empty for a negation.
    pub raw: String,
}

/// A word where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Placed {
    pub token: Token,
    /// The side that it is said of, where its sentence names sides.
    pub side: Option<Side>,
    /// `no X`, `without X`: the text says that there is none.
    pub denied: bool,
}

/// The sentences of a text.
fn sentences(text: &str) -> Vec<Vec<Placed>> {
    let text = bonds::handed(&text.to_lowercase().replace('\u{2019}', "'"));
    let mut sentences: Vec<Vec<Placed>> = vec![Vec::new()];
    let mut end = 0;
    for (start, word) in words(&text) {
        if breaks(&text, end, start) {
            sentences.push(Vec::new());
        }
        end = start + word.len();
        if let Some(last) = sentences.last_mut() {
            // `no, the incision` answers, and denies none.
            if text[..start].trim_end().ends_with([',', ':'])
                && let Some(before) = last.last_mut()
            {
                before.denied = false;
            }
            push(word, last);
        }
    }
    sentences.retain(|sentence| !sentence.is_empty());
    sentences.iter_mut().for_each(|sentence| bonds::tie(sentence));
    sentences
}

/// Short words whose point ends no sentence.
const TITLES: [&str; 10] = ["dr", "drs", "mr", "mrs", "ms", "vs", "pt", "approx", "no", "st"];

/// True when a sentence ends between two words. A point within a number ends none.
fn breaks(text: &str, from: usize, to: usize) -> bool {
    let gap = &text[from..to];
    if gap.contains(['?', '!', ';']) {
        return true;
    }
    let blank_line = gap.split('\n').skip(1);
    let lines = gap.matches('\n').count();
    if lines > 1 && blank_line.take(lines - 1).any(|line| line.trim().is_empty()) {
        return true;
    }
    gap.match_indices('.').any(|(at, _)| {
        let before = text[..from + at].chars().next_back();
        let word = text[..from + at].rsplit(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
        // `E. coli`, `J. Smith`: an initial.
        if TITLES.contains(&word) || (word.len() == 1 && word.bytes().all(|b| b.is_ascii_alphabetic())) {
            return false;
        }
        let after = text[from + at + 1..].chars().next();
        before.is_some_and(|c| c.is_ascii_alphanumeric() || c == ')') && after.is_none_or(char::is_whitespace)
    })
}

fn push(word: &str, sentence: &mut Vec<Placed>) {
    let placed = |token| Placed { token, side: None, denied: false };
    // Only what says that there is none denies the word behind it: `not` denies what is said.
    let denial = || Placed {
        denied: ["no", "without"].contains(&word),
        ..placed(Token { stem: NOT.to_owned(), raw: String::new() })
    };
    let token = |word: &str| placed(Token { stem: stem(word), raw: word.to_owned() });
    if let Some(base) = word.strip_suffix("n't") {
        sentence.push(denial());
        if !base.is_empty() {
            sentence.push(token(base));
        }
    } else if is_negation(word) {
        sentence.push(denial());
    } else {
        sentence.push(token(&word.replace("'s", "").replace('\'', "")));
    }
}

pub(super) fn is_negation(word: &str) -> bool {
    NEGATIONS.contains(&word) || word == "non"
}

/// A plain stem: plural, `-ing`, `-ed`, `-ly` and a last `e` are taken off. It only has to do the same to both sides.
pub fn stem(word: &str) -> String {
    let mut w = word.to_owned();
    // A nursing home has nurses, and is none.
    if w.len() <= 3 || w == "nursing" || w.bytes().all(|b| b.is_ascii_digit()) {
        return w;
    }
    if w.ends_with("ies") && w.len() > 4 {
        w.replace_range(w.len() - 3.., "y");
    } else if ["sses", "xes", "ches", "shes", "zes"].iter().any(|end| w.ends_with(end)) {
        w.truncate(w.len() - 2);
    } else if w.ends_with('s') && !["ss", "us", "is"].iter().any(|end| w.ends_with(end)) {
        w.truncate(w.len() - 1);
    }
    for end in ["ing", "ed"] {
        let Some(base) = w.strip_suffix(end) else { continue };
        if base.len() >= 3 && base.contains(['a', 'e', 'i', 'o', 'u', 'y']) {
            w = base.to_owned();
            let bytes = w.as_bytes();
            let last = bytes[bytes.len() - 1];
            if bytes.len() > 3 && last == bytes[bytes.len() - 2] && !b"lsz".contains(&last) {
                w.pop();
            }
            break;
        }
    }
    if w.ends_with("ly") && w.len() > 5 {
        w.truncate(w.len() - 2);
    }
    if w.ends_with('e') && w.len() > 4 {
        w.pop();
    }
    w
}

/// A text to look for phrases in.
#[derive(Debug)]
pub struct Words {
    text: String,
    pub(super) sentences: Vec<Vec<Placed>>,
    pub(super) all: HashSet<Token>,
    /// In one order, so that sums over them are the same in every run.
    pub(super) stems: BTreeSet<String>,
    /// True where it says something of the left and something of the right.
    two_sides: bool,
    denials: bool,
}

impl Words {
    /// The words of a text.
    pub fn of(text: &str) -> Self {
        let sentences = sentences(text);
        let all: HashSet<Token> = sentences.iter().flatten().map(|word| word.token.clone()).collect();
        let stems = all.iter().map(|token| token.stem.clone()).collect();
        let names = |side: Side| sentences.iter().flatten().any(|word| word.side == Some(side));
        let two_sides = names(Side::Left) && names(Side::Right);
        let denials = sentences.iter().flatten().any(|word| word.denied);
        Self { text: text.to_owned(), sentences, all, stems, two_sides, denials }
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// True where it speaks of left and of right.
    pub(in crate::corpus) fn has_two_sides(&self) -> bool {
        self.two_sides
    }

    /// True where it says of something that there is none.
    pub(in crate::corpus) fn has_denials(&self) -> bool {
        self.denials
    }

    /// Every beginning of its words, as `word*` names them.
    pub fn beginnings(&self) -> HashSet<String> {
        let raw = self.all.iter().map(|word| word.raw.as_str());
        raw.flat_map(|word| (1..=word.len()).filter_map(|end| Some(format!("{}*", word.get(..end)?)))).collect()
    }

    /// Its words one after the other, sentences apart.
    pub(in crate::corpus) fn runs(&self) -> impl Iterator<Item = impl Iterator<Item = &str>> {
        self.sentences.iter().map(|sentence| sentence.iter().map(|word| word.token.stem.as_str()))
    }

    /// True for a word of it, as [`Self::distinct`] gives them.
    pub fn has(&self, stem: &str) -> bool {
        self.stems.contains(stem)
    }

    /// Each of its words once.
    pub fn distinct(&self) -> impl Iterator<Item = &str> {
        self.stems.iter().map(String::as_str)
    }
}
