//! Phrases of the cases of rule cards, and the words of a question against which they are matched.

mod bonds;
mod text;

use bonds::Side;
pub use text::Words;
use text::{NOT, Placed, Token, is_negation, words};

pub use text::stem;

/// Words between those of a phrase, at most, so that they still belong together.
const GAP: usize = 6;

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

    fn side(&self) -> Option<Side> {
        match self {
            Self::Stem(stem) => Side::of(stem),
            _ => None,
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
        let text = bonds::handed(text);
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

    /// The side, of a phrase that is nothing but a side.
    pub fn lone_side(&self) -> Option<Side> {
        match &self.0[..] {
            [Slot::Stem(only)] => Side::of(only),
            _ => None,
        }
    }

    /// True when some sentence holds all its words near each other, none of them said of another side than it names.
    pub fn stands_in(&self, words: &Words) -> bool {
        self.stands(words, None, true)
    }

    /// The same, of words that are not said of the other side than this one.
    pub fn stands_on(&self, words: &Words, side: Side) -> bool {
        self.stands(words, Some(side), true)
    }

    /// The same, of words none of which is denied. A phrase that names a negation itself says what is denied.
    pub fn stands_undenied(&self, words: &Words) -> bool {
        !words.has_denials() || self.denies() || self.stands(words, None, false)
    }

    /// True where a negation is one of its words.
    pub fn denies(&self) -> bool {
        self.0.iter().any(Slot::is_denial)
    }

    /// The side that it names beside other words; none where it names both.
    fn side(&self) -> Option<Side> {
        let mut sides = self.0.iter().filter_map(Slot::side);
        let first = sides.next().filter(|_| self.0.len() > 1)?;
        sides.all(|side| side == first).then_some(first)
    }

    fn stands(&self, words: &Words, side: Option<Side>, denied: bool) -> bool {
        if !self.0.iter().all(|slot| slot.may_fit(words)) {
            return false;
        }
        let away = self.side().or(side).map(Side::other);
        let counts = |slot: &Slot, word: &Placed| {
            (denied || !word.denied) && (away.is_none() || word.side != away || slot.side().is_some())
        };
        let fits = |slot: &Slot, word: &Placed| slot.fits(&word.token) && counts(slot, word);
        let span = if self.0.len() > 1 { self.0.len() + GAP } else { 1 };
        if let [only] = &self.0[..] {
            return words.sentences.iter().flatten().any(|word| fits(only, word));
        }
        words.sentences.iter().flat_map(|sentence| pieces(sentence, span)).any(|piece| {
            let mut places = [0_u128; MOST];
            for (slot, places) in self.0.iter().zip(&mut places) {
                *places = (0..piece.len()).filter(|at| fits(slot, &piece[*at])).fold(0, |set, at| set | 1 << at);
                if *places == 0 {
                    return false;
                }
            }
            let places = &places[..self.0.len().min(MOST)];
            let window = (1_u128 << span) - 1;
            let starts = places.iter().fold(0, |all, one| all | one);
            (0..piece.len())
                .filter(|at| starts >> at & 1 == 1)
                .any(|at| places.iter().all(|places| places >> at & window != 0))
        })
    }
}

/// Words of a phrase that are looked for, at most.
const MOST: usize = 16;
/// Words of a sentence that are looked at together.
const PIECE: usize = 128;

/// A sentence in pieces, so that each run of as many words stands in one of them.
fn pieces(sentence: &[Placed], span: usize) -> impl Iterator<Item = &[Placed]> {
    let step = PIECE - span.min(PIECE - 1);
    let starts = (0..sentence.len()).step_by(step);
    let needed = starts.take_while(move |start| *start == 0 || start + span <= sentence.len());
    needed.map(|start| &sentence[start..sentence.len().min(start + PIECE)])
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
