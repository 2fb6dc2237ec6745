//! Words of a question as the cases of rule cards are matched against them: small letters, plain stems, sentence by
//! sentence, every negation the same word.

use std::collections::{BTreeSet, HashSet};

/// What every word of negation becomes.
const NOT: &str = "NOT";
const NEGATIONS: [&str; 15] = [
    "no", "not", "without", "never", "none", "nothing", "neither", "nobody", "cannot", "nor", "isnt", "absent", "lack",
    "lacks", "lacking",
];
/// Words between those of a phrase, at most, so that they still belong together.
const GAP: usize = 6;

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
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let (start, end) = word_from(text, from)?;
        from = end;
        Some((start, &text[start..end]))
    })
}

/// A word of a text.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Token {
    stem: String,
    /// As it stands, in small letters; empty for a negation.
    raw: String,
}

/// The sentences of a text.
fn sentences(text: &str) -> Vec<Vec<Token>> {
    let text = text.to_lowercase().replace('\u{2019}', "'");
    let mut sentences = vec![Vec::new()];
    let mut end = 0;
    for (start, word) in words(&text) {
        if breaks(&text, end, start) {
            sentences.push(Vec::new());
        }
        end = start + word.len();
        if let Some(last) = sentences.last_mut() {
            push(word, last);
        }
    }
    sentences.retain(|sentence| !sentence.is_empty());
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
        if TITLES.contains(&word) {
            return false;
        }
        let after = text[from + at + 1..].chars().next();
        before.is_some_and(|c| c.is_ascii_alphanumeric() || c == ')') && after.is_none_or(char::is_whitespace)
    })
}

fn push(word: &str, sentence: &mut Vec<Token>) {
    let denial = || Token { stem: NOT.to_owned(), raw: String::new() };
    let token = |word: &str| Token { stem: stem(word), raw: word.to_owned() };
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

fn is_negation(word: &str) -> bool {
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
    sentences: Vec<Vec<Token>>,
    all: HashSet<Token>,
    /// In one order, so that sums over them are the same in every run.
    stems: BTreeSet<String>,
}

impl Words {
    /// The words of a text.
    pub fn of(text: &str) -> Self {
        let sentences = sentences(text);
        let all: HashSet<Token> = sentences.iter().flatten().cloned().collect();
        let stems = all.iter().map(|token| token.stem.clone()).collect();
        Self { sentences, all, stems }
    }
}

impl Words {
    /// Every beginning of its words, as `word*` names them.
    pub fn beginnings(&self) -> HashSet<String> {
        let raw = self.all.iter().map(|word| word.raw.as_str());
        raw.flat_map(|word| (1..=word.len()).filter_map(|end| Some(format!("{}*", word.get(..end)?)))).collect()
    }

    /// Its words one after the other, sentences apart.
    pub(super) fn runs(&self) -> impl Iterator<Item = impl Iterator<Item = &str>> {
        self.sentences.iter().map(|sentence| sentence.iter().map(|token| token.stem.as_str()))
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

/// A word of a phrase.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Slot {
    /// This stem.
    Stem(String),
    /// Anything that begins so.
    Begins(String),
    /// One of these.
    Any(Vec<Slot>),
}

impl Slot {
    fn fits(&self, word: &Token) -> bool {
        match self {
            Self::Stem(stem) => word.stem == *stem,
            Self::Begins(start) => word.raw.starts_with(start.as_str()),
            Self::Any(slots) => slots.iter().any(|slot| slot.fits(word)),
        }
    }

    fn worth(&self, word: &impl Fn(&str) -> f32, start: &impl Fn(&str) -> f32) -> f32 {
        match self {
            Self::Stem(stem) if stem == NOT => 0.0,
            Self::Stem(stem) => word(stem),
            Self::Begins(begin) => start(begin),
            Self::Any(slots) => slots.iter().map(|slot| slot.worth(word, start)).fold(1.0, f32::min),
        }
    }

    /// Its words as they are looked up: stems, and beginnings with `*` behind them.
    fn keys(&self) -> Vec<String> {
        match self {
            Self::Stem(stem) => vec![stem.clone()],
            Self::Begins(start) => vec![format!("{start}*")],
            Self::Any(slots) => slots.iter().flat_map(Slot::keys).collect(),
        }
    }

    fn is_denial(&self) -> bool {
        matches!(self, Self::Stem(stem) if stem == NOT)
    }

    fn texts(&self) -> Vec<&str> {
        match self {
            Self::Stem(text) | Self::Begins(text) => vec![text],
            Self::Any(slots) => slots.iter().flat_map(Slot::texts).collect(),
        }
    }

    /// False when no word of the text fits, told without reading its sentences where that is possible.
    fn may_fit(&self, words: &Words) -> bool {
        match self {
            Self::Stem(stem) => words.stems.contains(stem),
            Self::Begins(start) => words.all.iter().any(|word| word.raw.starts_with(start.as_str())),
            Self::Any(slots) => slots.iter().any(|slot| slot.may_fit(words)),
        }
    }
}

/// Words that must stand near each other in one sentence, in any order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phrase(Vec<Slot>);

impl Phrase {
    /// Reads a phrase: words separated by blanks; `word*` is a beginning, `NOT` any negation, `{a,b}` one of several.
    /// `None` for one without a word.
    pub fn parse(text: &str) -> Option<Self> {
        let mut slots = Vec::new();
        for word in text.split_whitespace() {
            if let Some(options) = word.strip_prefix('{').and_then(|word| word.strip_suffix('}')) {
                slots.push(Slot::Any(options.split(',').flat_map(single).collect()));
            } else {
                slots.extend(single(word));
            }
        }
        (!slots.is_empty()).then_some(Self(slots))
    }

    /// The most of what its words are worth, by functions for a word and for a beginning; a negation is worth nothing.
    pub fn rarest(&self, word: impl Fn(&str) -> f32, start: impl Fn(&str) -> f32) -> f32 {
        self.0.iter().map(|slot| slot.worth(&word, &start)).fold(0.0, f32::max)
    }

    /// Words one of which every text has in which the phrase stands: of its rarest word all that it may be said with;
    /// none for a phrase of negations.
    pub fn needs(&self, word: impl Fn(&str) -> f32, start: impl Fn(&str) -> f32) -> Vec<String> {
        let told = self.0.iter().filter(|slot| !slot.is_denial());
        let rarest = told.max_by(|a, b| a.worth(&word, &start).total_cmp(&b.worth(&word, &start)));
        rarest.map(Slot::keys).unwrap_or_default()
    }

    /// True where one of its words is this one of a text.
    fn has(&self, word: &Token) -> bool {
        self.0.iter().any(|slot| slot.fits(word))
    }

    /// The share of its words that the text has, wherever they stand; negations aside.
    pub fn share_in(&self, words: &Words) -> f32 {
        let told: Vec<&Slot> = self.0.iter().filter(|slot| !slot.is_denial()).collect();
        let held = told.iter().filter(|slot| slot.may_fit(words)).count();
        #[expect(clippy::cast_precision_loss, reason = "a handful")]
        let share = |held: usize, all: usize| held as f32 / all as f32;
        if told.len() > 1 { share(held, told.len()) } else { 0.0 }
    }

    /// The words of the text that it has.
    pub fn words_in<'a>(&'a self, words: &'a Words) -> impl Iterator<Item = &'a str> {
        words.all.iter().filter(|word| self.has(word)).map(|word| word.stem.as_str())
    }

    /// The words that it may be said with.
    pub fn said_with(&self) -> impl Iterator<Item = &str> {
        self.0.iter().flat_map(Slot::texts)
    }

    /// True when some sentence holds all its words near each other.
    pub fn stands_in(&self, words: &Words) -> bool {
        if !self.0.iter().all(|slot| slot.may_fit(words)) {
            return false;
        }
        let span = if self.0.len() > 1 { self.0.len() + GAP } else { 1 };
        words.sentences.iter().any(|sentence| {
            let places: Vec<Vec<usize>> = self
                .0
                .iter()
                .map(|slot| (0..sentence.len()).filter(|at| slot.fits(&sentence[*at])).collect())
                .collect();
            let starts = places.iter().flatten().copied();
            places.iter().all(|at| !at.is_empty())
                && starts
                    .into_iter()
                    .any(|start| places.iter().all(|at| at.iter().any(|at| (start..start + span).contains(at))))
        })
    }
}

fn single(word: &str) -> Vec<Slot> {
    let lower = word.to_lowercase();
    if word == NOT || is_negation(&lower) {
        return vec![Slot::Stem(NOT.to_owned())];
    }
    let word = lower;
    if let Some(start) = word.strip_suffix('*') {
        return vec![Slot::Begins(start.to_owned())];
    }
    words(&word).map(|(_, piece)| Slot::Stem(stem(&piece.replace("'s", "").replace('\'', "")))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn holds(phrase: &str, text: &str) -> bool {
        Phrase::parse(phrase).unwrap().stands_in(&Words::of(text))
    }

    #[test]
    fn the_words_of_a_phrase_stand_near_each_other_in_any_order() {
        assert!(holds("medical direction", "The CRNA works without direction that is medical."));
        assert!(holds("stopped procedure", "We had to stop. Procedures were stopped early"));
        assert!(!holds("snare biopsy", "A biopsy was taken. Then a snare."));
        let far = "biopsy of one two three four five six seven eight nine snare";
        assert!(!holds("snare biopsy", far));
    }

    #[test]
    fn every_negation_is_one_word() {
        for text in ["not directed", "she wasn't directed", "without being directed", "nobody directed her"] {
            assert!(holds("NOT direct*", text), "{text}");
        }
        assert!(!holds("NOT direct*", "she was directed"));
    }

    #[test]
    fn a_point_in_a_number_ends_no_sentence() {
        assert!(holds("2.5 cm", "a lesion of 2.5 cm"));
        assert!(holds("{cm,mm} lesion", "the 3 mm lesion"));
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in "\\PC{0,200}", phrase in "\\PC{0,40}") {
            if let Some(phrase) = Phrase::parse(&phrase) {
                let _ = phrase.stands_in(&Words::of(&text));
            }
        }
    }
}
